"""Long work: how far it is, cancelling it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import func, select

from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.database.models import Job
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id, IdOrNone
from phusong.api.jobs.ending import ENDED, cancel
from phusong.api.jobs.registry import KINDS
from phusong.api.jobs.seeing import job_for, seen_by
from phusong.api.paging import Page, WindowDep
from phusong.api.problems import NotFoundError, answers
from phusong.api.service import Service
from phusong.words import Language

router = APIRouter(prefix="/api/jobs", tags=["jobs"])

LOOK_SECONDS = 0.5
SIGN_OF_LIFE_SECONDS = 15.0
STREAM_SECONDS = 300.0
"""A stream ends after so long; a browser asks again by itself, and so shows again who it is."""

_EVENT = {"type": "object", "properties": {"event": {"enum": ["job", "end"]}, "data": {"type": "string"}}}

State = Literal["queued", "running", "done", "failed", "cancelled"]
_STATES: TypeAdapter[State] = TypeAdapter(State)


class ProgressOut(BaseModel):
    """How far work is: step ``step`` of ``of``, and how much of it is done, 0 to 1."""

    step: int
    of: int
    title: str
    share: float


class FaultOut(BaseModel):
    """One thing that is wrong with what was sent."""

    level: str
    where: str
    detail: str


class JobOut(BaseModel):
    """A piece of long work; ``error`` says why it has no outcome."""

    id: str
    kind: str
    title: str
    province_code: str
    subject_id: str
    state: State
    progress: ProgressOut | None
    error: str | None
    problems: list[FaultOut]
    own: bool
    cancel_asked: bool
    may_cancel: bool
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


def job_out(job: Job, person: Person, language: Language) -> JobOut:
    """Return a job as a person sees it."""
    kind, error = KINDS.get(job.kind), job.error or {}
    ended = job.state in ENDED
    return JobOut(
        id=job.id,
        kind=job.kind,
        title=job.kind if kind is None else kind.title.to(language),
        province_code=job.province_code,
        subject_id=job.subject_id,
        state=_STATES.validate_python(job.state),
        progress=_progress_out(job.progress, language),
        error=error.get(language),
        problems=[
            FaultOut(level=one["level"], where=one["where"][language], detail=one[language])
            for one in error.get("problems", ())
        ],
        own=job.created_by == person.id,
        cancel_asked=job.cancel_asked_at is not None,
        may_cancel=not ended and person.may(Action.JOB_CANCEL, province_code=job.province_code),
        attempts=job.attempts,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
    )


def _progress_out(told: dict[str, Any], language: Language) -> ProgressOut | None:
    if not told:
        return None
    return ProgressOut(
        step=told.get("step", 0), of=told.get("of", 0), title=told.get("title", {}).get(language, ""),
        share=told.get("share", 0.0),
    )  # fmt: skip


@router.get("")
def list_jobs(
    person: Annotated[Person, Depends(Needs(Action.JOB_FOLLOW))],
    db: ReadDep,
    window: WindowDep,
    language: LanguageDep,
    state: Annotated[State | None, Query()] = None,
    subject_id: IdOrNone = "",
) -> Page[JobOut]:
    """List long work, the newest first: of the provinces you reach, and what you have asked for."""
    wanted = select(Job).where(seen_by(person))
    if state is not None:
        wanted = wanted.where(Job.state == state)
    if subject_id:
        wanted = wanted.where(Job.subject_id == subject_id)
    total = db.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    part = wanted.order_by(Job.created_at.desc(), Job.id).limit(window.limit).offset(window.offset)
    return window.page([job_out(one, person, language) for one in db.scalars(part)], total)


@router.get("/{job_id}", responses=answers(404))
def show_job(
    job_id: Id, person: Annotated[Person, Depends(Needs(Action.JOB_FOLLOW))], db: ReadDep, language: LanguageDep
) -> JobOut:
    """Tell how far one piece of work is, or how it ended."""
    return job_out(job_for(db, person, job_id), person, language)


@router.post("/{job_id}/cancel", status_code=202, responses=answers(404, 409))
def cancel_job(
    job_id: Id,
    person: Annotated[Person, Depends(Needs(Action.JOB_CANCEL))],
    db: WriteDep,
    service: ServiceDep,
    language: LanguageDep,
) -> JobOut:
    """Cancel work: at once where nobody has begun it, else as soon as its worker has stopped."""
    job = reached(db, person, Action.JOB_CANCEL, Job, job_id)
    return job_out(cancel(db, service, KINDS.get(job.kind), job_id, by=person), person, language)


@router.get(
    "/{job_id}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": _EVENT}}}, **answers(404)},
)
async def follow_job(
    request: Request,
    job_id: Id,
    person: Annotated[Person, Depends(Needs(Action.JOB_FOLLOW))],
    service: ServiceDep,
    language: LanguageDep,
) -> StreamingResponse:
    """Follow work as it goes: an event ``job`` at every change, ``end`` when it has ended."""
    first = await run_in_threadpool(_looked_at, service, person, job_id, language)
    stream = _events(request, service, person, first, language)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _events(
    request: Request, service: Service, person: Person, told: JobOut, language: Language
) -> AsyncIterator[str]:
    """Tell a job until it has ended, nobody listens, or the stream has lasted long enough."""
    until = time.monotonic() + STREAM_SECONDS
    spoke_at = time.monotonic()
    yield _event(told)
    while told.state not in ENDED and time.monotonic() < until and not await request.is_disconnected():
        await asyncio.sleep(LOOK_SECONDS)
        try:
            now_told = await run_in_threadpool(_looked_at, service, person, told.id, language)
        except NotFoundError:
            return
        if now_told != told:
            told, spoke_at = now_told, time.monotonic()
            yield _event(told)
        elif time.monotonic() - spoke_at > SIGN_OF_LIFE_SECONDS:
            spoke_at = time.monotonic()
            yield ":\n\n"


def _looked_at(service: Service, person: Person, job_id: str, language: Language) -> JobOut:
    with service.database.read() as db:
        return job_out(job_for(db, person, job_id), person, language)


def _event(told: JobOut) -> str:
    name = "end" if told.state in ENDED else "job"
    return f"event: {name}\ndata: {json.dumps(told.model_dump(mode='json'), ensure_ascii=False)}\n\n"
