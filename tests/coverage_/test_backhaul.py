"""Microwave hops, relays, fibre and satellite: clearance as P.530 plans it, nothing called clear that is unknown."""

from __future__ import annotations

import math
from dataclasses import replace

import naive_hops
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phusong.coverage.backhaul import BackhaulRules, backhaul_options
from phusong.coverage.clearance import (
    BLOCKED,
    CLEAR,
    TEMPERATE_EXTENDED,
    TEMPERATE_SINGLE,
    TROPICAL,
    UNKNOWN,
    Band,
    ClearanceRule,
    MicrowaveRules,
    Places,
    hop_clearance,
    hops_between,
)
from phusong.coverage.earth import path_km
from phusong.coverage.profile import MIN_SAMPLES
from phusong.coverage.radio._jit import plain
from phusong.coverage.site_link import way_between
from phusong.coverage.terrain import MISSING, Terrain
from phusong.errors import OutOfRangeError
from phusong.words import Text

CELL, WEST, NORTH = 1.0 / 3600.0, 104.5, 22.0
LAT = 21.95
EXACT = replace(TROPICAL, terrain_error_m=0.0)
"""The rule without an error of the terrain."""


def rules(clearance=EXACT, *bands):
    return MicrowaveRules(clearance=clearance, bands=bands or (Band(7.0, 50.0),))


def terrain_of(elevation, **more):
    return Terrain(
        elevation_m=np.asarray(elevation, dtype=np.int16), west_deg=WEST, north_deg=NORTH, cell_lon_deg=CELL,
        cell_lat_deg=CELL, kind=more.pop("kind", "dtm"), **more,
    )  # fmt: skip


def flat(height_m=100, cols=1440):
    return np.full((360, cols), height_m)


def places(*at, prefix="p"):
    lon, lat, height = zip(*at, strict=True)
    return Places.at([f"{prefix}{i}" for i in range(len(at))], lon, lat, height)


def one_hop(terrain, height_m, far_m, given=None, *, km=20.0):
    lon = WEST + 0.03
    far = lon + km / (111.32 * math.cos(math.radians(LAT)))
    return hops_between(terrain, places((lon, LAT, height_m)), places((far, LAT, far_m)), given or rules())


def answers(surface, length_km, ends, ghz, rule, *, worst_k=0.6, compiled=True):
    out = np.full(6, np.nan)
    cases = (rule.median_k, rule.median_f1, worst_k, rule.worst_f1, rule.terrain_error_m)
    run = hop_clearance if compiled else plain(hop_clearance)
    run(np.asarray(surface, dtype=np.float64), len(surface), length_km, ends, 0.299792458 / ghz, cases, out)
    return dict(zip(("margin", "clearance", "ratio", "at", "k", "needed"), out.tolist(), strict=True))


def test_the_bulge_over_flat_earth_is_the_closed_form():
    """Over flat ground the middle of 20 km is d₁d₂/(12.742 k) under the line: 5.886 m higher earth at k = 4/3."""
    only_median = replace(EXACT, worst_f1=0.0, worst_k=((0.0, 1e9),))
    found = answers(np.zeros(2001), 20.0, (50.0, 50.0), 7.0, only_median, worst_k=1e9)
    assert found["k"] == pytest.approx(4.0 / 3.0)
    assert found["at"] == pytest.approx(10.0, abs=0.02)
    assert 50.0 - found["clearance"] == pytest.approx(10.0 * 10.0 / (12.742 * 4.0 / 3.0), abs=1e-6)


def test_an_edge_that_just_touches_six_tenths_of_the_zone_is_clear_and_a_metre_more_is_not():
    """A knife edge 0.6 first Fresnel radii under the line at the least k factor is the limit of the tropical rule."""
    rule = replace(EXACT, median_f1=0.0)
    surface = np.full(2001, -500.0)
    radius = math.sqrt(0.299792458 / 7.0 * 10_000.0 * 10_000.0 / 20_000.0)
    bulge = 100.0 / (2.0 * 0.6 * 6371.0) * 1000.0
    surface[1000] = 50.0 - bulge - 0.6 * radius
    touching = answers(surface, 20.0, (50.0, 50.0), 7.0, rule)
    assert (touching["margin"], touching["ratio"]) == pytest.approx((0.0, 0.6), abs=1e-9)
    assert (touching["at"], touching["k"], touching["needed"]) == pytest.approx((10.0, 0.6, 50.0))
    surface[1000] += 1.0
    assert answers(surface, 20.0, (50.0, 50.0), 7.0, rule)["needed"] == pytest.approx(52.0)


