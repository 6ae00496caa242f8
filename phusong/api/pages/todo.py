"""What waits for a person: the steps that are theirs by the table of steps, and questions they are asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.access.scope import within
from phusong.api.database.models import Package, Request, Round
from phusong.api.workflow.steps import PACKAGE_STATES, ROUND_STATES, STEPS
from phusong.api.workflow.taking import steps_for
from phusong.data.units import province_name
from phusong.words import Text, number

MOST = 50
"""Things shown of each group; the lists have the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One thing that waits: where it is, what it is, by when."""

    address: str
    title: Text
    what: Text
    due_on: date | None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Things that wait for the same reason."""

    title: Text
    items: tuple[Todo, ...]


def todo_of(db: Session, person: Person, province_code: str, *, today: date | None = None) -> list[Group]:
    """Return what waits for a person in one province, or in all of them (""), the most pressing group first."""
    day = today or date.today()
    asked = _questions(db, person, province_code, day)
    rounds = _rounds(db, person, province_code, day)
    packages = _packages(db, person, province_code)
    everything = (*asked, *(one for _, one in rounds), *(one for _, one in packages))
    states = (*rounds, *packages)
    groups = (
        Group(Text("Quá hạn", "Overdue"), tuple(one for one in everything if one.late)),
        Group(Text("Bị trả lại", "Returned"), _in(states, ("returned",))),
        Group(Text("Chờ trả lời", "To answer"), tuple(one for one in asked if not one.late)),
        Group(Text("Chờ phê duyệt", "To approve"), _in(states, ("proposed", "frozen"))),
        Group(Text("Chờ bước tiếp", "Next steps"), _but(states, ("returned", "proposed", "frozen"))),
    )
    return [one for one in groups if one.items]


def _in(states: Iterable[tuple[str, Todo]], wanted: Sequence[str]) -> tuple[Todo, ...]:
    return tuple(one for state, one in states if state in wanted and not one.late)


def _but(states: Iterable[tuple[str, Todo]], others: Sequence[str]) -> tuple[Todo, ...]:
    return tuple(one for state, one in states if state not in others and not one.late)


def _rounds(db: Session, person: Person, province_code: str, day: date) -> list[tuple[str, Todo]]:
    """Return rounds a step of which is this person's."""
    held = {step.action for step in STEPS if step.subject == "round" and person.grants_for(step.action)}
    states = {state for step in STEPS if step.subject == "round" and step.action in held for state in step.before}
    scope = within(person, Action.ROUND_READ, province=Round.province_code)
    query = select(Round).where(scope, Round.state.in_(states)).order_by(Round.due_on, Round.state_since)
    query = query.where(Round.province_code == province_code) if province_code else query
    found = [(one, steps_for(person, one)) for one in db.scalars(query.limit(4 * MOST))]
    return [(one.state, _round(one, [step.title for step in steps], day)) for one, steps in found if steps][:MOST]


def _round(round_: Round, steps: Sequence[Text], day: date) -> Todo:
    due_on = round_.answers_due_on if round_.state == "asked" else round_.due_on
    name, state = province_name(round_.province_code), ROUND_STATES[round_.state]
    return Todo(
        address=f"/rounds/{round_.id}",
        title=Text(f"{name}, đợt {round_.batch}", f"{name}, round {round_.batch}"),
        what=Text(f"{state.vi}. {_either(steps, 'vi')}", f"{state.en}. {_either(steps, 'en')}"),
        due_on=due_on if round_.state in ("open", "returned", "asked") else None,
        late=due_on is not None and due_on < day and round_.state in ("open", "returned", "asked"),
    )


def _either(steps: Sequence[Text], language: str) -> str:
    first, *others = ([one.vi for one in steps], [one.en for one in steps])[language == "en"]
    return " / ".join([first, *(one[:1].lower() + one[1:] for one in others)])


def _questions(db: Session, person: Person, province_code: str, day: date) -> list[Todo]:
    """Return the rounds in which this person has open questions, with how many."""
    scope = within(
        person, Action.REQUEST_ANSWER, province=Request.province_code, commune=Request.commune_code,
        operator=Request.operator,
    )  # fmt: skip
    query = (
        select(Round, func.count(), func.min(Request.due_on))
        .join(Round, Round.id == Request.round_id)
        .where(scope, Request.state == "asked", Round.state.in_(("asked", "answered")))
        .group_by(Round.id)
        .order_by(func.min(Request.due_on))
        .limit(MOST)
    )
    query = query.where(Request.province_code == province_code) if province_code else query
    return [_question(round_, count, due_on, day) for round_, count, due_on in db.execute(query)]


def _question(round_: Round, count: int, due_on: date, day: date) -> Todo:
    name = province_name(round_.province_code)
    return Todo(
        address="/requests?state=asked",
        title=Text(f"{name}, đợt {round_.batch}", f"{name}, round {round_.batch}"),
        what=Text(f"{number(count)} câu hỏi chờ trả lời", f"{number(count, 'en')} questions to answer"),
        due_on=due_on,
        late=due_on < day,
    )


def _packages(db: Session, person: Person, province_code: str) -> list[tuple[str, Todo]]:
    """Return packages a step of which is this person's."""
    scope = within(person, Action.PACKAGE_READ, province=Package.province_code)
    ended = ("accepted", "withdrawn")
    query = select(Package).where(scope, Package.state.not_in(ended)).order_by(Package.state_since).limit(4 * MOST)
    query = query.where(Package.province_code == province_code) if province_code else query
    found = [(one, steps_for(person, one)) for one in db.scalars(query)]
    return [(one.state, _package(one, [step.title for step in steps])) for one, steps in found if steps][:MOST]


def _package(package: Package, steps: Sequence[Text]) -> Todo:
    state = PACKAGE_STATES[package.state]
    return Todo(
        address=f"/packages/{package.id}",
        title=Text(f"Gói thầu {package.code}", f"Package {package.code}"),
        what=Text(f"{state.vi}. {_either(steps, 'vi')}", f"{state.en}. {_either(steps, 'en')}"),
        due_on=None,
    )
