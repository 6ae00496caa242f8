"""The kernel under the prediction: for each point the best level of every layer at three ends, and who gives it.

Losses are those of Rec. ITU-R P.1812-8 for half of the time and half of the places (``radio.p1812_median``).

Exact, and quick because most paths are ruled out without their profile: the masts around a point compete in the order
of the least they may lose, and only sectors that could still change an answer are computed in full.
"""

from __future__ import annotations

import math

import numpy as np

from phusong.coverage.earth import path_km
from phusong.coverage.kernel_arrays import (
    AT_HIGH,
    AT_MIDDLE,
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
    Rules,
    Sectors,
    Work,
    terms_of,
)
from phusong.coverage.loss_bound import COARSE_STRIDE, Outline, coarse_outline, likely_loss_db, missing_outline, outline
from phusong.coverage.narrowing import (
    bound_attenuation,
    bound_losses,
    may_matter,
    narrow,
    need_beyond,
    start_mast,
    start_point,
)
from phusong.coverage.profile import (
    MAX_SAMPLES,
    MIN_DISTANCE_KM,
    PathEnds,
    elevation_at,
    fill_profile,
    fill_samples,
    may_have_holes,
    sample_count,
)
from phusong.coverage.radio._jit import bare_kernel, inner_kernel
from phusong.coverage.radio.p1812_median import loss_50_db
from phusong.coverage.radio.profile_geometry import PathGeometry, bullington_nu_1m, path_geometry, with_edge

__all__ = ["HIGH", "LOW", "MIDDLE", "NONE", "fill_best_servers", "hundredths"]


@bare_kernel
def hundredths(level_dbm: float) -> int:
    """Return a level in hundredths of a dBm, rounded half up: the resolution of every stored level."""
    return int(np.floor(level_dbm * 100.0 + 0.5))


@inner_kernel
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


@inner_kernel
def _geometry(tx_amsl_m: float, link: Link, count: int, cluttered: bool, ae_km: float, work: Work) -> PathGeometry:
    """Go over the sampled profile; clutter on it has a part in the edge of the path alone."""
    step_km = link[0] / (count - 1)
    geometry = path_geometry(work.profile_m, count, step_km, tx_amsl_m, link[3], ae_km)
    if not cluttered:
        return geometry
    return with_edge(geometry, bullington_nu_1m(work.surface_m, count, step_km, tx_amsl_m, link[3], ae_km))


@inner_kernel
def _fill_losses(
    m: int, height_m: float, masts: Masts, link: Link, count: int, cluttered: bool, ae_km: float, work: Work
) -> int:
    """Fill the losses of the wanted paths from one height over the sampled profile; return how many they are."""
    tx_amsl_m = link[2] + height_m
    geometry = _geometry(tx_amsl_m, link, count, cluttered, ae_km, work)
    first = masts.path_start[m]
    done = 0
    for i in range(masts.path_start[m + 1] - first):
        if work.path_wanted[i] and masts.path_height_m[first + i] == height_m:
            terms = terms_of(masts.path_terms[first + i])
            work.loss_db[i] = loss_50_db(work.profile_m, count, tx_amsl_m, link[3], geometry, link[4], terms)
            done += 1
    return done


@inner_kernel
def _level_dbm(s: int, end: int, height: int, sectors: Sectors, attenuation_db: Floats, loss_db: Floats) -> float:
    """Level of a sector at one end and one of its heights; −∞ where the phone would not be heard."""
    attenuated_db = attenuation_db[height, end] + loss_db[sectors.path[s, height]]
    if attenuated_db > sectors.uplink_max_loss_db[s]:
        return -math.inf
    return float(sectors.eirp_dbm[s, end] - attenuated_db)


@inner_kernel
def _end_dbm(s: int, end: int, sectors: Sectors, attenuation_db: Floats, loss_db: Floats) -> float:
    """Level of a sector at one end: the least or the greatest over its heights, or that of the middle height."""
    level_dbm = _level_dbm(s, end, end, sectors, attenuation_db, loss_db)
    if end == MIDDLE:
        return level_dbm
    for height in range(3):
        other_dbm = _level_dbm(s, end, height, sectors, attenuation_db, loss_db)
        level_dbm = min(level_dbm, other_dbm) if end == LOW else max(level_dbm, other_dbm)
    return level_dbm


