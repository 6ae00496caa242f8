"""Backhaul and power of a candidate: the cheapest that surely works, open where a cheaper way is not known."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from types import MappingProxyType

import geopandas as gpd
import made_masts
import matplotlib as mpl
import numpy as np
import pytest
import shapely

from phusong.coverage.backhaul import DEFAULT_RULES, SATELLITE, Backhaul, BackhaulRules, backhaul_options
from phusong.coverage.clearance import TROPICAL, Band, MicrowaveRules, Places
from phusong.coverage.network import Span
from phusong.coverage.terrain import MISSING, Terrain
from phusong.data.unit_prices import read_unit_prices
from phusong.maps.drawing import png_bytes
from phusong.maps.hop_figure import hop_figure
from phusong.plan.candidate import Candidate
from phusong.plan.candidate_land import distances_km
from phusong.plan.costs import Feed, Link, site_cost
from phusong.plan.hop_profiles import hop_profiles
from phusong.plan.supply import SupplyRules, candidate_places, mast_places, site_facts, supplies, supply
from phusong.plan.supply_texts import backhaul_note, describe

PRICES = read_unit_prices()
CELL, WEST, NORTH, LAT = 1.0 / 3600.0, 104.5, 22.0, 21.95
RULES = SupplyRules(
    backhaul=BackhaulRules(
        microwave=MicrowaveRules(clearance=replace(TROPICAL, terrain_error_m=0.0), bands=(Band(7.0, 40.0),))
    )
)


@dataclass(frozen=True)
class Spot:
    """A candidate as the search for candidates makes it."""

    place_id: str = "c"
    kind: str = "new"
    host_site_id: str = ""
    lon_deg: float = WEST + 300.5 * CELL
    lat_deg: float = LAT
    height_agl_m: float = 33.0
    technology: str = "4G"
    road_km: float = 0.5
    road_class: str = "car"
    grid_km: float = 0.3


MICROWAVE = Backhaul(
    kind="microwave", feasible=True, length_km=12.34, hops=1, to_id="T1", band_ghz=7.0, clearance_m=20.0,
    clearance_ratio_f1=1.84, margin_m=9.0, at_km=5.8, k=0.6, needed_height_m=27.2,
)  # fmt: skip
FIBRE = Backhaul(kind="fibre", feasible=True, length_km=2.6)


def priced(key, vnd):
    row = replace(PRICES[key], low=vnd, middle=vnd, high=vnd)
    return replace(PRICES, rows=MappingProxyType({**PRICES.rows, key: row}))


def test_the_cheapest_way_that_works_is_taken():
    """Fibre near by beats microwave, microwave beats far fibre, satellite is what is left; prices decide, not habit."""
    chosen = [
        supply(Spot(), options, PRICES).backhaul
        for options in (
            (FIBRE, MICROWAVE, SATELLITE),
            (replace(FIBRE, length_km=15.0), MICROWAVE, SATELLITE),
            (replace(FIBRE, length_km=15.0, feasible=False), replace(MICROWAVE, feasible=False), SATELLITE),
            (),
        )
    ]
    assert chosen == ["fibre", "microwave", "satellite", "satellite"]
    cheap_sky = replace(priced("satellite_yearly", 1e6), name="x")
    assert supply(Spot(), (MICROWAVE, SATELLITE), cheap_sky).backhaul == "satellite"
    found = supply(Spot(), (MICROWAVE, SATELLITE), PRICES)
    assert (found.backhaul_to, found.backhaul_km, found.way) == ("T1", 12.34, MICROWAVE)
    assert found.links == (Link(kind="microwave"),)


def test_a_cheaper_way_that_is_not_known_leaves_the_choice_open():
    """Satellite surely works, microwave over missing terrain may: unknown, and the cost covers both."""
    open_ = replace(MICROWAVE, feasible=None, clearance_m=math.nan)
    found = supply(Spot(), (open_, SATELLITE), PRICES)
    assert (found.backhaul, found.backhaul_to) == ("unknown", "")
    assert [link.kind for link in found.links] == ["satellite", "microwave"]
    assert "chưa đủ dữ liệu" in found.backhaul_text.vi
    both = site_cost(site_facts(Spot(), found), PRICES).total
    for options in ((SATELLITE,), (MICROWAVE, SATELLITE)):
        one = site_cost(site_facts(Spot(), supply(Spot(), options, PRICES)), PRICES).total
        assert both.low <= one.low
        assert one.high <= both.high
    dearer = (MICROWAVE, Backhaul(kind="fibre", feasible=None, length_km=30.0), SATELLITE)
    assert supply(Spot(), dearer, PRICES).backhaul == "microwave"


def test_power_is_the_cheaper_of_grid_and_sun_within_limits():
    """A short line is built, a long one is not, past the limit it is not even priced; no layer leaves it open."""
    cheap = priced("power_solar", 1.2e9)
    powers = [supply(Spot(grid_km=km), (SATELLITE,), cheap) for km in (0.1, 4.9, 5.1, math.nan)]
    assert [found.power for found in powers] == ["grid", "solar", "solar", "unknown"]
    assert powers[0].feeds == (Feed(kind="grid", grid_km=0.1),)
    assert powers[1].power_text.vi == "Pin mặt trời, rẻ hơn kéo điện lưới 4,9 km"
    assert powers[2].power_text.en == "Solar: the grid is 5.1 km away, over 5.0 km"
    assert [feed.kind for feed in powers[3].feeds] == ["grid", "solar"]


def test_an_existing_mast_keeps_what_it_has():
    """Upgrade and share take the mast's backhaul, named where it is known; nothing is built for them."""
    for kind in ("upgrade", "share"):
        found = supply(Spot(kind=kind), (), PRICES, host_backhaul="fibre")
        assert (found.backhaul, found.way, found.links) == ("fibre", None, ())
        assert found.backhaul_text.vi == "Dùng truyền dẫn sẵn có của cột (cáp quang), nâng dung lượng"
        assert supply(Spot(kind=kind), (), PRICES).backhaul == "unknown"
        items = site_cost(site_facts(Spot(kind=kind), found), PRICES).items
        assert not any(item.key.startswith(("fibre", "microwave", "power_grid")) for item in items)


