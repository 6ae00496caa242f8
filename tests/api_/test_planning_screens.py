"""What a planner tries and makes: budgets, weights, packages of chosen areas, documents on their shelf."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from api_.made_plans import PLAN_ID, STUDY_ID, make_planned
from api_.made_studies import SAMPLE, run
from api_.made_tenders import settings_of
from fastapi.testclient import TestClient

from phusong.api.access.roles import Role
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

As = Callable[..., TestClient]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with a study and a plan of several sites, the same for all tests of this module: copy it."""
    home = tmp_path_factory.mktemp("planned") / "home"
    home.mkdir()
    make_planned(home)
    return home


@pytest.fixture
def settings(planned: Path, tmp_path: Path) -> ServiceSettings:
    """Return the settings of a service in a copy of that home."""
    shutil.copytree(planned, tmp_path / "home")
    return settings_of(tmp_path / "home")


def table(service: Service, name: str) -> pd.DataFrame:
    """Return a table of the plan."""
    return pd.read_parquet(service.settings.home / "plans" / PLAN_ID / f"{name}.parquet")


def test_a_ranking_by_the_studys_own_weights_is_the_studys(as_: As, service: Service) -> None:
    """Rank, interval and words are those the study wrote, with a plan those of the plan; other weights move ranks."""
    planner = as_(Role.PLANNER, province_code=SAMPLE)
    address = f"/api/studies/{STUDY_ID}/ranking"
    told = planner.get(address).json()
    kept = pd.read_parquet(service.settings.home / "studies" / STUDY_ID / "results" / "ranking.parquet")
    names = ["gap_id", "rank", "rank_low", "rank_high", "score", "households"]
    pd.testing.assert_frame_equal(pd.DataFrame(told["items"])[names], kept[names].head(50), check_dtype=False)
    assert [one["explanation"] for one in told["items"]] == list(kept["explanation_vi"].head(50))
    assert told["total"] == len(kept)
    with_plan = planner.get(address, params={"plan_id": PLAN_ID, "lang": "en"}).json()
    of_plan = table(service, "ranking")
    assert [one["gap_id"] for one in with_plan["items"]] == list(of_plan["gap_id"].head(50))
    only_cost = planner.get(address, params={
        "plan_id": PLAN_ID, "weights": "need:0,disadvantage:0,place:0,interest:0,evidence:0,cost:5",
    }).json()  # fmt: skip
    assert [one["gap_id"] for one in only_cost["items"]] != [one["gap_id"] for one in with_plan["items"]]
    assert all(one["rank_low"] <= one["rank"] <= one["rank_high"] for one in only_cost["items"])
    for weights in ("need:0,disadvantage:0,place:0,interest:0,evidence:0,cost:0", "need:x", "nothing:1", "need:-1"):
        assert planner.get(address, params={"weights": weights}).status_code == 422


def test_a_package_of_chosen_areas_holds_what_was_promised(as_: As, service: Service) -> None:
    """What is tried is what is made, sum by sum; an area without its proof is refused with its reason."""
    planner = as_(Role.PLANNER, province_code=SAMPLE)
    address = f"/api/plans/{PLAN_ID}/packages"
    sites = table(service, "plan_sites")
    barred = pd.read_parquet(service.settings.home / "studies" / STUDY_ID / "results" / "gaps.parquet").gap_id.iloc[-1]
    first = planner.post(f"{address}/tried", json={"items": [sites.option_id[0]]}).json()
    assert first["refused"] == "", first
    assert first["cost"]["middle"] == round(sites.cost_vnd[0])
    refused = planner.post(f"{address}/tried", json={"items": [sites.option_id[0], barred]}).json()
    assert barred in refused["refused"]
    assert {one["gap_id"] for one in refused["missing"]} >= {barred}
    asked = planner.post(f"{address}/chosen", json={"items": [sites.option_id[0], barred], "because": "thử"})
    assert asked.status_code == 422
    assert "kết luận chưa đủ" in asked.json()["detail"]
    asked = planner.post(f"{address}/chosen", json={"items": [sites.option_id[0]], "because": "thôn xa nhất"})
    job = run(service, asked.json()["job_id"])
    assert job.state == "done", job.error
    (made,) = planner.get("/api/packages").json()["items"]
    assert made["code"] == first["code"]
    newest = made["versions"][-1]
    assert (newest["households"], newest["sites"]) == (first["households"], 1)
    assert newest["price_vnd"] == first["cost"]["middle"]
    again = planner.post(f"{address}/tried", json={"items": list(sites.option_id)}).json()
    assert again["taken_from"] in ([first["code"]], [])
