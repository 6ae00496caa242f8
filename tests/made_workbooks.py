"""Workbooks made in code down to their bytes: .xlsx and .ods as zips, .xls as a compound file of records."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

Rows = Sequence[Sequence[object]]

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def letters(column: int) -> str:
    """Return the letters of a column, 0 = A."""
    return (letters(column // 26 - 1) if column >= 26 else "") + chr(65 + column % 26)


def xlsx_parts(sheets: Mapping[str, Rows], *, types: str = _WORKBOOK_TYPE) -> dict[str, bytes]:
    """Return the parts of a plain .xlsx: change some, then :func:`write_zip` them."""
    numbers = range(1, len(sheets) + 1)
    sheet_tags = "".join(
        f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>' for i, name in zip(numbers, sheets, strict=True)
    )
    targets = "".join(
        f'<Relationship Id="rId{i}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{i}.xml"/>' for i in numbers
    )
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for i in numbers
    )
    texts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{types}"/>{overrides}'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheet_tags}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{targets}</Relationships>',
    }
    parts = {name: text.encode() for name, text in texts.items()}
    for i, rows in zip(numbers, sheets.values(), strict=True):
        parts[f"xl/worksheets/sheet{i}.xml"] = sheet_xml(rows).encode()
    return parts


def sheet_xml(rows: Rows, *, before: str = "", rows_hidden: Sequence[int] = ()) -> str:
    """Return the XML of a worksheet; ``before`` stands before its rows, rows (1 = first) may be hidden."""
    body = []
    for number, cells in enumerate(rows, start=1):
        tags = "".join(_xlsx_cell(f"{letters(i)}{number}", cell) for i, cell in enumerate(cells) if cell is not None)
        hidden = ' hidden="1"' if number in rows_hidden else ""
        body.append(f'<row r="{number}"{hidden}>{tags}</row>')
    return f'<worksheet xmlns="{_MAIN}">{before}<sheetData>{"".join(body)}</sheetData></worksheet>'


def _xlsx_cell(at: str, cell: object) -> str:
    if isinstance(cell, bool):
        return f'<c r="{at}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{at}"><v>{cell}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t>{escape(str(cell))}</t></is></c>'


def ods_parts(tables: Mapping[str, str], *, extra: str = "") -> dict[str, bytes]:
    """Return the parts of an .ods whose tables are given as the XML of their rows (see :func:`ods_row`)."""
    office, table, text = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text"))
    body = "".join(f'<table:table table:name="{escape(name)}">{rows}</table:table>' for name, rows in tables.items())
    content = (
        f'<office:document-content xmlns:office="{office}" xmlns:table="{table}" xmlns:text="{text}" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2"><office:body><office:spreadsheet>'
        f"{extra}{body}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
    )
    return {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content.encode(),
        "META-INF/manifest.xml": manifest.encode(),
    }


def ods_row(cells: Sequence[object], attributes: str = "") -> str:
    """Return the XML of a row; a cell that is already XML (``<table:…``) stays as it is."""
    return f"<table:table-row {attributes}>{''.join(map(_ods_cell, cells))}</table:table-row>"


def _ods_cell(cell: object) -> str:
    if isinstance(cell, str) and cell.startswith("<table:"):
        return cell
    if isinstance(cell, bool):
        cell = str(cell)
    if isinstance(cell, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    if cell is None:
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(cell))}</text:p></table:table-cell>'


def write_zip(path: Path, parts: Mapping[str, bytes]) -> Path:
    """Write the parts of a workbook."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def record(kind: int, body: bytes = b"") -> bytes:
    """Return one record of a BIFF8 stream."""
    return struct.pack("<HH", kind, len(body)) + body


def xls_stream(name: str, rows: Rows, *, rows_hidden: Sequence[int] = (), more: bytes = b"", kind: int = 0) -> bytes:
    """Return the stream of an .xls workbook of one sheet; ``more`` stands among the records of the whole."""
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)
    bound = len(name), 1, name.encode("utf-16-le")
    head = record(0x0809, begin) + more
    start = len(head) + 4 + 8 + len(bound[2]) + 4
    head += record(0x85, struct.pack("<IBBBB", start, 0, kind, bound[0], bound[1]) + bound[2]) + record(0x0A)
    width = max(map(len, rows), default=0)
    body = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    body += record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for row, cells in enumerate(rows):
        hidden = 0x20 if row + 1 in rows_hidden else 0
        body += record(0x0208, struct.pack("<HHHHHHHH", row, 0, len(cells), 255, 0, 0, 0x100 | hidden, 0))
        for column, cell in enumerate(cells):
            if isinstance(cell, int | float):
                body += record(0x0203, struct.pack("<HHHd", row, column, 0, cell))
            elif cell is not None:
                letters_ = str(cell).encode("utf-16-le")
                body += record(0x0204, struct.pack("<HHHHB", row, column, 0, len(str(cell)), 1) + letters_)
    return head + body + record(0x0A)


def compound(path: Path, streams: Mapping[str, bytes], storages: Sequence[str] = ()) -> Path:
    """Write a compound file (OLE2); every stream is filled up to 4096 bytes, so that none needs the small table."""
    sectors: list[bytes] = []
    table: list[int] = []

    def add(data: bytes) -> int:
        first = len(sectors)
        data = data.ljust(-(-max(len(data), 1) // 512) * 512, b"\0")
        for at in range(0, len(data), 512):
            sectors.append(data[at : at + 512])
            table.append(len(table) + 1)
        table[-1] = 0xFFFFFFFE
        return first

    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0)]
    for name, data in streams.items():
        whole = data.ljust(4096, b"\0")
        entries.append(_entry(name, 2, add(whole), len(whole)))
    entries += [_entry(name, 1, 0, 0) for name in storages]
    directory = add(b"".join(entries))
    n_table = 1
    while n_table * 128 < len(table) + n_table:
        n_table += 1
    at_table = len(sectors)
    table += [0xFFFFFFFD] * n_table
    packed = struct.pack(f"<{len(table)}I", *table).ljust(n_table * 512, b"\xff")
    sectors += [packed[at : at + 512] for at in range(0, len(packed), 512)]
    places = [*range(at_table, at_table + n_table)] + [0xFFFFFFFF] * (109 - n_table)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, n_table, directory, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    path.write_bytes(head + struct.pack("<109I", *places) + b"".join(sectors))
    return path


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    letters_ = (name + "\0").encode("utf-16-le")
    free = 0xFFFFFFFF
    child = 1 if kind == 5 else free
    right = free
    head = letters_.ljust(64, b"\0") + struct.pack("<HBBIII", len(letters_), kind, 1, free, right, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
