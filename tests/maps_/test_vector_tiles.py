"""Vector tiles: what is in them is what is in the study, nothing twice, nothing that may not be told."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from maps_.made_tiles import TODAY, VIEWS_MADE, Made, read_tile, snapshot

from phusong.coverage.criteria import STATES
from phusong.data.terms import LEAST_SHOWN
from phusong.errors import MissingFileError, OutOfRangeError, StudyError, UnknownNameError
from phusong.maps import tile_layers, vector_tiles
from phusong.maps.mvt import area_layer, point_layer
from phusong.maps.tile_counts import COARSEST_LEVEL, FINEST_LEVEL, Bins, bins_of, published
from phusong.maps.tile_grid import EXTENT, WORLD, WORLD_BITS, Tile, degrees, morton, unmorton, whole_units
from phusong.maps.tile_store import TileSource
from phusong.maps.vector_tiles import Rights, TileFilter, joined, layers, tile

ALL = Rights(households=True, stations=True)
units = st.integers(0, WORLD - 1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Return a written snapshot."""
    return snapshot(tmp_path_factory.mktemp("tiles") / "study.duckdb")


@pytest.fixture(scope="module")
def source(made: Made) -> TileSource:
    """Return it opened."""
    return TileSource.open(made.path)


def _tiles_of(made: Made, z: int) -> dict[tuple[int, int], np.ndarray]:
    """Return which households lie in which tile, by plain arithmetic on their world units."""
    x, y = whole_units(made.households.lon_deg, made.households.lat_deg)
    found: dict[tuple[int, int], list[int]] = {}
    for row, (i, j) in enumerate(zip((x >> WORLD_BITS - z).tolist(), (y >> WORLD_BITS - z).tolist(), strict=True)):
        found.setdefault((i, j), []).append(row)
    return {at: np.array(rows) for at, rows in found.items()}


@given(units, units, st.integers(0, 22))
def test_a_tile_is_one_run_of_codes(x: int, y: int, z: int) -> None:
    """A place has the code it came from, and lies in the run of its own tile and of no tile beside it."""
    code = morton(np.array([x]), np.array([y]))
    assert [int(axis[0]) for axis in unmorton(code)] == [x, y]
    own = Tile(z, x >> WORLD_BITS - z, y >> WORLD_BITS - z)
    first, after = own.codes
    assert first <= int(code[0]) < after
    if own.x:
        first, after = Tile(z, own.x - 1, own.y).codes
        assert not first <= int(code[0]) < after


def test_world_units_and_degrees_are_each_others_inverse() -> None:
    """A corner of Viet Nam comes back to a millionth of a degree; row 0 is in the north."""
    x, y = whole_units(np.array([105.0]), np.array([21.0]))
    assert degrees(int(x[0]), int(y[0])) == pytest.approx((105.0, 21.0), abs=1e-6)
    assert y[0] < WORLD / 2