@inner_kernel
def _beats(s: int, level: int, other: int, other_level: int, sectors: Sectors) -> bool:
    """Say whether sector s at a level serves rather than another at its: the lower id where both are equal."""
    return level > other_level or (level == other_level and sectors.rank[s] < sectors.rank[other])


@inner_kernel
def _take_middle(s: int, layer: int, level: int, seconded: bool, sectors: Sectors, answers: Answers) -> int:
    """Let a sector compete for the best level of its layer and, if wanted, for the best from another mast.

    All sectors of a mast compete before the next mast's, so the second is always of another mast than the server.
    Returns the level that the next sector has to reach to matter.
    """
    best, server = answers.level[layer, MIDDLE], answers.server[layer, AT_MIDDLE]
    if _beats(s, level, server, best, sectors):
        if seconded and server >= 0 and sectors.mast[server] != sectors.mast[s]:
            answers.second[layer], answers.second_server[layer] = best, server
        answers.level[layer, MIDDLE], answers.server[layer, AT_MIDDLE] = level, s
    elif (
        seconded
        and sectors.mast[server] != sectors.mast[s]
        and _beats(s, level, answers.second_server[layer], answers.second[layer], sectors)
    ):
        answers.second[layer], answers.second_server[layer] = level, s
    return int(answers.second[layer] if seconded else answers.level[layer, MIDDLE])


@inner_kernel
def _take(s: int, sectors: Sectors, rules: Rules, attenuation_db: Floats, answers: Answers, work: Work) -> None:
    """Let a sector compete for the levels of its layer at the three ends."""
    layer = sectors.layer[s]
    floor_dbm = rules.floor_dbm[layer]
    for end in range(3):
        level_dbm = _end_dbm(s, end, sectors, attenuation_db, work.loss_db)
        if not level_dbm >= floor_dbm:
            continue
        level = hundredths(level_dbm)
        if end == MIDDLE:
            enough = _take_middle(s, layer, level, rules.seconded[layer], sectors, answers)
            need_beyond(enough, layer, end, floor_dbm, work.needed_dbm)
            continue
        best = answers.level[layer, end]
        if end == HIGH and _beats(s, level, answers.server[layer, AT_HIGH], best, sectors):
            answers.server[layer, AT_HIGH] = s
        if level > best:
            answers.level[layer, end] = level
            need_beyond(level, layer, end, floor_dbm, work.needed_dbm)


