"""Plans of a sample province end to end: promises kept when built, files that agree, intervals, plain answers."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from check_plan import planned_for, truly_served
from openpyxl import load_workbook

from phusong.coverage.states import SERVED
from phusong.data.digests import sha256_of
from phusong.data.geopackage import read_styles
from phusong.data.inputs import read_inputs
from phusong.data.sample import make_sample, read_recipe
from phusong.errors import OutOfRangeError, PhuSongError
from phusong.plan.choice import network_with
from phusong.study import Study
from phusong.study.assess import Assessment, assess
from phusong.study.expected import AROUND_KM, BANDS, EXPECTED, NO_VALUE
from phusong.study.planning import Goal, Planned, WrittenPlan, plan_study, settled_gaps
from phusong.words import Text

GOAL = Goal(budget_vnd=15e9)
PROFILES = Path(__file__).resolve().parents[2] / "phusong" / "data" / "profiles"


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sample province with some dozen gaps: read it, never write into it."""
    folder = tmp_path_factory.mktemp("province") / "tinh"
    make_sample(folder, households=5000, recipe=read_recipe().scaled(0.2))
    return folder


@pytest.fixture(scope="module")
def planned(province: Path) -> tuple[Planned, Assessment]:
    return planned_for(province / "study.toml", GOAL)


@pytest.fixture(scope="module")
def written(province: Path, tmp_path_factory: pytest.TempPathFactory) -> WrittenPlan:
    return plan_study(province / "study.toml", tmp_path_factory.mktemp("plan") / "ke-hoach", GOAL)


def table(written: WrittenPlan, name: str) -> gpd.GeoDataFrame:
    return gpd.read_parquet(written.folder / f"{name}.parquet")


@pytest.mark.slow
def test_the_study_with_the_plan_built_serves_the_promised_households(
    province: Path, planned: tuple[Planned, Assessment]
) -> None:
    """Assessed again with the plan's masts on air: of the households that had none, just the promised have service."""
    plan, found = planned
    study = Study.read(province / "study.toml")
    inputs = read_inputs(study.file, study.profile)
    again = assess(replace(inputs, network=network_with(plan.choice, inputs.network)), study.profile)
    state = again.households.outdoor[study.profile.main_service.key].overall.state
    demand = plan.choice.demand
    after = state[demand.household] == SERVED
    assert np.array_equal(after, plan.choice.served)
    assert found.households.weight[demand.household[after]].sum() == plan.choice.plan.households > 50


@pytest.mark.slow
def test_the_promise_holds_in_the_hidden_truth_as_far_as_is_printed(
    province: Path, planned: tuple[Planned, Assessment]
) -> None:
    """Of the promised households, those truly served with the plan built are within the interval."""
    plan, found = planned
    truly = truly_served(province, found, plan.choice)
    kept = plan.choice.demand.weight[plan.choice.served & truly].sum()
    assert plan.held.low <= kept <= plan.held.high
    assert 0.5 * plan.held.promised < plan.held.low


@pytest.mark.slow
def test_tables_workbook_and_manifest_agree(written: WrittenPlan) -> None:
    """Sums over sites, gaps and the manifest are the same numbers; digests are those of the files."""
    sites, gaps, candidates = (table(written, name) for name in ("plan_sites", "plan_gaps", "candidates"))
    manifest: Any = json.loads((written.folder / "manifest.json").read_text(encoding="utf-8"))
    assert sites["households"].sum() == manifest["planned_households"]
    assert sites["cost_vnd"].sum() == pytest.approx(manifest["cost_vnd"], abs=1.0)
    assert manifest["cost_vnd"] <= 15e9
    assert manifest["proven_gap"] <= 0.01
    assert sum(manifest["left_households"].values()) == manifest["households_without_service"]
    assert gaps["planned_households"].sum() <= manifest["planned_households"]
    assert (gaps["planned_households"] + gaps["left_households"] == gaps["households"]).all()
    assert set(candidates.loc[candidates["verdict"] == "chosen", "option_id"]) == set(sites["option_id"])
    assert len(candidates) == manifest["candidates"]
    for name, digest in manifest["files"].items():
        assert sha256_of(written.folder / name) == digest


