"""The workbooks of a set: sums close, stored values are the formulas' own, nothing private, the same bytes twice."""

from __future__ import annotations

import shutil
import subprocess
from collections import defaultdict
from dataclasses import replace

import openpyxl
import pytest
from tenders_.made_package import made_package

from phusong.data.money import money_sum
from phusong.tenders.package.values import Award
from phusong.tenders.parts import Making, part
from phusong.tenders.sheets import WRITERS

KEYS = tuple(WRITERS)
ANNEXES = ("areas", "households", "sites", "costs")


@pytest.fixture(scope="module")
def package():
    return made_package(30, told={"package_price": "28.700.000.000", "investor": "Sở Khoa học và Công nghệ"})


@pytest.fixture(scope="module")
def folder(package, tmp_path_factory):
    path = tmp_path_factory.mktemp("sheets")
    written(path, package)
    return path


def written(folder, package, language="vi", keys=KEYS):
    for key in keys:
        WRITERS[key](folder / f"{key}.xlsx", package, Making(language=language, maps=folder))


def table(path, sheet, first="STT"):
    """Return the header and the rows under it as dictionaries, stored values of formulas included."""
    rows = list(openpyxl.load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True))
    header = next(i for i, row in enumerate(rows) if row[0] == first)
    return [dict(zip(rows[header], row, strict=True)) for row in rows[header + 1 :]]


def all_text(path):
    book = openpyxl.load_workbook(path)
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)


def test_every_workbook_of_the_room_is_a_part_of_a_set():
    """Keys are those of the table of parts, all of them .xlsx."""
    assert all(part(key).suffix == "xlsx" for key in KEYS)


def test_households_close_in_annex_one(folder, package):
    """Rows, sums of communes, package total and the sheet of sums say what the package says."""
    rows = table(folder / "areas.xlsx", "Phụ lục I – Danh sách")
    by_commune = defaultdict(int)
    for area in package.areas:
        by_commune[area.commune_name] += area.households
    sums = {r["Xã, phường, đặc khu"]: r["Số hộ cần phủ"] for r in rows if r["Mã khu vực"] == "Cộng"}
    assert sums == by_commune
    assert rows[-1]["Số hộ cần phủ"] == package.households
    assert rows[-1]["Dân số (ước tính)"] == package.population
    communes = table(folder / "areas.xlsx", "Tổng hợp theo xã")
    assert {r["Xã, phường, đặc khu"]: r["Số hộ cần phủ"] for r in communes[:-1]} == by_commune
    assert [r["Đối chiếu"] for r in communes] == ["khớp"] * len(communes)


def test_households_close_in_annex_two(folder, package):
    """Every village's states add up; need is what is served after plus what is left."""
    rows = table(folder / "households.xlsx", "Phụ lục II – Số hộ")
    for row in (row for row in rows if row["STT"]):
        states = ("Hộ đã có sóng", "Hộ chưa có sóng", "Hộ chưa xác định, cần đo", "Hộ không có dữ liệu")
        assert row["Tổng số hộ của thôn"] == sum(row[key] for key in states)
        assert row["Hộ cần phủ trong gói"] == row["Hộ được phủ sau đầu tư (dự báo)"] + row["Hộ chưa phủ được"]
        assert row["Kiểm tra tổng"] == "đúng"
        assert bool(row["Lý do chưa phủ được"]) == bool(row["Hộ chưa phủ được"])
    assert rows[-1]["Hộ cần phủ trong gói"] == package.households
    assert rows[-1]["Hộ được phủ sau đầu tư (dự báo)"] == package.planned_households
    assert rows[-1]["Hộ chưa phủ được"] == package.left_households


def test_costs_close_by_line_by_site_and_in_all(folder, package):
    """Lines of a site add up to its cost, sites to the package's, at all three ends."""
    lines = table(folder / "costs.xlsx", "Phụ lục VI – Khái toán", "Mã vị trí")
    ends = (("thấp", "low"), ("giữa", "middle"), ("cao", "high"))
    for word, end in ends:
        assert lines[-1][f"Thành tiền, {word}, đồng"] == getattr(package.cost, end)
    by_site = {s.site_id: s.cost for s in package.sites}
    for row in table(folder / "costs.xlsx", "Tổng hợp theo trạm", "Mã vị trí")[:-1]:
        assert row["Cộng, giữa, đồng"] == by_site[row["Mã vị trí"]].middle
        assert row["Đầu tư (giữa), đồng"] + row["Vận hành (giữa), đồng"] == row["Cộng, giữa, đồng"]
    assert money_sum(by_site.values()) == package.cost


