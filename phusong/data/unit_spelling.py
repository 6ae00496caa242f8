"""Names of communes as people write them: the ways to read one, and the units that are spelt so.

Case, composition, tone-mark place, spaces, hyphens and apostrophes never matter (Ea M’Droh, Eamdroh), nor do leading
zeros (Phường 01). The kind may be left out, shortened or written without accents. A name without any accent matches
every name with the same letters; one with accents matches only itself: Ba Tô is not Ba Tơ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from phusong.data.names import fold, name_key, tidy
from phusong.data.spelling import edit_distance, nearest
from phusong.data.units import split_unit

_KINDS = {
    "xa": "xã",
    "x": "xã",
    "phuong": "phường",
    "p": "phường",
    "f": "phường",
    "dac khu": "đặc khu",
    "dk": "đặc khu",
    "thi tran": "thị trấn",
    "tt": "thị trấn",
}
_ROMAN = {
    letters: at for at, letters in enumerate(("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"), start=1)
}
_SHORTEST_WITH_ONE_SLIP, _SHORTEST_WITH_TWO = 4, 9
NEAR = 3
"""How many of the nearest names are offered."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to read a name: its kind ("" if unsaid) and the keys it is compared by.

    ``key`` has accents, tone marks last in their syllable; ``plain`` has none; ``typed`` has every accent where it was
    typed, for counting slips.
    """

    kind: str
    key: str
    plain: str
    typed: str


def _spelling(kind: str, name: str) -> Spelling:
    return Spelling(kind, _joined(name_key(name)), _joined(fold(name)), _joined(tidy(name).casefold()))


def _joined(key: str) -> str:
    """Leave out what stands between letters, and leading zeros."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", re.sub(r"[\s'.,\-]+", "", key))


@lru_cache(maxsize=20_000)
def spelling_of(full_name: str) -> Spelling:
    """Return how an official name is spelt."""
    return _spelling(*split_unit(full_name))


@lru_cache(maxsize=4096)
def readings(written: str) -> tuple[Spelling, ...]:
    """Return the ways a written name can be read: ``Xa Dung`` is a commune Xa Dung, or xã Dung without accents."""
    kind, name = split_unit(written)
    found = [(kind, name)]
    if not kind:
        found += _with_loose_kind(tidy(written))
    found += [(of, f"{' '.join(words)} {_ROMAN[last]}") for of, words, last in _ending_in_roman(found)]
    return tuple(dict.fromkeys(_spelling(*pair) for pair in found))


def _with_loose_kind(written: str) -> list[tuple[str, str]]:
    """Take off a kind without accents or dot, or joined to a number (P1)."""
    words = re.sub(r"^([pfPF])\.?(?=\d)", r"\1 ", written).replace(".", ". ").split()
    for count in (1, 2):
        kind = _KINDS.get(fold(" ".join(words[:count])).rstrip("."))
        if kind and len(words) > count:
            return [(kind, " ".join(words[count:]))]
    return []


def _ending_in_roman(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, list[str], str]]:
    for kind, name in pairs:
        *words, last = name.split(" ")
        if last.lower() in _ROMAN:
            yield kind, words, last.lower()


@lru_cache(maxsize=4096)
def is_plain(written: str) -> bool:
    """Say whether a name is written without any accent, as where a keyboard has none."""
    return name_key(written) == fold(written)


@dataclass(frozen=True, slots=True)
class Named(Generic[T]):
    """The units a written name can mean; ``other_kind`` where they are of another kind than the one written."""

    units: tuple[T, ...]
    other_kind: bool = False


@dataclass(frozen=True, slots=True)
class Near(Generic[T]):
    """A unit whose name is near to a written one, and by how many slips."""

    unit: T
    name: str
    distance: int


class NameIndex(Generic[T]):
    """Units by the spellings of their names."""

    def __init__(self, named: Iterable[tuple[str, T]]) -> None:
        self._units: dict[tuple[str, str, bool], dict[int, T]] = {}
        self._names: dict[str, list[tuple[str, T]]] = {}
        self._plain_names: dict[str, list[tuple[str, T]]] = {}
        for at, (name, unit) in enumerate(named):
            spelling = spelling_of(name)
            for kind in dict.fromkeys((spelling.kind, "")):
                self._units.setdefault((kind, spelling.key, False), {})[at] = unit
                self._units.setdefault((kind, spelling.plain, True), {})[at] = unit
            self._names.setdefault(spelling.typed, []).append((name, unit))
            self._plain_names.setdefault(spelling.plain, []).append((name, unit))

    def named(self, written: str) -> Named[T]:
        """Return the units a name can mean."""
        plain = is_plain(written)
        ways = readings(written)
        for with_kind in (True, False):
            found: dict[int, T] = {}
            for way in ways:
                kind = way.kind if with_kind else ""
                found |= self._units.get((kind, way.plain if plain else way.key, plain), {})
            if found:
                return Named(tuple(found.values()), other_kind=not with_kind and all(way.kind for way in ways))
        return Named(())

    def near(self, written: str) -> list[Near[T]]:
        """Return units with the nearest names, nearest first; numbers in names must be the same."""
        plain = is_plain(written)
        names = self._plain_names if plain else self._names
        best: dict[str, int] = {}
        for way in readings(written):
            key = way.plain if plain else way.typed
            own = [name for name in names if _digits(name) == _digits(key)]
            for distance, name in nearest(key, own, NEAR):
                best[name] = min(distance, best.get(name, distance))
        ranked = sorted(best, key=lambda name: (best[name], name))[:NEAR]
        return [Near(unit, full, best[name]) for name in ranked for full, unit in names[name]]

    def only_accents_differ(self, written: str) -> list[Near[T]]:
        """Return the units whose names have the letters of a written one under other accents."""
        return [
            Near(unit, name, edit_distance(way.typed, spelling_of(name).typed))
            for way in readings(written)
            for name, unit in self._plain_names.get(way.plain, ())
        ]


def _digits(key: str) -> str:
    return re.sub(r"\D", "", key)


def is_slip(written: str, distance: int) -> bool:
    """Say whether so many slips are few for so long a name."""
    length = len(readings(written)[-1].plain)
    return distance <= (length >= _SHORTEST_WITH_ONE_SLIP) + (length >= _SHORTEST_WITH_TWO)
