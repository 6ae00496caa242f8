"""A few gaps and villages by hand, as a study would write them."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
from shapely import Point, box

LON, LAT = 105.0, 19.0


def gap(number: int, **columns: Any) -> dict[str, Any]:
    """Return a row of the table of gaps; the attributes are known unless told otherwise."""
    lon = LON + 0.05 * number
    return {
        "gap_id": f"LS-{number}",
        "commune_code": "99001",
        "commune_name": "Xã Một",
        "village_code": f"V-{number}",
        "village_name": f"Bản {number}",
        "village_class": "white",
        "households": 40,
        "unserved_low": 40.0,
        "unserved_high": 40.0,
        "lon_deg": lon,
        "lat_deg": LAT,
        "grid_power": "yes",
        "is_dbkk": "yes",
        "commune_region": "III",
        "border": "no",
        "island": "no",
        "mountainous": "yes",
        "road_class": "car",
        "geometry": box(lon - 0.002, LAT - 0.002, lon + 0.002, LAT + 0.002),
        **columns,
    }


def gap_table(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    """Return a table of gaps."""
    return gpd.GeoDataFrame(pd.DataFrame(list(rows)), geometry="geometry", crs="EPSG:4326")


def village(number: int, **columns: Any) -> dict[str, Any]:
    """Return a row of the table of villages."""
    return {
        "village_code": f"V-{number}",
        "village_name": f"Bản {number}",
        "commune_code": "99001",
        "commune_name": "Xã Một",
        "village_class": "white",
        "provisional": False,
        "households": 50,
        "served_households": 10,
        "unserved_households": 40,
        "undetermined_households": 0,
        "no_data_households": 0,
        "grid_power": "yes",
        "is_dbkk": "yes",
        "geometry": Point(LON + 0.05 * number, LAT),
        **columns,
    }


def village_table(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    """Return a table of villages."""
    return gpd.GeoDataFrame(pd.DataFrame(list(rows)), geometry="geometry", crs="EPSG:4326")


def finding(target: str, number: int, said: str, **columns: Any) -> dict[str, Any]:
    """Return a row of the table of findings."""
    return {
        "target": target,
        "village_code": f"V-{number}",
        "village_name": f"Bản {number}",
        "commune_code": "99001",
        "gap_id": f"LS-{number}" if target == "gap" else "",
        "service": "data",
        "finding": said,
        "basis": "measured",
        "provisional": False,
        "tender": True,
        **columns,
    }


def reported(*rows: dict[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rows of a checked gap list and the reconciliation that places them; ``at`` are ids of modelled gaps."""
    kept = [{key: value for key, value in row.items() if key != "at"} for row in rows]
    places = [
        {
            "model_gap_ids": row.get("at", ""),
            "commune_code": row.get("commune_code", "99001"),
            "village_name": row.get("village_name", ""),
        }
        for row in rows
    ]
    return pd.DataFrame(kept), pd.DataFrame(places)
