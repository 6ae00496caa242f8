"""Part 12: the sheet on which bids are judged: pass or fail, points by criterion, rank; everything by formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from phusong.data.workbook import Block, Column, Formula, Row, Sheet
from phusong.tenders.clauses.requirements import requirement_groups
from phusong.tenders.package.said import TOTAL, blank, option_number
from phusong.tenders.package.values import Package
from phusong.tenders.papers.options import options_of
from phusong.tenders.parts import Making
from phusong.tenders.sentences import alert
from phusong.tenders.sheets.page import NUMBER, named, package_book
from phusong.tenders.sheets.wording import attached
from phusong.words import Language, Text, number

BIDDERS = 5
"""How many bidders the sheet has columns for; more are copied by hand."""

PASS_FAIL = Text("Đạt – không đạt", "Pass – fail")
INPUTS = Text("Số liệu hồ sơ", "Bid figures")
POINTS = Text("Chấm điểm", "Points")
_PASSES, _FAILS = Text("đạt", "pass"), Text("không đạt", "fail")
_WAITING = Text("chưa đủ", "incomplete")
_LETTERS = "ABCDEFGHIJ"
_HUGE = "1E+99"
"""Stands in for a figure that is not there, so that it is never the best."""

CRITERIA: Mapping[str, Text] = MappingProxyType(
    {
        "cost": Text("Số hộ được phủ trên một đồng", "Households covered per VND"),
        "schedule": Text("Tiến độ", "Schedule"),
        "sharing": Text("Dùng chung hạ tầng", "Sharing"),
        "power": Text("Nguồn điện bền vững", "Power resilience"),
    }
)
_FIGURES: tuple[tuple[str, Text, Text], ...] = (
    ("households", Text("Số hộ cam kết phủ", "Households undertaken"), Text("hộ", "households")),
    ("price", Text("Giá dự thầu sau sửa lỗi, giảm giá", "Bid price, corrected"), Text("đồng", "VND")),
    ("days", Text("Số ngày từ T0 tới khi trạm cuối phát sóng", "Days from T0 until the last site is on air"),
     Text("ngày", "days")),
    ("operators", Text("Số doanh nghiệp khác dùng chung được, trung bình các trạm", "Other operators, mean of sites"),
     Text("doanh nghiệp", "operators")),
    ("power", Text("Thời gian tự cấp nguồn so với mức yêu cầu, trung bình", "Autonomy over what is required, mean"),
     Text("lần", "times")),
)  # fmt: skip


def write_evaluation_sheet(path: Path, package: Package, making: Making) -> None:
    """Write the evaluation sheet."""
    with package_book(path, package, making, "evaluation_sheet") as book:
        figures = _figures_sheet(package)
        passing = _pass_sheet(package, making.language)
        book.add(passing)
        book.add(figures)
        book.add(_points_sheet(package, passing, figures, making.language))


def _bidders() -> Iterator[tuple[str, Text]]:
    for i in range(1, BIDDERS + 1):
        yield f"bidder_{i}", Text(f"Nhà thầu {i}", f"Bidder {i}")


def _entries(width: float, rule: Row | None = None) -> tuple[Column, ...]:
    return tuple(
        Column(title=title, key=key, width=width, kind="metres", entry=True, rule=rule) for key, title in _bidders()
    )


def _column_letter(sheet: Sheet, key: str) -> str:
    return _LETTERS[[column.key for column in sheet.columns].index(key)]


def _notes(package: Package) -> tuple[Text, ...]:
    marks = [one.mark for one in options_of(package.settings, "vi").values() if one.key.startswith("evaluation_")]
    return (attached(package), _DRAFT, *((_NOT_VERIFIED,) if any(marks) else ()))


_DRAFT = Text(
    "Dự thảo theo “Tiêu chuẩn đánh giá” cùng bộ. Chỉ điền ô nền vàng; phần còn lại tính bằng công thức.",
    "A draft after the “Evaluation criteria” of this set. Fill in yellow cells only; the rest is computed.",
)
_NOT_VERIFIED = Text(
    "Trọng số, điểm tối thiểu là đề xuất của công cụ, chưa đối chiếu với văn bản.",
    "Weights and minima are proposals of this tool, not verified.",
)


def _pass_sheet(package: Package, language: Language) -> Sheet:
    words = [_PASSES.to(language), _FAILS.to(language)]
    rule = {"validate": "list", "source": words}
    rows = [
        {"code": row["code"], "item": row["text"], "level": row["level"] or f"[{row['ask']}]"}
        for group in requirement_groups(package, language)
        for row in group["rows"]
    ]
    sheet = Sheet(
        name=PASS_FAIL,
        title=named(package, Text("Đánh giá kỹ thuật đạt – không đạt", "Technical requirements, pass or fail")),
        alert=alert(package),
        notes=_notes(package),
        columns=(
            Column(title=Text("Mã", "Code"), key="code", width=6),
            Column(title=Text("Yêu cầu", "Requirement"), key="item", width=40),
            Column(title=Text("Đạt khi cam kết tối thiểu", "Passes when at least"), key="level", width=26),
            *_entries(13, rule),
        ),
        blocks=(Block(rows=rows),),
        frozen_columns=2,
        locked=True,
    )
    return _with_results(sheet, len(rows), language)


def _with_results(sheet: Sheet, count: int, language: Language) -> Sheet:
    """Add the line of results: fails with one failure, passes when all pass, else is still incomplete."""
    waiting, passes, fails = (text.to(language) for text in (_WAITING, _PASSES, _FAILS))
    first, last = sheet.first_row, sheet.first_row + count - 1
    result: dict[str, object] = {"item": Text("Kết quả", "Result")}
    for key, _ in _bidders():
        span = f"{_column_letter(sheet, key)}{first}:{_column_letter(sheet, key)}{last}"
        formula = (
            f'=IF(COUNTIF({span},"{fails}")>0,"{fails}",IF(COUNTIF({span},"{passes}")={count},"{passes}","{waiting}"))'
        )
        result[key] = Formula(formula, waiting)
    return replace(sheet, total=result)


def _figures_sheet(package: Package) -> Sheet:
    rule = {"validate": "decimal", "criteria": ">=", "value": 0}
    rows = [{"number": i, "item": item, "unit": unit} for i, (_, item, unit) in enumerate(_FIGURES, start=1)]
    vi, en = number(package.households), number(package.households, "en")
    return Sheet(
        name=INPUTS,
        title=named(package, Text("Số liệu của từng hồ sơ dự thầu", "Figures of each bid")),
        alert=alert(package),
        notes=(
            *_notes(package),
            Text(
                f"Hộ tính điểm là hộ trong danh mục của gói ({vi} hộ), không vượt số ấy. Số liệu lấy từ biểu mẫu nhà "
                "thầu đã kiểm tra.",
                f"Households that count are those listed ({en}), no more. Figures are from the checked bid forms.",
            ),
        ),
        columns=(
            NUMBER,
            Column(title=Text("Số liệu", "Figure"), key="item", width=46),
            Column(title=Text("Đơn vị", "Unit"), key="unit", width=14),
            *_entries(18, rule),
        ),
        blocks=(Block(rows=rows),),
        frozen_columns=2,
        locked=True,
    )


def _points_sheet(package: Package, passing: Sheet, figures: Sheet, language: Language) -> Sheet:
    options = options_of(package.settings, language)
    cells = _Figures(package, figures, passing, language)
    rows = [
        {
            "number": i,
            "item": title,
            "weight": _option(package, f"evaluation_{key}_weight"),
            "minimum": _option(package, f"evaluation_{key}_minimum"),
            "source": options[f"evaluation_{key}_weight"].source,
            **{bidder: cells.points(key, bidder) for bidder, _ in _bidders()},
        }
        for i, (key, title) in enumerate(CRITERIA.items(), start=1)
    ]
    columns = (
        NUMBER,
        Column(title=Text("Tiêu chí", "Criterion"), key="item", width=34),
        Column(title=Text("Trọng số", "Weight"), key="weight", kind="metres", width=10, summed=True),
        Column(title=Text("Điểm tối thiểu", "Minimum"), key="minimum", kind="metres", width=10),
        Column(title=Text("Nguồn của trọng số", "Source of the weight"), key="source", width=22),
        *(Column(title=title, key=key, kind="metres", width=14, summed=True) for key, title in _bidders()),
    )
    sheet = Sheet(
        name=POINTS,
        title=named(package, Text("Chấm điểm và xếp hạng", "Points and ranking")),
        alert=alert(package),
        notes=_notes(package),
        columns=columns,
        blocks=(Block(rows=rows, subtotal={"item": TOTAL}),),
        frozen_columns=2,
        locked=True,
    )
    return _ranked(sheet, passing, language)


def _result_row(passing: Sheet) -> int:
    """Return the row of the line of results."""
    return passing.first_row + sum(len(block.rows) for block in passing.blocks)


def _option(package: Package, key: str) -> float | Text:
    value = option_number(package, key)
    return blank(package.setting(key).title) if value is None else value


class _Figures:
    """Writes points as formulas over the sheet of figures; empty cells give no points and stand for no bid."""

    def __init__(self, package: Package, sheet: Sheet, passing: Sheet, language: Language) -> None:
        self._package, self._sheet, self._passing, self._language = package, sheet, passing, language
        self._name = sheet.name.to(language)

    def points(self, criterion: str, bidder: str) -> Formula:
        """Return the points of one criterion for one bidder: "" while its figures are missing."""
        return Formula(_POINTS[criterion](self, bidder), "")

    def cell(self, figure: str, bidder: str) -> str:
        """Return the cell of a bidder's figure."""
        return f"'{self._name}'!{_column_letter(self._sheet, bidder)}{self._row(figure)}"

    def row(self, figure: str) -> str:
        """Return the cells of a figure over all bidders."""
        keys = [key for key, _ in _bidders()]
        first, last = _column_letter(self._sheet, keys[0]), _column_letter(self._sheet, keys[-1])
        return f"'{self._name}'!${first}${self._row(figure)}:${last}${self._row(figure)}"

    def out(self) -> str:
        """Return an array that is 1 for bids that fail a requirement: they set no best figure for the others."""
        keys = [key for key, _ in _bidders()]
        first, last = _column_letter(self._passing, keys[0]), _column_letter(self._passing, keys[-1])
        row = _result_row(self._passing)
        name, fails = self._passing.name.to(self._language), _FAILS.to(self._language)
        return f"('{name}'!${first}${row}:${last}${row}=\"{fails}\")"

    def full(self, key: str) -> float:
        """Return the figure that gives full points; 1 where it is left to the investor."""
        return option_number(self._package, key) or 1.0

    def _row(self, figure: str) -> int:
        return self._sheet.first_row + [key for key, _, _ in _FIGURES].index(figure)


