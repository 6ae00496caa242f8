"""The collections: one table of what there is, for whom, and what each feature tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from phusong.api.access.policy import Action, Person
from phusong.api.ogc.fields import Kind, Property
from phusong.api.opendata.columns import OPEN_TABLES, OpenColumn
from phusong.api.studies.titles import column_title
from phusong.api.workflow.steps import PACKAGE_STATES, ROUND_STATES
from phusong.data.schema import Field
from phusong.data.schemas import GAPS
from phusong.data.terms import VILLAGE_CLASS_TITLES
from phusong.words import Text

From = Literal["study", "open", "packages", "rows"]
Shape = Literal["Point", "Polygon", "MultiPolygon"]
ADDRESS = "/ogc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One collection: where its features come from, which action reads them, what names one, which day it is of."""

    name: str
    title: Text
    meaning: Text
    shape: Shape
    source: From
    key: tuple[str, ...]
    properties: tuple[Property, ...]
    action: Action | None = None  # None is for everybody
    stations: bool = False  # stations themselves: only for those who may read them
    day: str = "dated"

    def shown(self, person: Person | None) -> tuple[Property, ...]:
        """Return the properties a person can ever see: what tells of stations needs the right to read them."""
        stations = person is not None and _reads_stations(person)
        return tuple(one for one in self.properties if stations or not one.stations)


def _reads_stations(person: Person) -> bool:
    """Say whether a person may read stations of all operators, wherever that is."""
    return any(not one.operator for one in person.grants_for(Action.STATION_READ))


def collections_for(person: Person | None) -> Iterator[Collection]:
    """Return the collections somebody may read: without a person, the public ones."""
    for one in collections().values():
        if one.action is None or (
            person is not None and person.grants_for(one.action) and (not one.stations or _reads_stations(person))
        ):
            yield one


def _p(name: str, kind: Kind, vi: str = "", en: str = "", **more: Any) -> Property:
    """Return a property; without words of its own it is called as in result tables."""
    title = Text(vi, en) if vi else column_title(more.get("source", name))
    return Property(name=name, kind=kind, title=title, meaning=title, **more)


_OF_NEAREST: tuple[tuple[str, Kind], ...] = (("site_id", "string"), ("km", "number"))
_YES_NO = {
    "yes": Text("có", "yes"),
    "no": Text("không", "no"),
    "unknown": Text("chưa rõ", "unknown"),
}
_PLACE = (
    _p("province_code", "string"),
    _p("commune_code", "string"),
    _p("commune_name", "string"),
)
_VILLAGE = (
    _p("village_code", "string"),
    _p("village_name", "string"),
)
_STATES = (
    _p("households", "integer"),
    _p("served_households", "integer"),
    _p("unserved_households", "integer"),
    _p("undetermined_households", "integer"),
    _p("no_data_households", "integer"),
)
_INTERVAL = (
    _p("unserved_low", "integer"),
    _p("unserved_high", "integer"),
    _p("interval", "string", twins=True),
)
_SURROUNDINGS = (
    _p("grid_power", "string", options=_YES_NO),
    _p("is_dbkk", "string", options=_YES_NO),
    _p("commune_region", "string"),
    _p("mountainous", "string", options=_YES_NO),
    _p("border", "string", options=_YES_NO),
    _p("island", "string", options=_YES_NO),
    _p("road_class", "string"),
    _p("road_km", "number"),
    _p("grid_km", "number"),
    _p("terrain", "string", "Địa hình", "Terrain", twins=True),
)
_CONCLUDED = (
    _p("finding", "string"),
    _p("basis", "string"),
    _p("tender", "boolean"),
    _p("route", "string", "Nguồn thực hiện (mã)", "Funding route (key)"),
    _p("route_text", "string", source="route", twins=True),
    _p("gates_text", "string", source="gates", twins=True),
)
_OF_STUDY = (
    _p("dated", "date", "Ngày số liệu", "Date of data"),
    _p("simulated", "boolean", "Dữ liệu mô phỏng", "Made-up data"),
    _p("study_id", "string", "Mã nghiên cứu", "Study"),
)


