"""What counts as served, weak, a gap and a village class: a named, dated profile; every number can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from phusong.coverage.network import Technology
from phusong.words import Text

State = Literal["served", "unserved", "undetermined", "no_data"]
STATES: tuple[State, ...] = ("served", "unserved", "undetermined", "no_data")

CentreState = Literal["served", "weak", "dark", "undetermined", "no_data"]
CENTRE_STATES: tuple[CentreState, ...] = ("served", "weak", "dark", "undetermined", "no_data")

VillageClass = Literal["white", "depression", "weak", "covered", "undetermined"]
VILLAGE_CLASSES: tuple[VillageClass, ...] = ("white", "depression", "weak", "covered", "undetermined")


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnologyRule:
    """Thresholds of one technology.

    ``served_dbm`` and ``weak_dbm`` are received levels (RSRP, RSCP or RxLev) after margins; ``max_path_km`` is where
    its cells end; below ``floor_dbm`` only "below floor" is reported.
    """

    served_dbm: float
    weak_dbm: float
    max_path_km: float
    floor_dbm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """One loss between the predicted median level and the threshold; each enters once and is printed in the ledger."""

    key: str
    title: Text
    outdoor_db: float
    indoor_db: float
    source: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRule:
    """A service a household may have: served when one operator gives it by any of the technologies."""

    key: str
    title: Text
    technologies: tuple[Technology, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRule:
    """How unserved households become areas.

    Two households closer than ``link_m`` belong together; a cluster of ``min_households`` or more is a gap; its area is
    what lies within ``buffer_m`` of its households.
    """

    link_m: float
    min_households: float
    buffer_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageRule:
    """When a village with a served centre is still a signal depression.

    A cluster of ``min_cluster_households`` or more, or at least ``min_unserved_percent`` of its households, unserved.
    """

    min_cluster_households: float
    min_unserved_percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A named set of thresholds with its source; ``verified`` says whether the source was confirmed."""

    name: str
    title: Text
    source: Text
    verified: bool
    rules: Mapping[Technology, TechnologyRule]
    services: tuple[ServiceRule, ...]
    margins: tuple[Margin, ...]
    gap: GapRule
    village: VillageRule
    unlisted_reach_km: float
    """How far an unlisted mast might serve: as near as this to where a list may miss sites nothing is unserved."""
    persons_per_household: float
    receiver_height_m: float = 1.5

    def margin_db(self, *, indoor: bool) -> float:
        """Return the sum of the margins outdoors or indoors."""
        return sum(m.indoor_db if indoor else m.outdoor_db for m in self.margins)

    @property
    def main_service(self) -> ServiceRule:
        """Return the service by which gaps are found: the first of the profile."""
        return self.services[0]
