"""Reads the text of a finished PDF, page by page, in the order in which it was set."""

from __future__ import annotations

import re
from pathlib import Path

import pypdf
from pypdf.generic import DecodedStreamObject, NameObject

from phusong.tenders.consistency.content import Content, Disagreement, Line
from phusong.words import Language, Text

_BROKEN = re.compile(r"(?<=[\w.])-\s*\n\s*(?=\w)|(?<=\w)\n-(?=\w)")
_DRAWN = re.compile(rb"(?<=\s)(?:(?:[-+]?[\d.]+\s+){2}[ml]\s+|(?:[-+]?[\d.]+\s+){6}c\s+)+")
"""The paths of a page's content: points, lines and curves."""
_GLUED = re.compile(r"(?<=\d)(?=(?:LS|TC|DK)-\d)")
"""Between two codes that stand side by side on a map and come out as one word."""


def read_pdf(path: Path, language: Language) -> Content:
    """Return the pages, each as one stretch of text with its line ends; a code broken at a hyphen is joined."""
    del language
    reader = pypdf.PdfReader(path)
    pages = [_GLUED.sub(" ", _BROKEN.sub("-", _text(page))) for page in reader.pages]
    lines = tuple(Line(text, _page(number)) for number, text in enumerate(pages, start=1))
    empty = [
        _empty(path.name, number)
        for number, (text, page) in enumerate(zip(pages, reader.pages, strict=True), start=1)
        if not text.strip() and "/XObject" not in page.get("/Resources", {})
    ]
    return Content(path.name, (), lines, tuple(empty))


def _text(page: pypdf.PageObject) -> str:
    """Return the text of a page; lines and fills of its maps, which only cost time, are left out first."""
    contents = page.get_contents()
    if contents is not None:
        words = DecodedStreamObject()
        words.set_data(_DRAWN.sub(b"", contents.get_data()))
        page[NameObject("/Contents")] = words
    return page.extract_text()


def _page(number: int) -> Text:
    return Text(f"trang {number}", f"page {number}")


def _empty(file: str, number: int) -> Disagreement:
    return Disagreement(
        file=file,
        where=_page(number),
        what=Text("trang trống", "empty page"),
        expected=Text("có nội dung", "content"),
        found=Text("không có gì", "nothing"),
    )
