"""Packages of a small province end to end: every household once, sums that close, versions, refusals, same bytes."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import rasterio
import shapely
from tenders_.set_pieces import NUMBERS, forms, metre_forms, pieces

from phusong.cli.packages import app, award_of
from phusong.data.crs import from_vn2000, to_vn2000
from phusong.data.digests import sha256_by_name, sha256_of
from phusong.data.money import money_sum
from phusong.data.sample import make_sample, read_recipe
from phusong.data.store import OutputError, write_parquet
from phusong.errors import MissingFileError, PhuSongError, StudyError, UnknownNameError
from phusong.study import run_study
from phusong.study.packaging import make_packages
from phusong.study.packaging_freeze import MadePackages
from phusong.study.packaging_moves import move_item
from phusong.study.packaging_record import read_record
from phusong.study.packaging_rows import areas_of, served_by
from phusong.study.packaging_selection import Asking, package_chosen
from phusong.study.planning import Goal, plan_study
from phusong.tenders.documents import make_set
from phusong.tenders.package.versions import MAPS, read_version, version_folder, versions
from phusong.words import Text

DAY = date(2026, 11, 22)
HALVED = '[settings]\nlot_max_value_vnd = "{}"\n'


@dataclass(frozen=True)
class Province:
    """A study with its results and plan."""

    study: Path
    results: Path
    plan: Path

    def make(self, out: Path, **more: Any) -> MadePackages:
        """Make packages of it."""
        return make_packages(self.study, results=self.results, plan=self.plan, out=out, frozen_on=DAY, **more)

    def copy(self, folder: Path) -> Province:
        """Return a copy to write into."""
        for path in (self.study.parent, self.results, self.plan):
            shutil.copytree(path, folder / path.name)
        return Province(folder / "tinh/study.toml", folder / "ket-qua", folder / "ke-hoach")

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the plan or of the results."""
        folder = self.plan if name.startswith("plan_") else self.results
        return pd.read_parquet(folder / f"{name}.parquet")


def edit(folder: Path, name: str, table: pd.DataFrame) -> None:
    """Write a table of results anew, and its digest: as if the run had found that."""
    write_parquet(folder / f"{name}.parquet", table)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"][f"{name}.parquet"] = sha256_of(folder / f"{name}.parquet")
    path.write_text(json.dumps(manifest), encoding="utf-8")


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Province:
    """A province in which every gap but one may enter: read it, never write into it."""
    home = tmp_path_factory.mktemp("province")
    study = home / "tinh/study.toml"
    make_sample(study.parent, households=5000, recipe=read_recipe().scaled(0.2))
    run_study(study, home / "ket-qua")
    plan_study(study, home / "ke-hoach", Goal(budget_vnd=15e9))
    gaps = gpd.read_parquet(home / "ket-qua/gaps.parquet").assign(tender=True, gates="", route="fund")
    gaps.loc[gaps.index[-1], "tender"] = False
    edit(home / "ket-qua", "gaps", gaps)
    return Province(study, home / "ket-qua", home / "ke-hoach")


