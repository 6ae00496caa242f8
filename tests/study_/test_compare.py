"""Two studies compared: sums that close, changes with their reasons, and a study that equals itself."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from openpyxl import load_workbook

from phusong.cli.compare import app
from phusong.coverage.criteria import STATES
from phusong.data.store import MANIFEST, write_parquet
from phusong.errors import MissingFileError
from phusong.study.compare import ABSENT, Comparison, compare_results, summary
from phusong.study.compare_book import write_comparison
from phusong.study.compare_gaps import compared_gaps
from phusong.study.compare_reasons import Reasons, changed_sites, differences

TABLES = ("households", "villages", "gaps", "sites", "communes")


@pytest.fixture
def later(small_results: Path, tmp_path: Path) -> Path:
    """Return a copy of results that a test may change."""
    folder = tmp_path / "sau"
    folder.mkdir()
    for name in (MANIFEST, *(f"{table}.parquet" for table in TABLES)):
        shutil.copy(small_results / name, folder / name)
    return folder


def read(folder: Path, name: str) -> pd.DataFrame:
    if name == "households":
        table = pd.read_parquet(folder / f"{name}.parquet")
        return table.assign(state=table["state"].astype(str))
    return gpd.read_parquet(folder / f"{name}.parquet")


def write(folder: Path, name: str, table: pd.DataFrame) -> None:
    write_parquet(folder / f"{name}.parquet", table)


def totals(folder: Path) -> dict[str, int]:
    table = read(folder, "households")
    sums = table.groupby(table["state"].astype(str))["weight"].sum()
    return {state: int(sums.get(state, 0)) for state in STATES}


def shaken(folder: Path, seed: int) -> None:
    """Give some households other states, weights and villages, drop some and add some."""
    rng = np.random.default_rng(seed)
    table = read(folder, "households")
    n = len(table)
    some = rng.random(n) < 0.2
    table["state"] = pd.Categorical(np.where(some, rng.choice(STATES, n), table["state"].astype(str)), list(STATES))
    table.loc[rng.random(n) < 0.1, "weight"] += 3
    moved = rng.random(n) < 0.05
    table.loc[moved, ["commune_code", "village_code", "village_name"]] = ["99999", "99999-01", "Thôn Mới"]
    new = table.iloc[:40].assign(household_key=[f"M{k}" for k in range(40)])
    write(folder, "households", pd.concat([table[rng.random(n) > 0.1], new], ignore_index=True))


def test_a_study_compared_with_itself_has_not_changed(small_results: Path) -> None:
    """No difference, no transition off the diagonal, every gap the same, one sentence that says so."""
    found = compare_results(small_results, small_results)
    assert found.nothing_changed
    assert found.differences == ()
    assert (found.gaps["change"] == "same").all()
    assert len(found.villages) == len(found.sites) == 0
    table = found.transitions.to_numpy()
    assert (table == np.diag(np.diag(table))).all()
    assert [t.vi for t in summary(found)] == ["Hai nghiên cứu cho cùng một kết quả."]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rows_and_columns_sum_to_each_study(small_results: Path, later: Path, seed: int) -> None:
    """Overall, and over communes and villages: households that come, go, move or weigh otherwise are all accounted."""
    shaken(later, seed)
    found = compare_results(small_results, later)
    old, new = totals(small_results), totals(later)
    assert {s: int(found.transitions.loc[s].sum()) for s in STATES} == old
    assert {s: int(found.transitions[s].sum()) for s in STATES} == new
    assert found.transitions.loc[ABSENT, ABSENT] == 0
    for flows in (found.by_commune, found.by_village):
        for end, wanted in (("before", old), ("after", new)):
            sums = flows.groupby(end)["households"].sum()
            assert {s: int(sums.get(s, 0)) for s in STATES} == wanted
    for folder, end in ((small_results, "before"), (later, "after")):
        own = read(folder, "households").groupby("village_code")["weight"].sum()
        there = found.by_village[found.by_village[end] != ABSENT].groupby("village_code")["households"].sum()
        assert there.to_dict() == own.to_dict()


def test_the_gaps_of_each_study_are_all_in_the_table(small_results: Path, later: Path) -> None:
    """Households before sum to the gaps before, households after to those after."""
    gaps = read(later, "gaps")
    write(later, "gaps", gaps.iloc[1:].reset_index(drop=True))
    found = compare_results(small_results, later)
    assert found.gaps["households_before"].sum() == gaps["households"].sum()
    assert found.gaps["households_after"].sum() == gaps["households"].iloc[1:].sum()
    assert (found.gaps["change"] == "closed").sum() == 1


NOBODY = Reasons(
    of_household=np.empty(0, dtype=np.int64),
    weight=np.empty(0, dtype=np.int64),
    texts=(),
    gaps_before={},
    gaps_after={},
    rules_changed=False,
)


def gaps_of(*boxes: tuple[str, float, float, int]) -> gpd.GeoDataFrame:
    """Gaps one box each: id, from and to in hundredths of a degree of longitude, households."""
    table = pd.DataFrame({"gap_id": [b[0] for b in boxes], "households": [b[3] for b in boxes]})
    table = table.assign(commune_code="99101", commune_name="Xã Một", village_name="Thôn Một")
    shapes = [shapely.box(105 + 0.01 * b[1], 19.0, 105 + 0.01 * b[2], 19.01) for b in boxes]
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ([("A", 0, 1, 12)], [], "closed"),
        ([], [("B", 0, 1, 12)], "opened"),
        ([("A", 0, 1, 12)], [("B", 0.2, 1.2, 12)], "same"),
        ([("A", 0, 1, 12)], [("A", 0, 2, 20)], "grown"),
        ([("A", 0, 1, 12)], [("A", 0, 0.5, 10)], "shrunk"),
        ([("A", 0, 3, 40)], [("A", 0, 1, 12), ("B", 2, 3, 15)], "split"),
        ([("A", 0, 1, 12), ("B", 2, 3, 15)], [("A", 0, 3, 40)], "merged"),
        ([("A", 0, 2, 12), ("B", 2.2, 4, 15)], [("A", 0, 1, 12), ("B", 1.2, 4, 15)], "regrouped"),
    ],
)
def test_gaps_are_matched_by_the_ground_they_share(before: list, after: list, change: str) -> None:
    """Ids may change; what became of a place is told by area, and its households before and after."""
    table = compared_gaps(gaps_of(*before), gaps_of(*after), NOBODY)
    assert list(table["change"]) == [change]
    assert table["households_before"].sum() == sum(b[3] for b in before)
    assert table["households_after"].sum() == sum(b[3] for b in after)


def test_gaps_that_barely_touch_are_two_places() -> None:
    """The same id at another place is one gap closed and one opened."""
    table = compared_gaps(gaps_of(("A", 0, 1, 12)), gaps_of(("A", 0.99, 2, 12)), NOBODY)
    assert list(table["change"]) == ["opened", "closed"]
    assert len(compared_gaps(gaps_of(), gaps_of(), NOBODY)) == 0


def test_a_change_is_put_down_to_the_serving_station(small_results: Path, later: Path) -> None:
    """A station switched off is named where its households lost their signal, with the state it had."""
    households, sites, villages = (read(later, name) for name in ("households", "sites", "villages"))
    served = households[households["state"] == "served"]
    site_id = served["best_site_id"].value_counts().index[0]
    lost = (households["state"] == "served") & (households["best_site_id"] == site_id)
    village = households.loc[lost, "village_code"].value_counts().index[0]
    households.loc[lost, "state"] = "unserved"
    households.loc[lost, "best_site_id"] = ""
    sites.loc[sites["site_id"] == site_id, "status"] = "off"
    here = villages["village_code"] == village
    villages.loc[here, "village_class"] = "white" if villages.loc[here, "village_class"].iloc[0] != "white" else "weak"
    for name, table in (("households", households), ("sites", sites), ("villages", villages)):
        write(later, name, table)
    found = compare_results(small_results, later)
    assert found.transitions.loc["served", "unserved"] == households.loc[lost, "weight"].sum()
    (row,) = found.villages.to_dict("records")
    assert f"Trạm {site_id} trạng thái có trong danh sách → dừng" in row["why_vi"]
    assert f"Station {site_id} status listed → off" in row["why_en"]
    assert list(found.sites["change"]) == ["changed"]
    assert not found.nothing_changed


def test_few_households_are_not_counted_out(small_results: Path, later: Path) -> None:
    """Under five households a reason says "fewer than 5"."""
    households, villages = read(later, "households"), read(later, "villages")
    first = households.index[households["state"] == "served"][0]
    households.loc[first, "state"] = "unserved"
    villages.loc[villages["village_code"] == households.loc[first, "village_code"], "village_class"] = "weak"
    write(later, "households", households)
    write(later, "villages", villages)
    (row,) = compare_results(small_results, later).villages.to_dict("records")
    assert "dưới 5 hộ" in row["why_vi"]
    assert "không cho biết vì sao" in row["why_vi"]


def test_stations_that_are_new_or_gone_are_listed(small_results: Path) -> None:
    """By their id."""
    sites = read(small_results, "sites")
    found = changed_sites(sites.iloc[1:], sites.iloc[:-1])
    assert dict(zip(found["site_id"], found["change"], strict=True)) == {
        sites["site_id"].iloc[0]: "new",
        sites["site_id"].iloc[-1]: "gone",
    }


def test_what_two_studies_rest_on_is_told_one_by_one(small_results: Path) -> None:
    """Threshold, version and files, each with its value or digest before and after."""
    old = json.loads((small_results / MANIFEST).read_text(encoding="utf-8"))
    new = json.loads(json.dumps(old))
    new["profile"]["thresholds_dbm"]["4G"] = -105.0
    new["version"] = "9.9"
    new["inputs"][0]["sha256"] = "f" * 64
    new["inputs"].append({"role": "stations", "name": "them.xlsx", "sha256": "a" * 64})
    told = [text.vi for text in differences(old, new)]
    assert len(told) == 4
    assert "4G -110 → -105" in told[0]
    assert f"“{old['version']}” → “9.9”" in told[1]
    assert f"{old['inputs'][0]['sha256'][:12]} → ffffffffffff" in told[2]
    assert "them.xlsx mới có" in told[3]
    assert differences(old, old) == ()


def test_the_workbook_adds_up(small_results: Path, later: Path, tmp_path: Path) -> None:
    """The first sheet's total row holds the later study's totals; the same comparison gives the same bytes."""
    shaken(later, 5)
    found = compare_results(small_results, later)
    paths = [tmp_path / "mot.xlsx", tmp_path / "hai.xlsx"]
    for path in paths:
        write_comparison(path, found, dated=date(2026, 11, 22), language="vi")
    assert paths[0].read_bytes() == paths[1].read_bytes()
    book = load_workbook(paths[0], data_only=True)
    assert book.sheetnames == ["Hộ dân", "Xã", "Thôn", "Vùng lõm", "Trạm"]
    rows = list(book["Hộ dân"].iter_rows(values_only=True))
    last = next(row for row in rows if row[0] == "Tổng cộng")
    assert list(last[1:5]) == list(totals(later).values())
    assert last[6] == found.transitions.to_numpy().sum()
    write_comparison(tmp_path / "en.xlsx", found, dated=date(2026, 11, 22), language="en")
    assert load_workbook(tmp_path / "en.xlsx").sheetnames[0] == "Households"


def test_the_command_tells_what_changed(
    small_results: Path, later: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In JSON one line with the transitions; a folder without results is refused."""
    shaken(later, 6)
    out = tmp_path / "so-sanh.xlsx"
    app([str(small_results), str(later), "--out", str(out), "--json"], standalone_mode=False)
    said = json.loads(capsys.readouterr().out)
    found: Comparison = compare_results(small_results, later)
    assert said["transitions"] == found.transitions.to_dict("index")
    assert not said["nothing_changed"]
    assert out.is_file()
    with pytest.raises(MissingFileError):
        compare_results(tmp_path / "khong-co", later)
