"""report.xlsx: totals that agree with the tables, problems with their place, no household, no formula from a list."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from tenders_.made_gap_rows import made_gaps, made_provenance

from phusong.coverage.calibration import Calibration, Candidate, Group
from phusong.coverage.states import BECAUSE_TEXTS
from phusong.data.calibration import StudyCalibration
from phusong.data.ledger import loss_ledger
from phusong.data.provenance import Threshold, thresholds_text
from phusong.data.report import write_report
from phusong.errors import Problem
from phusong.words import Text

COLOURS = {
    "white": "#8E1B3A",
    "depression": "#D9622B",
    "weak": "#EBC04A",
    "covered": "#2B8C86",
    "undetermined": "#C9CDD3",
}
LEDGER = loss_ledger(
    made_provenance().margins, terrain_kind="dsm", land_cover_given=False, model=made_provenance().model
)
STATES = ["households", "served_households", "unserved_households", "undetermined_households", "no_data_households"]


def made_villages() -> pd.DataFrame:
    classes = ["white", "depression", "weak", "covered", "undetermined", "depression"]
    table = pd.DataFrame(
        {
            "village_code": [f"0223300{i}" for i in range(6)],
            "village_name": [f"Thôn {i}" for i in range(5)] + ['=HYPERLINK("http://x")'],
            "commune_code": ["02233"] * 3 + ["04111"] * 3,
            "commune_name": ["Xã Thượng Nông"] * 3 + ["Xã Bảo Lạc"] * 3,
            "village_class": classes,
            "provisional": [True, False] * 3,
            "single_operator": [None, True, False] * 2,
            "served_households": [0, 40, 50, 60, 10, 20],
            "unserved_households": [30, 20, 0, 0, 0, 15],
            "undetermined_households": [0, 5, 0, 0, 90, 5],
            "no_data_households": [0, 0, 0, 3, 0, 0],
            "largest_cluster_households": [30, 20, 0, 0, 0, 15],
            "lon_deg": 105.3,
            "lat_deg": 22.5,
        }
    )
    table["households"] = table[STATES[1:]].sum(axis=1)
    return table


def made_tables() -> dict[str, pd.DataFrame]:
    villages = made_villages()
    communes = villages.groupby(["commune_code", "commune_name"], as_index=False)[STATES].sum()
    communes = communes.assign(
        province_code=["08", "04"],
        province_name=["Tỉnh Tuyên Quang", "Tỉnh Cao Bằng"],
        population=[700.0, float("nan")],
        villages=3,
        gaps=[2, 1],
        gap_households=[50, 15],
    )
    households = pd.DataFrame({"household_key": ["secret-1", "secret-2"], "weight": [30, 60]})
    return {
        "communes": communes,
        "villages": villages,
        "gaps": made_gaps(12),
        "households": households,
        "asks": made_asks(),
        "measure_first": made_measure_first(),
    }


def made_asks() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "order": [1, 2, 3],
            "operator": ["vinaphone", "viettel", ""],
            "question_vi": ["Danh sách trạm của VinaPhone tại Xã Bảo Lạc và quanh đó", "Trạm =A1: tilt", "Địa hình"],
            "question_en": ["Station list of VinaPhone in Xã Bảo Lạc and around it", "Site =A1: tilt", "Terrain"],
            "households": [90, 30, 4],
            "alone_households": [70, 10, 0],
            "new_households": [90, 10, 0],
        }
    )


def made_measure_first() -> pd.DataFrame:
    """Return two clusters with a place and what is left over of a village without one."""
    nan = float("nan")
    table = pd.DataFrame(
        {
            "order": [1, 2, 3],
            "village_name": ["Thôn 4", '=HYPERLINK("http://x")', "Thôn 1"],
            "village_class": ["undetermined", "depression", "depression"],
            "commune_code": ["04111", "04111", "02233"],
            "commune_name": ["Xã Bảo Lạc", "Xã Bảo Lạc", "Xã Thượng Nông"],
            "households": [90, 6, 4],
            "near_households": [60, 6, None],
            "operators": ["vinaphone, viettel", "viettel", "viettel"],
            "because_vi": [BECAUSE_TEXTS[2].vi, BECAUSE_TEXTS[1].vi, BECAUSE_TEXTS[1].vi],
            "because_en": [BECAUSE_TEXTS[2].en, BECAUSE_TEXTS[1].en, BECAUSE_TEXTS[1].en],
            "lon_deg": [105.30512, 105.31, nan],
            "lat_deg": [22.50013, 22.51, nan],
        }
    )
    return table.astype({"near_households": "Int64"})


def without_villages() -> dict[str, pd.DataFrame]:
    """Return the tables of a study without a village list."""
    tables = made_tables()
    villages, communes = tables["villages"].iloc[:0], tables["communes"].assign(villages=0)
    places = made_measure_first().assign(village_name="", village_class="")
    return {**tables, "villages": villages, "communes": communes, "measure_first": places}


def write(path, *, language="vi", simulated=True, comparison=None, tables=None, estimated=False, calibration=None):
    tables = tables or made_tables()
    sums = tables["villages"][STATES].sum()
    write_report(
        path,
        tables,
        counts={**sums, "gaps": 3, "gap_households": 60, "villages": len(tables["villages"])},
        problems=[
            Problem(
                level="error", file="tram.xlsx", sheet="Trạm", row=14, column="Kinh độ", found="=22",
                text=Text("bị đổi chỗ", "swapped"),
            ),
            Problem(level="warning", file="ho.csv", text=Text("thiếu cột", "a column is missing")),
        ],
        provenance=replace(made_provenance(simulated=simulated), estimated=estimated),
        ledger=LEDGER,
        colours=COLOURS,
        language=language,
        comparison=comparison,
        calibration=calibration,
    )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return write(tmp_path_factory.mktemp("report") / "r.xlsx")


def rows(path, sheet):
    """Return a sheet's rows below its header by the header's names."""
    table = list(openpyxl.load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True))
    header = next(i for i, row in enumerate(table) if sum(cell is not None for cell in row) > 2)
    return [dict(zip(table[header], row, strict=True)) for row in table[header + 1 :]]


def test_the_sheets_stand_in_order_and_the_comparison_only_where_there_is_one(report, tmp_path):
    """Nine sheets, a tenth with measurements."""
    names = [
        "Tóm tắt",
        "Theo tỉnh",
        "Theo xã",
        "Theo thôn",
        "Vùng lõm",
        "Dự trữ tổn hao",
        "Vấn đề dữ liệu",
        "Cần hỏi nhà mạng",
        "Cần đo trước",
    ]
    assert openpyxl.load_workbook(report).sheetnames == names
    groups = pd.DataFrame(
        {"group": ["GW"], "measurements": [9], "bias_db": [-3.2], "std_db": [8.0], "rank_correlation": [0.6]}
    )
    path = write(tmp_path / "r.xlsx", comparison=groups)
    assert openpyxl.load_workbook(path).sheetnames == [*names, "Đối chiếu đo"]
    assert rows(path, "Đối chiếu đo")[0]["Độ lệch trung bình, dB"] == -3.2


@pytest.mark.parametrize(
    ("sheet", "label"),
    [("Theo tỉnh", "Tỉnh, thành phố"), ("Theo xã", "Xã, phường, đặc khu"), ("Theo thôn", "Thôn, bản")],
)
def test_the_totals_of_province_commune_and_village_agree(report, sheet, label):
    """Each equals the sum of the villages; the share is the total's own, not a sum of shares."""
    villages = made_villages()
    last = rows(report, sheet)[-1]
    assert last[label] == "Tổng cộng"
    assert last["Tổng số hộ"] == villages["households"].sum()
    assert last["Hộ chưa có sóng"] == villages["unserved_households"].sum()
    assert last["Chưa có sóng, % số hộ"] == pytest.approx(100 * 65 / 348)