@inner_kernel
def _compete(
    m: int,
    masts: Masts,
    sectors: Sectors,
    rules: Rules,
    link: Link,
    count: int,
    cluttered: bool,
    answers: Answers,
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
                    done += _fill_losses(m, height_m, masts, link, count, cluttered, rules.ae_km, work)
            _take(s, sectors, rules, work.attenuation_db[i], answers, work)
    return done


@inner_kernel
def _note_unseen(m: int, masts: Masts, sectors: Sectors, rules: Rules, answers: Answers, work: Work) -> None:
    """Keep the best level that the wanted sectors of a mast could give in free space, over terrain that is missing."""
    unseen = answers.unseen
    first = masts.sector_start[m]
    for i in range(masts.sector_start[m + 1] - first):
        s = first + i
        layer = sectors.layer[s]
        attenuated_db = work.bound_db[sectors.carrier[s]] + work.least_db[i, HIGH]
        level_dbm = sectors.eirp_dbm[s, HIGH] - attenuated_db
        heard = attenuated_db <= sectors.uplink_max_loss_db[s] and level_dbm >= rules.floor_dbm[layer]
        if work.wanted[i] and heard:
            unseen[layer] = max(unseen[layer], hundredths(level_dbm))


@inner_kernel
def _masts_near(places: tuple[Floats, Floats], masts: Masts, near: Ints) -> int:
    """Find the masts within reach of any of some places near each other, and some more; return how many."""
    lon_deg, lat_deg = places[0][0], places[1][0]
    across_km = 0.0
    for i in range(places[0].size):
        across_km = max(across_km, path_km(lon_deg, lat_deg, places[0][i], places[1][i])[0])
    n = 0
    for m in range(masts.lon_deg.size):
        if (
            path_km(masts.lon_deg[m], masts.lat_deg[m], lon_deg, lat_deg)[0]
            <= masts.reach_km[m] + 1.01 * across_km + 0.01
        ):
            near[n] = m
            n += 1
    return n


@inner_kernel
def _coarse_outline(
    m: int, ground: Ground, ends: PathEnds, link: Link, masts: Masts, ae_km: float, profile_m: Floats
) -> Outline:
    """Look at a few samples of the path from the tallest antenna of a mast."""
    count = sample_count(link[0])
    stride = 1 if may_have_holes(ground.holes, ground.grid, ends) else COARSE_STRIDE
    if not fill_profile(ground.elevation, ground.grid, ends, count, stride, profile_m):
        return missing_outline()
    step_km, tx_amsl_m = link[0] / (count - 1), link[2] + masts.tallest_m[m]
    return coarse_outline(profile_m, count, step_km, tx_amsl_m, link[3], ae_km)


@inner_kernel
def _outline(
    m: int, ground: Ground, ends: PathEnds, link: Link, masts: Masts, ae_km: float, count: int, profile_m: Floats
) -> Outline:
    """Look closer at the path, where its terrain is known: at all samples near its ends too."""
    fill_samples(ground.elevation, ground.grid, ends, count, (0, count, COARSE_STRIDE), profile_m)
    fill_samples(ground.elevation, ground.grid, ends, count, (1, COARSE_STRIDE, 1), profile_m)
    fill_samples(ground.elevation, ground.grid, ends, count, (count - COARSE_STRIDE, count - 1, 1), profile_m)
    antennas_m = (link[2] + masts.tallest_m[m], link[2] + masts.lowest_m[m])
    return outline(profile_m, count, link[0] / (count - 1), antennas_m, link[3], ae_km)


@inner_kernel
def _insert(n: int, promise_db: Floats, order: Ints) -> None:
    """Put the n-th into the order of those before it, least loss first."""
    k = n
    while k > 0 and promise_db[order[k - 1]] > promise_db[n]:
        order[k] = order[k - 1]
        k -= 1
    order[k] = n


@inner_kernel
def _look_around(
    ground: Ground, place: Place, n_near: int, masts: Masts, rules: Rules, rx_amsl_m: float, work: Work
) -> int:
    """Find the masts in reach of a point and order them by the loss they are likely to have; return how many."""
    n = 0
    for k in range(n_near):
        m = work.near[k]
        ends = (masts.lon_deg[m], masts.lat_deg[m], place[0], place[1])
        distance_km, bearing_deg = path_km(ends[0], ends[1], ends[2], ends[3])
        if distance_km > masts.reach_km[m]:
            continue
        distance_km = max(distance_km, MIN_DISTANCE_KM)
        link = (distance_km, bearing_deg, masts.ground_m[m], rx_amsl_m, 0.5 * (ends[1] + ends[3]))
        seen = _coarse_outline(m, ground, ends, link, masts, rules.ae_km, work.profile_m)
        work.candidate[n] = m
        work.around[n, 0], work.around[n, 1] = distance_km, bearing_deg
        work.around[n, 2], work.around[n, 3], work.around[n, 4] = seen.nu_1m, seen.theta_t, seen.theta_r
        work.around[n, 5], work.around[n, 6], work.around[n, 7] = seen.theta, seen.d_lt_km, seen.d_lr_km
        work.promise_db[n] = likely_loss_db(distance_km, seen.nu_1m)
        _insert(n, work.promise_db, work.order)
        n += 1
    return n


@inner_kernel
def _try_mast(
    m: int,
    ground: Ground,
    ends: PathEnds,
    link: Link,
    seen: Outline,
    masts: Masts,
    sectors: Sectors,
    rules: Rules,
    answers: Answers,
    work: Work,
) -> int:
    """Let a mast compete at a point, as far as its sectors may matter; return how many paths that took."""
    start_mast(m, masts, sectors, rules, link, work)
    bound_losses(m, masts, link, seen, rules.ae_km, work)
    if not narrow(m, masts, sectors, work):
        return 0
    count = sample_count(link[0])
    if count > 3 * COARSE_STRIDE and not math.isnan(seen.nu_1m):
        closer = _outline(m, ground, ends, link, masts, rules.ae_km, count, work.profile_m)
        bound_losses(m, masts, link, closer, rules.ae_km, work)
        if not narrow(m, masts, sectors, work):
            return 0
    bound_attenuation(m, masts, sectors, link, rules.ae_km, work)
    if not narrow(m, masts, sectors, work):
        return 0
    if math.isnan(seen.nu_1m):
        _note_unseen(m, masts, sectors, rules, answers, work)
        return 0
    fill_profile(ground.elevation, ground.grid, ends, count, 1, work.profile_m)
    if ground.cluttered:
        fill_profile(ground.surface, ground.grid, ends, count, 1, work.surface_m)
    return _compete(m, masts, sectors, rules, link, count, ground.cluttered, answers, work)


@inner_kernel
def _paths_in_reach(m: int, distance_km: float, masts: Masts) -> int:
    """Count the paths of a mast over which anything could serve a point so far away."""
    count = 0
    for path in range(masts.path_start[m], masts.path_start[m + 1]):
        if distance_km <= masts.path_max_km[path]:
            count += 1
    return count


def room(n_masts: int, n_layers: int, most: tuple[int, int, int]) -> Work:
    """Return room to work in; ``most`` is the largest number of paths, carriers and sectors on one mast."""
    n_paths, n_carriers, n_sectors = most
    return Work(
        near=np.empty(n_masts, dtype=np.int64),
        candidate=np.empty(n_masts, dtype=np.int64),
        order=np.empty(n_masts, dtype=np.int64),
        promise_db=np.empty(n_masts),
        around=np.empty((n_masts, 8)),
        needed_dbm=np.empty((n_layers, 3)),
        profile_m=np.empty(MAX_SAMPLES),
        surface_m=np.empty(MAX_SAMPLES),
        loss_db=np.empty(n_paths),
        path_wanted=np.empty(n_paths, dtype=np.bool_),
        elevation_deg=np.empty(n_paths),
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
    counts: Ints,
) -> None:
    """Fill the answers of some points; quickest for points near each other.

    ``places`` are longitudes and latitudes; ``counts[point]`` becomes how many paths were computed, −1 without terrain,
    and how many there are in reach. Holds no interpreter lock: callers run it on threads, each on points and in a
    :func:`room` of its own.
    """
    n_near = _masts_near(places, masts, work.near)
    for i in range(counts.shape[0]):
        place = (places[0][i], places[1][i])
        ground_m = elevation_at(ground.elevation, ground.grid, place[0], place[1])
        counts[i, 0], counts[i, 1] = -1, 0
        if math.isnan(ground_m):
            continue
        counts[i, 0] = 0
        rx_amsl_m = ground_m + rules.rx_height_m
        start_point(rules, work.needed_dbm)
        point = Answers(
            answers.level[i], answers.server[i], answers.second[i], answers.second_server[i], answers.unseen[i]
        )
        for k in range(_look_around(ground, place, n_near, masts, rules, rx_amsl_m, work)):
            j = work.order[k]
            m = work.candidate[j]
            ends = (masts.lon_deg[m], masts.lat_deg[m], place[0], place[1])
            link = (work.around[j, 0], work.around[j, 1], masts.ground_m[m], rx_amsl_m, 0.5 * (ends[1] + ends[3]))
            around = work.around[j]
            seen = Outline(around[2], around[3], around[4], around[5], around[6], around[7])
            counts[i, 1] += _paths_in_reach(m, link[0], masts)
            counts[i, 0] += _try_mast(m, ground, ends, link, seen, masts, sectors, rules, point, work)
        for layer in range(rules.floor_dbm.size):
            if answers.unseen[i, layer] <= answers.level[i, layer, HIGH]:
                answers.unseen[i, layer] = NONE
