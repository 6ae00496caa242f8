"""One sector towards one place: the same level as the prediction's, from losses that can be read one by one."""

from __future__ import annotations

import math
from dataclasses import replace

import made_hills
import numpy as np
import pytest

from phusong.coverage.network import Network, Span
from phusong.coverage.prediction import dbm, predict, prediction_points
from phusong.coverage.profile import terrain_profile
from phusong.coverage.site_link import sector_link, way_between
from phusong.coverage.terrain import MISSING
from phusong.data.profiles import read_profile

PROFILE = read_profile("vn-default")


def one_by_one(*, holes=False, seed=5):
    """Yield way, service, sector and the level predicted of that sector alone at the point, its three ends in dBm."""
    network, terrain, points = made_hills.scene(seed, holes=holes, households=4, sites=4)
    for site in network.sites[1:]:
        for service in site.services:
            for sector in service.sectors[:1]:
                alone = replace(site, services=(replace(service, sectors=(sector,)),))
                found = predict(Network(sites=(alone,), inventories=()), terrain, points, PROFILE)
                for i, (lon, lat) in enumerate(zip(points.lon_deg, points.lat_deg, strict=True)):
                    way = way_between(terrain, site.lon_deg, site.lat_deg, lon, lat)
                    if way.length_km <= PROFILE.rules[service.technology].max_path_km:
                        yield way, service, sector, dbm(found.level[i, 0])


def test_the_level_is_the_one_predicted() -> None:
    """At all three ends, to the hundredth of a dB in which levels are stored, wherever the prediction gives a level."""
    compared = 0
    for way, service, sector, predicted_dbm in one_by_one():
        link = sector_link(way, service, sector, rx_height_agl_m=PROFILE.receiver_height_m)
        floor_dbm = PROFILE.rules[service.technology].floor_dbm
        ends = (link.level_dbm.low, link.level_dbm.middle, link.level_dbm.high)
        for level, heard, told in zip(ends, link.heard, predicted_dbm, strict=True):
            if math.isnan(told):
                assert not heard or level < floor_dbm + 0.01
            else:
                assert heard
                assert level == pytest.approx(told, abs=0.0101)
                compared += 1
    assert compared > 30


@pytest.mark.parametrize(("rise_m", "clutter_m"), [(0, None), (40, None), (150, None), (0, 12), (40, 25)])
def test_the_level_is_the_one_predicted_far_away_and_in_woods(rise_m, clutter_m) -> None:
    """On 25 km over a plain or a ridge, and with clutter along the whole path, to a hundredth of a dB."""
    elevation = np.full((20, 1000), 10, dtype=np.int16)
    elevation[:, 480:500] += rise_m
    terrain = replace(
        made_hills.terrain_of(elevation),
        kind="dtm",
        clutter_m=None if clutter_m is None else np.full(elevation.shape, clutter_m, dtype=np.uint8),
    )
    lat, lon = made_hills.NORTH - 10.5 * made_hills.CELL, made_hills.WEST + 50.5 * made_hills.CELL
    points = prediction_points(np.array([made_hills.WEST + 900.5 * made_hills.CELL]), np.array([lat]), terrain)
    (site,) = (replace(s, lon_deg=lon, lat_deg=lat) for s in made_hills.scene(1, holes=False)[0].sites[1:2])
    service = next(s for s in site.services if s.technology == "2G")
    sector = replace(service.sectors[0], uplink_max_loss_db=math.inf)
    site = replace(site, services=(replace(service, sectors=(sector,)),))
    deep = replace(PROFILE, rules={"2G": replace(PROFILE.rules["2G"], floor_dbm=-300.0)})
    found = predict(Network(sites=(site,), inventories=()), terrain, points, deep)
    way = way_between(terrain, lon, lat, points.lon_deg[0], points.lat_deg[0])
    link = sector_link(way, service, sector, rx_height_agl_m=1.5)
    ends = (link.level_dbm.low, link.level_dbm.middle, link.level_dbm.high)
    assert ends == pytest.approx(tuple(dbm(found.level[0, 0])), abs=0.0101)
    assert link.loss.line_of_sight == (rise_m == 0)
    assert (link.ends[1].clutter_db > 1.0) == (clutter_m is not None)


def test_the_parts_of_every_end_make_its_loss() -> None:
    """Free space, terrain and clutter less the gain are the loss; without clutter its part is exactly 0."""
    for way, service, sector, _ in one_by_one():
        link = sector_link(way, service, sector, rx_height_agl_m=1.5)
        for end in link.ends:
            assert end.free_space_db + end.terrain_db - end.gain_db == pytest.approx(end.loss_db, abs=1e-9)
            assert end.clutter_db == 0.0
            assert end.gain_db >= -1e-9
        assert link.level_dbm.low <= link.level_dbm.middle <= link.level_dbm.high


def test_a_way_is_the_terrain_profile_of_the_prediction() -> None:
    """The same samples at the same distances; where terrain is missing only the samples over it are unknown."""
    _, terrain, points = made_hills.scene(2, holes=False, households=6)
    ends = (points.lon_deg[0], points.lat_deg[0], points.lon_deg[5], points.lat_deg[5])
    way = way_between(terrain, *ends)
    distance_km, height_m = terrain_profile(terrain, *ends)
    np.testing.assert_allclose(way.distance_km, distance_km, atol=1e-9)
    np.testing.assert_allclose(way.terrain_m, height_m, atol=1e-6)
    holed = terrain.elevation_m.copy()
    row, col = (v[0] for v in terrain.cell_at(way.lon_deg[10:11], way.lat_deg[10:11]))
    holed[row, col] = MISSING
    part = way_between(replace(terrain, elevation_m=holed), *ends)
    assert np.isnan(part.terrain_m[10])
    assert 0 < np.isnan(part.terrain_m).sum() < 6
    kept = ~np.isnan(part.terrain_m)
    np.testing.assert_array_equal(part.terrain_m[kept], way.terrain_m[kept])


def test_missing_terrain_gives_no_level() -> None:
    """NaN at every end and no loss, never a level."""
    unknown = 0
    for way, service, sector, predicted_dbm in one_by_one(holes=True, seed=3):
        link = sector_link(way, service, sector, rx_height_agl_m=1.5)
        if np.isnan(way.terrain_m).any():
            assert math.isnan(link.level_dbm.high)
            assert math.isnan(link.loss.loss_db)
            assert np.isnan(predicted_dbm).all()
            unknown += 1
    assert unknown


def test_clutter_on_the_way_is_a_part_of_its_own() -> None:
    """A wood on the way adds to the loss exactly what its part says; the terrain's part stays."""
    way, service, sector, _ = next(one_by_one())
    wood_m = np.full_like(way.terrain_m, 20.0)
    low = replace(sector, height_agl_m=Span.exactly(12.0))
    bare = sector_link(way, service, low, rx_height_agl_m=1.5).ends[1]
    grown = sector_link(replace(way, clutter_m=wood_m), service, low, rx_height_agl_m=1.5).ends[1]
    assert (grown.free_space_db, grown.terrain_db) == (bare.free_space_db, bare.terrain_db)
    assert grown.clutter_db > 1.0
    assert grown.loss_db == pytest.approx(bare.loss_db + grown.clutter_db - (grown.gain_db - bare.gain_db), abs=1e-9)
