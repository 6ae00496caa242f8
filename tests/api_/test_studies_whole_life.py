"""A round from its opening to the documents of its packages, through a real server and nothing but HTTP."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from api_.made_studies import FILES, SAMPLE, STATIONS, province
from api_.served import ROOT, RUN, Office, answers, serving
from api_.toy_processes import wait_until

from phusong.api.database import schema
from phusong.api.database.types import today
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

REGISTERED = ("communes", "villages", "declarations")


@pytest.fixture
def home(tmp_path: Path) -> ServiceSettings:
    """Return the settings of a service that knows the sample's province, and has nobody yet."""
    settings = ServiceSettings(home=tmp_path / "home", database_url="")
    settings.home.mkdir()
    schema.upgrade(settings.url)
    service = Service.of(settings)
    province(service)
    service.close()
    return settings


@pytest.mark.slow
def test_a_round_lives_from_its_opening_to_the_documents(home: ServiceSettings, small_province: Path) -> None:
    """Everything an office does in a quarter is done over HTTP, and the trail of it is whole."""
    folders = f'["{small_province.as_posix()}"]'
    with serving(home, "--port", "0", PHUSONG_DATA_FOLDERS=folders) as served:
        address = served.hear("đang chạy ở")
        served.hear("Mã thiết lập lần đầu")
        code = served.said[-1].split(": ")[1].split()[0]
        wait_until(lambda: answers(address), "an answer")
        office = Office(address)
        try:
            office.set_up(code)
            round_id = _submitted(office, small_province)
            answered = _answered(office, round_id)
            versions = _datasets(office, small_province)
            first = _confirmed(office, round_id, versions, answered)
            study = _reconciled(office, round_id, versions, first)
            plan_id = _planned(office, round_id, study)
            _documents(office, round_id, plan_id)
        finally:
            office.close()
        told = _phusong("audit", "verify", "--home", str(home.home))
    assert "Nhật ký toàn vẹn" in told


def _submitted(office: Office, folder: Path) -> str:
    """Open a round, send its list, accept and submit it."""
    opened = office.post("/api/rounds", {"province_code": SAMPLE, "batch": "2026-Q4"})
    round_id: str = opened["id"]
    sent = office.upload(
        folder / FILES["reported_gaps"][0], purpose="gaps", kind="gaps", province_code=SAMPLE, round_id=round_id
    )
    office.done(sent["job_id"] or office.get(f"/api/uploads/{sent['id']}")["job_id"])
    report = office.get(f"/api/uploads/{sent['id']}/report")
    warnings = [one["id"] for one in report["problems"] if one["level"] == "warning"]
    office.post(f"/api/uploads/{sent['id']}/acknowledge", {"ids": warnings})
    rows = office.post(f"/api/uploads/{sent['id']}/accept")["rows"]
    assert rows and office.get(f"/api/rounds/{round_id}/rows")["total"] == rows
    assert _step(office, round_id, "submit") == "submitted"
    return round_id


def _answered(office: Office, round_id: str) -> str:
    """Ask the communes; one of them answers that a village it had reported has signal now. Return that village."""
    office.post(f"/api/rounds/{round_id}/steps/ask", {"due_on": (today() + timedelta(days=10)).isoformat()})
    for asked in office.get("/api/requests", limit=500)["items"]:
        listed = office.get(f"/api/requests/{asked['id']}")["listed"]
        others = [one for one in office.get("/api/requests", limit=500)["items"] if one["village"] == asked["village"]]
        if listed["village_name"] and not listed["cluster_name"] and len(others) == 1:
            told = {"cells": {"still_gap": "hết"}, "by": "UBND xã", "on": today().isoformat()}
            assert office.post(f"/api/requests/{asked['id']}/answers", told)["state"] == "answered"
            assert _step(office, round_id, "close") == "answered"
            village: str = listed["village_name"]
            return village
    raise AssertionError("the list names no whole village")


def _confirmed(office: Office, round_id: str, versions: list[str], village: str) -> str:
    """Run a study of the round: what the commune answered stands above its list and above the model."""
    study_id = _study(office, round_id, versions)
    found = office.get(f"/api/studies/{study_id}/findings", target="village", limit=500)["items"]
    own = [one for one in found if one["village_name"] == village and one["basis"] == "confirmed"]
    assert [(one["finding"], one["said"]["confirmed"]) for one in own] == [("covered", "covered")]
    assert own[0]["said"]["declared"] in ("white", "depression", "weak")
    assert {one["basis"] for one in found if one["village_name"] != village} <= {"declared", "modelled", "measured"}
    return study_id