def test_the_gap_list_adds_up(report):
    """Its total is that of the gap table."""
    assert rows(report, "Vùng lõm")[-1]["Số hộ cần phủ"] == made_gaps(12)["households"].sum()


def test_the_summary_has_numerator_and_denominator(report):
    """65 of 348, 18,7 %; village classes out of all villages; the banner over simulated data."""
    by_name = {row["Chỉ tiêu"]: row for row in rows(report, "Tóm tắt")}
    unserved = by_name["Hộ chưa có sóng"]
    assert (unserved["Số lượng"], unserved["Trên tổng số"]) == (65, 348)
    assert unserved["Tỷ lệ, %"] == pytest.approx(100 * 65 / 348)
    assert (by_name["Thôn lõm sóng"]["Số lượng"], by_name["Thôn lõm sóng"]["Trên tổng số"]) == (2, 6)
    assert openpyxl.load_workbook(report)["Tóm tắt"]["A2"].value.startswith("DỮ LIỆU MÔ PHỎNG")


def test_real_data_carry_no_banner_and_unverified_thresholds_say_so(tmp_path):
    """The mark stands beside the numbers."""
    notes = [
        row[0].value for row in openpyxl.load_workbook(write(tmp_path / "r.xlsx", simulated=False))["Tóm tắt"]["A1:A5"]
    ]
    assert not any("MÔ PHỎNG" in str(note) for note in notes)
    assert any("(chưa xác minh)" in str(note) for note in notes)


