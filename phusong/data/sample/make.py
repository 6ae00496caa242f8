"""Make the sample province: every file a real province would hand in, and the hidden truth it was drawn from."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.coverage.terrain import Terrain
from phusong.data.profiles import read_profile
from phusong.data.sample import around
from phusong.data.sample.as_sent import write_as_sent
from phusong.data.sample.communes import (
    PROVINCE_CODE,
    PROVINCE_NAME,
    commune_polygons,
    write_communes,
    write_layer,
)
from phusong.data.sample.invented import commune_names, modern, village_names
from phusong.data.sample.land import Land, settle
from phusong.data.sample.lists import HouseholdList, Place, household_list, named, village_list
from phusong.data.sample.masts import Mast, network_of, raise_masts
from phusong.data.sample.people import Houses, Villages, build_houses, found_villages
from phusong.data.sample.plans import planned_stations
from phusong.data.sample.recipe import Frame, Recipe, read_recipe
from phusong.data.sample.relief import carve
from phusong.data.sample.reports import (
    SERVED_DBM,
    declarations,
    gap_list,
    measured_places,
    measurement_list,
)
from phusong.data.sample.sheets import write_csv, write_workbook
from phusong.data.sample.station_lists import VN2000_EPSG, station_tables
from phusong.data.sample.surface import surface
from phusong.data.sample.tiles import write_tiles
from phusong.data.sample.truth import DATA, Levels, household_truth, true_levels, write_truth
from phusong.data.sample.ways import rivers, ways
from phusong.data.schemas.declarations import DECLARATIONS
from phusong.data.schemas.gaps import GAPS
from phusong.data.schemas.households import HOUSEHOLDS
from phusong.data.schemas.measurements import MEASUREMENTS
from phusong.data.schemas.stations import STATIONS
from phusong.data.schemas.villages import VILLAGES
from phusong.data.store import whole_folder
from phusong.errors import PhuSongError
from phusong.words import Text, number

Progress = Callable[[Text, float], None]

PROFILE = "vn-default"
STATION_FILES = {
    "viettel": "tram_viettel.xlsx",
    "vinaphone": "tram_vinaphone.xlsx",
    "mobifone": "tram_mobifone.xlsx",
    "vietnamobile": "tram_vietnamobile.xlsx",
    "neighbours": "tram_tinh_lan_can.xlsx",
    "planned": "tram_ke_hoach.xlsx",
}
MAP_LAYERS = {
    "roads": "duong.gpkg",
    "rivers": "song_suoi.gpkg",
    "power_lines": "luoi_dien.gpkg",
    "fibre": "cap_quang.gpkg",
    "constraints": "vung_han_che.gpkg",
    "places": "dia_diem.gpkg",
    "claims": "vung_phu_cong_bo.gpkg",
}
OWN_HEADERS = {
    "vinaphone": {"site_id": "Mã BTS", "antenna_height_m": "Độ cao treo anten", "azimuth_deg": "Góc phương vị"},
    "mobifone": {"northing": "Toạ độ X", "easting": "Toạ độ Y", "central_meridian": "KTT"},
    "neighbours": {"operator": "Doanh nghiệp", "antenna_height_m": "Chiều cao anten", "status": "Tình trạng"},
}
"""Headers in which a list differs from the template."""

STEPS = {
    "land": Text("Tạo địa hình", "Making the terrain"),
    "people": Text("Lập xã, thôn và hộ dân", "Settling communes, villages and households"),
    "masts": Text("Dựng trạm phát sóng", "Raising the masts"),
    "truth": Text("Tính sóng thật tại từng hộ", "Working out the true signal at each house"),
    "files": Text("Ghi các tệp", "Writing the files"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSummary:
    """What was made; ``served_percent`` is the true share of households with 4G or 5G outdoors."""

    folder: Path
    study: Path
    communes: int
    villages: int
    household_points: int
    households: int
    sites: int
    neighbour_sites: int
    measurements: int
    reported_gaps: int
    served_percent: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _World:
    """The province as it truly is."""

    recipe: Recipe
    seed: int
    frame: Frame
    terrain: Terrain
    land: Land
    villages: Villages
    houses: Houses
    masts: list[Mast]
    place: Place
    polygons: NDArray[Any]
    rivers: gpd.GeoDataFrame
    listed: HouseholdList


def make_sample(
    out: Path,
    *,
    seed: int = 1,
    households: int | None = None,
    recipe: Recipe | None = None,
    complete: bool = False,
    progress: Progress | None = None,
) -> SampleSummary:
    """Write a simulated province into a folder.

    Parameters
    ----------
    out
        Folder to make. An older sample there is replaced once the new one is complete; anything else is left alone.
    seed
        The same seed, recipe and number of households give the same bytes.
    households
        Household points; the recipe's number where not given.
    recipe
        Sizes and shares; ``sample.toml`` beside this file where not given.
    complete
        Station lists that leave nothing out: every mast, every value, which are off air. All else is the same.
    progress
        Called with the step and the share done of the whole.

    Returns
    -------
    summary
        Counts, and where study.toml is.

    Raises
    ------
    PhuSongError
        The folder holds something that is not an older sample, or the number of households is too small.
    """
    recipe = recipe or read_recipe()
    if households is not None:
        recipe = replace(recipe, households=households)
    _check(recipe)
    with whole_folder(out, is_ours=_is_sample) as folder:
        summary = _make(folder, recipe, seed, complete, progress or (lambda step, share: None))
    return replace(summary, folder=out, study=out / "study.toml")


def _check(recipe: Recipe) -> None:
    if recipe.households < 3 * recipe.villages:
        least = 3 * recipe.villages
        raise PhuSongError(
            Text(
                f"Số hộ phải từ {number(least)} trở lên để mỗi thôn có hộ, nhận được {number(recipe.households)}.",
                f"At least {number(least, 'en')} households are needed, got {number(recipe.households, 'en')}.",
            )
        )


def _is_sample(folder: Path) -> bool:
    """Say whether a folder is a sample made before."""
    try:
        study = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
    return study.get("study", {}).get("simulated") is True


def _make(folder: Path, recipe: Recipe, seed: int, complete: bool, progress: Progress) -> SampleSummary:
    world = _world(recipe, seed, progress)
    if complete:
        world = replace(world, masts=[replace(m, listed=True) for m in world.masts])
    codes = world.place.commune_codes
    network = network_of(world.masts, world.frame, codes)
    profile = read_profile(PROFILE)
    lon, lat = world.frame.lonlat(world.houses.x_m, world.houses.y_m)
    progress(STEPS["truth"], 0.45)
    levels = true_levels(
        network, world.terrain, lon, lat, profile, world.frame, recipe, seed,
        progress=lambda share: progress(STEPS["truth"], 0.45 + 0.35 * share),
    )  # fmt: skip
    x, y, village = measured_places(world.villages, world.land, recipe, seed)
    heard = true_levels(
        network, world.terrain, *world.frame.lonlat(x, y), profile, world.frame, recipe, seed,
        technologies=("2G", "3G", *DATA),
    )  # fmt: skip
    progress(STEPS["files"], 0.82)
    village_table = village_list(world.villages, world.listed, world.houses, world.place, world.frame, recipe, seed)
    gaps = gap_list(
        world.houses, world.villages, world.listed, levels, world.masts, world.place, village_table, world.frame, seed
    )
    measured = measurement_list(x, y, village, heard, world.villages, world.place, world.frame, seed)
    _write_lists(folder, world, village_table, gaps, measured, complete)
    _write_plans(folder, world, levels)
    _write_layers(folder, world, levels)
    write_tiles(folder / "terrain", world.terrain)
    listed_x, listed_y = world.frame.xy(world.listed.lon_deg, world.listed.lat_deg)
    shift_m = np.hypot(listed_x - world.houses.x_m, listed_y - world.houses.y_m)
    keys = world.listed.table["household_key"].tolist()
    truth = household_truth(keys, lon, lat, shift_m, levels)
    write_truth(folder / "su_that", world.masts, truth, world.frame, recipe, seed)
    _write_study(folder, seed)
    progress(STEPS["files"], 1.0)
    return _summary(folder, world, len(measured), len(gaps), levels.best()[0] >= SERVED_DBM)


def _world(recipe: Recipe, seed: int, progress: Progress) -> _World:
    progress(STEPS["land"], 0.0)
    frame = recipe.frame(1)
    relief = carve(recipe, seed)
    terrain = surface(relief, recipe, seed)
    progress(STEPS["people"], 0.30)
    land = settle(relief, recipe, seed)
    villages = found_villages(relief, land, recipe, seed)
    houses = build_houses(villages, relief, land, seed)
    names = commune_names(recipe.communes, seed)
    place = named(villages, land, names, village_names(villages.commune, seed), seed)
    polygons = commune_polygons(land, seed)
    listed = household_list(houses, villages, place, polygons, frame, recipe, seed)
    progress(STEPS["masts"], 0.42)
    return _World(
        recipe=recipe,
        seed=seed,
        frame=frame,
        terrain=terrain,
        land=land,
        villages=villages,
        houses=houses,
        masts=raise_masts(villages, land, terrain, frame, recipe, seed),
        place=place,
        polygons=polygons,
        rivers=rivers(relief, land, place, seed),
        listed=listed,
    )


def _write_lists(
    folder: Path, world: _World, village_table: pd.DataFrame, gaps: pd.DataFrame, measured: pd.DataFrame, complete: bool
) -> None:
    place = world.place
    people = np.bincount(
        world.villages.commune[world.houses.village], weights=world.listed.persons, minlength=len(place.commune_codes)
    ).astype(np.int64)
    names = [modern(name) for name in place.commune_names]
    write_communes(folder / "ranh_gioi.gpkg", world.polygons, place.commune_codes, names, place.commune_kinds, people)
    write_csv(folder / "ho_dan.csv", world.listed.table, HOUSEHOLDS)
    title = "DANH SÁCH THÔN, BẢN TỈNH MẪU"
    write_workbook(folder / "thon.xlsx", village_table, VILLAGES, title, total=("households", "population"))
    tables = station_tables(world.masts, place, world.frame, world.recipe, world.seed, complete=complete)
    for key, table in tables.items():
        title = f"DANH SÁCH TRẠM THU PHÁT SÓNG – {STATION_FILES[key].removesuffix('.xlsx').upper()}"
        write_workbook(
            folder / STATION_FILES[key], table, STATIONS, title, headers=None if complete else OWN_HEADERS.get(key)
        )
    write_csv(folder / "khai_bao.csv", declarations(world.masts, place), DECLARATIONS)
    write_csv(folder / "do_kiem.csv", measured, MEASUREMENTS)
    title = "DANH SÁCH THÔN, KHU VỰC TRẮNG SÓNG, LÕM SÓNG TỈNH MẪU – ĐỢT 2/2026"
    write_workbook(folder / "danh_sach_lom_song.xlsx", gaps, GAPS, title)
    write_as_sent(folder / "bieu_xa_gui.xlsx", gaps)


def _write_plans(folder: Path, world: _World, levels: Levels) -> None:
    table = planned_stations(world.villages, world.houses, levels, world.place, world.frame, world.recipe, world.seed)
    title = "DANH SÁCH TRẠM DOANH NGHIỆP DỰ KIẾN XÂY DỰNG NĂM 2027"
    write_workbook(folder / STATION_FILES["planned"], table, STATIONS, title)


def _write_layers(folder: Path, world: _World, levels: Levels) -> None:
    villages, land, place, seed = world.villages, world.land, world.place, world.seed
    lines = ways(villages, land, place, seed)
    layers = {
        "roads": lines.roads,
        "rivers": world.rivers,
        "power_lines": lines.power_lines,
        "fibre": lines.fibre,
        "constraints": around.constraints(land, villages, seed),
        "places": around.places(villages, land, place, seed),
        "claims": around.claims(world.houses, levels, world.masts, land, seed),
    }
    for name, layer in layers.items():
        write_layer(folder / MAP_LAYERS[name], layer, name)


def _write_study(folder: Path, seed: int) -> None:
    stations = ", ".join(f'"{name}"' for name in STATION_FILES.values())
    layers = "\n".join(f'{name} = "{file}"' for name, file in MAP_LAYERS.items())
    study = f"""# Tỉnh mẫu: dữ liệu mô phỏng, không phải số liệu thật.
