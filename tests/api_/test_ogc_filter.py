"""CQL2 text: the basics answer as plain Python does; nothing a person types reaches the database as SQL."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from api_.made_ogc import HOME, OpenService, features, open_service
from fastapi.testclient import TestClient

from phusong.api.ogc import cql
from phusong.api.ogc.collections import collections
from phusong.api.ogc.cql import Values
from phusong.api.problems import BadQueryError

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
ITEMS = "/ogc/collections/villages/items"


@pytest.fixture(scope="module")
def world(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenService]:
    """Return a service with one province."""
    with open_service(_sqlite_template, tmp_path_factory.mktemp("ogc") / "home") as made:
        made.add(HOME)
        yield made


@pytest.fixture(scope="module")
def planner(world: OpenService) -> TestClient:
    """Return somebody who may read everything of the province."""
    return world.planner()


Row = dict[str, Any]
ANSWERS: list[tuple[str, Callable[[Row], bool]]] = [
    ("village_class = 'white'", lambda row: row["village_class"] == "white"),
    ("village_class <> 'white'", lambda row: row["village_class"] != "white"),
    ("households > 50", lambda row: row["households"] > 50),
    ("households >= 50 AND households < 70", lambda row: 50 <= row["households"] < 70),
    ("households <= 40 OR NOT (road_km < 0.2)", lambda row: row["households"] <= 40 or row["road_km"] == 0.2),
    ("NOT village_class = 'white' AND households = 50", lambda row: row["households"] == 50),
    ("single_operator IS NULL", lambda row: row["single_operator"] is None),
    ("single_operator IS NOT NULL", lambda row: row["single_operator"] is not None),
    ("single_operator = TRUE", lambda row: row["single_operator"] is True),
    ("single_operator", lambda row: row["single_operator"] is True),
    ("grid_power IS NULL", lambda row: row["grid_power"] is None),
    ("road_km IS NULL", lambda row: row["road_km"] is None),
    ("road_km > 0.05", lambda row: row["road_km"] is not None and row["road_km"] > 0.05),
    ("village_class IN ('white', 'weak')", lambda row: row["village_class"] in ("white", "weak")),
    ("village_class NOT IN ('white', 'weak')", lambda row: row["village_class"] not in ("white", "weak")),
    ("households BETWEEN 45 AND 65", lambda row: 45 <= row["households"] <= 65),
    ("households NOT BETWEEN 45 AND 65", lambda row: not 45 <= row["households"] <= 65),
    ("village_name LIKE '% 1._'", lambda row: re.search(r" 1\..$", row["village_name"]) is not None),
    ("CASEI(village_name) LIKE CASEI('THÔN%')", lambda row: row["village_name"].lower().startswith("thôn")),
    ("ACCENTI(village_name) LIKE 'Thon Bi mat%'", lambda row: row["village_name"].startswith("Thôn Bí mật")),
    ("dated = DATE('2026-11-01')", lambda row: True),
    ("dated > DATE('2026-11-01')", lambda row: False),
    ("dated < TIMESTAMP('2026-12-01T00:00:00Z')", lambda row: True),
    ("served_households > unserved_households", lambda row: row["served_households"] > row["unserved_households"]),
    ("TRUE", lambda row: True),
    ("village_name = 'Thôn '' OR 1=1'", lambda row: False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "holds"), ANSWERS, ids=[one[0] for one in ANSWERS])
def test_a_filter_selects_what_it_says(text: str, holds: Callable[[Row], bool], planner: TestClient) -> None:
    """/conf/cql2/basic-cql2 and the comparison classes: the same features as a plain test in Python."""
    whole = features(planner, "villages")
    expected = [one["id"] for one in whole if holds(one["properties"])]
    for language in ("cql2-text", "cql-text"):
        found = features(planner, "villages", filter=text, **{"filter-lang": language})
        assert [one["id"] for one in found] == expected


BOX = "105.0 21.0, 105.15 21.0, 105.15 21.22, 105.0 21.22, 105.0 21.0"
SHAPES = [
    ("villages", "S_INTERSECTS(geometry, BBOX(105.0, 21.0, 105.15, 21.22))", "intersects"),
    ("villages", f"S_INTERSECTS(geometry, POLYGON(({BOX})))", "intersects"),
    ("villages", f"S_WITHIN(geometry, POLYGON(({BOX})))", "within"),
    ("villages", f"S_DISJOINT(geometry, POLYGON(({BOX})))", "disjoint"),
    ("communes", f"S_OVERLAPS(geometry, POLYGON(({BOX})))", "overlaps"),
    ("communes", "S_CONTAINS(geometry, POINT(105.05 21.2))", "contains"),
    ("communes", "S_TOUCHES(geometry, POINT(105.1 21.2))", "touches"),
    ("communes", "S_CROSSES(geometry, LINESTRING(104 21.2, 105.05 21.2))", "crosses"),
]


@pytest.mark.parametrize(("name", "text", "relation"), SHAPES, ids=[one[1] for one in SHAPES])
def test_a_spatial_filter_selects_what_it_says(name: str, text: str, relation: str, planner: TestClient) -> None:
    """/conf/cql2/basic-spatial-functions and spatial-functions: as shapely answers, some and not all."""
    literal = re.search(r"(BBOX|POLYGON|POINT|LINESTRING)\(.*\)(?=\)$)", text)
    assert literal
    box = shapely.box(105.0, 21.0, 105.15, 21.22)
    other = box if literal[1] == "BBOX" else shapely.from_wkt(literal[0])
    whole = features(planner, name)
    expected = [one["id"] for one in whole if getattr(shapely.geometry.shape(one["geometry"]), relation)(other)]
    assert 0 < len(expected) < len(whole)
    assert [one["id"] for one in features(planner, name, filter=text)] == expected


def test_a_filter_may_be_in_another_system(planner: TestClient) -> None:
    """/conf/filter/filter-crs: coordinates of the filter in a VN-2000 zone, and in latitude and longitude."""
    plain = [one["id"] for one in features(planner, "villages", filter="S_INTERSECTS(geometry, BBOX(105,21,105.1,22))")]
    turned = features(
        planner, "villages", filter="S_INTERSECTS(geometry, BBOX(21,105,22,105.1))", **{"filter-crs": f"{EPSG}4326"}
    )
    assert plain == [one["id"] for one in turned]
    assert len(plain) == 4
    one = planner.get(f"{ITEMS}/{plain[0]}", params={"f": "json", "crs": f"{EPSG}9210"}).json()
    x, y = one["geometry"]["coordinates"]
    text = f"S_INTERSECTS(geometry, BBOX({x - 50},{y - 50},{x + 50},{y + 50}))"
    assert [each["id"] for each in features(planner, "villages", filter=text, **{"filter-crs": f"{EPSG}9210"})] == [
        plain[0]
    ]


def test_a_filter_and_the_other_parameters_hold_together(planner: TestClient) -> None:
    """Box, property, day and filter: all of them."""
    found = features(
        planner, "villages", filter="households > 45", bbox="105,21,105.1,22", village_class="weak",
        datetime="2026-11-01", limit="1",
    )  # fmt: skip
    assert [one["properties"]["village_code"] for one in found] == ["01000-02"]


REFUSED = [
    "x = 1", "_id = 'a'", "_row = 1", "rowid = 1", "geometry = 1", "households = 'x'", "village_name = 1",
    "village_name > 5", "households LIKE 'x'", "f(households) = 1", "households + 1 = 2", "S_INTERSECTS(geometry, 1)",
    "S_INTERSECTS(households, POINT(1 2))", "S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 1, 1 0, 0 0)))",
    "dated = DATE('2026-02-30')", "dated = DATE('hom nay')", "village_name LIKE '%a%a%a%a%a%'",
    "village_name LIKE 'a\\'",
    "", " ", "(", ")", "((households = 1)", "households = ", "households", "'a'", "1",
    "read_text('/etc/hostname') = 'x'",
    "T_AFTER(dated, DATE('2026-01-01'))", "households = 1; DROP TABLE x", "households = 1 -- x", "households = $v0",
    "S_INTERSECTS(geometry, POINT(1e400 2))", "households IN ()", "\x00",
    "households = 1" + " AND households = 1" * 600,
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text[:40]))
def test_what_cannot_be_meant_is_refused(text: str, planner: TestClient) -> None:
    """400 and a sentence, never a fault of ours."""
    answer = planner.get(ITEMS, params={"f": "json", "filter": text})
    assert answer.status_code == 400, (text, answer.text[:200])
    assert answer.json()["detail"].startswith("filter:")


INJECTED = [
    "'; DROP TABLE features; --", "' OR '1'='1", "x' UNION SELECT * FROM read_text('/etc/hostname') --", '"; --',
    "$v0", "?", "%", "\\", "a\"b", "thôn'", "${x}", "{0}", "\u202e", "🏞",
]  # fmt: skip


@pytest.mark.parametrize("text", INJECTED)
def test_a_value_is_only_ever_a_value(text: str, planner: TestClient) -> None:
    """As a property, as a text of a filter, as an id: it equals nothing, and nothing else happens."""
    quoted = text.replace("'", "''")
    assert features(planner, "villages", village_name=text) == []
    assert features(planner, "villages", filter=f"village_name = '{quoted}'") == []
    assert planner.get(f"{ITEMS}/{text}".replace("?", "%3F")).status_code == 404
    assert len(features(planner, "villages")) == 12


@pytest.mark.parametrize("text", INJECTED)
def test_no_text_stands_in_the_statement(text: str) -> None:
    """What a person types is bound; a property that is none is refused before it is written."""
    values, properties = Values(), {one.name: one for one in collections()["villages"].properties}
    quoted = text.replace("'", "''")
    sql = cql.condition(f"village_name = '{quoted}'", properties, values, lambda shape: shape)
    assert sql == '("village_name" = $v0)'
    assert values.bound == {"v0": text}
    name = text.replace('"', "")
    with pytest.raises(BadQueryError):
        cql.condition(f'"{name}x" = 1', properties, values, lambda shape: shape)


HOSTILE = [
    "(" * 5000, "(" * 5000 + "households = 1" + ")" * 5000, "NOT (" * 3000, "f(" * 2500, "POLYGON(" * 900,
    "households IN (" + "(" * 3000 + "1" + ")" * 3000 + ")", "((((((((households = 1 b))))))))",
    "NOT " * 1900 + "a b", "households=" + "-" * 7000 + "1", "'" * 7999, "(" * 8 + "a" + ")" * 9,
    "NOT " * 1900 + "households = 1", "NOT " * 8 + "(" + "not\n" * 1800 + "households = 1)", "- " * 3000 + "1 = 1",
    " OR ".join(["households = 1"] * 400), "households" + " = 1" * 1900, "households = 1" + "-1" * 3000,
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_hostile_filter_neither_ends_nor_holds_the_process(number: int, planner: TestClient) -> None:
    """The parser doubles its time with each open bracket and ends the process at some depth: it never gets there."""
    answer = planner.get(ITEMS, params={"f": "json", "filter": HOSTILE[number]})
    assert answer.status_code in (200, 400)
    assert answer.elapsed.total_seconds() < 20


def test_brackets_inside_a_text_count_for_nothing(planner: TestClient) -> None:
    """A village may be called anything."""
    began = time.monotonic()
    assert features(planner, "villages", filter="village_name = '((((((((((((((((((((('") == []
    assert time.monotonic() - began < 60
