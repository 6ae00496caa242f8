"""Forms go out and come back: what was filled in is read, what must not be changed is held, silence stays silence."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from made_gaps import gap_round, gap_rows
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from phusong.data.columns import silent_column
from phusong.data.rounds.answers import Answers, FormError, read_answers
from phusong.data.rounds.confirmed import apply_answers
from phusong.data.rounds.questions import station_ids, write_commune_forms, write_operator_forms
from phusong.data.rounds.store import Round, read_round, save_round
from phusong.data.schemas import STATIONS
from phusong.errors import BadInputError

ROUND = gap_round(
    gap_rows(
        {"gap_id": "A", "village_name": "=Nà Lạ", "cluster_name": "Cụm 1", "sig_viettel_4g": "weak"},
        {"gap_id": "B", "village_name": "Thôn 2", "planned_operator": "viettel", "planned_site": "VTL9"},
        {"gap_id": "C", "village_name": "Bó Mạ", "commune_code": "99002", "commune_name": "Xã Đồng-Văn/2"},
    )
)


def station_rows(*rows: dict[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame({field.name: silent_column(len(rows), field).cells for field in STATIONS.fields})
    for name in {key for row in rows for key in row}:
        silent = table[name].tolist()
        table[name] = pd.Series(
            [row.get(name, empty) for row, empty in zip(rows, silent, strict=True)], dtype=table[name].dtype
        )
    return table


STATION_ROWS = station_rows(
    {
        "site_id": "V1",
        "operator": "viettel",
        "tech": "4G",
        "band": "1800",
        "lon": 105.1,
        "lat": 22.1,
        "status": "on_air",
    },
    {"site_id": "M1", "operator": "mobifone", "tech": "4G"},
)


def places(sheet: Worksheet) -> tuple[dict[str, int], dict[str, int]]:
    """Return the row of each id and the column of each key of a form's sheet."""
    ids = {str(row[0].value): row[0].row for row in sheet.iter_rows() if row[0].value}
    columns = {str(cell.value): cell.column for cell in sheet[ids["#keys"]] if cell.value}
    return ids, columns


def fill(
    path: Path, answers: Mapping[tuple[str, str], Any], *, by: Any = "Chủ tịch UBND xã", on: Any = date(2026, 11, 20)
) -> Path:
    """Fill in a form as a person would; keys are (id, column), columns without prefix are answers."""
    book = load_workbook(path)
    for sheet in book.worksheets:
        ids, columns = places(sheet)
        sheet.cell(ids["#by"], 5).value = by
        sheet.cell(ids["#on"], 5).value = on
        for (one, name), value in answers.items():
            key = columns.get(f"answer:{name}", columns.get(name))
            if one in ids and key is not None:
                sheet.cell(ids[one], key).value = value
    out = path.with_name(f"dien-{path.name}")
    book.save(out)
    return out


def commune_file(folder: Path, round_: Round = ROUND, commune: str = "99001") -> Path:
    return next(path for path in write_commune_forms(round_, folder) if f"xa-{commune}" in path.name)


def operator_file(folder: Path, operator: str = "viettel") -> Path:
    files = write_operator_forms(ROUND, folder, stations=STATION_ROWS)
    return next(path for path in files if operator in path.name)


def said(answers: Answers) -> dict[tuple[str, str], str]:
    rows = answers.said[answers.said["field"] != ""]
    return {(row["id"], row["field"]): row["value"] for row in rows.to_dict("records")}


def codes(answers: Answers) -> list[str]:
    return [problem.code for problem in answers.problems]


def test_a_form_has_only_its_own_rows_and_a_safe_name(tmp_path: Path) -> None:
    """One file a commune, named in plain letters, with no row and no name of another."""
    files = write_commune_forms(ROUND, tmp_path)
    assert [path.name for path in files] == [
        "phieu-xa-99001-xa-mot-dot-1-2026.xlsx",
        "phieu-xa-99002-xa-dong-van-2-dot-1-2026.xlsx",
    ]
    texts = [str(cell.value) for row in load_workbook(files[0]).active.iter_rows() for cell in row]
    assert "A" in texts
    assert "B" in texts
    assert "C" not in texts
    assert not any("Bó Mạ" in text for text in texts)


