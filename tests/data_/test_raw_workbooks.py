"""Spreadsheets of strangers: read in a process of their own, or refused in one sentence that says why."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from workbook_bytes import (
    compound,
    ods_parts,
    ods_row,
    record,
    sheet_xml,
    write_zip,
    xls_stream,
    xlsx_parts,
)

from phusong.data.raw import confined
from phusong.data.raw.confined import read_confined
from phusong.data.raw.limits import LIMITS
from phusong.data.raw.packing import LENGTH, Columns, write
from phusong.data.raw.processes import package_environment
from phusong.data.raw.reading import read_sheets
from phusong.data.raw.windows_jobs import extended_limits
from phusong.data.raw.workbooks import read_workbook
from phusong.errors import UnreadableFileError

ROWS = [["Mã trạm", "Kinh độ"], ["T1", 105.5], ["T2", 106]]
CELLS = [["Mã trạm", "Kinh độ"], ["T1", 105.5], ["T2", 106.0]]
EXTERNAL = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="{target}" TargetMode="External"/></Relationships>'
)


def plain_xlsx(path):
    return write_zip(path, xlsx_parts({"Trang 1": ROWS}))


def with_parts(*names):
    return lambda path: write_zip(path, xlsx_parts({"Trang 1": ROWS}) | dict.fromkeys(names, b"x"))


def with_relation(kind, target):
    part = {"xl/worksheets/_rels/sheet1.xml.rels": EXTERNAL.format(kind=kind, target=target).encode()}
    return lambda path: write_zip(path, xlsx_parts({"Trang 1": ROWS}) | part)


def with_types(types):
    return lambda path: write_zip(path, xlsx_parts({"Trang 1": ROWS}, types=types))


def ods(path, extra="", **parts):
    return write_zip(path, ods_parts({"Trang 1": "".join(map(ods_row, ROWS))}, extra=extra) | parts)


def xls(path, **more):
    return compound(path, {"Workbook": xls_stream("Trang 1", ROWS, **more)})


def read(path, limits=LIMITS):
    return [table.cells.to_numpy().tolist() for table in read_confined(path, limits)]


def refusal(path, limits=LIMITS):
    with pytest.raises(UnreadableFileError) as raised:
        read_confined(path, limits)
    text = raised.value.text
    assert path.name in text.vi and path.name in text.en and "\n" not in text.vi + text.en
    return text.vi


@pytest.mark.parametrize("make", [plain_xlsx, ods, xls])
def test_the_three_kinds_of_workbook_read_alike(tmp_path, make):
    """The same cells come from an .xlsx, an .ods and an .xls."""
    assert read(make(tmp_path / "danh-sach")) == [CELLS]


def test_every_type_of_cell_comes_back_as_it_went(tmp_path):
    """Days, moments, durations, truth values, long numbers, empty cells and cells that start away from A1."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("Một")
        formats = {form: book.add_format({"num_format": form}) for form in ("dd/mm/yyyy", "dd/mm/yyyy hh:mm", "[h]:mm")}
        sheet.write_datetime(2, 1, datetime(2026, 9, 15), formats["dd/mm/yyyy"])
        sheet.write_datetime(2, 2, datetime(2026, 9, 15, 7, 30), formats["dd/mm/yyyy hh:mm"])
        sheet.write_datetime(2, 3, timedelta(hours=30), formats["[h]:mm"])
        sheet.write_row(2, 4, [True, 1, 0.1, "1", "Bản Nà Lạ 😀"])
        sheet.write(3, 8, "cuối")
    ((_, _, row, last),) = read(tmp_path / "a.xlsx")
    assert row[0] == "" and row[1] in (date(2026, 9, 15), datetime(2026, 9, 15))
    assert row[2:4] == [datetime(2026, 9, 15, 7, 30), timedelta(hours=30)]
    assert row[4:] == [True, 1.0, 0.1, "1", "Bản Nà Lạ 😀"] and row[4] is True and type(row[5]) is float
    assert last == [""] * 8 + ["cuối"]


