"""Exchange tables of a small made-up district, as a study would hand them to maps and files; the same every time."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import shapely

from phusong.coverage.terrain import MISSING, Terrain

WEST, SOUTH, STEP = 105.1, 19.95, 0.12
COMMUNES = (
    "Xã Ngọc Lặc", "Xã Thạch Lập", "Xã Ngọc Liên", "Xã Minh Sơn", "Xã Nguyệt Ấn", "Xã Kiên Thọ",
    "Xã Cẩm Thạch", "Xã Cẩm Thủy", "Xã Bá Thước", "Xã Cổ Lũng", "Xã Pù Luông", "Phường Điền Lư",
)  # fmt: skip
VILLAGES = ("Bản Hiêu", "Thôn Đòn", "Bản Kho Mường", "Thôn Lặn Ngoài", "Bản Son", "Thôn Mười", "Bản Cao Hoong")
CLASSES = ("covered", "covered", "weak", "white", "depression", "covered", "undetermined", "covered")
OPERATORS = ("viettel", "vinaphone", "mobifone", "vietnamobile")
REASON_VI = "Chưa có sóng vì sống núi ở cách 3,1 km về phía trạm {site} che khuất, suy hao 18,4 dB."
REASON_EN = "No signal: a ridge 3.1 km towards station {site} blocks the path and costs 18.4 dB."


def made_tables() -> dict[str, gpd.GeoDataFrame]:
    """Return communes, villages, gaps, sites, proposed_sites (12, 40, 10, 30 and 4 rows), all EPSG:4326."""
    rng = np.random.default_rng(20261122)
    communes = _communes(rng)
    sites = _sites(rng, communes)
    villages = _villages(rng, communes)
    gaps = _gaps(rng, villages, sites)
    return {
        "communes": communes,
        "villages": villages,
        "gaps": gaps,
        "sites": sites,
        "proposed_sites": _proposed(gaps),
    }


def made_terrain(rows: int = 240, cols: int = 320) -> Terrain:
    """Return ridges over the same district, with a corner that has no data."""
    y, x = np.mgrid[0:rows, 0:cols]
    ridges = (
        420 + 260 * np.sin((x + 0.6 * y) / 19) + 160 * np.sin((x - 1.3 * y) / 33) + 40 * np.sin(x / 4) * np.cos(y / 5)
    )
    height = np.round(ridges).astype(np.int16)
    height[-40:, -60:] = MISSING
    cell_lon, cell_lat = 4 * STEP / cols, 3 * STEP / rows
    return Terrain(
        elevation_m=height,
        west_deg=WEST,
        north_deg=SOUTH + 3 * STEP,
        cell_lon_deg=cell_lon,
        cell_lat_deg=cell_lat,
        kind="dsm",
    )


def _frame(rows: list[dict[str, object]], shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326")


def _communes(rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Twelve communes of a 4 × 3 pattern with winding shared borders."""
    corner = rng.uniform(-0.25, 0.25, (4, 5, 2)) * STEP
    across = {(r, c): rng.normal(0, 0.03, 23) * STEP for r in range(4) for c in range(4)}
    along = {(r, c): rng.normal(0, 0.03, 23) * STEP for r in range(3) for c in range(5)}

    def at(r: int, c: int) -> np.ndarray:
        return np.array([WEST + c * STEP, SOUTH + r * STEP]) + corner[r, c]

    def border(a: np.ndarray, b: np.ndarray, bumps: np.ndarray, axis: int) -> np.ndarray:
        line = a + (b - a) * np.linspace(0, 1, 25)[:, None]
        line[1:-1, axis] += bumps
        return line

    rows, shapes = [], []
    for i, name in enumerate(COMMUNES):
        r, c = divmod(i, 4)
        south = border(at(r, c), at(r, c + 1), across[r, c], 1)
        east = border(at(r, c + 1), at(r + 1, c + 1), along[r, c + 1], 0)
        north = border(at(r + 1, c), at(r + 1, c + 1), across[r + 1, c], 1)
        west = border(at(r, c), at(r + 1, c), along[r, c], 0)
        shapes.append(shapely.Polygon(np.vstack([south, east, north[::-1], west[::-1]])))
        rows.append(_commune(i, name))
    return _frame(rows, shapes)


def _commune(i: int, name: str) -> dict[str, object]:
    households = 900 + 137 * i
    share = (0.4, 3.1, 7.5, 14.2, 26.0, 1.1, 4.4, 0.0, 11.9, 5.0, 2.2, 0.7)[i]
    unserved = round(households * share / 100)
    undetermined = round(households * (0.62 if i == 9 else 0.03))
    no_data = households - unserved - undetermined if i == 10 else 0
    return {
        "commune_code": f"0{4800 + 3 * i}",
        "commune_name": name,
        "commune_kind": name.split()[0].lower(),
        "province_code": "38",
        "province_name": "Tỉnh mô phỏng",
        "population": math.nan if i == 3 else float(households) * 4,
        "households": households,
        "served_households": households - unserved - undetermined - no_data,
        "unserved_households": unserved,
        "undetermined_households": undetermined,
        "no_data_households": no_data,
        "villages": 8 + i % 5,
        "gaps": i % 3,
        "gap_households": unserved // 2,
        "unserved_percent": math.nan if i == 10 else share,
    }


