"""Who asks why: rights decide what is told, and of masts outside the province nothing is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from api_.made_why import SAMPLE, Asked, around, asking, put_beyond
from fastapi.testclient import TestClient

from phusong.api.access.roles import Grant, Role
from phusong.study.veil import OUTSIDE_CODE, OUTSIDE_OPERATOR

OFFICERS = (Role.PROVINCE, Role.PLANNER, Role.PROCUREMENT, Role.FUND, Role.LEADER, Role.AUDITOR)
STATIONS = (Role.PROVINCE, Role.PLANNER, Role.AUDITOR)
HOUSEHOLDS = (Role.PLANNER, Role.AUDITOR)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, small_province: Path, small_results: Path) -> Iterator[Asked]:
    """Return a service with the small province's study."""
    with asking(tmp_path_factory.mktemp("veil") / "home", small_province, small_results) as made:
        yield made


@pytest.fixture(scope="module")
def gap(small_results: Path) -> dict[str, object]:
    """Return the largest gap."""
    table = pd.read_parquet(small_results / "gaps.parquet").drop(columns="geometry")
    row = table.sort_values("households").to_dict("records")[-1]
    return {str(name): value for name, value in row.items()}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_told_what_it_may_know(asked: Asked, gap: dict[str, object], role: Role) -> None:
    """Counts to every officer; masts, levels and papers by the right to stations; single households by theirs."""
    scope = {"operator": "viettel"} if role is Role.OPERATOR else {"province_code": SAMPLE}
    if role is Role.COMMUNE:
        scope["commune_code"] = str(gap["commune_code"])
    if role is Role.ADMIN:
        scope = {}
    client = asked.as_(Grant(role=role, **scope))
    at = {"lon": gap["lon_deg"], "lat": gap["lat_deg"]}
    answer = client.get(asked.path(), params=at)
    site = {"site": gap["nearest_site_id"], **at}
    paper = asked.path(f"villages/{gap['village_code']}/documents/voters")
    mast = {"lon_deg": gap["lon_deg"], "lat_deg": gap["lat_deg"]}
    if role not in OFFICERS:
        asked_for = [answer, client.get(asked.path("paths"), params=site), client.get(paper)]
        asked_for.append(client.post(asked.path("what-if"), json=mast))
        assert {one.status_code for one in asked_for} == {403}
        return
    told = answer.json()
    may = role in STATIONS
    assert told["gap"]["households"] == gap["households"]
    assert bool(told["radio"]) == bool(told["gap"]["reason"]) == bool(told["documents"]) == may
    assert bool(told["radio_note"]) != may
    assert (str(gap["nearest_site_id"]) in answer.text) == may
    assert client.get(asked.path("paths"), params=site).status_code == (200 if may else 404)
    if not may:
        assert client.get(paper).status_code == 404
    what = client.post(asked.path("what-if"), json=mast).json()
    assert (what["points"] is not None) == (role in HOUSEHOLDS)
    assert bool(what["backhaul"]) == may
    if role not in HOUSEHOLDS:
        assert all(one["households"] is None or one["households"] >= 5 for one in what["villages"])


def test_another_provinces_study_is_not_found(asked: Asked, gap: dict[str, object]) -> None:
    """To a planner of another province there is no such study, whatever is asked of it."""
    client = asked.as_(Grant(role=Role.PLANNER, province_code="04"))
    at = {"lon": gap["lon_deg"], "lat": gap["lat_deg"]}
    answers = [
        client.get(asked.path(), params=at),
        client.get(asked.path("why/ready"), params=at),
        client.get(asked.path("paths"), params={"site": gap["nearest_site_id"], **at}),
        client.post(asked.path("what-if"), json={"lon_deg": gap["lon_deg"], "lat_deg": gap["lat_deg"]}),
        client.get(asked.path(f"villages/{gap['village_code']}/documents/sheet")),
    ]
    assert {one.status_code for one in answers} == {404}


def test_of_masts_outside_nothing_is_told_but_that_they_serve(
    asked: Asked, small_province: Path, small_results: Path
) -> None:
    """Wherever it is asked, no code, place or operator of a mast outside is in any answer, picture or paper."""
    study_id, beyond = put_beyond(asked, small_province, small_results)
    client = asked.as_(Grant(role=Role.PLANNER, province_code=SAMPLE))
    villages = pd.read_parquet(small_results / "villages.parquet").drop(columns="geometry")
    secret = [OUTSIDE_CODE, OUTSIDE_OPERATOR, OUTSIDE_OPERATOR.capitalize(), "MobiFone 4G"]
    for lon, lat in set(zip(beyond["lon"], beyond["lat"], strict=True)):
        secret += [f"{lon:.5f}"[:9], f"{lat:.5f}"[:8]]
    by_outside = beyond_told = 0
    for row in villages.head(4).to_dict("records"):
        for lon, lat in around(row["lon_deg"], row["lat_deg"]):
            answer = client.get(asked.path(study_id=study_id), params={"lon": lon, "lat": lat})
            assert answer.status_code == 200, answer.text
            told = answer.json()
            told["lon_deg"] = told["lat_deg"] = None
            _refuse(json.dumps(told, ensure_ascii=False), secret)
            if told["radio"]:
                by_outside += told["radio"]["by_outside"]
                beyond_told += any(one["beyond"] for one in told["radio"]["operators"])
                assert "mobifone" not in [one["operator"] for one in told["radio"]["operators"] if one["levels"]]
    assert by_outside and beyond_told
    assert client.get(
        asked.path("paths", study_id), params={"site": f"{OUTSIDE_CODE}0001", "lon": lon, "lat": lat}
    ).status_code == 404  # fmt: skip
    _nothing_beyond_the_border(asked, client, study_id, small_results)
    what = client.post(asked.path("what-if", study_id), json={"lon_deg": lon, "lat_deg": lat})
    _refuse(what.text, secret[:3])
    for paper in ("page", "operators"):
        code = villages.sort_values("unserved_households")["village_code"].iloc[-1]
        made = client.get(asked.path(f"villages/{code}/documents/{paper}", study_id))
        assert made.status_code in (200, 404)
        _refuse(made.text, secret[:3])


def _nothing_beyond_the_border(asked: Asked, client: TestClient, study_id: str, results: Path) -> None:
    """Levels beyond the border would tell where the masts there stand."""
    _, south, east, _ = gpd.read_parquet(results / "communes.parquet").total_bounds
    told = client.get(asked.path(study_id=study_id), params={"lon": east + 0.05, "lat": south + 0.01}).json()
    assert told["radio"] is None and told["radio_note"]


def _refuse(text: str, secret: list[str]) -> None:
    there = [one for one in secret if one in text]
    assert not there, (there[:3], text[:600])
