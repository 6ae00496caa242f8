"""Masts of neighbouring provinces are used by a study and never told: neither code, place nor operator of one.

Whoever makes the study's inputs gives such masts codes that begin with ``OUTSIDE_CODE`` in place of their own; what is
written says of them that a place is covered by *trạm ngoài tỉnh*, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from phusong.coverage.network import Network
from phusong.data.inputs import Inputs
from phusong.errors import Problem
from phusong.words import Text

OUTSIDE_CODE = "NGOAI-TINH-"
"""How the codes of masts begin of which nothing may be told."""
OUTSIDE_TITLE = Text("trạm ngoài tỉnh", "station outside the province")
OUTSIDE_FILE = "tram-ngoai-tinh.csv"
OUTSIDE_OPERATOR = "ngoai-tinh"
"""Stands for an operator that has masts outside and none in the province."""

_CODE = re.compile(re.escape(OUTSIDE_CODE) + r"\d+")
_OF_MASTS = ("sites", "planned", "cells", "asks")
"""Tables with a row a mast, or a row about one: those of masts outside are left out."""
_OF_BEST: Mapping[str, object] = {
    "best_site_id": OUTSIDE_TITLE.vi,
    "best_operator": OUTSIDE_TITLE.vi,
    "best_technology": "",
    "distance_km": np.nan,
}
_NEAREST = re.compile(r"nearest_(?:(?P<operator>\w+)_)?site_id")
_WAY = re.compile(r"obstacle_(distance_km|height_m|loss_db|lon_deg|lat_deg)")
BEYOND = Text(
    "Trạm gần nhất ở ngoài tỉnh; tín hiệu tới đây không đủ mạnh.",
    "The nearest station is outside the province; its signal is too weak here.",
)


def is_outside(site_id: str) -> bool:
    """Say whether a mast is one of which nothing may be told."""
    return site_id.startswith(OUTSIDE_CODE)


def shown_network(network: Network) -> Network:
    """Return a network without the masts of which nothing may be told: what a plan may build on."""
    return replace(network, sites=tuple(site for site in network.sites if not is_outside(site.site_id)))


def veiled(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables of a study without anything of a mast outside; as they are where there is no such mast."""
    sites = tables.get("sites")
    if sites is None or not sites["site_id"].astype(str).str.startswith(OUTSIDE_CODE).any():
        return dict(tables)
    return {name: _without_operator(_without_codes(_veiled(name, table))) for name, table in tables.items()}


def _without_operator(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table without levels and states of the operators that have masts outside only.

    A level at many places tells where a mast stands; that somebody serves a place is told by its state.
    """
    table = table.drop(columns=[name for name in table.columns if OUTSIDE_OPERATOR in str(name)])
    for name in ("operator", "view"):
        if name in table:
            table = table[table[name].astype(str) != OUTSIDE_OPERATOR].reset_index(drop=True)
    return table.assign(operators=table["operators"].map(_named)) if "operators" in table else table


def _named(listed: Any) -> Any:
    """Return a list of operators without the one that has no name."""
    if not isinstance(listed, str) or OUTSIDE_OPERATOR not in listed:
        return listed
    return ", ".join(one for one in listed.split(", ") if one != OUTSIDE_OPERATOR)


def veiled_inputs(inputs: Inputs) -> Inputs:
    """Return what was read, without what was met in the lists of the masts outside."""
    problems = (one for one in inputs.problems if not _tells_outside(one))
    missing = {name: counts for name, counts in inputs.missing.items() if name != OUTSIDE_FILE}
    named = tuple(one for one in inputs.network.inventories if one.operator != OUTSIDE_OPERATOR)
    network = replace(inputs.network, inventories=named)
    return replace(inputs, problems=tuple(problems), missing=missing, network=network)


def _tells_outside(problem: Problem) -> bool:
    return problem.file == OUTSIDE_FILE or OUTSIDE_CODE in f"{problem.text.vi} {problem.found or ''}"


def _veiled(name: str, table: pd.DataFrame) -> pd.DataFrame:
    if name in _OF_MASTS:
        return table[~_is_outside(table["site_id"])].reset_index(drop=True)
    if name == "households":
        return _filled(table, _is_outside(table["best_site_id"]), _OF_BEST)
    for column in table.columns:
        found = _NEAREST.fullmatch(str(column))
        if found:
            table = _nearest_veiled(table, str(column), found["operator"])
    return table


def _nearest_veiled(table: pd.DataFrame, column: str, operator: str | None) -> pd.DataFrame:
    """Return a table in which the nearest mast, where it stands outside, has neither code, operator nor distance."""
    outside = _is_outside(table[column])
    if operator is not None:
        return _filled(table, outside, {column: OUTSIDE_TITLE.vi, f"nearest_{operator}_km": np.nan})
    table = _filled(
        table,
        outside,
        {
            column: OUTSIDE_TITLE.vi,
            "nearest_operator": "",
            "nearest_distance_km": np.nan,
            "reason_vi": BEYOND.vi,
            "reason_en": BEYOND.en,
            **{str(one): np.nan for one in table.columns if _WAY.fullmatch(str(one))},
        },
    )
    if "nearest_sites" in table:
        table = table.assign(nearest_sites=table["nearest_sites"].map(_listed))
    return table


def _listed(text: Any) -> Any:
    """Return a list of near masts with those outside told as one."""
    if not isinstance(text, str) or OUTSIDE_CODE not in text:
        return text
    own = [one for one in text.split("; ") if OUTSIDE_CODE not in one]
    return "; ".join([*own, OUTSIDE_TITLE.vi])


def _is_outside(column: pd.Series[Any]) -> pd.Series[bool]:
    return column.astype(str).str.startswith(OUTSIDE_CODE)


def _filled(table: pd.DataFrame, rows: pd.Series[bool], values: Mapping[str, object]) -> pd.DataFrame:
    """Return a table with values set in some rows, in the columns that are there."""
    if not rows.any():
        return table
    kept = {column: value for column, value in values.items() if column in table}
    return table.assign(**{column: table[column].mask(rows, value) for column, value in kept.items()})


def _without_codes(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in whose words no code of a mast outside is left."""
    changed = {}
    for name in table.columns:
        column = table[name]
        if name != "geometry" and column.dtype.kind == "O":
            texts = column.map(lambda value: isinstance(value, str) and OUTSIDE_CODE in value)
            if texts.any():
                word = OUTSIDE_TITLE.en if str(name).endswith("_en") else OUTSIDE_TITLE.vi
                changed[name] = column.where(~texts, column.astype(str).str.replace(_CODE, word, regex=True))
    return table.assign(**changed) if changed else table
