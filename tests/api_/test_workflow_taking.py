"""Steps: who takes them, from where, under which conditions, and what is recorded."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from api_.made_rounds import in_days, package, person, round_with_rows, rows_of, study, version
from sqlalchemy import select

from phusong.api.access.policy import MAY
from phusong.api.access.roles import Grant, Role
from phusong.api.database.models import (
    AuditEntry,
    Decision,
    DocumentSet,
    Package,
    Request,
    Round,
    RowFinding,
    StepRecord,
    Upload,
)
from phusong.api.problems import ConflictError, NotAllowedError, NotFoundError
from phusong.api.service import Service
from phusong.api.workflow.awarding import Awarded, award
from phusong.api.workflow.steps import PACKAGE_STATES, ROUND_STATES, STEPS
from phusong.api.workflow.taking import ReasonError, history, steps_for, take
from phusong.errors import UnknownNameError

WON = Awarded(winner="Công ty A", decision_number="12/QĐ", decided_on=date(2026, 11, 2), awarded_vnd=9_800_000_000)


def test_a_list_with_errors_is_not_submitted_and_the_corrected_one_is(service: Service) -> None:
    """Submitting needs an accepted list without errors; the step, its state and its audit entry stand together."""
    round_id, officer = round_with_rows(service), person(service, Grant(role=Role.PROVINCE, province_code="01"))
    with service.database.write() as db:
        round_ = db.get_one(Round, round_id)
        db.get_one(Upload, round_.list_upload_id).errors = 3
    with pytest.raises(ConflictError, match="3 errors"), service.database.write() as db:
        take(db, officer, db.get_one(Round, round_id), "submit")
    with service.database.write() as db:
        db.get_one(Upload, db.get_one(Round, round_id).list_upload_id).errors = 0
    with service.database.write() as db:
        record = take(db, officer, db.get_one(Round, round_id), "submit")
    with service.database.read() as db:
        kept = db.get_one(Round, round_id)
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "round.submit")).one()
        assert (kept.state, kept.state_since) == ("submitted", record.made_at)
        assert [one.step for one in history(db, kept)] == ["submit"]
    assert entry.details == {"from": "open", "to": "submitted", "step": record.id}


def test_a_round_without_a_list_or_with_a_later_one_under_check_is_not_submitted(service: Service) -> None:
    """What counts must be there, and nothing newer may be on its way."""
    empty = round_with_rows(service, batch="Đợt 0", communes=())
    busy, officer = round_with_rows(service), person(service)
    with service.database.write() as db:
        db.get_one(Round, empty).list_upload_id = None
        db.add(
            Upload(
                province_code="01", purpose="gaps", kind="gaps", round_id=busy, file_name="b.xlsx", size=1,
                state="checking", sent_by=officer.id,
            )
        )  # fmt: skip
    for round_id, words in ((empty, "no list yet"), (busy, "being checked")):
        with pytest.raises(ConflictError, match=words), service.database.write() as db:
            take(db, officer, db.get_one(Round, round_id), "submit")


def test_a_round_of_another_province_is_not_found_and_a_step_of_another_office_not_allowed(service: Service) -> None:
    """Outside the scope a round does not exist; inside it, a step of another role is refused."""
    round_id = round_with_rows(service, state="proposed")
    stranger = person(service, Grant(role=Role.LEADER, province_code="04"))
    officer = person(
        service, Grant(role=Role.PROVINCE, province_code="01"), Grant(role=Role.LEADER, province_code="04")
    )
    for one, error in ((stranger, NotFoundError), (officer, NotAllowedError)):
        with pytest.raises(error), service.database.write() as db:
            take(db, one, db.get_one(Round, round_id), "approve")
    assert [step.name for step in steps_for(officer, _read(service, round_id))] == []


def test_a_return_needs_a_reason_and_keeps_it(service: Service) -> None:
    """Without words nothing is returned; with them they stand in the history, and only their digest in the audit."""
    round_id, leader = round_with_rows(service, state="proposed"), person(service, Grant(role=Role.LEADER))
    with pytest.raises(ReasonError), service.database.write() as db:
        take(db, leader, db.get_one(Round, round_id), "return", "  ")
    with service.database.write() as db:
        take(db, leader, db.get_one(Round, round_id), "return", "Thiếu toạ độ Bản 2")
    with service.database.read() as db:
        record = db.scalars(select(StepRecord)).one()
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "round.return")).one()
    assert (record.reason, record.to_state) == ("Thiếu toạ độ Bản 2", "returned")
    assert "Thiếu" not in str(entry.details)
    assert len(entry.details["reason_sha256"]) == 64


def test_closing_records_silence(service: Service) -> None:
    """Who has not answered when answers close was silent, and that is in the trail."""
    round_id, planner = round_with_rows(service, state="asked"), person(service)
    row, other, _ = rows_of(service, round_id)
    with service.database.write() as db:
        for one, state in ((row, "asked"), (other, "answered")):
            db.add(
                Request(
                    round_id=round_id, row_id=one.id, province_code="01", commune_code="00985", fields=[],
                    state=state, due_on=in_days(3),
                )
            )  # fmt: skip
    with service.database.write() as db:
        take(db, planner, db.get_one(Round, round_id), "close")
    with service.database.read() as db:
        states = {one.row_id: one.state for one in db.scalars(select(Request))}
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "request.silent")).one()
    assert states == {row.id: "silent", other.id: "answered"}
    assert entry.details == {"requests": 1}


def test_nothing_is_proposed_or_approved_before_every_row_has_a_finding(service: Service) -> None:
    """A definite word of the study or a decision of a person is a finding; a row that changed since has none."""
    round_id, planner = round_with_rows(service, state="reconciled"), person(service)
    one, two, three = rows_of(service, round_id)
    study_id = study(service)
    with service.database.write() as db:
        round_ = db.get_one(Round, round_id)
        round_.study_id = study_id
        for row, verdict in ((one, "confirmed"), (two, "undetermined"), (three, "served")):
            db.add(_said(row, study_id, verdict))
        db.get_one(type(three), three.id).version = 2
    with pytest.raises(ConflictError, match="2 rows"), service.database.write() as db:
        take(db, planner, db.get_one(Round, round_id), "propose")
    with service.database.write() as db:
        db.add(_said(three, study_id, "served", version=2))
        db.add(_decided(two.gap_id, round_id, planner.id, "unserved"))
    with service.database.write() as db:
        take(db, planner, db.get_one(Round, round_id), "propose")
    with service.database.write() as db:
        before = db.scalars(select(Decision)).one()
        db.add(_decided(two.gap_id, round_id, planner.id, "withdrawn", supersedes=before.id))
    with pytest.raises(ConflictError, match="1 rows"), service.database.write() as db:
        take(db, planner, db.get_one(Round, round_id), "approve")


def test_a_package_goes_from_frozen_to_accepted_and_its_round_is_finished(service: Service) -> None:
    """Publishing needs documents, freezing anew a version of after the return; the round ends with its packages."""
    round_id, all_offices = round_with_rows(service, state="packaged"), person(service)
    package_id = package(service, round_id=round_id)

    def step(name: str, reason: str = "") -> None:
        with service.database.write() as db:
            take(db, all_offices, db.get_one(Package, package_id), name, reason)

    step("return", "Giá vượt định mức")
    with pytest.raises(ConflictError, match="new version"):
        step("freeze", "Đã tính lại giá")
    with service.database.write() as db:
        held = db.get_one(Package, package_id)
        held.versions.append(version(2, all_offices))
        held.version = 2
    step("freeze", "Đã tính lại giá")
    step("approve")
    with pytest.raises(ConflictError, match="set of documents"):
        step("publish")
    with service.database.write() as db:
        now_version = db.get_one(Package, package_id).versions[-1]
        db.add(
            DocumentSet(
                province_code="01", package_version_id=now_version.id, language="vi", state="done",
                made_by=all_offices.id,
            )
        )  # fmt: skip
    step("publish")
    with pytest.raises(ConflictError, match="winner"):
        step("award")
    with service.database.write() as db:
        award(db, all_offices, db.get_one(Package, package_id), WON)
    step("build")
    with pytest.raises(ConflictError, match="1 packages"), service.database.write() as db:
        take(db, all_offices, db.get_one(Round, round_id), "finish")
    step("accept")
    with service.database.write() as db:
        take(db, all_offices, db.get_one(Round, round_id), "finish")
    with service.database.read() as db:
        told = [one.step for one in history(db, db.get_one(Package, package_id))]
    assert told == ["return", "freeze", "approve", "publish", "award", "build", "accept"]


@pytest.mark.parametrize("subject", ["round", "package"])
def test_every_step_is_refused_from_every_other_state(service: Service, subject: str) -> None:
    """Whatever the conditions, a step is only possible from the states the table names."""
    planner = person(service)
    subject_id = round_with_rows(service) if subject == "round" else package(service)
    model: type[Any] = Round if subject == "round" else Package
    for state in ROUND_STATES if subject == "round" else PACKAGE_STATES:
        with service.database.write() as db:
            db.get_one(model, subject_id).state = state
        for step in STEPS:
            if step.subject == subject and state not in step.before:
                with pytest.raises(ConflictError, match="not possible"), service.database.write() as db:
                    take(db, planner, db.get_one(model, subject_id), step.name, "lý do")


def test_every_step_is_taken_by_the_roles_of_its_action_only(service: Service) -> None:
    """Of each role, what ``steps_for`` offers is what the table of actions says."""
    round_id, package_id = round_with_rows(service), package(service)
    with service.database.read() as db:
        subjects = (db.get_one(Round, round_id), db.get_one(Package, package_id))
    for role in Role:
        one = person(service, Grant(role=role, province_code="01", commune_code="00985" * (role == Role.COMMUNE)))
        for held in subjects:
            offered = {step.name for step in steps_for(one, held)}
            kind = "round" if isinstance(held, Round) else "package"
            told = {s.name for s in STEPS if s.subject == kind and held.state in s.before and role in MAY[s.action]}
            assert offered == told


def test_a_step_nobody_knows_is_named(service: Service) -> None:
    """A step that is not in the table is refused by its name."""
    round_id, planner = round_with_rows(service), person(service)
    with pytest.raises(UnknownNameError, match="bay"), service.database.write() as db:
        take(db, planner, db.get_one(Round, round_id), "bay")


def _read(service: Service, round_id: str) -> Round:
    with service.database.read() as db:
        return db.get_one(Round, round_id)


def _said(row: object, study_id: str, verdict: str, version: int = 1) -> RowFinding:
    return RowFinding(
        round_id=row.round_id,  # type: ignore[attr-defined]
        row_id=row.id,  # type: ignore[attr-defined]
        row_version=version,
        study_id=study_id,
        province_code="01",
        verdict=verdict,
    )


def _decided(gap_id: str, round_id: str, by: str, verdict: str, supersedes: str | None = None) -> Decision:
    return Decision(
        province_code="01", round_id=round_id, subject_kind="reported", subject_code=gap_id, verdict=verdict,
        reason="Đã kiểm tra tại chỗ", supersedes_id=supersedes, made_by=by,
    )  # fmt: skip
