"""Rules between rows of one list: what each cell allows but the list as a whole does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import pandas as pd

from phusong.data.checks.dates import check_days
from phusong.data.checks.gap_rows import check_gap_rows
from phusong.data.checks.household_points import check_stacks, check_strays
from phusong.data.checks.lattice import check_rounding
from phusong.data.checks.masts import check_masts
from phusong.data.checks.places_and_names import compare_rows
from phusong.data.checks.shares import check_shares
from phusong.data.columns import Note
from phusong.data.schema import ListSchema
from phusong.data.territory import Territory

COARSE_M = 1000.0
"""A centre of a village or gap may be rounded to 100 m, not to this."""

HOUSE_M = 100.0
"""A house may not be rounded even to this."""

_Check = Callable[[pd.DataFrame, ListSchema], list[Note]]

_CHECKS: Mapping[str, tuple[_Check, ...]] = MappingProxyType(
    {
        "gaps": (
            lambda rows, schema: check_gap_rows(rows),
            check_shares,
            compare_rows,
            lambda rows, schema: check_rounding(rows, least_m=COARSE_M),
        ),
        "villages": (
            check_shares,
            compare_rows,
            lambda rows, schema: check_rounding(rows, least_m=COARSE_M),
        ),
        "households": (
            lambda rows, schema: check_stacks(rows),
            lambda rows, schema: check_strays(rows),
            lambda rows, schema: check_rounding(rows, least_m=HOUSE_M),
        ),
        "stations": (lambda rows, schema: check_masts(rows),),
    }
)


def check_rows(rows: pd.DataFrame, schema: ListSchema, territory: Territory | None) -> list[Note]:
    """Return what looks wrong in a list whose cells are all readable.

    Parameters
    ----------
    rows
        All rows of the list with resolved units and positions, those refused for other reasons too.
    territory
        Its ``today`` is what days are held against; without it they are not.
    """
    notes = [note for check in _CHECKS.get(schema.name, ()) for note in check(rows, schema)]
    if territory is not None and territory.today is not None:
        notes += check_days(rows, schema.name, territory.today)
    return notes
