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
    statistical: bool = False
    """True for what stands for the spread of levels about the prediction; a simulation draws that spread instead."""


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
class UncertaintyRule:
    """What is assumed of the errors of a prediction; each draw of the simulation is one possible world.

    Standard deviations in dB unless said otherwise. In every world the shadowing has its own standard deviation
    (``sigma_db`` ± ``sigma_sd_db``) and correlation length, equally likely by its logarithm within ``correlation_m``.
    ``slow_sigma_db`` is the part of the model's error that is alike over ``slow_correlation_m``: terrain and canopy.
    ``cross_correlation`` is that of the shadowing from two masts at one place. ``bias_sd_db`` is an error of the whole
    prediction, ``layer_bias_sd_db`` of one operator's technology, ``site_sd_db`` of one mast whose values were given.
    ``off_air_percent`` of the masts are silent though listed; ``unconfirmed_on_air_percent`` of the services of
    unknown status are on air. ``interval_percent`` of the worlds lie within an interval, as many below as above.
    """

    source: Text
    calibrated: bool = False
    """True once bias and spread come from measurements in the place itself."""
    draws: int = 200
    seed: int = 1
    interval_percent: float = 90.0
    sigma_db: float = 8.0
    sigma_sd_db: float = 1.5
    correlation_m: tuple[float, float] = (50.0, 300.0)
    slow_sigma_db: float = 3.0
    slow_correlation_m: float = 1000.0
    cross_correlation: float = 0.5
    bias_sd_db: float = 2.5
    layer_bias_sd_db: float = 1.0
    site_sd_db: float = 2.0
    off_air_percent: float = 3.0
    unconfirmed_on_air_percent: float = 50.0


ASSUMED_UNCERTAINTY = UncertaintyRule(
    source=Text(
        "giả định của công cụ: σ và độ dài tương quan trong khoảng của 3GPP TR 38.901 (RMa, UMa); chưa xác minh, "
        "chưa hiệu chỉnh",
        "assumed by this tool: σ and correlation lengths within those of 3GPP TR 38.901 (RMa, UMa); not verified, "
        "not calibrated",
    )
)


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
    uncertainty: UncertaintyRule = ASSUMED_UNCERTAINTY

    def margin_db(self, *, indoor: bool) -> float:
        """Return the sum of the margins outdoors or indoors."""
        return sum(m.indoor_db if indoor else m.outdoor_db for m in self.margins)

    def loss_db(self, *, indoor: bool) -> float:
        """Return the sum of the margins that are losses, without the statistical ones."""
        return sum(m.indoor_db if indoor else m.outdoor_db for m in self.margins if not m.statistical)

    @property
    def main_service(self) -> ServiceRule:
        """Return the service by which gaps are found: the first of the profile."""
        return self.services[0]
