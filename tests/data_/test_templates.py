"""Templates come from the tables that check them: what is written under them is read back unchanged."""

from __future__ import annotations

import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from phusong.data.cells import is_silent
from phusong.data.legacy_fonts import decode_legacy
from phusong.data.lists import read_list
from phusong.data.names import fold, tidy
from phusong.data.raw.reading import read_sheets
from phusong.data.schema import field_of_header
from phusong.data.schemas import SCHEMAS
from phusong.data.schemas.common import OPERATORS
from phusong.data.templates import columns_page, write_list, write_template
from phusong.errors import UnreadableFileError

DOCS = Path(__file__).resolve().parents[2] / "docs"
ODD = st.sampled_from(
    [
        *("=1+1", "'0123", "+84", "-", "@SUM(A1)", "00985001234567890123", "_x0041_", "http://x.vn", "1e5", "TRUE"),
        *("#N/A", "12/05", "–", "{=1}", "a\tb", "≤ 3", "0,5", "1.234,5", "<b>&amp;", "Thôn “Đồi”", "𠀀", "ﬁ"),
    ]
)
TEXT = st.one_of(
    st.text(alphabet="abcđêôơưàạỷ ABCĐ019.-/()=+@'_x\n;,&<>\"", min_size=1, max_size=20),
    st.tuples(ODD, st.text(alphabet="ạ1 =-", max_size=3)).map("".join),
    st.text(alphabet=st.characters(exclude_categories=["C"]), min_size=1, max_size=12),
)
WORDS = TEXT.map(tidy).filter(lambda text: text and not is_silent(text) and not is_total(text))
"""Every text the reader may deliver: composed, single spaces, saying something, no word of a row of sums."""

CODES = WORDS.map(lambda text: text.lstrip("' ").upper()).filter(lambda text: text and not is_silent(text))
CODES = CODES.filter(lambda text: tidy(text) == text)
DAYS = st.datetimes(datetime(1950, 1, 1), datetime(2199, 1, 1))
PLACES = {"lon": st.floats(102, 118), "lat": st.floats(6, 24)}


def is_total(text):
    """Say whether a text alone may be the word before a row of sums."""
    return fold(text).strip(" :.").startswith(("tong", "cong", "total", "grand total"))


def values(field):
    """Return what a column may hold, by its kind."""
    low, high = (field.limits.low, field.limits.high) if field.limits else (-1e6, 1e6)
    options = [option.value for option in field.options]
    operators = st.sampled_from([option.value for option in OPERATORS] + ["itel"])
    kinds = {
        "str": WORDS,
        "code": st.from_regex(rf"\A[0-9]{{{field.digits}}}\Z") if field.digits else CODES,
        "int": st.integers(int(low), int(high)).map(float),
        "float": st.floats(low, high, allow_subnormal=False),
        "degrees": st.floats(low, high, allow_subnormal=False),
        "bool": st.booleans(),
        "date": DAYS.map(lambda day: pd.Timestamp(day.date())),
        "time": DAYS.map(lambda day: pd.Timestamp(day.replace(microsecond=0))),
        "enum": st.sampled_from(options or [""]),
        "enums": st.lists(st.sampled_from(options or [""]), unique=True, min_size=1).map(tuple),
        "operator": operators,
        "operators": st.lists(operators, unique=True, min_size=1).map(tuple),
        "list": st.lists(WORDS.filter(lambda text: ";" not in text), unique=True, min_size=1).map(tuple),
        "azimuths": st.lists(st.integers(0, 719).map(lambda half: half / 2), min_size=1, max_size=4).map(tuple),
    }
    return PLACES.get(field.name, kinds[field.kind])


@cache
def rows_of(schema):
    """Return rows whose columns each hold something, some of them left empty."""
    stand_ins = ("coordinates", "northing", "easting", "central_meridian", "epsg")
    fields = [f for f in schema.fields if f.name not in stand_ins]
    asked = {name for group in schema.one_of for name in group} | {schema.key, *schema.unique, "lon", "lat"}
    columns = {}
    for field in fields:
        empty = field.is_refused_without or field.name in asked
        columns[field.name] = values(field) if empty else st.one_of(values(field), st.just(None))
    return st.lists(st.fixed_dictionaries(columns), min_size=1, max_size=3, unique_by=lambda row: row[schema.unique[0]])


