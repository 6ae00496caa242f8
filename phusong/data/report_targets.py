"""Sheets about targets besides villages, and about cells that may be congested."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from phusong.coverage.reasons import operator_title
from phusong.data.layer_columns import PLACE_KINDS
from phusong.data.report_tables import capital, rows_of
from phusong.data.terms import STATE_TITLES
from phusong.data.workbook import Block, Column, Sheet
from phusong.words import Language, Text

SHOWN_CELLS = 300
"""A sheet of more cells than this nobody reads; the table holds them all."""

_STATES = ("served", "unserved", "undetermined", "no_data")
_FLAGS = {
    "yes": Text("nguy cơ nghẽn", "may be congested"),
    "no": Text("không", "no"),
    "unknown": Text("chưa biết", "not known"),
}
_KINDS = {option.value: option.title for option in PLACE_KINDS}
_COMMUNE = Column(title=Text("Xã", "Commune"), key="commune_name", width=20)


def roads_sheet(summary: pd.DataFrame, services: Mapping[str, Text]) -> Sheet:
    """Show kilometres of road by state: the province first, then every commune."""
    whole = Text("Toàn tỉnh", "The province")
    rows = [
        {**row, "commune_name": row["commune_name"] or whole, "service": services.get(row["service"], row["service"])}
        for row in rows_of(summary)
    ]
    return Sheet(
        name=Text("Đường", "Roads"),
        title=Text("Chiều dài đường ô tô theo tình trạng sóng, km", "Car roads by signal, km"),
        columns=(
            _COMMUNE,
            Column(title=Text("Dịch vụ", "Service"), key="service", width=18),
            Column(title=Text("Tổng, km", "Total, km"), key="length_km", kind="decimal", width=10),
            *(
                Column(title=capital(STATE_TITLES[state]), key=f"{state}_km", kind="decimal", width=12)
                for state in _STATES
            ),
        ),
        blocks=(Block(rows=rows),),
    )


def places_sheet(places: pd.DataFrame) -> Sheet:
    """Show every place of interest with its state, those without signal first."""
    order = {state: k for k, state in enumerate(("unserved", "undetermined", "no_data", "served"))}
    ordered = places.assign(_order=places["state"].map(order)).sort_values(["_order", "place_id"], kind="stable")
    rows = [
        {**row, "kind": _KINDS.get(row["kind"], row["kind"]), "state": capital(STATE_TITLES[row["state"]])}
        for row in rows_of(ordered)
    ]
    return Sheet(
        name=Text("Điểm quan tâm", "Places"),
        title=Text("Trường, trạm y tế, đồn, khu công nghiệp", "Schools, clinics, posts, industrial parks"),
        columns=(
            Column(title=Text("Mã", "Code"), key="place_id", width=12),
            Column(title=Text("Tên", "Name"), key="place_name", width=36),
            Column(title=Text("Loại", "Kind"), key="kind", width=18),
            _COMMUNE,
            Column(title=Text("Tình trạng sóng", "Signal"), key="state", width=16),
            Column(title=Text("Vĩ độ (WGS84)", "Latitude (WGS84)"), key="lat_deg", kind="degrees", width=11),
            Column(title=Text("Kinh độ (WGS84)", "Longitude (WGS84)"), key="lon_deg", kind="degrees", width=11),
        ),
        blocks=(Block(rows=rows),),
    )


def cells_sheet(cells: pd.DataFrame, note: Text, language: Language) -> Sheet:
    """Show the most loaded cells, and whether they may be congested."""
    rows = [
        {
            **row,
            "operator": operator_title(str(row["operator"])),
            "congested": _FLAGS[row["congested"]],
            "why": row[f"why_{language}"],
        }
        for row in rows_of(cells.head(SHOWN_CELLS))
    ]
    return Sheet(
        name=Text("Nguy cơ nghẽn", "Congestion"),
        title=Text("Có sóng, nguy cơ nghẽn: các ô tải nặng nhất", "Served but may be congested: most loaded cells"),
        notes=(note,),
        columns=(
            Column(title=Text("Trạm", "Station"), key="site_id", width=12),
            Column(title=Text("Nhà mạng", "Operator"), key="operator", width=13),
            Column(title=Text("Công nghệ", "Technology"), key="technology", width=10),
            Column(title=Text("Hộ", "Households"), key="households", kind="whole", width=9),
            Column(title=Text("Có thể thêm", "Possibly more"), key="possible_households", kind="whole", width=9),
            Column(title=Text("Tải, %", "Load, %"), key="load_percent", kind="percent", width=9),
            Column(
                title=Text("Tải truyền dẫn, %", "Backhaul load, %"),
                key="backhaul_load_percent",
                kind="percent",
                width=11,
            ),
            Column(title=Text("Nguy cơ nghẽn", "May be congested"), key="congested", width=14),
            Column(title=Text("Vì sao", "Why"), key="why", width=46),
        ),
        blocks=(Block(rows=rows),),
    )
