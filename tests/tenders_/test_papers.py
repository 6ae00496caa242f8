"""Papers filled from a package: complete, with the package's totals, the same bytes; ours or a department's own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import docx
import pytest
from tenders_.made_package import made_package

from phusong.errors import UnreadableFileError
from phusong.tenders.package.values import AWARDS, Change
from phusong.tenders.papers import WRITERS
from phusong.tenders.papers.amounts import in_words
from phusong.tenders.papers.context import COMMON_FIELDS, fields_of
from phusong.tenders.papers.department import check_templates, export_templates
from phusong.tenders.parts import Making, part, parts_of
from phusong.words import LANGUAGES, Text, number

WORD_PARTS = [(award, one.key) for award in AWARDS for one in parts_of(award) if one.key in WRITERS]
LEFT_OVER = re.compile(r"\{\{|\}\}|\{%|%\}|\bNone\b|\bnan\b|\binf\b")


def made(folder, key, package, *, language="vi", templates=None):
    """Write a part and return its path."""
    path = folder / part(key).file_name(language)
    WRITERS[key](path, package, Making(language=language, maps=folder, templates=templates))
    return path


def words_of(path):
    """Return all text of a document, headers and footers included."""
    document = docx.Document(str(path))
    parts = [document.element.body]
    for section in document.sections:
        parts += [section.header._element, section.first_page_header._element, section.first_page_footer._element]
    return "\n".join(
        "".join(text.text or "" for text in paragraph.iter() if text.tag.endswith("}t"))
        for element in parts
        for paragraph in element.iter()
        if paragraph.tag.endswith("}p")
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("award", "key"), [(a, k) for a, k in WORD_PARTS if k != "to_fill"])
def test_every_paper_fills_in_both_languages(award, key, language, tmp_path):
    """No tag, no None, no nan is left; code, digest and banner stand in each; python-docx opens and saves it."""
    package = made_package(12, award=award, simulated=True)
    path = made(tmp_path, key, package, language=language)
    words = words_of(path)
    fields = fields_of(package, language)
    assert not LEFT_OVER.search(words)
    for stays in ("package_code", "digest_short", "banner"):
        assert fields[stays] in words
    docx.Document(str(path)).save(str(tmp_path / "again.docx"))
    assert words_of(tmp_path / "again.docx") == words


def test_the_same_package_gives_the_same_bytes(tmp_path):
    """A set can be made again and compared."""
    package = made_package(12)
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        folder.mkdir()
        made(folder, "selection_submission", package)
    name = part("selection_submission").file_name("vi")
    assert (first / name).read_bytes() == (second / name).read_bytes()


def test_common_fields_are_those_declared():
    """What a department may use is what it gets."""
    assert set(fields_of(made_package(3), "vi")) == COMMON_FIELDS


@pytest.mark.parametrize("key", ["list_submission", "list_appraisal", "list_decision", "summary", "cover"])
def test_totals_are_the_packages(key, tmp_path):
    """Areas and households are those of the package."""
    package = made_package(30)
    words = words_of(made(tmp_path, key, package))
    assert number(package.households) in words
    assert number(len(package.areas)) in words


@pytest.mark.parametrize("key", ["estimate_submission", "estimate_appraisal", "estimate_decision", "cover"])
def test_money_stands_in_figures_and_in_words(key, tmp_path):
    """The middle of the estimate is written both ways, its ends in figures."""
    package = made_package(30)
    words = words_of(made(tmp_path, key, package))
    for end in (package.cost.low, package.cost.middle, package.cost.high):
        assert number(end) in words
    assert in_words(round(package.cost.middle)) in words


def test_commune_rows_add_up_to_the_total(tmp_path):
    """The sum of the printed rows is the printed total."""
    document = docx.Document(str(made(tmp_path, "list_decision", made_package(30))))
    rows = [[cell.text for cell in row.cells] for row in document.tables[1].rows][1:]
    for column in range(2, 7):
        values = [int(row[column].replace(".", "")) for row in rows]
        assert sum(values[:-1]) == values[-1]


def test_what_the_investor_told_stands_where_it_was_asked_for(tmp_path):
    """A told value takes the place of its mark in every cell."""
    asked = words_of(made(tmp_path, "selection_decision", made_package(6)))
    assert "[chủ đầu tư điền: Giá gói thầu (VND)]" in asked
    told = made_package(6, told={"package_price": "28.700.000.000", "investor": "Sở Khoa học và Công nghệ"})
    words = words_of(made(tmp_path, "selection_decision", told))
    assert "28.700.000.000" in words
    assert "Giá gói thầu (VND)]" not in words
    assert "SỞ KHOA HỌC VÀ CÔNG NGHỆ" in words_of(made(tmp_path, "selection_submission", told))


def test_the_selection_plan_has_the_columns_of_the_national_system(tmp_path):
    """Fifteen columns, name and work under one head, on a lying page."""
    document = docx.Document(str(made(tmp_path, "selection_submission", made_package(6))))
    head = [cell.text for cell in document.tables[-1].rows[0].cells]
    assert head[2] == head[3] == "Gói thầu"
    below = [cell.text for cell in document.tables[-1].rows[1].cells]
    assert below[1:6] == [
        "Tên chủ đầu tư",
        "Tên gói thầu",
        "Tóm tắt công việc chính",
        "Lĩnh vực",
        "Giá gói thầu (VND)",
    ]
    assert len(below) == 15
    assert document.sections[-1].page_width > document.sections[-1].page_height


def test_an_appraisal_holds_no_opinion_of_ours(tmp_path):
    """Every cell of the appraiser's column asks the appraiser."""
    for key in ("list_appraisal", "estimate_appraisal", "selection_appraisal", "dossier_appraisal"):
        document = docx.Document(str(made(tmp_path, key, made_package(6))))
        table = next(t for t in document.tables if t.rows[0].cells[-1].text == "Ý kiến của đơn vị thẩm định")
        assert all(row.cells[-1].text.startswith("[chủ đầu tư điền") for row in table.rows[1:])


