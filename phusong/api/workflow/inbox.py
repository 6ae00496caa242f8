"""What waits for a person: overdue, returned, to answer, to decide, to approve, failed, changed since the last round.

Each section is one question to the database under what the person may do; nothing of another province is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.access.scope import within
from phusong.api.database import types
from phusong.api.database.models import GapRow, Job, Package, Reminder, Request, Round
from phusong.api.database.types import now
from phusong.api.workflow.concluded import rows_without_finding
from phusong.api.workflow.rates import rates, together
from phusong.api.workflow.steps import PACKAGE_STATES, STEPS, Step
from phusong.words import Text, day, number

MOST = 100
"""Items told of one section; the count tells how many there are."""
RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that waits: what it is, what is said of it, since when and until when."""

    subject_kind: str
    subject_id: str
    province_code: str
    title: str
    text: Text
    since: datetime | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The things of one kind that wait, and how many there are in all."""

    name: str
    title: Text
    items: list[Item] = field(default_factory=list)
    total: int = 0


def inbox(db: Session, person: Person, *, today: date | None = None) -> list[Section]:
    """Return the sections that hold something, the most pressing first."""
    day_ = today or types.today()
    made = (
        _section(
            "overdue", Text("Quá hạn", "Overdue"), [*_late_lists(db, person, day_), *_late_answers(db, person, day_)]
        ),
        _section("returned", Text("Bị trả lại", "Returned"), list(_returned(db, person))),
        _section("to_answer", Text("Cần trả lời", "To answer"), list(_to_answer(db, person, day_))),
        _section("reminders", Text("Được nhắc", "Reminders"), list(_reminders(db, person))),
        _section("to_decide", Text("Cần kết luận", "To decide"), list(_to_decide(db, person))),
        _section("to_approve", Text("Chờ phê duyệt", "To approve"), list(_steps(db, person, approvals=True))),
        _section("jobs_failed", Text("Việc chạy không xong", "Failed jobs"), list(_failed(db, person))),
        _section("to_do", Text("Việc tiếp theo", "Next steps"), list(_steps(db, person, approvals=False))),
        _section(
            "changed", Text("Thay đổi so với đợt trước", "Changed since the last round"), list(_changed(db, person))
        ),
    )
    return [one for one in made if one.total]


def _section(name: str, title: Text, items: list[Item]) -> Section:
    return Section(name=name, title=title, items=items[:MOST], total=len(items))


def _rounds(db: Session, person: Person, action: Action, *conditions: ColumnElement[bool]) -> list[Round]:
    query = select(Round).where(within(person, action, province=Round.province_code), *conditions)
    return list(db.scalars(query.order_by(Round.state_since, Round.id)))


def _round_item(round_: Round, text: Text, due_on: date | None = None) -> Item:
    return Item(
        subject_kind="round", subject_id=round_.id, province_code=round_.province_code, title=round_.batch, text=text,
        since=round_.state_since, due_on=due_on,
    )  # fmt: skip


def _late_lists(db: Session, person: Person, today: date) -> Iterator[Item]:
    late = (Round.state.in_(("open", "returned")), Round.due_on < today)
    for one in _rounds(db, person, Action.ROUND_SUBMIT, *late):
        assert one.due_on is not None
        told = Text(f"Danh sách đến hạn ngày {day(one.due_on)}", f"The list was due on {day(one.due_on)}")
        yield _round_item(one, told, one.due_on)


def _asked(db: Session, person: Person, *conditions: ColumnElement[bool]) -> Iterator[tuple[Round, int, date]]:
    """Yield each round with open questions to this person's own unit: how many, and the first day they are due."""
    own = within(
        person, Action.REQUEST_ANSWER, province=Request.province_code, commune=Request.commune_code,
        operator=Request.operator,
    )  # fmt: skip
    counted = (
        select(Request.round_id, func.count().label("open_ones"), func.min(Request.due_on).label("due"))
        .where(own, Request.state == "asked", *conditions)
        .group_by(Request.round_id)
        .subquery()
    )
    query = select(Round, counted.c.open_ones, counted.c.due).join(counted, counted.c.round_id == Round.id)
    rows = db.execute(query.order_by(counted.c.due, Round.id))
    yield from ((round_, open_ones, due) for round_, open_ones, due in rows)


def _late_answers(db: Session, person: Person, today: date) -> Iterator[Item]:
    for round_, count, due in _asked(db, person, Request.due_on < today):
        told = Text(
            f"{number(count)} kiến nghị chưa trả lời, hạn {day(due)}",
            f"{number(count, 'en')} requests unanswered, due {day(due)}",
        )
        yield _round_item(round_, told, due)


def _to_answer(db: Session, person: Person, today: date) -> Iterator[Item]:
    for round_, count, due in _asked(db, person, Request.due_on >= today):
        told = Text(
            f"{number(count)} kiến nghị cần trả lời trước ngày {day(due)}",
            f"{number(count, 'en')} requests to answer by {day(due)}",
        )
        yield _round_item(round_, told, due)


def _reminders(db: Session, person: Person) -> Iterator[Item]:
    """Yield the last reminder of a round to this person's own unit while its questions are open."""
    open_rounds = {round_.id: round_ for round_, _, _ in _asked(db, person)}
    own = within(
        person, Action.REQUEST_ANSWER, province=Reminder.province_code, commune=Reminder.commune_code,
        operator=Reminder.operator,
    )  # fmt: skip
    query = select(Reminder).where(own, Reminder.round_id.in_(open_rounds), Reminder.open_requests > 0)
    last = {one.round_id: one for one in db.scalars(query.order_by(Reminder.made_at))}
    for one in last.values():
        on = day(types.day_of(one.made_at))
        told = Text(f"Đã được nhắc ngày {on}", f"Reminded on {on}")
        yield _round_item(open_rounds[one.round_id], told)
    for round_ in _rounds(db, person, Action.ROUND_SUBMIT, Round.state.in_(("open", "returned"))):
        asked = select(func.max(Reminder.made_at)).where(
            Reminder.round_id == round_.id, Reminder.commune_code == "", Reminder.operator == ""
        )
        at = db.scalar(asked)
        if at is not None:
            on = day(types.day_of(at))
            yield _round_item(round_, Text(f"Được nhắc nộp ngày {on}", f"Reminded on {on}"))


