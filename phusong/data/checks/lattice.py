"""Coordinates that were rounded: they lie on a lattice whose step is far wider than a house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from phusong.data.checks.ground import Ints, Mask, located
from phusong.data.columns import Note
from phusong.words import Text, number

FEWEST_ROWS = 20
"""A shorter list does not show how its coordinates were made."""

LISTWIDE_FRACTION = 0.2
MOST_ROWS_EACH = 1000
"""From this share or number of rows on, the list is told once and not row by row."""

_AS_MANY = 0.8
"""A coarser lattice is the list's own where it holds nearly as many rows as any other."""

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


def _degrees(step: float, metres: float, chance: float, name: Text) -> Lattice:
    return Lattice("lon", "lat", step, metres, chance, name)


def _survey(metres: float, chance: float, name: Text) -> Lattice:
    return Lattice("northing", "easting", metres, metres, chance, name)


_SURVEY = (
    _survey(1000.0, 1e-6, Text("nghìn mét", "thousand metres")),
    _survey(100.0, 1e-4, Text("trăm mét", "hundred metres")),
    _survey(10.0, 1e-2, Text("chục mét", "ten metres")),
)
_DEGREES = (
    _degrees(1.0 / 60.0, 1850.0, 1e-7, Text("phút", "minutes")),
    _degrees(0.01, 1100.0, 1e-6, Text("0,01°", "0.01°")),
    _degrees(0.001, 110.0, 1e-4, Text("0,001°", "0.001°")),
    _degrees(0.0001, 11.0, 1e-2, Text("0,0001°", "0.0001°")),
)
"""Coarsest first. The finest are never told: they show what else lies on a coarse lattice by chance."""


def check_rounding(rows: pd.DataFrame, *, least_m: float) -> list[Note]:
    """Say that coordinates were rounded to ``least_m`` or more: once for the list, or for the few rows that were."""
    surveyed = np.asarray(rows["northing"].notna() & rows["easting"].notna(), dtype=bool)
    notes: list[Note] = []
    for asked, lattices in ((located(rows) & surveyed, _SURVEY), (located(rows) & ~surveyed, _DEGREES)):
        if asked.sum() >= FEWEST_ROWS:
            notes += _on_lattices(rows, np.flatnonzero(asked), lattices, least_m)
    return notes


def _on_lattices(rows: pd.DataFrame, asked: Ints, lattices: Sequence[Lattice], least_m: float) -> list[Note]:
    placed = rows[["lon", "lat", "northing", "easting"]].iloc[asked]
    found = [(lattice, lattice.holds(placed)) for lattice in lattices]
    most = max(int(on.sum()) for _, on in found)
    if most >= LISTWIDE_FRACTION * len(asked):
        lattice, on = next(pair for pair in found if pair[1].sum() >= _AS_MANY * most)
        return _told_once(lattice, asked, on) if lattice.metres >= least_m else []
    return _told_each([pair for pair in found if pair[0].metres >= least_m], asked)


def _told_once(lattice: Lattice, asked: Ints, on: Mask) -> list[Note]:
    first, text = int(asked[np.flatnonzero(on)[0]]), _of_list(lattice, int(on.sum()), len(asked))
    return [Note(first, lattice.x, "warning", text, "position.rounded")]


def _told_each(found: Sequence[tuple[Lattice, Mask]], asked: Ints) -> list[Note]:
    """Take the coarsest lattice each row lies on: it lies on the finer ones as well."""
    notes: list[Note] = []
    left = np.ones(len(asked), dtype=bool)
    for lattice, holds in found:
        on = holds & left
        if on.sum() <= _MORE_THAN_CHANCE * lattice.chance * len(asked):
            continue
        left &= ~on
        if on.sum() > MOST_ROWS_EACH:
            notes += _told_once(lattice, asked, on)
        else:
            notes += [Note(at, lattice.x, "warning", _of_row(lattice), "position.rounded") for at in asked[on].tolist()]
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
