"""Short geodesics against the exact ones, and the terrain sampled along them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from phusong.coverage.earth import bulge_deg, path_km
from phusong.coverage.profile import MAX_SAMPLES, MIN_SAMPLES, elevation_at, grid_of, sample_count, terrain_profile
from phusong.coverage.terrain import MISSING, Terrain

WGS84 = Geod(ellps="WGS84")
LENGTH_TOLERANCE_KM = 0.0005
PLACE_TOLERANCE_M = 1.0


def terrain_of(height: np.ndarray, *, west: float = 105.0, north: float = 19.0, cell: float = 1 / 3600) -> Terrain:
    return Terrain(
        elevation_m=height.astype(np.int16),
        west_deg=west,
        north_deg=north,
        cell_lon_deg=cell,
        cell_lat_deg=cell,
        kind="dsm",
    )


@settings(max_examples=300, deadline=None)
@given(st.floats(102, 118), st.floats(8, 24), st.floats(0, 360), st.floats(0.05, 50))
def test_lengths_directions_and_places_are_those_of_the_geodesic(
    lon: float, lat: float, azimuth: float, km: float
) -> None:
    """Up to 50 km in Vietnam: length within 0.5 m, direction within 0.01°, points on the way within 1 m."""
    end_lon, end_lat, _ = WGS84.fwd(lon, lat, azimuth, km * 1000.0)
    length_km, bearing_deg = path_km(lon, lat, end_lon, end_lat)
    assert length_km == pytest.approx(km, abs=LENGTH_TOLERANCE_KM)
    if km > 1.0:
        assert abs((bearing_deg - azimuth + 180.0) % 360.0 - 180.0) < 0.01
    bulge_lon, bulge_lat = bulge_deg(lon, lat, end_lon, end_lat)
    for share in (0.25, 0.5, 0.75):
        bend = share * (1.0 - share)
        here = (
            lon + share * (end_lon - lon) + bend * bulge_lon,
            lat + share * (end_lat - lat) + bend * bulge_lat,
        )
        there = WGS84.fwd(lon, lat, azimuth, share * km * 1000.0)[:2]
        assert WGS84.inv(*here, *there)[2] < PLACE_TOLERANCE_M


def test_sampling_is_bilinear_between_cell_centres() -> None:
    """At a centre the cell's own height; between four centres their weighted mean; outside NaN."""
    height = np.arange(20).reshape(4, 5) * 10
    terrain = terrain_of(height)
    flat, grid, cell = terrain.elevation_m.reshape(-1), grid_of(terrain), terrain.cell_lon_deg
    for row in range(4):
        for col in range(5):
            lon, lat = 105.0 + (col + 0.5) * cell, 19.0 - (row + 0.5) * cell
            assert elevation_at(flat, grid, lon, lat) == pytest.approx(height[row, col], abs=1e-3)
    middle = elevation_at(flat, grid, 105.0 + 2.0 * cell, 19.0 - 2.0 * cell)
    assert middle == pytest.approx(height[1:3, 1:3].mean(), abs=1e-3)
    for lon, lat in ((104.99, 18.9995), (105.01, 18.9995), (105.0005, 19.01), (105.0005, 18.9)):
        assert math.isnan(elevation_at(flat, grid, lon, lat))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**31))
def test_a_profile_is_the_terrain_at_its_points(seed: int) -> None:
    """The fast loop over a path gives what one look-up a point gives, to a millimetre; ends, count and steps agree."""
    rng = np.random.default_rng(seed)
    terrain = terrain_of(rng.integers(-20, 2500, (300, 300)))
    flat, grid = terrain.elevation_m.reshape(-1), grid_of(terrain)
    a, b = ((105.0 + x / 3600, 19.0 - y / 3600) for x, y in rng.uniform(0, 300, (2, 2)))
    distance_km, height_m = terrain_profile(terrain, *a, *b)
    assert len(height_m) == sample_count(float(distance_km[-1]))
    bulge = bulge_deg(*a, *b)
    for share, height in zip(np.linspace(0, 1, len(height_m)), height_m, strict=True):
        bend = share * (1 - share)
        lon, lat = (a[k] + share * (b[k] - a[k]) + bend * bulge[k] for k in (0, 1))
        assert height == pytest.approx(elevation_at(flat, grid, lon, lat), abs=1e-3, nan_ok=True)


def test_a_path_over_missing_terrain_is_unknown() -> None:
    """One missing cell under the path, or an end outside the grid, makes the whole profile NaN."""
    height = np.full((200, 200), 100)
    a, b = (105.0 + 10 / 3600, 19.0 - 100 / 3600), (105.0 + 190 / 3600, 19.0 - 100 / 3600)
    assert np.all(terrain_profile(terrain_of(height), *a, *b)[1] == 100.0)
    height[100, 100] = MISSING
    assert np.all(np.isnan(terrain_profile(terrain_of(height), *a, *b)[1]))
    assert np.all(np.isnan(terrain_profile(terrain_of(height), *a, 105.1, 18.99)[1]))


def test_the_number_of_samples_grows_with_the_path_between_its_limits() -> None:
    """At least 21, at most 501, one about every 60 m between."""
    counts = [sample_count(km) for km in (0.01, 1.0, 3.0, 10.0, 29.9, 40.0)]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (MIN_SAMPLES, MAX_SAMPLES)
    assert 3.0 / (sample_count(3.0) - 1) == pytest.approx(0.06, rel=0.02)