def test_sites_gain_what_the_package_says(folder, package):
    """Annex III adds up the gains of all sites."""
    rows = table(folder / "sites.xlsx", "Phụ lục III – Trạm tham chiếu")
    assert rows[-1]["Số hộ phủ thêm (dự báo)"] == sum(site.households for site in package.sites)
    assert len([row for row in rows if row["STT"]]) == len(package.sites)


@pytest.mark.parametrize("kind", ["upgrade", "share"])
def test_the_place_of_a_standing_mast_is_in_no_workbook(tmp_path, kind):
    """An upgraded or shared mast is named; its coordinates are not, in any form."""
    package = made_package(9)
    site = replace(package.sites[0], kind=kind, host_site_id="VTL123", ground_m=777.0)
    package = replace(package, sites=(site, *package.sites[1:]))
    written(tmp_path, package)
    place = site.place
    told = (f"{place.lon_deg:.6f}", f"{place.lat_deg:.6f}", str(place.vn2000_northing_m), str(place.vn2000_easting_m))
    for key in KEYS:
        text = all_text(tmp_path / f"{key}.xlsx")
        assert not [one for one in told if one in text], key
    assert "theo cột hiện có" in all_text(tmp_path / "sites.xlsx")


def test_areas_of_few_households_stand_together_at_no_place(tmp_path):
    """Two areas of 2 and 3 households in one village are one row without position or reason; sums close."""
    package = made_package(12)
    first = package.areas[0]
    small = tuple(
        replace(area, households=n, planned_households=n, left_households=0, village_code=first.village_code,
                village_name=first.village_name, commune_code=first.commune_code, commune_name=first.commune_name)
        for area, n in zip(package.areas[:2], (2, 3), strict=True)
    )  # fmt: skip
    package = replace(package, areas=(*small, *package.areas[2:]))
    written(tmp_path, package)
    row = next(
        r for r in table(tmp_path / "areas.xlsx", "Phụ lục I – Danh sách") if r["STT"] and ";" in r["Mã khu vực"]
    )
    assert row["Số hộ cần phủ"] == 5
    assert row["Nguyên nhân"] is None and row["Kinh độ (WGS84)"] is None
    for key in KEYS:
        text = all_text(tmp_path / f"{key}.xlsx")
        assert not [a.gap_id for a in small if f"{a.place.lon_deg:.6f}" in text or str(a.place.lat_deg) in text], key
    assert table(tmp_path / "areas.xlsx", "Phụ lục I – Danh sách")[-1]["Số hộ cần phủ"] == package.households


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("simulated", [True, False])
def test_simulated_data_are_said_on_every_visible_sheet(tmp_path, key, simulated):
    """And nothing is said where data are real."""
    written(tmp_path, made_package(6, simulated=simulated), keys=[key])
    book = openpyxl.load_workbook(tmp_path / f"{key}.xlsx")
    visible = [sheet for sheet in book if sheet.sheet_state == "visible"]
    said = [any("MÔ PHỎNG" in str(row[0]) for row in sheet.iter_rows(max_row=3, values_only=True)) for sheet in visible]
    assert said == [simulated] * len(visible)


@pytest.mark.parametrize("key", KEYS)
def test_the_same_package_gives_the_same_bytes(tmp_path, key):
    """Written twice; another package differs."""
    made = [made_package(6), made_package(6), made_package(7)]
    bytes_of = []
    for package in made:
        written(tmp_path, package, keys=[key])
        bytes_of.append((tmp_path / f"{key}.xlsx").read_bytes())
    assert bytes_of[0] == bytes_of[1] != bytes_of[2]


@pytest.mark.parametrize("key", KEYS)
def test_english_workbooks_hold_no_vietnamese_label(tmp_path, key):
    """Headers and notes are English; names of places and settings' own words aside."""
    written(tmp_path, made_package(6), "en", [key])
    text = all_text(tmp_path / f"{key}.xlsx")
    assert not [word for word in ("Tổng cộng", "Số hộ", "chủ đầu tư điền", "STT", "giả định") if word in text]


