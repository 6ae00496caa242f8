"""What a run and its study file say of one village, gathered into its sheet."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from phusong.coverage.criteria import Profile
from phusong.coverage.earth import path_km
from phusong.coverage.network import Site
from phusong.coverage.reasons import operator_title
from phusong.coverage.routes import RouteTable
from phusong.coverage.sight import NearSite, nearest_sites
from phusong.coverage.transmitters import ON_AIR
from phusong.data.provenance import UNVERIFIED, dbm, estimate_text
from phusong.data.study_file import StudyFile
from phusong.data.terms import LEAST_SHOWN, technology_title
from phusong.data.units import province_name
from phusong.study import MODEL, SCENARIO
from phusong.study.findings_book import reliability_of
from phusong.study.opened import OpenedResults
from phusong.study.reliability import reliability_text
from phusong.study.village_facts import facts_of, route_of
from phusong.study.village_plan import advice_of, plan_sites_of
from phusong.study.village_rows import (
    Row,
    VillageRows,
    both,
    records,
    rows_of_village,
    text,
    truth,
    value,
    whole,
)
from phusong.study.village_tasks import requests_of, tasks_of
from phusong.tenders.village_sheet import (
    Counts,
    EvidenceLine,
    GapLine,
    RestsOn,
    ServiceLine,
    Station,
    VillageSheet,
)
from phusong.words import LANGUAGES, Language, Text, day, number

_FROM_CENTRE = Text("trung tâm thôn", "the centre of the village")
_DECLARED = {
    "complete": Text("danh sách đầy đủ", "complete list"),
    "partial": Text("danh sách một phần", "partial list"),
    "none": Text("chưa có danh sách", "no list"),
}


_NO_RELIABILITY = Text(
    "Độ tin cậy của bản đồ: kết quả này không có bảng đánh giá.",
    "Reliability of the map: these results have no table of it.",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """What a sheet is gathered from: results, study file, profile, stations of the lists, table of routes."""

    results: OpenedResults
    file: StudyFile
    profile: Profile
    sites: Sequence[Site]
    routes: RouteTable


def gather_sheet(source: Source, village: Row) -> VillageSheet:
    """Return the sheet of a village; ``village`` is its row of ``villages``."""
    rows = rows_of_village(source.results, village)
    shown = [gap for gap in rows.gaps if whole(gap, "households") >= LEAST_SHOWN]
    lon_deg, lat_deg, seen_from = reference_place(village, shown)
    stations = tuple(_stations(source, lon_deg, lat_deg))
    plan_sites = tuple(plan_sites_of(rows, source.sites))
    route = route_of(rows, source.routes)
    services = tuple(_services(source.profile, rows))
    requests = requests_of(source.results, village, stations, _operators(source, stations), plan_sites)
    return VillageSheet(
        village_code=text(village, "village_code"),
        village_name=text(village, "village_name"),
        commune_code=text(village, "commune_code"),
        commune_name=text(village, "commune_name"),
        province_name=source.file.province_name or province_name(source.file.province_code),
        lon_deg=value(village, "lon_deg"),
        lat_deg=value(village, "lat_deg"),
        centre_given=text(village, "centre_kind") == "given",
        single_operator=truth(village, "single_operator"),
        services=services,
        households=_counts(source, village),
        evidence=tuple(_evidence(source.profile, rows)),
        evidence_given=source.results.has("evidence"),
        stations=stations,
        stations_from=seen_from,
        gaps=tuple(_gap(gap, rows) for gap in shown),
        small_gap_households=sum(whole(gap, "households") for gap in rows.gaps if gap not in shown),
        facts=facts_of(rows),
        route=route,
        rank=_rank(rows),
        planned=source.results.has("plan_gaps") or source.results.has("plan_sites"),
        plan_sites=plan_sites,
        tasks=tuple(tasks_of(rows, services[0], route, requests, plan_sites, estimated=_estimated(source))),
        requests=requests,
        rests_on=_rests_on(source),
    )


def reference_place(village: Row, gaps: Sequence[Row]) -> tuple[float, float, Text]:
    """Return the published place distances are counted from: the centre of the largest area, else of the village."""
    if gaps and math.isfinite(value(gaps[0], "lon_deg")):
        gap_id = text(gaps[0], "gap_id")
        name = Text(f"tâm vùng lõm {gap_id}", f"the centre of area {gap_id}")
        return value(gaps[0], "lon_deg"), value(gaps[0], "lat_deg"), name
    return value(village, "lon_deg"), value(village, "lat_deg"), _FROM_CENTRE


def near_sites(source: Source, lon_deg: float, lat_deg: float) -> tuple[NearSite, ...]:
    """Return each operator's nearest station of the main service; none where the place is not known."""
    if not math.isfinite(lon_deg + lat_deg):
        return ()
    return nearest_sites(source.sites, lon_deg, lat_deg, source.profile.main_service.technologies)


