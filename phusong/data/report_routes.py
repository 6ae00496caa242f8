"""Routes of funding as sheets: every place with its route and gates, the sums by class, and the rules themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from phusong.coverage.routes import FACTS, NO_ROUTE, NO_ROUTE_TITLE, ROUTES, RouteTable
from phusong.data.provenance import UNVERIFIED
from phusong.data.terms import village_class_title
from phusong.data.workbook import Block, Column, Row, Sheet
from phusong.words import Language, Text, day, number

_TOTAL = Text("Tổng cộng", "Total")
_NOTHING = Text("Không vướng gì", "Nothing in the way")
_UNKNOWN_NOTE = Text(
    "“Chưa xác định” nghĩa là còn thiếu dữ kiện quyết định, không phải là doanh nghiệp tự đầu tư. Bổ sung dữ kiện được "
    "nêu rồi chạy lại.",
    "“Unknown” means that a deciding fact is missing, not that operators pay. Supply the fact named and run again.",
)


def source_note(title: Text, source: Text, *, verified: bool) -> Text:
    """Say where a table of rules comes from, and that it is not verified where it is not."""
    if verified:
        return Text(f"{title.vi}. Nguồn: {source.vi}.", f"{title.en}. Source: {source.en}.")
    return Text(
        f"{title.vi} ({UNVERIFIED.vi}). Nguồn: {source.vi}.", f"{title.en} ({UNVERIFIED.en}). Source: {source.en}."
    )


def rules_note(rules: RouteTable) -> Text:
    """Name the table of rules, its first day and its source."""
    since = day(rules.valid_from)
    title = Text(f"{rules.title.vi} “{rules.name}”, từ {since}", f"{rules.title.en} “{rules.name}”, from {since}")
    return source_note(title, rules.source, verified=rules.verified)


def gap_routes_sheet(gaps: pd.DataFrame, rules: RouteTable, language: Language) -> Sheet:
    """Show every gap with its route, why, and what stands in the way."""
    return Sheet(
        name=Text("Nguồn vốn vùng lõm", "Routes of gaps"),
        title=Text("Nguồn vốn của từng vùng lõm", "Funding route of every gap"),
        notes=(rules_note(rules), _UNKNOWN_NOTE),
        columns=(Column(title=Text("Mã vùng lõm", "Gap"), key="gap_id", width=12), *_columns("households")),
        blocks=(Block(rows=[_place(row, language) for row in _records(gaps)]),),
        total={"village_name": _TOTAL},
        frozen_columns=3,
    )


def village_routes_sheet(villages: pd.DataFrame, rules: RouteTable, language: Language) -> Sheet:
    """Show every village that needs a route, why, and what stands in the way."""
    needing = villages[villages["route"] != NO_ROUTE]
    return Sheet(
        name=Text("Nguồn vốn theo thôn", "Routes of villages"),
        title=Text("Nguồn vốn của từng thôn chưa phủ sóng", "Funding route of every village not covered"),
        notes=(rules_note(rules), _UNKNOWN_NOTE),
        columns=_columns("unserved_households"),
        blocks=(Block(rows=[_place(row, language) for row in _records(needing)]),),
        total={"village_name": _TOTAL},
        frozen_columns=2,
    )


def _columns(households: str) -> tuple[Column, ...]:
    return (
        Column(title=Text("Xã", "Commune"), key="commune_name", width=15),
        Column(title=Text("Thôn, bản", "Village"), key="village_name", width=15),
        Column(title=Text("Phân loại", "Class"), key="class", width=11),
        Column(title=Text("Hộ chưa có sóng", "Unserved"), key=households, kind="whole", width=9, summed=True),
        Column(title=Text("Nguồn vốn", "Route"), key="route_title", width=16),
        Column(title=Text("Vì sao", "Why"), key="route_words", width=34),
        Column(title=Text("Vướng mắc, cần làm rõ", "In the way, to be cleared up"), key="gate_words", width=40),
    )


def _place(row: Mapping[str, Any], language: Language) -> Row:
    key = row["village_class"]
    return {
        **row,
        "class": village_class_title(key),
        "class_colour": key,
        "route_title": route_title(row["route"]),
        "route_words": _because(row[f"route_{language}"], route_title(row["route"]).to(language)),
        "gate_words": row[f"gates_{language}"] or _NOTHING,
    }


def _because(words: str, title: str) -> str:
    """Return the words of a route without the route itself, which has its own column."""
    head = f"{title[:1].upper()}{title[1:]}"
    if words.startswith(f"{head} ("):
        return words.removeprefix(f"{head} (").removesuffix(")")
    return words.removeprefix(f"{head}: ").removeprefix(f"{head}, ")


def route_title(route: str) -> Text:
    """Return the words of a route; "" is the route of a covered village."""
    return NO_ROUTE_TITLE if route == NO_ROUTE else ROUTES[route]


def route_sums_sheet(sums: pd.DataFrame, rules: RouteTable, *, of_gaps: bool) -> Sheet:
    """Show places and households by class and route, with subtotals by class."""
    things = Text("vùng lõm", "gaps") if of_gaps else Text("thôn", "villages")
    blocks = []
    for key, part in sums.groupby("village_class", sort=True):
        rows = [
            {**row, "class": village_class_title(str(key)), "title": route_title(row["route"])}
            for row in _records(part)
        ]
        blocks.append(Block(rows=rows, subtotal={"class": _sum_title(str(key))}))
    return Sheet(
        name=Text(f"Tổng nguồn vốn {things.vi}", f"Sums by route, {things.en}"),
        title=Text(f"Số {things.vi} và số hộ theo nguồn vốn", f"Number of {things.en} and households by route"),
        notes=(rules_note(rules), _UNKNOWN_NOTE),
        columns=(
            Column(title=Text("Phân loại thôn", "Village class"), key="class", width=16),
            Column(title=Text("Nguồn vốn", "Route"), key="title", width=34),
            Column(title=Text(f"Số {things.vi}", things.en.capitalize()), key="places", kind="whole", summed=True),
            Column(title=Text("Hộ chưa có sóng", "Unserved"), key="households", kind="whole", width=12, summed=True),
        ),
        blocks=tuple(blocks),
        total={"class": _TOTAL},
        landscape=False,
    )


def _sum_title(village_class: str) -> Text:
    title = village_class_title(village_class)
    return Text(f"Cộng {title.vi}", f"Sum, {title.en}")


def route_rules_sheet(rules: RouteTable, language: Language) -> Sheet:
    """Show the decision table itself: conditions, route and source of every rule in order."""
    least = number(rules.min_households, language)
    gate = source_note(
        Text(f"Số hộ mới ít nhất: {least}", f"Least new households: {least}"),
        rules.min_households_source,
        verified=rules.verified,
    )
    order = Text(
        "Xét từ trên xuống; quy tắc đầu tiên đúng thì quyết định. Không quy tắc nào đúng: cần kiểm tra lại.",
        "Tried from top to bottom; the first that holds decides. Where none holds: needs checking.",
    )
    return Sheet(
        name=Text("Quy tắc nguồn vốn", "Route rules"),
        title=Text("Bảng quyết định nguồn vốn", "Decision table of funding routes"),
        notes=(rules_note(rules), order, gate),
        columns=(
            Column(title=Text("Thứ tự", "Order"), key="order", kind="whole", width=8),
            Column(title=Text("Nếu", "If"), key="when", width=44),
            Column(title=Text("thì nguồn vốn là", "then the route is"), key="route", width=26),
            Column(title=Text("Nguồn", "Source"), key="source", width=36),
            Column(title=Text("Đã xác minh", "Verified"), key="verified", width=10),
        ),
        blocks=(Block(rows=[_rule(rules, at, language) for at in range(len(rules.rules))]),),
    )


def _rule(rules: RouteTable, at: int, language: Language) -> Row:
    rule = rules.rules[at]
    conditions = [
        _OR[language].join(words.to(language) for value, words in FACTS[key].answers.items() if value in values)
        for key, values in rule.when.items()
    ]
    return {
        "order": at + 1,
        "when": "; ".join(conditions),
        "route": ROUTES[rule.route],
        "source": rule.source,
        "verified": rule.verified,
    }


_OR: Mapping[Language, str] = {"vi": " hoặc ", "en": " or "}


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    columns = [name for name in table.columns if name != "geometry"]
    return [{str(key): value for key, value in row.items()} for row in pd.DataFrame(table[columns]).to_dict("records")]
