"""What stays unserved in a gap, why, and what to do: the next site in line, or satellite where no site pays."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.siting import LEFT, LEFT_TEXTS, NO_OPTION, NOT_CHOSEN, SERVED, TOO_DEAR, TOO_FEW
from phusong.data.provenance import UNVERIFIED
from phusong.data.terms import LEAST_SHOWN
from phusong.plan.choice import Choice, Offer
from phusong.plan.money_text import dong
from phusong.words import Text, number

Floats = NDArray[np.float64]

NOTHING = Text("", "")
BUILD = Text("xây dựng các trạm đã chọn", "build the chosen sites")
SATELLITE = Text(
    "vệ tinh, nguồn điện mặt trời: không phương án trạm nào phủ tới",
    "satellite with solar power: no option for a site reaches it",
)
SMALL = Text(
    "trạm lặp, cánh sóng kéo xa hoặc vệ tinh: quá ít hộ cho một trạm",
    "a repeater, a remote sector or satellite: too few households for a site",
)


UNREACHABLE = Text(
    "có phương án phủ tới nhưng mục tiêu không đạt được nên không chọn trạm nào",
    "an option reaches it, but the goal cannot be reached, so nothing was chosen",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SatelliteRule:
    """What a household may cost before satellite is advised, and where the number comes from."""

    vnd_per_household: float
    source: Text
    verified: bool

    @property
    def text(self) -> Text:
        """Return the rule in words, with its source."""
        mark_vi, mark_en = ("", "") if self.verified else (f", {UNVERIFIED.vi}", f", {UNVERIFIED.en}")
        money = dong(self.vnd_per_household)
        return Text(
            f"Khuyến nghị vệ tinh khi một hộ tốn hơn {money.vi} ({self.source.vi}{mark_vi}).",
            f"Satellite is advised where a household costs more than {money.en} ({self.source.en}{mark_en}).",
        )


def satellite_rule() -> SatelliteRule:
    """Return the rule as shipped."""
    raw = tomllib.loads(resources.files("phusong.plan").joinpath("siting.toml").read_text("utf-8"))["satellite"]
    return SatelliteRule(
        vnd_per_household=float(raw["vnd_per_household"]), source=Text(**raw["source"]), verified=raw["verified"]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLeft:
    """What a gap keeps of its unserved households, why, and what is advised."""

    left_because: Text
    advice: Text


def left_text(choice: Choice, code: int) -> Text:
    """Return why households stay unserved; where the goal cannot be reached, nothing went elsewhere."""
    if choice.plan.outcome == "too_many" and code == NOT_CHOSEN:
        return UNREACHABLE
    return LEFT_TEXTS[LEFT[code]]


def gaps_left(choice: Choice) -> tuple[GapLeft, ...]:
    """Return for every gap why households stay unserved and what is advised, in the order of ``gap_ids``."""
    demand = choice.demand
    code = choice.plan.left[demand.points.of_household]
    by_code = np.stack([demand.of_gaps(code == k) for k in range(len(LEFT))])
    best, each = _best_further(choice)
    found = [_gap_left(choice, by_code[:, g], int(best[g]), float(each[g])) for g in range(len(demand.gap_ids))]
    dear = _dear_sites(choice)
    return tuple(
        GapLeft(left_because=left.left_because, advice=_joined([left.advice, dear[g]])) if g in dear else left
        for g, left in enumerate(found)
    )


def _dear_sites(choice: Choice) -> dict[int, Text]:
    """Return for gaps that only sites dearer than satellite serve that satellite is to be weighed."""
    cheapest = _cheapest_site_of_gaps(choice)
    texts = {}
    for g, (each, number_in_plan) in cheapest.items():
        if each > choice.asked.satellite_vnd:
            money = dong(each)
            texts[g] = Text(
                f"cân nhắc vệ tinh: trạm số {number_in_plan} tốn {money.vi} một hộ",
                f"weigh satellite: site {number_in_plan} costs {money.en} a household",
            )
    return texts


def _cheapest_site_of_gaps(choice: Choice) -> dict[int, tuple[float, int]]:
    """Return for each gap with a site the least cost a household of its sites, and the number of that site."""
    by_point = choice.demand.gaps_of_points(np.ones(len(choice.demand.gap), dtype=np.bool_))
    cheapest: dict[int, tuple[float, int]] = {}
    for number_in_plan, site in enumerate(choice.plan.chosen, start=1):
        here = np.asarray(by_point[choice.matrix.of(site.option)].sum(axis=0)).ravel()
        for g in np.flatnonzero(here).tolist():
            one = (site.cost_per_household, number_in_plan)
            cheapest[g] = min(cheapest.get(g, one), one)
    return cheapest


def _best_further(choice: Choice) -> tuple[NDArray[np.int64], Floats]:
    """Return for each gap the option that serves households left there at the least cost a household, and that cost.

    Options of places that are taken, and those with too few households, do not count; −1 and ∞ where there is none.
    """
    demand, matrix = choice.demand, choice.matrix
    n_gaps = len(demand.gap_ids)
    left = demand.gaps_of_points(~choice.served)
    taken = {offer.candidate.place_id for offer in choice.chosen}
    left_weight = np.where(choice.plan.left == SERVED, 0.0, demand.point_weight)
    best, each = np.full(n_gaps, -1, dtype=np.int64), np.full(n_gaps, math.inf)
    for i, offer in enumerate(choice.offers):
        households = float(left_weight[matrix.of(i)].sum())
        if offer.candidate.place_id in taken or households <= 0.0 or households < choice.asked.least_households:
            continue
        here = np.asarray(left[matrix.of(i)].sum(axis=0)).ravel()[:n_gaps] > 0.0
        cheaper = here & (offer.cost.middle / households < each)
        best[cheaper], each[cheaper] = i, offer.cost.middle / households
    return best, each


def _gap_left(choice: Choice, by_code: Floats, best: int, each: float) -> GapLeft:
    left = by_code.copy()
    left[SERVED] = 0.0
    build = [BUILD] if by_code[SERVED] else []
    if not left.sum() > 0.0:
        return GapLeft(left_because=NOTHING, advice=_joined(build))
    codes = sorted(np.flatnonzero(left).tolist(), key=lambda k: (-left[k], k))
    because = _joined([_because(choice, k, left[k], alone=len(codes) == 1) for k in codes])
    return GapLeft(left_because=because, advice=_joined([*build, _advice(choice, np.int8(codes[0]), best, each)]))


def _because(choice: Choice, code: int, households: float, *, alone: bool) -> Text:
    text = left_text(choice, code)
    if alone:
        return text
    if households < LEAST_SHOWN:
        return Text(f"dưới {LEAST_SHOWN} hộ: {text.vi}", f"under {LEAST_SHOWN} households: {text.en}")
    return Text(f"{number(households)} hộ: {text.vi}", f"{number(households, 'en')} households: {text.en}")


def _joined(texts: list[Text]) -> Text:
    return Text("; ".join(t.vi for t in texts), "; ".join(t.en for t in texts))


def _advice(choice: Choice, code: np.int8, best: int, each: float) -> Text:
    """Return what to do for the households left: most of them are left for the reason of this code."""
    if best < 0:
        return SATELLITE if code == NO_OPTION else SMALL
    if code in (NO_OPTION, TOO_FEW):
        main = SATELLITE if code == NO_OPTION else SMALL
        return _joined([main, Text("phần còn lại: " + _next(choice.offers[best], each).vi,
                                   "the rest: " + _next(choice.offers[best], each).en)])  # fmt: skip
    if each > choice.asked.satellite_vnd:
        money = dong(each)
        return Text(
            f"vệ tinh: trạm rẻ nhất cũng tốn {money.vi} một hộ",
            f"satellite: the cheapest site costs {money.en} a household",
        )
    next_one = _next(choice.offers[best], each)
    if code == TOO_DEAR:
        return Text(f"cần thêm vốn; {next_one.vi}", f"needs more money; {next_one.en}")
    return next_one


def _next(offer: Offer, each: float) -> Text:
    cost, one, what = dong(offer.cost.middle), dong(each), _what(offer)
    return Text(
        f"kế tiếp khi có thêm vốn: {what.vi}, {cost.vi} ({one.vi} một hộ)",
        f"next when there is more money: {what.en}, {cost.en} ({one.en} a household)",
    )


def _what(offer: Offer) -> Text:
    """Say what would be built, as people call it: the key of an option is for tables."""
    host = offer.candidate.host_site_id
    return {
        "upgrade": Text(f"nâng cấp trạm {host}", f"upgrade of site {host}"),
        "share": Text(f"dùng chung cột trạm {host}", f"sharing of the mast of {host}"),
        "new": Text("thêm một trạm mới", "one more new site"),
    }[offer.candidate.kind]
