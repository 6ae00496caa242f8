"""The price schedule of a bid: a row a proposed site, no negative amounts, stored amounts that are the true ones."""

from __future__ import annotations

from collections.abc import Iterator

from phusong.errors import Problem
from phusong.tenders.bids.cells import At, number_of, repeated, whole_of
from phusong.tenders.bids.forms import PRICES
from phusong.tenders.bids.promises import total_problems
from phusong.tenders.bids.proposals import proposed
from phusong.tenders.bids.reading import Bid, BidRow
from phusong.tenders.package.values import Package
from phusong.words import Text, number

_ENTRIES = tuple(column.key for column in PRICES.columns if column.entry)
_AMOUNTS = ("capex_vnd", "yearly_vnd")


def own_total_vnd(bid: Bid, package: Package) -> int:
    """Return our own sum of the prices, unreadable ones aside."""
    return sum(_amount(row, package) for row in _priced(bid))


def _priced(bid: Bid) -> tuple[BidRow, ...]:
    rows = bid.tables["prices"].rows if "prices" in bid.tables else ()
    return tuple(row for row in rows if row.filled(_ENTRIES))


def _amount(row: BidRow, package: Package) -> int:
    capex, yearly = ((whole_of(row, key) or 0) for key in _AMOUNTS)
    return capex + yearly * package.cost_years


def price_problems(bid: Bid, package: Package) -> Iterator[Problem]:
    """Give what is wrong with the price schedule."""
    table = bid.tables.get("prices")
    if table is None:
        return
    at, rows = At(bid, table), _priced(bid)
    codes = {row.text("own_id") for row in proposed(bid)} - {""}
    twice = repeated(row.text("own_id") for row in rows if row.text("own_id"))
    for row in table.rows:
        if number_of(row, "years") != package.cost_years:
            yield at.altered(row, "years", str(package.cost_years))
    for row in rows:
        yield from _code(at, row, codes, twice)
        yield from _row(at, row, package)
    for code in sorted(codes - {row.text("own_id") for row in rows}):
        text = Text(f"trạm “{code}” chưa có giá", f"site “{code}” has no price")
        yield at.problem("bid.no_price", text)
    total = own_total_vnd(bid, package)
    if package.cost_years and not total:
        yield at.problem("bid.no_price", Text("chưa chào giá", "no price is offered"))
    yield from total_problems(at, "amount_vnd", total)


def _code(at: At, row: BidRow, codes: set[str], twice: set[str]) -> Iterator[Problem]:
    code = row.text("own_id")
    if not code:
        yield at.empty(row, "own_id")
    elif code in twice:
        yield at.twice(row, "own_id")
    elif code not in codes:
        text = Text(f"trạm “{code}” không có ở trang Trạm đề xuất", f"site “{code}” is not among the proposed sites")
        yield at.problem("bid.unknown_site", text, row, "own_id")


def _row(at: At, row: BidRow, package: Package) -> Iterator[Problem]:
    for key in _AMOUNTS:
        if not row.text(key):
            yield at.empty(row, key)
        elif whole_of(row, key) is None:
            yield at.unlike_number(row, key)
    own, stored = _amount(row, package), number_of(row, "amount_vnd", whole=True)
    if stored is not None and stored != own and all(whole_of(row, key) is not None for key in _AMOUNTS):
        text = Text(
            f"thành tiền ghi {number(stored)} đồng, tính lại được {number(own)} đồng",
            f"the amount says VND {number(stored, 'en')}, it is {number(own, 'en')}",
        )
        yield at.problem("bid.amount", text, row, "amount_vnd")
