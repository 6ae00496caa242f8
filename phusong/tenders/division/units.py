"""What a division never divides: each reference site with the gaps it is the main site of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from phusong.coverage.routes import ROUTES
from phusong.tenders.division.values import LeftOut, Unit
from phusong.words import Text

_NO_SITE = Text("phương án không có trạm nào phủ tới", "no site of the plan serves it")

_Row = dict[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """The units of a division, and the gaps that are in none."""

    units: tuple[Unit, ...]
    left_out: tuple[LeftOut, ...]


def units_of(
    gaps: pd.DataFrame,
    plan_sites: pd.DataFrame | None,
    served: pd.DataFrame | None,
    *,
    reasons: Mapping[str, Text] | None = None,
) -> Units:
    """Make the units of the gaps that may enter a lot.

    Parameters
    ----------
    gaps
        The gaps that may enter: ``gap_id, route, province_code, commune_code, households, lon_deg, lat_deg``.
    plan_sites
        The sites of a plan: ``option_id, order, cost_vnd``; None without a plan: every gap is a unit of no value.
    served
        ``option_id, gap_id, households``: whom each site serves, each household at one site only.
    reasons
        Why the plan leaves a gap, by gap code.

    Returns
    -------
    units
        Each gap in one unit or left out. A site whose gaps have several routes goes with that of most households; the
        gaps of the others are left out, for they would be served at another route's cost.
    """
    rows: list[_Row] = gaps.sort_values("gap_id", kind="stable").to_dict("records")
    if plan_sites is None or served is None:
        return Units(units=tuple(_unit(str(row["gap_id"]), [row], (), None) for row in rows), left_out=())
    main = _main_sites(plan_sites, served)
    cost = dict(zip(plan_sites["option_id"].astype(str), plan_sites["cost_vnd"].round().astype("int64"), strict=True))
    by_site: dict[str, list[_Row]] = {}
    left: list[LeftOut] = []
    for row in rows:
        option = main.get(str(row["gap_id"]))
        if option is None:
            left.append(_left(row, "no_site", (reasons or {}).get(str(row["gap_id"]), _NO_SITE)))
        else:
            by_site.setdefault(option, []).append(row)
    units = []
    for option, held in sorted(by_site.items()):
        group = _group_of_most(held)
        units.append(_unit(option, [row for row in held if _group(row) == group], (option,), int(cost[option])))
        left += [_left(row, "other_route", _other_route(option, group[1])) for row in held if _group(row) != group]
    return Units(units=tuple(units), left_out=tuple(sorted(left, key=lambda one: one.gap_id)))


def _main_sites(plan_sites: pd.DataFrame, served: pd.DataFrame) -> dict[str, str]:
    """Return the site that serves most households of each gap; ties go to the site of lower order."""
    order = dict(zip(plan_sites["option_id"], plan_sites["order"], strict=True))
    counts: pd.DataFrame = served[served["households"] > 0].groupby(["gap_id", "option_id"])[["households"]].sum()
    main: dict[str, tuple[int, int, str]] = {}
    for row in counts.reset_index().to_dict("records"):
        gap_id, option = str(row["gap_id"]), str(row["option_id"])
        rank = (-int(row["households"]), int(order[option]), option)
        main[gap_id] = min(rank, main.get(gap_id, rank))
    return {gap_id: rank[2] for gap_id, rank in main.items()}


def _group(row: _Row) -> tuple[str, str]:
    return str(row["province_code"]), str(row["route"])


def _group_of_most(rows: Sequence[_Row]) -> tuple[str, str]:
    households: dict[tuple[str, str], int] = {}
    for row in rows:
        households[_group(row)] = households.get(_group(row), 0) + int(row["households"])
    return min(households, key=lambda group: (-households[group], group))


def _unit(unit_id: str, rows: Sequence[_Row], site_ids: tuple[str, ...], value_vnd: int | None) -> Unit:
    households = sum(int(row["households"]) for row in rows)
    province_code, route = _group(rows[0])
    return Unit(
        unit_id=unit_id,
        route=route,
        province_code=province_code,
        gap_ids=tuple(str(row["gap_id"]) for row in rows),
        gap_households=tuple(int(row["households"]) for row in rows),
        commune_codes=tuple(sorted({str(row["commune_code"]) for row in rows})),
        site_ids=site_ids,
        households=households,
        value_vnd=value_vnd,
        lon_deg=sum(float(row["lon_deg"]) * int(row["households"]) for row in rows) / households,
        lat_deg=sum(float(row["lat_deg"]) * int(row["households"]) for row in rows) / households,
    )


def _left(row: _Row, key: str, reason: Text) -> LeftOut:
    return LeftOut(gap_id=str(row["gap_id"]), households=int(row["households"]), key=key, reason=reason)


def _other_route(option: str, route: str) -> Text:
    title = ROUTES[route]
    return Text(f"được trạm {option} của nguồn vốn {title.vi} phủ", f"served by site {option} of the route {title.en}")
