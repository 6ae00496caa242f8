"""The package as a GeoPackage: areas, village centres, reference sites, test points, communes, totals and origin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from phusong.data.geopackage import write_geopackage
from phusong.tenders.digital.fields import DECIMALS, FIELDS, LAYERS, Field
from phusong.tenders.digital.tables import ROWS
from phusong.tenders.package.values import Package
from phusong.tenders.parts import Making
from phusong.words import Language


def write_data(path: Path, package: Package, making: Making) -> None:
    """Write the layers of ``LAYERS``; the same package gives the same bytes."""
    layers = {name: layer(key, package, making.language) for name, (key, _) in LAYERS.items()}
    write_geopackage(path, layers, {}, titles={name: title for name, (_, title) in LAYERS.items()})


def layer(key: str, package: Package, language: Language) -> gpd.GeoDataFrame:
    """Return one table with its geometry, in WGS84."""
    rows = list(ROWS[key](package, language))
    columns = {field.name: _column(field, [row.get(field.name) for row in rows]) for field in FIELDS[key]}
    geometry = gpd.GeoSeries.from_wkt([row.get("geometry") for row in rows], crs="EPSG:4326")
    return gpd.GeoDataFrame(columns, geometry=geometry, crs="EPSG:4326")


def _column(field: Field, values: list[object]) -> pd.Series[Any]:
    if field.kind == "text":
        return pd.Series([None if value is None else str(value) for value in values], dtype=object)
    if field.kind == "whole":
        return pd.Series(values, dtype="Int64")
    decimals = DECIMALS[field.kind]
    return pd.Series(values, dtype="Float64").round(decimals).astype("float64")
