"""The first page: what waits for this person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from phusong.api.access.policy import Action, Person
from phusong.api.deps import Needs, ReadDep
from phusong.api.jobs.registry import KINDS
from phusong.api.pages.frame import page
from phusong.api.pages.scope import place_of
from phusong.api.workflow.inbox import Item, inbox
from phusong.words import Text

router = APIRouter()
OPEN_QUESTIONS = "/requests?state=asked"
_OF_SECTION: Mapping[str, str] = {
    "to_answer": OPEN_QUESTIONS,
    "reminders": OPEN_QUESTIONS,
    "to_decide": "/rounds/{id}/findings",
    "changed": "/rounds/{id}/differences",
}
"""Where the things of a section are done, where that is not the round's own page."""
_CALLED: Mapping[str, Text] = {"round": Text("Đợt", "Round"), "package": Text("Gói thầu", "Package")}
_OF_KIND: Mapping[str, str] = {"round": "/rounds/{id}", "package": "/packages/{id}", "job": "/jobs/{id}"}


@router.get("/")
def first_page(request: Request, person: Annotated[Person, Depends(Needs(Action.INBOX))], db: ReadDep) -> HTMLResponse:
    """Show what waits: overdue first, then what was returned, what is to be answered, decided, approved, done."""
    chosen = place_of(request, person).province_code
    groups = [
        (
            section.title,
            [
                (item, address_of(person, section.name, item), title_of(item))
                for item in section.items
                if chosen in ("", item.province_code)
            ],
        )
        for section in inbox(db, person)
    ]
    title = Text("Việc cần làm", "Inbox")
    return page(request, "inbox.html", title, section="inbox", groups=[one for one in groups if one[1]])


def address_of(person: Person, section: str, item: Item) -> str:
    """Return the page on which a thing is done; who may not read rounds answers questions only."""
    if item.subject_kind == "round" and not person.may(Action.ROUND_READ, province_code=item.province_code):
        return OPEN_QUESTIONS
    pattern = _OF_SECTION.get(section, "") if item.subject_kind == "round" else ""
    return (pattern or _OF_KIND.get(item.subject_kind, "/")).format(id=item.subject_id)


def title_of(item: Item) -> Text:
    """Return what a thing is called."""
    if item.subject_kind == "job":
        kind = KINDS.get(item.title)
        return kind.title if kind else Text(item.title, item.title)
    words = _CALLED.get(item.subject_kind, Text("", ""))
    return Text(f"{words.vi} {item.title}".strip(), f"{words.en} {item.title}".strip())
