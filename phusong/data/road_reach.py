"""The nearest road that can be driven: where a place is moved to, and whether one gets there by road at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from phusong.data.crs import metric_crs, project, unproject
from phusong.words import Text, number

DRIVABLE = ("car", "motorbike")

NO_ROADS = Text("chưa có lớp đường giao thông", "there is no layer of roads")
UNSURE = Text("có đường nhưng chưa rõ loại đường", "there is a road, of unknown class")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A place at the nearest drivable road, or where it was; ``moved_m`` is NaN where it was not moved."""

    by_road: Literal["yes", "no", "unknown"]
    lon_deg: float
    lat_deg: float
    moved_m: float
    road_name: str
    text: Text


def reach_by_road(
    lon_deg: Floats, lat_deg: Floats, roads: gpd.GeoDataFrame | None, *, within_m: float
) -> tuple[Reached, ...]:
    """Move places to the nearest road for cars or motorbikes within reach, and say of each whether there is one.

    Parameters
    ----------
    lon_deg, lat_deg
        The places, shape (n,).
    roads
        Lines in EPSG:4326 with ``road_class`` and ``road_name``; None where there is no layer, so that reaching a
        place is unknown.
    within_m
        A place is moved this far at most; one farther from any road stays and is said not to be reached, or unknown
        where a road of unknown class is that near.
    """
    if roads is None or not len(lon_deg):
        return tuple(
            _stays("unknown", NO_ROADS, lon, lat) for lon, lat in zip(lon_deg.tolist(), lat_deg.tolist(), strict=True)
        )
    epsg = metric_crs(float(lon_deg.mean()), float(lat_deg.mean()))
    x_m, y_m = project(lon_deg, lat_deg, epsg)
    classes = roads["road_class"].fillna("").astype(str)
    drivable = roads[classes.isin(DRIVABLE)].to_crs(epsg)
    near = _nearest(drivable, x_m, y_m, within_m)
    unsure = np.isfinite(_nearest(roads[classes == ""].to_crs(epsg), x_m, y_m, within_m)[:, 0])
    moved_lon, moved_lat = unproject(near[:, 0], near[:, 1], epsg)
    names = drivable["road_name"].fillna("").astype(str).tolist()
    reached = []
    for i, (_, _, away_m, line) in enumerate(near.tolist()):
        if not np.isfinite(away_m):
            stays = ("unknown", UNSURE) if unsure[i] else ("no", _too_far(within_m))
            reached.append(_stays(*stays, float(lon_deg[i]), float(lat_deg[i])))  # type: ignore[arg-type]
            continue
        name = names[int(line)]
        reached.append(
            Reached(
                by_road="yes",
                lon_deg=round(float(moved_lon[i]), 5),
                lat_deg=round(float(moved_lat[i]), 5),
                moved_m=float(np.round(away_m)),
                road_name=name,
                text=_on_road(name, away_m),
            )
        )
    return tuple(reached)


def columns_of(reached: Sequence[Reached]) -> dict[str, list[object]]:
    """Return the columns of a table of places: ``by_road``, ``road_name``, ``moved_m``, ``road_vi`` …."""
    return {
        "by_road": [one.by_road for one in reached],
        "road_name": [one.road_name for one in reached],
        "moved_m": [one.moved_m for one in reached],
        "road_vi": [one.text.vi for one in reached],
        "road_en": [one.text.en for one in reached],
        "lon_deg": [one.lon_deg for one in reached],
        "lat_deg": [one.lat_deg for one in reached],
    }


def _stays(by_road: Literal["no", "unknown"], text: Text, lon_deg: float, lat_deg: float) -> Reached:
    return Reached(by_road=by_road, lon_deg=lon_deg, lat_deg=lat_deg, moved_m=np.nan, road_name="", text=text)


def _too_far(within_m: float) -> Text:
    return Text(
        f"không có đường ô tô, xe máy trong {number(within_m)} m",
        f"not reachable by road within {number(within_m, 'en')} m",
    )


def _on_road(name: str, moved_m: float) -> Text:
    said = name if name.lower().startswith("đường") else f"đường {name}"
    vi, en = (f"trên {said}", f"on road {name}") if name else ("trên đường", "on a road")
    return Text(
        f"{vi}, cách nơi cần đo {number(moved_m)} m", f"{en}, {number(moved_m, 'en')} m from the place to measure"
    )


def _nearest(roads: gpd.GeoDataFrame, x_m: Floats, y_m: Floats, within_m: float) -> Floats:
    """Return for each place x, y, distance and number of the nearest point of a road; NaN where none is near."""
    near = np.full((len(x_m), 4), np.nan)
    if not len(roads):
        return near
    lines, points = roads.geometry.to_numpy(), np.asarray(shapely.points(x_m, y_m))
    place, line = shapely.STRtree(lines).query_nearest(points, max_distance=within_m, all_matches=False)
    on = shapely.line_interpolate_point(lines[line], shapely.line_locate_point(lines[line], points[place]))
    near[place, 0], near[place, 1] = shapely.get_x(on), shapely.get_y(on)
    near[place, 2], near[place, 3] = shapely.distance(points[place], on), line
    return near
