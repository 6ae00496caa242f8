"""Candidate sites: every kind, every filter with and without its layer, and nothing at anybody's house."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from made_candidates import (
    CELL,
    GAP_ID,
    TOP,
    around,
    box,
    cells,
    hill,
    layer,
    mast,
    network,
    place,
    plain_ground,
    service,
    terrain_of,
    unserved,
)
from shapely.geometry import LineString

from phusong.coverage.coverage_matrix import coverage_matrix
from phusong.coverage.criteria import ServiceRule
from phusong.coverage.landforms import LandformRules
from phusong.coverage.prediction import prediction_points
from phusong.coverage.terrain import MISSING
from phusong.data.layers import Layers
from phusong.data.profiles import read_profile
from phusong.errors import OutOfRangeError
from phusong.plan.candidate import REFERENCE
from phusong.plan.candidate_rules_table import NOT_PRINTED, rules_table
from phusong.plan.candidate_views import houses_of_gaps
from phusong.plan.candidates import (
    ASSUMED_RULES,
    CandidateRules,
    candidates_table,
    find_candidates,
    proposed_points,
    search_candidates,
)
from phusong.words import Text

PROFILE = read_profile("vn-default")
HALL = (148, 152)


def found(given=None, rules=ASSUMED_RULES, **what):
    """Return the candidates for the made gap."""
    return find_candidates(given or unserved(), around(**what), PROFILE, rules)


def sources(candidates):
    """Return the sources of candidates, each once."""
    return {candidate.source for candidate in candidates}


def reasons(given=None, rules=ASSUMED_RULES, **what):
    """Return the places counted by source and reason."""
    counts = search_candidates(given or unserved(), around(**what), PROFILE, rules).counts
    return {(row.source, row.reason): row.places for row in counts.itertuples()}


def test_the_top_of_the_hill_is_offered_at_every_height():
    """The hill over the village is one place with an option a height, on air at 700 MHz for any operator."""
    tops = [c for c in found() if c.source == "hilltop"]
    assert [c.height_agl_m for c in tops] == [30.0, 42.0, 60.0]
    assert len({c.place_id for c in tops}) == 1
    assert len({c.option_id for c in tops}) == 3
    for c in tops:
        assert (c.lon_deg, c.lat_deg) == pytest.approx(place(*TOP), abs=1e-6)
        assert (c.kind, c.operator, c.technology, c.band) == ("new", REFERENCE, "4G", "B28")
        assert c.ground_m == 350.0
        assert c.near_gap_ids == (GAP_ID,)
        (carrier,) = c.site.services
        assert carrier.sectors[0].height_agl_m.middle == c.height_agl_m
        assert (c.site.lon_deg, c.site.lat_deg) == (c.lon_deg, c.lat_deg)


def test_on_a_plain_nothing_is_invented_but_the_village_centre():
    """Without a hill the published centre of the village is the only place; without a centre there is none."""
    flat = terrain_of(plain_ground())
    assert found(terrain=flat) == ()
    candidates = found(terrain=flat, centres=cells(HALL))
    assert sources(candidates) == {"village_centre"}
    assert (candidates[0].lon_deg, candidates[0].lat_deg) == pytest.approx(place(*HALL), abs=1e-6)


def test_only_the_nearest_centre_within_reach_is_kept():
    """Of two centres the nearer one stays; one beyond the reach is not even counted."""
    kept = found(centres=cells(HALL, (180, 180), (290, 20)))
    centres = {c.place_id for c in kept if c.source == "village_centre"}
    assert len(centres) == 1
    counted = reasons(centres=cells(HALL, (180, 180), (290, 20)))
    assert counted["village_centre", "kept"] == 1
    assert counted["village_centre", "others_see_more"] == 1


def test_a_point_the_province_proposes_is_kept_and_goes_before_what_the_terrain_offers():
    """A proposed point on the hilltop takes its place; it is kept even where it sees nothing."""
    proposed = cells((TOP[0] + 1, TOP[1]), (60, 150))
    candidates = found(proposed=proposed)
    assert len({c.place_id for c in candidates if c.source == "proposed"}) == 2
    assert "hilltop" not in sources(candidates)
    assert reasons(proposed=proposed)["hilltop", "near_another"] == 1


def test_proposed_points_are_the_rows_of_a_gap_list_that_say_so():
    """Rows of other places and rows without a position are none."""
    rows = pd.DataFrame(
        {"location_kind": ["hall", "proposed_site", None], "lon": [105.1, 105.2, 105.3], "lat": [21.0, 21.1, 21.2]}
    )
    assert proposed_points(rows).tolist() == [[105.2, 21.1]]
    assert proposed_points(None).shape == (0, 2)
    nowhere = np.array([[math.nan, math.nan]])
    assert "proposed" not in sources(found(proposed=nowhere))


# --- masts


def test_a_mast_without_the_service_may_be_upgraded_or_shared():
    """Its owner may add 700 MHz in the same directions; an operator that is not there may share it: one place."""
    old = mast("T1", (170, 120), service("viettel"))
    options = [c for c in found(network=network(old)) if c.source == "mast"]
    upgrade, share = options
    assert {c.place_id for c in options} == {"M-T1"}
    assert (upgrade.kind, upgrade.operator, upgrade.host_site_id) == ("upgrade", "viettel", "T1")
    assert [s.azimuth_deg for s in upgrade.site.services[0].sectors] == [10.0, 130.0]
    assert upgrade.height_agl_m == 40.0
    assert (share.kind, share.operator) == ("share", REFERENCE)
    assert share.height_agl_m == 40.0 - ASSUMED_RULES.share_drop_m
    assert share.site.services[0].sectors[0].ring_size == 3
    for c in options:
        (carrier,) = c.site.services
        assert (carrier.technology, carrier.band, carrier.frequency_mhz) == ("4G", "B28", 763.0)
        assert carrier.sectors[0].eirp_dbm.middle == 57.0
        assert (c.site.lon_deg, c.site.lat_deg) == (old.lon_deg, old.lat_deg)


@pytest.mark.parametrize(
    ("services", "kinds"),
    [
        ((service("viettel", "4G", 1842.5, band="B3"),), ["upgrade", "share"]),
        ((service("viettel", "4G", 780.5, band="B28"),), []),
        ((service("viettel", "5G", 780.5, band="n28"),), []),
        ((service("viettel", "3G", 780.5),), ["upgrade", "share"]),
        ((service("viettel"), service("vinaphone", "3G", 2140.0)), ["upgrade", "upgrade"]),
        ((service("viettel", "4G", 780.5, band="B28"), service("vinaphone")), ["upgrade"]),
    ],
    ids=["4G 1800", "4G 700", "5G 700", "3G", "both there", "one has 700"],
)
def test_what_a_mast_offers_follows_from_what_is_on_it(services, kinds):
    """700 MHz is added where an operator has not got the service in it; sharing needs somebody who is not there."""
    options = [c for c in found(network=network(mast("T1", (170, 120), *services))) if c.source == "mast"]
    assert [c.kind for c in options] == kinds
    if not kinds:
        assert reasons(network=network(mast("T1", (170, 120), *services)))["mast", "nothing_to_add"] == 1


@pytest.mark.parametrize(
    ("site", "reason"),
    [
        (mast("T1", (170, 120), service("viettel"), kind="repeater"), "not_a_mast"),
        (mast("T1", (170, 120), service("viettel"), kind="indoor"), "not_a_mast"),
        (mast("T1", (170, 120), service("viettel", status="planned")), "not_standing"),
        (mast("T1", (170, 120), service("viettel", status="off")), "not_standing"),
        (mast("T1", (170, 120)), "not_standing"),
    ],
)
def test_what_is_no_mast_is_left_out_and_counted(site, reason):
    """Repeaters carry no more, planned masts do not stand: neither is an option nor in the way of one."""
    assert "mast" not in sources(found(network=network(site)))
    assert reasons(network=network(site))["mast", reason] == 1


def test_a_service_without_known_directions_is_followed_by_three_sectors():
    """Where the list gives no azimuth the upgrade has three sectors that may point anywhere."""
    silent = service("viettel")
    unknown = tuple(replace(s, azimuth_deg=None) for s in silent.sectors)
    (upgrade, _) = found(network=network(mast("T1", (170, 120), replace(silent, sectors=unknown))), rules=ON_MASTS)
    (sector,) = upgrade.site.services[0].sectors
    assert (sector.azimuth_deg, sector.ring_size) == (None, 3)


ON_MASTS = CandidateRules(most_new=0)


def test_masts_beside_each_other_are_one_place():
    """Two operators' masts 30 m apart share a place: the upgrade of either or the shared use of the higher one."""
    low, high = mast("A", (170, 120), service("viettel")), mast("B", (171, 120), service("vinaphone", height_m=55.0))
    options = found(network=network(low, high, operators=("viettel", "vinaphone", "mobifone")), rules=ON_MASTS)
    assert {c.place_id for c in options} == {"M-A"}
    assert [(c.kind, c.host_site_id) for c in options] == [("upgrade", "A"), ("upgrade", "B"), ("share", "B")]