def _cost(of: _Figures, bidder: str) -> str:
    own, price = of.cell("households", bidder), of.cell("price", bidder)
    all_own, all_prices = of.row("households"), of.row("price")
    best = f"SUMPRODUCT(MAX({all_own}/({all_prices}+({all_prices}=0)*{_HUGE})*(1-{of.out()})))"
    return f'=IF(OR(N({own})=0,N({price})=0,{best}=0),"",{{weight}}*MIN(1,({own}/{price})/{best}))'


def _schedule(of: _Figures, bidder: str) -> str:
    own, days = of.cell("days", bidder), of.row("days")
    fewest = f"SUMPRODUCT(MIN({days}+(({days}=0)+{of.out()})*{_HUGE}))"
    return f'=IF(N({own})=0,"",{{weight}}*MIN(1,{fewest}/{own}))'


def _sharing(of: _Figures, bidder: str) -> str:
    own = of.cell("operators", bidder)
    return f'=IF({own}="","",{{weight}}*MIN(1,{own}/{of.full("evaluation_sharing_full"):g}))'


def _power(of: _Figures, bidder: str) -> str:
    own = of.cell("power", bidder)
    return f'=IF({own}="","",{{weight}}*MIN(1,{own}/{of.full("evaluation_power_full_times"):g}))'