def test_a_relay_is_priced_by_what_stands_there():
    """A relay on a mast is cheaper than a new one; where it is not known the price covers both."""
    relay, dear_sky = replace(MICROWAVE, kind="relay", via_id="R", hops=2), priced("satellite_yearly", 9e8)
    links = [
        supply(Spot(), (relay, SATELLITE), dear_sky, relay_masts=masts).links[0].relay
        for masts in (frozenset({"R"}), frozenset(), None)
    ]
    assert links == ["mast", "new", ""]


@pytest.mark.parametrize(
    ("way", "vi", "en"),
    [
        (SATELLITE, "Vệ tinh", "Satellite"),
        (FIBRE, "Cáp quang khoảng 2,6 km", "Fibre, about 2.6 km"),
        (Backhaul(kind="fibre", feasible=None), "Cáp quang, chưa biết khoảng cách", "Fibre, distance not known"),
        (
            MICROWAVE,
            "Viba 7 GHz tới trạm T1, 12,3 km; khoảng hở nhỏ nhất 1,8 lần bán kính Fresnel thứ nhất ở km 5,8 "
            "(k = 0,60), anten cần cao từ 28 m",
            "Microwave 7 GHz to T1, 12.3 km; least clearance 1.8 first Fresnel radii at km 5.8 (k = 0.60), "
            "antenna needed at 28 m",
        ),
        (
            replace(MICROWAVE, clearance_m=-31.6),
            "Viba 7 GHz tới trạm T1, 12,3 km; bị che 32 m ở km 5,8 (k = 0,60), anten cần cao từ 28 m",
            "Microwave 7 GHz to T1, 12.3 km; blocked by 32 m at km 5.8 (k = 0.60), antenna needed at 28 m",
        ),
        (
            replace(MICROWAVE, kind="relay", via_id="R", clearance_m=-31.6, worst_hop=2),
            "Viba hai chặng qua R tới trạm T1, tổng 12,3 km; bị che 32 m ở km 5,8 của chặng 2 (k = 0,60), anten cần "
            "cao từ 28 m",
            "Microwave in two hops over R to T1, 12.3 km in all; blocked by 32 m at km 5.8 of hop 2 (k = 0.60), "
            "antenna needed at 28 m",
        ),
        (
            replace(MICROWAVE, kind="relay", via_id="R", clearance_m=math.nan),
            "Viba hai chặng qua R tới trạm T1, tổng 12,3 km; thiếu địa hình hoặc chiều cao anten để xét đường ngắm",
            "Microwave in two hops over R to T1, 12.3 km in all; no terrain or antenna height to judge sight by",
        ),
    ],
)
def test_a_way_is_told_in_a_sentence(way, vi, en):
    """Kind, end, length, and where the line is worst; heights are rounded up, never down."""
    text = describe(way)
    assert (text.vi, text.en) == (vi, en)


# with terrain -------------------------------------------------------------------------------------------------------