@pytest.mark.parametrize("view", VIEWS_MADE)
@pytest.mark.parametrize("z", [0, 5, 8, 9, 11])
def test_bins_equal_a_plain_sum(made: Made, source: TileSource, z: int, view) -> None:
    """Every bin of every tile has the households by state that a loop over the study counts in it."""
    asked = TileFilter(service=view.service, technology=view.technology, operator=view.operator, scenario=view.scenario)
    x, y = whole_units(made.households.lon_deg, made.households.lat_deg)
    for at, rows in _tiles_of(made, z).items():
        expected: Counter[tuple[int, int, str]] = Counter()
        for row in rows.tolist():
            column, line = (int(axis[row]) * 128 * 2**z // WORLD % 128 for axis in (x, y))
            state = STATES[made.states[view][row]]
            expected[column * 32 + 16, line * 32 + 16, state] += int(made.households.weight[row])
        told = read_tile(tile(source, "households", z, *at, asked, ALL))["household_bins"]
        found = {
            (round(point.x), round(point.y), state): int(n)
            for state in STATES
            if state in told
            for point, n in zip(told.geometry, told[state].fillna(0), strict=True)
            if n > 0
        }
        assert found == dict(expected)


@pytest.mark.parametrize("z", [12, 14, 17, 22])
def test_every_point_is_in_one_tile(made: Made, source: TileSource, z: int) -> None:
    """Over all tiles of a zoom each household is there once, with its state, weight, village and place."""
    seen: list[int] = []
    for at, rows in list(_tiles_of(made, z).items())[:40]:
        told = read_tile(tile(source, "households", z, *at, rights=ALL))["households"]
        assert sorted(told["mvt_id"]) == sorted(rows.tolist())
        seen += told["mvt_id"].tolist()
        assert (told["state"] == [STATES[made.states[TODAY][row]] for row in told["mvt_id"]]).all()
        assert (told["households"] == made.households.weight[told["mvt_id"]]).all()
        point, row = told.geometry.iloc[0], int(told["mvt_id"].iloc[0])
        side = WORLD >> z
        lon, lat = degrees(*(side * (i + (v + 0.5) / EXTENT) for i, v in zip(at, (point.x, point.y), strict=True)))
        one_unit = 360.0 * max(1 / 2**z / EXTENT, 1 / WORLD)
        place = (made.households.lon_deg[row], made.households.lat_deg[row])
        assert (lon, lat) == pytest.approx(place, abs=one_unit)
    assert len(seen) == len(set(seen))


def test_a_place_on_an_edge_is_in_one_tile(tmp_path: Path) -> None:
    """A place whose longitude and latitude are those of four tiles' common corner is told once."""
    lon, lat = degrees(WORLD // 8 * 6, WORLD // 8 * 3)
    x, y = whole_units(np.array([lon, lon - 1e-7, lon + 1e-7]), np.array([lat, lat - 1e-7, lat + 1e-7]))
    code = np.sort(morton(x, y))
    corner = int(x[0]) * 8 // WORLD, int(y[0]) * 8 // WORLD
    bins = bins_of(FINEST_LEVEL, code, np.zeros(3, dtype=np.uint8), np.ones(3, dtype=np.int64))
    around = [Tile(3, corner[0] + i, corner[1] + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    assert sum(int(bins.within(one).households.sum()) for one in around) == 3


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3), st.integers(1, 9)), max_size=60))
def test_no_difference_tells_of_a_few(rows: list[tuple[int, int, int]]) -> None:
    """No count, no bin less the bins told inside it, and no coarser sum less a finer one is of one to four."""
    code = np.array(sorted(r[0] * 7 for r in rows), dtype=np.int64) << 2 * (WORLD_BITS - FINEST_LEVEL)
    state = np.array([r[1] for r in rows], dtype=np.uint8)
    exact = bins_of(FINEST_LEVEL, code, state, np.array([r[2] for r in rows], dtype=np.int64))
    told = published(exact)
    assert sorted(told) == list(range(COARSEST_LEVEL, FINEST_LEVEL + 1))
    for level in range(COARSEST_LEVEL, FINEST_LEVEL):
        up = dict(zip(told[level].code.tolist(), told[level].households.tolist(), strict=True))
        inside: dict[int, np.ndarray] = {}
        for one, counts in zip(told[level + 1].code.tolist(), told[level + 1].households, strict=True):
            inside[one >> 2] = inside.get(one >> 2, np.zeros(4, dtype=np.int64)) + counts
        for parent, counts in inside.items():
            rest = np.array(up[parent]) - counts
            assert ((rest == 0) | (rest >= LEAST_SHOWN)).all()
    every = np.concatenate([one.households.reshape(-1) for one in told.values()])
    assert ((every == 0) | (every >= LEAST_SHOWN)).all()
    lost = exact.households.sum(axis=0) - told[COARSEST_LEVEL].households.sum(axis=0)
    same_bin = {int(c) >> 2 * (FINEST_LEVEL - COARSEST_LEVEL) for c in exact.code}
    assert (lost >= 0).all() and (lost < LEAST_SHOWN * max(len(same_bin), 1)).all()


@pytest.mark.parametrize("z", [0, 5, 8, 11, 12, 13, 15, 18, 22])
def test_without_the_right_no_point_is_told(made: Made, source: TileSource, z: int) -> None:
    """At every zoom: bins only, each of five households or more, none finer than the finest that is kept."""
    corners = set()
    for at in list(_tiles_of(made, z))[:25]:
        told = read_tile(tile(source, "households", z, *at))
        assert set(told) <= {"household_bins"}
        for table in told.values():
            counts = table[[state for state in STATES if state in table]].to_numpy(dtype=np.float64)
            assert (np.isnan(counts) | (counts >= LEAST_SHOWN)).all()
            corners |= {(at, point.x, point.y) for point in table.geometry}
    if z <= 11:
        assert corners


@pytest.mark.parametrize("z", [10, 12, 14])
def test_bins_beyond_the_finest_are_told_once(source: TileSource, z: int) -> None:
    """However deep the zoom, the bins are those of zoom 11, each in the one tile its centre lies in."""
    bins = source.told_bins(Tile(7, *_at(7)), FINEST_LEVEL, 0)
    half = 1 << WORLD_BITS - FINEST_LEVEL - 1
    centres = [axis * 2 * half + half >> WORLD_BITS - z for axis in unmorton(bins.code)]
    beside = {(int(x) + i, int(y) + j) for x, y in zip(*centres, strict=True) for i in (-1, 0, 1) for j in (-1, 0, 1)}
    told = sum(len(source.told_bins(Tile(z, *at), FINEST_LEVEL, 0).code) for at in beside)
    assert told == len(bins.code) > 0


