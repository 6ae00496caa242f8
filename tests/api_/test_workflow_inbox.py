"""The first page of each role, and words said beside things: each within its own scope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from api_.made_rounds import in_days, package, round_with_rows, rows_of
from fastapi.testclient import TestClient

from phusong.api.access.roles import Role
from phusong.api.database.models import Job, Request, Round, User
from phusong.api.database.types import now
from phusong.api.service import Service

As = Callable[..., TestClient]


def told(client: TestClient) -> dict[str, list[str]]:
    """Return what an inbox tells: by section, the titles of its things with their words."""
    answer = client.get("/api/inbox")
    assert answer.status_code == 200, answer.text
    found = {one["name"]: [f"{i['title']}: {i['text']}" for i in one["items"]] for one in answer.json()["sections"]}
    assert answer.json()["total"] == sum(map(len, found.values()))
    return found


def test_the_inbox_of_somebody_with_nothing_to_do_is_empty(service: Service, as_: As) -> None:
    """Another province's round, an auditor, an administrator: nothing waits, and nothing is counted."""
    round_with_rows(service, state="proposed")
    for client in (
        as_(Role.LEADER, province_code="04"), as_(Role.AUDITOR), as_(Role.ADMIN),
        as_(Role.COMMUNE, province_code="01", commune_code="00985"), as_(Role.OPERATOR, operator="viettel"),
    ):  # fmt: skip
        assert told(client) == {}


def test_a_province_sees_what_is_late_returned_and_reminded(service: Service, as_: As) -> None:
    """The round that was returned, past its day, of which it was reminded."""
    round_id = round_with_rows(service, state="returned")
    with service.database.write() as db:
        db.get_one(Round, round_id).due_on = date(2026, 1, 31)
    as_(Role.PLANNER).post(f"/api/rounds/{round_id}/reminders", json={"province": True})
    found = told(as_(Role.PROVINCE, province_code="01"))
    assert list(found) == ["overdue", "returned", "reminders"]
    assert found["overdue"] == ["Đợt 1/2026: Danh sách đến hạn ngày 31/01/2026"]
    assert told(as_(Role.PROVINCE, province_code="04")) == {}


def test_a_unit_sees_its_open_questions_and_reminders_until_it_has_answered(service: Service, as_: As) -> None:
    """What is asked is counted with its day; overdue once the day has passed; gone once answered."""
    round_id, planner = round_with_rows(service, state="submitted"), as_(Role.PLANNER)
    due = in_days(5)
    planner.post(f"/api/rounds/{round_id}/steps/ask", json={"due_on": due.isoformat(), "operators": ["viettel"]})
    planner.post(f"/api/rounds/{round_id}/reminders", json={})
    viettel, commune = (
        as_(Role.OPERATOR, operator="viettel"), as_(Role.COMMUNE, province_code="01", commune_code="01000"),
    )  # fmt: skip
    assert told(viettel)["to_answer"] == [f"Đợt 1/2026: 3 kiến nghị cần trả lời trước ngày {due:%d/%m/%Y}"]
    assert list(told(commune)) == ["to_answer", "reminders"]
    assert told(planner)["to_do"][0] == "Đợt 1/2026: 0/6 kiến nghị đã trả lời"
    request_id = commune.get("/api/requests").json()["items"][0]["id"]
    commune.post(f"/api/requests/{request_id}/answers", json={"cells": {"still_gap": "no"}})
    assert told(commune) == {}
    with service.database.write() as db:
        for one in db.query(Request).filter(Request.operator == "viettel"):
            one.due_on = in_days(-1)
    assert list(told(viettel)) == ["overdue", "reminders"]


def test_a_planner_decides_and_a_leader_approves(service: Service, as_: As) -> None:
    """Rows without a finding wait for the planner, a proposed round and a frozen package for the leader."""
    round_with_rows(service, state="reconciled")
    round_with_rows(service, state="proposed", batch="Đợt 2/2026")
    package(service)
    planner = told(as_(Role.PLANNER, province_code="01"))
    assert planner["to_decide"] == ["Đợt 1/2026: 3 dòng chưa có kết luận"]
    assert "to_approve" not in planner
    leader = told(as_(Role.LEADER, province_code="01"))
    assert leader["to_approve"] == [
        "Đợt 2/2026: Việc tiếp theo: phê duyệt", "GT-01: Đã chốt. Việc tiếp theo: phê duyệt",
    ]  # fmt: skip


