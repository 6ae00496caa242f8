"""Areas of a plan chosen into a package: what may be chosen, what a choice would hold, and what stands in its way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.database.models import Package, Plan, Study
from phusong.api.problems import NotFoundError
from phusong.api.service import Service
from phusong.api.studies.packaging import OPEN_STATES, changed_text, division_folder, last_division
from phusong.api.studies.plan_tables import PlanTables, plan_tables
from phusong.data.money import NOTHING, Money
from phusong.errors import PhuSongError
from phusong.tenders.division.eligible import DEFAULT_ROUTES, missing_of
from phusong.tenders.division.neighbours import contacts_of
from phusong.tenders.division.values import Division, LeftOut, Unit
from phusong.tenders.division.warnings import caps_of, warnings_of
from phusong.tenders.package.settings import read_settings
from phusong.tenders.package.values import Notice
from phusong.words import Text

if TYPE_CHECKING:  # what divides is loaded when somebody chooses: a server starts without it
    from phusong.tenders.division.selection import Chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """What a choice is made from: the division as it stands, the plan, and what each gap still lacks.

    ``states`` are those of the plan's packages by code, ``land`` the kinds of land each site stands on.
    """

    division: Division
    tables: PlanTables
    missing: Mapping[str, tuple[Notice, ...]]
    states: Mapping[str, str]
    land: Mapping[str, str]

    @property
    def barred(self) -> tuple[LeftOut, ...]:
        """Return the gaps that may enter no package, with their reasons."""
        own = {gap_id for unit in self.division.units for gap_id in unit.gap_ids}
        return tuple(one for one in self.division.remainder if one.gap_id not in own)

    def lot_of(self, unit: Unit) -> str:
        """Return the package a unit is in, "" where it is in none."""
        return next((lot.lot_code for lot in self.division.lots if unit.unit_id in lot.unit_ids), "")

    def communes_of(self, *units: Unit) -> tuple[str, ...]:
        """Return the communes some units lie in, by name."""
        gaps = self.tables.gaps
        named = {gaps[gap_id].commune for unit in units for gap_id in unit.gap_ids if gap_id in gaps}
        return tuple(sorted(one for one in named if one))

    def cost_of(self, units: Iterable[Unit]) -> Money:
        """Return what the sites of some units cost."""
        costs = {site.option_id: site.cost for site in self.tables.sites}
        total = NOTHING
        for site_id in sorted({one for unit in units for one in unit.site_ids}):
            total += costs.get(site_id, NOTHING)
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a choice would hold; ``refused`` says why no package can be made of it, None where one can.

    ``warnings`` are what a person must look at in the package, ``missing`` what its gaps still lack.
    """

    units: tuple[Unit, ...]
    households: int
    sites: int
    cost: Money
    communes: tuple[str, ...]
    code: str
    taken_from: tuple[str, ...]
    refused: Text | None
    warnings: tuple[Text, ...]
    missing: tuple[Notice, ...]


def choosing_of(service: Service, db: Session, plan: Plan) -> Choosing:
    """Return what a choice of a finished plan's areas is made from.

    Raises
    ------
    NotFoundError
        The plan has no tables.
    """
    from phusong.study.packaging_record import read_record

    study = db.get_one(Study, plan.study_id)
    tables = plan_tables(service, plan, study)
    results = service.settings.home / study.folder
    if not (results / "gaps.parquet").is_file():
        raise NotFoundError
    folder, last = service.settings.home / plan.folder, last_division(db, plan.id)
    missing, land = _facts(folder, results, plan.digest, study.digest)
    drafted = _drafted(folder, results, plan.digest, study.digest) if last is None else None
    division = drafted or read_record(division_folder(service, str(last))).division
    states = {one.code: one.state for one in db.scalars(select(Package).where(Package.plan_id == plan.id))}
    return Choosing(division=division, tables=tables, missing=missing, states=states, land=land)


