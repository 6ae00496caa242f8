"""The files of a plan: tables, plan.xlsx, GeoPackage, map and manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd

from phusong.data.digests import sha256_of
from phusong.data.geopackage import write_geopackage
from phusong.data.plan_report import write_plan_report
from phusong.data.provenance import Provenance
from phusong.data.store import MANIFEST, write_json, write_parquet
from phusong.data.workbook import Sheet
from phusong.maps.hillshade import hillshade_overlay
from phusong.maps.page import write_map
from phusong.maps.plan_styles import plan_layer_styles
from phusong.maps.qgis import layer_styles
from phusong.coverage.terrain import Terrain
from phusong.study.write import map_provenance
from phusong.words import Language, Text, day