def _class(name: str) -> Property:
    return _p(name, "string", options=VILLAGE_CLASS_TITLES)


_NEAREST = tuple(
    _p(f"nearest_{operator}_{told}", kind, stations=True)
    for operator in ("viettel", "vinaphone", "mobifone", "vietnamobile")
    for told, kind in _OF_NEAREST
)
_COMMUNES = Collection(
    name="communes",
    title=Text("Xã, phường, đặc khu", "Communes"),
    meaning=Text("Ranh giới xã và số hộ theo tình trạng sóng.", "Boundaries of communes, households by signal."),
    shape="MultiPolygon",
    source="study",
    key=("commune_code",),
    action=Action.STUDY_READ,
    properties=(
        *_PLACE,
        _p("commune_kind", "string"),
        _p("population", "number"),
        _p("villages", "integer"),
        *_STATES,
        _p("unserved_percent", "number"),
        *_INTERVAL,
        _p("gaps", "integer"),
        _p("gap_households", "integer"),
        *_OF_STUDY,
    ),
)
_VILLAGES = Collection(
    name="villages",
    title=Text("Thôn, bản", "Villages"),
    meaning=Text("Phân loại từng thôn, số hộ theo tình trạng sóng.", "Class of each village, households by signal."),
    shape="Point",
    source="study",
    key=("province_code", "village_code"),
    action=Action.STUDY_READ,
    properties=(
        *_VILLAGE,
        *_PLACE,
        _class("village_class"),
        _class("village_class_voice"),
        _p("single_operator", "boolean"),
        _p("provisional", "boolean"),
        *_STATES,
        *_INTERVAL,
        _p("largest_cluster_households", "integer"),
        _p("population", "number"),
        *_SURROUNDINGS,
        *_CONCLUDED,
        _class("village_class_after_2g_off"),
        _class("village_class_after_3g_off"),
        _class("village_class_with_planned"),
        _class("village_class_with_700"),
        *_NEAREST,
        *_OF_STUDY,
    ),
)
_GAPS = Collection(
    name="gaps",
    title=Text("Khu vực lõm sóng", "Signal gaps"),
    meaning=Text("Các khu vực có hộ chưa có sóng.", "Areas with households without signal."),
    shape="Polygon",
    source="study",
    key=("province_code", "gap_id"),
    action=Action.STUDY_READ,
    properties=(
        _p("gap_id", "string"),
        *_PLACE,
        *_VILLAGE,
        _class("village_class"),
        _p("households", "integer", "Số hộ cần phủ", "Households needing coverage"),
        _p("population", "number"),
        *_INTERVAL,
        _p("lon_deg", "number"),
        _p("lat_deg", "number"),
        _p("vn2000_northing_m", "number"),
        _p("vn2000_easting_m", "number"),
        _p("vn2000_epsg", "integer"),
        *_SURROUNDINGS,
        *_CONCLUDED,
        _p("unserved_with_planned", "integer"),
        _p("unserved_with_700", "integer"),
        _p("reason", "string", twins=True, stations=True),
        _p("nearest_sites", "string", stations=True),
        _p("nearest_site_id", "string", stations=True),
        _p("nearest_operator", "string", stations=True),
        _p("nearest_distance_km", "number", stations=True),
        _p("best_level_dbm", "number", stations=True),
        *_OF_STUDY,
    ),
)
_SITES = Collection(
    name="sites",
    title=Text("Trạm", "Sites"),
    meaning=Text("Các trạm mà nghiên cứu đã tính tới.", "The sites a study counts with."),
    shape="Point",
    source="study",
    key=("province_code", "site_id"),
    action=Action.STUDY_READ,
    stations=True,
    properties=(
        _p("site_id", "string", stations=True),
        _p("site_name", "string", stations=True),
        _p("operators", "string", stations=True),
        _p("technologies", "string", stations=True),
        _p("status", "string", stations=True),
        _p("kind", "string", stations=True),
        _p("province_code", "string", stations=True),
        _p("commune_code", "string", stations=True),
        _p("height_agl_m", "number", stations=True),
        _p("sectors", "integer", stations=True),
        *_OF_STUDY,
    ),
)
_PACKAGES = Collection(
    name="packages",
    title=Text("Gói thầu", "Packages"),
    meaning=Text("Gói thầu và bước đang ở; hình là các khu vực của gói.", "Packages with their state and areas."),
    shape="MultiPolygon",
    source="packages",
    key=("package_id",),
    action=Action.PACKAGE_READ,
    day="frozen_on",
    properties=(
        _p("package_id", "string", "Mã trong hệ thống", "Id"),
        _p("code", "string", "Mã gói", "Package code"),
        _p("province_code", "string", "Mã tỉnh", "Province code"),
        _p("state", "string", "Tình trạng", "State", options=PACKAGE_STATES),
        _p("award", "string", "Cách giao", "Award"),
        _p("route", "string", "Nguồn vốn", "Funding route"),
        _p("version", "integer", "Bản", "Version"),
        _p("households", "integer", "Số hộ", "Households"),
        _p("sites", "integer", "Số trạm", "Sites"),
        _p("price_vnd", "integer", "Giá (đồng)", "Price (VND)"),
        _p("frozen_on", "date", "Ngày chốt", "Frozen on"),
    ),
)
_KINDS: Mapping[str, Kind] = {
    "int": "integer",
    "float": "number",
    "degrees": "number",
    "bool": "boolean",
    "date": "date",
}
_REPORTED = (
    *("province_code", "commune_code", "commune_name", "village_name", "cluster_name", "target_type", "location_kind"),
    *("households_total", "households_unserved", "population", "poor_households", "gap_class"),
    *(f"sig_{operator}_4g" for operator in ("viettel", "vinaphone", "mobifone", "vietnamobile")),
    *("measured_on", "rsrp_dbm", "grid_power", "is_dbkk", "commune_region", "border", "island", "road_access"),
    *("planned_operator", "planned_date", "proposed_solution", "province_priority", "reason", "source", "reported_on"),
    "note",
)


