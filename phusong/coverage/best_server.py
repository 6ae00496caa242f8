"""The kernel under the prediction: for each point the best level of every layer at three ends, and who gives it.

Exact, and quick because most paths are ruled out unseen: each mast's sectors are narrowed down by ever dearer lower
bounds of the loss (free space; the Bullington edge over every sixteenth sample; the antenna pattern), and only what could
still change an answer is computed in full.

Structures are tuples of arrays because that is what compiled code takes; their fields are named in ``transmitters``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.earth import path_km
from phusong.coverage.loss_bound import COARSE_STRIDE, least_bullington_nu_1m, least_diffraction_db
from phusong.coverage.profile import (
    MAX_SAMPLES,
    GridShape,
    PathEnds,
    elevation_at,
    fill_profile,
    may_have_holes,
    sample_count,
)
from phusong.coverage.radio._jit import kernel
from phusong.coverage.radio.antenna import pattern_span_db
from phusong.coverage.radio.diffraction import AE_KM, diffraction_db, path_geometry
from phusong.coverage.radio.free_space import free_space_loss_db, slant_distance_km

LOW, MIDDLE, HIGH = 0, 1, 2
NONE = -32768
"""No level: no sector in reach, or all of them under the floor."""

MIN_DISTANCE_KM = 0.01
SLACK_DB = 1e-6
"""Bounds are taken this much lower, so that rounding never rules out what would count."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Levels = NDArray[np.int16]
Ground = tuple[NDArray[np.int16], GridShape, NDArray[np.int64]]
"""Elevation, flat; its grid; where it has holes."""


class Masts(NamedTuple):
    """Where the masts stand, and which paths, carriers and sectors are theirs (``start[m]:start[m + 1]``)."""

    lon_deg: Floats
    lat_deg: Floats
    ground_m: Floats
    tallest_m: Floats
    path_start: Ints
    path_height_m: Floats
    path_frequency_ghz: Floats
    carrier_start: Ints
    carrier_frequency_ghz: Floats
    sector_start: Ints


class Sectors(NamedTuple):
    """What the sectors send; columns are the unfavourable, middle and favourable end.

    Paths and carriers are counted from the mast's first. An EIRP of −∞ is an end at which the sector does not count.
    """

    layer: Ints
    path: Ints  # (s, 3)
    carrier: Ints
    eirp_dbm: Floats  # (s, 3)
    azimuth_deg: Floats
    ring: Ints
    tilt_deg: Floats  # (s, 3)
    beamwidth_deg: Floats  # (s, 2)
    uplink_max_loss_db: Floats
    rank: Ints  # place in the order of the sector ids: ties go to the lowest


class Rules(NamedTuple):
    """Where each layer ends, and the receiver."""

    max_km: Floats
    floor_dbm: Floats
    rx_height_m: float


class Answers(NamedTuple):
    """What is filled, shapes (points, layers[, 3]): levels in hundredths of a dBm."""

    level: Levels
    server: NDArray[np.int32]
    unseen: Levels


class Work(NamedTuple):
    """Room for one point, then for one mast after the other; what is said of a mast's parts is in their order."""

    candidate: Ints
    """The masts in reach of the point, as found; ``order`` has the most promising first."""
    order: Ints
    promise_db: Floats
    around: Floats
    """Of each candidate: distance in km, direction in degrees, least Bullington edge at a wavelength of 1 m."""
    needed_dbm: Floats
    """(layer, end): the level from which on a sector matters."""
    profile_m: Floats
    loss_db: Floats
    path_wanted: Bools
    bound_db: Floats
    """The least loss of each carrier."""
    wanted: Bools
    attenuation_db: Floats
    """(sector, height, end)."""
    least_db: Floats
    """(sector, end): the least attenuation over the heights."""


Place = tuple[float, float]
"""Longitude and latitude in degrees."""

Link = tuple[float, float, float, float]
"""Distance in km, direction from the mast in degrees, ground under the mast, receiver above sea level (both m)."""

PointAnswers = tuple[Levels, NDArray[np.int32], Levels]


@kernel
def hundredths(level_dbm: float) -> int:
    """Return a level in hundredths of a dBm, rounded half up: the resolution of every stored level."""
    return int(np.floor(level_dbm * 100.0 + 0.5))


@kernel
def _start_point(rules: Rules, needed_dbm: Floats) -> None:
    """Before any sector, what reaches the floor of its layer matters."""
    for layer in range(rules.floor_dbm.size):
        needed_dbm[layer, :] = rules.floor_dbm[layer] - SLACK_DB


