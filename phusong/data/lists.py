"""A list file to a checked table: every problem of the file at once, each with its row and its column as written.

A row with an error is kept out of the table; a warning keeps it; a repair is made and listed. Columns the list does not
know are left out, and those of personal data are dropped before a cell of them is kept (domain.md §1.9, §2.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.cells import written
from phusong.data.checks.personal import mask_personal, masked_problems, shown_text
from phusong.data.columns import Column, Note, Ways, read_column, silent_cells, silent_column
from phusong.data.cross_checks import check_rows
from phusong.data.digests import sha256_of
from phusong.data.header_units import as_stated, converted, other_unit
from phusong.data.headers import either, match_headers
from phusong.data.keys import find_duplicates, set_keys
from phusong.data.mapping import HeaderMapping, remembered_mapping, score_of
from phusong.data.places import place
from phusong.data.positions import POSITION_FIELDS, resolve_positions, system_of_headers
from phusong.data.raw.limits import LIMITS, Limits
from phusong.data.raw.reading import read_tables, sheets_of
from phusong.data.raw.sheet import Sheet
from phusong.data.schema import Field, ListSchema
from phusong.data.sections import take_from_sections
from phusong.data.territory import Territory
from phusong.data.text_repairs import repair_texts
from phusong.data.unit_names import resolve_units, settle_units
from phusong.errors import BadInputError, Cells, Problem
from phusong.words import Text

PROVINCE = "province_code"
_NOT_COUNTED = ("row_no", "note", "coordinates", "northing", "easting", "central_meridian", "epsg")
"""Columns whose silence means nothing: they only stand in for longitude and latitude."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPlace:
    """Where a list stands in its file: sheet, header rows (1 = first), column (0 = A) and header of each field."""

    name: str | None
    header_rows: tuple[int, ...]
    columns: Mapping[str, int]
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedList:
    """A list as read: the rows that stand, and everything found on the way.

    ``rows`` has a column for every field of the list in the dtypes of :mod:`phusong.data.columns`, ``_sheet`` and
    ``_row``: sheet ("" where the file has none) and row in the file. ``missing`` counts, for each field, the rows whose
    list was silent about it.
    """

    schema: ListSchema
    path: Path
    sheets: tuple[SheetPlace, ...]
    sha256: str
    rows: pd.DataFrame
    problems: tuple[Problem, ...]
    missing: Mapping[str, int]

    def raise_for_errors(self) -> None:
        """Raise BadInputError with all problems if one of them is an error."""
        if any(problem.level == "error" for problem in self.problems):
            raise BadInputError(self.problems)


def read_list(
    path: Path,
    schema: ListSchema,
    territory: Territory | None = None,
    *,
    mapping: HeaderMapping | None = None,
    limits: Limits = LIMITS,
) -> CheckedList:
    """Read and check a list.

    Parameters
    ----------
    path
        A workbook, .csv, .geojson, .gpkg or .parquet file; headers in Vietnamese, English or as field names.
    schema
        What the list is.
    territory
        What units and positions are held against; None reads the list for what it says.
    mapping
        Which column is which, where the headers do not say; None takes one remembered for these headers, if any.
    limits
        How large the file may be, and what reading it may cost.

    Returns
    -------
    checked
        The rows without errors and every problem of the file. Units are those of today, positions WGS 84, communes the
        list does not state are filled in from the position.

    Raises
    ------
    MissingFileError, UnreadableFileError, MissingCrsError
        The file cannot be read at all.
    """
    return _read(path, schema, territory, mapping, limits)[0]


def read_list_as_written(
    path: Path, schema: ListSchema, territory: Territory | None = None
) -> tuple[CheckedList, pd.DataFrame]:
    """Read and check a list, and return beside it every row as somebody typed it, refused ones too.

    Returns
    -------
    checked
        As of :func:`read_list`.
    written
        ``_sheet``, ``_row``, ``_lon``, ``_lat`` (WGS 84; NaN where the check found no position) and a column of texts
        for each column of the list that the file has; numbers of persons are masked.
    """
    checked, rows, sheets = _read(path, schema, territory, None, LIMITS)
    texts = [_as_written(sheet, place, schema) for sheet, place in zip(sheets, checked.sheets, strict=True)]
    table = pd.concat(texts, ignore_index=True).fillna("")
    table.insert(0, "_sheet", rows["_sheet"].to_numpy())
    table.insert(1, "_row", rows["_row"].to_numpy())
    for at, name in enumerate(("lon", "lat"), start=2):
        table.insert(at, f"_{name}", rows[name].to_numpy(dtype=np.float64, na_value=np.nan) if name in rows else np.nan)
    return checked, table


