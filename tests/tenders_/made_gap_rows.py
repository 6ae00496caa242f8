"""A made-up gap table: 60 gaps over 8 communes, as like a real one as we can write without a real province."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
from shapely.geometry import Point

from phusong.coverage.criteria import Margin
from phusong.data.provenance import InputFile, Provenance, Threshold
from phusong.words import Text, number

COMMUNES = {
    "02233": "Xã Thượng Nông",
    "02239": "Xã Sinh Long",
    "02245": "Xã Hồng Thái",
    "02251": "Xã Thượng Lâm",
    "02257": "Xã Phúc Yên",
    "02266": "Xã Khuôn Hà & Lăng Can",
    "02272": "Xã Đà Vị",
    "02278": "Xã Yên Hoa",
}
VILLAGES = ("Nà Khuổi", "Phiêng Luông", "Bản Khẻ", "Khuổi Củng", "Lũng Kiêng", "Trung Phìn", "Nặm Đường", "Bắc Lè")
OPERATORS = (("viettel", "Viettel", "VTL"), ("vinaphone", "VinaPhone", "VNP"), ("mobifone", "MobiFone", "MBF"))


def made_gaps(n: int = 60, *, seed: int = 7) -> gpd.GeoDataFrame:
    """Return the gap table of one package, with every column of the exchange table."""
    rng = np.random.default_rng(seed)
    rows = [_gap(i, rng) for i in range(n)]
    geometry = [Point(row["lon_deg"], row["lat_deg"]).buffer(0.004, quad_segs=4) for row in rows]
    return gpd.GeoDataFrame(rows, geometry=geometry, crs="EPSG:4326")


def _gap(i: int, rng: np.random.Generator) -> dict[str, object]:
    commune_code = sorted(COMMUNES)[i % 8]
    village = int(rng.integers(len(VILLAGES)))
    lon_deg, lat_deg = 105.2 + (i % 8) * 0.05 + rng.uniform(0, 0.04), 22.35 + rng.uniform(0, 0.3)
    households = int(rng.integers(10, 95))
    distances_km = np.sort(rng.uniform(1.8, 9.5, 3))
    names = [f"{prefix}{rng.integers(100, 999)}" for _, _, prefix in OPERATORS]
    nearest = [
        f"{n} ({o[1]}) {number(d, decimals=1)} km" for n, o, d in zip(names, OPERATORS, distances_km, strict=True)
    ]
    ridge_km, loss_db = rng.uniform(0.4, 2.5), rng.uniform(14, 38)
    return {
        "gap_id": f"LS-{commune_code}-{i + 1:03d}",
        "province_code": "08",
        "province_name": "Tỉnh Tuyên Quang",
        "commune_code": commune_code,
        "commune_name": COMMUNES[commune_code],
        "village_code": f"{commune_code}{village:02d}" if village else "",
        "village_name": f"Thôn {VILLAGES[village]}" if village else "",
        "village_class": ("white", "depression", "weak", "undetermined")[int(rng.integers(4))] if village else "",
        "households": households,
        "unserved_low": households - households // 3,
        "unserved_high": households + 2,
        "population": households * 4.3 if i % 11 else float("nan"),
        "lon_deg": lon_deg,
        "lat_deg": lat_deg,
        "vn2000_northing_m": 110_600.0 * lat_deg,
        "vn2000_easting_m": 500_000.0 + (lon_deg - 105.5) * 102_800.0,
        "vn2000_epsg": 9209,
        "central_meridian": "105°30′",
        "nearest_site_id": names[0],
        "nearest_operator": "viettel",
        "nearest_distance_km": distances_km[0],
        "nearest_sites": "; ".join(nearest),
        "best_level_dbm": -rng.uniform(112, 134),
        "level_dbm_viettel_2g": -rng.uniform(90, 104),
        "level_dbm_viettel_4g": -rng.uniform(112, 134),
        "level_dbm_vinaphone_4g": -rng.uniform(115, 138) if i % 3 else float("nan"),
        "level_dbm_mobifone_4g": float("nan"),
        "obstacle_distance_km": ridge_km,
        "obstacle_height_m": rng.uniform(20, 260),
        "obstacle_loss_db": loss_db,
        "obstacle_lon_deg": lon_deg + 0.01,
        "obstacle_lat_deg": lat_deg - 0.01,
        "reason_vi": (
            f"Dãy núi cách khu vực {number(ridge_km, decimals=1)} km che khuất trạm {names[0]} (Viettel), "
            f"suy hao thêm {number(loss_db)} dB"
        ),
        "reason_en": f"A ridge {ridge_km:.1f} km away hides station {names[0]} (Viettel): {loss_db:.0f} dB more loss",
    }


def made_provenance(*, verified: bool = False, simulated: bool = False, estimated: bool = False) -> Provenance:
    """Return the provenance of a made-up study."""
    return Provenance(
        study="tuyen-quang-2026-dot-2",
        scenario=Text("hiện trạng", "as it is"),
        created_on=date(2026, 11, 20),
        model=Text("ITU-R P.1812-8, nhiễu xạ delta-Bullington", "ITU-R P.1812-8, delta-Bullington diffraction"),
        version="0.1.0",
        profile="vn-default",
        profile_title=Text("Mặc định quy hoạch", "Planning default"),
        profile_source=Text(
            "Đề xuất của công cụ; tiêu chí 1603 chưa được xác minh", "Proposed by this tool; 1603 not verified"
        ),
        verified=verified,
        service=Text("Dữ liệu di động (4G, 5G)", "Mobile data (4G, 5G)"),
        thresholds=(
            Threshold(technology="4G", served_dbm=-110.0, weak_dbm=-120.0),
            Threshold(technology="5G", served_dbm=-110.0, weak_dbm=-120.0),
        ),
        margins=(
            Margin(
                key="location",
                title=Text("Dự trữ che khuất cục bộ", "Location margin"),
                outdoor_db=5.4,
                indoor_db=5.4,
                source=Text("phân vị chuẩn, σ = 8 dB", "normal quantile, σ = 8 dB"),
            ),
            Margin(
                key="building",
                title=Text("Suy hao vào nhà", "Building loss"),
                outdoor_db=0.0,
                indoor_db=10.0,
                source=Text("giả định", "assumption"),
            ),
        ),
        interval=Text("90 %, khoảng mô phỏng, chưa hiệu chỉnh", "90 %, simulated interval, not calibrated"),
        interval_source=Text("giả định, chưa hiệu chỉnh", "assumed, not calibrated"),
        persons_per_household=4.3,
        min_gap_households=10.0,
        inputs=(
            InputFile(role=Text("danh sách trạm", "stations"), name="tram_bts.xlsx", sha256="3f" * 32, dated="09/2026"),
            InputFile(role=Text("toạ độ hộ dân", "households"), name="ho_dan.xlsx", sha256="a1" * 32, dated="10/2026"),
            InputFile(role=Text("mô hình số độ cao", "terrain"), name="N22E105.tif", sha256="0c" * 32),
        ),
        simulated=simulated,
        estimated=estimated,
    )
