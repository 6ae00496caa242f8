"""Tables of a study with masts of which nothing may be told."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Point

from phusong.study.veil import OUTSIDE_CODE, OUTSIDE_TITLE, veiled

FAR = f"{OUTSIDE_CODE}0007"


def _tables() -> dict[str, pd.DataFrame]:
    return {
        "sites": gpd.GeoDataFrame(
            {"site_id": ["VTL-1", FAR], "operators": ["viettel", "mobifone"]},
            geometry=[Point(105, 20), Point(106, 21)],
            crs="EPSG:4326",
        ),
        "cells": pd.DataFrame({"site_id": [FAR, "VTL-1"], "operator": ["mobifone", "viettel"]}),
        "households": pd.DataFrame(
            {
                "best_site_id": ["VTL-1", FAR, ""],
                "best_operator": ["viettel", "mobifone", ""],
                "best_technology": ["4G", "4G", ""],
                "distance_km": [1.0, 9.0, np.nan],
                "best_level_dbm": [-90.0, -100.0, np.nan],
            }
        ),
        "gaps": pd.DataFrame(
            {
                "nearest_site_id": ["VTL-1", FAR],
                "nearest_operator": ["viettel", "mobifone"],
                "nearest_distance_km": [3.0, 4.0],
                "nearest_sites": ["VTL-1 (Viettel) 3,0 km", f"{FAR} (MobiFone) 4,0 km; VTL-1 (Viettel) 5,0 km"],
                "reason_vi": ["Trạm VTL-1 bị che.", f"Trạm {FAR} bị che."],
                "obstacle_lon_deg": [105.1, 105.2],
            }
        ),
        "villages": pd.DataFrame({"nearest_gmobile_site_id": [FAR, "GTL-1"], "nearest_gmobile_km": [4.0, 7.0]}),
        "evidence": pd.DataFrame({"detail_vi": [f"Theo trạm {FAR}"], "detail_en": [f"By {FAR}"]}),
    }


def test_nothing_of_a_mast_outside_stays_in_any_table() -> None:
    """Its rows go, its code, operator and distance go; what is told of the province's own masts stays."""
    tables = veiled(_tables())
    for name, table in tables.items():
        texts = table.drop(columns="geometry", errors="ignore").to_csv()
        assert OUTSIDE_CODE not in texts and "mobifone" not in texts.lower(), name
    assert list(tables["sites"]["site_id"]) == list(tables["cells"]["site_id"]) == ["VTL-1"]
    assert isinstance(tables["sites"], gpd.GeoDataFrame)
    assert list(tables["households"]["best_site_id"]) == ["VTL-1", OUTSIDE_TITLE.vi, ""]
    assert list(tables["households"]["best_level_dbm"][:2]) == [-90.0, -100.0]
    gaps = tables["gaps"]
    assert list(gaps["nearest_sites"]) == ["VTL-1 (Viettel) 3,0 km", f"VTL-1 (Viettel) 5,0 km; {OUTSIDE_TITLE.vi}"]
    assert np.isnan(gaps["nearest_distance_km"][1]) and np.isnan(gaps["obstacle_lon_deg"][1])
    assert gaps["reason_vi"][0] == "Trạm VTL-1 bị che." and gaps["nearest_distance_km"][0] == 3.0
    assert np.isnan(tables["villages"]["nearest_gmobile_km"][0]) and tables["villages"]["nearest_gmobile_km"][1] == 7.0
    assert tables["evidence"]["detail_en"][0] == f"By {OUTSIDE_TITLE.en}"


def test_a_study_without_such_masts_is_left_as_it_is() -> None:
    """The very same tables come back."""
    tables = _tables()
    tables["sites"] = tables["sites"].iloc[:1]
    assert all(veiled(tables)[name] is table for name, table in tables.items())
