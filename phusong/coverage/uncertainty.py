"""How sure an answer is: the share of possible worlds in which a household is served, and intervals of sums.

Every world (``worlds``) moves the predicted median levels by errors of the model, of the lists and of single masts, and
adds shadowing that is alike at places near each other (``noise``). What the lists do not say at all, an operator
without a list or terrain that is missing, is not drawn: it widens the interval to both sides.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.criteria import Profile
from phusong.coverage.decision import Places, layers_after_margins
from phusong.coverage.kernel_arrays import HIGH, MIDDLE, NONE, Levels, Servers
from phusong.coverage.noise import NORMAL_NODES, Corner, field_at, turned_corner
from phusong.coverage.prediction import Prediction
from phusong.coverage.radio._jit import bare_kernel
from phusong.coverage.states import service_thresholds_dbm
from phusong.coverage.threads import on_all_cores
from phusong.coverage.worlds import Worlds, draw_worlds

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Counts = NDArray[np.float64]

LIMIT = 4.0
"""Local errors end at so many of their standard deviations: beyond it an answer needs no draw. One in 16,000 does."""

SERVER, SECOND, UNCONFIRMED = 0, 1, 2
CANDIDATES = 3
"""Sectors that may give a layer: its server, the best of another mast, and one of which it is not known if it is on."""

DRAWS_A_TASK = 5
_METRES_A_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simulated:
    """What the worlds have in common.

    ``served_probability`` (n,): share of the worlds in which listed sites serve the place; NaN without terrain. Where a
    list may miss sites it is the least the probability may be. ``least`` and ``most``: for each grouping an array
    (draws, groups) of the households without service, those that something unknown may serve counted as served and as
    not served.
    """

    served_probability: NDArray[np.float32]
    least: tuple[Counts, ...]
    most: tuple[Counts, ...]


class Links(NamedTuple):
    """The servers of each layer of the service at each point, and the level a layer needs before any shadowing.

    Arrays as in ``Prediction``; ``k`` counts the layers of the service.
    """

    level: Levels
    server: Servers
    server_high: Servers
    second: Levels
    second_server: Servers
    mast_of_sector: Ints
    certain: Flags  # of each sector
    assumed_db: Floats  # of each sector: how far its EIRP may be above the middle
    layer: Ints  # (k,)
    needed_dbm: Floats  # (k,)
    floor_dbm: Floats  # (k,)
    order: NDArray[np.int8]  # (points, k) the most promising first, then -1
    x_m: Floats
    y_m: Floats


class Homes(NamedTuple):
    """Households: their point, how many each stands for, what cannot be known of them, and their groups."""

    point: Ints
    weight: Floats
    may_be_served: Flags
    known: Flags
    group: Ints  # (groupings, households) column of the sums, -1 none


@bare_kernel
def _between_db(point: int, k: int, spread: float, links: Links) -> float:
    """Level of a layer's server over its middle one, in dB, for a place between the ends of what is not known.

    What lies below the floor is taken at the floor. A favourable end that only an unconfirmed service reaches is not
    the server's: its own is taken as far above the middle as its unfavourable end is below.
    """
    layer = links.layer[k]
    low, middle, high = links.level[point, layer]
    middle_dbm = middle / 100.0
    below_db = middle_dbm - (low / 100.0 if low > NONE else min(links.floor_dbm[k], middle_dbm))
    above_db = high / 100.0 - middle_dbm
    if not links.certain[links.server_high[point, layer]]:
        above_db = min(above_db, below_db)
    return float(spread * (below_db if spread < 0.0 else above_db))


@bare_kernel
def _sector_of(point: int, k: int, candidate: int, links: Links) -> int:
    """Return the sector that may serve: the layer's server, the best of another mast, or an unconfirmed one; or -1."""
    layer = links.layer[k]
    if candidate == SERVER:
        return int(links.server[point, layer])
    if candidate == SECOND:
        return int(links.second_server[point, layer])
    high = int(links.server_high[point, layer])
    return -1 if high < 0 or links.certain[high] else high


@bare_kernel
def _excess_db(point: int, k: int, candidate: int, sector: int, draw: int, links: Links, worlds: Worlds) -> float:
    """Level of a sector over what is needed, without shadowing; −∞ where it is off air."""
    layer, mast = links.layer[k], links.mast_of_sector[sector]
    if not worlds.on_air[draw, mast] or (candidate == UNCONFIRMED and not worlds.confirmed[draw, mast]):
        return -math.inf
    spread = worlds.spread[draw, mast]
    if candidate == UNCONFIRMED:
        level_dbm = links.level[point, layer, HIGH] / 100.0 - (1.0 - spread) * links.assumed_db[sector]
    else:
        middle = links.level[point, layer, MIDDLE] if candidate == SERVER else links.second[point, layer]
        level_dbm = middle / 100.0 + _between_db(point, k, spread, links)
    return float(level_dbm + worlds.layer_db[draw, layer] + worlds.mast_db[draw, mast] - links.needed_dbm[k])