# Sample province: simulated data, nothing of it is real.
[study]
name = "Tỉnh Mẫu – dữ liệu mô phỏng"
province_code = "{PROVINCE_CODE}"
province_name = "{PROVINCE_NAME}"
profile = "{PROFILE}"
simulated = true
seed = {seed}
vn2000_epsg = {VN2000_EPSG}

[inputs]
communes = "ranh_gioi.gpkg"
villages = "thon.xlsx"
households = "ho_dan.csv"
stations = [{stations}]
declarations = "khai_bao.csv"
terrain = "terrain"
terrain_kind = "dsm"
measurements = "do_kiem.csv"
reported_gaps = "danh_sach_lom_song.xlsx"
{layers}

[packages]
max_households = 1500
max_sites = 12
"""
    (folder / "study.toml").write_text(study, encoding="utf-8", newline="\n")
    (folder / "goi-thau.toml").write_text(PACKAGE_SETTINGS, encoding="utf-8", newline="\n")
    (folder / "README.txt").write_text(README, encoding="utf-8", newline="\n")


def _summary(folder: Path, world: _World, measurements: int, gaps: int, served: NDArray[np.bool_]) -> SampleSummary:
    weight = world.listed.weight
    return SampleSummary(
        folder=folder,
        study=folder / "study.toml",
        communes=len(world.place.commune_codes),
        villages=len(world.villages.cell),
        household_points=len(weight),
        households=int(weight.sum()),
        sites=sum(m.listed and m.commune >= 0 for m in world.masts),
        neighbour_sites=sum(m.commune < 0 for m in world.masts),
        measurements=measurements,
        reported_gaps=gaps,
        served_percent=round(100.0 * float(weight[served].sum()) / float(weight.sum()), 2),
    )


PACKAGE_SETTINGS = """# Tuỳ chọn của gói thầu: phusong packages settings ghi ra mọi mục.
# Options of the packages: phusong packages settings writes them all.
[settings]
lot_max_value_vnd = 12000000000
"""
"""A cap that divides the sample's few ready areas into more than one package."""

