"""Which province a person looks at: the only one there is for them, or the one chosen in the top bar."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request
from sqlalchemy import select

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Round
from phusong.data.units import SAMPLE_CODE, provinces

COOKIE = "phusong_province"


@dataclass(frozen=True, slots=True)
class Place:
    """The province and the round the numbers of a page are of; "" is all that the person may see."""

    province_code: str = ""
    round_id: str = ""
    batch: str = ""


def provinces_of(request: Request, person: Person | None) -> tuple[str, ...]:
    """Return the codes a person may choose from, in the national order; the one to practise with is the last."""
    if person is None:
        return ()
    held = {grant.province_code for grant in person.grants}
    practice = (SAMPLE_CODE,) if request.app.state.service.settings.practice else ()
    return (*provinces(), *practice) if "" in held else tuple(sorted(held))


def place_of(request: Request, person: Person | None) -> Place:
    """Return the province looked at."""
    choices = provinces_of(request, person)
    if len(choices) == 1:
        return Place(choices[0])
    chosen = request.cookies.get(COOKIE, "")
    return Place(chosen if chosen in choices else "")


def looked_at(request: Request, person: Person | None) -> Place:
    """Return the province looked at with its newest round, where this person may read rounds."""
    place = place_of(request, person)
    code = place.province_code
    if person is None or not code or not person.may(Action.ROUND_READ, province_code=code):
        return place
    rounds = select(Round.id, Round.batch).where(Round.province_code == code)
    with request.app.state.service.database.read() as db:
        found = db.execute(rounds.order_by(Round.created_at.desc(), Round.id).limit(1)).first()
    return place if found is None else Place(code, found.id, found.batch)