def test_the_first_version_says_so_and_a_later_one_lists_what_changed(tmp_path):
    """Added, removed and changed rows are counted and shown."""
    package = made_package(6)
    assert "bản chốt đầu tiên" in words_of(made(tmp_path, "change_log", package))
    change = Change(
        kind="changed",
        subject="Khu vực",
        code="LS-02233-01",
        what=Text("Số hộ cần phủ", "Households"),
        before="54",
        after="",
    )
    later = replace(package, version=2, previous_digest="ab" * 32, changes=(change,), because="đo kiểm")
    words = words_of(made(tmp_path, "change_log", later))
    assert "Có 1 khác biệt: 0 thêm, 0 bỏ, 1 sửa." in words
    assert "LS-02233-01" in words
    assert "Lý do: đo kiểm" in words
    assert "Areas, villages" in words_of(made(tmp_path, "change_log", replace(later, changes=()), language="en"))


def test_a_package_without_sites_warnings_or_bidders_is_written(tmp_path):
    """Empty lists leave no holes."""
    package = made_package(3)
    areas = tuple(replace(a, site_ids=(), planned_households=0, left_households=a.households) for a in package.areas)
    bare = replace(
        package, areas=areas, sites=(), costs=(), warnings=(), missing=(), bidders=(), frozen_on=date(2027, 1, 2)
    )
    for key in ("list_submission", "estimate_submission", "selection_submission"):
        assert not LEFT_OVER.search(words_of(made(tmp_path, key, bare)))


def test_names_with_signs_of_markup_are_printed_as_they_are(tmp_path):
    """An ampersand or an angle bracket in a name breaks no document."""
    package = replace(made_package(3), province_name="Tỉnh <A> & B {{ x }}")
    assert "<A> & B {{ x }}" in words_of(made(tmp_path, "summary", package))


# --- a department's own templates -----------------------------------------------------------------------------------


def changed(path, old, new):
    """Replace text in the first paragraph that has it."""
    document = docx.Document(str(path))
    paragraph = next(p for p in document.paragraphs if old in p.text)
    paragraph.runs[0].text = paragraph.text.replace(old, new)
    for run in paragraph.runs[1:]:
        run.text = ""
    document.save(str(path))


def test_exported_templates_are_sound_and_used(tmp_path):
    """Copies of ours pass the check; an edited one makes the paper; a second export overwrites nothing."""
    folder = tmp_path / "mau"
    written = export_templates(folder, "vi")
    assert len(written) >= 18
    assert check_templates(folder) == []
    own = folder / part("summary").file_name("vi")
    changed(own, "2. Vì sao biết", "2. Sở giải thích cho {{ province }}")
    assert check_templates(folder) == []
    path = made(tmp_path, "summary", made_package(3), templates=folder)
    assert "2. Sở giải thích cho tỉnh Tuyên Quang" in words_of(path)
    assert export_templates(folder, "vi") == []
    assert "2. Vì sao biết" in words_of(made(tmp_path, "summary", made_package(3), templates=tmp_path / "no"))


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{{ hộ }}", "dùng trường không có: hộ"),
        ("{{ told.price }}", "dùng trường không có: told.price"),
        ("{{ setting.height }}", "dùng trường không có: setting.height"),
        ("{% if %}", "có thẻ viết sai"),
    ],
)
def test_a_wrong_tag_is_refused_in_one_sentence_with_the_files_name(tag, said, tmp_path):
    """The check and the making of the set say the same."""
    folder = tmp_path / "mau"
    export_templates(folder, "vi")
    name = part("summary").file_name("vi")
    changed(folder / name, "2. Vì sao biết", f"2. {tag}")
    (problem,) = check_templates(folder)
    assert problem.file_name == name
    assert said in problem.text.vi
    assert name in problem.text.vi
    with pytest.raises(UnreadableFileError) as raised:
        made(tmp_path, "summary", made_package(3), templates=folder)
    assert raised.value.text == problem.text


