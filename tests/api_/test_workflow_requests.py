"""Communes and operators are asked, answer, are counted; who is silent is known."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from api_.made_rounds import in_days, person, round_with_rows
from fastapi.testclient import TestClient
from sqlalchemy import select

from phusong.api.access.roles import Role
from phusong.api.database import types
from phusong.api.database.models import Answer, AuditEntry, Request, Round, Upload
from phusong.api.service import Service
from phusong.api.workflow.answered import answers_said
from phusong.api.workflow.reminding import record_silence
from phusong.api.workflow.taking import silence

As = Callable[..., TestClient]


@pytest.fixture
def round_id(service: Service, as_: As) -> str:
    """Return a round of province 01 whose two communes and one operator are asked."""
    made = round_with_rows(service, state="submitted")
    told = {"due_on": in_days(10).isoformat(), "operators": ["viettel"]}
    answer = as_(Role.PLANNER).post(f"/api/rounds/{made}/steps/ask", json=told)
    assert answer.status_code == 200, answer.text
    assert answer.json()["requests"] == 6  # three rows, each to its commune and to Viettel
    return made


def commune(as_: As, code: str = "00985", province: str = "01") -> TestClient:
    """Return the officer of a commune."""
    return as_(Role.COMMUNE, province_code=province, commune_code=code)


def test_each_unit_sees_its_own_questions_and_no_others(round_id: str, as_: As) -> None:
    """Lists, counts and rates are of the unit alone; another province's operator sees nothing."""
    seen = {
        "00985": commune(as_), "viettel": as_(Role.OPERATOR, operator="viettel"),
        "nobody": as_(Role.OPERATOR, operator="mobifone"), "all": as_(Role.PROVINCE, province_code="01"),
        "other": as_(Role.PROVINCE, province_code="04"),
        "viettel 04": as_(Role.OPERATOR, operator="viettel", province_code="04"),
    }  # fmt: skip
    totals = {name: client.get("/api/requests").json()["total"] for name, client in seen.items()}
    assert totals == {"00985": 2, "viettel": 3, "nobody": 0, "all": 6, "other": 0, "viettel 04": 0}
    rates = {name: client.get(f"/api/rounds/{round_id}/answer-rate") for name, client in seen.items()}
    assert {name: one.status_code for name, one in rates.items()} == {
        "00985": 200, "viettel": 200, "nobody": 404, "all": 200, "other": 404, "viettel 04": 404,
    }  # fmt: skip
    assert [one["operator"] for one in rates["viettel"].json()["units"]] == ["viettel"]
    assert rates["all"].json()["total"]["text"] == "0/6 kiến nghị đã trả lời"


