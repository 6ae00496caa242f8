"""Words said beside a thing: seen by whoever may see that thing, never changed, never deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Comment, GapRow, Package, Plan, Request, Round, Study
from phusong.api.problems import NotFoundError

LONGEST = 4000


@dataclass(frozen=True, slots=True)
class _Kind:
    """A thing that may be spoken of: its table, and the action that lets somebody see it."""

    model: type[Any]
    seen_by: Action


KINDS: Mapping[str, _Kind] = {
    "round": _Kind(Round, Action.ROUND_READ),
    "row": _Kind(GapRow, Action.ROW_READ),
    "request": _Kind(Request, Action.REQUEST_READ),
    "study": _Kind(Study, Action.STUDY_READ),
    "plan": _Kind(Plan, Action.PLAN_READ),
    "package": _Kind(Package, Action.PACKAGE_READ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a thing lies: comments on it are of the same province, commune and operator."""

    province_code: str
    commune_code: str
    operator: str


def place_of(db: Session, person: Person, kind: str, subject_id: str, action: Action) -> Place:
    """Return where a thing lies that this person may see, and may do this to."""
    told = KINDS.get(kind)
    found = None if told is None else db.get(told.model, subject_id)
    if told is None or found is None:
        raise NotFoundError
    commune, operator = getattr(found, "commune_code", ""), getattr(found, "operator", "")
    for one in (told.seen_by, action):
        if not person.may(one, province_code=found.province_code, commune_code=commune, operator=operator):
            raise NotFoundError
    return Place(province_code=found.province_code, commune_code=commune, operator=operator)


def say(db: Session, person: Person, kind: str, subject_id: str, text: str) -> Comment:
    """Say something beside a thing."""
    place = place_of(db, person, kind, subject_id, Action.COMMENT_WRITE)
    made = Comment(
        subject_kind=kind, subject_id=subject_id, province_code=place.province_code, commune_code=place.commune_code,
        operator=place.operator, text=text.strip()[:LONGEST], made_by=person.id,
    )  # fmt: skip
    db.add(made)
    db.flush()
    audit.record(
        db, "comment.write", by=person, subject=(kind, subject_id), province_code=place.province_code,
        details={"comment": made.id},
    )  # fmt: skip
    return made
