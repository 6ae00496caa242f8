"""The village sheet and its letters: what is known stands there, what is not is marked, nothing is made up."""

from __future__ import annotations

import unicodedata
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.enum.text import WD_COLOR_INDEX
from made_village_sheet import bare_sheet, made_gap, made_sheet

from phusong.errors import MissingFileError, UnreadableFileError
from phusong.maps.drawing import new_figure, png_bytes
from phusong.tenders.templates.build_village import build_letter, build_sheet
from phusong.tenders.templates.village_wording import FILE_NAMES
from phusong.tenders.village_document import (
    SheetPictures,
    write_operator_letter,
    write_sheet,
    write_voters_letter,
)
from phusong.tenders.village_letters import state_sentence
from phusong.tenders.village_page import write_page
from phusong.tenders.village_sheet import few
from phusong.tenders.village_words import GAPS_ON_PAGE, sheet_context
from phusong.words import Text

LANGUAGES = ("vi", "en")


def words_of(path):
    """Return every word of a Word file, nested tables included."""
    document = docx.Document(str(path))
    parts = [document.element.body, *(s.header._element for s in document.sections)]
    return "\n".join("".join(node.xpath("./w:r/w:t/text()")) for part in parts for node in part.xpath(".//w:p"))


def blanks_of(path):
    document = docx.Document(str(path))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    paragraphs = [*document.paragraphs, *(p for cell in cells for p in cell.paragraphs)]
    return [r.text for p in paragraphs for r in p.runs if r.font.highlight_color == WD_COLOR_INDEX.YELLOW and r.text]


@pytest.fixture
def sheet_words(tmp_path):
    def written(sheet, language="vi"):
        path = tmp_path / f"{language}.docx"
        write_sheet(path, sheet, language=language)
        return words_of(path)

    return written


def test_the_sheet_says_all_that_is_known(sheet_words):
    """Finding with its basis, disagreement, households, station with distance, areas, route, plan with its range."""
    words = sheet_words(made_sheet())
    for said in (
        "DỮ LIỆU MÔ PHỎNG",
        "Bản Nà Lạ",
        "TRẮNG SÓNG",
        "xã xác nhận; 20/10/2026; UBND xã Thượng Giáp",
        "Mô hình: lõm sóng; xã: trắng sóng",
        "40–60 (90 %, khoảng mô phỏng)",
        "ThuongGiap_TQG (TQG0327-12), 2G, 4G",
        "2,6 km, đông bắc",
        "LS-99001-02: 22 hộ (15–30)",
        "sống núi che khuất",
        "Quỹ Dịch vụ viễn thông công ích (theo quy tắc “power_dbkk”, bảng mặc định, chưa xác minh)",
        "hạng 3/29",
        "Trạm mới số 5 của phương án, Viettel 4G B28, anten 42 m, tại 105,36000° Đ; 22,64000° B",
        "2,1–2,8 tỷ đồng (giả định)",
        "15/12/2026",
        "…/…/20…",
        "Mô phỏng, chưa đo.",
        "Độ tin cậy của bản đồ: 9/10.",
    ):
        assert said in words, said


def test_a_run_that_knows_little_is_told_so(sheet_words):
    """No finding, route, plan, area, task or station is invented; each absence is a sentence."""
    words = sheet_words(bare_sheet())
    for said in (
        "PHỦ SÓNG",
        "mô phỏng, chưa đo",
        "chưa có",
        "Chưa lập kế hoạch.",
        "chưa xác định nguồn vốn",
        "Thôn không có vùng lõm sóng nào được khoanh.",
        "Không còn việc nào.",
    ):
        assert said in words, said
    assert "MÔ PHỎNG –" not in words, "not a simulated study"
    assert "nan" not in words.lower().replace("thành", "")


def test_what_was_measured_is_not_called_unmeasured(sheet_words):
    """The footer goes where a measurement is among the evidence."""
    sheet = made_sheet()
    measured = replace(sheet, services=(replace(sheet.main, basis="measured"),))
    assert "chưa đo" in sheet_words(sheet)
    assert "Mô phỏng, chưa đo" not in sheet_words(measured)


def test_one_to_four_households_are_called_few(sheet_words):
    """A number under five is never told; none and five are."""
    assert [few(n, "vi") for n in (0, 1, 4, 5, 1234)] == ["0", "dưới 5", "dưới 5", "5", "1.234"]
    assert sheet_context(made_sheet(), "vi")["households"]["no_data"] == "dưới 5"


