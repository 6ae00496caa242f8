"""What a study says of its own sureness: every table, sheet and document carries the interval with its label."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest

pytestmark = pytest.mark.slow
LABEL = "90 %, khoảng mô phỏng, chưa hiệu chỉnh"


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(folder / f"{name}.parquet")


def test_probabilities_follow_the_answers(small_results: Path) -> None:
    """Between 0 and 1; what is served even at its worst is likelier served than what is not even at its best."""
    homes = table(small_results, "households")
    assert homes["served_probability"].between(0, 1).all()
    means = homes.groupby("state", observed=True)["served_probability"].mean()
    assert means["served"] > 0.9
    assert means["unserved"] < 0.3
    assert means["unserved"] < means["undetermined"] < means["served"]


@pytest.mark.parametrize("name", ["villages", "communes", "gaps"])
def test_intervals_are_within_the_households_and_said_in_words(small_results: Path, name: str) -> None:
    """Low ≤ high; of a village and a commune never more than it has; both ends and the label stand in the words."""
    rows = table(small_results, name)
    assert len(rows)
    assert np.all((rows["unserved_low"] >= 0) & (rows["unserved_low"] <= rows["unserved_high"]))
    if name != "gaps":
        assert np.all(rows["unserved_high"] <= rows["households"])
    for low, high, text in zip(rows["unserved_low"], rows["unserved_high"], rows["interval_vi"], strict=True):
        both = f"{low}" if low == high else f"{low}–{high}"
        assert text == f"{both} hộ, {LABEL}"
    assert all("not calibrated" in text for text in rows["interval_en"])


def test_a_household_is_in_the_interval_of_one_gap_at_most(small_results: Path) -> None:
    """The high ends of a village's gaps together are not more than its households."""
    gaps, villages = table(small_results, "gaps"), table(small_results, "villages").set_index("village_code")
    highest = gaps[gaps["village_code"] != ""].groupby("village_code")["unserved_high"].sum()
    assert len(highest)
    assert np.all(highest <= villages.loc[highest.index, "households"])


def test_the_total_has_its_interval(small_results: Path) -> None:
    """In the manifest, with the errors assumed; narrower than the sum of the villages' intervals: errors balance."""
    manifest = json.loads((small_results / "manifest.json").read_text(encoding="utf-8"))
    counts, villages = manifest["counts"], table(small_results, "villages")
    assert 0 <= counts["unserved_low"] <= counts["unserved_high"] <= counts["households"]
    assert villages["unserved_low"].sum() <= counts["unserved_low"]
    assert (
        counts["unserved_high"] <= villages["unserved_high"].sum() + counts["households"] - villages["households"].sum()
    )
    assert manifest["uncertainty"]["interval"] == "90 %, simulated interval, not calibrated"
    assert manifest["uncertainty"]["draws"] == 200
    assert manifest["uncertainty"]["calibrated"] is False


def test_every_result_an_officer_opens_has_interval_and_label(small_results: Path) -> None:
    """Map, GeoPackage and report."""
    gap = table(small_results, "gaps").iloc[0]
    assert LABEL in (small_results / "map.html").read_text(encoding="utf-8")
    layer = gpd.read_file(small_results / "results.gpkg", layer="gaps").set_index("gap_id").loc[gap["gap_id"]]
    assert layer["interval_vi"] == gap["interval_vi"]
    for book, sheet in ((small_results / "report.xlsx", "Vùng lõm"), (small_results / "report.xlsx", "Tóm tắt")):
        assert LABEL in _words(book, sheet)


def _words(book: Path, sheet: str) -> str:
    rows = openpyxl.load_workbook(book, data_only=True)[sheet].iter_rows(values_only=True)
    return "\n".join(str(cell) for row in rows for cell in row if cell is not None)
