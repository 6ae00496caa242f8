"""The first page: what waits for this person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from phusong.api.access.policy import Action, Person
from phusong.api.deps import Needs, ReadDep
from phusong.api.pages.frame import page
from phusong.api.pages.scope import place_of
from phusong.api.pages.todo import todo_of
from phusong.words import Text

router = APIRouter()


@router.get("/")
def inbox(request: Request, person: Annotated[Person, Depends(Needs(Action.INBOX))], db: ReadDep) -> HTMLResponse:
    """Show what waits: overdue first, then what is to be answered, decided, approved, and what was returned."""
    chosen = place_of(request, person).province_code
    return page(
        request, "inbox.html", Text("Việc cần làm", "Inbox"), section="inbox", groups=todo_of(db, person, chosen)
    )
