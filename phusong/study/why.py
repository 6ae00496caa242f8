"""Why is it dark here: what each operator's masts give at a place, and what keeps their signal from it.

Levels are predicted at the place by the engine of the run; of masts outside nothing is told but that they serve.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from phusong.coverage.criteria import STATES, State
from phusong.coverage.decision import Places as PointsOfPlaces
from phusong.coverage.decision import decide
from phusong.coverage.earth import path_km
from phusong.coverage.kernel_arrays import HIGH, LOW, MIDDLE
from phusong.coverage.network import Network, Service, Site, Span, Technology
from phusong.coverage.prediction import Prediction, prediction_points
from phusong.coverage.reasons import Reason, no_site_reason, sentence, site_reason
from phusong.coverage.sight import SHORTEST_PATH_KM, InTheWay, NearSite, in_the_way
from phusong.coverage.states import MISSING_TERRAIN, MISSING_VALUE, OPERATOR_LIST
from phusong.coverage.transmitters import ON_AIR
from phusong.data.inventory import unknown_here
from phusong.data.terms import cause
from phusong.errors import PhuSongError
from phusong.study.asked_place import Place
from phusong.study.kept import KeptStudy
from phusong.study.path_profile import Asked, ServiceAnswer, site_path
from phusong.study.veil import BEYOND, OUTSIDE_OPERATOR, is_outside
from phusong.words import Text

MASTS_EACH = 2
"""The nearest masts of each operator that are told."""
_NOT_ALL_NEAR = 1.05
"""How much farther than its reach a mast is still given to the engine, which decides."""
_KM_A_DEGREE = 110.5

DECIDES: Mapping[int, Text] = {
    int(OPERATOR_LIST): Text(
        "Nhà mạng chưa khai đủ danh sách trạm quanh đây: cần danh sách hoặc một phép đo.",
        "An operator has not declared all masts around here: its list, or a measurement, would decide.",
    ),
    int(MISSING_VALUE): Text(
        "Danh sách trạm bỏ trống thông số: cần độ cao, hướng, công suất anten hoặc một phép đo.",
        "A station list leaves values out: heights, directions and power, or a measurement, would decide.",
    ),
    int(MISSING_TERRAIN): Text(
        "Thiếu địa hình trên đường truyền: cần bổ sung địa hình hoặc một phép đo.",
        "Terrain is missing on the way: it, or a measurement, would decide.",
    ),
}
"""What would decide an answer that is undetermined, by the cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelHere:
    """What one technology of an operator gives: dBm after margins at the three ends, NaN below its floor.

    ``main`` says that it counts for the main service.
    """

    technology: Technology
    main: bool
    level_dbm: Span
    threshold_dbm: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MastHere:
    """A mast near a place: how it lies from there and what it gives by itself.

    ``answer`` and ``way`` are None where that cannot be said. ``height_agl_m`` is that of the operator's highest
    antenna, with the range it may have.
    """

    site: Site
    distance_km: float
    bearing_deg: float
    height_agl_m: Span
    technologies: tuple[Technology, ...]
    answer: ServiceAnswer | None
    way: InTheWay | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OperatorHere:
    """One operator at a place; ``because`` masks what is missing. ``beyond``: its nearest mast is outside."""

    operator: str
    state: State
    because: int
    levels: tuple[LevelHere, ...]
    masts: tuple[MastHere, ...]
    beyond: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reception:
    """What is received at a place. ``by_outside``: the best level there is that of a mast outside."""

    state: State
    because: int
    operators: tuple[OperatorHere, ...]
    reason: Text
    by_outside: bool


def may_be_told(kept: KeptStudy, place: Place) -> bool:
    """Say whether levels may be told of a place: levels beyond the border would tell where masts outside stand."""
    if not place.placed:
        return False
    communes = kept.ground.inputs.communes
    if communes is None:
        return not kept.ground.has_outside
    return place.commune is not None


