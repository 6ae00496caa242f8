"""What evidence speaks of: villages with their centres, gaps and the households of both; rows of evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.coverage.criteria import VILLAGE_CLASSES, Profile
from phusong.coverage.findings import Kind, Says, Target
from phusong.coverage.measured_service import gap_states
from phusong.coverage.states import SERVED, UNDETERMINED, UNSERVED
from phusong.coverage.villages import cluster_state, village_class
from phusong.data.crs import project
from phusong.data.settlements import village_key
from phusong.study.assess import Assessment
from phusong.words import Text

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int8]
Row = dict[str, object]

EVIDENCE_COLUMNS = (
    *("target", "village_code", "village_name", "commune_code", "gap_id", "service", "kind", "source", "operator"),
    *("technology", "says", "households", "tests", "author", "dated", "detail_vi", "detail_en"),
)
GAP_WORDS: Mapping[int, Says] = {int(SERVED): "served", int(UNSERVED): "unserved", int(UNDETERMINED): "undetermined"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """Villages and gaps of a study in the order of their tables, and its households.

    ``village`` and ``gap`` number each household's, −1 none; metres are in ``epsg``; centres are NaN where a village
    has none. ``operators`` are all whose service counts. ``names`` are how rows of evidence name each of them.
    """

    villages: pd.DataFrame
    gaps: pd.DataFrame
    profile: Profile
    operators: tuple[str, ...]
    epsg: int
    x_m: Floats
    y_m: Floats
    weight: Floats
    village: Ints
    gap: Ints
    centre_x_m: Floats
    centre_y_m: Floats
    village_households: Floats
    gap_households: Floats
    names: Mapping[Target, Sequence[Mapping[str, str]]]

    @staticmethod
    def sums(of: Ints, weight: Floats, count: int) -> Floats:
        """Add up weights by number; −1 counts nowhere."""
        return np.bincount(of[of >= 0], weights=weight[of >= 0], minlength=count).astype(np.float64)

    def village_says(self, centre: Codes, state: Codes) -> list[Says]:
        """Return the class of every village from what its centre and its households have, by the profile's rule."""
        clusters = cluster_state(
            self.village,
            self.weight,
            state,
            self.x_m,
            self.y_m,
            rule=self.profile.village,
            link_m=self.profile.gap.link_m,
            n_villages=len(self.villages),
        )
        return [VILLAGE_CLASSES[code] for code in village_class(centre, clusters.state)]

    def gap_says(self, state: Codes) -> list[Says]:
        """Return what every gap is from what its households have."""
        unserved, undetermined = (
            self.sums(self.gap, np.where(state == one, self.weight, 0.0), len(self.gaps))
            for one in (UNSERVED, UNDETERMINED)
        )
        codes = gap_states(unserved, undetermined, self.gap_households, min_households=self.profile.gap.min_households)
        return [GAP_WORDS[int(code)] for code in codes]

    def village_rows(self) -> Mapping[str, int]:
        """Return the row of each village by commune and name, as lists write it; names that repeat are left out."""
        keys = place_keys(self.villages)
        once = ~keys.duplicated(keep=False)
        return {str(key): int(row) for row, key in zip(np.flatnonzero(once), keys[once], strict=True)}

    def row(
        self,
        target: Target,
        at: int,
        *,
        service: str,
        kind: Kind,
        source: str,
        says: Says,
        detail: Text,
        households: float | None = None,
        operator: str = "",
        technology: str = "",
        tests: int = 0,
        author: str = "",
        dated: str = "",
    ) -> Row:
        """Return a row of the evidence table about one village or gap."""
        own = self.village_households if target == "village" else self.gap_households
        return {
            "target": target,
            **self.names[target][at],
            "service": service,
            "kind": kind,
            "source": source,
            "operator": operator,
            "technology": technology,
            "says": says,
            "households": round(own[at] if households is None else households),
            "tests": tests,
            "author": author,
            "dated": dated,
            "detail_vi": detail.vi,
            "detail_en": detail.en,
        }


def place_keys(rows: pd.DataFrame) -> pd.Series[str]:
    """Return commune and village of each row as one text, however the name is typed; "" without a name."""
    names = rows["village_name"].fillna("").astype(str)
    keys = names.map({name: village_key(name) for name in names.unique()})
    return (rows["commune_code"].fillna("").astype(str) + "\n" + keys).where(names != "", "")


def ground_of(found: Assessment, tables: Mapping[str, pd.DataFrame]) -> Ground:
    """Return the ground of a study just run, from what was found and its tables."""
    h, villages, gaps = found.households, tables["villages"], tables["gaps"]
    lon, lat = (villages[name].to_numpy(dtype=np.float64) for name in ("lon_deg", "lat_deg"))
    located = np.isfinite(lon) & np.isfinite(lat)
    centre = np.full((2, len(villages)), np.nan)
    if located.any():
        centre[:, located] = project(lon[located], lat[located], h.epsg)
    operators = {i.operator for i in found.inputs.network.inventories}
    operators |= set(h.outdoor[found.profile.main_service.key].by_operator)
    gap = pd.Index(gaps["gap_id"].astype(str)).get_indexer(pd.Index(tables["households"]["gap_id"].astype(str)))
    return Ground(
        villages=pd.DataFrame(villages).reset_index(drop=True),
        gaps=pd.DataFrame(gaps).reset_index(drop=True),
        profile=found.profile,
        operators=tuple(sorted(operators)),
        epsg=h.epsg,
        x_m=h.x_m,
        y_m=h.y_m,
        weight=h.weight,
        village=h.village,
        gap=np.asarray(gap, dtype=np.int64),
        centre_x_m=centre[0],
        centre_y_m=centre[1],
        village_households=Ground.sums(h.village, h.weight, len(villages)),
        gap_households=Ground.sums(np.asarray(gap, dtype=np.int64), h.weight, len(gaps)),
        names=unit_names(villages, gaps),
    )


def unit_names(villages: pd.DataFrame, gaps: pd.DataFrame) -> dict[Target, list[dict[str, str]]]:
    """Return how rows of evidence name each village and each gap."""
    columns = ("village_code", "village_name", "commune_code")
    of_gaps = _texts(gaps, (*columns, "gap_id"))
    return {"village": [{**one, "gap_id": ""} for one in _texts(villages, columns)], "gap": of_gaps}


def _texts(table: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, str]]:
    cells = zip(*(table[name].astype(str) for name in columns), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in cells]
