"""Commitments of a bid: every area of the package, not more than it needs, not less than is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from phusong.errors import Problem
from phusong.tenders.bids.cells import At, number_of, repeated, whole_of
from phusong.tenders.bids.forms import Commitment, commitments_of, least_of_package
from phusong.tenders.bids.proposals import proposed
from phusong.tenders.bids.reading import Bid, BidRow, areas_of
from phusong.tenders.package.said import TOTAL
from phusong.tenders.package.values import Package
from phusong.words import Text, day, number


def commitment_problems(bid: Bid, package: Package) -> Iterator[Problem]:
    """Give what is wrong with the commitments."""
    table = bid.tables.get("commitments")
    if table is None:
        return
    at = At(bid, table)
    rows = {row.text("gap_id"): row for row in table.rows}
    twice = repeated(row.text("gap_id") for row in table.rows)
    for row in table.rows:
        if row.text("gap_id") in twice:
            yield at.twice(row, "gap_id")
    for printed in commitments_of(package):
        own = rows.pop(printed.gap_id, None)
        if own is None:
            text = Text(f"thiếu khu vực {printed.gap_id}", f"area {printed.gap_id} is not there")
            yield at.problem("bid.missing_area", text)
            continue
        yield from _printed(at, own, printed)
        yield from _promise(at, own, printed)
        yield from _when(at, own, package)
    yield from (at.strange(row, "gap_id") for row in rows.values())
    yield from _sums(at, package)
    yield from _agreement(at)


def _printed(at: At, row: BidRow, printed: Commitment) -> Iterator[Problem]:
    """Check the cells the bidder was not to change."""
    texts = {"village_name": printed.village_name.to(at.bid.language), "commune_name": printed.commune_name}
    for key, text in texts.items():
        if row.text(key) != text.strip():
            yield at.altered(row, key, text)
    for key, value in (("needed", printed.needed), ("least", printed.least)):
        if number_of(row, key, whole=True) != value and (value is not None or row.text(key)):
            yield at.altered(row, key, "" if value is None else str(value))


def _promise(at: At, row: BidRow, printed: Commitment) -> Iterator[Problem]:
    if not row.text("committed"):
        yield at.empty(row, "committed")
        return
    committed = whole_of(row, "committed")
    if committed is None:
        yield at.unlike_number(row, "committed")
    elif committed > printed.needed:
        yield at.problem("bid.too_many", _over(committed, printed.needed), row, "committed")
    elif printed.least is not None and committed < printed.least:
        yield at.problem("bid.too_few", _under(committed, printed.least), row, "committed")


def _over(given: int, needed: int) -> Text:
    return Text(
        f"cam kết {number(given)} hộ, khu vực chỉ có {number(needed)} hộ cần phủ",
        f"{number(given, 'en')} households are promised, the area needs {number(needed, 'en')}",
    )


def _under(given: int, least: int) -> Text:
    return Text(
        f"cam kết {number(given)} hộ, ít hơn mức tối thiểu {number(least)} hộ",
        f"{number(given, 'en')} households are promised, fewer than the least of {number(least, 'en')}",
    )


def _when(at: At, row: BidRow, package: Package) -> Iterator[Problem]:
    """Check technology and date where anything is promised."""
    if not whole_of(row, "committed"):
        return
    if not row.text("technology"):
        yield at.empty(row, "technology")
    on_air = row.cells.get("on_air", "")
    if not row.text("on_air"):
        yield at.empty(row, "on_air")
    elif not isinstance(on_air, date):
        text = Text(f"phải là ngày dd/mm/yyyy, nhận được “{on_air}”", f"must be a date, got “{on_air}”")
        yield at.problem("bid.date", text, row, "on_air")
    elif (on_air.date() if isinstance(on_air, datetime) else on_air) < package.frozen_on:
        frozen = day(package.frozen_on)
        text = Text(f"trước ngày chốt gói thầu {frozen}", f"before the package was frozen on {frozen}")
        yield at.problem("bid.date", text, row, "on_air")


def _sums(at: At, package: Package) -> Iterator[Problem]:
    """Check the least commitment of the package, and that the stored total is the sum of the rows."""
    own = sum(whole_of(row, "committed") or 0 for row in at.table.rows)
    least = least_of_package(package)
    if least is not None and own < least:
        yield at.problem("bid.too_few_in_all", _under(own, least), at.table.total, "committed")
    yield from total_problems(at, "committed", own)


def total_problems(at: At, key: str, own: int) -> Iterator[Problem]:
    """Compare the stored total of a column with our own sum of its rows."""
    total = at.table.total
    if total is None:
        yield at.lost(TOTAL.to(at.bid.language))
        return
    stored = number_of(total, key, whole=True)
    if stored is None:
        text = Text(
            "tổng chưa được tính: mở tệp bằng Excel hoặc LibreOffice rồi lưu lại",
            "the total is not computed: open the file in Excel or LibreOffice and save it",
        )
        yield at.problem("bid.no_total", text, total, key, level="warning")
    elif stored != own:
        text = Text(
            f"tổng ghi {number(stored)}, cộng từng dòng được {number(own)}",
            f"the total says {number(stored, 'en')}, its rows add up to {number(own, 'en')}",
        )
        yield at.problem("bid.total", text, total, key)


def _agreement(at: At) -> Iterator[Problem]:
    """Flag areas with a commitment that no proposed site covers, and sites that promise another number in all."""
    if "sites" not in at.bid.tables:
        return
    rows = proposed(at.bid)
    covered = {code for row in rows for code in areas_of(row.text("gap_ids"))}
    for row in at.table.rows:
        codes = set(areas_of(row.text("gap_id")))
        if whole_of(row, "committed") and not codes & covered:
            text = Text("không trạm đề xuất nào ghi khu vực này", "no proposed site covers this area")
            yield at.problem("bid.not_covered", text, row, "gap_id", level="warning")
    by_site = sum(whole_of(row, "households") or 0 for row in rows)
    by_area = sum(whole_of(row, "committed") or 0 for row in at.table.rows)
    if by_site != by_area:
        text = Text(
            f"các trạm đề xuất cam kết {number(by_site)} hộ, các khu vực {number(by_area)} hộ",
            f"sites promise {number(by_site, 'en')} households, areas {number(by_area, 'en')}",
        )
        yield at.problem("bid.sites_and_areas", text, at.table.total, "committed", level="warning")
