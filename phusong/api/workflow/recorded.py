"""Decisions that stand, as the list of recorded findings the next study reads (``findings`` of its inputs)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.access.roles import ROLE_TITLES, Role
from phusong.api.database.models import Decision, GapRow, GapRowVersion, Round, RowFinding, Study
from phusong.api.database.types import VIETNAM
from phusong.api.workflow.concluded import WITHDRAWN, standing
from phusong.api.workflow.deciding import place_code
from phusong.data.profiles import profile_names, read_profile

COLUMNS = (
    *("finding_id", "village_code", "village_name", "commune_code", "gap_id", "service", "kind", "finding", "reason"),
    *("author", "dated", "evidence"),
)


@dataclass(frozen=True, slots=True)
class _Row:
    at: datetime
    cells: dict[str, str]


def recorded_findings(db: Session, province_code: str, *, gaps_of: str = "") -> list[dict[str, str]]:
    """Return one line for every village or gap somebody's decision stands over, in the columns of ``FINDINGS``.

    Parameters
    ----------
    province_code
        Whose decisions.
    gaps_of
        The study whose modelled gaps keep their ids in the next one (its ``earlier_results``): decisions over its gaps
        are added. Without it only villages are: a gap's id means nothing in a study that does not continue another.

    Returns
    -------
    rows
        Each village and gap once (the later of a decision over it and of one over its reported rows), by id. Decisions
        that were withdrawn leave the evidence to speak.
    """
    own = db.scalars(select(Decision).where(Decision.province_code == province_code, standing())).all()
    rows: dict[tuple[str, str], _Row] = {}
    for row in (*_reported(db, [one for one in own if one.subject_kind == "reported"]), *_direct(own, gaps_of)):
        told = row.cells
        place = told["gap_id"] or place_code(told["village_code"], told["commune_code"], told["village_name"])
        key = (place, told["service"])
        if key not in rows or rows[key].at <= row.at:
            rows[key] = row
    return [
        row.cells | {"finding_id": f"QD-{place}-{service or 'chinh'}"} for (place, service), row in sorted(rows.items())
    ]


def _direct(decisions: Iterable[Decision], gaps_of: str) -> Iterable[_Row]:
    """Yield the decisions over villages, and over the gaps of one study."""
    for one in decisions:
        is_gap = one.subject_kind == "gap"
        if one.verdict == WITHDRAWN or one.subject_kind == "reported" or (is_gap and one.study_id != gaps_of):
            continue
        coded = not is_gap and ":" not in one.subject_code
        place = {
            "village_code": one.subject_code if coded else "",
            "village_name": one.village_name,
            "commune_code": one.commune_code,
            "gap_id": one.subject_code if is_gap else "",
            "service": one.service,
        }
        yield _row(place, one.verdict, one.reason, one.made_at, "")


def _reported(db: Session, decisions: Sequence[Decision]) -> Iterable[_Row]:
    """Yield what the decisions over a round's rows make of the villages they name."""
    by_subject = {(one.round_id, one.subject_code): one for one in decisions if one.verdict != WITHDRAWN}
    rounds = {one.round_id for one in by_subject.values()}
    query = (
        select(GapRow, GapRowVersion.cells, RowFinding.details, Round.batch, Study.profile)
        .join(GapRowVersion, (GapRowVersion.row_id == GapRow.id) & (GapRowVersion.version == GapRow.version))
        .join(Round, Round.id == GapRow.round_id)
        .join(Study, Study.id == Round.study_id)
        .join(RowFinding, (RowFinding.row_id == GapRow.id) & (RowFinding.study_id == Round.study_id))
        .where(GapRow.round_id.in_(rounds), GapRow.present)
        .order_by(GapRow.gap_id)
    )
    villages: dict[tuple[str, str], list[tuple[GapRow, Mapping[str, Any], Decision | None, str]]] = {}
    places: dict[tuple[str, str], Mapping[str, str]] = {}
    for row, cells, details, batch, profile in db.execute(query):
        village = details.get("village")
        if village is None:
            continue
        code = place_code(village["village_code"], village["commune_code"], village["village_name"])
        key = (row.round_id, code)
        places[key] = {**village, "gap_id": "", "service": _main_service(profile)}
        villages.setdefault(key, []).append((row, cells, by_subject.get((row.round_id, row.gap_id)), batch))
    for key, told in villages.items():
        word = _word([(cells, decision) for _, cells, decision, _ in told])
        deciding = [one for *_, one, _ in told if one is not None and one.verdict != "undetermined"]
        if word and deciding:
            ids = ", ".join(row.gap_id for row, _, one, _ in told if one is not None)
            reasons = "; ".join(dict.fromkeys(one.reason for one in deciding))
            at = max(one.made_at for one in deciding)
            yield _row(places[key], word, reasons, at, f"{told[0][3]}: {ids}")


def _word(rows: Sequence[tuple[Mapping[str, Any], Decision | None]]) -> str:
    """Return a village's word: its worst row decided as unserved; covered where every row is served, one of them whole.

    As the evidence of reported places is read (study/evidence_reported.py): a row of one cluster never makes a whole
    village white, nor covered.
    """
    dark = [cells for cells, one in rows if one is not None and one.verdict == "unserved"]
    if dark:
        white = any(_whole(cells) and cells.get("gap_class") == "white" for cells in dark)
        return "white" if white else "depression"
    served = all(one is not None and one.verdict == "served" for _, one in rows)
    return "covered" if served and any(_whole(cells) for cells, _ in rows) else ""


def _main_service(profile: str) -> str:
    """Return the service a gap list speaks of; "" (the next study's own) where the profile is not one of ours."""
    return read_profile(profile).main_service.key if profile in profile_names() else ""


def _whole(cells: Mapping[str, Any]) -> bool:
    return not cells.get("cluster_name")


def _row(place: Mapping[str, str], word: str, reason: str, at: datetime, evidence: str) -> _Row:
    cells = {
        **place,
        "kind": "override",
        "finding": word,
        "reason": reason,
        "author": ROLE_TITLES[Role.PLANNER].vi,
        "dated": at.astimezone(VIETNAM).strftime("%d/%m/%Y"),
        "evidence": evidence,
    }
    return _Row(at, {name: cells.get(name, "") for name in COLUMNS})
