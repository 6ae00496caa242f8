"""The sample province: deterministic, as messy as real lists, readable by our own readers, and fair to its truth."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from phusong.coverage.terrain import MISSING
from phusong.data.boundaries import read_communes
from phusong.data.crs import from_vn2000
from phusong.data.digests import sha256_by_name
from phusong.data.layer_columns import LAYER_KINDS
from phusong.data.layers import read_layers
from phusong.data.lists import CheckedList, read_list
from phusong.data.names import name_key
from phusong.data.sample import SampleSummary, make_sample, read_recipe
from phusong.data.sample.ground import normal_field
from phusong.data.sample.invented import commune_names, decomposed, modern, village_names
from phusong.data.sample.people import whole_parts
from phusong.data.schema import ListSchema
from phusong.data.schemas.declarations import DECLARATIONS
from phusong.data.schemas.gaps import GAPS
from phusong.data.schemas.households import HOUSEHOLDS
from phusong.data.schemas.measurements import MEASUREMENTS
from phusong.data.schemas.stations import STATIONS
from phusong.data.schemas.villages import VILLAGES
from phusong.data.study_file import read_study_file
from phusong.data.terrain import read_terrain
from phusong.errors import PhuSongError

SMALL = read_recipe().scaled(0.06)
HOUSES = 2000
OWN_LISTS = ("tram_viettel.xlsx", "tram_vinaphone.xlsx", "tram_mobifone.xlsx", "tram_vietnamobile.xlsx")

needs_compiled = pytest.mark.skipif(
    os.environ.get("NUMBA_DISABLE_JIT", "0") == "1", reason="the landscape takes hours without compiled kernels"
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleSummary:
    return make_sample(tmp_path_factory.mktemp("province") / "mau", households=HOUSES, recipe=SMALL)


def read(sample: SampleSummary, name: str, schema: ListSchema) -> CheckedList:
    checked = read_list(sample.folder / name, schema)
    checked.raise_for_errors()
    return checked


def stations(sample: SampleSummary) -> pd.DataFrame:
    return pd.concat([read(sample, name, STATIONS).rows for name in OWN_LISTS], ignore_index=True)


def truth_of_sites(sample: SampleSummary) -> list[dict[str, object]]:
    masts: list[dict[str, object]] = json.loads((sample.folder / "su_that" / "mang_that.json").read_text("utf-8"))
    return masts


@needs_compiled
def test_the_same_seed_gives_the_same_bytes(sample: SampleSummary, tmp_path: Path) -> None:
    """Every file of two runs has the same digest; another seed gives another province."""
    again = make_sample(tmp_path / "lai", households=HOUSES, recipe=SMALL)
    other = make_sample(tmp_path / "khac", households=HOUSES, recipe=SMALL, seed=2)
    digests = sha256_by_name(sample.folder)
    assert sha256_by_name(again.folder) == digests
    differing = {name for name, digest in sha256_by_name(other.folder).items() if digests.get(name) != digest}
    assert {"ho_dan.csv", "thon.xlsx", "ranh_gioi.gpkg", "study.toml", "su_that/ho_dan_that.parquet"} <= differing


@needs_compiled
def test_the_summary_counts_what_is_in_the_files(sample: SampleSummary) -> None:
    """Communes, villages, houses, sites and measurements are as many as the recipe and the summary say."""
    households = read(sample, "ho_dan.csv", HOUSEHOLDS).rows
    assert len(households) == sample.household_points == HOUSES
    assert households["weight"].sum() == sample.households
    assert len(read(sample, "thon.xlsx", VILLAGES).rows) == sample.villages == SMALL.villages
    assert len(read_communes(sample.folder / "ranh_gioi.gpkg", "99").communes) == sample.communes == SMALL.communes
    assert stations(sample)["site_id"].nunique() == sample.sites == SMALL.sites
    assert len(read(sample, "do_kiem.csv", MEASUREMENTS).rows) == sample.measurements == SMALL.measurements
    assert len(read(sample, "danh_sach_lom_song.xlsx", GAPS).rows) == sample.reported_gaps > 0
    neighbours = read(sample, "tram_tinh_lan_can.xlsx", STATIONS).rows
    assert neighbours["site_id"].nunique() == sample.neighbour_sites == SMALL.neighbour_sites
    assert set(neighbours["province_code"]) == {"98"}


@needs_compiled
def test_the_study_file_names_files_that_are_there(sample: SampleSummary) -> None:
    """study.toml is accepted by the reader of studies, is marked simulated and gives the VN-2000 zone."""
    study = read_study_file(sample.study)
    assert study.simulated
    assert study.province_code == "99"
    assert study.vn2000_epsg == 9209
    assert len(study.stations) == 6
    assert "mô phỏng" in study.province_name
    assert "SIMULATED" in (sample.folder / "README.txt").read_text("utf-8")


@needs_compiled
def test_codes_cannot_be_taken_for_real_ones(sample: SampleSummary) -> None:
    """Commune codes are five digits that begin with 99; village codes continue those of their commune."""
    communes = read_communes(sample.folder / "ranh_gioi.gpkg").communes
    assert all(re.fullmatch(r"99\d{3}", code) for code in communes["commune_code"])
    assert communes["commune_code"].is_unique
    villages = read(sample, "thon.xlsx", VILLAGES).rows
    assert villages["village_code"].is_unique
    assert (villages["village_code"].str[:5] == villages["commune_code"]).all()
    assert set(villages["commune_code"]) == set(communes["commune_code"])


@needs_compiled
def test_communes_share_their_borders_exactly(sample: SampleSummary) -> None:
    """The polygons are a valid coverage, without gap or overlap, and their population is that of the households."""
    layer = pyogrio.read_dataframe(sample.folder / "ranh_gioi.gpkg", layer="communes")
    polygons = layer.geometry.to_numpy()
    assert shapely.is_valid(polygons).all()
    assert shapely.coverage_is_valid(polygons)
    assert layer["population"].sum() == read(sample, "ho_dan.csv", HOUSEHOLDS).rows["persons"].sum()


@needs_compiled
def test_no_list_has_an_error(sample: SampleSummary) -> None:
    """A study on the sample runs: lists are messy, but no row of them is refused."""
    lists = {"ho_dan.csv": HOUSEHOLDS, "thon.xlsx": VILLAGES, "do_kiem.csv": MEASUREMENTS, "khai_bao.csv": DECLARATIONS}
    lists |= {"danh_sach_lom_song.xlsx": GAPS, "tram_tinh_lan_can.xlsx": STATIONS} | dict.fromkeys(OWN_LISTS, STATIONS)
    for name, schema in lists.items():
        checked = read_list(sample.folder / name, schema)
        assert not [p.line("en") for p in checked.problems if p.level == "error"]


@needs_compiled
def test_every_house_listed_is_in_the_province(sample: SampleSummary) -> None:
    """No listed household lies beyond the outer border, and nearly all lie in the commune stated."""
    communes = read_communes(sample.folder / "ranh_gioi.gpkg").communes.set_index("commune_code")
    rows = read(sample, "ho_dan.csv", HOUSEHOLDS).rows
    points = shapely.points(rows["lon"], rows["lat"])
    assert shapely.covers(shapely.union_all(communes.geometry.to_numpy()), points).all()
    stated = communes.geometry.loc[rows["commune_code"]].to_numpy()
    assert shapely.covers(stated, points).mean() > 0.97


@needs_compiled
def test_terrain_covers_province_and_fringe(sample: SampleSummary) -> None:
    """The tiles join to one 1″ grid without missing cells, mountainous, 15 km beyond the outer border at least."""
    terrain = read_terrain(sample.folder / "terrain", kind="dsm").terrain
    assert terrain.cell_lat_deg == pytest.approx(1 / 3600, rel=1e-9)
    assert (terrain.elevation_m != MISSING).all()
    assert terrain.elevation_m.min() >= 0
    assert 300 < int(terrain.elevation_m.max()) < 2500
    west, south, east, north = read_communes(sample.folder / "ranh_gioi.gpkg").communes.total_bounds
    assert min(west - terrain.west_deg, terrain.east_deg - east) * 105.4 > 15.0
    assert min(south - terrain.south_deg, terrain.north_deg - north) * 110.6 > 15.0


@needs_compiled
def test_villages_lie_in_valleys(sample: SampleSummary) -> None:
    """Houses stand lower and on gentler ground than the province at large."""
    terrain = read_terrain(sample.folder / "terrain", kind="dsm").terrain
    rows = read(sample, "ho_dan.csv", HOUSEHOLDS).rows
    row, col = terrain.cell_at(rows["lon"].to_numpy(), rows["lat"].to_numpy())
    south, east = np.gradient(terrain.elevation_m.astype(np.float32), 30.0)
    slope = np.hypot(south, east)
    inside = slice(int(row.min()), int(row.max())), slice(int(col.min()), int(col.max()))
    assert np.median(slope[row, col]) < 0.6 * np.median(slope[inside])
    assert np.median(terrain.elevation_m[row, col]) < np.median(terrain.elevation_m[inside])


@needs_compiled
def test_station_lists_are_as_messy_as_the_recipe_says(sample: SampleSummary) -> None:
    """Three sites in five have no azimuth; tilt is silent with it; heights and powers are often missing."""
    rows = stations(sample)
    known = rows.groupby("site_id")["azimuth_deg"].agg(lambda azimuths: any(len(a) for a in azimuths))
    assert 1.0 - known.mean() == pytest.approx(SMALL.no_azimuth_share, abs=0.6 / len(known))
    assert rows.loc[rows["azimuth_deg"].map(len) == 0, "e_tilt"].isna().all()
    assert 0.0 < rows["antenna_height_m"].isna().mean() < 0.4
    assert set(rows["status"]) == {"on_air"}


@needs_compiled
def test_silent_and_unlisted_sites_are_in_the_truth_only(sample: SampleSummary) -> None:
    """Some sites listed as working are off air, and one operator's list leaves out what its declaration admits."""
    listed = set(stations(sample)["site_id"])
    own = [m for m in truth_of_sites(sample) if m["commune"] != -1]
    off = {m["site_id"] for m in own if not m["on_air"]}
    assert len(off) == round(SMALL.off_air_share * SMALL.sites)
    assert off <= listed
    hidden = {m["site_id"] for m in own} - listed
    assert len(hidden) == SMALL.unlisted_sites
    declared = read(sample, "khai_bao.csv", DECLARATIONS).rows.set_index("operator")
    assert dict(declared["completeness"]) == {
        "viettel": "complete", "vinaphone": "complete", "mobifone": "complete", "vietnamobile": "partial"
    }  # fmt: skip
    assert len(declared.loc["vietnamobile", "missing_communes"]) >= 1
    assert {m["operator"] for m in own if m["site_id"] in hidden} == {"vietnamobile"}


