"""The clean table every messy workbook is made from, and the invented communes it lies in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from phusong.data.territory import Territory

PROVINCE = "08"
COMMUNES = gpd.GeoDataFrame(
    {
        "commune_code": ["00985", "00991", "00997"],
        "commune_name": ["Xã Thượng Lâm", "Xã Hoà Thuỷ", "Phường Minh Sơn"],
        "province_code": [PROVINCE] * 3,
    },
    geometry=[box(105.30, 22.60, 105.40, 22.70), box(105.40, 22.60, 105.50, 22.70), box(105.30, 22.50, 105.50, 22.60)],
    crs="EPSG:4326",
)
TERRITORY = Territory(province_code=PROVINCE, communes=COMMUNES)

CLEAN = pd.DataFrame(
    {
        "row_no": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        "commune_name": ["Xã Thượng Lâm"] * 3 + ["Xã Hoà Thuỷ"] * 2 + ["Phường Minh Sơn"],
        "village_name": ["Bản Nà Lạ", "Bản Nà Tông", "Thôn Cốc Phát", "Thôn 2", "Khuổi Trang", "Tổ dân phố Đồng Mỏ"],
        "lon": [105.34808, 105.36125, 105.31257, 105.41238, 105.47512, 105.38864],
        "lat": [22.62924, 22.64031, 22.68712, 22.61345, 22.66218, 22.55473],
        "households_total": [84.0, 120.0, 45.0, 61.0, 97.0, 1250.0],
        "households_unserved": [52.0, 120.0, 45.0, 11.0, 30.0, 1180.0],
        "population": [368.0, 505.0, 203.0, 260.0, 411.0, 5125.0],
        "gap_class": ["white", "white", "depression", "weak", "depression", "white"],
        "grid_power": [True, False, False, True, True, True],
        "sig_viettel_4g": ["none", "none", "weak", "weak", "good", "none"],
        "reported_on": pd.to_datetime(
            ["2026-10-01", "2026-10-02", "2026-10-02", "2026-09-30", "2026-10-01", "2026-10-12"]
        ),
    }
)
"""The rows as they must come out, whatever the workbook looks like."""

HEADERS: Mapping[str, str] = {
    "row_no": "STT",
    "commune_name": "Tên xã, phường, đặc khu",
    "village_name": "Tên thôn/bản/ấp/buôn",
    "lon": "Kinh độ (°)",
    "lat": "Vĩ độ (°)",
    "households_total": "Tổng số hộ",
    "households_unserved": "Số hộ chưa có sóng/sóng yếu",
    "population": "Dân số",
    "gap_class": "Phân loại",
    "grid_power": "Đã có điện lưới quốc gia",
    "sig_viettel_4g": "Hiện trạng 4G Viettel",
    "reported_on": "Ngày lập",
}
_CLASSES = {"white": "trắng sóng", "depression": "lõm sóng", "weak": "sóng yếu"}
_SIGNALS = {"none": "không", "weak": "yếu", "good": "tốt"}

Cell = Any
Rows = list[list[Cell]]


def typed(field: str) -> list[Cell]:
    """Return the cells of a column as a careful officer types them."""
    values = CLEAN[field].tolist()
    if field == "gap_class":
        return [_CLASSES[value] for value in values]
    if field == "sig_viettel_4g":
        return [_SIGNALS[value] for value in values]
    if field == "grid_power":
        return ["Có" if value else "Không" for value in values]
    if field == "reported_on":
        return [datetime(value.year, value.month, value.day) for value in values]
    return [int(value) if isinstance(value, float) and value.is_integer() else value for value in values]


def grid(
    headers: Mapping[str, str] | None = None,
    cells: Mapping[str, Sequence[Cell]] | None = None,
    without: Sequence[str] = (),
    more: Mapping[str, Sequence[Cell]] | None = None,
) -> Rows:
    """Return header and rows of the clean table, with other headers, other cells, columns left out or added."""
    titles = {**HEADERS, **(headers or {})}
    columns = {field: (titles[field], (cells or {}).get(field) or typed(field)) for field in HEADERS}
    kept = [columns[field] for field in HEADERS if field not in without] + list((more or {}).items())
    return [[title for title, _ in kept], *map(list, zip(*(column for _, column in kept), strict=True))]


def as_text(cell: Cell) -> str:
    """Return a cell as it stands in a text table."""
    if cell is None:
        return ""
    return cell.strftime("%d/%m/%Y") if isinstance(cell, datetime) else str(cell)


def commas(values: Sequence[float]) -> list[str]:
    """Return numbers with a decimal comma."""
    return [str(value).replace(".", ",") for value in values]
