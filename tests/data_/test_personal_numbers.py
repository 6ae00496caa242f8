"""Telephone and document numbers inside free text: never kept, never shown, and nothing else is lost."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phusong.data.check_report import report_of, summary_lines, to_json
from phusong.data.checks.personal import is_personal_number, masked
from phusong.data.lists import read_list
from phusong.data.schemas import GAPS, HOUSEHOLDS, STATIONS

GAP = {
    "gap_id": "G1",
    "province_code": "08",
    "commune_code": "00985",
    "village_name": "Bản Nà Lạ",
    "lon": 105.34808,
    "lat": 22.62924,
    "households_total": 84,
    "households_unserved": 84,
    "gap_class": "trắng sóng",
}


def listed(tmp_path, schema, rows):
    path = tmp_path / "danh_sach.csv"
    pd.DataFrame(rows).to_csv(path, index=False, sep=";", encoding="utf-8-sig")
    return read_list(path, schema)


@pytest.mark.parametrize(
    "number",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "091-234-5678",
        "+84912345678",
        "+84 912 345 678",
        "84912345678",
        "0207 3822 111",
        "02073822111",
        "024 3822 1111",
        "008099001234",
        "001200012345",
        "123456789",
    ],
)
@pytest.mark.parametrize("around", ["{}", "Liên hệ: {}", "sđt {} (trưởng thôn)", "Ông A, {}; chiều", "gọi {}."])
def test_numbers_of_persons_are_masked_wherever_they_stand(number, around):
    """Mobile and fixed telephones as they are written, identity cards of twelve and of nine digits."""
    assert masked(around.format(number)) == around.format("•••")


@pytest.mark.parametrize(
    "text",
    [
        "cách trạm ThuongGiap_TQG 2,6km, cách trạm Thuong-NongII_TQG 3,5km",
        "105,34808/22,62924",
        "105.348080123, 22.629240456",
        "X 2503641,2 Y 432993,0",
        "TQG0327-12",
        "80010292_0824_X_CO_M45_06T",
        "QĐ 969/QĐ-BTTTT ngày 06/06/2023 14:05",
        "05.12.2026 14:05",
        "IMG_20260915_140512.jpg",
        "20260915140512",
        "123456789.jpg",
        "Số hộ 84, nhân khẩu 368, năm 2026",
        "1.234.567.890 đồng",
        "HD-123456789",
        "KV-0a1b2c3d4e5f",
        "",
    ],
)
def test_other_numbers_are_left_alone(text):
    """Distances, coordinates, codes, decisions, days, file names and sums."""
    assert masked(text) == text


@given(st.text(st.sampled_from("0123456789 .-+,/aĐ"), max_size=40))
def test_masking_twice_is_masking_once(text):
    """And what is no digit is never taken away but between the digits of one number."""
    once = masked(text)
    assert masked(once) == once
    assert [c for c in once if c in "aĐ/"] == [c for c in text if c in "aĐ/"]


SECRETS = ("0912345678", "008099001234", "123456789", "0987 654 321", "+84 903 111 222")


def everything_said(checked):
    """Return all that a reading, its report and its messages say, in one text."""
    report = report_of(checked)
    lines = [
        line for lang in ("vi", "en") for line in (*summary_lines(report, lang, examples=99), to_json(report, lang))
    ]
    values = [str(dataclasses.astuple(problem)) for problem in checked.problems]
    return "\n".join([checked.rows.to_csv(), *lines, *values, *(p.line("vi") for p in checked.problems)])


def test_no_number_of_a_person_is_kept_or_shown(tmp_path):
    """In remarks, names, lists, cells that cannot be read, keys and headers: rows, messages, report and JSON."""
    messy = GAP | {
        "note": f"gọi {SECRETS[0]} hoặc {SECRETS[3]}",
        "reporter": f"Nguyễn Văn A, CCCD {SECRETS[1]}",
        "village_name": f"Bản Nà Lạ {SECRETS[4]}",
        "evidence": SECRETS[2],
        "target_type": f"thôn {SECRETS[0]}",
        "road_access": f"hỏi {SECRETS[2]}",
        "reported_on": SECRETS[0],
        "population": SECRETS[1],
        "planned_operator": f"Viettel {SECRETS[0]}",
        "gap_id": SECRETS[0],
        f"Cột lạ {SECRETS[0]}": "x",
    }
    checked = listed(
        tmp_path, GAPS, [messy, GAP | {"gap_id": "G2", "lat": 22.9}, messy | {"gap_id": "G3", "lat": 22.62925}]
    )
    said = everything_said(checked)
    bare = said.replace(" ", "")
    assert not [secret for secret in SECRETS if secret in said or secret.replace(" ", "") in bare]
    assert "personal.number" in {p.code for p in checked.problems}


def test_a_masked_cell_is_listed_as_a_repair_with_what_is_kept(tmp_path):
    """Row and column, before and after without the number, the rule; the rest of the cell stays."""
    checked = listed(
        tmp_path, GAPS, [GAP | {"note": "gọi 0912345678 trước khi đến"}, GAP | {"gap_id": "G2", "lat": 22.9}]
    )
    (problem,) = (p for p in checked.problems if p.code == "personal.number")
    assert (problem.level, problem.row, problem.column) == ("repair", 2, "note")
    assert problem.found == problem.after == "gọi ••• trước khi đến"
    assert checked.rows["note"].tolist() == ["gọi ••• trước khi đến", ""]
    assert "tệp gốc không đổi" in problem.text.vi


def test_lists_and_operators_are_masked_part_by_part(tmp_path):
    """Cells of several values too; a list without such numbers is not touched."""
    row = {"site_id": "T1", "operator": "Viettel", "tech": "4G", "lon": 105.3, "lat": 22.6}
    checked = listed(tmp_path, STATIONS, [row | {"shared_with": "MobiFone; ông A 0912345678"}])
    assert checked.rows["shared_with"].tolist() == [("mobifone", "ông a •••")]
    assert listed(tmp_path, STATIONS, [row]).problems == tuple(
        p for p in listed(tmp_path, STATIONS, [row]).problems if p.code != "personal.number"
    )


@pytest.mark.parametrize("schema", [GAPS, HOUSEHOLDS], ids=lambda schema: schema.name)
def test_no_key_of_any_list_is_a_number_of_a_person(tmp_path, schema):
    """It is replaced and said, without being shown."""
    row = GAP if schema is GAPS else {"commune_code": "00985", "lon": 105.3, "lat": 22.6}
    checked = listed(tmp_path, schema, [row | {schema.key: "0912345678"}])
    assert checked.rows[schema.key].str.startswith(schema.key_prefix).all()
    assert [p.code for p in checked.problems if p.row == 2] == ["personal.key"]
    assert "0912345678" not in everything_said(checked)


def test_codes_that_are_numbers_of_a_person_are_known():
    """Whole telephone and card numbers; a code with more around it is not one."""
    assert is_personal_number("0912345678") and is_personal_number("008099001234")
    assert not is_personal_number("H-0912345678") and not is_personal_number("00985-03")
