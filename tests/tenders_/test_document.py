"""The report in Word: totals equal the snapshot's, the layout is the decree's, fields match, the bytes never change."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import zipfile
import zlib
from dataclasses import replace
from importlib import resources

import docx
import pytest
from docx.enum.text import WD_COLOR_INDEX
from docx.shared import Emu
from tenders_.made_snapshot import COMMUNES, made_snapshot

from phusong.errors import MissingFileError, UnreadableFileError
from phusong.tenders.document import FIELDS, MAP_BOX_CM, MUST_STAY, context_of, write_document
from phusong.tenders.templates.build import build
from phusong.tenders.templates.wording import FILE_NAMES
from phusong.tenders.word import fields_of
from phusong.words import Text, number

LANGUAGES = ("vi", "en")


def template_of(language):
    return resources.files("phusong.tenders.templates") / language / FILE_NAMES[language]


def png(width=40, height=20):
    """Return a small white picture."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compress((b"\0" + b"\xff" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def snapshot():
    return made_snapshot()


@pytest.fixture(scope="module")
def path(snapshot, tmp_path_factory):
    path = tmp_path_factory.mktemp("document") / "d.docx"
    write_document(path, snapshot)
    return path


@pytest.fixture(scope="module")
def document(path):
    return docx.Document(str(path))


def cells(row):
    return [cell.text for cell in row.cells]


def whole(text):
    return int(text.split("\n")[0].replace(".", ""))


def body(document):
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_every_total_in_the_report_equals_the_snapshot(document, snapshot):
    """The sentence, the table by commune, and the totals of all three annexes."""
    _, summary, _, areas, villages, sites = document.tables
    assert f"với {number(snapshot.households)} hộ cần phủ sóng" in body(document)
    assert f"(khoảng {number(snapshot.population)} người)" in body(document)
    gained = sum(site.households_gained for site in snapshot.sites)
    total = [len(snapshot.areas), snapshot.households, snapshot.population, len(snapshot.sites)]
    assert [whole(text) for text in cells(summary.rows[-1])[2:]] == total
    assert [whole(text) for text in cells(areas.rows[-1])[3:5]] == total[1:3]
    assert [whole(text) for text in cells(villages.rows[-1])[2:5]] == total[:3]
    assert whole(cells(sites.rows[-1])[-1]) == gained


def test_rows_and_commune_subtotals_add_up_in_every_annex(document, snapshot):
    """Annex I and II list each household once; the subtotal of a commune is that of the table by commune."""
    _, summary, _, areas, villages, _ = document.tables
    by_commune = {row[1]: whole(row[3]) for row in map(cells, summary.rows[1:-1])}
    assert sum(by_commune.values()) == snapshot.households
    for table, column in ((areas, 3), (villages, 3)):
        rows = [cells(row) for row in table.rows[1:-1]]
        assert {row[1]: whole(row[column]) for row in rows if not row[0]} == by_commune
        assert sum(whole(row[column]) for row in rows if row[0]) == snapshot.households
    assert len([row for row in areas.rows if cells(row)[0].isdigit()]) == len(snapshot.areas)


def test_a_table_repeats_its_header_and_splits_no_row(document):
    """Every row of every table that may pass a page."""
    for table in (document.tables[1], *document.tables[3:]):
        assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
        assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in table.rows)


def test_the_layout_is_that_of_the_decree(document):
    """A4, margins, motto, 13 points in a Times face, page number in the head but not on the first page."""
    first, annexes = document.sections
    assert (round(first.page_width.mm), round(first.page_height.mm)) == (210, 297)
    assert 30 <= round(first.left_margin.mm) <= 35
    assert 15 <= round(first.right_margin.mm) <= 20
    assert all(20 <= round(margin.mm) <= 25 for margin in (first.top_margin, first.bottom_margin))
    assert (round(annexes.page_width.mm), round(annexes.page_height.mm)) == (297, 210)
    assert (document.styles["Normal"].font.name, document.styles["Normal"].font.size.pt) == ("Times New Roman", 13)
    head = "\n".join(cells(document.tables[0].rows[0]))
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc" in head
    assert "PAGE" in first.header._element.xml
    assert first.different_first_page_header_footer
    assert "PAGE" not in first.first_page_header._element.xml


