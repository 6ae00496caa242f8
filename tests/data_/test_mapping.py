"""An unknown sheet: what its columns may be is proposed, confirmed by a person in a small file, and remembered."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messy.clean import CLEAN, HEADERS, TERRITORY, grid
from messy.files import Page, text, xlsx

from phusong.data.lists import read_list
from phusong.data.mapping import (
    HeaderMapping,
    MappedColumn,
    propose_mapping,
    read_mapping,
    remember_mapping,
    write_mapping,
)
from phusong.data.schema import header_key
from phusong.data.schemas import GAPS, HOUSEHOLDS, STATIONS
from phusong.errors import MissingFileError, UnknownNameError, UnreadableFileError

STRANGE = {
    "row_no": "Mục",
    "commune_name": "Địa bàn (xã)",
    "village_name": "Điểm dân cư cấp thôn",
    "lon": "Toạ độ ngang",
    "lat": "Toạ độ dọc",
    "households_total": "Cả thảy bao nhiêu hộ",
    "households_unserved": "Hộ mất sóng",
    "population": "Tổng dân",
    "gap_class": "Kiểu vùng",
    "grid_power": "Lưới điện",
    "sig_viettel_4g": "VT4",
    "reported_on": "Lập ngày",
}
"""Headers nobody has written yet, in front of the cells of the clean table."""


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """Keep what is remembered inside the test."""
    monkeypatch.setenv("PHUSONG_HOME", str(tmp_path / "home"))


@pytest.fixture
def strange(tmp_path):
    """Return a workbook with titles above and headers nobody knows."""
    return xlsx(tmp_path / "la.xlsx", Page([["DANH SÁCH"], [], *grid(headers=STRANGE)]))


def by_hand(mapping):
    """Return the mapping as a person mends it: every column said."""
    fields = {title: name for name, title in STRANGE.items()}
    columns = tuple(MappedColumn(column.header, fields[column.header]) for column in mapping.columns)
    return HeaderMapping(list_name=mapping.list_name, columns=columns, rows=mapping.rows, sheet=mapping.sheet)


def errors(checked):
    return [problem for problem in checked.problems if problem.level == "error"]


def test_an_unknown_sheet_is_refused_with_the_ways_out(strange):
    """One sentence names the template and the mapping file."""
    with pytest.raises(UnreadableFileError) as raised:
        read_list(strange, STATIONS)
    assert "tệp mẫu" in raised.value.text.vi and "ghép cột" in raised.value.text.vi


def test_missing_columns_beside_unknown_ones_point_to_the_mapping(tmp_path):
    """Where a needed column is missing and others are unknown, the list says what can be done."""
    path = xlsx(tmp_path / "thieu.xlsx", Page(grid(headers={"gap_class": "Kiểu vùng"})))
    texts = [
        problem.text.vi for problem in read_list(path, GAPS, TERRITORY).problems if problem.code == "header.unused"
    ]
    assert texts == [
        "Các cột không dùng đến: “Kiểu vùng”. Nếu một trong số đó là cột còn thiếu, hãy ghi cột nào là cột nào vào một "
        "tệp ghép cột (.toml)."
    ]


def test_cells_and_headers_tell_what_a_column_may_be(strange):
    """Positions and classes are told by their cells, others by their headers; what is uncertain is not proposed."""
    proposed = {column.header: column.field for column in propose_mapping(strange, GAPS).columns}
    assert list(proposed) == list(STRANGE.values())
    right = {title: name for name, title in STRANGE.items()}
    assert {proposed[STRANGE[name]] for name in ("lon", "lat", "gap_class")} == {"lon", "lat", "gap_class"}
    assert all(field in ("", right[header]) for header, field in proposed.items())


def test_a_proposal_says_how_sure_it_is(strange):
    """Certainties lie between a half and one, less than one where nobody said so."""
    columns = propose_mapping(strange, GAPS).columns
    assert all(0.5 <= column.certainty < 1.0 for column in columns if column.field)


def test_operators_are_told_by_their_names(tmp_path):
    """A column of operators needs no header."""
    rows = [["Mã trạm", "Bên phát", "Kinh độ", "Vĩ độ", "Công nghệ"]]
    rows += [[f"T{n}", name, 105.3, 22.6, "4G"] for n, name in enumerate(("Viettel", "VNPT", "Mobifone", "VTL"))]
    proposed = {c.header: c.field for c in propose_mapping(text(tmp_path / "tram.csv", rows), STATIONS).columns}
    assert proposed["Bên phát"] == "operator"


def test_personal_columns_are_never_proposed_nor_mapped(tmp_path):
    """A header of personal data stays out, whatever the mapping says of it."""
    path = xlsx(tmp_path / "ho.xlsx", Page([["Mã", "Họ tên chủ hộ", "Kinh độ", "Vĩ độ"], ["A", "Ai Đó", 105.3, 22.6]]))
    assert {c.header: c.field for c in propose_mapping(path, HOUSEHOLDS).columns}["Họ tên chủ hộ"] == ""
    mapping = HeaderMapping(list_name="households", columns=(MappedColumn("Họ tên chủ hộ", "village_name"),))
    checked = read_list(path, HOUSEHOLDS, mapping=mapping)
    assert checked.rows["village_name"].tolist() == [""]
    assert "personal.column" in {problem.code for problem in checked.problems}


def test_a_confirmed_mapping_reads_the_sheet_right(strange, tmp_path):
    """Written, mended by a person, read again, applied: the rows are those of the clean table, each column listed."""
    file = tmp_path / "ghep.toml"
    write_mapping(by_hand(propose_mapping(strange, GAPS)), file)
    checked = read_list(strange, GAPS, TERRITORY, mapping=read_mapping(file))
    assert errors(checked) == []
    assert checked.rows["village_name"].tolist() == CLEAN["village_name"].tolist()
    assert checked.rows["lon"].tolist() == CLEAN["lon"].tolist()
    listed = {problem.found: problem.after for problem in checked.problems if problem.code == "header.mapping"}
    assert listed["VT4"] == "Hiện trạng 4G Viettel" and len(listed) == len(STRANGE)


def test_a_remembered_mapping_is_used_for_the_same_headers_only(strange, tmp_path):
    """The next list with these headers needs no file; one with other headers is asked about again."""
    remember_mapping(by_hand(propose_mapping(strange, GAPS)))
    again = xlsx(tmp_path / "quy-sau.xlsx", Page([["DANH SÁCH QUÝ IV"], [], *grid(headers=STRANGE)[:4]]))
    checked = read_list(again, GAPS, TERRITORY)
    assert errors(checked) == [] and len(checked.rows) == 3
    assert "header.mapping" in {problem.code for problem in checked.problems}
    other = xlsx(tmp_path / "khac.xlsx", Page([["DANH SÁCH"], [], *grid(headers=STRANGE | {"population": "Người"})]))
    with pytest.raises(UnreadableFileError):
        read_list(other, GAPS, TERRITORY)


def test_a_mapping_may_name_sheet_and_header_rows(tmp_path):
    """Of two sheets with unknown headers the one named is read, from the rows named."""
    rows = [["x", "y", "z"], *grid(headers=STRANGE)]
    path = xlsx(tmp_path / "hai.xlsx", Page(rows, name="Nháp"), Page(rows, name="Chính thức"))
    columns = tuple(MappedColumn(title, name) for name, title in STRANGE.items())
    mapping = HeaderMapping(list_name="gaps", columns=columns, rows=(2, 2), sheet="chính*")
    checked = read_list(path, GAPS, TERRITORY, mapping=mapping)
    assert [place.name for place in checked.sheets] == ["Chính thức"]
    assert checked.sheets[0].header_rows == (2,) and len(checked.rows) == 6


def test_a_column_can_be_left_out(tmp_path):
    """An empty field leaves out a column the list would know, and says so."""
    path = xlsx(tmp_path / "bo.xlsx", Page(grid()))
    mapping = HeaderMapping(list_name="gaps", columns=(MappedColumn(HEADERS["population"], ""),))
    checked = read_list(path, GAPS, TERRITORY, mapping=mapping)
    assert checked.rows["population"].isna().all()
    assert [p.column for p in checked.problems if p.code == "header.mapping"] == ["Dân số"]


@settings(max_examples=60)
@given(
    st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=8, unique_by=header_key),
    st.one_of(st.none(), st.tuples(st.integers(1, 9), st.integers(9, 30))),
)
def test_a_mapping_comes_back_as_written(tmp_path_factory, headers, rows):
    """Quotes, line breaks and signs of any language survive the file."""
    fields = ["lon", "lat", "village_name", "population", "note", "batch", "source", ""]
    columns = tuple(MappedColumn(header, field) for header, field in zip(headers, fields, strict=False))
    mapping = HeaderMapping(list_name="gaps", columns=columns, rows=rows)
    file = tmp_path_factory.mktemp("ghep") / "ghep.toml"
    write_mapping(mapping, file)
    assert read_mapping(file) == mapping


@pytest.mark.parametrize(
    ("written", "error", "says"),
    [
        ("list = 'gaps'\n[columns]\n'A' = 'vilage_name'", UnknownNameError, "village_name"),
        ("list = 'gap'\n[columns]\n'A' = 'lon'", UnknownNameError, "gaps"),
        ("list = 'gaps'\n[columns]\n'A' = 'lon'\n'B' = 'lon'", UnreadableFileError, "hai cột “A” và “B”"),
        ("list = 'gaps'\n", UnreadableFileError, "[columns]"),
        ("list = 'gaps'\n[columns]\n'A' = 3", UnreadableFileError, "[columns]"),
        ("list = 'gaps'\nheader_rows = [3]\n[columns]\n'A' = 'lon'", UnreadableFileError, "header_rows"),
        ("list = 'gaps'\nsheet = 3\n[columns]\n'A' = 'lon'", UnreadableFileError, "sheet"),
        ("= rubbish", UnreadableFileError, "TOML"),
    ],
)
def test_a_wrong_mapping_file_gets_one_clear_sentence(tmp_path, written, error, says):
    """What is wrong is named, with the names near it."""
    file = tmp_path / "ghep.toml"
    file.write_text(written, encoding="utf-8")
    with pytest.raises(error) as raised:
        read_mapping(file)
    assert says in raised.value.text.vi and "ghep.toml" in raised.value.text.vi


def test_a_missing_mapping_file_is_one_sentence(tmp_path):
    """The message names the file."""
    with pytest.raises(MissingFileError, match=r"ghep\.toml"):
        read_mapping(tmp_path / "ghep.toml")


def test_the_file_is_plain_for_a_person(strange, tmp_path):
    """Remarks in Vietnamese, one line a column, how sure a proposal is beside it."""
    file = tmp_path / "ghep.toml"
    write_mapping(propose_mapping(strange, GAPS), file)
    written = file.read_text(encoding="utf-8")
    assert written.startswith("# Bảng ghép cột cho “Danh sách thôn, khu vực trắng sóng, lõm sóng”.")
    assert "# đề xuất, chắc " in written
    assert tomllib.loads(written)["header_rows"] == [3, 3]
