"""What of a package may be printed: neither the place of a standing mast, nor that of a few households."""

from __future__ import annotations

from collections.abc import Iterable

from phusong.data.terms import LEAST_SHOWN
from phusong.tenders.package.values import Area, Place, ReferenceSite
from phusong.words import Text

STANDING_MAST = Text("theo cột hiện có", "at the standing mast")
"""Stands in every file where the coordinates of a standing mast would."""


def shown_place(site: ReferenceSite) -> Place | None:
    """Return the place of a reference site, None where it is that of a standing mast (upgraded or shared)."""
    return site.place if site.kind == "new" else None


def listed_areas(areas: Iterable[Area]) -> tuple[tuple[Area, ...], ...]:
    """Return the rows of a list of areas: each by itself, those of few households of one village together, in order."""
    rows: dict[tuple[str, ...], list[Area]] = {}
    for area in areas:
        few = area.households < LEAST_SHOWN
        key = ("", area.commune_code, area.village_code, area.village_name) if few else (area.gap_id,)
        rows.setdefault(key, []).append(area)
    return tuple(tuple(row) for row in rows.values())


def row_code(row: tuple[Area, ...]) -> str:
    """Return the codes of a row of areas, as one code: a row of few households holds several."""
    return "; ".join(area.gap_id for area in row)


def shown_area_place(row: tuple[Area, ...]) -> Place | None:
    """Return the centre of a row of areas, None where so few households live that their place is not told."""
    return row[0].place if row[0].households >= LEAST_SHOWN else None
