"""Where candidates meet their links, their power and their prices: what the choice of sites is made from."""

from __future__ import annotations

from dataclasses import dataclass

from phusong.data.workbook import Sheet
from phusong.plan.choice import Offer
from phusong.words import Text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Offers:
    """All options of a plan, with what its documents say of prices."""

    options: tuple[Offer, ...]
    notes: tuple[Text, ...] = ()
    sheets: tuple[Sheet, ...] = ()


def find_offers(*args: object, **more: object) -> Offers:
    """Stand-in."""
    raise NotImplementedError
