"""Roads as points to predict at, and points with the same answer joined back into stretches of road."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray
from shapely.geometry import LineString

from phusong.data.crs import unproject
from phusong.errors import Range

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEP_M = Range(20.0, 1_000.0, "m")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoadSamples:
    """Points along roads, in order of the roads and along each.

    ``roads`` are the lines in a metric system, numbered from 0. Each point stands in the middle of the piece of its
    road from ``from_m`` to ``to_m``; the pieces of a road follow each other without gap, so lengths add up.
    """

    roads: gpd.GeoDataFrame
    road: Ints
    from_m: Floats
    to_m: Floats
    lon_deg: Floats
    lat_deg: Floats

    @property
    def length_m(self) -> Floats:
        """Return the length each point stands for."""
        return self.to_m - self.from_m


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stretches:
    """Runs of neighbouring pieces of one road with one state: which road, from where to where, which points."""

    road: Ints
    from_m: Floats
    to_m: Floats
    state: NDArray[np.int8]
    first: Ints
    last: Ints


def road_samples(roads: gpd.GeoDataFrame, within: shapely.Geometry | None, epsg: int, *, step_m: float) -> RoadSamples:
    """Cut roads into pieces of about ``step_m`` and return the middle of each.

    Parameters
    ----------
    roads
        Lines in any system.
    within
        Area in the metric system that roads are cut to; all of them without it. Parts of a road that leave it and come
        back are roads of their own.
    """
    STEP_M.check("step_m", step_m)
    lines = roads.to_crs(epsg)
    if within is not None:
        cut = shapely.intersection(lines.geometry.to_numpy(), within)
        lines = lines.set_geometry(gpd.GeoSeries(cut, index=lines.index, crs=epsg))
        lines = lines[~lines.geometry.is_empty].explode(index_parts=False)
    lines = lines[(lines.geom_type == "LineString") & (lines.length > 0.0)].reset_index(drop=True)
    length_m: Floats = lines.length.to_numpy(dtype=np.float64)
    pieces = np.maximum(1, np.rint(length_m / step_m)).astype(np.int64)
    road = np.repeat(np.arange(len(lines)), pieces)
    k = np.arange(len(road)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    each_m = (length_m / pieces)[road]
    middle = shapely.line_interpolate_point(lines.geometry.to_numpy()[road], (k + 0.5) * each_m)
    lon_deg, lat_deg = unproject(shapely.get_x(middle), shapely.get_y(middle), epsg)
    return RoadSamples(
        roads=lines, road=road, from_m=k * each_m, to_m=(k + 1) * each_m, lon_deg=lon_deg, lat_deg=lat_deg
    )


def stretches(samples: RoadSamples, state: NDArray[np.int8]) -> Stretches:
    """Join neighbouring pieces of one road that have one state."""
    if not len(samples.road):
        none = np.empty(0, dtype=np.int64)
        return Stretches(road=none, from_m=samples.from_m, to_m=samples.to_m, state=state, first=none, last=none)
    changes = (np.diff(samples.road) != 0) | (np.diff(state) != 0)
    first = np.concatenate([[0], np.flatnonzero(changes) + 1])
    last = np.concatenate([first[1:] - 1, [len(samples.road) - 1]])
    return Stretches(
        road=samples.road[first],
        from_m=samples.from_m[first],
        to_m=samples.to_m[last],
        state=state[first],
        first=first,
        last=last,
    )


def stretch_line(road: LineString, from_m: float, to_m: float) -> LineString:
    """Return the part of a road between two distances along it."""
    line = shapely.ops.substring(road, from_m, to_m)
    assert isinstance(line, LineString)
    return line


def length_sums_km(group: Ints, n_groups: int, state: NDArray[np.int8], length_m: Floats, n_states: int) -> Floats:
    """Return kilometres by group and state, shape (n_groups, n_states)."""
    index = group * n_states + state
    sums = np.bincount(index, weights=length_m, minlength=n_groups * n_states)
    return sums.reshape(n_groups, n_states) / 1000.0
