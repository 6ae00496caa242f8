"""From a study to documents: plan, packages, a move by hand, a new version, a document set, all through the service."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from api_.made_studies import SAMPLE, all_datasets, province, run, study
from fastapi.testclient import TestClient

from phusong.api.access.roles import Role
from phusong.api.database.models import Job, PackageVersion, StepRecord
from phusong.api.service import Service
from phusong.data.digests import sha256_of
from phusong.data.sample import make_sample, read_recipe
from phusong.data.store import write_parquet

As = Callable[..., TestClient]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sample province large enough for a plan with several sites."""
    folder = tmp_path_factory.mktemp("sample") / "tinh-mau"
    make_sample(folder, households=5000, recipe=read_recipe().scaled(0.2))
    return folder


def _digests(folder: Path) -> dict[str, str]:
    files = (one for one in sorted(folder.rglob("*")) if one.is_file())
    return {one.relative_to(folder).as_posix(): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


def _all_may_enter(results: Path) -> None:
    """Let every gap be ready for a tender: as if the study had found that."""
    gaps = gpd.read_parquet(results / "gaps.parquet").assign(tender=True, gates="", route="fund")
    write_parquet(results / "gaps.parquet", gaps)
    manifest = json.loads((results / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["gaps.parquet"] = sha256_of(results / "gaps.parquet")
    (results / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def _plan(client: TestClient, service: Service, study_id: str) -> str:
    asked = client.post(f"/api/studies/{study_id}/plans", json={"name": "Cả tỉnh", "goal": {"budget_vnd": 15e9}})
    assert asked.status_code == 202, asked.text
    job = run(service, asked.json()["job_id"])
    assert job.state == "done", job.error
    found: str = asked.json()["plan"]["id"]
    return found


def _packages(client: TestClient, service: Service, plan_id: str, address: str = "packages", **given: object) -> Job:
    asked = client.post(f"/api/plans/{plan_id}/{address}", json=given)
    assert asked.status_code == 202, asked.text
    assert client.post(f"/api/plans/{plan_id}/packages", json={}).status_code == 409
    return run(service, asked.json()["job_id"])


@pytest.mark.slow
def test_a_study_becomes_a_plan_packages_and_documents(as_: As, service: Service, sample: Path) -> None:
    """Each step is a job; frozen versions stay byte for byte, an approved package changes only after its return."""
    province(service)
    planner = as_(Role.PLANNER, province_code=SAMPLE)
    procurement = as_(Role.PROCUREMENT, province_code=SAMPLE)
    leader = as_(Role.LEADER, province_code=SAMPLE)
    told = study(planner, service, all_datasets(planner, service, sample))

    _all_may_enter(service.settings.home / "studies" / told["id"] / "results")
    plan_id = _plan(planner, service, told["id"])
    sites = pd.read_parquet(service.settings.home / "plans" / plan_id / "plan_sites.parquet")
    options = {"lot_max_value_vnd": round(1.05 * sites["cost_vnd"].max())}
    wider = {**options, "site_tolerance_m": 777}
    plan = planner.get(f"/api/plans/{plan_id}").json()
    assert plan["state"] == "done" and plan["answer"] and "plan.xlsx" in plan["files"]
    assert "plan.xlsx" not in leader.get(f"/api/plans/{plan_id}").json()["files"]
    assert leader.get(f"/api/plans/{plan_id}/files/plan.xlsx").status_code == 404
    assert planner.get(f"/api/plans/{plan_id}/files/plan.xlsx").status_code == 200

    assert _packages(procurement, service, plan_id, settings=options).state == "done"
    made = procurement.get(f"/api/packages?plan_id={plan_id}").json()["items"]
    assert made and {one["state"] for one in made} == {"frozen"}
    assert procurement.get(f"/api/plans/{plan_id}/lots.xlsx").content[:2] == b"PK"
    with service.database.read() as db:
        frozen = [service.settings.home / one.folder for one in db.query(PackageVersion)]
        digests = {one.digest for one in db.query(PackageVersion)}
    before = {folder: _digests(folder) for folder in frozen}

    package = f"/api/packages/{made[0]['id']}"
    snapshot = planner.get(f"{package}/versions/1/files/package.json")
    assert snapshot.status_code == 200 and json.loads(snapshot.content)
    assert leader.get(f"{package}/versions/1/files/package.json").status_code == 404
    assert made[0]["versions"][0]["digest"] in digests

    assert procurement.post(f"{package}/steps/approve", json={}).status_code == 403
    assert leader.post(f"{package}/steps/approve", json={}).json()["state"] == "approved"
    again = _packages(
        procurement,
        service,
        plan_id,
        settings=wider,
        because="sai số mới",
    )
    assert again.state == "failed" and "trả lại" in again.error["vi"]
    same = procurement.get(f"/api/packages?plan_id={plan_id}").json()["items"]
    assert [one["versions"] for one in same] == [one["versions"] for one in made]
    assert leader.post(f"{package}/steps/return", json={}).status_code == 422
    assert leader.post(f"{package}/steps/return", json={"reason": "thiếu sai số"}).json()["state"] == "returned"
    assert leader.post(f"{package}/steps/freeze", json={"reason": "x"}).status_code == 404
    again = _packages(
        procurement,
        service,
        plan_id,
        settings=wider,
        because="sai số mới",
    )
    assert again.state == "done", again.error
    now = procurement.get(package).json()
    assert (now["version"], now["state"]) == (2, "frozen")
    assert [one["step"] for one in procurement.get(f"{package}/history").json()] == ["approve", "return", "freeze"]
    assert {folder: _digests(folder) for folder in frozen} == before

    asked = procurement.post(f"{package}/documents", json={"pdf": False})
    assert asked.status_code == 202
    job = run(service, asked.json()["job_id"])
    assert job.state == "done", job.error
    set_id = asked.json()["set"]["id"]
    assert procurement.post(f"{package}/documents", json={"pdf": False}).json()["set"]["id"] == set_id
    archive = leader.get(f"/api/document-sets/{set_id}/archive")
    names = zipfile.ZipFile(io.BytesIO(archive.content)).namelist()
    files = leader.get(f"/api/document-sets/{set_id}").json()["files"]
    assert len(files) == len(names) + 1
    assert leader.get(f"/api/document-sets/{set_id}/files/{files[0]['name']}").status_code == 200
    assert leader.get(f"/api/document-sets/{set_id}/files/..%2f..%2fphusong.sqlite").status_code == 404
    assert as_(Role.LEADER, province_code="01").get(f"/api/document-sets/{set_id}").status_code == 404
    assert as_(Role.OPERATOR, operator="viettel").get(f"/api/document-sets/{set_id}").status_code == 403
    assert {folder: _digests(folder) for folder in frozen} == before

    with service.database.read() as db:
        assert all(one.reason for one in db.query(StepRecord) if one.step in ("return", "freeze"))
    _moves(procurement, service, plan_id)


def _moves(client: TestClient, service: Service, plan_id: str) -> None:
    """Take an area out of its package: tried first, then done, with the reason in the new version."""
    open_ones = [
        one for one in client.get(f"/api/packages?plan_id={plan_id}").json()["items"] if one["state"] == "frozen"
    ]
    snapshot = json.loads(_package_json(service, open_ones[0]["id"]).read_text(encoding="utf-8"))
    text = json.dumps(snapshot)
    gap = next(part for part in text.split('"') if part.startswith("LS-"))
    tried = client.get(f"/api/plans/{plan_id}/packages/effects", params={"item": gap})
    assert tried.status_code == 200 and tried.json(), tried.text
    job = _packages(client, service, plan_id, "packages/move", item=gap, because="xã tự làm")
    assert job.state == "done", job.error


def _package_json(service: Service, package_id: str) -> Path:
    with service.database.read() as db:
        last = db.query(PackageVersion).filter_by(package_id=package_id).order_by(PackageVersion.version).all()[-1]
    return service.settings.home / last.folder / "package.json"


def test_moving_a_finished_folder_into_place_may_be_done_again(tmp_path: Path) -> None:
    """After a crash at any moment the folder is where it belongs, whole, and only once."""
    from phusong.api.studies.folders import put_in_place

    source, target = tmp_path / "jobs" / "a", tmp_path / "studies" / "b"
    source.mkdir(parents=True)
    (source / "x").write_text("new", encoding="utf-8")
    target.mkdir(parents=True)
    (target / "left").write_text("of a run that was ended", encoding="utf-8")
    put_in_place(source, target)
    put_in_place(source, target)
    assert _digests(target) == {"x": hashlib.sha256(b"new").hexdigest()}
    assert not source.exists()
    shutil.rmtree(target)
    with pytest.raises(Exception, match="no longer there"):
        put_in_place(source, target)
