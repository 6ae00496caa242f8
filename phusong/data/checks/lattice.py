"""Coordinates that were rounded: they lie on a lattice whose step is far wider than a house."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from phusong.data.checks.ground import Mask, located
from phusong.data.columns import Note
from phusong.words import Text, number

FEWEST_ROWS = 20
"""A shorter list does not show how its coordinates were made."""

LISTWIDE_FRACTION = 0.2
MOST_ROWS_EACH = 1000
"""From this share or number of rows on, the list is told once and not row by row."""

_MORE_THAN_CHANCE = 5.0


@dataclass(frozen=True, slots=True)
class Lattice:
    """A step that coordinates may have been rounded to; ``chance`` is the share of finer points that lie on it too."""

    x: str
    y: str
    step: float
    metres: float
    chance: float
    name: Text

    def holds(self, rows: pd.DataFrame) -> Mask:
        """Mark the rows both of whose coordinates lie on the lattice."""
        on = np.ones(len(rows), dtype=bool)
        for column in (self.x, self.y):
            steps = rows[column].to_numpy(np.float64) / self.step
            with np.errstate(invalid="ignore"):
                on &= np.abs(steps - np.rint(steps)) < 1e-6
        return on


_KM_GRID = Lattice("northing", "easting", 1000.0, 1000.0, 1e-6, Text("nghìn mét", "thousand metres"))
_HUNDREDS = Lattice("northing", "easting", 100.0, 100.0, 1e-4, Text("trăm mét", "hundred metres"))
_MINUTES = Lattice("lon", "lat", 1.0 / 60.0, 1850.0, 1e-7, Text("phút", "minutes"))
_HUNDREDTHS = Lattice("lon", "lat", 0.01, 1100.0, 1e-6, Text("0,01°", "0.01°"))
_THOUSANDTHS = Lattice("lon", "lat", 0.001, 110.0, 1e-4, Text("0,001°", "0.001°"))


def check_rounding(rows: pd.DataFrame, *, least_m: float) -> list[Note]:
    """Say that coordinates were rounded to ``least_m`` or more: once for the list, or for the few rows that were."""
    surveyed = np.asarray(rows["northing"].notna() & rows["easting"].notna(), dtype=bool)
    notes: list[Note] = []
    for asked, lattices in (
        (located(rows) & surveyed, (_KM_GRID, _HUNDREDS)),
        (located(rows) & ~surveyed, (_MINUTES, _HUNDREDTHS, _THOUSANDTHS)),
    ):
        if asked.sum() >= FEWEST_ROWS:
            wide = [lattice for lattice in lattices if lattice.metres >= least_m]
            notes += _on_lattices(rows, np.flatnonzero(asked), wide)
    return notes


def _on_lattices(rows: pd.DataFrame, asked: np.ndarray, lattices: list[Lattice]) -> list[Note]:
    """Take the coarsest lattice that fits each row; a row on a coarse one lies on the finer ones as well."""
    notes: list[Note] = []
    left = np.ones(len(asked), dtype=bool)
    placed = rows[["lon", "lat", "northing", "easting"]].iloc[asked]
    for lattice in lattices:
        on = lattice.holds(placed) & left
        count = int(on.sum())
        if count <= _MORE_THAN_CHANCE * lattice.chance * len(asked):
            continue
        left &= ~on
        if count >= LISTWIDE_FRACTION * len(asked) or count > MOST_ROWS_EACH:
            first = int(asked[np.flatnonzero(on)[0]])
            notes.append(Note(first, lattice.x, "warning", _of_list(lattice, count, len(asked)), "position.rounded"))
        else:
            text = _of_row(lattice)
            notes += [Note(at, lattice.x, "warning", text, "position.rounded") for at in asked[on].tolist()]
    return notes


def _of_list(lattice: Lattice, count: int, total: int) -> Text:
    return Text(
        f"Toạ độ của {number(count)}/{number(total)} dòng bị làm tròn đến {lattice.name.vi}, sai tới khoảng "
        f"{number(lattice.metres / 2.0)} m. Hãy gửi toạ độ đầy đủ (5 chữ số thập phân hoặc đến mét).",
        f"The coordinates of {number(count, 'en')} of {number(total, 'en')} rows are rounded to {lattice.name.en}, up "
        f"to about {number(lattice.metres / 2.0, 'en')} m off. Send them in full (5 decimals, or to the metre).",
    )


def _of_row(lattice: Lattice) -> Text:
    return Text(
        f"Toạ độ bị làm tròn đến {lattice.name.vi}, sai tới khoảng {number(lattice.metres / 2.0)} m. Hãy ghi toạ độ "
        "đầy đủ.",
        f"The coordinates are rounded to {lattice.name.en}, up to about {number(lattice.metres / 2.0, 'en')} m off. "
        "Write them in full.",
    )
