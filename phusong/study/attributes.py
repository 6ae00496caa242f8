"""What is known of each village and gap besides its signal: mountains, border, power, roads, terrain, nearest stations.

Village lists speak first; the province's gap list fills only what they leave silent; map layers give distances. What
nobody says is unknown, never no.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize
from rasterio.transform import Affine

from phusong.coverage.mountains import (
    MOUNTAIN_RULE,
    GroundCounts,
    Tile,
    ground_counts,
    nearest_areas,
    setting_of,
    setting_title,
)
from phusong.coverage.terrain import Terrain
from phusong.data.crs import project
from phusong.study.assess import Assessment
from phusong.study.gap_table import Places
from phusong.study.list_answers import answers_of_gaps, list_answers
from phusong.study.nearest import near_site_columns, way_columns
from phusong.words import LANGUAGES, Text, number

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ATTRIBUTE_COLUMNS = (
    *("mountainous", "above_200m_percent", "steep_percent", "border", "island", "is_dbkk", "commune_region"),
    *("grid_power", "road_class", "road_km", "grid_km", "terrain_vi", "terrain_en"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attributes:
    """Attribute columns: ``villages`` in the order of the study's villages, ``gaps`` in that of ``Places.ids``.

    Both hold ``ATTRIBUTE_COLUMNS`` and, for every operator, ``nearest_<operator>_site_id`` and
    ``nearest_<operator>_km``; ``gaps`` also its ``gap_id``.
    """

    villages: pd.DataFrame
    gaps: pd.DataFrame


def attributes(found: Assessment, places: Places) -> Attributes:
    """Return what is known of every village and gap; a gap has the mountains and the flags of its village."""
    village_of = np.array([found.households.village[m[0]] for m in places.members], dtype=np.int64)
    v, epsg = found.villages, found.households.epsg
    ground = _ground(found, village_of)
    centres = _points(v.lon_deg, v.lat_deg, epsg)
    of_villages = list_answers(found)
    villages = _columns(found, ground, np.arange(len(v.table)), of_villages, centres, centres)
    areas = gpd.GeoSeries(list(places.areas), crs=epsg)
    of_ground = np.where(village_of >= 0, village_of, len(v.table) + np.arange(len(village_of)))
    of_gaps = answers_of_gaps(of_villages, village_of)
    gaps = _columns(found, ground, of_ground, of_gaps, _points(places.lon_deg, places.lat_deg, epsg), areas)
    gaps.insert(0, "gap_id", list(places.ids))
    return Attributes(villages=villages, gaps=gaps)


def _columns(
    found: Assessment,
    ground: GroundCounts,
    at: Ints,
    answers: pd.DataFrame,
    centres: gpd.GeoSeries,
    areas: gpd.GeoSeries,
) -> pd.DataFrame:
    """Return all attribute columns of some places; ``at`` is the area of each in the ground counted."""
    degrees = centres.to_crs("EPSG:4326")
    lon_deg, lat_deg = degrees.x.to_numpy(), degrees.y.to_numpy()
    table = pd.DataFrame(
        {
            "mountainous": np.array(ground.mountainous(MOUNTAIN_RULE), dtype=object)[at],
            "above_200m_percent": np.round(ground.high_percent[at], 1),
            "steep_percent": np.round(ground.steep_percent[at], 1),
        }
    )
    ways = way_columns(found.inputs.layers, centres, areas, answers["road_access"].tolist())
    words = _terrain_columns(found.inputs.terrain, lon_deg, lat_deg)
    joined = pd.concat([table, answers, ways, words], axis=1)[list(ATTRIBUTE_COLUMNS)]
    return pd.concat([joined, near_site_columns(found, lon_deg, lat_deg)], axis=1)


def _points(lon_deg: Floats, lat_deg: Floats, epsg: int) -> gpd.GeoSeries:
    """Return metric points; None where there is no place."""
    x, y = project(lon_deg, lat_deg, epsg)
    there = np.isfinite(lon_deg) & np.isfinite(lat_deg)
    points = [shapely.Point(a, b) if known else None for a, b, known in zip(x, y, there, strict=True)]
    return gpd.GeoSeries(points, crs=epsg)


def _ground(found: Assessment, village_of: Ints) -> GroundCounts:
    """Count the ground of every village, then that of every gap whose households name no village."""
    h, v = found.households, found.villages
    n = len(v.table)
    alone = (h.village < 0) & (h.gap >= 0)
    area = np.where(h.village >= 0, h.village, np.where(alone, n + h.gap, -1))
    lived_in = np.bincount(h.village[h.village >= 0], minlength=n) > 0
    bare = np.flatnonzero(~lived_in & np.isfinite(v.lon_deg))  # a village without households has its centre's ground
    lon, lat = np.concatenate([h.lon_deg, v.lon_deg[bare]]), np.concatenate([h.lat_deg, v.lat_deg[bare]])
    tiles = nearest_areas(
        found.inputs.terrain, lon, lat, np.concatenate([area, bare]).astype(np.int64), reach_m=MOUNTAIN_RULE.reach_m
    )
    return ground_counts(found.inputs.terrain, _inside_communes(found, tiles, len(village_of)), n + len(village_of))


def _inside_communes(found: Assessment, tiles: Iterator[Tile], n_gaps: int) -> Iterator[Tile]:
    """Leave out of each village's ground what lies in another commune; without boundaries nothing is left out."""
    communes = found.inputs.communes
    if communes is None:
        yield from tiles
        return
    index = pd.Index(communes["commune_code"])
    codes = found.villages.table["commune_code"].fillna("").astype(str)
    own = np.concatenate([index.get_indexer(pd.Index(codes)), np.full(n_gaps, -1)])
    tree = shapely.STRtree(communes.geometry.to_numpy())
    for tile in tiles:
        here = _communes_on(found.inputs.terrain, tile, communes, tree)
        wanted = np.where(tile.area >= 0, own[tile.area], -1)
        yield replace(tile, area=np.where((wanted < 0) | (wanted == here), tile.area, -1).astype(np.int32))


