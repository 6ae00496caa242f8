"""Reads amounts of money written in words back to numbers, in its own way: Vietnamese and English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from phusong.words import Language

_VI_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_VI: Mapping[str, int] = MappingProxyType(
    {word: value for value, word in enumerate(_VI_DIGITS)} | {"mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5, "bẩy": 7}
)
_VI_SIZES: Mapping[str, int] = MappingProxyType({"nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6})
_EN_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_EN_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN: Mapping[str, int] = MappingProxyType(
    {word: value for value, word in enumerate(_EN_SMALL)}
    | {word: 10 * value for value, word in enumerate(_EN_TENS, start=2)}
)
_EN_SIZES: Mapping[str, int] = MappingProxyType(
    {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "quadrillion": 10**15}
)
_VI_WORD = "|".join([*_VI, *_VI_SIZES, "tỷ", "mươi", "mười", "trăm", "linh", "lẻ"])
_EN_WORD = "|".join([*_EN, *_EN_SIZES, "hundred", "and"])
_VI_AMOUNT = re.compile(rf"((?:(?:{_VI_WORD})\s+)+)đồng", re.IGNORECASE)
_EN_AMOUNT = re.compile(rf"((?:(?:{_EN_WORD})[\s-]+)+)(?:Vietnamese dong|dong|VND)", re.IGNORECASE)
_LEAST_WORDS = 2


def amounts_in_words(text: str, language: Language) -> Iterator[tuple[int, str]]:
    """Give the amounts written in words in a text, and the words."""
    pattern, read = (_VI_AMOUNT, _vietnamese) if language == "vi" else (_EN_AMOUNT, _english)
    for match in pattern.finditer(text):
        words = match.group(1).lower().replace("-", " ").split()
        if len(words) >= _LEAST_WORDS and not set(words) <= set(_VI_SIZES) | {"tỷ"}:
            yield read(words), match.group().strip()


def _vietnamese(words: list[str]) -> int:
    """Read words from left to right: ``tỷ`` lifts all before it, ``triệu`` and ``nghìn`` their own group."""
    total, below, group = 0, 0, 0
    for word in words:
        if word == "tỷ":
            total, below, group = (total + below + group) * 10**9, 0, 0
        elif word in _VI_SIZES:
            below, group = below + group * _VI_SIZES[word], 0
        elif word == "trăm":
            group *= 100
        elif word == "mười":
            group += 10
        elif word == "mươi":
            group = group // 10 * 10 + group % 10 * 10
        elif word in _VI:
            group += _VI[word]
    return total + below + group


def _english(words: list[str]) -> int:
    total, group = 0, 0
    for word in words:
        if word == "hundred":
            group *= 100
        elif word in _EN_SIZES:
            total, group = total + group * _EN_SIZES[word], 0
        elif word in _EN:
            group += _EN[word]
    return total + group
