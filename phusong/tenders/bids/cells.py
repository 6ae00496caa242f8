"""Cells of a bid: the number in one, and how a problem with one is said."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from phusong.data.number_text import read_number
from phusong.errors import Level, Problem, Range
from phusong.tenders.bids.reading import Bid, BidRow, BidTable
from phusong.words import Text


def number_of(row: BidRow, key: str, *, whole: bool = False) -> float | None:
    """Return the number in a cell, None where there is none; text that writes a number is taken as one."""
    value = row.cells.get(key, "")
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    number = read_number(str(value), comma_is_decimal=whole)
    return number if number is not None and math.isfinite(number) else None


def whole_of(row: BidRow, key: str) -> int | None:
    """Return the whole number, 0 at least, in a cell; None where there is none."""
    value = number_of(row, key, whole=True)
    return int(value) if value is not None and value >= 0 and value == round(value) else None


def repeated(values: Iterable[str]) -> set[str]:
    """Return the values that stand more than once."""
    return {value for value, count in Counter(values).items() if count > 1}


@dataclass(frozen=True, slots=True)
class At:
    """Says problems of one sheet of a bid."""

    bid: Bid
    table: BidTable

    def problem(
        self, code: str, text: Text, row: BidRow | None = None, key: str = "", *, level: Level = "error"
    ) -> Problem:
        """Return a problem at a cell, at the sheet where no row is given."""
        return Problem(
            level=level,
            file=self.bid.path.name,
            text=text,
            sheet=self.table.name,
            row=row.row if row else None,
            column=self.table.titles.get(key),
            column_number=self.table.places.get(key),
            found=row.text(key) if row and key else None,
            code=code,
        )

    def empty(self, row: BidRow, key: str) -> Problem:
        """Say that a cell must be filled in."""
        return self.problem("bid.empty", Text("phải điền ô này", "this cell must be filled in"), row, key)

    def altered(self, row: BidRow, key: str, printed: str) -> Problem:
        """Say that a printed cell is not as it was printed."""
        text = Text(
            f"ô in sẵn đã bị sửa thành “{row.text(key)}”, bản gốc là “{printed}”",
            f"a printed cell was altered to “{row.text(key)}”, it was “{printed}”",
        )
        return self.problem("bid.altered", text, row, key)

    def lost(self, what: str) -> Problem:
        """Say that a printed row is not there."""
        text = Text(f"thiếu dòng in sẵn “{what}”", f"the printed row “{what}” is not there")
        return self.problem("bid.lost", text)

    def strange(self, row: BidRow, key: str) -> Problem:
        """Say that a row was not printed."""
        text = Text(
            f"“{row.text(key)}” không có trong biểu mẫu của gói",
            f"“{row.text(key)}” is not in the forms of the package",
        )
        return self.problem("bid.strange", text, row, key)

    def twice(self, row: BidRow, key: str) -> Problem:
        """Say that a code stands on several rows."""
        text = Text(f"mã “{row.text(key)}” có ở nhiều dòng", f"code “{row.text(key)}” stands on several rows")
        return self.problem("bid.twice", text, row, key)

    def unlike_number(self, row: BidRow, key: str) -> Problem:
        """Say that a cell holds no whole number, 0 at least."""
        given = row.text(key)
        text = Text(
            f"phải là số nguyên không âm, nhận được “{given}”", f"must be a whole number, 0 at least, got “{given}”"
        )
        return self.problem("bid.number", text, row, key)

    def outside(self, row: BidRow, key: str, allowed: Range, value: float) -> Problem:
        """Say that a number lies outside the range it may have."""
        return self.problem("bid.range", allowed.text(self.table.titles[key], value), row, key)
