"""The files of one village: its sheet as Word and as a page, and the drafts of letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from phusong.data.inputs import read_sites
from phusong.data.names import fold
from phusong.data.profiles import read_profile
from phusong.data.routes import read_routes
from phusong.data.store import whole_files
from phusong.data.study_file import read_study_file
from phusong.errors import MissingFileError
from phusong.study.opened import WithPlan, open_results
from phusong.study.veil import is_outside
from phusong.study.village_names import find_village
from phusong.study.village_pictures import draw_pictures
from phusong.study.village_sheet import Source, gather_sheet
from phusong.tenders.village_document import SheetPictures, write_operator_letter, write_sheet, write_voters_letter
from phusong.tenders.village_page import write_page
from phusong.tenders.village_sheet import VillageSheet
from phusong.words import Language, Text

Document = Literal["sheet", "voters", "operator"]
DOCUMENTS: tuple[Document, ...] = ("sheet", "voters", "operator")

_NAMES: dict[str, Text] = {
    "sheet": Text("phieu-thon", "village-sheet"),
    "voters": Text("tra-loi-cu-tri", "answer-to-voters"),
    "operator": Text("thu", "letter"),
}


def write_village(
    study: Path,
    results: Path,
    name: str,
    out: Path,
    *,
    commune: str = "",
    plan: Path | None = None,
    documents: Sequence[Document] = ("sheet",),
    language: Language = "vi",
) -> tuple[Path, ...]:
    """Write what is asked for of one village and return the files.

    Parameters
    ----------
    study
        The study file: stations, terrain and profile are read from what it names.
    results
        The folder ``phusong run`` wrote; what it does not hold is said to be missing.
    name, commune
        The village: a code, a name, or "village, commune"; the commune where several share the name.
    plan
        The folder ``phusong plan`` wrote, where its tables are not among the results.
    out
        Folder to write into; files of the same name are replaced, others left alone.
    documents
        ``sheet`` (Word and HTML), ``voters``, ``operator`` (one letter an operator).

    Raises
    ------
    PhuSongError
        No results, no such village, several of that name, a folder that cannot be written.
    """
    source = read_source(study, results, plan)
    villages = source.results.table("villages")
    village = villages.to_dict("records")[find_village(villages, name, commune=commune)]
    sheet = gather_sheet(source, village)
    pictures = draw_pictures(source, village, sheet, language) if "sheet" in documents else SheetPictures()
    with whole_files(out) as folder:
        written = [path.name for path in _write(folder, sheet, pictures, documents, language)]
    return tuple(out / name for name in written)


def read_source(study: Path, results: Path, plan: Path | None = None) -> Source:
    """Open what sheets are gathered from; the same source serves many villages.

    Raises
    ------
    MissingFileError
        No results, results without villages, or no folder of the plan.
    """
    file = read_study_file(study)
    opened = open_results(results)
    if plan is not None:
        if not plan.is_dir():
            raise MissingFileError(Text(f"Không có thư mục kế hoạch {plan}", f"No folder of a plan {plan}"))
        opened = WithPlan(folder=opened.folder, manifest=opened.manifest, plan=plan)
    if not opened.has("villages"):
        raise MissingFileError(
            Text(f"Kết quả ở {results} không có bảng thôn", f"The results in {results} have no villages")
        )
    return Source(
        results=opened,
        file=file,
        profile=read_profile(file.profile, folder=file.path.parent),
        sites=tuple(site for site in read_sites(file) if not is_outside(site.site_id)),
        routes=read_routes(file.further.get("routes")),
    )


def _write(
    folder: Path, sheet: VillageSheet, pictures: SheetPictures, documents: Sequence[Document], language: Language
) -> Iterator[Path]:
    slug = file_slug(sheet)
    if "sheet" in documents:
        path = folder / f"{_NAMES['sheet'].to(language)}-{slug}.docx"
        write_sheet(path, sheet, language=language, pictures=pictures)
        yield path
        path = path.with_suffix(".html")
        write_page(path, sheet, language=language, pictures=pictures)
        yield path
    if "voters" in documents:
        path = folder / f"{_NAMES['voters'].to(language)}-{slug}.docx"
        write_voters_letter(path, sheet, language=language)
        yield path
    for request in sheet.requests if "operator" in documents else ():
        path = folder / f"{_NAMES['operator'].to(language)}-{_plain(request.operator)}-{slug}.docx"
        write_operator_letter(path, sheet, request, language=language)
        yield path


def file_slug(sheet: VillageSheet) -> str:
    """Return what tells the village's files from others': its name and code, without a code its commune's."""
    return "-".join(filter(None, (_plain(sheet.village_name), _plain(sheet.village_code or sheet.commune_code))))


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:60]
