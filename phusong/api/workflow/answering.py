"""Answers of communes and operators, typed in or handed in as a filled-in form; the last stands, none is replaced."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Answer, GapRow, Request, Round, Upload
from phusong.api.database.types import day_of, now
from phusong.api.intake.kept_rows import round_as_data, rows_of_round
from phusong.api.problems import ConflictError, NotFoundError
from phusong.api.service import Service
from phusong.api.workflow.answered import BY, ON
from phusong.data.rounds.form_fields import COMMUNE_FIELDS, OPERATOR_FIELDS
from phusong.data.schema import Field
from phusong.errors import BadInputError, Problem
from phusong.words import Text

if TYPE_CHECKING:  # what reads forms is loaded where it is needed
    from phusong.data.rounds.answers import Answers

ANSWERABLE = ("asked", "answered")
"""States of a round in which answers are taken; once it is closed they are late."""
Given = Mapping[str, str | int | float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What one form brought: rows answered, rows left empty, and what was found in the file."""

    answered: int
    silent: int
    problems: tuple[Problem, ...]


def fields_of(request: Request) -> list[Field]:
    """Return the fields a request asks for."""
    known = OPERATOR_FIELDS if request.operator else COMMUNE_FIELDS
    return [field for field in known if field.name in request.fields]


def answer(db: Session, person: Person, request: Request, given: Given, *, by: str, on: date | None) -> Answer:
    """Record what a commune or operator answers to one question.

    Raises
    ------
    BadInputError
        A field that is not asked, a value it cannot have, a contradiction, or nothing at all: all at once.
    ConflictError
        The round takes no answers any more.
    """
    round_ = db.get_one(Round, request.round_id)
    row = db.get_one(GapRow, request.row_id)
    cells = _checked(request, given, _stated(db, row))
    return record_answer(db, person, request, round_, cells | _signed(by, on))


def record_answer(
    db: Session, person: Person, request: Request, round_: Round, cells: Mapping[str, str], upload_id: str | None = None
) -> Answer:
    """Write one checked answer and its entry in the trail."""
    if round_.state not in ANSWERABLE:
        raise ConflictError(Text("Đợt này không còn nhận câu trả lời.", "This round takes no answers any more."))
    db.refresh(request, with_for_update={"key_share": True})
    last = db.scalar(select(func.max(Answer.version)).where(Answer.request_id == request.id)) or 0
    made = Answer(
        request_id=request.id,
        version=last + 1,
        cells=dict(cells),
        upload_id=upload_id,
        made_by=person.id,
        made_at=now(),
    )
    db.add(made)
    if not last:
        request.late = request.due_on < day_of(made.made_at) or request.state == "silent"
    request.state, request.answered_at = "answered", made.made_at
    audit.record(
        db, "request.answer", by=person, subject=("request", request.id), province_code=request.province_code,
        details={"version": made.version, "late": request.late, "upload": upload_id or ""},
    )  # fmt: skip
    return made


def read_form(service: Service, person: Person, round_id: str, upload_id: str) -> tuple[Answers, Upload]:
    """Read a form that was sent as an upload, in a child process, outside any transaction.

    Raises
    ------
    NotFoundError
        The round, the upload or the unit the form is for lies outside this person's scope.
    ConflictError
        The upload's bytes are not all there yet.
    FormError, UnreadableFileError
        The file is no form of this round.
    """
    from phusong.data.rounds.answers import read_answers

    with service.database.read() as db:
        round_, sent = db.get(Round, round_id), db.get(Upload, upload_id)
        if round_ is None or sent is None or sent.province_code != round_.province_code:
            raise NotFoundError
        if sent.sent_by != person.id and not person.may(
            Action.UPLOAD_READ, province_code=sent.province_code, commune_code=sent.commune_code, operator=sent.operator
        ):
            raise NotFoundError
        asked = select(Request.row_id).where(Request.round_id == round_.id)
        made = round_as_data(db, round_, GapRow.id.in_(asked), gone_too=True)
        sha256, name = sent.sha256, sent.file_name
    if sha256 is None:
        raise ConflictError(Text("Tệp chưa gửi xong.", "The file has not arrived yet."))
    incoming = service.settings.home / "incoming"
    incoming.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=incoming) as folder:
        path = Path(folder) / "phieu.xlsx"
        shutil.copyfile(service.blobs.path(sha256), path)
        found = read_answers(path, made)
    commune, operator = ("", found.whom) if found.kind == "operator" else (found.whom, "")
    if not person.may(Action.FORM_HAND_IN, province_code=round_.province_code, commune_code=commune, operator=operator):
        raise NotFoundError(Text(f"{name}: phiếu của đơn vị khác.", f"{name}: a form of another unit."))
    return found, sent


