"""The positions of a list while they are worked out: numbers as understood so far, and what was found on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.columns import Note, Ways
from phusong.data.stated_system import epsg_of_system
from phusong.errors import Level
from phusong.words import Text

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]


_MOST_EPSG = 999_999


@dataclass(slots=True, eq=False, kw_only=True)
class Work:
    """Numbers of every row and the notes about them.

    ``system`` and ``epsg`` are the EPSG codes a row states in words and as a code, 0 where it states none that is
    known; ``is_said`` marks rows with any words there. ``columns`` names the column a row's position is told about: the
    one it was read from, "" where it stands in its own.
    """

    rows: pd.DataFrame
    lon: Floats
    lat: Floats
    northing: Floats
    easting: Floats
    system: NDArray[np.int64]
    epsg: NDArray[np.int64]
    is_said: Mask
    columns: NDArray[np.object_]
    refused: Mask
    notes: list[Note] = field(default_factory=list)

    @property
    def has_degrees(self) -> Mask:
        """Mark rows with a longitude or a latitude."""
        return ~(np.isnan(self.lon) & np.isnan(self.lat))

    @property
    def is_surveyed(self) -> Mask:
        """Mark rows placed by X and Y: both are there, and no longitude or latitude."""
        return ~self.has_degrees & ~np.isnan(self.northing) & ~np.isnan(self.easting)

    def column_of(self, at: int, column: str) -> str:
        """Return the column to name for a row: the given one, unless its position came from another."""
        return str(self.columns[at]) or column

    def say(
        self,
        at: int,
        column: str,
        level: Level,
        text: Text,
        code: str,
        *,
        after: str | None = None,
        choices: tuple[Text, ...] = (),
        ways: tuple[Ways, ...] = (),
    ) -> None:
        """Note something about a row; an error refuses its position."""
        self.notes.append(Note(at, self.column_of(at, column), level, text, code, after, choices, ways))
        if level == "error":
            self.refused[at] = True


def work_of(rows: pd.DataFrame) -> Work:
    """Return the positions of the rows as read."""
    lon, lat, northing, easting = (
        rows[name].to_numpy(dtype=np.float64).copy() for name in ("lon", "lat", "northing", "easting")
    )
    return Work(
        rows=rows,
        lon=lon,
        lat=lat,
        northing=northing,
        easting=easting,
        system=_stated(rows["central_meridian"]),
        epsg=rows["epsg"].where(rows["epsg"].between(0, _MOST_EPSG), 0).to_numpy(dtype=np.int64),
        is_said=(rows["central_meridian"] != "").to_numpy(dtype=bool),
        columns=np.full(len(rows), "", dtype=object),
        refused=np.zeros(len(rows), dtype=bool),
    )


def _stated(meridians: pd.Series[str]) -> NDArray[np.int64]:
    codes, texts = pd.factorize(meridians)
    known: Mapping[int, int] = {at: epsg_of_system(text) or 0 for at, text in enumerate(texts.tolist())}
    if not any(known.values()):
        return np.zeros(len(meridians), dtype=np.int64)
    return np.array([*known.values(), 0], dtype=np.int64)[codes]