@pytest.mark.slow
def test_lines_of_the_estimate_sum_to_the_cost_of_each_site(written: WrittenPlan) -> None:
    """End by end, to the đồng."""
    sites, lines = table(written, "plan_sites"), pd.read_parquet(written.folder / "plan_costs.parquet")
    sums = lines.groupby("option_id")[["amount_low_vnd", "amount_vnd", "amount_high_vnd"]].sum()
    costs = sites.set_index("option_id")[["cost_low_vnd", "cost_vnd", "cost_high_vnd"]]
    assert np.array_equal(sums.loc[costs.index].to_numpy(), costs.to_numpy())
    assert set(lines["stage"]) == {"capex", "opex"}


@pytest.mark.slow
def test_the_expected_levels_rise_where_the_plan_serves(written: WrittenPlan) -> None:
    """Never lower with the plan; known around every served gap, none far from all; the planned places gain."""
    gaps = table(written, "plan_gaps")
    served = gaps[gaps["planned_households"] > 0]
    with rasterio.open(written.folder / EXPECTED) as file:
        today, planned, ground = file.read()
        assert file.descriptions == BANDS
        known = today != NO_VALUE
        assert np.array_equal(known, planned != NO_VALUE)
        assert (planned[known] >= today[known]).all()
        assert (planned[known] > today[known]).any()
        assert (ground[known] > -100).all()
        middles = served.geometry.representative_point()
        at = [file.index(x, y) for x, y in zip(middles.x, middles.y, strict=True)]
        lon, lat = file.xy(*np.nonzero(known))
        assert float(file.tags()["SERVED_DBM"]) > float(file.tags()["WEAK_DBM"])
    assert all(known[row, col] for row, col in at)
    assert np.mean([planned[row, col] > today[row, col] for row, col in at]) > 0.5
    epsg = served.estimate_utm_crs()
    cells = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=served.crs).to_crs(epsg)
    assert cells.distance(served.to_crs(epsg).union_all()).max() < 1000.0 * AROUND_KM + 100.0


@pytest.mark.slow
def test_the_workbook_says_what_was_asked_and_answered(written: WrittenPlan) -> None:
    """All sheets; the households of the sites add up; the summary has bound and interval."""
    book = load_workbook(written.folder / "plan.xlsx", data_only=True)
    assert book.sheetnames[:8] == [
        *("Tóm tắt", "Trạm chọn", "Truyền dẫn, điện", "Khu vực", "Phương án đã xét", "Vị trí đã loại"),
        *("Khái toán", "Đơn giá"),
    ]
    total = next(row for row in book["Trạm chọn"].iter_rows(values_only=True) if row[1] == "Tổng cộng")
    assert written.manifest["planned_households"] in total
    words = "\n".join(str(cell.value) for row in book["Tóm tắt"] for cell in row if cell.value is not None)
    assert "chưa hiệu chỉnh" in words
    assert "cách tốt nhất không quá" in words


@pytest.mark.slow
def test_layers_open_in_qgis_with_their_styles(written: WrittenPlan) -> None:
    """The GeoPackage has sites, gaps and candidates, each with a style; the map page has the sites; no house is in."""
    path = written.folder / "results.gpkg"
    assert {"plan_sites", "plan_gaps", "candidates"} <= set(gpd.list_layers(path)["name"])
    assert {"plan_sites", "plan_gaps", "candidates"} <= set(read_styles(path)["f_table_name"])
    page = (written.folder / "map.html").read_text(encoding="utf-8")
    assert table(written, "plan_sites")["option_id"].iloc[0] in page
    assert "Trạm trong phương án" in page
    assert not list(written.folder.glob("households*"))


@pytest.mark.slow
def test_the_same_study_gives_the_same_bytes(province: Path, written: WrittenPlan, tmp_path: Path) -> None:
    """Every file but the manifest's seconds."""
    again = plan_study(province / "study.toml", tmp_path / "again", GOAL)
    assert again.manifest["files"] == written.manifest["files"]


@dataclass(frozen=True)
class Case:
    """A question without sites, and what is said."""

    goal: Goal
    outcome: str
    said: str


