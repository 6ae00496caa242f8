"""Document sets of the packages in a folder: one after the other, each whole or not at all, picked up again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from phusong.data.locks import only_writer
from phusong.data.store import restore, sweep
from phusong.errors import BadInputError, MissingFileError, Problem, UnknownNameError
from phusong.study.progress import Progress, Silent
from phusong.tenders.documents import SET_FOLDERS, MadeSet, Rechecked, make_set, recheck_with_notes
from phusong.tenders.package.versions import version_folder, versions
from phusong.tenders.papers.department import check_templates
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
    restore(folder)
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
    _check_templates(templates)
    package_folders(folder, codes)
    made = []
    with only_writer(folder):
        packages = package_folders(folder, codes)
        for number, package in enumerate(packages, start=1):

            def told(title: Text, share: float, code: str = package.name, number: int = number) -> None:
                shown.step(Text(f"{code}: {title.vi}", f"{code}: {title.en}"), number, len(packages))
                shown.share(share)

            sweep(latest(package) / SET_FOLDERS[language])
            made.append(make_set(latest(package), language=language, templates=templates, pdf=pdf, told=told))
    return tuple(made)


def _check_templates(folder: Path | None) -> None:
    """Refuse a folder of templates that is not there, or has one in it that cannot be used: all of them at once."""
    if folder is None:
        return
    if not folder.is_dir():
        raise MissingFileError(
            Text(f"Không có thư mục mẫu Word {folder}.", f"There is no folder {folder} of Word templates.")
        )
    problems = [Problem(level="error", file=one.file_name, text=one.text) for one in check_templates(folder)]
    if problems:
        raise BadInputError(tuple(problems))


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
