"""What of a package may be printed at its place: neither a standing mast, nor an area of a few households."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from phusong.data.terms import LEAST_SHOWN
from phusong.tenders.package.values import Area, Package, Place, ReferenceSite, known_sum
from phusong.words import Text, number

STANDING_MAST = Text("theo cột hiện có", "at the standing mast")
"""Stands in every file where the coordinates of a standing mast would."""


def shown_place(site: ReferenceSite) -> Place | None:
    """Return the place of a reference site, None where it is that of a standing mast (upgraded or shared)."""
    return site.place if site.kind == "new" else None


def is_shown(area: Area) -> bool:
    """Say whether enough households live in an area that its place may be told."""
    return area.households >= LEAST_SHOWN


def shown_areas(package: Package) -> tuple[Area, ...]:
    """Return the areas that may be shown at their place."""
    return tuple(area for area in package.areas if is_shown(area))


def listed_areas(areas: Iterable[Area]) -> tuple[tuple[Area, ...], ...]:
    """Return the rows of a list of areas: each by itself, those of few households of one village together, in order."""
    rows: dict[tuple[str, ...], list[Area]] = {}
    for area in areas:
        key = (area.gap_id,) if is_shown(area) else ("", area.commune_code, area.village_code or area.village_name)
        rows.setdefault(key, []).append(area)
    return tuple(tuple(row) for row in rows.values())


def row_code(row: tuple[Area, ...]) -> str:
    """Return the codes of a row of areas, as one code: a row of few households holds several."""
    return "; ".join(area.gap_id for area in row)


def shown_area_place(row: tuple[Area, ...]) -> Place | None:
    """Return the centre of a row of areas, None where so few households live that their place is not told."""
    return row[0].place if is_shown(row[0]) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remainder:
    """The areas of one village that are not shown, as one line without position, so that sums agree."""

    village_code: str
    village_name: str
    commune_code: str
    commune_name: str
    areas: int
    households: int
    planned_households: int
    left_households: int
    population: int | None

    @property
    def title(self) -> Text:
        """Say what the line stands for."""
        name = self.village_name or self.commune_name
        of = Text(f"của {name}" if self.village_name else f"của {name}, ngoài các thôn", f"of {name}")
        return Text(
            f"Còn lại {of.vi}: {number(self.areas)} khu vực dưới {LEAST_SHOWN} hộ, không nêu vị trí",
            f"Remainder {of.en}: {number(self.areas, 'en')} areas under {LEAST_SHOWN} households, no position told",
        )


def remainders(package: Package) -> tuple[Remainder, ...]:
    """Return the line of every village with areas that are not shown, by commune and village."""
    rows = [row for row in listed_areas(package.areas) if not is_shown(row[0])]
    return tuple(_remainder(row) for row in sorted(rows, key=lambda row: (row[0].commune_code, row[0].village_code)))


def _remainder(areas: tuple[Area, ...]) -> Remainder:
    first = areas[0]
    return Remainder(
        village_code=first.village_code,
        village_name=first.village_name,
        commune_code=first.commune_code,
        commune_name=first.commune_name,
        areas=len(areas),
        households=sum(area.households for area in areas),
        planned_households=sum(area.planned_households for area in areas),
        left_households=sum(area.left_households for area in areas),
        population=known_sum(area.population for area in areas),
    )