def test_a_whole_zone_at_the_median_k_factor_decides_short_hops():
    """On 5 km the bulge hardly matters: the first Fresnel zone at k = 4/3 asks for more than 0.6 of it at 0.6."""
    found = answers(np.zeros(401), 5.0, (20.0, 20.0), 7.0, EXACT)
    assert found["k"] == pytest.approx(4.0 / 3.0)
    assert answers(np.zeros(4001), 40.0, (60.0, 60.0), 7.0, EXACT, worst_k=0.73)["k"] == pytest.approx(0.73)


@given(st.integers(0, 10_000), st.floats(0.5, 45.0), st.sampled_from([7.0, 15.0, 23.0]), st.floats(0.0, 8.0))
@settings(max_examples=40)
def test_the_kernel_equals_the_plain_way(seed, length_km, ghz, error_m):
    """Margin, share and needed height of rough ground equal those written out sample by sample and by bisection."""
    rng = np.random.default_rng(seed)
    surface = rng.uniform(0.0, 200.0, 120)
    ends = (float(rng.uniform(50, 400)), float(rng.uniform(50, 400)))
    rule = replace(EXACT, terrain_error_m=error_m)
    found = answers(surface, length_km, ends, ghz, rule)
    assert found == pytest.approx(answers(surface, length_km, ends, ghz, rule, compiled=False))
    cases = ((4.0 / 3.0, 1.0), (0.6, 0.6))
    spare = min(naive_hops.margin_m(surface, length_km, *ends, ghz, k, share, error_m) for k, share in cases)
    assert found["margin"] == pytest.approx(spare[1], abs=0.01)
    needed = naive_hops.needed_amsl_m(surface, length_km, ends[1], ghz, cases, error_m)
    assert found["needed"] == pytest.approx(needed, abs=0.5)  # 17.3145 is λ rounded; near the far end it is magnified
    lifted = answers(surface, length_km, (found["needed"] + 1e-9, ends[1]), ghz, rule)
    assert lifted["margin"] >= -1e-6


@given(st.integers(0, 10_000), st.floats(0.0, 100.0), st.floats(0.3, 1.0))
@settings(max_examples=40)
def test_higher_antennas_never_clear_less_and_smaller_k_never_more(seed, more_m, part):
    """Margins grow with either antenna and with k; a rule of a smaller share never asks for more."""
    rng = np.random.default_rng(seed)
    surface, ends = rng.uniform(0.0, 200.0, 120), (150.0, 180.0)
    base = answers(surface, 25.0, ends, 7.0, EXACT)["needed"]
    assert answers(surface, 25.0, (ends[0], ends[1] + more_m), 7.0, EXACT)["needed"] <= base + 1e-9
    assert answers(surface, 25.0, ends, 7.0, EXACT, worst_k=0.6 * part)["needed"] >= base - 1e-9
    for rule in (TEMPERATE_EXTENDED, TEMPERATE_SINGLE):
        assert answers(surface, 25.0, ends, 7.0, replace(rule, terrain_error_m=0.0))["needed"] <= base + 1e-9
    assert answers(surface, 25.0, ends, 15.0, EXACT)["needed"] <= base + 1e-9


def rough(seed=3):
    y, x = np.mgrid[0:360, 0:1440]
    noise = np.random.default_rng(seed).normal(0, 3, (360, 1440))
    return 300 + 80 * np.sin(x / 90.0) * np.cos(y / 55.0) + noise


def test_a_hop_is_the_same_from_both_ends():
    """Grade, band and margin do not depend on the end a hop is looked at from; the worst point is the same place."""
    terrain = terrain_of(rough())
    a = places((WEST + 0.05, LAT, 40.0), (WEST + 0.1, LAT + 0.01, 25.0), prefix="a")
    b = places((WEST + 0.2, LAT - 0.02, 42.0), (WEST + 0.3, LAT, 60.0), (WEST + 0.16, LAT, 30.0), prefix="b")
    there, back = hops_between(terrain, a, b), hops_between(terrain, b, a)
    order = np.lexsort((back.near, back.far))
    assert there.grade.tolist() == back.grade[order].tolist()
    assert there.margin_m == pytest.approx(back.margin_m[order], abs=1e-3)
    assert there.at_km + back.at_km[order] == pytest.approx(there.length_km, abs=1e-3)