@kernel
def _least_loss_db(frequency_ghz: float, distance_km: float, nu_1m: float) -> float:
    """Return what a path loses at the least: in free space alone where its terrain is missing (NaN)."""
    free_db = free_space_loss_db(frequency_ghz, distance_km)
    if math.isnan(nu_1m):
        return free_db
    return free_db + least_diffraction_db(nu_1m, frequency_ghz, distance_km)


@kernel
def _start_mast(m: int, masts: Masts, sectors: Sectors, rules: Rules, link: Link, nu_1m: float, work: Work) -> None:
    """Want every sector whose cell reaches so far; bound the loss of each carrier by free space and its least edge.

    From the tallest antenna: a lower one never loses less.
    """
    first, first_carrier = masts.sector_start[m], masts.carrier_start[m]
    for i in range(masts.sector_start[m + 1] - first):
        work.wanted[i] = link[0] <= rules.max_km[sectors.layer[first + i]]
        work.least_db[i, :] = 0.0
    for i in range(masts.carrier_start[m + 1] - first_carrier):
        frequency_ghz = masts.carrier_frequency_ghz[first_carrier + i]
        work.bound_db[i] = _least_loss_db(frequency_ghz, link[0], nu_1m)


@kernel
def _may_matter(s: int, i: int, sectors: Sectors, work: Work) -> bool:
    """Say whether sector s, the mast's i-th, could change an end of its layer's best level, or tie for its server."""
    bound_db = work.bound_db[sectors.carrier[s]]
    if bound_db + work.least_db[i, HIGH] > sectors.uplink_max_loss_db[s] + SLACK_DB:
        return False
    layer = sectors.layer[s]
    for end in range(3):
        if sectors.eirp_dbm[s, end] - bound_db - work.least_db[i, end] >= work.needed_dbm[layer, end]:
            return True
    return False


@kernel
def _narrow(m: int, masts: Masts, sectors: Sectors, work: Work) -> bool:
    """Keep only the wanted sectors that may matter; say whether any is left."""
    first = masts.sector_start[m]
    any_left = False
    for i in range(masts.sector_start[m + 1] - first):
        work.wanted[i] = work.wanted[i] and _may_matter(first + i, i, sectors, work)
        any_left |= work.wanted[i]
    return any_left


@kernel
def _elevation_deg(height_m: float, link: Link) -> float:
    """Return the elevation of the receiver seen from an antenna, the bend of the ray included; NaN without ground."""
    distance_km, _, ground_m, rx_amsl_m = link
    drop_m = ground_m + height_m - rx_amsl_m + 500.0 * distance_km * distance_km / AE_KM
    return -math.degrees(math.atan2(drop_m, 1000.0 * distance_km))


@kernel
def _attenuate(s: int, masts: Masts, sectors: Sectors, first_path: int, link: Link, out_db: Floats) -> None:
    """Fill the pattern's attenuation (height, end) for the three heights a sector may have."""
    for k in range(3):
        if k > 0 and sectors.path[s, k] == sectors.path[s, k - 1]:
            out_db[k] = out_db[k - 1]
            continue
        least, middle, most = pattern_span_db(
            link[1] - sectors.azimuth_deg[s],
            sectors.ring[s],
            _elevation_deg(masts.path_height_m[first_path + sectors.path[s, k]], link),
            (sectors.tilt_deg[s, 0], sectors.tilt_deg[s, 1], sectors.tilt_deg[s, 2]),
            (sectors.beamwidth_deg[s, 0], sectors.beamwidth_deg[s, 1]),
        )
        out_db[k, LOW], out_db[k, MIDDLE], out_db[k, HIGH] = most, middle, least


@kernel
def _bound_attenuation(m: int, masts: Masts, sectors: Sectors, link: Link, work: Work) -> None:
    """Work out the attenuations of the wanted sectors and the least of each end; 0 where the ground is not known."""
    first = masts.sector_start[m]
    for i in range(masts.sector_start[m + 1] - first):
        if work.wanted[i]:
            db = work.attenuation_db[i]
            _attenuate(first + i, masts, sectors, masts.path_start[m], link, db)
            for end in range(3):
                least_db = min(db[0, end], min(db[1, end], db[2, end]))
                work.least_db[i, end] = 0.0 if math.isnan(least_db) else least_db


