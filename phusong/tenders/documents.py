"""The document set of a frozen package: every part written, read back and compared, with its manifest and one .zip.

A set appears whole or not at all, and only when its files agree with the package and with each other.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import phusong
from phusong.data.archive import write_zip
from phusong.data.digests import sha256_by_name, sha256_of
from phusong.data.store import whole_file, whole_folder
from phusong.errors import BadInputError, MissingFileError, PhuSongError, Problem, UnreadableFileError
from phusong.tenders.consistency import (
    MANIFEST,
    Disagreement,
    check_manifest,
    check_set,
    compare_afresh,
    is_lock_file,
    write_manifest,
)
from phusong.tenders.office import convert_to_pdf, find_office
from phusong.tenders.package.canonical import digest_of, read_package
from phusong.tenders.package.values import Package
from phusong.tenders.package.versions import MAPS, PACKAGE_FILE
from phusong.tenders.papers.fonts import ask_for_embedded
from phusong.tenders.parts import Making, Part, Writer, parts_of
from phusong.words import LANGUAGES, Language, Text

SET_FOLDERS: Mapping[Language, str] = {"vi": "ho-so", "en": "documents"}
"""Where the set of a language is, in the folder of its version."""

EDITED = "da-sua"
"""Ends the name of a set that somebody edited, which is kept when it is made again."""

PDF_FOLDER = "pdf"

Told = Callable[[Text, float], None]
"""Told what is being written, and the share that is done."""

NO_OFFICE = Text(
    "Máy này chưa cài LibreOffice: các tệp Word không có bản PDF đi kèm.",
    "LibreOffice is not installed on this machine: Word files come without their PDF.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeSet:
    """A finished set: its folder, its .zip, how many files it has, and what the user should know.

    ``fresh`` is False where the set was there already, made of the same package, templates and software.
    """

    folder: Path
    archive: Path
    files: int
    notes: tuple[Text, ...]
    fresh: bool


def all_writers() -> Mapping[str, Writer]:
    """Return what writes each part, by its key."""
    from phusong.tenders import atlas, clauses, digital, papers, prints, sheets
    from phusong.tenders.acceptance import writers as acceptance

    rooms = (papers, clauses, sheets, prints, atlas, acceptance, digital)
    return {key: writer for room in rooms for key, writer in room.WRITERS.items()}


def make_set(
    version: Path,
    *,
    language: Language = "vi",
    templates: Path | None = None,
    pdf: bool = True,
    told: Told | None = None,
) -> MadeSet:
    """Make the document set of one version of a package, unless it is there already.

    Parameters
    ----------
    version
        The folder of the version: the frozen package and its map data.
    templates
        A department's own Word templates; ours where it has none.
    pdf
        Also convert the Word files, where LibreOffice is installed.
    told
        Told of every part before it is written.

    Raises
    ------
    BadInputError
        If the finished files disagree with the package: every disagreement, each with its file and place.
    MissingFileError, UnreadableFileError
        If the package or its map data are not there or were altered, or a template cannot be used.
    """
    package = read_package(version / PACKAGE_FILE)
    maps = version / MAPS
    check_map_files(package, maps)
    out = version / SET_FOLDERS[language]
    archive = version / f"{package.package_code}-v{package.version}-{out.name}.zip"
    office = find_office() if pdf else None
    notes: tuple[Text, ...] = () if office or not pdf else (NO_OFFICE,)
    made_of = _made_of(package, language, templates, with_pdf=office is not None)
    if _is_there(out, archive, made_of):
        return MadeSet(folder=out, archive=archive, files=len(_files(out)), notes=notes, fresh=False)
    notes += _keep_edited(out)
    with whole_folder(out, is_ours=_is_set) as folder:
        _write_parts(folder, package, Making(language=language, maps=maps, templates=templates), told)
        refuse(check_set(folder, package, language, templates=templates), package.package_code)
        if office is not None:
            (told or _silent)(Text("Chuyển Word sang PDF", "Word to PDF"), 0.9)
            _write_pdfs(office, folder)
        write_manifest(folder, package, language)
        with whole_file(archive) as partial:
            write_zip(partial, {path.relative_to(folder).as_posix(): path.read_bytes() for path in _files(folder)})
    with whole_file(_note_of(out)) as partial:
        partial.write_text(json.dumps({**made_of, "archive": sha256_of(archive)}), encoding="utf-8")
    return MadeSet(folder=out, archive=archive, files=len(_files(out)), notes=notes, fresh=True)


def check_map_files(package: Package, maps: Path) -> None:
    """Raise unless the map data are those that were frozen with the package."""
    for file in package.map_files:
        path = maps / file.name
        if not path.is_file():
            raise MissingFileError(Text(f"Thiếu dữ liệu bản đồ {path}.", f"Map data {path} are missing."))
        if sha256_of(path) != file.sha256:
            raise UnreadableFileError(
                Text(
                    f"Dữ liệu bản đồ {path} đã bị sửa sau khi chốt.",
                    f"Map data {path} were altered after the freezing.",
                )
            )


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What a finished set was compared with, and where it disagrees: ``notes`` say what could not be compared."""

    found: tuple[Disagreement, ...]
    notes: tuple[Text, ...] = ()


