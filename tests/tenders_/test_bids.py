"""Bids: filled-in forms come back, pass when they are right, and every kind of tampering is found at its cell."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from tenders_.made_package import made_package
from typer.testing import CliRunner

from phusong.errors import UnreadableFileError
from phusong.tenders.bids.checking import check_bid
from phusong.tenders.bids.reading import read_bid
from phusong.tenders.bids.report import to_json, write_report
from phusong.tenders.package.canonical import write_package
from phusong.tenders.package.shown import listed_areas, row_code
from phusong.tenders.parts import Making
from phusong.tenders.sheets.bid_forms import write_bid_forms

INFO, SITES, PROMISES, PRICES, ANSWERS = (
    "Thông tin nhà thầu",
    "Trạm đề xuất",
    "Cam kết phủ",
    "Biểu giá",
    "Tuân thủ",
)


@pytest.fixture(scope="module")
def package():
    return made_package(12)


def forms(path, package, language="vi"):
    write_bid_forms(path, package, Making(language=language, maps=path.parent))
    return path


class Book:
    """A workbook of forms with its cells by header and row of the table (1 = first)."""

    def __init__(self, path):
        self.path = path
        self.book = openpyxl.load_workbook(path)

    def header(self, sheet):
        """Return the cells of a sheet's header."""
        firsts = ("STT", "No.", "Khoá")
        return next(row for row in self.book[sheet].iter_rows() if row[0].value in firsts)

    def cell(self, sheet, title, row):
        """Return a cell by its column's title and the row of the table."""
        header = self.header(sheet)
        column = next(cell.column for cell in header if cell.value == title)
        return self.book[sheet].cell(header[0].row + row, column)

    def put(self, sheet, title, row, value):
        """Set a cell and return it."""
        cell = self.cell(sheet, title, row)
        cell.value = value
        return cell

    def rows(self, sheet):
        """Return how many numbered rows a sheet has."""
        header = self.header(sheet)[0].row
        return sum(isinstance(row[0].value, int) for row in self.book[sheet].iter_rows(min_row=header + 1))

    def save(self):
        """Save the workbook and return where it is."""
        self.book.save(self.path)
        return self.path


def fill(path, package, *, totals=True):
    """Fill in forms as an honest bidder would, totals computed as his program would."""
    book = Book(path)
    for row in range(1, book.rows(INFO) + 1):
        book.put(INFO, "Nhà thầu điền", row, "Viettel")
    for row, site in enumerate(package.sites, start=1):
        covered = [a for a in package.areas if site.site_id in a.site_ids]
        book.put(SITES, "Mã trạm của nhà thầu", row, f"VT-{row}")
        book.put(SITES, "Thay cho trạm tham chiếu", row, site.site_id)
        book.put(SITES, "Kinh độ (WGS84)", row, site.place.lon_deg)
        book.put(SITES, "Vĩ độ (WGS84)", row, site.place.lat_deg)
        book.put(SITES, "Chiều cao anten, m", row, 42)
        book.put(SITES, "Công nghệ", row, "4G")
        book.put(SITES, "Mã khu vực được phủ (cách bằng ;)", row, "; ".join(a.gap_id for a in covered))
        book.put(SITES, "Số hộ cam kết phủ", row, sum(a.planned_households for a in covered))
        book.put(PRICES, "Mã trạm của nhà thầu", row, f"VT-{row}")
        book.put(PRICES, "Đầu tư, đồng", row, 1_500_000_000)
        book.put(PRICES, "Vận hành một năm, đồng", row, 60_000_000)
    for row, areas in enumerate(listed_areas(package.areas), start=1):
        book.put(PROMISES, "Số hộ cam kết phủ", row, sum(a.planned_households for a in areas))
        book.put(PROMISES, "Công nghệ", row, "4G")
        book.put(PROMISES, "Ngày phủ sóng", row, date(2027, 12, 31))
    for row in range(1, book.rows(ANSWERS) + 1):
        book.put(ANSWERS, "Đáp ứng", row, "có")
    if totals:
        compute(book, package)
    book.save()
    return path


