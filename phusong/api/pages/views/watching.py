"""What is under way and what was done: jobs, and the audit trail."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.access.scope import within
from phusong.api.database.models import AuditEntry, DatasetVersion, Job
from phusong.api.deps import Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.intake.receiving import CHECK_UPLOAD
from phusong.api.jobs.registry import KINDS
from phusong.api.jobs.seeing import job_for
from phusong.api.pages.frame import page
from phusong.api.pages.narrowing import narrowed, of_person
from phusong.api.pages.notices import go
from phusong.api.pages.scope import Place, place_of, provinces_of
from phusong.api.pages.shown import JOB_STATES, names, shown_job, shown_jobs
from phusong.api.pages.spoken import SUBJECT_TITLES, known_actions
from phusong.api.pages.windows import listed, window_of
from phusong.api.problems import language_of
from phusong.api.routers.jobs import cancel_job
from phusong.api.studies.datasets import CHECK_DATASET
from phusong.words import Text

router = APIRouter()
Watcher = Annotated[Person, Depends(Needs(Action.JOB_READ))]
LONGEST_SEARCH = 64


@router.get("/jobs")
def jobs(request: Request, person: Watcher, db: ReadDep) -> HTMLResponse:
    """Show the work under way in scope, and what has ended."""
    query = select(Job).where(within(person, Action.JOB_READ, province=Job.province_code))
    chosen = place_of(request, person).province_code
    query = query.where(Job.province_code == chosen) if chosen else query
    state = request.query_params.get("state", "")
    query = query.where(Job.state == state) if state in JOB_STATES else query
    kind = request.query_params.get("kind", "")
    query = query.where(Job.kind == kind) if kind in KINDS else query
    asked = narrowed(request)
    query = query.where(of_person(db, asked.who, user_id=Job.created_by), asked.days(Job.created_at))
    window = window_of(request)
    found, total = listed(db, query, window, Job.created_at.desc(), Job.id)
    return page(
        request, "jobs.html", Text("Việc đang chạy", "Work under way"), section="jobs",
        jobs=shown_jobs(db, person, found), total=total, window=window, states=JOB_STATES, state=state,
        kind=kind, asked=asked, kinds=sorted(KINDS.items()),
    )  # fmt: skip


@router.get("/jobs/{job_id}")
def one_job(
    request: Request, person: Annotated[Person, Depends(Needs(Action.JOB_FOLLOW))], db: ReadDep, job_id: Id
) -> HTMLResponse:
    """Show one job and follow it."""
    job = job_for(db, person, job_id)
    shown = shown_job(db, person, job)
    assert shown is not None
    return page(
        request, "job.html", shown.title, section="jobs", place=Place(job.province_code), job=shown,
        subject=subject_address(db, job),
    )  # fmt: skip


@router.post("/jobs/{job_id}/cancel")
def cancel(
    request: Request,
    person: Annotated[Person, Depends(Needs(Action.JOB_CANCEL))],
    db: WriteDep,
    service: ServiceDep,
    job_id: Id,
) -> Response:
    """Cancel work: at once where nobody has begun it, else as soon as its worker has stopped."""
    cancel_job(job_id, person, db, service, language_of(request))
    return go(request, f"/jobs/{job_id}", Text("Đã yêu cầu huỷ.", "It is being cancelled."))


def subject_address(db: Session, job: Job) -> str:
    """Return the page of what a job makes; "" where it has none of its own."""
    pages = {"study": "/studies/", "plan": "/plans/", "packages": "/plans/", "documents": "/documents/"}
    if job.kind == CHECK_UPLOAD:
        return f"/uploads/{job.subject_id}"
    if job.kind == CHECK_DATASET:
        version = db.get(DatasetVersion, job.subject_id)
        return "" if version is None else f"/datasets/{version.dataset_id}"
    return f"{pages[job.kind]}{job.subject_id}" if job.kind in pages else ""


@router.get("/audit")
def trail(request: Request, person: Annotated[Person, Depends(Needs(Action.AUDIT_READ))], db: ReadDep) -> HTMLResponse:
    """Show the audit trail, newest first, searched by person, action, thing, province and days."""
    fields = ("action", "kind", "subject", "province")
    asked = {key: request.query_params.get(key, "")[:LONGEST_SEARCH].strip() for key in fields}
    said, entry = narrowed(request), AuditEntry
    query = select(entry).where(
        within(person, Action.AUDIT_READ, province=entry.province_code), said.days(entry.at),
        of_person(db, said.who, user_id=entry.user_id, username=entry.username),
    )  # fmt: skip
    for column, key in ((entry.subject_kind, "kind"), (entry.province_code, "province")):
        query = query.where(column == asked[key]) if asked[key] else query
    if asked["action"]:
        query = query.where(AuditEntry.action.startswith(asked["action"], autoescape=True))
    if asked["subject"]:
        query = query.where(or_(AuditEntry.subject_id == asked["subject"], AuditEntry.subject_kind == asked["subject"]))
    window = window_of(request)
    found, total = listed(db, query, window, AuditEntry.number.desc())
    return page(
        request, "audit.html", Text("Nhật ký", "Audit trail"), section="audit", entries=found, total=total,
        window=window, asked=asked, said=said, actions=known_actions(), kinds=SUBJECT_TITLES,
        people=names(db, (one.user_id for one in found)), provinces=provinces_of(request, person),
    )  # fmt: skip
