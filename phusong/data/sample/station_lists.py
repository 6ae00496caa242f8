"""The operators' station lists as they come: one workbook an operator, each with its own habits and gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from phusong.coverage.reasons import operator_title
from phusong.data.crs import to_vn2000
from phusong.data.sample.communes import PROVINCE_CODE
from phusong.data.sample.invented import site_name
from phusong.data.sample.land import dice
from phusong.data.sample.lists import Place
from phusong.data.sample.masts import BANDWIDTH_MHZ, GAIN_DBI, Carrier, Mast, site_id
from phusong.data.sample.recipe import Frame, Recipe
from phusong.data.sample.sheets import comma

VN2000_EPSG = 9209
CENTRAL_MERIDIAN = "105°30′"
SHARED_APART_M = (30.0, 150.0)
"""How far apart two operators list the mast they share."""

_COMMON = (
    *("row_no", "site_id", "site_name", "operator", "commune_code", "commune_name", "lon", "lat"),
    *("site_kind", "mast_type", "mast_height_m", "antenna_height_m", "tech", "band"),
)
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "viettel": (
        *_COMMON,
        "bandwidth_mhz",
        "sectors",
        "azimuth_deg",
        "e_tilt",
        "m_tilt",
        "tx_power",
        "status",
        "on_air",
    ),
    "vinaphone": (*_COMMON, "sector", "azimuth_deg", "e_tilt", "m_tilt", "feeder_loss_db", "shared_with", "status"),
    "mobifone": (
        *("row_no", "site_id", "site_name", "operator", "commune_code", "northing", "easting", "central_meridian"),
        *("mast_type", "mast_height_m", "antenna_height_m", "tech", "band", "sectors", "azimuth_deg", "e_tilt"),
        *("power_source", "status"),
    ),
    "vietnamobile": (*_COMMON, "azimuth_deg", "status"),
    "neighbours": (
        "row_no",
        "site_id",
        "operator",
        "province_code",
        "lon",
        "lat",
        "antenna_height_m",
        "tech",
        "band",
        "status",
    ),
}


COMPLETE = (
    *_COMMON,
    *("province_code", "bandwidth_mhz", "sectors", "azimuth_deg", "e_tilt", "m_tilt", "tx_power", "ant_gain_dbi"),
    *("feeder_loss_db", "status"),
)
"""Columns of every list where nothing is left out."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """What a list says of a mast: where, and which of its values it gives."""

    lon_deg: float
    lat_deg: float
    azimuth: bool
    antenna_height: bool
    power: bool


def station_tables(
    masts: list[Mast], place: Place, frame: Frame, recipe: Recipe, seed: int, *, complete: bool = False
) -> dict[str, pd.DataFrame]:
    """Return the five station lists by field names: the four operators and the neighbouring province.

    ``complete`` lists give every value of every mast, and say which are off air.
    """
    listed = _what_is_listed(masts, frame, recipe, seed)
    if complete:
        listed = {number: replace(v, azimuth=True, antenna_height=True, power=True) for number, v in listed.items()}
    tables = {}
    for key in COLUMNS:
        columns = COMPLETE if complete else COLUMNS[key]
        own = [
            m
            for m in masts
            if m.listed and (m.commune < 0 if key == "neighbours" else m.commune >= 0 and m.operator == key)
        ]
        rows = [
            row
            for m in own
            for row in _rows(m, listed[m.number], place, masts, by_sector=key == "vinaphone" and not complete)
        ]
        table = pd.DataFrame(rows)
        if complete:
            off = {site_id(m) for m in own if not m.on_air}
            table.loc[table["site_id"].isin(off), "status"] = "off"
        table["row_no"] = np.arange(1, len(table) + 1)
        if key == "vinaphone" and not complete:
            for name in ("lon", "lat"):
                table[name] = [comma(value, 5) for value in table[name]]
        tables[key] = table[list(columns)]
    return tables


def _what_is_listed(masts: list[Mast], frame: Frame, recipe: Recipe, seed: int) -> dict[int, _Listed]:
    random = dice(seed, "station lists")
    own = [m.number for m in masts if m.listed and m.commune >= 0]
    silent = set(random.permutation(own)[: round(recipe.no_azimuth_share * len(own))].tolist())
    listed = {}
    for m in masts:
        away, turn = random.normal(0.0, 8.0), random.uniform(0.0, 2.0 * np.pi)
        if m.shared_with is not None:
            away = random.uniform(SHARED_APART_M[0] + 12.0, SHARED_APART_M[1] - 12.0)
        elif any(other.shared_with == m.number for other in masts):
            away = 0.0
        x, y = m.x_m + away * np.cos(turn), m.y_m + away * np.sin(turn)
        lon, lat = frame.lonlat(np.array([x]), np.array([y]))
        listed[m.number] = _Listed(
            lon_deg=round(float(lon[0]), 6),
            lat_deg=round(float(lat[0]), 6),
            azimuth=m.commune >= 0 and m.number not in silent,
            antenna_height=random.random() > 0.15,
            power=random.random() < 0.3,
        )
    return listed


def _rows(m: Mast, listed: _Listed, place: Place, masts: list[Mast], *, by_sector: bool) -> list[dict[str, Any]]:
    """Return a row a carrier, or a row a sector where the list is kept so and knows the directions."""
    rows = []
    for carrier in m.carriers:
        row = _site_cells(m, listed, place, masts) | _carrier_cells(m, carrier, listed)
        if not by_sector or not listed.azimuth:
            rows.append(row)
            continue
        rows += [
            row | {"sector": str(k + 1), "azimuth_deg": f"{azimuth:.0f}"}
            for k, azimuth in enumerate(carrier.azimuths_deg)
        ]
    return rows


def _site_cells(m: Mast, listed: _Listed, place: Place, masts: list[Mast]) -> dict[str, Any]:
    northing, easting = to_vn2000(listed.lon_deg, listed.lat_deg, VN2000_EPSG)
    sharing = [x.operator for x in masts if m.number == x.shared_with or x.number == m.shared_with]
    inside = m.commune >= 0
    where = place.commune_names[m.commune] if inside else f"Giap Ranh {m.number}"
    return {
        "site_id": site_id(m),
        "site_name": site_name(where, f"{'TMP' if inside else 'GR'}{m.number + 1}"),
        "operator": operator_title(m.operator),
        "shared_with": "; ".join(operator_title(o) for o in sharing),
        "province_code": PROVINCE_CODE if inside else "98",
        "commune_code": place.commune_codes[m.commune] if inside else "",
        "commune_name": place.full_name(m.commune) if inside else "",
        "lon": listed.lon_deg,
        "lat": listed.lat_deg,
        "northing": round(float(northing), 2),
        "easting": round(float(easting), 2),
        "central_meridian": CENTRAL_MERIDIAN,
        "site_kind": m.kind,
        "mast_type": m.mast_type,
        "mast_height_m": m.mast_height_m,
        "antenna_height_m": m.antenna_height_m if listed.antenna_height else np.nan,
        "power_source": "grid",
        "status": "on_air",
        "on_air": date(2012, 1, 1) + timedelta(days=(m.number * 2657) % 5000),
    }


def _carrier_cells(m: Mast, carrier: Carrier, listed: _Listed) -> dict[str, Any]:
    known = listed.azimuth
    return {
        "tech": carrier.technology,
        "band": str(carrier.band_mhz),
        "bandwidth_mhz": BANDWIDTH_MHZ[carrier.technology, carrier.band_mhz] if listed.power else np.nan,
        "sector": "",
        "sectors": len(carrier.azimuths_deg),
        "azimuth_deg": "/".join(f"{azimuth:.0f}" for azimuth in carrier.azimuths_deg) if known else "",
        "e_tilt": carrier.e_tilt_deg if known else np.nan,
        "m_tilt": carrier.m_tilt_deg if known else np.nan,
        "tx_power": carrier.power_dbm if listed.power else np.nan,
        "ant_gain_dbi": GAIN_DBI[carrier.band_mhz],
        "feeder_loss_db": carrier.feeder_loss_db if listed.power else np.nan,
    }