def terrain(*, wall=False, hole=False):
    elevation = np.full((360, 1440), 100, dtype=np.int16)
    if wall:
        elevation[:, 500:506] = 500
    if hole:
        elevation[:, 420:423] = MISSING
    return Terrain(
        elevation_m=elevation, west_deg=WEST, north_deg=NORTH, cell_lon_deg=CELL, cell_lat_deg=CELL, kind="dtm"
    )


def site(name, column, **changes):
    made = made_masts.made_site(name, WEST + column * CELL, **changes)
    return replace(made, lat_deg=LAT)


def test_only_masts_on_the_air_with_backhaul_of_their_own_are_ends_of_hops():
    """Masts that are off or planned, indoor sites and repeaters are none; dishes stand under the highest antenna."""
    sites = [
        site("on", 700),
        site("off", 710, status="off"),
        replace(site("in", 720), kind="indoor"),
        replace(site("rep", 730), kind="repeater"),
    ]
    masts = mast_places(sites, SupplyRules(top_gap_m=2.0))
    tallest = max(sector.height_agl_m.high for service in sites[0].services for sector in service.sectors)
    assert masts.ids == ("on",)
    assert masts.high_m.tolist() == [max(tallest - 2.0, 1.0)]
    assert candidate_places(["a"], [105.0], [21.0], [42.0]).low_m.tolist() == [39.0]


def raised(made, height_m):
    sectors = tuple(replace(sector, height_agl_m=Span.exactly(height_m)) for sector in made.services[0].sectors)
    return replace(made, services=(replace(made.services[0], sectors=sectors),))


def test_many_candidates_are_answered_as_each_by_itself():
    """Options at one place share hops; an upgrade needs none; the answers are those of one at a time."""
    sites = [raised(site("T1", 700.5), 42.0), raised(site("T2", 900.5), 42.0)]
    spots = [
        Spot(),
        Spot(technology="5G"),
        Spot(kind="upgrade", host_site_id="T1"),
        Spot(height_agl_m=5.0),
        Spot(place_id="d", lon_deg=WEST + 600.5 * CELL),
    ]
    fibre_km = np.array([3.0, 3.0, 0.0, 3.0, math.nan])
    found = supplies(spots, terrain(), sites, PRICES, RULES, fibre_km=fibre_km, host_backhaul={"T1": "microwave"})
    assert [given.backhaul for given in found] == ["microwave", "microwave", "microwave", "fibre", "microwave"]
    assert found[0] == found[1]
    assert found[2].way is None
    alone = [
        supplies([spot], terrain(), sites, PRICES, RULES, fibre_km=fibre_km[i : i + 1],
                 host_backhaul={"T1": "microwave"})[0]
        for i, spot in enumerate(spots)
    ]  # fmt: skip
    assert [given.backhaul_text for given in alone] == [given.backhaul_text for given in found]
    assert supplies([], terrain(), sites, PRICES, RULES) == ()
    assert supplies([Spot()], terrain(), [], PRICES, RULES)[0].backhaul == "unknown"  # fibre may be near


# the picture --------------------------------------------------------------------------------------------------------


def texts_of(figure):
    figure.canvas.draw()
    return " | ".join(text.get_text() for text in figure.findobj(mpl.text.Text) if text.get_text())


def hops_of(ground, *, relay=False, height_m=33.0):
    place = Places.at(["Nà Tấu"], [WEST + 300.5 * CELL], [LAT], [height_m])
    masts = Places.at(["T1"], [WEST + 700.5 * CELL], [LAT], [40.0])
    relays = Places.at(["Núi"], [WEST + 503.0 * CELL], [LAT], [20.0]) if relay else None
    rules = RULES.backhaul
    ways = backhaul_options(ground, place, masts, rules, relays=relays)[0]
    way = next(way for way in ways if way.kind == ("relay" if relay else "microwave"))
    return way, hop_profiles(ground, (place, 0), way, masts, relays=relays, rules=rules.microwave)


def test_the_picture_shows_what_was_computed():
    """The marked clearance is that of the hop; the least k factor, band, ends and length are told in both languages."""
    way, (hop,) = hops_of(terrain())
    assert hop.worst.clearance_m == way.clearance_m
    assert hop.distance_km[-1] == pytest.approx(way.length_km)
    under = hop.under(hop.worst.k)
    line = np.interp(hop.worst.at_km, hop.distance_km, under.sight_m() - under.surface_m())
    assert line == pytest.approx(hop.worst.clearance_m, abs=0.05)
    vi, en = (texts_of(hop_figure(hop, language=language)) for language in ("vi", "en"))
    assert "Mặt cắt chặng viba 7 GHz" in vi
    assert "nâng thêm khi k = 0,60" in vi
    assert "Nà Tấu, anten 33 m" in vi
    assert "Clear by" in en
    assert "0.6 of the zone" in en


