"""A round beside a study, decisions over rows and findings, and what of them the next study reads."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from api_.made_rounds import person, round_with_rows, rows_of, study
from fastapi.testclient import TestClient
from sqlalchemy import select

from phusong.api.access.roles import Role
from phusong.api.database.models import AuditEntry, Decision, GapRow, GapRowVersion, Province, Round
from phusong.api.service import Service
from phusong.api.studies.outside import table_text
from phusong.api.workflow.recorded import recorded_findings
from phusong.data.lists import read_list
from phusong.data.schemas import GAPS
from phusong.data.schemas.findings import FINDINGS

As = Callable[..., TestClient]
SAMPLE = "99"


@pytest.fixture
def study_id(service: Service, small_results: Path) -> str:
    """Return a finished study of the sample province; the service reads its results where they are."""
    with service.database.write() as db:
        if db.get(Province, SAMPLE) is None:
            db.add(Province(code=SAMPLE, name="Tỉnh Mẫu"))
    (service.settings.home / "studies").mkdir(exist_ok=True)
    shutil.copytree(small_results, service.settings.home / "studies" / "mau")
    return study(service, province=SAMPLE, folder="studies/mau")


@pytest.fixture
def round_id(service: Service, study_id: str, small_province: Path) -> str:
    """Return a submitted round with the rows of the sample province's own list."""
    made = round_with_rows(service, province=SAMPLE, communes=(), state="submitted")
    listed = read_list(small_province / "danh_sach_lom_song.xlsx", GAPS).rows
    columns = ["gap_id", "commune_code", "commune_name", "village_name", "cluster_name", "gap_class", "lon", "lat"]
    maker = person(service)
    with service.database.write() as db:
        for cells in listed[[*columns, "households_total", "households_unserved"]].to_dict("records"):
            row = GapRow(
                round_id=made, province_code=SAMPLE, commune_code=cells["commune_code"], gap_id=cells["gap_id"],
                village=cells["village_name"],
            )  # fmt: skip
            told = {str(key): None if pd.isna(value) else value for key, value in cells.items()}
            row.versions = [GapRowVersion(version=1, cells=told, made_by=maker.id)]
            db.add(row)
    return made


@pytest.fixture
def planner(as_: As) -> TestClient:
    """Return a planner of the sample province."""
    return as_(Role.PLANNER, province_code=SAMPLE)


def test_a_round_is_reconciled_decided_proposed_and_approved(
    round_id: str, study_id: str, planner: TestClient, as_: As, service: Service
) -> None:
    """Every row gets the study's word; those it cannot tell are decided with a reason; then a leader approves."""
    told = planner.post(f"/api/rounds/{round_id}/steps/reconcile", json={"study_id": study_id}).json()
    count = len(rows_of(service, round_id))
    assert sum(told["verdicts"].values()) == count
    assert told["verdicts"]["confirmed"] > 0
    open_rows = planner.get(f"/api/rounds/{round_id}/findings?concluded=false&limit=500").json()
    assert 0 < open_rows["total"] < count
    assert all(one["verdict"] not in ("confirmed", "served") for one in open_rows["items"])
    assert all(one["explanation"] for one in open_rows["items"])
    refused = planner.post(f"/api/rounds/{round_id}/steps/propose", json={})
    assert refused.status_code == 409
    assert f"Còn {open_rows['total']} dòng" in refused.json()["detail"]
    ids = [one["row_id"] for one in open_rows["items"]]
    body = {"row_ids": ids, "verdict": "unserved", "reason": "Đã đo tại chỗ ngày 12/11/2026"}
    assert planner.post(f"/api/rounds/{round_id}/decisions", json=body).status_code == 201
    assert planner.get(f"/api/rounds/{round_id}/findings?concluded=false").json()["total"] == 0
    assert planner.post(f"/api/rounds/{round_id}/steps/propose", json={}).status_code == 200
    late = planner.post(f"/api/rounds/{round_id}/decisions", json=body)
    assert late.status_code == 409
    leader = as_(Role.LEADER, province_code=SAMPLE)
    assert leader.post(f"/api/rounds/{round_id}/steps/approve", json={}).json()["state"] == "approved"
    steps = leader.get(f"/api/rounds/{round_id}/steps").json()
    assert [one["step"] for one in steps["taken"]] == ["reconcile", "propose", "approve"]


