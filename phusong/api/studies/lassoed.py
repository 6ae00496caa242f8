"""What of a study lies inside a shape drawn on the map: its gaps and villages, with their totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from phusong.api.problems import BadQueryError
from phusong.maps.vector_tiles import TileSource
from phusong.words import Text

if TYPE_CHECKING:
    import pandas as pd

MOST_CORNERS = 200
MOST_LISTED = 500
_FEW = Text("Cần ít nhất ba góc.", "At least three corners are needed.")
_MANY = Text(f"Vùng vẽ có quá nhiều góc (nhiều nhất {MOST_CORNERS}).", f"Too many corners (at most {MOST_CORNERS}).")
_NO_RING = Text(
    "Vùng vẽ không đọc được: cần các cặp kinh độ,vĩ độ cách nhau bằng dấu chấm phẩy.",
    "The shape cannot be read: pairs lon,lat parted by semicolons are needed.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """The rows inside, those with most households first; all of them, however many are shown."""

    gaps: pd.DataFrame
    villages: pd.DataFrame


def ring_of(text: str) -> shapely.Geometry:
    """Return the shape written as ``lon,lat;lon,lat;…``; one that crosses itself holds what it goes around.

    Raises
    ------
    BadQueryError
        It is no such text, or has too few or too many corners.
    """
    try:
        corners = [tuple(map(float, pair.split(","))) for pair in text.split(";") if pair.strip()]
    except ValueError:
        raise BadQueryError(_NO_RING) from None
    if any(len(one) != 2 or not np.isfinite(one).all() for one in corners):
        raise BadQueryError(_NO_RING)
    if len(corners) < 3:
        raise BadQueryError(_FEW)
    if len(corners) > MOST_CORNERS:
        raise BadQueryError(_MANY)
    return shapely.make_valid(shapely.Polygon(corners))


def selected(source: TileSource, shape: shapely.Geometry, *, routes: Sequence[str] = ()) -> Selection:
    """Return what lies inside a shape by its centre; with ``routes`` only gaps of these."""
    gaps, villages = (_inside(source, name, shape) for name in ("gaps", "villages"))
    if routes:
        gaps = gaps[gaps["route"].isin(routes)]
    return Selection(gaps, villages)


def _inside(source: TileSource, name: str, shape: shapely.Geometry) -> pd.DataFrame:
    import pandas as pd

    if name not in source.tables:
        return pd.DataFrame({"households": []})
    table = source.table(name)
    lon, lat = (table[axis].to_numpy(dtype=np.float64) for axis in ("lon_deg", "lat_deg"))
    shapely.prepare(shape)
    return table[shapely.contains_xy(shape, lon, lat)].sort_values("households", ascending=False, kind="stable")
