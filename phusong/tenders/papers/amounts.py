"""Amounts of money in words, as documents write them beside the figures."""

from __future__ import annotations

from phusong.errors import OutOfRangeError
from phusong.words import Language, Text

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}
_BILLION = 1_000_000_000
_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = (
    (10**15, "quadrillion"),
    (10**12, "trillion"),
    (_BILLION, "billion"),
    (10**6, "million"),
    (10**3, "thousand"),
)


def in_words(vnd: int, language: Language = "vi") -> str:
    """Write an amount in words: ``Hai mươi tám tỷ bảy trăm triệu đồng``.

    Parameters
    ----------
    vnd
        Whole đồng, 0 at least.
    language
        Of the words.

    Raises
    ------
    OutOfRangeError
        If the amount is below zero.
    """
    if vnd < 0:
        raise OutOfRangeError(
            Text(
                f"Số tiền viết bằng chữ phải từ 0 đồng, nhận được {vnd}.", f"An amount in words must be ≥ 0, got {vnd}."
            )
        )
    words = f"{_vietnamese(vnd)} đồng" if language == "vi" else f"{_english(vnd)} Vietnamese dong"
    return words[0].upper() + words[1:]


def _vietnamese(value: int) -> str:
    """Read a number: each group of three after the first with its zeros, groups of zeros not at all."""
    above, rest = divmod(value, _BILLION)
    parts = [f"{_vietnamese(above)} tỷ"] if above else []
    for size, name in ((10**6, " triệu"), (10**3, " nghìn"), (1, "")):
        group = rest // size % 1000
        if group:
            parts.append(_group(group, full=bool(parts)) + name)
    return " ".join(parts) or _DIGITS[0]


def _group(group: int, *, full: bool) -> str:
    """Read three digits; ``full`` reads the zeros before them too."""
    hundreds, below = divmod(group, 100)
    tens, unit = divmod(below, 10)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    if tens == 0:
        if unit:
            words += ["linh", _DIGITS[unit]] if words else [_DIGITS[unit]]
        return " ".join(words)
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if unit == 5 or (tens > 1 and unit in _AFTER_TENS):
        words.append(_AFTER_TENS[unit])
    elif unit:
        words.append(_DIGITS[unit])
    return " ".join(words)


def _english(value: int) -> str:
    parts = []
    for size, name in _SCALES:
        count, value = divmod(value, size)
        if count:
            parts.append(f"{_english(count)} {name}")
    if value or not parts:
        parts.append(_below_thousand(value))
    return " ".join(parts)


def _below_thousand(value: int) -> str:
    hundreds, below = divmod(value, 100)
    words = [f"{_SMALL[hundreds]} hundred"] if hundreds else []
    if below >= len(_SMALL):
        tens, unit = divmod(below, 10)
        words.append(_TENS[tens] + (f"-{_SMALL[unit]}" if unit else ""))
    elif below or not words:
        words.append(_SMALL[below])
    return " ".join(words)
