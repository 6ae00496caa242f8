"""Places near gaps where a mast stands or could stand, gathered from masts, terrain, villages and proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from phusong.coverage.area import degrees_a_metre
from phusong.coverage.landforms import Landforms, landforms, spaced
from phusong.coverage.network import Network, Site
from phusong.coverage.terrain import MISSING, Terrain
from phusong.coverage.viewsheds import Targets
from phusong.data.crs import project
from phusong.data.layers import NO_LAYERS, Layers
from phusong.plan.candidate import CandidateRules, Source
from phusong.plan.candidate_masts import MAST_KINDS, standing, top_m

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surroundings:
    """What there is to look at: masts, terrain, map layers, centres of villages, points the province proposes.

    ``centres`` and ``proposed`` are longitudes and latitudes, shape (n, 2). Without ``communes`` nothing is outside.
    """

    network: Network
    terrain: Terrain
    layers: Layers = NO_LAYERS
    centres: Floats
    proposed: Floats
    communes: gpd.GeoDataFrame | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Places near gaps, those of the best source first.

    ``masts`` are the sites that stand at each; ``height_agl_m`` is what is seen from. ``reason`` says why a mast can be
    no candidate, "" if nothing is against it. ``ground_m`` is NaN without terrain, ``row, col`` are then −1.
    """

    source: NDArray[np.object_]
    lon_deg: Floats
    lat_deg: Floats
    metres: Floats
    height_agl_m: Floats
    masts: tuple[tuple[Site, ...], ...]
    reason: NDArray[np.object_]
    row: Ints
    col: Ints
    ground_m: Floats

    def __len__(self) -> int:
        return len(self.lon_deg)

    def of(self, *sources: Source) -> Flags:
        """Say which places are of some sources."""
        found: Flags = np.isin(self.source.astype(str), sources)
        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """Places of one source."""

    source: Source
    lon_deg: Floats
    lat_deg: Floats
    height_agl_m: Floats
    masts: tuple[tuple[Site, ...], ...]
    reason: tuple[str, ...]


