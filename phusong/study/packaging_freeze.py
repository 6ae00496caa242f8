"""Lots frozen: each one as a package with its map data, a new version where something changed, the rest as it was."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
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
    Record,
    is_packages,
    path_from,
    write_record,
)
from phusong.study.packaging_rows import areas_of, costs_of, served_by, sites_of, villages_of
from phusong.study.packaging_sources import Sources
from phusong.study.progress import Stopwatch
from phusong.tenders.acceptance.points import test_points
from phusong.tenders.division.bidders import plausible_bidders
from phusong.tenders.division.eligible import missing_of
from phusong.tenders.division.values import Division, Lot
from phusong.tenders.division.warnings import OF_TENDERS, warnings_of
from phusong.tenders.package.canonical import digest_of
from phusong.tenders.package.settings import read_investor, read_settings
from phusong.tenders.package.values import Award, Bidder, Filled, Notice, Package, Setting
from phusong.tenders.package.versions import MAPS, new_version, next_version, read_version, same_content, versions
from phusong.words import Language, Text

LOTS_FILE = "lots.xlsx"
LISTED = "listed"
"""The status of stations that stand, in the results of a study; those only planned are no bidder's yet."""


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
class Ask:
    """How packages are frozen."""

    award: Award
    settings: tuple[Setting, ...]
    investor: tuple[Filled, ...]
    approver: str
    because: str
    frozen_on: date
    language: Language

    @classmethod
    def as_before(
        cls, out: Path, record: Record, *, approver: str, because: str, frozen_on: date, language: Language
    ) -> Ask:
        """Return how packages of a folder are frozen again: its own award and settings; "" is its own approver."""
        return cls(
            award=record.award,
            settings=read_settings(path_from(out, record.paths.settings)),
            investor=read_investor(path_from(out, record.paths.investor)),
            approver=approver or record.approver,
            because=because,
            frozen_on=frozen_on,
            language=language,
        )

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


def freeze(
    out: Path,
    sources: Sources,
    record: Record,
    ask: Ask,
    watch: Stopwatch,
    *,
    untouched: Collection[str] = (),
) -> MadePackages:
    """Freeze every lot of a division: new versions where something changed, the rest as it was.

    ``untouched`` are lots that stay as they were frozen, though others beside them change how even all of them are.
    """
    made: list[str] = []
    packages: list[Package] = []
    missing = missing_of(sources.gaps)
    watch.next()
    with whole_folder(out, is_ours=is_packages) as folder:
        _keep_earlier(out, folder)
        for done, lot in enumerate(record.division.lots, start=1):
            if lot.lot_code in untouched:
                package, is_new = read_version(folder / lot.lot_code), False
            else:
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
    folder: Path, lot: Lot, sources: Sources, record: Record, ask: Ask, missing: Sequence[Notice]
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


def package_of(lot: Lot, sources: Sources, record: Record, ask: Ask, missing: Sequence[Notice]) -> Package:
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
    standing = sources.stations[sources.stations["status"] == LISTED].drop(columns="status")
    bidders = plausible_bidders(units, standing, within_km=ask.value("lot_bidder_within_km"))
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
        bidders=bidders,
        warnings=_warnings(lot, sources, record, ask, bidders),
        missing=tuple(one for one in missing if one.code in set(gap_ids)),
        settings=ask.settings,
        investor=ask.investor,
        balance=division.balance_of(lot),
        changes=(),
        map_files=(),
        provenance=sources.rests_on,
    )


def _warnings(lot: Lot, sources: Sources, record: Record, ask: Ask, bidders: Sequence[Bidder]) -> tuple[Notice, ...]:
    """Return what a person must look at in a lot; sites are called as documents call them."""
    land = dict(zip(sources.plan_sites["option_id"], sources.plan_sites["constraints"], strict=True))
    found = warnings_of(lot, record.division, ask.settings, bidders=bidders, constraints=land)
    if ask.award != "tender":
        found = tuple(notice for notice in found if notice.key not in OF_TENDERS)
    return tuple(_renamed(notice, record) for notice in found)


def _renamed(notice: Notice, record: Record) -> Notice:
    code = record.site_ids.get(notice.code, notice.code)
    return replace(notice, code=code, text=site_words(notice.text, record))


def site_words(text: Text, record: Record) -> Text:
    """Write sites by the ids of documents."""
    for option, site_id in record.site_ids.items():
        text = Text(text.vi.replace(option, site_id), text.en.replace(option, site_id))
    return text


def _province(sources: Sources, gap_ids: Sequence[str]) -> str:
    """Return the province's name as the gap table has it, else as the study says."""
    table = sources.gaps[sources.gaps["gap_id"].isin(set(gap_ids))]
    names = [name for name in table["province_name"] if isinstance(name, str) and name]
    return names[0] if names else sources.study.province
