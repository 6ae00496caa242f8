"""Roads and rivers of a study, as its results keep them for map tiles: names, classes, and lines simplified by zoom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from phusong.maps.tile_grid import WORLD_BITS, world_units
from phusong.maps.tile_layers import RIVERS, ROADS

WAYS = {ROADS: "road", RIVERS: "water"}
"""Tables of study.duckdb, and how the columns of each begin."""
FROM_ZOOM: Mapping[str, int] = {
    "car": 0, "water": 10, "motorbike": 11, "trail": 12, "river": 0, "lake": 0, "canal": 10, "stream": 10,
}  # fmt: skip
"""The zoom from which each class is drawn; what has no class from 8."""
_NO_CLASS_FROM = 8
_NAMED_FROM = 12
_PIXELS = 512


def way_tables(roads: gpd.GeoDataFrame | None, rivers: gpd.GeoDataFrame | None) -> dict[str, pd.DataFrame]:
    """Return name and class of every way; nothing of a layer that was not given or is empty."""
    given = {ROADS: roads, RIVERS: rivers}
    return {
        table: pd.DataFrame({name: layer[name].astype(str) for name in _columns(table)}).reset_index(drop=True)
        for table, layer in given.items()
        if layer is not None and len(layer)
    }


def way_shapes(
    roads: gpd.GeoDataFrame | None, rivers: gpd.GeoDataFrame | None, tops: tuple[int, ...]
) -> list[pd.DataFrame]:
    """Return the lines and areas in world units for the zooms up to each of ``tops``, as shapes of areas are kept."""
    given = {ROADS: roads, RIVERS: rivers}
    return [
        one for table, layer in given.items() if layer is not None and len(layer) for one in _of(table, layer, tops)
    ]


def _columns(table: str) -> tuple[str, str]:
    return f"{WAYS[table]}_name", f"{WAYS[table]}_class"


def _of(table: str, layer: gpd.GeoDataFrame, tops: tuple[int, ...]) -> Iterator[pd.DataFrame]:
    world = shapely.transform(layer.geometry.to_numpy(), lambda at: np.column_stack(world_units(at[:, 0], at[:, 1])))
    name, kind = _columns(table)
    first = layer[kind].map(FROM_ZOOM).fillna(_NO_CLASS_FROM).to_numpy(dtype=np.int64)
    for top in tops:
        rows = np.flatnonzero(first <= top)
        shapes = world[rows]
        if top < _NAMED_FROM:
            shapes, rows = _joined(shapes, rows, layer[name].astype(str) + "|" + layer[kind].astype(str))
        if top != tops[-1]:
            shapes = shapely.simplify(shapes, (1 << WORLD_BITS - top) / _PIXELS / 2)
        told = {"layer": table, "row": rows.astype(np.int32), "top_zoom": top, "wkb": shapely.to_wkb(shapes)}
        yield pd.DataFrame(told)


def _joined(
    shapes: NDArray[np.object_], rows: NDArray[np.int64], alike: pd.Series[str]
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return lines of one name and class as the longest there are, so that far out there are few; areas as they are."""
    is_line = shapely.get_dimensions(shapes) == 1
    found, of = [shapes[~is_line]], [rows[~is_line]]
    for _, places in pd.Series(np.flatnonzero(is_line)).groupby(alike.to_numpy()[rows[is_line]], sort=False):
        merged = shapely.line_merge(shapely.multilinestrings(shapes[places.to_numpy()]))
        parts = shapely.get_parts(merged)
        found.append(parts)
        of.append(np.full(len(parts), rows[places.iloc[0]]))
    return np.concatenate(found), np.concatenate(of)
