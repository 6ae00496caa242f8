"""A checked gap list becomes the rows of its round: under the ids of earlier rounds, every earlier state kept."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Person
from phusong.api.database.models import GapRow, GapRowVersion, Round, Upload
from phusong.api.database.types import new_id, now
from phusong.api.intake.cells import Cells, cells_of, households_of, place_of, what_is_searched
from phusong.api.intake.kept_rows import earlier_rounds, rows_of_round
from phusong.api.intake.uploads import OPEN_ROUND_STATES, checked_upload, is_acceptable, list_is_closed, open_warnings
from phusong.api.problems import ConflictError
from phusong.api.service import Service
from phusong.data.schemas import GAPS
from phusong.words import Text, number

MOST_ROWS = 50_000
"""Rows a round may have: a hundred times what a province reports."""


@dataclass(frozen=True, slots=True)
class SamePlace:
    """What a person said of a question: the two ids are, or are not, one place."""

    before_id: str
    after_id: str
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Two rows that may be one place; until a person says so they are two."""

    before_id: str
    after_id: str
    why: str
    distance_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What became of the rows: ``rows, new, changed, unchanged, gone``, and ``overridden`` corrections made here."""

    round_id: str
    counts: Mapping[str, int]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Plan:
    """The rows to be, worked out before anything is written; ``seen`` is what it rests on."""

    upload_id: str
    round_id: str
    province_code: str
    cells: Sequence[Cells]
    file_rows: Sequence[int]
    questions: tuple[Question, ...]
    seen: tuple[Any, ...]


def accept_list(
    service: Service, upload_id: str, person: Person, answers: Sequence[SamePlace] = (), *, request_id: str = ""
) -> Accepted:
    """Take a list as that of its round; the same list again, with answers to questions, is taken again.

    Raises
    ------
    NotFoundError, ConflictError
        It is no checked gap list of this person's, has errors or open warnings, or its round takes no list any more.
    """
    with service.database.read() as db:
        plan = _plan(db, service, upload_id, person, answers)
    with service.database.write() as db:
        round_ = db.get_one(Round, plan.round_id, with_for_update=True)
        if _seen(db, round_) != plan.seen:
            raise ConflictError(
                Text("Đợt vừa được người khác sửa: hãy làm lại.", "Somebody has just changed the round: try again.")
            )
        counts = _write(db, plan, person)
        round_.list_upload_id = plan.upload_id
        audit.record(
            db, "round.list", by=person, subject=("round", round_.id), province_code=round_.province_code,
            details={"upload": plan.upload_id, **counts}, request_id=request_id,
        )  # fmt: skip
    return Accepted(round_id=plan.round_id, counts=counts, questions=plan.questions)


def _plan(db: Session, service: Service, upload_id: str, person: Person, answers: Sequence[SamePlace]) -> _Plan:
    from phusong.data.rounds.store import as_read

    upload = checked_upload(db, upload_id, person, purpose="gaps")
    _check_acceptable(upload)
    round_ = db.get_one(Round, upload.round_id)
    if round_.state not in OPEN_ROUND_STATES:
        raise list_is_closed()
    assert upload.rows_sha256 is not None
    rows = as_read(pd.read_parquet(service.blobs.path(upload.rows_sha256)), GAPS)
    renamed, questions = _with_stable_ids(db, round_, rows, answers)
    return _Plan(
        upload_id=upload.id,
        round_id=round_.id,
        province_code=round_.province_code,
        cells=cells_of(renamed),
        file_rows=[int(row) for row in renamed["_row"]],
        questions=questions,
        seen=_seen(db, round_),
    )


def _check_acceptable(upload: Upload) -> None:
    if is_acceptable(upload):
        if upload.good_rows > MOST_ROWS:
            most = (number(MOST_ROWS), number(MOST_ROWS, "en"))
            raise ConflictError(Text(f"Một đợt nhiều nhất {most[0]} dòng.", f"A round has at most {most[1]} rows."))
        return
    if upload.errors:
        count = (number(upload.errors), number(upload.errors, "en"))
        raise ConflictError(
            Text(f"Danh sách còn {count[0]} lỗi: hãy sửa và gửi lại.", f"{count[1]} errors: correct and send again.")
        )
    open_ = (number(open_warnings(upload)), number(open_warnings(upload), "en"))
    raise ConflictError(
        Text(f"Còn {open_[0]} cảnh báo chưa xác nhận.", f"{open_[1]} warnings are not acknowledged.")
        if upload.good_rows
        else Text("Danh sách không có dòng nào dùng được.", "The list has no row that can be used.")
    )


def _with_stable_ids(
    db: Session, round_: Round, rows: pd.DataFrame, answers: Sequence[SamePlace]
) -> tuple[pd.DataFrame, tuple[Question, ...]]:
    """Return the rows under the ids of the round itself and of those before it."""
    from phusong.data.rounds.identity import carry_ids, match_rounds

    own = rows_of_round(db, round_.id, gone_too=True).table
    *history, last = [own.iloc[:0], *(rows_of_round(db, one.id).table for one in earlier_rounds(db, round_))]
    before = pd.concat([own, last[~last["gap_id"].isin(own["gap_id"])]], ignore_index=True)
    if before.empty and not any(map(len, history)):
        return rows, ()
    said = {(one.before_id, one.after_id): one.same for one in answers}
    matching = match_rounds(before, rows, history=[one for one in history if len(one)], answers=said)
    asked = matching.questions
    return carry_ids(matching, rows), tuple(
        Question(before_id=str(a), after_id=str(b), why=str(why), distance_m=float(m) if math.isfinite(m) else None)
        for a, b, why, m in zip(asked["before_id"], asked["after_id"], asked["why"], asked["distance_m"], strict=True)
    )


def _seen(db: Session, round_: Round) -> tuple[Any, ...]:
    """Return what tells two states of a round's list apart."""
    query = select(func.count(), func.coalesce(func.sum(GapRow.version), 0)).where(GapRow.round_id == round_.id)
    count, versions = db.execute(query).one()
    return round_.state, round_.list_upload_id, int(count), int(versions)


