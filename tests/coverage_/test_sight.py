"""What stands between a place and the masts around it."""

from __future__ import annotations

import math

import made_masts
import numpy as np
import pytest

from phusong.coverage.earth import path_km
from phusong.coverage.prediction import predict, prediction_points
from phusong.coverage.sight import NearSite, in_the_way, nearest_sites, sight_to_servers

PROFILE = made_masts.made_profile()
RIDGE_LON = made_masts.WEST + 468.5 * made_masts.CELL
BEHIND_LON = RIDGE_LON + 0.02


def near_of(site):
    distance_km, _ = path_km(site.lon_deg, site.lat_deg, BEHIND_LON, made_masts.LAT)
    return NearSite(site=site, service=site.services[0], operator="lora", distance_km=distance_km)


def test_each_operator_has_its_nearest_site_on_air_of_the_wanted_technology():
    """One row an operator, nearest first; sites off air and other technologies do not count."""
    sites = [
        made_masts.made_site("far", made_masts.LON - 0.05),
        made_masts.made_site("near", made_masts.LON - 0.01),
        made_masts.made_site("off", made_masts.LON, status="off"),
        made_masts.made_site("theirs", made_masts.LON + 0.002, operator="khac"),
    ]
    found = nearest_sites(sites, made_masts.LON, made_masts.LAT, ["other"])
    assert [(near.operator, near.site.site_id) for near in found] == [("khac", "theirs"), ("lora", "near")]
    assert found[1].distance_km == pytest.approx(0.01 * 111.32 * math.cos(math.radians(made_masts.LAT)), rel=0.01)
    assert nearest_sites(sites, made_masts.LON, made_masts.LAT, ["4G"]) == ()


def test_the_ridge_is_found_where_it_stands():
    """Its place within one step of the samples, its height over the line, a loss, and no line of sight."""
    terrain = made_masts.made_terrain(ridge_m=150)
    way = in_the_way(
        terrain, near_of(made_masts.made_site("A", made_masts.LON)), BEHIND_LON, made_masts.LAT, rx_height_agl_m=1.5
    )
    assert not way.line_of_sight
    assert way.loss_db > 20.0
    assert way.obstacle.lon_deg == pytest.approx(RIDGE_LON, abs=5 * made_masts.CELL)
    assert way.obstacle.lat_deg == pytest.approx(made_masts.LAT, abs=1e-6)
    expected_km, _ = path_km(RIDGE_LON, made_masts.LAT, BEHIND_LON, made_masts.LAT)
    assert way.obstacle.distance_km == pytest.approx(expected_km, abs=0.15)
    assert 140.0 < way.obstacle.height_m < 155.0
    flat = (way.obstacle_distance_km, way.obstacle_height_m, way.obstacle_lon_deg, way.obstacle_lat_deg)
    assert flat == (way.obstacle.distance_km, way.obstacle.height_m, way.obstacle.lon_deg, way.obstacle.lat_deg)


def test_missing_terrain_and_a_place_under_the_mast_name_no_obstacle():
    """Over a hole the loss is not known and nothing is in sight; under the mast nothing is lost."""
    site = made_masts.made_site("A", made_masts.LON)
    holed = made_masts.made_terrain(hole=slice(400, 410))
    way = in_the_way(holed, near_of(site), BEHIND_LON, made_masts.LAT, rx_height_agl_m=1.5)
    assert math.isnan(way.loss_db)
    assert not way.line_of_sight
    assert math.isnan(way.obstacle.height_m)
    under = NearSite(site=site, service=site.services[0], operator="lora", distance_km=0.0)
    way = in_the_way(holed, under, made_masts.LON, made_masts.LAT, rx_height_agl_m=1.5)
    assert (way.loss_db, way.line_of_sight) == (0.0, True)
    assert math.isnan(way.obstacle.distance_km)


@pytest.mark.parametrize(("ridge_m", "in_sight"), [(0, True), (150, False)])
def test_sight_to_the_server_ends_at_a_ridge(ridge_m, in_sight):
    """Distance and line of sight to the site that serves; a place without server has neither."""
    terrain = made_masts.made_terrain(ridge_m=ridge_m)
    lon, lat = np.array([RIDGE_LON + 0.003, made_masts.LON]), np.array([made_masts.LAT, made_masts.LAT])
    points = prediction_points(lon, lat, terrain)
    network = made_masts.NETWORK.__class__(sites=made_masts.NETWORK.sites[:1], inventories=())
    found = predict(network, terrain, points, PROFILE)
    server = found.server[points.of_household, 0].astype(np.int64)
    assert (server == 0).all()
    distance_km, seen = sight_to_servers(found.sent, terrain, lon, lat, server, rx_height_m=1.5)
    assert distance_km[0] == pytest.approx(path_km(made_masts.LON, made_masts.LAT, lon[0], lat[0])[0])
    assert seen.tolist() == [in_sight, True]
    distance_km, seen = sight_to_servers(found.sent, terrain, lon, lat, np.array([-1, 0]), rx_height_m=1.5)
    assert math.isnan(distance_km[0])
    assert seen.tolist() == [False, True]