def _as_written(sheet: Sheet, place: SheetPlace, schema: ListSchema) -> pd.DataFrame:
    index_of = {column: index for index, column in enumerate(sheet.columns)}
    texts = {}
    for field in schema.fields:
        if field.name in place.columns:
            cells = map(written, sheet.cells[index_of[place.columns[field.name]]].tolist())
            texts[field.name] = [shown_text(cell, field) for cell in cells]
    return pd.DataFrame(texts, dtype=object)


def _read(
    path: Path, schema: ListSchema, territory: Territory | None, mapping: HeaderMapping | None, limits: Limits
) -> tuple[CheckedList, pd.DataFrame, tuple[Sheet, ...]]:
    """Return the checked list, its rows before any was refused, and the sheets they were read from."""
    path = Path(path)
    tables = read_tables(path, score_of(schema, mapping), limits)
    if mapping is None:
        mapping = remembered_mapping(tables, schema)
    sheets = sheets_of(tables, score_of(schema, mapping), mapping.place if mapping is not None else None)
    province_code = territory.province_code if territory is not None else ""
    mapped = mapping.fields if mapping is not None else {}
    parts = [_part(sheet, schema, province_code, mapped) for sheet in sheets]
    rows = pd.concat([part.rows for part in parts], ignore_index=True)
    notes = [note for part, start in zip(parts, _starts(parts), strict=True) for note in part.notes_from(start)]
    rows, found = mask_personal(rows, schema)
    notes += found
    rows, found = _placed(rows, notes, schema, territory)
    notes += found
    notes += _broken_rules(rows, schema)
    notes += check_rows(rows, schema, territory)
    sha256 = sha256_of(path)
    rows, found = set_keys(rows, schema, sha256)
    notes += found
    found, copies = find_duplicates(rows, schema, _refused(len(rows), notes))
    notes += found
    kept = rows[~_refused(len(rows), notes) & ~copies].reset_index(drop=True)
    checked = CheckedList(
        schema=schema,
        path=path,
        sheets=tuple(part.place for part in parts),
        sha256=sha256,
        rows=kept,
        problems=masked_problems(
            (
                *(problem for part in parts for problem in part.problems),
                *_unchecked(path, schema, territory),
                *_written(notes, sheets, parts, schema),
            ),
            schema,
        ),
        missing=MappingProxyType(_missing(kept, schema)),
    )
    return checked, rows, sheets


def _placed(
    rows: pd.DataFrame, before: Sequence[Note], schema: ListSchema, territory: Territory | None
) -> tuple[pd.DataFrame, list[Note]]:
    """Work out units and positions, each with the help of the other; ``before`` is what the rows were noted for."""
    notes: list[Note] = []
    if territory is not None:
        rows, notes = resolve_units(rows, schema, territory)
    if schema.position != "none":
        noted = (*before, *notes)
        unreadable = {note.at for note in noted if note.field in POSITION_FIELDS and note.level == "error"}
        rows, found = resolve_positions(rows, schema, territory)
        notes = [*notes, *(note for note in found if note.at not in unreadable)]
    if territory is not None and schema.position != "none":
        rows, found = place(rows, schema, territory)
        notes = [*notes, *found]
    if territory is not None:
        rows, found = settle_units(rows, schema, territory)
        notes = [*notes, *found]
    return rows, notes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """One sheet of a list as read, before its rows meet those of the others."""

    place: SheetPlace
    rows: pd.DataFrame
    notes: tuple[Note, ...]
    problems: tuple[Problem, ...]

    def notes_from(self, start: int) -> list[Note]:
        """Return the notes with rows counted in the whole list."""
        return [replace(note, at=note.at + start) for note in self.notes] if start else list(self.notes)


