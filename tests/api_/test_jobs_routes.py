"""Following and cancelling long work through the API."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

from api_.toy_processes import ask
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from phusong.api.access.roles import Role
from phusong.api.database.models import Job, User
from phusong.api.service import Service


def _asked_by(service: Service, job_id: str, username: str) -> None:
    with service.database.write() as db:
        person = db.scalar(select(User.id).where(User.username == username))
        db.execute(update(Job).where(Job.id == job_id).values(created_by=person))


def _events(body: str) -> list[tuple[str, dict[str, object]]]:
    parts = [part.split("\n") for part in body.strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in parts]


def test_an_officer_sees_the_work_of_the_own_province(service: Service, as_: Callable[..., TestClient]) -> None:
    """Lists, counts and single jobs stop at the province; another's job is not there."""
    here, there = ask(service, province_code="01"), ask(service, province_code="04")
    officer = as_(Role.PROVINCE, province_code="01")
    listed = officer.get("/api/jobs").json()
    assert ([one["id"] for one in listed["items"]], listed["total"]) == ([here], 1)
    assert officer.get(f"/api/jobs/{here}").json()["state"] == "queued"
    assert officer.get(f"/api/jobs/{there}").status_code == 404
    assert officer.get(f"/api/jobs/{there}/events").status_code == 404
    assert as_(Role.PLANNER).get("/api/jobs").json()["total"] == 2


def test_who_asked_for_work_follows_it(service: Service, as_: Callable[..., TestClient]) -> None:
    """A commune officer sees what this officer has asked for, and nothing else of the province."""
    own, _ = ask(service, province_code="01"), ask(service, province_code="01")
    officer = as_(Role.COMMUNE, province_code="01", commune_code="00004", username="can-bo-xa")
    _asked_by(service, own, "can-bo-xa")
    assert [one["id"] for one in officer.get("/api/jobs").json()["items"]] == [own]
    assert officer.get(f"/api/jobs/{own}").json()["own"] is True


def test_work_nobody_has_begun_is_cancelled_at_once(service: Service, as_: Callable[..., TestClient]) -> None:
    """The answer tells the new state; a second time there is nothing to cancel; other provinces' work is not there."""
    wanted, there = ask(service, province_code="01"), ask(service, province_code="04")
    planner = as_(Role.PLANNER, province_code="01")
    answer = planner.post(f"/api/jobs/{wanted}/cancel")
    assert (answer.status_code, answer.json()["state"]) == (202, "cancelled")
    assert answer.json()["error"] == "Đã hủy theo yêu cầu."
    assert planner.post(f"/api/jobs/{wanted}/cancel").status_code == 409
    assert planner.post(f"/api/jobs/{there}/cancel").status_code == 404
    assert as_(Role.PROVINCE, province_code="04").post(f"/api/jobs/{there}/cancel").status_code == 403


def test_work_under_way_is_cancelled_by_its_worker(service: Service, as_: Callable[..., TestClient]) -> None:
    """The wish is written down and told; the worker ends it."""
    wanted = ask(service)
    with service.database.write() as db:
        db.execute(update(Job).where(Job.id == wanted).values(state="running", worker="w"))
    told = as_(Role.PLANNER).post(f"/api/jobs/{wanted}/cancel").json()
    assert (told["state"], told["cancel_asked"]) == ("running", True)


def test_events_tell_changes_and_the_end(service: Service, as_: Callable[..., TestClient]) -> None:
    """The stream begins with the job as it stands, tells a change, and ends with the work and its reason."""
    wanted = ask(service)
    planner = as_(Role.PLANNER)
    changing = threading.Timer(1.0, _end, (service, wanted))
    changing.start()
    answer = planner.get(f"/api/jobs/{wanted}/events?lang=en")
    changing.join()
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = _events(answer.text)
    assert [(name, one["state"]) for name, one in told] == [("job", "queued"), ("end", "failed")]
    last = told[-1][1]
    assert last["error"] == "The file is empty."
    assert last["problems"] == [{"level": "error", "where": "row 3", "detail": "no commune"}]
    assert last["progress"] == {"step": 1, "of": 2, "title": "Reading", "share": 0.5}


def _end(service: Service, job_id: str) -> None:
    problem = {"level": "error", "where": {"vi": "dòng 3", "en": "row 3"}, "vi": "thiếu xã", "en": "no commune"}
    with service.database.write() as db:
        job = db.get_one(Job, job_id)
        job.state = "failed"
        job.error = {"vi": "Tệp trống.", "en": "The file is empty.", "problems": [problem]}
        job.progress = {"step": 1, "of": 2, "title": {"vi": "Đọc", "en": "Reading"}, "share": 0.5}
