"""How far apart two spellings are, and which of many are near."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise


def edit_distance(one: str, other: str) -> int:
    """Count the slips between two spellings: a letter too many, missing, wrong, or two neighbours swapped.

    References
    ----------
    Damerau (1964), doi:10.1145/363958.363994, in the restricted form: no letter is touched twice.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, above, row = row, before, [i]
        for j, other_letter in enumerate(other, start=1):
            wrong = before[j - 1] + (letter != other_letter)
            least = min(before[j] + 1, row[j - 1] + 1, wrong)
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == other_letter:
                least = min(least, above[j - 2] + 1)
            row.append(least)
    return row[-1]


class Spellings:
    """Many spellings, to find those near a written one without measuring them all.

    A slip touches three pairs of neighbouring letters at most, so spellings few slips apart share most of their pairs.
    """

    def __init__(self, spellings: Iterable[str]) -> None:
        self._with_pair: dict[str, list[str]] = {}
        for spelling in sorted(set(spellings)):
            for pair in _pairs(spelling):
                self._with_pair.setdefault(pair, []).append(spelling)

    def near(self, written: str, slips: int, count: int) -> list[tuple[int, str]]:
        """Return distance and spelling of all within ``slips`` and of the ``count`` that share most, nearest first."""
        pairs = _pairs(written)
        shared = Counter(spelling for pair in pairs for spelling in self._with_pair.get(pair, ()))
        enough = len(pairs) - 3 * slips
        likest = {spelling for spelling, _ in shared.most_common(count)}
        near = [spelling for spelling, common in shared.items() if common >= enough or spelling in likest]
        return sorted((edit_distance(written, spelling), spelling) for spelling in near)


def _pairs(spelling: str) -> set[str]:
    """Return the pairs of neighbouring letters, the ends of the spelling among them."""
    return {f"{one}{other}" for one, other in pairwise(f"^{spelling}$")}
