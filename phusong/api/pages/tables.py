"""Result tables as pages show them: which columns, under which names, in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phusong.words import Text

TITLES: Mapping[str, Text] = {
    "villages": Text("Thôn, bản", "Villages"),
    "gaps": Text("Vùng chưa có sóng", "Gaps"),
    "communes": Text("Xã, phường", "Communes"),
    "findings": Text("Kết luận", "Findings"),
    "sites": Text("Vị trí trạm", "Sites"),
    "reported": Text("Danh sách của tỉnh", "Reported places"),
    "reconciliation": Text("Đối chiếu", "Reconciliation"),
    "ranking": Text("Thứ tự ưu tiên", "Ranking"),
    "priorities": Text("Thứ tự ưu tiên", "Priorities"),
    "lots": Text("Gói thầu", "Lots"),
}
COLUMNS: Mapping[str, Text] = {
    "id": Text("Mã", "Code"),
    "gap_id": Text("Mã vùng", "Gap"),
    "village_id": Text("Mã thôn", "Village code"),
    "village": Text("Thôn", "Village"),
    "name": Text("Tên", "Name"),
    "commune": Text("Xã", "Commune"),
    "commune_code": Text("Mã xã", "Commune code"),
    "commune_name": Text("Xã", "Commune"),
    "service": Text("Dịch vụ", "Service"),
    "class": Text("Phân loại", "Class"),
    "households": Text("Số hộ", "Households"),
    "population": Text("Số dân", "Population"),
    "served": Text("Có sóng", "Served"),
    "unserved": Text("Chưa có sóng", "Unserved"),
    "undetermined": Text("Chưa xác định", "Undetermined"),
    "no_data": Text("Không có dữ liệu", "No data"),
    "households_served": Text("Hộ có sóng", "Households served"),
    "households_unserved": Text("Hộ chưa có sóng", "Households unserved"),
    "operator": Text("Doanh nghiệp", "Operator"),
    "finding": Text("Kết luận", "Finding"),
    "reason": Text("Lý do", "Reason"),
    "lon": Text("Kinh độ", "Longitude"),
    "lat": Text("Vĩ độ", "Latitude"),
    "lon_deg": Text("Kinh độ", "Longitude"),
    "lat_deg": Text("Vĩ độ", "Latitude"),
    "cost_vnd": Text("Chi phí (đ)", "Cost (VND)"),
}
MOST_COLUMNS = 14


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table on a page."""

    name: str
    title: Text
    is_number: bool
    decimals: int


def columns_of(rows: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Return the columns of some rows, at most as many as a page can hold; geometry is for maps."""
    if not rows:
        return []
    names = [name for name in rows[0] if name != "geometry" and not isinstance(rows[0][name], dict | list)]
    return [_column(name, rows) for name in names[:MOST_COLUMNS]]


def _column(name: str, rows: Sequence[Mapping[str, Any]]) -> Column:
    values = [row[name] for row in rows if row.get(name) is not None]
    number = bool(values) and all(isinstance(one, int | float) and not isinstance(one, bool) for one in values)
    whole = number and all(float(one).is_integer() for one in values)
    title = COLUMNS.get(name, Text(name.replace("_", " "), name.replace("_", " ")))
    return Column(name, title, number, 0 if whole else _decimals(name))


def _decimals(name: str) -> int:
    return 5 if name.startswith(("lon", "lat")) else 1


def table_titles(names: Sequence[str]) -> list[tuple[str, Text]]:
    """Return tables with what people call them."""
    return [(name, TITLES.get(name, Text(name.replace("_", " "), name.replace("_", " ")))) for name in names]
