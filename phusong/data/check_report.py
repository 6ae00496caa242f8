"""The answer to a list that was checked, as a value, as JSON for a service, and as a few lines for a person.

The JSON is stable: names below never change their meaning, new ones may be added, and ``format`` grows when a reader
must know. Every problem that must be acknowledged has an ``id`` made of what it is about, not of where it stands: the
same file checked again, or a corrected one in which that cell is as before, has the same ids.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from phusong.data.lists import CheckedList
from phusong.data.schema import ListSchema, field_of_header
from phusong.errors import Level, Problem
from phusong.words import Language, Text, number

FORMAT = 1
LEVELS: tuple[Level, ...] = ("error", "warning", "repair")
_LEVEL_TEXTS: Mapping[Level, Text] = MappingProxyType(
    {
        "error": Text("Lỗi (dòng không được nhận)", "Errors (rows refused)"),
        "warning": Text("Cảnh báo (cần xác nhận)", "Warnings (to be acknowledged)"),
        "repair": Text("Đã sửa theo quy tắc", "Repaired by rule"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedProblem:
    """A problem with the id it is acknowledged by; repairs need none and have "" as theirs."""

    id: str
    problem: Problem

    @property
    def is_question(self) -> bool:
        """Say whether the user is to choose between readings."""
        return bool(self.problem.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What the check of one list found.

    ``accepted`` and ``refused`` count rows of the file; ``levels`` and ``codes`` count problems.
    """

    file: str
    sha256: str
    list_name: str
    list_title: Text
    sheets: tuple[str, ...]
    accepted: int
    refused: int
    levels: Mapping[Level, int]
    codes: Mapping[str, int]
    missing: Mapping[str, int]
    problems: tuple[ReportedProblem, ...]


def report_of(checked: CheckedList) -> CheckReport:
    """Return the report of a checked list."""
    problems = checked.problems
    levels = Counter(problem.level for problem in problems)
    refused = {(p.sheet, p.row) for p in problems if p.level == "error" and p.row is not None}
    return CheckReport(
        file=checked.path.name,
        sha256=checked.sha256,
        list_name=checked.schema.name,
        list_title=checked.schema.title,
        sheets=tuple(sheet.name for sheet in checked.sheets if sheet.name is not None),
        accepted=len(checked.rows),
        refused=len(refused),
        levels=MappingProxyType({level: levels[level] for level in LEVELS}),
        codes=MappingProxyType(dict(sorted(Counter(problem.code for problem in problems).items()))),
        missing=MappingProxyType(dict(checked.missing)),
        problems=tuple(
            ReportedProblem(id=id_, problem=problem) for id_, problem in zip(_ids(checked), problems, strict=True)
        ),
    )


def open_warnings(report: CheckReport, acknowledged: Collection[str]) -> tuple[ReportedProblem, ...]:
    """Return the warnings and questions nobody has acknowledged yet."""
    return tuple(p for p in report.problems if p.problem.level == "warning" and p.id not in acknowledged)


def is_acceptable(report: CheckReport, acknowledged: Collection[str]) -> bool:
    """Say whether the list can be taken: no errors, and every warning acknowledged."""
    return report.levels["error"] == 0 and not open_warnings(report, acknowledged)


def to_json(report: CheckReport, language: Language) -> str:
    """Write the report as JSON, texts in one language.

    Keys: ``format, file, sha256, list, list_title, sheets, rows {accepted, refused}, levels, codes, missing,
    problems``; of a problem ``id`` (null for repairs), ``level, code, sheet, row, column, column_number, found, after,
    text, is_question, choices, writes``. Rows and columns count from 1; null where the problem is of the whole file.
    """
    entries: dict[str, Any] = {
        "format": FORMAT,
        "file": report.file,
        "sha256": report.sha256,
        "list": report.list_name,
        "list_title": report.list_title.to(language),
        "sheets": report.sheets,
        "rows": {"accepted": report.accepted, "refused": report.refused},
        "levels": dict(report.levels),
        "codes": dict(report.codes),
        "missing": dict(report.missing),
        "problems": [_entry(problem, language) for problem in report.problems],
    }
    return json.dumps(entries, ensure_ascii=False, indent=1)