@pytest.fixture(scope="module")
def settings(province: Province, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Options under which a package has room for one site."""
    path = tmp_path_factory.mktemp("settings") / "goi-thau.toml"
    dearest = province.table("plan_sites")["cost_vnd"].max()
    path.write_text(HALVED.format(round(1.05 * dearest)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(province: Province, settings: Path, tmp_path_factory: pytest.TempPathFactory) -> MadePackages:
    return province.make(tmp_path_factory.mktemp("packages") / "goi-thau", settings=settings)


@pytest.mark.slow
def test_each_household_is_in_one_package_or_in_the_remainder(province: Province, made: MadePackages) -> None:
    """Gap by gap, and in sum those of the results."""
    inside = [(area.gap_id, area.households) for package in made.packages for area in package.areas]
    outside = [(one.gap_id, one.households) for one in made.division.remainder]
    gaps = province.table("gaps")
    assert sorted(inside + outside) == sorted(zip(gaps["gap_id"], gaps["households"], strict=True))
    assert len(made.packages) > 1
    assert outside
    assert all(one.reason.vi for one in made.division.remainder)


@pytest.mark.slow
def test_sums_of_a_package_close(province: Province, made: MadePackages) -> None:
    """Areas, sites and cost lines; what is left has a reason; sites of all packages have the plan's costs."""
    costs = province.table("plan_sites").set_index("option_id")
    seen: Counter[str] = Counter()
    for package in made.packages:
        seen.update(site.option_id for site in package.sites)
        for area in package.areas:
            assert area.planned_households + area.left_households == area.households
            assert bool(area.left_because.vi) == bool(area.left_households)
        for site in package.sites:
            lines = [line.amount for line in package.costs if line.site_id == site.site_id]
            assert money_sum(lines) == site.cost
            assert site.cost.middle == costs.loc[site.option_id, "cost_vnd"]
        assert package.cost == money_sum(line.amount for line in package.costs)
        assert sum(village.households for village in package.villages) == sum(
            v.served_households + v.unserved_households + v.undetermined_households + v.no_data_households
            for v in package.villages
        )
        assert {a.village_code for a in package.areas if a.village_code} == {v.village_code for v in package.villages}
    assert set(seen.values()) == {1}
    everywhere = sum(site.households for package in made.packages for site in package.sites)
    own = {area.gap_id for package in made.packages for area in package.areas}
    served = province.table("plan_served")
    in_lots = served["option_id"].isin(set(seen)) & served["gap_id"].isin(own)
    assert everywhere == served.loc[in_lots, "households"].sum()
    assert everywhere == sum(package.planned_households for package in made.packages)


@pytest.mark.slow
def test_ids_and_coordinates_agree(province: Province, made: MadePackages) -> None:
    """Sites are numbered in the order of the plan and unique; VN-2000 and WGS84 are the same place."""
    order = province.table("plan_sites").set_index("option_id")["order"]
    sites = [site for package in made.packages for site in package.sites]
    assert len({site.site_id for site in sites}) == len(sites)
    places = [area.place for package in made.packages for area in package.areas]
    for site in sites:
        assert site.site_id == f"TC-99-{order[site.option_id]:03d}"
        assert site.gap_ids
        places.append(site.place)
    places += [v.place for package in made.packages for v in package.villages if v.place is not None]
    for place in places:
        lon, lat = from_vn2000([place.vn2000_northing_m], [place.vn2000_easting_m], place.vn2000_epsg)
        assert (float(lon[0]), float(lat[0])) == pytest.approx((place.lon_deg, place.lat_deg), abs=2e-6)
    for package in made.packages:
        own = {site.site_id for site in package.sites}
        for area in package.areas:
            assert set(area.site_ids) == {s.site_id for s in package.sites if area.gap_id in s.gap_ids} <= own


@pytest.mark.slow
def test_the_map_data_cover_the_package_and_tell_no_household_or_station(
    province: Province, made: MadePackages
) -> None:
    """Levels at every area; layers of communes, areas, new sites and roads, with no other column or point."""
    households = {
        (round(x, 5), round(y, 5)) for x, y in province.table("households")[["lon_deg", "lat_deg"]].to_numpy()
    }
    for package in made.packages:
        maps = version_folder(made.folder / package.package_code, package.version) / MAPS
        assert {f.name: f.sha256 for f in package.map_files} == {p.name: sha256_of(p) for p in maps.iterdir()}
        with rasterio.open(maps / "expected.tif") as file:
            today, planned, _ = file.read()
            assert "DATE" not in file.tags()
            assert file.descriptions == ("level_today_dbm", "level_with_plan_dbm", "elevation_m")
            for area in package.areas:
                row, col = file.index(area.place.lon_deg, area.place.lat_deg)
                assert today[row, col] != file.nodata
                assert planned[row, col] >= today[row, col]
        layers = set(gpd.list_layers(maps / "base.gpkg")["name"]) - {"layer_styles"}
        assert {"communes", "areas", "roads"} <= layers <= {"communes", "areas", "sites", "roads"}
        for name in layers:
            layer = gpd.read_file(maps / "base.gpkg", layer=name)
            assert not any("household_key" in str(c) or "level" in str(c) for c in layer.columns)
            corners = shapely.get_coordinates(layer.geometry[layer.geom_type == "Point"])
            assert not households & {(round(x, 5), round(y, 5)) for x, y in corners}


@pytest.mark.slow
def test_the_same_inputs_give_the_same_bytes(province: Province, settings: Path, made: MadePackages) -> None:
    """Every file but the record, which names where it was made from; and again onto itself nothing is new."""
    other = made.folder.parent / "again"
    province.make(other, settings=settings)
    before = sha256_by_name(made.folder)
    assert sha256_by_name(other) == before
    again = province.make(made.folder, settings=settings)
    assert again.made == ()
    assert set(again.unchanged) == {package.package_code for package in made.packages}
    assert sha256_by_name(made.folder) == before


@pytest.mark.slow
def test_a_package_that_changed_gets_a_new_version_with_its_reason(
    province: Province, settings: Path, made: MadePackages, tmp_path: Path
) -> None:
    """The old stays byte for byte, the new says what it follows, why, and what changed; others are left alone."""
    own = province.copy(tmp_path)
    out = shutil.copytree(made.folder, tmp_path / "goi-thau")
    (out / made.packages[0].package_code / "v1/ho-so").mkdir()
    kept = {name: digest for name, digest in sha256_by_name(out).items() if "/v1/" in name}
    gap_id = made.packages[0].areas[0].gap_id
    gaps = gpd.read_parquet(own.results / "gaps.parquet")
    gaps.loc[gaps["gap_id"] == gap_id, "grid_power"] = "no"
    edit(own.results, "gaps", gaps)
    with pytest.raises(PhuSongError, match="--because"):
        own.make(out, settings=settings)
    assert sha256_by_name(out).items() >= kept.items()
    again = own.make(out, settings=settings, because="xã xác nhận chưa có điện lưới")
    assert again.made == (made.packages[0].package_code,)
    home = out / again.made[0]
    assert versions(home) == (1, 2)
    newer = read_version(home)
    assert newer.previous_digest == read_record(made.folder).packages[0].sha256
    assert newer.because == "xã xác nhận chưa có điện lưới"
    assert ("điện lưới", gap_id, "không") in {(c.what.vi, c.code, c.after) for c in newer.changes}
    now = sha256_by_name(out)
    assert {name: now[name] for name in kept} == kept
    first = read_record(out).packages[0]
    assert (first.package_code, first.version) == (home.name, 2)


@pytest.mark.slow
def test_an_area_moved_by_hand_moves_with_its_site(
    made: MadePackages, province: Province, settings: Path, tmp_path: Path
) -> None:
    """A dry run changes nothing; a move keeps every household once, is told, and stands against dividing again."""
    own = province.copy(tmp_path)
    out = shutil.copytree(made.folder, tmp_path / "goi-thau")
    shutil.copytree(settings.parent, tmp_path / "tuy-chon")
    own.make(out, settings=tmp_path / "tuy-chon" / settings.name)
    before = sha256_by_name(out)
    lot = made.division.lots[0]
    unit = made.division.units_in(lot)[0]
    tried = move_item(out, unit.gap_ids[0], None, because="thử", dry_run=True)
    assert tried.made is None
    assert tried.effects
    assert sha256_by_name(out) == before
    with pytest.raises(PhuSongError, match="--because"):
        move_item(out, unit.gap_ids[0], None, because="")
    moved = move_item(out, unit.gap_ids[0], None, because="chờ xã khảo sát lại", frozen_on=DAY)
    assert moved.made is not None
    inside = sum(package.households for package in moved.made.packages)
    outside = sum(one.households for one in moved.made.division.remainder)
    assert inside + outside == province.table("gaps")["households"].sum()
    assert unit.gap_ids[0] in {one.gap_id for one in moved.made.division.remainder}
    assert read_record(out).moves[0].because == "chờ xã khảo sát lại"
    with pytest.raises(PhuSongError, match="--afresh"):
        own.make(out, settings=settings)
    back = own.make(out, settings=settings, because="chia lại", afresh=True)
    assert read_record(out).moves == ()
    assert sum(p.households for p in back.packages) == sum(p.households for p in made.packages)


@pytest.mark.slow
def test_inputs_that_changed_and_foreign_plans_are_refused(province: Province, tmp_path: Path) -> None:
    """One sentence that names the file; nothing is written."""
    own = province.copy(tmp_path)
    stations = own.study.parent / "tram_viettel.xlsx"
    stations.write_bytes(stations.read_bytes() + b" ")
    with pytest.raises(StudyError, match=r"tram_viettel\.xlsx"):
        own.make(tmp_path / "goi-thau")
    shutil.copy2(province.study.parent / stations.name, stations)
    plan = gpd.read_parquet(own.plan / "plan_gaps.parquet")
    edit(own.plan, "plan_gaps", plan.assign(households=plan["households"] + 1))
    with pytest.raises(StudyError, match="LS-"):
        own.make(tmp_path / "goi-thau")
    write_parquet(own.plan / "plan_gaps.parquet", plan.assign(households=0))
    with pytest.raises(StudyError, match=r"plan_gaps\.parquet"):
        own.make(tmp_path / "goi-thau")
    edit(own.plan, "plan_gaps", plan)
    manifest = own.results / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    content = json.loads(text)
    content["profile"]["thresholds_dbm"]["4G"] = -100.0
    manifest.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(StudyError, match="thresholds"):
        own.make(tmp_path / "goi-thau")
    manifest.write_text(text, encoding="utf-8")
    (own.plan / "plan_served.parquet").unlink()
    with pytest.raises(StudyError, match="plan_served"):
        own.make(tmp_path / "goi-thau")
    with pytest.raises(StudyError, match="ke-hoach"):
        make_packages(own.study, results=own.plan, plan=own.plan, out=tmp_path / "goi-thau")
    with pytest.raises(MissingFileError):
        make_packages(own.study, results=tmp_path / "nothing", plan=own.plan, out=tmp_path / "goi-thau")
    assert not (tmp_path / "goi-thau").exists()


def test_households_of_a_site_in_no_package_are_left_with_that_reason() -> None:
    """They do not count as planned: nobody is asked to build that site. Their area names only the package's sites."""
    row = {
        "gap_id": "LS-1", "households": 20, "commune_code": "1", "village_name": "Thôn 1", "unserved_low": 15,
        "unserved_high": 22, "population": float("nan"), "lon_deg": 105.4, "lat_deg": 18.9, "vn2000_epsg": 9209,
        "vn2000_northing_m": 1.0, "vn2000_easting_m": 2.0, "central_meridian": "105°00′", "level_dbm_viettel_4g": -118,
        "level_dbm_mobifone_2g": float("nan"), "grid_power": None, "geometry": shapely.box(105.4, 18.9, 105.41, 18.91),
    }  # fmt: skip
    plan = {
        "gap_id": "LS-1",
        "left_households": 2,
        "left_because_vi": "không phương án",
        "left_because_en": "no option",
    }
    gone = {"gap_id": "LS-2", "option_id": "X", "households": 9}
    served = [{"gap_id": "LS-1", "option_id": name, "households": n} for name, n in (("A", 11), ("B", 4), ("C", 3))]
    findings = pd.DataFrame([{"target": "gap", "service": "data", "gap_id": "LS-1", "finding": "unserved"}])
    sources: Any = SimpleNamespace(
        gaps=pd.DataFrame([row]),
        plan_gaps=pd.DataFrame([plan]),
        served=pd.DataFrame([gone, *served]),
        plan_sites=pd.DataFrame({"option_id": ["A", "B", "C", "X"]}),
        findings=findings,
        study=SimpleNamespace(profile=SimpleNamespace(main_service=SimpleNamespace(key="data"))),
    )
    ids = {"A": "TC-01-001", "B": "TC-01-002", "C": "TC-01-003", "X": "TC-01-004"}
    in_lots = frozenset({"TC-01-001", "TC-01-002"})
    (area,) = areas_of(sources, ["LS-1"], served_by(sources, ids, in_lots), frozenset({"TC-01-001"}))
    assert (area.planned_households, area.left_households) == (15, 5)
    assert area.left_because.vi == "không phương án; 3 hộ do trạm TC-01-003 phủ, trạm này không thuộc gói thầu nào"
    assert area.site_ids == ("TC-01-001",)
    assert (area.population, area.grid_power, area.best_level_dbm) == (None, "unknown", None)
    assert [(one.operator, one.technology, one.level_dbm) for one in area.levels] == [
        ("mobifone", "2G", None),
        ("viettel", "4G", -118.0),
    ]


class Stopped:
    """Progress of somebody who presses Ctrl-C while packages are frozen."""

    def step(self, title: Text, number: int, of: int) -> None:
        """Press in the last step, when packages are there."""
        if number == of:
            raise KeyboardInterrupt

    def share(self, done: float) -> None:
        """Go on."""


@pytest.mark.slow
def test_a_stopped_run_leaves_what_was_there(
    province: Province, settings: Path, made: MadePackages, tmp_path: Path
) -> None:
    """Nothing where nothing was; the folder as it was where there was one."""
    with pytest.raises(KeyboardInterrupt):
        province.make(tmp_path / "moi", settings=settings, progress=Stopped())
    assert list(tmp_path.iterdir()) == []
    out = shutil.copytree(made.folder, tmp_path / "goi-thau")
    before = sha256_by_name(out)
    with pytest.raises(KeyboardInterrupt):
        province.make(out, settings=settings, because="đổi", approver="Nguyễn Văn A", progress=Stopped())
    assert sha256_by_name(out) == before
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.slow
def test_where_nothing_may_enter_the_remainder_says_why(province: Province, tmp_path: Path) -> None:
    """No package, every gap in the remainder with its reason, the list of what is missing written."""
    found = province.make(tmp_path / "goi-thau", routes=("satellite",))
    assert found.packages == ()
    assert len(found.division.remainder) == len(province.table("gaps"))
    assert (found.folder / "lots.xlsx").is_file()
    with pytest.raises(UnknownNameError):
        province.make(tmp_path / "khac", routes=("moon",))


@pytest.mark.slow
def test_other_folders_are_left_alone(province: Province, tmp_path: Path) -> None:
    """A folder with something else in it is not written into."""
    (tmp_path / "a.txt").write_text("của tôi", encoding="utf-8")
    with pytest.raises(OutputError):
        province.make(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    def call(*arguments: object) -> str:
        app([str(one) for one in arguments], standalone_mode=False)
        return capsys.readouterr().out

    return call


@pytest.mark.slow
def test_the_commands_make_list_move_and_compare(
    province: Province, made: MadePackages, settings: Path, tmp_path: Path, run: Any
) -> None:
    """From the officer's words: packages, their list, a move tried, a document of what changed."""
    out = tmp_path / "goi-thau"
    asked = ("--results", province.results, "--plan", province.plan, "--out", out, "--settings", settings)
    first = run("make", province.study, *asked, "--award", "dat-hang", "--date", "22/11/2026", "--quiet")
    assert first == ""
    code = made.packages[0].package_code
    assert read_version(out / code).award == "order"
    said = run("make", province.study, *asked, "--date", "2026-11-22", "--because", "đấu thầu", "--json")
    assert [one["version"] for one in json.loads(said.splitlines()[-1])["packages"]] == [2] * len(made.packages)
    listed = json.loads(run("list", out, "--json"))["packages"]
    assert Counter(one["current"] for one in listed) == {True: len(made.packages), False: len(made.packages)}
    gap_id = made.packages[0].areas[0].gap_id
    assert "hộ" in run("move", out, gap_id, "--to", "", "--because", "thử", "--dry-run")
    document = tmp_path / "thay-doi.docx"
    assert "cách giao" in " ".join(change.what.vi for change in read_version(out / code).changes)
    run("difference", out / code, "--out", document)
    assert document.stat().st_size > 1000
    with pytest.raises(MissingFileError, match="9"):
        run("difference", out / code, "--from", 9, "--to", 2, "--out", document)


def test_the_settings_file_is_written_once(tmp_path: Path, run: Any) -> None:
    """A file of the same name is left alone."""
    path = tmp_path / "tuy-chon.toml"
    run("settings", "--out", path, "--quiet")
    assert "[investor]" in path.read_text(encoding="utf-8")
    with pytest.raises(UnknownNameError, match="tuy-chon"):
        run("settings", "--out", path)


def test_awards_have_the_names_of_officers() -> None:
    """And their keys; anything else is refused with what is allowed."""
    assert [award_of(name) for name in ("dau-thau", "order", "giao-nhiem-vu")] == ["tender", "order", "assignment"]
    with pytest.raises(UnknownNameError, match="dat-hang"):
        award_of("đấu giá")


@pytest.mark.slow
def test_no_house_and_no_standing_station_is_in_the_set_of_a_province(
    province: Province, made: MadePackages, tmp_path: Path
) -> None:
    """Every household and every station of the study, in WGS84 and VN-2000, in every file of a set, atlas included."""
    code = max(made.packages, key=lambda package: len(package.areas)).package_code
    version = shutil.copytree(version_folder(made.folder / code, 1), tmp_path / "v1")
    folder = make_set(version, pdf=False).folder
    written = {path.name: set(NUMBERS.findall("\n".join(pieces(path)))) for path in folder.iterdir()}
    everywhere = set().union(*written.values())
    epsg = made.packages[0].areas[0].place.vn2000_epsg
    for name in ("households", "sites"):
        table = province.table(name)
        north, east = to_vn2000(table["lon_deg"].to_numpy(), table["lat_deg"].to_numpy(), epsg)
        places = zip(table["lon_deg"], table["lat_deg"], east, north, strict=True)
        for lon_deg, lat_deg, easting_m, northing_m in places:
            pairs = [*forms(lon_deg, lat_deg), *metre_forms(easting_m, northing_m)]
            suspects = [pair for pair in pairs if everywhere.issuperset(pair)]
            assert not [file for file, numbers in written.items() for pair in suspects if numbers.issuperset(pair)]


@pytest.mark.slow
def test_chosen_areas_are_a_package_like_any_other(province: Province, tmp_path: Path, run: Any) -> None:
    """One unit is chosen, then a second: one package each, sums those of the plan, everything else waits by name."""
    out, asking = tmp_path / "goi-thau", Asking(study=province.study, results=province.results, plan=province.plan)
    units = province.make(tmp_path / "chia").division.units
    first = package_chosen(out, [units[0].gap_ids[0]], asking, because="xa nhất", frozen_on=DAY)
    (package,) = first.packages
    assert {area.gap_id for area in package.areas} == set(units[0].gap_ids)
    assert package.cost.middle == province.table("plan_sites").set_index("option_id").loc[units[0].unit_id, "cost_vnd"]
    inside, outside = set(units[0].gap_ids), {one.gap_id for one in first.division.remainder}
    assert inside | outside == set(province.table("gaps")["gap_id"])
    assert not inside & outside
    second = package_chosen(out, [units[1].unit_id], asking, because="làm tiếp", frozen_on=DAY)
    assert [one.package_code for one in second.packages] == ["GT-99-Q-01", "GT-99-Q-02"]
    assert second.made == ("GT-99-Q-02",)
    assert second.packages[0] == package
    assert [one.item for one in read_record(out).moves] == [units[0].unit_id, units[1].unit_id]
    with pytest.raises(PhuSongError, match="afresh"):
        province.make(out, because="chia lại")
    folders = ("--results", province.results, "--plan", province.plan, "--out", tmp_path / "lenh", "--quiet")
    told = run("select", province.study, units[1].gap_ids[0], *folders, "--because", "gần trường", "--json")
    (listed,) = json.loads(told.splitlines()[-1])["packages"]
    assert (listed["code"], listed["new"]) == ("GT-99-Q-01", True)
    lacking = province.table("gaps").loc[lambda gaps: ~gaps["tender"], "gap_id"].iloc[0]
    with pytest.raises(PhuSongError, match=lacking):
        run("select", province.study, lacking, *folders, "--because", "thử")
    with pytest.raises(PhuSongError, match="Say why"):
        package_chosen(out, [units[0].unit_id], asking, because="")