def test_a_problem_names_file_sheet_row_and_column(report):
    """As the user sees them; what is of the whole file has none."""
    first, second = rows(report, "Vấn đề dữ liệu")
    assert [first[name] for name in ("Mức", "Tệp", "Trang", "Dòng", "Cột", "Giá trị trong tệp", "Nội dung")] == [
        "lỗi", "tram.xlsx", "Trạm", 14, "Kinh độ", "=22", "bị đổi chỗ",
    ]  # fmt: skip
    assert (second["Mức"], second["Dòng"], second["Nội dung"]) == ("cần xem", None, "thiếu cột")


def test_what_to_measure_first_names_place_operators_and_reason(report):
    """In the table's order, operators as they write themselves; the rest of a village has no position."""
    listed = rows(report, "Cần đo trước")
    assert [row["Hộ chưa xác định"] for row in listed] == [90, 6, 4, 100]
    assert listed[0]["Vì sao chưa xác định"] == BECAUSE_TEXTS[2].vi
    assert listed[0]["Nhà mạng cần đo"] == "VinaPhone, Viettel"
    assert (listed[0]["Vĩ độ nơi đo"], listed[0]["Trong đó quanh nơi đo 300 m"]) == (22.50013, 60)
    assert listed[2]["Thôn, bản"] == "Thôn 1: các cụm dưới 5 hộ của thôn"
    assert (listed[2]["Vĩ độ nơi đo"], listed[2]["Trong đó quanh nơi đo 300 m"]) == (None, None)
    assert listed[-1]["Thôn, bản"] == "Tổng cộng"


def test_without_a_village_list_communes_are_measured_first(tmp_path):
    """No column is left for villages."""
    listed = rows(write(tmp_path / "r.xlsx", tables=without_villages()), "Cần đo trước")
    assert [(row["Thứ tự"], row["Mã xã"], row["Hộ chưa xác định"]) for row in listed] == [
        (1, "04111", 90), (2, "04111", 6), (3, "02233", 4), (None, None, 100),
    ]  # fmt: skip
    assert listed[-1]["Xã, phường, đặc khu"] == "Tổng cộng"
    assert not {"Thôn, bản", "Phân loại"} & set(listed[0])


