"""Vietnamese names: keys for searching, joining and sorting, whatever keyboard or program wrote them.

The same name reaches us composed (NFC) or decomposed (NFD), with the tone mark on either vowel (hoà, hòa), with
another apostrophe (M’gar, M'gar) or with stray spaces. Each use has its own key; the name itself is never changed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: the order of Vietnamese dictionaries
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_RANK = {letter: rank for rank, letter in enumerate(_ALPHABET)}
_TONE_RANK = {tone: rank for rank, tone in enumerate(_TONES, start=1)}
_INVISIBLE = str.maketrans(dict.fromkeys("\u200b\u200c\u200d\ufeff\u00ad"))
_LOOKALIKES = _INVISIBLE | str.maketrans("’‘ʼ`´–—‑", "'''''---")
_DIGITS = re.compile(r"(\d+)")
_CLUSTER = re.compile(r".[\u0300-\u036f]*", re.DOTALL)

SortKey = tuple[tuple[tuple[int, int], ...], tuple[int, ...]]


def tidy(text: str) -> str:
    """Return the text composed (NFC), with single spaces and no invisible characters: how a name is stored."""
    if text.isascii() and "  " not in text:
        return text.strip() if text.isprintable() else " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", text).translate(_INVISIBLE).split())


def fold(text: str) -> str:
    """Return a key without accents or case, for search boxes and column headers: ``Đắk Lắk`` → ``dak lak``."""
    if text.isascii():
        return " ".join(text.replace("`", "'").lower().split())
    return " ".join(filter(None, map(_folded, text.split())))


@lru_cache(maxsize=2**15)
def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFD", word.translate(_LOOKALIKES))
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "d").casefold()


def name_key(text: str) -> str:
    """Return a key that joins spellings of one name but keeps its accents.

    Composition, case, spaces, apostrophes and the place of the tone mark no longer matter: ``Hoà`` and ``Hòa`` match,
    ``Hòa`` and ``Hoa`` do not. The key is composed (NFC) and is for comparing, not for showing.
    """
    return " ".join(filter(None, map(_word_key, text.split())))


@lru_cache(maxsize=2**15)
def _word_key(word: str) -> str:
    """Return a word composed and in small letters, its tone marks moved behind its letters."""
    plain = word.translate(_LOOKALIKES)
    if plain.isascii():
        return plain.lower()
    letters = unicodedata.normalize("NFD", plain).casefold()
    tones = "".join(c for c in letters if c in _TONES)
    return unicodedata.normalize("NFC", "".join(c for c in letters if c not in _TONES) + tones)


def sort_key(text: str) -> SortKey:
    """Return a key for Vietnamese alphabetical order.

    ă, â, đ, ê, ô, ơ and ư are letters of their own after their base letters; tones decide only between names that are
    otherwise equal; numbers sort by value (Thôn 2 before Thôn 10).
    """
    letters: list[tuple[int, int]] = []
    tones: list[int] = []
    for part in _DIGITS.split(name_key(text)):
        if part.isdecimal():
            letters.append((1, int(part)))
            continue
        for letter, tone in _letters(part):
            letters.append(_rank(letter))
            tones.append(tone)
    return tuple(letters), tuple(tones)


def _letters(text: str) -> list[tuple[str, int]]:
    """Split into letters (ă, ê, ơ … composed), each with the rank of its tone."""
    found = []
    for cluster in _CLUSTER.findall(unicodedata.normalize("NFD", text)):
        letter = "".join(c for c in cluster if c not in _TONE_RANK)
        tone = max((_TONE_RANK[c] for c in cluster if c in _TONE_RANK), default=0)
        found.append((unicodedata.normalize("NFC", letter), tone))
    return found


def _rank(letter: str) -> tuple[int, int]:
    """Rank spaces and punctuation (0) before numbers (1) before letters (2) before anything else (3)."""
    if letter in _LETTER_RANK:
        return 2, _LETTER_RANK[letter]
    return (0 if letter.isascii() else 3), ord(letter[:1] or " ")
