"""What a messy workbook is: how it is made, what must come out of it and what must be said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

from messy.clean import CLEAN, TERRITORY
from phusong.data.schema import ListSchema
from phusong.data.schemas import GAPS
from phusong.data.territory import Territory

Said = tuple[str, int | None, str]
"""Level, row, and the rule's code or the title of the column."""


@dataclass(frozen=True)
class Case:
    """One messy workbook.

    ``rows`` are the rows that must come out, ``within_deg`` how near positions must be. ``problems`` must be said;
    beside them no other error may be, and nothing else of the layout, the headers or personal data. ``pending`` names
    what is still being built; ``needs`` a program.
    """

    name: str
    make: Callable[[Path], Path]
    rows: pd.DataFrame = field(default_factory=lambda: CLEAN)
    problems: frozenset[Said] = frozenset()
    schema: ListSchema = GAPS
    territory: Territory | None = TERRITORY
    within_deg: float = 1e-9
    pending: str = ""
    needs: Literal["", "libreoffice"] = ""


def said(*problems: Said) -> frozenset[Said]:
    """Return the problems a workbook must be answered with."""
    return frozenset(problems)