@needs_compiled
def test_shared_masts_are_listed_twice_and_apart(sample: SampleSummary) -> None:
    """Two operators give their common mast 30–150 m apart; in the truth it is one place."""
    masts = {m["site_id"]: m for m in truth_of_sites(sample)}
    pairs = [(m["site_id"], m["shared_with"]) for m in masts.values() if m["shared_with"]]
    assert pairs
    place = stations(sample).groupby("site_id")[["lon", "lat"]].first()
    for one, other in pairs:
        assert (masts[one]["lon_deg"], masts[one]["lat_deg"]) == (masts[other]["lon_deg"], masts[other]["lat_deg"])
        if one in place.index and other in place.index:
            d_lon, d_lat = place.loc[one] - place.loc[other]
            assert 30.0 < np.hypot(d_lon * 105_400.0, d_lat * 110_600.0) < 150.0


@needs_compiled
def test_one_list_is_in_vn2000_and_one_has_decimal_commas(sample: SampleSummary) -> None:
    """MobiFone's X and Y fall on its true masts; VinaPhone's longitudes are text with a comma."""
    rows = read(sample, "tram_mobifone.xlsx", STATIONS).rows.drop_duplicates("site_id").set_index("site_id")
    assert set(rows["central_meridian"]) == {"105°30′"}
    lon, lat = from_vn2000(rows["northing"].to_numpy(), rows["easting"].to_numpy(), 9209)
    true = pd.DataFrame(truth_of_sites(sample)).set_index("site_id").loc[rows.index]
    away_m = np.hypot((lon - true["lon_deg"]) * 105_400.0, (lat - true["lat_deg"]) * 110_600.0)
    assert away_m.max() < 150.0
    raw = pd.read_excel(sample.folder / "tram_vinaphone.xlsx", header=3, dtype=str, engine="calamine")
    column = next(name for name in raw.columns if name.startswith("Kinh độ"))
    assert raw[column].str.fullmatch(r"10\d,\d{5}").all()


