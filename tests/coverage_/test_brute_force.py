"""The pruned prediction against the slow obvious one, and the honesty rules: terrain decides, missing never serves."""

from __future__ import annotations

import math
from dataclasses import replace

import made_antennas
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_prediction import NONE, Best, brute_force
from numpy.typing import NDArray

from phusong.coverage.best_server import HIGH, LOW, MIDDLE
from phusong.coverage.criteria import STATES
from phusong.coverage.decision import Places, decide
from phusong.coverage.network import Inventory, Network, Sector, Service, Site, Span, Status, Technology
from phusong.coverage.prediction import Prediction, predict, prediction_points
from phusong.coverage.radio.air import Air
from phusong.coverage.radio.link import reference_eirp_offset_db
from phusong.coverage.terrain import MISSING, Terrain
from phusong.data.inventory import unknown_here
from phusong.data.profiles import read_profile

PROFILE = read_profile("vn-default")
VOICE_FIRST = replace(PROFILE, services=PROFILE.services[::-1])
"""A profile by whose main service every layer of these scenes has a second server."""
WEST, NORTH, SIZE = 105.0, 18.6, 500
BANDWIDTH_MHZ = 10.0
OFFSET_DB: dict[str, float] = {t: reference_eirp_offset_db(t, BANDWIDTH_MHZ) for t in PROFILE.rules}
ROUNDING = 1e-6  # hundredths of a dBm: how near to a rounding step two ways of computing may fall apart


def rough_terrain(rng: np.random.Generator, *, hole: bool) -> Terrain:
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    waves = sum(
        rng.uniform(40, 160) * np.sin(x / rng.uniform(8, 60) + rng.uniform(0, 6)) * np.cos(y / rng.uniform(8, 60))
        for _ in range(4)
    )
    height = np.clip(300 + waves + rng.normal(0, 4, (SIZE, SIZE)), 0, 3000).astype(np.int16)
    if hole:
        height[200:230, 100:300] = MISSING
    return terrain_of(height)


def terrain_of(height: NDArray[np.int16]) -> Terrain:
    cell = 1 / 3600
    return Terrain(elevation_m=height, west_deg=WEST, north_deg=NORTH, cell_lon_deg=cell, cell_lat_deg=cell, kind="dsm")


def span(rng: np.random.Generator, low: float, high: float) -> Span:
    if rng.random() < 0.5:
        return Span.exactly(float(rng.uniform(low, high)))
    a, b, c = sorted(rng.uniform(low, high, 3))
    return Span(float(a), float(b), float(c), given=False)


def random_site(rng: np.random.Generator, number: int) -> Site:
    services = []
    for technology, mhz in (("2G", 942.0), ("4G", 1842.0), ("4G", 763.0)):
        if rng.random() < 0.3:
            continue
        operator = ("viettel", "mobifone")[int(rng.integers(2))]
        ring = int(rng.choice([0, 1, 3]))
        sectors = tuple(
            Sector(
                sector_id=f"T{number}-{technology}-{mhz:g}-{k}",
                azimuth_deg=None if rng.random() < 0.5 else float(rng.uniform(0, 360)),
                ring_size=ring,
                downtilt_deg=span(rng, 0.0, 8.0),
                height_agl_m=span(rng, 10.0, 60.0),
                eirp_dbm=span(rng, 45.0, 62.0),
                pattern=(None, made_antennas.SECTOR, made_antennas.OMNI, None, made_antennas.OTHER, None)[number % 6],
                uplink_max_loss_db=float(rng.choice([math.inf, 150.0])),
            )
            for k in range(int(rng.integers(1, 4)))
        )
        services.append(
            Service(
                operator=operator,
                technology=technology,  # type: ignore[arg-type]
                band="",
                frequency_mhz=mhz,
                bandwidth_mhz=BANDWIDTH_MHZ,
                operators_served=("viettel", "mobifone") if rng.random() < 0.2 else (operator,),
                status=str(rng.choice(["listed", "on_air", "unknown", "off", "planned"])),  # type: ignore[arg-type]
                sectors=sectors,
            )
        )
    lon, lat = WEST + rng.uniform(0.005, 0.13), NORTH - rng.uniform(0.005, 0.13)
    return site_of(f"T{number}", lon, lat, tuple(services))


def site_of(site_id: str, lon: float, lat: float, services: tuple[Service, ...]) -> Site:
    return Site(
        site_id=site_id,
        name=site_id,
        lon_deg=lon,
        lat_deg=lat,
        province_code="99",
        commune_code="",
        kind="macro",
        services=services,
    )


def plain_service(operator: str = "viettel", technology: Technology = "4G", status: Status = "listed") -> Service:
    sector = Sector(
        sector_id=f"{operator}-{technology}",
        azimuth_deg=None,
        ring_size=0,
        downtilt_deg=Span.exactly(2.0),
        height_agl_m=Span.exactly(42.0),
        eirp_dbm=Span.exactly(58.0),
        beamwidth_v_deg=40.0,
    )
    return Service(
        operator=operator,
        technology=technology,
        band="",
        frequency_mhz=942.0,
        bandwidth_mhz=BANDWIDTH_MHZ,
        operators_served=(operator,),
        status=status,
        sectors=(sector,),
    )


