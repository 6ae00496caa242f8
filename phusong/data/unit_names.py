"""Names and codes of units as lists write them, resolved to the codes of today."""

from __future__ import annotations

import pandas as pd

from phusong.data.columns import Note
from phusong.data.schema import ListSchema
from phusong.data.territory import Territory


def resolve_units(rows: pd.DataFrame, schema: ListSchema, territory: Territory) -> tuple[pd.DataFrame, list[Note]]:
    """Return the rows with today's codes and names where their own words say which, and what was changed or asked."""
    return rows, []