def test_no_new_mast_beside_an_existing_one():
    """A hilltop with a mast is the mast's place."""
    candidates = found(network=network(mast("T1", TOP, service("viettel"))))
    assert "hilltop" not in sources(candidates)
    assert {c.kind for c in candidates if c.place_id == "M-T1"} == {"upgrade", "share"}


def test_the_same_code_at_two_places_is_two_places():
    """A site code that two lists use for different masts does not tie their options together."""
    one, other = mast("T1", (170, 120), service("viettel")), mast("T1", (130, 190), service("viettel"))
    options = found(network=network(one, other), rules=replace(ON_MASTS, nearest_masts=2))
    assert len({c.place_id for c in options}) == 2
    assert len({c.option_id for c in options}) == len(options) == 4


# --- filters


def test_without_layers_everything_is_kept_and_unknown():
    """No layer, no filter: constraints are unknown, distances NaN, the road has no class."""
    for c in found(centres=cells(HALL)):
        assert c.constraints == ("unknown",)
        assert (c.road_class, c.commune_code) == ("", "")
        assert math.isnan(c.road_km) and math.isnan(c.grid_km)


@pytest.mark.parametrize(
    ("kind", "stays"), [("defence", False), ("heritage", False), ("forest", True), ("other", True)]
)
def test_no_candidate_stands_on_forbidden_land(kind, stays):
    """Defence and heritage land is left out, forest is marked; where there is nothing the constraints are empty."""
    land = layer([box(TOP[0] - 5, TOP[1] - 5, TOP[0] + 5, TOP[1] + 5)], kind=[kind], name=["x"])
    given = {"layers": Layers(constraints=land), "centres": cells(HALL)}
    candidates = found(**given)
    tops = [c for c in candidates if c.source == "hilltop"]
    assert bool(tops) == stays
    assert all(c.constraints == (kind,) for c in tops)
    assert all(c.constraints == () for c in candidates if c.source == "village_centre")
    assert reasons(**given).get(("hilltop", "land"), 0) == (0 if stays else 1)


