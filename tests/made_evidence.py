"""A made ground for evidence: two villages with a centre each, one gap, two operators, the planning default."""

from __future__ import annotations

import numpy as np
import pandas as pd

from phusong.data.crs import project, unproject
from phusong.data.profiles import read_profile
from phusong.study.evidence_ground import Ground, unit_names

EPSG = 32648
ORIGIN = (105.0, 22.0)
OPERATORS = ("mobifone", "viettel")


def lonlat(x_m, y_m):
    """Degrees of a place so many metres east and north of the origin."""
    x0, y0 = project(*ORIGIN, EPSG)
    lon, lat = unproject(x0 + np.asarray(x_m, dtype=float), y0 + np.asarray(y_m, dtype=float), EPSG)
    return lon, lat


def made_ground(operators=OPERATORS):
    """Village A: 20 homes at its centre and a gap of 12 a kilometre east; village B: 15 homes, far north."""
    east = np.concatenate([np.linspace(-60, 60, 20), np.linspace(1000, 1100, 12), np.linspace(0, 80, 15)])
    north = np.concatenate([np.zeros(20), np.zeros(12), np.full(15, 5000.0)])
    village = np.repeat([0, 0, 1], [20, 12, 15])
    gap = np.repeat([-1, 0, -1], [20, 12, 15])
    x0, y0 = project(*ORIGIN, EPSG)
    centre_lon, centre_lat = lonlat([0.0, 40.0], [0.0, 5000.0])
    villages = pd.DataFrame(
        {
            "village_code": ["V-1", "V-2"],
            "village_name": ["Bản Nà Lạ", "Thôn Khuổi Ngọa"],
            "commune_code": ["00985", "00985"],
            "commune_name": ["Xã Thượng Lâm", "Xã Thượng Lâm"],
            "centre_kind": ["given", "estimated"],
            "households": [32, 15],
            "lon_deg": centre_lon,
            "lat_deg": centre_lat,
        }
    )
    gap_lon, gap_lat = lonlat([1050.0], [0.0])
    gaps = pd.DataFrame(
        {
            "gap_id": ["LS-00985-01"],
            "village_code": ["V-1"],
            "village_name": ["Bản Nà Lạ"],
            "commune_code": ["00985"],
            "commune_name": ["Xã Thượng Lâm"],
            "households": [12],
            "lon_deg": gap_lon,
            "lat_deg": gap_lat,
        }
    )
    weight = np.ones(47)
    return Ground(
        villages=villages,
        gaps=gaps,
        profile=read_profile("vn-default"),
        operators=tuple(operators),
        epsg=EPSG,
        x_m=x0 + east,
        y_m=y0 + north,
        weight=weight,
        village=village,
        gap=gap,
        centre_x_m=x0 + np.array([0.0, 40.0]),
        centre_y_m=y0 + np.array([0.0, 5000.0]),
        village_households=np.array([32.0, 15.0]),
        gap_households=np.array([12.0]),
        names=unit_names(villages, gaps),
    )


def made_tests(rows):
    """Measurements from (east m, north m, operator, level dBm or None for no signal) and, where given, environment."""
    full = [(*row, "outdoor")[:5] for row in rows]
    lon, lat = lonlat([row[0] for row in full], [row[1] for row in full])
    level = [np.nan if row[3] is None else float(row[3]) for row in full]
    return pd.DataFrame(
        {
            "lon": lon,
            "lat": lat,
            "operator": [row[2] for row in full],
            "tech": ["4G"] * len(full),
            "rsrp_dbm": level,
            "signal": pd.array([row[3] is not None for row in full], dtype="boolean"),
            "dl_mbps": [np.nan] * len(full),
            "environment": [row[4] for row in full],
            "time": pd.Series(pd.Timestamp("2026-10-01"), index=range(len(full)), dtype="datetime64[s]"),
            "commune_code": ["00985"] * len(full),
        }
    )


def around(east, north, operator, level, count=3, environment="outdoor"):
    """Several tests of one operator within some metres."""
    return [(east + 10.0 * k, north, operator, level, environment) for k in range(count)]


def says(rows, target, at_code, kind, *, service="data", operator=""):
    """Return what the joint row of a kind says of a village or gap; None where there is no row."""
    key = "gap_id" if target == "gap" else "village_code"
    found = [
        row["says"]
        for row in rows
        if (row["target"], row[key], row["kind"], row["service"], row["operator"])
        == (target, at_code, kind, service, operator)
    ]
    assert len(found) <= 1
    return found[0] if found else None
