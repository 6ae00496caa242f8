"""A finished study kept open for questions: its tables, and what it was predicted from, each read once when asked for.

What is asked is answered by the engine, terrain and masts of the run, so that no answer differs from its tables.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from phusong.coverage.criteria import Profile
from phusong.coverage.network import Network
from phusong.data.inputs import Inputs, read_surroundings
from phusong.data.profiles import read_profile
from phusong.data.study_file import StudyFile, read_study_file
from phusong.data.unit_prices import UnitPrices, read_unit_prices
from phusong.plan.choice import Demand, demand_of
from phusong.study.correction import Correction, correction_of
from phusong.study.opened import OpenedResults, open_results
from phusong.study.planning import settled_gaps
from phusong.study.veil import is_outside, shown_network

DARK_COLUMNS = ("lon_deg", "lat_deg", "weight", "village_code", "village_name", "commune_code", "gap_id")
"""What is kept of households without the main service; of the others nothing is."""

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """What a study predicts with: its inputs without households and villages, and how its model is corrected.

    ``shown`` are the masts of which may be told; where there are others, ``has_outside`` is True.
    """

    inputs: Inputs
    correction: Correction
    shown: Network
    has_outside: bool


class KeptStudy:
    """The study file and the results of a run; each part is read by who asks first, others wait for it."""

    def __init__(self, study: Path, results: Path) -> None:
        self.results: OpenedResults = open_results(results)
        self.file: StudyFile = read_study_file(study)
        self.profile: Profile = read_profile(self.file.profile, folder=self.file.path.parent)
        self._lock = threading.RLock()
        self._kept: dict[str, Any] = {}

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the results; empty where the run wrote none."""
        return self._once(name, lambda: self.results.table(name) if self.results.has(name) else pd.DataFrame())

    def places(self, name: str) -> gpd.GeoDataFrame:
        """Return a table with its shapes."""
        return self._once(f"{name} with shapes", lambda: self.results.places(name))

    @property
    def ground(self) -> Ground:
        """Return what the study predicts with."""
        return self._once("ground", self._ground)

    @property
    def dark(self) -> pd.DataFrame:
        """Return the households that surely lack the main service."""
        return self._once("dark", self._dark)

    @property
    def demand(self) -> Demand:
        """Return the households a plan of this study is made for; it numbers them as ``dark`` does."""
        return self._once("demand", self._demand)

    @property
    def prices(self) -> UnitPrices:
        """Return the unit prices of the study."""
        return self._once("prices", lambda: read_unit_prices(self.file.further.get("unit_prices")))

    def _once(self, name: str, read: Callable[[], _Read]) -> _Read:
        with self._lock:
            if name not in self._kept:
                self._kept[name] = read()
            found: _Read = self._kept[name]
            return found

    def _dark(self) -> pd.DataFrame:
        file = self.results.folder / "households.parquet"
        return pd.read_parquet(file, columns=list(DARK_COLUMNS), filters=[("state", "==", "unserved")])

    def _ground(self) -> Ground:
        households = self.results.table("households", columns=("lon_deg", "lat_deg"))
        inputs = read_surroundings(self.file, households["lon_deg"], households["lat_deg"])
        return Ground(
            inputs=replace(inputs, households=pd.DataFrame()),
            correction=correction_of(self.file, inputs, self.profile),
            shown=shown_network(inputs.network),
            has_outside=any(is_outside(site.site_id) for site in inputs.network.sites),
        )

    def _demand(self) -> Demand:
        """Return what :func:`phusong.study.planning.demand_for` says, from the tables of the run."""
        dark = self.dark
        gap_ids = tuple(sorted(set(dark["gap_id"].astype(str)) - {""}))
        return demand_of(
            np.ones(len(dark), dtype=np.bool_),
            lon_deg=dark["lon_deg"].to_numpy(),
            lat_deg=dark["lat_deg"].to_numpy(),
            weight=dark["weight"].to_numpy(dtype=np.float64),
            gap=pd.Index(gap_ids, dtype=object).get_indexer(pd.Index(dark["gap_id"])).astype(np.int64),
            gap_ids=gap_ids,
            terrain=self.ground.inputs.terrain,
            settled=settled_gaps(self.table("findings")),
        )
