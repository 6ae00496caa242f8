"""The process that reads a workbook: it alone touches the bytes of a stranger's spreadsheet.

It is told what to read as JSON on its standard input, lowers its own limits first, and answers on its standard output
with cells (:mod:`phusong.data.raw.packing`) or with the reason it refuses. It imports little, to start at once.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

import python_calamine

from phusong.data.raw.archives import check_archive, kind_of
from phusong.data.raw.biff import xls_marks
from phusong.data.raw.compound import SIGNATURE, Compound, check_compound
from phusong.data.raw.limits import Limits
from phusong.data.raw.marks import Marks, ods_marks, xlsx_marks
from phusong.data.raw.packing import Columns, write
from phusong.data.raw.refused import RefusedError

_READABLE = (python_calamine.SheetTypeEnum.WorkSheet,)
_MACROS = (python_calamine.SheetTypeEnum.MacroSheet, python_calamine.SheetTypeEnum.Vba)


def main() -> None:
    """Read the workbook asked for, or say why not; anything unforeseen is a damaged file."""
    gc.disable()  # many small values and no circles
    asked = json.loads(sys.stdin.buffer.read())
    limits = Limits(**asked["limits"])
    lower_limits(limits)
    answer(Path(asked["path"]), limits, sys.stdout.buffer)
    sys.stdout.flush()
    os._exit(0)  # what was read need not be taken apart piece by piece


def lower_limits(limits: Limits) -> None:
    """Take memory and time from this process; where the system has no such limits, whoever started it sets them."""
    try:
        import resource
    except ImportError:  # Windows
        return
    _lower(resource.RLIMIT_CORE, 0)  # a copy of someone's list must not be left behind
    _lower(resource.RLIMIT_CPU, limits.cpu_seconds)
    _lower(resource.RLIMIT_AS, limits.memory_bytes)


def _lower(kind: int, value: int) -> None:
    import resource

    hard = resource.getrlimit(kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(kind, (value, value))
    except (OSError, ValueError):  # macOS takes no limit of the address space
        return


def answer(path: Path, limits: Limits, stream: IO[bytes]) -> None:
    """Write the sheets of a workbook, or the reason it is refused."""
    try:
        description, data = _read(path, limits)
    except RefusedError as refused:
        description, data = {"refused": refused.reason, "what": refused.what}, []
    except MemoryError:
        description, data = {"refused": "too_large", "what": ""}, []
    except python_calamine.PasswordError:
        description, data = {"refused": "password", "what": ""}, []
    except BaseException:  # a panic of the reader is no Exception, and whatever it is, the file is at fault
        description, data = {"refused": "damaged", "what": ""}, []
    write(stream, description, data)


def _read(path: Path, limits: Limits) -> tuple[dict[str, Any], list[bytes]]:
    marks = _marks(path, limits)
    sheets, data = [], []
    with path.open("rb") as stream, python_calamine.CalamineWorkbook.from_filelike(stream) as book:  # not by its name
        found = book.sheets_metadata
        if len(found) > limits.sheets:
            raise RefusedError("too_many_sheets", str(len(found)))
        if any(sheet.typ in _MACROS for sheet in found):
            raise RefusedError("macros")
        for sheet in found:
            if sheet.typ in _READABLE:
                described, numbers = _sheet(book, sheet, marks.get(sheet.name, Marks()), limits)
                sheets.append(described)
                data += numbers
    return {"sheets": sheets}, data


def _sheet(
    book: python_calamine.CalamineWorkbook, sheet: python_calamine.SheetMetadata, marks: Marks, limits: Limits
) -> tuple[dict[str, Any], list[bytes]]:
    cells = book.get_sheet_by_name(sheet.name)
    last_row, last_column = cells.end or (-1, -1)
    if last_row >= limits.rows:
        raise RefusedError("too_many_rows", str(limits.rows))
    if last_column >= limits.columns:
        raise RefusedError("too_many_columns", str(limits.columns))
    columns = Columns(skipped=cells.start[1] if cells.start else 0)
    columns.add(cells.iter_rows())
    merged = [(*start, *end) for start, end in cells.merged_cell_ranges or ()]
    described = {
        "name": sheet.name,
        "hidden": sheet.visible != python_calamine.SheetVisibleEnum.Visible,
        "rows": columns.rows,
        "hidden_rows": sorted(marks.hidden_rows),
        "hidden_columns": sorted(marks.hidden_columns),
        "merged": merged or marks.merged,
        "columns": columns.described(),
    }
    return described, list(columns.data())


def _marks(path: Path, limits: Limits) -> dict[str, Marks]:
    """Check what the file is made of, and return what its sheets say beside their cells."""
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise RefusedError("too_large", str(size))
    with path.open("rb") as stream:
        start = stream.read(len(SIGNATURE))
    if start == SIGNATURE:
        return _compound_marks(path)
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive, size, limits)
            is_xlsx = kind_of(archive) == "xlsx"
            return xlsx_marks(archive, limits) if is_xlsx else ods_marks(archive, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise RefusedError("damaged") from error


def _compound_marks(path: Path) -> dict[str, Marks]:
    file = Compound(path.read_bytes())
    check_compound(file)
    workbook = file.stream("Workbook")
    return xls_marks(workbook) if workbook is not None else {}


if __name__ == "__main__":
    main()
