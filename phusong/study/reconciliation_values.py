"""The two sides of a reconciliation as arrays, one entry a reported place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Objects = NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stated:
    """What the rows of a list say, one entry a row; NaN and "" where they are silent."""

    gap_id: Objects
    list_row: Floats
    commune_code: Objects
    commune_name: Objects
    village_name: Objects
    cluster_name: Objects
    gap_class: Objects
    lon_deg: Floats
    lat_deg: Floats
    households: Floats
    unserved: Floats

    def __len__(self) -> int:
        return len(self.gap_id)

    @property
    def placed(self) -> Flags:
        """Say which rows have a position."""
        return np.asarray(np.isfinite(self.lon_deg) & np.isfinite(self.lat_deg))

    def columns(self) -> dict[str, Any]:
        """Return the columns of the result table that only the list fills."""
        return {
            "gap_id": self.gap_id,
            "list_row": self.list_row,
            "commune_code": self.commune_code,
            "commune_name": self.commune_name,
            "village_name": self.village_name,
            "cluster_name": self.cluster_name,
            "lon_deg": self.lon_deg,
            "lat_deg": self.lat_deg,
            "class_stated": self.gap_class,
            "households_stated": self.households,
            "unserved_stated": self.unserved,
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PointAnswers:
    """What the model says at points: state (one of ``STATES``, "" not predicted), why undetermined, best server."""

    state: Objects
    because: Objects
    operator: Objects
    technology: Objects
    level_dbm: Floats

    @classmethod
    def unknown(cls, length: int) -> PointAnswers:
        """Return answers of nothing predicted."""
        empty = np.full(length, "", dtype=object)
        return cls(state=empty, because=empty, operator=empty, technology=empty, level_dbm=np.full(length, np.nan))

    def filled(self, at: Flags, answers: PointAnswers) -> PointAnswers:
        """Return the answers with those at some entries put in."""
        names = ("state", "because", "operator", "technology", "level_dbm")
        columns = {}
        for name in names:
            column = getattr(self, name).copy()
            column[at] = getattr(answers, name)
            columns[name] = column
        return PointAnswers(**columns)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """What the study found at each reported place.

    ``count`` has households in all and by state, as the result tables name them. ``joined_by`` is *village*, *cluster*
    (households of the village near the point), *households* (near the point), *gap* or "". ``low``, ``high`` are the
    interval of the village or of the one gap, NaN where there is neither. Best server and level are those most of the
    served households have; ``gap_distance_m`` is to the nearest modelled gap.
    """

    HOUSEHOLD_COLUMNS: ClassVar[tuple[str, ...]] = (
        *("lon_deg", "lat_deg", "weight", "village_code", "village_name", "commune_code", "state", "gap_id"),
        *("best_operator", "best_technology", "best_level_dbm", "undetermined_because"),
    )

    joined_by: Objects
    count: Mapping[str, Floats]
    in_gap: Flags
    outside: Flags
    gap_ids: Objects
    gap_distance_m: Floats
    village_class: Objects
    low: Floats
    high: Floats
    operator: Objects
    technology: Objects
    level_dbm: Floats
    because: Objects