def looks_legacy(rows):
    """Say whether a column reads as typed for a legacy font: ``xAà`` is what such a font writes for ``xẦ``."""
    columns = ([row[name] for row in rows if isinstance(row[name], str)] for name in rows[0])
    return any(decode_legacy(texts)[1] is not None for texts in columns)


def consistent(schema, row):
    """Mend what rules between columns forbid: they are tested with the lists."""
    if schema.name == "gaps":
        fewer = {name: row[name] for name in ("households_unserved", "poor_households") if row[name] is not None}
        row = row | {name: min(count, row["households_total"]) for name, count in fewer.items()}
    if schema.name == "households":
        row = row | {"household_key": f"K{row['household_key']}"}
    if schema.name == "findings":
        row = row | {"reason": row["reason"] or "đã đo lại", "finding": "undetermined"}
    return row


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_table_written_under_the_template_headers_reads_back_unchanged(schema, language, data):
    """Every kind of value of every list survives being written as a province would and read again."""
    rows = [consistent(schema, row) for row in data.draw(rows_of(schema))]
    assume(not looks_legacy(rows))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "danh sách.xlsx"
        write_list(schema, pd.DataFrame(rows, dtype=object), path, language)
        checked = read_list(path, schema)
    assert [p.line("en") for p in checked.problems if p.level == "error"] == []
    assert [p.line("en") for p in checked.problems if p.level == "repair"] == []
    assert len(checked.rows) == len(rows)
    for given_row, read in zip(rows, checked.rows.to_dict("records"), strict=True):
        for name, value in given_row.items():
            if value is None:
                assert read[name] in ("", ()) or pd.isna(read[name])
            elif isinstance(value, float):
                assert read[name] == pytest.approx(value, rel=1e-14)
            else:
                assert read[name] == value, name


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_a_template_has_every_column_a_remark_and_a_guide(tmp_path, schema, language):
    """Headers with units in one language, * on required ones, frozen; remarks; choices; a guide with all columns."""
    path = tmp_path / "mau.xlsx"
    write_template(schema, path, language)
    book = openpyxl.load_workbook(path)
    sheet, guide, options = book.worksheets
    headers = [cell.value for cell in sheet[1]]
    assert headers == [f.header(language) + (" *" if f.required == "R" else "") for f in schema.fields]
    assert [field_of_header(schema, header) for header in headers] == [f.name for f in schema.fields]
    assert sheet.freeze_panes == "A2" and sheet.max_row == 1
    for cell, field in zip(sheet[1], schema.fields, strict=True):
        assert field.meaning.to(language) in cell.comment.text
    lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert len(lists) == sum(field.kind in ("enum", "bool") for field in schema.fields)
    assert options.sheet_state == "hidden"
    written = {cell.value for row in guide.iter_rows() for cell in row}
    assert {field.name for field in schema.fields} <= written
    formats = {
        f.name: sheet.column_dimensions[c.column_letter].number_format
        for c, f in zip(sheet[1], schema.fields, strict=True)
    }
    assert all(formats[field.name] == "@" for field in schema.fields if field.kind == "code")


def test_a_template_sent_back_empty_says_so(tmp_path):
    """The guide sheet is never taken for the list."""
    for schema in SCHEMAS.values():
        path = tmp_path / f"{schema.name}.xlsx"
        write_template(schema, path)
        with pytest.raises(UnreadableFileError, match="has no rows of data"):
            read_sheets(
                path, lambda headers, schema=schema: len({field_of_header(schema, h) for h in headers} - {None})
            )


def test_the_same_template_has_the_same_bytes(tmp_path):
    """Nothing of the day or the machine is written into it."""
    for name in ("a.xlsx", "b.xlsx"):
        write_template(SCHEMAS["gaps"], tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    """What a list says is never run by the program that opens it."""
    rows = pd.DataFrame({"village_name": ["=1+1"], "commune_code": ["00985"], "note": ["http://x.vn"]})
    write_list(SCHEMAS["villages"], rows, tmp_path / "thon.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "thon.xlsx").worksheets[0]
    cells = {cell.value: cell for cell in sheet[2] if cell.value}
    assert cells["=1+1"].data_type == "s" or cells["=1+1"].quotePrefix
    assert cells["http://x.vn"].hyperlink is None


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_of_columns_is_current(language):
    """docs/columns.*.md is what the tables make; renew it with phusong.data.templates.columns_page."""
    page = (DOCS / f"columns.{language}.md").read_text(encoding="utf-8")
    assert page == columns_page(language)
    assert all(f"`{name}`" in page for name in SCHEMAS)