def test_masts_are_told_to_those_who_may(source: TileSource) -> None:
    """Without the right to see stations the layer is not there; with it, it can be filtered."""
    assert "sites" not in {one.name for one in layers(source)}
    with pytest.raises(UnknownNameError):
        tile(source, "sites", 0, 0, 0)
    assert len(read_tile(tile(source, "sites", 0, 0, 0, rights=ALL))["sites"]) == 4
    by = TileFilter(operator="viettel", technology="2G")
    assert len(read_tile(tile(source, "sites", 0, 0, 0, by, ALL))["sites"]) == 1


@pytest.mark.parametrize("z", [3, 6, 8, 9, 12, 15])
def test_communes_meet_without_gap_or_overlap(source: TileSource, z: int) -> None:
    """In a tile on the four communes' common corner the areas are valid, fill the land and do not overlap."""
    x, y = whole_units(np.array([105.25]), np.array([21.25]))
    told = read_tile(tile(source, "communes", z, int(x[0]) >> WORLD_BITS - z, int(y[0]) >> WORLD_BITS - z))["communes"]
    assert told.geometry.is_valid.all()
    if z >= 6:
        assert len(told) == 4
        joined = shapely.union_all(told.geometry.to_numpy())
        assert told.geometry.area.sum() == pytest.approx(joined.area, rel=0.02)
        assert joined.area == pytest.approx(joined.convex_hull.area, rel=0.02)


def test_communes_are_counted_as_asked(made: Made, source: TileSource) -> None:
    """The counts of a commune are those of its households under the filter."""
    told = read_tile(tile(source, "communes", 7, *_at(7), TileFilter(operator="viettel")))["communes"].set_index(
        "mvt_id"
    )
    for commune in range(4):
        own = made.households.commune == commune
        state = made.states[VIEWS_MADE[1]][own]
        weight = made.households.weight[own]
        assert [told.loc[commune, name] for name in STATES] == [weight[state == i].sum() for i in range(4)]


def _at(z: int) -> tuple[int, int]:
    x, y = whole_units(np.array([105.2]), np.array([21.2]))
    return int(x[0]) >> WORLD_BITS - z, int(y[0]) >> WORLD_BITS - z


def test_filters_choose_what_is_told(source: TileSource) -> None:
    """Classes, scenarios and services narrow a layer; what a layer has not is refused with what it has."""
    served = read_tile(tile(source, "households", 9, *_at(9), TileFilter(classes=frozenset({"served"})), ALL))
    assert set(served["household_bins"].columns) - {"mvt_id"} == {"served", "geometry"}
    later = read_tile(tile(source, "future_gaps", 9, *_at(9), TileFilter(scenario="a")))["future_gaps"]
    assert set(later["scenario"]) == {"a"}
    for layer, asked in (
        ("gaps", TileFilter(operator="viettel")),
        ("households", TileFilter(operator="nobody")),
        ("households", TileFilter(service="data'; DROP TABLE tile_views; --")),
        ("villages", TileFilter(classes=frozenset({"served"}))),
        ("nothing", TileFilter()),
    ):
        with pytest.raises(UnknownNameError):
            tile(source, layer, 0, 0, 0, asked, ALL)


def test_several_layers_in_one_tile_are_filtered_each_by_what_it_can(source: TileSource) -> None:
    """One tile holds what single ones hold; a class is that of villages, "all operators" filters no mast."""
    asked = TileFilter(operator="viettel", classes=frozenset({"undetermined"}))
    own = {
        "communes": TileFilter(operator="viettel"), "households": TileFilter(operator="viettel"),
        "gaps": TileFilter(), "villages": asked, "sites": TileFilter(operator="viettel"),
    }  # fmt: skip
    for z in (5, 13):
        place = z, *_at(z)
        singles = [tile(source, name, *place, one, ALL) for name, one in own.items()]
        assert any(singles) and joined(source, tuple(own), *place, asked, ALL) == b"".join(singles)
    everybody = joined(source, ["sites"], 5, *_at(5), TileFilter(operator="all"), ALL)
    assert everybody == tile(source, "sites", 5, *_at(5), rights=ALL)
    with pytest.raises(UnknownNameError):
        joined(source, ["gaps", "sites"], 5, *_at(5), rights=Rights())


