"""One row corrected in its place: checked by the rules of the list, kept as a new version with its reason."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.database.models import GapRow, GapRowVersion, Round
from phusong.api.intake.accepting import row_columns
from phusong.api.intake.cells import Cells, cells_of, rows_of
from phusong.api.intake.checking import boundaries_in, commune_file, territory_of
from phusong.api.intake.uploads import OPEN_ROUND_STATES, list_is_closed
from phusong.api.problems import ConflictError
from phusong.api.service import Service
from phusong.data.schema import Field
from phusong.data.schemas import GAPS
from phusong.errors import BadInputError, PhuSongError, Problem
from phusong.words import Text

Value = str | float | bool | None
FIXED = frozenset({"row_no", "gap_id", "province_code", "province_name", "batch"})
"""What no correction changes: it is the row's name, or the list's."""
CORRECTABLE = tuple(field.name for field in GAPS.fields if field.name not in FIXED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The cells somebody writes anew, as they would be written in a list, and why; ``version`` is what was seen."""

    cells: Mapping[str, Value]
    reason: str
    version: int
    despite_warnings: bool = False


def row_in_reach(
    db: Session, row_id: str, person: Person, action: Action = Action.ROW_READ, *, to_change: bool = False
) -> GapRow:
    """Return a row this person may do something to.

    Raises
    ------
    NotFoundError
        There is none, or it is out of the person's scope.
    """
    return reached(db, person, action, GapRow, row_id, to_change=to_change)


def correct_row(
    service: Service, row_id: str, person: Person, correction: Correction, *, request_id: str = ""
) -> tuple[Problem, ...]:
    """Write a new version of a row; return the warnings it was written in spite of.

    Raises
    ------
    NotFoundError, ConflictError
        The row is out of scope, its round is closed, or somebody has changed it since.
    BadInputError
        The row as it would be breaks rules of the list, or leaves warnings that were not said to be accepted.
    """
    unknown = sorted(set(correction.cells) - set(CORRECTABLE))
    if unknown:
        names = ", ".join(unknown)
        raise PhuSongError(Text(f"Không sửa được cột: {names}.", f"Columns that cannot be corrected: {names}."))
    with service.database.read() as db:
        row = row_in_reach(db, row_id, person, Action.ROW_CORRECT)
        _check_open(db, row, correction)
        before = newest_cells(db, row)
        communes = commune_file(db, service, row.province_code)
        province_code, gap_id = row.province_code, row.gap_id
    with tempfile.TemporaryDirectory() as folder:
        cells, problems = _checked(before, correction.cells, province_code, communes, Path(folder))
    _refuse(problems, despite_warnings=correction.despite_warnings)
    with service.database.write() as db:
        row = row_in_reach(db, row_id, person, Action.ROW_CORRECT, to_change=True)
        _check_open(db, row, correction)
        _write(db, row, {**cells, "gap_id": gap_id}, correction, person, request_id)
    return tuple(one for one in problems if one.level == "warning")


def newest_cells(db: Session, row: GapRow) -> Cells:
    """Return the cells of a row as they stand."""
    query = select(GapRowVersion.cells).where(GapRowVersion.row_id == row.id, GapRowVersion.version == row.version)
    return dict(db.scalars(query).one())


def _check_open(db: Session, row: GapRow, correction: Correction) -> None:
    round_ = db.get_one(Round, row.round_id)
    if round_.state not in OPEN_ROUND_STATES:
        raise list_is_closed()
    if row.version != correction.version or not row.present:
        raise ConflictError(
            Text("Dòng này vừa được người khác sửa: hãy xem lại.", "Somebody has just changed the row: look again.")
        )


def _checked(
    before: Cells, changed: Mapping[str, Value], province_code: str, communes: dict[str, str] | None, folder: Path
) -> tuple[Cells, tuple[Problem, ...]]:
    """Read the row as it would be, as a list of one: the same rules, the same words."""
    from phusong.data.lists import read_list

    path = folder / "dong.csv"
    _write_list_of_one(before, changed, path)
    checked = read_list(path, GAPS, territory_of(province_code, boundaries_in(folder, communes)))
    if not len(checked.rows) and not any(one.level == "error" for one in checked.problems):
        raise PhuSongError(Text("Dòng này không còn gì để báo cáo.", "Nothing is left of the row."))
    cells = cells_of(checked.rows)
    return (cells[0] if cells else {}), checked.problems


def _write_list_of_one(before: Cells, changed: Mapping[str, Value], path: Path) -> None:
    table = rows_of([before])
    written: dict[str, str] = {}
    for field in GAPS.fields:
        value = changed[field.name] if field.name in changed else _as_written(table[field.name].iloc[0], field)
        text = _text(value)
        if text or field.name in changed:
            written[field.name] = text
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerow(written)
        writer.writerow(written.values())


def _as_written(value: Any, field: Field) -> Any:
    from phusong.data.templates import written_cell

    return written_cell(value, field, "vi")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y" if (value.hour, value.minute) == (0, 0) else "%d/%m/%Y %H:%M")
    return repr(value) if isinstance(value, float) else str(value)


def _refuse(problems: tuple[Problem, ...], *, despite_warnings: bool) -> None:
    stopping = ("error",) if despite_warnings else ("error", "warning")
    found = [one for one in problems if one.level in stopping]
    if found:
        raise BadInputError(found)


def _write(db: Session, row: GapRow, cells: Cells, correction: Correction, person: Person, request_id: str) -> None:
    file_row = db.scalars(
        select(GapRowVersion.file_row).where(GapRowVersion.row_id == row.id, GapRowVersion.version == row.version)
    ).one()
    row.version += 1
    for name, value in row_columns(cells).items():
        setattr(row, name, value)
    db.add(
        GapRowVersion(
            row_id=row.id,
            version=row.version,
            upload_id=None,
            file_row=file_row,
            cells=cells,
            reason=correction.reason,
            made_by=person.id,
        )
    )
    details = {"fields": sorted(correction.cells), "version": row.version, "reason": correction.reason}
    audit.record(
        db, "row.correct", by=person, subject=("row", row.id), province_code=row.province_code, details=details,
        request_id=request_id,
    )  # fmt: skip
