"""The route of every gap and village and the gates before it, as columns of their tables, and the sums by route."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import pandas as pd

from phusong.coverage.gates import (
    Gate,
    committed_gate,
    evidence_gate,
    gates_text,
    other_support_gate,
    position_gate,
    too_few_gate,
)
from phusong.coverage.routes import (
    FACTS,
    NO_ROUTE,
    NO_ROUTE_TITLE,
    ROUTES,
    Routed,
    RouteTable,
    route_text,
    routes_of,
)
from phusong.data.settlements import village_key
from phusong.study.reported_on import NO_REPORTS, Reported, ReportedPlaces

Table = TypeVar("Table", bound=pd.DataFrame)
Row = Mapping[str, Any]

ROUTE_COLUMNS = (
    *("route", "route_vi", "route_en", "route_rule", "route_deciding"),
    *("gates", "gates_unknown", "gates_vi", "gates_en"),
)
SUM_COLUMNS = ("village_class", "route", "places", "households")

_NOT_IN_NEED = ("covered", "served")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RouteInputs:
    """What routes rest on besides the tables themselves.

    ``findings`` is the table of findings, None where there is none, and ``service`` the one whose findings count.
    ``reported`` is the province's list by place. ``on`` is the day by which a promised date is past, None for no such
    check.
    """

    rules: RouteTable
    service: str
    findings: pd.DataFrame | None = None
    reported: ReportedPlaces = NO_REPORTS
    on: date | None = None


def with_gap_routes(gaps: Table, villages: pd.DataFrame, given: RouteInputs) -> Table:
    """Return the gaps with their route and gates.

    Facts are read from the columns of ``gaps`` named like them (``grid_power``, ``is_dbkk``, ``commune_region``,
    ``border``, ``island``, ``mountainous``; ``spectrum_obligation``, ``province_budget``, ``satellite_only``); a column
    that is absent is not known. ``served_when_planned`` (yes, no, unknown) says whether planned services would serve
    the gap. A position is provisional where the finding, else the gap, else its village says so.
    """
    findings = _by_gap(given)
    provisional = {_village(row): _answer(row.get("provisional")) for row in _records(villages)}
    facts, gates = [], []
    for row in _records(gaps):
        finding = findings.get(str(row["gap_id"]))
        told = given.reported.of_gap(str(row["gap_id"]), *_names(row))
        facts.append(_facts(row, in_doubt=finding is not None and finding["finding"] != "unserved"))
        own = _answer(row.get("provisional"))
        gates.append(_gates(row, told, finding, own if own is not None else provisional.get(_village(row)), given))
    return _with_columns(gaps, given.rules, routes_of(given.rules, facts), gates)


def with_village_routes(villages: Table, given: RouteInputs) -> Table:
    """Return the villages with their route and gates; one that is covered, and not found otherwise, needs none."""
    findings = _by_village(given)
    facts, gates, needless = [], [], []
    for row in _records(villages):
        finding = findings.get(_village(row))
        modelled = str(row.get("village_class", ""))
        said = modelled if finding is None else str(finding["finding"])
        needless.append(said in _NOT_IN_NEED and modelled in _NOT_IN_NEED)
        facts.append(_facts(row, in_doubt=said in (*_NOT_IN_NEED, "undetermined")))
        told = given.reported.of_village(*_names(row))
        gates.append(_gates(row, told, finding, _answer(row.get("provisional")), given))
    routed = routes_of(given.rules, facts)
    free = Routed(route=NO_ROUTE, rules=(), possible=(), deciding=())
    answers = [free if none else one for none, one in zip(needless, routed, strict=True)]
    return _with_columns(villages, given.rules, answers, [() if n else g for n, g in zip(needless, gates, strict=True)])


def _with_columns(table: Table, rules: RouteTable, routed: list[Routed], gates: list[tuple[Gate, ...]]) -> Table:
    texts = [NO_ROUTE_TITLE if one.route == NO_ROUTE else route_text(rules, one) for one in routed]
    gate_texts = [gates_text(some) if some else None for some in gates]
    columns = {
        "route": [one.route for one in routed],
        "route_vi": [text.vi for text in texts],
        "route_en": [text.en for text in texts],
        "route_rule": [";".join(key for key in one.rules if key) for one in routed],
        "route_deciding": [";".join(one.deciding) for one in routed],
        "gates": [";".join(gate.key for gate in some if gate.state == "closed") for some in gates],
        "gates_unknown": [";".join(gate.key for gate in some if gate.state == "unknown") for some in gates],
        "gates_vi": ["" if text is None else text.vi for text in gate_texts],
        "gates_en": ["" if text is None else text.en for text in gate_texts],
    }
    return table.assign(**{name: pd.Series(values, index=table.index, dtype="str") for name, values in columns.items()})


def _facts(row: Row, *, in_doubt: bool) -> dict[str, str | None]:
    facts = {key: _text(row, key) or None for key in FACTS}
    nothing_there = _text(row, "road_class") == "none" and facts["grid_power"] == "no"
    return {
        **facts,
        "in_doubt": "yes" if in_doubt else "no",
        "satellite_only": "yes" if nothing_there else facts["satellite_only"],
    }


def _gates(
    row: Row, told: Reported, finding: Row | None, provisional: bool | None, given: RouteInputs
) -> tuple[Gate, ...]:
    low, high = _households(row)
    position = provisional if finding is None else _answer(finding["provisional"])
    return (
        committed_gate(
            operator=told.planned_operator,
            planned_date=told.planned_date,
            served_when_built=_answer(row.get("served_when_planned")),
            on=given.on,
        ),
        other_support_gate(told.other_support),
        too_few_gate(low, high, minimum=given.rules.min_households),
        position_gate(position),
        evidence_gate(None if finding is None else _answer(finding["tender"])),
    )


def _households(row: Row) -> tuple[float, float]:
    """Return the ends of the households without signal: of a gap its interval, of a village by what is undetermined."""
    if "unserved_households" in row:
        unserved = float(row["unserved_households"])
        return unserved, unserved + float(row.get("undetermined_households", 0.0))
    ends = [float(row.get(name, math.nan)) for name in ("unserved_low", "unserved_high")]
    count = float(row.get("households", math.nan))
    return (ends[0], ends[1]) if all(map(math.isfinite, ends)) else (count, count)


def _by_gap(given: RouteInputs) -> dict[str, Row]:
    return {str(row["gap_id"]): row for row in _findings(given, "gap")}


def _by_village(given: RouteInputs) -> dict[tuple[str, ...], Row]:
    return {_village(row): row for row in _findings(given, "village")}


def _findings(given: RouteInputs, target: str) -> list[dict[str, Any]]:
    table = given.findings
    if table is None:
        return []
    return _records(table[(table["target"] == target) & (table["service"] == given.service)])


def _village(row: Row) -> tuple[str, ...]:
    """Return what names a village: its code, else its commune and name."""
    code = _text(row, "village_code")
    return (code,) if code else (_text(row, "commune_code"), village_key(_text(row, "village_name")))


def _names(row: Row) -> tuple[str, str]:
    return _text(row, "commune_code"), _text(row, "village_name")


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    columns = [name for name in table.columns if name != "geometry"]
    return [{str(key): value for key, value in row.items()} for row in pd.DataFrame(table[columns]).to_dict("records")]


def _text(row: Row, key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _answer(value: Any) -> bool | None:
    """Return yes and no, written or not, as True and False; None for what is not known."""
    if isinstance(value, str):
        return {"yes": True, "no": False}.get(value)
    return None if value is None or pd.isna(value) else bool(value)


def route_sums(table: pd.DataFrame, *, households: str = "households") -> pd.DataFrame:
    """Return places and households by village class and route; every row of ``table`` is in exactly one sum.

    Parameters
    ----------
    table
        Gaps or villages with their routes.
    households
        The column that is added up: ``households`` of gaps, ``unserved_households`` of villages.
    """
    by = table.groupby([table["village_class"].astype(str), table["route"].astype(str)], sort=False)
    sums = pd.DataFrame({"places": by.size(), "households": by[households].sum()}).reset_index()
    order = [*ROUTES, NO_ROUTE]
    sums = sums.assign(_at=[order.index(route) for route in sums["route"]])
    sums = sums.sort_values(["village_class", "_at"], ignore_index=True).drop(columns="_at")
    return sums.reindex(columns=list(SUM_COLUMNS))


def route_counts(table: pd.DataFrame, *, households: str = "households") -> dict[str, int]:
    """Return households by route for the manifest, a key for every route."""
    by = table.groupby("route")[households].sum()
    return {f"route_{route}_households": int(by.get(route, 0)) for route in ROUTES}