@pytest.mark.parametrize("key", KEYS)
def test_a_village_named_like_a_formula_stays_text(tmp_path, key):
    """No cell of a name becomes a formula."""
    package = made_package(6)
    evil = '=HYPERLINK("http://x","y")'
    areas = tuple(replace(area, village_name=evil, commune_name="@SUM(1)") for area in package.areas)
    villages = tuple(replace(v, village_name=evil, commune_name="@SUM(1)") for v in package.villages)
    written(tmp_path, replace(package, areas=areas, villages=villages), keys=[key])
    for sheet in openpyxl.load_workbook(tmp_path / f"{key}.xlsx"):
        for row in sheet.iter_rows():
            assert not [c.coordinate for c in row if c.data_type == "f" and "HYPERLINK" in str(c.value)]


def test_the_selection_plan_has_the_columns_of_the_plan(folder):
    """In order; name and main work stand under one merged header; the price is a number, and stands in words."""
    sheet = openpyxl.load_workbook(folder / "selection_plan.xlsx")["Bảng KHLCNT"]
    header = next(row for row in sheet.iter_rows() if row[0].value == "STT")
    assert [cell.value for cell in header] == [
        *("STT", "Tên chủ đầu tư", "Tên gói thầu", "Tóm tắt công việc chính của gói thầu", "Lĩnh vực"),
        *("Giá gói thầu (VND)", "Chi tiết nguồn vốn", "Hình thức LCNT", "Phương thức LCNT", "Thời gian tổ chức LCNT"),
        *("Thời gian bắt đầu tổ chức LCNT", "Loại hợp đồng", "Thời gian thực hiện gói thầu", "Tuỳ chọn mua thêm"),
        "Giám sát hoạt động đấu thầu",
    ]
    assert f"C{header[0].row - 1}:D{header[0].row - 1}" in [str(merged) for merged in sheet.merged_cells.ranges]
    text = all_text(folder / "selection_plan.xlsx")
    assert "Hai mươi tám tỷ bảy trăm triệu đồng" in text
    assert sheet.cell(header[0].row + 1, 6).value == 28_700_000_000


def test_what_the_investor_did_not_tell_is_marked(folder):
    """An x beside each value that is still missing, none beside those told."""
    rows = {row["Trường"]: row for row in table(folder / "selection_plan.xlsx", "Phiếu nhập liệu")}
    assert rows["Tên chủ đầu tư"]["Cần điền"] is None
    assert rows["Loại hợp đồng"]["Cần điền"] == "x"
    assert rows["Loại hợp đồng"]["Giá trị để nhập"] == "[chủ đầu tư điền: Loại hợp đồng]"
    assert rows["Giá gói thầu (VND)"]["Giá trị để nhập"] == "28.700.000.000"


@pytest.mark.parametrize("price", ["", "theo dự toán", "-5"])
def test_a_price_that_is_no_number_is_never_added_up(tmp_path, price):
    """The table then says what stands there, or that the investor has to tell."""
    package = made_package(6, told={"package_price": price} if price else None)
    written(tmp_path, package, keys=["selection_plan"])
    sheet = openpyxl.load_workbook(tmp_path / "selection_plan.xlsx")["Bảng KHLCNT"]
    values = [cell.value for row in sheet.iter_rows() for cell in row]
    assert not [v for v in values if isinstance(v, str) and v.startswith("=SUBTOTAL")]


def test_forms_may_be_filled_in_only_where_they_are_yellow(folder):
    """Entry cells are unlocked, printed cells locked, and there is no password."""
    for key in ("bid_forms", "statement", "evaluation_sheet"):
        for sheet in openpyxl.load_workbook(folder / f"{key}.xlsx"):
            assert sheet.protection.sheet and sheet.protection.password is None
            for row in sheet.iter_rows():
                for cell in row:
                    yellow = cell.fill.fgColor.rgb == "FFFFFBE6"
                    assert cell.protection.locked != yellow, (key, sheet.title, cell.coordinate)


AWARDS: tuple[Award, ...] = ("order", "assignment")


@pytest.mark.parametrize("award", AWARDS)
def test_volumes_are_written_for_orders_and_assignments(tmp_path, award):
    """All that is needed is left at the start."""
    package = made_package(9, award=award)
    written(tmp_path, package, keys=["volumes"])
    rows = table(tmp_path / "volumes.xlsx", "Hộ phủ theo tháng")
    assert rows[-1]["Còn lại"] == package.households


