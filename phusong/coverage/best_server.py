"""The kernel under the prediction: for each point the best level of every layer at three ends, and who gives it.

Structures are tuples of arrays because that is what compiled code takes; their fields are named in ``transmitters``.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.earth import path_km
from phusong.coverage.profile import MAX_SAMPLES, GridShape, elevation_at, fill_profile, sample_count
from phusong.coverage.radio._jit import kernel
from phusong.coverage.radio.antenna import pattern_span_db
from phusong.coverage.radio.diffraction import AE_KM, diffraction_db, path_geometry
from phusong.coverage.radio.free_space import free_space_loss_db, slant_distance_km

LOW, MIDDLE, HIGH = 0, 1, 2
NONE = -32768
"""No level: no sector in reach, or all of them under the floor."""

CHUNK = 64
MIN_DISTANCE_KM = 0.01

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Levels = NDArray[np.int16]


class Masts(NamedTuple):
    """Where the masts stand and which paths and sectors are theirs (``start[m]:start[m + 1]``)."""

    lon_deg: Floats
    lat_deg: Floats
    ground_m: Floats
    path_start: Ints
    path_height_m: Floats
    path_frequency_ghz: Floats
    sector_start: Ints


class Sectors(NamedTuple):
    """What the sectors send; columns are the unfavourable, middle and favourable end."""

    layer: Ints
    path: Ints  # (s, 3), counted from the mast's first path
    eirp_dbm: Floats  # (s, 3)
    azimuth_deg: Floats
    ring: Ints
    tilt_deg: Floats  # (s, 3)
    beamwidth_deg: Floats  # (s, 2)
    uplink_max_loss_db: Floats
    certain: Bools
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
    """Room for one mast at a time: its profile, the losses of its paths, its sectors' attenuations (sector, height, end)."""

    profile_m: Floats
    loss_db: Floats
    path_wanted: Bools
    wanted: Bools
    attenuation_db: Floats


Link = tuple[float, float, float, float]
"""Distance in km, direction from the mast in degrees, ground under the mast, receiver above sea level (both m)."""

PointAnswers = tuple[Levels, NDArray[np.int32], Levels]


@kernel
def hundredths(level_dbm: float) -> int:
    """Return a level in hundredths of a dBm, rounded half up: the resolution of every stored level."""
    return int(math.floor(level_dbm * 100.0 + 0.5))


@kernel
def _sector_attenuations(s: int, masts: Masts, sectors: Sectors, first_path: int, link: Link, out_db: Floats) -> None:
    """Fill the pattern's attenuation at the three ends, for the three heights a sector may have."""
    distance_km, bearing_deg, ground_m, rx_amsl_m = link
    for end in range(3):
        height_m = masts.path_height_m[first_path + sectors.path[s, end]]
        if math.isnan(ground_m):
            elevation_deg = math.nan
        else:
            drop_m = ground_m + height_m - rx_amsl_m + 500.0 * distance_km * distance_km / AE_KM
            elevation_deg = -math.degrees(math.atan2(drop_m, 1000.0 * distance_km))
        least, middle, most = pattern_span_db(
            bearing_deg - sectors.azimuth_deg[s],
            sectors.ring[s],
            elevation_deg,
            (sectors.tilt_deg[s, 0], sectors.tilt_deg[s, 1], sectors.tilt_deg[s, 2]),
            (sectors.beamwidth_deg[s, 0], sectors.beamwidth_deg[s, 1]),
        )
        out_db[end, LOW] = most
        out_db[end, MIDDLE] = middle
        out_db[end, HIGH] = least


@kernel
def _level(s: int, end: int, height: int, sectors: Sectors, attenuation_db: Floats, loss_db: float) -> float:
    """Level of a sector at one end and one of its heights; −inf where the phone would not be heard."""
    attenuated_db = attenuation_db[height, end] + loss_db
    if attenuated_db > sectors.uplink_max_loss_db[s] or (end == LOW and not sectors.certain[s]):
        return -math.inf
    return sectors.eirp_dbm[s, end] - attenuated_db


@kernel
def sector_ends_dbm(s: int, sectors: Sectors, attenuation_db: Floats, loss_db: Floats) -> tuple[float, float, float]:
    """Return the levels of a sector: the least, the middle and the greatest over its spans; NaN where a loss is NaN."""
    low = high = math.nan
    for height in range(3):
        path_loss_db = loss_db[sectors.path[s, height]]
        if math.isnan(path_loss_db):
            return math.nan, math.nan, math.nan
        at_low = _level(s, LOW, height, sectors, attenuation_db, path_loss_db)
        at_high = _level(s, HIGH, height, sectors, attenuation_db, path_loss_db)
        low = at_low if height == 0 else min(low, at_low)
        high = at_high if height == 0 else max(high, at_high)
    return low, _level(s, MIDDLE, MIDDLE, sectors, attenuation_db, loss_db[sectors.path[s, MIDDLE]]), high


