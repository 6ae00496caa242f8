"""How far apart two spellings are."""

from __future__ import annotations


def edit_distance(one: str, other: str, limit: int) -> int:
    """Return how many letters differ (changed, added, left out, or two neighbours swapped); ``limit`` + 1 if more."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        above, row = row, [at] + [0] * len(other)
        for column, wanted in enumerate(other, start=1):
            changed = above[column - 1] + (letter != wanted)
            row[column] = min(changed, above[column] + 1, row[column - 1] + 1)
            is_swap = at > 1 and column > 1 and letter == other[column - 2] and one[at - 2] == wanted
            if is_swap and before:
                row[column] = min(row[column], before[column - 2] + 1)
        if min(row) > limit:
            return limit + 1
        before = above
    return min(row[-1], limit + 1)
