"""The Đà Nẵng example over the real data beside the project: no terrain is no data, and every packet is counted."""

from __future__ import annotations

import csv
import importlib.util
import json
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from openpyxl import load_workbook
from shapely import box

ROOT = Path(__file__).resolve().parents[1]
POINTS = 6000
"""Estimated points of the test; the study itself takes up to 100,000."""

PERSONS = 3.6
STATES = ["served_households", "unserved_households", "undetermined_households", "no_data_households"]

pytestmark = [pytest.mark.shared, pytest.mark.slow]


def example() -> ModuleType:
    """Return examples/da-nang/prepare.py as a module."""
    spec = importlib.util.spec_from_file_location("prepare_da_nang", ROOT / "examples" / "da-nang" / "prepare.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def results(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the results of the prepared study, with fewer points."""
    from phusong.data import inputs
    from phusong.study import run_study

    folder = tmp_path_factory.mktemp("da-nang")
    study = example().prepare(shared_data, folder / "nghien-cuu")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inputs, "estimate_households", partial(inputs.estimate_households, max_points=POINTS))
        run_study(study, folder / "ket-qua")
    return folder / "ket-qua"


@pytest.fixture(scope="module")
def communes(results: Path) -> gpd.GeoDataFrame:
    return gpd.read_parquet(results / "communes.parquet")


@pytest.fixture(scope="module")
def counts(results: Path) -> dict[str, int]:
    manifest: dict[str, Any] = json.loads((results / "manifest.json").read_text(encoding="utf-8"))
    return dict(manifest["counts"])


@pytest.fixture(scope="module")
def comparison(results: Path) -> pd.DataFrame:
    """Return the rows of the comparison sheet, by group."""
    rows = list(load_workbook(results / "report.xlsx", data_only=True)["Đối chiếu đo"].iter_rows(values_only=True))
    header = next(i for i, row in enumerate(rows) if row[0] == "Nhóm")
    return pd.DataFrame(rows[header + 1 :], columns=list(rows[header])).set_index("Nhóm")


def test_all_communes_are_there_and_only_those_on_the_terrain_have_answers(
    shared_data: Path, communes: gpd.GeoDataFrame
) -> None:
    """94 communes, 26 of them touch the terrain; all households of the other 68 are no data, and no gap theirs."""
    with rasterio.open(shared_data / "da-nang" / "dem_danang_1arcsec.tif") as terrain:
        on_terrain = communes.intersects(box(*terrain.bounds))
    assert len(communes) == 94
    assert on_terrain.sum() == 26
    beyond = communes[~on_terrain]
    assert beyond["households"].sum() > 300_000
    assert (beyond["no_data_households"] == beyond["households"]).all()
    assert (beyond[["gaps", "gap_households"]] == 0).all(axis=None)
    answered = communes["no_data_households"] < communes["households"]
    assert 20 <= answered.sum() <= 26  # some only graze it, far from any house
    assert on_terrain[answered].all()


def test_households_are_the_population_over_the_persons_of_a_household(
    communes: gpd.GeoDataFrame, counts: dict[str, int]
) -> None:
    """Commune by commune, exactly; one commune has no population and so no households; the states add up."""
    known = communes["population"].notna()
    expected = np.round(communes.loc[known, "population"] / PERSONS)
    assert known.sum() == 93
    assert communes.loc[known, "households"].tolist() == expected.tolist()
    assert (communes.loc[~known, "households"] == 0).all()
    assert counts["households"] == expected.sum() == sum(counts[state] for state in STATES)
    assert communes[STATES].sum(axis=1).tolist() == communes["households"].tolist()
    assert min(counts[state] for state in STATES) > 0
    assert counts["served_households"] > 300_000  # the gateways stand in the city


def test_the_thirteen_gateways_stand_with_what_was_assumed(results: Path, counts: dict[str, int]) -> None:
    """Antennas of 15 m that no list gave, technology other."""
    sites = gpd.read_parquet(results / "sites.parquet")
    assert counts["sites"] == len(sites) == 13
    assert set(sites["technologies"]) == {"other"}
    assert set(sites["height_agl_m"]) == {15.0}
    assert (sites["assumed"] > 0).all()


def test_every_reception_is_compared_or_left_out_by_gateway(shared_data: Path, comparison: pd.DataFrame) -> None:
    """8,697 receptions: each gateway that received has its row; those whose gateway stood elsewhere are left out."""
    with (shared_data / "da-nang" / "devices_history_1.csv").open(encoding="utf-8") as file:
        received = pd.Series([row["gateway"] for row in csv.DictReader(file)]).value_counts()
    assert received.sum() == 8697
    done, left = comparison["Số phép đo"], comparison["Số phép đo không so được"]
    assert done["Tất cả"] + left["Tất cả"] == 8697
    gateways = [group.removeprefix("Trạm ") for group in comparison.index if group.startswith("Trạm ")][:-1]
    assert set(gateways) == set(received.index)
    assert done.drop("Tất cả").sum() == done["Tất cả"]
    assert left["Trạm không có trong danh sách"] == left["Tất cả"] == 330
    assert (done.drop(["Tất cả", "Trạm không có trong danh sách"]) > 0).all()


def test_the_comparison_has_numbers_and_claims_no_validation(results: Path, comparison: pd.DataFrame) -> None:
    """Bias, spread and rank correlation for all; a gateway that always reported one level has no rank correlation."""
    everything = comparison.loc["Tất cả"]
    assert 0 < everything["Độ lệch chuẩn, dB"] < 30
    assert abs(everything["Độ lệch trung bình, dB"]) < 60
    assert 0 < everything["Tương quan hạng"] < 1
    assert pd.isna(comparison.loc["Trạm ac1f09fffe0fd63b", "Tương quan hạng"])
    sheet = load_workbook(results / "report.xlsx")["Đối chiếu đo"]
    notes = " ".join(str(cell.value) for (cell,) in sheet["A1:A15"] if cell.value)
    assert "không phải là kiểm định mô hình địa hình" in notes
    assert "lấy giả định 15 m" in notes
    assert "gần như bằng phẳng" in notes


def test_without_household_and_village_lists_the_report_says_so_and_still_ranks_communes(
    results: Path, communes: gpd.GeoDataFrame
) -> None:
    """Households are said to be estimated, no villages "0 of 0", no key "other"; communes are measured first."""
    book = load_workbook(results / "report.xlsx", data_only=True)
    cells = [str(cell) for row in book["Tóm tắt"].iter_rows(values_only=True) for cell in row if cell is not None]
    assert any(cell.startswith("Hộ dân ước tính: dân số chia 3,6 người một hộ") for cell in cells)
    assert any("công nghệ khác ≥ −" in cell for cell in cells)
    assert not any(cell.startswith("Thôn ") for cell in cells)
    rows = list(book["Cần đo trước"].iter_rows(values_only=True))
    header = next(i for i, row in enumerate(rows) if row[0] == "Thứ tự")
    listed = pd.DataFrame(rows[header + 1 : -1], columns=list(rows[header]))
    assert listed["Hộ chưa xác định"].is_monotonic_decreasing
    by_commune = listed.groupby("Mã xã")["Hộ chưa xác định"].sum()
    expected = communes.set_index("commune_code")["undetermined_households"]
    assert by_commune.to_dict() == expected[expected > 0].to_dict()
    assert all(row[rows[header].index("Vì sao chưa xác định")] for row in rows[header + 1 : -1])
