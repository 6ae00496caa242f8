"""Results of a study as files, made in code: a few communes, villages, gaps and sites that show what leaks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import Point, box

from phusong.api.database.models import Round, Study
from phusong.api.opendata.columns import OPEN_TABLES
from phusong.api.opendata.tables import _WRITTEN_AS
from phusong.api.service import Service
from phusong.data.store import write_parquet

COMMUNES, VILLAGES_EACH = 3, 4
OPERATORS = ("viettel", "vinaphone")
CLASSES = ("white", "depression", "weak", "covered")


def place_results(
    service: Service, study_id: str, province_code: str, mark: str, *, west: float = 105.0, approved: bool = False
) -> Path:
    """Write the result files of a study that is there; ``mark`` stands in every text of a station."""
    with service.database.write() as db:
        study = db.get_one(Study, study_id)
        study.folder, study.digest = f"studies/{study_id}", f"{int(study_id, 16):064x}"
        study.manifest = {"counts": {}, "dated": date(2026, 11, 1).isoformat(), "simulated": True, "files": {}}
        if study.round_id is not None:
            round_ = db.get_one(Round, study.round_id)
            round_.study_id, round_.state = study.id, "approved" if approved else round_.state
    folder = service.settings.home / "studies" / study_id / "results"
    folder.mkdir(parents=True)
    for name, table in _tables(province_code, mark, west).items():
        write_parquet(folder / f"{name}.parquet", table)
    return folder


def place_open(service: Service, study_id: str, results: Path) -> None:
    """Write the open tables of a study as if they had been worked out: the counts as they are, none kept back."""
    with service.database.read() as db:
        study = db.get_one(Study, study_id)
        folder = service.folder("open-data", f"{study.id}-{study.digest[:16]}-{_WRITTEN_AS}")
    folder.mkdir(parents=True)
    renamed = {f"{one}_households": f"households_{one}" for one in ("served", "unserved")}
    for name, told in OPEN_TABLES.items():
        table = gpd.read_parquet(results / f"{name.removeprefix('open_')}.parquet").rename(columns=renamed)
        table = table.assign(province_name="Tỉnh Mẫu", dated="2026-11-01", simulated=True)
        for column in told.columns:
            if column.name not in table:
                table[column.name] = None
        write_parquet(folder / f"{name}.parquet", table[[*(one.name for one in told.columns), "geometry"]])


def place_areas(service: Service, package_id: str, *, west: float = 105.0) -> None:
    """Write the map of a package's first version: two areas that touch."""
    folder = service.settings.home / "packages" / package_id / "v1" / "maps"
    folder.mkdir(parents=True)
    shapes = [box(west, 21.0, west + 0.1, 21.1), box(west + 0.1, 21.0, west + 0.2, 21.1)]
    _frame([{"gap_id": f"LS-{n}", "geometry": one} for n, one in enumerate(shapes)]).to_file(
        folder / "base.gpkg", layer="areas", driver="GPKG"
    )


def _tables(code: str, mark: str, west: float) -> dict[str, gpd.GeoDataFrame]:
    villages = _villages(code, mark, west)
    return {
        "communes": _communes(code, mark, west, villages),
        "villages": villages,
        "gaps": _gaps(code, mark, villages),
        "sites": _sites(code, mark, west),
    }


def _frame(rows: list[dict[str, object]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=4326)


def _states(households: int, unserved: int) -> dict[str, int]:
    return {
        "households": households, "served_households": households - unserved, "unserved_households": unserved,
        "undetermined_households": 0, "no_data_households": 0,
    }  # fmt: skip


def _communes(code: str, mark: str, west: float, villages: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    rows = []
    for c in range(COMMUNES):
        own = villages[villages["commune_code"] == f"{code}{c:03d}"]
        shape = shapely.MultiPolygon([box(west + c * 0.1, 21.0, west + (c + 1) * 0.1, 21.4)])
        rows.append({
            "commune_code": f"{code}{c:03d}", "commune_name": f"Xã {mark} {c}", "commune_kind": "xã",
            "province_code": code, "province_name": f"Tỉnh {mark}", "population": float("nan") if c else 1200.0,
            **_states(int(own["households"].sum()), int(own["unserved_households"].sum())), "villages": len(own),
            "gaps": 1, "gap_households": 20, "unserved_percent": 10.0, "unserved_low": 5, "unserved_high": 40,
            "interval_vi": "5–40 hộ", "interval_en": "5–40 households", "geometry": shape,
        })  # fmt: skip
    return _frame(rows)


def _villages(code: str, mark: str, west: float) -> gpd.GeoDataFrame:
    rows = [
        {
            "village_code": f"{code}{c:03d}-{v:02d}", "village_name": f"Thôn {mark} {c}.{v}",
            "commune_code": f"{code}{c:03d}", "commune_name": f"Xã {mark} {c}", "province_code": code,
            "centre_kind": "given", "village_class": CLASSES[v], "village_class_voice": CLASSES[v],
            "single_operator": None if v == 0 else v == 1, "provisional": False,
            **_states(40 + 10 * v, 40 - 10 * v),
            "unserved_low": 1, "unserved_high": 50, "interval_vi": "1–50 hộ", "interval_en": "1–50 households",
            "population": 100.5 + v, "grid_power": "yes" if v else "", "road_km": np.nan if v == 3 else v / 10,
            "terrain_vi": "thung lũng", "terrain_en": "valley", "nearest_viettel_site_id": f"TRẠM {mark}",
            "nearest_viettel_km": 1.5 + v, "geometry": Point(west + c * 0.1 + 0.02 * (v + 1), 21.1 + 0.05 * v),
        }
        for c in range(COMMUNES)
        for v in range(VILLAGES_EACH)
    ]  # fmt: skip
    return _frame(rows)


def _gaps(code: str, mark: str, villages: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    rows = [
        {
            "gap_id": f"LS-{one.commune_code}-01", "province_code": code, "province_name": f"Tỉnh {mark}",
            "commune_code": one.commune_code, "commune_name": one.commune_name, "village_code": one.village_code,
            "village_name": one.village_name, "village_class": one.village_class, "households": 20,
            "population": 70.0, "unserved_low": 5, "unserved_high": 30, "interval_vi": "5–30 hộ",
            "interval_en": "5–30 households", "lon_deg": one.geometry.x, "lat_deg": one.geometry.y,
            "nearest_site_id": f"TRẠM {mark}", "nearest_operator": "viettel", "nearest_distance_km": 3.5,
            "nearest_sites": f"TRẠM {mark} 3,5 km", "reason_vi": f"gần TRẠM {mark}", "reason_en": f"by TRẠM {mark}",
            "best_level_dbm": -118.5, "finding": "unserved", "tender": True, "route": "fund",
            "geometry": one.geometry.buffer(0.004),
        }
        for one in villages[villages["village_class"] == "white"].itertuples()
    ]  # fmt: skip
    return _frame(rows)


def _sites(code: str, mark: str, west: float) -> gpd.GeoDataFrame:
    rows = [
        {
            "site_id": f"TRẠM-{n}", "site_name": f"TRẠM {mark} {n}", "operators": OPERATORS[n % 2],
            "technologies": "2G, 4G", "status": "listed", "kind": "macro", "province_code": code,
            "commune_code": f"{code}000", "in_province": True, "height_agl_m": 42.0, "sectors": 3, "assumed": 0,
            "lon_deg": west + n / 100, "lat_deg": 21.2, "geometry": Point(west + n / 100, 21.2),
        }
        for n in range(4)
    ]  # fmt: skip
    return _frame(rows)