def test_forbidden_land_everywhere_leaves_existing_masts_only():
    """No new mast anywhere, but what stands may be upgraded."""
    land = layer([box(0, 0, 300, 300)], kind=["defence"], name=["x"])
    old = mast("T1", (170, 120), service("viettel"))
    candidates = found(layers=Layers(constraints=land), centres=cells(HALL), network=network(old))
    assert sources(candidates) == {"mast"}
    assert all(c.constraints == ("defence",) for c in candidates)


def test_steep_ground_is_left_out():
    """A top steeper than the rule is none; the slope of what is kept is told."""
    steep = terrain_of(hill(slope=0.6))
    row, col = TOP
    centre = cells((row + 6, col))
    assert reasons(terrain=steep, centres=centre)["village_centre", "slope"] == 1
    kept = found(terrain=steep, centres=centre, rules=CandidateRules(max_slope_percent=80.0))
    slopes = {c.slope_percent for c in kept if c.source == "village_centre"}
    assert len(slopes) == 1
    assert slopes.pop() == pytest.approx(60.0, abs=3.0)


def road(cls, col):
    """Return a road of a class from north to south."""
    return layer(
        [LineString([place(0, col), place(299, col)])], road_id=["r"], road_name=["r"], road_class=[cls]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cls", "away_cells", "stays"),
    [("car", 50, True), ("trail", 50, False), ("trail", 20, True), ("", 50, True), ("", 120, False)],
)
def test_a_new_mast_needs_a_road_of_its_class_near_enough(cls, away_cells, stays):
    """1.4 km from a car road is near enough, from a trail it is not; a road of unknown class may be a car road."""
    layers = Layers(roads=road(cls, TOP[1] + away_cells))
    tops = [c for c in found(layers=layers) if c.source == "hilltop"]
    assert bool(tops) == stays
    if stays:
        assert tops[0].road_class == cls
        assert tops[0].road_km == pytest.approx(away_cells * 0.0289, rel=0.01)
    else:
        assert reasons(layers=layers)["hilltop", "road"] == 1


