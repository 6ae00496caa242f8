"""What communes and operators answered, beside what was reported: nothing reported or said earlier is replaced."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from phusong.data.rounds.answers import Answers
from phusong.data.rounds.form_fields import COMMUNE_FIELDS, OPERATOR_FIELDS
from phusong.data.rounds.store import Round
from phusong.data.schema import Field


def apply_answers(round_: Round, answers: Answers) -> Round:
    """Return the round with the answers beside what was reported.

    Nothing reported changes; what was said earlier stays in ``said``, and the columns ``confirmed_…`` show what each
    unit said last. The same file applied again adds nothing.
    """
    known = set(zip(round_.said["who"], round_.said["sha256"], strict=True))
    new = [pair not in known for pair in zip(answers.said["who"], answers.said["sha256"], strict=True)]
    said = pd.concat([round_.said, answers.said[new]], ignore_index=True).astype("str")
    return replace(round_, said=said, rows=_with_confirmed(round_.rows, said))


def _with_confirmed(rows: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the last answer to each question in a column of its own."""
    reported = rows.drop(columns=[name for name in rows.columns if str(name).startswith("confirmed_")])
    gaps = said[(said["subject"] == "gap") & (said["field"] != "")]
    columns: dict[str, pd.Series[Any]] = {}
    for field in COMMUNE_FIELDS:
        columns[f"confirmed_{field.name}"] = _last(reported, gaps[gaps["kind"] == "commune"], field)
    for name in ("by", "on"):
        last = gaps[gaps["kind"] == "commune"].drop_duplicates("id", keep="last").set_index("id")[name]
        columns[f"confirmed_{name}"] = _texts(reported["gap_id"].map(last))
    for operator in sorted(set(gaps.loc[gaps["kind"] == "operator", "who"])):
        own = gaps[(gaps["kind"] == "operator") & (gaps["who"] == operator)]
        for field in OPERATOR_FIELDS:
            columns[f"confirmed_{field.name}_{operator}"] = _last(reported, own, field)
        last = own.drop_duplicates("id", keep="last").set_index("id")["on"]
        columns[f"confirmed_on_{operator}"] = _texts(reported["gap_id"].map(last))
    return reported.assign(**columns)


def _last(rows: pd.DataFrame, said: pd.DataFrame, field: Field) -> pd.Series[Any]:
    last = said[said["field"] == field.name].drop_duplicates("id", keep="last").set_index("id")["value"]
    values = rows["gap_id"].map(last)
    return values.astype("float64") if field.kind in ("int", "float") else _texts(values)


def _texts(values: pd.Series[Any]) -> pd.Series[str]:
    return values.astype(object).where(values.notna(), "").astype("str")
