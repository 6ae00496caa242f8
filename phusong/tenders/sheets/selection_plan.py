"""Part 11: the KHLCNT table with the columns of the plan, and the values to enter on the e-procurement system."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from phusong.data.workbook import Block, Column, Row, Sheet
from phusong.tenders.naming import main_work, package_title, price_vnd
from phusong.tenders.package.investor import INVESTOR_FIELDS
from phusong.tenders.package.said import TOTAL, to_fill, told
from phusong.tenders.package.titles import same
from phusong.tenders.package.values import Package
from phusong.tenders.papers.amounts import in_words
from phusong.tenders.parts import Making
from phusong.tenders.sentences import alert
from phusong.tenders.sheets.page import NUMBER, named, package_book
from phusong.tenders.sheets.wording import attached
from phusong.words import Text, number

NAME = Text("Bảng KHLCNT", "Selection plan")
ENTRY = Text("Phiếu nhập liệu", "Entry sheet")
_WORK = Text("Gói thầu", "Package")
_COLUMNS = (
    NUMBER,
    Column(title=Text("Tên chủ đầu tư", "Investor"), key="investor", width=15),
    Column(title=Text("Tên gói thầu", "Package"), key="name", width=22, group=_WORK),
    Column(title=Text("Tóm tắt công việc chính của gói thầu", "Main work of the package"), key="work", width=32,
           group=_WORK),
    Column(title=Text("Lĩnh vực", "Field"), key="field", width=11),
    Column(title=Text("Giá gói thầu (VND)", "Package price (VND)"), key="package_price", kind="whole", width=16,
           summed=True),
    Column(title=Text("Chi tiết nguồn vốn", "Funding in detail"), key="funding", width=16),
    Column(title=Text("Hình thức LCNT", "Form of selection"), key="selection_form", width=13),
    Column(title=Text("Phương thức LCNT", "Method of selection"), key="selection_method", width=13),
    Column(title=Text("Thời gian tổ chức LCNT", "Time for the selection"), key="selection_time", width=12),
    Column(title=Text("Thời gian bắt đầu tổ chức LCNT", "Start of the selection"), key="selection_start", width=12),
    Column(title=Text("Loại hợp đồng", "Type of contract"), key="contract_type", width=12),
    Column(title=Text("Thời gian thực hiện gói thầu", "Time of performance"), key="contract_time", width=12),
    Column(title=Text("Tuỳ chọn mua thêm", "Option to buy more"), key="purchase_option", width=12),
    Column(title=Text("Giám sát hoạt động đấu thầu", "Supervision of the bidding"), key="supervision", width=12),
)  # fmt: skip
_ENTRIES = (
    NUMBER,
    Column(title=Text("Mục trên hệ thống", "Section"), key="section", width=22),
    Column(title=Text("Trường", "Field"), key="field", width=34),
    Column(title=Text("Giá trị để nhập", "Value to enter"), key="value", width=58),
    Column(title=Text("Nguồn của giá trị", "Source of the value"), key="source", width=32),
    Column(title=Text("Cần điền", "To fill"), key="to_fill", width=9),
)
_PLAN, _PACKAGE = (
    Text("Thông tin kế hoạch", "The plan"),
    Text("Thông tin gói thầu", "The package"),
)
_TOLD = Text("chủ đầu tư", "investor")
_FROZEN = Text("bản chốt gói thầu", "the frozen package")


def write_selection_plan(path: Path, package: Package, making: Making) -> None:
    """Write the table of the selection plan and its entry sheet."""
    with package_book(path, package, making, "selection_plan") as book:
        book.add(_table(package))
        book.add(_entry_sheet(package))


def _price(package: Package) -> int | Text:
    price = price_vnd(package)
    return told(package, "package_price") if price is None else price


def _table(package: Package) -> Sheet:
    fields = (
        *("investor", "field", "funding", "selection_form", "selection_method", "selection_time", "selection_start"),
        *("contract_type", "contract_time", "purchase_option", "supervision"),
    )
    row = {
        "number": 1,
        "name": package_title(package),
        "work": main_work(package),
        "package_price": _price(package),
        **{key: told(package, key) for key in fields},
    }
    return Sheet(
        name=NAME,
        title=named(package, Text("Bảng kế hoạch lựa chọn nhà thầu", "Table of the contractor-selection plan")),
        alert=alert(package),
        notes=(attached(package), _PRICE_NOTE, *_words(package)),
        columns=_COLUMNS if price_vnd(package) is not None else [replace(c, summed=False) for c in _COLUMNS],
        blocks=(Block(rows=[row]),),
        total={"name": TOTAL, "package_price": to_fill("package_price")},
        a3=True,
    )


_PRICE_NOTE = Text(
    "Giá gói thầu lấy theo dự toán được duyệt, không lấy theo khái toán của Phụ lục VI. Chỗ trong ngoặc vuông do chủ "
    "đầu tư điền; không chia nhỏ gói để tránh đấu thầu rộng rãi.",
    "The package price follows the approved estimate, not Annex VI. What stands in brackets is the investor's to fill; "
    "packages are not split to escape open bidding.",
)


def _words(package: Package) -> Iterator[Text]:
    price = price_vnd(package)
    if price is not None:
        vi, en = in_words(price), in_words(price, "en")
        yield Text(f"Tổng giá trị bằng chữ: {vi}.", f"Total in words: {en}.")


def _entry_sheet(package: Package) -> Sheet:
    rows = [{"number": i, **row} for i, row in enumerate(_entries(package), start=1)]
    missing = sum(bool(row["to_fill"]) for row in rows)
    return Sheet(
        name=ENTRY,
        title=named(
            package,
            Text("Phiếu nhập liệu lên Hệ thống mạng đấu thầu quốc gia", "Entry sheet of the e-procurement system"),
        ),
        alert=alert(package),
        notes=(
            attached(package),
            Text(
                f"Dán từng giá trị vào trường tương ứng; {number(missing)} trường có dấu x chưa có giá trị. Tên trường "
                "theo bảng KHLCNT, chưa đối chiếu với biểu mẫu trên hệ thống: kiểm tra trước khi nhập.",
                f"Paste each value into its field; {number(missing, 'en')} fields marked x have none yet. Field names "
                "follow the table of the plan and are not verified against the system: check before entering.",
            ),
        ),
        columns=_ENTRIES,
        blocks=(Block(rows=rows),),
        frozen_columns=3,
    )


def _entries(package: Package) -> Iterator[Row]:
    for key in ("investor", "competent_body", "project", "list_decision", "estimate_decision", "plan_decision"):
        yield _of_investor(package, _PLAN, key)
    yield _entry(_PACKAGE, Text("Mã gói thầu", "Package code"), same(package.package_code), _FROZEN)
    yield _entry(_PACKAGE, Text("Tên gói thầu", "Package"), package_title(package), _DRAFT)
    yield _entry(_PACKAGE, Text("Tóm tắt công việc chính", "Main work"), main_work(package), _DRAFT)
    yield _of_investor(package, _PACKAGE, "field")
    yield from _price_entries(package)
    for key in ("funding", "selection_form", "selection_method", "selection_time", "selection_start"):
        yield _of_investor(package, _PACKAGE, key)
    for key in ("contract_type", "contract_time", "purchase_option", "supervision", "bid_security", "bid_validity"):
        yield _of_investor(package, _PACKAGE, key)
    yield _entry(_PACKAGE, Text("Địa điểm thực hiện", "Place of performance"), _where(package), _FROZEN)


_DRAFT = Text("dự thảo theo bản chốt gói thầu, sửa được", "drafted from the frozen package, may be changed")


def _price_entries(package: Package) -> Iterator[Row]:
    price = price_vnd(package)
    label = Text("Giá gói thầu bằng chữ", "Package price in words")
    if price is None:
        yield _of_investor(package, _PACKAGE, "package_price")
        words = to_fill("package_price")
        yield _entry(_PACKAGE, label, words, _TOLD, missing=True)
        return
    figures = Text(number(price), number(price, "en"))
    yield _entry(_PACKAGE, INVESTOR_FIELDS["package_price"], figures, _TOLD)
    yield _entry(_PACKAGE, label, Text(in_words(price), in_words(price, "en")), _TOLD)


def _of_investor(package: Package, section: Text, key: str) -> Row:
    return _entry(section, INVESTOR_FIELDS[key], told(package, key), _TOLD, missing=not package.told(key))


def _entry(section: Text, field: Text, value: Text, source: Text, *, missing: bool = False) -> Row:
    mark = "x" if missing else ""
    return {"section": section, "field": field, "value": value, "source": source, "to_fill": mark}


def _where(package: Package) -> Text:
    communes = "; ".join(areas[0].commune_name for areas in package.by_commune().values())
    return same(f"{communes} – {package.province_name}")