@kernel
def _may_matter(
    s: int, sectors: Sectors, free_db: float, attenuation_db: tuple[float, float, float], floor_dbm: float, best: Levels
) -> bool:
    """Say whether a sector could change any end of its layer's best level, or tie with it.

    Free space and the least attenuation of each end bound its levels from above.
    """
    if sectors.eirp_dbm[s, HIGH] - free_db - attenuation_db[HIGH] < floor_dbm:
        return False
    layer = sectors.layer[s]
    for end in range(3):
        if hundredths(sectors.eirp_dbm[s, end] - free_db - attenuation_db[end]) >= best[layer, end]:
            return True
    return False


@kernel
def _least(attenuation_db: Floats, end: int) -> float:
    """Return the least attenuation of one end over the heights a sector may have; 0 where none is known."""
    least = min(attenuation_db[0, end], min(attenuation_db[1, end], attenuation_db[2, end]))
    return 0.0 if math.isnan(least) else least


@kernel
def _want(m: int, masts: Masts, sectors: Sectors, rules: Rules, link: Link, best: Levels, work: Work) -> bool:
    """Mark the sectors of a mast, and their paths, that free space and the pattern do not rule out."""
    distance_km = link[0]
    first, first_path = masts.sector_start[m], masts.path_start[m]
    work.path_wanted[: masts.path_start[m + 1] - first_path] = False
    any_wanted = False
    for s in range(first, masts.sector_start[m + 1]):
        layer = sectors.layer[s]
        work.wanted[s - first] = False
        if distance_km > rules.max_km[layer]:
            continue
        free_db = free_space_loss_db(masts.path_frequency_ghz[first_path + sectors.path[s, HIGH]], distance_km)
        if not _may_matter(s, sectors, free_db, (0.0, 0.0, 0.0), rules.floor_dbm[layer], best):
            continue
        attenuation_db = work.attenuation_db[s - first]
        _sector_attenuations(s, masts, sectors, first_path, link, attenuation_db)
        least = (_least(attenuation_db, LOW), _least(attenuation_db, MIDDLE), _least(attenuation_db, HIGH))
        if _may_matter(s, sectors, free_db, least, rules.floor_dbm[layer], best):
            work.wanted[s - first] = any_wanted = True
            for end in range(3):
                work.path_wanted[sectors.path[s, end]] = True
    return any_wanted


@kernel
def _fill_losses(m: int, masts: Masts, link: Link, known: bool, work: Work) -> int:
    """Fill the losses of the wanted paths of a mast over the sampled profile; NaN without terrain. Return how many."""
    distance_km, _, ground_m, rx_amsl_m = link
    count = sample_count(distance_km)
    first = masts.path_start[m]
    of_height_m = math.nan
    geometry = path_geometry(work.profile_m, 0, 1.0, 0.0, 0.0)
    done = 0
    for p in range(first, masts.path_start[m + 1]):
        if not work.path_wanted[p - first]:
            continue
        tx_amsl_m = ground_m + masts.path_height_m[p]
        if known and masts.path_height_m[p] != of_height_m:
            of_height_m = masts.path_height_m[p]
            geometry = path_geometry(work.profile_m, count, distance_km / (count - 1), tx_amsl_m, rx_amsl_m)
        frequency_ghz = masts.path_frequency_ghz[p]
        work.loss_db[p - first] = (
            free_space_loss_db(frequency_ghz, slant_distance_km(distance_km, tx_amsl_m, rx_amsl_m))
            + diffraction_db(geometry, frequency_ghz)
            if known
            else math.nan
        )
        done += 1
    return done


@kernel
def _raise(level_dbm: float, floor_dbm: float, layer: int, end: int, best: Levels) -> bool:
    """Raise the best level of a layer at one end; True where it was raised."""
    if not level_dbm >= floor_dbm:
        return False
    level = hundredths(level_dbm)
    if level <= best[layer, end]:
        return False
    best[layer, end] = level
    return True


@kernel
def _take(m: int, masts: Masts, sectors: Sectors, rules: Rules, link: Link, answers: PointAnswers, work: Work) -> None:
    """Let the wanted sectors of a mast compete for the best level of their layers."""
    best, server, unseen = answers
    first = masts.sector_start[m]
    for s in range(first, masts.sector_start[m + 1]):
        if not work.wanted[s - first]:
            continue
        layer = sectors.layer[s]
        floor_dbm = rules.floor_dbm[layer]
        attenuation_db = work.attenuation_db[s - first]
        low, middle, high = sector_ends_dbm(s, sectors, attenuation_db, work.loss_db)
        if math.isnan(middle):
            frequency_ghz = masts.path_frequency_ghz[masts.path_start[m] + sectors.path[s, HIGH]]
            bound_dbm = (
                sectors.eirp_dbm[s, HIGH] - free_space_loss_db(frequency_ghz, link[0]) - _least(attenuation_db, HIGH)
            )
            unseen[layer] = max(unseen[layer], hundredths(bound_dbm))
            continue
        _raise(low, floor_dbm, layer, LOW, best)
        _raise(high, floor_dbm, layer, HIGH, best)
        tie = middle >= floor_dbm and hundredths(middle) == best[layer, MIDDLE]
        if _raise(middle, floor_dbm, layer, MIDDLE, best) or (tie and sectors.rank[s] < sectors.rank[server[layer]]):
            server[layer] = s


