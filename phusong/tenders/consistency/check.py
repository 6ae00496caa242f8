"""Reads the finished files of a set back and compares every total, code and coordinate with the package."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pypdf.errors
import shapely.errors
from lxml import etree
from pyogrio.errors import DataLayerError, DataSourceError

from phusong.tenders.consistency.content import Content, Disagreement
from phusong.tenders.consistency.facts import Known
from phusong.tenders.consistency.phrases import Tokens, check_lines
from phusong.tenders.consistency.read_maps import read_geopackage, read_kml, read_text_table
from phusong.tenders.consistency.read_pdf import read_pdf
from phusong.tenders.consistency.read_sheets import read_workbook
from phusong.tenders.consistency.read_word import read_document
from phusong.tenders.consistency.required import REQUIRED, check_required
from phusong.tenders.consistency.rows import check_once, check_rows
from phusong.tenders.consistency.stretches import check_sums, group_of, stretches
from phusong.tenders.consistency.wording import check_sentences
from phusong.tenders.package.values import Package
from phusong.tenders.papers.writer import own_template
from phusong.tenders.parts import Part, Suffix, parts_of
from phusong.tenders.templates.builder import template_path
from phusong.tenders.templates.papers import PAPER_OF
from phusong.words import Language, Text

READERS: Mapping[Suffix, Callable[[Path, Language], Content]] = MappingProxyType(
    {
        "docx": read_document,
        "xlsx": read_workbook,
        "pdf": read_pdf,
        "gpkg": read_geopackage,
        "kml": read_kml,
        "csv": read_text_table,
    }
)
DAMAGED = (
    *(OSError, ValueError, KeyError, IndexError, UnicodeError, zipfile.BadZipFile, etree.LxmlError),
    *(pypdf.errors.PyPdfError, DataSourceError, DataLayerError, shapely.errors.ShapelyError),
)
"""What reading a file may raise that is none of its kind, or was cut short."""


def check_set(
    folder: Path,
    package: Package,
    language: Language,
    *,
    keys: Collection[str] | None = None,
    templates: Path | None = None,
) -> tuple[Disagreement, ...]:
    """Return everything in which the finished files of a set disagree with the package; nothing where all agree.

    Parameters
    ----------
    folder
        The folder of the set.
    package
        The package it was made from: what is expected is derived from it, not from how files are written.
    language
        Of the set.
    keys
        Keys of the parts the set must hold; None for all parts of its way of award.
    templates
        The folder of the department's own Word templates, where the set was made with them.
    """
    known = Known(package)
    tokens = Tokens(known, language)
    parts = [part for part in parts_of(package.award) if keys is None or part.key in keys]
    found = [one for part in parts for one in check_part(folder, part, known, tokens, templates)]
    return tuple(dict.fromkeys(found))


def check_part(
    folder: Path, part: Part, known: Known, tokens: Tokens, templates: Path | None = None
) -> Iterator[Disagreement]:
    """Give what in one file disagrees."""
    path = folder / part.file_name(tokens.language)
    if not path.is_file():
        yield _file(path, Text("có trong bộ", "in the set"), Text("không có", "missing"))
        return
    try:
        content = READERS[part.suffix](path, tokens.language)
    except DAMAGED as error:
        said = f"{type(error).__name__}: {error}"
        yield _file(path, Text("đọc được", "readable"), Text(f"hỏng ({said})", f"damaged ({said})"))
        return
    yield from content.problems
    if part.suffix == "pdf":
        content = stretches(content, known, tokens.language)
        yield from check_sums(content, known, tokens.language)
        yield from check_lines(content, tokens, group_of)
        yield from check_required(content, REQUIRED.get(part.key, ()), known, tokens.language)
        return
    content = replace(content, tables=tuple(table.without_names(known.numbered_names) for table in content.tables))
    needs = REQUIRED.get(part.key, ())
    yield from check_rows(content, known)
    yield from check_once(content, known, [need.kind for need in needs if need.once and need.kind != "package"])
    yield from check_required(content, needs, known, tokens.language)
    yield from check_lines(content, tokens)
    if part.suffix == "docx" and part.key in PAPER_OF:
        yield from check_sentences(content, template_content(part, tokens.language, templates), known, tokens.language)


def template_content(part: Part, language: Language, templates: Path | None) -> Content:
    """Return what the template of a paper says, the department's own where it has one."""
    path = own_template(part.key, templates, language) or template_path(part.key, language)
    return read_document(path, language)


def _file(path: Path, expected: Text, found: Text) -> Disagreement:
    return Disagreement(file=path.name, where=Text("", ""), what=Text("tệp", "file"), expected=expected, found=found)
