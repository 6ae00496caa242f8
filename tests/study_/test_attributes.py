"""Attributes of villages and gaps: lists before lists, layers as distances, unknown never no, communes apart."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, Point, box

from phusong.coverage.sight import nearest_sites
from phusong.coverage.terrain import MISSING
from phusong.data.inputs import read_inputs
from phusong.data.layers import NO_LAYERS, Layers
from phusong.data.profiles import read_profile
from phusong.data.study_file import read_study_file
from phusong.study.assess import assess
from phusong.study.attributes import ATTRIBUTE_COLUMNS, attributes
from phusong.study.gap_table import gap_places
from phusong.study.list_answers import answers_of_gaps, list_answers
from phusong.study.nearest import way_columns


@pytest.fixture(scope="module")
def found(small_province):
    file = read_study_file(small_province / "study.toml")
    profile = read_profile(file.profile)
    return assess(read_inputs(file, profile), profile)


@pytest.fixture(scope="module")
def places(found):
    return gap_places(found)


@pytest.fixture(scope="module")
def known(found, places):
    return attributes(found, places)


def with_inputs(found, **changes):
    return replace(found, inputs=replace(found.inputs, **changes))


def test_every_village_and_gap_has_every_attribute(found, places, known):
    """One row each, in their order, all columns of the contract, nothing empty that must be an answer."""
    assert len(known.villages) == len(found.villages.table)
    assert known.gaps["gap_id"].tolist() == list(places.ids)
    for table in (known.villages, known.gaps):
        assert set(ATTRIBUTE_COLUMNS) <= set(table.columns)
        for name in ("mountainous", "border", "island", "is_dbkk", "grid_power"):
            assert set(table[name]) <= {"yes", "no", "unknown"}
        assert set(table["road_class"]) <= {"car", "motorbike", "trail", "water", "none", ""}
        assert table["terrain_vi"].str.contains("cao").all()


def test_the_nearest_station_of_every_operator_is_the_one_shown_elsewhere(found, places, known):
    """Station and distance equal those the gap's reason is worked out from."""
    for g in range(len(places.ids)):
        near = nearest_sites(
            found.inputs.network.sites,
            float(places.lon_deg[g]),
            float(places.lat_deg[g]),
            found.profile.main_service.technologies,
        )
        for one in near:
            assert known.gaps[f"nearest_{one.operator}_km"][g] == round(one.distance_km, 2)
            assert known.gaps[f"nearest_{one.operator}_site_id"][g] == one.site.site_id


def test_a_gap_has_the_mountains_and_flags_of_its_village(found, places, known):
    """What is said of the village is said of its gaps."""
    for g, members in enumerate(places.members):
        v = found.households.village[members[0]]
        if v >= 0:
            for name in ("mountainous", "is_dbkk", "grid_power", "commune_region", "steep_percent"):
                assert known.gaps[name][g] == known.villages[name][v]


def test_without_layers_distances_are_unknown(found, places):
    """No layer: NaN, and a road class only where a list tells one."""
    bare = attributes(with_inputs(found, layers=NO_LAYERS, reported=None), places)
    for table in (bare.villages, bare.gaps):
        assert table["road_km"].isna().all()
        assert table["grid_km"].isna().all()
        assert set(table["road_class"]) == {""}


def test_without_terrain_a_village_is_neither_mountainous_nor_not(found, places):
    """All elevations missing: unknown, no words about the terrain."""
    empty = np.full_like(found.inputs.terrain.elevation_m, MISSING)
    dark = with_inputs(found, terrain=replace(found.inputs.terrain, elevation_m=empty))
    table = attributes(dark, places).villages
    assert set(table["mountainous"]) == {"unknown"}
    assert table["above_200m_percent"].isna().all()
    assert set(table["terrain_vi"]) == {""}


def test_another_communes_ground_does_not_count(found, places, known):
    """With boundaries that hold no village nothing is left to judge; without boundaries there is more ground."""
    elsewhere = found.inputs.communes.assign(geometry=box(100.0, 10.0, 100.1, 10.1))
    table = attributes(with_inputs(found, communes=elsewhere), places).villages
    assert set(table["mountainous"]) == {"unknown"}
    free = attributes(with_inputs(found, communes=None), places).villages
    assert set(free["mountainous"]) <= {"yes", "no"}
    assert (free["mountainous"] == known.villages["mountainous"]).mean() > 0.8