def gather(around: Surroundings, houses: Targets, rules: CandidateRules, *, epsg: int) -> Places:
    """Gather the places of every source that are near enough to the houses of gaps."""
    tree = cKDTree(np.column_stack(project(houses.lon_deg, houses.lat_deg, epsg)))

    def near(lon_deg: Floats, lat_deg: Floats, within_m: float) -> Flags:
        if not len(lon_deg):
            return np.zeros(0, dtype=np.bool_)
        away_m, _ = tree.query(np.column_stack(project(lon_deg, lat_deg, epsg)), distance_upper_bound=within_m)
        found: Flags = np.isfinite(away_m)
        return found

    sites = around.network.sites
    lon, lat = (np.array([getattr(site, axis) for site in sites], dtype=np.float64) for axis in ("lon_deg", "lat_deg"))
    close = near(lon, lat, rules.mast_search_m)
    height_m = sorted(rules.heights_m)[len(rules.heights_m) // 2]
    terrain = _cropped(around.terrain, houses, rules)
    tops, shoulders = landforms(terrain, rules.landforms)
    found: list[tuple[Source, Floats, Floats, float]] = [
        ("proposed", *_cell_middles(around.terrain, around.proposed), rules.search_m),
        ("hilltop", *_middles(terrain, tops), rules.search_m),
        ("shoulder", *_middles(terrain, shoulders), rules.search_m),
        ("village_centre", *_cell_middles(around.terrain, around.centres), rules.centre_search_m),
    ]
    parts = _mast_parts([site for site, here in zip(sites, close, strict=True) if here], rules, epsg)
    for source, lon, lat, within_m in found:
        there = near(lon, lat, within_m)
        parts.append(_new_part(source, lon[there], lat[there], height_m))
    return _together(parts, around.terrain, epsg)


def _new_part(source: Source, lon_deg: Floats, lat_deg: Floats, height_m: float) -> _Part:
    n = len(lon_deg)
    return _Part(
        source=source,
        lon_deg=lon_deg,
        lat_deg=lat_deg,
        height_agl_m=np.full(n, height_m),
        masts=((),) * n,
        reason=("",) * n,
    )


def _mast_parts(sites: Sequence[Site], rules: CandidateRules, epsg: int) -> list[_Part]:
    """Return masts that can carry more, near ones as one place, and the stations that cannot."""
    usable = sorted((s for s in sites if not _reason_against(s)), key=lambda s: (s.site_id, s.lon_deg, s.lat_deg))
    others = [s for s in sites if _reason_against(s)]
    return [
        _mast_part(_joined(usable, rules.merge_m, epsg)),
        replace(_mast_part([[s] for s in others]), reason=tuple(_reason_against(s) for s in others)),
    ]


def _reason_against(site: Site) -> str:
    if site.kind not in MAST_KINDS:
        return "not_a_mast"
    return "" if standing(site) else "not_standing"


def _joined(sites: Sequence[Site], merge_m: float, epsg: int) -> list[list[Site]]:
    """Return the sites of each place, first the one where the place is taken to be."""
    if not sites:
        return []
    lon, lat = (np.array(axis) for axis in zip(*((s.lon_deg, s.lat_deg) for s in sites), strict=True))
    metres = np.column_stack(project(lon, lat, epsg))
    leaders = spaced(metres, merge_m)
    _, of = cKDTree(metres[leaders]).query(metres)
    return [
        [sites[leader], *(sites[m] for m in np.flatnonzero(of == k).tolist() if m != leader)]
        for k, leader in enumerate(leaders.tolist())
    ]


def _mast_part(places: Sequence[Sequence[Site]]) -> _Part:
    return _Part(
        source="mast",
        lon_deg=np.array([masts[0].lon_deg for masts in places], dtype=np.float64),
        lat_deg=np.array([masts[0].lat_deg for masts in places], dtype=np.float64),
        height_agl_m=np.array([_height_m(masts) for masts in places], dtype=np.float64),
        masts=tuple(tuple(masts) for masts in places),
        reason=("",) * len(places),
    )


def _height_m(masts: Sequence[Site]) -> float:
    return max((top_m(site).middle for site in masts if standing(site)), default=0.0)


def _together(parts: Sequence[_Part], terrain: Terrain, epsg: int) -> Places:
    lon, lat = (np.concatenate([getattr(part, axis) for part in parts]) for axis in ("lon_deg", "lat_deg"))
    row, col = terrain.cell_at(lon, lat)
    ground = terrain.elevation_m[row, col].astype(np.float64)
    return Places(
        source=np.array([part.source for part in parts for _ in part.lon_deg], dtype=object),
        lon_deg=lon,
        lat_deg=lat,
        metres=np.column_stack(project(lon, lat, epsg)),
        height_agl_m=np.concatenate([part.height_agl_m for part in parts]),
        masts=tuple(masts for part in parts for masts in part.masts),
        reason=np.array([reason for part in parts for reason in part.reason], dtype=object),
        row=row,
        col=col,
        ground_m=np.where((row >= 0) & (ground != MISSING), ground, np.nan),
    )


def _cropped(terrain: Terrain, houses: Targets, rules: CandidateRules) -> Terrain:
    """Return the terrain in which hilltops and shoulders are looked for, and what they are measured by."""
    margin_m = rules.search_m + max(rules.landforms.far_radius_m, rules.landforms.spacing_m)
    lon_a_metre, lat_a_metre = degrees_a_metre(float(np.mean(houses.lat_deg)))
    west, east = houses.lon_deg.min() - margin_m * lon_a_metre, houses.lon_deg.max() + margin_m * lon_a_metre
    south, north = houses.lat_deg.min() - margin_m * lat_a_metre, houses.lat_deg.max() + margin_m * lat_a_metre
    n_rows, n_cols = terrain.elevation_m.shape
    left = _within(np.floor((west - terrain.west_deg) / terrain.cell_lon_deg), n_cols - 1)
    right = _within(np.ceil((east - terrain.west_deg) / terrain.cell_lon_deg), n_cols)
    top = _within(np.floor((terrain.north_deg - north) / terrain.cell_lat_deg), n_rows - 1)
    bottom = _within(np.ceil((terrain.north_deg - south) / terrain.cell_lat_deg), n_rows)
    return replace(
        terrain,
        elevation_m=terrain.elevation_m[top : max(bottom, top + 1), left : max(right, left + 1)],
        west_deg=terrain.west_deg + left * terrain.cell_lon_deg,
        north_deg=terrain.north_deg - top * terrain.cell_lat_deg,
        clutter_m=None,
    )


def _within(cell: float, most: int) -> int:
    return int(min(max(cell, 0), most))


def _middles(terrain: Terrain, found: Landforms) -> tuple[Floats, Floats]:
    return _middle(terrain, found.row, found.col)


def _middle(terrain: Terrain, row: Ints, col: Ints) -> tuple[Floats, Floats]:
    lon: Floats = terrain.west_deg + (col.astype(np.float64) + 0.5) * terrain.cell_lon_deg
    lat: Floats = terrain.north_deg - (row.astype(np.float64) + 0.5) * terrain.cell_lat_deg
    return lon, lat


def _cell_middles(terrain: Terrain, places: Floats) -> tuple[Floats, Floats]:
    """Return the middles of the cells in which places lie, the places themselves outside; those not known left out."""
    lon, lat = places[np.isfinite(places).all(axis=1)].reshape(-1, 2).T
    row, col = terrain.cell_at(lon, lat)
    inside = row >= 0
    middle_lon, middle_lat = _middle(terrain, row, col)
    return np.where(inside, middle_lon, lon), np.where(inside, middle_lat, lat)