CELL = st.one_of(
    st.text(max_size=9),
    st.floats().map(lambda number: number or 0.0),  # minus nought is nought
    st.integers(-(2**60), 2**60),
    st.booleans(),
    st.dates(),
    st.datetimes().map(lambda moment: moment.replace(fold=0)),
    st.times().map(lambda clock: clock.replace(fold=0)),
    st.timedeltas(timedelta(days=-9999), timedelta(days=9999)),
)


@given(st.integers(0, 4).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=12)))
@settings(max_examples=150, deadline=None)
def test_cells_survive_the_way_between_the_processes(rows):
    """Whatever cells go in come out, of the same types: 1, 1.0, True and "1" stay four things."""
    columns, stream = Columns(), io.BytesIO()
    columns.add(rows)
    sheet = {"name": "a", "hidden": False, "rows": columns.rows, "hidden_rows": [], "hidden_columns": [], "merged": []}
    write(stream, {"sheets": [sheet | {"columns": columns.described()}]}, columns.data())
    (table,) = confined._tables(stream.getvalue())
    found = table.cells.to_numpy().tolist() if rows and rows[0] else [[] for _ in rows]
    assert [[repr(cell) for cell in row] for row in found] == [[repr(cell) for cell in row] for row in rows]


def test_long_sheets_and_columns_of_numbers_are_cut_and_joined_again(tmp_path):
    """More rows than go in one piece, with a text late in a column of numbers."""
    rows = [["a", "b"], *([i + 0.5, "x" if i % 2 else "y"] for i in range(20_000)), ["hết", 1]]
    ((*found,),) = read(write_zip(tmp_path / "a.xlsx", xlsx_parts({"S": rows})))
    assert found == [[*row[:1], *row[1:]] for row in rows]


REFUSED = [
    ("macro", with_parts("xl/vbaProject.bin")),
    ("macro", with_parts("xl/macrosheets/sheet1.xml")),
    ("macro", with_types("application/vnd.ms-excel.sheet.macroEnabled.main+xml")),
    ("nhị phân", with_types("application/vnd.ms-excel.sheet.binary.macroEnabled.main")),
    ("liên kết đến tệp khác", with_parts("xl/externalLinks/externalLink1.xml")),
    ("liên kết đến tệp khác", with_relation("externalLinkPath", "file:///C:/so-lieu.xlsx")),
    ("liên kết đến tệp khác", with_relation("image", "http://example.org/x.png")),
    ("đối tượng nhúng", with_parts("xl/embeddings/oleObject1.bin")),
    ("ActiveX", with_parts("xl/activeX/activeX1.xml")),
    ("kết nối dữ liệu", with_parts("xl/connections.xml")),
    ("trỏ ra ngoài tệp", with_parts("../../etc/cron.d/x")),
    ("trỏ ra ngoài tệp", with_parts("C:/windows/x.dll")),
    ("văn bản Word", lambda p: write_zip(p, {"[Content_Types].xml": b'<Types ContentType="a.wordprocessingml.b"/>'})),
    ("tệp nén", lambda p: write_zip(p, {"anh.jpg": b"x"})),
    ("macro", lambda p: ods(p, **{"Basic/Standard/Module1.xml": b"x"})),
    ("macro", lambda p: ods(p, **{"Scripts/python/a.py": b"x"})),
    ("đối tượng nhúng", lambda p: ods(p, **{"Object 1/content.xml": b"x"})),
    ("liên kết đến tệp khác", lambda p: ods(p, extra='<table:table-source xlink:href="file:///a.ods"/>')),
    ("mật khẩu", lambda p: ods(p, **{"META-INF/manifest.xml": b"<m><encryption-data/></m>"})),
    ("macro", lambda p: compound(p, {"Workbook": xls_stream("S", ROWS)}, ["_VBA_PROJECT_CUR", "VBA"])),
    ("macro", lambda p: xls(p, kind=1)),
    ("mật khẩu", lambda p: xls(p, more=record(0x2F, b"\1\0" + bytes(50)))),
    ("mật khẩu", lambda p: compound(p, {"EncryptionInfo": b"x", "EncryptedPackage": b"x"})),
    ("liên kết đến tệp khác", lambda p: xls(p, more=record(0x01AE, struct.pack("<HH", 1, 9) + b"\0so-lieu.x"))),
    ("đối tượng nhúng", lambda p: compound(p, {"Workbook": xls_stream("S", ROWS)}, ["MBD0018F2A1"])),
    ("văn bản Word", lambda p: compound(p, {"WordDocument": b"x"})),
    ("không phải bảng tính", lambda p: compound(p, {"Khac": b"x"})),
    ("bị hỏng", lambda p: xls(p).write_bytes(p.read_bytes()[:700]) and p),
]  # fmt: skip


