"""Clusters by looking at every pair: the second way to the answer."""

from __future__ import annotations

from collections.abc import Sequence


def cluster(x_m: Sequence[float], y_m: Sequence[float], group: Sequence[int], *, link_m: float) -> list[int]:
    """Label the clusters by walking from point to point, numbered by group, then westernmost, then southernmost."""
    label = [-1] * len(x_m)
    by_place = sorted(range(len(x_m)), key=lambda k: (group[k], x_m[k], y_m[k]))
    clusters = 0
    for start in by_place:
        if label[start] >= 0:
            continue
        walk = [start]
        while walk:
            here = walk.pop()
            if label[here] >= 0:
                continue
            label[here] = clusters
            walk += [
                other
                for other in range(len(x_m))
                if group[other] == group[here]
                and (x_m[other] - x_m[here]) ** 2 + (y_m[other] - y_m[here]) ** 2 <= link_m**2
            ]
        clusters += 1
    return label
