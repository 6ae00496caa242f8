"""Gap lists made for tests, sent and checked as a browser and a worker would."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd
from api_.inline import run_now
from fastapi.testclient import TestClient
from sqlalchemy import select

from phusong.api.database.models import Job
from phusong.api.intake.jobs import JOB_KINDS
from phusong.api.service import Service
from phusong.data.injection import XLSXWRITER_OPTIONS

GAP = {
    "Mã tỉnh": "08",
    "Mã xã": "00985",
    "Tên xã": "Thượng Lâm",
    "Tên thôn": "Bản Nà Lạ",
    "Loại đối tượng": "thôn",
    "Kinh độ": 105.34808,
    "Vĩ độ": 22.62924,
    "Tổng số hộ": 84,
    "Số hộ chưa có sóng": 84,
    "Phân loại": "trắng sóng",
}
VILLAGES = ("Bản Nà Lạ", "Khuổi Nà", "Bản Bung", "Nà Đon")
Row = dict[str, Any]


def gaps(*villages: str, **more: Any) -> list[Row]:
    """Return a row for each village, apart from each other."""
    return [
        GAP | {"Tên thôn": village, "Kinh độ": round(105.30 + 0.03 * at, 5)} | more
        for at, village in enumerate(villages or VILLAGES)
    ]


def as_csv(rows: list[Row]) -> bytes:
    """Return rows as a list in text."""
    return pd.DataFrame(rows).to_csv(index=False, sep=";").encode("utf-8-sig")


def as_xlsx(rows: list[Row]) -> bytes:
    """Return rows as a workbook."""
    out = io.BytesIO()
    with pd.ExcelWriter(out, engine="xlsxwriter", engine_kwargs={"options": dict(XLSXWRITER_OPTIONS)}) as book:
        pd.DataFrame(rows).to_excel(book, index=False)
    return out.getvalue()


def open_round(client: TestClient, batch: str = "2026-Q4", province_code: str = "08") -> str:
    """Open a round and return its id."""
    answer = client.post("/api/rounds", json={"province_code": province_code, "batch": batch})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def begin(client: TestClient, size: int, **more: Any) -> dict[str, Any]:
    """Begin an upload and return it."""
    asked = {"province_code": "08", "purpose": "gaps", "kind": "gaps", "file_name": "danh sách.csv", "size": size}
    answer = client.post("/api/uploads", json=asked | more)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def send(client: TestClient, content: bytes, *, part: int = 0, **more: Any) -> dict[str, Any]:
    """Send a whole file in parts and return the upload as the last answer tells it."""
    told = begin(client, len(content), **more)
    size = part or len(content)
    for offset in range(0, len(content), size):
        answer = client.patch(f"/api/uploads/{told['id']}?offset={offset}", content=content[offset : offset + size])
        assert answer.status_code == 200, answer.text
        told = answer.json()
    return told


def check(service: Service, upload_id: str) -> None:
    """Do the check of an upload as a worker would."""
    with service.database.read() as db:
        job_id = db.scalars(select(Job.id).where(Job.subject_id == upload_id, Job.state == "queued")).one()
    run_now(service, JOB_KINDS[0], job_id)


def accepted(client: TestClient, service: Service, content: bytes, **more: Any) -> tuple[str, dict[str, Any]]:
    """Send, check, acknowledge and accept a list; return the upload's id and what became of the rows."""
    upload_id = send(client, content, **more)["id"]
    check(service, upload_id)
    report = client.get(f"/api/uploads/{upload_id}/report").json()
    ids = [one["id"] for one in report["problems"] if one["level"] == "warning"]
    answer = client.post(f"/api/uploads/{upload_id}/acknowledge", json={"ids": ids})
    assert answer.status_code == 200, answer.text
    answer = client.post(f"/api/uploads/{upload_id}/accept", json={})
    assert answer.status_code == 200, answer.text
    return upload_id, answer.json()
