"""The village sheet (*phiếu thôn*) as a value: all that is known of one village, and what is still owed.

It holds counts and published centres only, no household's position. "" and None are what is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from phusong.data.terms import LEAST_SHOWN
from phusong.words import Language, Text, number

NOTHING = Text("", "")
_FEW = Text(f"dưới {LEAST_SHOWN}", f"under {LEAST_SHOWN}")


def few(value: int, language: Language) -> str:
    """Write households of a village; one to four are only called few."""
    return _FEW.to(language) if 0 < value < LEAST_SHOWN else number(value, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLine:
    """One service: the class the model gives, and the finding with what it rests on.

    ``finding`` is "" where none is recorded. ``agrees`` says whether the sources agree; None where only one speaks.
    """

    service: Text
    modelled: str
    finding: str = ""
    basis: str = ""
    author: str = ""
    dated: str = ""
    reason: str = ""
    agrees: bool | None = None
    disagreement: Text = NOTHING
    provisional: bool = False
    because: Text = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Households of the village by state, the ends of the interval without signal, and where the numbers come from."""

    total: int
    served: int
    unserved: int
    undetermined: int
    no_data: int
    low: int
    high: int
    interval: Text
    origin: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """What one source says of one service, here or in one gap of the village (``gap_id``)."""

    kind: str
    service: Text
    says: str
    source: str = ""
    operator: str = ""
    gap_id: str = ""
    dated: str = ""
    detail: Text = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """The nearest station of one operator; ``bearing_deg`` is that of the station seen from the village."""

    operator: str
    site_id: str
    name: str
    technologies: tuple[str, ...]
    distance_km: float
    bearing_deg: float
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLine:
    """One signal-depression area of the village with its published centre."""

    gap_id: str
    households: int
    low: int
    high: int
    lon_deg: float
    lat_deg: float
    vn2000: str
    reason: Text
    planned: int | None = None
    left_because: Text = NOTHING
    advice: Text = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSite:
    """One site of the plan that serves the village; costs in VND, NaN where not known.

    ``order`` is its number in the plan, ``host_operator`` whose mast it stands on, ``operator`` who is to use it; "" is
    nobody yet.
    """

    order: int
    kind: str
    host_site_id: str
    host_operator: str
    operator: str
    technology: str
    band: str
    height_agl_m: float
    lon_deg: float
    lat_deg: float
    households: int
    cost_low_vnd: float
    cost_vnd: float
    cost_high_vnd: float
    backhaul: Text
    power: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Who pays, by which rule of the table of routes, and what must be made sure before."""

    key: str
    title: Text
    rule: str
    source: Text
    gates: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One attribute in words; ``known`` is False where nobody has said."""

    title: Text
    value: Text
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something owed: what, by whom; ``by`` is a day, "" where it is to be agreed.

    ``kind`` says what it is about: operator, commune, measure, plan.
    """

    kind: str
    what: Text
    who: Text
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingValues:
    """What the list leaves out of one station: in full for a letter, in short for the sheet."""

    station: str
    full: Text
    short: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What one operator is asked: values missing of its stations near the village, and other questions."""

    operator: str
    values: tuple[MissingValues, ...]
    lists: tuple[Text, ...]
    stations: tuple[Station, ...]
    planned: tuple[PlannedSite, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RestsOn:
    """What the sheet's numbers rest on."""

    study: str
    dated: date
    model: Text
    scenario: Text
    profile: Text
    thresholds: Text
    verified: bool
    lists: tuple[Text, ...]
    reliability: Text
    simulated: bool
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageSheet:
    """One village.

    ``small_gap_households`` counts those of areas too small to be shown. ``stations_from`` says from where distances
    are counted. ``evidence_given``, ``planned`` say whether the run had them at all. ``rank`` is of the best gap.
    """

    village_code: str
    village_name: str
    commune_code: str
    commune_name: str
    province_name: str
    lon_deg: float
    lat_deg: float
    centre_given: bool
    single_operator: bool | None
    services: tuple[ServiceLine, ...]
    households: Counts
    evidence: tuple[EvidenceLine, ...]
    evidence_given: bool
    stations: tuple[Station, ...]
    stations_from: Text
    gaps: tuple[GapLine, ...]
    small_gap_households: int
    facts: tuple[Fact, ...]
    route: Route | None
    rank: Text
    planned: bool
    plan_sites: tuple[PlannedSite, ...]
    tasks: tuple[Task, ...]
    requests: tuple[Request, ...]
    rests_on: RestsOn

    @property
    def main(self) -> ServiceLine:
        """Return the line of the main service."""
        return self.services[0]

    @property
    def measured(self) -> bool:
        """Say whether any finding or evidence here rests on a measurement."""
        said = [line.basis for line in self.services] + [line.kind for line in self.evidence]
        return "measured" in said