def compute(book, package):
    """Put in place of formulas what they come to: openpyxl computes none."""
    sums = {SITES: package.planned_households, PROMISES: package.planned_households}
    for sheet, value in sums.items():
        title = "Số hộ cam kết phủ"
        book.put(sheet, title, book.rows(sheet) + 1, value)
    amount = 1_500_000_000 + package.cost_years * 60_000_000
    for row in range(1, book.rows(PRICES) + 1):
        book.put(PRICES, "Thành tiền, đồng", row, amount if row <= len(package.sites) else 0)
    book.put(PRICES, "Thành tiền, đồng", book.rows(PRICES) + 1, amount * len(package.sites))


@pytest.fixture(scope="module")
def honest(package, tmp_path_factory):
    return fill(forms(tmp_path_factory.mktemp("bid") / "bid.xlsx", package), package)


def test_an_honest_bid_passes(honest, package):
    """No problem of any level; households and price are the bid's."""
    report = check_bid(read_bid(honest), package)
    assert [problem.line("vi") for problem in report.problems] == []
    assert (report.bidder, report.sites) == ("Viettel", len(package.sites))
    assert report.committed_households == package.planned_households
    assert report.price_vnd == len(package.sites) * (1_500_000_000 + package.cost_years * 60_000_000)


def test_a_bid_saved_by_a_program_that_computes_nothing_is_only_noted(tmp_path, package):
    """Totals that are not there are no errors: we add up ourselves."""
    path = fill(forms(tmp_path / "bid.xlsx", package), package, totals=False)
    report = check_bid(read_bid(path), package)
    assert report.errors == 0
    assert {problem.code for problem in report.problems} == {"bid.no_total"}


def test_empty_forms_say_everything_that_is_missing_at_once(tmp_path, package):
    """Every area, every answer, name, sites and prices."""
    report = check_bid(read_bid(forms(tmp_path / "bid.xlsx", package)), package)
    codes = [problem.code for problem in report.problems]
    assert codes.count("bid.empty") >= len(package.areas) + 3
    assert "bid.no_sites" in codes and "bid.no_price" in codes


TAMPERED = {
    "another package": ("phusong", "Giá trị", 2, "GT-08-Q-09", "bid.package_code"),
    "another version": ("phusong", "Giá trị", 3, "2", "bid.version"),
    "another digest": ("phusong", "Giá trị", 4, "0" * 64, "bid.digest"),
    "another form": ("phusong", "Giá trị", 1, "x", "bid.format"),
    "need made smaller": (PROMISES, "Số hộ cần phủ", 2, 1, "bid.altered"),
    "least made smaller": (PROMISES, "Cam kết tối thiểu", 3, 0, "bid.altered"),
    "village renamed": (PROMISES, "Thôn, bản", 4, "Bản Khác", "bid.altered"),
    "unknown area": (PROMISES, "Mã khu vực", 5, "LS-99999-01", "bid.strange"),
    "more than is needed": (PROMISES, "Số hộ cam kết phủ", 1, 10_000, "bid.too_many"),
    "less than is asked": (PROMISES, "Số hộ cam kết phủ", 6, 0, "bid.too_few"),
    "half a household": (PROMISES, "Số hộ cam kết phủ", 6, 12.5, "bid.number"),
    "negative households": (PROMISES, "Số hộ cam kết phủ", 6, -3, "bid.number"),
    "no date": (PROMISES, "Ngày phủ sóng", 2, "sớm nhất", "bid.date"),
    "a date before": (PROMISES, "Ngày phủ sóng", 2, date(2020, 1, 1), "bid.date"),
    "wrong total of households": (PROMISES, "Số hộ cam kết phủ", 13, 9_999, "bid.total"),
    "unknown reference site": (SITES, "Thay cho trạm tham chiếu", 1, "TC-99", "bid.unknown_site"),
    "far away": (SITES, "Kinh độ (WGS84)", 1, 108.2, "bid.range"),
    "longitude in words": (SITES, "Kinh độ (WGS84)", 2, "một trăm", "bid.number"),
    "too high": (SITES, "Chiều cao anten, m", 1, 1000, "bid.range"),
    "code twice": (SITES, "Mã trạm của nhà thầu", 2, "VT-1", "bid.twice"),
    "unknown area of a site": (SITES, "Mã khu vực được phủ (cách bằng ;)", 1, "LS-1", "bid.unknown_area"),
    "more households than its areas": (SITES, "Số hộ cam kết phủ", 2, 99_999, "bid.too_many"),
    "negative price": (PRICES, "Đầu tư, đồng", 2, -5, "bid.number"),
    "amount too small": (PRICES, "Thành tiền, đồng", 1, 5, "bid.amount"),
    "wrong total": (PRICES, "Thành tiền, đồng", 21, 5, "bid.total"),
    "fewer years": (PRICES, "Số năm", 1, 1, "bid.altered"),
    "price of an unknown site": (PRICES, "Mã trạm của nhà thầu", 1, "VT-77", "bid.unknown_site"),
    "requirement made smaller": (ANSWERS, "Mức yêu cầu", 1, "≥ 1 %", "bid.altered"),
    "requirement renamed": (ANSWERS, "Yêu cầu", 2, "khác", "bid.strange"),
    "perhaps": (ANSWERS, "Đáp ứng", 3, "có lẽ", "bid.answer"),
    "no answer": (ANSWERS, "Đáp ứng", 3, None, "bid.empty"),
    "no name": (INFO, "Nhà thầu điền", 1, None, "bid.empty"),
    "item renamed": (INFO, "Mục", 3, "khác", "bid.strange"),
}


