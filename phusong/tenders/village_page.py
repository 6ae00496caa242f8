"""The village sheet as one HTML page: it opens offline, prints on a page of A4, runs no script and fetches nothing."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2

from phusong.maps.colours import VILLAGE_CLASSES, operator_style
from phusong.maps.svg import mark_svg
from phusong.tenders.templates.village_wording import COLUMNS, HEADINGS, HOUSEHOLDS
from phusong.tenders.village_document import NO_PICTURES, SheetPictures, map_shows
from phusong.tenders.village_sheet import VillageSheet
from phusong.tenders.village_words import sheet_context
from phusong.words import Language


def write_page(
    path: Path, sheet: VillageSheet, *, language: Language = "vi", pictures: SheetPictures = NO_PICTURES
) -> None:
    """Write the sheet as HTML; the same sheet and pictures give the same bytes."""
    style = _text("village_sheet.css")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    html = environment.from_string(_text("village_sheet.html")).render(
        **_context(sheet, language),
        language=language,
        style=style,
        style_digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        map_data=_data(pictures.map_png),
        map_shows=map_shows(sheet, language),
        profile_data=_data(pictures.profile_png),
        profile_shows=pictures.profile_caption.to(language),
    )
    path.write_text(html, encoding="utf-8", newline="\n")


def _context(sheet: VillageSheet, language: Language) -> dict[str, Any]:
    """Return the fields of the sheet with the marks of the colour table beside class and operators."""
    context = sheet_context(sheet, language)
    style = VILLAGE_CLASSES.get(context["village_class"])
    stations = [{**row, "mark": mark_svg(operator_style(row["operator_key"]).mark, size_px=14)}
                for row in context["stations"]]  # fmt: skip
    return {
        **context,
        "stations": stations,
        "mark": mark_svg(style.mark, size_px=24) if style else "",
        "words": {key: text.to(language) for key, text in HEADINGS.items()} | {"count": HOUSEHOLDS.to(language)},
        "columns": {key: text.to(language) for key, text in COLUMNS.items()},
    }


def _text(name: str) -> str:
    return (resources.files("phusong.tenders.templates") / name).read_text(encoding="utf-8")


def _data(png: bytes | None) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}" if png else ""
