"""The rows of a list as typed, read a page at a time however long the list is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from phusong.api.intake.written_rows import (
    count_of,
    find_rows,
    keep_written,
    levels_of,
    offset_of,
    places_in,
    read_part,
)
from phusong.api.pages.place_maps import Kind, Spot, draw
from phusong.errors import Problem
from phusong.words import Text

LENGTH = 100_000
BAD = (2, 3, 50_001, 99_999)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a list of a hundred thousand rows, four of them with an error."""
    rows = np.arange(2, LENGTH + 2)
    written = pd.DataFrame({
        "_sheet": "", "_row": rows, "_lon": 105.0 + rows / 1e6, "_lat": np.where(rows == 3, np.nan, 22.0),
        "village_name": [f"Bản {row}" for row in rows], "gap_class": "trắng sóng",
    })  # fmt: skip
    problems = [Problem(level="error", file="a.csv", text=Text("", ""), row=row) for row in BAD]
    path = tmp_path_factory.mktemp("written") / "rows.parquet"
    keep_written(written, levels_of(written, problems), path)
    return path


def test_a_page_of_a_long_list_reads_only_its_own_part(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty-five rows out of the middle come from one group of a thousand, in their order."""
    places_in(kept)  # what rows are found by is read once
    groups: list[list[int]] = []
    read = pq.ParquetFile.read_row_groups
    monkeypatch.setattr(pq.ParquetFile, "read_row_groups", lambda self, at: groups.append(at) or read(self, at))
    part = read_part(kept, ("", "error"), 50_500, 25)
    assert [one.row for one in part] == list(range(50_502, 50_527)) and groups == [[50]]
    assert part[0].cells == {"village_name": "Bản 50502", "gap_class": "trắng sóng"}


def test_rows_are_found_by_what_was_found_in_them_and_by_their_number(kept: Path) -> None:
    """The four with an error are one page; a link to a row leads to its page."""
    assert count_of(kept, ("error",)) == 4
    assert [one.row for one in read_part(kept, ("error",), 0, 25)] == list(BAD)
    assert offset_of(kept, ("error",), "", 50_001) == 2 and offset_of(kept, ("", "error"), "", 50_001) == 49_999
    found = find_rows(kept, {("", 3), ("", 99_999), ("x", 5), ("", LENGTH + 9)})
    assert sorted(row for _, row in found) == [3, 99_999] and found["", 3].lat is None


def test_a_map_of_a_long_list_stays_light(kept: Path) -> None:
    """A hundred thousand places are thinned to what the eye can tell; the marked ones are all there."""
    places = places_in(kept)
    spots = [Spot(key="0-2", lon=105.0, lat=22.0, kind="error", label="2", address="#p-0-2")]
    drawing = draw(spots, [Kind(name="error", title=Text("lỗi", "error"), shape="triangle")],
                   others=np.column_stack([places.lon, places.lat]))  # fmt: skip
    assert len(places.row) == LENGTH - 1
    assert drawing is not None and len(drawing.placed) == 1 and 10 < drawing.dots.count("M") <= 3_000
    assert all(line.path for line in drawing.lines)
