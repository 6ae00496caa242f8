"""Why a place is dark, as it is told to one person: units by state, findings, levels and masts as far as they may."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from phusong.api.problems import BadQueryError
from phusong.api.service import Service
from phusong.api.studies.kept import Opened
from phusong.api.studies.village_papers import PAPERS
from phusong.api.workflow.deciding import VERDICT_TITLES
from phusong.api.workflow.findings import evidence_of, findings_table, over_of, standing_over
from phusong.coverage.criteria import STATES
from phusong.coverage.findings import KIND_TITLES, SAYS_TITLES
from phusong.data.terms import village_class_title
from phusong.errors import PhuSongError
from phusong.words import Language, Text

if TYPE_CHECKING:
    from phusong.coverage.network import Span
    from phusong.study.asked_place import Place
    from phusong.study.why import MastHere, OperatorHere, Reception

Row = Mapping[Any, Any]

SEEN_FROM = {
    "point": Text("điểm đã chọn", "the chosen point"),
    "village": Text("trung tâm thôn", "the centre of the village"),
    "gap": Text("tâm vùng lõm", "the centre of the gap"),
}
_NO_STATIONS = Text(
    "Mức thu và trạm của nhà mạng chỉ hiện với người được xem dữ liệu trạm.",
    "Levels and stations are shown to those who may read station data.",
)
_NOT_PLACED = Text("Chưa biết vị trí: chưa tính được mức thu.", "The place is not known: no level can be told.")
_OUTSIDE = Text(
    "Điểm này nằm ngoài các xã của nghiên cứu: mức thu không được tính ở đây.",
    "This point lies outside the communes of the study: no level is told here.",
)
_UNCALIBRATED = Text(
    "Từng trạm tính theo mô hình chưa hiệu chỉnh; mức thu của nhà mạng đã hiệu chỉnh theo đo kiểm.",
    "Single stations are by the model before calibration; levels of operators are calibrated by measurements.",
)


class Ends(BaseModel):
    """A level in dBm with everything unknown at its worst, in the middle, at its best; null under the floor."""

    worst: float | None
    middle: float | None
    best: float | None


class States(BaseModel):
    """Households of a unit by state; of how many in all."""

    households: int
    served: int
    unserved: int
    undetermined: int
    no_data: int
    interval: str


class VillageWhy(BaseModel):
    """The village a place belongs to; ``away_km`` is how far its centre is where it is only the nearest."""

    key: str
    code: str
    name: str
    village_class: str
    class_title: str
    away_km: float | None
    provisional: bool
    states: States


class GapWhy(BaseModel):
    """The gap a place lies in; the reason is told to those who may read stations."""

    gap_id: str
    village_name: str
    households: int
    interval: str
    reason: str


class CommuneWhy(BaseModel):
    """The commune a place lies in."""

    code: str
    name: str
    states: States


class EvidenceWhy(BaseModel):
    """One piece of evidence."""

    kind: str
    kind_title: str
    says: str
    says_title: str
    operator: str
    dated: str
    detail: str


class FindingWhy(BaseModel):
    """What is concluded of a village or gap for one service, and what stands side by side behind it."""

    finding_id: str
    target: str
    service: str
    service_title: str
    finding: str
    finding_title: str
    basis_title: str
    dated: str
    agrees: bool
    disagreement: str
    provisional: bool
    because: str
    decided: str
    decided_because: str
    decided_on: str
    evidence: list[EvidenceWhy]


class LevelWhy(BaseModel):
    """What one technology of an operator gives here, after margins; ``main`` counts for the main service."""

    technology: str
    main: bool
    level_dbm: Ends
    threshold_dbm: float


class MastWhy(BaseModel):
    """A near mast, seen from the place, and what it gives by itself."""

    site_id: str
    name: str
    lon_deg: float
    lat_deg: float
    distance_km: float
    bearing_deg: float
    height_agl_m: float
    height_given: bool
    technologies: list[str]
    technology: str
    level_dbm: Ends | None
    threshold_dbm: float | None
    state: str
    obstacle_loss_db: float | None
    line_of_sight: bool | None


class OperatorWhy(BaseModel):
    """One operator here; ``beyond`` says that its nearest mast stands outside the province and is not told."""

    operator: str
    title: str
    state: str
    decides: list[str]
    levels: list[LevelWhy]
    masts: list[MastWhy]
    beyond: bool


class RadioWhy(BaseModel):
    """What is received at the place by the model of the study."""

    state: str
    decides: list[str]
    reason: str
    by_outside: bool
    operators: list[OperatorWhy]


class WhyOut(BaseModel):
    """What is known of a place; ``radio`` is null where it is not asked for or may not be told: ``radio_note`` why."""

    study_id: str
    lon_deg: float | None
    lat_deg: float | None
    seen_from: str
    simulated: bool
    village: VillageWhy | None
    gap: GapWhy | None
    commune: CommuneWhy | None
    findings: list[FindingWhy]
    radio: RadioWhy | None
    radio_note: str
    documents: list[str]


def asked_place(
    of: Opened, *, lon: float | None, lat: float | None, village: str, commune: str, gap: str
) -> tuple[Place, str]:
    """Return the place a question is about, and what it is seen from; exactly one of the three must be given."""
    from phusong.study.asked_place import place_at, place_of_gap, place_of_village

    if (lon is None) != (lat is None) or [lon is not None, bool(village), bool(gap)].count(True) != 1:
        raise BadQueryError(
            Text(
                "Cần đúng một nơi: lon và lat, village, hoặc gap.",
                "Give exactly one place: lon and lat, village, or gap.",
            )
        )
    if gap:
        return place_of_gap(of.kept, gap), "gap"
    if village:
        return place_of_village(of.kept, village, commune), "village"
    assert lon is not None and lat is not None
    return place_at(of.kept, lon, lat), "point"


def why_told(service: Service, of: Opened, place: Place, seen_from: str, language: Language, *, radio: bool) -> WhyOut:
    """Return what this person may know of a place; without ``radio`` what the tables say, at once."""
    told, note = _radio(of, place, language) if radio else (None, Text("", ""))
    return WhyOut(
        study_id=of.id,
        lon_deg=_plain(place.lon_deg),
        lat_deg=_plain(place.lat_deg),
        seen_from=SEEN_FROM[seen_from].to(language),
        simulated=bool(of.kept.results.manifest.get("simulated")),
        village=_village(place, language),
        gap=_gap(place, language, stations=of.stations),
        commune=_commune(place, language),
        findings=list(_findings(service, of, place, language)) if of.findings else [],
        radio=told,
        radio_note=note.to(language),
        documents=list(PAPERS) if of.stations and place.village is not None else [],
    )


def _village(place: Place, language: Language) -> VillageWhy | None:
    row = place.village
    if row is None:
        return None
    code, name, commune = (str(row[key] or "") for key in ("village_code", "village_name", "commune_code"))
    return VillageWhy(
        key=code or f"{name}, {commune}",
        code=code,
        name=name,
        village_class=str(row["village_class"]),
        class_title=village_class_title(str(row["village_class"])).to(language),
        away_km=_plain(place.village_km) or None,
        provisional=bool(row["provisional"]),
        states=_states(row, language),
    )


def _gap(place: Place, language: Language, *, stations: bool) -> GapWhy | None:
    row = place.gap
    if row is None:
        return None
    return GapWhy(
        gap_id=str(row["gap_id"]),
        village_name=str(row["village_name"]),
        households=int(row["households"]),
        interval=str(row[f"interval_{language}"]),
        reason=str(row[f"reason_{language}"]) if stations else "",
    )


def _commune(place: Place, language: Language) -> CommuneWhy | None:
    row = place.commune
    if row is None:
        return None
    return CommuneWhy(
        code=str(row["commune_code"]), name=str(row["commune_name"] or ""), states=_states(row, language)
    )  # fmt: skip


def _states(row: Row, language: Language) -> States:
    return States(
        households=int(row["households"]),
        **{state: int(row[f"{state}_households"]) for state in STATES},
        interval=str(row[f"interval_{language}"]),
    )


def _findings(service: Service, of: Opened, place: Place, language: Language) -> Iterator[FindingWhy]:
    """Yield the findings of the gap, then those of the village, the main service first."""
    try:
        table = findings_table(of.results)
    except PhuSongError:
        return
    masks = []
    if place.gap is not None:
        masks.append((table["target"] == "gap") & (table["gap_id"] == place.gap["gap_id"]))
    if place.village is not None:
        row = place.village
        own = table["target"] == "village"
        for name in ("village_code", "village_name", "commune_code"):
            own &= table[name].astype(str) == str(row[name])
        masks.append(own)
    rows = [row for mask in masks for row in table[mask].to_dict("records")]
    overs = [over_of(row) for row in rows]
    with service.database.read() as db:
        stands = standing_over(db, of.province_code, overs)
    titles = {rule.key: rule.title for rule in of.kept.profile.services}
    for row, over in zip(rows, overs, strict=True):
        yield _finding(of, row, titles, stands.get(over), language)


def _finding(of: Opened, row: Row, titles: Mapping[str, Text], decision: Any, language: Language) -> FindingWhy:
    service = str(row["service"])
    texts = ("finding_id", "target", "service", "finding", "dated")
    return FindingWhy(
        **{name: str(row[name]) for name in texts},
        service_title=titles.get(service, Text(service, service)).to(language),
        finding_title=_title(SAYS_TITLES, row["finding"], language),
        basis_title=_title(KIND_TITLES, row["basis"], language),
        agrees=bool(row["agrees"]),
        disagreement=str(row[f"disagreement_{language}"]),
        provisional=bool(row["provisional"]),
        because=str(row[f"provisional_because_{language}"]),
        decided="" if decision is None else VERDICT_TITLES[decision.verdict].to(language),
        decided_because="" if decision is None else decision.reason,
        decided_on="" if decision is None else decision.made_at.date().isoformat(),
        evidence=[_evidence(one, language) for one in evidence_of(of.results, row)],
    )


def _evidence(row: Row, language: Language) -> EvidenceWhy:
    return EvidenceWhy(
        kind=str(row["kind"]),
        kind_title=_title(KIND_TITLES, row["kind"], language),
        says=str(row["says"]),
        says_title=_title(SAYS_TITLES, row["says"], language),
        operator=_operator_title(str(row["operator"])),
        dated=str(row["dated"]),
        detail=str(row[f"detail_{language}"]),
    )


def _title(titles: Mapping[Any, Text], key: Any, language: Language) -> str:
    return titles[key].to(language) if key in titles else str(key)


def _operator_title(key: str) -> str:
    from phusong.coverage.reasons import operator_title

    return operator_title(key) if key else ""


def _radio(of: Opened, place: Place, language: Language) -> tuple[RadioWhy | None, Text]:
    """Return what is received, or why that is not told."""
    if not of.stations:
        return None, _NO_STATIONS
    from phusong.study.why import may_be_told, reception

    if not may_be_told(of.kept, place):
        return None, _OUTSIDE if place.placed else _NOT_PLACED
    note = Text("", "") if of.kept.ground.correction.adopted is None else _UNCALIBRATED
    return _reception(reception(of.kept, place), language), note


def _reception(found: Reception, language: Language) -> RadioWhy:
    from phusong.study.why import decides

    return RadioWhy(
        state=found.state,
        decides=[text.to(language) for text in decides(found.because)],
        reason=found.reason.to(language),
        by_outside=found.by_outside,
        operators=[_operator(one, [text.to(language) for text in decides(one.because)]) for one in found.operators],
    )


def _operator(found: OperatorHere, decided_by: list[str]) -> OperatorWhy:
    levels = [
        LevelWhy(
            technology=one.technology,
            main=one.main,
            level_dbm=ends(one.level_dbm),
            threshold_dbm=one.threshold_dbm,
        )
        for one in found.levels
    ]
    return OperatorWhy(
        operator=found.operator,
        title=_operator_title(found.operator),
        state=found.state,
        decides=decided_by,
        levels=levels,
        masts=[_mast(one) for one in found.masts],
        beyond=found.beyond,
    )


def _mast(found: MastHere) -> MastWhy:
    site, answer, way = found.site, found.answer, found.way
    return MastWhy(
        site_id=site.site_id,
        name="" if site.name == site.site_id else site.name,
        lon_deg=site.lon_deg,
        lat_deg=site.lat_deg,
        distance_km=round(found.distance_km, 3),
        bearing_deg=round(found.bearing_deg % 360.0, 1),
        height_agl_m=round(found.height_agl_m.middle, 1),
        height_given=found.height_agl_m.given,
        technologies=list(found.technologies),
        technology="" if answer is None else answer.service.technology,
        level_dbm=None if answer is None else ends(answer.level_dbm),
        threshold_dbm=None if answer is None else answer.threshold_dbm,
        state="no_data" if answer is None else answer.state,
        obstacle_loss_db=None if way is None else _plain(way.loss_db),
        line_of_sight=None if way is None or math.isnan(way.loss_db) else way.line_of_sight,
    )


def ends(level: Span) -> Ends:
    """Return a level with both its ends."""
    return Ends(worst=_plain(level.low), middle=_plain(level.middle), best=_plain(level.high))


def _plain(value: float) -> float | None:
    return round(value, 6) if math.isfinite(value) else None
