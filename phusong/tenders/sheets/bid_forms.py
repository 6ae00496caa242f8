"""Part 14: the workbook a bidder fills in, with what each cell may hold; it comes back to ``phusong check bid``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, time
from itertools import zip_longest
from pathlib import Path
from typing import Any

from phusong.data.workbook import Block, Column, Formula, Row, Sheet
from phusong.tenders.bids.forms import (
    ANSWERS,
    COMMITMENTS,
    COMPLIANCE,
    HEIGHT_M,
    IDENTITY_SHEET,
    INFO,
    INFO_ITEMS,
    NEEDED_ITEMS,
    PRICES,
    SITES,
    TECHNOLOGIES,
    Form,
    box_of,
    commitments_of,
    identity_of,
    least_of_package,
    requirements_of,
    site_rows,
)
from phusong.tenders.package.said import TOTAL
from phusong.tenders.package.values import Package
from phusong.tenders.parts import Making
from phusong.tenders.sentences import alert
from phusong.tenders.sheets.page import named, package_book
from phusong.tenders.sheets.wording import attached
from phusong.words import Language, Text, number

Rules = Mapping[str, Row]
_MOST_VND = 10**14


def write_bid_forms(path: Path, package: Package, making: Making) -> None:
    """Write the forms of a package."""
    with package_book(path, package, making, "bid_forms") as book:
        lists = _lists(package, making.language)
        rules = _Rules(lists, making.language)
        for sheet in (
            _info(package),
            _sites(package, rules),
            _commitments(package, rules),
            _prices(package, rules),
            _compliance(package, rules, making.language),
            lists,
        ):
            book.add(sheet)


class _Rules:
    """What cells may hold: lists stand on the hidden sheet, for a rule holds no long ones itself."""

    def __init__(self, lists: Sheet, language: Language) -> None:
        self._lists = lists
        self._language = language

    def one_of(self, key: str, *, strict: bool = True) -> Row:
        """Return the rule that a cell holds one of the words in a column of the hidden sheet."""
        keys = [column.key for column in self._lists.columns]
        letter = chr(ord("A") + keys.index(key))
        rows = [row for block in self._lists.blocks for row in block.rows]
        first, count = self._lists.first_row, sum(bool(row.get(key)) for row in rows)
        source = f"={self._lists.name.to(self._language)}!${letter}${first}:${letter}${first + max(count, 1) - 1}"
        return {"validate": "list", "source": source, **self._refusal("stop" if strict else "information", _LIST)}

    def between(self, kind: str, low: float, high: float) -> Row:
        """Return the rule that a cell holds a number (``whole``, ``decimal``) in a range."""
        vi, en = (f"{_plain(low, one)} – {_plain(high, one)}" for one in ("vi", "en"))
        says = Text(f"Phải là số từ {vi}.", f"Must be a number, {en}.")
        return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high} | self._refusal("stop", says)

    def since(self, package: Package) -> Row:
        """Return the rule that a cell holds a date after the package was frozen."""
        first = datetime.combine(package.frozen_on, time())
        return {"validate": "date", "criteria": ">=", "value": first} | self._refusal("stop", _DATE)

    def _refusal(self, error_type: str, says: Text) -> dict[str, Any]:
        title = Text("Giá trị không hợp lệ", "Not allowed").to(self._language)
        return {"error_type": error_type, "error_title": title, "error_message": says.to(self._language)}


_LIST = Text("Chọn một giá trị trong danh sách.", "Choose one of the list.")
_DATE = Text("Phải là ngày (dd/mm/yyyy), sau ngày chốt gói thầu.", "Must be a date after the package was frozen.")


def _plain(value: float, language: str) -> str:
    return number(value, "vi" if language == "vi" else "en", decimals=0 if value == round(value) else 2)


def _columns(form: Form, rules: Rules) -> tuple[Column, ...]:
    return tuple(
        Column(
            title=column.title,
            key=column.key,
            kind=column.kind,
            width=column.width,
            summed=column.summed,
            entry=column.entry,
            rule=rules.get(column.key),
        )
        for column in form.columns
    )


def _sheet(
    form: Form, package: Package, rows: Iterable[Row], *, rules: Rules, notes: Iterable[Text], total: Row | None = None
) -> Sheet:
    return Sheet(
        name=form.name,
        title=named(package, form.title),
        alert=alert(package),
        notes=(attached(package), _HOW, *notes),
        columns=_columns(form, rules),
        blocks=(Block(rows=list(rows)),),
        total=total,
        locked=True,
        frozen_columns=2,
    )


_HOW = Text(
    "Nhà thầu chỉ điền ô nền vàng; các ô khác do bên mời thầu in sẵn. Ngày ghi theo dd/mm/yyyy.",
    "Fill in yellow cells only; the others are printed by the procuring party. Dates are dd/mm/yyyy.",
)


def _info(package: Package) -> Sheet:
    rows = [
        {"number": i, "item": _marked(item) if item in NEEDED_ITEMS else item}
        for i, item in enumerate(INFO_ITEMS, start=1)
    ]
    must = Text("Mục có dấu * phải điền.", "Items with * must be filled in.")
    return _sheet(INFO, package, rows, rules={}, notes=(must,))


def _marked(item: Text) -> Text:
    return Text(f"{item.vi} *", f"{item.en} *")


def _sites(package: Package, rules: _Rules) -> Sheet:
    box = box_of(package)
    own: dict[str, Row] = {
        "replaces": rules.one_of("site_id"),
        "technology": rules.one_of("technology", strict=False),
        "height_m": rules.between("decimal", *HEIGHT_M),
        "households": rules.between("integer", 0, package.households),
    }
    if box is not None:
        own |= {
            "lon_deg": rules.between("decimal", box[0], box[2]),
            "lat_deg": rules.between("decimal", box[1], box[3]),
        }
    free = Text(
        "Được đề xuất vị trí, công nghệ, băng tần khác với trạm tham chiếu; một hộ chỉ tính cho một trạm.",
        "Other sites, technologies and bands than the reference's may be proposed; a household counts at one site.",
    )
    rows = [{"number": i} for i in range(1, site_rows(package) + 1)]
    return _sheet(SITES, package, rows, rules=own, notes=(free,), total={"own_id": TOTAL})


def _commitments(package: Package, rules: _Rules) -> Sheet:
    own = {
        "committed": rules.between("integer", 0, max(c.needed for c in commitments_of(package))),
        "technology": rules.one_of("technology", strict=False),
        "on_air": rules.since(package),
    }
    rows = [
        {
            "number": i,
            "gap_id": c.gap_id,
            "village_name": c.village_name,
            "commune_name": c.commune_name,
            "needed": c.needed,
            "least": c.least,
        }
        for i, c in enumerate(commitments_of(package), start=1)
    ]
    notes = (
        Text("Cam kết không vượt số hộ cần phủ.", "A commitment is at most the households needing coverage."),
        Text(
            "Ở dòng tổng cộng, cột “Cam kết tối thiểu” là mức của cả gói, không phải tổng các khu vực.",
            "In the line of totals “Least commitment” is that of the whole package, not the sum of the areas.",
        ),
    )
    total = {"gap_id": TOTAL, "least": least_of_package(package)}
    sheet = _sheet(COMMITMENTS, package, rows, rules=own, notes=notes, total=total)
    return replace(sheet, columns=[_at_most_needed(column, sheet) for column in sheet.columns])


def _at_most_needed(column: Column, sheet: Sheet) -> Column:
    """Let a commitment be at most what its own row needs."""
    if column.key != "committed" or column.rule is None:
        return column
    letter = chr(ord("A") + [c.key for c in sheet.columns].index("needed"))
    return replace(column, rule={**column.rule, "maximum": f"={letter}{sheet.first_row}"})


def _prices(package: Package, rules: _Rules) -> Sheet:
    own = {
        "capex_vnd": rules.between("integer", 0, _MOST_VND),
        "yearly_vnd": rules.between("integer", 0, _MOST_VND),
    }
    amount = Formula("={capex_vnd}+{yearly_vnd}*{years}", 0)
    rows = [{"number": i, "years": package.cost_years, "amount_vnd": amount} for i in range(1, site_rows(package) + 1)]
    how = Text(
        "Mỗi trạm đề xuất một dòng, đúng mã đã ghi ở Mẫu 2; thành tiền và tổng cộng tính bằng công thức.",
        "A row for each proposed site, by its code of Form 2; amounts and total are computed.",
    )
    return _sheet(PRICES, package, rows, rules=own, notes=(how,), total={"own_id": TOTAL})


def _compliance(package: Package, rules: _Rules, language: Language) -> Sheet:
    rows = [
        {"number": i, "item": item, "value": value}
        for i, (item, value) in enumerate(requirements_of(package, language), start=1)
    ]
    return _sheet(COMPLIANCE, package, rows, rules={"answer": rules.one_of("answer")}, notes=())


def _lists(package: Package, language: Language) -> Sheet:
    """Return the hidden sheet: which package the forms are of, and the words that cells may hold."""
    columns = zip_longest(
        identity_of(package).items(),
        (site.site_id for site in package.sites),
        TECHNOLOGIES,
        (answer.to(language) for answer in ANSWERS),
    )
    rows = [
        {
            "key": identity[0] if identity else None,
            "value": identity[1] if identity else None,
            "site_id": site_id,
            "technology": technology,
            "answer": answer,
        }
        for identity, site_id, technology, answer in columns
    ]
    return Sheet(
        name=IDENTITY_SHEET.name,
        title=IDENTITY_SHEET.title,
        columns=_columns(IDENTITY_SHEET, {}),
        blocks=(Block(rows=rows),),
        locked=True,
        hidden=True,
    )
