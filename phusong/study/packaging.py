"""Packages of a study: its tender-ready gaps divided into lots, and each lot frozen with everything documents need.

A folder of packages holds ``division.json``, ``lots.xlsx`` and a folder for each package with a folder for each of its
versions. What is frozen is never written over: where a package changed, it gets a new version that says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from phusong.data.locks import only_writer
from phusong.data.store import OutputError, sweep
from phusong.errors import PhuSongError, UnknownNameError
from phusong.study.packaging_freeze import Ask, MadePackages, freeze
from phusong.study.packaging_record import (
    Paths,
    Record,
    is_packages,
    numbered_sites,
    read_record,
    seen_from,
)
from phusong.study.packaging_sources import Sources, open_sources
from phusong.study.progress import Progress, Silent, Stopwatch
from phusong.tenders.division.divide import divide
from phusong.tenders.division.eligible import DEFAULT_ROUTES, eligible_gaps
from phusong.tenders.division.neighbours import contacts_of
from phusong.tenders.division.units import units_of
from phusong.tenders.division.values import Caps, Division, LeftOut, Unit
from phusong.tenders.division.warnings import caps_of
from phusong.tenders.package.settings import read_investor, read_settings
from phusong.tenders.package.values import AWARDS, Award
from phusong.words import Language, Text

STEPS = (
    Text("Mở nghiên cứu, kết quả, phương án", "Open study, results and plan"),
    Text("Chia gói", "Divide into packages"),
    Text("Chốt từng gói", "Freeze each package"),
    Text("Ghi danh sách gói", "Write the list of packages"),
)


def make_packages(
    study_path: Path,
    *,
    results: Path,
    plan: Path,
    out: Path,
    award: Award = "tender",
    routes: Sequence[str] = DEFAULT_ROUTES,
    settings: Path | None = None,
    investor: Path | None = None,
    approver: str = "",
    because: str = "",
    frozen_on: date | None = None,
    afresh: bool = False,
    language: Language = "vi",
    progress: Progress | None = None,
) -> MadePackages:
    """Divide the tender-ready gaps of a study into packages and freeze them in a folder, whole or not at all.

    Parameters
    ----------
    study_path, results, plan
        The study file, the folder of its results and that of a plan made for it.
    out
        The folder of packages. One that is there gets new versions where packages changed; nothing frozen is lost.
    award, routes
        The way of award, and the routes of which packages are made.
    settings, investor
        Files with the department's own options (``[settings]``) and what the investor tells (``[investor]``).
    approver, because, frozen_on
        Who froze the packages, why there is a new version, and the day; without one, that of the study.
    afresh
        Divide again although items were moved by hand: the moves are given up.

    Raises
    ------
    PhuSongError
        What a user can mend: inputs that changed, a plan of another study, packages that changed without a reason.
    """
    watch = Stopwatch(progress or Silent(), STEPS)
    if award not in AWARDS:
        allowed = ", ".join(AWARDS)
        raise UnknownNameError(
            Text(f"Không có cách giao {award}; được dùng: {allowed}.", f"No award {award}; allowed are {allowed}.")
        )
    check_apart(out, results, plan)
    if not routes:
        raise UnknownNameError(Text("Chưa nêu nguồn vốn nào.", "No route is named."))
    watch.next()
    with only_writer(out):
        sweep(out)
        earlier = read_record(out) if is_packages(out) else None
        if earlier is not None and earlier.moves and not afresh:
            raise PhuSongError(
                Text(
                    f"{out} có khu vực đã chuyển gói bằng tay: thêm --afresh để chia lại từ đầu (bỏ các lần chuyển).",
                    f"{out} has areas moved by hand: add --afresh to divide again (the moves are given up).",
                )
            )
        sources = open_sources(study_path, results=results, plan=plan)
        ask = Ask(
            award=award,
            settings=read_settings(settings),
            investor=read_investor(investor),
            approver=approver,
            because=because,
            frozen_on=frozen_on or sources.study.dated,
            language=language,
        )
        watch.next()
        record = Record(
            award=award,
            routes=tuple(routes),
            approver=approver,
            paths=Paths(
                study=seen_from(out, study_path),
                results=seen_from(out, results),
                plan=seen_from(out, plan),
                settings=seen_from(out, settings),
                investor=seen_from(out, investor),
            ),
            site_numbers=numbered_sites(sources, earlier.site_numbers if earlier else ()),
            moves=(),
            division=divided(sources, routes, caps_of(ask.settings)),
            packages=(),
        )
        return freeze(out, sources, record, ask, watch)


def check_apart(out: Path, *sources: Path) -> None:
    """Refuse packages inside results or a plan, which are replaced whole when they are made again, and the reverse."""
    whole = out.resolve()
    for source in (one.resolve() for one in sources):
        if whole != source and (whole.is_relative_to(source) or source.is_relative_to(whole)):
            raise OutputError(
                Text(
                    f"{out} và {source} nằm trong nhau: hãy chọn thư mục gói thầu ở ngoài kết quả và phương án.",
                    f"{out} and {source} lie one in the other: choose a folder outside results and plan.",
                )
            )


def divided(sources: Sources, routes: Sequence[str], caps: Caps) -> Division:
    """Divide what may enter of a study into lots."""
    units, left_out = units_in(sources.gaps, sources.plan_gaps, sources.plan_sites, sources.served, routes)
    return divide(units, contacts_of(units, sources.communes), caps, left_out=left_out)


def units_in(
    gaps: pd.DataFrame, plan_gaps: pd.DataFrame, plan_sites: pd.DataFrame, served: pd.DataFrame, routes: Sequence[str]
) -> tuple[tuple[Unit, ...], tuple[LeftOut, ...]]:
    """Return the units of the gaps that may enter a lot, and all other gaps with their reasons.

    Parameters
    ----------
    gaps
        The gap table of a study's results.
    plan_gaps, plan_sites, served
        The tables of a plan of the study.
    routes
        The routes of which packages are made.
    """
    eligible = eligible_gaps(gaps, routes=routes)
    reasons = {
        str(row["gap_id"]): Text(row["left_because_vi"], row["left_because_en"])
        for row in plan_gaps.to_dict("records")
        if row["left_because_vi"]
    }
    units = units_of(eligible.gaps, plan_sites, served, reasons=reasons)
    return units.units, (*eligible.left_out, *units.left_out)
