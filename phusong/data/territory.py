"""What the rows of a list are held against: the province, its communes today, the units they were made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import geopandas as gpd

from phusong.data.former_units import FormerUnits

MAY_BE_ELSEWHERE = ("stations", "measurements")
"""Lists whose rows may lie beyond the province: its neighbours' masts serve it too."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Territory:
    """The province of a list and what is known of its units.

    ``province_code`` is two digits, "" where the list may be of any. ``communes`` are polygons (``commune_code``,
    geometry; ``commune_name``, ``province_code`` where known) in EPSG:4326, None where no boundaries were imported:
    then positions are not checked, and the list says so. ``former`` converts units of before July 2025, None where no
    conversion table was imported. ``today`` is the day lists are checked; None holds their days against no day, so
    that the same files give the same answer whenever they are read.
    """

    province_code: str = ""
    communes: gpd.GeoDataFrame | None = None
    former: FormerUnits | None = None
    today: date | None = None