@pytest.mark.parametrize(("says", "make"), REFUSED)
def test_what_a_list_does_not_need_is_refused_by_name(tmp_path, says, make):
    """Macros, links, embedded files, controls, connections, passwords, other kinds of file: named, with what to do."""
    path = tmp_path / "danh-sach.xlsx"
    make(path)
    said = refusal(path)
    assert says in said and ("hãy" in said)


def test_hyperlinks_for_people_are_no_reason_to_refuse(tmp_path):
    """A web address in a cell is followed by nobody but its reader."""
    with_relation("hyperlink", "https://example.org")(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx") == [CELLS]


def test_entities_are_never_expanded(tmp_path):
    """A part that declares entities (a "billion laughs") is refused, whichever part it is."""
    bomb = '<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    for part in ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml", "_rels/.rels"):
        parts = xlsx_parts({"S": ROWS})
        parts[part] = bomb.encode() + parts[part]
        assert "khai báo XML" in refusal(write_zip(tmp_path / "a.xlsx", parts))
    content = ods_parts({"S": ods_row(["&amp;"])})
    content["content.xml"] = bomb.encode() + content["content.xml"]
    assert "khai báo XML" in refusal(write_zip(tmp_path / "a.ods", content))


def bomb(path, megabytes, *, lie=False):
    """Write a workbook that unpacks to so much; with a lie its directory says it is small."""
    parts = xlsx_parts({"S": ROWS})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            if not name.endswith("sheet1.xml"):
                archive.writestr(name, data)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as stream:
            head, tail = parts["xl/worksheets/sheet1.xml"].decode().split("</sheetData>")
            stream.write(head.encode())
            row = b'<row><c t="inlineStr"><is><t>a</t></is></c></row>' * 2**14
            for _ in range(megabytes * 2**20 // len(row)):
                stream.write(row)
            stream.write(f"</sheetData>{tail}".encode())
    if lie:
        data = bytearray(path.read_bytes())
        at = data.rindex(b"xl/worksheets/sheet1.xml") - 46
        assert data[at : at + 4] == b"PK\x01\x02"
        data[at + 24 : at + 28] = struct.pack("<I", 10_000)
        path.write_bytes(data)
    return path


def test_a_bomb_is_refused_by_its_directory(tmp_path):
    """500 MB packed to half a megabyte is refused before anything is unpacked."""
    path = bomb(tmp_path / "bom.xlsx", 500)
    assert path.stat().st_size < 2**22
    assert "quá lớn khi giải nén" in refusal(path)


def test_a_bomb_whose_directory_lies_dies_alone(tmp_path):
    """A directory that promises 10 kB for 100 MB: the process that reads it ends, this one gets a sentence."""
    path = bomb(tmp_path / "bom.xlsx", 100, lie=True)
    said = refusal(path, dataclasses.replace(LIMITS, memory_bytes=256 * 2**20))
    assert "quá lớn" in said or "bị hỏng" in said


def test_more_than_the_limits_is_refused_before_it_is_read(tmp_path):
    """Bytes, parts, sheets, rows, columns and cells: each limit has its sentence with its number."""
    path = write_zip(tmp_path / "a.xlsx", xlsx_parts({"S": ROWS, "T": ROWS}))
    for limit, says in {
        "rows": "hơn 2 dòng",
        "columns": "hơn 1 cột",
        "cells": "hơn 5 ô",
        "sheets": "hơn 1 trang tính",
        "entries": "quá nhiều thành phần",
        "file_bytes": "quá lớn để đọc",
        "unpacked_bytes": "quá lớn khi giải nén",
    }.items():
        most = {"rows": 2, "columns": 1, "cells": 5, "sheets": 1}.get(limit, 3)
        assert says in refusal(path, dataclasses.replace(LIMITS, **{limit: most})), limit


def test_rows_that_only_have_a_format_do_not_count(tmp_path):
    """A sheet formatted down to its last row is as long as its cells."""
    parts = xlsx_parts({"S": ROWS})
    empty = "".join(f'<row r="{n}" ht="20"/>' for n in range(4, 2000))
    xml = sheet_xml(ROWS).replace("</sheetData>", f"{empty}</sheetData>")
    parts["xl/worksheets/sheet1.xml"] = xml.encode()
    assert read(write_zip(tmp_path / "a.xlsx", parts), dataclasses.replace(LIMITS, rows=100)) == [CELLS]


def test_a_cell_far_away_costs_a_sentence_and_no_memory(tmp_path):
    """One value in the last cell of the sheet would be 17 billion cells."""
    parts = xlsx_parts({"S": ROWS})
    far = '<row r="400000"><c r="XFD400000"><v>1</v></c></row></sheetData>'
    parts["xl/worksheets/sheet1.xml"] = sheet_xml(ROWS).replace("</sheetData>", far).encode()
    said = refusal(write_zip(tmp_path / "a.xlsx", parts))
    assert "quá lớn" in said or "cột" in said or "hỏng" in said


def test_a_reader_that_never_ends_is_ended(tmp_path, monkeypatch):
    """The time limit ends the process and is told in a sentence."""
    path = plain_xlsx(tmp_path / "a.xlsx")
    monkeypatch.setattr(confined, "_COMMAND", ("-c", "import time; time.sleep(99)"))
    started = time.monotonic()
    assert "quá nhiều thời gian" in refusal(path, dataclasses.replace(LIMITS, wall_seconds=1))
    assert time.monotonic() - started < 60


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("import os; os.abort()", "quá lớn"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "quá nhiều thời gian"),
        ("import os; os._exit(1)", "bị hỏng"),
        ("print('rubbish')", "bị hỏng"),
        ("import sys\nwhile True: sys.stdout.write('x' * 10**6)", "quá lớn"),
        ("raise SystemExit", "bị hỏng"),
    ],
)
def test_however_the_reader_ends_there_is_one_sentence(tmp_path, monkeypatch, program, says):
    """Aborted, out of time, failed, saying nothing, rubbish or without end."""
    monkeypatch.setattr(confined, "_COMMAND", ("-c", program))
    said = refusal(plain_xlsx(tmp_path / "a.xlsx"), dataclasses.replace(LIMITS, memory_bytes=2**26))
    assert says in said