def test_a_car_road_in_reach_goes_before_a_nearer_trail():
    """What a mast can be built from is told, not what is nearest."""
    both = pd.concat([road("trail", TOP[1] + 3), road("car", TOP[1] + 40)], ignore_index=True)
    top = next(c for c in found(layers=Layers(roads=gpd.GeoDataFrame(both, crs="EPSG:4326"))) if c.source == "hilltop")
    assert (top.road_class, top.road_km) == ("car", pytest.approx(40 * 0.0289, rel=0.01))


def test_a_layer_of_somewhere_else_says_nothing():
    """Roads and power lines 100 km away, and empty layers, leave distances unknown and nothing out."""
    far = layer([LineString([(107.0, 19.0), (107.1, 19.0)])], road_id=["r"], road_name=["r"], road_class=["car"])
    for roads in (far, far.iloc[:0]):
        candidates = found(layers=Layers(roads=roads, power_lines=roads[["geometry"]]))
        assert "hilltop" in sources(candidates)
        assert all(math.isnan(c.road_km) and math.isnan(c.grid_km) for c in candidates)


def test_the_distance_to_the_grid_is_told():
    """A power line 40 cells east of the top is 1.16 km away."""
    lines = layer([LineString([place(0, TOP[1] + 40), place(299, TOP[1] + 40)])])
    top = next(c for c in found(layers=Layers(power_lines=lines)) if c.source == "hilltop")
    assert top.grid_km == pytest.approx(40 * 0.0289, rel=0.01)


def test_new_masts_stand_inside_the_communes():
    """A hill beyond the border is left out; what is inside has its commune."""
    south = layer([box(130, 0, 300, 300)], commune_code=["99001"])
    candidates = found(communes=south, centres=cells(HALL))
    assert sources(candidates) == {"village_centre"}
    assert {c.commune_code for c in candidates} == {"99001"}
    assert reasons(communes=south, centres=cells(HALL))["hilltop", "outside"] == 1


def test_nothing_stands_on_missing_terrain():
    """Centres, proposals and masts over a hole or outside the terrain are left out and counted."""
    height = hill().astype(np.int16)
    height[140:160, 140:160] = MISSING
    old = mast("T1", (150, 150), service("viettel"))
    outside = np.append(cells(HALL), [[104.999, 20.96]], axis=0)
    given = {"terrain": terrain_of(height), "centres": cells(HALL), "proposed": outside, "network": network(old)}
    everyone = unserved(middle=(165, 150))
    candidates = find_candidates(everyone, around(**given), PROFILE)
    assert not sources(candidates) & {"village_centre", "proposed", "mast"}
    counted = reasons(everyone, **given)
    assert counted["village_centre", "no_terrain"] == 1
    assert counted["proposed", "no_terrain"] == 2
    assert counted["mast", "no_terrain"] == 1


def test_nobody_s_house_is_a_candidate():
    """A centre given as a household's own position moves to the middle of its cell; if a house is there, it is none."""
    homes = unserved()
    own = np.column_stack([homes.lon_deg[:1], homes.lat_deg[:1]])
    candidates = found(homes, centres=own)
    positions = {(c.lon_deg, c.lat_deg) for c in candidates}
    assert "village_centre" in sources(candidates)
    assert not positions & set(zip(homes.lon_deg.tolist(), homes.lat_deg.tolist(), strict=True))
    lon, lat = homes.lon_deg.copy(), homes.lat_deg.copy()
    lon[0], lat[0] = place(*HALL)
    counted = reasons(replace(homes, lon_deg=lon, lat_deg=lat), centres=cells(HALL))
    assert counted["village_centre", "house"] == 1