def _of_field(field: Field) -> Property:
    """Return a column of the gap list as a property, in that list's own words."""
    return Property(
        name=field.name,
        title=Text(field.header("vi"), field.header("en")),
        meaning=field.meaning,
        kind=_KINDS.get(field.kind, "string"),
        options={one.value: one.title for one in field.options},
    )


def _reported_rows() -> Collection:
    fields = {one.name: one for one in GAPS.fields}
    return Collection(
        name="reported_rows",
        title=Text("Danh sách lõm sóng của địa phương", "Reported places"),
        meaning=Text(
            "Các dòng tỉnh báo trong đợt mới nhất có danh sách.", "Rows of each province's newest round with a list."
        ),
        shape="Point",
        source="rows",
        key=("province_code", "gap_id"),
        action=Action.ROW_READ,
        day="changed_on",
        properties=(
            _p("gap_id", "string", "Mã khu vực lõm", "Gap ID"),
            _p("batch", "string", "Đợt", "Round"),
            _p("round_state", "string", "Tình trạng đợt", "State of the round", options=ROUND_STATES),
            *(_of_field(fields[name]) for name in _REPORTED),
            _p("version", "integer", "Bản của dòng", "Version of the row"),
            _p("changed_on", "date", "Ngày sửa sau cùng", "Last changed on"),
        ),
    )


_OPEN_KINDS: Mapping[str, Kind] = {"whole": "integer", "flag": "boolean", "date": "date"}


def _of_open(column: OpenColumn) -> Property:
    return Property(
        name=column.name,
        title=column.title,
        meaning=column.meaning,
        kind=_OPEN_KINDS.get(column.kind, "string"),
        options=column.options,
    )


@cache
def collections() -> Mapping[str, Collection]:
    """Return every collection by its name, the public ones first."""
    public = (
        Collection(
            name=one.name,
            title=one.title,
            meaning=one.meaning,
            shape=one.geometry,
            source="open",
            key=("province_code", one.key),
            properties=tuple(_of_open(column) for column in one.columns),
        )
        for one in OPEN_TABLES.values()
    )
    ours = (_COMMUNES, _VILLAGES, _GAPS, _SITES, _PACKAGES, _reported_rows())
    return MappingProxyType({one.name: one for one in (*public, *ours)})