def test_the_last_decision_stands_and_none_is_deleted(study_id: str, planner: TestClient) -> None:
    """A second word supersedes the first; both are in the history, and the list shows the last."""
    finding = planner.get(f"/api/studies/{study_id}/findings?target=village&service=data").json()["items"][0]
    where, asked = f"/api/studies/{study_id}/decisions", {"finding_ids": [finding["finding_id"]]}
    first = planner.post(where, json={**asked, "verdict": "covered", "reason": "Trạm mới"}).json()[0]
    second = planner.post(where, json={**asked, "verdict": "weak", "reason": "Đo lại"}).json()[0]
    assert second["supersedes_id"] == first["id"]
    kept = planner.get(f"/api/decisions?subject_code={finding['village_code']}").json()["items"]
    assert [one["verdict"] for one in kept] == ["weak", "covered"]
    shown = planner.get(f"/api/studies/{study_id}/findings?target=village&service=data").json()["items"][0]
    assert shown["decision"]["verdict_title"] == "sóng yếu"
    assert shown["finding"] == finding["finding"]  # what the evidence says stays beside it


@pytest.mark.parametrize(
    ("verdict", "reason", "status"), [("covered", "", 422), ("covered", "   ", 422), ("unserved", "Đã đo", 422)]
)
def test_a_decision_needs_a_reason_and_a_word_of_its_subject(
    study_id: str, planner: TestClient, service: Service, verdict: str, reason: str, status: int
) -> None:
    """Without a reason, or with a gap's word over a village, nothing is recorded."""
    finding = planner.get(f"/api/studies/{study_id}/findings?target=village").json()["items"][0]
    body = {"finding_ids": [finding["finding_id"]], "verdict": verdict, "reason": reason}
    assert planner.post(f"/api/studies/{study_id}/decisions", json=body).status_code == status
    with service.database.read() as db:
        assert db.scalars(select(Decision)).all() == []
        assert db.scalars(select(AuditEntry).where(AuditEntry.action == "finding.decide")).all() == []


def test_decisions_and_findings_of_another_province_are_not_found(
    study_id: str, round_id: str, planner: TestClient, as_: As
) -> None:
    """A planner elsewhere neither reads, counts nor decides; an officer of the province reads and does not decide."""
    finding = planner.get(f"/api/studies/{study_id}/findings").json()["items"][0]
    body = {"finding_ids": [finding["finding_id"]], "verdict": "undetermined", "reason": "Cần đo"}
    assert planner.post(f"/api/studies/{study_id}/decisions", json=body).status_code == 201
    other, officer = as_(Role.PLANNER, province_code="01"), as_(Role.PROVINCE, province_code=SAMPLE)
    for path in (f"/api/studies/{study_id}/findings", f"/api/rounds/{round_id}/findings"):
        assert other.get(path).status_code == 404
        assert officer.get(path).status_code == 200
    assert other.get("/api/decisions").json()["total"] == 0
    assert officer.get("/api/decisions").json()["total"] == 1
    assert other.post(f"/api/studies/{study_id}/decisions", json=body).status_code == 404
    assert officer.post(f"/api/studies/{study_id}/decisions", json=body).status_code == 403
    assert other.post(f"/api/rounds/{round_id}/steps/reconcile", json={"study_id": study_id}).status_code == 404


