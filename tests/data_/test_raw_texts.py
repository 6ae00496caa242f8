"""Text tables as systems and people save them: every usual encoding and delimiter, and an answer to the rest."""

from __future__ import annotations

import csv
import dataclasses
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phusong.data.lists import read_list
from phusong.data.raw.limits import LIMITS
from phusong.data.raw.texts import read_text_table
from phusong.data.schemas import HOUSEHOLDS
from phusong.errors import UnreadableFileError

HEADER = ["Mã hộ", "Mã xã", "Thôn", "Kinh độ", "Vĩ độ"]
ROW = ["H1", "00985", "Bản Nà Lạ", "105.3", "22.6"]
LEGACY = {
    "TCVN3": (["M· hé", "M· x·", "Th«n", "Kinh ®é", "VÜ ®é"], "B¶n Nµ L¹"),
    "VNI": (["Maõ hoä", "Maõ xaõ", "Thoân", "Kinh ñoä", "Vó ñoä"], "Baûn Naø Laï"),
}


def wanted(headers):
    return len(set(HEADER) & set(headers))


def cells(path, limits=LIMITS):
    return read_text_table(path, wanted, limits).cells.to_numpy().tolist()


def refusal(path, limits=LIMITS):
    with pytest.raises(UnreadableFileError) as raised:
        read_text_table(path, wanted, limits)
    assert path.name in raised.value.text.vi and "\n" not in raised.value.text.vi
    return raised.value.text.vi


def saved(path, rows, *, sep=";", encoding="utf-8", before=""):
    lines = io.StringIO(newline="")
    csv.writer(lines, delimiter=sep).writerows(rows)
    path.write_bytes((before + lines.getvalue()).encode(encoding))
    return path


def for_windows(text):
    """Return a text as code page 1258 writes it: letters with their hats, tone marks apart."""
    letters = []
    for letter in text:
        base, *marks = unicodedata.normalize("NFD", letter)
        hats = "".join(mark for mark in marks if mark in "\u0302\u0306\u031b")
        tones = "".join(mark for mark in marks if mark not in hats)
        letters.append(unicodedata.normalize("NFC", base + hats) + tones)
    return "".join(letters)


@pytest.mark.parametrize("sep", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_form_of_unicode_and_every_delimiter(tmp_path, encoding, sep):
    """UTF-8 and UTF-16, both byte orders, with and without a mark."""
    assert cells(saved(tmp_path / "a.csv", [HEADER, ROW], sep=sep, encoding=encoding)) == [HEADER, ROW]


def test_utf_16_big_endian_with_a_mark(tmp_path):
    """The mark says the byte order."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xfe\xff" + ";".join(HEADER).encode("utf-16-be"))
    assert cells(path) == [HEADER]


def test_the_code_page_of_windows_is_composed(tmp_path):
    """Windows-1258 keeps tone marks apart; the cells are composed."""
    rows = [[for_windows(cell) for cell in row] for row in (HEADER, ROW)]
    assert cells(saved(tmp_path / "a.csv", rows, encoding="cp1258")) == [HEADER, ROW]


@pytest.mark.parametrize("name", LEGACY)
def test_bytes_of_legacy_fonts_stay_for_the_columns(tmp_path, name):
    """Bytes that make no Vietnamese in code page 1258 but do in a legacy font are left as that font wrote them."""
    header, village = LEGACY[name]
    row = ["H1", "00985", village, "105.3", "22.6"]
    assert cells(saved(tmp_path / "a.csv", [header, row], encoding="latin-1")) == [header, row]


@pytest.mark.parametrize("name", LEGACY)
def test_a_legacy_village_in_a_file_of_bytes_is_read_whole(tmp_path, name):
    """Through the whole reading: the village is Unicode and its cell a repair."""
    _, village = LEGACY[name]
    ascii_header = ["household_key", "commune_code", "village_name", "lon", "lat"]
    path = saved(tmp_path / "a.csv", [ascii_header, [*ROW[:2], village, *ROW[3:]]], encoding="latin-1")
    checked = read_list(path, HOUSEHOLDS)
    assert checked.rows["village_name"].tolist() == ["Bản Nà Lạ"]
    assert [(p.found, p.after) for p in checked.problems if p.code == f"text.{name.lower()}"] == [
        (village, "Bản Nà Lạ")
    ]


def test_the_line_of_excel_that_names_the_delimiter_is_believed(tmp_path):
    """``sep=|`` on the first line; it stays a row, so that rows keep the numbers the user sees."""
    path = saved(tmp_path / "a.csv", [HEADER, ROW], sep="|", before="sep=|\n")
    assert cells(path)[0][0].startswith("sep=") and cells(path)[1:] == [HEADER, ROW]


TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"), max_size=8)


@given(
    st.lists(st.lists(st.one_of(TEXT, st.sampled_from(['a"b', "x;y", "x\ny", ""])), min_size=4, max_size=4), max_size=6)
)
def test_what_a_csv_writer_writes_is_read(tmp_path_factory, rows):
    """Quotes, delimiters and line breaks inside cells come back, rows and columns where they were."""
    path = saved(tmp_path_factory.mktemp("t") / "a.csv", [HEADER[:4], *rows])
    assert cells(path) == [HEADER[:4], *rows]


def test_a_broken_character_is_named_with_its_line(tmp_path):
    """UTF-8 with a byte gone is not read as if it were another encoding: every name in it would be wrong."""
    data = "\n".join(["Mã hộ;Thôn", "H1;Bản Nà Lạ", "H2;Bản Đông"]).encode()
    (tmp_path / "a.csv").write_bytes(data.replace("Đ".encode(), b"\xc4"))
    assert "dòng 3" in refusal(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_bytes("\ufeffMã hộ;Thôn\nĐ".encode("utf-16-le") + b"\x00\xd8")
    assert "dòng 2" in refusal(tmp_path / "b.csv")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "không có dòng dữ liệu"),
        (b" \r\n\r\n", "không có dòng dữ liệu"),
        (b"\0" * 5000, "không phải tệp chữ"),
        (b"a;b\n1;\0\n", "không phải tệp chữ"),
        ("Mã hộ;Thôn\n1;a\0b\n".encode("utf-16"), "không phải tệp chữ"),
        (b'M;T\n"' + b"x" * 300_000, "bị hỏng"),
        (b"Th\xc3\xb4n" + b";" * 5000, "hơn 500 cột"),
        (b"x" * 2_000_000, "quá dài"),
    ],
)
def test_what_is_no_table_ends_in_a_sentence(tmp_path, data, says):
    """Nothing, NUL bytes, a quote that never closes, thousands of columns, one endless line."""
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    assert says in refusal(path)


def test_more_than_the_limits_is_refused(tmp_path):
    """Bytes and rows of text tables have limits of their own."""
    path = saved(tmp_path / "a.csv", [HEADER, *[ROW] * 20])
    assert "hơn 10 dòng" in refusal(path, dataclasses.replace(LIMITS, text_rows=10))
    assert "quá lớn" in refusal(path, dataclasses.replace(LIMITS, text_bytes=100))
