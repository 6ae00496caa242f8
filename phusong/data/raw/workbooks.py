"""Spreadsheets: every visible worksheet of an .xlsx, .xls or .ods file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import python_calamine

from phusong.data.raw.archives import check_archive
from phusong.data.raw.refusals import damaged
from phusong.data.raw.sheet import RawTable


def read_workbook(path: Path) -> tuple[RawTable, ...]:
    """Read every visible worksheet.

    Raises
    ------
    UnreadableFileError
        The file is damaged, protected, of another kind, too large or carries what is refused.
    """
    if path.suffix.lower() != ".xls":
        check_archive(path)
    try:
        with python_calamine.CalamineWorkbook.from_path(path) as book:
            names = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible == python_calamine.SheetVisibleEnum.Visible
                and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            ]
            rows = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names]
    except python_calamine.CalamineError as error:
        raise damaged(path) from error
    except (OSError, UnicodeError, ValueError) as error:
        raise damaged(path) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # calamine's Rust panics are no Exception
            raise
        raise damaged(path) from error
    return tuple(
        RawTable(name=name, cells=pd.DataFrame(cells, dtype=object)) for name, cells in zip(names, rows, strict=True)
    )
