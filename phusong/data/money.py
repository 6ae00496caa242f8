"""Money as a range in Vietnamese đồng: the least, the middle and the most something may cost."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import total_ordering

from phusong.errors import OutOfRangeError
from phusong.words import Language, Text, number

ROUNDED_VND = 100_000.0
"""Amounts of an estimate are whole hundreds of thousands: 0,1 triệu đồng, so that printed amounts add up."""

_UNITS = (
    (1e9, Text("tỷ đồng", "billion")),
    (1e6, Text("triệu đồng", "million")),
    (1e3, Text("nghìn đồng", "thousand")),
    (1.0, Text("đồng", "")),
)
_WHOLE_FROM = 100.0


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """A range of VND, ordered by its middle, then by its ends.

    Raises
    ------
    OutOfRangeError
        Unless 0 ≤ low ≤ middle ≤ high, all of them finite.
    """

    low: float
    middle: float
    high: float

    def __post_init__(self) -> None:
        if not (0.0 <= self.low <= self.middle <= self.high and math.isfinite(self.high)):
            given = f"{self.low:g}, {self.middle:g}, {self.high:g}"
            raise OutOfRangeError(
                Text(
                    f"Khoảng tiền phải có 0 ≤ thấp ≤ giữa ≤ cao, nhận được {given}",
                    f"A range of money must have 0 ≤ low ≤ middle ≤ high, got {given}",
                )
            )

    @classmethod
    def exactly(cls, vnd: float) -> Money:
        """Return an amount without doubt."""
        return cls(vnd, vnd, vnd)

    def __add__(self, other: Money) -> Money:
        return Money(self.low + other.low, self.middle + other.middle, self.high + other.high)

    def __mul__(self, times: float) -> Money:
        return Money(self.low * times, self.middle * times, self.high * times)

    __rmul__ = __mul__

    def __truediv__(self, parts: float) -> Money:
        return Money(self.low / parts, self.middle / parts, self.high / parts)

    def __lt__(self, other: Money) -> bool:
        return (self.middle, self.low, self.high) < (other.middle, other.low, other.high)

    def rounded(self) -> Money:
        """Return the range in whole ``ROUNDED_VND``."""
        return Money(*(ROUNDED_VND * round(end / ROUNDED_VND) for end in (self.low, self.middle, self.high)))

    def written(self, language: Language = "vi") -> str:
        """Write the range in the unit that suits it: ``3,2–4,8 tỷ đồng``, ``VND 3.2–4.8 billion``."""
        size, unit = self._unit()
        decimals = 0 if self.high / size >= _WHOLE_FROM or size == 1.0 else 1
        low, high = (number(end / size, language, decimals=decimals) for end in (self.low, self.high))
        amount = low if low == high else f"{low}–{high}"
        return f"{amount} {unit.vi}" if language == "vi" else f"VND {amount} {unit.en}".rstrip()

    @property
    def text(self) -> Text:
        """Return the range in both languages."""
        return Text(self.written("vi"), self.written("en"))

    def _unit(self) -> tuple[float, Text]:
        """Return the largest unit in which the upper end is at least 1 and the lower end not lost in rounding."""
        for size, unit in _UNITS:
            if self.high >= size and (self.low == 0.0 or self.low >= 0.1 * size):
                return size, unit
        return _UNITS[-1]

    def __str__(self) -> str:
        return self.written()


NOTHING = Money(0.0, 0.0, 0.0)


def money_sum(amounts: Iterable[Money]) -> Money:
    """Return the sum of ranges, end by end; exact where all are whole đồng below 2⁵³."""
    parts = list(amounts)
    return Money(*(math.fsum(getattr(part, end) for part in parts) for end in ("low", "middle", "high")))


def widest(amounts: Iterable[Money]) -> Money:
    """Return the range from the cheapest to the dearest of several ways; its middle is halfway between the middles.

    Parameters
    ----------
    amounts
        One range at least.
    """
    ways = list(amounts)
    middles = [way.middle for way in ways]
    return Money(min(way.low for way in ways), (min(middles) + max(middles)) / 2.0, max(way.high for way in ways))
