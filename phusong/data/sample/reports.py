"""What is reported besides the lists: gaps, measurements and declarations, drawn from the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from phusong.coverage.network import TECHNOLOGIES
from phusong.coverage.reasons import operator_title
from phusong.data.sample.communes import PROVINCE_CODE, PROVINCE_NAME
from phusong.data.sample.invented import modern
from phusong.data.sample.land import Land, dice
from phusong.data.sample.lists import HouseholdList, Place
from phusong.data.sample.masts import OPERATORS, SHARES, Mast, site_id
from phusong.data.sample.people import Houses, Villages
from phusong.data.sample.recipe import Frame, Recipe
from phusong.data.sample.sheets import comma
from phusong.data.sample.surface import shown_at
from phusong.data.sample.truth import DATA, Levels
from phusong.data.schemas.gap_signals import signal_field_name

Grid = NDArray[np.float64]

SERVED_DBM, WEAK_DBM = -110.0, -120.0
HEARD_DBM = {"2G": -106.0, "3G": -112.0, "4G": -124.0, "5G": -124.0}
"""Under this a phone shows no signal."""
LEAST_HOUSES = 10
DATES = (date(2026, 9, 1), date(2026, 10, 30))


def declarations(masts: Sequence[Mast], place: Place) -> pd.DataFrame:
    """Return what each operator says of its list: all but the last call theirs complete, it too if it lists all."""
    left_out = sorted({place.commune_codes[m.commune] for m in masts if not m.listed})
    rows = [
        {
            "operator": operator_title(operator),
            "completeness": "partial" if left_out and operator == OPERATORS[-1] else "complete",
            "declared_on": date(2026, 10, 5 + 3 * k),
            "missing_communes": "; ".join(left_out) if operator == OPERATORS[-1] else "",
            "neighbours_listed": True,
        }
        for k, operator in enumerate(OPERATORS)
    ]
    return pd.DataFrame(rows)


def measured_places(villages: Villages, land: Land, recipe: Recipe, seed: int) -> tuple[Grid, Grid, NDArray[np.int64]]:
    """Choose where people measured: two in five at village centres, the others along roads; village or −1."""
    random = dice(seed, "measured places")
    n = recipe.measurements
    at_village = random.choice(len(villages.cell), size=round(0.4 * n), replace=True)
    road = random.choice(np.flatnonzero(land.road), size=n - len(at_village), replace=True)
    x, y = shown_at(land.frame, road, seed)
    east, south = random.normal(0.0, 25.0, (2, n))
    x = np.concatenate([villages.x_m[at_village], x]) + east
    y = np.concatenate([villages.y_m[at_village], y]) + south
    return x, y, np.concatenate([at_village, np.full(len(road), -1)])


def measurement_list(
    x_m: Grid,
    y_m: Grid,
    village: NDArray[np.int64],
    levels: Levels,
    villages: Villages,
    place: Place,
    frame: Frame,
    seed: int,
) -> pd.DataFrame:
    """Return one test a place: one operator and technology, the true level with the device's own error."""
    random = dice(seed, "measurements")
    n = len(x_m)
    lon, lat = (np.round(a, 6) for a in frame.lonlat(x_m, y_m))
    column = {(layer.operator, layer.technology): k for k, layer in enumerate(levels.layers)}
    wanted = list(
        zip(random.choice(OPERATORS, n, p=SHARES), random.choice(("4G", "3G", "2G"), n, p=(0.8, 0.1, 0.1)), strict=True)
    )
    truth = np.array([levels.level_dbm[k, column[w]] if w in column else np.nan for k, w in enumerate(wanted)])
    level = np.round(truth + random.normal(0.0, 2.0, n), 1)
    heard = np.nan_to_num(level, nan=-999.0) >= np.array([HEARD_DBM[technology] for _, technology in wanted])
    start = datetime(2026, 9, 1, 7, 30)
    moments = [
        start + timedelta(days=int(d), minutes=int(m))
        for d, m in zip(random.integers(0, 55, n), random.integers(0, 570, n), strict=True)
    ]
    at_village = village >= 0
    fast = np.array([technology in DATA for _, technology in wanted])
    speed = 2.0 ** ((np.nan_to_num(level, nan=-160.0) + 118.0) / 6.0)
    return pd.DataFrame(
        {
            "row_no": np.arange(1, n + 1),
            "test_id": [f"MAU-2026-{k + 1:04d}" for k in range(n)],
            "time": [moment.strftime("%d/%m/%Y %H:%M") for moment in moments],
            "lon": lon,
            "lat": lat,
            "accuracy_m": random.integers(3, 15, n),
            "village_name": [place.village_names[v] if v >= 0 else "" for v in village],
            "operator": [operator_title(str(operator)) for operator, _ in wanted],
            "tech": [technology for _, technology in wanted],
            "rsrp_dbm": np.where(heard, level, np.nan),
            "dl_mbps": np.where(heard & fast, np.round(np.clip(speed, 0.1, 90.0), 1), np.nan),
            "signal": heard,
            "environment": np.where(at_village | (random.random(n) < 0.3), "outdoor", "vehicle"),
            "tester_role": np.where(at_village, "commune", "province"),
        }
    )


