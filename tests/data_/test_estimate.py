"""Estimated households: exact totals, plausible places, the same for the same seed."""

from __future__ import annotations

import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, box

from phusong.data.boundaries import commune_of_points, read_communes
from phusong.data.estimate import HOUSEHOLD_COLUMNS, estimate_households
from phusong.data.land_cover import LandCover, read_land_cover
from phusong.data.population import join_population, read_population
from phusong.errors import OutOfRangeError, StudyError

SHARED = Path(__file__).parents[2] / "../shared/data"
SQUARES = [box(105.0, 19.0, 105.1, 19.1), box(105.1, 19.0, 105.2, 19.1), box(105.2, 19.0, 105.3, 19.1)]


def communes(*population, geometry=None):
    return gpd.GeoDataFrame(
        {
            "commune_code": [f"{at:05d}" for at in range(len(population))],
            "commune_name": [f"Xã {at}" for at in range(len(population))],
            "population": np.array(population, dtype=float),
        },
        geometry=geometry or SQUARES[: len(population)],
        crs="EPSG:4326",
    )


def cover(**areas):
    rows = [(kind.rstrip("2"), area) for kind, area in areas.items()]
    frame = gpd.GeoDataFrame({"land_class": [r[0] for r in rows]}, geometry=[r[1] for r in rows], crs="EPSG:4326")
    return LandCover(areas=frame, raster=None, problems=(), sha256="")


def lines(found):
    return " | ".join(problem.line("vi") for problem in found.problems)


@given(
    st.lists(st.one_of(st.just(float("nan")), st.integers(0, 40_000)), min_size=1, max_size=3),
    st.floats(2.0, 8.0),
    st.integers(4, 400),
)
@settings(max_examples=40, deadline=None)
def test_totals_of_each_commune_are_exact_and_points_stay_under_the_cap(population, persons, cap):
    """For any populations, household size and cap: weights sum to round(population / persons), each at least 1."""
    found = estimate_households(communes(*population), None, persons_per_household=persons, seed=1, max_points=cap)
    households = found.households
    totals = households.groupby("commune_code").weight.sum()
    for at, people in enumerate(population):
        assert totals.get(f"{at:05d}", 0) == (0 if people != people else round(people / persons))
    assert len(households) <= cap
    assert (households.weight >= 1).all()
    spread = households.groupby("commune_code").weight.agg(lambda weight: weight.max() - weight.min())
    assert (spread <= 1).all()


def test_the_columns_are_those_of_a_household_list():
    """Columns, labels and key form; without any population the table is empty but whole."""
    found = estimate_households(communes(360), None, persons_per_household=3.6, seed=1).households
    assert tuple(found.columns) == HOUSEHOLD_COLUMNS
    assert (found.coord_quality == "estimated").all()
    assert found.household_key.is_unique
    assert found.household_key.str.fullmatch("U[0-9a-f]{16}").all()
    assert found.weight.tolist() == [1] * 100
    empty = estimate_households(communes(np.nan), None, persons_per_household=3.6, seed=1)
    assert (tuple(empty.households.columns), len(empty.households)) == (HOUSEHOLD_COLUMNS, 0)


def test_the_same_seed_gives_the_same_points_and_another_others():
    """Repeatable to the last digit; a commune's points do not depend on its neighbours."""
    first, again, other = (
        estimate_households(communes(900, 500), None, persons_per_household=3.6, seed=seed).households
        for seed in (7, 7, 8)
    )
    pd.testing.assert_frame_equal(first, again)
    assert not np.array_equal(first.lon_deg, other.lon_deg)
    assert set(first.household_key).isdisjoint(other.household_key)
    alone = estimate_households(communes(900), None, persons_per_household=3.6, seed=7).households
    pd.testing.assert_frame_equal(first[first.commune_code == "00000"], alone)


def test_households_stand_on_residential_land_of_their_own_commune():
    """A residential area across a border serves both communes, each on its own side."""
    town = box(105.08, 19.02, 105.13, 19.06)
    found = estimate_households(
        communes(3600, 3600), cover(residential=town), persons_per_household=3.6, seed=1
    ).households
    lon, lat = found.lon_deg.to_numpy(), found.lat_deg.to_numpy()
    assert ((lon >= 105.08) & (lon <= 105.13) & (lat >= 19.02) & (lat <= 19.06)).all()
    assert (found.placement == "residential").all()
    assert commune_of_points(lon, lat, communes(1, 1)).tolist() == found.commune_code.astype(int).tolist()


