"""The pages of a list of 100,000 rows against those of one of 1,000: first byte, bytes, and the ratio of the two.

Each list is sent, checked and taken as its round's; then its checked page and its round's rows are asked for, narrowed
and turned over. A page that reads only what it shows takes as long for the one as for the other.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import pandas as pd
from api_.inline import run_now
from api_.made_people import sign_in
from api_.made_rounds import person, study
from check_intake_scale import PROVINCE, table
from fastapi.testclient import TestClient
from sqlalchemy import insert, select

from phusong.api.access.roles import Grant, Role
from phusong.api.app import create_app
from phusong.api.database import schema
from phusong.api.database.models import Answer, GapRow, GapRowVersion, Job, Request, Round, RowFinding
from phusong.api.database.types import new_id
from phusong.api.intake.jobs import JOB_KINDS
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings
from phusong.data.names import fold

SHORT, LONG, TIMES = 1_000, 100_000, 7
BYTES = {"content-type": "application/octet-stream"}
PAGES = {
    "checked list": "/uploads/{upload}",
    "every row": "/uploads/{upload}?show=all",
    "its last page": "/uploads/{upload}?show=all&offset={last}",
    "rows of the round": "/rounds/{round}",
    "found by name": "/rounds/{round}?q=nua+17",
    "the last of them": "/rounds/{round}?offset={last}",
    "those that differ": "/rounds/{round}/evidence?differs=yes",
    "evidence": "/rounds/{round}/evidence",
}


def sent(client: TestClient, service: Service, count: int) -> dict[str, str]:
    """Send a list to a round of its own and check it; put its rows into the round."""
    rows = table(count)
    content = rows.to_csv(index=False).encode("utf-8-sig")
    made = client.post("/api/rounds", json={"province_code": PROVINCE, "batch": f"{count}"}).json()
    asked = {
        "province_code": PROVINCE,
        "purpose": "gaps",
        "kind": "gaps",
        "file_name": "ds.csv",
        "round_id": made["id"],
    }
    upload = client.post("/api/uploads", json=asked | {"size": len(content)}).json()
    for offset in range(0, len(content), upload["part_bytes"]):
        part = content[offset : offset + upload["part_bytes"]]
        answer = client.patch(f"/api/uploads/{upload['id']}?offset={offset}", content=part, headers=BYTES)
        assert answer.is_success, answer.text
    with service.database.read() as db:
        job_id = db.scalars(select(Job.id).where(Job.subject_id == upload["id"], Job.state == "queued")).one()
    run_now(service, JOB_KINDS[0], job_id)
    put(service, made["id"], rows)
    return {"upload": upload["id"], "round": made["id"], "last": str(count - 50)}


def put(service: Service, round_id: str, rows: pd.DataFrame) -> None:
    """Put rows into a round with an answer and a word of a study each: more than a round takes, as it will once be."""
    maker = person(service)
    study_id = study(service, province=PROVINCE)
    told: dict[Any, list[dict[str, Any]]] = {one: [] for one in (GapRow, GapRowVersion, RowFinding, Request, Answer)}
    for number, one in enumerate(rows.to_dict("records")):
        _put_row(told, number, one, round_id, study_id, maker.id)
    with service.database.write() as db:
        db.get_one(Round, round_id).study_id = study_id
        for table_, values in told.items():
            db.execute(insert(table_), values)


def _put_row(
    told: dict[Any, list[dict[str, Any]]], number: int, one: Any, round_id: str, study_id: str, by: str
) -> None:
    row_id, request_id, commune = new_id(), new_id(), str(one["Mã xã"])
    cells = {"gap_id": f"KV-{number}", "village_name": one["Tên thôn"], "commune_name": one["Tên xã"],
             "gap_class": "white", "households_total": 80.0, "households_unserved": 20.0}  # fmt: skip
    place = {"province_code": PROVINCE, "commune_code": commune}
    told[GapRow].append(place | {
        "id": row_id, "round_id": round_id, "gap_id": f"KV-{number}", "village": one["Tên thôn"], "households": 20,
        "folded": fold(f"{one['Tên thôn']} {one['Tên xã']}"),
    })  # fmt: skip
    told[GapRowVersion].append({"id": new_id(), "row_id": row_id, "version": 1, "cells": cells, "made_by": by})
    told[RowFinding].append({
        "id": new_id(), "round_id": round_id, "row_id": row_id, "row_version": 1, "study_id": study_id,
        "province_code": PROVINCE, "verdict": ("confirmed", "served", "undetermined")[number % 3], "details": {},
    })  # fmt: skip
    told[Request].append(place | {
        "id": request_id, "round_id": round_id, "row_id": row_id, "operator": "viettel", "fields": ["coverage"],
        "due_on": date(2026, 12, 1),
    })  # fmt: skip
    told[Answer].append(
        {"id": new_id(), "request_id": request_id, "version": 1, "cells": {"coverage": "no"}, "made_by": by}
    )


def asked(client: TestClient, address: str) -> tuple[float, int]:
    """Return the median seconds of a page and its bytes as they are sent."""
    seconds, size = [], 0
    for _ in range(TIMES):
        began = time.perf_counter()
        with client.stream("GET", address, headers={"accept": "text/html", "accept-encoding": "gzip"}) as answer:
            size = sum(map(len, answer.iter_raw()))
        assert answer.status_code == 200, (address, answer.status_code)
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds), size


def main() -> None:
    """Print a line for each page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=LONG)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        settings = ServiceSettings(home=Path(folder) / "home", reads_per_minute=10**6, writes_per_minute=10**6)
        settings.home.mkdir()
        schema.upgrade(settings.url)
        with TestClient(create_app(settings), base_url="http://127.0.0.1") as client:
            service: Service = client.app.state.service  # type: ignore[attr-defined]
            cookie, csrf = sign_in(service, [Grant(role=Role.PROVINCE, province_code=PROVINCE)])
            client.cookies.set("phusong_session", cookie)
            client.headers["x-csrf-token"] = csrf
            short, long = sent(client, service, SHORT), sent(client, service, rows)
            for name, path in PAGES.items():
                one, other = asked(client, path.format(**short)), asked(client, path.format(**long))
                print(
                    f"{name}: {1000 * one[0]:.0f} ms for {SHORT:,} rows, {1000 * other[0]:.0f} ms and "
                    f"{other[1] / 1000:.0f} kB for {rows:,}: {other[0] / one[0]:.1f} times"
                )


if __name__ == "__main__":
    main()
