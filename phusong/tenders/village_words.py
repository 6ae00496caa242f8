"""The village sheet in words of one language: what its templates, Word and page alike, are filled with."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from phusong.coverage.findings import KIND_TITLES, SAYS_TITLES, SOURCE_TITLES
from phusong.coverage.reasons import operator_title
from phusong.data.money import Money
from phusong.data.terms import cause, range_text, village_class_title
from phusong.tenders.village_sheet import (
    LEAST_SHOWN,
    EvidenceLine,
    GapLine,
    PlannedSite,
    ServiceLine,
    Station,
    VillageSheet,
)
from phusong.tenders.wording import FORECAST_NOTE
from phusong.words import Language, Text, day, number

GAPS_ON_PAGE = 2
"""Areas shown on the first page; where there are more, all are listed on the second."""

SIMULATED = Text("DỮ LIỆU MÔ PHỎNG – CHỈ ĐỂ MINH HOẠ", "SIMULATED DATA – FOR ILLUSTRATION ONLY")
NO_PLAN = Text("chưa lập kế hoạch", "no plan has been made")
NO_ROUTE = Text("chưa xác định nguồn vốn", "the route has not been decided")
NO_FINDING = Text("chưa có", "none yet")
NOT_MEASURED = Text("mô phỏng, chưa đo", "modelled, not measured")
TO_FILL = Text("…/…/20…", "…/…/20…")
BASES: Mapping[str, Text] = {
    **{str(kind): title for kind, title in KIND_TITLES.items()},
    "reported": Text("danh sách của tỉnh", "the province's list"),
}
_SAYS: Mapping[str, Text] = {str(word): title for word, title in SAYS_TITLES.items()}
_STATUSES: Mapping[str, Text] = {
    "on_air": Text("đang phát", "on air"),
    "listed": Text("trong danh sách, chưa xác nhận đang phát", "listed, not confirmed on air"),
    "unknown": Text("không rõ có phát không", "not known whether on air"),
}
_KINDS: Mapping[str, Text] = {
    "upgrade": Text("nâng cấp trạm", "upgrade of site"),
    "share": Text("dùng chung trạm", "sharing site"),
    "new": Text("trạm mới", "new site"),
}
_WINDS = (
    Text("bắc", "N"), Text("đông bắc", "NE"), Text("đông", "E"), Text("đông nam", "SE"),
    Text("nam", "S"), Text("tây nam", "SW"), Text("tây", "W"), Text("tây bắc", "NW"),
)  # fmt: skip
_FEW = Text(f"dưới {LEAST_SHOWN}", f"under {LEAST_SHOWN}")


def sheet_context(sheet: VillageSheet, language: Language) -> dict[str, Any]:
    """Return every field a template of the sheet may use (the pictures aside)."""
    on_page = sheet.gaps[:GAPS_ON_PAGE]
    return {
        "banner": SIMULATED.to(language) if sheet.rests_on.simulated else "",
        "village_name": sheet.village_name,
        "place": place_of(sheet),
        "code_line": _code_line(sheet, language),
        "headline": headline(sheet).to(language).upper(),
        "headline_note": headline_note(sheet, language),
        "village_class": sheet.main.finding or sheet.main.modelled,
        "services": [_service(line, language) for line in sheet.services],
        "households": _households(sheet, language),
        "main_service": _small(sheet.main.service.to(language)),
        "evidence": list(_evidence(sheet, language)),
        "evidence_note": _evidence_note(sheet, language),
        "stations": [_station(station, language) for station in sheet.stations],
        "stations_from": sheet.stations_from.to(language),
        "gaps": [_gap(gap, sheet, language) for gap in on_page],
        "gap_note": _gap_note(sheet, language),
        "all_gaps": [_gap(gap, sheet, language) for gap in sheet.gaps] if len(sheet.gaps) > GAPS_ON_PAGE else [],
        "facts": [{"title": f.title.to(language), "value": f.value.to(language)} for f in sheet.facts],
        "route": sheet.route.title.to(language) if sheet.route else NO_ROUTE.to(language),
        "route_rule": _rule(sheet, language),
        "gates": sheet.route.gates.to(language) if sheet.route else "",
        "rank": sheet.rank.to(language),
        "plan": list(plan_lines(sheet, language)),
        "tasks": [
            {
                "what": _capital(task.what.to(language)),
                "who": task.who.to(language),
                "by": task.by or TO_FILL.to(language),
            }
            for task in sheet.tasks
        ],
        "no_tasks": "" if sheet.tasks else Text("Không còn việc nào.", "Nothing is owed.").to(language),
        "not_measured": "" if sheet.measured else NOT_MEASURED.to(language),
        "rests_on": list(_rests_on(sheet, language)),
        "footer": _footer(sheet, language),
    }


def place_of(sheet: VillageSheet) -> str:
    """Return commune and province."""
    return ", ".join(filter(None, (sheet.commune_name, sheet.province_name)))


def headline(sheet: VillageSheet) -> Text:
    """Return the one word the village is summed up by: its finding, else the model's class."""
    return village_class_title(sheet.main.finding or sheet.main.modelled)


