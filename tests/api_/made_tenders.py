"""A small province with a finished study, a plan and packages, made through the service's own routes and jobs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import geopandas as gpd
from api_.made_people import sign_in
from api_.made_studies import SAMPLE, all_datasets, province, run, study
from fastapi.testclient import TestClient

from phusong.api.access.roles import Grant, Role
from phusong.api.app import create_app
from phusong.api.database import schema
from phusong.api.database.models import Job
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings
from phusong.data.digests import sha256_of
from phusong.data.store import write_parquet

OFFICE = tuple(Grant(role=one, province_code=SAMPLE) for one in (Role.PLANNER, Role.PROCUREMENT, Role.LEADER))
ONE_SITE_A_LOT = {"lot_max_value_vnd": 1}


def settings_of(home: Path) -> ServiceSettings:
    """Return the settings of a service in one folder."""
    return ServiceSettings(home=home, database_url=f"sqlite:///{(home / 'phusong.sqlite').as_posix()}")


@contextmanager
def office(settings: ServiceSettings) -> Iterator[tuple[TestClient, Service]]:
    """Return a client that may do all of an office's work in the sample's province, and its service."""
    with ExitStack() as stack:
        client = stack.enter_context(TestClient(create_app(settings), base_url="http://127.0.0.1"))
        service: Service = client.app.state.service  # type: ignore[attr-defined]
        cookie, csrf = sign_in(service, OFFICE)
        client.cookies.set("phusong_session", cookie)
        client.headers["x-csrf-token"] = csrf
        yield client, service


def make_tendered(home: Path, sample: Path) -> None:
    """Make a home with datasets, a study, a plan and packages."""
    home.mkdir(parents=True)
    settings = settings_of(home)
    schema.upgrade(settings.url)
    with office(settings) as (client, service):
        province(service)
        told = study(client, service, all_datasets(client, service, sample))
        all_may_enter(home / "studies" / told["id"] / "results")
        plan_id = make_plan(client, service, told["id"])
        job = make_packages(client, service, plan_id)
        assert job.state == "done", job.error


def all_may_enter(results: Path) -> None:
    """Let every gap be ready for a tender: as if the study had found that."""
    gaps = gpd.read_parquet(results / "gaps.parquet").assign(tender=True, gates="", route="fund")
    write_parquet(results / "gaps.parquet", gaps)
    manifest = json.loads((results / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["gaps.parquet"] = sha256_of(results / "gaps.parquet")
    (results / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def make_plan(client: TestClient, service: Service, study_id: str) -> str:
    """Plan over a study; return the plan's id."""
    asked = client.post(f"/api/studies/{study_id}/plans", json={"name": "Cả tỉnh", "goal": {"budget_vnd": 15e9}})
    assert asked.status_code == 202, asked.text
    job = run(service, asked.json()["job_id"])
    assert job.state == "done", job.error
    found: str = asked.json()["plan"]["id"]
    return found


def make_packages(
    client: TestClient, service: Service, plan_id: str, address: str = "packages", **given: object
) -> Job:
    """Make the packages of a plan, or move one of its areas; return the job as it ended."""
    asked = client.post(f"/api/plans/{plan_id}/{address}", json=given)
    assert asked.status_code == 202, asked.text
    assert client.post(f"/api/plans/{plan_id}/packages", json={}).status_code == 409
    return run(service, asked.json()["job_id"])