def recheck(
    version: Path, language: Language, *, templates: Path | None = None, told: Told | None = None
) -> tuple[Disagreement, ...]:
    """Return where a finished set disagrees with its package, its manifest and a set written anew."""
    return recheck_with_notes(version, language, templates=templates, told=told).found


def recheck_with_notes(
    version: Path, language: Language, *, templates: Path | None = None, told: Told | None = None
) -> Rechecked:
    """Read a finished set back and compare it with its package, its manifest and a set written anew.

    Parameters
    ----------
    version
        The folder of the version.
    language
        Of the set.
    templates
        The department's own, where the set was made with them.
    told
        Told of every part before it is written anew.

    Raises
    ------
    MissingFileError, UnreadableFileError
        If there is no set in the language, or the package or its map data are not there or were altered.
    """
    package = read_package(version / PACKAGE_FILE)
    folder = version / SET_FOLDERS[language]
    if not folder.is_dir():
        raise MissingFileError(Text(f"Chưa có bộ hồ sơ ở {folder}.", f"There is no document set in {folder}."))
    check_map_files(package, version / MAPS)
    found = (*check_manifest(folder), *check_set(folder, package, language, templates=templates))
    making = Making(language=language, maps=version / MAPS, templates=templates)
    note = _not_comparable(folder, templates)
    if note is None:
        try:
            with tempfile.TemporaryDirectory() as fresh:
                _write_parts(Path(fresh), package, making, told)
                found += compare_afresh(folder, Path(fresh), package, language)
        except (PhuSongError, OSError, ValueError, KeyError) as error:
            note = Text(
                f"Không lập lại được bộ hồ sơ để so từng chữ số ({error}); chỉ so với bản chốt.",
                f"The set could not be written anew to compare every digit ({error}); "
                "it was compared with the frozen package only.",
            )
    return Rechecked(tuple(dict.fromkeys(found)), () if note is None else (note,))


