"""What waits for a person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from phusong.api.access.policy import Action, Person
from phusong.api.deps import LanguageDep, Needs, ReadDep
from phusong.api.problems import answers
from phusong.api.workflow.inbox import inbox

router = APIRouter(prefix="/api", tags=["inbox"])


class ItemOut(BaseModel):
    """One thing that waits."""

    subject_kind: str
    subject_id: str
    province_code: str
    title: str
    text: str
    since: datetime | None
    due_on: date | None


class SectionOut(BaseModel):
    """The things of one kind that wait, and how many there are in all."""

    name: str
    title: str
    total: int
    items: list[ItemOut]


class InboxOut(BaseModel):
    """Everything that waits; empty where nothing does."""

    total: int
    sections: list[SectionOut]


@router.get("/inbox", responses=answers())
def read_inbox(db: ReadDep, language: LanguageDep, person: Annotated[Person, Depends(Needs(Action.INBOX))]) -> InboxOut:
    """Tell what waits for this person: overdue, returned, to answer, to decide, to approve, failed, changed."""
    sections = [
        SectionOut(
            name=section.name,
            title=section.title.to(language),
            total=section.total,
            items=[
                ItemOut(
                    subject_kind=one.subject_kind,
                    subject_id=one.subject_id,
                    province_code=one.province_code,
                    title=one.title,
                    text=one.text.to(language),
                    since=one.since,
                    due_on=one.due_on,
                )
                for one in section.items
            ],
        )
        for section in inbox(db, person)
    ]
    return InboxOut(total=sum(one.total for one in sections), sections=sections)