def test_an_answer_can_hold_values_only():
    """Wrong lengths, unknown marks and numbers that are not there are a damaged file, never code that runs."""
    good = {"name": "a", "hidden": False, "rows": 1, "hidden_rows": [], "hidden_columns": [], "merged": []}
    for bad in (
        good | {"columns": [{"pieces": [["numbers", 1]], "values": []}]},
        good | {"columns": [{"pieces": [["places", 1]], "values": [{"eval": "1"}]}]},
        good | {"columns": [{"pieces": [["places", 9]], "values": ["a"]}]},
        {"name": "a"},
    ):
        head = json.dumps({"sheets": [bad]}).encode()
        with pytest.raises(Exception) as raised:
            confined._tables(LENGTH.pack(len(head)) + head)
        assert type(raised.value).__name__ == "RefusedError"


@pytest.mark.skipif(sys.platform == "win32", reason="a process lowers its own limits on POSIX")
def test_the_reader_has_no_more_memory_than_it_was_given(tmp_path):
    """With the limits set, asking for more fails in that process."""
    program = (
        "from phusong.data.raw.child import lower_limits; from phusong.data.raw.limits import Limits\n"
        "lower_limits(Limits(memory_bytes=2**28)); bytearray(2**29)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, env=package_environment(), check=False)
    if sys.platform == "linux":
        assert b"MemoryError" in ended.stderr and ended.returncode == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_ends_the_reader_too(tmp_path, monkeypatch):
    """Interrupted while it waits, the reading raises KeyboardInterrupt and leaves no process behind."""
    mark = tmp_path / "pid"
    program = f"import os, pathlib, time; pathlib.Path({str(mark)!r}).write_text(str(os.getpid())); time.sleep(99)"
    monkeypatch.setattr(confined, "_COMMAND", ("-c", program))

    def interrupt():
        while not mark.exists() or not mark.read_text():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a browser in this process may have its own
    try:
        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt):
            read_confined(plain_xlsx(tmp_path / "a.xlsx"))
    finally:
        signal.signal(signal.SIGINT, before)
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_windows_is_told_the_same_limits():
    """The structure Windows takes holds the memory in bytes and the time in units of 100 ns."""
    given_ = extended_limits(LIMITS)
    assert given_.ProcessMemoryLimit == LIMITS.memory_bytes
    assert given_.BasicLimitInformation.PerProcessUserTimeLimit == LIMITS.cpu_seconds * 10**7


