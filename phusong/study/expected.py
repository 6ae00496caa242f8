"""What a plan is expected to change: the best level today and with the plan built, on a grid around the gaps it serves.

The file is the map data of packages: their documents draw it without asking the engine again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.transform import Affine
from shapely.geometry.base import BaseGeometry

from phusong.coverage.area import NO_DATA, Area, area_levels
from phusong.coverage.coverage_matrix import with_built
from phusong.coverage.criteria import Profile
from phusong.coverage.kernel_arrays import NONE
from phusong.coverage.network import Network
from phusong.coverage.prediction import Engine, Progress
from phusong.coverage.terrain import MISSING, Terrain
from phusong.coverage.transmitters import transmitters
from phusong.data.coverage_raster import cells_inside
from phusong.data.crs import metric_crs
from phusong.data.provenance import Provenance
from phusong.plan.choice import Choice
from phusong.study.assess import Assessment

EXPECTED = "expected.tif"
CELLS_A_DEGREE = 600
"""Cells of 6 seconds of arc, about 180 m: a village is some cells wide, a province a picture of some hundred kB."""

AROUND_KM = 8.0
"""How far around the gaps that the plan serves levels are asked for."""

BANDS = ("level_today_dbm", "level_with_plan_dbm", "elevation_m")
NO_VALUE = -9999.0
"""Outside the area asked for, or terrain missing."""

BELOW_FLOOR_DBM = -200.0
"""Stands for every level below the floor of the profile, or that no station reaches."""

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expected:
    """A grid and its bands in the order of ``BANDS``, shape (bands, rows, columns).

    Levels are medians outdoors of the main service's best layer, margins not taken off. ``served_dbm`` and ``weak_dbm``
    are the lowest levels of its technologies that serve and are weak, with the margins outdoors in them.
    """

    area: Area
    values: Floats
    served_dbm: float
    weak_dbm: float


def expected_levels(
    found: Assessment, choice: Choice, plan_gaps: gpd.GeoDataFrame, *, engine: Engine, progress: Progress | None = None
) -> Expected | None:
    """Predict the main service around the gaps that a plan serves, today and with the plan; None where it serves none.

    Parameters
    ----------
    found, choice
        The study as assessed, and the plan.
    plan_gaps
        The gaps with their ``planned_households``.
    engine
        What predicts in the study.
    progress
        Called with the share done, 0 to 1.
    """
    served = plan_gaps[plan_gaps["planned_households"] > 0]
    if served.empty:
        return None
    inputs, profile = found.inputs, found.profile
    around = _around(served)
    area = _area(around)
    inside = cells_inside(area, around)
    today = _best(inputs.network, inputs.terrain, profile, area, inside, engine=engine, progress=progress)
    built = with_built(Network(sites=(), inventories=()), choice.sites)
    planned = _best(built, inputs.terrain, profile, area, inside, engine=engine)
    values = np.stack([today, np.maximum(today, planned), _elevation(inputs.terrain, area, inside)])
    margin_db = profile.margin_db(indoor=False)
    rules = [profile.rules[t] for t in profile.main_service.technologies if t in profile.rules]
    return Expected(
        area=area,
        values=values.astype(np.float32),
        served_dbm=min(rule.served_dbm for rule in rules) + margin_db,
        weak_dbm=min(rule.weak_dbm for rule in rules) + margin_db,
    )


def write_expected(path: Path, expected: Expected | None, rests_on: Provenance) -> None:
    """Write what is expected as a GeoTIFF, the same bytes for the same values; nothing where there is nothing."""
    if expected is None:
        return
    tags = {
        "SERVED_DBM": f"{expected.served_dbm:.1f}",
        "WEAK_DBM": f"{expected.weak_dbm:.1f}",
        "BELOW_FLOOR_DBM": f"{BELOW_FLOOR_DBM:g}",
        "QUANTITY": "median level outdoors of the main service's best layer, margins not taken off",
        "SERVICE": rests_on.service.en,
        "MODEL": rests_on.model.en,
        "DATE": rests_on.created_on.isoformat(),
        "SIMULATED_DATA": "yes" if rests_on.simulated else "no",
    }
    write_bands(path, expected.values, _transform(expected.area), tags)


def write_bands(path: Path, values: Floats, transform: Affine, tags: Mapping[str, str]) -> None:
    """Write the bands of ``BANDS`` into a GeoTIFF."""
    _, n_rows, n_cols = values.shape
    with rasterio.open(
        path, "w", driver="GTiff", dtype="float32", count=len(BANDS), height=n_rows, width=n_cols, crs="EPSG:4326",
        transform=transform, nodata=NO_VALUE, compress="deflate", zlevel=9, predictor=2, tiled=True, blockxsize=256,
        blockysize=256, interleave="band", num_threads=1,
    ) as file:  # fmt: skip
        file.write(values)
        file.update_tags(**tags)
        for band, name in enumerate(BANDS, start=1):
            file.set_band_description(band, name)


def _around(gaps: gpd.GeoDataFrame) -> Sequence[BaseGeometry]:
    """Return what lies within some km of gaps, in degrees."""
    west, south, east, north = gaps.total_bounds
    plain = metric_crs((west + east) / 2, (south + north) / 2)
    discs = gaps.geometry.to_crs(plain).buffer(1000.0 * AROUND_KM, quad_segs=8)
    return [gpd.GeoSeries([discs.union_all()], crs=plain).to_crs("EPSG:4326").iloc[0]]


def _area(shapes: Sequence[BaseGeometry]) -> Area:
    west, south, east, north = gpd.GeoSeries(shapes).total_bounds
    first_col, first_row = math.floor(west * CELLS_A_DEGREE), math.ceil(north * CELLS_A_DEGREE)
    return Area(
        west_deg=first_col / CELLS_A_DEGREE,
        north_deg=first_row / CELLS_A_DEGREE,
        cell_lon_deg=1 / CELLS_A_DEGREE,
        cell_lat_deg=1 / CELLS_A_DEGREE,
        n_rows=first_row - math.floor(south * CELLS_A_DEGREE),
        n_cols=math.ceil(east * CELLS_A_DEGREE) - first_col,
    )


def _best(
    network: Network,
    terrain: Terrain,
    profile: Profile,
    area: Area,
    inside: Flags,
    *,
    engine: Engine,
    progress: Progress | None = None,
) -> Floats:
    """Return the best level of the main service at every cell, to 0.1 dB."""
    best = np.full((area.n_rows, area.n_cols), NO_VALUE, dtype=np.float32)
    technologies = profile.main_service.technologies
    layers = [layer for layer in transmitters(network, profile).layers if layer.technology in technologies]
    if not layers:
        return np.where(inside, np.float32(BELOW_FLOOR_DBM), best)
    windows = area_levels(network, terrain, area, profile, layers, engine=engine, inside=inside, progress=progress)
    for window, levels in windows:
        at = np.s_[window.row : window.row + window.n_rows, window.col : window.col + window.n_cols]
        best[at] = _of_layers(levels)
    return best


def _of_layers(levels: NDArray[np.int16]) -> Floats:
    """Return the best of the layers' hundredths of a dBm; a layer of which nothing is known does not count."""
    known = (levels != NONE) & (levels != NO_DATA)
    best = np.where(known, levels, NO_DATA).max(axis=2)
    dark = (levels == NO_DATA).all(axis=2)
    found = np.round(best / 100.0, 1)
    return np.where(dark, NO_VALUE, np.where(known.any(axis=2), found, BELOW_FLOOR_DBM)).astype(np.float32)


def _elevation(terrain: Terrain, area: Area, inside: Flags) -> Floats:
    """Return the ground at the centres of the cells."""
    row, col = np.indices(inside.shape)
    lon, lat = area.centres(row.ravel(), col.ravel())
    at_row, at_col = terrain.cell_at(lon, lat)
    height = np.where(at_row >= 0, terrain.elevation_m[at_row, at_col], MISSING).reshape(inside.shape)
    return np.where(inside & (height != MISSING), height, NO_VALUE).astype(np.float32)


def _transform(area: Area) -> Affine:
    return Affine(area.cell_lon_deg, 0.0, area.west_deg, 0.0, -area.cell_lat_deg, area.north_deg)
