"""How far apart two spellings are, and which of many spellings is the nearest."""

from __future__ import annotations

from collections.abc import Iterable


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


def nearest(written: str, spellings: Iterable[str], count: int) -> list[tuple[int, str]]:
    """Return the ``count`` nearest different spellings with their distance, nearest first, ties in alphabetical order.

    Few are measured: two spellings differ at least by half of the letters only one of them has, and by their lengths.
    """
    letters = set(written)
    bounded = sorted(
        (max(abs(len(written) - len(spelling)), (len(letters ^ set(spelling)) + 1) // 2), spelling)
        for spelling in set(spellings)
    )
    found: list[tuple[int, str]] = []
    for bound, spelling in bounded:
        if len(found) == count and bound > found[-1][0]:
            break
        found = sorted([*found, (edit_distance(written, spelling), spelling)])[:count]
    return found
