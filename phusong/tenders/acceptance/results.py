"""What an acceptance found, as values: verdicts with their figures, the samples left out, the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from phusong.tenders.acceptance.rule import Decision
from phusong.tenders.package.values import TestPoint
from phusong.words import Text

SIGNAL, SPEED = "signal", "speed"
USABLE_FRACTION = 0.9
"""Of the samples planned at a point so many must be usable: a few are always lost to the position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointResult:
    """What was measured at one test point; ``good_percent`` is of its places, None where none was measured."""

    point: TestPoint
    samples: int
    places: int
    good_percent: float | None

    @property
    def missing(self) -> bool:
        """Say whether too few of the samples planned can be used."""
        return self.samples < USABLE_FRACTION * self.point.samples


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageResult:
    """The verdict of one village (outside villages: of a commune) and service, with its figures.

    ``left_out`` counts samples near its points by reason; ``levels_dbm`` are the 5th, 50th and 95th percentile of the
    levels received, None where none was; ``fallen_back`` counts places with service of another technology only.
    """

    village_code: str
    village_name: str
    commune_code: str
    commune_name: str
    service: str
    service_title: Text
    decision: Decision
    samples: int
    good_samples: int
    fallen_back: int
    days: int
    levels_dbm: tuple[float, float, float] | None
    points: tuple[PointResult, ...]
    left_out: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A sample that was left out: where it stands in the list, the point it lies at, and why."""

    sheet: str
    row: int
    test_id: str
    point_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """What a list of measurements says of a package; ``evidence`` and ``notes`` are for the minutes.

    ``counts`` are all samples of the list by reason, "" those used; ``untested`` are gap ids without a test point.
    """

    package_code: str
    version: int
    digest: str
    operator: str
    minimum: Text
    rule: Text
    villages: tuple[VillageResult, ...]
    left_out: tuple[LeftOut, ...]
    counts: tuple[tuple[str, int], ...]
    first_day: date | None
    last_day: date | None
    evidence: tuple[Text, ...]
    notes: tuple[Text, ...]
    untested: tuple[str, ...]

    def of_verdict(self, verdict: str) -> int:
        """Return how many verdicts are of a kind."""
        return sum(one.decision.verdict == verdict for one in self.villages)

    @property
    def passed(self) -> bool:
        """Say whether every village passes every service."""
        return bool(self.villages) and self.of_verdict("pass") == len(self.villages)
