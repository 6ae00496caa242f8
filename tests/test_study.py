"""A study end to end on a small sample province: counts that agree, honest answers, same bytes."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from phusong.data.digests import sha256_of
from phusong.data.store import OutputError
from phusong.errors import (
    BadInputError,
    MissingCrsError,
    MissingFileError,
    PhuSongError,
    StudyError,
    UnreadableFileError,
)
from phusong.study import run_study

TABLES = (
    *("households", "villages", "gaps", "sites", "communes", "proposed_sites", "packages"),
    *("asks", "measure_first"),
)
STATE_COUNTS = ("served_households", "unserved_households", "undetermined_households", "no_data_households")
SAME_BYTES = (".parquet", ".gpkg", ".xlsx", ".docx", ".json", ".html")


def table(results: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(results / f"{name}.parquet")


@pytest.fixture(scope="module")
def manifest(small_results: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((small_results / "manifest.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture
def province(small_province: Path, tmp_path: Path) -> Path:
    """Return a copy of the small province that a test may spoil."""
    return shutil.copytree(small_province, tmp_path / "tinh")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_counts_of_the_manifest_are_those_of_the_tables(small_results: Path, manifest: dict[str, Any]) -> None:
    """Every count, recomputed from the Parquet files, is the manifest's."""
    counts, t = manifest["counts"], {name: table(small_results, name) for name in TABLES}
    households, gaps = t["households"], t["gaps"]
    weight = households["weight"]
    assert counts["household_points"] == len(households) == 2000
    assert counts["households"] == weight.sum() == sum(counts[state] for state in STATE_COUNTS)
    for state in STATE_COUNTS:
        assert counts[state] == weight[households["state"] == state.removesuffix("_households")].sum()
        assert counts[state] == t["communes"][state].sum()
    in_gap = households["gap_id"] != ""
    assert counts["gap_households"] == gaps["households"].sum() == weight[in_gap].sum()
    assert counts["unclustered_households"] == weight[(households["state"] == "unserved") & ~in_gap].sum()
    assert counts["gaps"] == len(gaps) == t["communes"]["gaps"].sum()
    assert counts["villages"] == len(t["villages"])
    assert counts["sites"] == len(t["sites"])
    assert counts["sectors"] == t["sites"]["sectors"].sum()
    assert counts["proposed_sites"] == len(t["proposed_sites"])
    assert counts["packages"] == len(t["packages"])
    assert counts["package_households"] + counts["package_remainder_households"] == counts["gap_households"]
    assert counts["package_households"] == t["packages"]["households"].sum()
    assert counts["gaps"] > 0, "a sample without gaps tests nothing"


def test_questions_and_places_to_measure_hold_every_undetermined_household(
    small_results: Path, manifest: dict[str, Any]
) -> None:
    """Each counts once over the questions and once over the places; nobody's house, no cluster under five, shown."""
    asks, places = table(small_results, "asks"), table(small_results, "measure_first")
    undetermined = manifest["counts"]["undetermined_households"]
    assert undetermined > 0
    assert asks["new_households"].sum() == places["households"].sum() == undetermined
    assert asks["new_households"].is_monotonic_decreasing
    assert (asks["alone_households"] <= asks["households"]).all()
    assert places["households"].is_monotonic_decreasing
    shown = places[places["lon_deg"].notna()]
    assert len(shown) > 3
    assert (shown["households"] >= 5).all()
    assert (shown["near_households"] <= shown["households"]).all()
    houses = table(small_results, "households")
    by_village = houses[houses["state"] == "undetermined"].groupby("village_code")["weight"].sum()
    assert places.groupby("village_code")["households"].sum().to_dict() == by_village.to_dict()
    assert {"list", "values"} <= set(asks["kind"])
    values = asks[asks["kind"] == "values"]
    assert set(values["site_id"]) <= set(table(small_results, "sites")["site_id"])
    assert (values["fields"] != "").all()


def measured_like_the_model(results: Path, less_db: float) -> pd.DataFrame:
    """Return a list of measurements: the level of each house's best 4G operator, some decibels less."""
    houses = table(results, "households")
    heard = houses[(houses["best_technology"] == "4G") & (houses["best_level_dbm"] > -115.0)]
    noise = np.random.default_rng(0).normal(0.0, 3.0, len(heard))
    return pd.DataFrame(
        {
            "Mã phép đo": [f"DO-{k}" for k in range(len(heard))],
            "Kinh độ": heard["lon_deg"],
            "Vĩ độ": heard["lat_deg"],
            "Nhà mạng": heard["best_operator"],
            "Công nghệ": "4G",
            "RSRP (dBm)": (heard["best_level_dbm"] - less_db + noise).round(1),
            "Môi trường đo": "ngoài trời",
        }
    )


