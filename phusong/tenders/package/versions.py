"""The versions of a package: a folder each, ``v1``, ``v2`` …, never written over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from phusong.data.store import OutputError, whole_folder
from phusong.errors import MissingFileError
from phusong.tenders.package.canonical import digest_of, read_package, write_package
from phusong.tenders.package.difference import changes_between
from phusong.tenders.package.values import Package
from phusong.words import Text

PACKAGE_FILE = "package.json"
MAPS = "maps"

_NO_DAY = date.min


def versions(folder: Path) -> tuple[int, ...]:
    """Return the versions in a package's folder, oldest first."""
    found = (re.fullmatch(r"v([1-9]\d*)", path.name) for path in folder.iterdir()) if folder.is_dir() else ()
    whole = (int(match[1]) for match in found if match and (folder / match[0] / PACKAGE_FILE).is_file())
    return tuple(sorted(whole))


def version_folder(folder: Path, version: int) -> Path:
    """Return the folder of one version."""
    return folder / f"v{version}"


def read_version(folder: Path, version: int | None = None) -> Package:
    """Read one version of a package, the latest where none is named.

    Raises
    ------
    MissingFileError
        There is no such version, or none at all.
    UnreadableFileError
        The file was altered after it was frozen.
    """
    known = versions(folder)
    if not known:
        raise MissingFileError(Text(f"Không có bản chốt gói thầu nào ở {folder}.", f"No frozen package in {folder}."))
    wanted = known[-1] if version is None else version
    if wanted not in known:
        listed = ", ".join(map(str, known))
        raise MissingFileError(
            Text(
                f"Gói {folder.name} không có bản {wanted}; có các bản {listed}.",
                f"Package {folder.name} has no version {wanted}; there are {listed}.",
            )
        )
    return read_package(version_folder(folder, wanted) / PACKAGE_FILE)


def same_content(one: Package, other: Package) -> bool:
    """Say whether two packages differ in nothing but when, why and after what they were frozen."""
    return _content(one) == _content(other)


def _content(package: Package) -> Package:
    return replace(
        package,
        version=0,
        previous_digest="",
        because="",
        frozen_on=_NO_DAY,
        changes=(),
        provenance=replace(package.provenance, created_on=_NO_DAY),
    )


def next_version(before: Package | None, package: Package, because: str) -> Package:
    """Return a package as the version that follows another: its number, its changes, what it follows and why."""
    if before is None:
        return replace(package, version=1, previous_digest="", because=because, changes=())
    return replace(
        package,
        version=before.version + 1,
        previous_digest=digest_of(before),
        because=because,
        changes=changes_between(before, package),
    )


@contextmanager
def new_version(folder: Path, package: Package) -> Iterator[Path]:
    """Give the folder of a new version to put further files in; it stands, with its package, when all went well.

    Raises
    ------
    OutputError
        The version is there already.
    """
    path = version_folder(folder, package.version)
    if path.exists():
        raise OutputError(
            Text(
                f"Gói {folder.name} đã có bản {package.version}: bản đã chốt không được ghi đè.",
                f"Package {folder.name} has version {package.version}: what is frozen is never written over.",
            )
        )
    with whole_folder(path) as made:
        yield made
        write_package(made / PACKAGE_FILE, package)