# --- the whole


def test_every_place_is_counted_once():
    """Kept and left out add up to what was found, and the places kept are those of the candidates."""
    given = around(centres=cells(HALL, (150, 160)), network=network(mast("T1", (170, 120), service("viettel"))))
    search = search_candidates(unserved(), given, PROFILE)
    kept = search.counts[search.counts["reason"] == "kept"]
    assert kept["places"].sum() == len({c.place_id for c in search.candidates})
    assert not search.counts.duplicated(["source", "reason"]).any()
    assert (search.counts[["source_vi", "source_en", "reason_vi", "reason_en"]] != "").all(axis=None)


def test_the_same_input_in_another_order_gives_the_same_candidates():
    """Households, masts and centres may come in any order."""
    homes = unserved()
    turned = replace(
        homes, lon_deg=homes.lon_deg[::-1], lat_deg=homes.lat_deg[::-1], weight=homes.weight, gap=homes.gap[::-1]
    )
    masts = (mast("A", (170, 120), service("viettel")), mast("B", (130, 190), service("vinaphone")))
    one = found(homes, centres=cells(HALL, (180, 180)), network=network(*masts))
    other = found(turned, centres=cells((180, 180), HALL), network=network(*masts[::-1]))
    assert repr(one) == repr(other)  # NaN is not equal to itself
    assert [c.place_id for c in one] == sorted(c.place_id for c in one)


def test_no_gap_no_candidates():
    """Without a gap, or without a carrier for the main service, there is nothing to look for."""
    nobody = replace(unserved(), gap=np.full(42, -1))
    search = search_candidates(nobody, around(), PROFILE)
    assert search.candidates == ()
    assert search.counts.empty
    voice = ServiceRule(key="voice", title=Text("", ""), technologies=("2G",))
    assert find_candidates(unserved(), around(), replace(PROFILE, services=(voice,))) == ()
    table = candidates_table(())
    assert table.empty
    assert table.crs == "EPSG:4326"


def test_so_many_new_places_and_no_more():
    """The rule's limit keeps those that see the most; masts are not counted."""
    given = {"centres": cells(HALL), "network": network(mast("T1", (170, 120), service("viettel")))}
    few = found(rules=CandidateRules(most_new=1), **given)
    assert len({c.place_id for c in few if c.kind == "new"}) == 1
    assert "mast" in sources(few)


@pytest.mark.parametrize(
    "wrong", [{"heights_m": (1.0,)}, {"heights_m": ()}, {"search_m": -1.0}, {"new_a_gap": -1.0}, {"houses_a_gap": 0}]
)
def test_rules_out_of_range_are_refused(wrong):
    """A rule that makes no sense is one clear error."""
    with pytest.raises(OutOfRangeError):
        CandidateRules(**wrong)


def test_a_few_houses_stand_for_all_of_a_gap():
    """Evenly taken, with the weight of all, and in the middle of cells."""
    homes = unserved(count=300)
    terrain = terrain_of(plain_ground())
    taken = houses_of_gaps(homes.lon_deg, homes.lat_deg, homes.weight, homes.gap, terrain, gaps=2, most=25)
    assert taken.start.tolist() == [0, 25, 25]
    assert taken.weight.sum() == pytest.approx(300.0)
    assert np.allclose(((taken.lon_deg - 105.0) / CELL) % 1.0, 0.5, atol=1e-6)
    every = houses_of_gaps(homes.lon_deg, homes.lat_deg, homes.weight, homes.gap, terrain, gaps=1, most=1000)
    assert len(every.weight) == len(prediction_points(homes.lon_deg[:300], homes.lat_deg[:300], terrain))


