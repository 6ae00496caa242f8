"""What anybody may be told: counts of approved rounds by province; fewer than five households are never shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from phusong.api.reports.indicators import StudyIndicators
from phusong.data.terms import LEAST_SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCounts:
    """A province in public; None is a count of one to four households, or one from which such a count would follow."""

    households: int
    households_unserved: int | None
    households_unknown: int | None
    villages: int
    villages_without_signal: int
    villages_in_depression: int


def public_counts(found: StudyIndicators) -> PublicCounts:
    """Return what may be told of a province."""
    main = found.main
    unserved = main.households - main.households_served - main.households_unknown
    unknown = main.households_unknown
    hide_both = _few(main.households_served) or _few(unserved + unknown)
    return PublicCounts(
        households=main.households,
        households_unserved=None if hide_both or _few(unserved) else unserved,
        households_unknown=None if hide_both or _few(unknown) else unknown,
        villages=main.villages,
        villages_without_signal=found.village_classes.get("white", 0),
        villages_in_depression=found.village_classes.get("depression", 0),
    )


def public_total(counts: Mapping[str, PublicCounts]) -> PublicCounts:
    """Add provinces up; a count that is hidden in one of them is in no total, so that it cannot be subtracted out."""
    held = list(counts.values())
    unserved, unknown = ([getattr(one, name) for one in held] for name in ("households_unserved", "households_unknown"))
    return PublicCounts(
        households=sum(one.households for one in held),
        households_unserved=None if None in unserved else sum(unserved),
        households_unknown=None if None in unknown else sum(unknown),
        villages=sum(one.villages for one in held),
        villages_without_signal=sum(one.villages_without_signal for one in held),
        villages_in_depression=sum(one.villages_in_depression for one in held),
    )


def _few(households: int) -> bool:
    return 0 < households < LEAST_SHOWN
