"""Why a place is dark, over the service: equal to the study's own tables, to a path worked out alone, to the matrix."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from api_.made_why import SAMPLE, Asked, asking
from fastapi.testclient import TestClient

from phusong.api.access.roles import Grant, Role
from phusong.coverage.coverage_matrix import coverage_matrix
from phusong.coverage.network import Span
from phusong.plan.candidate import ASSUMED_RULES, REFERENCE, site_with
from phusong.study import FIRST_STEPS, Study, assess_study
from phusong.study.gathered import gather
from phusong.study.judged import judge
from phusong.study.path_profile import Asked as AskedPath
from phusong.study.path_profile import read_site_path
from phusong.study.path_report import as_values
from phusong.study.planning import StudyGaps, demand_for
from phusong.study.progress import Silent, Stopwatch


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, small_province: Path, small_results: Path) -> Iterator[Asked]:
    """Return a service with the small province's study."""
    with asking(tmp_path_factory.mktemp("why") / "home", small_province, small_results) as made:
        yield made


@pytest.fixture(scope="module")
def planner(asked: Asked) -> TestClient:
    """Return a planner's client."""
    return asked.as_(Grant(role=Role.PLANNER, province_code=SAMPLE))


def test_levels_and_states_are_those_of_the_studys_own_household_table(
    asked: Asked, planner: TestClient, small_results: Path
) -> None:
    """Asked at a household's place, the answer is the state and the level of every operator of its row."""
    households = pd.read_parquet(small_results / "households.parquet")
    margins = json.loads((small_results / "manifest.json").read_text("utf-8"))["profile"]["margins_outdoor_db"]
    rows = pd.concat([households[households["state"] == one].head(4) for one in ("served", "unserved", "undetermined")])
    assert len(rows) > 8
    compared = 0
    for row in rows.to_dict("records"):
        told = planner.get(asked.path(), params={"lon": row["lon_deg"], "lat": row["lat_deg"]}).json()
        assert told["radio"]["state"] == row["state"]
        for operator in told["radio"]["operators"]:
            for level in operator["levels"]:
                kept = row[f"level_dbm_{operator['operator']}_{level['technology'].lower()}"]
                there = level["level_dbm"]["middle"]
                assert (there is None) == math.isnan(kept)
                compared += there is not None
                assert there is None or kept - sum(margins.values()) == pytest.approx(there, abs=1e-3)
        if row["state"] == "undetermined":
            assert told["radio"]["decides"]
    assert compared > 20


def test_a_village_and_a_gap_are_counted_as_the_tables_count_them(
    asked: Asked, planner: TestClient, small_results: Path
) -> None:
    """Households by state, findings with what stands behind them, and the reason in words, are the run's."""
    villages = pd.read_parquet(small_results / "villages.parquet").drop(columns="geometry")
    findings = pd.read_parquet(small_results / "findings.parquet")
    evidence = pd.read_parquet(small_results / "evidence.parquet")
    for row in villages.head(6).to_dict("records"):
        told = planner.get(asked.path(), params={"village": row["village_code"], "radio": "false"}).json()
        assert told["radio"] is None
        states = told["village"]["states"]
        assert states["households"] == row["households"]
        assert all(states[one] == row[f"{one}_households"] for one in ("served", "unserved", "undetermined", "no_data"))
        own = findings[(findings["target"] == "village") & (findings["village_code"] == row["village_code"])]
        assert [one["finding"] for one in told["findings"]] == list(own["finding"])
        behind = evidence[(evidence["target"] == "village") & (evidence["village_code"] == row["village_code"])]
        assert sum(len(one["evidence"]) for one in told["findings"]) == len(behind)
    gap = pd.read_parquet(small_results / "gaps.parquet").drop(columns="geometry").to_dict("records")[0]
    told = planner.get(asked.path(), params={"gap": gap["gap_id"]}).json()
    assert (told["gap"]["households"], told["gap"]["reason"]) == (gap["households"], gap["reason_vi"])
    assert told["village"]["code"] == gap["village_code"]
    inside = planner.get(asked.path(), params={"lon": gap["lon_deg"], "lat": gap["lat_deg"]}).json()
    assert inside["gap"]["gap_id"] == gap["gap_id"]
    if inside["radio"]["state"] == "unserved":
        assert inside["radio"]["reason"] == gap["reason_vi"].partition(". ")[2]


