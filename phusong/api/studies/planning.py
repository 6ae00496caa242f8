"""Plans: sites chosen over a study for a goal, as a job; the goal is checked when it is asked for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.access.scope import within
from phusong.api.database.models import Job, Plan, Study
from phusong.api.database.types import now
from phusong.api.jobs.asking import ask_for
from phusong.api.jobs.kinds import JobKind, Plain, Task
from phusong.api.problems import ConflictError
from phusong.api.service import Service
from phusong.api.studies.folders import digest_over, digests_of, emptied, put_in_place, without_paths
from phusong.api.studies.running import study_file
from phusong.words import Language, Text

PLAN = "plan"
FOLDER = "plans"
LANGUAGES: tuple[Language, ...] = ("vi", "en")
_WORK = "ke-hoach"
_KEPT = (
    *("asked", "outcome", "households_without_service", "candidates", "sites", "planned_households", "bound"),
    *("cost_low_vnd", "cost_vnd", "cost_high_vnd", "proven_gap", "in_time", "held", "left_households"),
    *("gaps_found_served", "dated", "version", "simulated"),
)


def plan_for(db: Session, person: Person, plan_id: str, action: Action = Action.PLAN_READ) -> Plan:
    """Return a plan in whose province the person may do something; otherwise there is none."""
    return reached(db, person, action, Plan, plan_id)


def listed_plans(
    db: Session, person: Person, *, study_id: str = "", province_code: str = "", limit: int, offset: int
) -> tuple[Sequence[Plan], int]:
    """Return the plans of a person's scope, the newest first, and how many those are."""
    which = [within(person, Action.PLAN_READ, province=Plan.province_code)]
    which += [Plan.study_id == study_id] if study_id else []
    which += [Plan.province_code == province_code] if province_code else []
    total = db.scalar(select(func.count()).select_from(Plan).where(*which)) or 0
    order = (Plan.created_at.desc(), Plan.id)
    return db.scalars(select(Plan).where(*which).order_by(*order).limit(limit).offset(offset)).all(), total


def ask_plan(db: Session, person: Person, study: Study, *, name: str, goal: Mapping[str, Any]) -> tuple[Plan, Job]:
    """Begin a plan of a study that is done.

    Raises
    ------
    OutOfRangeError
        The goal asks for nothing, for two things, or for numbers that cannot be.
    """
    from phusong.study.planning import Goal

    if study.state != "done":
        raise ConflictError(Text("Nghiên cứu chưa xong.", "The study is not done."))
    Goal(**goal)
    plan = Plan(
        province_code=study.province_code, study_id=study.id, name=name, goal=dict(goal), created_by=person.id
    )  # fmt: skip
    db.add(plan)
    db.flush()
    audit.record(
        db, "plan.ask", by=person, subject=("plan", plan.id), province_code=plan.province_code,
        details={"study": study.id, "goal": dict(goal)},
    )  # fmt: skip
    return plan, ask_for(db, PLAN, by=person, province_code=plan.province_code, subject_id=plan.id)


def _prepare(db: Session, service: Service, job: Job) -> Plain:
    plan = db.get_one(Plan, job.subject_id)
    study = db.get_one(Study, plan.study_id)
    return {"study": str(study_file(service, study)), "goal": dict(plan.goal)}


def work(task: Task) -> Plain:
    """Choose the sites."""
    from phusong.study.planning import Goal, plan_study

    given = task.arguments
    out = emptied(task.folder / _WORK)
    with without_paths(task.folder):
        written = plan_study(
            Path(given["study"]), out, Goal(**given["goal"]), language=task.language, progress=task.progress
        )
    manifest = json.loads(json.dumps(dict(written.manifest)))
    answer = [{la: f"{label.to(la)}: {value.to(la)}" for la in LANGUAGES} for label, value in written.answer]
    return {
        "manifest": {key: manifest[key] for key in _KEPT if key in manifest} | {"answer": answer},
        "files": digests_of(written.folder),
    }


def _finish(db: Session, service: Service, job: Job, outcome: Plain) -> None:
    plan = db.get_one(Plan, job.subject_id)
    put_in_place(service.folder("jobs", job.id) / _WORK, service.folder(FOLDER, plan.id))
    plan.folder = f"{FOLDER}/{plan.id}"
    plan.digest = digest_over(outcome["files"])
    plan.manifest = {**outcome["manifest"], "files": outcome["files"]}
    plan.state, plan.finished_at, plan.error = "done", now(), ""
    audit.record(
        db, "plan.done", by=None, subject=("plan", plan.id), province_code=plan.province_code,
        details={"digest": plan.digest},
    )  # fmt: skip


def _failed(db: Session, service: Service, job: Job, text: Text) -> None:
    plan = db.get_one(Plan, job.subject_id)
    plan.state = "cancelled" if job.cancel_asked_at is not None else "failed"
    plan.error, plan.finished_at = text.vi, now()
    shutil.rmtree(service.folder("jobs", job.id) / _WORK, ignore_errors=True)
    audit.record(db, f"plan.{plan.state}", by=None, subject=("plan", plan.id), province_code=plan.province_code)


PLANNING = JobKind(
    name=PLAN,
    title=Text("Lập phương án đặt trạm", "Plan sites"),
    queue="heavy",
    prepare=_prepare,
    work=work,
    finish=_finish,
    failed=_failed,
)