def _communes_on(terrain: Terrain, tile: Tile, communes: gpd.GeoDataFrame, tree: shapely.STRtree) -> NDArray[np.int32]:
    """Return the commune of every cell of a tile, −1 outside all."""
    west = terrain.west_deg + tile.cols.start * terrain.cell_lon_deg
    north = terrain.north_deg - tile.rows.start * terrain.cell_lat_deg
    n_rows, n_cols = tile.area.shape
    box = shapely.box(west, north - n_rows * terrain.cell_lat_deg, west + n_cols * terrain.cell_lon_deg, north)
    near = np.sort(tree.query(box))
    if not near.size:
        return np.full(tile.area.shape, -1, dtype=np.int32)
    shapes = zip(communes.geometry.iloc[near], near.tolist(), strict=True)
    transform = Affine(terrain.cell_lon_deg, 0.0, west, 0.0, -terrain.cell_lat_deg, north)
    drawn = rasterize(shapes, out_shape=tile.area.shape, transform=transform, fill=-1, dtype="int32")
    return np.asarray(drawn, dtype=np.int32)


def _terrain_columns(terrain: Terrain, lon_deg: Floats, lat_deg: Floats) -> pd.DataFrame:
    words = [_terrain_words(terrain, float(lon), float(lat)) for lon, lat in zip(lon_deg, lat_deg, strict=True)]
    return pd.DataFrame({"terrain_vi": [w.vi for w in words], "terrain_en": [w.en for w in words]})


def _terrain_words(terrain: Terrain, lon_deg: float, lat_deg: float) -> Text:
    """Say how a place lies: ``thung lũng, cao 412 m, sườn dốc 28 %``; nothing without terrain or place."""
    setting = setting_of(terrain, lon_deg, lat_deg) if np.isfinite(lon_deg) else None
    if setting is None:
        return Text("", "")
    title = setting_title(setting)
    vi, en = (f"{number(setting.height_m, language)} m" for language in LANGUAGES)
    if not np.isfinite(setting.slope_percent):
        return Text(f"{title.vi}, cao {vi}", f"{title.en}, {en} high")
    steep = [number(setting.slope_percent, language) for language in LANGUAGES]
    return Text(f"{title.vi}, cao {vi}, sườn dốc {steep[0]} %", f"{title.en}, {en} high, slopes of {steep[1]} %")
