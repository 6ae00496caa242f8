"""One sheet of a filled-in form: which row is which, what was answered, what was changed that should not have been."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from phusong.data.cells import PARSERS, Bad, Mended, is_silent, parse_date, parse_str, written
from phusong.data.names import tidy
from phusong.data.rounds.form_fields import NOTE
from phusong.data.rounds.forms import BY, KEYS, ON, Asked, FormSheet, Shown, Value
from phusong.data.schema import Field
from phusong.data.schemas.rules import MORE_UNSERVED
from phusong.errors import Level, Problem
from phusong.words import Text

_YEAR, _WORD, _NUMBER = r"20\d\d", r"(?:Q|QUÝ|QUY)", r"[1-4]"
_YEAR_FIRST = re.compile(rf"({_YEAR})\s*[-/ ]?\s*{_WORD}\s*({_NUMBER})")
_QUARTER_FIRST = re.compile(rf"{_WORD}\s*({_NUMBER})\s*[-/ ]\s*({_YEAR})")
_CLOSE = 1e-9


class FilledSheet:
    """One sheet of a form on its way in."""

    def __init__(
        self, path: Path, name: str, cells: pd.DataFrame, sheet: FormSheet, foreign: Mapping[str, str]
    ) -> None:
        self.path, self.name, self.sheet, self.foreign = path, name, sheet, foreign
        self.grid: list[list[Any]] = cells.to_numpy(dtype=object).tolist()
        self.by = ""
        self.on: date | None = None
        self.said: list[tuple[str, str, str, str]] = []
        self.problems: list[Problem] = []
        self._headers: list[Any] = []

    def read(self) -> None:
        """Read all rows of the table."""
        ids = [tidy(written(row[0])) for row in self.grid]
        self._read_signer(ids)
        if KEYS not in ids:
            self._note("error", "form.keys", _NO_KEYS)
            return
        top = ids.index(KEYS) + 2
        columns = {tidy(written(key)): at for at, key in enumerate(self.grid[top - 2]) if at and not is_silent(key)}
        self._headers = self.grid[top - 1] if top - 1 < len(self.grid) else []
        missing = [c for c in self.sheet.columns if c.key not in columns]
        for column in missing:
            title = column.field.title if isinstance(column, Asked) else column.title
            level: Level = "error" if isinstance(column, Asked) else "warning"
            self._note(level, "form.column", Text(f"Thiếu cột “{title.vi}”.", f"Column “{title.en}” is missing."))
        self._read_rows(ids, top, columns)

    def _read_signer(self, ids: Sequence[str]) -> None:
        if BY in ids:
            self.by = str(self._beside(ids.index(BY), parse_str) or "")
        if ON in ids:
            moment = self._beside(ids.index(ON), parse_date)
            self.on = moment.date() if isinstance(moment, datetime) else None

    def _beside(self, row: int, parse: Callable[[Any, Field], Any]) -> Any:
        """Return the first answer to the right of a label."""
        cell = next((cell for cell in self.grid[row][2:] if not is_silent(cell)), None)
        value = parse(cell, NOTE)
        if isinstance(value, Bad):
            self._note("warning", "form.date", value.text, row=row, found=written(cell))
            return None
        return value

    def _read_rows(self, ids: Sequence[str], top: int, columns: Mapping[str, int]) -> None:
        own = dict(zip(self.sheet.ids, self.sheet.rows, strict=True))
        seen: set[str] = set()
        last = max((at for at in range(top, len(ids)) if ids[at]), default=top - 1)
        for at in range(top, len(self.grid)):
            one = ids[at]
            if not one:
                if self._is_empty(at) and at > last:
                    break  # what follows is the place for signatures
                if not self._is_empty(at):
                    self._note("error", "form.added", _ADDED, row=at)
            elif one not in own:
                self._note("error", "form.unknown_row", self._not_ours(one), row=at)
            elif one in seen:
                self._note("error", "form.twice", _TWICE, row=at)
            else:
                seen.add(one)
                self._read_row(at, one, own[one], columns)
        gone = [one for one in self.sheet.ids if one not in seen]
        self.said += [(self.sheet.subject, one, "", "") for one in gone]
        if gone:
            self._note(
                "warning",
                "form.gone",
                Text(
                    f"{len(gone)} dòng của phiếu không còn trong tệp: coi như chưa trả lời.",
                    f"{len(gone)} rows of the form are no longer in the file: they count as not answered.",
                ),
            )

    def _not_ours(self, one: str) -> Text:
        commune = self.foreign.get(one)
        if commune is not None:
            return Text(
                f"Dòng này thuộc {commune}, không thuộc phiếu này.", f"This row is of {commune}, not of this form."
            )
        return Text("Mã dòng không có trong đợt báo cáo.", "The id of this row is not in the round.")

    def _is_empty(self, at: int) -> bool:
        return all(is_silent(cell) for cell in self.grid[at][1:])

    def _read_row(self, at: int, one: str, expected: Mapping[str, Value], columns: Mapping[str, int]) -> None:
        answers: dict[str, Any] = {}
        errors = 0
        for column in self.sheet.columns:
            place = columns.get(column.key)
            if place is None:
                continue
            cell = self.grid[at][place] if place < len(self.grid[at]) else None
            stated = expected.get(column.field.name if isinstance(column, Asked) else column.key)
            if isinstance(column, Shown) or stated is not None:
                self._check_locked(at, place, cell, stated)
                continue
            value = answer_value(cell, column.field)
            if isinstance(value, Bad):
                errors += 1
                self._note("error", "form.answer", value.text, row=at, column=place, found=written(cell))
            elif value is not None:
                answers[column.field.name] = value
        wrong = contradiction_in(answers, expected)
        if wrong is not None:
            errors += 1
            self._note("error", "form.rule", wrong, row=at)
        if errors:
            return
        texts = {name: answer_text(value) for name, value in answers.items()} or {"": ""}
        self.said += [(self.sheet.subject, one, name, text) for name, text in texts.items()]

    def _check_locked(self, at: int, place: int, cell: Any, stated: Value) -> None:
        if _same(cell, stated):
            return
        shown = written(stated)
        text = Text(
            "Ô này đã khoá nhưng bị sửa: giá trị của danh sách được giữ. Nếu cần sửa, hãy điền vào ô vàng.",
            "This cell is locked but was changed: the list's value is kept. To correct it, fill in the yellow cell.",
        )
        self._note("warning", "form.locked", text, row=at, column=place, found=written(cell) or "–", after=shown)

    def _note(
        self,
        level: Level,
        code: str,
        text: Text,
        *,
        row: int | None = None,
        column: int | None = None,
        found: str | None = None,
        after: str | None = None,
    ) -> None:
        header = None if column is None or column >= len(self._headers) else written(self._headers[column])
        self.problems.append(
            Problem(
                level=level,
                file=self.path.name,
                text=text,
                sheet=self.name,
                row=None if row is None else row + 1,
                column=header,
                column_number=None if column is None else column + 1,
                found=found,
                after=after,
                code=code,
            )
        )


_NO_KEYS = Text(
    "Dòng khoá ẩn của phiếu đã bị xoá: hãy điền lại vào phiếu gốc.",
    "The hidden row of keys is gone: fill in the original form again.",
)
_ADDED = Text(
    "Dòng thêm vào phiếu không được đọc: nơi chưa có trong danh sách thì báo riêng.",
    "A row added to the form is not read: report places that are not listed separately.",
)
_TWICE = Text("Dòng này lặp lại một dòng phía trên.", "This row repeats one above it.")


def answer_value(cell: Any, field: Field) -> Any:
    """Return a cell as its answer, None where it is empty, or why it cannot be one."""
    if field.name == "quarter":
        return _quarter(cell)
    value = PARSERS[field.kind](cell, field)
    if isinstance(value, Mended):
        return value.value
    if isinstance(value, float) and field.limits is not None and not field.limits.holds(value):
        return Bad(field.limits_text(value))
    return value


def _quarter(cell: Any) -> str | Bad | None:
    if is_silent(cell):
        return None
    text = tidy(written(cell)).upper()
    if match := _YEAR_FIRST.fullmatch(text):
        return f"{match[1]}-Q{match[2]}"
    if match := _QUARTER_FIRST.fullmatch(text):
        return f"{match[2]}-Q{match[1]}"
    return Bad(
        Text(
            f"“{written(cell)}” không phải là quý. Hãy ghi năm và quý, ví dụ 2027-Q1.",
            f"“{written(cell)}” is no quarter. Write year and quarter, for example 2027-Q1.",
        )
    )


def contradiction_in(answers: Mapping[str, Any], expected: Mapping[str, Value]) -> Text | None:
    """Say what answers to one row contradict, the row's own values (``stated_total``) with them."""
    total = answers.get("households_total", expected.get("stated_total"))
    unserved = answers.get("households_unserved")
    if unserved is not None and isinstance(total, float) and unserved > total:
        return MORE_UNSERVED
    if ("lon" in answers) != ("lat" in answers) and "stated_total" in expected:
        return Text("Cần cả kinh độ và vĩ độ.", "Both longitude and latitude are needed.")
    return None


def _same(cell: Any, stated: Value) -> bool:
    """Say whether a locked cell still says what it said, however the program stores it."""
    if stated is None:
        return is_silent(cell)
    if isinstance(stated, float | int):
        return isinstance(cell, float | int) and math.isclose(
            float(cell), float(stated), rel_tol=_CLOSE, abs_tol=_CLOSE
        )
    return tidy(written(cell)) == tidy(stated)


def answer_text(value: Any) -> str:
    """Return an answer as the text a round keeps."""
    if isinstance(value, tuple):
        return "/".join(map(answer_text, value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)
