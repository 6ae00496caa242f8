"""Map layers a study may be given: roads, power lines, fibre, land constraints, places of interest, coverage claims."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd

from phusong.data.study_file import StudyFile


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layers:
    """Layers in EPSG:4326; None where a layer is not given, so that nothing is known of it.

    ``roads``: lines with ``road_id``, ``road_name``, ``road_class`` (car, motorbike, trail, water). ``power_lines`` and
    ``fibre``: lines. ``constraints``: polygons with ``kind`` (forest, defence, heritage, other) and ``name``.
    ``places``: points with ``place_id``, ``place_name``, ``kind`` (school, clinic, border_post, industrial_park,
    office). ``claims``: polygons with ``operator``, ``technology``, ``strength`` (core, edge) and ``dated``.
    """

    roads: gpd.GeoDataFrame | None = None
    power_lines: gpd.GeoDataFrame | None = None
    fibre: gpd.GeoDataFrame | None = None
    constraints: gpd.GeoDataFrame | None = None
    places: gpd.GeoDataFrame | None = None
    claims: gpd.GeoDataFrame | None = None


NO_LAYERS = Layers()


def read_layers(file: StudyFile) -> Layers:
    """Read the layers a study names."""
    return NO_LAYERS
