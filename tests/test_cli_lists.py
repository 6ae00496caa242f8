"""The commands about lists, units and rounds as an officer meets them: real files in, real files out."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from phusong.cli import main
from phusong.cli.screen import MISTAKE

OLD_UNITS = "Mã xã cũ,Tên xã cũ,Huyện cũ,Tỉnh cũ,Mã xã mới,Tên xã mới,Tỉnh mới\n"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep boundaries, conversions and mappings of a test to itself."""
    monkeypatch.setenv("PHUSONG_HOME", str(tmp_path / "home"))


def run(capfd: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    out, err = capfd.readouterr()
    assert "Traceback" not in err
    return int(ended.value.code or 0), out, err


def province_of(folder: Path) -> tuple[object, ...]:
    return ("--province", "99", "--communes", folder / "ranh_gioi.gpkg")


def test_a_list_as_sent_comes_back_annotated(
    capfd: pytest.CaptureFixture[str], small_province: Path, tmp_path: Path
) -> None:
    """Its mistakes are told in both languages and marked in a copy; the file itself is left alone."""
    source, out = small_province / "bieu_xa_gui.xlsx", tmp_path / "ghi-chu.xlsx"
    before = source.read_bytes()
    code, said, err = run(capfd, "check", "gaps", source, *province_of(small_province), "--out", out)
    assert code == MISTAKE and "1 lỗi" in said and "Số hộ chưa có sóng lớn hơn tổng số hộ" in err
    assert openpyxl.load_workbook(out).sheetnames == ["Biểu 01", "Kết quả kiểm tra"]
    assert source.read_bytes() == before
    code, said, err = run(capfd, "check", "gaps", source, *province_of(small_province), "--lang", "en")
    assert code == MISTAKE and "1 errors" in said and "More households without signal" in err


def test_the_report_is_json_too(capfd: pytest.CaptureFixture[str], small_province: Path) -> None:
    """--json prints the report and nothing else; it says what the sentences say."""
    source = small_province / "bieu_xa_gui.xlsx"
    code, out, _ = run(capfd, "check", "gaps", source, *province_of(small_province), "--json")
    report = json.loads(out)
    assert code == MISTAKE
    assert report["rows"]["refused"] == 1 and report["rows"]["accepted"] > 5
    assert report["levels"]["error"] == 1
    assert {"position.swapped", "personal.column"} <= {problem["code"] for problem in report["problems"]}


def test_several_lists_are_held_against_each_other(
    capfd: pytest.CaptureFixture[str], small_province: Path, tmp_path: Path
) -> None:
    """A place in two lists is asked about in both; each has its own annotated copy."""
    lists = [small_province / name for name in ("bieu_xa_gui.xlsx", "danh_sach_lom_song.xlsx")]
    _, _, err = run(capfd, "check", "gaps", *lists, *province_of(small_province), "--out", tmp_path / "ghi-chu")
    assert "danh_sach_lom_song.xlsx" in err and "bieu_xa_gui.xlsx" in err
    assert sorted(path.name for path in (tmp_path / "ghi-chu").iterdir()) == sorted(path.name for path in lists)


def test_a_mapping_is_proposed_then_used_then_remembered(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Unknown headers: the first call writes a proposal, the second takes it, the third needs none."""
    path, mapping = tmp_path / "thon.csv", tmp_path / "ghep.toml"
    path.write_text("Địa danh,Mã xã,Cột A\nNà Lạ,00985,84\nBản Pác,00985,51\n", encoding="utf-8")
    code, _, _ = run(capfd, "check", "villages", path)
    assert code == MISTAKE
    code, out, _ = run(capfd, "check", "villages", path, "--mapping", mapping)
    assert code == 0 and str(mapping) in out.replace("\n", "")
    text = mapping.read_text(encoding="utf-8")
    lines = ['"Địa danh" = "village_name"' if line.startswith('"Địa danh"') else line for line in text.splitlines()]
    mapping.write_text("\n".join(lines), encoding="utf-8")
    code, out, _ = run(capfd, "check", "villages", path, "--mapping", mapping)
    assert code == 0 and "2 dòng đúng" in out
    code, out, _ = run(capfd, "check", "villages", path)
    assert code == 0 and "2 dòng đúng" in out


def test_former_units_are_imported_and_found(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A conversion table is kept once; a former commune is told with what it is today, an unknown one in a sentence."""
    table = tmp_path / "chuyen-doi.csv"
    row = "02233,Xã Phúc Yên,Huyện Lâm Bình,Tỉnh Tuyên Quang,02266,Xã Lâm Bình,Tỉnh Tuyên Quang\n"
    table.write_text(OLD_UNITS + row, encoding="utf-8")
    code, out, _ = run(capfd, "units", "import", table)
    assert code == 0 and "1 xã cũ" in out
    code, out, _ = run(capfd, "units", "find", "xã Phúc Yên, huyện Lâm Bình, Tuyên Quang")
    assert code == 0 and "02266 Xã Lâm Bình" in out
    code, out, _ = run(capfd, "units", "find", "xã Không Đâu Có", "--lang", "en")
    assert (code, "was not found" in out) == (MISTAKE, True) or "nearest" in out


def test_rounds_are_kept_compared_sent_out_and_answered(
    capfd: pytest.CaptureFixture[str], small_province: Path, tmp_path: Path
) -> None:
    """What closed and what changed is counted; forms are written and read back; an unknown round is told."""
    source, later = small_province / "danh_sach_lom_song.xlsx", tmp_path / "dot2.xlsx"
    book = openpyxl.load_workbook(source)
    sheet = book.active
    headers = [cell.value for cell in sheet[4]]
    sheet.cell(6, headers.index("Dân số") + 1).value += 4
    sheet.delete_rows(5)
    book.save(later)
    kept = ("--folder", tmp_path / "dot")
    for path, batch in ((source, "Đợt 1"), (later, "Đợt 2")):
        code, _, _ = run(capfd, "rounds", "add", path, "--batch", batch, *province_of(small_province), *kept)
        assert code == 0
    code, out, _ = run(capfd, "rounds", "compare", "Đợt 1", "Đợt 2", "--out", tmp_path / "so-sanh.xlsx", *kept)
    assert code == 0 and "Không còn: 1" in out and "Thay đổi số liệu: 1" in out and "Mới: 0" in out
    code, _, _ = run(capfd, "rounds", "forms", "Đợt 2", "--out", tmp_path / "phieu", *kept)
    forms = sorted((tmp_path / "phieu" / "xa").iterdir())
    assert code == 0 and forms
    code, out, _ = run(capfd, "rounds", "answers", "Đợt 2", forms[0], *kept)
    assert code == 0 and "0 câu trả lời" in out
    code, _, err = run(capfd, "rounds", "compare", "Đợt 1", "Đợt 9", *kept)
    assert code == MISTAKE and "Đợt 9" in err and "Đợt 2" in err


def test_results_go_into_a_foreign_form(capfd: pytest.CaptureFixture[str], small_results: Path, tmp_path: Path) -> None:
    """Rows stand under the form's own headers; what nothing is known for is named."""
    form = tmp_path / "mau.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["DANH MỤC THÔN CHƯA CÓ SÓNG"])
    sheet.append(["STT", "Tên xã", "Thôn", "Tọa độ (kinh độ/vĩ độ)", "Số hộ chưa có sóng", "Đề xuất"])
    sheet.append([1])
    book.save(form)
    code, out, _ = run(capfd, "fill", form, small_results, "--out", tmp_path / "da-dien.xlsx")
    filled = openpyxl.load_workbook(tmp_path / "da-dien.xlsx").active
    assert code == 0 and "Để trống: Đề xuất" in out
    assert filled["C3"].value and "/" in filled["D3"].value


def test_a_list_is_reconciled_with_results_made_before(
    capfd: pytest.CaptureFixture[str], small_province: Path, small_results: Path, tmp_path: Path
) -> None:
    """Every reported place has a verdict, counted; both sides stand in a workbook."""
    out_path = tmp_path / "doi-chieu.xlsx"
    study, reported = small_province / "study.toml", small_province / "danh_sach_lom_song.xlsx"
    code, out, _ = run(capfd, "reconcile", study, small_results, reported, "--out", out_path)
    counts = [int(line.rpartition(": ")[2].replace(".", "")) for line in out.splitlines() if line[-1:].isdigit()]
    rows = openpyxl.load_workbook(reported).active.max_row - 4
    assert code == 0 and sum(counts[:6]) == rows
    assert len(openpyxl.load_workbook(out_path).sheetnames) == 2
