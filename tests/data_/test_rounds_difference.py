"""The difference of two rounds counts every row once, finds what was changed, and prints as a workbook."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from made_gaps import gap_rows
from openpyxl import load_workbook

from phusong.data.rounds.difference import STATUSES, Difference, difference
from phusong.data.rounds.difference_book import write_difference


def status(found: Difference) -> dict[str, str]:
    return dict(zip(found.rows["village_name"], found.rows["status"], strict=True))


@pytest.fixture
def two_rounds() -> tuple[pd.DataFrame, pd.DataFrame]:
    before = gap_rows(
        {"village_name": "Còn nguyên", "north_m": 0},
        {"village_name": "Đổi số", "households_unserved": 20.0, "cause": ("terrain",), "north_m": 9000},
        {"village_name": "Chuyển chỗ", "north_m": 18000},
        {"village_name": "Đã đóng", "north_m": 27000},
        {"village_name": "Xê chút", "north_m": 36000},
    )
    after = gap_rows(
        {"gap_id": "B0", "village_name": "Mới tinh", "north_m": 45000},
        {"gap_id": "B1", "village_name": "Xê chút", "north_m": 36030},
        {"gap_id": "B2", "village_name": "Chuyển chỗ", "north_m": 18400},
        {
            "gap_id": "B3",
            "village_name": "Đổi số",
            "households_unserved": 25.0,
            "cause": ("far", "terrain"),
            "north_m": 9000,
        },
        {"gap_id": "B4", "village_name": "còn  nguyên", "batch": "Đợt 2", "row_no": 7.0, "north_m": 0},
        {"gap_id": "B5", "village_name": "Trở lại", "north_m": 60000},
    )
    return before, after


def test_every_kind_of_change_is_told(two_rounds: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """New, closed, changed in which fields, moved by how far, reopened; the round's own columns are no change."""
    before, after = two_rounds
    earlier = gap_rows({"gap_id": "Z", "village_name": "Trở lại", "north_m": 60000})
    found = difference(before, after, [earlier])
    assert status(found) == {
        "Mới tinh": "new",
        "Xê chút": "unchanged",
        "Chuyển chỗ": "moved",
        "Đổi số": "changed",
        "còn  nguyên": "unchanged",
        "Trở lại": "reopened",
        "Đã đóng": "closed",
    }
    changes = found.changes.set_index("field")
    assert changes.loc["households_unserved", ["gap_id", "before", "after"]].tolist() == ["T1", 20.0, 25.0]
    assert changes.loc["cause", ["before", "after"]].tolist() == [("terrain",), ("far", "terrain")]
    assert len(changes) == 2
    moved = found.rows.set_index("village_name")["moved_m"]
    assert moved["Chuyển chỗ"] == pytest.approx(400, abs=1)
    assert moved["Xê chút"] == pytest.approx(30, abs=1)
    assert found.after["gap_id"].tolist() == ["B0", "T4", "T2", "T1", "T0", "Z"]


@pytest.mark.parametrize(
    ("field", "one", "other", "differs"),
    [
        ("households_total", 50.0, 50.0 + 1e-12, False),
        ("households_total", 50.0, np.nan, True),
        ("population", np.nan, np.nan, False),
        ("rsrp_dbm", -118.0, -118.1, True),
        ("note", "Hoà  bình", "hòa bình", False),
        ("note", "hoa", "hòa", True),
        ("gap_class", "white", "weak", True),
        ("cause", ("terrain", "far"), ("far", "terrain"), False),
        ("grid_power", True, pd.NA, True),
        ("grid_power", pd.NA, pd.NA, False),
        ("planned_date", pd.Timestamp("2027-01-01"), pd.NaT, True),
        ("planned_date", pd.NaT, pd.NaT, False),
        ("batch", "Đợt 1", "Đợt 2", False),
        ("reported_on", pd.Timestamp("2026-01-01"), pd.Timestamp("2026-06-01"), False),
    ],
)
def test_a_field_differs_when_it_says_something_else(field: str, one: object, other: object, differs: bool) -> None:
    """Rounding, order, spelling of one word and the round's own columns are no change; silence against a value is."""
    before, after = gap_rows({"village_name": "A", field: one}), gap_rows({"village_name": "A", field: other})
    assert difference(before, after).changes["field"].tolist() == ([field] if differs else [])