def _part(sheet: Sheet, schema: ListSchema, province_code: str, mapped: Mapping[str, str]) -> _Part:
    is_asked = bool(province_code) and any(PROVINCE in group for group in schema.one_of)
    columns_of, problems = match_headers(sheet, schema, known={PROVINCE} if is_asked else set(), mapped=mapped)
    read = {field.name: _column(sheet, field, columns_of.get(field.name), schema.key) for field in schema.fields}
    columns, taken = take_from_sections(sheet, schema, read)
    if is_asked:
        columns[PROVINCE] = _of_province(columns[PROVINCE], columns["province_name"], province_code)
    rows = pd.DataFrame({name: column.cells for name, column in columns.items()})
    if sheet.points is not None and schema.position != "none":
        rows["lon"], rows["lat"] = sheet.points[:, 0], sheet.points[:, 1]
    if schema.position != "none":
        rows = system_of_headers(rows, {name: sheet.headers[index] for name, index in columns_of.items()})
    rows.insert(0, "_row", sheet.row_numbers)
    rows.insert(0, "_sheet", sheet.name or "")
    missing = {name: column.missing for name, column in columns.items()}
    notes = [note for column in columns.values() for note in column.notes] + taken
    notes += _empty_required(
        schema, columns_of, missing, {(note.at, note.field) for note in notes if note.level != "repair"}
    )
    place_ = SheetPlace(
        name=sheet.name,
        header_rows=sheet.header_rows,
        columns=MappingProxyType({name: sheet.columns[index] for name, index in columns_of.items()}),
        headers=MappingProxyType({name: sheet.headers[index] for name, index in columns_of.items()}),
    )
    return _Part(place=place_, rows=rows, notes=tuple(notes), problems=tuple(problems))


def _of_province(code: Column, name: Column, province_code: str) -> Column:
    """Return the codes with that of the list's own province where a row names none."""
    silent = code.missing & name.missing
    return Column(code.cells.mask(silent, province_code), code.missing & ~silent, code.notes)


def _starts(parts: Sequence[_Part]) -> list[int]:
    """Return the position of each part's first row in the whole list."""
    return [0, *np.cumsum([len(part.rows) for part in parts])[:-1].tolist()]


def _unchecked(path: Path, schema: ListSchema, territory: Territory | None) -> list[Problem]:
    if territory is None or territory.communes is not None or schema.position == "none":
        return []
    units = Text(" và tên, mã xã", " and units") if territory.former is None else Text("", "")
    text = Text(
        f"Chưa kiểm tra vị trí{units.vi}: chưa có ranh giới xã. Hãy nhập ranh giới xã rồi kiểm tra lại.",
        f"Positions{units.en} not checked: there are no commune boundaries. Import them and check again.",
    )
    return [Problem(level="warning", file=path.name, text=text, code="place.unchecked")]


def _refused(length: int, notes: Iterable[Note]) -> Mask:
    refused = np.zeros(length, dtype=bool)
    refused[[note.at for note in notes if note.level == "error"]] = True
    return refused


def _missing(rows: pd.DataFrame, schema: ListSchema) -> dict[str, int]:
    counted = (field.name for field in schema.fields if field.name not in _NOT_COUNTED)
    counts = {name: int(silent_cells(rows[name]).sum()) for name in counted}
    return {name: count for name, count in counts.items() if count}


def _written(
    notes: Iterable[Note], sheets: Sequence[Sheet], parts: Sequence[_Part], schema: ListSchema
) -> list[Problem]:
    """Turn notes into problems, by row and column."""
    starts = _starts(parts)
    own: list[list[Note]] = [[] for _ in parts]
    for note in notes:
        part = int(np.searchsorted(starts, note.at, side="right")) - 1
        own[part].append(replace(note, at=note.at - starts[part]))
    return [
        problem
        for found, sheet, part in zip(own, sheets, parts, strict=True)
        for problem in _written_of_sheet(found, sheet, part, schema)
    ]