def headline_note(sheet: VillageSheet, language: Language) -> str:
    """Say what the headline rests on."""
    line = sheet.main
    if not line.finding:
        return NOT_MEASURED.to(language)
    basis = Text("theo ", "by: ").to(language) + BASES.get(line.basis, Text(line.basis, line.basis)).to(language)
    parts = [basis, line.dated, Text("tạm thời", "provisional").to(language) if line.provisional else ""]
    return ", ".join(filter(None, parts))


def _code_line(sheet: VillageSheet, language: Language) -> str:
    code = Text("Mã thôn", "Code").to(language) + f" {sheet.village_code}" if sheet.village_code else ""
    if not math.isfinite(sheet.lon_deg + sheet.lat_deg):
        return code
    kind = Text("theo danh sách", "as listed") if sheet.centre_given else Text("ước tính", "estimated")
    title = Text("trung tâm thôn", "centre").to(language)
    centre = f"{title} ({kind.to(language)}) {position(sheet.lon_deg, sheet.lat_deg, language)}"
    return " · ".join(filter(None, (code, centre)))


def position(lon_deg: float, lat_deg: float, language: Language, *, decimals: int = 5) -> str:
    """Write a place, longitude first, with the letters that tell them apart."""
    east, north = ("Đ", "B") if language == "vi" else ("E", "N")
    lon, lat = (number(v, language, decimals=decimals) for v in (lon_deg, lat_deg))
    return f"{lon}° {east}; {lat}° {north}"


def _service(line: ServiceLine, language: Language) -> Mapping[str, str]:
    notes = []
    if line.reason:
        notes.append(line.reason)
    if line.disagreement.vi:
        notes.append(line.disagreement.to(language))
    if line.provisional:
        because = f": {line.because.to(language)}" if line.because.vi else ""
        notes.append(Text("tạm thời", "provisional").to(language) + because)
    basis = BASES.get(line.basis, Text(line.basis, line.basis)).to(language) if line.basis else ""
    return {
        "service": line.service.to(language),
        "modelled": village_class_title(line.modelled).to(language),
        "finding": village_class_title(line.finding).to(language) if line.finding else NO_FINDING.to(language),
        "basis": "; ".join(filter(None, (basis, line.dated, line.author))) or "–",
        "note": _capital("; ".join(notes)) or "–",
    }


def count(value: int, language: Language) -> str:
    """Write households of a village; one to four are only called few."""
    return _FEW.to(language) if 0 < value < LEAST_SHOWN else number(value, language)


def _households(sheet: VillageSheet, language: Language) -> Mapping[str, str]:
    h = sheet.households
    answers: Mapping[bool | None, Text] = {True: Text("có", "yes"), False: Text("không", "no")}
    single = answers.get(sheet.single_operator)
    return {
        "total": count(h.total, language),
        "served": count(h.served, language),
        "unserved": count(h.unserved, language),
        "undetermined": count(h.undetermined, language),
        "no_data": count(h.no_data, language),
        "range": range_text(h.low, h.high, language),
        "interval": h.interval.to(language).partition(", ")[2],
        "origin": h.origin.to(language),
        "single": (single or Text("chưa rõ", "not known")).to(language),
    }


