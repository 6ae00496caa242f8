"""The kernel under the prediction: for each point the best level of every layer at three ends, and who gives it.

Exact, and quick because most paths are ruled out without their profile: the masts around a point compete in the order
of the least they may lose, and only sectors that could still change an answer are computed in full.
"""

from __future__ import annotations

import math

import numpy as np

from phusong.coverage.earth import path_km
from phusong.coverage.kernel_arrays import (
    HIGH,
    LOW,
    MIDDLE,
    NONE,
    Answers,
    Floats,
    Ground,
    Ints,
    Link,
    Masts,
    Place,
    PointAnswers,
    Rules,
    Sectors,
    Work,
)
from phusong.coverage.loss_bound import COARSE_STRIDE, least_bullington_nu_1m
from phusong.coverage.narrowing import (
    bound_attenuation,
    least_loss_db,
    may_matter,
    narrow,
    raise_best,
    start_mast,
    start_point,
)
from phusong.coverage.profile import (
    MAX_SAMPLES,
    PathEnds,
    elevation_at,
    fill_profile,
    may_have_holes,
    sample_count,
)
from phusong.coverage.radio._jit import bare_kernel
from phusong.coverage.radio.diffraction import diffraction_db, path_geometry
from phusong.coverage.radio.free_space import free_space_loss_db, slant_distance_km

__all__ = ["HIGH", "LOW", "MIDDLE", "NONE", "fill_best_servers", "hundredths"]

MIN_DISTANCE_KM = 0.01
"""A point under a mast is taken this far from it."""


@bare_kernel
def hundredths(level_dbm: float) -> int:
    """Return a level in hundredths of a dBm, rounded half up: the resolution of every stored level."""
    return int(np.floor(level_dbm * 100.0 + 0.5))


@bare_kernel
def _want_paths(m: int, masts: Masts, sectors: Sectors, work: Work) -> None:
    """Mark the paths of the wanted sectors; none of their losses is known yet."""
    first = masts.sector_start[m]
    for i in range(masts.path_start[m + 1] - masts.path_start[m]):
        work.path_wanted[i] = False
        work.loss_db[i] = math.nan
    for i in range(masts.sector_start[m + 1] - first):
        if work.wanted[i]:
            for k in range(3):
                work.path_wanted[sectors.path[first + i, k]] = True


@bare_kernel
def _fill_losses(m: int, height_m: float, masts: Masts, link: Link, count: int, work: Work) -> int:
    """Fill the losses of the wanted paths from one height over the sampled profile; return how many they are."""
    distance_km, _, ground_m, rx_amsl_m = link
    tx_amsl_m = ground_m + height_m
    geometry = path_geometry(work.profile_m, count, distance_km / (count - 1), tx_amsl_m, rx_amsl_m)
    slant_km = slant_distance_km(distance_km, tx_amsl_m, rx_amsl_m)
    first = masts.path_start[m]
    done = 0
    for i in range(masts.path_start[m + 1] - first):
        if work.path_wanted[i] and masts.path_height_m[first + i] == height_m:
            frequency_ghz = masts.path_frequency_ghz[first + i]
            work.loss_db[i] = free_space_loss_db(frequency_ghz, slant_km) + diffraction_db(geometry, frequency_ghz)
            done += 1
    return done


@bare_kernel
def _level_dbm(s: int, end: int, height: int, sectors: Sectors, attenuation_db: Floats, loss_db: Floats) -> float:
    """Level of a sector at one end and one of its heights; −∞ where the phone would not be heard."""
    attenuated_db = attenuation_db[height, end] + loss_db[sectors.path[s, height]]
    if attenuated_db > sectors.uplink_max_loss_db[s]:
        return -math.inf
    return float(sectors.eirp_dbm[s, end] - attenuated_db)


@bare_kernel
def _end_dbm(s: int, end: int, sectors: Sectors, attenuation_db: Floats, loss_db: Floats) -> float:
    """Level of a sector at one end: the least or the greatest over its heights, or that of the middle height."""
    level_dbm = _level_dbm(s, end, end, sectors, attenuation_db, loss_db)
    if end == MIDDLE:
        return level_dbm
    for height in range(3):
        other_dbm = _level_dbm(s, end, height, sectors, attenuation_db, loss_db)
        level_dbm = min(level_dbm, other_dbm) if end == LOW else max(level_dbm, other_dbm)
    return level_dbm


