"""Test points of a package: the centre of each village and the middle of each cluster, at the nearest road.

A point is a public centre or the middle of an area, nobody's house, and stands for five households at least.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import geopandas as gpd
import numpy as np
import shapely

from phusong.coverage.earth import path_km
from phusong.data.crs import to_vn2000
from phusong.data.road_reach import Reached, reach_by_road
from phusong.data.terms import LEAST_SHOWN
from phusong.tenders.acceptance.options import Options, options_of
from phusong.tenders.package.shown import is_shown
from phusong.tenders.package.values import Area, Place, Setting, TestPoint, Village

DECIMALS = 5
"""Of a degree, about a metre: no test needs more."""


@dataclass(slots=True, kw_only=True)
class _Spot:
    """A point in the making; ``own`` are the areas it stands for."""

    kind: Literal["centre", "cluster"]
    unit: Area | Village
    lon_deg: float
    lat_deg: float
    zone: Place
    own: list[Area] = field(default_factory=list)
    reached: Reached | None = None


def test_points(
    areas: Sequence[Area],
    villages: Sequence[Village],
    roads: gpd.GeoDataFrame | None,
    settings: Sequence[Setting],
) -> tuple[TestPoint, ...]:
    """Return where a package is tested at acceptance.

    Parameters
    ----------
    areas
        The areas of the package. One that no site serves (``planned_households`` is 0) is not tested: nobody is asked
        to cover it.
    villages
        Those with areas in the package; one without a known centre has its clusters only.
    roads
        Lines in EPSG:4326 with ``road_class`` and ``road_name``; None where there is no layer.
    settings
        Options of the documents: reach of a road, radius of a point, samples.

    Returns
    -------
    points
        By commune, village and number; the same input gives the same ids. A cluster point stands for the households of
        its area, a centre for those of all tested areas of its village. Areas of under five households are tested at
        the nearest point of their village (outside villages: of their commune) and have none of their own; where a
        village has no other, it has no point. Points of a village that would lie within the radius of one another are
        one.
    """
    options = options_of(settings)
    spots = [spot for group in _groups(areas, villages) for spot in _spots(*group)]
    lon = np.array([spot.lon_deg for spot in spots], dtype=np.float64)
    lat = np.array([spot.lat_deg for spot in spots], dtype=np.float64)
    for spot, reached in zip(spots, reach_by_road(lon, lat, roads, within_m=options.road_within_m), strict=True):
        spot.reached = reached
    by_unit: dict[tuple[str, str], list[_Spot]] = {}
    for spot in spots:
        by_unit.setdefault((spot.unit.commune_code, spot.unit.village_code), []).append(spot)
    points = (_points(_merged(own, options), options) for _, own in sorted(by_unit.items()))
    return tuple(point for of_unit in points for point in of_unit)


test_points.__test__ = False  # type: ignore[attr-defined]  # a name of the field, not a test of ours


def untested(areas: Iterable[Area], points: Iterable[TestPoint]) -> tuple[Area, ...]:
    """Return the areas of villages that have no point, and those that no site serves: nobody is tested there."""
    at = {(point.commune_code, point.village_code) for point in points}
    return tuple(
        area for area in areas if not area.planned_households or (area.commune_code, area.village_code) not in at
    )


def _groups(areas: Sequence[Area], villages: Sequence[Village]) -> Iterable[tuple[tuple[Area, ...], Village | None]]:
    """Yield the tested areas of each village, and those outside villages by commune."""
    known = {(village.commune_code, village.village_code): village for village in villages}
    groups: dict[tuple[str, str], list[Area]] = {}
    for area in sorted(areas, key=lambda one: one.gap_id):
        if area.planned_households > 0:
            groups.setdefault((area.commune_code, area.village_code), []).append(area)
    for key, own in sorted(groups.items()):
        yield tuple(own), known.get(key) if key[1] else None


def _spots(areas: tuple[Area, ...], village: Village | None) -> list[_Spot]:
    """Return the places of one village before they are moved: its centre, then its clusters, largest first."""
    spots = []
    if village is not None and village.place is not None and sum(a.households for a in areas) >= LEAST_SHOWN:
        place = village.place
        spots.append(_Spot(kind="centre", unit=village, lon_deg=place.lon_deg, lat_deg=place.lat_deg, zone=place))
        spots[0].own = list(areas)
    shown = [area for area in areas if is_shown(area)]
    for area in sorted(shown, key=lambda one: (-one.households, one.gap_id)):
        lon, lat = _middle(area)
        spots.append(_Spot(kind="cluster", unit=area, lon_deg=lon, lat_deg=lat, zone=area.place, own=[area]))
    for area in areas:
        if not is_shown(area) and spots and not (spots[0].kind == "centre" and len(spots) == 1):
            clusters = [spot for spot in spots if spot.kind == "cluster"]
            min(clusters, key=lambda spot: _apart_m(spot, *_middle(area))).own.append(area)
    return spots


def _middle(area: Area) -> tuple[float, float]:
    """Return the area's own point where that lies in its outline, else one that surely does."""
    outline = shapely.from_wkt(area.outline_wkt)
    inside = outline.representative_point()
    lon, lat = (inside.x, inside.y) if not inside.is_empty else (area.place.lon_deg, area.place.lat_deg)
    return round(lon, DECIMALS), round(lat, DECIMALS)


