"""The village sheet in words of one language: what its templates, Word and page alike, are filled with."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from phusong.coverage.reasons import operator_title
from phusong.data.terms import LEAST_SHOWN, cause, range_text, village_class_title
from phusong.tenders.sentences import FORECAST_NOTE
from phusong.tenders.village_evidence import BASES, capital, evidence_rows, small
from phusong.tenders.village_plan import gap_plan, plan_lines, position
from phusong.tenders.village_sheet import GapLine, ServiceLine, Station, VillageSheet, few
from phusong.words import Language, Text, day, number

GAPS_ON_PAGE = 2
"""Areas shown on the first page; where there are more, all are listed on the second."""

SIMULATED = Text("DỮ LIỆU MÔ PHỎNG – CHỈ ĐỂ MINH HOẠ", "SIMULATED DATA – FOR ILLUSTRATION ONLY")
NO_ROUTE = Text("chưa xác định nguồn vốn", "the route has not been decided")
NO_FINDING = Text("chưa có", "none yet")
NOT_MEASURED = Text("mô phỏng, chưa đo", "modelled, not measured")
TO_FILL = Text("…/…/20…", "…/…/20…")
_STATUSES: Mapping[str, Text] = {
    "on_air": Text("đang phát", "on air"),
    "listed": Text("trong danh sách, chưa xác nhận đang phát", "listed, not confirmed on air"),
    "unknown": Text("không rõ có phát không", "not known whether on air"),
}
_WINDS = (
    Text("bắc", "N"), Text("đông bắc", "NE"), Text("đông", "E"), Text("đông nam", "SE"),
    Text("nam", "S"), Text("tây nam", "SW"), Text("tây", "W"), Text("tây bắc", "NW"),
)  # fmt: skip


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
        "main_service": small(sheet.main.service.to(language)),
        "evidence": list(evidence_rows(sheet.evidence, language)),
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
                "what": capital(task.what.to(language)),
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
        "note": capital("; ".join(notes)) or "–",
    }


def _households(sheet: VillageSheet, language: Language) -> Mapping[str, str]:
    h = sheet.households
    answers: Mapping[bool | None, Text] = {True: Text("có", "yes"), False: Text("không", "no")}
    single = answers.get(sheet.single_operator)
    return {
        "total": few(h.total, language),
        "served": few(h.served, language),
        "unserved": few(h.unserved, language),
        "undetermined": few(h.undetermined, language),
        "no_data": few(h.no_data, language),
        "range": range_text(h.low, h.high, language),
        "interval": h.interval.to(language).partition(", ")[2],
        "origin": h.origin.to(language),
        "single": (single or Text("chưa rõ", "not known")).to(language),
    }


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
        "plan": gap_plan(gap, sheet, language),
    }


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
