"""Numbers as documents write them: 1.234,5 in Vietnamese, 1,234.5 in English; and how exactly they were written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from phusong.words import Language

CODE = re.compile(r"(?<![\w/-])(?:LS|TC|GT|DK)-(?=[\w.-]*\d)[\w.-]*\w")
"""Codes of areas, sites, packages and test points, wherever they stand."""

_NUMBER = re.compile(r"(?<![\w.,])[-−+]?\d+(?:[.,]\d+)*(?!\w)")
_NOT_NUMBERS = re.compile(
    r"\b\d{1,2}/\d{1,2}/\d{4}\b|\b\d{1,2}:\d{2}\b|\b\d+(?:/\d{4})?/[A-ZĐ]\S*|\b\d{4}-\d{2}-\d{2}\b"
    r"|\b(?:Thôn|Bản|Xóm|Ấp|Tổ|Khu|Buôn|Làng|Khóm|Khối|Đội) \d+\b"
)
_GROUPED = {"vi": re.compile(r"\d{1,3}(\.\d{3})*(,\d+)?"), "en": re.compile(r"\d{1,3}(,\d{3})*(\.\d+)?")}
_PLAIN = {"vi": re.compile(r"\d+(,\d+)?"), "en": re.compile(r"\d+(\.\d+)?")}


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written: its value, its decimals, its text, and where it ends in the text.

    One that was ``stored`` as a number shows no zeros at its end: its decimals are the least that it was given with.
    """

    value: float
    decimals: int
    text: str
    end: int = 0
    stored: bool = False

    def agrees(self, expected: float, unit: float = 1.0) -> bool:
        """Say whether this is the expected number, rounded as written; ``unit`` is what 1 stands for (million)."""
        step = unit * 10.0**-self.decimals
        return abs(self.value * unit - expected) <= 0.5 * step + 1e-9 + 1e-13 * abs(expected)


def written_number(text: str, language: Language) -> Number | None:
    """Read one number; None where the text is none in either language's writing."""
    bare = text.strip().lstrip("+").replace("−", "-").replace("\u00a0", "")
    sign, digits = (-1.0, bare[1:]) if bare.startswith("-") else (1.0, bare)
    for reading in (language, "en" if language == "vi" else "vi"):
        if _GROUPED[reading].fullmatch(digits) or _PLAIN[reading].fullmatch(digits):
            group, point = (".", ",") if reading == "vi" else (",", ".")
            plain = digits.replace(group, "").replace(point, ".")
            return Number(sign * float(plain), len(plain.partition(".")[2]), text.strip())
    return None


def stored_number(value: float) -> Number:
    """Return a stored number with the decimals it truly has."""
    text = repr(value)
    decimals = 0 if value == int(value) else len(text.partition("e")[0].partition(".")[2])
    return Number(value, decimals if "e" not in text else 12, f"{value:.12g}", stored=True)


def numbers_in(text: str, language: Language) -> Iterator[Number]:
    """Give the numbers of a text; codes, dates, numbers of laws and decisions and of villages (Thôn 3) are none."""
    clean = _NOT_NUMBERS.sub(_blank, CODE.sub(_blank, text))
    for match in _NUMBER.finditer(clean):
        number = written_number(match.group(), language)
        if number is not None:
            yield Number(number.value, number.decimals, number.text, match.end())


def codes_in(text: str) -> Iterator[str]:
    """Give the codes of a text; one that is cut short by an ellipsis is none."""
    for match in CODE.finditer(text):
        if "…" not in text[match.end() : match.end() + 2]:
            yield match.group()


def _blank(match: re.Match[str]) -> str:
    return "¦" * len(match.group())