@needs_compiled
def test_names_are_spelt_in_several_ways(sample: SampleSummary) -> None:
    """Every village name of the household list joins its village although some are decomposed (NFD)."""
    raw = pd.read_csv(sample.folder / "ho_dan.csv", dtype=str, encoding="utf-8-sig", keep_default_na=False)
    villages = read(sample, "thon.xlsx", VILLAGES).rows
    known = {(c, name_key(n)) for c, n in zip(villages["commune_code"], villages["village_name"], strict=True)}
    assert {(c, name_key(n)) for c, n in zip(raw["Mã xã"], raw["Thôn"], strict=True)} == known
    assert 0.0 < (raw["Mã thôn"] == "").mean() < 0.1


@needs_compiled
def test_the_truth_of_every_house_is_kept_apart(sample: SampleSummary) -> None:
    """Each house has its true place and level; places err as their quality says; the summary counts the served."""
    truth = pd.read_parquet(sample.folder / "su_that" / "ho_dan_that.parquet").set_index("household_key")
    listed = read(sample, "ho_dan.csv", HOUSEHOLDS).rows.set_index("household_key")
    assert list(truth.index) == list(listed.index)
    served = (truth["best_level_dbm"] >= -110.0).to_numpy()
    assert sample.served_percent == pytest.approx(100.0 * np.average(served, weights=listed["weight"]), abs=0.01)
    assert 50.0 < sample.served_percent < 98.0
    shift_m = truth["shift_m"].groupby(listed["coord_quality"]).median()
    assert shift_m["gps"] < 15.0 < shift_m["digitised"] < 60.0 < shift_m["estimated"]
    assert (listed["coord_quality"] == "estimated").mean() == pytest.approx(SMALL.estimated_share, abs=0.02)
    layers = [c for c in truth.columns if c.startswith("level_dbm_")]
    best = truth[layers].max(axis=1)
    assert np.allclose(best, truth["best_level_dbm"], equal_nan=True, atol=0.01)