@pytest.mark.parametrize("kind", TAMPERED)
def test_tampering_is_found_at_its_cell(tmp_path, honest, package, kind):
    """An error with sheet, row and column of the very cell."""
    sheet, title, row, value, code = TAMPERED[kind]
    book = Book(honest)
    book.path = tmp_path / "bid.xlsx"
    cell = book.put(sheet, title, row, value)
    report = check_bid(read_bid(book.save()), package)
    found = [(p.sheet, p.row, p.column_number, p.column) for p in report.problems if p.code == code]
    assert (sheet, cell.row, cell.column, title) in found
    assert all(p.level == "error" for p in report.problems if p.code == code)


def test_a_missing_area_is_named(tmp_path, honest, package):
    """A deleted row of the commitments is told by its code."""
    book = Book(honest)
    book.path = tmp_path / "bid.xlsx"
    gone = book.cell(PROMISES, "Mã khu vực", 2)
    code = gone.value
    book.book[PROMISES].delete_rows(gone.row)
    report = check_bid(read_bid(book.save()), package)
    assert [p.text.vi for p in report.problems if p.code == "bid.missing_area"] == [f"thiếu khu vực {code}"]


def test_swapped_coordinates_are_recognised(tmp_path, honest, package):
    """Not a site in the sea, but longitude and latitude that changed places."""
    book = Book(honest)
    book.path = tmp_path / "bid.xlsx"
    place = package.sites[0].place
    book.put(SITES, "Kinh độ (WGS84)", 1, place.lat_deg)
    book.put(SITES, "Vĩ độ (WGS84)", 1, place.lon_deg)
    codes = [problem.code for problem in check_bid(read_bid(book.save()), package).problems]
    assert codes == ["bid.swapped"]


def test_another_place_is_allowed_and_flagged(tmp_path, honest, package):
    """Beyond the tolerance of its reference a site is a note with the distance, no error."""
    book = Book(honest)
    book.path = tmp_path / "bid.xlsx"
    book.put(SITES, "Kinh độ (WGS84)", 1, package.sites[0].place.lon_deg + 0.02)
    report = check_bid(read_bid(book.save()), package)
    (problem,) = report.problems
    assert (problem.level, problem.code) == ("warning", "bid.other_place")
    assert "đề xuất vị trí khác: cách trạm tham chiếu" in problem.text.vi


def test_how_far_a_proposal_is_from_a_standing_mast_is_not_told(tmp_path, package):
    """Several bids could find the mast by such distances."""
    site = replace(package.sites[0], kind="share", host_site_id="VTL123")
    package = replace(package, sites=(site, *package.sites[1:]))
    book = Book(fill(forms(tmp_path / "bid.xlsx", package), package))
    book.put(SITES, "Kinh độ (WGS84)", 1, site.place.lon_deg + 0.02)
    (problem,) = check_bid(read_bid(book.save()), package).problems
    assert problem.text.vi == "đề xuất vị trí khác: không ở cột hiện có"


