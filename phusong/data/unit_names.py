"""Names and codes of units as lists write them, resolved to the codes of today.

Before positions are read: what the words alone decide. After them: what is still open is decided by the point, or
asked. Each different combination of province, district, commune and code is read once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.columns import Note
from phusong.data.schema import ListSchema
from phusong.data.territory import MAY_BE_ELSEWHERE, Territory
from phusong.data.unit_notes import at_point, of_province, of_reading, question
from phusong.data.unit_reading import READING, KnownUnits, Reading, Said, province_of, read_unit
from phusong.words import Text, number

WORDS = ("province_code", "province_name", "old_district", "commune_code", "commune_name", "old_commune")
CANDIDATES = "_candidates"
"""Between the two steps: the codes of today a row can mean, where its words leave it open."""

_NOTED_ROWS = 1000
"""Repairs and warnings of one combination are listed for so many rows; the last of them says how many there are."""


def resolve_units(rows: pd.DataFrame, schema: ListSchema, territory: Territory) -> tuple[pd.DataFrame, list[Note]]:
    """Return the rows with today's codes and names where their own words say which, and what was changed or asked.

    Rows whose words leave it open have an empty ``commune_code`` and the codes they can mean in ``CANDIDATES``; after
    positions, :func:`settle_units` decides them.
    """
    if "commune_code" not in rows:
        return rows, []
    group, first = _combinations(rows)
    words = [rows[name].to_numpy(dtype=object)[first] if name in rows else [""] * len(first) for name in WORDS]
    known = KnownUnits(territory)
    read = [_read(said, known) for said in zip(*words, strict=True)]
    resolved = rows.assign(
        province_code=_spread([one.province_code for one in read], group),
        commune_code=_spread([one.commune_code for one in read], group),
        commune_name=_spread([one.commune_name for one in read], group),
        **{READING: _spread([one.reading for one in read], group)},
        **{CANDIDATES: _spread([one.candidates for one in read], group)},
    )
    notes = _for_rows([one.notes for one in read], group)
    if schema.name in MAY_BE_ELSEWHERE:  # a code of elsewhere only says that the row is not of this province
        notes = [note for note in notes if (note.field, note.code) != ("province_code", "unit.unknown")]
    return resolved, notes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What one combination of words means: the values its rows get, and what is to be said of it."""

    province_code: str
    commune_code: str
    commune_name: str
    reading: Reading | None
    notes: tuple[Note, ...]

    @property
    def candidates(self) -> tuple[str, ...]:
        """Return the codes of today the words can mean, none where they leave nothing open."""
        return self.reading.codes if self.reading is not None and self.reading.is_open else ()


def _read(words: tuple[str, ...], known: KnownUnits) -> _Read:
    said = dict(zip(WORDS, words, strict=True))
    province, old_province, is_disputed = province_of(said["province_code"], said["province_name"], known)
    is_silent = not (said["province_code"] or said["province_name"])
    place = known.home if is_silent else "" if is_disputed else province
    asked = Said(place, old_province, *words[2:])
    reading = read_unit(asked, known) if place or is_silent or said["commune_code"] else None
    notes = (*of_province(said, province, is_disputed), *of_reading(reading, said, known))
    if reading is None or reading.is_only_wrong_code:
        return _Read(
            province_code=said["province_code"] if is_disputed else province or said["province_code"],
            commune_code=said["commune_code"],
            commune_name=said["commune_name"],
            reading=reading,
            notes=notes,
        )
    is_renamed = reading.code and said["commune_name"] and reading.how in ("former", "typo", "kind")
    return _Read(
        province_code=said["province_code"] if is_disputed else province or known.province_of.get(reading.code, ""),
        commune_code=reading.code,
        commune_name=known.name_of(reading.code) if is_renamed else said["commune_name"],
        reading=reading,
        notes=notes,
    )


def settle_units(rows: pd.DataFrame, schema: ListSchema, territory: Territory) -> tuple[pd.DataFrame, list[Note]]:
    """Decide by the point what the words left open, or ask; the columns between the two steps are taken out.

    Parameters
    ----------
    rows
        Rows of :func:`resolve_units` after their positions are known and :func:`phusong.data.places.place` has filled
        ``commune_code`` from the point where it was empty.
    """
    if READING not in rows:
        return rows, []
    readings = rows[READING].to_numpy(dtype=object)
    open_at = np.flatnonzero([reading is not None and reading.is_open for reading in readings])
    settled = rows.drop(columns=[READING, CANDIDATES])
    if not len(open_at):
        return settled, []
    known = KnownUnits(territory)
    needs_unit = any("commune_code" in group for group in schema.one_of)
    codes, names = (settled[name].to_numpy(dtype=object, copy=True) for name in ("commune_code", "commune_name"))
    notes = []
    for at in open_at.tolist():
        reading, found, said = readings[at], codes[at], {name: rows[name].iloc[at] for name in WORDS if name in rows}
        if found and found in reading.codes:
            notes.append(at_point(at, reading, found, said, known))
            names[at] = known.name_of(found) if reading.how != "namesakes" and said["commune_name"] else names[at]
        elif note := question(at, reading, found, said, known, is_refused=needs_unit and not found):
            notes.append(note)
            codes[at] = reading.stated if reading.stated in known.province_of else found
    return settled.assign(commune_code=codes, commune_name=names), notes


def _combinations(rows: pd.DataFrame) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the number of each row's combination of words, and the first row of each."""
    group = np.zeros(len(rows), dtype=np.intp)
    for name in WORDS:
        if name in rows:
            codes, values = pd.factorize(rows[name])
            group, _ = pd.factorize(group * (len(values) + 1) + codes)
    return group, pd.Series(group).drop_duplicates().index.to_numpy()


def _spread(values: Sequence[object], group: NDArray[np.intp]) -> pd.Series:
    taken = np.empty(len(values), dtype=object)
    taken[:] = list(values)
    return pd.Series(taken[group], dtype=object)


def _for_rows(notes_of: Sequence[tuple[Note, ...]], group: NDArray[np.intp]) -> list[Note]:
    """Give each row the notes of its combination, as many rows as are listed."""
    rows = np.flatnonzero(np.isin(group, [at for at, notes in enumerate(notes_of) if notes]))
    of = pd.Series(group[rows])
    rank = of.groupby(of).cumcount().to_numpy()
    rest = of.groupby(of).transform("size").to_numpy() - _NOTED_ROWS
    listed = np.flatnonzero(rank < _NOTED_ROWS)
    found = []
    for row, at, more in zip(rows[listed], rank[listed], rest[listed], strict=True):
        last = at == _NOTED_ROWS - 1 and more > 0
        found += [_of_row(note, int(row), int(more) if last else 0) for note in notes_of[group[row]]]
    return found


def _of_row(note: Note, at: int, more: int) -> Note:
    if not more:
        return replace(note, at=at)
    vi, en = (
        f"{note.text.vi} (và {number(more)} dòng khác như thế)",
        f"{note.text.en} (and {number(more, 'en')} more rows)",
    )
    return replace(note, at=at, text=Text(vi, en))
