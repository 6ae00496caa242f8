"""The first page: what waits for this person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from phusong.api.access.policy import Action, Person
from phusong.api.database.types import day_of, today
from phusong.api.deps import Needs, ReadDep
from phusong.api.jobs.registry import KINDS
from phusong.api.pages.frame import page
from phusong.api.pages.scope import place_of
from phusong.api.pages.views.rounds import round_title
from phusong.api.workflow.inbox import Item, Section, inbox
from phusong.words import Text, number

router = APIRouter()
OPEN_QUESTIONS = "/requests?state=asked"
_OF_SECTION: Mapping[str, str] = {
    "to_answer": OPEN_QUESTIONS,
    "reminders": OPEN_QUESTIONS,
    "to_decide": "/rounds/{id}/findings",
    "changed": "/rounds/{id}/differences",
}
"""Where the things of a section are done, where that is not the round's own page."""
_CALLED: Mapping[str, Text] = {"package": Text("Gói thầu", "Package")}
_OF_KIND: Mapping[str, str] = {"round": "/rounds/{id}", "package": "/packages/{id}", "job": "/jobs/{id}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The things of one kind that wait, as the page shows them; ``total`` counts those it has no room for, too."""

    name: str
    title: Text
    items: list[tuple[Item, str, Text, Text]]
    total: int


@router.get("/")
def first_page(request: Request, person: Annotated[Person, Depends(Needs(Action.INBOX))], db: ReadDep) -> HTMLResponse:
    """Show what waits: overdue first, then what was returned, what is to be answered, decided, approved, done."""
    chosen = place_of(request, person).province_code
    groups = [_group(person, section, chosen) for section in _once(inbox(db, person))]
    return page(
        request, "inbox.html", Text("Việc cần làm", "Inbox"), section="inbox",
        groups=[one for one in groups if one.items and one.name != "changed"],
        changed=[one for one in groups if one.items and one.name == "changed"],
    )  # fmt: skip


def _once(sections: Sequence[Section]) -> Iterator[Section]:
    """Leave out of the next steps what stands as overdue or returned already: it is the same thing to do."""
    pressing = {
        (item.subject_kind, item.subject_id)
        for section in sections
        if section.name in ("overdue", "returned")
        for item in section.items
    }
    for section in sections:
        if section.name == "to_do":
            items = [one for one in section.items if (one.subject_kind, one.subject_id) not in pressing]
            section = replace(section, items=items, total=section.total - len(section.items) + len(items))
        yield section


def _group(person: Person, section: Section, chosen: str) -> Group:
    items = [
        (item, address_of(person, section.name, item), title_of(item), when(item, today()))
        for item in section.items
        if chosen in ("", item.province_code)
    ]
    total = len(items) if chosen else section.total
    return Group(name=section.name, title=section.title, items=items, total=total)


def when(item: Item, on: date) -> Text:
    """Say how long a thing is late, how long there is, or since when it waits."""
    if item.due_on is None:
        waiting = (on - day_of(item.since)).days if item.since is not None else 0
        return Text(f"chờ {number(waiting)} ngày", f"waiting {_days(waiting)}") if waiting > 0 else Text("", "")
    left = (item.due_on - on).days
    if left < 0:
        return Text(f"quá hạn {number(-left)} ngày", f"{_days(-left)} overdue")
    if left == 0:
        return Text("hạn hôm nay", "due today")
    return Text(f"còn {number(left)} ngày", f"{_days(left)} left")


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{number(count, 'en')} days"


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
    if item.subject_kind == "round":
        return round_title(item.title)
    words = _CALLED.get(item.subject_kind, Text("", ""))
    return Text(f"{words.vi} {item.title}".strip(), f"{words.en} {item.title}".strip())
