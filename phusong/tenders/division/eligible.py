"""Which gaps may enter a lot, why the others may not, and what is still missing in each place.

Only confirmed findings enter, without a closed gate, of the routes asked for. Nothing said is unknown, never yes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from phusong.coverage.routes import FACTS, ROUTES, UNKNOWN_ROUTE
from phusong.errors import UnknownNameError
from phusong.tenders.division.values import ROUTE_LETTERS, LeftOut
from phusong.tenders.package.values import Notice
from phusong.words import Text

DEFAULT_ROUTES = ("fund", "province_budget")
"""The routes paid from public money."""

_SOURCE = Text("kết quả nghiên cứu", "results of the study")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Eligible:
    """The rows that may enter a lot, and all others with their reasons."""

    gaps: pd.DataFrame
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lack:
    closed: Text
    unknown: Text
    who: Text


_COMMUNE = Text("UBND xã", "the commune")
_DEPARTMENT = Text("sở chủ trì", "the department in charge")
_OPERATORS = Text("các doanh nghiệp viễn thông", "the operators")

_GATES: Mapping[str, _Lack] = MappingProxyType(
    {
        "committed": _Lack(
            closed=Text("doanh nghiệp đã có kế hoạch phủ sóng", "an operator plans to cover it"),
            unknown=Text("chưa biết kế hoạch của doanh nghiệp", "operators' plans are not known"),
            who=_OPERATORS,
        ),
        "other_support": _Lack(
            closed=Text("đã nhận hỗ trợ khác", "it has other support"),
            unknown=Text("chưa biết đã có hỗ trợ khác hay chưa", "other support is not known"),
            who=_DEPARTMENT,
        ),
        "too_few": _Lack(
            closed=Text("chưa đủ số hộ tối thiểu", "it has fewer households than the least"),
            unknown=Text("chưa chắc đủ số hộ tối thiểu", "it may have fewer households than the least"),
            who=Text("UBND xã (số hộ) hoặc đo kiểm", "the commune (households) or a measurement"),
        ),
        "position": _Lack(
            closed=Text("vị trí chưa xác minh", "its position is not verified"),
            unknown=Text("chưa biết vị trí đã xác minh chưa", "its position is perhaps not verified"),
            who=_COMMUNE,
        ),
        "evidence": _Lack(
            closed=Text(
                "kết luận chưa đủ để đưa vào danh sách mời thầu", "its finding may not enter a tender list yet"
            ),
            unknown=Text("chưa có kết luận", "it has no finding yet"),
            who=Text("sở chủ trì (đo kiểm, xác nhận tại thôn)", "the department in charge (measuring, confirming)"),
        ),
    }
)

_FACT_GIVERS: Mapping[str, Text] = MappingProxyType(
    {
        "grid_power": Text("UBND xã hoặc đơn vị điện lực", "the commune or the power company"),
        "is_dbkk": Text("cơ quan công tác dân tộc của tỉnh", "the province's ethnic affairs body"),
        "commune_region": Text("cơ quan công tác dân tộc của tỉnh", "the province's ethnic affairs body"),
        "border": _DEPARTMENT,
        "island": _DEPARTMENT,
        "mountainous": _DEPARTMENT,
    }
)


def eligible_gaps(gaps: pd.DataFrame, *, routes: Sequence[str] = DEFAULT_ROUTES) -> Eligible:
    """Return the gaps that may enter a lot, in the order of their codes.

    Parameters
    ----------
    gaps
        The gap table of a run.
    routes
        The routes of which lots are made.

    Raises
    ------
    UnknownNameError
        If a route does not exist, or two gaps have one code.
    """
    _check_routes(routes)
    ordered = gaps.sort_values("gap_id", kind="stable").reset_index(drop=True)
    if ordered["gap_id"].duplicated().any():
        twice = ", ".join(sorted(set(ordered["gap_id"][ordered["gap_id"].duplicated()]))[:5])
        raise UnknownNameError(Text(f"Mã khu vực bị trùng: {twice}.", f"Gap codes given twice: {twice}."))
    why = [_why_not(row, routes) for row in ordered.to_dict("records")]
    left = tuple(
        LeftOut(gap_id=str(row["gap_id"]), households=int(row["households"]), key=reason[0], reason=reason[1])
        for row, reason in zip(ordered.to_dict("records"), why, strict=True)
        if reason is not None
    )
    enters = pd.Series([reason is None for reason in why], index=ordered.index, dtype=bool)
    rows = ordered[enters].reset_index(drop=True)
    return Eligible(gaps=rows, left_out=left)


def _check_routes(routes: Sequence[str]) -> None:
    strange = ", ".join(route for route in routes if route not in ROUTE_LETTERS)
    if strange:
        allowed = ", ".join(ROUTE_LETTERS)
        raise UnknownNameError(
            Text(
                f"Không có nguồn vốn {strange}; được dùng: {allowed}.",
                f"There is no route {strange}; allowed are {allowed}.",
            )
        )


def _why_not(row: Mapping[Any, Any], routes: Sequence[str]) -> tuple[str, Text] | None:
    if int(row["households"]) <= 0:
        return "households", Text("không có hộ nào cần phủ sóng", "no household needs coverage")
    if not _words(row, "province_code") or not _words(row, "commune_code"):
        return "place", Text("chưa xác định được tỉnh, xã", "province or commune is not known")
    if not (math.isfinite(row["lon_deg"]) and math.isfinite(row["lat_deg"])):
        return "place", Text("không có toạ độ", "no coordinates")
    if row["tender"] is not True and not bool(row["tender"]):
        return "finding", _GATES["evidence"].closed
    closed = [_GATES[key].closed for key in _keys(row, "gates") if key in _GATES]
    if closed:
        return "gates", Text("; ".join(text.vi for text in closed), "; ".join(text.en for text in closed))
    route = _words(row, "route")
    if route not in routes:
        title = ROUTES.get(route, Text("không cần", "none needed"))
        return "route", Text(
            f"nguồn vốn không thuộc đợt chia gói này: {title.vi}", f"its route is not of this round of lots: {title.en}"
        )
    return None


def missing_of(gaps: pd.DataFrame) -> tuple[Notice, ...]:
    """Say what every gap still lacks, and who can give it: a list to work off, by gap code."""
    rows = gaps.sort_values("gap_id", kind="stable").to_dict("records")
    return tuple(notice for row in rows for notice in _missing(row))


def _missing(row: Mapping[Any, Any]) -> Iterator[Notice]:
    closed = list(_keys(row, "gates"))
    if not bool(row["tender"]) and "evidence" not in closed:
        closed.append("evidence")
    for key, lack in _GATES.items():
        if key in closed:
            yield _notice(row, f"gate_{key}", lack.closed, lack.who)
        elif key in _keys(row, "gates_unknown"):
            yield _notice(row, f"gate_{key}", lack.unknown, lack.who)
    if _words(row, "route") == UNKNOWN_ROUTE:
        what = Text("chưa xác định được nguồn vốn", "its route is not known")
        yield _notice(row, "route", what, _DEPARTMENT)
    for key, who in _FACT_GIVERS.items():
        if key in row and _words(row, key) in ("", "unknown"):
            missing = FACTS[key].missing
            yield _notice(row, f"fact_{key}", Text(missing.vi, f"not known: {missing.en}"), who)
    if "population" in row and pd.isna(row["population"]):
        yield _notice(row, "fact_population", Text("chưa có dân số", "population is not known"), _COMMUNE)


def _notice(row: Mapping[Any, Any], key: str, what: Text, who: Text) -> Notice:
    places = [name for name in (_words(row, "village_name"), _words(row, "commune_name")) if name]
    return Notice(
        key=key,
        code=str(row["gap_id"]),
        place_name=", ".join(places),
        text=Text(f"{what.vi[:1].upper()}{what.vi[1:]}; hỏi: {who.vi}", f"{_capital(what.en)}; ask: {who.en}"),
        source=_SOURCE,
        verified=True,
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _words(row: Mapping[Any, Any], key: str) -> str:
    value = row.get(key)
    return value.strip() if isinstance(value, str) else ""


def _keys(row: Mapping[Any, Any], key: str) -> list[str]:
    return [part for part in _words(row, key).split(";") if part]