@pytest.mark.parametrize("count_of_gaps", [GAPS_ON_PAGE, GAPS_ON_PAGE + 3])
def test_only_many_areas_make_a_second_page(tmp_path, count_of_gaps):
    """All are listed there with both coordinates; up to two stand on the first page alone."""
    sheet = made_sheet(gaps=tuple(made_gap(at) for at in range(1, count_of_gaps + 1)))
    write_sheet(tmp_path / "d.docx", sheet)
    words = words_of(tmp_path / "d.docx")
    many = count_of_gaps > GAPS_ON_PAGE
    assert ("Và 3 vùng khác, xem trang sau." in words) == many
    assert words.count("2.502.000; 500.100") == (count_of_gaps if many else 0)
    breaks = docx.Document(str(tmp_path / "d.docx")).element.body.xpath(".//w:pageBreakBefore")
    assert bool(breaks) == many


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_sheet_gives_the_same_bytes(tmp_path, language):
    """Word files and the page."""
    sheet = made_sheet()
    pictures = SheetPictures(map_png=png_bytes(new_figure(2, 2), dpi=50))
    for run in ("a", "b"):
        write_sheet(tmp_path / f"s{run}.docx", sheet, language=language, pictures=pictures)
        write_page(tmp_path / f"s{run}.html", sheet, language=language, pictures=pictures)
        write_voters_letter(tmp_path / f"v{run}.docx", sheet, language=language)
        write_operator_letter(tmp_path / f"o{run}.docx", sheet, sheet.requests[0], language=language)
    for name in ("s{}.docx", "s{}.html", "v{}.docx", "o{}.docx"):
        assert (tmp_path / name.format("a")).read_bytes() == (tmp_path / name.format("b")).read_bytes()


