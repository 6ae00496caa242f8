"""A department's own Word templates: copies of ours to edit, and what is wrong with those it edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from phusong.errors import UnreadableFileError
from phusong.tenders.papers.context import COMMON_FIELDS
from phusong.tenders.papers.writer import check_template
from phusong.tenders.parts import PARTS, part
from phusong.tenders.template_safety import check_file
from phusong.tenders.templates.builder import template_path
from phusong.tenders.templates.papers import ALL_PAPERS
from phusong.tenders.word import WordTemplate, fields_of
from phusong.words import LANGUAGES, Language, Text

_OPEN_IN_WORD = "~$"
"""Word keeps such a file beside each one it has open."""


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """What is wrong with one file of the folder."""

    file_name: str
    text: Text


def export_templates(folder: Path, language: Language) -> list[Path]:
    """Copy our templates into a folder under the names of the finished files; a file that is there is left as it is.

    Returns
    -------
    written
        The files written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for one in PARTS:
        ours, own = template_path(one.key, language), folder / one.file_name(language)
        if one.suffix == "docx" and ours.is_file() and not own.exists():
            own.write_bytes(ours.read_bytes())
            written.append(own)
    return written


def check_templates(folder: Path) -> list[TemplateProblem]:
    """Return all problems of a department's templates: damaged, unknown or missing fields, names no paper has.

    A template may use the fields of :func:`phusong.tenders.papers.context.fields_of` and those that ours for the same
    paper uses. Templates of both languages may lie in one folder.
    """
    papers = {
        part(paper.part).file_name(language): (paper.part, language) for paper in ALL_PAPERS for language in LANGUAGES
    }
    found = []
    for path in sorted(folder.glob("*.docx")):
        if not path.name.startswith(_OPEN_IN_WORD):
            problem = _problem(path, papers)
            found += [TemplateProblem(path.name, problem)] if problem is not None else []
    return found


def _problem(path: Path, papers: Mapping[str, tuple[str, Language]]) -> Text | None:
    """Return what is wrong with a template, None where nothing is."""
    if path.name not in papers:
        names = ", ".join(sorted(papers))
        return Text(
            f"Không tài liệu nào có tên {path.name}, mẫu này không được dùng; tên được dùng: {names}.",
            f"No document is called {path.name}, so this template is not used; names are {names}.",
        )
    key, language = papers[path.name]
    try:
        check_own_template(path.read_bytes(), key, language)
    except UnreadableFileError as error:
        return error.text
    return None


def check_own_template(content: bytes, part_key: str, language: Language) -> None:
    """Refuse a department's own template of a paper that could not be filled.

    Raises
    ------
    UnreadableFileError
        It is no Word file, holds what no template needs, uses a field that does not exist, or lacks one that must stay.
    """
    ours, name = template_path(part_key, language), part(part_key).file_name(language)
    check_file(content, name)
    check_template(WordTemplate(content, name), part_key, COMMON_FIELDS | fields_of(ours.read_bytes(), ours.name))
