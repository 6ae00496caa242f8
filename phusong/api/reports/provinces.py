"""Several provinces' indicators beside each other, and together: a total says whom it counts and who is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from phusong.api.reports.indicators import Indicator, StudyIndicators

_COUNTS = (
    "households", "households_served", "households_unknown", "population", "population_served",
    "villages", "villages_served", "villages_unknown", "communes", "communes_served", "communes_unknown",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Provinces with a study, by code; those without; and all with a study taken together."""

    provinces: Mapping[str, StudyIndicators]
    without: tuple[str, ...]
    together: tuple[Indicator, ...]

    @property
    def simulated(self) -> bool:
        """Say whether any figure rests on made-up data."""
        return any(one.simulated for one in self.provinces.values())


def compare(found: Mapping[str, StudyIndicators], codes: Iterable[str]) -> Compared:
    """Set the indicators of provinces beside each other."""
    return Compared(
        provinces={code: found[code] for code in sorted(found)},
        without=tuple(sorted(set(codes) - set(found))),
        together=tuple(_together(found.values())),
    )


def _together(studies: Iterable[StudyIndicators]) -> Iterable[Indicator]:
    """Add up; an operator that a province knows nothing of adds that province's households as not known."""
    held = list(studies)
    keys = sorted({(row.operator, row.technology) for one in held for row in one.of_place()})
    for operator, technology in keys:
        sums = dict.fromkeys(_COUNTS, 0)
        for one in held:
            row = _row(one, operator, technology) or _unknown(one)
            for name in _COUNTS:
                sums[name] += getattr(row, name)
        yield Indicator(commune_code="", operator=operator, technology=technology, **sums)


def _row(one: StudyIndicators, operator: str, technology: str) -> Indicator | None:
    return next((row for row in one.of_place() if (row.operator, row.technology) == (operator, technology)), None)


def _unknown(one: StudyIndicators) -> Indicator:
    main = one.main
    return Indicator(
        commune_code="", operator="", technology="", households=main.households, households_served=0,
        households_unknown=main.households, population=main.population, population_served=0, villages=main.villages,
        villages_served=0, villages_unknown=main.villages, communes=main.communes, communes_served=0,
        communes_unknown=main.communes,
    )  # fmt: skip
