"""Rules between the columns of one row, whose message is the same for every row that breaks them.

A missing value breaks no rule: comparisons with NaN are false, and so must be what a rule makes of empty text.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.schema import RowCheck
from phusong.errors import Range
from phusong.words import Text

PERSONS_PER_HOUSEHOLD = Range(2.0, 10.0)
OVER_THE_MAST_M = 3.0
"""An antenna this far over the top of its mast may stand on a spike; one higher cannot."""

ORDINARY_ANTENNA_M = Range(3.0, 120.0, "m")
POSSIBLE_ANTENNA_M = Range(1.0, 300.0, "m")
"""Outside this the cell itself is refused."""

_LIVED_IN = ("village", "cluster", "island", "")
"""Targets whose people live there: a road or an industrial park has persons without households."""

Breaks = Callable[[pd.DataFrame], NDArray[np.bool_]]


def _more(column: str, than: str) -> Breaks:
    return lambda rows: np.asarray(rows[column] > rows[than], dtype=bool)


def household_rules(households: str) -> tuple[RowCheck, ...]:
    """Return the rules between households and population of a list; ``households`` is the column of the total."""

    def odd_size(rows: pd.DataFrame) -> NDArray[np.bool_]:
        size = rows["population"] / rows[households].where(rows[households] > 0)
        outside = (size < PERSONS_PER_HOUSEHOLD.low) | (size > PERSONS_PER_HOUSEHOLD.high)
        return np.asarray(outside & (rows["population"] > 0), dtype=bool)

    def contradiction(rows: pd.DataFrame) -> NDArray[np.bool_]:
        lived_in = rows["target_type"].isin(_LIVED_IN) if "target_type" in rows else True
        one_is_none = (rows["population"] > 0) & (rows[households] == 0)
        other_is_none = (rows["population"] == 0) & (rows[households] > 0)
        return np.asarray((one_is_none | other_is_none) & lived_in, dtype=bool)

    low, high = f"{PERSONS_PER_HOUSEHOLD.low:g}", f"{PERSONS_PER_HOUSEHOLD.high:g}"
    return (
        RowCheck(
            column="population",
            level="warning",
            code="count.persons",
            text=Text(
                f"Số người một hộ nằm ngoài khoảng {low} đến {high}. Hãy kiểm tra dân số và số hộ.",
                f"Persons per household outside {low} to {high}. Check population and households.",
            ),
            breaks=odd_size,
        ),
        RowCheck(
            column="population",
            level="warning",
            code="count.nobody",
            text=Text(
                "Dân số và số hộ mâu thuẫn: một trong hai là 0. Hãy kiểm tra cả hai số.",
                "Population and households contradict each other: one of them is 0. Check both.",
            ),
            breaks=contradiction,
        ),
    )


def _power_contradiction(rows: pd.DataFrame) -> NDArray[np.bool_]:
    grid = rows["grid_power"].astype("boolean")
    none_but_some = (~grid).fillna(False) & (rows["powered_percent"] > 0)
    some_but_none = grid.fillna(False) & (rows["powered_percent"] == 0)
    return np.asarray(none_but_some | some_but_none, dtype=bool)


POWER_RULE = RowCheck(
    column="powered_percent",
    level="warning",
    code="power.contradiction",
    text=Text(
        "Tỷ lệ hộ có điện lưới mâu thuẫn với cột “Đã có điện lưới quốc gia”. Hãy sửa một trong hai.",
        "The share of households with grid power contradicts “Grid power”. Correct one of the two.",
    ),
    breaks=_power_contradiction,
)

MORE_UNSERVED = Text(
    "Số hộ chưa có sóng lớn hơn tổng số hộ. Hãy sửa một trong hai số.",
    "More households without signal than households. Correct one of the two.",
)

GAP_RULES = (
    RowCheck(
        column="households_unserved",
        level="error",
        code="count.unserved",
        text=MORE_UNSERVED,
        breaks=_more("households_unserved", "households_total"),
    ),
    RowCheck(
        column="poor_households",
        level="error",
        code="count.poor",
        text=Text(
            "Số hộ nghèo, cận nghèo lớn hơn tổng số hộ. Hãy sửa một trong hai số.",
            "More poor and near-poor households than households. Correct one of the two.",
        ),
        breaks=_more("poor_households", "households_total"),
    ),
    *household_rules("households_total"),
    POWER_RULE,
    RowCheck(
        column="measured_on",
        level="warning",
        code="date.measured_after_reported",
        text=Text(
            "Ngày đo sau ngày lập danh sách. Hãy kiểm tra cả hai ngày.",
            "Measured after the day of the report. Check both days.",
        ),
        breaks=_more("measured_on", "reported_on"),
    ),
    RowCheck(
        column="planned_date",
        level="warning",
        code="date.planned_before_reported",
        text=Text(
            "Thời hạn hoàn thành đã qua khi lập danh sách. Nếu trạm đã phát sóng thì bỏ dòng này, nếu chậm thì ghi "
            "thời hạn mới.",
            "The planned date was over when the list was made. Leave the row out if the site is on air, else give the "
            "new date.",
        ),
        breaks=_more("reported_on", "planned_date"),
    ),
)

VILLAGE_RULES = (*household_rules("households"), POWER_RULE)


def _over_the_mast(rows: pd.DataFrame) -> NDArray[np.bool_]:
    over = rows["antenna_height_m"] > rows["mast_height_m"] + OVER_THE_MAST_M
    return np.asarray(over & (rows["mast_height_m"] > 0) & (rows["mast_type"] != "rooftop"), dtype=bool)


def _odd_height(rows: pd.DataFrame) -> NDArray[np.bool_]:
    height_m = rows["antenna_height_m"]
    low = (height_m >= POSSIBLE_ANTENNA_M.low) & (height_m < ORDINARY_ANTENNA_M.low)
    high = (height_m > ORDINARY_ANTENNA_M.high) & (height_m <= POSSIBLE_ANTENNA_M.high)
    return np.asarray((low | high) & (rows["site_kind"] != "indoor"), dtype=bool)


STATION_RULES = (
    RowCheck(
        column="antenna_height_m",
        level="warning",
        code="site.antenna_over_mast",
        text=Text(
            "Anten cao hơn đỉnh cột. Hãy kiểm tra cao anten, cao cột (so với mặt đất), hoặc ghi loại cột là trên mái.",
            "The antenna is higher than its mast. Check both heights above ground, or write that it is on a roof.",
        ),
        breaks=_over_the_mast,
    ),
    RowCheck(
        column="antenna_height_m",
        level="warning",
        code="site.antenna_height",
        text=Text(
            f"Cao anten ngoài khoảng thường gặp ({ORDINARY_ANTENNA_M.low:g}–{ORDINARY_ANTENNA_M.high:g} m so với mặt "
            "đất). Nếu là độ cao so với mực nước biển thì hãy sửa.",
            f"Antenna height outside the usual {ORDINARY_ANTENNA_M.low:g} to {ORDINARY_ANTENNA_M.high:g} m above "
            "ground. Correct it if it is above sea level.",
        ),
        breaks=_odd_height,
    ),
)