def network_of(*sites: Site, inventories: tuple[Inventory, ...] = ()) -> Network:
    return Network(sites=sites, inventories=inventories)


def houses(rng: np.random.Generator, count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return WEST + rng.uniform(0.0, 0.139, count), NORTH - rng.uniform(0.0, 0.139, count)


def check_level(stored: int, exact_dbm: float, where: object) -> int:
    """Fail unless a stored level is the exact one to the hundredth of a dB; return 1 where there is one."""
    if not math.isfinite(exact_dbm):
        assert stored == NONE, where
        return 0
    exact = exact_dbm * 100.0
    on_step = abs((exact + 0.5) - round(exact + 0.5)) < ROUNDING
    assert stored == math.floor(exact + 0.5) or (on_step and abs(stored - exact) <= 1), where
    return 1


@pytest.mark.parametrize("seed", range(6))
def test_best_servers_equal_brute_force(seed: int) -> None:
    """At every point, layer and end the level is the slow way's to 0.01 dB, and so are the sectors and the second."""
    rng = np.random.default_rng(seed)
    terrain = rough_terrain(rng, hole=seed % 2 == 1)
    if seed in (2, 5):
        cover = rng.choice([0, 0, 8, 15], size=terrain.elevation_m.shape).astype(np.uint8)
        terrain = replace(terrain, kind="dtm", clutter_m=cover)
    air = Air(delta_n=40.0 + 10.0 * seed, n0=360.0 + 5.0 * seed)
    network = network_of(*(random_site(rng, k) for k in range(6)))
    points = prediction_points(*houses(rng, 30), terrain)
    found = predict(network, terrain, points, VOICE_FIRST, air=air)
    expected = brute_force(network, terrain, points.lon_deg, points.lat_deg, PROFILE, OFFSET_DB, air)
    compared = seconds = 0
    for i in range(len(points)):
        for k, layer in enumerate(found.layers):
            best = expected.get((i, layer.operator, layer.technology), Best())
            for end in (LOW, MIDDLE, HIGH):
                compared += check_level(int(found.level[i, k, end]), best.levels[end], (i, layer, end))
            seconds += check_level(int(found.second[i, k]), best.second, (i, layer, "second"))
            for name in ("server", "server_high", "second_server"):
                got = int(getattr(found, name)[i, k])
                assert (None if got < 0 else found.sent.sector_ids[got]) == getattr(best, name), (i, layer, name)
    assert compared > 30, "too little was compared to mean anything"
    assert seconds > 0


def test_only_layers_of_the_main_service_have_a_second() -> None:
    """A second server is looked for where intervals need one; all else is the same with and without."""
    rng = np.random.default_rng(2)
    terrain = rough_terrain(rng, hole=False)
    network = network_of(*(random_site(rng, k) for k in range(12)))
    points = prediction_points(*houses(rng, 40), terrain)
    voice, data = (predict(network, terrain, points, profile) for profile in (VOICE_FIRST, PROFILE))
    main = [layer.technology in PROFILE.main_service.technologies for layer in data.layers]
    assert any(main)
    assert not all(main)
    for name in ("level", "server", "server_high"):
        assert np.array_equal(getattr(voice, name), getattr(data, name))
    for name, none in (("second", NONE), ("second_server", -1)):
        assert np.array_equal(getattr(voice, name)[:, main], getattr(data, name)[:, main])
        assert (getattr(data, name)[:, np.logical_not(main)] == none).all()
        assert (getattr(voice, name)[:, np.logical_not(main)] != none).any()


def test_answers_do_not_depend_on_threads_or_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """One thread or many, households forwards or backwards: the same levels and servers."""
    rng = np.random.default_rng(11)
    terrain = rough_terrain(rng, hole=True)
    network = network_of(*(random_site(rng, k) for k in range(8)))
    lon, lat = houses(rng, 3000)

    def answers(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[NDArray[np.int16], NDArray[np.int32]]:
        points = prediction_points(lon, lat, terrain)
        found = predict(network, terrain, points, PROFILE)
        return found.level[points.of_household], found.server[points.of_household]

    level, server = answers(lon, lat)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    level_1, server_1 = answers(lon, lat)
    level_back, server_back = answers(lon[::-1], lat[::-1])
    assert np.array_equal(level, level_1)
    assert np.array_equal(server, server_1)
    assert np.array_equal(level, level_back[::-1])
    assert np.array_equal(server, server_back[::-1])


def state_of(found: Prediction, network: Network, household: int = 0) -> str:
    n = len(found.points.of_household)
    lon, lat = found.points.lon_deg[found.points.of_household], found.points.lat_deg[found.points.of_household]
    unknown = unknown_here(network.inventories, None, lon, lat, reach_km=5.0)
    assert len(lon) == n
    places = Places(point=found.points.of_household, unknown_here=unknown)
    decision = decide(found, places, PROFILE, PROFILE.main_service, indoor=False)
    return STATES[int(decision.overall.state[household])]


def ridge_scene(ridge_m: int) -> tuple[Terrain, Network, NDArray[np.float64], NDArray[np.float64]]:
    """A plain with a north–south ridge 1.2 km east of a mast, and a household 2 km east of the mast."""
    height = np.full((SIZE, SIZE), 100, dtype=np.int16)
    col = 250 + int(1200 / (30.92 * math.cos(math.radians(18.53))))
    height[:, col - 3 : col + 4] += np.array([0.25, 0.5, 0.8, 1.0, 0.8, 0.5, 0.25] * np.array(ridge_m)).astype(np.int16)
    cell = 1 / 3600
    lon, lat = WEST + 250.5 * cell, NORTH - 250.5 * cell
    house = lon + 2000 / (111_320 * math.cos(math.radians(lat)))
    return (
        terrain_of(height),
        network_of(site_of("T", lon, lat, (plain_service(),))),
        np.array([house]),
        np.array([lat]),
    )


def test_a_household_behind_a_ridge_is_unserved_where_a_buffer_would_serve_it() -> None:
    """2 km from the mast: served over the plain, unserved behind a 250 m ridge; a 3 km buffer sees no difference."""
    states = {}
    for ridge_m in (0, 250):
        terrain, network, lon, lat = ridge_scene(ridge_m)
        found = predict(network, terrain, prediction_points(lon, lat, terrain), PROFILE)
        states[ridge_m] = state_of(found, network)
    assert states == {0: "served", 250: "unserved"}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 150), st.integers(0, 150))