def test_a_template_may_not_drop_what_must_stay(tmp_path):
    """Without the count of households a summary says nothing."""
    folder = tmp_path / "mau"
    folder.mkdir()
    name = part("summary").file_name("vi")
    document = docx.Document()
    document.add_paragraph("{{ package_code }} {{ banner }}")
    document.save(str(folder / name))
    (problem,) = check_templates(folder)
    assert problem.text.vi == f"Mẫu {name} thiếu trường bắt buộc: digest_short, forecast_note, households."


def test_files_that_make_no_paper_or_are_no_word_file_are_told(tmp_path):
    """All problems of a folder at once."""
    (tmp_path / "16-tom-tat-cong-khai.docx").write_bytes(b"not a word file")
    (tmp_path / "bia.docx").write_bytes(b"")
    (tmp_path / "~$khai.docx").write_bytes(b"")
    first, second = check_templates(tmp_path)
    assert "không phải tệp Word" in first.text.vi
    assert "không được dùng" in second.text.vi


@pytest.mark.parametrize(
    ("award", "key"),
    [
        ("tender", "selection_submission"),
        ("tender", "selection_appraisal"),
        ("tender", "dossier_submission"),
        ("tender", "dossier_decision"),
        ("order", "order_decision"),
        ("assignment", "assignment_decision"),
    ],
)
def test_a_price_told_as_bare_digits_is_printed_as_money(award, key, tmp_path):
    """Dots between thousands, the unit and the amount in words; no paper prints a row of digits."""
    package = made_package(6, award=award, told={"package_price": "19450000000"})
    words = words_of(made(tmp_path, key, package))
    assert f"19.450.000.000 đồng (Bằng chữ: {in_words(19_450_000_000)})" in words
    assert "19450000000" not in words


@pytest.mark.parametrize("key", ["list_submission", "summary"])
def test_a_sum_of_intervals_is_called_one(key, tmp_path):
    """Ends of several areas' intervals add up to more than 90 %: the figure says what it is."""
    package = made_package(12)
    fields = fields_of(package, "vi")
    words = words_of(made(tmp_path, key, package))
    at = words.index(f"{fields['unserved_low']}–{fields['unserved_high']}")
    assert "cộng từ khoảng của" in words[at : at + 80]


def test_the_package_code_does_not_break_at_its_hyphens(tmp_path):
    """Word holds it on one line, and whoever reads the file still finds it as written."""
    path = made(tmp_path, "list_decision", made_package(6))
    body = docx.Document(str(path)).element.body
    paragraphs = docx.Document(str(path)).paragraphs
    assert body.xpath(".//w:noBreakHyphen")
    assert any("GT-08-Q-01" in paragraph.text for paragraph in paragraphs)
    assert not [t.text for t in body.xpath(".//w:t") if "GT-08-Q-01" in (t.text or "")]


def test_what_is_missing_is_one_row_a_place():
    """Each area stands once, with all it lacks."""
    package = made_package(15)
    first = package.missing[0]
    package = replace(package, missing=(*package.missing, replace(first, text=Text("Chưa biết biên giới", "x"))))
    rows = fields_of(package, "vi")["missing_by_place"]
    assert [row["code"] for row in rows] == list(dict.fromkeys(one.code for one in package.missing))
    assert rows[0]["text"].split("\n") == [first.text.vi, "Chưa biết biên giới"]


def test_kinds_of_cost_are_numbered_in_the_order_they_are_printed():
    """Investment first, then running costs, whatever order the sites' lines have."""
    package = made_package(6)
    rows = fields_of(replace(package, costs=tuple(reversed(package.costs))), "vi")["costs"]
    assert [row["stage"] for row in rows] == sorted(row["stage"] for row in rows)
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))


def test_a_commune_that_only_holds_a_site_is_said_to(tmp_path):
    """It stands in the table with no area, and the line under the table says why; it has a row of the estimate."""
    package = made_package(6)
    site = replace(package.sites[0], commune_code="99999", commune_name="Xã Chỉ Đặt Trạm")
    package = replace(package, sites=(site, *package.sites[1:]))
    assert "chỉ đặt trạm tham chiếu phục vụ khu vực của xã khác: Xã Chỉ Đặt Trạm." in words_of(
        made(tmp_path, "list_decision", package)
    )
    assert "chỉ đặt trạm tham chiếu phục vụ" not in words_of(made(tmp_path, "list_decision", made_package(6)))


def test_each_kind_of_data_is_named_once():
    """The appraisal names six lists of stations as one, with their number."""
    package = made_package(6)
    file = package.provenance.inputs[0]
    provenance = replace(package.provenance, inputs=(*package.provenance.inputs, file))
    said = fields_of(replace(package, provenance=provenance), "vi")["sources"]
    assert said.count(file.role.vi) == 1
    assert f"{file.role.vi} (2 tệp" in said