villages = st.dictionaries(
    st.sampled_from([f"Thôn {n}" for n in range(9)]), st.tuples(st.integers(1, 3), st.integers(0, 2)), max_size=9
)


@settings(deadline=None, max_examples=15, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(villages, villages, villages)
def test_counts_close_and_equal_the_obvious_way(
    first: dict[str, tuple[int, int]], second: dict[str, tuple[int, int]], third: dict[str, tuple[int, int]]
) -> None:
    """Before = closed + kept, after = new + reopened + kept; each status is what sets of names say."""

    def table(said: dict[str, tuple[int, int]], mark: str) -> pd.DataFrame:
        return gap_rows(
            *(
                {
                    "gap_id": f"{mark}{name}",
                    "village_name": name,
                    "households_unserved": float(count),
                    "north_m": 5000 * int(name[-1]) + 100 * place,
                }
                for name, (count, place) in said.items()
            )
        )

    middle = difference(table(first, "a"), table(second, "b"))
    found = difference(middle.after, table(third, "c"), [middle.before])
    assert found.questions.empty
    for name, is_ in status(found).items():
        if name not in third:
            assert is_ == "closed"
        elif name not in second:
            assert is_ == ("reopened" if name in first else "new")
        elif second[name][0] != third[name][0]:
            assert is_ == "changed"
        else:
            assert is_ == ("moved" if second[name][1] != third[name][1] else "unchanged")
    counts = found.counts
    assert counts["before"] == len(second) == counts["closed"] + counts["kept"]
    assert counts["after"] == len(third) == counts["new"] + counts["reopened"] + counts["kept"]
    assert counts["kept"] == counts["changed"] + counts["moved"] + counts["unchanged"]
    assert sum(counts[one] for one in STATUSES) == len(found.rows)


def test_the_workbook_says_the_same(two_rounds: tuple[pd.DataFrame, pd.DataFrame], tmp_path: Path) -> None:
    """A sheet for each kind, totals that agree with the counts, the same bytes twice."""
    before, after = two_rounds
    renamed = after.assign(village_name=after["village_name"].replace("Chuyển chỗ", "Tên khác"), lat=after["lat"])
    renamed.loc[renamed["village_name"] == "Tên khác", "lat"] = before.loc[2, "lat"]
    found = difference(before, renamed)
    assert found.counts["questions"] == 1
    for name in ("a.xlsx", "b.xlsx"):
        write_difference(found, tmp_path / name, between=("Đợt 1", "Đợt 2"), made_on=date(2026, 11, 1))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    book = load_workbook(tmp_path / "a.xlsx", data_only=True)
    assert book.sheetnames == [
        "Tóm tắt",
        "Mới",
        "Không còn",
        "Xuất hiện lại",
        "Chuyển vị trí",
        "Thay đổi số liệu",
        "Cần xác nhận",
    ]
    total = [cell.value for cell in next(row for row in book["Tóm tắt"].iter_rows() if row[1].value == "Tổng cộng")]
    assert total[2:4] == [found.counts["before"], found.counts["after"]]
    assert total[4:] == [found.counts[one] for one in STATUSES]
    texts = {str(cell.value) for row in book["Thay đổi số liệu"].iter_rows() for cell in row}
    assert {"núi che khuất", "xa trạm; núi che khuất", "20", "25"} <= texts
    asked = {str(cell.value) for row in book["Cần xác nhận"].iter_rows() for cell in row}
    assert {"Chuyển chỗ", "Tên khác"} <= asked


def test_large_rounds_are_compared_without_all_pairs() -> None:
    """Thousands of rows of one name at one place, the worst there is, are compared by few pairs."""
    before = gap_rows(*({"gap_id": f"A{n}", "village_name": "Thôn 1", "north_m": 0} for n in range(3000)))
    after = before.assign(gap_id=[f"B{n}" for n in range(3000)])
    found = difference(before, after)
    assert len(found.questions) <= 4 * 3000
    assert found.counts["closed"] == found.counts["new"]
