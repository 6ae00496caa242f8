"""Hidden rows, hidden columns, hidden sheets and merged ranges, in every way the three kinds of workbook write them."""

from __future__ import annotations

import xlsxwriter
from made_workbooks import compound, ods_parts, ods_row, record, sheet_xml, write_zip, xls_stream, xlsx_parts

from phusong.data.raw.workbooks import read_workbook

ROWS = [["Mã trạm", "Kinh độ"], ["T1", 105.5], ["T2", 106.0], ["T3", 107.0]]


def xlsx_of(path, xml):
    return write_zip(path, xlsx_parts({"S": ROWS}) | {"xl/worksheets/sheet1.xml": xml.encode()})


def test_hidden_rows_and_columns_of_an_xlsx(tmp_path):
    """Rows hidden one by one, columns hidden in a range; what is shown stays shown."""
    columns = '<cols><col min="1" max="1" width="9"/><col min="3" max="4" width="9" hidden="1"/></cols>'
    (table,) = read_workbook(xlsx_of(tmp_path / "a.xlsx", sheet_xml(ROWS, before=columns, rows_hidden=[2, 4])))
    assert table.hidden_rows == {2, 4} and table.hidden_columns == {2, 3} and not table.hidden


def test_hidden_rows_are_found_with_prefixes_and_without_numbers(tmp_path):
    """Other writers prefix their tags, leave out the numbers of rows, write ``true`` and single quotes."""
    xml = sheet_xml(ROWS, rows_hidden=[3])
    for old, new in ((' hidden="1"', " hidden='true'"), *((f'<row r="{n}"', "<row") for n in range(1, 5))):
        xml = xml.replace(old, new)
    (table,) = read_workbook(xlsx_of(tmp_path / "a.xlsx", xml))
    assert table.hidden_rows == {3}


def test_a_sheet_longer_than_a_piece_is_looked_through_whole(tmp_path):
    """Rows are found wherever the pieces of a long sheet end."""
    rows = [[f"Bản Nà Lạ số {n}", n + 0.5, "ghi chú " * 5] for n in range(12_000)]
    hidden = {2, 5_000, 5_001, 11_999}
    (table,) = read_workbook(xlsx_of(tmp_path / "a.xlsx", sheet_xml(rows, rows_hidden=hidden)))
    assert table.hidden_rows == hidden and len(table.cells) == 12_000


def test_hidden_sheets_come_with_their_flag_and_charts_do_not(tmp_path):
    """Every worksheet comes in order; hidden and very hidden ones say so."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for name in ("Một", "Ẩn", "Rất ẩn"):
            book.add_worksheet(name).write(0, 0, name)
        book.get_worksheet_by_name("Ẩn").hide()
        book.get_worksheet_by_name("Rất ẩn").very_hidden()
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "='Một'!$A$1:$A$1"})
        book.add_chartsheet("Biểu đồ").set_chart(chart)
    assert [(t.name, t.hidden) for t in read_workbook(tmp_path / "a.xlsx")] == [
        ("Một", False),
        ("Ẩn", True),
        ("Rất ẩn", True),
    ]


def test_merged_ranges_are_counted_from_nought(tmp_path):
    """A header merged over two rows and one over three columns, first and last cell included."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("S")
        sheet.merge_range("A1:A2", "STT")
        sheet.merge_range("B1:D1", "Toạ độ")
        sheet.write_row("A3", [1, 2, 3, 4])
    (table,) = read_workbook(tmp_path / "a.xlsx")
    assert set(table.merged) == {(0, 0, 1, 0), (0, 1, 0, 3)}


def test_hidden_rows_and_merged_cells_of_an_ods(tmp_path):
    """Rows collapsed or filtered out, also repeated ones; cells that span; tables told apart by their names."""
    span = '<table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="2" '
    span += 'office:value-type="string"><text:p>Toạ độ</text:p></table:table-cell><table:covered-table-cell/>'
    rows = [
        '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>',
        ods_row(["STT", span]),
        ods_row([1, "<table:covered-table-cell table:number-columns-repeated='2'/>"], 'table:visibility="collapse"'),
        ods_row([2, 3, 4], 'table:visibility="filter" table:number-rows-repeated="2"'),
        ods_row([5, 6, 7]),
    ]
    other = ods_row(["x", "y"]) + ods_row(["z"], 'table:visibility="collapse"')
    path = write_zip(tmp_path / "a.ods", ods_parts({"Một & hai": "".join(rows), "Ba": other}))
    first, second = read_workbook(path)
    assert (first.name, first.hidden_rows, first.hidden_columns) == ("Một & hai", {2, 3, 4}, {2})
    assert first.merged == ((0, 1, 1, 2),)
    assert first.cells[0].tolist() == ["STT", 1, 2, 2, 5]
    assert (second.hidden_rows, second.merged) == ({2}, ())


def test_hidden_rows_of_an_xls(tmp_path):
    """The record of a row says that it is hidden; the records of the cells say nothing of it."""
    path = compound(tmp_path / "a.xls", {"Workbook": xls_stream("S", ROWS, rows_hidden=[1, 3])})
    (table,) = read_workbook(path)
    assert table.hidden_rows == {1, 3}
    own_book = compound(tmp_path / "b.xls", {"Workbook": xls_stream("S", ROWS, more=record(0x01AE, b"\1\0\1\4"))})
    assert read_workbook(own_book)[0].hidden_rows == frozenset()