def test_a_bidder_who_does_not_comply_is_noted(tmp_path, honest, package):
    """A no is an answer: people judge it."""
    book = Book(honest)
    book.path = tmp_path / "bid.xlsx"
    book.put(ANSWERS, "Đáp ứng", 4, "không")
    (problem,) = check_bid(read_bid(book.save()), package).problems
    assert (problem.level, problem.code) == ("warning", "bid.not_compliant")


def test_brand_names_are_a_bidders_own_business(tmp_path, honest, package):
    """What a bidder offers may have a name."""
    book = Book(honest)
    book.path = tmp_path / "bid.xlsx"
    book.put(ANSWERS, "Diễn giải, tài liệu chứng minh", 1, "Thiết bị Ericsson AIR 3258")
    assert check_bid(read_bid(book.save()), package).problems == ()


@pytest.mark.parametrize("sheet", [INFO, SITES, PROMISES, PRICES, ANSWERS, "phusong"])
def test_a_missing_sheet_is_named(tmp_path, honest, package, sheet):
    """And the others are checked all the same."""
    book = Book(honest)
    book.path = tmp_path / "bid.xlsx"
    del book.book[sheet]
    report = check_bid(read_bid(book.save()), package)
    assert ("bid.sheet", sheet) in [(p.code, p.sheet) for p in report.problems]


def test_a_renamed_column_is_named(tmp_path, honest, package):
    """By the title it should have."""
    book = Book(honest)
    book.path = tmp_path / "bid.xlsx"
    book.put(PROMISES, "Công nghệ", 0, "Cong nghe")
    problems = check_bid(read_bid(book.save()), package).problems
    assert ("bid.column", PROMISES, "Công nghệ") in [(p.code, p.sheet, p.column) for p in problems]


def test_forms_of_another_version_are_refused(honest, package):
    """Version and digest differ, and are said."""
    codes = {p.code for p in check_bid(read_bid(honest), replace(package, version=2)).problems}
    assert codes == {"bid.version", "bid.digest"}


def test_numbers_typed_as_text_are_read(tmp_path, honest, package):
    """As a bidder's program may store them: 1.500.000.000 and 105,204."""
    book = Book(honest)
    book.path = tmp_path / "bid.xlsx"
    book.put(PRICES, "Đầu tư, đồng", 1, "1.500.000.000")
    book.put(SITES, "Kinh độ (WGS84)", 1, f"{package.sites[0].place.lon_deg:.6f}".replace(".", ","))
    assert check_bid(read_bid(book.save()), package).problems == ()


def test_english_forms_come_back_in_english(tmp_path, package):
    """The language is told by the names of the sheets."""
    bid = read_bid(forms(tmp_path / "bid.xlsx", package, "en"))
    assert bid.language == "en"
    codes = {problem.code for problem in check_bid(bid, package).problems}
    assert not codes & {"bid.altered", "bid.sheet", "bid.column", "bid.strange", "bid.lost"}


def test_what_is_no_bid_is_refused(tmp_path):
    """Another workbook, and a file that is none."""
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(UnreadableFileError, match="not the bidder's forms"):
        read_bid(tmp_path / "a.xlsx")
    (tmp_path / "b.xlsx").write_bytes(b"PK no workbook")
    with pytest.raises(UnreadableFileError):
        read_bid(tmp_path / "b.xlsx")


def test_the_report_is_written_for_people_and_for_programs(tmp_path, package):
    """A row a problem in both."""
    report = check_bid(read_bid(forms(tmp_path / "bid.xlsx", package)), package)
    write_report(tmp_path / "r.xlsx", report, checked_on=date(2026, 11, 22))
    rows = list(openpyxl.load_workbook(tmp_path / "r.xlsx").active.iter_rows(values_only=True))
    assert sum(row[0] == "Lỗi" for row in rows) == report.errors
    content = json.loads(to_json(report, "vi"))
    assert len(content["problems"]) == len(report.problems)
    assert content["format"] == "phusong-bid-check/1"


@pytest.fixture
def command():
    from phusong.cli import app

    def run(*words):
        return CliRunner().invoke(app, ["check", "bid", *map(str, words)])

    return run