def _returned(db: Session, person: Person) -> Iterator[Item]:
    for round_ in _rounds(db, person, Action.ROUND_SUBMIT, Round.state == "returned"):
        yield _round_item(round_, Text("Cần sửa và nộp lại", "To correct and submit again"), round_.due_on)
    for package in _packages(db, person, Action.PACKAGE_MAKE, ("returned",)):
        yield _package_item(package, Text("Cần sửa và chốt bản mới", "To correct and freeze anew"))


def _to_decide(db: Session, person: Person) -> Iterator[Item]:
    for round_ in _rounds(db, person, Action.FINDING_DECIDE, Round.state == "reconciled"):
        left = rows_without_finding(db, round_)
        if left:
            told = Text(f"{number(left)} dòng chưa có kết luận", f"{number(left, 'en')} rows without a finding")
            yield _round_item(round_, told)


def _steps(db: Session, person: Person, *, approvals: bool) -> Iterator[Item]:
    """Yield what waits for a step only this person's office takes: rounds, then packages."""
    for step in STEPS:
        if step.name in ("return", "withdraw") or (step.name == "approve") is not approvals:
            continue
        if step.subject == "package":
            for package in _packages(db, person, step.action, step.before if step.name != "freeze" else ()):
                yield _package_item(package, _said(step))
        else:
            waiting = [state for state in step.before if state not in ("returned", step.after)]
            for round_ in _rounds(db, person, step.action, Round.state.in_(waiting)):
                text = _round_said(db, person, step, round_)
                if text is not None:
                    yield _round_item(round_, text, round_.answers_due_on if step.name == "close" else round_.due_on)


def _round_said(db: Session, person: Person, step: Step, round_: Round) -> Text | None:
    """Return what is said of a step that waits; None where something else of the round must be done first."""
    if step.name == "close":
        return together(rates(db, person, round_.id)).text
    if step.name == "propose" and rows_without_finding(db, round_):
        return None
    if step.name == "ask" and round_.state == "answered":
        return None  # asked once; asking again is open, and waits for nobody
    return _said(step)


def _said(step: Step) -> Text:
    return Text(f"Việc tiếp theo: {step.title.vi.lower()}", f"Next: {step.title.en.lower()}")


def _packages(db: Session, person: Person, action: Action, states: tuple[str, ...]) -> list[Package]:
    seen = within(person, action, province=Package.province_code)
    query = select(Package).where(seen, Package.state.in_(states)).order_by(Package.state_since, Package.id)
    return list(db.scalars(query))


def _package_item(package: Package, text: Text) -> Item:
    state = PACKAGE_STATES[package.state]
    return Item(
        subject_kind="package", subject_id=package.id, province_code=package.province_code, title=package.code,
        text=Text(f"{state.vi}. {text.vi}", f"{state.en}. {text.en}"), since=package.state_since,
    )  # fmt: skip


def _failed(db: Session, person: Person) -> Iterator[Item]:
    """Yield this person's own jobs that failed lately."""
    query = select(Job).where(
        Job.created_by == person.id, Job.state == "failed", Job.finished_at > now() - RECENT,
        within(person, Action.JOB_READ, province=Job.province_code),
    )  # fmt: skip
    for one in db.scalars(query.order_by(Job.finished_at.desc())):
        error = one.error or {}
        yield Item(
            subject_kind="job", subject_id=one.id, province_code=one.province_code, title=one.kind,
            text=Text(str(error.get("vi", "")), str(error.get("en", ""))), since=one.finished_at,
        )  # fmt: skip


def _changed(db: Session, person: Person) -> Iterator[Item]:
    """Yield the newest round of each province with what it has that the one before had not, and the reverse."""
    rounds: dict[str, list[Round]] = {}
    query = select(Round).where(within(person, Action.ROUND_READ, province=Round.province_code))
    for one in db.scalars(query.order_by(Round.created_at.desc(), Round.id)):
        rounds.setdefault(one.province_code, []).append(one)
    for newest, *earlier in rounds.values():
        if earlier and newest.state != "open" and newest.state_since > now() - RECENT:
            told = _difference(_places(db, earlier[0]), _places(db, newest))
            if told is not None:
                yield _round_item(newest, told)


def _places(db: Session, round_: Round) -> dict[str, tuple[int | None, str]]:
    query = select(GapRow.gap_id, GapRow.households, GapRow.village).where(
        and_(GapRow.round_id == round_.id, GapRow.present)
    )
    return {gap_id: (households, village) for gap_id, households, village in db.execute(query)}


def _difference(before: dict[str, tuple[int | None, str]], after: dict[str, tuple[int | None, str]]) -> Text | None:
    new, gone = len(after.keys() - before.keys()), len(before.keys() - after.keys())
    other = sum(before[gap_id] != after[gap_id] for gap_id in after.keys() & before.keys())
    if not (new or gone or other):
        return None
    return Text(
        f"{number(new)} nơi mới, {number(gone)} nơi đã hết, {number(other)} nơi thay đổi",
        f"{number(new, 'en')} new, {number(gone, 'en')} gone, {number(other, 'en')} changed",
    )