def _write(db: Session, plan: _Plan, person: Person) -> dict[str, int]:
    """Write new rows, new versions of changed ones, and mark those the list no longer has."""
    there = _rows_there(db, plan.round_id)
    rows: list[dict[str, Any]] = []
    versions: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    counts = dict.fromkeys(("rows", "new", "changed", "unchanged", "gone", "overridden"), 0)
    counts["rows"] = len(plan.cells)
    for cells, file_row in zip(plan.cells, plan.file_rows, strict=True):
        known = there.pop(cells["gap_id"], None)
        row_id, version = (new_id(), 1) if known is None else (known.id, known.version + 1)
        if known is None:
            counts["new"] += 1
            rows.append({"id": row_id, **_row(plan, cells), "version": 1, "present": True})
        elif known.present and known.cells == cells:
            counts["unchanged"] += 1
            continue
        else:
            counts["changed"] += 1
            counts["overridden"] += known.upload_id is None
            changes.append({"id": row_id, **_row(plan, cells), "version": version, "present": True})
        versions.append(_version(row_id, version, plan.upload_id, file_row, cells, person))
    gone = [one.id for one in there.values() if one.present]
    counts["gone"] = len(gone)
    for table, values in ((GapRow, rows), (GapRowVersion, versions)):
        if values:
            db.execute(insert(table), values)
    if changes:
        db.execute(update(GapRow), changes)
    for start in range(0, len(gone), 500):
        db.execute(update(GapRow).where(GapRow.id.in_(gone[start : start + 500])).values(present=False))
    return counts


def _rows_there(db: Session, round_id: str) -> dict[str, Any]:
    query = (
        select(GapRow.gap_id, GapRow.id, GapRow.version, GapRow.present, GapRowVersion.cells, GapRowVersion.upload_id)
        .join(GapRowVersion, (GapRowVersion.row_id == GapRow.id) & (GapRowVersion.version == GapRow.version))
        .where(GapRow.round_id == round_id)
    )
    return {one.gap_id: one for one in db.execute(query)}


def _row(plan: _Plan, cells: Cells) -> dict[str, Any]:
    return {
        "round_id": plan.round_id,
        "province_code": plan.province_code,
        "gap_id": cells["gap_id"],
        **row_columns(cells),
    }


def row_columns(cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row says of itself beside its cells: where lists, maps and searches look."""
    return {
        "commune_code": str(cells.get("commune_code", "")),
        "village": str(cells.get("village_name", "")),
        "folded": what_is_searched(cells),
        "households": households_of(cells),
        "geom": place_of(cells),
    }


def _version(row_id: str, version: int, upload_id: str, file_row: int, cells: Cells, person: Person) -> dict[str, Any]:
    return {
        "id": new_id(), "row_id": row_id, "version": version, "upload_id": upload_id, "file_row": file_row,
        "cells": cells, "reason": "", "made_by": person.id, "made_at": now(),
    }  # fmt: skip