def _stations(source: Source, lon_deg: float, lat_deg: float) -> Iterator[Station]:
    for near in near_sites(source, lon_deg, lat_deg):
        site = near.site
        heard = {s.technology for s in site.services if near.operator in s.operators_served and s.status in ON_AIR}
        yield Station(
            operator=near.operator,
            site_id=site.site_id,
            name=site.name if site.name != site.site_id else "",
            technologies=tuple(sorted(heard)),
            distance_km=near.distance_km,
            bearing_deg=path_km(lon_deg, lat_deg, site.lon_deg, site.lat_deg)[1],
            status=near.service.status,
        )


def _operators(source: Source, stations: Sequence[Station]) -> tuple[str, ...]:
    """Return the operators that may be written to: those the run knows, nearest station first."""
    known = [str(item["operator"]) for item in source.results.manifest.get("operators", ())]
    return tuple(dict.fromkeys([*(station.operator for station in stations), *known]))


def _services(profile: Profile, rows: VillageRows) -> Iterator[ServiceLine]:
    """Yield the main service first."""
    found = {text(row, "service"): row for row in rows.about("findings") if text(row, "target") in ("", "village")}
    main = profile.main_service.key
    for rule in sorted(profile.services, key=lambda rule: rule.key != main):
        column = "village_class" if rule.key == main else f"village_class_{rule.key}"
        finding = found.get(rule.key, {})
        yield ServiceLine(
            service=rule.title,
            modelled=text(rows.row, column),
            finding=text(finding, "finding"),
            basis=text(finding, "basis"),
            author=text(finding, "author"),
            dated=written_day(text(finding, "dated")),
            reason=text(finding, "reason"),
            agrees=truth(finding, "agrees"),
            disagreement=both(finding, "disagreement"),
            provisional=truth(finding or rows.row, "provisional") is True,
            because=both(finding, "provisional_because"),
        )


def _counts(source: Source, village: Row) -> Counts:
    names = ("served", "unserved", "undetermined", "no_data")
    states = {name: whole(village, f"{name}_households") for name in names}
    listed_text = Text("theo danh sách hộ dân", "as listed")
    persons = source.profile.persons_per_household
    return Counts(
        total=whole(village, "households"),
        **states,
        low=whole(village, "unserved_low"),
        high=whole(village, "unserved_high"),
        interval=both(village, "interval"),
        origin=estimate_text(persons) if _estimated(source) else listed_text,
    )


def _estimated(source: Source) -> bool:
    return bool(source.results.manifest.get("households_estimated", False))


def _evidence(profile: Profile, rows: VillageRows) -> Iterator[EvidenceLine]:
    titles = {rule.key: rule.title for rule in profile.services}
    found = [*rows.about("evidence")]
    ids = {text(row, "gap_id") for row in found}
    found += [row for row in rows.of_gaps("evidence") if text(row, "gap_id") not in ids]
    found = [row for row in found if (text(row, "target"), text(row, "kind")) != ("gap", "modelled")]
    for row in found:
        yield EvidenceLine(
            kind=text(row, "kind"),
            service=titles.get(text(row, "service"), Text(text(row, "service"), text(row, "service"))),
            says=text(row, "says"),
            source=text(row, "source"),
            operator=text(row, "operator"),
            gap_id=text(row, "gap_id") if text(row, "target") == "gap" else "",
            dated=written_day(text(row, "dated")),
            detail=both(row, "detail"),
        )
    if not found:
        for line in _services(profile, rows):
            yield EvidenceLine(kind="modelled", service=line.service, says=line.modelled)
        yield from _reported(profile.main_service.title, rows)


def _reported(service: Text, rows: VillageRows) -> Iterator[EvidenceLine]:
    """Yield what the province's list says, where evidence was not gathered but the list reconciled."""
    for row in rows.about("reconciliation"):
        if text(row, "class_stated"):
            list_row = number(value(row, "list_row"))
            yield EvidenceLine(
                kind="reported",
                service=service,
                says=text(row, "class_stated"),
                detail=Text(
                    f"dòng {list_row} của danh sách; {text(row, 'explanation_vi')}",
                    f"row {list_row} of the list; {text(row, 'explanation_en')}",
                ),
            )


