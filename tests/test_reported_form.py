"""A study's gaps in the fields of the province's gap list: only what the study knows."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from made_forms import foreign_form

from phusong.data.filled_forms import fill_form
from phusong.data.lists import read_list
from phusong.data.schemas import GAPS
from phusong.data.templates import write_list
from phusong.errors import MissingFileError
from phusong.study.reported_form import gap_rows_of_study


@pytest.fixture(scope="module")
def rows(small_results: Path) -> pd.DataFrame:
    return gap_rows_of_study(small_results)


def test_every_gap_of_a_study_is_a_row_and_no_household_counts_twice(small_results: Path, rows: pd.DataFrame) -> None:
    """Unserved households add up to those of the gaps; where one stands for its village, the village's are behind."""
    gaps = pd.read_parquet(small_results / "gaps.parquet")
    villages = pd.read_parquet(small_results / "villages.parquet").set_index("village_code")
    assert list(rows.columns) == [field.name for field in GAPS.fields]
    assert sorted(rows["gap_id"]) == sorted(gaps["gap_id"])
    assert rows["households_unserved"].sum() == gaps["households"].sum() > 0
    assert (rows["households_total"] >= rows["households_unserved"]).all()
    for row, code in zip(rows.to_dict("records"), gaps["village_code"], strict=True):
        if row["target_type"] == "village":
            assert row["households_total"] == villages.loc[code, "households"]
            assert row["population"] == villages.loc[code, "population"]


def test_what_a_study_does_not_know_stays_silent(rows: pd.DataFrame) -> None:
    """No road, no reporter, no round; a signal is "none" or nothing, and of incomplete lists nothing."""
    for name in ("road_access", "reporter", "reported_on", "batch", "province_priority", "rsrp_dbm"):
        assert rows[name].isna().all()
    assert set(rows["sig_viettel_4g"].dropna()) <= {"none", ""}
    assert rows["sig_vietnamobile_4g"].isna().all(), "its list is declared partial in the sample"
    assert (rows["source"] == "modelled").all()


def test_the_rows_fill_a_ministrys_form_and_the_template_alike(rows: pd.DataFrame, tmp_path: Path) -> None:
    """Under a foreign header, and read back from our own template without an error."""
    form = foreign_form(tmp_path / "bieu.xlsx")
    filled = fill_form(form, rows, GAPS, tmp_path / "ra.xlsx", province_code="99")
    sheet = openpyxl.load_workbook(tmp_path / "ra.xlsx")["Phụ lục 2"]
    assert [sheet.cell(8 + i, 3).value for i in range(len(rows))] == list(rows["village_name"])
    assert "Tổng số hộ" in filled.filled
    write_list(GAPS, rows, tmp_path / "mau.xlsx")
    checked = read_list(tmp_path / "mau.xlsx", GAPS)
    assert [p.line("vi") for p in checked.problems if p.level == "error"] == []
    assert len(checked.rows) == len(rows)


def test_a_folder_without_results_is_said_to_be_none(tmp_path: Path) -> None:
    """One sentence, with the file that is missing."""
    with pytest.raises(MissingFileError, match=r"gaps\.parquet"):
        gap_rows_of_study(tmp_path)
