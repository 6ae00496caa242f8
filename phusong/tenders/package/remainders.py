"""Areas of too few households to be shown at a place: one line a village without position, so that sums agree."""

from __future__ import annotations

from dataclasses import dataclass

from phusong.data.terms import LEAST_SHOWN
from phusong.tenders.package.values import Area, Package, known_sum
from phusong.words import Text, number


@dataclass(frozen=True, slots=True, kw_only=True)
class Remainder:
    """The areas of one village that are not shown: how many, and their households together."""

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


def shown_areas(package: Package) -> tuple[Area, ...]:
    """Return the areas that may be shown at their place."""
    return tuple(area for area in package.areas if area.households >= LEAST_SHOWN)


def remainders(package: Package) -> tuple[Remainder, ...]:
    """Return the line of every village with areas that are not shown, by commune and village."""
    villages: dict[tuple[str, str], list[Area]] = {}
    for area in package.areas:
        if area.households < LEAST_SHOWN:
            villages.setdefault((area.commune_code, area.village_code), []).append(area)
    return tuple(_remainder(villages[key]) for key in sorted(villages))


def _remainder(areas: list[Area]) -> Remainder:
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