def test_the_command_passes_an_honest_bid(tmp_path, honest, package, command):
    """Exit code 0, by the folder of the frozen version."""
    write_package(tmp_path / "package.json", package)
    result = command(honest, "--package", tmp_path)
    assert result.exit_code == 0, result.output
    assert "0 lỗi, 0 lưu ý" in result.output


def test_the_command_ends_with_2_and_a_report_where_there_are_errors(tmp_path, package, command):
    """With --out a workbook, with --json one document."""
    write_package(tmp_path / "package.json", package)
    path = forms(tmp_path / "bid.xlsx", package)
    result = command(path, "--package", tmp_path / "package.json", "--out", tmp_path / "r.xlsx", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["errors"] > 0
    assert (tmp_path / "r.xlsx").exists()


def test_the_command_needs_a_package(honest, command):
    """And says so."""
    result = command(honest)
    assert "--package" in str(getattr(result.exception, "text", result.output))


def test_a_package_of_small_areas_is_filled_in_by_row(tmp_path):
    """Areas of few households of one village are one row of the commitments."""
    package = made_package(12)
    first, second = (
        replace(area, households=3, planned_households=3, left_households=0, village_code="V", village_name="Bản",
                commune_code="X", commune_name="Xã X")
        for area in package.areas[:2]
    )  # fmt: skip
    package = replace(package, areas=(first, second, *package.areas[2:]))
    path = fill(forms(tmp_path / "bid.xlsx", package), package)
    report = check_bid(read_bid(path), package)
    assert [p.line("vi") for p in report.problems if p.level == "error"] == []
    assert row_code((first, second)) in {Book(path).cell(PROMISES, "Mã khu vực", 1).value}


@pytest.mark.libreoffice
@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_a_bid_saved_by_libreoffice_passes_without_a_note(tmp_path, package, suffix):
    """Amounts and totals are then computed; printed cells, dates and the hidden sheet survive."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    path = fill(forms(tmp_path / "bid.xlsx", package), package, totals=False)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", suffix, "--outdir", str(tmp_path / "back"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    report = check_bid(read_bid(tmp_path / "back" / f"bid.{suffix}"), package)
    assert [problem.line("vi") for problem in report.problems] == []
    assert report.committed_households == package.planned_households


def test_cells_take_only_what_they_may_hold(tmp_path, package):
    """Lists, ranges and dates stand in the form itself; a commitment is at most its own row's need."""
    book = Book(forms(tmp_path / "bid.xlsx", package))
    rules = {
        (sheet, str(rule.sqref).split(":")[0]): rule
        for sheet in (SITES, PROMISES, PRICES, ANSWERS)
        for rule in book.book[sheet].data_validations.dataValidation
    }
    kinds = {key: rule.type for key, rule in rules.items()}
    first = {(sheet, title): (sheet, book.cell(sheet, title, 1).coordinate) for sheet, title in COLUMNS}
    assert {column: kinds[place] for column, place in first.items()} == COLUMNS
    needed = book.cell(PROMISES, "Số hộ cần phủ", 1).coordinate
    assert rules[first[PROMISES, "Số hộ cam kết phủ"]].formula2 == needed
    longitude = rules[first[SITES, "Kinh độ (WGS84)"]]
    lons = [area.place.lon_deg for area in package.areas]
    assert float(longitude.formula1) < min(lons) and max(lons) < float(longitude.formula2)
    assert all(rule.errorStyle in (None, "stop", "information") for rule in rules.values())


COLUMNS = {
    (SITES, "Thay cho trạm tham chiếu"): "list",
    (SITES, "Kinh độ (WGS84)"): "decimal",
    (SITES, "Vĩ độ (WGS84)"): "decimal",
    (SITES, "Chiều cao anten, m"): "decimal",
    (SITES, "Công nghệ"): "list",
    (SITES, "Số hộ cam kết phủ"): "whole",
    (PROMISES, "Số hộ cam kết phủ"): "whole",
    (PROMISES, "Công nghệ"): "list",
    (PROMISES, "Ngày phủ sóng"): "date",
    (PRICES, "Đầu tư, đồng"): "whole",
    (PRICES, "Vận hành một năm, đồng"): "whole",
    (ANSWERS, "Đáp ứng"): "list",
}