@pytest.mark.parametrize(("z", "x", "y"), [(23, 0, 0), (-1, 0, 0), (2, 4, 0), (2, 0, -1)])
def test_a_tile_that_cannot_be_is_refused(source: TileSource, z: int, x: int, y: int) -> None:
    """Beyond zoom 22, or off the world."""
    with pytest.raises(OutOfRangeError):
        tile(source, "communes", z, x, y)


def test_too_many_are_thinned_and_said(source: TileSource, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tile with too many points tells bins, one with too many places the most needed and how many are left out."""
    monkeypatch.setattr(vector_tiles, "MOST_POINTS", 10)
    monkeypatch.setattr(vector_tiles, "MOST_PLACES", 3)
    x, y = (int(axis[0]) >> WORLD_BITS - 13 for axis in whole_units(np.array([105.105]), np.array([21.105])))
    assert set(read_tile(tile(source, "households", 13, x, y, rights=ALL))) == {"household_bins"}
    told = read_tile(tile(source, "villages", 3, *_at(3)))
    assert len(told["villages"]) == 3
    assert told[tile_layers.LEFT_OUT]["count"].tolist() == [1]


@pytest.mark.parametrize("rights", [ALL, Rights()])
def test_a_tile_too_large_has_larger_bins(source: TileSource, rights: Rights, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tile over its limit has bins of twice the side or more, the same households in them, and is under it then."""
    at = _at(8)
    whole = tile(source, "households", 8, *at, rights=rights)
    monkeypatch.setattr(vector_tiles, "MOST_BYTES", len(whole) - 1)
    less = tile(source, "households", 8, *at, rights=rights)
    assert 0 < len(less) < len(whole)
    fine, coarse = (read_tile(one)["household_bins"] for one in (whole, less))
    assert all(int(point.x) % 32 == 16 for point in fine.geometry)
    assert all(int(point.x) % 32 == 0 for point in coarse.geometry)
    for state in STATES:
        assert coarse[state].sum() == fine[state].sum() if rights == ALL else coarse[state].sum() >= fine[state].sum()


def test_nothing_is_no_bytes(source: TileSource) -> None:
    """A tile far from the province is empty, for every layer."""
    assert {tile(source, one.name, 9, 0, 0, rights=ALL) for one in layers(source, ALL)} == {b""}


def test_a_study_without_tiles_says_so(tmp_path: Path) -> None:
    """A snapshot of an earlier version, and one that is not there."""
    path = tmp_path / "old.duckdb"
    with duckdb.connect(str(path)) as base:
        base.execute("CREATE TABLE households (a INT)")
    with pytest.raises(StudyError):
        TileSource.open(path)
    with pytest.raises(MissingFileError):
        TileSource.open(tmp_path / "none.duckdb")


def test_values_of_every_kind_are_read_back() -> None:
    """GDAL reads texts, whole numbers of both signs, numbers and truths as they were given; what is missing is not."""
    columns = {
        "text": np.array(["Nà Lụng", "", "x"]), "whole": np.array([0, -3, 2**40]),
        "number": np.array([0.5, np.nan, -1e9]), "truth": np.array([True, False, True]),
    }  # fmt: skip
    body = point_layer("all", np.array([0, 5, 4095]), np.array([0, 4095, 7]), columns, np.array([0, 300, 70_000]))
    told = read_tile(body)["all"]
    assert told["mvt_id"].tolist() == [0, 300, 70_000]
    assert [(p.x, p.y) for p in told.geometry] == [(0, 0), (5, 4095), (4095, 7)]
    assert told["whole"].tolist() == [0, -3, 2**40]
    assert told["truth"].astype(bool).tolist() == [True, False, True]
    assert told["text"].fillna("").tolist() == ["Nà Lụng", "", "x"]
    assert told["number"].isna().tolist() == [False, True, False]


def test_holes_and_parts_are_read_back() -> None:
    """An area keeps its hole and its parts; what is smaller than a unit is left out."""
    ring = shapely.box(10, 10, 50, 50).difference(shapely.box(20, 20, 30, 30))
    two = shapely.MultiPolygon([shapely.box(100, 100, 200, 200), shapely.box(300, 300, 400, 500)])
    body = area_layer("areas", [ring, shapely.box(1, 1, 1.1, 1.1), two], {"n": np.array(["a", "b", "c"])})
    told = read_tile(body)["areas"]
    assert told["n"].tolist() == ["a", "c"]
    assert told.geometry.iloc[0].equals(ring)
    assert told.geometry.iloc[1].equals(two)


def test_empty_bins_are_bins() -> None:
    """A study without households has bins at every level, and nothing in them."""
    none = np.zeros(0, dtype=np.int64)
    empty = bins_of(FINEST_LEVEL, none, none.astype(np.uint8), none)
    assert isinstance(empty, Bins)
    assert all(not len(one.code) for one in published(empty).values())