def test_a_hop_over_terrain_equals_the_plain_way():
    """The hop as it is computed from a grid equals the samples of the ground taken one by one."""
    terrain = terrain_of(rough())
    hop = one_hop(terrain, 38.0, 45.0, replace(rules(), sample_step_km=0.06), km=12.0)
    lon = WEST + 0.03
    far = lon + 12.0 / (111.32 * math.cos(math.radians(LAT)))
    way = way_between(terrain, lon, LAT, far, LAT)
    ends = (way.terrain_m[0] + 38.0, way.terrain_m[-1] + 45.0)
    cases = ((4.0 / 3.0, 1.0), (0.6, 0.6))
    naive = min(naive_hops.margin_m(way.terrain_m, way.length_km, *ends, 7.0, k, share, 0.0) for k, share in cases)
    assert hop.margin_m[0] == pytest.approx(naive[1], abs=0.01)


def test_a_hop_goes_from_clear_to_blocked_at_the_needed_height():
    """One centimetre over the needed height is clear, one under it is not; the needed height stays what it is."""
    terrain = terrain_of(rough())
    needed = float(one_hop(terrain, 30.0, 45.0).needed_m[0])
    above, under = one_hop(terrain, needed + 0.01, 45.0), one_hop(terrain, max(needed - 0.01, 0.0), 45.0)
    assert (above.grade[0], under.grade[0]) == (CLEAR, BLOCKED)
    assert above.needed_m[0] == pytest.approx(needed)
    assert above.feasible(0) is True
    assert under.feasible(0) is False


def test_missing_terrain_is_unknown_not_clear():
    """A hole on the path, or an end outside the terrain, leaves the hop unknown whatever the antennas."""
    elevation = flat()
    elevation[:, 400:404] = MISSING
    assert one_hop(terrain_of(elevation), 150.0, 150.0).grade[0] == UNKNOWN
    assert one_hop(terrain_of(flat()), 150.0, 150.0).grade[0] == CLEAR
    outside = one_hop(terrain_of(flat(cols=300)), 150.0, 150.0)
    assert (outside.feasible(0), math.isnan(outside.needed_m[0])) == (None, True)


def test_clutter_between_the_antennas_is_in_the_way():
    """Trees on the ground raise what is asked by their height; where they are not known only the ground counts."""
    bare = one_hop(terrain_of(flat()), 22.0, 22.0, km=10.0)
    trees = one_hop(terrain_of(flat(), clutter_m=np.full((360, 1440), 15, dtype=np.uint8)), 22.0, 22.0, km=10.0)
    assert bare.clearance_m[0] - trees.clearance_m[0] == pytest.approx(15.0, abs=0.5)
    assert (bare.grade[0], trees.grade[0]) == (CLEAR, BLOCKED)


def test_heights_that_are_not_known_leave_the_answer_open_where_it_hangs_on_them():
    """Clear at the least height is clear; blocked at the greatest is blocked; between is unknown, as is no height."""
    terrain = terrain_of(flat())
    lon, far = WEST + 0.03, WEST + 0.13

    def grade(low, high):
        mast = Places(ids=("m",), lon_deg=np.array([far]), lat_deg=np.array([LAT]), low_m=np.array([low]),
                      high_m=np.array([high]))  # fmt: skip
        return int(hops_between(terrain, places((lon, LAT, 25.0)), mast, rules()).grade[0])

    assert [grade(40.0, 60.0), grade(1.0, 40.0), grade(1.0, 2.0), grade(math.nan, math.nan)] == [
        CLEAR, UNKNOWN, BLOCKED, UNKNOWN,
    ]  # fmt: skip


def test_the_band_is_the_highest_planned_for_the_length_and_reach_ends_the_list():
    """23 GHz to 8 km, 15 to 18, 7 to 40; farther masts are not looked at."""
    default = MicrowaveRules()
    assert default.bands_ghz(np.array([1.0, 8.0, 8.1, 18.0, 30.0, 41.0])).tolist()[:5] == [23, 23, 15, 15, 7]
    assert math.isnan(default.bands_ghz(np.array([41.0]))[0])
    terrain = terrain_of(flat())
    near = rules(EXACT, Band(7.0, 5.0))
    assert one_hop(terrain, 30.0, 30.0, near, km=6.0).near.size == 0
    assert one_hop(terrain, 30.0, 30.0, near, km=4.0).near.size == 1


def test_the_least_k_factor_goes_by_length():
    """0.6 to 20 km, 0.8 from 50 km, straight between; wrong rules are refused."""
    assert TROPICAL.worst_k_at(np.array([1.0, 20.0, 35.0, 50.0, 90.0])).tolist() == pytest.approx(
        [0.6, 0.6, 0.7, 0.8, 0.8]
    )
    for wrong in ({"worst_k": ()}, {"worst_k": ((20.0, 0.0),)}, {"worst_k": ((30.0, 1.0), (20.0, 1.0))}):
        with pytest.raises(OutOfRangeError, match="k factors must be above 0"):
            ClearanceRule(title=Text("a", "a"), worst_f1=0.6, **wrong)
    assert "P.530-19" in TROPICAL.source.en


