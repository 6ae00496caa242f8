"""Datasets and studies of the small sample province, made through the service's own routes and jobs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from api_.inline import run_now
from fastapi.testclient import TestClient

from phusong.api.database.models import Job, Province, Upload, User
from phusong.api.jobs.registry import KINDS
from phusong.api.service import Service

SAMPLE = "99"
FILES = {
    "communes": ("ranh_gioi.gpkg", ""),
    "villages": ("thon.xlsx", ""),
    "households": ("ho_dan.csv", ""),
    "declarations": ("khai_bao.csv", ""),
    "measurements": ("do_kiem.csv", ""),
    "reported_gaps": ("danh_sach_lom_song.xlsx", ""),
    "roads": ("duong.gpkg", ""),
    "rivers": ("song_suoi.gpkg", ""),
    "power_lines": ("luoi_dien.gpkg", ""),
    "fibre": ("cap_quang.gpkg", ""),
    "constraints": ("vung_han_che.gpkg", ""),
    "places": ("dia_diem.gpkg", ""),
    "claims": ("vung_phu_cong_bo.gpkg", ""),
}
STATIONS = {
    "viettel": "tram_viettel.xlsx",
    "vinaphone": "tram_vinaphone.xlsx",
    "mobifone": "tram_mobifone.xlsx",
    "vietnamobile": "tram_vietnamobile.xlsx",
}


def province(service: Service, code: str = SAMPLE, name: str = "Tỉnh Mẫu") -> None:
    """Add the province of a sample."""
    with service.database.write() as db:
        if db.get(Province, code) is None:
            db.add(Province(code=code, name=name))


def arrived(service: Service, path: Path, *, province_code: str = SAMPLE, operator: str = "", kind: str = "") -> str:
    """Put a file into the service as an upload that has arrived; return its id."""
    copy = service.settings.home / f"copy-{path.name}"
    shutil.copyfile(path, copy)
    with service.database.write() as db:
        blob = service.blobs.take(db, copy)
        sender = db.query(User).first()
        assert sender is not None
        upload = Upload(
            province_code=province_code, operator=operator, purpose="dataset", kind=kind, file_name=path.name,
            size=blob.size, received=blob.size, state="stored", sha256=blob.sha256, sent_by=sender.id,
        )  # fmt: skip
        db.add(upload)
        db.flush()
        return upload.id


def run(service: Service, job_id: str) -> Job:
    """Do a job here and now."""
    with service.database.read() as db:
        kind = db.get_one(Job, job_id).kind
    return run_now(service, KINDS[kind], job_id)


def dataset(
    client: TestClient, service: Service, files: list[Path], kind: str, *, province_code: str = SAMPLE,
    operator: str = "", ground: str = "", completeness: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Make a dataset with one checked version; return the version."""
    made = client.post(
        "/api/datasets",
        json={"province_code": province_code, "kind": kind, "operator": operator, "name": f"{kind} {operator}"},
    )
    assert made.status_code == 201, made.text
    uploads = [arrived(service, path, province_code=province_code, operator=operator) for path in files]
    asked = client.post(
        f"/api/datasets/{made.json()['id']}/versions",
        json={"upload_ids": uploads, "ground": ground, "completeness": completeness},
    )
    assert asked.status_code == 202, asked.text
    run(service, asked.json()["job_id"])
    version = asked.json()["version"]
    told: dict[str, Any] = client.get(f"/api/datasets/{made.json()['id']}/versions/{version['id']}").json()
    return told


def all_datasets(client: TestClient, service: Service, folder: Path, *, neighbours: bool = True) -> list[str]:
    """Make every dataset of the sample province; return the ids of their versions."""
    found = [dataset(client, service, [folder / name], kind) for kind, (name, _) in FILES.items()]
    for operator, name in STATIONS.items():
        found.append(dataset(client, service, [folder / name], "stations", operator=operator))
    if neighbours:
        found.append(dataset(client, service, [folder / "tram_tinh_lan_can.xlsx"], "stations"))
    tiles = sorted((folder / "terrain").glob("*.tif"))
    found.append(dataset(client, service, tiles, "terrain", ground="dsm"))
    bad = [one for one in found if one["state"] != "usable"]
    assert not bad, bad
    return [one["id"] for one in found]


def study(client: TestClient, service: Service, versions: list[str], **more: Any) -> dict[str, Any]:
    """Ask for a study of the sample province and run it."""
    given = {"province_code": SAMPLE, "name": "Rà soát", "versions": versions, "settings": {"simulated": True}, **more}
    asked = client.post("/api/studies", json=given)
    assert asked.status_code == 202, asked.text
    job = run(service, asked.json()["job_id"])
    assert job.state == "done", job.error
    told: dict[str, Any] = client.get(f"/api/studies/{asked.json()['study']['id']}").json()
    return told