def _step(office: Office, round_id: str, step: str, **told: Any) -> str:
    state: str = office.post(f"/api/rounds/{round_id}/steps/{step}", told)["state"]
    return state


def _datasets(office: Office, folder: Path) -> list[str]:
    """Upload the households; register what stands on the machine."""
    asked_for = [office.dataset([folder / FILES["households"][0]], "households", SAMPLE)]
    asked_for += [_registered(office, kind, FILES[kind][0]) for kind in REGISTERED]
    asked_for += [_registered(office, "stations", name, operator=key) for key, name in STATIONS.items()]
    asked_for.append(_registered(office, "terrain", "terrain", ground="dsm"))
    for _, job_id in asked_for:
        office.done(job_id)
    return [version for version, _ in asked_for]


def _registered(office: Office, kind: str, path: str, *, operator: str = "", ground: str = "") -> tuple[str, str]:
    made = office.post(
        "/api/registered-datasets", {"province_code": SAMPLE, "kind": kind, "operator": operator, "name": path}
    )
    asked = office.post(f"/api/datasets/{made['id']}/registered", {"folder": 0, "path": path, "ground": ground})
    return asked["version"]["id"], asked["job_id"]


def _study(office: Office, round_id: str, versions: list[str], **more: Any) -> str:
    given = {"province_code": SAMPLE, "name": "Rà soát", "versions": versions, "round_id": round_id}
    asked = office.post("/api/studies", {**given, "settings": {"simulated": True}, **more})
    office.done(asked["job_id"])
    study_id: str = asked["study"]["id"]
    return study_id


def _reconciled(office: Office, round_id: str, versions: list[str], first: str) -> str:
    """Decide over the gaps of a study, study again with that, and set the round beside it."""
    gaps = office.get(f"/api/studies/{first}/findings", target="gap", limit=500)["items"]
    decided = {"finding_ids": [one["finding_id"] for one in gaps], "verdict": "unserved", "reason": "Đã đo tại chỗ"}
    office.post(f"/api/studies/{first}/decisions", decided)
    study_id = _study(office, round_id, versions, continues=first)
    assert _step(office, round_id, "reconcile", study_id=study_id) == "reconciled"
    left = office.get(f"/api/rounds/{round_id}/findings", concluded="false", limit=500)["items"]
    if left:
        rows = {"row_ids": [one["row_id"] for one in left], "verdict": "unserved", "reason": "Xã đã xác nhận"}
        office.post(f"/api/rounds/{round_id}/decisions", rows)
    assert _step(office, round_id, "propose") == "proposed"
    assert _step(office, round_id, "approve") == "approved"
    return study_id


def _planned(office: Office, round_id: str, study_id: str) -> str:
    asked = office.post(f"/api/studies/{study_id}/plans", {"name": "Cả tỉnh", "goal": {"budget_vnd": 15e9}})
    office.done(asked["job_id"])
    assert _step(office, round_id, "plan") == "planned"
    plan_id: str = asked["plan"]["id"]
    return plan_id


def _documents(office: Office, round_id: str, plan_id: str) -> None:
    """Make packages, approve one, make its documents, download them, publish."""
    office.done(office.post(f"/api/plans/{plan_id}/packages", {"routes": ["fund", "operator"]})["job_id"])
    assert _step(office, round_id, "package") == "packaged"
    package = office.get("/api/packages", plan_id=plan_id)["items"][0]
    address = f"/api/packages/{package['id']}"
    assert office.post(f"{address}/steps/approve")["state"] == "approved"
    asked = office.post(f"{address}/documents", {"pdf": False})
    office.done(asked["job_id"])
    made = office.get(f"/api/document-sets/{asked['set']['id']}")
    archive = zipfile.ZipFile(io.BytesIO(office.content(f"/api/document-sets/{made['id']}/archive")))
    assert archive.testzip() is None and len(archive.namelist()) == len(made["files"]) - 1
    assert office.post(f"{address}/steps/publish")["state"] == "published"


def _phusong(*arguments: str) -> str:
    command = [sys.executable, "-P", "-c", RUN, *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