def _evidence(sheet: VillageSheet, language: Language) -> Iterator[Mapping[str, str]]:
    """Yield a row for each kind of source and answer; services and sources that say the same share it."""
    details: dict[tuple[str, str, str], list[str]] = {}
    for line in sheet.evidence:
        said_there = ": ".join(filter(None, (line.gap_id, _detail(line, language))))
        details.setdefault((line.kind, line.says, line.service.to(language)), []).append(said_there)
    services: dict[tuple[str, str, str], list[str]] = {}
    for (kind, said, service), parts in details.items():
        written = "; ".join(dict.fromkeys(filter(None, parts))) or "–"
        services.setdefault((kind, said, written), []).append(service)
    for (kind, said, written), named in services.items():
        yield {
            "kind": _capital(BASES.get(kind, Text(kind, kind)).to(language)),
            "service": "; ".join(named),
            "says": _says(said, language),
            "detail": written,
        }


def _detail(line: EvidenceLine, language: Language) -> str:
    """Return what a source adds to what it says: itself, its day, and its detail without the words shown beside it."""
    source, said = _source(line.source, language), _says(line.says, language)
    detail = line.detail.to(language)
    for title in (source, KIND_TITLES["modelled"].to(language)):
        opening = f"{title}: {said}"
        if title and detail.casefold().startswith(opening.casefold()):
            detail = detail[len(opening) :].lstrip("; ,")
    named = "" if line.kind == "modelled" else source
    return "; ".join(
        filter(None, (", ".join(filter(None, (operator_title(line.operator), named, line.dated))), detail))
    )


def _says(word: str, language: Language) -> str:
    return _SAYS.get(word, village_class_title(word)).to(language)


def _source(key: str, language: Language) -> str:
    return SOURCE_TITLES[key].to(language) if key in SOURCE_TITLES else key


def _evidence_note(sheet: VillageSheet, language: Language) -> str:
    kinds = {line.kind for line in sheet.evidence}
    absent = [BASES[kind].to(language) for kind in ("declared", "confirmed", "measured") if kind not in kinds]
    if not absent:
        return ""
    return Text("Chưa có: ", "Not there yet: ").to(language) + ", ".join(absent) + "."


def _station(station: Station, language: Language) -> Mapping[str, str]:
    wind = _WINDS[round(station.bearing_deg / 45.0) % 8].to(language)
    return {
        "operator": operator_title(station.operator),
        "operator_key": station.operator,
        "station": station.name or station.site_id,
        "code": station.site_id,
        "technologies": ", ".join(station.technologies),
        "distance": f"{number(station.distance_km, language, decimals=1)} km",
        "wind": wind,
        "status": status_words(station).to(language),
    }


def status_words(station: Station) -> Text:
    """Return the words of a station's status."""
    return _STATUSES.get(station.status, Text(station.status, station.status))


def _gap(gap: GapLine, sheet: VillageSheet, language: Language) -> Mapping[str, str]:
    return {
        "gap_id": gap.gap_id,
        "households": number(gap.households, language),
        "range": "" if gap.low == gap.high == gap.households else range_text(gap.low, gap.high, language),
        "position": position(gap.lon_deg, gap.lat_deg, language),
        "vn2000": gap.vn2000 or "–",
        "reason": cause(gap.reason.to(language), sheet.village_name) or "–",
        "plan": _gap_plan(gap, sheet, language),
    }


def _gap_plan(gap: GapLine, sheet: VillageSheet, language: Language) -> str:
    if gap.planned is None:
        return NO_PLAN.to(language) if not sheet.planned else "–"
    of = f"{number(gap.planned, language)}/{number(gap.households, language)} "
    words = of + Text("hộ được phủ theo kế hoạch", "households covered by the plan").to(language)
    parts = [words, gap.left_because.to(language), gap.advice.to(language)]
    return "; ".join(filter(None, parts))


def _gap_note(sheet: VillageSheet, language: Language) -> str:
    """Say what is not among the areas shown on the page."""
    notes = []
    if not sheet.gaps:
        none = Text(
            "Thôn không có vùng lõm sóng nào được khoanh.", "No signal-depression area is drawn in the village."
        )
        notes.append(none.to(language))
    if len(sheet.gaps) > GAPS_ON_PAGE:
        more = number(len(sheet.gaps) - GAPS_ON_PAGE, language)
        notes.append(Text(f"Và {more} vùng khác, xem trang sau.", f"And {more} more, see the next page.").to(language))
    if sheet.small_gap_households:
        few = Text(
            f"Có vùng dưới {LEAST_SHOWN} hộ, không chỉ nơi.", f"Areas under {LEAST_SHOWN} households are not shown."
        )
        notes.append(few.to(language))
    return " ".join(notes)


