"""A small study.duckdb for map tiles, made by the program's own writer; and tiles read by GDAL."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from phusong.coverage.criteria import STATES, VILLAGE_CLASSES
from phusong.data.store import write_duckdb, write_parquet
from phusong.maps.tile_grid import EXTENT
from phusong.maps.tile_layers import SECTORS
from phusong.maps.tile_tables import (
    SHAPES,
    VIEWS,
    TiledHouseholds,
    View,
    household_tables,
    shape_table,
    village_class_table,
)
from phusong.maps.tile_tables import VILLAGE_CLASSES as CLASS_TABLE
from phusong.maps.tile_ways import way_tables

TODAY = View(service="data", technology="", operator="", scenario="today")
VIEWS_MADE = (
    TODAY,
    View(service="data", technology="", operator="viettel", scenario="today"),
    View(service="voice", technology="", operator="", scenario="after_2g_off"),
    View(service="", technology="4G", operator="", scenario="today"),
)
WEST, SOUTH, SIDE = 105.0, 21.0, 0.5


@dataclass(frozen=True, kw_only=True)
class Made:
    """What went into a snapshot."""

    path: Path
    households: TiledHouseholds
    states: dict[View, np.ndarray[Any, Any]]
    tables: dict[str, pd.DataFrame]


def snapshot(path: Path, *, n: int = 4000, seed: int = 1, mark: str = "Xã", crowded: bool = True) -> Made:
    """Write a snapshot of ``n`` household points in four square communes; half of them in one crowded place."""
    rng = np.random.default_rng(seed)
    lon, lat = WEST + SIDE * rng.random(n), SOUTH + SIDE * rng.random(n)
    if crowded:
        lon[: n // 2], lat[: n // 2] = 105.1 + 0.01 * rng.random(n // 2), 21.1 + 0.01 * rng.random(n // 2)
    commune = (lon > WEST + SIDE / 2).astype(np.int64) + 2 * (lat > SOUTH + SIDE / 2)
    households = TiledHouseholds(
        lon_deg=lon, lat_deg=lat, weight=rng.integers(1, 4, n).astype(np.float64), village=commune, commune=commune,
        n_communes=4,
    )  # fmt: skip
    states = {view: rng.integers(0, len(STATES), n).astype(np.int8) for view in VIEWS_MADE}
    tables = _tables(mark)
    made = household_tables(households, states.items())
    classes = [(view, rng.integers(0, len(VILLAGE_CLASSES), 4).astype(np.int8)) for view in VIEWS_MADE[:3]]
    ways = _ways()
    further = {
        **made, CLASS_TABLE: village_class_table(classes, made[VIEWS]), SHAPES: shape_table(tables, *ways),
        **way_tables(*ways), SECTORS: _sectors(mark),
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{name}.parquet" for name in tables}
        for name, file in files.items():
            write_parquet(file, tables[name])
        path.parent.mkdir(parents=True, exist_ok=True)
        write_duckdb(path, files, further)
    return Made(path=path, households=households, states=states, tables=tables)


def _ways() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return a road in two pieces and a trail; a river and a lake."""
    north = SOUTH + SIDE / 2
    lines = [shapely.LineString([(WEST + 0.1 * i, north), (WEST + 0.1 * (i + 1), north)]) for i in range(2)]
    trail = shapely.LineString([(WEST + 0.2, north), (WEST + 0.2, SOUTH + SIDE)])
    roads = {"road_name": ["QL1", "QL1", "Lối mòn"], "road_class": ["car", "car", "trail"]}
    waters = {"water_name": ["Sông Mẫu", "Hồ Mẫu"], "water_class": ["river", "lake"]}
    lake = shapely.box(WEST + 0.3, SOUTH + 0.1, WEST + 0.35, SOUTH + 0.15)
    return (
        gpd.GeoDataFrame(roads, geometry=[*lines, trail], crs="EPSG:4326"),
        gpd.GeoDataFrame(waters, geometry=[shapely.reverse(lines[0]), lake], crs="EPSG:4326"),
    )


def _sectors(mark: str) -> pd.DataFrame:
    told = {"site_id": f"{mark}-01000", "technologies": "4G", "status": "on_air", "lon_deg": 105.125, "lat_deg": 21.125}
    return pd.DataFrame({"operators": ["viettel", "x"], "azimuth_deg": [120.0, 0.0], "round": [False, True], **told})


def _tables(mark: str) -> dict[str, pd.DataFrame]:
    half = SIDE / 2
    corners = [(WEST + half * i, SOUTH + half * j) for j in (0, 1) for i in (0, 1)]
    squares = [shapely.segmentize(shapely.box(x, y, x + half, y + half), 0.01) for x, y in corners]
    codes = [f"0100{i}" for i in range(4)]
    names = [f"{mark} {i}" for i in range(4)]
    centres = gpd.points_from_xy([x + half / 2 for x, _ in corners], [y + half / 2 for _, y in corners])
    placed = {"lon_deg": [p.x for p in centres], "lat_deg": [p.y for p in centres]}
    frames = {
        "communes": (
            {"commune_code": codes, "commune_name": names, "province_code": ["01", "01", "02", "02"], "households": 10},
            squares,
        ),
        "villages": (
            {"village_code": codes, "village_name": names, "commune_code": codes, "households": 10, **placed},
            centres,
        ),
        "gaps": (
            {"gap_id": codes, "village_name": names, "commune_code": codes, "households": 10, **placed,
             "basis": ["measured", "declared", "modelled", "declared"]},
            [p.buffer(0.01) for p in centres],
        ),
        "future_gaps": (
            {"future_gap_id": codes, "scenario": ["a", "a", "b", "b"], "service": "voice", "households": 7, **placed},
            [p.buffer(0.01) for p in centres],
        ),
        "sites": (
            {"site_id": [f"{mark}-{c}" for c in codes], "operators": ["viettel", "viettel, x", "x", "x"],
             "technologies": ["4G", "2G, 4G", "2G", "2G"], "sectors": 3, **placed},
            centres,
        ),
        "findings": (
            {"target": "gap", "gap_id": codes[:3], "service": ["data", "voice", "data"], "dated": "2026-10-30"},
            centres[:3],
        ),
        "proposed_sites": ({"site_id": codes, "gap_id": codes, "households_gained": 5, **placed}, centres),
    }  # fmt: skip
    return {name: gpd.GeoDataFrame(rows, geometry=list(at), crs="EPSG:4326") for name, (rows, at) in frames.items()}


def read_tile(body: bytes) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of a tile as GDAL reads it, in tile units with y downwards."""
    if not body:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "0.mvt"
        path.write_bytes(body)
        names = [str(name) for name, _ in pyogrio.list_layers(path)]
        found = {name: pyogrio.read_dataframe(path, layer=name) for name in names}
    for table in found.values():
        table["geometry"] = shapely.transform(table.geometry.to_numpy(), lambda at: at * (1, -1) + (0, EXTENT))
    return found