_POINTS = MappingProxyType({"cost": _cost, "schedule": _schedule, "sharing": _sharing, "power": _power})


def _ranked(sheet: Sheet, passing: Sheet, language: Language) -> Sheet:
    """Add the line of ranks: only bids that pass every requirement and reach every minimum have one."""
    ranked = replace(sheet, notes=(*sheet.notes, _TIES))
    sums = ranked.first_row + len(CRITERIA)
    letters = [_column_letter(ranked, key) for key, _ in _bidders()]
    yes, no = (_YES.to(language), _NO.to(language))
    among: dict[str, object] = {"item": Text("Được xếp hạng", "Is ranked")}
    places: dict[str, object] = {"item": Text("Xếp hạng", "Rank")}
    for (key, _), letter in zip(_bidders(), letters, strict=True):
        condition = _is_ranked(ranked, passing, key, language)
        among[key] = Formula(f'=IF({condition},"{yes}","{no}")', no)
        all_yes, all_sums = (f"${letters[0]}${row}:${letters[-1]}${row}" for row in (sums + 1, sums))
        above = f'SUMPRODUCT(({all_yes}="{yes}")*({all_sums}>{letter}{sums}))'
        places[key] = Formula(f'=IF({letter}{sums + 1}="{yes}",""&(1+{above}),"")', "")
    return replace(ranked, blocks=(*ranked.blocks, Block(rows=(among, places))))


_YES, _NO = Text("có", "yes"), Text("không", "no")


def _is_ranked(sheet: Sheet, passing: Sheet, bidder: str, language: Language) -> str:
    """Return the condition that a bid passes, has points for every criterion and reaches each minimum."""
    letter, least = _column_letter(sheet, bidder), _column_letter(sheet, "minimum")
    first, last = sheet.first_row, sheet.first_row + len(CRITERIA) - 1
    row = _result_row(passing)
    passes = f"'{passing.name.to(language)}'!{_column_letter(passing, bidder)}{row}=\"{_PASSES.to(language)}\""
    reached = ",".join(f"N({letter}{r})>=N({least}{r})" for r in range(first, last + 1))
    return f"AND({passes},COUNT({letter}{first}:{letter}{last})={len(CRITERIA)},{reached})"


_TIES = Text(
    "Bằng điểm thì hồ sơ phủ nhiều hộ hơn xếp trước, rồi đến hồ sơ phát sóng sớm hơn (xét bằng tay).",
    "On equal points the bid covering more households comes before, then the one on air earlier (judged by hand).",
)