def _written_of_sheet(notes: list[Note], sheet: Sheet, part: _Part, schema: ListSchema) -> list[Problem]:
    """Turn the notes of one sheet into problems; the cell of a key is not shown, it may be personal."""
    index_of = {column: index for index, column in enumerate(sheet.columns)}
    columns_of = {name: index_of[column] for name, column in part.place.columns.items()}
    order = {field.name: columns_of.get(field.name, len(sheet.headers)) for field in schema.fields}
    notes = sorted(notes, key=lambda note: (note.at, order[note.field]))
    found = _cells_of(notes, sheet, {name: index for name, index in columns_of.items() if name != schema.key})
    return [
        Problem(
            level=note.level,
            file=sheet.file,
            text=note.text,
            sheet=sheet.name,
            row=int(sheet.row_numbers[note.at]),
            column=None if note.field not in columns_of else sheet.headers[columns_of[note.field]],
            column_number=None if note.field not in columns_of else sheet.columns[columns_of[note.field]] + 1,
            found=found.get((note.at, note.field)),
            after=note.after,
            code=note.code,
            choices=note.choices,
            writes=tuple(_written_way(ways, columns_of) for ways in note.ways),
        )
        for note in notes
    ]


def _written_way(ways: Ways, columns_of: Mapping[str, int]) -> Cells | None:
    """Return the first way to write a choice whose columns the sheet has."""
    return next((cells for cells in ways if all(name in columns_of for name, _ in cells)), None)


def _cells_of(notes: Iterable[Note], sheet: Sheet, columns_of: Mapping[str, int]) -> dict[tuple[int, str], str]:
    """Return the cells the notes are about, as written; empty ones are left out."""
    rows_of: dict[str, list[int]] = {}
    for note in notes:
        if note.field in columns_of:
            rows_of.setdefault(note.field, []).append(note.at)
    cells: dict[tuple[int, str], str] = {}
    for name, rows in rows_of.items():
        texts = map(written, sheet.cells[columns_of[name]].iloc[rows].tolist())
        cells |= {(at, name): text for at, text in zip(rows, texts, strict=True) if text}
    return cells


def _column(sheet: Sheet, field: Field, index: int | None, key: str | None) -> Column:
    is_placed = sheet.points is not None and field.name in POSITION_FIELDS
    if index is None or is_placed:
        return silent_column(len(sheet.cells), field)
    cells, notes = repair_texts(sheet.cells[index], field, shows_cells=field.name != key)
    other = other_unit(sheet.headers[index], field)
    column = (
        read_column(cells, field) if other is None else converted(read_column(cells, as_stated(field, other)), other)
    )
    return replace(column, notes=(*notes, *column.notes)) if notes else column


def _empty_required(
    schema: ListSchema,
    columns_of: Mapping[str, int],
    missing: Mapping[str, Mask],
    noted: set[tuple[int, str]],
) -> list[Note]:
    """Find empty cells of required columns the file has, and rows where every one of a group is empty."""
    notes: list[Note] = []
    for field in schema.fields:
        if field.is_refused_without and field.name in columns_of:
            text = Text("Ô này bắt buộc phải có giá trị.", "This cell must have a value.")
            empty = np.flatnonzero(missing[field.name]).tolist()
            notes += [
                Note(at, field.name, "error", text, "cell.required") for at in empty if (at, field.name) not in noted
            ]
    for group in schema.one_of:
        given = [name for name in group if name in columns_of]
        if given:
            names = either(schema, group)
            text = Text(f"Cần có {names.vi}.", f"{names.en} is needed.")
            empty = np.flatnonzero(np.logical_and.reduce([missing[name] for name in given])).tolist()
            notes += [
                Note(at, given[0], "error", text, "cell.required")
                for at in empty
                if not any((at, name) in noted for name in given)
            ]
    return notes


def _broken_rules(rows: pd.DataFrame, schema: ListSchema) -> list[Note]:
    return [
        Note(at, check.column, check.level, check.text, check.code)
        for check in schema.checks
        for at in np.flatnonzero(check.breaks(rows)).tolist()
    ]
