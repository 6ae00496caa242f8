"""Document sets of the packages in a folder: one after the other, each whole or not at all, picked up again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from phusong.errors import MissingFileError, UnknownNameError
from phusong.study.progress import Progress, Silent
from phusong.tenders.documents import MadeSet, Rechecked, make_set, recheck_with_notes
from phusong.tenders.package.versions import version_folder, versions
from phusong.words import Language, Text


def package_folders(folder: Path, codes: Sequence[str] = ()) -> tuple[Path, ...]:
    """Return the folders of packages: those of some codes, or all in a folder by code.

    Raises
    ------
    MissingFileError
        There is no package in the folder.
    UnknownNameError
        A code is none of them; the known ones are told.
    """
    children = sorted(folder.iterdir()) if folder.is_dir() else []
    known = {child.name: child for child in children if versions(child)}
    if not known:
        raise MissingFileError(Text(f"Không có gói thầu nào ở {folder}.", f"There is no package in {folder}."))
    strange = [code for code in codes if code not in known]
    if strange:
        given, allowed = ", ".join(strange), ", ".join(known)
        raise UnknownNameError(
            Text(f"Không có gói {given}; có: {allowed}.", f"No package {given}; there are {allowed}.")
        )
    return tuple(known[code] for code in codes or known)


def latest(package: Path) -> Path:
    """Return the folder of a package's latest version."""
    return version_folder(package, versions(package)[-1])


def make_sets(
    folder: Path,
    codes: Sequence[str] = (),
    *,
    language: Language = "vi",
    templates: Path | None = None,
    pdf: bool = True,
    progress: Progress | None = None,
) -> tuple[MadeSet, ...]:
    """Make the document sets of the latest versions; one that is there already is left as it is.

    Raises
    ------
    PhuSongError
        As :func:`package_folders` and :func:`phusong.tenders.documents.make_set`; sets made before stay.
    """
    shown = progress or Silent()
    packages = package_folders(folder, codes)
    made = []
    for number, package in enumerate(packages, start=1):

        def told(title: Text, share: float, code: str = package.name, number: int = number) -> None:
            shown.step(Text(f"{code}: {title.vi}", f"{code}: {title.en}"), number, len(packages))
            shown.share(share)

        made.append(make_set(latest(package), language=language, templates=templates, pdf=pdf, told=told))
    return tuple(made)


def recheck_sets(
    folder: Path,
    codes: Sequence[str] = (),
    *,
    language: Language = "vi",
    templates: Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Rechecked]:
    """Read finished sets back and compare them with their packages; by package code, what disagrees."""
    shown = progress or Silent()
    packages = package_folders(folder, codes)
    found = {}
    for number, package in enumerate(packages, start=1):

        def told(title: Text, share: float, code: str = package.name, number: int = number) -> None:
            text = Text(f"{code}: đối chiếu {title.vi}", f"{code}: compare {title.en}")
            shown.step(text, number, len(packages))
            shown.share(share)

        shown.step(Text(f"{package.name}: đối chiếu", f"{package.name}: compare"), number, len(packages))
        found[package.name] = recheck_with_notes(latest(package), language, templates=templates, told=told)
    return found
