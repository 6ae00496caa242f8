"""The village sheet and the letters drafted from it as Word files, filled from the sheet and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from phusong.errors import MissingFileError
from phusong.tenders.templates.village_wording import FILE_NAMES, Kind
from phusong.tenders.village_letters import operator_context, voters_context
from phusong.tenders.village_sheet import NOTHING, Request, VillageSheet
from phusong.tenders.village_words import sheet_context
from phusong.tenders.word import Picture, WordTemplate, fill_template
from phusong.words import Language, Text

MAP_CM, PROFILE_CM = (6.2, 6.2), (16.6, 4.1)
"""Greatest width and height of the two pictures."""

MUST_STAY: Mapping[Kind, frozenset[str]] = {
    "sheet": frozenset({"banner", "village_name", "services", "households", "not_measured", "tasks", "rests_on"}),
    "voters": frozenset({"banner", "village_name", "state"}),
    "operator": frozenset({"banner", "village_name", "items"}),
}
"""Fields no template may drop: what is claimed, on what it rests, and that data are simulated where they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPictures:
    """The pictures as PNG, None where there is none, and what the profile shows."""

    map_png: bytes | None = None
    profile_png: bytes | None = None
    profile_caption: Text = NOTHING


NO_PICTURES = SheetPictures()


def write_sheet(
    path: Path,
    sheet: VillageSheet,
    *,
    language: Language = "vi",
    pictures: SheetPictures = NO_PICTURES,
    template: Path | None = None,
) -> None:
    """Write the village sheet as a Word file; the same sheet, pictures and template give the same bytes.

    Raises
    ------
    MissingFileError
        If the named template is not there.
    UnreadableFileError
        If it is damaged, uses a field that does not exist, or lacks one of ``MUST_STAY``.
    """
    context = sheet_context(sheet, language)
    shows = map_shows(sheet, language)
    placed = {
        "map_picture": Picture(pictures.map_png, *MAP_CM, shows) if pictures.map_png else None,
        "profile_picture": (
            Picture(pictures.profile_png, *PROFILE_CM, pictures.profile_caption.to(language))
            if pictures.profile_png
            else None
        ),
    }
    _write(path, "sheet", context, sheet, language, placed, template)


def map_shows(sheet: VillageSheet, language: Language) -> str:
    """Say what the map shows, for who cannot see it."""
    return Text(
        f"Bản đồ {sheet.village_name} với vùng lõm sóng và các trạm gần nhất",
        f"Map of {sheet.village_name} with its signal-depression areas and the nearest stations",
    ).to(language)


def write_voters_letter(
    path: Path, sheet: VillageSheet, *, language: Language = "vi", template: Path | None = None
) -> None:
    """Write the draft of the answer to voters; what is not known stays a marked blank."""
    _write(path, "voters", voters_context(sheet, language), sheet, language, {}, template)


def write_operator_letter(
    path: Path, sheet: VillageSheet, request: Request, *, language: Language = "vi", template: Path | None = None
) -> None:
    """Write the draft of the letter to one operator; the deadline stays a marked blank."""
    _write(path, "operator", operator_context(sheet, request, language), sheet, language, {}, template)


def _write(
    path: Path,
    kind: Kind,
    context: Mapping[str, Any],
    sheet: VillageSheet,
    language: Language,
    pictures: Mapping[str, Picture | None],
    template: Path | None,
) -> None:
    fill_template(
        path,
        _template(kind, language, template),
        context,
        pictures=pictures,
        allowed=frozenset(context) | frozenset(pictures),
        must_stay=MUST_STAY[kind],
        dated=sheet.rests_on.dated,
    )


def _template(kind: Kind, language: Language, template: Path | None) -> WordTemplate:
    if template is None:
        name = FILE_NAMES[kind].to(language)
        return WordTemplate((resources.files("phusong.tenders.templates") / language / name).read_bytes(), name)
    if not template.is_file():
        raise MissingFileError(Text(f"Không tìm thấy mẫu {template}.", f"Template {template} was not found."))
    return WordTemplate(template.read_bytes(), template.name)