@lru_cache(maxsize=16)
def _drafted(folder: Path, results: Path, _plan_digest: str, _study_digest: str) -> Division:
    """Return a plan's areas before any is chosen; what a plan and its study wrote never changes."""
    from phusong.study.packaging import units_in
    from phusong.tenders.division.selection import undivided

    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in ("plan_gaps", "plan_sites", "plan_served")}
    units, left = units_in(
        gpd.read_parquet(results / "gaps.parquet"), tables["plan_gaps"], tables["plan_sites"], tables["plan_served"],
        DEFAULT_ROUTES,
    )  # fmt: skip
    communes = gpd.read_parquet(results / "communes.parquet")
    return undivided(units, contacts_of(units, communes), caps_of(read_settings()), left_out=left)


@lru_cache(maxsize=16)
def _facts(
    folder: Path, results: Path, _plan_digest: str, _study_digest: str
) -> tuple[Mapping[str, tuple[Notice, ...]], Mapping[str, str]]:
    """Return what every gap lacks, and on what land every site stands."""
    found: dict[str, list[Notice]] = {}
    for notice in missing_of(gpd.read_parquet(results / "gaps.parquet")):
        found.setdefault(notice.code, []).append(notice)
    sites = pd.read_parquet(folder / "plan_sites.parquet", columns=["option_id", "constraints"])
    land = dict(zip(sites["option_id"].astype(str), sites["constraints"].astype(str), strict=True))
    return {gap_id: tuple(many) for gap_id, many in found.items()}, land


def tried(choosing: Choosing, items: Sequence[str]) -> Tried:
    """Say what a package of some gaps and sites would hold, and whether it can be made; nothing is written."""
    items = list(dict.fromkeys(items))
    of_item = {name: unit for unit in choosing.division.units for name in (unit.unit_id, *unit.gap_ids)}
    found = {of_item[item].unit_id: of_item[item] for item in items if item in of_item}
    units = tuple(found[unit_id] for unit_id in sorted(found))
    chosen, refused = _chosen(choosing, items)
    gap_ids = [*(gap_id for unit in units for gap_id in unit.gap_ids), *(one for one in items if one not in of_item)]
    return Tried(
        units=units,
        households=sum(unit.households for unit in units),
        sites=sum(unit.sites for unit in units),
        cost=choosing.cost_of(units),
        communes=choosing.communes_of(*units),
        code="" if chosen is None else chosen.lot_code,
        taken_from=() if chosen is None else chosen.taken_from,
        refused=refused,
        warnings=() if chosen is None else _warnings(choosing, chosen),
        missing=tuple(notice for gap_id in gap_ids for notice in choosing.missing.get(gap_id, ())),
    )


def _chosen(choosing: Choosing, items: Sequence[str]) -> tuple[Chosen | None, Text | None]:
    """Try a choice: the division after it, or why it cannot be."""
    from phusong.tenders.division.selection import choose

    try:
        chosen = choose(choosing.division, items, taken=choosing.states)
    except PhuSongError as error:
        return None, error.text
    fixed = sorted(code for code in chosen.taken_from if choosing.states.get(code, "frozen") not in OPEN_STATES)
    return (None, changed_text(fixed)) if fixed else (chosen, None)


def _warnings(choosing: Choosing, chosen: Chosen) -> tuple[Text, ...]:
    lot = chosen.division.lot(chosen.lot_code)
    told = warnings_of(lot, chosen.division, read_settings(), constraints=choosing.land)
    orders = {site.option_id: site.order for site in choosing.tables.sites}
    return tuple(_with_numbers(one.text, orders) for one in told)


def _with_numbers(text: Text, orders: Mapping[str, int]) -> Text:
    """Write sites by their number in the plan."""
    for option, order in orders.items():
        text = Text(text.vi.replace(option, f"số {order}"), text.en.replace(option, f"{order}"))
    return text
