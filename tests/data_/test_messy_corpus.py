"""Workbooks as provinces send them read right, each with its problems and no others."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest
from messy.cases import CASES

from phusong.data.lists import read_list
from phusong.data.mapping import HeaderMapping, MappedColumn
from phusong.data.names import tidy
from phusong.data.schemas import VILLAGES

_OURS = ("layout.", "header.", "personal.")
_BASELINE = ("header.missing",)
"""What is said of the clean workbook too: columns a list is asked for and may leave out."""


def _params():
    for case in CASES:
        marks = [getattr(pytest.mark, case.needs)] if case.needs else []
        yield pytest.param(case, id=case.name, marks=marks)


def test_the_corpus_is_large_and_named_once():
    """At least 40 workbooks, each with its own name."""
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) >= 40


@pytest.mark.parametrize("case", list(_params()))
def test_a_messy_workbook_reads_right(case, tmp_path, monkeypatch, require):
    """The rows are those of the clean table; every expected problem is said, no other error, nothing else of layout."""
    if case.needs == "libreoffice":
        found = shutil.which("soffice") or shutil.which("libreoffice")
        require("libreoffice", found is not None, "LibreOffice")
    monkeypatch.setenv("PHUSONG_HOME", str(tmp_path / "home"))
    checked = read_list(case.make(tmp_path), case.schema, case.territory)
    said = {(p.level, p.row, name) for p in checked.problems for name in (p.code, p.column, "") if name is not None}
    assert case.problems <= said
    rows_to_blame = {(level, row) for level, row, _ in case.problems}
    others = [
        problem.line("vi")
        for problem in checked.problems
        if (problem.level, problem.row) not in rows_to_blame
        and (problem.level == "error" or problem.code.startswith(_OURS))
        and problem.code not in _BASELINE
    ]
    assert others == []
    rows = checked.rows[list(case.rows.columns)]
    degrees = ["lon", "lat"]
    given = [name for name in case.rows if name not in degrees]
    pd.testing.assert_frame_equal(rows[given], case.rows[given], check_dtype=False)
    for name in set(degrees) & set(case.rows):
        assert rows[name].to_numpy() == pytest.approx(case.rows[name].to_numpy(), abs=case.within_deg)


@pytest.mark.shared
def test_the_real_table_of_populations_reads_right_as_a_list_too(shared_data, tmp_path):
    """3,321 communes under headers of programs; 66 without a population, four with a thousands comma."""
    path = shared_data / "vn-admin/communes_population_area_2025-07-17.csv"
    columns = {"tenhc": "village_name", "ma": "commune_code", "dansonguoi": "population", "kinhdo": "lon"}
    mapping = HeaderMapping(list_name="villages", columns=tuple(map(MappedColumn, columns, columns.values())))
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    checked = read_list(path, VILLAGES, mapping=mapping)
    said = {problem.row for problem in checked.problems if problem.level == "error" and problem.row is not None}
    kept = table.drop(index=[row - 2 for row in said]).reset_index(drop=True)
    assert len(table) == 3321 and len(checked.rows) + len(said) == 3321
    assert checked.rows["village_name"].tolist() == list(map(tidy, kept["tenhc"]))
    known = ~kept["dansonguoi"].str.contains("cập nhật").to_numpy()
    assert checked.rows["population"].notna().tolist() == known.tolist()
    numbers = kept["dansonguoi"][known].str.replace(",", "").astype(float)
    assert checked.rows["population"][known].tolist() == numbers.tolist()


@pytest.mark.shared
def test_the_real_list_of_codes_reads_right(shared_data):
    """Names, codes that lost their leading zeros and positions of the 3,321 units, under English headers."""
    path = shared_data / "vn-admin/communes_gso_code_location_2025.csv"
    columns = {"ward": "village_name", "wardCode": "commune_code", "wardLat": "lat", "wardLon": "lon"}
    mapping = HeaderMapping(list_name="villages", columns=tuple(map(MappedColumn, columns, columns.values())))
    table = pd.read_csv(path, dtype=str)
    checked = read_list(path, VILLAGES, mapping=mapping)
    assert [problem.line("vi") for problem in checked.problems if problem.level == "error"] == []
    assert checked.rows["commune_code"].tolist() == table["wardCode"].str.zfill(5).tolist()
    assert checked.rows["lon"].tolist() == table["wardLon"].astype(float).tolist()
    repaired = [problem for problem in checked.problems if problem.level == "repair" and problem.column == "wardCode"]
    assert len(repaired) >= (table["wardCode"].str.len() < 5).sum() > 0
