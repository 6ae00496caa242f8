"""The households a plan serves by the money it takes, as a drawing: one step a site, in the order of the plan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from phusong.api.studies.plan_tables import PlannedSite
from phusong.data.money import Money
from phusong.words import Text, number

WIDTH, HEIGHT = 720, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 16, 32, 40
_TICKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line of the grid with what stands at its end."""

    at: float
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A drawing in its own units, and what places a budget on it: ``most_vnd`` lies at ``right``.

    ``steps`` is the path of the curve, ``area`` the same closed below it, ``points`` the ends of the steps.
    """

    steps: str
    area: str
    points: tuple[tuple[float, float], ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    most_vnd: int
    step_vnd: int
    left: float = _LEFT
    right: float = WIDTH - _RIGHT
    top: float = _TOP
    bottom: float = HEIGHT - _BOTTOM

    def x(self, vnd: float) -> float:
        """Return where an amount lies."""
        share = min(1.0, max(0.0, vnd / self.most_vnd))
        return round(self.left + (self.right - self.left) * share, 1)


def curve_of(sites: Sequence[PlannedSite], asked_vnd: float | None) -> Curve | None:
    """Draw the curve of some sites; None without any. It reaches to the budget that was asked for."""
    if not sites:
        return None
    whole, households = sites[-1].total_cost.middle, sites[-1].total_households
    step = _nice(max(whole, asked_vnd or 0.0) / 200)
    most = step * math.ceil(max(whole, asked_vnd or 0.0) / step)
    empty = Curve(steps="", area="", points=(), across=(), up=(), most_vnd=most, step_vnd=step)
    high = _nice(households / _TICKS) * math.ceil(households / _nice(households / _TICKS))

    def y(count: float) -> float:
        return round(empty.bottom - (empty.bottom - empty.top) * count / high, 1)

    points = tuple((empty.x(site.total_cost.middle), y(site.total_households)) for site in sites)
    steps = f"M{empty.left} {empty.bottom}" + "".join(f"H{x}V{at}" for x, at in points) + f"H{empty.right}"
    money = _nice(most / _TICKS)
    return Curve(
        steps=steps,
        area=f"{steps}V{empty.bottom}Z",
        points=points,
        across=tuple(Tick(at=empty.x(n * money), text=Money.exactly(n * money).text) for n in _whole(most / money)),
        up=tuple(
            Tick(at=y(n * _nice(high / _TICKS)), text=_count(n * _nice(high / _TICKS)))
            for n in _whole(high / _nice(high / _TICKS))
        ),
        most_vnd=most,
        step_vnd=step,
    )


def _whole(count: float) -> range:
    return range(1, int(count + 1e-9) + 1)


def _count(households: int) -> Text:
    return Text(number(households), number(households, "en"))


def _nice(value: float) -> int:
    """Return 1, 2 or 5 times a power of ten, not below a value; whole and at least 1."""
    if value <= 1.0:
        return 1
    power = 10 ** math.floor(math.log10(value))
    return int(next(times * power for times in (1, 2, 5, 10) if times * power >= value - 1e-9))
