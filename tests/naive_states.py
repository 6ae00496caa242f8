"""The household decision written slowly and plainly, one household at a time: the second way to the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LIST, VALUE, TERRAIN = 1, 2, 4


@dataclass(frozen=True)
class Layer:
    """What one layer gives one household."""

    operator: str
    technology: str
    low_dbm: float
    high_dbm: float
    path_unknown: bool


def decide(
    layers: Sequence[Layer],
    threshold_dbm: Mapping[str, float],
    unknown_here: Mapping[str, bool],
    terrain_known: bool,
) -> tuple[str, int, int]:
    """Return the state, the mask of causes, and how many operators surely serve."""
    if not terrain_known:
        return "no_data", 0, 0
    of_service = [layer for layer in layers if layer.technology in threshold_dbm]
    serving = {layer.operator for layer in of_service if layer.low_dbm >= threshold_dbm[layer.technology]}
    if serving:
        return "served", 0, len(serving)
    because = 0
    if any(unknown_here.values()):
        because |= LIST
    if any(layer.high_dbm >= threshold_dbm[layer.technology] for layer in of_service):
        because |= VALUE
    if any(layer.path_unknown for layer in of_service):
        because |= TERRAIN
    return ("undetermined" if because else "unserved"), because, 0
