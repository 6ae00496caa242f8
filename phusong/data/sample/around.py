"""What else the sample's map layers show: land nobody may build on, places of interest, coverage operators claim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio.features
import shapely
from numpy.typing import NDArray
from scipy import ndimage

from phusong.coverage.reasons import operator_title
from phusong.data.polygons import only_polygons
from phusong.data.sample.ground import field, unbend
from phusong.data.sample.land import Land, dice
from phusong.data.sample.lists import Place
from phusong.data.sample.masts import OPERATORS, Mast
from phusong.data.sample.people import Houses, Villages
from phusong.data.sample.surface import coarse_cell
from phusong.data.sample.truth import Levels

Grid = NDArray[np.float64]

FOREST_FROM = 0.52
"""How high the noise must be where forest is protected; about a tenth of the mountains."""
SMALLEST_FOREST_CELLS = 250
CLAIMED_DBM = {"lõi": -108.0, "biên": -117.0}
"""Operators draw their maps from these levels on, under which a phone no longer works at −110 dBm."""
ROUND_A_HOUSE_CELLS = 4
ROUND_A_MAST_M = 1_400.0
"""Operators claim all ground this near their masts, those off the air included."""
DECIMALS = 6


def constraints(land: Land, villages: Villages, seed: int) -> gpd.GeoDataFrame:
    """Return protected forests on the heights, a few pieces of defence land, and old places near towns."""
    frame = land.frame
    x, y = frame.plane_m()
    noise = field(x, y, scale_m=9_000.0, octaves=3, seed=seed + 301)
    wild = (noise > FOREST_FROM) & (land.commune >= 0) & (land.valley > 2.0) & (land.slope > 0.08)
    forests = _areas(ndimage.binary_opening(wild, iterations=2), land, seed, least_cells=SMALLEST_FOREST_CELLS)
    random = dice(seed, "constraints")
    defence = _discs(
        _spots(land, villages, random, count=max(2, len(land.towns) // 18)), (500.0, 1_100.0), land, random
    )
    towns = np.flatnonzero(villages.is_town)
    old = random.choice(towns, size=max(1, len(towns) // 20), replace=False)
    near = np.column_stack([villages.x_m[old], villages.y_m[old]]) + random.normal(0.0, 350.0, (len(old), 2))
    heritage = _discs(near, (60.0, 140.0), land, random)
    kinds = ["Rừng phòng hộ", "Rừng đặc dụng"]
    rows = [
        *({"loai": kinds[k % 3 == 2], "ten": f"Khu rừng {k + 1}"} for k in range(len(forests))),
        *({"loai": "Đất quốc phòng", "ten": f"Khu quân sự {k + 1}"} for k in range(len(defence))),
        *({"loai": "Di tích", "ten": f"Di tích {k + 1}"} for k in range(len(heritage))),
    ]
    return gpd.GeoDataFrame(rows, geometry=[*forests, *defence, *heritage], crs="EPSG:4326")


def _spots(land: Land, villages: Villages, random: np.random.Generator, *, count: int) -> Grid:
    """Return x and y of places on the heights within 3 km of villages: where a camp may stand."""
    chosen = random.choice(len(villages.cell), size=count, replace=False)
    turn, away = random.uniform(0.0, 2.0 * np.pi, count), random.uniform(1_200.0, 3_000.0, count)
    return np.column_stack([villages.x_m[chosen] + away * np.cos(turn), villages.y_m[chosen] + away * np.sin(turn)])


def _discs(
    centre_m: Grid, radius_m: tuple[float, float], land: Land, random: np.random.Generator
) -> list[shapely.Polygon]:
    """Return uneven round areas."""
    turns = np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False)
    found = []
    for x, y in centre_m:
        reach = random.uniform(*radius_m) * (1.0 + 0.12 * np.sin(3.0 * turns + random.uniform(0.0, 6.0)))
        ring = land.frame.lonlat(x + reach * np.cos(turns), y + reach * np.sin(turns))
        found.append(shapely.Polygon(np.round(np.column_stack(ring), DECIMALS)))
    return found


def _areas(mask: NDArray[np.bool_], land: Land, seed: int, *, least_cells: int = 1) -> list[Any]:
    """Return marked cells of the coarse grid as polygons in WGS84, the steps of the grid rounded off."""
    frame = land.frame
    shapes = [
        shapely.geometry.shape(shape)
        for shape, _ in rasterio.features.shapes(mask.astype(np.uint8), mask=mask, connectivity=4)
    ]
    kept = [shapely.simplify(shape, 1.2) for shape in shapes if shape.area >= least_cells]

    def shown(points: Grid) -> Grid:
        x, y = points[:, 0] * frame.cell_m, points[:, 1] * frame.cell_m * frame.aspect
        unbend(x, y, seed)
        return np.asarray(np.round(np.column_stack(frame.lonlat(x, y)), DECIMALS), dtype=np.float64)

    drawn = shapely.make_valid(np.array([shapely.transform(shape, shown) for shape in kept], dtype=object))
    return list(shapely.normalize(drawn))


def places(villages: Villages, land: Land, place: Place, seed: int) -> gpd.GeoDataFrame:
    """Return offices, clinics and schools of communes, schools of villages, border posts in the west, parks east."""
    random = dice(seed, "places")
    towns = np.flatnonzero(villages.is_town)
    rest = np.flatnonzero(~villages.is_town)
    schooled = rest[random.random(len(rest)) < 0.35]
    west = rest[np.argsort(villages.x_m[rest], kind="stable")[: max(1, len(towns) // 20)]]
    east = towns[np.argsort(-villages.x_m[towns], kind="stable")[: max(1, len(towns) // 25)]]
    wanted = (
        *(("UBND xã", "UBND {commune}", towns, 60.0), ("Trạm y tế", "Trạm y tế {commune}", towns, 150.0)),
        *(("Trường học", "Trường THCS {commune}", towns, 220.0),),
        *(("Trường học", "Điểm trường {village}", schooled, 90.0),),
        *(("Đồn biên phòng", "Đồn biên phòng {commune}", west, 400.0),),
        *(("Khu công nghiệp", "Cụm công nghiệp {commune}", east, 900.0),),
    )
    rows, points = [], []
    for kind, title, where, away_m in wanted:
        x, y = (at[where] + random.normal(0.0, away_m, len(where)) for at in (villages.x_m, villages.y_m))
        points += np.round(np.column_stack(land.frame.lonlat(x, y)), DECIMALS).tolist()
        for v in where.tolist():
            commune = place.full_name(int(villages.commune[v])).removeprefix("Xã ")
            rows.append({"loai": kind, "ten": title.format(commune=commune, village=place.village_names[v])})
    table = pd.DataFrame(rows)
    table.insert(0, "ma", [f"DD{k:04d}" for k in range(1, len(rows) + 1)])
    return gpd.GeoDataFrame(table, geometry=shapely.points(points), crs="EPSG:4326")


def claims(houses: Houses, levels: Levels, masts: Sequence[Mast], land: Land, seed: int) -> gpd.GeoDataFrame:
    """Return the coverage each operator claims for its 4G: the truth drawn too large, and all ground near its masts."""
    cell = coarse_cell(land.frame, houses.x_m, houses.y_m, seed)
    rows, areas = [], []
    for operator in OPERATORS:
        columns = [k for k, la in enumerate(levels.layers) if (la.operator, la.technology) == (operator, "4G")]
        best = np.nan_to_num(levels.level_dbm[:, columns], nan=-999.0).max(axis=1, initial=-999.0)
        near = _near_masts(operator, masts, land, seed)
        for strength, least_dbm in CLAIMED_DBM.items():
            mask = _drawn(cell, best >= least_dbm, near, land, cells=ROUND_A_HOUSE_CELLS - 2 * (strength == "lõi"))
            found = _areas(mask, land, seed, least_cells=6)
            areas.append(shapely.normalize(shapely.union_all(only_polygons(np.array(found, dtype=object)))))
            rows.append({"nha_mang": operator_title(operator), "cong_nghe": "4G", "muc_phu": strength})
    table = pd.DataFrame(rows)
    table["ngay"] = "30/09/2026"
    return gpd.GeoDataFrame(table, geometry=areas, crs="EPSG:4326")


def _near_masts(operator: str, masts: Sequence[Mast], land: Land, seed: int) -> NDArray[np.bool_]:
    """Mark the coarse cells near an operator's masts that carry 4G."""
    own = [m for m in masts if m.operator == operator and any(c.technology == "4G" for c in m.carriers)]
    marked = np.ones(land.frame.shape, dtype=bool)
    marked[coarse_cell(land.frame, np.array([m.x_m for m in own]), np.array([m.y_m for m in own]), seed)] = False
    sampling = (land.frame.cell_m * land.frame.aspect, land.frame.cell_m)
    return np.asarray(ndimage.distance_transform_edt(marked, sampling=sampling) <= ROUND_A_MAST_M)


def _drawn(
    cell: tuple[NDArray[np.int64], NDArray[np.int64]],
    claimed: NDArray[np.bool_],
    near: NDArray[np.bool_],
    land: Land,
    *,
    cells: int,
) -> NDArray[np.bool_]:
    """Return the ground drawn as covered: round the houses claimed and near masts, within the province."""
    marked = np.zeros(land.frame.shape, dtype=bool)
    marked[cell[0][claimed], cell[1][claimed]] = True
    grown = ndimage.binary_dilation(marked, iterations=cells)
    return np.asarray(ndimage.binary_closing(grown | near, iterations=3) & (land.commune >= 0))