VILLAGES = pd.DataFrame(
    {
        "village_name": ["Bản Một", "Bản Hai", "Bản Ba"],
        "commune_code": ["99101", "99101", "99108"],
        "is_dbkk": [True, None, None],
        "grid_power": [None, None, False],
    }
)


def told(**columns):
    table = pd.DataFrame({"village_name": ["Thôn Một", "Hai", "Hai", "Ba"], "commune_code": ["99101"] * 3 + ["99108"]})
    reported = SimpleNamespace(rows=table.assign(**columns))
    return SimpleNamespace(
        inputs=SimpleNamespace(villages=VILLAGES, reported=reported), villages=SimpleNamespace(table=VILLAGES)
    )


def test_the_gap_list_fills_only_what_the_village_list_leaves_silent():
    """A village list's answer stands whatever the gap list says."""
    answers = list_answers(told(is_dbkk=[False, True, None, None], grid_power=[None, None, None, True]))
    assert answers["is_dbkk"].tolist() == ["yes", "yes", "unknown"]
    assert answers["grid_power"].tolist() == ["unknown", "unknown", "no"]
    assert answers["border"].tolist() == ["unknown"] * 3


def test_rows_that_contradict_each_other_say_nothing():
    """Two rows of one village, one with power and one without: unknown."""
    answers = list_answers(told(grid_power=[None, True, False, None], commune_region=["III", "II", "II", None]))
    assert answers["grid_power"].tolist() == ["unknown", "unknown", "no"]
    assert answers["commune_region"].tolist() == ["III", "II", ""]


def test_a_footpath_of_the_list_is_a_trail_of_the_layers():
    """Two words for one thing become one."""
    assert list_answers(told(road_access=["path", None, None, "none"]))["road_access"].tolist() == ["trail", "", "none"]


def test_a_gap_without_a_village_has_no_answers():
    """Nothing is known of it."""
    answers = answers_of_gaps(list_answers(told(is_dbkk=[None, True, True, False])), np.array([-1, 1]))
    assert answers["is_dbkk"].tolist() == ["unknown", "yes"]
    assert answers["commune_region"].tolist() == ["", ""]


def roads(*classes):
    lines = [LineString([(500000, 2100000 + 1000 * k), (501000, 2100000 + 1000 * k)]) for k in range(len(classes))]
    return gpd.GeoDataFrame({"road_class": list(classes)}, geometry=lines, crs=32648).to_crs(4326)


def test_the_nearest_road_within_reach_gives_its_class():
    """250 m away reaches, 350 m does not; distances are to the nearest road of any class."""
    centres = gpd.GeoSeries([Point(500500, 2100250), Point(500500, 2100650), Point(500500, 2101400), None], crs=32648)
    table = way_columns(Layers(roads=roads("car", "trail")), centres, centres, ["", "car", "", "water"])
    assert table["road_class"].tolist() == ["car", "none", "none", "water"]
    assert table["road_km"].round(2).tolist()[:3] == [0.25, 0.35, 0.4]
    assert np.isnan(table["road_km"][3])
    assert table["grid_km"].isna().all()


def test_a_road_reaches_a_gap_at_its_edge():
    """The area counts for reach, the centre for distance."""
    centre = gpd.GeoSeries([Point(500500, 2100900)], crs=32648)
    area = gpd.GeoSeries([box(500300, 2100200, 500700, 2101600)], crs=32648)
    table = way_columns(Layers(roads=roads("motorbike")), centre, area, [""])
    assert table["road_class"].tolist() == ["motorbike"]
    assert table["road_km"][0] == pytest.approx(0.9, abs=0.01)


def test_a_road_of_unknown_class_gives_what_the_list_tells():
    """The layer knows there is a road, not which; the list does."""
    centre = gpd.GeoSeries([Point(500500, 2100000)] * 2, crs=32648)
    assert way_columns(Layers(roads=roads("")), centre, centre, ["car", ""])["road_class"].tolist() == ["car", ""]