def test_without_residential_land_built_up_land_then_the_whole_unit_is_taken_and_said():
    """Three communes, three kinds of placement, each named in the problems."""
    land = cover(
        residential=box(105.02, 19.02, 105.05, 19.05),
        built_up=box(105.12, 19.02, 105.15, 19.05),
        forest=box(105.2, 19.0, 105.3, 19.1),
    )
    found = estimate_households(communes(3600, 3600, 3600), land, persons_per_household=3.6, seed=1)
    placement = found.households.groupby("commune_code").placement.unique().str.join(",")
    assert placement.tolist() == ["residential", "built_up", "whole_unit"]
    assert "1/3 đơn vị thiếu đất ở trong lớp phủ, hộ đặt trên đất xây dựng: Xã 1" in lines(found)
    assert "1/3 đơn vị không có hoặc thiếu đất ở trong lớp phủ, hộ rải trên toàn đơn vị: Xã 2" in lines(found)
    in_built_up = found.households[found.households.commune_code == "00001"]
    assert in_built_up.lon_deg.between(105.12, 105.15).all()


def test_a_scrap_of_residential_land_does_not_take_a_whole_town():
    """36,000 people do not live on one hectare: the map lacks residential land, so the whole unit is taken."""
    scrap = box(105.05, 19.05, 105.051, 19.051)
    found = estimate_households(communes(36_000), cover(residential=scrap), persons_per_household=3.6, seed=1)
    assert set(found.households.placement) == {"whole_unit"}
    few = estimate_households(communes(360), cover(residential=scrap), persons_per_household=3.6, seed=1)
    assert set(few.households.placement) == {"residential"}


def test_points_are_spread_evenly_over_the_land():
    """Two areas, one three times the other: three quarters of the points; overlapping areas are not counted twice."""
    land = cover(
        residential=MultiPolygon([box(105.00, 19.0, 105.03, 19.03), box(105.05, 19.0, 105.06, 19.03)]),
        residential2=box(105.05, 19.0, 105.06, 19.03),
    )
    found = estimate_households(communes(36_000), land, persons_per_household=3.6, seed=1).households
    assert (found.lon_deg < 105.04).mean() == pytest.approx(0.75, abs=0.02)  # 10,000 draws: σ = 0.4 %


def test_points_lie_on_every_island_however_small_and_never_in_the_sea():
    """Two islets far apart in one commune: drawing does not search the sea between them."""
    islets = MultiPolygon([box(111.0, 15.5, 111.002, 15.502), box(112.7, 17.1, 112.702, 17.102)])
    ours = communes(3600, geometry=[islets])
    found = estimate_households(ours, None, persons_per_household=3.6, seed=1).households
    assert (commune_of_points(found.lon_deg, found.lat_deg, ours) == 0).all()
    assert (found.lon_deg > 112).mean() == pytest.approx(0.5, abs=0.06)


def test_an_unknown_population_is_no_households_and_a_problem():
    """NaN is not 0: the commune is named."""
    found = estimate_households(communes(np.nan, 3600), None, persons_per_household=3.6, seed=1)
    assert set(found.households.commune_code) == {"00001"}
    assert "Xã 0: chưa có số dân nên không ước tính được hộ" in lines(found)


def test_impossible_options_are_refused():
    """A household of 0.5 persons, or fewer points than communes."""
    with pytest.raises(OutOfRangeError, match=r"Persons per household must be 1 to 15, got 0\.5") as caught:
        estimate_households(communes(100), None, persons_per_household=0.5, seed=1)
    assert caught.value.text.vi.startswith("Số người mỗi hộ phải từ 1 đến 15")
    with pytest.raises(StudyError, match="must exceed"):
        estimate_households(communes(100, 100), None, persons_per_household=3.6, seed=1, max_points=2)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="reference data beside the project are absent")
def test_the_households_of_da_nang_are_estimated_in_seconds():
    """868,663 households of 93 communes in under 100,000 points, exact, inside their communes, under 20 s."""
    ours = join_population(
        read_communes(SHARED / "vn-admin/communes_48_da_nang.geojson").communes,
        read_population(SHARED / "vn-admin/communes_population_area_2025-07-17.csv"),
    ).communes
    land = read_land_cover(SHARED / "da-nang/osm_landuse_danang.geojson")
    start = time.perf_counter()
    found = estimate_households(ours, land, persons_per_household=3.6, seed=1)
    assert time.perf_counter() - start < 20
    households = found.households
    known = ours[ours.population.notna()]
    expected = {code: round(people / 3.6) for code, people in zip(known.commune_code, known.population, strict=True)}
    assert households.groupby("commune_code").weight.sum().to_dict() == expected
    assert (len(expected), households.weight.sum()) == (93, 868_663)
    assert len(households) <= 100_000
    at = commune_of_points(households.lon_deg, households.lat_deg, ours)
    assert (ours.commune_code.to_numpy()[at] == households.commune_code.to_numpy()).all()
    assert "Xã Avương: chưa có số dân" in lines(found)
