"""Measured levels against the model: what the model says of the very site that was received, and how far both agree.

The engine that answers for households answers here too, asked about one site at a time: what is compared is what is
used. Two of its rules are lifted, because something was received: the floor, and the check of the uplink.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.best_server import NONE
from phusong.coverage.criteria import Profile
from phusong.coverage.network import Network, Site
from phusong.coverage.prediction import Points, Prediction, dbm, predict, prediction_points
from phusong.coverage.radio.air import STANDARD_AIR, Air
from phusong.coverage.terrain import Terrain
from phusong.coverage.transmitters import Layer

Outcome = Literal["compared", "not_listed", "no_terrain", "out_of_reach"]
OUTCOMES: tuple[Outcome, ...] = ("compared", "not_listed", "no_terrain", "out_of_reach")
COMPARED, NOT_LISTED, NO_TERRAIN, OUT_OF_REACH = (np.int8(code) for code in range(4))

LOWEST_DBM = -300.0
"""The floor of a comparison: under any level a path over land can have, within what the engine stores."""

Floats = NDArray[np.float64]
Objects = NDArray[np.object_]
Codes = NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Receptions:
    """Where something was received and what: arrays of one length.

    ``site_id`` is the site received, "" where it is not known; then the best of the layer's sites is meant.
    """

    lon_deg: Floats
    lat_deg: Floats
    site_id: Objects
    operator: Objects
    technology: Objects


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expected:
    """What the model says of each reception: the median level before margins, and whether there is one.

    ``outcome`` holds codes of ``OUTCOMES``: *not_listed* where the station list has no such site, or not on air with
    that operator and technology; *no_terrain* where the receiver or a path to it has no elevations; *out_of_reach* past
    ``max_path_km``. ``level_dbm`` is NaN but where *compared*; ``floor_dbm`` is the profile's, NaN where not listed.
    """

    level_dbm: Floats
    floor_dbm: Floats
    outcome: Codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How the model agrees with measurements: bias is model − measured; NaN where there are too few to say.

    ``std_db`` is of the differences (n − 1); ``rank_correlation`` is Spearman's, NaN where either side is constant.
    ``below_floor`` counts those the study would report as below its floor.
    """

    measurements: int
    bias_db: float
    std_db: float
    rank_correlation: float
    below_floor: int


def expected_levels(
    network: Network, terrain: Terrain, profile: Profile, received: Receptions, *, air: Air = STANDARD_AIR
) -> Expected:
    """Predict each reception from the site it names, or from the best site of its operator and technology.

    Levels are those of the cell's centre, as households have them.
    """
    n = len(received.lon_deg)
    level, floor = np.full(n, np.nan), np.full(n, np.nan)
    outcome = np.full(n, NOT_LISTED, dtype=np.int8)
    open_profile = _without_floor(profile)
    for site_id in sorted(set(received.site_id)):
        sites = tuple(_heard(site) for site in network.sites if site_id in ("", site.site_id))
        rows = np.flatnonzero(received.site_id == site_id)
        points = prediction_points(received.lon_deg[rows], received.lat_deg[rows], terrain)
        prediction = predict(Network(sites=sites, inventories=()), terrain, points, open_profile, air=air)
        for index, layer in enumerate(prediction.layers):
            own = rows[_of_layer(received, rows, layer)]
            point = points.of_household[np.searchsorted(rows, own)]
            level[own], outcome[own] = _levels(prediction, points, index, point)
            floor[own] = profile.rules[layer.technology].floor_dbm
    return Expected(level_dbm=level, floor_dbm=floor, outcome=outcome)


def _without_floor(profile: Profile) -> Profile:
    return replace(profile, rules={t: replace(rule, floor_dbm=LOWEST_DBM) for t, rule in profile.rules.items()})


def _heard(site: Site) -> Site:
    """Return the site as a receiver meets it: it was heard, whether or not it would have heard the phone."""
    services = tuple(
        replace(service, sectors=tuple(replace(s, uplink_max_loss_db=math.inf) for s in service.sectors))
        for service in site.services
    )
    return replace(site, services=services)


def _of_layer(received: Receptions, rows: NDArray[np.int64], layer: Layer) -> NDArray[np.bool_]:
    same = (received.operator[rows] == layer.operator) & (received.technology[rows] == layer.technology)
    return np.asarray(same, dtype=np.bool_)


def _levels(prediction: Prediction, points: Points, layer: int, point: NDArray[np.int64]) -> tuple[Floats, Codes]:
    """Return levels and outcomes; a path over missing terrain that could be the stronger one leaves no level."""
    level = prediction.level_dbm(layer)
    unseen = prediction.unseen[:, layer]
    hidden = (unseen != NONE) & ~(dbm(unseen) < level)
    outcome = np.full(len(points), COMPARED, dtype=np.int8)
    outcome[np.isnan(level)] = OUT_OF_REACH
    outcome[hidden | ~prediction.known] = NO_TERRAIN
    return np.where(outcome == COMPARED, level, np.nan)[point], outcome[point]


def agreement(model_dbm: Floats, measured_dbm: Floats, floor_dbm: Floats) -> Agreement:
    """Return how the model agrees with measured levels, pair by pair; pairs without a model level are left out."""
    pairs = np.isfinite(model_dbm)
    model, measured = model_dbm[pairs], measured_dbm[pairs]
    error_db = model - measured
    n = len(error_db)
    return Agreement(
        measurements=n,
        bias_db=float(error_db.mean()) if n else math.nan,
        std_db=float(error_db.std(ddof=1)) if n > 1 else math.nan,
        rank_correlation=_rank_correlation(model, measured),
        below_floor=int((model < floor_dbm[pairs]).sum()),
    )


def _rank_correlation(a: Floats, b: Floats) -> float:
    if len(a) < 3 or np.ptp(a) == 0.0 or np.ptp(b) == 0.0:
        return math.nan
    return float(np.corrcoef(_ranks(a), _ranks(b))[0, 1])


def _ranks(values: Floats) -> Floats:
    """Return the rank of each value, equal values sharing the mean of theirs (scipy.stats takes 2 s to import)."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Floats = (np.cumsum(count) - (count - 1) / 2.0)[place]
    return ranks