def test_a_blocked_hop_and_each_hop_of_a_relay_have_their_picture():
    """A wall is told by how far it stands over the line; a relay has two pictures that meet at it."""
    _, (blocked,) = hops_of(terrain(wall=True))
    assert "Bị che" in texts_of(hop_figure(blocked, language="vi"))
    way, hops = hops_of(terrain(wall=True), relay=True)
    assert [(str(hop.near_name), str(hop.far_name)) for hop in hops] == [("Nà Tấu", "Núi"), ("Núi", "T1")]
    assert sum(float(hop.distance_km[-1]) for hop in hops) == pytest.approx(way.length_km, abs=1e-3)
    assert hops[0].caption.en == "Hop 1/2. After Rec. ITU-R P.530-19, section 2.2.2; the least k factor is assumed"
    assert (
        hop_profiles(terrain(), (Places.at(["a"], [105.0], [21.0], [1.0]), 0), SATELLITE, Places.at([], [], [], []))
        == ()
    )


def test_missing_terrain_is_hatched_and_the_bytes_do_not_change():
    """A hop over a hole says that terrain is missing and marks no worst point; clutter is drawn where it is known."""
    _, (hop,) = hops_of(terrain(hole=True))
    assert hop.worst is None
    figure = hop_figure(hop, language="vi")
    assert "thiếu địa hình" in texts_of(figure)
    with_trees = replace(terrain(), clutter_m=np.full((360, 1440), 12, dtype=np.uint8))
    _, (trees,) = hops_of(with_trees)
    assert "Vật che phủ" in texts_of(hop_figure(trees, language="vi"))
    assert trees.clutter_m[10] == 12.0
    one, two = (png_bytes(hop_figure(trees, language="en"), dpi=60) for _ in range(2))
    assert one == two
    outside = Places.at(["ngoài"], [WEST - 0.1], [LAT], [30.0])
    way = Backhaul(kind="microwave", feasible=None, to_id="m")
    masts = Places.at(["m"], [WEST - 0.05], [LAT], [30.0])
    (nowhere,) = hop_profiles(terrain(), (outside, 0), way, masts, rules=RULES.backhaul.microwave)
    assert "missing" in texts_of(hop_figure(nowhere, language="en"))


# with the rest of the plan ------------------------------------------------------------------------------------------


def test_candidates_of_the_search_fit_as_they_are():
    """What the search for candidates makes is answered and priced without a change."""
    candidate = Candidate(
        place_id="c", kind="new", source="hilltop", host_site_id="", operator="viettel", lon_deg=WEST + 300.5 * CELL,
        lat_deg=LAT, ground_m=100.0, height_agl_m=42.0, technology="4G", band="B28", site=site("c", 300.5),
    )  # fmt: skip
    mast = raised(site("T1", 700.5), 42.0)
    (found,) = supplies([candidate], terrain(), [mast], PRICES, RULES)
    assert (found.backhaul, found.power) == ("microwave", "unknown")
    assert site_cost(site_facts(candidate, found), PRICES).total.low > 0.0


def test_the_distance_to_a_cable_is_known_only_with_its_layer():
    """Kilometres to the nearest cable; NaN where none lies around, None without a layer."""
    lon, lat = np.array([105.0, 105.1]), np.array([21.0, 21.0])
    line = gpd.GeoDataFrame(geometry=[shapely.LineString([(105.0, 21.1), (105.2, 21.1)])], crs=4326)
    assert distances_km(line, lon, lat, epsg=32648) == pytest.approx([11.07, 11.07], abs=0.03)
    assert np.isnan(distances_km(line.iloc[:0], lon, lat, epsg=32648)).all()
    assert distances_km(None, lon, lat, epsg=32648) is None


def test_the_rules_are_told_with_their_source():
    """Bands, reach, both cases and that all of it is assumed, in both languages."""
    note = backhaul_note(DEFAULT_RULES)
    assert "dải 23 GHz, 15 GHz, 7 GHz, chặng dài nhất 8 km, 18 km, 40 km" in note.vi
    assert "1,0 lần bán kính Fresnel thứ nhất ở k = 1,33 và 0,6 lần ở k nhỏ nhất 0,6–0,8" in note.vi
    assert "P.530-19" in note.en
    assert "All limits are assumed" in note.en