def test_what_only_the_investor_knows_is_left_to_fill_and_highlighted(document):
    """Every bracket is yellow, and there are brackets for issuer, number, date, signer, price."""
    runs = [
        run
        for paragraph in document.element.body.iter()
        if paragraph.tag.endswith("}p")
        for run in docx.text.paragraph.Paragraph(paragraph, None).runs
    ]
    marked = [run.text for run in runs if run.font.highlight_color == WD_COLOR_INDEX.YELLOW and run.text]
    assert marked
    assert all(text.startswith("[") and text.endswith("]") for text in marked)
    assert [run.text for run in runs if "[" in run.text and run.text not in marked] == []
    assert sum("chủ đầu tư điền" in text for text in marked) >= 8


def test_no_law_is_printed_as_checked_that_was_not(document):
    """The letter 1603, the circular 01/2026 and titles we recall carry the mark; the bidding law does not."""
    lines = {text: paragraph for paragraph in document.paragraphs if (text := paragraph.text).startswith("Căn cứ")}
    for reference, marked in (
        *((act, True) for act in ("1603/BTTTT-CVT", "01/2026/TT-BKHCN", "163/2024/NĐ-CP", "214/2025/NĐ-CP", "79/2025")),
        ("22/2023/QH15", False),
    ):
        (line,) = [text for text in lines if reference in text and not text.startswith("Căn cứ [")]
        assert ("[chủ đầu tư kiểm tra]" in line) == marked


@pytest.mark.parametrize("verified", [True, False])
def test_thresholds_say_when_they_are_not_verified(tmp_path, verified):
    """Beside the numbers, and among the limits."""
    write_document(tmp_path / "d.docx", made_snapshot(3, verified=verified))
    text = body(docx.Document(str(tmp_path / "d.docx")))
    assert ("5G ≥ −110 dBm (chưa xác minh)" in text) != verified
    assert ("Ngưỡng mức thu chưa được xác minh" in text) != verified
    assert "dự báo bằng mô hình, không thay thế đo kiểm" in text


@pytest.mark.parametrize(
    ("language", "estimated", "said"),
    [
        ("vi", True, "4. Số hộ ước tính: dân số chia 4,3 người một hộ, rải trên đất ở"),
        ("vi", False, "4. Số hộ theo danh sách hộ dân. Khu vực là cụm"),
        ("en", True, "4. Households are estimated: population divided by 4.3 persons a household"),
        ("en", False, "4. Households are as listed. An area is"),
    ],
)
def test_the_method_says_whether_households_are_estimated(tmp_path, language, estimated, said):
    """In the section on method, in both languages."""
    write_document(tmp_path / "d.docx", made_snapshot(5, estimated=estimated), language=language)
    assert said in body(docx.Document(str(tmp_path / "d.docx")))


@pytest.mark.parametrize("simulated", [True, False])
def test_simulated_data_are_said_on_every_page(tmp_path, simulated):
    """In the head of the first page and of all others."""
    write_document(tmp_path / "d.docx", made_snapshot(3, simulated=simulated))
    section = docx.Document(str(tmp_path / "d.docx")).sections[0]
    for header in (section.header, section.first_page_header):
        assert any("DỮ LIỆU MÔ PHỎNG" in paragraph.text for paragraph in header.paragraphs) == simulated


def test_the_approver_is_printed_or_asked_for(tmp_path):
    """A name with signs of XML in it stays a name."""
    name = "Nguyễn Văn <A> & B {{ households }}"
    write_document(tmp_path / "d.docx", made_snapshot(3, approver=name))
    signature = cells(docx.Document(str(tmp_path / "d.docx")).tables[2].rows[0])[1]
    assert name in signature
    assert "Họ và tên" not in signature