def test_pictures_say_what_they_show(tmp_path):
    """The map has an alternative text in Word and on the page."""
    pictures = SheetPictures(map_png=png_bytes(new_figure(2, 2), dpi=50))
    write_sheet(tmp_path / "d.docx", made_sheet(), pictures=pictures)
    with zipfile.ZipFile(tmp_path / "d.docx") as archive:
        assert 'descr="Bản đồ Bản Nà Lạ' in archive.read("word/document.xml").decode()
    write_page(tmp_path / "d.html", made_sheet(), pictures=pictures)
    assert 'alt="Bản đồ Bản Nà Lạ' in (tmp_path / "d.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["Bản Nà Lạ", "Thôn " + "Trung Tâm Đồn Điền Cà Phê Số Một " * 3, "<script>&"])
def test_names_stand_as_written_and_composed(tmp_path, language, name):
    """Long names, signs of markup, every diacritic; NFC throughout."""
    sheet = made_sheet(village_name=name.strip())
    write_sheet(tmp_path / "d.docx", sheet, language=language)
    words = words_of(tmp_path / "d.docx")
    assert name.strip() in words
    assert unicodedata.is_normalized("NFC", words)
    write_page(tmp_path / "d.html", sheet, language=language)
    page = (tmp_path / "d.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert unicodedata.is_normalized("NFC", page)


def test_the_answer_to_voters_names_stations_and_leaves_the_quarter_open(tmp_path):
    """State by its basis and day, stations with distances, funding; addressee, number and quarter are marked blanks."""
    write_voters_letter(tmp_path / "d.docx", made_sheet())
    words, blanks = words_of(tmp_path / "d.docx"), blanks_of(tmp_path / "d.docx")
    assert "Theo xác nhận của xã ngày 20/10/2026, Bản Nà Lạ được xếp loại “trắng sóng”" in words
    assert "trạm ThuongGiap_TQG (TQG0327-12) của Viettel cách 2,6 km" in words
    assert "Quỹ Dịch vụ viễn thông công ích." in words
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in words
    assert "Kính gửi: " in words
    assert {"[cử tri, tổ đại biểu hoặc cơ quan chuyển kiến nghị]", "[…]", "[20…]", "[Họ và tên]"} <= set(blanks)
    assert "[nguồn vốn]" not in blanks
    assert "[nhà mạng, phương án]" not in blanks


@pytest.mark.parametrize(
    ("basis", "opening"),
    [
        ("measured", "Theo kết quả đo kiểm ngày 20/10/2026, "),
        ("declared", "Theo khai báo, báo cáo ngày 20/10/2026, "),
        ("override", "Theo kết luận của Sở ngày 20/10/2026, "),
        ("modelled", "Theo kết quả mô phỏng, chưa đo kiểm"),
    ],
)
def test_a_letter_claims_no_more_than_its_basis(basis, opening):
    """What was declared may be the province's report: no operator is said to have declared it."""
    sheet = made_sheet()
    based = replace(sheet, services=(replace(sheet.main, basis=basis),))
    assert state_sentence(based, "vi").startswith(opening)


def test_the_answer_to_voters_marks_what_is_not_known(tmp_path):
    """Stations, reason, plan and funding are blanks to fill where nothing is known; a route to be checked is none."""
    write_voters_letter(tmp_path / "d.docx", bare_sheet())
    blanks = set(blanks_of(tmp_path / "d.docx"))
    assert {"[tên trạm, khoảng cách]", "[nguyên nhân]", "[nhà mạng, phương án]", "[nguồn vốn]"} <= blanks
    sheet = made_sheet()
    write_voters_letter(tmp_path / "e.docx", replace(sheet, route=replace(sheet.route, key="unknown")))
    assert "[nguồn vốn]" in blanks_of(tmp_path / "e.docx")


def test_the_letter_asks_an_operator_for_what_is_missing(tmp_path):
    """Values in full, on-air status, its view of the planned site, its plan; the deadline is blank."""
    sheet = made_sheet()
    write_operator_letter(tmp_path / "d.docx", sheet, sheet.requests[0])
    words = words_of(tmp_path / "d.docx")
    assert "Kính gửi: Viettel" in words
    assert "ThuongGiap_TQG (TQG0327-12): phương vị, công suất, độ lợi anten." in words
    assert "hiện có đang phát sóng 2G, 4G hay không" in words
    assert "Ý kiến về phương án: trạm mới số 5 của phương án, Viettel 4G B28" in words
    assert "quý phát sóng" in words
    assert "[…/…/20…]" in blanks_of(tmp_path / "d.docx")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_templates_in_the_package_are_those_the_layout_makes(tmp_path, language):
    """Whoever changes the layout builds them again."""
    from importlib import resources

    build_sheet(tmp_path / "sheet.docx", language)
    for kind in ("voters", "operator"):
        build_letter(tmp_path / f"{kind}.docx", kind, language)
    for kind, name in FILE_NAMES.items():
        shipped = resources.files("phusong.tenders.templates") / language / name.to(language)
        assert (tmp_path / f"{kind}.docx").read_bytes() == shipped.read_bytes(), kind


def test_a_departments_own_template_is_checked(tmp_path):
    """A missing file, a field that does not exist, and one that may not be dropped are told."""
    with pytest.raises(MissingFileError):
        write_sheet(tmp_path / "d.docx", made_sheet(), template=tmp_path / "mau.docx")
    own = docx.Document()
    own.add_paragraph("{{ village_name }} {{ tinh_cam }}")
    own.save(str(tmp_path / "la.docx"))
    with pytest.raises(UnreadableFileError, match="tinh_cam"):
        write_sheet(tmp_path / "d.docx", made_sheet(), template=tmp_path / "la.docx")
    own = docx.Document()
    own.add_paragraph("{{ village_name }}")
    own.save(str(tmp_path / "thieu.docx"))
    with pytest.raises(UnreadableFileError, match="not_measured"):
        write_sheet(tmp_path / "d.docx", made_sheet(), template=tmp_path / "thieu.docx")


@pytest.mark.chromium
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_opens_offline_and_prints_on_one_page(chromium_page, tmp_path, language):
    """Nothing is fetched, the browser has no complaint, A4 holds it with both pictures."""
    pictures = SheetPictures(
        map_png=png_bytes(new_figure(2.75, 2.6), dpi=80),
        profile_png=png_bytes(new_figure(7.15, 1.9), dpi=80),
        profile_caption=Text("Mặt cắt", "Profile"),
    )
    write_page(tmp_path / "d.html", made_sheet(), language=language, pictures=pictures)
    opened = chromium_page(tmp_path / "d.html")
    printed = opened.page.pdf(prefer_css_page_size=True)
    assert opened.requests == []
    assert opened.complaints == []
    assert printed.count(b"/Type /Page\n") == 1
    assert opened.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
