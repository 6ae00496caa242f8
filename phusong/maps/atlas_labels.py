"""Where labels stand on a map of the atlas: beside their place, on no other label as far as there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Rectangle = tuple[float, float, float, float]
"""Left, upper, right, lower in millimetres."""

_WIDTH_A_LETTER = 0.5
"""Of the letters' size, for Tinos: digits are just so wide, capitals wider, small letters narrower."""


@dataclass(frozen=True, slots=True)
class Label:
    """Words that belong to a place on paper, and how far from it they keep beside, above and below."""

    words: str
    x: float
    y: float
    size: float
    gap_x: float
    gap_y: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A label with the left end of its base line."""

    label: Label
    x: float
    y: float
    rectangle: Rectangle


def place_labels(
    labels: Sequence[Label], *, width_mm: float, height_mm: float, taken: Sequence[Rectangle] = ()
) -> list[Placed]:
    """Place labels in turn, each where it lies on the least of what stands already and inside the map."""
    placed: list[Placed] = []
    occupied = list(taken)
    for label in labels:
        choices = [_placed(label, side) for side in range(8)]
        best = min(choices, key=lambda choice: _cost(choice.rectangle, occupied, width_mm, height_mm))
        placed.append(best)
        occupied.append(best.rectangle)
    return placed


def _placed(label: Label, side: int) -> Placed:
    """Return the label on one of eight sides: right, left, above, below, then the corners."""
    wide, high = _WIDTH_A_LETTER * label.size * len(label.words) * 1.08, label.size
    across, down = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))[side]
    far = 1.0 if across == 0 or down == 0 else 0.75
    x, y = far * label.gap_x, far * label.gap_y
    left = label.x + x if across > 0 else label.x - x - wide if across < 0 else label.x - wide / 2
    upper = label.y + y if down > 0 else label.y - y - high if down < 0 else label.y - high / 2
    return Placed(label, left, upper + 0.82 * high, (left, upper, left + wide, upper + high))


def _cost(rectangle: Rectangle, occupied: Sequence[Rectangle], width_mm: float, height_mm: float) -> float:
    left, upper, right, lower = rectangle
    area = (right - left) * (lower - upper)
    outside = area - _overlap(rectangle, (0.0, 0.0, width_mm, height_mm))
    return 5.0 * outside + sum(_overlap(rectangle, other) for other in occupied)


def _overlap(a: Rectangle, b: Rectangle) -> float:
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    return wide * high if wide > 0 and high > 0 else 0.0
