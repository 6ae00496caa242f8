"""Which sectors of a mast may still change the answers of a point: ever dearer lower bounds of what they lose.

Free space and the Bullington edge over a few samples first, then the antenna pattern. A bound is never above the loss
itself, so that nothing that counts is ruled out.
"""

from __future__ import annotations

import math

from phusong.coverage.kernel_arrays import HIGH, LOW, MIDDLE, Floats, Link, Masts, Rules, Sectors, Work, terms_of
from phusong.coverage.loss_bound import Outline, least_loss_db, path_bound
from phusong.coverage.radio._jit import inner_kernel
from phusong.coverage.radio.antenna import Ends, pattern_span_db, table_span_db

SLACK_DB = 1e-6
"""Bounds are taken this much lower, so that rounding never rules out what would count."""


@inner_kernel
def start_point(rules: Rules, needed_dbm: Floats) -> None:
    """Before any sector, what reaches the floor of its layer matters."""
    for layer in range(rules.floor_dbm.size):
        for end in range(3):
            needed_dbm[layer, end] = rules.floor_dbm[layer] - SLACK_DB


@inner_kernel
def start_mast(m: int, masts: Masts, sectors: Sectors, rules: Rules, link: Link, work: Work) -> None:
    """Want every sector whose cell reaches so far; nothing is known of its antenna."""
    first = masts.sector_start[m]
    for i in range(masts.sector_start[m + 1] - first):
        work.wanted[i] = link[0] <= rules.max_km[sectors.layer[first + i]]
        for end in range(3):
            work.least_db[i, end] = 0.0


@inner_kernel
def bound_losses(m: int, masts: Masts, link: Link, seen: Outline, ae_km: float, work: Work) -> None:
    """Bound the loss of each carrier of a mast from the tallest antenna: a lower one never loses less."""
    first_carrier = masts.carrier_start[m]
    bound = path_bound(seen, link[0], ae_km)
    for i in range(masts.carrier_start[m + 1] - first_carrier):
        if link[0] <= masts.carrier_max_km[first_carrier + i]:
            work.bound_db[i] = least_loss_db(terms_of(masts.carrier_terms[first_carrier + i]), bound)
        else:
            work.bound_db[i] = math.inf


@inner_kernel
def need_beyond(level: int, layer: int, end: int, floor_dbm: float, needed_dbm: Floats) -> None:
    """Say what the next sector needs to matter at one end of a layer: more than a level, or a tie where servers tie."""
    beyond_dbm = (level + 0.5 if end == LOW else level - 0.5) / 100.0
    needed_dbm[layer, end] = max(beyond_dbm, floor_dbm) - SLACK_DB


@inner_kernel
def may_matter(s: int, i: int, sectors: Sectors, work: Work) -> bool:
    """Say whether sector s, the mast's i-th, could change an end of its layer's best level, or tie for its server."""
    bound_db = work.bound_db[sectors.carrier[s]]
    if bound_db + work.least_db[i, HIGH] > sectors.uplink_max_loss_db[s] + SLACK_DB:
        return False
    layer = sectors.layer[s]
    for end in range(3):
        if sectors.eirp_dbm[s, end] - bound_db - work.least_db[i, end] >= work.needed_dbm[layer, end]:
            return True
    return False


@inner_kernel
def narrow(m: int, masts: Masts, sectors: Sectors, work: Work) -> bool:
    """Keep only the wanted sectors that may matter; say whether any is left."""
    first = masts.sector_start[m]
    any_left = False
    for i in range(masts.sector_start[m + 1] - first):
        work.wanted[i] = work.wanted[i] and may_matter(first + i, i, sectors, work)
        any_left |= work.wanted[i]
    return any_left


@inner_kernel
def _elevation_deg(height_m: float, link: Link, ae_km: float) -> float:
    """Return the elevation of the receiver seen from an antenna, the bend of the ray included; NaN without ground."""
    distance_km, _, ground_m, rx_amsl_m, _ = link
    drop_m = ground_m + height_m - rx_amsl_m + 500.0 * distance_km * distance_km / ae_km
    return -math.degrees(math.atan2(drop_m, 1000.0 * distance_km))


@inner_kernel
def _pattern_span_db(s: int, sectors: Sectors, bearing_deg: float, elevation_deg: float) -> Ends:
    """Return the least, middle and greatest attenuation of a sector's pattern towards a receiver."""
    offset_deg = bearing_deg - sectors.azimuth_deg[s]
    tilt_deg = (sectors.tilt_deg[s, 0], sectors.tilt_deg[s, 1], sectors.tilt_deg[s, 2])
    table = sectors.pattern[s]
    if table < 0:
        beamwidth_deg = (sectors.beamwidth_deg[s, 0], sectors.beamwidth_deg[s, 1])
        return pattern_span_db(offset_deg, sectors.ring[s], elevation_deg, tilt_deg, beamwidth_deg)
    return table_span_db(
        sectors.pattern_db[table],
        sectors.front_to_back_db[table],
        offset_deg,
        (sectors.ring_db[s, 0], sectors.ring_db[s, 1], sectors.ring_db[s, 2]),
        elevation_deg,
        tilt_deg,
    )


@inner_kernel
def _fill_elevations(m: int, masts: Masts, link: Link, ae_km: float, elevation_deg: Floats) -> None:
    """Fill the elevation of the receiver for each path of a mast; paths of one height stand together."""
    first = masts.path_start[m]
    for i in range(masts.path_start[m + 1] - first):
        if i > 0 and masts.path_height_m[first + i] == masts.path_height_m[first + i - 1]:
            elevation_deg[i] = elevation_deg[i - 1]
        else:
            elevation_deg[i] = _elevation_deg(masts.path_height_m[first + i], link, ae_km)


@inner_kernel
def _attenuate(s: int, sectors: Sectors, bearing_deg: float, elevation_deg: Floats, out_db: Floats) -> None:
    """Fill the pattern's attenuation (height, end) for the three heights a sector may have."""
    for k in range(3):
        if k > 0 and sectors.path[s, k] == sectors.path[s, k - 1]:
            for end in range(3):  # element by element: assigning a row takes a second to compile
                out_db[k, end] = out_db[k - 1, end]
            continue
        least, middle, most = _pattern_span_db(s, sectors, bearing_deg, elevation_deg[sectors.path[s, k]])
        out_db[k, LOW], out_db[k, MIDDLE], out_db[k, HIGH] = most, middle, least


@inner_kernel
def bound_attenuation(m: int, masts: Masts, sectors: Sectors, link: Link, ae_km: float, work: Work) -> None:
    """Work out the attenuations of the wanted sectors and the least of each end; 0 where the ground is not known."""
    first = masts.sector_start[m]
    _fill_elevations(m, masts, link, ae_km, work.elevation_deg)
    for i in range(masts.sector_start[m + 1] - first):
        if work.wanted[i]:
            db = work.attenuation_db[i]
            _attenuate(first + i, sectors, link[1], work.elevation_deg, db)
            for end in range(3):
                least_db = min(db[0, end], min(db[1, end], db[2, end]))
                work.least_db[i, end] = 0.0 if math.isnan(least_db) else least_db
