"""Who owes what for one village: operators, the commune, those who measure, the department; no day is invented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from phusong.coverage.reasons import operator_title
from phusong.data.terms import LEAST_SHOWN, STATE_TITLES
from phusong.study.ask_tables import FIELD_TITLES
from phusong.study.opened import OpenedResults
from phusong.study.village_rows import Row, VillageRows, records, text, truth, value, whole
from phusong.tenders.village_plan import site_name
from phusong.tenders.village_sheet import (
    MissingValues,
    PlannedSite,
    Request,
    Route,
    ServiceLine,
    Station,
    Task,
)
from phusong.words import LANGUAGES, Text, number

MOST_MEASURED = 2
"""Places to measure at that a sheet names."""

DEPARTMENT = Text("Sở Khoa học và Công nghệ", "Department of Science and Technology")
_POWER = Text("Sở Công Thương, công ty điện lực", "Department of Industry and Trade, power company")
_NEEDY = ("white", "depression", "weak")
_ALL = Text("Các nhà mạng", "All operators")
_SHORT: Mapping[str, Text] = {
    "azimuth_deg": Text("phương vị", "azimuth"),
    "antenna_height_m": Text("độ cao anten", "height"),
    "e_tilt": Text("tilt", "tilt"),
    "power": Text("công suất", "power"),
    "status": Text("trạng thái", "status"),
}
"""Fields of a question, short; the letter says them in full."""
_ROUTE_TASKS: Mapping[str, tuple[Text, Text]] = {
    "fund": (
        Text("Đưa vào danh mục đề nghị hỗ trợ viễn thông công ích", "Put on the list for universal service support"),
        DEPARTMENT,
    ),
    "power_first": (Text("Trả lời kế hoạch cấp điện lưới cho thôn", "Say when the village gets grid power"), _POWER),
    "province_budget": (Text("Lập đề xuất bố trí vốn của tỉnh", "Propose the province's money"), DEPARTMENT),
    "spectrum_obligation": (
        Text("Xác nhận nghĩa vụ phủ sóng theo giấy phép băng tần", "Confirm the coverage owed by the licence"),
        _ALL,
    ),
    "satellite": (Text("Xem xét phương án vệ tinh", "Consider satellite service"), DEPARTMENT),
    "check": (Text("Kiểm tra lại dữ liệu rồi chọn nguồn vốn", "Check the data, then choose the route"), DEPARTMENT),
    "unknown": (
        Text("Bổ sung dữ liệu còn thiếu để chọn nguồn vốn", "Get the data missing to choose the route"),
        DEPARTMENT,
    ),
}


def requests_of(
    results: OpenedResults,
    village: Row,
    stations: Sequence[Station],
    operators: Sequence[str],
    plan_sites: Sequence[PlannedSite],
) -> tuple[Request, ...]:
    """Return what each operator is asked.

    Missing values are asked of the operator's station nearest to the village, and only where the answer for some of its
    households hangs on what is missing.
    """
    asks = records(results, "asks") if whole(village, "undetermined_households") else []
    return tuple(
        Request(
            operator=operator,
            values=tuple(_values(asks, operator, stations)),
            lists=tuple(_lists(asks, operator, text(village, "commune_code"))),
            stations=tuple(station for station in stations if station.operator == operator),
            planned=tuple(site for site in plan_sites if site.operator == operator),
        )
        for operator in operators
    )


def _values(asks: Sequence[Row], operator: str, stations: Sequence[Station]) -> Iterator[MissingValues]:
    near = {station.site_id: station for station in stations if station.operator == operator}
    for row in asks:
        station = near.get(text(row, "site_id"))
        if text(row, "kind") == "values" and text(row, "operator") == operator and station:
            keys = [key.strip() for key in text(row, "fields").split(",") if key.strip()]
            full = [FIELD_TITLES.get(key, Text(key, key)) for key in keys]
            short = [_SHORT.get(key, Text(key, key)) for key in keys]
            yield MissingValues(station=station_name(station), full=_listed(full), short=_listed(short))


def _listed(parts: Sequence[Text]) -> Text:
    return Text(", ".join(part.vi for part in parts), ", ".join(part.en for part in parts))


def _lists(asks: Sequence[Row], operator: str, commune_code: str) -> Iterator[Text]:
    for row in asks:
        asked = (text(row, "kind"), text(row, "operator"), text(row, "commune_code"))
        if commune_code and asked == ("list", operator, commune_code):
            name = text(row, "commune_name") or commune_code
            yield Text(
                f"danh sách trạm còn thiếu tại {in_sentence(name)} và quanh đó",
                f"the stations missing from the list in {name} and around it",
            )


def station_name(station: Station) -> str:
    """Write a station by its name and code as provinces do."""
    return f"{station.name} ({station.site_id})" if station.name else station.site_id


def in_sentence(commune: str) -> str:
    """Write "Xã", "Phường", "Đặc khu" small, as Vietnamese does within a sentence."""
    kinds = ("Xã ", "Phường ", "Đặc khu ", "Thị trấn ")
    return commune[:1].lower() + commune[1:] if commune.startswith(kinds) else commune


def tasks_of(
    rows: VillageRows,
    main: ServiceLine,
    route: Route | None,
    requests: Sequence[Request],
    plan_sites: Sequence[PlannedSite],
    *,
    estimated: bool,
) -> Iterator[Task]:
    """Yield what is owed, whose answers decide most first; days stand only where they were given, so nowhere here."""
    yield from _operator_tasks(requests)
    yield from _commune_tasks(rows, main, estimated=estimated)
    yield from _measuring(rows)
    if (main.finding or main.modelled) in _NEEDY:
        yield Task(
            kind="plan",
            what=Text("Trả lời kế hoạch phủ sóng thôn và quý phát sóng", "Say if and in which quarter it is covered"),
            who=_ALL,
        )
    if route is not None and route.key in _ROUTE_TASKS:
        what, who = _ROUTE_TASKS[route.key]
        yield Task(kind="plan", what=what, who=who)
    if route is not None and route.gates.vi:
        yield Task(
            kind="plan",
            what=Text("Làm rõ các điều kiện nêu ở mục 6", "Clear up the conditions of section 6"),
            who=DEPARTMENT,
        )
    yield from _surveys(route, plan_sites)


def _surveys(route: Route | None, plan_sites: Sequence[PlannedSite]) -> Iterator[Task]:
    """Yield one survey for whoever is to make it."""
    sites: dict[Text, list[PlannedSite]] = {}
    for site in plan_sites:
        sites.setdefault(_builder(site, route), []).append(site)
    for who, theirs in sites.items():
        vi, en = ("; ".join(site_name(site, language) for site in theirs) for language in LANGUAGES)
        yield Task(kind="plan", what=Text(f"Khảo sát {vi}", f"Survey: {en}"), who=who)


def _builder(site: PlannedSite, route: Route | None) -> Text:
    """Return who surveys a site: whose it is, else who pays by the route, the department where that is public money."""
    if site.operator:
        return Text(operator_title(site.operator), operator_title(site.operator))
    return _ALL if route is not None and route.key in ("operator", "spectrum_obligation") else DEPARTMENT


def _operator_tasks(requests: Sequence[Request]) -> Iterator[Task]:
    for request in requests:
        name = operator_title(request.operator)
        who = Text(name, name)
        for missing in request.values:
            station, short = missing.station, missing.short
            what = Text(f"Bổ sung thông số trạm {station}: {short.vi}", f"Give for site {station}: {short.en}")
            yield Task(kind="operator", what=what, who=who)
        if request.lists:
            vi, en = "; ".join(t.vi for t in request.lists), "; ".join(t.en for t in request.lists)
            yield Task(kind="operator", what=Text(f"Gửi {vi}", f"Send {en}"), who=who)


def _commune_tasks(rows: VillageRows, main: ServiceLine, *, estimated: bool) -> Iterator[Task]:
    commune = text(rows.row, "commune_name")
    who = Text(f"UBND {in_sentence(commune or 'xã')}", f"People's Committee of {commune or 'the commune'}")
    parts = []
    if estimated:
        parts.append(Text("số hộ", "the number of households"))
    if text(rows.row, "centre_kind") != "given":
        parts.append(Text("vị trí trung tâm thôn (nhà văn hoá)", "where the centre (culture house) is"))
    for name, title in (
        ("grid_power", Text("thôn có điện lưới hay không", "whether it has grid power")),
        ("is_dbkk", Text("thôn có thuộc diện đặc biệt khó khăn hay không", "whether it is extremely disadvantaged")),
    ):
        if truth(rows.row, name) is None:
            parts.append(title)
    if main.modelled != "covered" and main.basis not in ("measured", "confirmed", "override"):
        parts.append(Text("hiện trạng sóng tại trung tâm và các cụm dân cư", "the signal at centre and clusters"))
    if parts:
        vi, en = "; ".join(part.vi for part in parts), "; ".join(part.en for part in parts)
        yield Task(kind="commune", what=Text(f"Xác nhận {vi}", f"Confirm {en}"), who=who)


def _measuring(rows: VillageRows) -> Iterator[Task]:
    placed = [
        row
        for row in rows.about("measure_first")
        if value(row, "lon_deg") == value(row, "lon_deg") and whole(row, "households") >= LEAST_SHOWN
    ]
    for row in placed[:MOST_MEASURED]:
        count, lon, lat = whole(row, "households"), value(row, "lon_deg"), value(row, "lat_deg")
        state = STATE_TITLES["undetermined"]
        yield Task(
            kind="measure",
            what=Text(
                f"Đo tại {number(lon, decimals=5)}; {number(lat, decimals=5)} ({number(count)} hộ {state.vi})",
                f"Measure at {number(lon, 'en', decimals=5)}, {number(lat, 'en', decimals=5)} "
                f"({number(count, 'en')} households {state.en})",
            ),
            who=DEPARTMENT,
        )
