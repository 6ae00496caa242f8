"""Roads and places as targets: samples, stretches, sums, and the same answers as households get."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, box

from phusong.coverage.criteria import STATES
from phusong.data.inputs import read_inputs
from phusong.data.layers import NO_LAYERS, Layers
from phusong.data.profiles import read_profile
from phusong.data.study_file import read_study_file
from phusong.errors import OutOfRangeError
from phusong.study.assess import assess
from phusong.study.road_samples import road_samples, stretch_line, stretches
from phusong.study.targets import ROAD_GAP_COLUMNS, ROAD_SUMMARY_COLUMNS, target_tables

METRIC = 32648


def roads(*lines):
    table = {"road_id": [f"D{k}" for k in range(len(lines))], "road_name": "", "road_class": "car"}
    return gpd.GeoDataFrame(table, geometry=[LineString(line) for line in lines], crs=METRIC)


BENT = ((500000, 2100000), (500950, 2100000), (500950, 2100700))
SHORT = ((510000, 2100000), (510010, 2100000))


@settings(max_examples=30, deadline=None)
@given(st.floats(20.0, 1000.0))
def test_the_pieces_of_roads_add_up_to_their_length(step_m):
    """Whatever the step: no metre lost or counted twice, each piece about a step long."""
    samples = road_samples(roads(BENT, SHORT), None, METRIC, step_m=step_m)
    assert samples.length_m.sum() == pytest.approx(1650.0 + 10.0)
    long = samples.road == 0
    assert samples.length_m[long].max() <= 1.5 * step_m
    np.testing.assert_allclose(samples.from_m[long][1:], samples.to_m[long][:-1])
    assert np.count_nonzero(samples.road == 1) == 1


def test_a_road_that_leaves_the_area_is_cut():
    """Two parts inside: two roads with the same id, only their lengths inside."""
    area = shapely.union_all([box(500000, 2099900, 500100, 2100100), box(500300, 2099900, 500500, 2100100)])
    samples = road_samples(roads(BENT), area, METRIC, step_m=50.0)
    assert samples.length_m.sum() == pytest.approx(300.0)
    assert len(samples.roads) == 2
    assert set(samples.roads["road_id"]) == {"D0"}


def test_a_step_out_of_range_is_refused():
    """A step of a metre would ask a province a million times."""
    with pytest.raises(OutOfRangeError, match="step_m"):
        road_samples(roads(BENT), None, METRIC, step_m=1.0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=18, max_size=18))
def test_stretches_cover_every_piece_once(states):
    """Runs of one state on one road: their pieces have that state, neighbours have another, lengths add up."""
    samples = road_samples(roads(BENT, SHORT), None, METRIC, step_m=100.0)
    state = np.array(states[: len(samples.road)], dtype=np.int8)
    runs = stretches(samples, state)
    assert (runs.to_m - runs.from_m).sum() == pytest.approx(1660.0)
    covered = np.concatenate([np.arange(a, b + 1) for a, b in zip(runs.first, runs.last, strict=True)])
    np.testing.assert_array_equal(covered, np.arange(len(state)))
    for k in range(len(runs.road)):
        assert set(state[runs.first[k] : runs.last[k] + 1]) == {runs.state[k]}
        if k and runs.road[k] == runs.road[k - 1]:
            assert runs.state[k] != runs.state[k - 1]


def test_the_line_of_a_stretch_has_its_length():
    """Round the bend too."""
    assert stretch_line(LineString(BENT), 900.0, 1150.0).length == pytest.approx(250.0)


@pytest.fixture(scope="module")
def found(small_province):
    file = read_study_file(small_province / "study.toml")
    profile = read_profile(file.profile)
    return assess(read_inputs(file, profile), profile)


@pytest.fixture(scope="module")
def tables(found):
    return target_tables(found, step_m=250.0)


def with_layers(found, layers):
    return replace(found, inputs=replace(found.inputs, layers=layers))


def test_states_sum_to_the_length_of_the_roads(found, tables):
    """Province and communes: the states sum to the length, the communes to the province."""
    summary = tables.roads_summary
    states = summary[[f"{state}_km" for state in STATES]].sum(axis=1)
    np.testing.assert_allclose(states, summary["length_km"], atol=1e-9)
    for _, own in summary.groupby("service"):
        province = own.loc[own["scope"] == "province", "length_km"].item()
        assert own.loc[own["scope"] == "commune", "length_km"].sum() == pytest.approx(province, abs=0.02)
    assert summary.loc[summary["scope"] == "province", "length_km"].nunique() == 1
    cars = found.inputs.layers.roads
    cars = cars[cars["road_class"] == "car"].to_crs(found.households.epsg)
    inside = shapely.union_all(found.inputs.communes.to_crs(found.households.epsg).geometry.to_numpy())
    expected = shapely.length(shapely.intersection(cars.geometry.to_numpy(), inside)).sum() / 1000.0
    assert summary.loc[summary["scope"] == "province", "length_km"].iloc[0] == pytest.approx(expected, abs=0.01)


def test_dark_stretches_sum_to_the_unserved_kilometres(tables):
    """What the stretches of a state add up to is what the summary says; none of them is served."""
    gaps, summary = tables.road_gaps, tables.roads_summary
    assert "served" not in set(gaps["state"])
    assert gaps["stretch_id"].is_unique
    province = summary[summary["scope"] == "province"].set_index("service")
    for (service, state), own in gaps.groupby(["service", "state"]):
        assert own["length_km"].sum() == pytest.approx(province.loc[service, f"{state}_km"], abs=0.05)
    metric = gaps.to_crs(METRIC)
    np.testing.assert_allclose(metric.length / 1000.0, gaps["length_km"], rtol=0.01, atol=0.002)
    undetermined = gaps["state"] == "undetermined"
    assert (gaps.loc[undetermined, "because_vi"] != "").all()
    assert (gaps.loc[~undetermined, "because_vi"] == "").all()


def test_a_place_at_a_household_has_the_households_states(found):
    """The same engine and the same states: a school where a household stands gets its answer."""
    h = found.households
    some = np.arange(0, len(h.lon_deg), 97)
    schools = gpd.GeoDataFrame(
        {"place_id": [f"P{k}" for k in some], "place_name": "", "kind": "school"},
        geometry=gpd.points_from_xy(h.lon_deg[some], h.lat_deg[some]),
        crs=4326,
    )
    places = target_tables(with_layers(found, Layers(places=schools))).places
    own = np.array([int(one[1:]) for one in places["place_id"]])
    assert len(own) > 0.9 * len(some)
    for service, decision in h.outdoor.items():
        expected = np.array(STATES)[decision.overall.state[own]]
        assert places[f"state_{service}"].tolist() == expected.tolist()
        for operator, answer in decision.by_operator.items():
            assert places[f"state_{service}_{operator}"].tolist() == np.array(STATES)[answer.state[own]].tolist()


def test_without_layers_the_tables_are_empty_with_their_columns(found):
    """Nothing given, nothing known: no row, no error."""
    tables = target_tables(with_layers(found, NO_LAYERS))
    assert list(tables.road_gaps.columns) == [*ROAD_GAP_COLUMNS, "geometry"]
    assert list(tables.roads_summary.columns) == list(ROAD_SUMMARY_COLUMNS)
    assert {"place_id", "kind"} <= set(tables.places.columns)
    assert len(tables.road_gaps) + len(tables.roads_summary) + len(tables.places) == 0


def test_roads_of_other_classes_or_elsewhere_are_no_targets(found):
    """A trail is not driven; a road of another province is theirs."""
    far = roads(((300000, 1500000), (301000, 1500000))).to_crs(4326)
    trail = found.inputs.layers.roads.assign(road_class="trail")
    for layer in (far, trail):
        assert len(target_tables(with_layers(found, Layers(roads=layer))).roads_summary) == 0


def test_without_boundaries_roads_near_households_count(found):
    """No communes: the province's sum stands alone, under no commune."""
    bare = replace(found, inputs=replace(found.inputs, communes=None, layers=Layers(roads=found.inputs.layers.roads)))
    summary = target_tables(bare, step_m=500.0).roads_summary
    assert set(summary["commune_code"]) == {""}
    assert summary["length_km"].min() > 0.0
