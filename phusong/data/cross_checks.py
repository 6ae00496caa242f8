"""Rules between rows of one list: what each cell allows but the list as a whole does not."""

from __future__ import annotations

import pandas as pd

from phusong.data.columns import Note
from phusong.data.schema import ListSchema
from phusong.data.territory import Territory


def check_rows(rows: pd.DataFrame, schema: ListSchema, territory: Territory | None) -> list[Note]:
    """Return what looks wrong in a list whose cells are all readable."""
    return []