def wanted(headers):
    return len({"Mã trạm", "Kinh độ"} & set(headers))


@pytest.mark.parametrize("suffix", [".xls", ".xlsx", ".ods", ".csv", ".txt", ".xlsm"])
@pytest.mark.parametrize("make", [plain_xlsx, ods, xls])
def test_a_workbook_is_known_by_its_bytes(tmp_path, make, suffix):
    """An .xlsx named .xls or .csv is read as what it is."""
    (sheet,) = read_sheets(make(tmp_path / f"danh-sach{suffix}"), wanted)
    assert sheet.cells[0].tolist() == ["T1", "T2"]


@pytest.mark.parametrize("suffix", [".xls", ".xlsx", ".csv", ".tsv", ".txt"])
def test_a_text_table_is_known_by_its_bytes(tmp_path, suffix):
    """Systems export text under the name .xls; it is read."""
    path = tmp_path / f"danh-sach{suffix}"
    path.write_text("Mã trạm\tKinh độ\nT1\t105,5\n", encoding="utf-16")
    (sheet,) = read_sheets(path, wanted)
    assert sheet.cells[0].tolist() == ["T1"]


@pytest.mark.parametrize(
    ("start", "says"),
    [
        (b"<html><table><tr><td>T1</td></tr></table></html>", "trang web"),
        (b"\xef\xbb\xbf\r\n<table border=1>", "trang web"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "XML 2003"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "PNG"),
        (b"\x09\x08\x10\x00", "rất cũ"),
    ],
)
def test_other_kinds_of_file_are_named(tmp_path, start, says):
    """A web page, a PDF or a picture under the name of a workbook: the sentence says what it is and what to do."""
    (tmp_path / "a.xls").write_bytes(start)
    with pytest.raises(UnreadableFileError) as raised:
        read_sheets(tmp_path / "a.xls", wanted)
    assert says in raised.value.text.vi and "lưu thành .xlsx" in raised.value.text.vi


def office_made(tmp_path, require, suffix, source):
    office = shutil.which("soffice")
    require("libreoffice", office is not None, "LibreOffice")
    subprocess.run(
        [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", suffix[1:],
         "--outdir", str(tmp_path / "out"), str(source)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return Path(tmp_path / "out" / source.name).with_suffix(suffix)


@pytest.mark.libreoffice
@pytest.mark.parametrize("suffix", [".xls", ".ods"])
def test_what_libreoffice_writes_reads_alike(tmp_path, require, suffix):
    """Cells, hidden rows and columns and merged ranges of a workbook survive a save as .xls or .ods."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("Trang 1")
        sheet.merge_range("B2:D3", "Tiêu đề gộp")
        for row in range(5, 40):
            sheet.write_row(row, 0, [f"Bản Nà Lạ {row}", row + 0.25, None, "x"])
        for row in (7, 8, 20):
            sheet.set_row(row, None, None, {"hidden": True})
        sheet.set_column("C:C", None, None, {"hidden": True})
        book.add_worksheet("Ẩn").hide()
    first = read_workbook(tmp_path / "a.xlsx")
    made = read_workbook(office_made(tmp_path, require, suffix, tmp_path / "a.xlsx"))
    assert [table.hidden for table in first] == [table.hidden for table in made] == [False, True]
    for table in (first[0], made[0]):
        assert table.hidden_rows == {8, 9, 21}
        assert 2 in table.hidden_columns
        assert (1, 1, 2, 3) in table.merged
    assert made[0].cells.to_numpy().tolist() == first[0].cells.to_numpy().tolist()