@kernel
def _want_paths(m: int, masts: Masts, sectors: Sectors, work: Work) -> None:
    """Mark the paths of the wanted sectors; none of their losses is known yet."""
    first, n_paths = masts.sector_start[m], masts.path_start[m + 1] - masts.path_start[m]
    work.path_wanted[:n_paths] = False
    work.loss_db[:n_paths] = math.nan
    for i in range(masts.sector_start[m + 1] - first):
        if work.wanted[i]:
            for k in range(3):
                work.path_wanted[sectors.path[first + i, k]] = True


@kernel
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


@kernel
def _level_dbm(s: int, end: int, height: int, sectors: Sectors, attenuation_db: Floats, loss_db: Floats) -> float:
    """Level of a sector at one end and one of its heights; −∞ where the phone would not be heard."""
    attenuated_db = attenuation_db[height, end] + loss_db[sectors.path[s, height]]
    if attenuated_db > sectors.uplink_max_loss_db[s]:
        return -math.inf
    return sectors.eirp_dbm[s, end] - attenuated_db


@kernel
def _end_dbm(s: int, end: int, sectors: Sectors, attenuation_db: Floats, loss_db: Floats) -> float:
    """Level of a sector at one end: the least or the greatest over its heights, or that of the middle height."""
    level_dbm = _level_dbm(s, end, end, sectors, attenuation_db, loss_db)
    if end == MIDDLE:
        return level_dbm
    for height in range(3):
        other_dbm = _level_dbm(s, end, height, sectors, attenuation_db, loss_db)
        level_dbm = min(level_dbm, other_dbm) if end == LOW else max(level_dbm, other_dbm)
    return level_dbm


@kernel
def _raise(level: int, layer: int, end: int, floor_dbm: float, best: Levels, needed_dbm: Floats) -> None:
    """Raise the best level of a layer at one end, and with it what the next sector needs: more, or a tie in the middle."""
    best[layer, end] = level
    beyond_dbm = (level - 0.5 if end == MIDDLE else level + 0.5) / 100.0
    needed_dbm[layer, end] = max(beyond_dbm, floor_dbm) - SLACK_DB


@kernel
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
            _raise(level, layer, end, rules.floor_dbm[layer], best, work.needed_dbm)
        if end == MIDDLE and (
            raised or (level == best[layer, MIDDLE] and sectors.rank[s] < sectors.rank[server[layer]])
        ):
            server[layer] = s


@kernel
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
        if work.wanted[i] and _may_matter(s, i, sectors, work):
            for k in range(3):
                path = sectors.path[s, k]
                if math.isnan(work.loss_db[path]):
                    height_m = masts.path_height_m[masts.path_start[m] + path]
                    done += _fill_losses(m, height_m, masts, link, count, work)
            _take(s, sectors, rules, work.attenuation_db[i], answers, work)
    return done


@kernel
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


@kernel
def _masts_near(places: tuple[Floats, Floats], masts: Masts, reach_km: float) -> Ints:
    """Return the masts within reach of any of some places near each other, and some more."""
    lon_deg, lat_deg = places[0][0], places[1][0]
    across_km = 0.0
    for i in range(places[0].size):
        across_km = max(across_km, path_km(lon_deg, lat_deg, places[0][i], places[1][i])[0])
    found = np.empty(masts.lon_deg.size, dtype=np.int64)
    n = 0
    for m in range(masts.lon_deg.size):
        if path_km(masts.lon_deg[m], masts.lat_deg[m], lon_deg, lat_deg)[0] <= reach_km + 1.01 * across_km + 0.01:
            found[n] = m
            n += 1
    return found[:n]


@kernel
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
    _start_mast(m, masts, sectors, rules, link, nu_1m, work)
    if not _narrow(m, masts, sectors, work):
        return 0
    _bound_attenuation(m, masts, sectors, link, work)
    if not _narrow(m, masts, sectors, work):
        return 0
    if math.isnan(nu_1m):
        _note_unseen(m, masts, sectors, rules, answers, work)
        return 0
    count = sample_count(link[0])
    fill_profile(ground[0], ground[1], ends, count, 1, work.profile_m)
    return _compete(m, masts, sectors, rules, link, count, answers, work)