@bare_kernel
def _take(s: int, sectors: Sectors, rules: Rules, attenuation_db: Floats, answers: PointAnswers, work: Work) -> None:
    """Let a sector compete for the best level of its layer."""
    best, server, _ = answers
    layer = sectors.layer[s]
    for end in range(3):
        level_dbm = _end_dbm(s, end, sectors, attenuation_db, work.loss_db)
        if not level_dbm >= rules.floor_dbm[layer]:
            continue
        level = hundredths(level_dbm)
        raised = level > best[layer, end]
        if raised:
            raise_best(level, layer, end, rules.floor_dbm[layer], best, work.needed_dbm)
        if end == MIDDLE and (
            raised or (level == best[layer, MIDDLE] and sectors.rank[s] < sectors.rank[server[layer]])
        ):
            server[layer] = s


@bare_kernel
def _compete(
    m: int,
    masts: Masts,
    sectors: Sectors,
    rules: Rules,
    link: Link,
    count: int,
    answers: PointAnswers,
    work: Work,
) -> int:
    """Let the wanted sectors of a mast compete over the sampled profile; return how many paths that took.

    One after the other, because the levels of the first may rule out the next.
    """
    _want_paths(m, masts, sectors, work)
    first = masts.sector_start[m]
    done = 0
    for i in range(masts.sector_start[m + 1] - first):
        s = first + i
        if work.wanted[i] and may_matter(s, i, sectors, work):
            for k in range(3):
                path = sectors.path[s, k]
                if math.isnan(work.loss_db[path]):
                    height_m = masts.path_height_m[masts.path_start[m] + path]
                    done += _fill_losses(m, height_m, masts, link, count, work)
            _take(s, sectors, rules, work.attenuation_db[i], answers, work)
    return done


@bare_kernel
def _note_unseen(m: int, masts: Masts, sectors: Sectors, rules: Rules, answers: PointAnswers, work: Work) -> None:
    """Keep the best level that the wanted sectors of a mast could give in free space, over terrain that is missing."""
    unseen = answers[2]
    first = masts.sector_start[m]
    for i in range(masts.sector_start[m + 1] - first):
        s = first + i
        layer = sectors.layer[s]
        attenuated_db = work.bound_db[sectors.carrier[s]] + work.least_db[i, HIGH]
        level_dbm = sectors.eirp_dbm[s, HIGH] - attenuated_db
        heard = attenuated_db <= sectors.uplink_max_loss_db[s] and level_dbm >= rules.floor_dbm[layer]
        if work.wanted[i] and heard:
            unseen[layer] = max(unseen[layer], hundredths(level_dbm))


@bare_kernel
def _masts_near(places: tuple[Floats, Floats], masts: Masts, reach_km: float, near: Ints) -> int:
    """Find the masts within reach of any of some places near each other, and some more; return how many."""
    lon_deg, lat_deg = places[0][0], places[1][0]
    across_km = 0.0
    for i in range(places[0].size):
        across_km = max(across_km, path_km(lon_deg, lat_deg, places[0][i], places[1][i])[0])
    n = 0
    for m in range(masts.lon_deg.size):
        if path_km(masts.lon_deg[m], masts.lat_deg[m], lon_deg, lat_deg)[0] <= reach_km + 1.01 * across_km + 0.01:
            near[n] = m
            n += 1
    return n


@bare_kernel
def _least_nu_1m(m: int, ground: Ground, ends: PathEnds, link: Link, masts: Masts, profile_m: Floats) -> float:
    """Return the least Bullington edge from the tallest antenna of a mast; NaN where terrain is missing on the path."""
    elevation, grid, holes = ground
    count = sample_count(link[0])
    stride = 1 if may_have_holes(holes, grid, ends) else COARSE_STRIDE
    if not fill_profile(elevation, grid, ends, count, stride, profile_m):
        return math.nan
    return least_bullington_nu_1m(profile_m, count, link[0] / (count - 1), link[2] + masts.tallest_m[m], link[3])


@bare_kernel
def _insert(n: int, promise_db: Floats, order: Ints) -> None:
    """Put the n-th into the order of those before it, least loss first."""
    k = n
    while k > 0 and promise_db[order[k - 1]] > promise_db[n]:
        order[k] = order[k - 1]
        k -= 1
    order[k] = n