CASES = {
    "no money": Case(Goal(budget_vnd=0.0), "none_affordable", "Ngân sách không đủ cho phương án nào"),
    "more than can be reached": Case(Goal(cover_percent=100.0), "too_many", "nhiều nhất"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_question_without_sites_has_a_plain_answer(small_province: Path, tmp_path: Path, case: Case) -> None:
    """One sentence, empty tables of sites, all files written: it is an answer, not an error."""
    found = plan_study(small_province / "study.toml", tmp_path / "out", case.goal)
    assert found.manifest["outcome"] == case.outcome
    assert any(case.said in value.vi for _, value in found.answer)
    assert len(table(found, "plan_sites")) == 0
    assert (table(found, "plan_gaps")["planned_households"] == 0).all()
    assert (table(found, "plan_gaps")["advice_vi"] != "").all()
    assert (found.folder / "plan.xlsx").is_file()


@pytest.mark.slow
def test_where_no_gap_is_left_there_is_nothing_to_choose(small_province: Path, tmp_path: Path) -> None:
    """With a threshold that nearly all reach there are no gaps, hence no candidates: the answer says so."""
    folder = shutil.copytree(small_province, tmp_path / "tinh")
    easy = (PROFILES / "vn-default.toml").read_text(encoding="utf-8")
    easy = easy.replace("served_dbm = -110, weak_dbm = -120", "served_dbm = -170, weak_dbm = -180")
    (folder / "easy.toml").write_text(easy.replace('"vn-default"', '"easy"'), encoding="utf-8")
    study = folder / "study.toml"
    text = study.read_text(encoding="utf-8")
    assert 'profile = "vn-default"' in text
    study.write_text(text.replace('profile = "vn-default"', 'profile = "easy.toml"'), encoding="utf-8")
    found = plan_study(study, tmp_path / "out", Goal(budget_vnd=1e9))
    assert found.manifest["outcome"] in ("no_options", "all_served")
    assert [len(table(found, name)) for name in ("plan_sites", "plan_gaps", "candidates")] == [0, 0, 0]


class Stopped:
    """Progress of somebody who presses Ctrl-C in the last step."""

    def step(self, title: Text, number: int, of: int) -> None:
        """Press."""
        if number == of:
            raise KeyboardInterrupt

    def share(self, done: float) -> None:
        """Go on."""


@pytest.mark.slow
def test_ctrl_c_leaves_nothing(small_province: Path, tmp_path: Path) -> None:
    """Stopped in the last step there is no folder, whole or partial."""
    with pytest.raises(KeyboardInterrupt):
        plan_study(small_province / "study.toml", tmp_path / "out", GOAL, progress=Stopped())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "given",
    [{}, {"budget_vnd": 1e9, "cover_percent": 5.0}, {"cover_percent": 101.0}, {"budget_vnd": -1.0},
     {"budget_vnd": float("nan")}, {"budget_vnd": 1e9, "years": 0}, {"cover_households": -5.0}],
)  # fmt: skip
def test_goals_that_are_none_are_refused(given: dict[str, Any]) -> None:
    """Both or neither question, and numbers out of range."""
    with pytest.raises(OutOfRangeError):
        Goal(**given)


def test_only_findings_with_evidence_settle_a_gap() -> None:
    """Served by measurement or confirmation takes a gap out; declared, provisional, or of a village does not."""
    rows = [
        ("gap", "G1", "served", "measured", False), ("gap", "G2", "served", "declared", False),
        ("gap", "G3", "served", "confirmed", True), ("gap", "G4", "unserved", "measured", False),
        ("village", "G5", "covered", "measured", False), ("gap", "G6", "served", "override", False),
    ]  # fmt: skip
    findings = pd.DataFrame(rows, columns=["target", "gap_id", "finding", "basis", "provisional"])
    assert settled_gaps(findings) == ("G1", "G6")


def test_a_missing_study_is_one_sentence(tmp_path: Path) -> None:
    """As for a run."""
    with pytest.raises(PhuSongError):
        plan_study(tmp_path / "study.toml", tmp_path / "out", GOAL)
