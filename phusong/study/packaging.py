"""Packages of a study: its tender-ready gaps divided into lots, and each lot frozen with everything documents need.

A folder of packages holds ``division.json``, ``lots.xlsx`` and a folder for each package with a folder for each of its
versions. What is frozen is never written over: where a package changed, it gets a new version that says why.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from phusong.coverage.routes import ROUTES
from phusong.data.store import whole_folder
from phusong.errors import PhuSongError, UnknownNameError
from phusong.study.packaging_book import write_lots
from phusong.study.packaging_maps import write_maps
from phusong.study.packaging_record import (
    DIVISION_FILE,
    Current,
    Paths,
    Record,
    is_packages,
    numbered_sites,
    read_record,
    seen_from,
    write_record,
)
from phusong.study.packaging_rows import areas_of, costs_of, served_by, sites_of, villages_of
from phusong.study.packaging_sources import Sources, open_sources
from phusong.study.progress import Progress, Silent, Stopwatch
from phusong.tenders.acceptance.points import test_points
from phusong.tenders.division.divide import divide
from phusong.tenders.division.eligible import DEFAULT_ROUTES, eligible_gaps, missing_of
from phusong.tenders.division.neighbours import contacts_of
from phusong.tenders.division.units import units_of
from phusong.tenders.division.values import Caps, Division, Lot
from phusong.tenders.package.canonical import digest_of
from phusong.tenders.package.settings import read_investor, read_settings
from phusong.tenders.package.values import AWARDS, Award, Filled, Notice, Package, Setting
from phusong.tenders.package.versions import MAPS, new_version, next_version, read_version, same_content, versions
from phusong.words import Language, Text

LOTS_FILE = "lots.xlsx"

STEPS = (
    Text("Mở nghiên cứu, kết quả, phương án", "Open study, results and plan"),
    Text("Chia gói", "Divide into packages"),
    Text("Chốt từng gói", "Freeze each package"),
    Text("Ghi danh sách gói", "Write the list of packages"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePackages:
    """The packages of a folder as they stand, and which of them are new versions; the others did not change."""

    folder: Path
    packages: tuple[Package, ...]
    made: tuple[str, ...]
    division: Division
    missing: tuple[Notice, ...]

    @property
    def unchanged(self) -> tuple[str, ...]:
        """Return the codes of packages that are as they were."""
        return tuple(p.package_code for p in self.packages if p.package_code not in self.made)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """How packages are frozen."""

    award: Award
    settings: tuple[Setting, ...]
    investor: tuple[Filled, ...]
    approver: str
    because: str
    frozen_on: date
    language: Language

    def value(self, key: str) -> float:
        """Return an option that is a number.

        Raises
        ------
        UnknownNameError
            It is none.
        """
        setting = next(one for one in self.settings if one.key == key)
        try:
            return float(setting.value.replace(",", "."))
        except ValueError:
            raise UnknownNameError(
                Text(
                    f"{setting.title.vi} ({key}) phải là một số, nhận được “{setting.value}”.",
                    f"{setting.title.en} ({key}) must be a number, got “{setting.value}”.",
                )
            ) from None


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
    watch.next()
    earlier = read_record(out) if is_packages(out) else None
    if earlier is not None and earlier.moves and not afresh:
        raise PhuSongError(
            Text(
                f"{out} có khu vực đã chuyển gói bằng tay: thêm --afresh để chia lại từ đầu (bỏ các lần chuyển).",
                f"{out} has areas moved by hand: add --afresh to divide again (the moves are given up).",
            )
        )
    sources = open_sources(study_path, results=results, plan=plan)
    ask = _Ask(
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
        division=divided(sources, routes, ask_caps(sources, ask)),
        packages=(),
    )
    return _freeze(out, sources, record, ask, watch)


def ask_caps(sources: Sources, ask: _Ask) -> Caps:
    """Return what one package may hold: money by the options, households and sites by the study."""
    return Caps(
        max_value_vnd=round(ask.value("lot_max_value_vnd")),
        max_households=sources.study.file.max_households,
        max_sites=sources.study.file.max_sites,
        tolerance=ask.value("lot_tolerance"),
    )


def divided(sources: Sources, routes: Sequence[str], caps: Caps) -> Division:
    """Divide what may enter of a study into lots."""
    eligible = eligible_gaps(sources.gaps, routes=routes)
    reasons = {
        str(row["gap_id"]): Text(row["left_because_vi"], row["left_because_en"])
        for row in sources.plan_gaps.to_dict("records")
        if row["left_because_vi"]
    }
    units = units_of(eligible.gaps, sources.plan_sites, sources.served, reasons=reasons)
    contacts = contacts_of(units.units, sources.communes)
    return divide(units.units, contacts, caps, left_out=(*eligible.left_out, *units.left_out))


def _freeze(out: Path, sources: Sources, record: Record, ask: _Ask, watch: Stopwatch) -> MadePackages:
    """Freeze every lot of a division: new versions where something changed, the rest as it was."""
    made: list[str] = []
    packages: list[Package] = []
    missing = missing_of(sources.gaps)
    watch.next()
    with whole_folder(out, is_ours=is_packages) as folder:
        _keep_earlier(out, folder)
        for done, lot in enumerate(record.division.lots, start=1):
            package, is_new = _freeze_lot(folder, lot, sources, record, ask, missing)
            packages.append(package)
            made += [package.package_code] if is_new else []
            watch.share(done / len(record.division.lots))
        watch.next()
        write_lots(
            folder / LOTS_FILE,
            packages,
            record.division,
            sources.gaps,
            missing,
            created_on=ask.frozen_on,
            language=ask.language,
        )
        current = (Current(package_code=p.package_code, version=p.version, sha256=digest_of(p)) for p in packages)
        write_record(folder, replace(record, packages=tuple(current)))
    watch.end()
    return MadePackages(
        folder=out, packages=tuple(packages), made=tuple(made), division=record.division, missing=missing
    )


def _keep_earlier(out: Path, folder: Path) -> None:
    """Take over what the folder held: frozen versions and the documents made of them."""
    if not out.is_dir():
        return
    for path in sorted(out.iterdir()):
        if path.is_dir():
            shutil.copytree(path, folder / path.name)
        elif path.name not in (DIVISION_FILE, LOTS_FILE):
            shutil.copy2(path, folder / path.name)


def _freeze_lot(
    folder: Path, lot: Lot, sources: Sources, record: Record, ask: _Ask, missing: Sequence[Notice]
) -> tuple[Package, bool]:
    """Freeze a lot and say whether that is a new version."""
    home = folder / lot.lot_code
    staged = folder / f".{lot.lot_code}"
    package = package_of(lot, sources, record, ask, missing)
    package = replace(package, map_files=write_maps(staged, sources, package.areas, package.sites))
    before = read_version(home) if versions(home) else None
    if before is not None and same_content(before, package):
        shutil.rmtree(staged)
        return before, False
    if before is not None and not ask.because:
        raise PhuSongError(
            Text(
                f"Gói {lot.lot_code} đã khác bản {before.version}: ghi lý do bằng --because để chốt bản mới.",
                f"Package {lot.lot_code} differs from its version {before.version}: say why with --because.",
            )
        )
    package = next_version(before, package, ask.because)
    with new_version(home, package) as made:
        staged.rename(made / MAPS)
    return package, True


def package_of(lot: Lot, sources: Sources, record: Record, ask: _Ask, missing: Sequence[Notice]) -> Package:
    """Return a lot as a package, before it has a version and map data."""
    division, site_ids = record.division, record.site_ids
    units = division.units_in(lot)
    options = [option for unit in units for option in unit.site_ids]
    gap_ids = [gap for unit in units for gap in unit.gap_ids]
    in_lots = frozenset(
        site_ids[option] for one in division.lots for unit in division.units_in(one) for option in unit.site_ids
    )
    served = served_by(sources, site_ids, in_lots)
    areas = areas_of(sources, gap_ids, served, frozenset(site_ids[option] for option in options))
    villages = villages_of(sources, areas)
    sites = sites_of(sources, options, areas, served, site_ids, ask.value("site_tolerance_m"))
    return Package(
        package_code=lot.lot_code,
        version=0,
        previous_digest="",
        because="",
        province_code=lot.province_code,
        province_name=_province(sources, gap_ids),
        frozen_on=ask.frozen_on,
        approver=ask.approver,
        award=ask.award,
        route=lot.route,
        route_title=ROUTES[lot.route],
        areas=areas,
        villages=villages,
        sites=sites,
        costs=costs_of(sources, sites),
        cost_years=sources.cost_years,
        test_points=test_points(areas, villages, sources.roads, ask.settings),
        bidders=(),
        warnings=(),
        missing=tuple(one for one in missing if one.code in set(gap_ids)),
        settings=ask.settings,
        investor=ask.investor,
        balance=division.balance_of(lot),
        changes=(),
        map_files=(),
        provenance=sources.rests_on,
    )


def _province(sources: Sources, gap_ids: Sequence[str]) -> str:
    """Return the province's name as the gap table has it, else as the study says."""
    table = sources.gaps[sources.gaps["gap_id"].isin(set(gap_ids))]
    names = [name for name in table["province_name"] if isinstance(name, str) and name]
    return names[0] if names else sources.study.province