@bare_kernel
def _look_around(
    ground: Ground, place: Place, n_near: int, masts: Masts, reach_km: float, rx_amsl_m: float, work: Work
) -> int:
    """Find the masts in reach of a point and order them by the least loss they may have at 1 GHz; return how many."""
    n = 0
    for k in range(n_near):
        m = work.near[k]
        ends = (masts.lon_deg[m], masts.lat_deg[m], place[0], place[1])
        distance_km, bearing_deg = path_km(ends[0], ends[1], ends[2], ends[3])
        if distance_km > reach_km:
            continue
        distance_km = max(distance_km, MIN_DISTANCE_KM)
        link = (distance_km, bearing_deg, masts.ground_m[m], rx_amsl_m)
        nu_1m = _least_nu_1m(m, ground, ends, link, masts, work.profile_m)
        work.candidate[n] = m
        work.around[n, 0], work.around[n, 1], work.around[n, 2] = distance_km, bearing_deg, nu_1m
        work.promise_db[n] = least_loss_db(1.0, distance_km, nu_1m)
        _insert(n, work.promise_db, work.order)
        n += 1
    return n


@bare_kernel
def _try_mast(
    m: int,
    ground: Ground,
    ends: PathEnds,
    link: Link,
    nu_1m: float,
    masts: Masts,
    sectors: Sectors,
    rules: Rules,
    answers: PointAnswers,
    work: Work,
) -> int:
    """Let a mast compete at a point, as far as its sectors may matter; return how many paths that took."""
    start_mast(m, masts, sectors, rules, link, nu_1m, work)
    if not narrow(m, masts, sectors, work):
        return 0
    bound_attenuation(m, masts, sectors, link, work)
    if not narrow(m, masts, sectors, work):
        return 0
    if math.isnan(nu_1m):
        _note_unseen(m, masts, sectors, rules, answers, work)
        return 0
    count = sample_count(link[0])
    fill_profile(ground[0], ground[1], ends, count, 1, work.profile_m)
    return _compete(m, masts, sectors, rules, link, count, answers, work)


def room(n_masts: int, n_layers: int, most: tuple[int, int, int]) -> Work:
    """Return room to work in; ``most`` is the largest number of paths, carriers and sectors on one mast."""
    n_paths, n_carriers, n_sectors = most
    return Work(
        near=np.empty(n_masts, dtype=np.int64),
        candidate=np.empty(n_masts, dtype=np.int64),
        order=np.empty(n_masts, dtype=np.int64),
        promise_db=np.empty(n_masts),
        around=np.empty((n_masts, 3)),
        needed_dbm=np.empty((n_layers, 3)),
        profile_m=np.empty(MAX_SAMPLES),
        loss_db=np.empty(n_paths),
        path_wanted=np.empty(n_paths, dtype=np.bool_),
        bound_db=np.empty(n_carriers),
        wanted=np.empty(n_sectors, dtype=np.bool_),
        attenuation_db=np.empty((n_sectors, 3, 3)),
        least_db=np.empty((n_sectors, 3)),
    )


@bare_kernel
def fill_best_servers(
    ground: Ground,
    places: tuple[Floats, Floats],
    masts: Masts,
    sectors: Sectors,
    rules: Rules,
    work: Work,
    answers: Answers,
    computed: Ints,
) -> None:
    """Fill the answers of some points; quickest for points near each other.

    ``places`` are longitudes and latitudes; ``computed[point]`` becomes its number of paths, −1 without terrain. Holds
    no interpreter lock: callers run it on threads, each on points and in a :func:`room` of its own.
    """
    n_near = _masts_near(places, masts, rules.reach_km, work.near)
    for i in range(computed.size):
        place = (places[0][i], places[1][i])
        ground_m = elevation_at(ground[0], ground[1], place[0], place[1])
        computed[i] = -1
        if math.isnan(ground_m):
            continue
        computed[i] = 0
        rx_amsl_m = ground_m + rules.rx_height_m
        start_point(rules, work.needed_dbm)
        point = (answers.level[i], answers.server[i], answers.unseen[i])
        for k in range(_look_around(ground, place, n_near, masts, rules.reach_km, rx_amsl_m, work)):
            j = work.order[k]
            m = work.candidate[j]
            ends = (masts.lon_deg[m], masts.lat_deg[m], place[0], place[1])
            link = (work.around[j, 0], work.around[j, 1], masts.ground_m[m], rx_amsl_m)
            computed[i] += _try_mast(m, ground, ends, link, work.around[j, 2], masts, sectors, rules, point, work)
        for layer in range(rules.floor_dbm.size):
            if answers.unseen[i, layer] <= answers.level[i, layer, HIGH]:
                answers.unseen[i, layer] = NONE
