"""A plan's tables as a planner reads them: its sites in order with their sums, and what stays without service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from phusong.api.database.models import Plan, Study
from phusong.api.problems import NotFoundError
from phusong.api.service import Service
from phusong.data.money import NOTHING, Money
from phusong.words import Text

KINDS: Mapping[str, Text] = {
    "new": Text("Xây trạm mới", "New mast"),
    "share": Text("Dùng chung trạm có sẵn", "Shared mast"),
    "upgrade": Text("Nâng cấp trạm có sẵn", "Upgraded site"),
}
_NAMES = ("gap_id", "village_code", "village_name", "commune_name", "lon_deg", "lat_deg")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedGap:
    """A gap of a plan with its place in words."""

    gap_id: str
    village_code: str
    place: str
    commune: str
    lon_deg: float
    lat_deg: float
    households: int
    planned: int
    left: int
    because: Text
    advice: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSite:
    """A site in the order of the plan: what it adds, what it costs, and both with all sites before it.

    ``households`` are those that no site before it serves. ``lon_deg`` and ``lat_deg`` are for whoever may read
    stations.
    """

    order: int
    option_id: str
    kind: Text
    technology: str
    height_agl_m: float
    lon_deg: float
    lat_deg: float
    households: int
    cost: Money
    total_households: int
    total_cost: Money
    gaps: tuple[PlannedGap, ...]

    @property
    def cost_per_household(self) -> Money | None:
        """Return the middle cost of a household it adds."""
        return Money.exactly(self.cost.middle / self.households) if self.households else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTables:
    """A plan's sites in order and the gaps of its study."""

    sites: tuple[PlannedSite, ...]
    gaps: Mapping[str, PlannedGap]

    @property
    def left(self) -> tuple[PlannedGap, ...]:
        """Return the gaps in which households stay without service, most first."""
        found = [gap for gap in self.gaps.values() if gap.left]
        return tuple(sorted(found, key=lambda gap: (-gap.left, gap.gap_id)))

    @property
    def cost(self) -> Money:
        """Return what all sites cost."""
        return self.sites[-1].total_cost if self.sites else NOTHING

    @property
    def households(self) -> int:
        """Return what all sites serve."""
        return self.sites[-1].total_households if self.sites else 0

    def within(self, budget_vnd: float) -> int:
        """Return how many sites, in the order of the plan, cost no more than a budget by middle prices."""
        return sum(site.total_cost.middle <= budget_vnd for site in self.sites)


def plan_tables(service: Service, plan: Plan, study: Study) -> PlanTables:
    """Return the tables of a plan that is done; a plan without them has no page part.

    Raises
    ------
    NotFoundError
        Its tables are not there.
    """
    folder, results = service.settings.home / plan.folder, service.settings.home / study.folder
    if not plan.folder or not (folder / "plan_sites.parquet").is_file():
        raise NotFoundError
    return _read(folder, results, plan.digest, study.digest)


@lru_cache(maxsize=16)
def _read(folder: Path, results: Path, _plan_digest: str, _study_digest: str) -> PlanTables:
    """Read the tables once a process and digest: what a plan wrote never changes."""
    gaps = _gaps(pd.read_parquet(folder / "plan_gaps.parquet"), _named(results))
    table = pd.read_parquet(folder / "plan_sites.parquet").sort_values("order")
    sites: list[PlannedSite] = []
    for row in table.to_dict("records"):
        sites.append(_site({str(key): value for key, value in row.items()}, gaps, sites))
    return PlanTables(sites=tuple(sites), gaps=gaps)


def _named(results: Path) -> pd.DataFrame:
    path = results / "gaps.parquet"
    if not path.is_file():
        return pd.DataFrame(columns=list(_NAMES), dtype=str)
    return pd.read_parquet(path, columns=list(_NAMES))


def _gaps(table: pd.DataFrame, named: pd.DataFrame) -> dict[str, PlannedGap]:
    rows = table.drop(columns="geometry").merge(named, on="gap_id", how="left").fillna("").to_dict("records")
    return {
        str(row["gap_id"]): PlannedGap(
            gap_id=str(row["gap_id"]),
            village_code=str(row["village_code"]),
            place=str(row["village_name"] or row["gap_id"]),
            commune=str(row["commune_name"]),
            lon_deg=float(row["lon_deg"] or "nan"),
            lat_deg=float(row["lat_deg"] or "nan"),
            households=int(row["households"]),
            planned=int(row["planned_households"]),
            left=int(row["left_households"]),
            because=Text(str(row["left_because_vi"]), str(row["left_because_en"])),
            advice=Text(str(row["advice_vi"]), str(row["advice_en"])),
        )
        for row in rows
    }


def _site(row: Mapping[str, Any], gaps: Mapping[str, PlannedGap], before: Sequence[PlannedSite]) -> PlannedSite:
    cost = Money(*(float(row[f"cost{end}_vnd"]) for end in ("_low", "", "_high")))
    households = int(row["households"])
    return PlannedSite(
        order=int(row["order"]),
        option_id=str(row["option_id"]),
        kind=KINDS.get(str(row["kind"]), Text(str(row["kind"]), str(row["kind"]))),
        technology=str(row["technology"]),
        height_agl_m=float(row["height_agl_m"]),
        lon_deg=float(row["lon_deg"]),
        lat_deg=float(row["lat_deg"]),
        households=households,
        cost=cost,
        total_households=households + (before[-1].total_households if before else 0),
        total_cost=cost + (before[-1].total_cost if before else NOTHING),
        gaps=tuple(gaps[one] for one in str(row["gap_ids"]).split(";") if one in gaps),
    )
