"""The annex workbook: every total equals the snapshot's, coordinates are exact, the bytes are those of the snapshot."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

import openpyxl
import pytest
from tenders_.made_snapshot import made_snapshot

from phusong.tenders.annex import write_annex
from phusong.tenders.snapshot import Level
from phusong.tenders.wording import levels_text

SHEETS = [
    "Phụ lục I – Danh sách khu vực",
    "Phụ lục II – Số hộ cần phủ",
    "Phụ lục III – Trạm tham chiếu",
    "Nguồn gốc số liệu",
]


@pytest.fixture(scope="module")
def snapshot():
    return made_snapshot()


@pytest.fixture(scope="module")
def annex(snapshot, tmp_path_factory):
    path = tmp_path_factory.mktemp("annex") / "a.xlsx"
    write_annex(path, snapshot)
    return path


def table(path, sheet):
    """Return the header row and the rows below it as dictionaries, stored values of formulas included."""
    rows = list(openpyxl.load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True))
    header = next(i for i, row in enumerate(rows) if row[0] in ("STT", "Mục"))
    return [dict(zip(rows[header], row, strict=True)) for row in rows[header + 1 :]]


def lines(rows, label_column, label):
    return [row for row in rows if row[label_column] == label]


def test_the_sheets_stand_in_order(annex):
    """Three annexes and the origin of the numbers."""
    assert openpyxl.load_workbook(annex).sheetnames == SHEETS


@pytest.mark.parametrize(("sheet", "label_column"), [(SHEETS[0], "Mã khu vực"), (SHEETS[1], "Thôn, bản")])
def test_every_total_of_households_equals_the_snapshot(annex, snapshot, sheet, label_column):
    """Rows, commune subtotals and package total agree with the frozen rows, in both annexes."""
    rows = table(annex, sheet)
    by_commune = defaultdict(int)
    for area in snapshot.areas:
        by_commune[area.commune_name] += area.households
    subtotals = {r["Xã, phường, đặc khu"]: r["Số hộ cần phủ"] for r in lines(rows, label_column, "Cộng")}
    assert subtotals == by_commune
    (whole,) = lines(rows, label_column, "Tổng cộng")
    assert whole["Số hộ cần phủ"] == snapshot.households
    assert whole["Dân số (ước tính)"] == snapshot.population
    assert sum(r["Số hộ cần phủ"] for r in rows if r["STT"]) == snapshot.households


def test_the_households_gained_agree(annex, snapshot):
    """Annex III adds up its sites."""
    rows = table(annex, SHEETS[2])
    (whole,) = lines(rows, "Mã vị trí", "Tổng cộng")
    assert whole["Số hộ phủ thêm (dự báo)"] == sum(site.households_gained for site in snapshot.sites)
    assert len([r for r in rows if r["STT"]]) == len(snapshot.sites)


def test_formulas_cover_exactly_their_rows(annex):
    """The total's SUBTOTAL spans all rows of the table and is not filtered out with them."""
    sheet = openpyxl.load_workbook(annex)[SHEETS[0]]
    last = sheet.max_row - 1
    header = next(row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value == "STT")
    first = header + 1
    assert sheet.cell(sheet.max_row, 6).value == f"=SUBTOTAL(9,F{first}:F{last})"
    assert sheet.auto_filter.ref == f"A{header}:P{last}"


def test_positions_are_numbers_to_the_metre_and_better(annex, snapshot):
    """Six decimals of a degree, VN-2000 X is north and Y is east, with the central meridian beside them."""
    row = next(r for r in table(annex, SHEETS[0]) if r["Mã khu vực"] == snapshot.areas[0].gap_id)
    area = snapshot.areas[0]
    assert (row["Vĩ độ (WGS84)"], row["Kinh độ (WGS84)"]) == (area.lat_deg, area.lon_deg)
    assert (row["X (Bắc) VN-2000, m"], row["Y (Đông) VN-2000, m"]) == (area.vn2000_northing_m, area.vn2000_easting_m)
    assert row["Kinh tuyến trục"] == "105°30′"
    sheet = openpyxl.load_workbook(annex)[SHEETS[0]]
    assert sheet.cell(sheet.max_row - 3, 9).number_format == "[$-42A]0.000000"


def test_levels_below_the_floor_are_said_not_left_empty(annex):
    """An operator that cannot be heard is named."""
    assert "MobiFone: dưới mức tính" in table(annex, SHEETS[0])[0]["Mức thu dự báo theo nhà mạng, dBm"]