def test_findings_are_filtered_and_their_evidence_is_told(study_id: str, planner: TestClient) -> None:
    """Words without accents find a village; the evidence of a finding is that finding's."""
    first = planner.get(f"/api/studies/{study_id}/findings").json()
    one = first["items"][0]
    from phusong.data.names import fold

    found = planner.get(f"/api/studies/{study_id}/findings", params={"q": fold(one["village_name"])}).json()
    assert one["finding_id"] in [item["finding_id"] for item in found["items"]]
    assert found["total"] < first["total"]
    evidence = planner.get(f"/api/studies/{study_id}/evidence", params={"finding_id": one["finding_id"]}).json()
    assert {item["kind"] for item in evidence} >= set(one["said"])
    assert planner.get(f"/api/studies/{study_id}/evidence?finding_id=KL-x").status_code == 404


def test_the_next_study_reads_what_was_decided(
    study_id: str, planner: TestClient, service: Service, small_province: Path, tmp_path: Path
) -> None:
    """Decisions become the list of recorded findings, and a study with it concludes as decided; a withdrawn one not."""
    from phusong.study.findings_book import findings_of_study

    villages = planner.get(f"/api/studies/{study_id}/findings?target=village&service=data").json()["items"][:3]
    where = f"/api/studies/{study_id}/decisions"
    words = ("white", "covered", "weak")
    for one, word in zip(villages, words, strict=True):
        body = {"finding_ids": [one["finding_id"]], "verdict": word, "reason": "=1+1 theo biên bản"}
        assert planner.post(where, json=body).status_code == 201
    body = {"finding_ids": [villages[2]["finding_id"]], "verdict": "withdrawn", "reason": "Nhầm thôn"}
    assert planner.post(where, json=body).status_code == 201
    with service.database.read() as db:
        rows = recorded_findings(db, SAMPLE)
        assert recorded_findings(db, "01") == []
    path = tmp_path / "tinh"
    shutil.copytree(small_province, path)
    (path / "ket_luan.csv").write_text(table_text(pd.DataFrame(rows), FINDINGS), encoding="utf-8")
    assert read_list(path / "ket_luan.csv", FINDINGS).problems == ()
    text = (path / "study.toml").read_text(encoding="utf-8")
    (path / "study.toml").write_text(text.replace("[inputs]", '[inputs]\nfindings = "ket_luan.csv"', 1), "utf-8")
    table = findings_of_study(path / "study.toml").tables["findings"].set_index("finding_id")
    told = table.loc[[one["finding_id"] for one in villages]]
    assert told["basis"].tolist()[:2] == ["override", "override"]
    assert told["finding"].tolist()[:2] == ["white", "covered"]
    assert told["basis"].tolist()[2] != "override"


def test_decided_rows_make_the_finding_of_their_village(
    round_id: str, study_id: str, planner: TestClient, service: Service
) -> None:
    """A row decided as unserved makes its village a depression, or white where the row is the whole village."""
    planner.post(f"/api/rounds/{round_id}/steps/reconcile", json={"study_id": study_id})
    items = planner.get(f"/api/rounds/{round_id}/findings?limit=500").json()["items"]
    one = next(item for item in items if item["details"]["village"])
    body = {"row_ids": [one["row_id"]], "verdict": "unserved", "reason": "Đã đo"}
    planner.post(f"/api/rounds/{round_id}/decisions", json=body)
    with service.database.read() as db:
        rows = recorded_findings(db, SAMPLE)
        batch = db.get_one(Round, round_id).batch
    assert [row["village_code"] for row in rows] == [one["details"]["village"]["village_code"]]
    assert rows[0]["finding"] in ("white", "depression")
    assert rows[0]["service"] == "data"
    assert rows[0]["evidence"] == f"{batch}: {one['gap_id']}"
    body["verdict"] = "withdrawn"
    planner.post(f"/api/rounds/{round_id}/decisions", json=body)
    with service.database.read() as db:
        assert recorded_findings(db, SAMPLE) == []