def _entry(reported: ReportedProblem, language: Language) -> dict[str, Any]:
    problem = reported.problem
    return {
        "id": reported.id or None,
        "level": problem.level,
        "code": problem.code,
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "column_number": problem.column_number,
        "found": problem.found,
        "after": problem.after,
        "text": problem.text.to(language),
        "is_question": reported.is_question,
        "choices": [choice.to(language) for choice in problem.choices],
        "writes": [None if cells is None else dict(cells) for cells in problem.writes],
    }


def summary_lines(report: CheckReport, language: Language, *, examples: int = 2) -> list[str]:
    """Write the report for a person: counts, then each kind of problem with its number and first examples."""
    words = {
        "vi": ("dòng được nhận", "dòng bị từ chối", "và {} chỗ khác"),
        "en": ("rows accepted", "rows refused", "and {} more"),
    }[language]
    lines = [
        f"{report.file}: {number(report.accepted, language)} {words[0]}, {number(report.refused, language)} {words[1]}"
    ]
    for level in LEVELS:
        own = [p.problem for p in report.problems if p.problem.level == level]
        if own:
            lines.append(f"{_LEVEL_TEXTS[level].to(language)}: {number(len(own), language)}")
        for group in _by_code(own):
            told = ((p.where(language), p.text.to(language)) for p in group[:examples])
            lines += [f"  {': '.join(filter(None, parts))}" for parts in told]
            rest = len(group) - examples
            lines += [f"    … {words[2].format(number(rest, language))} [{group[0].code}]"] if rest > 0 else []
    return lines


def _by_code(problems: Iterable[Problem]) -> list[list[Problem]]:
    """Group the problems by code, or by text where they have none; the most frequent first."""
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(problem.code or problem.text.en, []).append(problem)
    return sorted(groups.values(), key=len, reverse=True)


def _ids(checked: CheckedList) -> list[str]:
    """Return an id for each problem that may be acknowledged or answered, "" for repairs.

    It is made of the rule, the column, the cell and of what the row is (not where it is); problems alike in all of
    these are numbered.
    """
    rows_of = _row_identities(checked)
    seen: Counter[str] = Counter()
    ids = []
    for problem in checked.problems:
        if problem.level == "repair":
            ids.append("")
            continue
        about = (rows_of.get((problem.sheet or "", problem.row)) or "") if problem.row is not None else problem.text.en
        field = _field(checked.schema, problem.column)
        content = "\x1f".join((problem.code or problem.text.en, field, problem.found or "", about))
        seen[content] += 1
        ids.append(hashlib.sha256(f"{content}\x1f{seen[content]}".encode()).hexdigest()[:16])
    return ids


def _field(schema: ListSchema, header: str | None) -> str:
    return "" if header is None else field_of_header(schema, header) or header


def _row_identities(checked: CheckedList) -> Mapping[tuple[str, int | None], str]:
    """Say what each row with a problem is, by the columns that make it one of its list, wherever it stands."""
    wanted = {(p.sheet or "", p.row) for p in checked.problems if p.row is not None and p.level != "repair"}
    rows = checked.rows
    places = list(zip(rows["_sheet"].tolist(), rows["_row"].tolist(), strict=True))
    at = [k for k, place in enumerate(places) if place in wanted]
    columns = [rows[name].iloc[at].astype(str) for name in _identity_columns(checked.schema)]
    return {places[k]: "|".join(cells) for k, *cells in zip(at, *columns, strict=True)}


def _identity_columns(schema: ListSchema) -> list[str]:
    """Return the columns a row is known by: its key where that outlives the file, else its content.

    Keys made from the file and the row change with every version, so that the place stands in for them.
    """
    if schema.key is not None and not schema.key_from:
        return [name for name in ("village_name", "lon", "lat", "operator", "tech") if name in _names(schema)]
    return list(schema.unique)


def _names(schema: ListSchema) -> set[str]:
    return {field.name for field in schema.fields}