def test_levels_are_those_of_the_service_asked_for_an_operator_a_line(annex, snapshot):
    """2G is in the snapshot but no part of mobile data; a row stays as tall as there are operators."""
    assert any(level.technology == "2G" for level in snapshot.areas[0].levels)
    for row in (row for row in table(annex, SHEETS[0]) if row["STT"]):
        lines = row["Mức thu dự báo theo nhà mạng, dBm"].split("\n")
        assert sorted(line.split(":")[0] for line in lines) == ["MobiFone", "Viettel", "VinaPhone"]
        assert all("2G" not in line for line in lines)


def test_the_level_of_one_technology_stands_beside_that_of_the_other(snapshot):
    """An operator heard by 4G alone says so of its 5G."""
    levels = (Level(operator="viettel", technology="5G", level_dbm=None),
              Level(operator="viettel", technology="4G", level_dbm=-127.6))  # fmt: skip
    area = replace(snapshot.areas[0], levels=levels)
    assert levels_text(area, ["4G", "5G"], "vi") == "Viettel: 4G −128; 5G dưới mức tính"
    assert levels_text(area, ["4G"], "en") == "Viettel: 4G −128"
    unnamed = replace(area, levels=(Level(operator="itel", technology="other", level_dbm=-97.0),))
    assert levels_text(unnamed, ["other"], "vi") == "itel: công nghệ khác −97"


def test_the_origin_names_digest_thresholds_and_inputs(annex, snapshot):
    """What is not verified says so."""
    items = {row["Mục"]: row["Nội dung"] for row in table(annex, SHEETS[3])}
    assert items["Mã kiểm tra của bản chốt (SHA-256)"] == snapshot.digest
    assert items["Ngưỡng mức thu"] == "4G ≥ −110 dBm; 5G ≥ −110 dBm (chưa xác minh)"
    assert items["Dữ liệu vào: danh sách trạm (09/2026)"].startswith("tram_bts.xlsx")


@pytest.mark.parametrize(("estimated", "said"), [(True, "ước tính: dân số chia 4,3"), (False, "theo danh sách hộ dân")])
def test_the_origin_says_whether_households_are_estimated(tmp_path, estimated, said):
    """A count from a list and an estimate do not look alike."""
    write_annex(tmp_path / "a.xlsx", made_snapshot(5, estimated=estimated))
    (content,) = (row["Nội dung"] for row in table(tmp_path / "a.xlsx", SHEETS[3]) if row["Mục"] == "Số hộ dân")
    assert content.startswith(said)


@pytest.mark.parametrize("simulated", [True, False])
def test_simulated_data_are_said_on_every_sheet(tmp_path, simulated):
    """And nothing is said where data are real."""
    write_annex(tmp_path / "a.xlsx", made_snapshot(5, simulated=simulated))
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    said = [any("MÔ PHỎNG" in str(row[0]) for row in sheet.iter_rows(max_row=3, values_only=True)) for sheet in book]
    assert said == [simulated] * 4


def test_the_same_snapshot_gives_the_same_bytes(tmp_path, snapshot, annex):
    """Written twice; and a different snapshot differs."""
    write_annex(tmp_path / "b.xlsx", made_snapshot())
    write_annex(tmp_path / "c.xlsx", made_snapshot(59))
    assert (tmp_path / "b.xlsx").read_bytes() == annex.read_bytes()
    assert (tmp_path / "c.xlsx").read_bytes() != annex.read_bytes()


def test_an_english_annex_has_no_vietnamese_labels(tmp_path, snapshot):
    """Headers, sheet names and decimals are English; names of places stay."""
    write_annex(tmp_path / "a.xlsx", snapshot, language="en")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Annex I – Areas"]
    text = " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    assert "Households needing coverage" in text
    assert "Số hộ" not in text
    origin = openpyxl.load_workbook(tmp_path / "a.xlsx")["Origin of the numbers"]
    contents = {row[0]: row[1] for row in origin.iter_rows(values_only=True)}
    assert contents["Source of the profile"] == snapshot.provenance.profile_source.en
    assert "assumption" in contents["Building loss"]
    assert re.search(r"\d\.\d km", text)
    assert not re.search(r"\d,\d km", text)


def test_a_package_without_sites_still_has_its_third_annex(tmp_path):
    """The sheet says that there are no rows."""
    write_annex(tmp_path / "a.xlsx", made_snapshot(1))
    assert table(tmp_path / "a.xlsx", SHEETS[2])[0]["STT"] == "Không có dòng nào."