@kernel
def _least_nu_1m(m: int, ground: Ground, ends: PathEnds, link: Link, masts: Masts, profile_m: Floats) -> float:
    """Return the least Bullington edge from the tallest antenna of a mast; NaN where terrain is missing on the path."""
    elevation, grid, holes = ground
    count = sample_count(link[0])
    stride = 1 if may_have_holes(holes, grid, ends) else COARSE_STRIDE
    if not fill_profile(elevation, grid, ends, count, stride, profile_m):
        return math.nan
    return least_bullington_nu_1m(profile_m, count, link[0] / (count - 1), link[2] + masts.tallest_m[m], link[3])


@kernel
def _insert(n: int, promise_db: Floats, order: Ints) -> None:
    """Put the n-th into the order of those before it, least loss first."""
    k = n
    while k > 0 and promise_db[order[k - 1]] > promise_db[n]:
        order[k] = order[k - 1]
        k -= 1
    order[k] = n


@kernel
def _look_around(
    ground: Ground, place: Place, near: Ints, masts: Masts, reach_km: float, rx_amsl_m: float, work: Work
) -> int:
    """Find the masts in reach of a point and order them by the least loss they may have at 1 GHz; return how many."""
    n = 0
    for m in near:
        ends = (masts.lon_deg[m], masts.lat_deg[m], place[0], place[1])
        distance_km, bearing_deg = path_km(ends[0], ends[1], ends[2], ends[3])
        if distance_km > reach_km:
            continue
        distance_km = max(distance_km, MIN_DISTANCE_KM)
        link = (distance_km, bearing_deg, masts.ground_m[m], rx_amsl_m)
        nu_1m = _least_nu_1m(m, ground, ends, link, masts, work.profile_m)
        work.candidate[n] = m
        work.around[n, 0], work.around[n, 1], work.around[n, 2] = distance_km, bearing_deg, nu_1m
        work.promise_db[n] = _least_loss_db(1.0, distance_km, nu_1m)
        _insert(n, work.promise_db, work.order)
        n += 1
    return n


@kernel
def _room(masts: Masts, n_layers: int, most: tuple[int, int, int]) -> Work:
    n_masts = masts.lon_deg.size
    n_paths, n_carriers, n_sectors = most
    return Work(
        np.empty(n_masts, dtype=np.int64),
        np.empty(n_masts, dtype=np.int64),
        np.empty(n_masts),
        np.empty((n_masts, 3)),
        np.empty((n_layers, 3)),
        np.empty(MAX_SAMPLES),
        np.empty(n_paths),
        np.empty(n_paths, dtype=np.bool_),
        np.empty(n_carriers),
        np.empty(n_sectors, dtype=np.bool_),
        np.empty((n_sectors, 3, 3)),
        np.empty((n_sectors, 3)),
    )


@kernel
def fill_best_servers(
    ground: Ground,
    places: tuple[Floats, Floats],
    masts: Masts,
    sectors: Sectors,
    rules: Rules,
    most: tuple[int, int, int],
    answers: Answers,
    computed: Ints,
) -> None:
    """Fill the answers of some points; quickest for points near each other.

    ``places`` are longitudes and latitudes. ``most`` is the largest number of paths, carriers and sectors on one mast;
    ``computed[point]`` becomes its number of paths, −1 without terrain. Holds no interpreter lock: callers run it on
    threads, each on points of its own.
    """
    work = _room(masts, rules.floor_dbm.size, most)
    reach_km = rules.max_km.max()
    near = _masts_near(places, masts, reach_km)
    for i in range(computed.size):
        place = (places[0][i], places[1][i])
        ground_m = elevation_at(ground[0], ground[1], place[0], place[1])
        computed[i] = -1
        if math.isnan(ground_m):
            continue
        computed[i] = 0
        rx_amsl_m = ground_m + rules.rx_height_m
        _start_point(rules, work.needed_dbm)
        point = (answers.level[i], answers.server[i], answers.unseen[i])
        for j in work.order[: _look_around(ground, place, near, masts, reach_km, rx_amsl_m, work)]:
            m = work.candidate[j]
            ends = (masts.lon_deg[m], masts.lat_deg[m], place[0], place[1])
            link = (work.around[j, 0], work.around[j, 1], masts.ground_m[m], rx_amsl_m)
            computed[i] += _try_mast(m, ground, ends, link, work.around[j, 2], masts, sectors, rules, point, work)
        for layer in range(rules.floor_dbm.size):
            if answers.unseen[i, layer] <= answers.level[i, layer, HIGH]:
                answers.unseen[i, layer] = NONE