def test_names_with_signs_of_xml_stay_names(document):
    """A commune of the made-up package has an ampersand."""
    assert COMMUNES["02266"] == "Xã Khuôn Hà & Lăng Can"
    assert "Xã Khuôn Hà & Lăng Can" in [cells(row)[1] for row in document.tables[1].rows]


@pytest.mark.parametrize("with_map", [True, False])
def test_the_same_snapshot_gives_the_same_bytes(tmp_path, with_map):
    """Twice, with and without a map; the date in the properties is the snapshot's."""
    for name in "ab":
        write_document(tmp_path / name, made_snapshot(5), map_png=png() if with_map else None)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    made = docx.Document(str(tmp_path / "a"))
    assert made.core_properties.modified.isoformat() == "2026-11-22T00:00:00+00:00"
    assert len(made.inline_shapes) == with_map
    assert ("[chủ đầu tư đính kèm bản đồ]" in body(made)) != with_map


@pytest.mark.parametrize(("width", "height"), [(60, 900), (900, 60), (30, 30), (1584, 912)])
def test_a_map_of_any_shape_fits_its_page_with_its_heading(tmp_path, width, height):
    """Tall, wide, square or as drawn: inside the box, as large as it allows, and box and heading fit a lying page."""
    write_document(tmp_path / "d.docx", made_snapshot(3), map_png=png(width, height))
    document = docx.Document(str(tmp_path / "d.docx"))
    (picture,) = document.inline_shapes
    shares = (picture.width.cm / MAP_BOX_CM[0], picture.height.cm / MAP_BOX_CM[1])
    assert max(shares) == pytest.approx(1.0, abs=0.001)
    assert picture.width / picture.height == pytest.approx(width / height, rel=0.01)
    page = document.sections[1]
    assert MAP_BOX_CM[0] <= Emu(page.page_width - page.left_margin - page.right_margin).cm
    two_lines_cm = 2 * 14 * 1.2 / 72 * 2.54
    assert MAP_BOX_CM[1] + two_lines_cm <= Emu(page.page_height - page.top_margin - page.bottom_margin).cm
    heading = [p for p in document.paragraphs if p.text.startswith(("Phụ lục IV", "BẢN ĐỒ"))]
    assert [p.paragraph_format.keep_with_next for p in heading] == [True, True]


def test_tables_do_not_repeat_in_the_reason_what_stands_beside_it(tmp_path):
    """The opening sentence of a reason names village and households; their columns do, too."""
    snapshot = made_snapshot(1)
    text = f"{snapshot.areas[0].village_name}: 45 hộ chưa có sóng 4G. Trạm gần nhất VTL1 cách 3,9 km."
    area = replace(snapshot.areas[0], reason=Text(text, text))
    write_document(tmp_path / "d.docx", replace(snapshot, areas=(area,)))
    assert cells(docx.Document(str(tmp_path / "d.docx")).tables[3].rows[2])[-1] == "Trạm gần nhất VTL1 cách 3,9 km."


def test_another_snapshot_gives_other_bytes(tmp_path, path):
    """Bytes that never change at all would prove nothing."""
    write_document(tmp_path / "d.docx", made_snapshot(59))
    assert (tmp_path / "d.docx").read_bytes() != path.read_bytes()


def test_an_english_report_has_no_vietnamese_labels(tmp_path, snapshot):
    """Labels and numbers are English; names of acts and places keep theirs."""
    write_document(tmp_path / "d.docx", snapshot, language="en")
    document = docx.Document(str(tmp_path / "d.docx"))
    text = body(document)
    assert f"{snapshot.households:,} households" in text
    assert "chủ đầu tư" not in text
    assert f"Source: {snapshot.provenance.profile_source.en}." in text
    assert "indoors 10.0 dB (assumption)" in text
    assert cells(document.tables[3].rows[0])[1] == "Area code"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_and_the_context_have_the_same_fields(language, snapshot):
    """No field of a template is unknown; none is computed for nothing (the full digest is for departments)."""
    template = template_of(language)
    used = fields_of(template.read_bytes(), template.name)
    assert {*context_of(snapshot, language), "map_picture"} == FIELDS
    assert FIELDS - used == {"digest"}
    assert used <= FIELDS
    assert used >= MUST_STAY


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_in_the_package_is_what_its_script_makes(tmp_path, language):
    """The Word file can be reviewed as code, and is small."""
    build(tmp_path / "t.docx", language)
    kept = template_of(language).read_bytes()
    assert len(kept) < 60_000
    (tmp_path / "kept.docx").write_bytes(kept)
    with zipfile.ZipFile(tmp_path / "t.docx") as made, zipfile.ZipFile(tmp_path / "kept.docx") as stored:
        assert made.namelist() == stored.namelist()
        assert [name for name in made.namelist() if made.read(name) != stored.read(name)] == []


