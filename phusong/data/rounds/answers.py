"""A filled-in form back into its round: every answer checked, every odd cell named, silence recorded as silence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from phusong.data.digests import sha256_of
from phusong.data.raw.workbooks import read_workbook
from phusong.data.rounds.filled_sheet import FilledSheet
from phusong.data.rounds.forms import FORM, VERSION, Form
from phusong.data.rounds.questions import commune_form, operator_form
from phusong.data.rounds.store import SAID_COLUMNS, Round
from phusong.errors import BadInputError, Level, PhuSongError, Problem
from phusong.words import Language, Text


class FormError(PhuSongError):
    """A file that is no form, or the form of another round or unit."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answers:
    """What one form says.

    ``said`` has the columns of a round's answers; a row asked about and left empty is in it with an empty field.
    ``silent`` are the ids of such rows. Rows with an error are in ``problems`` only.
    """

    kind: str
    whom: str
    by: str
    on: date | None
    said: pd.DataFrame
    silent: tuple[str, ...]
    problems: tuple[Problem, ...]

    def raise_for_errors(self) -> None:
        """Raise BadInputError with all problems if one of them is an error."""
        if any(problem.level == "error" for problem in self.problems):
            raise BadInputError(self.problems)


def read_answers(path: Path, round_: Round, stations: pd.DataFrame | None = None) -> Answers:
    """Read a filled-in form.

    Parameters
    ----------
    path
        The form, saved by any spreadsheet program.
    round_
        The round it was made from.
    stations
        Rows of the station lists an operator's form was made with.

    Returns
    -------
    answers
        What is asked and answered; locked cells that were changed are named and do not count.

    Raises
    ------
    FormError
        The file is no form, or that of another round, commune or operator.
    UnreadableFileError, MissingFileError
        The file cannot be read.
    """
    tables = [(table.name or "", table.cells) for table in read_workbook(path)]
    heads = [(_head(cells), name, cells) for name, cells in tables]
    found = [(head, name, cells) for head, name, cells in heads if head is not None]
    if not found:
        raise FormError(Text(f"{path.name} không phải là phiếu của đợt báo cáo", f"{path.name} is no form of a round"))
    form = _expected(path, found[0][0], round_, stations)
    sheets = {sheet.subject: sheet for sheet in form.sheets}
    readings = [
        FilledSheet(path, name, cells, sheets[head["subject"]], _foreign_to(form, round_))
        for head, name, cells in found
        if head["subject"] in sheets
    ]
    for reading in readings:
        reading.read()
    problems = [problem for reading in readings for problem in reading.problems]
    problems += [
        _whole_problem(path, name, "form.stations", _NEEDS_STATIONS)
        for head, name, _ in found
        if head["subject"] not in sheets
    ]
    by = next((reading.by for reading in readings if reading.by), "")
    on = next((reading.on for reading in readings if reading.on), None)
    problems += _unsigned(path, by, on)
    said = pd.DataFrame(
        [row for reading in readings for row in reading.said], columns=["subject", "id", "field", "value"]
    )
    said = said.assign(
        kind=form.kind,
        who=form.whom,
        by=by,
        on="" if on is None else on.isoformat(),
        file=path.name,
        sha256=sha256_of(path),
    )
    problems += _said_otherwise(path, round_, said)
    return Answers(
        kind=form.kind,
        whom=form.whom,
        by=by,
        on=on,
        said=said[list(SAID_COLUMNS)].astype("str"),
        silent=tuple(said.loc[said["field"] == "", "id"]),
        problems=tuple(problems),
    )


def _expected(path: Path, head: Mapping[str, Any], round_: Round, stations: pd.DataFrame | None) -> Form:
    """Return the form as it was sent out, or say why the file is not one of this round."""
    if head.get(FORM) != VERSION:
        raise FormError(Text(f"{path.name}: phiếu của phiên bản khác", f"{path.name}: a form of another version"))
    if head.get("batch") != round_.batch:
        raise FormError(
            Text(
                f"{path.name} là phiếu của đợt “{head.get('batch')}”, không phải “{round_.batch}”",
                f"{path.name} is a form of round “{head.get('batch')}”, not “{round_.batch}”",
            )
        )
    whom = str(head.get("for"))
    language: Language = "en" if head.get("language") == "en" else "vi"
    if head.get("kind") == "operator":
        return operator_form(round_, whom, stations, language)
    if whom not in set(round_.rows["commune_code"].astype(str)):
        raise FormError(
            Text(f"{path.name}: đợt này không có xã mã {whom}", f"{path.name}: no commune {whom} in this round")
        )
    return commune_form(round_, whom, language)


def _head(cells: pd.DataFrame) -> Mapping[str, Any] | None:
    """Return what the hidden first cell says of a form; None for any other sheet."""
    first = cells.iloc[0, 0] if cells.size else None
    if not isinstance(first, str) or FORM not in first:
        return None
    try:
        head = json.loads(first)
    except json.JSONDecodeError:
        return None
    return head if isinstance(head, dict) and "subject" in head else None


def _foreign_to(form: Form, round_: Round) -> Mapping[str, str]:
    """Return the communes of the round's rows that are not of this form, by id."""
    own = {one for sheet in form.sheets for one in sheet.ids}
    rows = round_.rows[~round_.rows["gap_id"].isin(own)]
    names = rows["commune_name"].where(rows["commune_name"] != "", rows["commune_code"])
    return dict(zip(rows["gap_id"].astype(str), names.astype(str), strict=True))


_NEEDS_STATIONS = Text(
    "Trang này cần danh sách trạm đã dùng khi lập phiếu.", "This sheet needs the station lists the form was made with."
)


def _whole_problem(path: Path, sheet: str | None, code: str, text: Text, level: Level = "error") -> Problem:
    return Problem(level=level, file=path.name, text=text, sheet=sheet, code=code)


def _unsigned(path: Path, by: str, on: date | None) -> list[Problem]:
    problems = []
    if not by:
        text = Text("Phiếu chưa ghi chức danh người xác nhận.", "The form does not say who confirms it.")
        problems.append(_whole_problem(path, None, "form.unsigned", text, "warning"))
    if on is None:
        text = Text("Phiếu chưa ghi ngày xác nhận.", "The form does not say when it was confirmed.")
        problems.append(_whole_problem(path, None, "form.undated", text, "warning"))
    return problems


def _said_otherwise(path: Path, round_: Round, said: pd.DataFrame) -> list[Problem]:
    """Name the answers that differ from what the same unit said in an earlier form."""
    keys = ["subject", "id", "field", "kind", "who"]
    last = round_.said.drop_duplicates(keys, keep="last")
    both = said[said["field"] != ""].merge(last, on=keys, suffixes=("", "_before"))
    other = both[(both["value"] != both["value_before"]) & (both["sha256"] != both["sha256_before"])]
    return [
        Problem(
            level="warning",
            file=path.name,
            text=Text(
                f"{row['id']}: trước đây trả lời khác ({row['file_before']}); câu trả lời cũ vẫn được lưu.",
                f"{row['id']}: answered otherwise before ({row['file_before']}); the earlier answer is kept on record.",
            ),
            found=str(row["value"]),
            after=str(row["value_before"]),
            code="form.otherwise",
        )
        for row in other.to_dict("records")
    ]