def _inside(rng: np.random.Generator, shape: shapely.Geometry) -> shapely.Point:
    west, south, east, north = shape.buffer(-0.015).bounds
    while True:
        point = shapely.Point(rng.uniform(west, east), rng.uniform(south, north))
        if shape.buffer(-0.01).contains(point):
            return point


def _villages(rng: np.random.Generator, communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    rows, shapes = [], []
    for i in range(40):
        commune = communes.iloc[i % 12]
        point = _inside(rng, commune.geometry)
        kind = CLASSES[i % len(CLASSES)]
        households = 60 + 7 * i
        unserved = {"white": households, "depression": households // 3, "weak": 4, "undetermined": 5}.get(kind, 0)
        undetermined = households // 2 if kind == "undetermined" else 0
        rows.append({
            "village_code": f"38{i:04d}", "village_name": f"{VILLAGES[i % 7]} {1 + i // 7}",
            "commune_code": commune.commune_code, "commune_name": commune.commune_name, "province_code": "38",
            "lon_deg": point.x, "lat_deg": point.y, "centre_kind": "estimated" if i % 9 == 0 else "given",
            "village_class": kind, "village_class_voice": "weak" if kind == "white" else kind,
            "single_operator": None if kind == "undetermined" else kind == "weak", "provisional": i % 9 == 0,
            "households": households, "served_households": households - unserved - undetermined,
            "unserved_households": unserved, "undetermined_households": undetermined, "no_data_households": 0,
            "largest_cluster_households": unserved, "population": float(4 * households),
            "grid_power": ("yes", "no", "unknown")[i % 3], "is_dbkk": ("no", "yes", "unknown")[i % 3],
        })  # fmt: skip
        shapes.append(point)
    return _frame(rows, shapes)


def _sites(rng: np.random.Generator, communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    rows, shapes = [], []
    for i in range(30):
        commune = communes.iloc[(5 * i) % 12]
        point = _inside(rng, commune.geometry)
        operator = OPERATORS[i % 4]
        shared = f"{operator}, {OPERATORS[(i + 1) % 4]}" if i % 7 == 0 else operator
        rows.append({
            "site_id": f"{operator[:3].upper()}{i:04d}", "site_name": f"Trạm {commune.commune_name[3:]} {i}",
            "operators": "itelecom" if i == 29 else shared, "technologies": "2G, 4G" if i % 2 else "4G, 5G",
            "status": ("on_air", "listed", "on_air", "off", "planned")[i % 5], "kind": "macro", "province_code": "38",
            "commune_code": commune.commune_code, "in_province": True,
            "height_agl_m": math.nan if i % 6 == 0 else 42.0, "sectors": 3, "assumed": i % 4,
            "lon_deg": point.x, "lat_deg": point.y,
        })  # fmt: skip
        shapes.append(point)
    return _frame(rows, shapes)


def _gaps(rng: np.random.Generator, villages: gpd.GeoDataFrame, sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    rows, shapes = [], []
    dark = villages[villages.village_class.isin(["white", "depression"])].head(10)
    for i, village in enumerate(dark.itertuples()):
        angle = np.linspace(0, 2 * math.pi, 14, endpoint=False)
        radius = 0.004 + 0.0012 * i + rng.uniform(-0.0015, 0.0015, 14)
        lon, lat = village.lon_deg + 0.004, village.lat_deg + 0.003
        shape = shapely.Polygon(np.column_stack([lon + radius * np.cos(angle), lat + 0.8 * radius * np.sin(angle)]))
        near = np.argsort(np.hypot(sites.lon_deg - lon, sites.lat_deg - lat))[:3].to_numpy()
        rows.append(_gap(i, village, lon, lat, sites.iloc[near]))
        shapes.append(shape)
    return _frame(rows, shapes)


def _gap(i: int, village: object, lon: float, lat: float, near: gpd.GeoDataFrame) -> dict[str, object]:
    households = (4, 12, 27, 48, 63, 88, 119, 164, 230, 412)[i]
    told = [f"{row.site_id} ({row.operators.split(',')[0].title()}) {3.2 + j:.1f} km".replace(".", ",")
            for j, row in enumerate(near.itertuples())]  # fmt: skip
    first = near.iloc[0]
    return {
        "gap_id": f"38-{i + 1:03d}", "province_code": "38", "province_name": "Tỉnh mô phỏng",
        "commune_code": village.commune_code, "commune_name": village.commune_name,
        "village_code": village.village_code, "village_name": village.village_name,
        "village_class": village.village_class, "households": households, "population": households * 4.1,
        "lon_deg": lon, "lat_deg": lat,
        "vn2000_northing_m": 2_213_000.0 + 900 * i, "vn2000_easting_m": 512_000.0 + 700 * i,
        "vn2000_epsg": 9214, "central_meridian": "105°00′", "nearest_site_id": first.site_id,
        "nearest_operator": first.operators.split(",")[0], "nearest_distance_km": 3.2, "nearest_sites": "; ".join(told),
        "best_level_dbm": -118.2 - i, "obstacle_distance_km": math.nan if i == 2 else 3.1,
        "obstacle_height_m": math.nan if i == 2 else 84.0, "obstacle_loss_db": math.nan if i == 2 else 18.4,
        "obstacle_lon_deg": math.nan if i == 2 else (lon + first.lon_deg) / 2,
        "obstacle_lat_deg": math.nan if i == 2 else (lat + first.lat_deg) / 2,
        "reason_vi": REASON_VI.format(site=first.site_id), "reason_en": REASON_EN.format(site=first.site_id),
        "level_dbm_viettel_4g": -118.2 - i, "level_dbm_vinaphone_4g": -126.9, "level_dbm_mobifone_2g": math.nan,
    }  # fmt: skip


def _proposed(gaps: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    rows, shapes = [], []
    for gap in gaps.tail(4).itertuples():
        lon, lat = gap.lon_deg + 0.012, gap.lat_deg + 0.008
        rows.append({
            "site_id": f"DX-{gap.gap_id}", "gap_id": gap.gap_id,
            "commune_code": gap.commune_code, "province_code": "38",
            "ground_m": 512.0, "height_agl_m": 45.0, "households_gained": gap.households - 7, "lon_deg": lon,
            "lat_deg": lat, "vn2000_northing_m": 2_213_900.0, "vn2000_easting_m": 513_000.0, "vn2000_epsg": 9214,
            "central_meridian": "105°00′",
        })  # fmt: skip
        shapes.append(shapely.Point(lon, lat))
    return _frame(rows, shapes)


def made_plan() -> dict[str, gpd.GeoDataFrame]:
    """Return what a plan and the further targets add: plan_sites, future_gaps, road_gaps, target_places."""
    tables = made_tables()
    gaps = tables["gaps"].head(3)
    return {
        "plan_sites": _plan_sites(gaps),
        "future_gaps": _frame(
            [
                {"future_gap_id": f"2G-{n}", "village_name": "Bản Son", "commune_name": COMMUNES[0], "households": n}
                | {"lon_deg": WEST + 0.1, "lat_deg": SOUTH + 0.1}
                for n in (40, 3)
            ],
            [gaps.geometry.iloc[0].buffer(0.01), gaps.geometry.iloc[1].buffer(0.01)],
        ),
        "road_gaps": _frame(
            [
                {"stretch_id": "QL15-1", "road_name": "Quốc lộ 15", "length_km": 4.2}
                | {"lon_deg": WEST + 0.14, "lat_deg": SOUTH + 0.12}
            ],
            [shapely.LineString([(WEST + 0.1, SOUTH + 0.1), (WEST + 0.14, SOUTH + 0.12), (WEST + 0.16, SOUTH + 0.18)])],
        ),
        "target_places": _frame(
            [
                {"place_id": f"P{i}", "place_name": "Trường Tiểu học Pù Luông", "kind": "school", "state": state}
                for i, state in enumerate(("served", "unserved", "undetermined", "no_data"))
            ],
            [shapely.Point(WEST + 0.1 + 0.03 * i, SOUTH + 0.2) for i in range(4)],
        ),
        "test_points": _frame(
            [{"village_name": "Bản Son", "households": 12}], [shapely.Point(WEST + 0.1, SOUTH + 0.1)]
        ),
    }


def _plan_sites(gaps: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    rows = [
        {
            "order": i + 1, "option_id": f"PA-{i + 1}", "kind": kind, "host_site_id": "" if kind == "new" else "T01",
            "technology": "4G", "band": "B28", "height_agl_m": 42.0, "gap_ids": gap.gap_id, "households": 120 - 30 * i,
            "cost_low_vnd": 1.2e9, "cost_vnd": 1.5e9, "cost_high_vnd": 2.1e9, "cost_per_household_vnd": 1.25e7,
            "backhaul_vi": "viba 12,4 km về trạm T01", "backhaul_en": "microwave, 12.4 km to T01",
            "power_vi": "điện lưới, kéo 1,2 km", "power_en": "grid, 1.2 km of line",
            "lon_deg": gap.lon_deg, "lat_deg": gap.lat_deg,
        }
        for i, (kind, gap) in enumerate(zip(("new", "share", "upgrade"), gaps.itertuples(), strict=True))
    ]  # fmt: skip
    return _frame(rows, [shapely.Point(row["lon_deg"], row["lat_deg"]) for row in rows])