def hand_in(db: Session, person: Person, round_id: str, found: Answers, sent: Upload) -> HandedIn:
    """Record every answer of a form that was read; rows left empty stay open."""
    round_ = db.get_one(Round, round_id)
    commune, operator = ("", found.whom) if found.kind == "operator" else (found.whom, "")
    own = (Request.round_id == round_id, Request.commune_code == commune, Request.operator == operator)
    found_ones = db.execute(select(GapRow.gap_id, Request).join(GapRow, Request.row_id == GapRow.id).where(*own))
    requests = {str(gap_id): request for gap_id, request in found_ones}
    if not requests:
        raise NotFoundError
    said = found.said[(found.said["field"] != "") & (found.said["subject"] == "gap")]
    signed = _signed(found.by, found.on)
    count = 0
    for gap_id, lines in said.groupby("id", sort=False):
        request = requests.get(str(gap_id))
        if request is None or _handed_in(db, request, sent.id):
            continue
        cells = dict(zip(lines["field"], lines["value"], strict=True))
        record_answer(db, person, request, round_, cells | signed, upload_id=sent.id)
        count += 1
    return HandedIn(answered=count, silent=len(found.silent), problems=found.problems)


def _handed_in(db: Session, request: Request, upload_id: str) -> bool:
    """Say whether this very file has answered a question already: sending it twice adds nothing."""
    query = select(func.count()).where(Answer.request_id == request.id, Answer.upload_id == upload_id)
    return bool(db.scalar(query))


def _stated(db: Session, row: GapRow) -> dict[str, float | None]:
    table = rows_of_round(db, row.round_id, GapRow.id == row.id, gone_too=True).table
    total = table["households_total"].iloc[0] if len(table) else None
    return {"stated_total": None if total is None or pd.isna(total) else float(total)}


def _signed(by: str, on: date | None) -> dict[str, str]:
    return {BY: by.strip(), ON: "" if on is None else on.isoformat()}


def _checked(request: Request, given: Given, stated: Mapping[str, float | None]) -> dict[str, str]:
    from phusong.data.cells import Bad
    from phusong.data.rounds.filled_sheet import answer_text, answer_value, contradiction_in

    fields = {field.name: field for field in fields_of(request)}
    problems = [
        _problem(name, Text("Trường này không được hỏi.", "This is not asked.")) for name in given.keys() - fields
    ]
    values = {}
    for name, field in fields.items():
        value = answer_value(given.get(name), field)
        if isinstance(value, Bad):
            problems.append(_problem(name, value.text))
        elif value is not None:
            values[name] = value
    wrong = contradiction_in(values, stated) if not problems else None
    if wrong is not None:
        problems.append(_problem("", wrong))
    if not problems and not values:
        problems.append(_problem("", Text("Chưa trả lời câu nào.", "Nothing is answered.")))
    if problems:
        raise BadInputError(problems)
    return {name: answer_text(value) for name, value in values.items()}


def _problem(name: str, text: Text) -> Problem:
    return Problem(level="error", file="", text=text, column=name or None, code="answer")
