"""Possible worlds the slow, obvious way: every link of every point in every draw, nothing skipped."""

from __future__ import annotations

import math

import numpy as np

from phusong.coverage.kernel_arrays import NONE
from phusong.coverage.noise import correlated_field
from phusong.coverage.uncertainty import LIMIT
from phusong.coverage.worlds import draw_worlds


def served(found, profile):
    """Return who is served in which world, shape (draws, points)."""
    rule, sent = profile.uncertainty, found.sent
    worlds = draw_worlds(rule, len(found.layers), sent.mast_count)
    middle_deg = float(np.mean(found.points.lat_deg))
    x_m = found.points.lon_deg * 111_195.0 * math.cos(math.radians(middle_deg))
    y_m = found.points.lat_deg * 111_195.0
    mast_of = np.repeat(np.arange(sent.mast_count), np.diff(sent.sector_start))
    answers = np.zeros((rule.draws, len(x_m)), dtype=bool)
    for draw in range(rule.draws):
        key = rule.seed * 1_000_003 + draw * 8191

        def local_db(key, draw=draw):
            fast = correlated_field(x_m, y_m, worlds.fast[draw], key)
            return worlds.sigma_db[draw] * fast + worlds.slow_sigma_db[draw] * correlated_field(
                x_m, y_m, worlds.slow[draw], key + 1
            )

        most_db = LIMIT * math.hypot(worlds.sigma_db[draw], worlds.slow_sigma_db[draw])
        shared = local_db(key)
        own = [local_db(key + 2 * mast + 2) for mast in range(sent.mast_count)]
        part, rest = math.sqrt(rule.cross_correlation), math.sqrt(1.0 - rule.cross_correlation)
        local = [np.clip(part * shared + rest * own[mast], -most_db, most_db) for mast in range(sent.mast_count)]
        for k, layer in enumerate(found.layers):
            needed = profile.rules[layer.technology].served_dbm + profile.loss_db(indoor=False)
            for i in range(len(x_m)):
                for level_dbm, sector in _candidates(found, i, k, draw, worlds, mast_of):
                    mast = mast_of[sector]
                    if worlds.on_air[draw, mast]:
                        wrong_db = worlds.layer_db[draw, k] + worlds.mast_db[draw, mast] + local[mast][i]
                        answers[draw, i] |= level_dbm + wrong_db >= needed
    return answers


def _candidates(found, i, k, draw, worlds, mast_of):
    """Yield level and sector of whatever may serve a layer at a point, without what is wrong with it."""
    low, middle, high = (None if value == NONE else value / 100.0 for value in found.level[i, k].tolist())
    certain = found.sent.sector_certain
    unconfirmed = found.server_high[i, k] >= 0 and not certain[found.server_high[i, k]]
    if middle is not None:
        below = middle - (min(found.sent.layer_floor_dbm[k], middle) if low is None else low)
        above = min(high - middle, below) if unconfirmed else high - middle

        def moved(level_dbm, sector):
            spread = worlds.spread[draw, mast_of[sector]]
            return level_dbm + spread * (below if spread < 0 else above)

        yield moved(middle, found.server[i, k]), found.server[i, k]
        if found.second_server[i, k] >= 0:
            yield moved(found.second[i, k] / 100.0, found.second_server[i, k]), found.second_server[i, k]
    if unconfirmed and worlds.confirmed[draw, mast_of[found.server_high[i, k]]]:
        sector = found.server_high[i, k]
        assumed = found.sent.sector_eirp_dbm[sector, 2] - found.sent.sector_eirp_dbm[sector, 1]
        yield high - (1.0 - worlds.spread[draw, mast_of[sector]]) * assumed, sector
