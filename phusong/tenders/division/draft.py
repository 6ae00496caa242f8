"""The lots of a run, before any plan: values are not known, so households are made even; one site a gap is assumed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from phusong.tenders.division.divide import divide
from phusong.tenders.division.eligible import DEFAULT_ROUTES, eligible_gaps
from phusong.tenders.division.neighbours import contacts_of
from phusong.tenders.division.units import units_of
from phusong.tenders.division.values import Caps, Division, LeftOut, Lot

PACKAGE_COLUMNS = {
    "package_code": "str",
    "province_code": "str",
    "province_name": "str",
    "route": "str",
    "gaps": "int64",
    "households": "int64",
    "population": "float64",
    "sites": "int64",
    "value_vnd": "float64",
    "communes": "str",
    "gap_ids": "str",
}
"""The columns of the table of packages with their types; a value that is not known is NaN."""

TOLERANCE = 1.5


def draft_lots(
    gaps: pd.DataFrame,
    communes: gpd.GeoDataFrame | None,
    *,
    max_households: int,
    max_sites: int,
    routes: Sequence[str] = DEFAULT_ROUTES,
) -> tuple[pd.DataFrame, pd.Series, tuple[LeftOut, ...]]:
    """Divide the gaps of a run without a plan.

    Parameters
    ----------
    gaps
        The gap table of a run.
    communes
        Polygons with ``commune_code`` in EPSG:4326; None where there are none.
    max_households, max_sites
        Caps of a lot; a gap counts as one site.
    routes
        The routes of which lots are made.

    Returns
    -------
    packages
        The table of lots, columns of ``PACKAGE_COLUMNS``. Population is rounded gap by gap, so that sums agree.
    package_code
        The lot of every gap by gap code, "" where it is in none.
    remainder
        The gaps in no lot, with their reasons.

    Raises
    ------
    OutOfRangeError
        If a cap is below 1.
    UnknownNameError
        If a route does not exist, or two gaps have one code.
    """
    caps = Caps(max_value_vnd=10**15, max_households=max_households, max_sites=max_sites, tolerance=TOLERANCE)
    eligible = eligible_gaps(gaps, routes=routes)
    made = units_of(eligible.gaps, None, None)
    division = divide(made.units, contacts_of(made.units, communes), caps, left_out=eligible.left_out)
    code_of = division.lot_code_of_gap()
    ids = [str(gap_id) for gap_id in gaps["gap_id"]]
    codes = pd.Series(
        [code_of.get(gap_id, "") for gap_id in ids],
        index=pd.Index(ids, name="gap_id", dtype=str),
        name="package_code",
        dtype=str,
    )
    return _table(division, eligible.gaps), codes, division.remainder


def _table(division: Division, gaps: pd.DataFrame) -> pd.DataFrame:
    by_id = {str(row["gap_id"]): row for row in gaps.to_dict("records")}
    rows = [_row(division, lot, by_id) for lot in division.lots]
    return pd.DataFrame(rows, columns=list(PACKAGE_COLUMNS)).astype(PACKAGE_COLUMNS)


def _row(division: Division, lot: Lot, by_id: dict[str, dict[Any, Any]]) -> dict[str, object]:
    gap_ids = sorted(gap_id for unit in division.units_in(lot) for gap_id in unit.gap_ids)
    held = [by_id[gap_id] for gap_id in gap_ids]
    communes = {str(row["commune_code"]): str(row["commune_name"]) for row in held}
    return {
        "package_code": lot.lot_code,
        "province_code": lot.province_code,
        "province_name": str(held[0]["province_name"]),
        "route": lot.route,
        "gaps": len(held),
        "households": sum(int(row["households"]) for row in held),
        "population": math.fsum(round(row["population"]) for row in held if math.isfinite(row["population"])),
        "sites": len(held),
        "value_vnd": math.nan,
        "communes": ", ".join(communes[code] for code in sorted(communes)),
        "gap_ids": ", ".join(gap_ids),
    }
