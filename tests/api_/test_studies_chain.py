"""From a study to documents: plan, packages, a move by hand, a new version, a document set, all through the service."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import check_kills_work
import pandas as pd
import pytest
from api_.made_studies import SAMPLE, run
from api_.made_tenders import make_packages, make_tendered, settings_of
from fastapi.testclient import TestClient

from phusong.api.access.roles import Role
from phusong.api.database.models import AuditEntry, PackageVersion, Plan, StepRecord, Study
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

As = Callable[..., TestClient]


@pytest.fixture(scope="module")
def tendered(tmp_path_factory: pytest.TempPathFactory, small_province: Path) -> Path:
    """Return a home with a study, a plan and packages, the same for all tests of this module: copy it."""
    home = tmp_path_factory.mktemp("tendered") / "home"
    make_tendered(home, small_province)
    return home


@pytest.fixture
def settings(tendered: Path, tmp_path: Path) -> ServiceSettings:
    """Return the settings of a service in a copy of that home: what is long and heavy is the same on any database."""
    shutil.copytree(tendered, tmp_path / "home")
    return settings_of(tmp_path / "home")


@pytest.fixture
def told(service: Service) -> tuple[str, str]:
    """Return the ids of the study and the plan."""
    with service.database.read() as db:
        return db.query(Study).one().id, db.query(Plan).one().id


def _digests(folder: Path) -> dict[str, str]:
    files = (one for one in sorted(folder.rglob("*")) if one.is_file())
    return {one.relative_to(folder).as_posix(): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


@pytest.mark.slow
def test_a_study_from_uploads_gives_what_the_command_gives(
    as_: As, service: Service, told: tuple[str, str], small_results: Path
) -> None:
    """From uploads to results the numbers are those of ``phusong run``; each role gets the files it is for."""
    planner = as_(Role.PLANNER, province_code=SAMPLE)
    study_id, _ = told
    study = planner.get(f"/api/studies/{study_id}").json()
    assert study["state"] == "done"
    expected = pd.read_parquet(small_results / "scenarios.parquet")
    given = planner.get(f"/api/studies/{study_id}/tables/scenarios").json()
    assert given["total"] == len(expected)
    pd.testing.assert_frame_equal(
        pd.DataFrame(given["items"])[list(expected.columns)].head(5), expected.head(5), check_dtype=False
    )

    relief = planner.get(f"/tiles/studies/{study_id}/relief/hillshade/tilejson.json")
    assert relief.status_code == 200
    assert {"households.parquet", "report.xlsx", "sites.parquet"} <= set(study["files"])
    fund = as_(Role.FUND, province_code=SAMPLE)
    for_fund = fund.get(f"/api/studies/{study_id}").json()["files"]
    assert "ranking.parquet" in for_fund
    assert not {"households.parquet", "study.duckdb", "sites.parquet", "map.html", "report.xlsx"} & set(for_fund)
    officer = as_(Role.PROVINCE, province_code=SAMPLE)
    address = f"/api/studies/{study_id}/files"
    assert officer.get(f"{address}/report.xlsx").status_code == 200
    assert officer.get(f"{address}/households.parquet").status_code == 404
    assert fund.get(f"{address}/map.html").status_code == 404
    rows = pd.read_parquet(io.BytesIO(planner.get(f"{address}/households.parquet").content))
    assert len(rows) == len(pd.read_parquet(small_results / "households.parquet"))
    columns = fund.get(f"/api/studies/{study_id}/tables/gaps").json()["items"][0]
    assert not [name for name in columns if name.startswith(("nearest", "level_dbm"))]

    part = officer.get(f"{address}/report.xlsx", headers={"range": "bytes=0-3"})
    assert (part.status_code, part.content[:2]) == (206, b"PK")
    for elsewhere in ("../study.toml", "%2e%2e/study.toml", "..%2fstudy.toml", "no.parquet"):
        assert officer.get(f"{address}/{elsewhere}").status_code == 404
    other = as_(Role.PLANNER, province_code="01")
    assert other.get(f"/api/studies/{study_id}").status_code == 404
    assert other.get("/api/studies").json()["total"] == 0
    with service.database.read() as db:
        done = [one.action for one in db.query(AuditEntry).order_by(AuditEntry.number)]
    assert done.count("study.ask") == done.count("study.done") == 1


@pytest.mark.slow
def test_a_plan_becomes_packages_and_documents(as_: As, service: Service, told: tuple[str, str]) -> None:
    """Each step is a job; frozen versions stay byte for byte, an approved package changes only after its return."""
    planner = as_(Role.PLANNER, province_code=SAMPLE)
    procurement = as_(Role.PROCUREMENT, province_code=SAMPLE)
    leader = as_(Role.LEADER, province_code=SAMPLE)
    _, plan_id = told
    wider = {"site_tolerance_m": 777}
    plan = planner.get(f"/api/plans/{plan_id}").json()
    assert plan["state"] == "done" and plan["answer"] and "plan.xlsx" in plan["files"]
    assert "plan.xlsx" not in leader.get(f"/api/plans/{plan_id}").json()["files"]
    assert leader.get(f"/api/plans/{plan_id}/files/plan.xlsx").status_code == 404
    assert planner.get(f"/api/plans/{plan_id}/files/plan.xlsx").status_code == 200

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
    again = make_packages(procurement, service, plan_id, settings=wider, because="sai số mới")
    assert again.state == "failed" and "trả lại" in again.error["vi"]
    same = procurement.get(f"/api/packages?plan_id={plan_id}").json()["items"]
    assert [one["versions"] for one in same] == [one["versions"] for one in made]
    assert leader.post(f"{package}/steps/return", json={}).status_code == 422
    assert leader.post(f"{package}/steps/return", json={"reason": "thiếu sai số"}).json()["state"] == "returned"
    assert leader.post(f"{package}/steps/freeze", json={"reason": "x"}).status_code == 404
    again = make_packages(procurement, service, plan_id, settings=wider, because="sai số mới")
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
    job = make_packages(client, service, plan_id, "packages/move", item=gap, because="xã tự làm")
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


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["study", "documents"])
def test_work_whose_service_is_killed_ends_well(settings: ServiceSettings, kind: str) -> None:
    """Three kills of server, worker or both at moments drawn at random; fifty of each are run by the nightly."""
    seen = check_kills_work.kill_while_working(settings.home, kind, kills=3, seed=11)
    assert seen.kills == 3 and seen.wrong == []
    assert seen.done == set(seen.jobs) != set()