def test_a_calibrated_study_corrects_its_levels_and_says_so(
    province: Path, small_results: Path, tmp_path: Path
) -> None:
    """Measured 9 dB under the model: fewer served, levels 9 dB down, and report, manifest and documents name it."""
    measured_like_the_model(small_results, 9.0).to_csv(province / "do_kiem.csv", index=False, encoding="utf-8-sig")
    edit(province / "study.toml", "[packages]", "[radio]\ncalibrate = true\n\n[packages]")
    written = run_study(province / "study.toml", tmp_path / "out")
    calibration: Any = written.manifest["calibration"]
    assert calibration["adopted"] is True
    assert calibration["places"] >= 10
    (offset,) = calibration["offsets"]
    assert offset["technology"] == "4G"
    assert offset["offset_db"] == pytest.approx(-9.0, abs=0.5)
    before, after = (table(folder, "households") for folder in (small_results, tmp_path / "out"))
    best = before["best_level_dbm"].to_numpy() > -115.0
    four = best & (before["best_technology"] == "4G").to_numpy() & (after["best_technology"] == "4G").to_numpy()
    moved = (after["best_level_dbm"] - before["best_level_dbm"])[
        four & (after["best_operator"] == before["best_operator"])
    ]
    assert len(moved) > 100
    assert moved.to_numpy() == pytest.approx(offset["offset_db"], abs=1e-6)
    for state, grows in (("served", False), ("unserved", True)):
        was, now = (t.loc[t["state"] == state, "weight"].sum() for t in (before, after))
        assert (now > was) == grows, state
    book = load_workbook(tmp_path / "out" / "report.xlsx", data_only=True)
    said = " ".join(str(cell.value) for row in book["Hiệu chỉnh"]["A1:A12"] for cell in row)
    assert "Đã hiệu chỉnh: một độ lệch chung" in said
    assert "4G: cộng −" in said
    assert f"đã hiệu chỉnh ({calibration['tests']} phép đo)" in str(book["Tóm tắt"]["A3"].value).replace(".", "")
    ledger: Any = written.manifest["ledger"]
    (entry,) = (row for row in ledger if row["treatment"] == "measured")
    assert entry["source"].startswith("4G: −")
    assert (entry["outdoor_db"], entry["indoor_db"]) == (None, None), "no margin: it is in the level already"
    margins = {str(cell.value) for row in book["Dự trữ tổn hao"].iter_rows() for cell in row}
    assert "Hiệu chỉnh theo đo kiểm" in margins


def test_a_study_that_is_not_calibrated_says_so(small_results: Path, manifest: dict[str, Any]) -> None:
    """Not asked for: no sheet, and the model is called not calibrated."""
    assert manifest["calibration"] == {"asked": False, "adopted": False}
    assert ", not calibrated" in manifest["model"]
    book = load_workbook(small_results / "report.xlsx", data_only=True)
    assert "Hiệu chỉnh" not in book.sheetnames
    assert any("chưa hiệu chỉnh" in str(row[0].value) for row in book["Tóm tắt"]["A1:A6"])


def test_households_of_each_gap_are_its_members(small_results: Path) -> None:
    """Each gap counts the unserved households that name it, and each of them lies inside its polygon."""
    households = table(small_results, "households")
    gaps = gpd.read_parquet(small_results / "gaps.parquet")
    members = households[households["gap_id"] != ""]
    assert set(members["state"]) == {"unserved"}
    assert members.groupby("gap_id")["weight"].sum().to_dict() == gaps.set_index("gap_id")["households"].to_dict()
    points = gpd.GeoSeries(gpd.points_from_xy(members["lon_deg"], members["lat_deg"]), index=members.index)
    areas = gaps.set_index("gap_id").geometry.loc[members["gap_id"]].to_numpy()
    assert np.all(points.within(gpd.GeoSeries(areas, index=members.index)))