def reception(kept: KeptStudy, place: Place) -> Reception:
    """Predict what is received at a place that may be told of."""
    ground, profile = kept.ground, kept.profile
    lon, lat = np.array([place.lon_deg]), np.array([place.lat_deg])
    points = prediction_points(lon, lat, ground.inputs.terrain)
    near = _near(ground.inputs.network, kept, place)
    prediction = ground.correction.predict(near, ground.inputs.terrain, points, profile)
    inventories, communes = ground.inputs.network.inventories, ground.inputs.communes
    unknown = unknown_here(inventories, communes, lon, lat, reach_km=profile.unlisted_reach_km)
    places = PointsOfPlaces(point=points.of_household, unknown_here=unknown)
    found = decide(prediction, places, profile, profile.main_service, indoor=False)
    operators = tuple(
        OperatorHere(
            operator=name,
            state=STATES[int(answer.state[0])],
            because=int(answer.because[0]),
            levels=tuple(_levels(kept, prediction, name)),
            masts=tuple(_masts(kept, place, name)),
            beyond=_is_beyond(kept, place, name),
        )
        for name, answer in found.by_operator.items()
        if name != OUTSIDE_OPERATOR
    )
    state = STATES[int(found.overall.state[0])]
    return Reception(
        state=state,
        because=int(found.overall.because[0]),
        operators=operators,
        reason=_reason(kept, place, operators) if state == "unserved" else Text("", ""),
        by_outside=state == "served" and _best_is_outside(kept, prediction),
    )


def decides(because: int) -> tuple[Text, ...]:
    """Return what would decide an answer that is undetermined."""
    return tuple(text for bit, text in DECIDES.items() if because & bit)


def _near(network: Network, kept: KeptStudy, place: Place) -> Network:
    """Return a network without the masts that reach nowhere near a place."""
    most_km = _NOT_ALL_NEAR * max(rule.max_path_km for rule in kept.profile.rules.values())
    tall = most_km / _KM_A_DEGREE
    wide = tall / math.cos(math.radians(abs(place.lat_deg) + tall))
    sites = tuple(
        site
        for site in network.sites
        if abs(site.lat_deg - place.lat_deg) <= tall and abs(site.lon_deg - place.lon_deg) <= wide
    )
    return replace(network, sites=sites)


def _levels(kept: KeptStudy, prediction: Prediction, operator: str) -> Iterator[LevelHere]:
    """Yield what each technology of an operator gives, those of the main service first."""
    profile = kept.profile
    margin_db = profile.margin_db(indoor=False)
    main = profile.main_service.technologies
    own = [(i, layer) for i, layer in enumerate(prediction.layers) if layer.operator == operator]
    for i, layer in sorted(own, key=lambda one: (one[1].technology not in main, one[1].technology)):
        low, middle, high = (float(prediction.level_dbm(i, end)[0]) - margin_db for end in (LOW, MIDDLE, HIGH))
        yield LevelHere(
            technology=layer.technology,
            main=layer.technology in main,
            level_dbm=Span(low, middle, high, given=low == high),
            threshold_dbm=profile.rules[layer.technology].served_dbm,
        )


def _sending(site: Site, operator: str, technologies: Sequence[Technology]) -> list[Service]:
    """Return what a mast has on air for an operator's customers outdoors."""
    if site.kind == "indoor":
        return []
    return [
        service
        for service in site.services
        if service.status in ON_AIR and service.technology in technologies and operator in service.operators_served
    ]


def _nearest(
    sites: Sequence[Site], place: Place, operator: str, technologies: Sequence[Technology]
) -> list[tuple[float, Site]]:
    """Return the nearest masts of an operator with their distance."""
    found = [site for site in sites if _sending(site, operator, technologies)]
    away = [(float(path_km(site.lon_deg, site.lat_deg, place.lon_deg, place.lat_deg)[0]), site) for site in found]
    return sorted(away, key=lambda one: (one[0], one[1].site_id))[:MASTS_EACH]


def _masts(kept: KeptStudy, place: Place, operator: str) -> Iterator[MastHere]:
    """Yield the nearest masts of an operator of which may be told."""
    technologies = kept.profile.main_service.technologies
    for away_km, site in _nearest(kept.ground.shown.sites, place, operator, technologies):
        services = _sending(site, operator, tuple(kept.profile.rules))
        heights = [sector.height_agl_m for service in services for sector in service.sectors]
        yield MastHere(
            site=site,
            distance_km=away_km,
            bearing_deg=float(path_km(place.lon_deg, place.lat_deg, site.lon_deg, site.lat_deg)[1]),
            height_agl_m=max(heights, key=lambda height: height.middle),
            technologies=tuple(sorted({service.technology for service in services})),
            answer=_answer(kept, place, site, operator),
            way=_way(kept, place, site, operator, away_km),
        )