def _rule(sheet: VillageSheet, language: Language) -> str:
    if sheet.route is None:
        return ""
    rule = f"“{sheet.route.rule}”, " if sheet.route.rule else ""
    return rule + sheet.route.source.to(language)


def plan_lines(sheet: VillageSheet, language: Language) -> Iterator[str]:
    """Yield one line a planned site, then what the plan leaves; or that there is no plan."""
    if not sheet.planned:
        yield _capital(NO_PLAN.to(language)) + "."
        return
    for site in sheet.plan_sites:
        yield planned_site(site, language)
    if not sheet.plan_sites:
        yield Text("Kế hoạch không có trạm nào cho thôn này.", "The plan has no site for this village.").to(language)
    for gap in sheet.gaps:
        if gap.left_because.vi or gap.advice.vi:
            said = "; ".join(filter(None, (gap.left_because.to(language), gap.advice.to(language))))
            yield f"{gap.gap_id}: {said}."


def planned_site(site: PlannedSite, language: Language) -> str:
    """Write one planned site: what is built, where, for how many, for how much."""
    host = f" {site.host_site_id}" if site.host_site_id else ""
    radio = " ".join(filter(None, (operator_title(site.operator), site.technology, site.band)))
    kind = _KINDS.get(site.kind, Text(site.kind, site.kind)).to(language)
    parts = [
        f"{site.option_id}: {kind}{host}" + (f" ({radio})" if radio else ""),
        Text("tại ", "at ").to(language) + position(site.lon_deg, site.lat_deg, language),
    ]
    if math.isfinite(site.height_agl_m):
        parts.append(Text("anten ", "antenna ").to(language) + f"{number(site.height_agl_m, language)} m")
    parts.append(f"{number(site.households, language)} " + Text("hộ", "households").to(language))
    if math.isfinite(site.cost_vnd):
        parts.append(_cost(site, language))
    if site.backhaul.vi:
        parts.append(Text("truyền dẫn: ", "backhaul: ").to(language) + site.backhaul.to(language))
    if site.power.vi:
        parts.append(Text("nguồn điện: ", "power: ").to(language) + site.power.to(language))
    return "; ".join(parts) + "."


def _cost(site: PlannedSite, language: Language) -> str:
    ends = (site.cost_low_vnd, site.cost_vnd, site.cost_high_vnd)
    low, middle, high = (end if math.isfinite(end) else site.cost_vnd for end in ends)
    assumed = Text("giả định", "assumed").to(language)
    return f"{Money(low, middle, high).written(language)} ({assumed})"


def _rests_on(sheet: VillageSheet, language: Language) -> Iterator[str]:
    r = sheet.rests_on
    words = {
        Text("Mô hình", "Model"): r.model,
        Text("Kịch bản", "Scenario"): r.scenario,
        Text("Bộ ngưỡng", "Thresholds"): Text(
            f"{r.profile.vi}: {r.thresholds.vi}", f"{r.profile.en}: {r.thresholds.en}"
        ),
        Text("Số hộ", "Households"): sheet.households.origin,
        Text("Danh sách trạm", "Station lists"): Text(
            "; ".join(t.vi for t in r.lists), "; ".join(t.en for t in r.lists)
        ),
    }
    for title, said in words.items():
        if said.vi:
            yield f"{title.to(language)}: {said.to(language)}."
    yield r.reliability.to(language)
    yield FORECAST_NOTE.to(language)
    for note in r.notes:
        yield note.to(language)


def _footer(sheet: VillageSheet, language: Language) -> str:
    title = Text("Phiếu thôn", "Village sheet").to(language)
    dated = Text("số liệu ngày", "data of").to(language)
    return f"{title} {sheet.village_name} · {sheet.rests_on.study} · {dated} {day(sheet.rests_on.dated)}"


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
