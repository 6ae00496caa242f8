"""The steps of a round: what was taken, what may be taken, and a route for each step of the table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.database.models import Round, StepRecord, User
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.problems import NotFoundError, answers
from phusong.api.workflow.asking import Asked, ask
from phusong.api.workflow.reconciling import keep_findings, read_findings
from phusong.api.workflow.steps import ROUND_STATES, STEPS, Step, step_of
from phusong.api.workflow.taking import LONGEST_REASON, Subject, condition_against, history, steps_for, take
from phusong.data.schemas.common import OPERATORS
from phusong.errors import UnknownNameError
from phusong.words import Language, Text

router = APIRouter(prefix="/api", tags=["rounds"])

_ANSWERS = answers(404, 409)
Reason = Annotated[str, Field(max_length=LONGEST_REASON, description="Lý do; bắt buộc khi trả lại hoặc huỷ")]


class StepIn(BaseModel):
    """A step with its reason."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Bản 2 thiếu toạ độ, đề nghị bổ sung"}]}
    )

    reason: Reason = ""


class AskIn(StepIn):
    """Whom to ask and by when; ``communes`` left out is every commune with rows."""

    due_on: date
    communes: list[Annotated[str, Field(max_length=5)]] | None = Field(default=None, max_length=1000)
    operators: list[Annotated[str, Field(max_length=32, pattern="^[a-z0-9_-]+$")]] = Field(default=[], max_length=20)


class ReconcileIn(StepIn):
    """The study the round is set beside."""

    study_id: Id


class StepOut(BaseModel):
    """A step that was taken."""

    step: str
    title: str
    from_state: str
    to_state: str
    state_title: str
    reason: str
    by: str
    at: datetime


class OfferedOut(BaseModel):
    """A step this person may take now; ``against`` says what is missing, "" where nothing is."""

    step: str
    title: str
    needs_reason: bool
    against: str


class StepsOut(BaseModel):
    """Where a round stands, what was done, and what this person may do next."""

    round_id: str
    state: str
    state_title: str
    since: datetime
    taken: list[StepOut]
    offered: list[OfferedOut]


class TakenOut(BaseModel):
    """The state a step led to."""

    round_id: str
    state: str
    state_title: str
    step_id: str
    at: datetime


class AskedOut(TakenOut):
    """The same, with how many questions are open."""

    requests: int


class ReconciledOut(TakenOut):
    """The same, with how many rows each verdict of the study has."""

    verdicts: dict[str, int]


def taken_steps(db: Session, subject: Subject, titles: dict[str, Any], language: Language) -> list[StepOut]:
    """Return the history of a subject, for whoever may see it."""
    records = history(db, subject)
    people = db.execute(select(User.id, User.full_name).where(User.id.in_({one.made_by for one in records})))
    names = {user_id: name for user_id, name in people}  # noqa: C416 - rows are no pairs to a type checker
    return [
        StepOut(
            step=one.step,
            title=told.title.to(language) if (told := step_of(one.subject_kind, one.step)) else one.step,
            from_state=one.from_state,
            to_state=one.to_state,
            state_title=titles[one.to_state].to(language),
            reason=one.reason,
            by=names.get(one.made_by, ""),
            at=one.made_at,
        )
        for one in records
    ]


@router.get("/rounds/{round_id}/steps", responses=_ANSWERS)
def list_steps(
    round_id: Id,
    db: ReadDep,
    language: LanguageDep,
    person: Annotated[Person, Depends(Needs(Action.ROUND_READ))],
) -> StepsOut:
    """Tell where a round stands, every step that was taken, and those this person may take."""
    found = reached(db, person, Action.ROUND_READ, Round, round_id)
    return StepsOut(
        round_id=found.id,
        state=found.state,
        state_title=ROUND_STATES[found.state].to(language),
        since=found.state_since,
        taken=taken_steps(db, found, ROUND_STATES, language),
        offered=[_offered(db, found, step, language) for step in steps_for(person, found)],
    )


def _offered(db: Session, round_: Round, step: Step, language: Language) -> OfferedOut:
    chosen_with_the_step = step.name in ("ask", "reconcile")  # what their condition asks for comes with them
    against = None if chosen_with_the_step else condition_against(db, round_, step)
    return OfferedOut(
        step=step.name,
        title=step.title.to(language),
        needs_reason=step.reason,
        against="" if against is None else against.to(language),
    )


@router.post("/rounds/{round_id}/steps/ask", responses=_ANSWERS)
def ask_units(
    round_id: Id,
    told: AskIn,
    db: WriteDep,
    language: LanguageDep,
    person: Annotated[Person, Depends(Needs(Action.ROUND_ASK))],
) -> AskedOut:
    """Send the rows of a round to communes and operators, with the day their answers are due."""
    found = reached(db, person, Action.ROUND_ASK, Round, round_id)
    unknown = set(told.operators) - {option.value for option in OPERATORS}
    if unknown:
        name = min(unknown)
        raise UnknownNameError(Text(f"Không có nhà mạng “{name}”.", f"There is no operator “{name}”."))
    asked = Asked(due_on=told.due_on, communes=told.communes, operators=told.operators)
    record, requests = ask(db, person, found, asked, told.reason)
    return AskedOut(**_taken(found, record, language).model_dump(), requests=requests)


@router.post("/rounds/{round_id}/steps/reconcile", responses=_ANSWERS)
def reconcile_round(
    round_id: Id,
    told: ReconcileIn,
    service: ServiceDep,
    language: LanguageDep,
    person: Annotated[Person, Depends(Needs(Action.ROUND_RECONCILE))],
) -> ReconciledOut:
    """Set the rows of a round beside a finished study and keep what it says of each."""
    with service.database.read() as db:
        reached(db, person, Action.ROUND_RECONCILE, Round, round_id)
    findings = read_findings(service, person, round_id, told.study_id)
    with service.database.write() as db:
        found = reached(db, person, Action.ROUND_RECONCILE, Round, round_id)
        record = keep_findings(db, person, found, findings, told.reason)
        return ReconciledOut(**_taken(found, record, language).model_dump(), verdicts=findings.counts)


def _taken(round_: Round, record: StepRecord, language: Language) -> TakenOut:
    return TakenOut(
        round_id=round_.id,
        state=round_.state,
        state_title=ROUND_STATES[round_.state].to(language),
        step_id=record.id,
        at=record.made_at,
    )


def _route(step: Step) -> Callable[..., TakenOut]:
    def take_step(
        round_id: Id,
        told: StepIn,
        db: WriteDep,
        language: LanguageDep,
        person: Person = Depends(Needs(step.action)),  # noqa: B008 - made for one step, so no annotation can name it
    ) -> TakenOut:
        found = db.get(Round, round_id)
        if found is None:
            raise NotFoundError
        record = take(db, person, found, step.name, told.reason)
        return _taken(found, record, language)

    take_step.__doc__ = f"{step.title.en}: {step.title.vi}."
    take_step.__name__ = f"round_{step.name}"
    return take_step


for _step in STEPS:
    if _step.subject == "round" and _step.name not in ("ask", "reconcile"):
        router.post(f"/rounds/{{round_id}}/steps/{_step.name}", responses=_ANSWERS, name=f"round_{_step.name}")(
            _route(_step)
        )