def test_the_nearest_masts_are_the_nearest_of_the_list(asked: Asked, planner: TestClient, small_results: Path) -> None:
    """For every operator the first mast told is the one nearest in the table of sites, at its distance."""
    villages = pd.read_parquet(small_results / "villages.parquet").drop(columns="geometry")
    compared = 0
    for row in villages.to_dict("records")[:8]:
        told = planner.get(asked.path(), params={"village": row["village_code"]}).json()
        for operator in told["radio"]["operators"]:
            key = operator["operator"]
            if f"nearest_{key}_km" in row and operator["masts"]:
                assert operator["masts"][0]["site_id"] == row[f"nearest_{key}_site_id"]
                assert operator["masts"][0]["distance_km"] == pytest.approx(row[f"nearest_{key}_km"], abs=0.006)
                compared += 1
    assert compared > 10


def test_a_path_is_what_the_command_line_says_of_it(
    asked: Asked, planner: TestClient, small_province: Path, small_results: Path
) -> None:
    """Ledger, level, obstacle and state are those of ``phusong path``; the picture names the obstacle and its loss."""
    gap = pd.read_parquet(small_results / "gaps.parquet").drop(columns="geometry").to_dict("records")[0]
    where = {"site": gap["nearest_site_id"], "lon": gap["lon_deg"], "lat": gap["lat_deg"]}
    told = planner.get(asked.path("paths"), params=where).json()
    alone = read_site_path(
        small_province / "study.toml",
        AskedPath(site_id=gap["nearest_site_id"], lon_deg=gap["lon_deg"], lat_deg=gap["lat_deg"]),
    )
    wanted = as_values(alone, "vi")
    assert told["said"]["chosen"]["state"] == wanted["chosen"]["state"]
    assert told["said"]["level_dbm"]["middle"] == pytest.approx(wanted["level_dbm"]["middle"], abs=0.02)
    assert [one["key"] for one in told["said"]["ledger"]] == [one["key"] for one in wanted["ledger"]]
    chart = ElementTree.fromstring(told["chart"])
    texts = " ".join(chart.itertext())
    loss = f"{wanted['obstacle']['loss_db']:.1f}".replace(".", ",")
    assert f"{loss} dB" in texts
    classes = {one.get("class") for one in chart.iter()}
    assert {"pp-ground", "pp-sight", "pp-fresnel", "pp-obstacle", "pp-mast"} <= classes
    assert "style" not in told["chart"] and len(told["chart"]) < 20_000
    english = planner.get(asked.path("paths"), params={**where, "lang": "en"}).json()
    assert "Distance from the station" in english["chart"] and "blocks" in english["chart"]


