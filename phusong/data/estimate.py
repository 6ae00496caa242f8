"""Estimate where households are when there is no list: population ÷ persons per household, over residential land.

Every point is labelled ``estimated`` and says what it was placed on. The totals of each commune are exact; the places
are drawn at random, the same for the same seed, and always inside the commune.
"""

from __future__ import annotations

import hashlib
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from phusong.data.land_cover import LandCover
from phusong.data.polygons import only_polygons
from phusong.errors import OutOfRangeError, Problem, Range, StudyError
from phusong.words import Text, number

Placement = Literal["residential", "built_up", "whole_unit"]
PERSONS_PER_HOUSEHOLD = Range(1.0, 15.0)
MAX_POINTS = 100_000
"""Points of an estimate; where there are more households a point stands for several."""
DENSEST_PER_KM2 = 30_000.0
"""Households on a km² of residential land; above it the map lacks residential land and the next kind is taken.

About 108,000 people per km², over four times the density of Thanh Khê, Đà Nẵng's densest phường."""

HOUSEHOLD_COLUMNS = (
    *("household_key", "lon_deg", "lat_deg", "weight", "coord_quality"),
    *("village_code", "village_name", "commune_code", "placement"),
)
_DECIMALS = 6  # 0.1 m: finer would pretend
_DRAWS = 10_000
_KM_PER_DEG = 111.32


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HouseholdEstimate:
    """Estimated household points (``HOUSEHOLD_COLUMNS``) and what must be known about them."""

    households: pd.DataFrame
    problems: tuple[Problem, ...]


