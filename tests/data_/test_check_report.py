"""The report of a check: counts, ids that last, what is still to be acknowledged, JSON, a summary."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from phusong.data.check_report import is_acceptable, open_warnings, report_of, summary_lines, to_json
from phusong.data.lists import read_list
from phusong.data.schemas import GAPS, HOUSEHOLDS, STATIONS

GAP = {
    "gap_id": "G1",
    "province_code": "08",
    "commune_code": "985",
    "village_name": "Bản Nà Lạ",
    "lon": 105.34808,
    "lat": 22.62924,
    "households_total": 84,
    "households_unserved": 84,
    "population": 368,
    "gap_class": "trắng sóng",
}
ODD = GAP | {"gap_id": "G2", "village_name": "Khuổi Nà", "lat": 22.7, "population": 2000}
BAD = GAP | {"gap_id": "G3", "village_name": "Nà Mạ", "lat": 22.8, "households_unserved": 90, "lon": "đông"}


def report(tmp_path, rows, schema=GAPS):
    path = tmp_path / "danh_sach.csv"
    pd.DataFrame(rows).to_csv(path, index=False, sep=";", encoding="utf-8-sig")
    return report_of(read_list(path, schema))


def ids(report, code=None):
    return [p.id for p in report.problems if p.problem.row is not None and code in (None, p.problem.code)]


def test_rows_and_problems_are_counted(tmp_path):
    """A row with two errors is one refused row; levels and codes add up to all problems."""
    found = report(tmp_path, [GAP, ODD, BAD])
    assert (found.accepted, found.refused) == (2, 1)
    assert sum(found.levels.values()) == sum(found.codes.values()) == len(found.problems)
    assert found.levels["repair"] == 3 and found.levels["error"] == 2
    assert found.codes["count.persons"] == 1 and found.list_name == "gaps" and len(found.sha256) == 64


def test_ids_last_when_rows_move_and_other_cells_are_corrected(tmp_path):
    """The same odd cell of the same row keeps its id; the corrected cell, or another value, has another."""
    before = report(tmp_path, [GAP, ODD, BAD])
    assert ids(before) == ids(report(tmp_path, [GAP, ODD, BAD])) and len(set(ids(before, "count.persons"))) == 1
    after = report(tmp_path, [BAD | {"lon": 105.4, "households_unserved": 80}, ODD | {"note": "đã xem"}, GAP])
    assert ids(after, "count.persons") == ids(before, "count.persons")
    other = report(tmp_path, [GAP, ODD | {"population": 3000}])
    assert ids(other, "count.persons") != ids(before, "count.persons")


def test_ids_last_without_codes_of_rows(tmp_path):
    """Gaps without codes by their place and name, households by their point, whatever the file they came in."""
    keyless = [{k: v for k, v in row.items() if k != "gap_id"} for row in (GAP, ODD)]
    wanted = ids(report(tmp_path, keyless), "count.persons")
    assert wanted == ids(report(tmp_path, keyless[::-1]), "count.persons") != []
    houses = [{"commune_code": "00985", "lon": 105.3, "lat": 22.6 + k * 1e-7} for k in range(6)]
    stacked = ids(report(tmp_path, houses, HOUSEHOLDS), "position.stacked")
    moved = [{"commune_code": "00985", "lon": 105.4, "lat": 22.7, "persons": 4}, *houses]
    assert stacked == ids(report(tmp_path, moved, HOUSEHOLDS), "position.stacked") != []


def test_every_problem_but_a_repair_has_an_id_of_its_own(tmp_path):
    """Also two alike: the same station row twice over with one power out of the ordinary each."""
    row = {"site_id": "T1", "operator": "Viettel", "tech": "4G", "lon": 105.3, "lat": 22.6, "tx_power": 20}
    found = report(tmp_path, [row, row | {"band": "900"}, row | {"note": "y"}, BAD | row], STATIONS)
    own = [p.id for p in found.problems if p.problem.level != "repair"]
    assert all(own) and len(set(own)) == len(own)
    assert {p.id for p in found.problems if p.problem.level == "repair"} <= {""}


def test_a_list_is_acceptable_when_every_warning_is_acknowledged(tmp_path):
    """Errors cannot be acknowledged, repairs need not be."""
    found = report(tmp_path, [GAP, ODD])
    waiting = open_warnings(found, ())
    assert [p.problem.level for p in waiting] == ["warning"] * len(waiting) and waiting
    assert not is_acceptable(found, ())
    acknowledged = {p.id for p in waiting}
    assert open_warnings(found, acknowledged) == () and is_acceptable(found, acknowledged)
    assert not is_acceptable(found, acknowledged - {waiting[0].id})
    wrong = report(tmp_path, [GAP, BAD])
    assert not is_acceptable(wrong, {p.id for p in wrong.problems})


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_json_has_the_keys_it_promises(tmp_path, language):
    """Read back it says what the report says; questions bring their choices, repairs no id."""
    found = report(tmp_path, [GAP | {"powered_percent": 0.85}, ODD, BAD])
    said = json.loads(to_json(found, language))
    assert list(said) == [
        *("format", "file", "sha256", "list", "list_title", "sheets", "rows", "levels", "codes", "missing", "problems")
    ]
    assert said["format"] == 1 and said["rows"] == {"accepted": 2, "refused": 1}
    assert len(said["problems"]) == len(found.problems)
    (question,) = (p for p in said["problems"] if p["code"] == "share.fraction")
    assert list(question) == [
        *("id", "level", "code", "sheet", "row", "column", "column_number", "found", "after", "text", "is_question"),
        *("choices", "writes"),
    ]
    assert question["writes"] == [{"powered_percent": "85"}, {}]
    assert question["is_question"] and question["choices"] == (
        ["85 %", "0,85 %"] if language == "vi" else ["85 %", "0.85 %"]
    )
    assert (question["row"], question["column"], question["found"]) == (2, "powered_percent", "0.85")
    assert question["text"].startswith("Ghi 0,85 %" if language == "vi" else "0.85 % is written")
    assert [p["id"] for p in said["problems"] if p["level"] == "repair"] == [None] * 3
    assert to_json(found, language) == to_json(report(tmp_path, [GAP | {"powered_percent": 0.85}, ODD, BAD]), language)


def test_the_summary_is_short_however_many_problems(tmp_path):
    """Each kind of problem with its first examples and how many more; the counts in the first line."""
    rows = [ODD | {"gap_id": f"K{k}", "village_name": f"Bản {k}", "lat": 21.0 + k / 97} for k in range(50)]
    vi, en = (summary_lines(report(tmp_path, [GAP, *rows]), language) for language in ("vi", "en"))
    assert vi[0] == "danh_sach.csv: 51 dòng được nhận, 0 dòng bị từ chối"
    assert en[0] == "danh_sach.csv: 51 rows accepted, 0 rows refused"
    assert "    … và 48 chỗ khác [count.persons]" in vi and "    … and 48 more [count.persons]" in en
    assert any(line.startswith("  dòng 3, cột population: Số người một hộ") for line in vi)
    assert len(vi) < 40
