"""Rounds: the list, and one round with its rows, its steps and what was said."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.access.scope import within
from phusong.api.database.models import GapRow, Round, Upload
from phusong.api.deps import Needs, ReadDep, WriteDep
from phusong.api.ids import Id
from phusong.api.pages.communes import commune_names
from phusong.api.pages.forms import FormDep, text_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go
from phusong.api.pages.scope import Place, place_of
from phusong.api.pages.shown import comments_on, names, steps_told
from phusong.api.pages.views.since_last import CHANGES, since_last
from phusong.api.pages.windows import window_of
from phusong.api.workflow import taking
from phusong.api.workflow.steps import ROUND_STATES, step_of
from phusong.data.names import fold
from phusong.words import Text

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.ROUND_READ))]


def place(round_: Round) -> Place:
    """Return the province and round the top bar names."""
    return Place(round_.province_code, round_.id, round_.batch)


@router.get("/rounds")
def rounds(request: Request, person: Reader, db: ReadDep) -> HTMLResponse:
    """Show every round in scope, the newest first."""
    chosen = place_of(request, person).province_code
    scope = within(person, Action.ROUND_READ, province=Round.province_code)
    scope = scope if not chosen else scope & (Round.province_code == chosen)
    window = window_of(request)
    total = db.scalar(select(func.count()).select_from(Round).where(scope)) or 0
    query = select(Round).where(scope).order_by(Round.created_at.desc(), Round.id)
    found = db.scalars(query.limit(window.limit).offset(window.offset)).all()
    counts = select(GapRow.round_id, func.count(), func.sum(GapRow.households)).where(
        GapRow.present, GapRow.round_id.in_([one.id for one in found])
    )
    rows = {key: (count, households) for key, count, households in db.execute(counts.group_by(GapRow.round_id))}
    return page(
        request, "rounds.html", Text("Các đợt rà soát", "Rounds"), section="rounds",
        rounds=found, rows=rows, window=window, total=total, states=ROUND_STATES,
    )  # fmt: skip


@router.get("/rounds/{round_id}")
def one_round(request: Request, person: Reader, db: ReadDep, round_id: Id) -> HTMLResponse:
    """Show one round: its rows, what may be done next, what was done and said."""
    round_ = reached(db, person, Action.ROUND_READ, Round, round_id)
    window, search = window_of(request), request.query_params.get("q", "")[:200]
    scope = within(person, Action.ROW_READ, province=GapRow.province_code, commune=GapRow.commune_code)
    held = scope & (GapRow.round_id == round_.id) & GapRow.present
    counted = select(
        func.count(), func.coalesce(func.sum(GapRow.households), 0), func.count(func.distinct(GapRow.commune_code))
    )
    whole = db.execute(counted.where(held)).one()
    asked = held & GapRow.folded.contains(fold(search), autoescape=True) if search else held
    found = db.scalars(
        select(GapRow).where(asked).order_by(GapRow.gap_id).limit(window.limit).offset(window.offset)
    ).all()
    return page(
        request, "round.html", round_title(round_.batch), section="rounds", place=place(round_), round=round_,
        rows=found, whole=whole, total=db.scalar(select(func.count()).select_from(GapRow).where(asked)) or 0,
        window=window, search=search, states=ROUND_STATES, steps=steps_shown(person, round_), tab="rows",
        called=commune_names(db, [(one.province_code, one.commune_code) for one in found]),
        uploads=uploads_of(db, person, round_), history=steps_told(db, taking.history(db, round_)),
        said=comments_on(db, person, "round", round_.id), since=since_last(db, person, round_), changes=CHANGES,
    )  # fmt: skip


def round_title(batch: str, what: Text | None = None) -> Text:
    """Return what a round is called, with what a page shows of it; a name that says "Đợt" itself says it once."""
    vi = batch if batch.casefold().startswith("đợt") else f"Đợt {batch}"
    return Text(vi, f"Round {batch}") if what is None else Text(f"{vi}: {what.vi}", f"Round {batch}: {what.en}")


def steps_shown(person: Person, round_: Round) -> list[dict[str, object]]:
    """Return the steps a person may take; those that need a choice lead to the page where it is made."""
    elsewhere = {"ask": f"/rounds/{round_.id}/requests", "reconcile": f"/rounds/{round_.id}/findings"}
    return [
        {"name": one.name, "title": one.title, "reason": one.reason, "address": elsewhere.get(one.name, "")}
        for one in taking.steps_for(person, round_)
    ]


def uploads_of(db: Session, person: Person, round_: Round) -> list[dict[str, Any]]:
    """Return what was sent for a round, the newest first."""
    scope = within(
        person, Action.UPLOAD_READ, province=Upload.province_code, commune=Upload.commune_code, operator=Upload.operator
    )
    query = select(Upload).where(scope, Upload.round_id == round_.id).order_by(Upload.created_at.desc()).limit(20)
    found = db.scalars(query).all()
    by = names(db, (one.sent_by for one in found))
    return [{"upload": one, "by": by.get(one.sent_by, "")} for one in found]


@router.post("/rounds/{round_id}/steps")
def take_step(
    request: Request,
    person: Annotated[Person, Depends(Needs(Action.ROUND_READ))],
    db: WriteDep,
    form: FormDep,
    round_id: Id,
) -> Response:
    """Take a step of a round; who may is the table of steps, asked where the step is taken."""
    round_ = reached(db, person, Action.ROUND_READ, Round, round_id)
    name = text_of(form, "step")
    taking.take(db, person, round_, name, text_of(form, "reason"))
    step = step_of("round", name)
    done = step.title if step else Text(name, name)
    return go(request, f"/rounds/{round_id}", Text(f"{done.vi}: đã xong.", f"{done.en}: done."))