def estimate_households(
    communes: gpd.GeoDataFrame,
    land_cover: LandCover | None,
    *,
    persons_per_household: float,
    seed: int,
    max_points: int = MAX_POINTS,
) -> HouseholdEstimate:
    """Place the households of each commune.

    Parameters
    ----------
    communes
        With commune_code, commune_name, population (NaN unknown) and polygons in EPSG:4326.
    land_cover
        Where people live; None: spread over the whole of each commune.
    persons_per_household
        The assumption to state beside every count.
    seed
        The same seed, communes and land cover give the same points. Each commune draws from its own stream.
    max_points
        Where there are more households, a point stands for several (``weight``).

    Returns
    -------
    estimate
        The weights of a commune's points sum to ``round(population / persons_per_household)``. ``placement`` is
        residential, else built_up, else whole_unit. A commune without a known population has no points and a problem.
    """
    _check_persons(persons_per_household)
    population = communes.population.to_numpy(dtype=np.float64)
    households = [round(people / persons_per_household) if math.isfinite(people) else 0 for people in population]
    share = _households_a_point(households, max_points)
    choices = _Choices(land_cover)
    parts, placements = [], []
    for commune, count in zip(communes.itertuples(), households, strict=True):
        if count == 0:
            continue
        placement, polygons = choices.for_commune(commune.geometry, count)
        points = -(-count // share)
        rng = np.random.default_rng([seed, zlib.crc32(commune.commune_code.encode("utf-8"))])
        lon_deg, lat_deg = _scatter(polygons, points, rng)
        placements.append((placement, commune.commune_name))
        parts.append(_rows(commune.commune_code, lon_deg, lat_deg, count, placement, seed))
    found = pd.concat(parts, ignore_index=True) if parts else _rows("", np.empty(0), np.empty(0), 0, "whole_unit", 0)
    unknown = [
        name for name, people in zip(communes.commune_name, population, strict=True) if not math.isfinite(people)
    ]
    return HouseholdEstimate(households=found, problems=tuple(_problems(unknown, placements)))


def _check_persons(value: float) -> None:
    if not PERSONS_PER_HOUSEHOLD.holds(value):
        vi, en = (PERSONS_PER_HOUSEHOLD.text(name, value) for name in ("Số người mỗi hộ", "Persons per household"))
        raise OutOfRangeError(Text(vi.vi, en.en))


def _households_a_point(households: Sequence[int], max_points: int) -> int:
    """Return how many households a point stands for, so that all communes together stay under the cap."""
    populated = sum(count > 0 for count in households)
    if max_points <= populated:
        raise StudyError(
            Text(
                f"Số điểm tối đa ({number(max_points)}) phải lớn hơn số xã có dân ({number(populated)}).",
                f"The cap on points ({number(max_points, 'en')}) must exceed the populated communes ({populated}).",
            )
        )
    return max(-(-sum(households) // (max_points - populated)), 1)


class _Choices:
    """The areas of each kind, found by commune."""

    def __init__(self, land_cover: LandCover | None) -> None:
        kinds: tuple[Placement, ...] = ("residential", "built_up")
        self.areas = {kind: land_cover.areas_of(kind) for kind in kinds} if land_cover else {}  # type: ignore[arg-type]
        self.trees = {kind: shapely.STRtree(areas) for kind, areas in self.areas.items()}

    def for_commune(self, commune: shapely.Geometry, households: int) -> tuple[Placement, NDArray[np.object_]]:
        """Return the polygons to place on: the first kind with land enough, or the whole commune."""
        for kind, areas in self.areas.items():
            near = np.sort(self.trees[kind].query(commune, predicate="intersects"))
            land = shapely.union_all(shapely.intersection(areas[near], commune))  # overlapping areas count once
            polygons = _polygons(land)
            if households <= DENSEST_PER_KM2 * _area_km2(polygons).sum():
                return kind, polygons
        return "whole_unit", _polygons(commune)


def _polygons(geometry: shapely.Geometry) -> NDArray[np.object_]:
    parts: NDArray[np.object_] = shapely.get_parts(only_polygons(np.array([geometry], dtype=object)))
    return parts


def _area_km2(polygons: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return areas good to 1 %: enough to share points out, without a projection for each piece."""
    lat_deg = shapely.get_y(shapely.centroid(polygons))
    area = shapely.area(polygons) * _KM_PER_DEG**2 * np.cos(np.radians(lat_deg))
    return np.asarray(area, dtype=np.float64)


def _scatter(
    polygons: NDArray[np.object_], points: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw points evenly over polygons; each lies inside one after it is rounded."""
    area_km2 = _area_km2(polygons)
    wanted = rng.multinomial(points, area_km2 / area_km2.sum())
    lon_deg, lat_deg = np.empty(points), np.empty(points)
    done = 0
    for polygon, count in zip(polygons[wanted > 0], wanted[wanted > 0], strict=True):
        drawn = slice(done, done + count)
        lon_deg[drawn], lat_deg[drawn] = _inside(polygon, int(count), rng)
        done += count
    return lon_deg, lat_deg


def _inside(
    polygon: shapely.Polygon, count: int, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw in the box around the polygon until enough points are inside; of a sliver, take a point on it."""
    shapely.prepare(polygon)
    west, south, east, north = polygon.bounds
    found = np.empty((0, 2))
    drawn = 0
    while len(found) < count and drawn < _DRAWS * count:
        size = max(2 * count, 64)
        lon_deg = np.round(rng.uniform(west, east, size), _DECIMALS)
        lat_deg = np.round(rng.uniform(south, north, size), _DECIMALS)
        inside = shapely.contains_xy(polygon, lon_deg, lat_deg)
        found = np.vstack([found, np.column_stack([lon_deg, lat_deg])[inside]])
        drawn += size
    if len(found) < count:
        on_it = shapely.get_coordinates(shapely.point_on_surface(polygon))
        found = np.vstack([found, np.repeat(on_it, count - len(found), axis=0)])
    return found[:count, 0], found[:count, 1]


def _rows(
    commune_code: str,
    lon_deg: NDArray[np.float64],
    lat_deg: NDArray[np.float64],
    households: int,
    placement: Placement,
    seed: int,
) -> pd.DataFrame:
    """Return the rows of a commune; its households are shared out so that no two weights are more than one apart."""
    points = len(lon_deg)
    share, rest = divmod(households, points) if points else (0, 0)
    return pd.DataFrame(
        {
            "household_key": [_key(seed, commune_code, at) for at in range(points)],
            "lon_deg": lon_deg,
            "lat_deg": lat_deg,
            "weight": np.where(np.arange(points) < rest, share + 1, share).astype(np.int64),
            "coord_quality": ["estimated"] * points,
            "village_code": [""] * points,
            "village_name": [""] * points,
            "commune_code": [commune_code] * points,
            "placement": [placement] * points,
        }
    )


def _key(seed: int, commune_code: str, at: int) -> str:
    """Return a key that looks random, says nothing, and is the same for the same seed."""
    digest = hashlib.blake2b(f"{seed}/{commune_code}/{at}".encode(), digest_size=8)
    return f"U{digest.hexdigest()}"


def _problems(unknown: Sequence[str], placements: Sequence[tuple[Placement, str]]) -> list[Problem]:
    file = "ước tính hộ (household estimate)"
    problems = [
        Problem(
            level="warning",
            file=file,
            text=Text(
                f"{name}: chưa có số dân nên không ước tính được hộ",
                f"{name}: no population, so no households could be estimated",
            ),
        )
        for name in unknown
    ]
    for kind, vi, en in (
        ("built_up", "thiếu đất ở trong lớp phủ, hộ đặt trên đất xây dựng", "placed on built-up land"),
        (
            "whole_unit",
            "không có hoặc thiếu đất ở trong lớp phủ, hộ rải trên toàn đơn vị",
            "spread over the whole unit",
        ),
    ):
        names = [name for placement, name in placements if placement == kind]
        if names:
            count, whole, listed = len(names), len(placements), ", ".join(names)
            text = Text(
                f"{number(count)}/{number(whole)} đơn vị {vi}: {listed}",
                f"{count} of {whole} units lack residential land in the land cover; households {en}: {listed}",
            )
            problems.append(Problem(level="warning", file=file, text=text))
    return problems
