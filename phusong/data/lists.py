"""A list file to a checked table: every problem of the file at once, each with its row and its column as written.

A row with an error is kept out of the table; a warning keeps it; a repair is made and listed. Columns the list does not
know are left out, and those of personal data are dropped before a cell of them is kept (domain.md §1.9, §2.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.cells import written
from phusong.data.columns import Column, Note, read_column, silent_cells, silent_column
from phusong.data.digests import sha256_of
from phusong.data.headers import either, match_headers
from phusong.data.keys import find_duplicates, set_keys
from phusong.data.places import place
from phusong.data.positions import locate
from phusong.data.raw_sheets import Sheet, read_sheet
from phusong.data.schema import Field, ListSchema, field_of_header
from phusong.errors import BadInputError, Level, Problem
from phusong.words import Text

POSITION_FIELDS = ("lon", "lat", "northing", "easting", "central_meridian", "epsg")
_NOT_COUNTED = ("row_no", "note", "northing", "easting", "central_meridian", "epsg")
"""Columns whose silence means nothing: VN-2000 only stands in for longitude and latitude."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedList:
    """A list as read: the rows that stand, and everything found on the way.

    ``rows`` has a column for every field of the list in the dtypes of :mod:`phusong.data.columns`, and ``_row``, the
    row in the file. ``missing`` counts, for each field, the rows whose list was silent about it.
    """

    schema: ListSchema
    path: Path
    sheet: str | None
    sha256: str
    rows: pd.DataFrame
    problems: tuple[Problem, ...]
    missing: Mapping[str, int]
    headers: Mapping[str, str]
    """Header as written of each field the file has."""

    def raise_for_errors(self) -> None:
        """Raise BadInputError with all problems if one of them is an error."""
        if any(problem.level == "error" for problem in self.problems):
            raise BadInputError(self.problems)

    def problem(self, level: Level, text: Text, *, row: int | None = None, field: str | None = None) -> Problem:
        """Return a problem of this file; ``row`` is the row in the file."""
        column = None if field is None else self.headers.get(field)
        return Problem(level=level, file=self.path.name, text=text, sheet=self.sheet, row=row, column=column)


def read_list(path: Path, schema: ListSchema) -> CheckedList:
    """Read and check a list.

    Parameters
    ----------
    path
        A workbook, .csv, .geojson, .gpkg or .parquet file; headers in Vietnamese, English or as field names.
    schema
        What the list is.

    Returns
    -------
    checked
        The rows without errors and every problem of the file.

    Raises
    ------
    MissingFileError, UnreadableFileError, MissingCrsError
        The file cannot be read at all.
    """
    path = Path(path)
    sheet = read_sheet(path, lambda headers: len({field_of_header(schema, header) for header in headers} - {None}))
    sha256 = sha256_of(path)
    columns_of, problems = match_headers(sheet, schema)
    columns = {field.name: _column(sheet, field, columns_of.get(field.name)) for field in schema.fields}
    rows = pd.DataFrame({name: column.cells for name, column in columns.items()})
    missing = {name: column.missing for name, column in columns.items()}
    notes = [note for column in columns.values() for note in column.notes]
    if schema.position != "none":
        unreadable = {note.at for note in notes if note.field in POSITION_FIELDS and note.level == "error"}
        notes += [note for note in _set_position(rows, sheet, schema, missing) if note.at not in unreadable]
    notes += _empty_required(schema, columns_of, missing, {(note.at, note.field) for note in notes})
    notes += _broken_rules(rows, schema)
    notes += set_keys(rows, schema, sha256, missing)
    duplicates, copies = find_duplicates(rows, schema, _refused(len(rows), notes))
    notes += duplicates
    rows.insert(0, "_row", sheet.row_numbers)
    kept = ~_refused(len(rows), notes) & ~copies
    headers = {name: sheet.headers[index] for name, index in columns_of.items()}
    return CheckedList(
        schema=schema,
        path=path,
        sheet=sheet.name,
        sha256=sha256,
        rows=rows[kept].reset_index(drop=True),
        problems=(*problems, *_written(notes, sheet, schema, columns_of)),
        missing=MappingProxyType(_counts(missing, kept)),
        headers=MappingProxyType(headers),
    )


