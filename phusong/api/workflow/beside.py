"""A round's rows with all that is said of each: the list, the study, the commune, operators, measurements, a decision.

The list says of every row that there is no good signal. Whoever says that there is one differs from it; what is
undetermined, unasked or unanswered differs from nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from sqlalchemy import ColumnElement, exists, func, or_, select, tuple_, union
from sqlalchemy.orm import Session, aliased, selectinload

from phusong.api.access.policy import Action, Person
from phusong.api.access.scope import within
from phusong.api.database.models import Answer, Decision, GapRow, GapRowVersion, Request, Round, RowFinding
from phusong.api.database.types import day_of
from phusong.api.workflow.answered import ON
from phusong.api.workflow.concluded import WITHDRAWN, standing
from phusong.api.workflow.deciding import Over
from phusong.api.workflow.findings import standing_over

SERVED_DECISIONS = ("served", "covered")
Village = tuple[str, str, str]
"""Code, name and commune of a village as a study knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a commune or an operator answered of a row; ``word`` is "" while nothing is."""

    who: str
    state: Literal["asked", "answered", "silent"]
    word: str
    note: str
    on: str
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What measurements of one operator say of the village a row names."""

    operator: str
    says: str
    detail: Mapping[str, str]
    dated: str
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One row with everything that is said of it."""

    row: GapRow
    cells: Mapping[str, Any]
    verdict: str
    model: Mapping[str, Any]
    communes: Sequence[Said]
    operators: Sequence[Said]
    measured: Sequence[Measured]
    decision: Decision | None

    @property
    def model_differs(self) -> bool:
        """Say whether the study finds signal where the list has none."""
        return self.verdict == "served"

    @property
    def finding_differs(self) -> bool:
        """Say whether a person concluded that there is signal."""
        return self.decision is not None and self.decision.verdict in SERVED_DECISIONS

    @property
    def differs(self) -> bool:
        """Say whether anybody finds signal where the list has none."""
        said = any(one.differs for one in (*self.communes, *self.operators))
        return self.model_differs or self.finding_differs or said or any(one.differs for one in self.measured)

    @property
    def place(self) -> tuple[float, float] | None:
        """Return where the row is."""
        point = None if self.row.geom is None else self.row.geom.centroid
        return None if point is None else (point.x, point.y)


def rows_beside(
    db: Session, person: Person, round_: Round, *, results: Path | None, differs: bool, limit: int, offset: int
) -> tuple[list[Beside], int]:
    """Return a part of a round's rows with what is said of each, and how many there are.

    Parameters
    ----------
    results
        The results of the round's study, where measurements are; None where there are none.
    differs
        Only rows of which somebody says that there is signal.
    """
    query, asked = select(GapRow).order_by(GapRow.gap_id), _of_round(person, round_)
    if differs:  # found once: counted and cut here
        asked &= somebody_differs(round_, served_villages(results))
        ids = db.scalars(select(GapRow.id).where(asked).order_by(GapRow.gap_id)).all()
        query, total = query.where(GapRow.id.in_(ids[offset : offset + limit])), len(ids)
    else:
        query, total = query.where(asked).limit(limit).offset(offset), count_of_rows(db, person, round_)
    return _told(db, person, round_, db.scalars(query).all(), results), total


def count_of_rows(db: Session, person: Person, round_: Round) -> int:
    """Return how many rows of a round this person may read."""
    return db.scalar(select(func.count()).select_from(GapRow).where(_of_round(person, round_))) or 0


def _of_round(person: Person, round_: Round) -> ColumnElement[bool]:
    own = within(person, Action.ROW_READ, province=GapRow.province_code, commune=GapRow.commune_code)
    return own & (GapRow.round_id == round_.id) & GapRow.present


def somebody_differs(round_: Round, villages: Collection[Village]) -> ColumnElement[bool]:
    """Return the condition that somebody says of a row (``GapRow``) that there is signal."""
    row, later = aliased(GapRow), aliased(Answer)
    of_rows = (RowFinding.row_id == row.id) & (RowFinding.row_version == row.version)
    said = select(row.id).join(RowFinding, of_rows)
    said = said.where(RowFinding.round_id == round_.id, RowFinding.study_id == round_.study_id)
    last = ~exists().where(later.request_id == Answer.request_id, later.version > Answer.version)
    signal = or_(Answer.cells["coverage"].as_string() == "yes", Answer.cells["still_gap"].as_string() == "no")
    answered = select(Request.row_id).join(Answer, Answer.request_id == Request.id)
    answered = answered.where(Request.round_id == round_.id, signal, last)
    decided = select(row.id).join(Decision, Decision.subject_code == row.gap_id).where(
        row.round_id == round_.id, Decision.subject_kind == "reported", Decision.province_code == round_.province_code,
        Decision.round_id == round_.id, Decision.verdict.in_(SERVED_DECISIONS), standing(),
    )  # fmt: skip
    village = tuple_(*(RowFinding.details["village"][name].as_string() for name in _VILLAGE))
    measured = [said.where(village.in_(villages))] if villages else []
    return GapRow.id.in_(union(said.where(RowFinding.verdict == "served"), answered, decided, *measured))


_VILLAGE = ("village_code", "village_name", "commune_code")


def served_villages(results: Path | None) -> list[Village]:
    """Return the villages in which something measured serves."""
    table = _measured(results)
    return sorted(set(table.loc[table["says"].isin(SERVED_DECISIONS), [*_VILLAGE]].itertuples(index=False, name=None)))


def _told(db: Session, person: Person, round_: Round, rows: Sequence[GapRow], results: Path | None) -> list[Beside]:
    ids = [one.id for one in rows]
    current = select(GapRowVersion).join(GapRow, GapRow.id == GapRowVersion.row_id)
    current = current.where(GapRow.id.in_(ids), GapRowVersion.version == GapRow.version)
    cells = {one.row_id: one.cells for one in db.scalars(current)}
    of_study = select(RowFinding).where(RowFinding.row_id.in_(ids), RowFinding.study_id == round_.study_id)
    said = {(one.row_id, one.row_version): one for one in db.scalars(of_study)}
    answers = _answers(db, person, ids)
    overs = {one.id: Over(kind="reported", code=one.gap_id) for one in rows}
    stands = standing_over(db, round_.province_code, list(overs.values()), round_id=round_.id)
    found = []
    for row in rows:
        told, decision = said.get((row.id, row.version)), stands.get(overs[row.id])
        details: Mapping[str, Any] = {} if told is None else told.details
        communes, operators = answers.get(row.id, ([], []))
        found.append(
            Beside(
                row=row, cells=cells.get(row.id, {}), verdict="" if told is None else told.verdict, model=details,
                communes=communes, operators=operators, measured=_measured_at(results, details.get("village")),
                decision=None if decision is None or decision.verdict == WITHDRAWN else decision,
            )
        )  # fmt: skip
    return found


def _answers(db: Session, person: Person, ids: Sequence[str]) -> dict[str, tuple[list[Said], list[Said]]]:
    """Return of each row what the commune and what the operators were asked and said."""
    own = within(
        person, Action.REQUEST_READ, province=Request.province_code, commune=Request.commune_code,
        operator=Request.operator,
    )  # fmt: skip
    query = select(Request).where(own, Request.row_id.in_(ids)).options(selectinload(Request.answers))
    query = query.order_by(Request.operator, Request.commune_code)
    found: dict[str, tuple[list[Said], list[Said]]] = {}
    for one in db.scalars(query):
        of_row = found.setdefault(one.row_id, ([], []))
        of_row[bool(one.operator)].append(_said(one))
    return found


def _said(request: Request) -> Said:
    last = request.answers[-1] if request.answers else None
    cells: Mapping[str, Any] = {} if last is None else last.cells
    word = str(cells.get("coverage" if request.operator else "still_gap", ""))
    on = "" if last is None else str(cells.get(ON, "")) or day_of(last.made_at).isoformat()
    return Said(
        who=request.operator, state=request.state, word=word, note=str(cells.get("note", "")),  # type: ignore[arg-type]
        on=on, differs=word == ("yes" if request.operator else "no"),
    )  # fmt: skip


def _measured_at(results: Path | None, village: Mapping[str, str] | None) -> list[Measured]:
    if village is None or results is None:
        return []
    table = _measured(results)
    same = (table[[*_VILLAGE]] == [village.get(name, "") for name in _VILLAGE]).all(axis=1)
    return [
        Measured(
            operator=str(one["operator"]), says=str(one["says"]), dated=str(one["dated"] or ""),
            detail={language: str(one[f"detail_{language}"]) for language in ("vi", "en")},
            differs=one["says"] in SERVED_DECISIONS,
        )
        for one in table[same].to_dict("records")
    ]  # fmt: skip


def _measured(results: Path | None) -> pd.DataFrame:
    """Return what was measured in villages; nothing where a study kept no evidence."""
    path = None if results is None else results / "evidence.parquet"
    if path is None or not path.is_file():
        return pd.DataFrame(columns=[*_COLUMNS])
    return _read(path, path.stat().st_mtime_ns)


_COLUMNS = (*_VILLAGE, "operator", "says", "detail_vi", "detail_en", "dated")


@lru_cache(maxsize=8)
def _read(path: Path, _mtime_ns: int) -> pd.DataFrame:
    table = pd.read_parquet(path)
    kept = table[(table["kind"] == "measured") & (table["target"] == "village")]
    return kept[[*_COLUMNS]].fillna("").astype(str)
