"""A place that is asked about: the gap, village and commune it lies in, by the tables of the run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from phusong.coverage.earth import path_km
from phusong.errors import UnknownNameError
from phusong.study.kept import KeptStudy
from phusong.study.village_names import find_village
from phusong.words import Text

Row = Mapping[Any, Any]

VILLAGE_KM = 3.0
"""A place that lies in no gap is told with the village whose centre is nearest, no farther than this."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Place:
    """A place and what it lies in; rows are of the tables of the run, None where there is none.

    ``lon_deg, lat_deg`` are NaN for a village whose centre is not known. ``village_km`` is how far its centre is.
    """

    lon_deg: float
    lat_deg: float
    village: Row | None
    village_km: float
    gap: Row | None
    commune: Row | None

    @property
    def placed(self) -> bool:
        """Say whether it is known where it is."""
        return math.isfinite(self.lon_deg + self.lat_deg)


def place_at(kept: KeptStudy, lon_deg: float, lat_deg: float) -> Place:
    """Return what is known of where a point lies."""
    gap = _holding(kept, "gaps", lon_deg, lat_deg)
    commune = _holding(kept, "communes", lon_deg, lat_deg)
    village, away_km = _village_of(kept, gap, commune, lon_deg, lat_deg)
    return Place(lon_deg=lon_deg, lat_deg=lat_deg, village=village, village_km=away_km, gap=gap, commune=commune)


def place_of_village(kept: KeptStudy, name: str, commune: str = "") -> Place:
    """Return a village: its centre, as the run tells it.

    Raises
    ------
    UnknownNameError
        There is none of that code or name, or there are several.
    """
    table = kept.table("villages")
    row = table.iloc[find_village(table, name, commune=commune)].to_dict()
    found = _by_code(kept, "communes", "commune_code", str(row["commune_code"]))
    lon, lat = float(row["lon_deg"]), float(row["lat_deg"])
    return Place(lon_deg=lon, lat_deg=lat, village=row, village_km=0.0, gap=None, commune=found)


def place_of_gap(kept: KeptStudy, gap_id: str) -> Place:
    """Return a gap: its centre, as the run tells it.

    Raises
    ------
    UnknownNameError
        There is none of that id.
    """
    row = _by_code(kept, "gaps", "gap_id", gap_id)
    if row is None:
        raise UnknownNameError(Text("Nghiên cứu không có vùng lõm này.", "The study has no such gap."))
    commune = _by_code(kept, "communes", "commune_code", str(row["commune_code"]))
    lon, lat = float(row["lon_deg"]), float(row["lat_deg"])
    village, away_km = _village_of(kept, row, commune, lon, lat)
    return Place(lon_deg=lon, lat_deg=lat, village=village, village_km=away_km, gap=row, commune=commune)


def _holding(kept: KeptStudy, name: str, lon_deg: float, lat_deg: float) -> Row | None:
    """Return the row of a table whose shape holds a point, the first of several."""
    if not kept.results.has(name):
        return None
    table = kept.places(name)
    inside = table.sindex.query(shapely.Point(lon_deg, lat_deg), predicate="intersects")
    return None if not len(inside) else _row(table, int(min(inside)))


def _by_code(kept: KeptStudy, name: str, column: str, code: str) -> Row | None:
    table = kept.table(name)
    if column not in table:
        return None
    at = np.flatnonzero((table[column].astype(str) == code).to_numpy())
    return None if not len(at) else _row(table, int(at[0]))


def _row(table: pd.DataFrame, at: int) -> Row:
    return {name: value for name, value in table.iloc[at].to_dict().items() if name != "geometry"}


def _village_of(
    kept: KeptStudy, gap: Row | None, commune: Row | None, lon_deg: float, lat_deg: float
) -> tuple[Row | None, float]:
    """Return the village of a gap, else the one whose centre is nearest in the commune, and how far its centre is."""
    villages = kept.table("villages")
    if "village_name" not in villages:
        return None, math.nan
    if gap is not None:
        code, name, within = (str(gap[key]) for key in ("village_code", "village_name", "commune_code"))
        own = (villages["village_code"].astype(str) == code) & (villages["village_name"].astype(str) == name)
        kept_rows = np.flatnonzero((own & (villages["commune_code"].astype(str) == within)).to_numpy())
        return (None if not name or not len(kept_rows) else _row(villages, int(kept_rows[0]))), math.nan
    lon, lat = villages["lon_deg"].to_numpy(), villages["lat_deg"].to_numpy()
    there = np.isfinite(lon + lat)
    if commune is not None:
        there &= (villages["commune_code"].astype(str) == str(commune["commune_code"])).to_numpy()
    if not there.any():
        return None, math.nan
    across = (lon - lon_deg) * math.cos(math.radians(lat_deg))
    away = np.where(there, np.hypot(across, lat - lat_deg), np.inf)
    at = int(np.argmin(away))
    away_km = float(path_km(lon_deg, lat_deg, float(lon[at]), float(lat[at]))[0])
    return (_row(villages, at), away_km) if away_km <= VILLAGE_KM else (None, math.nan)
