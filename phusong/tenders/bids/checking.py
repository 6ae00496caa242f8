"""Whether a bid fits its package: every problem at once, each with sheet, row and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from phusong.errors import Level, Problem
from phusong.tenders.bids.cells import At, whole_of
from phusong.tenders.bids.forms import (
    ANSWERS,
    IDENTITY,
    INFO_ITEMS,
    NAME_ITEM,
    NEEDED_ITEMS,
    SheetKey,
    identity_of,
    requirements_of,
)
from phusong.tenders.bids.prices import own_total_vnd, price_problems
from phusong.tenders.bids.promises import commitment_problems
from phusong.tenders.bids.proposals import site_problems
from phusong.tenders.bids.reading import Bid, BidRow
from phusong.tenders.package.values import Package
from phusong.words import Text

_LEVELS: tuple[Level, ...] = ("error", "warning", "repair")


@dataclass(frozen=True, slots=True, kw_only=True)
class BidReport:
    """What a bid holds and what is wrong with it; ``price_vnd`` is our own sum of its prices."""

    file: str
    package_code: str
    version: int
    bidder: str
    sites: int
    needed_households: int
    committed_households: int
    price_vnd: int
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        """Return how many problems must be mended."""
        return sum(problem.level == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        """Return how many things a person should look at."""
        return sum(problem.level == "warning" for problem in self.problems)


def check_bid(bid: Bid, package: Package) -> BidReport:
    """Compare a bid with the frozen package whose forms it should be."""
    problems = [
        *bid.problems,
        *_identity_problems(bid, package),
        *_info_problems(bid),
        *site_problems(bid, package),
        *commitment_problems(bid, package),
        *price_problems(bid, package),
        *_compliance_problems(bid, package),
    ]
    ordered = sorted(problems, key=lambda p: (_LEVELS.index(p.level), _sheet_order(bid, p), p.row or 0))
    return BidReport(
        file=bid.path.name,
        package_code=package.package_code,
        version=package.version,
        bidder=_bidder(bid),
        sites=sum(bool(row.text("own_id")) for row in _rows(bid, "sites")),
        needed_households=package.households,
        committed_households=sum(whole_of(row, "committed") or 0 for row in _rows(bid, "commitments")),
        price_vnd=own_total_vnd(bid, package),
        problems=tuple(ordered),
    )


def _sheet_order(bid: Bid, problem: Problem) -> int:
    names = [table.name for table in bid.tables.values()]
    return names.index(problem.sheet) if problem.sheet in names else -1


def _rows(bid: Bid, key: SheetKey) -> tuple[BidRow, ...]:
    return bid.tables[key].rows if key in bid.tables else ()


def _bidder(bid: Bid) -> str:
    wanted = _printed(NAME_ITEM, bid)
    return next((row.text("content") for row in _rows(bid, "info") if row.text("item") == wanted), "")


def _printed(item: Text, bid: Bid) -> str:
    return item.to(bid.language) + (" *" if item in NEEDED_ITEMS else "")


_IDENTITY_TITLES = {
    "format": Text("dạng biểu mẫu", "form of the workbook"),
    "package_code": Text("mã gói thầu", "package code"),
    "version": Text("bản chốt", "version"),
    "digest": Text("mã kiểm tra của bản chốt", "digest of the package"),
}


def _identity_problems(bid: Bid, package: Package) -> Iterator[Problem]:
    """Say for which package the forms were made, where it is not this one."""
    table = bid.tables.get("identity")
    if table is None:
        return
    at = At(bid, table)
    expected = identity_of(package)
    rows = {row.text("key"): row for row in table.rows}
    for key in IDENTITY:
        given = bid.identity.get(key, "")
        if given != expected[key]:
            title = _IDENTITY_TITLES[key]
            yield at.problem(
                f"bid.{key}",
                Text(
                    f"{title.vi} là “{given}”, gói đang đối chiếu là “{expected[key]}”: biểu mẫu của gói hoặc bản khác",
                    f"{title.en} is “{given}”, that of this package is “{expected[key]}”: forms of another one",
                ),
                rows.get(key),
                "value",
            )


def _info_problems(bid: Bid) -> Iterator[Problem]:
    table = bid.tables.get("info")
    if table is None:
        return
    at = At(bid, table)
    rows = {row.text("item"): row for row in table.rows}
    for item in INFO_ITEMS:
        row = rows.pop(_printed(item, bid), None)
        if row is None:
            yield at.lost(item.to(bid.language))
        elif item in NEEDED_ITEMS and not row.text("content"):
            yield at.empty(row, "content")
    yield from (at.strange(row, "item") for row in rows.values())


def _compliance_problems(bid: Bid, package: Package) -> Iterator[Problem]:
    table = bid.tables.get("compliance")
    if table is None:
        return
    at = At(bid, table)
    rows = {row.text("item"): row for row in table.rows}
    yes, no = (answer.to(bid.language) for answer in ANSWERS)
    for item, value in requirements_of(package, bid.language):
        row = rows.pop(item, None)
        if row is None:
            yield at.lost(item)
            continue
        if row.text("value") != value:
            yield at.altered(row, "value", value)
        answer = row.text("answer").casefold()
        if not answer:
            yield at.empty(row, "answer")
        elif answer == no.casefold():
            says = Text("nhà thầu trả lời không đáp ứng", "the bidder does not comply")
            yield at.problem("bid.not_compliant", says, row, "answer", level="warning")
        elif answer != yes.casefold():
            says = Text(f"chỉ được “{yes}” hoặc “{no}”", f"only “{yes}” or “{no}” is allowed")
            yield at.problem("bid.answer", says, row, "answer")
    yield from (at.strange(row, "item") for row in rows.values())