@kernel
def _near_masts(masts: Masts, box: tuple[float, float, float, float], reach_km: float) -> Ints:
    """Return the masts within reach of a box (west, south, east, north), those nearest to its middle first."""
    west, south, east, north = box
    lon, lat = 0.5 * (west + east), 0.5 * (south + north)
    half_km, _ = path_km(west, south, east, north)
    found = np.empty(masts.lon_deg.size, dtype=np.int64)
    away_km = np.empty(masts.lon_deg.size, dtype=np.float64)
    n = 0
    for m in range(masts.lon_deg.size):
        distance_km, _ = path_km(masts.lon_deg[m], masts.lat_deg[m], lon, lat)
        if distance_km <= reach_km + half_km:
            found[n], away_km[n] = m, distance_km
            n += 1
    return found[:n][np.argsort(away_km[:n])]


@kernel
def _fill_point(
    ground: tuple[NDArray[np.int16], GridShape],
    place: tuple[float, float],
    near: Ints,
    masts: Masts,
    sectors: Sectors,
    rules: Rules,
    answers: PointAnswers,
    work: Work,
) -> int:
    """Fill the answers of one point from the masts near it; return how many paths that took, −1 without terrain."""
    elevation, grid = ground
    lon_deg, lat_deg = place
    ground_m = elevation_at(elevation, grid, lon_deg, lat_deg)
    if math.isnan(ground_m):
        return -1
    reach_km = rules.max_km.max()
    done = 0
    for m in near:
        mast_lon, mast_lat = masts.lon_deg[m], masts.lat_deg[m]
        distance_km, bearing_deg = path_km(mast_lon, mast_lat, lon_deg, lat_deg)
        if distance_km > reach_km:
            continue
        link = (max(distance_km, MIN_DISTANCE_KM), bearing_deg, masts.ground_m[m], ground_m + rules.rx_height_m)
        if not _want(m, masts, sectors, rules, link, answers[0], work):
            continue
        count = sample_count(link[0])
        seen = fill_profile(elevation, grid, (mast_lon, mast_lat, lon_deg, lat_deg), count, work.profile_m)
        done += _fill_losses(m, masts, link, seen, work)
        _take(m, masts, sectors, rules, link, answers, work)
    return done


@kernel
def _fill_chunk(
    ground: tuple[NDArray[np.int16], GridShape],
    places: tuple[Floats, Floats],
    masts: Masts,
    sectors: Sectors,
    rules: Rules,
    most: tuple[int, int],
    answers: Answers,
    computed: Ints,
) -> None:
    """Fill the answers of some points near each other."""
    lon_deg, lat_deg = places
    work = Work(
        np.empty(MAX_SAMPLES),
        np.empty(most[0]),
        np.empty(most[0], dtype=np.bool_),
        np.empty(most[1], dtype=np.bool_),
        np.empty((most[1], 3, 3)),
    )
    box = (lon_deg.min(), lat_deg.min(), lon_deg.max(), lat_deg.max())
    near = _near_masts(masts, box, rules.max_km.max())
    for i in range(lon_deg.size):
        point = (answers.level[i], answers.server[i], answers.unseen[i])
        computed[i] = _fill_point(ground, (lon_deg[i], lat_deg[i]), near, masts, sectors, rules, point, work)


@kernel
def fill_best_servers(
    ground: tuple[NDArray[np.int16], GridShape],
    places: tuple[Floats, Floats],
    masts: Masts,
    sectors: Sectors,
    rules: Rules,
    most: tuple[int, int],
    answers: Answers,
    computed: Ints,
) -> None:
    """Fill the answers of all points, chunk by chunk; points near each other should stand near each other in the arrays.

    ``ground`` is the elevation, flat, and its grid; ``places`` longitudes and latitudes. ``most`` is the largest number
    of paths and of sectors on one mast; ``computed[point]`` becomes its number of paths, −1 without terrain. Holds no
    interpreter lock: callers run it on threads, each on points of its own.
    """
    for a in range(0, computed.size, CHUNK):
        b = min(a + CHUNK, computed.size)
        part = Answers(answers.level[a:b], answers.server[a:b], answers.unseen[a:b])
        _fill_chunk(ground, (places[0][a:b], places[1][a:b]), masts, sectors, rules, most, part, computed[a:b])
