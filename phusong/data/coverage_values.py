"""What the bytes of a coverage raster say, and their colours.

A value v from 1 to 254 is a level of −v dBm, rounded down: 110 is −110 dBm and no cell looks better than it is. 255 is
below the floor, 0 is no data. There is no scale and no offset on purpose: programs that apply them look up the colours
by the value they get and find none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

NO_DATA_VALUE = 0
BELOW_FLOOR_VALUE = 255

Colour = tuple[int, int, int, int]


def value_palette(steps: Sequence[tuple[float, str]], below_floor: str) -> Mapping[int, Colour]:
    """Return the colour of every value.

    Parameters
    ----------
    steps
        Least level in dBm and colour (#RRGGBB) of each step, weakest first; the first also takes what is under it.
    below_floor
        Colour of cells below the floor; no data is transparent.
    """
    palette = {NO_DATA_VALUE: (0, 0, 0, 0), BELOW_FLOOR_VALUE: _rgba(below_floor)}
    for value in range(1, BELOW_FLOOR_VALUE):
        reached = [colour for low_dbm, colour in steps if -value >= low_dbm]
        palette[value] = _rgba(reached[-1] if reached else steps[0][1])
    return palette


def _rgba(colour: str) -> Colour:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue, 255