def _answer(kept: KeptStudy, place: Place, site: Site, operator: str) -> ServiceAnswer | None:
    """Return what the best service of a mast gives at a place by itself; None where no path leads there."""
    asked = Asked(site_id=site.site_id, lon_deg=place.lon_deg, lat_deg=place.lat_deg, operator=operator)
    try:
        path = site_path(site, kept.ground.inputs.terrain, kept.profile, asked, air=kept.file.air)
    except PhuSongError:
        return None
    main = kept.profile.main_service.technologies
    return next((one for one in (path.chosen, *path.others) if one.service.technology in main), path.chosen)


def _way(kept: KeptStudy, place: Place, site: Site, operator: str, away_km: float) -> InTheWay | None:
    services = _sending(site, operator, kept.profile.main_service.technologies)
    if away_km < SHORTEST_PATH_KM:
        return None
    near = NearSite(
        site=site, service=min(services, key=lambda s: s.frequency_mhz), operator=operator, distance_km=away_km
    )
    rx_m = kept.profile.receiver_height_m
    return in_the_way(kept.ground.inputs.terrain, near, place.lon_deg, place.lat_deg, rx_height_agl_m=rx_m)


def _is_beyond(kept: KeptStudy, place: Place, operator: str) -> bool:
    """Say whether an operator's nearest mast is one of which nothing may be told."""
    if not kept.ground.has_outside:
        return False
    nearest = _nearest(kept.ground.inputs.network.sites, place, operator, kept.profile.main_service.technologies)
    return bool(nearest) and is_outside(nearest[0][1].site_id)


def _best_is_outside(kept: KeptStudy, prediction: Prediction) -> bool:
    """Say whether the level that serves best is that of a mast outside."""
    if not kept.ground.has_outside:
        return False
    rules, main = kept.profile.rules, kept.profile.main_service.technologies
    excess = [
        (float(prediction.level_dbm(i, MIDDLE)[0]) - rules[layer.technology].served_dbm, i)
        for i, layer in enumerate(prediction.layers)
        if layer.technology in main and math.isfinite(float(prediction.level_dbm(i, MIDDLE)[0]))
    ]
    if not excess:
        return False
    site = int(prediction.sent.site_of_sector(prediction.server[:, max(excess)[1]].astype(np.int64))[0])
    return site >= 0 and is_outside(prediction.sent.sites[site].site_id)


def _reason(kept: KeptStudy, place: Place, operators: Sequence[OperatorHere]) -> Text:
    """Say why the nearest mast does not reach, as the run says it of gaps."""
    if any(one.beyond for one in operators) and _nearest_of_all_is_beyond(kept, place):
        return BEYOND
    first = min(
        ((mast, one) for one in operators for mast in one.masts[:1]),
        key=lambda pair: (pair[0].distance_km, pair[1].operator),
        default=None,
    )
    reason = _reason_of(kept, *first) if first else no_site_reason(kept.profile)
    told = sentence(reason, households=0.0, place_name="")
    return Text(cause(told.vi, ""), cause(told.en, ""))


def _nearest_of_all_is_beyond(kept: KeptStudy, place: Place) -> bool:
    technologies = kept.profile.main_service.technologies
    away = [
        (float(path_km(site.lon_deg, site.lat_deg, place.lon_deg, place.lat_deg)[0]), site.site_id)
        for site in kept.ground.inputs.network.sites
        if site.kind != "indoor" and any(s.status in ON_AIR and s.technology in technologies for s in site.services)
    ]
    return bool(away) and is_outside(min(away)[1])


def _reason_of(kept: KeptStudy, mast: MastHere, operator: OperatorHere) -> Reason:
    services = _sending(mast.site, operator.operator, kept.profile.main_service.technologies)
    technology = min(services, key=lambda s: s.frequency_mhz).technology
    rule = kept.profile.rules[technology]
    level_dbm = next((one.level_dbm.middle for one in operator.levels if one.technology == technology), math.nan)
    way = mast.way or InTheWay(loss_db=0.0, line_of_sight=True)
    return site_reason(
        technology, rule, operator=operator.operator, site=mast.site, distance_km=mast.distance_km,
        level_dbm=level_dbm, way=way,
    )  # fmt: skip