def check_places(checked: CheckedList, communes: gpd.GeoDataFrame | None, *, province_code: str) -> CheckedList:
    """Check where the rows of a list are, and fill in the communes the list does not state.

    Parameters
    ----------
    checked
        A list with positions, as read.
    communes
        Commune polygons (``commune_code``, geometry; ``commune_name``, ``province_code`` where known), EPSG:4326; None
        where no boundaries were imported: then the list says so in one warning and nothing is checked.
    province_code
        The province of the list, two digits.

    Returns
    -------
    checked
        The list with communes filled in, the rows outside every commune left out, and the problems added.
    """
    if communes is None:
        text = Text(
            "Chưa kiểm tra vị trí: chưa có ranh giới xã. Hãy nhập ranh giới xã rồi kiểm tra lại.",
            "Positions not checked: there are no commune boundaries. Import them and check again.",
        )
        return replace(checked, problems=(*checked.problems, checked.problem("warning", text)))
    rows, notes = place(checked.rows, checked.schema, communes, province_code)
    numbers = rows["_row"].to_numpy()
    added = [checked.problem(note.level, note.text, row=int(numbers[note.at]), field=note.field) for note in notes]
    added.sort(key=lambda problem: problem.row or 0)
    kept = rows[~_refused(len(rows), notes)].reset_index(drop=True)
    return replace(checked, rows=kept, problems=(*checked.problems, *added), missing=_missing_after(checked, kept))


def _missing_after(checked: CheckedList, rows: pd.DataFrame) -> Mapping[str, int]:
    """Count anew the silent values of the rows that stay."""
    counts = {name: int(silent_cells(rows[name]).sum()) for name in checked.missing}
    return MappingProxyType({name: count for name, count in counts.items() if count})


def _refused(length: int, notes: Iterable[Note]) -> NDArray[np.bool_]:
    refused = np.zeros(length, dtype=bool)
    refused[[note.at for note in notes if note.level == "error"]] = True
    return refused


def _counts(missing: Mapping[str, NDArray[np.bool_]], kept: NDArray[np.bool_]) -> dict[str, int]:
    counts = {name: int((mask & kept).sum()) for name, mask in missing.items() if name not in _NOT_COUNTED}
    return {name: count for name, count in counts.items() if count}


def _written(notes: Iterable[Note], sheet: Sheet, schema: ListSchema, columns_of: Mapping[str, int]) -> list[Problem]:
    """Turn notes into problems, by row and column; the cell of a key is not shown, it may be personal."""
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
            found=found.get((note.at, note.field)),
        )
        for note in notes
    ]


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


def _column(sheet: Sheet, field: Field, index: int | None) -> Column:
    is_placed = sheet.points is not None and field.name in POSITION_FIELDS
    if index is None or is_placed:
        return silent_column(len(sheet.cells), field)
    return read_column(sheet.cells[index], field)


def _set_position(
    rows: pd.DataFrame, sheet: Sheet, schema: ListSchema, missing: dict[str, NDArray[np.bool_]]
) -> list[Note]:
    if sheet.points is not None:
        rows["lon"], rows["lat"] = sheet.points[:, 0], sheet.points[:, 1]
    lon, lat, notes = locate(rows, schema.position, schema.position_of)
    rows["lon"], rows["lat"] = lon, lat
    missing["lon"], missing["lat"] = np.isnan(lon), np.isnan(lat)
    return notes


def _empty_required(
    schema: ListSchema,
    columns_of: Mapping[str, int],
    missing: Mapping[str, NDArray[np.bool_]],
    noted: set[tuple[int, str]],
) -> list[Note]:
    """Find empty cells of required columns the file has, and rows where every one of a group is empty."""
    notes: list[Note] = []
    for field in schema.fields:
        if field.is_refused_without and field.name in columns_of:
            text = Text("Ô này bắt buộc phải có giá trị.", "This cell must have a value.")
            empty = np.flatnonzero(missing[field.name]).tolist()
            notes += [Note(at, field.name, "error", text) for at in empty if (at, field.name) not in noted]
    for group in schema.one_of:
        given = [name for name in group if name in columns_of]
        if given:
            names = either(schema, group)
            text = Text(f"Cần có {names.vi}.", f"{names.en} is needed.")
            empty = np.flatnonzero(np.logical_and.reduce([missing[name] for name in given])).tolist()
            notes += [
                Note(at, given[0], "error", text) for at in empty if not any((at, name) in noted for name in given)
            ]
    return notes


def _broken_rules(rows: pd.DataFrame, schema: ListSchema) -> list[Note]:
    return [
        Note(at, check.column, check.level, check.text)
        for check in schema.checks
        for at in np.flatnonzero(check.breaks(rows)).tolist()
    ]