def test_only_answer_cells_are_open(tmp_path: Path) -> None:
    """The sheet is protected without a password; cells under yellow headers are unlocked, all others locked."""
    sheet = load_workbook(commune_file(tmp_path)).active
    assert sheet is not None
    ids, columns = places(sheet)
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    for key, column in columns.items():
        assert sheet.cell(ids["A"], column).protection.locked is not key.startswith("answer:")
    assert sheet.column_dimensions["A"].hidden
    assert sheet.row_dimensions[ids["#keys"]].hidden
    assert sheet.cell(ids["A"], columns["village_name"]).data_type == "s"


def test_it_prints_on_a4_with_its_header_repeated(tmp_path: Path) -> None:
    """Landscape, one page wide, the header on every page, a place to sign and to stamp."""
    sheet = load_workbook(commune_file(tmp_path)).active
    assert sheet is not None
    ids, _ = places(sheet)
    page = sheet.page_setup
    assert (int(page.paperSize or 0), page.orientation, int(page.fitToHeight or 0)) == (9, "landscape", 0)
    header = ids["#keys"] + 1
    assert sheet.print_title_rows == f"${header}:${header}"
    texts = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    assert "đóng dấu" in texts
    assert "TM. ỦY BAN NHÂN DÂN" in texts


def test_an_empty_form_is_silence(tmp_path: Path) -> None:
    """Nobody is taken to agree by saying nothing; every row asked about is recorded as silent."""
    answers = read_answers(commune_file(tmp_path), ROUND)
    assert said(answers) == {}
    assert answers.silent == ("A", "B")
    assert codes(answers) == ["form.unsigned", "form.undated"]
    applied = apply_answers(ROUND, answers)
    assert len(applied.said) == 2
    assert applied.rows["confirmed_households_total"].isna().all()


filled = st.fixed_dictionaries(
    {},
    optional={
        "households_total": st.integers(100, 100000),
        "households_unserved": st.integers(0, 50),
        "still_gap": st.sampled_from(["còn", "hết", "chưa biết"]),
        "position_right": st.sampled_from(["đúng", "sai"]),
        "position": st.tuples(st.floats(102.0, 118.0), st.floats(6.0, 24.0)),
        "note": st.sampled_from(["Đã có sóng từ tháng 9", "=1+1", "-", "007"]),
    },
)
VALUES = {"còn": "yes", "hết": "no", "chưa biết": "unknown", "đúng": "yes", "sai": "no"}


