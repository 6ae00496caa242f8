"""A set of thresholds as a page tells it: every number with its unit, in the order one reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from phusong.coverage.criteria import Profile
from phusong.data.profiles import profile_names, raw_profile, read_profile
from phusong.data.profiles.thresholds import Threshold, thresholds_of, value_at
from phusong.words import Text


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a profile: what it is, its value, its unit, and how many decimals it is told with."""

    title: Text
    value: float
    unit: Text
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class ToldProfile:
    """A profile with its single numbers in words."""

    profile: Profile
    rules: tuple[Number, ...]
    errors: tuple[Number, ...]


def told_profiles() -> Iterator[ToldProfile]:
    """Yield the profiles that come with the tool."""
    for name in profile_names():
        raw = raw_profile(name)
        yield ToldProfile(
            read_profile(name), _numbers(raw, ("gap", "village", "other")), _numbers(raw, ("uncertainty",))
        )


def _numbers(raw: Mapping[str, Any], groups: tuple[str, ...]) -> tuple[Number, ...]:
    return tuple(number_of(one, value_at(raw, one.key)) for one in thresholds_of(raw) if one.group in groups)


def number_of(one: Threshold, value: float) -> Number:
    """Return a number with as many decimals as it has, two at most."""
    decimals = next((n for n in (0, 1) if round(value, n) == value), 2)
    return Number(one.title, value, one.unit, decimals)
