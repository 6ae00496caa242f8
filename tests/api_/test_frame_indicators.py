"""Indicators as charts: parts add up, what is not known is never served, the worst comes first, rounds follow on."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from api_.made_rounds import round_with_rows
from api_.made_tiling import put_study
from fastapi.testclient import TestClient

from phusong.api.access.roles import Role
from phusong.api.database.models import Round
from phusong.api.pages import charts
from phusong.api.reports.indicators import Indicator, indicators_of
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings
from phusong.maps.colours import VILLAGE_CLASSES
from phusong.words import Text, percent

As = Callable[..., TestClient]
HTML = {"accept": "text/html"}
NAME = Text("x", "x")


@pytest.fixture
def settings(sqlite_settings: ServiceSettings) -> ServiceSettings:
    """Return a service on SQLite: what pages show is the same on any database."""
    return sqlite_settings


def told(served: int, unknown: int, whole: int, operator: str = "", technology: str = "") -> Indicator:
    """Return an indicator of households."""
    counts = dict.fromkeys(
        ("population", "population_served", "villages", "villages_served", "villages_unknown", "communes",
         "communes_served", "communes_unknown"), 0,
    )  # fmt: skip
    return Indicator(
        commune_code="", operator=operator, technology=technology, households=whole, households_served=served,
        households_unknown=unknown, **counts,
    )  # fmt: skip


def test_the_parts_of_a_bar_are_its_whole_and_the_undetermined_stands_alone() -> None:
    """Served, undetermined and not served follow on each other and fill the bar; nothing at all is no division."""
    one = charts.served_bar(told(30, 50, 100), NAME)
    assert {part.key: part.count for part in one.parts} == {"served": 30, "unknown": 50, "unserved": 20}
    assert [part.from_percent for part in one.parts] == [0.0, 30.0, 80.0]
    assert sum(part.percent for part in one.parts) == pytest.approx(100.0, abs=0.01)
    assert one.share == 0.3
    assert charts.served_bar(told(0, 0, 0), NAME).share == 0.0


def test_where_most_is_to_be_done_comes_first() -> None:
    """Bars are sorted by the share that is served, whatever is unknown."""
    bars = [charts.served_bar(told(served, 9, 100), Text(name, name)) for name, served in (("A", 80), ("B", 10))]
    assert [one.label.vi for one in sorted(bars, key=charts.lowest)] == ["B", "A"]


def test_classes_without_a_village_still_have_their_number() -> None:
    """All five classes are told in order of need, also those of none."""
    one = charts.class_bar({"covered": 3, "white": 1}, NAME)
    assert [part.key for part in one.parts] == list(VILLAGE_CLASSES)
    assert [part.count for part in one.parts] == [1, 0, 0, 3, 0]


def test_steps_follow_on_each_other() -> None:
    """Rounds are as wide as each other; what is served and what is undetermined never pass the whole."""
    points = [("1", date(2026, 1, 1), "/", charts.served_bar(told(50, 25, 100), NAME)),
              ("2", date(2026, 7, 1), "/", charts.served_bar(told(80, 20, 100), NAME))]  # fmt: skip
    found = charts.steps(points)
    assert [one.from_percent for one in found] == [0.0, 50.0]
    assert all(one.served_percent + one.unknown_percent <= 100.0 for one in found)
    assert charts.steps([]) == []


def test_a_province_is_drawn_with_the_numbers_of_its_study(
    as_: As, service: Service, small_province: Path, small_results: Path
) -> None:
    """Both pages hold numerator and denominator of every bar; the rounds follow; the workbook holds the same."""
    planner = as_(Role.PLANNER)
    study_id = put_study(service, small_province, small_results)
    rounds = [round_with_rows(service, province="99", batch=batch) for batch in ("Đợt 1", "Đợt 2")]
    with service.database.write() as db:
        for index, round_id in enumerate(rounds):
            one = db.get_one(Round, round_id)
            one.study_id, one.created_at = study_id, one.created_at + timedelta(days=index)
    main = indicators_of(small_results).main
    shares = percent(main.households_served, main.households), percent(main.villages_served, main.villages)
    for address in ("/reports", "/reports/99"):
        shown = planner.get(address, headers=HTML).text
        assert all(one in shown for one in shares), address
        assert shown.count('class="bar"') > 10 and "style=" not in shown
    steps = re.findall(r'<th scope="row"><a href="/rounds/\w+">(Đợt \d)</a>', shown)
    assert steps == ["Đợt 1", "Đợt 2"]
    book = openpyxl.load_workbook(io.BytesIO(planner.get("/reports/99/figures.xlsx").content))
    values = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {main.households, main.households_served, main.households_unknown} <= values
    assert planner.get("/reports/country/figures.xlsx").status_code == 200


def test_figures_of_another_province_are_not_given(as_: As, service: Service) -> None:
    """A workbook is of one's own province; the whole country's is for those of the whole country."""
    officer = as_(Role.PROVINCE, province_code="04")
    assert officer.get("/reports/08/figures.xlsx").status_code == 404
    assert officer.get("/reports/country/figures.xlsx").status_code == 404
    assert officer.get("/reports/04/figures.xlsx").status_code == 200