def test_duckdb_and_geopackage_hold_the_same_rows(small_results: Path) -> None:
    """The database and the GeoPackage repeat the Parquet tables; the GeoPackage has no household layer."""
    with duckdb.connect(str(small_results / "study.duckdb"), read_only=True) as base:
        for name in TABLES:
            (rows,) = base.execute(f'select count(*) from "{name}"').fetchone() or (None,)
            assert rows == len(table(small_results, name))
    layers = set(gpd.list_layers(small_results / "results.gpkg")["name"])
    assert {"communes", "villages", "gaps", "sites", "proposed_sites"} <= layers
    assert "households" not in layers
    gaps = gpd.read_file(small_results / "results.gpkg", layer="gaps")
    assert gaps["households"].sum() == table(small_results, "gaps")["households"].sum()


def test_the_report_says_the_same_totals(small_results: Path, manifest: dict[str, Any]) -> None:
    """The summary sheet of report.xlsx prints the counts of the manifest."""
    sheet = load_workbook(small_results / "report.xlsx", data_only=True).worksheets[0]
    cells = {cell for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, int | float)}
    for key in ("households", *STATE_COUNTS, "gaps", "gap_households"):
        assert manifest["counts"][key] in cells, key


def test_report_and_manifest_have_one_ledger(small_results: Path, manifest: dict[str, Any]) -> None:
    """The same kinds of loss in the same order, each once, and the sums are the margins that were taken."""
    sheet = load_workbook(small_results / "report.xlsx")["Dự trữ tổn hao"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    top = next(k for k, row in enumerate(cells) if row[0] == "Khoản")
    losses, total = cells[top + 1 : -1], cells[-1]
    ledger = manifest["ledger"]
    assert len({row["key"] for row in ledger}) == len(ledger) == len(losses)
    assert [row[2] for row in losses] == [row["outdoor_db"] for row in ledger]
    assert [row[3] for row in losses] == [row["indoor_db"] for row in ledger]
    assert sum(manifest["profile"]["margins_outdoor_db"].values()) == sum(row[2] or 0.0 for row in losses)
    assert total[0] == "Tổng cộng"
    assert manifest["model"].endswith(next(row["source"] for row in ledger if row["key"] == "clutter"))


def test_each_gap_is_in_one_draft_package_or_in_none(small_results: Path) -> None:
    """Only gaps ready for a tender enter the draft; households of packages and of the rest are those of all gaps."""
    packages, gaps = table(small_results, "packages"), table(small_results, "gaps")
    drafted = [gap_id for ids in packages["gap_ids"] for gap_id in ids.split(", ")]
    assert len(drafted) == len(set(drafted))
    ready = gaps.set_index("gap_id").loc[drafted]
    assert ready["tender"].all()
    assert (ready["gates"] == "").all()
    assert ready["households"].sum() == packages["households"].sum()
    counts = json.loads((small_results / "manifest.json").read_text(encoding="utf-8"))["counts"]
    assert counts["package_households"] + counts["package_remainder_households"] == gaps["households"].sum()


def test_no_household_point_is_in_a_file_to_hand_out(small_results: Path) -> None:
    """Household keys and positions appear in households.parquet and study.duckdb only."""
    key = table(small_results, "households")["household_key"].iloc[0].encode()
    for path in small_results.rglob("*"):
        if path.is_file() and path.name not in ("households.parquet", "study.duckdb"):
            assert key not in path.read_bytes(), path.name


def test_the_same_study_gives_the_same_bytes(
    small_province: Path, small_results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second run of the same day writes the same bytes, but for the DuckDB file and the seconds in the manifest."""
    dated = date.fromisoformat(json.loads((small_results / "manifest.json").read_text(encoding="utf-8"))["dated"])
    monkeypatch.setattr("phusong.study.date", SimpleNamespace(today=lambda: dated))  # midnight may lie between the two
    edited = shutil.copytree(small_province, tmp_path / "tinh")
    run_study(edited / "study.toml", tmp_path / "lai")
    files = [p for p in small_results.rglob("*") if p.suffix in SAME_BYTES and p.name != "manifest.json"]
    assert len(files) > 10
    for path in files:
        assert sha256_of(path) == sha256_of(tmp_path / "lai" / path.relative_to(small_results)), path.name


def test_a_missing_list_makes_answers_undetermined(province: Path, small_results: Path, tmp_path: Path) -> None:
    """Without one operator's list, changed households are undetermined; no village is called dark."""
    edit(province / "study.toml", '"tram_viettel.xlsx", ', "")
    run_study(province / "study.toml", tmp_path / "out")
    before = table(small_results, "households").set_index("household_key")["state"].astype(str)
    after = table(tmp_path / "out", "households").set_index("household_key")["state"].astype(str)
    changed = before[before != after]
    assert len(changed) > 0
    assert set(after[changed.index]) == {"undetermined"}
    assert set(after) <= {"served", "undetermined"}
    assert "white" not in set(table(tmp_path / "out", "villages")["village_class"])


def test_without_boundaries_nothing_is_checked_and_it_says_so(
    province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A study without commune boundaries runs, and the manifest says that points were not checked."""
    monkeypatch.setenv("PHUSONG_HOME", str(tmp_path / "home"))
    edit(province / "study.toml", 'communes = "ranh_gioi.gpkg"\n', "")
    written = run_study(province / "study.toml", tmp_path / "out")
    assert written.manifest["boundaries_checked"] is False
    counts: Any = written.manifest["counts"]
    assert counts["households"] == sum(counts[state] for state in STATE_COUNTS)


def test_an_interrupted_run_leaves_the_old_results(
    province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while writing keeps the earlier results whole and nothing beside them."""
    out = tmp_path / "out"
    run_study(province / "study.toml", out)
    before = sha256_of(out / "gaps.parquet")

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("phusong.study.write.write_map", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_study(province / "study.toml", out)
    assert sha256_of(out / "gaps.parquet") == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith("out")] == ["out"]


def test_a_foreign_folder_is_never_written_over(province: Path, tmp_path: Path) -> None:
    """A results folder that holds something else is refused before anything is read."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "luan-van.docx").write_bytes(b"mine")
    with pytest.raises(OutputError):
        run_study(province / "study.toml", out)
    assert (out / "luan-van.docx").read_bytes() == b"mine"


def spoil_missing(province: Path) -> None:
    (province / "thon.xlsx").unlink()


def spoil_study(province: Path) -> None:
    edit(province / "study.toml", "simulated = true", 'simulated = "có"')


def spoil_terrain(province: Path) -> None:
    for tile in (province / "terrain").iterdir():
        tile.write_bytes(tile.read_bytes()[:200])


def spoil_crs(province: Path) -> None:
    areas = gpd.read_file(province / "ranh_gioi.gpkg")
    areas.set_crs(None, allow_override=True).to_parquet(province / "ranh_gioi.parquet")
    edit(province / "study.toml", "ranh_gioi.gpkg", "ranh_gioi.parquet")


def spoil_empty(province: Path) -> None:
    (province / "ho_dan.csv").write_text("", encoding="utf-8")


def spoil_abroad(province: Path) -> None:
    houses = pd.read_csv(province / "ho_dan.csv", dtype=str, encoding="utf-8-sig")
    lon, lat = (next(c for c in houses if word in c) for word in ("Kinh độ", "Vĩ độ"))
    houses.loc[:4, [lon, lat]] = "2.35", "48.85"
    houses.to_csv(province / "ho_dan.csv", index=False, encoding="utf-8-sig")


def spoil_station(province: Path) -> None:
    book = load_workbook(province / "tram_viettel.xlsx")
    sheet = book.worksheets[0]
    header = next(row for row in sheet.iter_rows(max_row=10) if any("Kinh độ" in str(cell.value) for cell in row))
    lon = next(cell for cell in header if "Kinh độ" in str(cell.value))
    sheet.cell(lon.row + 1, lon.column).value = 109.5
    book.save(province / "tram_viettel.xlsx")


@pytest.mark.parametrize(
    ("spoil", "error", "word"),
    [
        (spoil_missing, MissingFileError, "thon.xlsx"),
        (spoil_study, StudyError, "simulated"),
        (spoil_terrain, UnreadableFileError, ".tif"),
        (spoil_crs, MissingCrsError, "ranh_gioi"),
        (spoil_empty, PhuSongError, "ho_dan.csv"),
        (spoil_abroad, BadInputError, "ngoài Việt Nam"),
        (spoil_station, BadInputError, "ngoài biển"),
    ],
)
def test_bad_input_gets_one_clear_message(
    province: Path, tmp_path: Path, spoil: Any, error: type[PhuSongError], word: str
) -> None:
    """Each spoilt input ends as our own error that names what is wrong, and nothing is written."""
    spoil(province)
    with pytest.raises(error) as caught:
        run_study(province / "study.toml", tmp_path / "out")
    assert word in caught.value.text.vi
    assert not (tmp_path / "out").exists()
