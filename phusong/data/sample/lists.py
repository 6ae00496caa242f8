"""The villages, households and stations as the lists tell them: estimated places, missing values, several spellings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from phusong.data.sample.communes import PROVINCE_CODE, PROVINCE_NAME
from phusong.data.sample.invented import decomposed
from phusong.data.sample.land import Land, dice
from phusong.data.sample.people import Houses, Villages
from phusong.data.sample.recipe import Frame, Recipe

Grid = NDArray[np.float64]

PLACE_ERROR_M = {"gps": 6.0, "digitised": 25.0, "estimated": 280.0}
"""Standard deviation, east and north, of a listed house from where it stands."""
PERSONS = (0.05, 0.12, 0.19, 0.27, 0.19, 0.11, 0.07)
"""Shares of households of 1, 2 … 7 persons: 3.9 on average."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """What the lists call the communes and villages of the province; tone marks stand as in older files (``hoà``)."""

    commune_codes: list[str]
    commune_names: list[str]
    commune_kinds: list[str]
    village_codes: list[str]
    village_names: list[str]

    def full_name(self, commune: int) -> str:
        """Return kind and name of a commune: ``Xã Hoà Khê``."""
        return f"{self.commune_kinds[commune].capitalize()} {self.commune_names[commune]}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HouseholdList:
    """The household list by field names, with where each house is listed and how many households it stands for."""

    table: pd.DataFrame
    lon_deg: Grid
    lat_deg: Grid
    weight: NDArray[np.int64]
    persons: NDArray[np.int64]


def household_list(
    houses: Houses, villages: Villages, place: Place, polygons: NDArray[Any], frame: Frame, recipe: Recipe, seed: int
) -> HouseholdList:
    """List the households in the order of their villages; the key says nothing about place or person."""
    random = dice(seed, "household list")
    n = len(houses.x_m)
    estimated = recipe.estimated_share
    quality = random.choice(("gps", "digitised", "estimated"), size=n, p=(0.70 - estimated, 0.30, estimated))
    error = np.select([quality == q for q in PLACE_ERROR_M], list(PLACE_ERROR_M.values()))
    east, south = random.normal(size=(2, n)) * error
    lon, lat = (np.round(a, 6) for a in frame.lonlat(houses.x_m + east, houses.y_m + south))
    stray = ~_in_province(
        lon, lat, polygons
    )  # no clerk lists a house beyond the border: the village's centre stands in
    quality = np.where(stray, "estimated", quality)
    centre_lon, centre_lat = (np.round(a, 6)[houses.village] for a in frame.lonlat(villages.x_m, villages.y_m))
    lon, lat = np.where(stray, centre_lon, lon), np.where(stray, centre_lat, lat)
    weight = np.where(random.random(n) < 0.004, random.integers(2, 7, n), 1)
    persons = random.choice(np.arange(1, 8), size=n, p=PERSONS) * weight
    codes, names = np.array(place.village_codes), np.array(place.village_names)
    commune = villages.commune[houses.village]
    nfd = random.random(len(place.commune_codes)) < 0.06  # some communes' clerks use a program that decomposes
    spelt = np.where(nfd[villages.commune], [decomposed(name) for name in names], names)
    table = pd.DataFrame(
        {
            "row_no": np.arange(1, n + 1),
            "household_key": _keys(n, random),
            "commune_code": np.array(place.commune_codes)[commune],
            "commune_name": np.array([place.full_name(k) for k in range(len(place.commune_codes))])[commune],
            "village_name": spelt[houses.village],
            "village_code": np.where(random.random(n) < 0.03, "", codes[houses.village]),
            "cluster": _cluster_names(houses.cluster),
            "lon": lon,
            "lat": lat,
            "coord_quality": quality,
            "persons": persons,
            "powered": np.where(random.random(n) < unpowered(villages, seed)[houses.village], False, True),
            "weight": weight,
            "surveyed_on": np.array([date(2026, 6, 1) + timedelta(days=int(d)) for d in range(110)])[
                random.integers(0, 110, len(villages.cell))[houses.village]
            ],
        }
    )
    return HouseholdList(table=table, lon_deg=lon, lat_deg=lat, weight=weight, persons=persons)


def _in_province(lon_deg: Grid, lat_deg: Grid, polygons: NDArray[Any]) -> NDArray[np.bool_]:
    province = shapely.union_all(polygons)
    shapely.prepare(province)
    return np.asarray(shapely.contains_xy(province, lon_deg, lat_deg))


def _keys(count: int, random: np.random.Generator) -> list[str]:
    """Return different random keys."""
    numbers = random.permutation(16_000_000)[:count] if count > 200_000 else random.choice(2**24, count, replace=False)
    return [f"HD-{int(number):06X}" for number in numbers]


def _cluster_names(cluster: NDArray[np.int64]) -> NDArray[np.str_]:
    names = np.array(["", "Cụm Trên", "Cụm Khe Trong", "Cụm Suối", "Cụm Đồi", ""])
    return np.asarray(names[cluster])


def unpowered(villages: Villages, seed: int) -> Grid:
    """Return the share of households without grid power of each village: a few remote villages have none at all."""
    random = dice(seed, "power")
    dark = (random.random(len(villages.cell)) < 0.05) & ~villages.is_town & (villages.houses < 80)
    return np.where(dark, 1.0, np.where(random.random(len(villages.cell)) < 0.15, 0.03, 0.0))


def village_list(
    villages: Villages, listed: HouseholdList, houses: Houses, place: Place, frame: Frame, recipe: Recipe, seed: int
) -> pd.DataFrame:
    """List the villages; some centres are missing, totals are those of last year's report."""
    random = dice(seed, "village list")
    n = len(villages.cell)
    households = np.bincount(houses.village, weights=listed.weight, minlength=n)
    population = np.bincount(houses.village, weights=listed.persons, minlength=n)
    east, south = random.normal(0.0, 30.0, (2, n))
    lon, lat = (np.round(a, 5) for a in frame.lonlat(villages.x_m + east, villages.y_m + south))
    missing = random.random(n) < recipe.centre_missing_share
    dark = unpowered(villages, seed) == 1.0
    poor = (random.random(n) < np.where(villages.is_town, 0.02, 0.28)) | dark
    powered = pd.Series(np.where(dark, False, True), dtype=object)
    powered[random.random(n) < 0.03] = None
    drift = np.where(random.random(n) < 0.3, random.integers(-4, 5, n), 0)
    return pd.DataFrame(
        {
            "row_no": np.arange(1, n + 1),
            "village_code": place.village_codes,
            "village_name": place.village_names,
            "province_code": PROVINCE_CODE,
            "province_name": PROVINCE_NAME,
            "commune_code": [place.commune_codes[k] for k in villages.commune],
            "commune_name": [place.full_name(int(k)) for k in villages.commune],
            "lon": np.where(missing, np.nan, lon),
            "lat": np.where(missing, np.nan, lat),
            "households": np.maximum(households + drift, 1),
            "population": population + 4 * drift.clip(min=0),
            "totals_year": 2025,
            "grid_power": powered,
            "is_dbkk": poor,
            "commune_region": _regions(villages, poor),
        }
    )


def _regions(villages: Villages, poor: NDArray[np.bool_]) -> Sequence[str]:
    """Return the region of each village's commune by its share of poor villages."""
    share = np.bincount(villages.commune, weights=poor) / np.bincount(villages.commune)
    return list(np.select([share > 0.35, share > 0.15], ["III", "II"], "I")[villages.commune])


def named(villages: Villages, land: Land, names: Sequence[str], village_names: Sequence[str], seed: int) -> Place:
    """Give communes and villages their codes and kinds: the larger towns are wards (phường)."""
    count = len(land.towns)
    codes = [f"99{101 + 7 * k:03d}" for k in range(count)]
    people = np.bincount(villages.commune, weights=villages.houses, minlength=count)
    wards = set(np.argsort(-people, kind="stable")[: max(1, count // 12)].tolist())
    within = np.arange(len(villages.cell)) - np.searchsorted(villages.commune, villages.commune)
    return Place(
        commune_codes=codes,
        commune_names=list(names),
        commune_kinds=["phường" if k in wards else "xã" for k in range(count)],
        village_codes=[f"{codes[c]}-{i + 1:02d}" for c, i in zip(villages.commune, within, strict=True)],
        village_names=list(village_names),
    )
