"""Rows to files of every kind a list comes in."""

from __future__ import annotations

import csv
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

from messy.clean import Cell, Rows, as_text


@dataclass(frozen=True)
class Page:
    """One worksheet: its rows, merged ranges (first row and column, last row and column, from 0), what is hidden."""

    rows: Rows
    name: str = "Danh sách"
    merged: Sequence[tuple[int, int, int, int]] = ()
    hidden_rows: Sequence[int] = ()
    hidden: bool = False


def xlsx(path: Path, *pages: Page) -> Path:
    """Write worksheets; a merged range shows its first cell."""
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        plain = book.add_format()
        for page in pages:
            sheet = book.add_worksheet(page.name)
            for range_ in page.merged:
                sheet.merge_range(*range_, "", plain)
            for row, cells in enumerate(page.rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, datetime):
                        sheet.write_datetime(row, column, cell, day)
                    elif cell is not None and cell != "":
                        sheet.write(row, column, cell)
            for row in page.hidden_rows:
                sheet.set_row(row, None, None, {"hidden": True})
            if page.hidden:
                sheet.hide()
    return path


def text(path: Path, rows: Rows, *, encoding: str = "utf-8-sig", sep: str = ";") -> Path:
    """Write a text table; the Vietnamese code page of Windows writes its tone marks apart."""
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, delimiter=sep)
        written = as_cp1258 if encoding == "cp1258" else str
        writer.writerows([written(as_text(cell)) for cell in row] for row in rows)
    return path


def as_cp1258(words: str) -> str:
    """Return text with the tone marks behind the letters the code page has."""
    letters = []
    for letter in words:
        try:
            letter.encode("cp1258")
            letters.append(letter)
        except UnicodeEncodeError:
            base, *marks = unicodedata.normalize("NFD", letter)
            shape = next((mark for mark in marks if mark in "\u0302\u0306\u031b"), "")
            tones = "".join(mark for mark in marks if mark != shape)
            letters.append(unicodedata.normalize("NFC", base + shape) + tones)
    return "".join(letters)


def ods(path: Path, rows: Rows, name: str = "Danh sách") -> Path:
    """Write an OpenDocument sheet with the least it must have."""
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="{name}">{body}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def _ods_cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, datetime):
        shown = f"<text:p>{cell:%d/%m/%Y}</text:p>"
        return (
            f'<table:table-cell office:value-type="date" office:date-value="{cell:%Y-%m-%d}">{shown}</table:table-cell>'
        )
    if isinstance(cell, int | float):
        shown = f"<text:p>{cell}</text:p>"
        return f'<table:table-cell office:value-type="float" office:value="{cell}">{shown}</table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(cell))}</text:p></table:table-cell>'


def xls(path: Path, *pages: Page) -> Path:
    """Write an old Excel file, by LibreOffice."""
    modern = xlsx(path.with_suffix(".xlsx"), *pages)
    program = shutil.which("soffice") or shutil.which("libreoffice")
    assert program, "LibreOffice writes the old Excel files"
    profile = (path.parent / "profile").resolve().as_uri()
    command = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xls", "--outdir"]
    subprocess.run([*command, str(path.parent), str(modern)], check=True, capture_output=True, timeout=300)
    return path