def test_a_commune_answers_and_answers_again(round_id: str, service: Service, as_: As) -> None:
    """The last answer stands, the first is kept, and the rate counts the question once."""
    client = commune(as_)
    request_id = client.get("/api/requests").json()["items"][0]["id"]
    where = f"/api/requests/{request_id}/answers"
    assert client.post(where, json={"cells": {"still_gap": "còn", "households_unserved": 18}}).status_code == 201
    told = client.post(where, json={"cells": {"still_gap": "hết"}, "by": "UBND xã", "on": "2026-11-20"}).json()
    assert [one["cells"].get("still_gap") for one in told["answers"]] == ["yes", "no"]
    assert (told["state"], told["late"]) == ("answered", False)
    assert client.get(f"/api/rounds/{round_id}/answer-rate").json()["total"]["text"] == "1/2 kiến nghị đã trả lời"
    with service.database.read() as db:
        said = answers_said(db, round_id)
        entries = db.scalars(select(AuditEntry).where(AuditEntry.action == "request.answer")).all()
    last = {one["field"]: one for one in said}
    assert (last["still_gap"]["value"], last["households_unserved"]["value"]) == ("no", "18")
    assert (last["still_gap"]["by"], last["still_gap"]["on"]) == ("UBND xã", "2026-11-20")
    assert {(one["kind"], one["who"]) for one in said} == {("commune", "00985")}
    assert len(entries) == 2


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"coverage": "yes"}, "không được hỏi"),
        ({"still_gap": "có lẽ"}, "có lẽ"),
        ({"households_unserved": 900, "households_total": 20}, "hộ"),
        ({"lon": 105.3}, "vĩ độ"),
        ({"households_total": -4}, "-4"),
        ({}, "Chưa trả lời"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_with_its_field(
    round_id: str, as_: As, cells: dict[str, object], words: str
) -> None:
    """What was not asked, cannot be read, is out of range or contradicts itself is told, and nothing is recorded."""
    client = commune(as_)
    request_id = client.get("/api/requests").json()["items"][0]["id"]
    answer = client.post(f"/api/requests/{request_id}/answers", json={"cells": cells})
    assert answer.status_code == 422
    assert words in str(answer.json()["problems"])
    assert client.get(f"/api/requests/{request_id}").json()["answers"] == []


def test_another_units_question_is_not_found(round_id: str, as_: As) -> None:
    """Neither read nor answered: of another commune, another operator, another province."""
    request_id = commune(as_).get("/api/requests").json()["items"][0]["id"]
    for client in (
        commune(as_, "01000"), commune(as_, "00985", "04"), as_(Role.OPERATOR, operator="viettel"),
    ):  # fmt: skip
        assert client.get(f"/api/requests/{request_id}").status_code == 404
        told = client.post(f"/api/requests/{request_id}/answers", json={"cells": {"still_gap": "yes"}})
        assert told.status_code == 404
    assert as_(Role.LEADER).post(f"/api/requests/{request_id}/answers", json={"cells": {}}).status_code == 403


def test_a_filled_in_form_answers_for_its_unit(round_id: str, service: Service, as_: As, tmp_path: Path) -> None:
    """A form downloaded, filled in and handed in answers its rows; handed in twice it adds nothing."""
    client = commune(as_)
    form = client.get(f"/api/rounds/{round_id}/form")
    assert form.status_code == 200
    path = tmp_path / "phieu.xlsx"
    path.write_bytes(form.content)
    _fill(path, "còn")
    upload_id = _uploaded(service, path, commune_code="00985")
    told = as_(Role.PROVINCE, province_code="01").post(f"/api/rounds/{round_id}/answers", json={"upload_id": upload_id})
    assert told.status_code == 200, told.text
    assert (told.json()["answered"], told.json()["silent"]) == (1, 1)
    again = as_(Role.PROVINCE, province_code="01").post(
        f"/api/rounds/{round_id}/answers", json={"upload_id": upload_id}
    )
    assert again.json()["answered"] == 0
    with service.database.read() as db:
        kept = db.scalars(select(Answer)).one()
    assert (kept.cells["still_gap"], kept.upload_id) == ("yes", upload_id)
    other = commune(as_, "01000").post(f"/api/rounds/{round_id}/answers", json={"upload_id": upload_id})
    assert other.status_code == 404


def test_a_file_that_is_no_form_is_refused(round_id: str, service: Service, as_: As, tmp_path: Path) -> None:
    """Any other workbook is named as no form of a round."""
    path = tmp_path / "khac.xlsx"
    openpyxl.Workbook().save(path)
    upload_id = _uploaded(service, path)
    told = as_(Role.PLANNER).post(f"/api/rounds/{round_id}/answers", json={"upload_id": upload_id})
    assert told.status_code == 422
    assert "không phải là phiếu" in told.json()["detail"]


def test_an_operators_form_says_nothing_of_another_operator(round_id: str, as_: As, tmp_path: Path) -> None:
    """What the list says of other operators' signal and plans is not in the file."""
    form = as_(Role.OPERATOR, operator="viettel").get(f"/api/rounds/{round_id}/form")
    path = tmp_path / "phieu.xlsx"
    path.write_bytes(form.content)
    text = " ".join(str(cell.value) for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row)
    assert "Viettel" in text
    assert "MobiFone" not in text


def test_silence_is_recorded_when_the_day_has_passed_and_a_late_answer_is_late(
    round_id: str, service: Service, as_: As
) -> None:
    """After the day an open question is silent; answered all the same, the answer stands and is marked late."""
    assert record_silence(service) == 0
    assert record_silence(service, today=in_days(11)) == 6
    client = commune(as_)
    first = client.get("/api/requests").json()["items"][0]
    assert first["state"] == "silent"
    told = client.post(f"/api/requests/{first['id']}/answers", json={"cells": {"still_gap": "yes"}}).json()
    assert (told["state"], told["late"]) == ("answered", True)
    with service.database.read() as db:
        assert len(db.scalars(select(AuditEntry).where(AuditEntry.action == "request.silent")).all()) == 1


def test_two_workers_record_the_same_silence_once(round_id: str, service: Service) -> None:
    """Workers of two machines come to a round at once: the second waits for the first and finds nothing left."""
    found: list[int] = []
    other = threading.Thread(target=lambda: found.append(record_silence(service, today=in_days(11))))
    with service.database.write() as db:
        round_ = db.get_one(Round, round_id, with_for_update={"key_share": True})
        first = silence(db, None, round_)
        other.start()
        time.sleep(0.3)  # long enough to have read which rounds there are; too short only weakens the test
    other.join(60)
    assert (first, found) == (6, [0])
    with service.database.read() as db:
        assert len(db.scalars(select(AuditEntry).where(AuditEntry.action == "request.silent")).all()) == 1


@pytest.mark.parametrize(
    ("moment", "overdue"),
    [("2026-11-20T16:59:00+00:00", False), ("2026-11-20T17:01:00+00:00", True)],
)
def test_a_deadline_ends_at_midnight_in_vietnam(
    service: Service, as_: As, monkeypatch: pytest.MonkeyPatch, moment: str, overdue: bool
) -> None:
    """Due on the 20th: at 23:59 in Vietnam it is in time, two minutes later overdue, whatever the server's zone."""
    made = round_with_rows(service, state="submitted")
    monkeypatch.setattr(types, "now", lambda: datetime(2026, 11, 1, tzinfo=UTC))
    told = {"due_on": "2026-11-20", "operators": ["viettel"]}
    planner = as_(Role.PLANNER)
    assert planner.post(f"/api/rounds/{made}/steps/ask", json=told).status_code == 200
    monkeypatch.setattr(types, "now", lambda: datetime.fromisoformat(moment))
    assert {one["overdue"] for one in planner.get("/api/requests").json()["items"]} == {overdue}
    assert record_silence(service) == (6 if overdue else 0)


def test_units_are_asked_again_and_what_was_answered_stands(round_id: str, service: Service, as_: As) -> None:
    """A second asking opens the silent questions under the new day and leaves the answered ones."""
    client, planner = commune(as_), as_(Role.PLANNER)
    request_id = client.get("/api/requests").json()["items"][0]["id"]
    client.post(f"/api/requests/{request_id}/answers", json={"cells": {"still_gap": "yes"}})
    assert planner.post(f"/api/rounds/{round_id}/steps/close", json={}).status_code == 200
    assert planner.get(f"/api/rounds/{round_id}/answer-rate").json()["total"]["silent"] == 5
    again = planner.post(
        f"/api/rounds/{round_id}/steps/ask", json={"due_on": in_days(20).isoformat(), "operators": ["viettel"]}
    )
    assert again.json()["requests"] == 5
    with service.database.read() as db:
        assert len(db.scalars(select(Request)).all()) == 6


def test_a_round_that_asks_nobody_or_with_a_day_gone_by_is_refused(service: Service, as_: As) -> None:
    """Nobody chosen, or a day in the past: the round stays as it is."""
    made, planner = round_with_rows(service, state="submitted"), as_(Role.PLANNER)
    for told in ({"communes": [], "due_on": in_days(3).isoformat()}, {"due_on": in_days(-1).isoformat()}):
        assert planner.post(f"/api/rounds/{made}/steps/ask", json=told).status_code == 409
    with service.database.read() as db:
        assert db.get_one(Round, made).state == "submitted"
        assert db.scalars(select(Request)).all() == []
    told = {"due_on": in_days(3).isoformat(), "operators": ["vnpt-media"]}
    assert planner.post(f"/api/rounds/{made}/steps/ask", json=told).status_code == 422


def test_reminders_go_to_units_with_open_questions_only(round_id: str, as_: As) -> None:
    """A unit that has answered all is not reminded; each reminder says how much is open."""
    client, planner = commune(as_, "01000"), as_(Role.PLANNER, province_code="01")
    request_id = client.get("/api/requests").json()["items"][0]["id"]
    client.post(f"/api/requests/{request_id}/answers", json={"cells": {"still_gap": "no"}})
    told = planner.post(f"/api/rounds/{round_id}/reminders", json={}).json()
    assert [(one["commune_code"] or one["operator"], one["open_requests"]) for one in told] == [
        ("00985", 2), ("viettel", 3),
    ]  # fmt: skip
    assert planner.get(f"/api/rounds/{round_id}/reminders").json()["total"] == 2
    assert as_(Role.PLANNER, province_code="04").get(f"/api/rounds/{round_id}/reminders").status_code == 404


def _fill(path: Path, word: str) -> None:
    """Answer the first row of a commune's form."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    keys = next(row for row in sheet.iter_rows() if row[0].value == "#keys")
    column = next(cell.column for cell in keys if cell.value == "answer:still_gap")
    sheet.cell(row=keys[0].row + 2, column=column).value = word
    book.save(path)


def _uploaded(service: Service, path: Path, commune_code: str = "") -> str:
    sender = person(service)
    with service.database.write() as db:
        blob = service.blobs.put(db, path.read_bytes())
        sent = Upload(
            province_code="01", commune_code=commune_code, purpose="answers", kind="gaps", file_name=path.name,
            size=blob.size, received=blob.size, state="stored", sha256=blob.sha256, sent_by=sender.id,
        )  # fmt: skip
        db.add(sent)
    return sent.id
