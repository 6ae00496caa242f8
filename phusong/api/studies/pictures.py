"""Pictures of the pages of a set's PDF files: drawn once, kept beside the set, never part of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from phusong.api.problems import NotFoundError
from phusong.data.store import whole_file

Size = Literal["cover", "page"]
WIDTHS: Mapping[Size, int] = {"cover": 360, "page": 1240}
"""How wide a picture is: that on the shelf, and that to read, on a screen with two pixels a point."""
FOLDER = "trang"
MOST_PAGES = 2000
_ONE_AT_A_TIME = threading.Lock()
"""PDFium keeps its state in the process: two threads in it at once end the process."""


def page_count(pdf: Path) -> int | None:
    """Return how many pages a file has; None where it cannot be read as a PDF."""
    import pypdfium2

    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError:
            return None
        try:
            return len(document)
        finally:
            document.close()


def picture_of(folder: Path, kept: Mapping[str, Any], page: int, size: Size) -> Path:
    """Return the picture of a page of a PDF of a set, drawn now where nobody has asked for it before.

    Parameters
    ----------
    folder
        Of the set.
    kept
        The file as the set lists it: ``name``, ``sha256``.
    page
        From 1.

    Raises
    ------
    NotFoundError
        It is no PDF, or has no such page.
    """
    pdf = folder / kept["name"]
    if pdf.suffix != ".pdf" or not pdf.is_file() or not 1 <= page <= MOST_PAGES:
        raise NotFoundError
    picture = folder / FOLDER / f"{kept['sha256'][:32]}-{page}-{size}.png"
    if not picture.is_file():
        _draw(pdf, page, WIDTHS[size], picture)
    return picture


def _draw(pdf: Path, page: int, width: int, out: Path) -> None:
    import pypdfium2

    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError:
            raise NotFoundError from None
        try:
            if page > len(document):
                raise NotFoundError
            sheet = document[page - 1]
            image = sheet.render(scale=width / sheet.get_width()).to_pil()
        finally:
            document.close()
    out.parent.mkdir(exist_ok=True)
    with whole_file(out) as partial:
        image.quantize(64).save(partial, "PNG", optimize=True)


def draw_covers(folder: Path, files: list[dict[str, Any]]) -> None:
    """Draw the first page of every PDF of a set and write how many pages each has into its entry."""
    for kept in files:
        if not kept["name"].endswith(".pdf"):
            continue
        pages = page_count(folder / kept["name"])
        if pages:
            kept["pages"] = pages
            picture_of(folder, kept, 1, "cover")