def test_what_to_ask_says_whom_what_and_what_it_adds(report):
    """Operators as they write themselves, the terrain of nobody; the total is of what each adds."""
    listed = rows(report, "Cần hỏi nhà mạng")
    assert [row["Hỏi ai"] for row in listed] == ["VinaPhone", "Viettel", "cơ quan lập nghiên cứu", None]
    assert [row["Hộ có thể quyết được thêm"] for row in listed] == [90, 10, 0, 100]
    assert listed[0]["Hỏi gì"] == "Danh sách trạm của VinaPhone tại Xã Bảo Lạc và quanh đó"
    assert (listed[1]["Hộ liên quan"], listed[1]["Hộ chỉ chờ câu này"]) == (30, 10)


@pytest.mark.parametrize(
    ("language", "ask", "measure"),
    [
        ("vi", "Không có gì cần hỏi", "Không có hộ nào chưa xác định."),
        ("en", "Nothing to ask", "No household is undetermined."),
    ],
)
def test_where_all_is_known_there_is_nothing_to_ask_or_to_measure(tmp_path, language, ask, measure):
    """Both sheets say so in a sentence."""
    tables = made_tables()
    tables |= {"asks": made_asks().iloc[:0], "measure_first": made_measure_first().iloc[:0]}
    book = openpyxl.load_workbook(write(tmp_path / "r.xlsx", tables=tables, language=language))
    for sheet, said in zip(book.worksheets[7:9], (ask, measure), strict=True):
        assert any(str(row[0].value).startswith(said) for row in sheet["A1:A5"]), sheet.title


def made_candidate(key, gain_db=float("nan"), better=False):
    return Candidate(key=key, error_db=7.0, gain_db=gain_db, standard_error_db=0.25, better=better)


@pytest.mark.parametrize("adopted", [True, False])
def test_the_calibration_sheet_shows_what_was_tried_and_what_came_of_it(tmp_path, adopted):
    """Candidates with their errors; offsets in words only where they are applied."""
    group = Group(technology="4G", environment="", tests=1200, places=60, offset_db=-6.5, sigma_db=6.2)
    found = Calibration(
        adopted=adopted,
        model="one",
        sigma_db=6.2,
        tests=1200,
        places=60,
        groups=(group,),
        cross_validation=(made_candidate("none"), made_candidate("one", 0.6, better=True)),
        why=Text("Vì thế.", "Therefore."),
    )
    calibration = StudyCalibration(found=found, notes=(Text("Không dùng 3: lý do.", "Left out 3: why."),))
    path = write(tmp_path / "r.xlsx", calibration=calibration)
    listed = rows(path, "Hiệu chỉnh")
    assert [row["Tốt hơn"] for row in listed] == [None, "có"]
    assert listed[1]["Giảm so với phương án đơn giản hơn, dB"] == 0.6
    book = openpyxl.load_workbook(path)
    said = " ".join(str(row[0].value) for row in book["Hiệu chỉnh"]["A1:A9"])
    assert ("4G: cộng −6,5 dB vào mức của mô hình" in said) == adopted
    assert "1.200 phép đo" in said or not adopted


def test_a_study_asked_to_calibrate_without_measurements_says_so(tmp_path):
    """One sentence and no candidate."""
    path = write(tmp_path / "r.xlsx", calibration=StudyCalibration(found=None))
    said = [str(row[0].value) for row in openpyxl.load_workbook(path)["Hiệu chỉnh"]["A1:A9"]]
    assert "Không hiệu chỉnh: nghiên cứu không có kết quả đo nào." in said


def test_the_summary_counts_no_classes_without_villages(tmp_path):
    """No row "0 of 0"; with villages there are five."""
    for tables, count in ((without_villages(), 0), (made_tables(), 5)):
        items = [row["Chỉ tiêu"] for row in rows(write(tmp_path / "r.xlsx", tables=tables), "Tóm tắt")]
        assert sum(item.startswith("Thôn ") for item in items) == count


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("vi", "Hộ dân ước tính: dân số chia 4,3 người một hộ, rải trên đất ở"),
        ("en", "Households estimated: population divided by 4.3 persons a household, spread over residential land"),
    ],
)
def test_the_summary_says_when_households_are_estimated(tmp_path, language, said):
    """In words with the number of persons; and only then."""
    for estimated in (True, False):
        path = write(tmp_path / "r.xlsx", language=language, estimated=estimated)
        notes = [str(row[0].value) for row in openpyxl.load_workbook(path).worksheets[0]["A1:A8"]]
        assert any(note.startswith(said) for note in notes) == estimated