def _not_comparable(out: Path, templates: Path | None) -> Text | None:
    """Return why a set cannot be compared with one written anew; None where it can."""
    try:
        kept = json.loads(_note_of(out).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(kept, dict):
        return None
    if kept.get("version") != phusong.__version__:
        return Text(
            f"Bộ hồ sơ lập bằng phiên bản {kept.get('version')}, phần mềm này là {phusong.__version__}: "
            "chỉ so với bản chốt, không so từng chữ số với bộ lập lại.",
            f"The set was made by version {kept.get('version')}, this is {phusong.__version__}: "
            "it was compared with the frozen package only, not digit by digit with a set written anew.",
        )
    if kept.get("templates") != _digest_of_templates(templates):
        return Text(
            "Bộ hồ sơ lập bằng mẫu Word khác: ghi đúng thư mục mẫu (--templates) để so từng chữ số.",
            "The set was made with other Word templates: give their folder (--templates) to compare every digit.",
        )
    return None


def refuse(found: tuple[Disagreement, ...], package_code: str) -> None:
    """Raise BadInputError with every disagreement, if there is any."""
    if found:
        raise BadInputError(problems_of(found, package_code))


def problems_of(found: tuple[Disagreement, ...], package_code: str) -> tuple[Problem, ...]:
    """Return disagreements as problems of a package's files."""
    return tuple(_problem(one, package_code) for one in found)


def _problem(one: Disagreement, package_code: str) -> Problem:
    where = Text(*(f"{one.where.to(x)}: " if one.where.to(x) else "" for x in LANGUAGES))
    text = Text(
        f"{where.vi}{one.what.vi}: phải là {one.expected.vi}, trong tệp là {one.found.vi}",
        f"{where.en}{one.what.en}: must be {one.expected.en}, the file has {one.found.en}",
    )
    return Problem(level="error", file=f"{package_code}/{one.file}", text=text, code="set.disagrees")


def _write_parts(folder: Path, package: Package, making: Making, told: Told | None) -> None:
    writers, parts = all_writers(), parts_of(package.award)
    for number, part in enumerate(parts):
        (told or _silent)(_title(part), 0.85 * number / len(parts))
        writers[part.key](folder / part.file_name(making.language), package, making)
    (told or _silent)(Text("Đọc lại, đối chiếu", "Read back and compare"), 0.85)


def _write_pdfs(office: Path, folder: Path) -> None:
    """Convert the Word files from copies that ask for their own font: the PDFs look the same on every computer."""
    with tempfile.TemporaryDirectory() as copies:
        papers = sorted(folder.glob("*.docx"))
        for paper in papers:
            ask_for_embedded(paper, Path(copies) / paper.name)
        convert_to_pdf(office, sorted(Path(copies).iterdir()), folder / PDF_FOLDER)


def _title(part: Part) -> Text:
    return Text(f"{part.number} {part.title.vi}", f"{part.number} {part.title.en}")


def _silent(_title: Text, _share: float) -> None:
    """Tell nobody."""


def _made_of(package: Package, language: Language, templates: Path | None, *, with_pdf: bool) -> dict[str, object]:
    return {
        "package": digest_of(package),
        "version": phusong.__version__,
        "templates": _digest_of_templates(templates),
        "language": language,
        "pdf": with_pdf,
    }


def _digest_of_templates(templates: Path | None) -> str:
    own = sha256_by_name(templates) if templates is not None else {}
    own = {name: digest for name, digest in own.items() if not is_lock_file(name)}
    return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()


def _note_of(out: Path) -> Path:
    """Return the file that says what a set was made of; it stands beside the set, which holds documents only."""
    return out.with_name(f"{out.name}.json")


def _is_there(out: Path, archive: Path, made_of: Mapping[str, object]) -> bool:
    """Say whether a set is there that was made of the same, and whose .zip is still what it was."""
    try:
        kept = json.loads(_note_of(out).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if not isinstance(kept, dict):
        return False
    digest = kept.pop("archive", "")
    whole = _is_set(out) and kept == made_of and archive.is_file() and sha256_of(archive) == digest
    return whole and not check_manifest(out)


def _is_set(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def _keep_edited(out: Path) -> tuple[Text, ...]:
    """Put a set aside that somebody edited, and say where it is."""
    if not _is_set(out) or not check_manifest(out):
        return ()
    number = next(n for n in itertools.count(1) if not out.with_name(f"{out.name}-{EDITED}-{n}").exists())
    kept = out.rename(out.with_name(f"{out.name}-{EDITED}-{number}"))
    return (
        Text(
            f"Bộ hồ sơ cũ đã có người sửa, được giữ ở {kept}.",
            f"The earlier set had been edited; it is kept in {kept}.",
        ),
    )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not is_lock_file(path.name))
