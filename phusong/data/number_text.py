"""Numbers as people write them: 1.234,5 and 1,234.5, with spaces between the thousands or a unit behind."""

from __future__ import annotations

import re

DOTTED = re.compile(r"\d{1,3}(\.\d{3})+")
COMMAED = re.compile(r"\d{1,3}(,\d{3})+")
_NUMBER = re.compile(r"([+-]?)(\d[\d.,]*|[.,]\d+)(?:[eE]([+-]?\d{1,3}))?")


def bare_number(text: str, unit: str) -> str:
    """Return the text without spaces and without the unit behind it."""
    bare = re.sub(r"\s+", "", text).replace("−", "-").replace("–", "-")
    return bare[: -len(unit)] if unit and bare.casefold().endswith(unit.casefold()) else bare


def read_number(text: str, unit: str = "", *, comma_is_decimal: bool = False) -> float | None:
    """Return the number a text writes, None where it writes none; it may be infinite (1e999)."""
    match = _NUMBER.fullmatch(bare_number(text, unit))
    digits = _plain_digits(match[2], comma_is_decimal=comma_is_decimal) if match else None
    return None if match is None or digits is None else float(f"{match[1]}{digits}e{match[3] or 0}")


def _plain_digits(digits: str, *, comma_is_decimal: bool) -> str | None:
    """Return digits with a dot as the only mark, or None where the marks make no number."""
    if "," in digits and "." in digits:
        thousands, mark = (".", ",") if digits.rindex(",") > digits.rindex(".") else (",", ".")
        whole, _, rest = digits.rpartition(mark)
        grouped = re.fullmatch(rf"\d{{1,3}}(\{thousands}\d{{3}})+", whole)
        return f"{whole.replace(thousands, '')}.{rest}" if grouped else None
    if digits.count(",") > 1:
        return digits.replace(",", "") if COMMAED.fullmatch(digits) else None
    if digits.count(".") > 1 or (comma_is_decimal and DOTTED.fullmatch(digits)):
        return digits.replace(".", "") if DOTTED.fullmatch(digits) else None
    return digits.replace(",", ".")