def test_the_hilltop_serves_the_village_and_the_matrix_takes_the_sites():
    """The engine serves the households from the top of the hill, by the sites as they are."""
    homes = unserved()
    candidates = found(homes, network=network(mast("T1", (170, 120), service("viettel"))))
    terrain = terrain_of(hill())
    points = prediction_points(homes.lon_deg, homes.lat_deg, terrain)
    matrix = coverage_matrix([c.site for c in candidates], terrain, points, PROFILE)
    served = {c.option_id: len(matrix.of(k)) for k, c in enumerate(candidates)}
    top = next(c for c in candidates if c.source == "hilltop" and c.height_agl_m == 60.0)
    assert served[top.option_id] >= 0.9 * len(points)


def test_the_table_has_the_columns_of_a_plan():
    """One row an option, named as in the plan, with its point; lists are joined."""
    candidates = found(centres=cells(HALL), network=network(mast("T1", (170, 120), service("viettel"))))
    table = candidates_table(candidates)
    assert list(table["option_id"]) == [c.option_id for c in candidates]
    assert table["option_id"].is_unique
    assert set(table["gap_ids"]) == {GAP_ID}
    assert set(table["constraints"]) == {"unknown"}
    assert list(table.geometry.x) == [c.lon_deg for c in candidates]


def test_the_sample_province_has_every_kind(small_province: Path, small_results: Path) -> None:
    """Upgrades, shared masts and new ones from hilltops, shoulders and centres; nobody's house among them."""
    from phusong.data.inputs import read_inputs
    from phusong.data.study_file import read_study_file
    from phusong.plan.candidates import Unserved, surroundings_of

    inputs = read_inputs(read_study_file(small_province / "study.toml"), PROFILE)
    homes = pd.read_parquet(small_results / "households.parquet")
    gap_ids = tuple(pd.read_parquet(small_results / "gaps.parquet")["gap_id"])
    dark = homes[homes["state"] == "unserved"]
    who = Unserved(
        lon_deg=dark["lon_deg"].to_numpy(),
        lat_deg=dark["lat_deg"].to_numpy(),
        weight=dark["weight"].to_numpy(dtype=np.float64),
        gap=pd.Index(gap_ids).get_indexer(pd.Index(dark["gap_id"])).astype(np.int64),
        gap_ids=gap_ids,
    )
    there = surroundings_of(inputs, pd.read_parquet(small_results / "villages.parquet"))
    candidates = find_candidates(who, there, PROFILE)
    assert {c.kind for c in candidates} == {"upgrade", "share", "new"}
    assert sources(candidates) >= {"mast", "hilltop", "shoulder", "village_centre"}
    assert {gap for c in candidates for gap in c.near_gap_ids} == set(gap_ids)
    everyone = set(zip(homes["lon_deg"].round(5), homes["lat_deg"].round(5), strict=True))
    new = {(round(c.lon_deg, 5), round(c.lat_deg, 5)) for c in candidates if c.kind == "new"}
    assert not new & everyone
    assert len({c.option_id for c in candidates}) == len(candidates)
    assert repr(find_candidates(who, there, PROFILE)) == repr(candidates)


def test_every_rule_is_printed_with_its_source():
    """No rule is used that the table leaves out, and what is assumed says so."""
    table = rules_table(ASSUMED_RULES)
    names = {field.name for field in fields(CandidateRules)} - set(NOT_PRINTED)
    names |= {f"landforms.{field.name}" for field in fields(LandformRules)}
    assert set(table["rule"]) == names
    assert (table[["rule_vi", "rule_en", "value", "source_vi", "source_en"]] != "").all(axis=None)
    assert not table["verified"].any()
    written = dict(zip(table["rule"], table["value"], strict=True))
    assert written["heights_m"] == "30; 42; 60"
    assert written["max_road_km"].startswith("car 3; motorbike 1.5")
    assert written["carriers"] == "4G-B28; 5G-n28"


def test_the_rules_are_documented():
    """The page of candidate sites has every rule with its value as it is."""
    page = (Path(__file__).parents[2] / "docs" / "candidate-sites.md").read_text(encoding="utf-8")
    for row in rules_table(ASSUMED_RULES).itertuples():
        assert f"| `{row.rule}` | {row.value} | {row.unit} | {row.rule_vi} | {row.rule_en} |" in page
