"""What the check of a bid found, as a workbook and as JSON."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from phusong.data.store import whole_file
from phusong.data.workbook import Block, Column, Row, Sheet, new_book
from phusong.errors import Level, Problem
from phusong.tenders.bids.checking import BidReport
from phusong.words import Language, Text, number

FORMAT = "phusong-bid-check/1"
LEVELS: dict[Level, Text] = {
    "error": Text("Lỗi", "Error"),
    "warning": Text("Lưu ý", "Note"),
    "repair": Text("Đã sửa", "Repaired"),
}
_COLUMNS = (
    Column(title=Text("Mức", "Level"), key="level", width=9),
    Column(title=Text("Trang", "Sheet"), key="sheet", width=20),
    Column(title=Text("Dòng", "Row"), key="row", kind="whole", width=7),
    Column(title=Text("Cột", "Column"), key="column", width=24),
    Column(title=Text("Giá trị", "Found"), key="found", width=20),
    Column(title=Text("Vấn đề", "Problem"), key="text", width=58),
)


def summary(report: BidReport) -> Text:
    """Say in one sentence what a bid holds and how many problems it has."""
    n = (report.sites, report.committed_households, report.needed_households, report.errors, report.warnings)
    vi, en = [number(value) for value in n], [number(value, "en") for value in n]
    price_vi, price_en = number(report.price_vnd), number(report.price_vnd, "en")
    return Text(
        f"{report.bidder or 'Chưa ghi tên nhà thầu'}: {vi[0]} trạm, cam kết {vi[1]}/{vi[2]} hộ, giá {price_vi} đồng; "
        f"{vi[3]} lỗi, {vi[4]} lưu ý",
        f"{report.bidder or 'No name of the bidder'}: {en[0]} sites, {en[1]}/{en[2]} households, VND {price_en}; "
        f"{en[3]} errors, {en[4]} notes",
    )


def write_report(path: Path, report: BidReport, *, checked_on: date, language: Language = "vi") -> None:
    """Write the problems of a bid as a workbook, for the bidder or the file."""
    code = report.package_code
    title = Text(f"Kết quả kiểm tra hồ sơ dự thầu, gói {code}", f"Check of a bid, package {code}")
    sheet = Sheet(
        name=Text("Vấn đề", "Problems"),
        title=title,
        notes=(Text(f"Tệp {report.file}.", f"File {report.file}."), summary(report)),
        columns=_COLUMNS,
        blocks=(Block(rows=[_row(problem) for problem in report.problems]),),
    )
    with (
        whole_file(path) as partial,
        new_book(partial, language=language, title=title, created_on=checked_on, footer=report.file) as book,
    ):
        book.add(sheet)


def _row(problem: Problem) -> Row:
    return {
        "level": LEVELS[problem.level],
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "found": problem.found,
        "text": problem.text,
    }


def to_json(report: BidReport, language: Language) -> str:
    """Write the report as JSON, texts in one language."""
    problems = [
        {
            "level": p.level,
            "code": p.code,
            "sheet": p.sheet,
            "row": p.row,
            "column": p.column,
            "column_number": p.column_number,
            "found": p.found,
            "text": p.text.to(language),
        }
        for p in report.problems
    ]
    content = {
        "format": FORMAT,
        "file": report.file,
        "package_code": report.package_code,
        "version": report.version,
        "bidder": report.bidder,
        "sites": report.sites,
        "needed_households": report.needed_households,
        "committed_households": report.committed_households,
        "price_vnd": report.price_vnd,
        "errors": report.errors,
        "warnings": report.warnings,
        "problems": problems,
    }
    return json.dumps(content, ensure_ascii=False, indent=1)
