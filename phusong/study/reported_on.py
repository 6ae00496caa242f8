"""What the province's gap list says of each modelled gap and village: plans, other support, voters, poor households."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from phusong.data.settlements import village_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What the rows of a list about one place say together.

    ``rows`` counts them. ``planned_operator`` is "" and ``planned_date`` None where no row names one; ``other_support``
    is None where every row is silent. ``voters`` says whether voters asked for the place, None where no row says who
    found it. ``poor_percent`` is NaN and ``target_types`` empty where no row tells.
    """

    rows: int = 0
    planned_operator: str = ""
    planned_date: date | None = None
    other_support: str | None = None
    voters: bool | None = None
    poor_percent: float = math.nan
    target_types: frozenset[str] = frozenset()
    atk: bool | None = None


NOT_REPORTED = Reported()


@dataclass(frozen=True, slots=True, eq=False)
class ReportedPlaces:
    """The rows of a list by the gaps they lie near and by the village they name."""

    by_gap: Mapping[str, list[dict[str, Any]]]
    by_village: Mapping[tuple[str, str], list[dict[str, Any]]]

    @classmethod
    def of(cls, rows: pd.DataFrame | None, reconciliation: pd.DataFrame | None) -> ReportedPlaces:
        """Join the rows of a checked gap list with its reconciliation, whose first rows are in the same order."""
        by_gap: dict[str, list[dict[str, Any]]] = {}
        by_village: dict[tuple[str, str], list[dict[str, Any]]] = {}
        if rows is None or reconciliation is None:
            return cls(by_gap, by_village)
        places = reconciliation.iloc[: len(rows)]
        for row, place in zip(rows.to_dict("records"), places.to_dict("records"), strict=True):
            told = {str(key): value for key, value in row.items()}
            for gap_id in _split(place["model_gap_ids"]):
                by_gap.setdefault(gap_id, []).append(told)
            if not _word(told, "cluster_name"):
                key = (str(place["commune_code"]), village_key(str(place["village_name"])))
                by_village.setdefault(key, []).append(told)
        return cls(by_gap, by_village)

    @property
    def is_given(self) -> bool:
        """Say whether there is a list at all."""
        return bool(self.by_gap or self.by_village)

    def of_gap(self, gap_id: str, commune_code: str, village_name: str) -> Reported:
        """Return what the rows near a gap say; where there are none, those that name its village as a whole."""
        return _together(self.by_gap.get(gap_id) or self._village(commune_code, village_name))

    def of_village(self, commune_code: str, village_name: str) -> Reported:
        """Return what the rows that name a village as a whole say."""
        return _together(self._village(commune_code, village_name))

    def _village(self, commune_code: str, village_name: str) -> list[dict[str, Any]]:
        return self.by_village.get((commune_code, village_key(village_name)), []) if village_name else []


NO_REPORTS = ReportedPlaces({}, {})


def _split(ids: object) -> list[str]:
    return [one for one in str(ids).split(", ") if one] if isinstance(ids, str) else []


def _together(rows: list[dict[str, Any]]) -> Reported:
    if not rows:
        return NOT_REPORTED
    planned = [row for row in rows if _word(row, "planned_operator")]
    dates = [found for row in planned if (found := _date(row.get("planned_date"))) is not None]
    sources = _words(rows, "source")
    supports = list(dict.fromkeys(_words(rows, "other_support")))
    return Reported(
        rows=len(rows),
        planned_operator=_word(planned[0], "planned_operator") if planned else "",
        planned_date=min(dates) if dates else None,
        other_support="; ".join(supports) if supports else None,
        voters="voters" in sources if sources else None,
        poor_percent=_poor_percent(rows),
        target_types=frozenset(_words(rows, "target_type")),
        atk=_any(row.get("atk") for row in rows),
    )


def _word(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return value.strip() if isinstance(value, str) else ""


def _words(rows: list[dict[str, Any]], key: str) -> list[str]:
    return [word for row in rows if (word := _word(row, key))]


def _date(value: object) -> date | None:
    found = pd.Timestamp(value) if isinstance(value, date) else pd.NaT
    return found.date() if isinstance(found, pd.Timestamp) else None


def _any(values: Iterable[object]) -> bool | None:
    """Return True where one says yes, False where one says no and none yes, None where all are silent."""
    told = [bool(value) for value in values if value is not None and not pd.isna(value)]  # type: ignore[call-overload]
    return any(told) if told else None


def _poor_percent(rows: list[dict[str, Any]]) -> float:
    pairs = [(_number(row, "poor_households"), _number(row, "households_total")) for row in rows]
    told = [(poor, total) for poor, total in pairs if math.isfinite(poor) and total > 0]
    poor, total = (math.fsum(pair[at] for pair in told) for at in (0, 1))
    return min(100.0 * poor / total, 100.0) if told else math.nan


def _number(row: Mapping[str, Any], key: str) -> float:
    value = row.get(key)
    return math.nan if value is None or pd.isna(value) else float(value)
