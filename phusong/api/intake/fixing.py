"""Cells of a checked list corrected on its page: a new file with those cells changed, checked like any other.

The list that was sent is never changed. The corrected one is an upload of its own that names the one it corrects and
keeps what was written anew; its bytes are made, and checked, by the job.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Round, Upload
from phusong.api.database.types import now
from phusong.api.intake.clean import clean_text
from phusong.api.intake.receiving import CHECK_UPLOAD
from phusong.api.intake.uploads import OPEN_ROUND_STATES, checked_upload, list_is_closed, upload_in_reach
from phusong.api.intake.written_rows import WrittenRow, find_rows
from phusong.api.jobs.asking import ask_for
from phusong.api.problems import ConflictError
from phusong.api.service import Service
from phusong.data.schemas import GAPS
from phusong.errors import BadInputError, PhuSongError, Problem
from phusong.words import Text

MOST_CELLS = 2_000
LONGEST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCell:
    """What somebody writes into a cell: its sheet ("" where the file has none), row and column, and the text."""

    sheet: str
    row: int
    field: str
    text: str


def fix_list(
    service: Service, upload_id: str, person: Person, cells: Sequence[NewCell], *, request_id: str = ""
) -> Upload:
    """Make a corrected list of some cells written anew, and ask for its check; cells left as they were do not count.

    Raises
    ------
    NotFoundError, ConflictError
        It is no checked list of this person's, somebody has corrected it already, or its round takes no list any more.
    BadInputError
        A cell is not in the list; every such cell at once.
    PhuSongError
        Nothing was changed, or too much.
    """
    with service.database.read() as db:
        upload = _fixable(db, upload_id, person)
        assert upload.written_sha256 is not None
        path, columns = service.blobs.path(upload.written_sha256), dict((upload.report or {}).get("columns", {}))
    there = find_rows(path, {(one.sheet, one.row) for one in cells})
    fixes = _changed(upload, cells, there, columns)
    with service.database.write() as db:
        upload_in_reach(db, upload_id, person, Action.UPLOAD_SEND, to_change=True)
        return _made(db, _fixable(db, upload_id, person), fixes, person, request_id)


def newer_than(db: Session, upload: Upload) -> Upload | None:
    """Return the newest list that corrects this one, however it came; None where there is none."""
    query = select(Upload).where(Upload.replaces_id == upload.id, Upload.state != "failed")
    return db.scalars(query.order_by(Upload.created_at.desc(), Upload.id).limit(1)).first()


def _fixable(db: Session, upload_id: str, person: Person) -> Upload:
    upload = checked_upload(db, upload_id, person, purpose="gaps")
    if db.get_one(Round, upload.round_id).state not in OPEN_ROUND_STATES:
        raise list_is_closed()
    if newer_than(db, upload) is not None:
        raise ConflictError(
            Text(
                "Danh sách này vừa được người khác sửa hoặc gửi lại: hãy mở bản mới nhất và sửa ở đó.",
                "Somebody has just corrected this list or sent it again: open the newest one and correct that.",
            )
        )
    if upload.written_sha256 is None or not (upload.report or {}).get("columns"):
        raise ConflictError(
            Text(
                "Tệp này không sửa được trên trang: hãy sửa trong tệp rồi gửi lại.",
                "This file cannot be corrected on the page: correct it and send it again.",
            )
        )
    return upload


def _changed(
    upload: Upload,
    cells: Sequence[NewCell],
    there: dict[tuple[str, int], WrittenRow],
    columns: dict[str, dict[str, int]],
) -> list[dict[str, Any]]:
    fixes: dict[tuple[str, int, str], dict[str, Any]] = {}
    problems = []
    for one in cells:
        row, column = there.get((one.sheet, one.row)), columns.get(one.sheet, {}).get(one.field)
        if row is None or column is None or len(one.text) > LONGEST:
            problems.append(_wrong(upload, one))
            continue
        text, before = clean_text(one.text.strip()), row.cells.get(one.field, "")
        if " ".join(text.split()) != " ".join(before.split()):
            told = {"column": column, "before": before, "text": text}
            fixes[one.sheet, one.row, one.field] = asdict(one) | told
    if problems:
        raise BadInputError(problems)
    if not fixes:
        raise PhuSongError(Text("Chưa sửa ô nào.", "No cell was changed."))
    if len(fixes) > MOST_CELLS:
        raise PhuSongError(
            Text(f"Một lần sửa nhiều nhất {MOST_CELLS} ô.", f"At most {MOST_CELLS} cells can be corrected at once.")
        )
    return [fixes[place] for place in sorted(fixes)]


def _wrong(upload: Upload, one: NewCell) -> Problem:
    known = {field.name: field.title for field in GAPS.fields}
    title = known.get(one.field)
    text = Text("Không có ô này trong danh sách, hoặc nội dung quá dài.", "No such cell, or its text is too long.")
    return Problem(
        level="error",
        file=upload.file_name,
        text=text,
        row=one.row,
        column=title.vi if title else None,
        code="fix.cell",
    )


def _made(db: Session, former: Upload, fixes: list[dict[str, Any]], person: Person, request_id: str) -> Upload:
    from phusong.data.annotated.fixed import fixed_name

    made = Upload(
        province_code=former.province_code,
        commune_code=former.commune_code,
        operator=former.operator,
        purpose=former.purpose,
        kind=former.kind,
        round_id=former.round_id,
        replaces_id=former.id,
        file_name=fixed_name(former.file_name),
        size=0,
        state="stored",
        fixes=fixes,
        acknowledged=[],
        sent_by=person.id,
        stored_at=now(),
    )
    db.add(made)
    db.flush()
    ask_for(db, CHECK_UPLOAD, by=person, province_code=made.province_code, subject_id=made.id)
    audit.record(
        db, "upload.fix", by=person, subject=("upload", made.id), province_code=made.province_code,
        details={"corrects": former.id, "cells": [f"{one['sheet']}!{one['row']}:{one['field']}" for one in fixes]},
        request_id=request_id,
    )  # fmt: skip
    return made
