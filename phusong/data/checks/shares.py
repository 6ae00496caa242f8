"""Shares in percent that may have been written as fractions: 85 % typed in Excel is kept there as 0.85."""

from __future__ import annotations

import numpy as np
import pandas as pd

from phusong.data.checks.row_cells import cells_where
from phusong.data.columns import AS_IT_STANDS, Note
from phusong.data.schema import ListSchema
from phusong.words import Text, number


def check_shares(rows: pd.DataFrame, schema: ListSchema) -> list[Note]:
    """Ask which is meant where a column in percent holds a number between 0 and 1."""
    notes = []
    for field in (field for field in schema.fields if field.unit == "%" and field.kind == "float"):
        values = rows[field.name].to_numpy(np.float64)
        for at, share in cells_where(rows, (values > 0) & (values < 1), field.name):
            decimals = 2 if share >= 0.01 else 4
            vi, en = (f"{number(share, lang, decimals=decimals)} %" for lang in ("vi", "en"))
            whole_vi, whole_en = (f"{number(100 * share, lang, decimals=decimals - 2)} %" for lang in ("vi", "en"))
            text = Text(
                f"Ghi {vi}. Có thể là {whole_vi} (ô định dạng phần trăm). Hãy ghi lại số phần trăm.",
                f"{en} is written. It may mean {whole_en} (a cell formatted as a percentage). Write the percentage.",
            )
            choices = (Text(whole_vi, whole_en), Text(vi, en))
            ways = ((((field.name, f"{100 * share:.10g}"),),), AS_IT_STANDS)
            notes.append(Note(at, field.name, "warning", text, "share.fraction", choices=choices, ways=ways))
    return notes
