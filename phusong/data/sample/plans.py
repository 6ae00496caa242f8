"""Stations the sample's operators plan: where most houses truly lack signal, on no network yet."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.coverage.reasons import operator_title
from phusong.data.sample.communes import PROVINCE_CODE
from phusong.data.sample.invented import site_name
from phusong.data.sample.land import dice
from phusong.data.sample.lists import Place
from phusong.data.sample.masts import BANDWIDTH_MHZ, GAIN_DBI, OPERATORS
from phusong.data.sample.people import Houses, Villages
from phusong.data.sample.recipe import Frame, Recipe
from phusong.data.sample.reports import SERVED_DBM
from phusong.data.sample.truth import Levels

SITES_A_PLAN = 30
"""For so many sites that stand one is planned."""
CARRIERS = (("4G", 900), ("4G", 1800))
PLANNED_FOR = (date(2027, 3, 31), date(2027, 6, 30), date(2027, 12, 31))


def planned_stations(
    villages: Villages, houses: Houses, levels: Levels, place: Place, frame: Frame, recipe: Recipe, seed: int
) -> pd.DataFrame:
    """Return the list of planned stations by field names, every value given, each with the day it is planned for."""
    random = dice(seed, "planned stations")
    dark = np.bincount(houses.village, weights=levels.best()[0] < SERVED_DBM, minlength=len(villages.cell))
    chosen = np.argsort(-dark, kind="stable")[: max(2, round(recipe.sites / SITES_A_PLAN))]
    rows: list[dict[str, Any]] = []
    for n, village in enumerate(chosen.tolist()):
        turn = int(random.integers(0, 24)) * 5
        site = _site(n, village, villages, place, frame)
        rows += [site | _carrier(technology, band, turn) for technology, band in CARRIERS]
    table = pd.DataFrame(rows)
    table.insert(0, "row_no", np.arange(1, len(table) + 1))
    return table


def _site(n: int, village: int, villages: Villages, place: Place, frame: Frame) -> dict[str, Any]:
    at: tuple[NDArray[np.float64], ...] = (villages.x_m[[village]], villages.y_m[[village]])
    lon, lat = frame.lonlat(*at)
    commune = int(villages.commune[village])
    return {
        "site_id": f"KH-{n + 1:03d}",
        "site_name": site_name(place.village_names[village], f"KH{n + 1}"),
        "operator": operator_title(OPERATORS[n % 3]),
        "commune_code": place.commune_codes[commune],
        "commune_name": place.full_name(commune),
        "province_code": PROVINCE_CODE,
        "lon": round(float(lon[0]), 6),
        "lat": round(float(lat[0]), 6),
        "site_kind": "macro",
        "mast_type": "guyed",
        "mast_height_m": 42.0,
        "antenna_height_m": 40.0,
        "power_source": "grid",
        "status": "planned",
        "on_air": PLANNED_FOR[n % len(PLANNED_FOR)],
    }


def _carrier(technology: str, band_mhz: int, turn_deg: int) -> dict[str, Any]:
    return {
        "tech": technology,
        "band": str(band_mhz),
        "bandwidth_mhz": BANDWIDTH_MHZ[technology, band_mhz],
        "sectors": 3,
        "azimuth_deg": "/".join(str(turn_deg + 120 * k) for k in range(3)),
        "e_tilt": 3.0,
        "m_tilt": 0.0,
        "tx_power": 43.0,
        "ant_gain_dbi": GAIN_DBI[band_mhz],
        "feeder_loss_db": 1.0,
    }
