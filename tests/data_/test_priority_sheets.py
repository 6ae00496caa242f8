"""Routes and ranking as sheets: totals close, sources stand above the table, nothing unverified goes unmarked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from phusong.data.ranking import read_ranking
from phusong.data.report_ranking import criteria_sheet, figure_note, ranking_sheet
from phusong.data.report_routes import gap_routes_sheet, route_rules_sheet, route_sums_sheet, village_routes_sheet
from phusong.data.routes import read_routes
from phusong.data.workbook import Sheet, new_book
from phusong.words import LANGUAGES, Language, Text

ROUTES, RANKING = read_routes(), read_ranking()


def place(number: int, village_class: str, route: str, households: int) -> dict[str, Any]:
    return {
        "gap_id": f"LS-{number}", "commune_name": "Xã Một", "village_name": f"Bản {number}",
        "village_class": village_class, "households": households, "unserved_households": households,
        "route": route, "route_vi": "vì", "route_en": "why", "gates_vi": "vướng", "gates_en": "in the way",
    }  # fmt: skip


PLACES = pd.DataFrame([place(1, "white", "fund", 40), place(2, "white", "unknown", 20), place(3, "covered", "", 3)])
SUMS = pd.DataFrame(
    {
        "village_class": ["covered", "white", "white"],
        "route": ["", "fund", "unknown"],
        "places": [1, 1, 1],
        "households": [3, 40, 20],
    }
)
RANKED = pd.DataFrame(
    [
        {
            "rank": rank, "gap_id": f"LS-{rank}", "commune_name": "Xã Một", "village_name": f"Bản {rank}",
            "households": 50 - rank, "score": 0.5, "rank_low": 1, "rank_high": rank, "top_share": 0.87,
            "below_minimum": "" if rank == 1 else "need;cost", "score_need": 0.61, "score_disadvantage": 0.5,
            "score_place": 0.5, "score_interest": np.nan, "score_evidence": 0.2, "score_cost": np.nan,
            "explanation_vi": "Hạng 2 (1–2): 49 hộ.", "explanation_en": "Rank 2 (1–2): 49 households.",
        }
        for rank in (1, 2)
    ]
)  # fmt: skip
LEFT_OUT = (Text("chi phí một hộ", "cost per household"),)


def sheets(language: Language) -> list[Sheet]:
    return [
        gap_routes_sheet(PLACES, ROUTES, language),
        village_routes_sheet(PLACES, ROUTES, language),
        route_sums_sheet(SUMS, ROUTES, of_gaps=True),
        route_sums_sheet(SUMS, ROUTES, of_gaps=False),
        route_rules_sheet(ROUTES, language),
        ranking_sheet(RANKED, RANKING, LEFT_OUT, language),
        criteria_sheet(RANKING),
    ]


def cells(path: Path, name: str) -> list[list[Any]]:
    return [list(row) for row in load_workbook(path, data_only=True)[name].iter_rows(values_only=True)]


@pytest.fixture(params=LANGUAGES)
def book(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Language]:
    language: Language = request.param
    out = tmp_path / "plan.xlsx"
    with new_book(out, language=language, title=Text("a", "b"), created_on=date(2026, 11, 22)) as made:
        for sheet in sheets(language):
            made.add(sheet)
    return out, language


def test_every_sheet_says_that_its_rules_are_not_verified(book: tuple[Path, Language]) -> None:
    """In the language of the workbook, with the source."""
    out, language = book
    mark, source = ("chưa xác minh", "Nguồn:") if language == "vi" else ("not verified", "Source:")
    loaded = load_workbook(out)
    assert len(loaded.sheetnames) == len(set(loaded.sheetnames)) == 7
    for sheet in loaded:
        assert len(sheet.title) <= 31
        words = " ".join(str(value) for row in sheet.iter_rows(max_row=5, values_only=True) for value in row if value)
        assert mark in words and source in words, sheet.title


def test_totals_close(book: tuple[Path, Language]) -> None:
    """The totals of the sums are those of the places; a covered village needs no row of its own."""
    out, language = book
    names = load_workbook(out).sheetnames
    assert 63 in cells(out, names[0])[-1]
    assert 60 in cells(out, names[1])[-1]
    assert cells(out, names[2])[-1][2:4] == [3, 63]
    unknown = next(row for row in cells(out, names[0]) if "LS-2" in row)
    assert ("chưa xác định" if language == "vi" else "unknown") in unknown


def test_the_rules_are_shown_in_order_with_their_conditions(book: tuple[Path, Language]) -> None:
    """Every rule of the table, in words."""
    out, language = book
    rows = cells(out, load_workbook(out).sheetnames[4])
    shown = [row for row in rows if isinstance(row[0], int)]
    assert [row[0] for row in shown] == list(range(1, len(ROUTES.rules) + 1))
    fund = next(row for row in shown if row[2] in ("Quỹ Dịch vụ viễn thông công ích", "universal service fund"))
    assert fund[1] == (
        "có điện lưới; thuộc diện đặc biệt khó khăn"
        if language == "vi"
        else "has grid power; is extremely disadvantaged"
    )


def test_the_ranking_shows_interval_scores_and_what_was_left_out(book: tuple[Path, Language]) -> None:
    """Scores of 100, no column for a criterion that was not used, the minimum missed by its name."""
    out, language = book
    rows = cells(out, load_workbook(out).sheetnames[5])
    second = next(row for row in rows if row[0] == 2)
    assert second[1] == "1–2" and 61.0 in second and 87.0 in second
    assert ("nhu cầu, chi phí" if language == "vi" else "need, cost") in second
    assert all("Chi phí" not in row and "Cost" not in row for row in rows)
    assert any(LEFT_OUT[0].to(language) in str(row[0]) for row in rows)


def test_the_weights_shown_add_up(book: tuple[Path, Language]) -> None:
    """100 % in all."""
    out, _ = book
    last = cells(out, load_workbook(out).sheetnames[6])[-1]
    assert last[1:3] == [100, pytest.approx(100.0)]


def test_the_line_under_the_figure_says_whose_weights() -> None:
    """Name, not verified, and how they were shaken."""
    note = figure_note(RANKING)
    assert "phusong-2026" in note.vi and "chưa xác minh" in note.vi and "±50 %" in note.vi and "1.000" in note.vi
    assert "not verified" in note.en and "1,000" in note.en
