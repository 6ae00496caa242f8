"""Amounts of đồng as officers say and write them: 60 tỷ, 1,5 tỷ đồng, 750 triệu, 60.000.000.000."""

from __future__ import annotations

import re

from phusong.data.money import Money
from phusong.errors import PhuSongError
from phusong.words import Text

MILLION, BILLION = 1e6, 1e9

_UNITS = {
    "tỷ": BILLION, "tỉ": BILLION, "ty": BILLION, "ti": BILLION, "billion": BILLION, "bn": BILLION,
    "triệu": MILLION, "trieu": MILLION, "tr": MILLION, "million": MILLION, "m": MILLION,
    "nghìn": 1e3, "nghin": 1e3, "ngàn": 1e3, "ngan": 1e3, "": 1.0,
}  # fmt: skip
_CURRENCY = r"(?:đồng|dong|vnđ|vnd|đ|d)?"
_WRITTEN = re.compile(
    rf"^\s*(?P<digits>\d[\d.,\s\u00a0]*?(?:e\+?\d+)?)\s*(?P<unit>[^\W\d_]*?)\s*{_CURRENCY}\s*$", re.IGNORECASE
)


def dong(vnd: float) -> Text:
    """Write one amount in the unit people say it in."""
    return Money.exactly(vnd).text


def parse_vnd(text: str) -> float:
    """Return the đồng of an amount as written: ``60 tỷ``, ``1,5 tỷ``, ``60.000.000.000``, ``750 triệu``, ``60e9``.

    Raises
    ------
    PhuSongError
        It is no amount, or could mean two.
    """
    found = _WRITTEN.match(text)
    unit = None if found is None else _UNITS.get(found["unit"].lower())
    value = None if found is None else _digits(found["digits"], scaled=unit != 1.0)
    if unit is None or value is None:
        raise PhuSongError(
            Text(
                f"Số tiền “{text}” không đọc được: hãy viết như 60 tỷ, 750 triệu hoặc 60.000.000.000",
                f"The amount “{text}” cannot be read: write it like 60 tỷ, 750 triệu, 60e9 or 60,000,000,000",
            )
        )
    return value * unit


def _digits(written: str, *, scaled: bool) -> float | None:
    """Return a number with points or commas between thousands or before decimals; None where it is none.

    One mark before three digits parts thousands; a comma before tỷ or triệu is a decimal mark, as Vietnamese has it.
    """
    text = re.sub(r"[\s\u00a0]", "", written).lower()
    if re.fullmatch(r"\d+(?:\.\d+)?(?:e\+?\d+)?", text) and ("e" in text or "." not in text):
        return float(text)
    one_mark = r"\d{1,3}\.\d{3}" if scaled else r"\d{1,3}[.,]\d{3}"
    if re.fullmatch(r"\d{1,3}([.,])\d{3}(?:\1\d{3})+", text) or re.fullmatch(one_mark, text):
        return float(re.sub(r"[.,]", "", text))
    thousands_and_decimals = re.fullmatch(r"(\d{1,3}(?:([.,])\d{3})+)((?!\2)[.,])(\d+)", text)
    if thousands_and_decimals:
        whole = re.sub(r"[.,]", "", thousands_and_decimals[1])
        return float(f"{whole}.{thousands_and_decimals[4]}")
    if scaled and re.fullmatch(r"\d+,\d+|\d+\.\d{1,2}|\d+\.\d{4,}", text):
        return float(text.replace(",", "."))
    return None