@bare_kernel
def _local_db(key: int, draw: int, fast: Corner, slow: Corner, worlds: Worlds, nodes: Floats) -> float:
    """Return the sum of two fields of one key, fast and slow, in dB."""
    fast_db = worlds.sigma_db[draw] * field_at(fast, key, nodes)
    return float(fast_db + worlds.slow_sigma_db[draw] * field_at(slow, key + 1, nodes))


@bare_kernel
def _is_served(point: int, draw: int, links: Links, worlds: Worlds, nodes: Floats) -> bool:
    """Say whether any layer serves a point in a world; shadowing is drawn only where it can change the answer."""
    most_db = LIMIT * math.hypot(worlds.sigma_db[draw], worlds.slow_sigma_db[draw])
    shared, alone = math.sqrt(worlds.cross_correlation), math.sqrt(1.0 - worlds.cross_correlation)
    key = worlds.seed * 1_000_003 + draw * 8191
    fast = slow = (0, 0, 0.0, 0.0, 0.0, 0.0)
    shared_db = math.nan
    for i in range(CANDIDATES * links.order.shape[1]):
        k = links.order[point, i // CANDIDATES]
        if k < 0:
            return False
        sector = _sector_of(point, k, i % CANDIDATES, links)
        if sector < 0:
            continue
        excess_db = _excess_db(point, k, i % CANDIDATES, sector, draw, links, worlds)
        if excess_db >= most_db:
            return True
        if excess_db < -most_db:
            continue
        if math.isnan(shared_db):
            fast = turned_corner(links.x_m[point], links.y_m[point], worlds.fast[draw])
            slow = turned_corner(links.x_m[point], links.y_m[point], worlds.slow[draw])
            shared_db = shared * _local_db(key, draw, fast, slow, worlds, nodes)
        mast = links.mast_of_sector[sector]
        local_db = shared_db + alone * _local_db(key + 2 * mast + 2, draw, fast, slow, worlds, nodes)
        if excess_db + min(max(local_db, -most_db), most_db) >= 0.0:
            return True
    return False


@bare_kernel
def fill_order(level: Levels, layer: Ints, needed_dbm: Floats, order: NDArray[np.int8]) -> None:
    """Put the layers that have a level at each point in the order of their favourable end over what they need."""
    for point in range(order.shape[0]):
        n = 0
        for k in range(layer.size):
            if level[point, layer[k], HIGH] <= NONE:
                continue
            at = n
            excess_db = level[point, layer[k], HIGH] / 100.0 - needed_dbm[k]
            while at > 0:
                other = order[point, at - 1]
                if level[point, layer[other], HIGH] / 100.0 - needed_dbm[other] >= excess_db:
                    break
                order[point, at] = other
                at -= 1
            order[point, at] = k
            n += 1
        for i in range(n, layer.size):
            order[point, i] = -1


@bare_kernel
def fill_world(
    draw: int,
    links: Links,
    worlds: Worlds,
    homes: Homes,
    nodes: Floats,
    served: Flags,
    times: NDArray[np.int32],
    sums: tuple[Counts, Counts],
) -> None:
    """Play one world: fill who is served, count it, and add up who is not. ``sums`` are (draws, groups)."""
    least, most = sums
    for point in range(served.size):
        served[point] = _is_served(point, draw, links, worlds, nodes)
        times[point] += served[point]
    for home in range(homes.point.size):
        if homes.known[home] and served[homes.point[home]]:
            continue
        for grouping in range(homes.group.shape[0]):
            group = homes.group[grouping, home]
            if group >= 0:
                most[draw, group] += homes.weight[home]
                if not homes.may_be_served[home]:
                    least[draw, group] += homes.weight[home]


def simulate(
    prediction: Prediction, places: Places, profile: Profile, weight: Floats, groups: Sequence[tuple[Ints, int]]
) -> Simulated:
    """Draw the worlds of the profile's rule for its main service outdoors.

    Parameters
    ----------
    prediction
        Levels without margins. The profile's losses are taken off; its statistical margins are not, being drawn.
    places
        The point of each household and where operators' lists may miss sites.
    weight
        Households each stands for, shape (n,).
    groups
        Groupings to sum over: the group of each household (−1 none), shape (n,), and how many groups there are.
    """
    rule, sent = profile.uncertainty, prediction.sent
    worlds = draw_worlds(rule, len(prediction.layers), sent.mast_count)
    known = places.known(prediction)
    may_be_served = _may_be_served(prediction, places, profile) | ~known
    starts = np.cumsum([0, *(n_groups for _, n_groups in groups)])
    columns = [np.where(group < 0, -1, group + start) for (group, _), start in zip(groups, starts[:-1], strict=True)]
    group = np.array(columns, dtype=np.int64).reshape(len(groups), len(places.point))
    homes = Homes(np.ascontiguousarray(places.point), weight, may_be_served, known, group)
    times, least, most = _play(_links(prediction, profile), worlds, homes, int(starts[-1]))
    probability = np.where(known, times[places.point] / rule.draws, np.nan).astype(np.float32)
    cuts = [slice(a, b) for a, b in itertools.pairwise(starts)]
    return Simulated(
        served_probability=probability,
        least=tuple(least[:, cut] for cut in cuts),
        most=tuple(most[:, cut] for cut in cuts),
    )


def interval(least: Counts, most: Counts, percent: float) -> tuple[Ints, Ints]:
    """Return the ends of the interval that holds a share of the worlds, as many below it as above; shape (groups,)."""
    tail = 0.5 * (1.0 - percent / 100.0)
    low = np.quantile(least, tail, axis=0, method="inverted_cdf")
    high = np.quantile(most, 1.0 - tail, axis=0, method="inverted_cdf")
    return np.rint(low).astype(np.int64), np.rint(high).astype(np.int64)


def _may_be_served(prediction: Prediction, places: Places, profile: Profile) -> Flags:
    """Say where something that is not drawn may serve: an unlisted site, or a path over missing terrain."""
    layers = layers_after_margins(prediction, places.point, profile, profile.main_service, indoor=False)
    unknown = np.zeros(len(places.point), dtype=np.bool_)
    for flags in (*places.unknown_here.values(), *layers.path_unknown):
        unknown |= flags
    return unknown


def _links(prediction: Prediction, profile: Profile) -> Links:
    sent, points = prediction.sent, prediction.points
    thresholds = service_thresholds_dbm(profile, profile.main_service)
    chosen = [i for i, layer in enumerate(prediction.layers) if layer.technology in thresholds]
    loss_db = profile.loss_db(indoor=False)
    needed_dbm = np.array([thresholds[prediction.layers[i].technology] + loss_db for i in chosen], dtype=np.float64)
    layer, order = np.array(chosen, dtype=np.int64), np.empty((len(points), len(chosen)), dtype=np.int8)
    fill_order(prediction.level, layer, needed_dbm, order)
    middle_deg = float(np.mean(points.lat_deg)) if len(points) else 0.0
    return Links(
        level=prediction.level,
        server=prediction.server,
        server_high=prediction.server_high,
        second=prediction.second,
        second_server=prediction.second_server,
        mast_of_sector=np.repeat(np.arange(sent.mast_count), np.diff(sent.sector_start)),
        certain=sent.sector_certain,
        assumed_db=sent.sector_eirp_dbm[:, HIGH] - sent.sector_eirp_dbm[:, MIDDLE],
        layer=layer,
        needed_dbm=needed_dbm,
        floor_dbm=np.ascontiguousarray(sent.layer_floor_dbm[chosen]),
        order=order,
        x_m=points.lon_deg * _METRES_A_DEGREE * math.cos(math.radians(middle_deg)),
        y_m=points.lat_deg * _METRES_A_DEGREE,
    )


def _play(links: Links, worlds: Worlds, homes: Homes, n_groups: int) -> tuple[Ints, Counts, Counts]:
    """Play every world, some on each core; whole numbers are added up, so that their order does not matter."""
    draws, n = len(worlds.sigma_db), len(links.x_m)
    least, most = np.zeros((draws, n_groups)), np.zeros((draws, n_groups))

    def play(first: int) -> NDArray[np.int32]:
        served, times = np.empty(n, dtype=np.bool_), np.zeros(n, dtype=np.int32)
        for draw in range(first, min(first + DRAWS_A_TASK, draws)):
            fill_world(draw, links, worlds, homes, NORMAL_NODES, served, times, (least, most))
        return times

    total = np.zeros(n, dtype=np.int64)

    def add(times: NDArray[np.int32]) -> None:
        np.add(total, times, out=total)

    on_all_cores(play, range(0, draws, DRAWS_A_TASK), add)
    return total, least, most
