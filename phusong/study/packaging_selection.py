"""A package of areas chosen by hand: its lot is the one the planner named, and it is frozen like any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from phusong.data.locks import only_writer
from phusong.data.store import sweep
from phusong.errors import PhuSongError
from phusong.study.packaging import STEPS, check_apart, units_in
from phusong.study.packaging_freeze import Ask, MadePackages, freeze
from phusong.study.packaging_record import (
    Moved,
    Paths,
    Record,
    is_packages,
    numbered_sites,
    read_record,
    seen_from,
)
from phusong.study.packaging_sources import Sources, open_sources
from phusong.study.progress import Progress, Silent, Stopwatch
from phusong.tenders.division.eligible import DEFAULT_ROUTES
from phusong.tenders.division.neighbours import contacts_of
from phusong.tenders.division.selection import Chosen, choose, undivided
from phusong.tenders.division.warnings import caps_of
from phusong.tenders.package.settings import read_settings
from phusong.tenders.package.values import Award
from phusong.words import Language, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How a chosen package is made where the folder has none yet; packages that are there keep how they were made."""

    study: Path
    results: Path
    plan: Path
    award: Award = "tender"
    routes: Sequence[str] = DEFAULT_ROUTES
    settings: Path | None = None
    investor: Path | None = None


def package_chosen(
    out: Path,
    items: Sequence[str],
    asking: Asking,
    *,
    because: str,
    approver: str = "",
    frozen_on: date | None = None,
    language: Language = "vi",
    progress: Progress | None = None,
) -> MadePackages:
    """Make one package of some gaps and sites of a plan, and freeze it with those it takes from; others stay.

    Parameters
    ----------
    out
        The folder of packages; it need not be there yet.
    items
        Gaps and options of the plan. With a gap comes the site that mainly serves it, with all gaps of that.
    because
        Why: it stands in the new versions.
    approver, frozen_on
        As in :func:`phusong.study.packaging.make_packages`.

    Raises
    ------
    PhuSongError
        A gap that may not enter a package, with what stands in its way; a cap, a route or a connection that breaks.
    """
    watch = Stopwatch(progress or Silent(), STEPS)
    if not because:
        raise PhuSongError(Text("Ghi lý do chọn các khu vực này.", "Say why these areas are chosen."))
    check_apart(out, asking.results, asking.plan)
    watch.next()
    with only_writer(out):
        sweep(out)
        earlier = read_record(out) if is_packages(out) else None
        sources = open_sources(asking.study, results=asking.results, plan=asking.plan)
        begun = _begun(out, sources, asking) if earlier is None else earlier
        watch.next()
        chosen = choose(begun.division, items, taken=_codes_in(out))
        day = frozen_on or sources.study.dated
        ask = Ask.as_before(out, begun, approver=approver, because=because, frozen_on=day, language=language)
        record = replace(
            begun, division=chosen.division, approver=ask.approver, moves=(*begun.moves, *_moves(chosen, because)),
            packages=(),
        )  # fmt: skip
        touched = {chosen.lot_code, *chosen.taken_from}
        others = frozenset(lot.lot_code for lot in chosen.division.lots) - touched
        return freeze(out, sources, record, ask, watch, untouched=others)


def _moves(chosen: Chosen, because: str) -> list[Moved]:
    return [Moved(item=unit.unit_id, to=chosen.lot_code, because=because) for unit in chosen.units]


def _codes_in(out: Path) -> frozenset[str]:
    """Return the codes the folder knows, those of packages that are gone among them."""
    return frozenset(path.name for path in out.iterdir() if path.is_dir()) if out.is_dir() else frozenset()


def _begun(out: Path, sources: Sources, asking: Asking) -> Record:
    """Return a record without packages: every area waits to be chosen."""
    units, left = units_in(sources.gaps, sources.plan_gaps, sources.plan_sites, sources.served, asking.routes)
    caps = caps_of(read_settings(asking.settings))
    return Record(
        award=asking.award,
        routes=tuple(asking.routes),
        approver="",
        paths=Paths(
            study=seen_from(out, asking.study),
            results=seen_from(out, asking.results),
            plan=seen_from(out, asking.plan),
            settings=seen_from(out, asking.settings),
            investor=seen_from(out, asking.investor),
        ),
        site_numbers=numbered_sites(sources, ()),
        moves=(),
        division=undivided(units, contacts_of(units, sources.communes), caps, left_out=left),
        packages=(),
    )
