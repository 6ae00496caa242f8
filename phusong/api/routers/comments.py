"""Words said beside a thing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import func, select

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Comment, User
from phusong.api.deps import Needs, ReadDep, WriteDep
from phusong.api.ids import Id
from phusong.api.paging import Page, WindowDep
from phusong.api.problems import NotFoundError, answers
from phusong.api.workflow.commenting import LONGEST, place_of, say

router = APIRouter(prefix="/api", tags=["comments"])

Kind = Literal["round", "row", "request", "study", "plan", "package"]


class CommentIn(BaseModel):
    """Something to say beside a thing; no names or telephone numbers of residents."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"subject_kind": "row", "subject_id": "9b1deb4d3b7d4bad", "text": "Đã gọi lại UBND xã"}]
        },
    )

    subject_kind: Kind
    subject_id: Id
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]


class CommentOut(BaseModel):
    """What was said, by whom, when."""

    id: str
    subject_kind: str
    subject_id: str
    text: str
    by: str
    at: datetime


@router.post("/comments", responses=answers(404), status_code=201)
def write_comment(
    told: CommentIn, db: WriteDep, person: Annotated[Person, Depends(Needs(Action.COMMENT_WRITE))]
) -> CommentOut:
    """Say something beside a round, row, request, study, plan or package one may see."""
    return _out(say(db, person, told.subject_kind, told.subject_id, told.text), person.full_name)


@router.get("/comments", responses=answers(404))
def list_comments(
    db: ReadDep,
    window: WindowDep,
    person: Annotated[Person, Depends(Needs(Action.COMMENT_READ))],
    subject_kind: Kind,
    subject_id: Id,
) -> Page[CommentOut]:
    """List what was said beside a thing one may see, oldest first."""
    place_of(db, person, subject_kind, subject_id, Action.COMMENT_READ)
    own = (Comment.subject_kind == subject_kind, Comment.subject_id == subject_id)
    total = db.scalar(select(func.count()).select_from(Comment).where(*own)) or 0
    query = select(Comment, User.full_name).join(User, User.id == Comment.made_by).where(*own)
    rows = db.execute(query.order_by(Comment.made_at, Comment.id).limit(window.limit).offset(window.offset))
    return window.page([_out(one, name) for one, name in rows], total)


@router.get("/comments/{comment_id}", responses=answers(404))
def get_comment(
    comment_id: Id, db: ReadDep, person: Annotated[Person, Depends(Needs(Action.COMMENT_READ))]
) -> CommentOut:
    """Tell one comment."""
    found = db.get(Comment, comment_id)
    if found is None:
        raise NotFoundError
    place_of(db, person, found.subject_kind, found.subject_id, Action.COMMENT_READ)
    by = db.get_one(User, found.made_by)
    return _out(found, by.full_name)


def _out(one: Comment, by: str) -> CommentOut:
    return CommentOut(
        id=one.id, subject_kind=one.subject_kind, subject_id=one.subject_id, text=one.text, by=by, at=one.made_at
    )