def test_a_failed_job_is_told_to_whoever_asked_for_it(service: Service, as_: As) -> None:
    """With its reason, and to nobody else."""
    client = as_(Role.PLANNER, province_code="01", username="nguoi-quy-hoach")
    with service.database.write() as db:
        user = db.query(User).filter(User.username == "nguoi-quy-hoach").one()
        db.add(
            Job(
                kind="study", province_code="01", subject_id="0" * 16, state="failed", finished_at=now(),
                error={"vi": "Thiếu địa hình", "en": "No terrain"}, created_by=user.id,
            )
        )  # fmt: skip
    assert told(client)["jobs_failed"] == ["study: Thiếu địa hình"]
    assert told(as_(Role.PLANNER, province_code="01")) == {}


def test_what_changed_since_the_last_round_is_counted(service: Service, as_: As) -> None:
    """New places, places gone, places that say something else."""
    round_with_rows(service, communes=("00985", "00985", "00985"), state="finished")
    later = round_with_rows(service, batch="Đợt 2/2026", communes=("00985", "00985"), state="submitted")
    with service.database.write() as db:
        db.get_one(type(rows_of(service, later)[0]), rows_of(service, later)[0].id).households = 31
    found = told(as_(Role.PROVINCE, province_code="01"))
    assert found["changed"] == ["Đợt 2/2026: 0 nơi mới, 1 nơi đã hết, 1 nơi thay đổi"]


def test_comments_are_seen_by_whoever_sees_the_thing(service: Service, as_: As) -> None:
    """A word beside a row reaches its commune and its province, not its neighbours, operators or other provinces."""
    round_id = round_with_rows(service)
    row = rows_of(service, round_id)[0]
    officer = as_(Role.PROVINCE, province_code="01")
    body = {"subject_kind": "row", "subject_id": row.id, "text": "Đã gọi lại <script>alert(1)</script>"}
    made = officer.post("/api/comments", json=body)
    assert made.status_code == 201
    assert made.json()["text"] == body["text"]
    where = f"/api/comments?subject_kind=row&subject_id={row.id}"
    seen = {
        "its commune": as_(Role.COMMUNE, province_code="01", commune_code="00985"),
        "another commune": as_(Role.COMMUNE, province_code="01", commune_code="01000"),
        "an operator": as_(Role.OPERATOR, operator="viettel"),
        "another province": as_(Role.PROVINCE, province_code="04"),
        "an auditor": as_(Role.AUDITOR),
    }
    for path in (where, f"/api/comments/{made.json()['id']}"):
        assert {name: one.get(path).status_code for name, one in seen.items()} == {
            "its commune": 200, "another commune": 404, "an operator": 404, "another province": 404, "an auditor": 200,
        }  # fmt: skip
    assert seen["its commune"].get(where).json()["total"] == 1
    assert seen["an auditor"].post("/api/comments", json=body).status_code == 403
    assert seen["another province"].post("/api/comments", json=body).status_code == 404
    assert officer.post("/api/comments", json={**body, "text": "   "}).status_code == 422


def test_a_round_is_spoken_of_by_offices_and_not_by_communes(service: Service, as_: As) -> None:
    """A commune, which does not see the round itself, neither reads nor writes beside it."""
    round_id = round_with_rows(service)
    body = {"subject_kind": "round", "subject_id": round_id, "text": "Đề nghị nộp sớm"}
    assert as_(Role.PLANNER).post("/api/comments", json=body).status_code == 201
    commune = as_(Role.COMMUNE, province_code="01", commune_code="00985")
    assert commune.get(f"/api/comments?subject_kind=round&subject_id={round_id}").status_code == 404
    assert commune.post("/api/comments", json=body).status_code == 404