def test_the_samples_are_as_close_as_the_cells():
    """A wall one cell wide anywhere on a long hop is seen: samples stand no farther apart than 30 m."""
    for column in (333, 334, 400, 555):
        elevation = flat()
        elevation[:, column] = 600
        assert one_hop(terrain_of(elevation), 40.0, 40.0, km=18.0).grade[0] == BLOCKED
    assert MIN_SAMPLES > 2


# ways ---------------------------------------------------------------------------------------------------------------


def walled():
    """Return flat ground with a wall of 400 m between west and east, and a hill in the wall's line to look over it."""
    elevation = flat()
    elevation[:, 500:506] = 500
    return elevation


WAYS = BackhaulRules(microwave=rules(EXACT, Band(7.0, 40.0)))


def ways_of(terrain, *, relays=None, fibre_km=None, given=WAYS):
    candidate = places((WEST + 300.5 * CELL, LAT, 30.0), prefix="c")
    mast = places((WEST + 700.5 * CELL, LAT, 40.0), (WEST + 800.5 * CELL, LAT, 40.0), prefix="m")
    (found,) = backhaul_options(terrain, candidate, mast, given, relays=relays, fibre_km=fibre_km)
    return found


def test_a_relay_on_the_ridge_joins_what_a_direct_hop_cannot():
    """Behind a wall the direct hops fail, two hops over its top work; the way names relay and mast."""
    on_top = places((WEST + 503.0 * CELL, LAT, 20.0), prefix="r")
    found = ways_of(terrain_of(walled()), relays=on_top)
    assert [(way.kind, way.feasible) for way in found] == [
        ("relay", True), ("satellite", True), ("fibre", None), ("microwave", False), ("microwave", False),
    ]  # fmt: skip
    relay = found[0]
    assert (relay.via_id, relay.to_id, relay.hops) == ("r0", "m0", 2)
    straight, _ = path_km(WEST + 300.5 * CELL, LAT, WEST + 700.5 * CELL, LAT)
    assert relay.length_km == pytest.approx(straight, abs=0.01)
    assert found[3].clearance_m < -300.0
    assert found[3].needed_height_m > 300.0


def test_over_flat_ground_the_nearest_mast_comes_first_and_a_relay_is_not_preferred():
    """Sure ways in order: microwave nearest first, relay, satellite; fibre in reach before them, too far at the end."""
    found = ways_of(terrain_of(flat()), fibre_km=np.array([2.0]))
    assert [way.kind for way in found] == ["fibre", "microwave", "microwave", "satellite"]
    assert [way.to_id for way in found[1:3]] == ["m0", "m1"]
    assert found[0].length_km == pytest.approx(2.6)
    far = ways_of(terrain_of(flat()), fibre_km=np.array([50.0]))
    assert (far[-1].kind, far[-1].feasible) == ("fibre", False)


def test_a_hole_on_either_hop_leaves_the_relay_unknown():
    """What is not known of one hop is not known of the way; a blocked hop blocks it whatever the other."""
    elevation = walled()
    elevation[:, 600:603] = MISSING
    on_top = places((WEST + 503.0 * CELL, LAT, 20.0), prefix="r")
    relay = next(way for way in ways_of(terrain_of(elevation), relays=on_top) if way.kind == "relay")
    assert relay.feasible is None
    low = places((WEST + 400.5 * CELL, LAT, 20.0), prefix="r")
    relay = next(way for way in ways_of(terrain_of(walled()), relays=low) if way.kind == "relay")
    assert relay.feasible is False
    assert relay.worst_hop == 2


def test_a_relay_at_the_place_itself_or_at_the_mast_is_none():
    """Two hops of which one has no length are the direct hop over again."""
    for column in (300.5, 700.5):
        here = places((WEST + column * CELL, LAT, 20.0), prefix="r")
        found = ways_of(terrain_of(flat()), relays=here, given=replace(WAYS, most_masts=1))
        assert all(way.to_id == "m1" for way in found if way.kind == "relay")


def test_without_masts_or_places_there_is_still_an_answer():
    """No mast in reach leaves fibre unknown and satellite; no candidates give no answers."""
    none = Places.at([], [], [], [])
    candidate = places((WEST + 0.1, LAT, 30.0))
    (found,) = backhaul_options(terrain_of(flat()), candidate, none, WAYS)
    assert [(way.kind, way.feasible) for way in found] == [("satellite", True), ("fibre", None)]
    assert backhaul_options(terrain_of(flat()), none, candidate, WAYS) == ()
