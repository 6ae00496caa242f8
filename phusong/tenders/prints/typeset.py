"""PDF from a layout of ours and data: no data ever becomes markup, and the same data give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib import resources
from typing import Any

import typst


def typeset(layout: str, data: Mapping[str, Any], *, dated: date, files: Mapping[str, bytes] | None = None) -> bytes:
    """Typeset a layout of this package with data.

    Parameters
    ----------
    layout
        The name of a ``.typ`` file beside this module; it reads ``data.json``.
    data
        What it shows, as JSON knows it. Words are set as they are, whatever signs they hold.
    dated
        The day the PDF says it was made.
    files
        Drawings the layout may place, by name: SVG, for typst takes text files only.
    """
    room = resources.files("phusong.tenders.prints")
    sources = {path.name: path.read_bytes() for path in room.iterdir() if path.name.endswith(".typ")}
    project: Any = {  # typst takes the files of a project as a dictionary; its type hints do not say so
        "main.typ": f'#import "{layout}": show-it\n#show-it(json("data.json"))\n'.encode(),
        "data.json": json.dumps(data, ensure_ascii=False).encode("utf-8"),
        **sources,
        **(files or {}),
    }
    with resources.as_file(resources.files("phusong.maps") / "vendor") as fonts:
        made: bytes = typst.compile(
            project,
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            timestamp=int(datetime(dated.year, dated.month, dated.day, tzinfo=UTC).timestamp()),
        )
    return made