@settings(
    deadline=None,
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(filled, filled)
def test_what_is_filled_in_is_what_is_read(tmp_path: Path, one: dict[str, Any], other: dict[str, Any]) -> None:
    """Write, fill in, read: every answer comes back, nothing else does."""
    cells: dict[tuple[str, str], Any] = {}
    expected: dict[tuple[str, str], str] = {}
    for gap, given_ in (("A", one), ("B", other)):
        flat = {name: value for name, value in given_.items() if name != "position"}
        if "position" in given_:
            flat |= dict(zip(("lon", "lat"), given_["position"], strict=True))
        for name, value in flat.items():
            cells[gap, name] = value
            if value == "-":
                continue  # a dash says nothing
            wanted = VALUES.get(value, value) if isinstance(value, str) else value
            expected[gap, name] = str(wanted)
    path = fill_as_text(commune_file(tmp_path), cells)
    answers = read_answers(path, ROUND)
    assert codes(answers) == []
    got = said(answers)
    assert set(got) == set(expected)
    for key, value in expected.items():
        same = got[key] == value or float(got[key]) == pytest.approx(float(value), abs=1e-12)
        assert same, (key, got[key], value)
    assert answers.silent == tuple(gap for gap in ("A", "B") if not any(key[0] == gap for key in expected))


def fill_as_text(path: Path, cells: Mapping[tuple[str, str], Any]) -> Path:
    """Fill in a form; what begins like a formula is typed as text, as the cell's format makes a program do."""
    book = load_workbook(path)
    sheet = book.active
    assert sheet is not None
    ids, columns = places(sheet)
    sheet.cell(ids["#by"], 5).value, sheet.cell(ids["#on"], 5).value = "Phó Chủ tịch", datetime(2026, 11, 20)
    for (one, name), value in cells.items():
        cell = sheet.cell(ids[one], columns[f"answer:{name}"])
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
    out = path.with_name("dien.xlsx")
    book.save(out)
    return out


def test_an_operators_answers_and_its_stations_come_back(tmp_path: Path) -> None:
    """Coverage, site, commitment, quarter however written, and the values missing of its own stations only."""
    path = operator_file(tmp_path)
    station = station_ids(STATION_ROWS)[0]
    cells = {
        ("A", "coverage"): "yếu",
        ("A", "site_id"): "VTL0012",
        ("B", "coverage"): "không",
        ("B", "commitment"): "có",
        ("B", "quarter"): "Quý 1/2027",
        ("C", "quarter"): "2027-Q4",
        (station, "antenna_height_m"): 42,
        (station, "azimuth_deg"): "0/120/240",
    }
    answers = read_answers(fill(path, cells), ROUND, STATION_ROWS)
    assert codes(answers) == []
    assert (answers.kind, answers.whom, answers.on) == ("operator", "viettel", date(2026, 11, 20))
    assert said(answers) == {
        ("A", "coverage"): "weak",
        ("A", "site_id"): "VTL0012",
        ("B", "coverage"): "no",
        ("B", "commitment"): "yes",
        ("B", "quarter"): "2027-Q1",
        ("C", "quarter"): "2027-Q4",
        (station, "antenna_height_m"): "42",
        (station, "azimuth_deg"): "0/120/240",
    }
    applied = apply_answers(ROUND, answers)
    assert applied.rows["confirmed_quarter_viettel"].tolist() == ["", "2027-Q1", "2027-Q4"]
    book = load_workbook(path)
    shown = {str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert "M1" not in shown
    other = operator_file(tmp_path, "mobifone")
    texts_ = {str(cell.value) for sheet in load_workbook(other).worksheets for row in sheet.iter_rows() for cell in row}
    assert "VTL9" not in texts_  # another operator's plan is not shown
    assert "V1" not in texts_


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({("A", "households_total"): "nhiều"}, "form.answer", "Tổng số hộ đúng là"),
        ({("A", "households_total"): -5}, "form.answer", "Tổng số hộ đúng là"),
        ({("A", "still_gap"): "có thể"}, "form.answer", "Hiện còn lõm sóng?"),
        ({("A", "lon"): 22.1, ("A", "lat"): 105.3}, "form.answer", "Kinh độ đúng là (°)"),
        ({("A", "lon"): 105.3}, "form.rule", None),
        ({("A", "households_unserved"): 60}, "form.rule", None),
        ({("A", "households_unserved"): 60, ("A", "households_total"): 55}, "form.rule", None),
    ],
)
def test_a_wrong_answer_is_named_in_its_cell(
    tmp_path: Path, cells: dict[tuple[str, str], Any], code: str, column: str | None
) -> None:
    """The row is refused with row and column; the other rows stand."""
    answers = read_answers(fill(commune_file(tmp_path), cells | {("B", "still_gap"): "còn"}), ROUND)
    wrong = [problem for problem in answers.problems if problem.code == code]
    assert wrong
    assert all(problem.level == "error" and problem.row == wrong[0].row for problem in wrong)
    assert wrong[0].column == column
    assert said(answers) == {("B", "still_gap"): "yes"}
    assert "A" not in answers.silent
    with pytest.raises(BadInputError):
        answers.raise_for_errors()


def test_a_locked_cell_that_was_changed_is_said_and_does_not_count(tmp_path: Path) -> None:
    """What the list says is kept; the edit is shown beside it."""
    answers = read_answers(fill(commune_file(tmp_path), {("A", "stated_total"): 99, ("A", "still_gap"): "còn"}), ROUND)
    problem = next(problem for problem in answers.problems if problem.code == "form.locked")
    assert (problem.level, problem.found, problem.after, problem.column) == (
        "warning",
        "99",
        "50",
        "Tổng số hộ đang ghi",
    )
    assert said(answers) == {("A", "still_gap"): "yes"}


def test_rows_of_others_unknown_added_and_doubled_rows_are_refused(tmp_path: Path) -> None:
    """Each is an error with its row; a row taken out is silence, and said."""
    path = commune_file(tmp_path)
    for value, code in (
        ("C", "form.unknown_row"),
        ("X", "form.unknown_row"),
        ("A", "form.twice"),
        (None, "form.added"),
    ):
        book = load_workbook(path)
        sheet = book.active
        assert sheet is not None
        ids, _ = places(sheet)
        sheet.cell(ids["B"], 1).value = value
        book.save(tmp_path / "sua.xlsx")
        answers = read_answers(tmp_path / "sua.xlsx", ROUND)
        assert [(p.code, p.row) for p in answers.problems if p.level == "error"] == [(code, ids["B"])]
        assert "form.gone" in codes(answers)
        assert set(answers.silent) == {"A", "B"}
    refused = next(p for p in read_answers(_with_id(path, "C"), ROUND).problems if p.level == "error")
    assert "Xã Đồng-Văn/2" in refused.text.vi