def test_a_taller_ridge_never_brings_signal_to_the_unserved(ridge_m: int, more_m: int) -> None:
    """Behind a ridge of 100 m or more the house is unserved, however much taller the ridge is."""
    terrain, network, lon, lat = ridge_scene(200 + ridge_m + more_m)
    found = predict(network, terrain, prediction_points(lon, lat, terrain), PROFILE)
    assert state_of(found, network) == "unserved"


def test_missing_terrain_never_serves() -> None:
    """Without terrain under it a household has no data; with a hole on the path it is undetermined, never served."""
    terrain, network, lon, lat = ridge_scene(0)
    row, col = (int(a[0]) for a in terrain.cell_at(lon, lat))
    hole = terrain.elevation_m.copy()
    hole[row - 1 : row + 2, col - 1 : col + 2] = MISSING
    bare = replace(terrain, elevation_m=hole)
    found = predict(network, bare, prediction_points(lon, lat, bare), PROFILE)
    assert state_of(found, network) == "no_data"
    gap = terrain.elevation_m.copy()
    gap[:, 270:280] = MISSING
    holed = replace(terrain, elevation_m=gap)
    found = predict(network, holed, prediction_points(lon, lat, holed), PROFILE)
    assert int(found.level[0, 0, MIDDLE]) == NONE
    assert state_of(found, network) == "undetermined"


@pytest.mark.parametrize("completeness", ["complete", "none"])
def test_dropping_an_operators_list_makes_it_undetermined(completeness: str) -> None:
    """What only the missing operator could serve is undetermined: neither served nor unserved."""
    terrain, network, lon, lat = ridge_scene(250)
    other = Inventory(operator="mobifone", completeness=completeness)  # type: ignore[arg-type]
    network = replace(network, inventories=(Inventory(operator="viettel", completeness="complete"), other))
    found = predict(network, terrain, prediction_points(lon, lat, terrain), PROFILE)
    assert state_of(found, network) == {"complete": "unserved", "none": "undetermined"}[completeness]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("listed", "served"),
        ("on_air", "served"),
        ("unknown", "undetermined"),
        ("off", "unserved"),
        ("planned", "unserved"),
    ],
)
def test_only_what_is_on_air_serves(status: Status, state: str) -> None:
    """A site of unknown status may or may not serve; planned and switched-off ones do not."""
    terrain, network, lon, lat = ridge_scene(0)
    site = network.sites[0]
    network = network_of(replace(site, services=(plain_service(status=status),)))
    found = predict(network, terrain, prediction_points(lon, lat, terrain), PROFILE)
    assert state_of(found, network) == state


def test_a_signal_shared_by_roaming_serves_both_operators() -> None:
    """With operators_served of two, both have the layer, at the same level."""
    terrain, network, lon, lat = ridge_scene(0)
    shared = replace(plain_service(), operators_served=("viettel", "mobifone"))
    network = network_of(replace(network.sites[0], services=(shared,)))
    found = predict(network, terrain, prediction_points(lon, lat, terrain), PROFILE)
    assert [layer.operator for layer in found.layers] == ["mobifone", "viettel"]
    assert np.array_equal(found.level[:, 0], found.level[:, 1])


def test_a_network_without_anything_on_air_leaves_all_unserved() -> None:
    """No layer, no levels, no server; complete lists make it unserved, and points without terrain no data."""
    terrain, _, lon, lat = ridge_scene(0)
    network = network_of()
    found = predict(network, terrain, prediction_points(lon, lat, terrain), PROFILE)
    assert found.layers == ()
    assert state_of(found, network) == "unserved"
