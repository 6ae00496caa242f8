"""Pages for anybody: open data to download, and the state of the signal in a village or commune."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from phusong.api.deps import ReadDep, ServiceDep, signed_in
from phusong.api.opendata.catalogue import TITLE
from phusong.api.opendata.columns import KEPT_BACK, OPEN_TABLES
from phusong.api.opendata.files import FORMATS, SOURCES, licence
from phusong.api.opendata.planned import planned_for
from phusong.api.opendata.search import LONGEST, MOST_FOUND, Found, Index, index_of
from phusong.api.opendata.tables import public_tables
from phusong.api.pages.frame import page
from phusong.api.people.limits import Limits, too_many
from phusong.api.problems import NotFoundError
from phusong.api.service import Service
from phusong.data.terms import VILLAGE_CLASS_TITLES
from phusong.words import Text

router = APIRouter(tags=["public"])
CHECK = Text("Tra cứu thôn", "Look up a village")
FORMAT_TITLES: Mapping[str, Text] = {
    "gpkg": Text("GeoPackage (QGIS)", "GeoPackage (QGIS)"),
    "geojson": Text("GeoJSON", "GeoJSON"),
    "kml": Text("KML (Google Earth)", "KML (Google Earth)"),
    "parquet": Text("GeoParquet", "GeoParquet"),
    "xlsx": Text("Excel", "Excel"),
    "csv": Text("CSV", "CSV"),
}
MEANS: Mapping[str, Text] = {
    "white": Text(
        "Trung tâm thôn chưa có sóng của nhà mạng nào.", "The centre of the village has no signal of any operator."
    ),
    "depression": Text(
        "Trung tâm thôn có sóng, nhưng còn khu dân cư trong thôn chưa có.",
        "The centre has signal, but a part of the village where people live has none.",
    ),
    "weak": Text("Có sóng nhưng yếu.", "There is signal, but a weak one."),
    "covered": Text("Thôn có sóng.", "The village has signal."),
    "undetermined": Text(
        "Số liệu hiện có chưa đủ để kết luận: cần đo tại chỗ, hoặc cần nhà mạng bổ sung thông tin về trạm. "
        "Chưa xác định không có nghĩa là không có sóng.",
        "The data at hand decide nothing: it takes a measurement on site, or more from the operators about their "
        "stations. Undetermined does not mean that there is no signal.",
    ),
}
Row = Mapping[str, Any]
Code = Annotated[str, Query(max_length=64)]


@dataclass(frozen=True, slots=True)
class Told:
    """A place found, as a line of the list."""

    kind: str
    row: Row


@router.get("/open-data")
def open_data(request: Request, service: ServiceDep, db: ReadDep, province: Code = "") -> HTMLResponse:
    """Show what open data there is, of which provinces and days, with the dictionary of every column."""
    _known(request, service)
    tables = public_tables(service, db)
    provinces = {
        str(one.province_code): one
        for one in tables["open_communes"].drop_duplicates("province_code").itertuples(index=False)
    }
    chosen = province if province in provinces else ""
    rows = {name: table[table["province_code"] == chosen] if chosen else table for name, table in tables.items()}
    return page(
        request, "open_data.html", TITLE, section="open", tables=OPEN_TABLES, provinces=provinces, chosen=chosen,
        counts={name: len(table) for name, table in rows.items()}, formats=FORMAT_TITLES, order=FORMATS,
        kept_back=KEPT_BACK, sources=SOURCES, licence=licence(service.settings),
        publisher=service.settings.open_data_publisher, classes=VILLAGE_CLASS_TITLES, means=MEANS,
    )  # fmt: skip


@router.get("/check")
def check(
    request: Request, service: ServiceDep, db: ReadDep, q: Annotated[str, Query(max_length=1_000)] = ""
) -> HTMLResponse:
    """Find a village or commune by name."""
    _known(request, service)
    asked = q.strip()[:LONGEST]
    found: list[Told] = []
    if asked:
        _limited(request, service)
        index = index_of(service, db)
        found = [_told(index, one) for one in index.find(asked)]
    return page(
        request, "check.html", CHECK, section="open", asked=asked, found=found, classes=VILLAGE_CLASS_TITLES,
        means=MEANS, more=len(found) == MOST_FOUND,
    )  # fmt: skip


@router.get("/check/village")
def village(request: Request, service: ServiceDep, db: ReadDep, province: Code = "", code: Code = "") -> HTMLResponse:
    """Show a village: its class, its services, its households where they may be told, what is planned, the date."""
    _known(request, service)
    tables = public_tables(service, db)
    found = _one(tables["open_villages"], province, "village_code", code)
    gaps = _all(tables["open_gaps"], province, "village_code", code)
    return page(
        request, "check_village.html", Text(found["village_name"], found["village_name"]), section="open", one=found,
        gaps=gaps, planned=planned_for(service, db, province, code), classes=VILLAGE_CLASS_TITLES, means=MEANS,
    )  # fmt: skip


@router.get("/check/commune")
def commune(request: Request, service: ServiceDep, db: ReadDep, province: Code = "", code: Code = "") -> HTMLResponse:
    """Show a commune with its villages."""
    _known(request, service)
    tables = public_tables(service, db)
    found = _one(tables["open_communes"], province, "commune_code", code)
    villages = sorted(
        _all(tables["open_villages"], province, "commune_code", code), key=lambda one: str(one["village_name"])
    )
    return page(
        request, "check_commune.html", Text(found["commune_name"], found["commune_name"]), section="open", one=found,
        villages=villages, classes=VILLAGE_CLASS_TITLES,
    )  # fmt: skip


def _known(request: Request, service: Service) -> None:
    """Let who is signed in keep the rail."""
    request.state.person = signed_in(request, service)


def _limited(request: Request, service: Service) -> None:
    """Refuse who searches too often without being signed in."""
    if request.state.person is not None:
        return
    limits: Limits = request.app.state.limits
    key, limit = f"check:{'' if request.client is None else request.client.host}", service.settings.checks_per_minute
    over = limits.over(key, limit)
    if limits.due(key, limit):
        limits.share(key)
    if over:
        raise too_many()


def _told(index: Index, found: Found) -> Told:
    table = index.tables["open_communes" if found.kind == "commune" else "open_villages"]
    return Told(found.kind, _plain(table.iloc[found.row]))


def _one(table: Any, province: str, column: str, code: str) -> Row:
    rows = _all(table, province, column, code)
    if not rows:
        raise NotFoundError
    return rows[0]


def _all(table: Any, province: str, column: str, code: str) -> list[Row]:
    rows = table[(table["province_code"] == province) & (table[column] == code)]
    return [_plain(row) for _, row in rows.iterrows()]


def _plain(row: Any) -> Row:
    """Return a row as templates read it: a count that is kept back is None."""
    import pandas as pd

    return {name: None if value is pd.NA else value for name, value in row.items() if name != "geometry"}
