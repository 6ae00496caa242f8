"""What lies at a place: land it may not be built on, the nearest road and power line, the commune it is in.

What no layer says is not known, and nothing is left out for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from phusong.data.crs import project
from phusong.data.layers import Layers
from phusong.plan.candidate import UNKNOWN, CandidateRules

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Box = tuple[float, float, float, float]

AROUND_DEG = 0.5
"""Lines farther than this from all places are not looked at: a layer that ends there says nothing about them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Land:
    """What lies at places. Distances are NaN, classes and communes "" where not known.

    ``on_forbidden`` and ``off_road`` are by the rules, False where not known; ``outside`` is outside all communes,
    False where there are none.
    """

    constraints: tuple[tuple[str, ...], ...]
    on_forbidden: Flags
    road_km: Floats
    road_class: tuple[str, ...]
    off_road: Flags
    grid_km: Floats
    commune_code: tuple[str, ...]
    outside: Flags


def land_at(
    lon_deg: Floats,
    lat_deg: Floats,
    layers: Layers,
    communes: gpd.GeoDataFrame | None,
    *,
    epsg: int,
    rules: CandidateRules,
) -> Land:
    """Find what lies at places; ``epsg`` is a metric system for the distances."""
    points = _points(lon_deg, lat_deg)
    metric = _points(*project(lon_deg, lat_deg, epsg))
    kinds = _within(layers.constraints, "kind", points)
    road_km, road_class, off_road = _roads(_near(layers.roads, points, epsg), metric, dict(rules.max_road_km))
    power = _near(layers.power_lines, points, epsg)
    commune = _within(communes, "commune_code", points)
    return Land(
        constraints=((UNKNOWN,),) * len(points) if kinds is None else kinds,
        on_forbidden=np.array(
            [bool(set(k) & set(rules.forbidden)) for k in kinds or [()] * len(points)], dtype=np.bool_
        ),
        road_km=road_km,
        road_class=road_class,
        off_road=off_road,
        grid_km=np.full(len(points), np.nan) if power is None else _nearest_km(power, metric),
        commune_code=("",) * len(points) if commune is None else tuple(c[0] if c else "" for c in commune),
        outside=_true(commune is not None and not codes for codes in commune or [()] * len(points)),
    )


def _points(x: Floats, y: Floats) -> NDArray[np.object_]:
    return np.asarray(shapely.points(x, y), dtype=object)


def _true(flags: Iterable[bool]) -> Flags:
    return np.array(list(flags), dtype=np.bool_)


def _within(
    areas: gpd.GeoDataFrame | None, column: str, points: NDArray[np.object_]
) -> tuple[tuple[str, ...], ...] | None:
    """Return what the areas that hold or touch each point say, each once; None where no areas are given."""
    if areas is None:
        return None
    found: list[set[str]] = [set() for _ in points]
    values = areas[column].astype(str).to_numpy(dtype=object)
    at, area = shapely.STRtree(areas.geometry.to_numpy()).query(points, predicate="intersects")
    for point, value in zip(at, values[area], strict=True):
        found[point].add(str(value))
    return tuple(tuple(sorted(kinds)) for kinds in found)


def _near(layer: gpd.GeoDataFrame | None, points: NDArray[np.object_], epsg: int) -> gpd.GeoDataFrame | None:
    """Return what of a layer is around some places, in metres; None where that is nothing."""
    if layer is None or not len(points):
        return None
    west, south, east, north = shapely.total_bounds(points)
    box = shapely.box(west - AROUND_DEG, south - AROUND_DEG, east + AROUND_DEG, north + AROUND_DEG)
    around = layer[shapely.intersects(layer.geometry.to_numpy(), box)]
    return around.to_crs(epsg) if len(around) else None


def _nearest_km(layer: gpd.GeoDataFrame, metric: NDArray[np.object_]) -> Floats:
    tree = shapely.STRtree(layer.geometry.to_numpy())
    (at, _), distance_m = tree.query_nearest(metric, all_matches=False, return_distance=True)
    found = np.full(len(metric), np.nan)
    found[at] = distance_m / 1000.0
    return found


def _roads(
    roads: gpd.GeoDataFrame | None, metric: NDArray[np.object_], most_km: Mapping[str, float]
) -> tuple[Floats, tuple[str, ...], Flags]:
    """Return distance and class of the road to each place, and whether all are too far.

    Of the roads within the distance of their class that of the first class, where there is none the nearest of all. A
    road whose class is not known may be of the one that reaches farthest.
    """
    n = len(metric)
    if roads is None:
        return np.full(n, np.nan), ("",) * n, np.zeros(n, dtype=np.bool_)
    written = roads["road_class"].astype(str)
    classes = [*(c for c in most_km if (written == c).any()), *sorted(set(written) - set(most_km))]
    distance_km = np.stack([_nearest_km(roads[written == c], metric) for c in classes])
    limit_km = np.array([most_km.get(c, 0.0 if c else max(most_km.values(), default=0.0)) for c in classes])
    reached = distance_km <= limit_km[:, None]
    best = np.where(reached.any(axis=0), reached.argmax(axis=0), distance_km.argmin(axis=0))
    names = tuple(classes[k] for k in best)
    return distance_km[best, np.arange(n)].round(3), names, np.asarray(~reached.any(axis=0), dtype=np.bool_)


def distances_km(layer: gpd.GeoDataFrame | None, lon_deg: Floats, lat_deg: Floats, *, epsg: int) -> Floats | None:
    """Return how far places are from a layer, NaN where nothing of it lies around them; None without the layer.

    ``epsg`` is a metric system for the distances.
    """
    if layer is None:
        return None
    around = _near(layer, _points(lon_deg, lat_deg), epsg)
    if around is None:
        return np.full(len(lon_deg), np.nan)
    return _nearest_km(around, _points(*project(lon_deg, lat_deg, epsg)))