def _apart_m(spot: _Spot, lon_deg: float, lat_deg: float) -> float:
    return 1000.0 * path_km(spot.lon_deg, spot.lat_deg, lon_deg, lat_deg)[0]


def _merged(spots: list[_Spot], options: Options) -> list[_Spot]:
    """Return the spots of a village, those within the radius of an earlier one joined to it."""
    kept: list[_Spot] = []
    for spot in spots:
        at = _reached(spot)
        near = [one for one in kept if _between_m(_reached(one), at) < options.radius_m]
        if not near:
            kept.append(spot)
            continue
        same = min(near, key=lambda one: _between_m(_reached(one), at))
        same.own += [area for area in spot.own if area not in same.own]
    return kept


def _reached(spot: _Spot) -> Reached:
    if spot.reached is None:
        raise AssertionError("a spot is moved before it is merged")
    return spot.reached


def _between_m(one: Reached, other: Reached) -> float:
    return 1000.0 * path_km(one.lon_deg, one.lat_deg, other.lon_deg, other.lat_deg)[0]


def _points(spots: list[_Spot], options: Options) -> list[TestPoint]:
    """Return the points of a village with their samples: the village's least number is shared out among them."""
    samples = max(options.samples_per_point, math.ceil(options.samples_per_village / max(len(spots), 1)))
    return [_point(spot, number, samples) for number, spot in enumerate(spots, start=1)]


def _point(spot: _Spot, number: int, samples: int) -> TestPoint:
    unit, at = spot.unit, _reached(spot)
    gap_ids = [area.gap_id for area in spot.own]
    return TestPoint(
        point_id=f"DK-{unit.village_code or unit.commune_code}-{number}",
        kind=spot.kind,
        village_code=unit.village_code,
        village_name=unit.village_name,
        commune_code=unit.commune_code,
        commune_name=unit.commune_name,
        gap_id=gap_ids[0] if spot.kind == "cluster" or len(gap_ids) == 1 else "",
        households=sum(area.households for area in spot.own),
        place=_place(at, spot.zone),
        by_road=at.by_road,
        road_text=at.text,
        samples=samples,
    )


def _place(at: Reached, like: Place) -> Place:
    lon, lat = round(at.lon_deg, DECIMALS), round(at.lat_deg, DECIMALS)
    northing, easting = to_vn2000([lon], [lat], like.vn2000_epsg)
    return replace(
        like,
        lon_deg=lon,
        lat_deg=lat,
        vn2000_northing_m=round(float(northing[0]), 2),
        vn2000_easting_m=round(float(easting[0]), 2),
    )
