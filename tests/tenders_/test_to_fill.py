"""What the investor has to fill: every mark of the finished files, each where it stands."""

from __future__ import annotations

import docx
import openpyxl
import pytest
from tenders_.made_package import made_package

from phusong.tenders.papers import WRITERS
from phusong.tenders.papers.to_fill import MARK, marks_of_set
from phusong.tenders.parts import Making, part
from phusong.words import LANGUAGES


def make_set(folder, package, keys, language="vi"):
    """Write some parts, the list last."""
    for key in (*keys, "to_fill"):
        WRITERS[key](folder / part(key).file_name(language), package, Making(language=language, maps=folder))
    return openpyxl.load_workbook(folder / part("to_fill").file_name(language))


def all_text(path):
    """Return the text of a document the naive way: all of its paragraphs, cells included, in one string."""
    body = docx.Document(str(path)).element.body
    return "\n".join(
        "".join(text.text or "" for text in paragraph.iter() if text.tag.endswith("}t"))
        for paragraph in body.iter()
        if paragraph.tag.endswith("}p")
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mark_of_every_file_is_listed(language, tmp_path):
    """As many places as marks are in the files, counted a second way."""
    package = made_package(6)
    keys = ("cover", "list_submission", "selection_submission", "estimate_decision", "summary")
    book = make_set(tmp_path, package, keys, language)
    expected = sum(len(MARK.findall(all_text(tmp_path / part(key).file_name(language)))) for key in keys)
    assert len(marks_of_set(tmp_path, package, language)) == expected > 50
    for sheet in book.worksheets:
        last = [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], int)]
        assert len(last) > 10


def test_a_mark_is_found_with_its_place_and_its_key(tmp_path):
    """A row says what, the key of the settings file and the files; the second sheet says where in each."""
    book = make_set(tmp_path, made_package(6), ("selection_submission",))
    first, second = book.worksheets
    rows = {row[1]: row for row in first.iter_rows(values_only=True) if isinstance(row[0], int)}
    assert rows["Giá gói thầu (VND)"][2] == "package_price"
    assert rows["Giá gói thầu (VND)"][4] == part("selection_submission").file_name("vi")
    places = {row[3] for row in second.iter_rows(values_only=True) if row[4] == "Giá gói thầu (VND)"}
    assert any(place.startswith("VI. TỔNG GIÁ TRỊ") for place in places)


def test_marks_of_a_workbook_are_listed_by_sheet_and_cell(tmp_path):
    """Workbooks of the set are read too."""
    book = openpyxl.Workbook()
    book.active.title = "KHLCNT"
    book.active["C7"] = "Nguồn vốn: [chủ đầu tư điền: Chi tiết nguồn vốn]"
    book.save(tmp_path / part("selection_plan").file_name("vi"))
    (mark,) = marks_of_set(tmp_path, made_package(3), "vi")
    assert (mark.place, mark.what) == ("trang KHLCNT, C7", "Chi tiết nguồn vốn")


def test_nothing_is_listed_that_the_investor_told(tmp_path):
    """A told value is asked for no more, anywhere."""
    told = {"investor": "Sở Khoa học và Công nghệ", "competent_body": "Uỷ ban nhân dân tỉnh"}
    make_set(tmp_path, made_package(6, told=told), ("list_submission", "list_decision"))
    asked = {mark.what for mark in marks_of_set(tmp_path, made_package(6, told=told), "vi")}
    assert "Tên chủ đầu tư" not in asked
    assert "Người (cơ quan) có thẩm quyền" not in asked


def test_the_list_has_the_same_bytes_each_time(tmp_path):
    """No clock is in it."""
    names = []
    for name in ("1", "2"):
        (tmp_path / name).mkdir()
        make_set(tmp_path / name, made_package(3), ("summary",))
        names.append((tmp_path / name / part("to_fill").file_name("vi")).read_bytes())
    assert names[0] == names[1]