def _gap(gap: Row, rows: VillageRows) -> GapLine:
    gap_id = text(gap, "gap_id")
    plan: Row = next((row for row in rows.of_gaps("plan_gaps") if text(row, "gap_id") == gap_id), {})
    north, east = value(gap, "vn2000_northing_m"), value(gap, "vn2000_easting_m")
    vn2000 = ""
    if math.isfinite(north) and math.isfinite(east):
        vn2000 = f"{number(north)}; {number(east)} ({text(gap, 'central_meridian')})"
    return GapLine(
        gap_id=gap_id,
        households=whole(gap, "households"),
        low=whole(gap, "unserved_low"),
        high=whole(gap, "unserved_high"),
        lon_deg=value(gap, "lon_deg"),
        lat_deg=value(gap, "lat_deg"),
        vn2000=vn2000,
        reason=both(gap, "reason"),
        planned=whole(plan, "planned_households") if plan else None,
        left_because=both(plan, "left_because"),
        advice=advice_of(plan),
    )


def _rank(rows: VillageRows) -> Text:
    """Say where the best area of the village stands in the ranking; "" without a ranking."""
    ranked = sorted(rows.of_gaps("ranking"), key=lambda row: value(row, "rank"))
    if not ranked:
        return Text("", "")
    best, count = ranked[0], len(records(rows.results, "ranking"))
    rank, low, high = (number(value(best, name)) for name in ("rank", "rank_low", "rank_high"))
    return Text(f"hạng {rank}/{number(count)} (khoảng {low}–{high})", f"rank {rank} of {count} ({low}–{high})")


def _rests_on(source: Source) -> RestsOn:
    manifest, profile = source.results.manifest, source.profile
    stated: Mapping[str, Any] = manifest.get("profile", {})
    name = str(stated.get("name", profile.name))
    title = profile.title if name == profile.name else Text(name, name)
    scenario = str(manifest.get("scenario", ""))
    return RestsOn(
        study=str(manifest.get("study", source.file.name)),
        dated=date.fromisoformat(str(manifest.get("dated", "2026-01-01"))),
        model=_model(manifest),
        scenario=SCENARIO if scenario == SCENARIO.en else Text(scenario, scenario),
        profile=Text(f"{title.vi} ({name})", f"{title.en} ({name})"),
        thresholds=_thresholds(stated.get("thresholds_dbm", {}), profile, verified=bool(stated.get("verified"))),
        verified=bool(stated.get("verified")),
        lists=tuple(_declared(item) for item in manifest.get("operators", ())),
        reliability=_reliability(source.results),
        simulated=bool(manifest.get("simulated", source.file.simulated)),
    )


def _reliability(results: OpenedResults) -> Text:
    """Say how often the model was right; without a table of it nothing was there to check it by."""
    if not results.has("reliability"):
        return _NO_RELIABILITY
    calibrated = bool(results.manifest.get("calibration", {}).get("adopted"))
    return reliability_text(reliability_of(results.table("reliability")), calibrated=calibrated)


def _model(manifest: Mapping[str, Any]) -> Text:
    stated = str(manifest.get("model", ""))
    if stated and not stated.startswith(MODEL.en):
        return Text(stated, stated)
    adopted = bool(manifest.get("calibration", {}).get("adopted"))
    vi, en = ("đã hiệu chỉnh", "calibrated") if adopted else ("chưa hiệu chỉnh", "not calibrated")
    return Text(f"{MODEL.vi}, {vi}", f"{MODEL.en}, {en}")


def _thresholds(levels: Mapping[str, float], profile: Profile, *, verified: bool) -> Text:
    def written(language: Language) -> str:
        parts = (
            f"{technology_title(t).to(language)} ≥ {dbm(levels[t], language)} dBm"
            for t in profile.main_service.technologies
            if t in levels
        )
        return "; ".join(parts) + ("" if verified else f" ({UNVERIFIED.to(language)})")

    return Text(*(written(language) for language in LANGUAGES))


def _declared(item: Mapping[str, Any]) -> Text:
    name, state = operator_title(str(item["operator"])), _DECLARED.get(str(item["list"]), Text("", ""))
    on = item.get("declared_on")
    vi, en = (f", khai ngày {written_day(str(on))}", f", declared {written_day(str(on))}") if on else ("", "")
    return Text(f"{name}: {state.vi}{vi}", f"{name}: {state.en}{en}")


def written_day(stated: str) -> str:
    """Write a day of a table (2026-10-05) as people do; anything else stays as it is."""
    try:
        return day(date.fromisoformat(stated[:10]))
    except ValueError:
        return stated