README = """DỮ LIỆU MÔ PHỎNG – SIMULATED DATA

Tỉnh này không có thật. Địa hình, xã, thôn, hộ dân, trạm và kết quả đo đều do phần mềm Phủ Sóng tạo ra
(phusong sample) để học và thử; không dùng trong hồ sơ nào.
This province does not exist. Terrain, communes, villages, households, stations and measurements were all made by
Phủ Sóng (phusong sample) for learning and testing; nothing of it belongs in any document.

ranh_gioi.gpkg            ranh giới xã, phường / commune boundaries (layer communes)
thon.xlsx                 danh sách thôn / villages
ho_dan.csv                danh sách toạ độ hộ dân / households
tram_*.xlsx               danh sách trạm của từng nhà mạng và tỉnh lân cận, trạm kế hoạch / station lists
khai_bao.csv              khai báo mức đầy đủ của danh sách trạm / completeness declarations
terrain/                  mô hình bề mặt 1″ (DSM) / surface model, 1 arc second
do_kiem.csv               kết quả đo / measurements
danh_sach_lom_song.xlsx   danh sách trắng sóng, lõm sóng của tỉnh / the province's own gap list
duong.gpkg                đường giao thông / roads
song_suoi.gpkg            sông, suối / rivers
luoi_dien.gpkg            lưới điện / power lines
cap_quang.gpkg            cáp quang / fibre
vung_han_che.gpkg         rừng phòng hộ, đất quốc phòng, di tích / land constraints
dia_diem.gpkg             trường, trạm y tế, đồn biên phòng, UBND xã / places
vung_phu_cong_bo.gpkg     vùng phủ do nhà mạng công bố / coverage operators claim
bieu_xa_gui.xlsx          biểu các xã gửi, có lỗi để tập kiểm tra / as communes send it, to practise on
study.toml                cấu hình nghiên cứu: phusong run study.toml / the study
goi-thau.toml             tuỳ chọn chia gói: phusong packages make … --settings goi-thau.toml / options of the packages
su_that/                  SỰ THẬT ẨN dùng để chấm kết quả, tỉnh thật không có / the hidden truth, for checking only
"""
