"""Results written into somebody else's form: the ministry's or the province's own .xlsx, its formats kept."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from phusong.data.annotated.parts import said_of_fewer_parts, said_of_sheet
from phusong.data.form_table import FormTable
from phusong.data.form_values import (
    asks_for_survey,
    with_survey_columns,
    zone_of_form,
)
from phusong.data.raw.refusals import damaged, not_found, unreadable
from phusong.data.raw.workbooks import check_workbook
from phusong.data.schema import ListSchema
from phusong.data.store import OutputError, whole_file
from phusong.data.workbook_jobs import run_confined, without_rules
from phusong.words import Language, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """A filled form.

    ``filled`` are the headers rows were written under, ``empty`` those nothing is known for, ``required`` those of
    them the form or the list calls required; ``to_check`` is what a person should look at, ``lost`` what the file
    could not keep.
    """

    path: Path
    sheet: str
    rows: int
    filled: tuple[str, ...]
    empty: tuple[str, ...]
    required: tuple[str, ...]
    to_check: tuple[Text, ...]
    lost: tuple[Text, ...]


def fill_form(
    template: Path,
    rows: pd.DataFrame,
    schema: ListSchema,
    out: Path,
    language: Language = "vi",
    *,
    title_values: Mapping[str, str] | None = None,
    province_code: str = "",
) -> FilledForm:
    """Write rows under the headers of a form.

    The first row of the form's table gives every new row its formats, height and formulas. Rows below (totals, remarks,
    signatures) are pushed down, formulas over the table grow with it. Nothing is invented: what the rows do not say
    stays empty.

    Parameters
    ----------
    template
        The form, an .xlsx with its headers; it is never written to.
    rows
        Columns named as the list's fields, in the dtypes of :mod:`phusong.data.columns`; absent columns stay empty.
    schema
        What the list is; its headers in any accepted spelling find the form's columns.
    out
        The .xlsx to write; it is whole or not there.
    language
        Language of labels where the form offers no words of its own.
    title_values
        What to write behind labels above the table: ``{"Tỉnh": "Hà Tĩnh"}`` fills "Tỉnh: ………".
    province_code
        Chooses the VN-2000 zone where the form asks for X and Y and does not state a central meridian.

    Raises
    ------
    MissingFileError, UnreadableFileError
        The form is not there, is no .xlsx, or has no header of this list.
    OutputError
        ``out`` is the form itself, or no .xlsx.
    """
    template, out = Path(template), Path(out)
    _check_paths(template, out)
    arguments: dict[str, object] = {
        "template": template.resolve(),
        "rows": rows,
        "schema": without_rules(schema),
        "out": out.resolve(),
        "language": language,
        "title_values": dict(title_values or {}),
        "province_code": province_code,
    }
    answer = run_confined(template, __name__, "fill_here", arguments)
    texts: dict[str, Any] = {name: tuple(Text(*pair) for pair in answer[name]) for name in ("to_check", "lost")}
    names: dict[str, Any] = {name: tuple(answer[name]) for name in ("filled", "empty", "required")}
    return FilledForm(path=out, sheet=answer["sheet"], rows=answer["rows"], **names, **texts)


def fill_here(
    template: Path,
    rows: pd.DataFrame,
    schema: ListSchema,
    out: Path,
    language: Language,
    title_values: Mapping[str, str],
    province_code: str,
) -> dict[str, object]:
    """Fill a form in this process, unlimited: what the confined process runs."""
    book = _opened(template)
    form = FormTable(template, book, schema)
    rows, notes = _survey(form, rows, province_code)
    unsure = form.write(rows.reset_index(drop=True), language)
    notes += form.write_titles(title_values)
    notes += [Text(f"Kiểm tra công thức ở ô {place}.", f"Check the formula in cell {place}.") for place in unsure]
    book.calculation.fullCalcOnLoad = True
    with whole_file(out) as partial:
        book.save(partial)
        lost = _lost(template, partial)
    return form.described(len(rows)) | {"to_check": _pairs(notes), "lost": _pairs(lost)}


def _check_paths(template: Path, out: Path) -> None:
    if not template.is_file():
        raise not_found(template)
    if template.suffix.lower() != ".xlsx":
        raise unreadable(template, "không phải biểu mẫu .xlsx", "is no .xlsx form")
    if out.suffix.lower() != ".xlsx" or (out.exists() and out.samefile(template)):
        raise OutputError(
            Text(
                f"{out}: bản đã điền phải là một tệp .xlsx khác với biểu mẫu",
                f"{out}: the filled form must be an .xlsx other than the form itself",
            )
        )


def _opened(template: Path) -> Any:
    check_workbook(template)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl drops is told by _lost
            return openpyxl.load_workbook(template, rich_text=True)
    except (OSError, KeyError, ValueError, TypeError, AttributeError, SyntaxError, zipfile.BadZipFile) as error:
        raise damaged(template) from error


def _survey(form: FormTable, rows: pd.DataFrame, province_code: str) -> tuple[pd.DataFrame, list[Text]]:
    """Compute X and Y where the form wants them; say in which zone."""
    if not asks_for_survey(form.columns) or not {"lon", "lat"} <= set(rows.columns):
        return rows, []
    zone = zone_of_form(form.texts, rows, province_code)
    if zone is None:
        return rows, []
    note = Text(
        f"X, Y được tính theo VN-2000, kinh tuyến trục {zone.central_meridian} (EPSG:{zone.epsg}), {zone.basis.vi}.",
        f"X and Y are VN-2000, central meridian {zone.central_meridian} (EPSG:{zone.epsg}), {zone.basis.en}.",
    )
    return with_survey_columns(rows, zone), [note]


def _pairs(texts: Iterable[Text]) -> list[list[str]]:
    return [[text.vi, text.en] for text in texts]


def _lost(template: Path, written_: Path) -> tuple[Text, ...]:
    """Say what the form held that the filled one does not."""
    with zipfile.ZipFile(template) as before, zipfile.ZipFile(written_) as after:
        names = before.namelist()
        sheets = [before.read(name) for name in names if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
        parts = said_of_fewer_parts(names, after.namelist())
    features = dict.fromkeys(text for xml in sheets for text in said_of_sheet(xml))
    return (*parts, *features)
