"""``division.json``: how a folder of packages was made, so that it can be made again and changed by hand."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from phusong.data.store import restore
from phusong.errors import MissingFileError, UnreadableFileError
from phusong.study.packaging_sources import Sources
from phusong.tenders.division.values import Division
from phusong.tenders.package.canonical import plain, read_plain
from phusong.tenders.package.values import Award
from phusong.words import Text

DIVISION_FILE = "division.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Where packages were made from, seen from their folder; "" where a file was not given."""

    study: str
    results: str
    plan: str
    settings: str
    investor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteNumber:
    """The id that a site of the plan has in documents: kept as long as the folder is."""

    option_id: str
    site_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An item moved by hand, where to ("" out of all packages), and why."""

    item: str
    to: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """A package of the division as it stands: its code, its version and the digest of that."""

    package_code: str
    version: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything that ``division.json`` says."""

    award: Award
    routes: tuple[str, ...]
    approver: str
    paths: Paths
    site_numbers: tuple[SiteNumber, ...]
    moves: tuple[Moved, ...]
    division: Division
    packages: tuple[Current, ...]

    @property
    def site_ids(self) -> Mapping[str, str]:
        """Return the ids of sites by option."""
        return {one.option_id: one.site_id for one in self.site_numbers}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sealed:
    sha256: str
    record: Record


def _digest_of(record: Record) -> str:
    """Return the SHA-256 of all but the paths, which a person may set right after moving folders."""
    content = {name: value for name, value in plain(record).items() if name != "paths"}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode("ascii")).hexdigest()


def is_packages(folder: Path) -> bool:
    """Say whether a folder holds packages."""
    return (folder / DIVISION_FILE).is_file()


def read_record(folder: Path) -> Record:
    """Read how the packages of a folder were made.

    Raises
    ------
    MissingFileError, UnreadableFileError
        There are no packages in it, or the file is damaged.
    """
    restore(folder)
    if not is_packages(folder):
        raise MissingFileError(Text(f"Không có gói thầu nào ở {folder}.", f"There are no packages in {folder}."))
    sealed = cast(_Sealed, read_plain(_Sealed, folder / DIVISION_FILE))
    if sealed.sha256 != _digest_of(sealed.record):
        raise UnreadableFileError(
            Text(
                f"Tệp {folder / DIVISION_FILE} đã bị sửa; hãy lấy lại bản gốc.",
                f"File {folder / DIVISION_FILE} was altered; bring back the one that was written.",
            )
        )
    return sealed.record


def write_record(folder: Path, record: Record) -> None:
    """Write how the packages of a folder were made."""
    sealed = _Sealed(sha256=_digest_of(record), record=record)
    text = json.dumps(plain(sealed), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    (folder / DIVISION_FILE).write_bytes((text + "\n").encode("utf-8"))


def seen_from(out: Path, path: Path | None) -> str:
    """Return a path as it is seen from the folder of packages; whole where there is no way on the same disk."""
    if path is None:
        return ""
    try:
        return Path(os.path.relpath(path.resolve(), out.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def path_from(out: Path, seen: str) -> Path | None:
    """Return the path that was seen from the folder of packages."""
    return (out / seen).resolve() if seen else None


def numbered_sites(sources: Sources, earlier: tuple[SiteNumber, ...]) -> tuple[SiteNumber, ...]:
    """Number the sites of a plan in its order; those that have a number keep it, no number is given twice."""
    kept = {one.option_id: one for one in earlier}
    head = f"TC-{sources.study.file.province_code}-"
    highest = max((int(one.site_id.rpartition("-")[2]) for one in earlier), default=0)
    for option in sources.plan_sites.sort_values("order")["option_id"].astype(str):
        if option not in kept:
            highest += 1
            kept[option] = SiteNumber(option_id=option, site_id=f"{head}{highest:03d}")
    return tuple(kept.values())
