"""What a column with an unknown header may be: by the likeness of its header, and by what its cells say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pandas as pd

from phusong.data.cells import written
from phusong.data.columns import read_column
from phusong.data.names import fold
from phusong.data.raw.sheet import JOINT, Sheet
from phusong.data.schema import Field, ListSchema, fields_by_header, header_key
from phusong.data.schemas.common import OPERATORS
from phusong.errors import Range

_SAMPLE = 200
_SURE_ENOUGH = 0.5
_TOO_NEAR = 0.03
"""Two fields this close are not told apart: neither is proposed."""

_ASKED = 0.05
"""What a field a list must have is more likely than one it may have, where cells tell both alike."""

_SPANS = {
    "lon": Range(102.0, 118.0),
    "lat": Range(6.0, 24.0),
    "northing": Range(600_000.0, 2_700_000.0),
    "easting": Range(100_000.0, 950_000.0),
}


@dataclass(frozen=True, slots=True)
class Guess:
    """A field a column may be, and how sure that is (0–1)."""

    field: str
    certainty: float


def guess_columns(sheet: Sheet, schema: ListSchema, known: Mapping[str, str]) -> dict[str, Guess]:
    """Return a guess for the columns that allow one, by header; each field is given once, the surest first.

    ``known`` are the headers that need no guess, with their fields.
    """
    fields = [field for field in schema.fields if field.name not in known.values()]
    guesses: list[tuple[float, str, str]] = []
    for index, header in enumerate(sheet.headers):
        if header not in known:
            cells = _sample(sheet.cells[index])
            certainties = sorted(((_certainty(header, cells, f, schema), f.name) for f in fields), reverse=True)
            if certainties and not _is_undecided(certainties):
                guesses.append((certainties[0][0], header, certainties[0][1]))
    given: dict[str, Guess] = {}
    for certainty, header, field in sorted(guesses, reverse=True):
        if certainty >= _SURE_ENOUGH and field not in {guess.field for guess in given.values()}:
            given.setdefault(header, Guess(field, certainty))
    return given


def _is_undecided(certainties: list[tuple[float, str]]) -> bool:
    return len(certainties) > 1 and certainties[0][0] - certainties[1][0] < _TOO_NEAR


def _sample(cells: pd.Series) -> pd.Series:
    """Return the first cells that hold anything."""
    top = cells.head(10 * _SAMPLE)
    return top[[bool(written(cell)) for cell in top.tolist()]].head(_SAMPLE).reset_index(drop=True)


def _certainty(header: str, cells: pd.Series, field: Field, schema: ListSchema) -> float:
    """Return how sure it is that a column is a field: telling cells count for half, others only against it."""
    like = _likeness(header, field.name, schema)
    if not len(cells):
        return 0.8 * like
    readable = _readable(cells, field)
    if field.name in _SPANS or field.kind in ("operator", "operators", "enum", "enums"):
        asked = _ASKED if field.required == "R" else 0.0
        return min(0.5 * readable + 0.45 * like + asked, 1.0) if readable > 0.8 else 0.3 * like
    return (0.9 if field.kind != "str" else 0.8) * like * (1.0 if readable > 0.8 else 0.3)


def _likeness(header: str, name: str, schema: ListSchema) -> float:
    """Return how like a header is to the nearest title of a field: letters and words count alike."""
    keys = {header_key(part) for part in (header, *header.split(JOINT))} - {""}
    titles = [title for title, field in fields_by_header(schema).items() if field == name]
    return max((_alike(key, title) for key in keys for title in titles), default=0.0)


def _alike(one: str, other: str) -> float:
    return 0.5 * _shared(_pairs(one), _pairs(other)) + 0.5 * _shared(frozenset(one.split()), frozenset(other.split()))


@lru_cache(maxsize=8192)
def _pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring letters."""
    return frozenset(first + second for first, second in pairwise(text))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / max(1, len(one) + len(other))


def _readable(cells: pd.Series, field: Field) -> float:
    """Return the share of cells that can be values of the field."""
    column = read_column(cells, field)
    bad = {note.at for note in column.notes if note.level != "repair"}
    if field.name in _SPANS:
        values = column.cells.to_numpy(dtype=np.float64)
        span = _SPANS[field.name]
        inside = (values >= span.low) & (values <= span.high)
        return float((inside & (values != np.round(values))).mean()) if field.unit == "°" else float(inside.mean())
    if field.kind in ("operator", "operators"):
        return _share_known(cells, (spelling for option in OPERATORS for spelling in option.spellings()))
    return 1.0 - len(bad) / len(cells)


def _share_known(cells: pd.Series, spellings: Iterable[str]) -> float:
    known = {fold(spelling) for spelling in spellings}
    return float(np.mean([fold(written(cell)) in known for cell in cells.tolist()]))