def test_a_mast_serves_what_the_planners_matrix_says_of_the_planners_own_demand(
    asked: Asked, planner: TestClient, small_province: Path
) -> None:
    """Counts, villages and points of a mast are those of the matrix over a study assessed anew."""
    study = Study.read(small_province / "study.toml")
    found, correction = assess_study(study, Stopwatch(Silent(), FIRST_STEPS))
    gathered = gather(found, study)
    judged = judge(found, gathered, study, correction)
    demand = demand_for(StudyGaps(found=found, places=gathered.places, tables=judged.tables, judged=judged))
    carrier = ASSUMED_RULES.carrier(study.profile)
    assert carrier is not None and demand.households > 10
    served = 0
    for k, height_m in ((0, 30.0), (len(demand.lon_deg) // 2, 42.0), (-1, 60.0)):
        lon, lat = round(float(demand.lon_deg[k]) + 0.002, 6), round(float(demand.lat_deg[k]) + 0.001, 6)
        sector = carrier.sector("x", Span.exactly(height_m))
        site = site_with(carrier, REFERENCE, (sector,), name="x", lon_deg=lon, lat_deg=lat)
        matrix = coverage_matrix([site], found.inputs.terrain, demand.points, study.profile, engine=correction.predict)
        answer = planner.post(asked.path("what-if"), json={"lon_deg": lon, "lat_deg": lat, "height_agl_m": height_m})
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told["households"] == round(demand.point_weight[matrix.of(0)].sum())
        assert told["without"] == round(demand.households)
        at = demand.at(matrix.served_by([0]))
        assert sorted(tuple(one[:2]) for one in told["points"]) == sorted(
            (round(float(x), 6), round(float(y), 6))
            for x, y in zip(demand.lon_deg[at], demand.lat_deg[at], strict=True)
        )
        assert sum(one["households"] for one in told["villages"]) == told["households"]
        assert told["low"] <= told["households"] == told["high"] or told["low"] <= told["high"] <= told["households"]
        assert 0 < told["cost"]["low_vnd"] < told["cost"]["high_vnd"] and told["cost"]["text"].endswith("đồng")
        served += told["households"]
    assert served > 0


def test_what_cannot_be_asked_is_answered_in_a_sentence(asked: Asked, planner: TestClient, small_results: Path) -> None:
    """No place or two, a village nobody knows, ground that is not known, a technology that gives no data."""
    gap = pd.read_parquet(small_results / "gaps.parquet").drop(columns="geometry").to_dict("records")[0]
    at = {"lon_deg": gap["lon_deg"], "lat_deg": gap["lat_deg"]}
    wrong = [
        (planner.get(asked.path()), 400),
        (planner.get(asked.path(), params={"gap": gap["gap_id"], "village": "x"}), 400),
        (planner.get(asked.path(), params={"village": "Không Có Thôn Này"}), 422),
        (planner.get(asked.path("paths"), params={"site": "không có", "lon": 105.0, "lat": 21.0}), 404),
        (planner.post(asked.path("what-if"), json={"lon_deg": 118.0, "lat_deg": 6.0}), 409),
        (planner.post(asked.path("what-if"), json={**at, "technology": "2G"}), 422),
        (planner.post(asked.path("what-if"), json={**at, "height_agl_m": 900}), 422),
    ]
    for answer, status in wrong:
        assert answer.status_code == status, answer.text
        assert len(answer.json()["detail"]) > 10


def test_the_papers_of_a_village_are_made_on_the_spot(asked: Asked, planner: TestClient, small_results: Path) -> None:
    """The sheet, the draft to voters, the letters to operators, under names any system can write."""
    gap = pd.read_parquet(small_results / "gaps.parquet").drop(columns="geometry").to_dict("records")[0]
    told = planner.get(asked.path(), params={"gap": gap["gap_id"], "radio": "false"}).json()
    assert told["documents"] == ["sheet", "page", "voters", "operators"]
    for paper, ending in (("sheet", "docx"), ("voters", "docx"), ("operators", "")):
        answer = planner.get(asked.path(f"villages/{gap['village_code']}/documents/{paper}"))
        assert answer.status_code == 200, answer.text
        name = answer.headers["content-disposition"].partition('filename="')[2].rstrip('"')
        assert name.isascii() and name.endswith(ending)
        assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    assert planner.get(asked.path("villages/00000-99/documents/sheet")).status_code == 422


def test_what_answers_is_loaded_before_the_first_question(
    asked: Asked, planner: TestClient, small_results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked to be ready, a process opens the study; where it has no room it lets none go for it."""
    lon, lat = pd.read_parquet(small_results / "gaps.parquet", columns=["lon_deg", "lat_deg"]).iloc[0]
    kept = planner.app.state.kept_studies  # type: ignore[attr-defined]
    kept._kept.clear()
    address, at = asked.path("why/ready"), {"lon": lon, "lat": lat}
    assert planner.get(address, params=at).status_code == 204 and len(kept._kept) == 1
    monkeypatch.setattr(kept, "_kept", OrderedDict(dict.fromkeys(("a", "b"))))
    assert planner.get(address, params=at).status_code == 204 and list(kept._kept) == ["a", "b"]