def _with_id(path: Path, gap_id: str) -> Path:
    book = load_workbook(path)
    sheet = book.active
    assert sheet is not None
    sheet.cell(places(sheet)[0]["B"], 1).value = gap_id
    out = path.with_name("doi.xlsx")
    book.save(out)
    return out


def test_a_form_of_another_round_or_no_form_is_refused(tmp_path: Path) -> None:
    """In one sentence, before anything is read."""
    other = gap_round(ROUND.rows, "Đợt 9")
    with pytest.raises(FormError, match="Đợt 9"):
        read_answers(commune_file(tmp_path), other)
    gone = gap_round(ROUND.rows[ROUND.rows["gap_id"] == "C"].reset_index(drop=True))
    with pytest.raises(FormError, match="99001"):
        read_answers(commune_file(tmp_path), gone)
    book = load_workbook(commune_file(tmp_path))
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = None
    book.save(tmp_path / "khac.xlsx")
    with pytest.raises(FormError):
        read_answers(tmp_path / "khac.xlsx", ROUND)


def test_sorted_rows_and_inserted_columns_still_read(tmp_path: Path) -> None:
    """Rows are known by their hidden id and columns by their hidden key, wherever they stand."""
    path = fill(commune_file(tmp_path), {("A", "households_total"): 77, ("B", "households_total"): 88})
    book = load_workbook(path)
    sheet = book.active
    assert sheet is not None
    ids, columns = places(sheet)
    for column in range(1, max(columns.values()) + 1):
        one, other = sheet.cell(ids["A"], column), sheet.cell(ids["B"], column)
        one.value, other.value = other.value, one.value
    book.save(path)
    assert said(read_answers(path, ROUND)) == {("A", "households_total"): "77", ("B", "households_total"): "88"}


def test_answers_stand_beside_the_list_and_nothing_is_lost(tmp_path: Path) -> None:
    """Applied, kept on disk, answered again: the list is untouched, the last answer shown, the first on record."""
    first = read_answers(fill(commune_file(tmp_path), {("A", "households_total"): 77}), ROUND)
    once = apply_answers(ROUND, first)
    assert apply_answers(once, first).said.equals(once.said)
    assert once.rows["households_total"].tolist() == ROUND.rows["households_total"].tolist()
    assert once.rows.set_index("gap_id").loc[
        "A", ["confirmed_households_total", "confirmed_by", "confirmed_on"]
    ].tolist() == [
        77.0,
        "Chủ tịch UBND xã",
        "2026-11-20",
    ]
    kept = read_round(save_round(once, tmp_path / "dot"))
    second = read_answers(fill(commune_file(tmp_path), {("A", "households_total"): 78}), kept)
    assert [(p.code, p.found, p.after) for p in second.problems] == [("form.otherwise", "78", "77")]
    twice = apply_answers(kept, second)
    assert twice.rows.set_index("gap_id")["confirmed_households_total"]["A"] == 78.0
    assert twice.said.loc[twice.said["field"] == "households_total", "value"].tolist() == ["77", "78"]


def test_forms_can_be_english(tmp_path: Path) -> None:
    """The language of a form travels with it: labels are compared in its own."""
    path = next(iter(write_commune_forms(ROUND, tmp_path, "en")))
    answers = read_answers(fill(path, {("A", "still_gap"): "not known"}), ROUND)
    assert codes(answers) == []
    assert said(answers) == {("A", "still_gap"): "unknown"}


@pytest.mark.libreoffice
def test_a_form_saved_by_libreoffice_still_reads(tmp_path: Path, require: Any) -> None:
    """LibreOffice rewrites the file as its own; rows, keys, answers and locked values are the same."""
    program = shutil.which("soffice")
    require("libreoffice", program is not None, "LibreOffice")
    path = fill(operator_file(tmp_path), {("A", "coverage"): "yếu", ("B", "quarter"): "2027-Q1"})
    out = tmp_path / "lo"
    profile = (tmp_path / "profile").as_uri()
    command = [
        str(program),
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
    ]
    subprocess.run([*command, "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=180)
    answers = read_answers(out / path.name, ROUND, STATION_ROWS)
    assert codes(answers) == []
    assert said(answers) == {("A", "coverage"): "weak", ("B", "quarter"): "2027-Q1"}
    assert answers.on == date(2026, 11, 20)