@needs_compiled
def test_an_older_sample_is_replaced_and_anything_else_is_left_alone(sample: SampleSummary, tmp_path: Path) -> None:
    """A folder with other contents is refused in both languages and stays as it is."""
    mine = tmp_path / "cua_toi"
    mine.mkdir()
    (mine / "so_lieu.txt").write_text("thật", encoding="utf-8")
    with pytest.raises(PhuSongError, match="something else") as refused:
        make_sample(mine, households=HOUSES, recipe=SMALL)
    assert "thư mục khác" in refused.value.text.vi
    assert [p.name for p in tmp_path.iterdir()] == ["cua_toi"]
    before = sha256_by_name(sample.folder)
    (sample.folder / "ket_qua.txt").write_text("cũ", encoding="utf-8")
    make_sample(sample.folder, households=HOUSES, recipe=SMALL)
    assert sha256_by_name(sample.folder) == before
    assert [p.name for p in sample.folder.parent.iterdir()] == [sample.folder.name]


@needs_compiled
def test_an_interrupted_run_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C during any step leaves neither the sample nor its half-written folder."""

    def stop(step: object, share: float) -> None:
        if share > 0.4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_sample(tmp_path / "mau", households=HOUSES, recipe=SMALL, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_too_few_households_are_refused(tmp_path: Path) -> None:
    """Fewer houses than three a village is an error before anything is written."""
    with pytest.raises(PhuSongError, match="households are needed"):
        make_sample(tmp_path / "mau", households=10, recipe=SMALL)
    assert list(tmp_path.iterdir()) == []


def test_names_are_different_and_vietnamese() -> None:
    """Seventy communes have seventy names; no village of a commune has the name of another; diacritics are kept."""
    names = commune_names(70, seed=1)
    assert len({name_key(name) for name in names}) == 70
    assert sum(any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", name)) for name in names) > 60
    commune = np.repeat(np.arange(20), 8)
    villages = list(zip(commune.tolist(), village_names(commune, seed=1), strict=True))
    assert len(set(villages)) == len(villages)


@pytest.mark.parametrize(
    ("old", "new"),
    [("Hoà Thuỷ", "Hòa Thủy"), ("Toàn Quỳ", "Toàn Quỳ"), ("Thuỵ Khuê", "Thụy Khuê"), ("Loà Hoè", "Lòa Hòe")],
)
def test_newer_files_move_the_tone_mark_of_open_vowels_only(old: str, new: str) -> None:
    """hoà becomes hòa; toàn and quỳ stay; both spellings, and NFD, join."""
    assert modern(old) == new
    assert name_key(old) == name_key(new) == name_key(decomposed(old))


def test_whole_parts_add_up() -> None:
    """A total is divided exactly, by weight, with the least each."""
    parts = whole_parts(np.array([1.0, 2.0, 7.0]), 101, least=4)
    assert parts.sum() == 101
    assert parts.tolist() == [13, 22, 66]


def test_shadowing_is_normal_and_alike_nearby() -> None:
    """Standard deviation 1 within 5 %; correlation high at a third of the length and gone at three lengths."""
    random = np.random.default_rng(0)
    x, y = random.uniform(0.0, 80_000.0, (2, 100_000))
    here = normal_field(x, y, correlation_m=120.0, seed=3)
    assert here.std() == pytest.approx(1.0, abs=0.05)
    assert np.corrcoef(here, normal_field(x + 40.0, y, correlation_m=120.0, seed=3))[0, 1] > 0.8
    assert abs(np.corrcoef(here, normal_field(x + 360.0, y, correlation_m=120.0, seed=3))[0, 1]) < 0.1


@needs_compiled
def test_complete_lists_leave_nothing_to_assume(sample: SampleSummary, tmp_path: Path) -> None:
    """With ``complete`` every mast is listed with every value, what is off air says so; houses are the same."""
    whole = make_sample(tmp_path / "du", households=HOUSES, recipe=SMALL, complete=True)
    rows, messy = stations(whole), stations(sample)
    given = ("azimuth_deg", "e_tilt", "m_tilt", "tx_power", "ant_gain_dbi", "feeder_loss_db", "antenna_height_m")
    assert not rows[list(given)].isna().any(axis=None)
    assert messy[[name for name in given if name in messy]].isna().any(axis=None)
    off = {str(m["site_id"]) for m in truth_of_sites(sample) if not m["on_air"]}
    assert set(rows.loc[rows["status"] == "off", "site_id"]) == off
    declared = read(whole, "khai_bao.csv", DECLARATIONS).rows
    assert set(declared["completeness"]) == {"complete"}
    assert (whole.folder / "ho_dan.csv").read_bytes() == (sample.folder / "ho_dan.csv").read_bytes()


@needs_compiled
def test_planned_stations_stand_on_no_network_yet(sample: SampleSummary) -> None:
    """All are of status planned, each with the day it is planned for, and none is among the true masts."""
    planned = read(sample, "tram_ke_hoach.xlsx", STATIONS).rows
    assert set(planned["status"]) == {"planned"}
    assert planned["site_id"].nunique() >= 2
    assert planned["on_air"].notna().all()
    assert not set(planned["site_id"]) & {entry["site_id"] for entry in truth_of_sites(sample)}


@needs_compiled
def test_the_map_layers_are_read_without_a_word(sample: SampleSummary) -> None:
    """Every layer of the study is there, with features, and our reader has nothing to say about it."""
    reading = read_layers(read_study_file(sample.study))
    assert reading.problems == ()
    layers = reading.layers
    assert all(len(getattr(layers, name)) > 0 for name in LAYER_KINDS)
    assert layers.roads is not None
    assert {"car"} < set(layers.roads["road_class"]) < {"car", "motorbike", "trail", "water"}
    assert layers.claims is not None
    assert set(layers.claims["operator"]) == {"viettel", "vinaphone", "mobifone", "vietnamobile"}


@needs_compiled
def test_roads_join_villages_to_their_town(sample: SampleSummary) -> None:
    """Most village centres lie at a road, and power lines reach fewer villages than roads do."""
    layers = read_layers(read_study_file(sample.study)).layers
    villages = read(sample, "thon.xlsx", VILLAGES).rows.dropna(subset=["lon"])
    points = gpd.GeoSeries(gpd.points_from_xy(villages["lon"], villages["lat"]), crs="EPSG:4326").to_crs(9209)
    assert layers.roads is not None
    assert layers.power_lines is not None
    near = points.distance(layers.roads.to_crs(9209).union_all()) < 150.0
    lit = points.distance(layers.power_lines.to_crs(9209).union_all()) < 150.0
    assert near.mean() > 0.8
    assert lit[villages["grid_power"].fillna(True).astype(bool).to_numpy()].mean() > 0.9
    assert lit.mean() <= 1.0


@needs_compiled
def test_operators_claim_more_than_there_is(sample: SampleSummary) -> None:
    """Nearly every house with 4G lies in its operator's claim, and so do many without."""
    claims = read_layers(read_study_file(sample.study)).layers.claims
    assert claims is not None
    truth = pd.read_parquet(sample.folder / "su_that" / "ho_dan_that.parquet")
    claimed_dark = 0
    for operator, areas in claims.groupby("operator"):
        held = shapely.contains_xy(areas.union_all(), truth["lon_deg"], truth["lat_deg"])
        served = truth[f"level_dbm_{operator}_4g"] >= -110.0
        assert held[served].mean() > 0.95
        claimed_dark += int((held & ~served).sum())
    assert claimed_dark > 0