@pytest.mark.parametrize(("language", "said"), [("vi", "công nghệ khác ≥ −98"), ("en", "other technology ≥ −98")])
def test_a_technology_without_a_name_is_put_in_words(language, said):
    """The key of the tables is not printed."""
    threshold = Threshold(technology="other", served_dbm=-98.0, weak_dbm=-108.0)
    provenance = replace(made_provenance(verified=True), thresholds=(threshold,))
    assert thresholds_text(provenance, language) == f"{said} dBm"


def test_margins_add_up(report):
    """Outdoors 5,4 dB, indoors 15,4 dB; what is computed or not counted has no number and says so."""
    *losses, last = rows(report, "Dự trữ tổn hao")
    assert (last["Ngoài trời, dB"], last["Trong nhà, dB"]) == (pytest.approx(5.4), pytest.approx(15.4))
    assert [row["Khoản"] for row in losses] == [row.title.vi for row in LEDGER]
    said = {row["Cách tính"] for row in losses if row["Ngoài trời, dB"] is None}
    assert said == {"tính theo từng đường truyền", "đã nằm trong khoản khác", "không tính"}


def test_no_household_and_no_formula_from_a_list_gets_out(report):
    """Keys of households are nowhere in the file; a village named like a formula stays a name."""
    text = [cell for sheet in openpyxl.load_workbook(report) for row in sheet.iter_rows() for cell in row if cell.value]
    assert not any("secret" in str(cell.value) for cell in text)
    evil = [cell for cell in text if "HYPERLINK" in str(cell.value)]
    assert evil
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in evil)


def test_classes_are_words_in_their_colour(report):
    """Never colour alone."""
    cells = [
        c for row in openpyxl.load_workbook(report)["Theo thôn"].iter_rows() for c in row if c.value == "trắng sóng"
    ]
    assert [cell.fill.fgColor.rgb for cell in cells] == ["FF8E1B3A"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_same_results_give_the_same_bytes(tmp_path, language):
    """In both languages; and the two differ."""
    one, other = write(tmp_path / "a.xlsx", language=language), write(tmp_path / "b.xlsx", language=language)
    assert one.read_bytes() == other.read_bytes()
    second = write(tmp_path / "c.xlsx", language="en" if language == "vi" else "vi")
    assert second.read_bytes() != one.read_bytes()


def test_an_english_report_has_no_vietnamese_labels(tmp_path):
    """Sheets and headers; names of places stay."""
    book = openpyxl.load_workbook(write(tmp_path / "r.xlsx", language="en"))
    assert book.sheetnames[:3] == ["Summary", "By province", "By commune"]
    labels = {str(cell.value) for sheet in book for row in sheet.iter_rows(max_row=8) for cell in row}
    assert not any("Số hộ" in label or "Tổng" in label for label in labels)
    assert rows(tmp_path / "r.xlsx", "Measure first")[0]["Why undetermined"] == BECAUSE_TEXTS[2].en
    assert "assumption" in {row["Source"] for row in rows(tmp_path / "r.xlsx", "Margins")}


def test_simulated_data_are_said_on_every_sheet(report, tmp_path):
    """A page taken out of the report still says so; real data carry no such line."""
    real = write(tmp_path / "r.xlsx", simulated=False)
    for path, said in ((report, True), (real, False)):
        assert {str(sheet["A2"].value).startswith("DỮ LIỆU MÔ PHỎNG") for sheet in openpyxl.load_workbook(path)} == {
            said
        }
