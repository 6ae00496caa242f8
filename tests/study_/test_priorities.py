"""Routes and ranking from a study: the list, the findings, the layers and the plan find their way in."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely import Point
from study_.made_gap_table import LAT, LON, finding, gap, gap_table, reported, village, village_table

from phusong.coverage.routes import ROUTES
from phusong.data.ranking import read_ranking
from phusong.data.routes import read_routes
from phusong.study.priorities import ranking_of, with_routes

PAGES = Path(__file__).resolve().parents[2] / "docs"


def study(rows: pd.DataFrame | None, places: gpd.GeoDataFrame | None) -> Any:
    return SimpleNamespace(
        profile=SimpleNamespace(main_service=SimpleNamespace(key="data")),
        inputs=SimpleNamespace(
            reported=None if rows is None else SimpleNamespace(rows=rows), layers=SimpleNamespace(places=places)
        ),
    )


def test_everything_a_study_was_given_counts() -> None:
    """A plan of the list closes a gate, a finding sends to a check, a school and a cost speak in the ranking."""
    rows, reconciliation = reported({"at": "LS-1", "planned_operator": "viettel", "source": "voters"})
    places = gpd.GeoDataFrame({"kind": ["school"]}, geometry=[Point(LON + 0.05, LAT)], crs="EPSG:4326")
    tables = {
        "gaps": gap_table(gap(1), gap(2)),
        "villages": village_table(village(1), village(2)),
        "findings": pd.DataFrame([finding("gap", 2, "served")]),
        "reconciliation": reconciliation,
        "plan_sites": pd.DataFrame(
            {"gap_ids": ["LS-1"], "households": [40], "cost_low_vnd": [8e8], "cost_vnd": [1e9], "cost_high_vnd": [2e9]}
        ),
    }
    found = study(rows, places)
    routed = with_routes(tables, found, read_routes(), on=None)
    assert routed["gaps"]["route"].tolist() == ["fund", "check"]
    assert "committed" in routed["gaps"]["gates"].iloc[0]
    assert set(routed) == set(tables) and "route" in routed["villages"]
    why = ranking_of(routed, found, read_ranking()).table.set_index("gap_id")["explanation_vi"]
    assert "trường học" in why["LS-1"] and "kiến nghị của cử tri" in why["LS-1"]
    assert "khoảng 25 triệu đồng một hộ" in why["LS-1"]


def test_a_study_with_nothing_more_still_has_routes_and_ranks() -> None:
    """Without list, findings, layers and plan."""
    tables = {"gaps": gap_table(gap(1), gap(2)), "villages": village_table(village(1), village(2))}
    found = study(None, None)
    routed = with_routes(tables, found, read_routes(), on=None)
    assert set(routed["gaps"]["route"]) == {"fund"}
    assert ranking_of(routed, found, read_ranking()).table["rank"].tolist() == [1, 2]


def test_the_officers_page_has_the_rules_and_weights_that_ship() -> None:
    """Every weight beside its criterion, every route of the table in its order, every number of the draws."""
    page = (PAGES / "xep-hang-va-nguon-von.vi.md").read_text(encoding="utf-8")
    rules = read_ranking()
    for one in rules.criteria:
        assert any(
            line.startswith(f"| {one.title.vi} |") and line.endswith(f"| {one.weight:g} |")
            for line in page.splitlines()
        )
    shown = [line.split("|")[2] for line in page.splitlines() if line.startswith("| ") and line.count("|") == 3]
    starts = ("cần kiểm", "nghĩa vụ", "ngân sách", "vệ tinh", "chờ điện", "Quỹ", "doanh nghiệp tự")
    titles = [ROUTES[rule.route].vi for rule in read_routes().rules]
    assert all(title.startswith(start) for title, start in zip(titles, starts, strict=True))
    at = [next(i for i, cell in enumerate(shown) if cell.strip().startswith(start)) for start in starts]
    assert at == sorted(at)
    assert "thử 1.000 lần" in page and "±50 %" in page and "±20 %" in page and rules.sensitivity.draws == 1000