def gap_list(
    houses: Houses, villages: Villages, listed: HouseholdList, levels: Levels, masts: Sequence[Mast], place: Place,
    village_table: pd.DataFrame, frame: Frame, seed: int,
) -> pd.DataFrame:  # fmt: skip
    """Return the province's own list of gaps: most of the true ones, some that are none, counts from memory."""
    random = dice(seed, "gap list")
    best, _ = levels.best()
    dark = best < SERVED_DBM
    rows: list[dict[str, Any]] = []
    tree = cKDTree(np.column_stack([[m.x_m for m in masts], [m.y_m for m in masts]]))
    bounds = np.searchsorted(houses.village, np.arange(len(villages.cell) + 1))
    for village in range(len(villages.cell)):
        own = slice(int(bounds[village]), int(bounds[village + 1]))
        found = _seen_by_commune(dark[own], best[own], houses.cluster[own], listed.weight[own], random)
        if found is None:
            continue
        kind, cluster, households = found
        members = np.flatnonzero(houses.cluster[own] == cluster) + own.start
        distance, nearest = tree.query([houses.x_m[members].mean(), houses.y_m[members].mean()])
        mast = masts[int(nearest)]
        typed = random.random() < 0.2  # some type coordinates as text with a decimal comma
        off = 1.0 if random.random() < 0.75 else random.uniform(0.5, 1.6)
        lon, lat = frame.lonlat(houses.x_m[members].mean(keepdims=True), houses.y_m[members].mean(keepdims=True))
        heard = {la: levels.level_dbm[members, k] for k, la in enumerate(levels.layers)}
        rows.append(
            _unit_cells(village, villages, place, village_table)
            | _signal_cells({(la.operator, la.technology): v for la, v in heard.items()})
            | {
                "cluster_name": "" if kind == "white" or cluster <= 0 else f"Cụm {cluster}",
                "lon": comma(float(lon[0]), 5) if typed else round(float(lon[0]), 5),
                "lat": comma(float(lat[0]), 5) if typed else round(float(lat[0]), 5),
                "location_kind": "hall" if kind == "white" else "cluster",
                "households_unserved": min(households, int(village_table["households"].iloc[village])),
                "gap_class": kind,
                "nearest_site_id": site_id(mast) if mast.listed else "",
                "nearest_operator": operator_title(mast.operator),
                "nearest_dist_km": round(float(distance) / 1000.0 * off, 1),
                "cause": "terrain" if random.random() < 0.8 else "far",
                "source": str(random.choice(("commune", "voters", "measured"), p=(0.7, 0.2, 0.1))),
            }
        )
    table = pd.DataFrame(rows)
    table.insert(0, "row_no", np.arange(1, len(table) + 1))
    return table


def _seen_by_commune(
    dark: NDArray[np.bool_],
    best: Grid,
    cluster: NDArray[np.int64],
    weight: NDArray[np.int64],
    random: np.random.Generator,
) -> tuple[str, int, int] | None:
    """Return class, cluster and households of what a commune reports of a village, None where it reports nothing."""
    core = dark[cluster == 0]
    by_cluster = np.bincount(np.maximum(cluster, 0), weights=weight * dark)
    worst = int(by_cluster.argmax())
    white = bool(core.mean() > 0.7 and dark.mean() > 0.75)
    if white or by_cluster[worst] >= LEAST_HOUSES:
        if random.random() < 0.15:
            return None  # not reported
        kind = "white" if white else "depression"
        households = float((weight * dark).sum()) if white else by_cluster[worst]
        if not white and float(np.median(best[(cluster == worst) & dark])) >= WEAK_DBM and random.random() < 0.4:
            kind = "weak"
        rounded = households * random.uniform(0.75, 1.3)
        count = int(5 * round(rounded / 5.0)) if random.random() < 0.5 else round(rounded)
        return kind, 0 if white else worst, max(count, 1)
    if random.random() < 0.03:  # a complaint about something else
        return "weak", 0, max(int(weight[cluster == 0].sum() * random.uniform(0.2, 0.6)), 1)
    return None


def _unit_cells(village: int, villages: Villages, place: Place, village_table: pd.DataFrame) -> dict[str, Any]:
    row = village_table.iloc[village]
    return {
        "province_code": PROVINCE_CODE,
        "province_name": PROVINCE_NAME,
        "commune_code": place.commune_codes[int(villages.commune[village])],
        "commune_name": modern(place.full_name(int(villages.commune[village]))),
        "village_name": modern(place.village_names[village]),
        "target_type": "village",
        "households_total": int(row["households"]),
        "population": int(row["population"]),
        "grid_power": row["grid_power"],
        "is_dbkk": row["is_dbkk"],
        "commune_region": row["commune_region"],
        "road_access": "car" if villages.is_town[village] else "motorbike",
        "border": False,
        "island": False,
        "reporter": f"UBND {modern(place.full_name(int(villages.commune[village])))}",
        "reported_on": DATES[1],
        "batch": "Đợt 2/2026",
    }


def _signal_cells(heard: Mapping[tuple[str, str], Grid]) -> dict[str, str]:
    cells = {}
    for operator in OPERATORS:
        for technology in TECHNOLOGIES[:4]:
            values = heard.get((operator, technology))
            if technology in ("2G", "3G"):
                state = "unknown"
            elif values is None:
                state = "none"
            else:
                middle = float(np.median(np.nan_to_num(values, nan=-999.0)))
                state = "good" if middle >= SERVED_DBM else "weak" if middle >= WEAK_DBM else "none"
            cells[signal_field_name(operator, technology)] = state
    return cells