def recalculated(paths, folder):
    """Return the files as LibreOffice computes them: stored values are taken out first, so that it has to."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    bare, back = folder / "bare", folder / "back"
    bare.mkdir()
    for path in paths:
        openpyxl.load_workbook(path).save(bare / path.name)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(back)]
    subprocess.run([*command, *(str(bare / path.name) for path in paths)], check=True, capture_output=True, timeout=300)
    return [back / path.name for path in paths]


@pytest.mark.libreoffice
def test_libreoffice_computes_what_is_stored(folder, tmp_path):
    """Every formula of every workbook has the value LibreOffice gives it."""
    paths = [folder / f"{key}.xlsx" for key in KEYS]
    for ours, theirs in zip(paths, recalculated(paths, tmp_path), strict=True):
        assert different(ours, theirs) == [], ours.name


def different(ours, theirs):
    formulas = openpyxl.load_workbook(ours)
    stored, computed = (openpyxl.load_workbook(path, data_only=True) for path in (ours, theirs))
    wrong = []
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in (cell for cell in row if cell.data_type == "f"):
                a, b = (book[sheet.title][cell.coordinate].value for book in (stored, computed))
                if (a or 0) != pytest.approx(b or 0) if isinstance(a, float | int) else (a or "") != (b or ""):
                    wrong.append((sheet.title, cell.coordinate, a, b))
    return wrong


def test_the_evaluation_sheet_waits_for_answers(folder):
    """Nothing passes or is ranked while cells are empty; the weights are those of the settings."""
    rows = table(folder / "evaluation_sheet.xlsx", "Đạt – không đạt", "Mã")
    assert {rows[-1][f"Nhà thầu {i}"] for i in range(1, 6)} == {"chưa đủ"}
    points = table(folder / "evaluation_sheet.xlsx", "Chấm điểm")
    assert [row["Trọng số"] for row in points if row["STT"]] == [45, 20, 15, 20]


FIGURES = {  # households, VND, days, operators, autonomy over what is required
    "Nhà thầu 1": (1000, 20e9, 300, 3, 1.5),
    "Nhà thầu 2": (1000, 24e9, 240, 2, 1.2),
    "Nhà thầu 3": (900, 10e9, 360, 0, 1.5),
    "Nhà thầu 4": (1000, 5e9, 200, 3, 1.5),
}
FAILS = "Nhà thầu 4"


def expected_points(name):
    passing = [figures for key, figures in FIGURES.items() if key != FAILS]
    households, price, days, operators, power = FIGURES[name]
    best = max(figures[0] / figures[1] for figures in passing)
    fewest = min(figures[2] for figures in passing)
    cost, schedule = 45 * min(1, households / price / best), 20 * min(1, fewest / days)
    return cost + schedule + 15 * min(1, operators / 3) + 20 * min(1, power / 1.5)


@pytest.mark.libreoffice
def test_bids_are_ranked_by_points_among_those_that_pass_and_reach_each_minimum(folder, tmp_path):
    """One fails a requirement and sets no best figure, one shares with nobody: neither is ranked."""
    path = tmp_path / "filled.xlsx"
    book = openpyxl.load_workbook(folder / "evaluation_sheet.xlsx")
    for sheet, first in ((book["Đạt – không đạt"], "Mã"), (book["Số liệu hồ sơ"], "STT")):
        header = next(row for row in sheet.iter_rows() if row[0].value == first)
        for cell in header:
            if cell.value in FIGURES:
                for i in range(1, sheet.max_row - header[0].row + (first == "STT")):
                    fails = cell.value == FAILS and i == 1
                    answer = FIGURES[cell.value][i - 1] if first == "STT" else "không đạt" if fails else "đạt"
                    sheet.cell(header[0].row + i, cell.column).value = answer
    book.save(path)
    (computed,) = recalculated([path], tmp_path)
    rows = {row["Tiêu chí"]: row for row in table(computed, "Chấm điểm")}
    for name in FIGURES:
        assert rows["Tổng cộng"][name] == pytest.approx(expected_points(name))
    assert [rows["Được xếp hạng"][name] for name in FIGURES] == ["có", "có", "không", "không"]
    assert [rows["Xếp hạng"][name] or "" for name in FIGURES] == ["1", "2", "", ""]