def department_template(tmp_path, old, new):
    """Return our template with one text of its body changed, as somebody might in Word."""
    path = tmp_path / "mau.docx"
    with resources.as_file(template_of("vi")) as source:
        document = docx.Document(str(source))
    parts = [document.element.body, *(s._element for s in _running_parts(document))]
    texts = [t for part in parts for t in part.iter() if t.tag.endswith("}t") and t.text and old in t.text]
    assert texts
    for text in texts:
        text.text = text.text.replace(old, new)
    document.save(str(path))
    return path


def _running_parts(document):
    section = document.sections[0]
    return (section.header, section.first_page_header, section.footer, section.first_page_footer)


def test_a_departments_own_template_is_used(tmp_path, snapshot):
    """Its words stand in the document."""
    template = department_template(tmp_path, "Trân trọng báo cáo", "Sở Khoa học và Công nghệ trân trọng báo cáo")
    write_document(tmp_path / "d.docx", snapshot, template=template)
    assert "Sở Khoa học và Công nghệ trân trọng báo cáo" in body(docx.Document(str(tmp_path / "d.docx")))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{{ service }}", "{{ dich_vu }}", "uses unknown fields: dich_vu"),
        ("{{ row.gap_id }}", "{{ row.ma_khu_vuc }}", "uses unknown fields: .*ma_khu_vuc"),
        ("{{ digest_short }}", "", "lacks fields that must stay: digest_short"),
        ("{{ banner }}", "", "lacks fields that must stay: banner"),
        ("{{ service }}", "{{ service", "has a wrong tag"),
    ],
)
def test_a_template_that_does_not_fit_is_one_clear_message(tmp_path, snapshot, old, new, message):
    """The field is named, and no document is left behind."""
    template = department_template(tmp_path, old, new)
    with pytest.raises(UnreadableFileError, match=message):
        write_document(tmp_path / "d.docx", snapshot, template=template)
    assert not (tmp_path / "d.docx").exists()


def test_a_template_that_is_missing_or_no_word_file_is_named(tmp_path, snapshot):
    """Two messages, neither a traceback of a library."""
    with pytest.raises(MissingFileError, match=r"mau\.docx was not found"):
        write_document(tmp_path / "d.docx", snapshot, template=tmp_path / "mau.docx")
    (tmp_path / "mau.docx").write_text("không phải Word", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=r"mau\.docx is no Word file"):
        write_document(tmp_path / "d.docx", snapshot, template=tmp_path / "mau.docx")


@pytest.mark.libreoffice
def test_the_printed_report_keeps_its_letters_and_its_headers(tmp_path, path):
    """Printed by LibreOffice: letters come out of the PDF as they went in; each page of a table has its header."""
    office, reader = shutil.which("soffice"), shutil.which("pdftotext")
    if office is None or reader is None:
        pytest.skip("LibreOffice or pdftotext is not installed")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    text = subprocess.run(
        [reader, "-layout", str(tmp_path / "d.pdf"), "-"], check=True, capture_output=True, encoding="utf-8", timeout=60
    ).stdout
    pages = text.split("\f")
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in pages[0]
    with_areas = [page for page in pages if re.search(r"^\s+\d+\s+LS-\d{5}-\d{3}", page, re.MULTILINE)]
    assert len(with_areas) > 3
    assert all("Nguyên nhân" in page for page in with_areas)
