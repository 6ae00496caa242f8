"""What waits for a person: overdue, returned, to answer, to decide, to approve, failed, changed since the last round.

Each section is one question to the database under what the person may do; nothing of another province is counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased, lazyload

from phusong.api.access.policy import Action, Person
from phusong.api.access.scope import within
from phusong.api.database import types
from phusong.api.database.models import GapRow, Job, Package, Reminder, Request, Round
from phusong.api.database.types import now
from phusong.api.workflow.concluded import rows_without_finding
from phusong.api.workflow.rates import rates, together
from phusong.api.workflow.steps import PACKAGE_STATES, ROUND_STATES, STEPS, Step
from phusong.words import Text, day, number

MOST = 100
"""Items told of one section; the count tells how many there are."""
RECENT = timedelta(days=30)
_TO_SUBMIT = ("open", "returned")
_Asked = tuple[Round, int, date]
"""A round, how many questions of it are open, and the day they are due."""


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


class _Work:
    """The rounds and packages in a person's scope that something may wait for, read once: the longest waiting first."""

    def __init__(self, db: Session, person: Person) -> None:
        self.db, self.person = db, person
        alive = or_(Round.state != "finished", Round.state_since > now() - RECENT)
        rounds = select(Round).where(within(person, Action.INBOX, province=Round.province_code), alive)
        self._rounds: Sequence[Round] = db.scalars(rounds.order_by(Round.state_since, Round.id)).all()
        waiting = Package.state.in_({state for step in STEPS if step.subject == "package" for state in step.before})
        packages = select(Package).where(within(person, Action.INBOX, province=Package.province_code), waiting)
        self._packages: Sequence[Package] = db.scalars(
            packages.order_by(Package.state_since, Package.id).options(lazyload(Package.versions))
        ).all()

    def rounds(self, action: Action, states: Collection[str] = tuple(ROUND_STATES)) -> Iterator[Round]:
        """Yield the rounds in some state to which this person may do something."""
        return (one for one in self._rounds if one.state in states and self._may(action, one.province_code))

    def packages(self, action: Action, states: Collection[str]) -> Iterator[Package]:
        """Yield the packages in some state to which this person may do something."""
        return (one for one in self._packages if one.state in states and self._may(action, one.province_code))

    def _may(self, action: Action, province_code: str) -> bool:
        return self.person.may(action, province_code=province_code)


def inbox(db: Session, person: Person, *, today: date | None = None) -> list[Section]:
    """Return the sections that hold something, the most pressing first."""
    day_, work = today or types.today(), _Work(db, person)
    asked = list(_asked(db, person))
    made = (
        _section("overdue", Text("Quá hạn", "Overdue"), [*_late_lists(work, day_), *_late_answers(asked, day_)]),
        _section("returned", Text("Bị trả lại", "Returned"), list(_returned(work))),
        _section("to_answer", Text("Cần trả lời", "To answer"), list(_to_answer(asked, day_))),
        _section("reminders", Text("Được nhắc", "Reminders"), list(_reminders(work, asked))),
        _section("to_decide", Text("Cần kết luận", "To decide"), list(_to_decide(work))),
        _section("to_approve", Text("Chờ phê duyệt", "To approve"), list(_steps(work, approvals=True))),
        _section("jobs_failed", Text("Việc chạy không xong", "Failed jobs"), list(_failed(db, person))),
        _section("to_do", Text("Việc tiếp theo", "Next steps"), list(_steps(work, approvals=False))),
        _section("changed", Text("Thay đổi so với đợt trước", "Changed since the last round"), list(_changed(work))),
    )
    return [one for one in made if one.total]


def _section(name: str, title: Text, items: list[Item]) -> Section:
    return Section(name=name, title=title, items=items[:MOST], total=len(items))


def _round_item(round_: Round, text: Text, due_on: date | None = None) -> Item:
    return Item(
        subject_kind="round", subject_id=round_.id, province_code=round_.province_code, title=round_.batch, text=text,
        since=round_.state_since, due_on=due_on,
    )  # fmt: skip


def _late_lists(work: _Work, today: date) -> Iterator[Item]:
    for one in work.rounds(Action.ROUND_SUBMIT, _TO_SUBMIT):
        if one.due_on is not None and one.due_on < today:
            told = Text(f"Danh sách đến hạn ngày {day(one.due_on)}", f"The list was due on {day(one.due_on)}")
            yield _round_item(one, told, one.due_on)


def _asked(db: Session, person: Person) -> Iterator[_Asked]:
    """Yield the open questions to this person's own unit: of a round and a day they are due, how many."""
    own = within(
        person, Action.REQUEST_ANSWER, province=Request.province_code, commune=Request.commune_code,
        operator=Request.operator,
    )  # fmt: skip
    if not person.grants_for(Action.REQUEST_ANSWER):
        return
    counted = (
        select(Request.round_id, Request.due_on, func.count().label("open_ones"))
        .where(own, Request.state == "asked")
        .group_by(Request.round_id, Request.due_on)
        .subquery()
    )
    query = select(Round, counted.c.open_ones, counted.c.due_on).join(counted, counted.c.round_id == Round.id)
    rows = db.execute(query.order_by(counted.c.due_on, Round.id))
    yield from ((round_, open_ones, due) for round_, open_ones, due in rows)


def _late_answers(asked: Sequence[_Asked], today: date) -> Iterator[Item]:
    for round_, count, due in _together(one for one in asked if one[2] < today):
        told = Text(
            f"{number(count)} kiến nghị chưa trả lời, hạn {day(due)}",
            f"{number(count, 'en')} requests unanswered, due {day(due)}",
        )
        yield _round_item(round_, told, due)


def _to_answer(asked: Sequence[_Asked], today: date) -> Iterator[Item]:
    for round_, count, due in _together(one for one in asked if one[2] >= today):
        told = Text(
            f"{number(count)} kiến nghị cần trả lời trước ngày {day(due)}",
            f"{number(count, 'en')} requests to answer by {day(due)}",
        )
        yield _round_item(round_, told, due)


def _together(asked: Iterable[_Asked]) -> Iterator[_Asked]:
    """Yield how many questions each round has, with the first day they are due."""
    counts: dict[str, int] = {}
    first: dict[str, _Asked] = {}
    for one in asked:
        round_, _, _ = first.setdefault(one[0].id, one)
        counts[round_.id] = counts.get(round_.id, 0) + one[1]
    yield from ((round_, counts[key], due) for key, (round_, _, due) in first.items())


def _reminders(work: _Work, asked: Sequence[_Asked]) -> Iterator[Item]:
    """Yield the last reminder of a round to this person's own unit while its questions are open."""
    open_rounds = {round_.id: round_ for round_, _, _ in asked}
    last: dict[str, Reminder] = {}
    if open_rounds:
        own = within(
            work.person, Action.REQUEST_ANSWER, province=Reminder.province_code, commune=Reminder.commune_code,
            operator=Reminder.operator,
        )  # fmt: skip
        query = select(Reminder).where(own, Reminder.round_id.in_(open_rounds), Reminder.open_requests > 0)
        last = {one.round_id: one for one in work.db.scalars(query.order_by(Reminder.made_at))}
    for one in last.values():
        reminded = day(types.day_of(one.made_at))
        yield _round_item(open_rounds[one.round_id], Text(f"Đã được nhắc ngày {reminded}", f"Reminded on {reminded}"))
    to_submit = {one.id: one for one in work.rounds(Action.ROUND_SUBMIT, _TO_SUBMIT)}
    if not to_submit:
        return
    query_ = (
        select(Reminder.round_id, func.max(Reminder.made_at))
        .where(Reminder.round_id.in_(to_submit), Reminder.commune_code == "", Reminder.operator == "")
        .group_by(Reminder.round_id)
    )
    on = {round_id: day(types.day_of(made_at)) for round_id, made_at in work.db.execute(query_)}
    for round_ in to_submit.values():
        if round_.id in on:
            yield _round_item(round_, Text(f"Được nhắc nộp ngày {on[round_.id]}", f"Reminded on {on[round_.id]}"))


def _returned(work: _Work) -> Iterator[Item]:
    for round_ in work.rounds(Action.ROUND_SUBMIT, ("returned",)):
        yield _round_item(round_, Text("Cần sửa và nộp lại", "To correct and submit again"), round_.due_on)
    for package in work.packages(Action.PACKAGE_MAKE, ("returned",)):
        yield _package_item(package, Text("Cần sửa và chốt bản mới", "To correct and freeze anew"))


def _to_decide(work: _Work) -> Iterator[Item]:
    for round_ in work.rounds(Action.FINDING_DECIDE, ("reconciled",)):
        left = rows_without_finding(work.db, round_)
        if left:
            told = Text(f"{number(left)} dòng chưa có kết luận", f"{number(left, 'en')} rows without a finding")
            yield _round_item(round_, told)


def _steps(work: _Work, *, approvals: bool) -> Iterator[Item]:
    """Yield what waits for a step only this person's office takes: rounds, then packages."""
    for step in STEPS:
        if step.name in ("return", "withdraw") or (step.name == "approve") is not approvals:
            continue
        if step.subject == "package":
            for package in work.packages(step.action, step.before if step.name != "freeze" else ()):
                yield _package_item(package, _said(step))
        else:
            waiting = [state for state in step.before if state not in ("returned", step.after)]
            for round_ in work.rounds(step.action, waiting):
                text = _round_said(work, step, round_)
                if text is not None:
                    yield _round_item(round_, text, round_.answers_due_on if step.name == "close" else round_.due_on)


def _round_said(work: _Work, step: Step, round_: Round) -> Text | None:
    """Return what is said of a step that waits; None where something else of the round must be done first."""
    if step.name == "close":
        return together(rates(work.db, work.person, round_.id)).text
    if step.name == "propose" and rows_without_finding(work.db, round_):
        return None
    if step.name == "ask" and round_.state == "answered":
        return None  # asked once; asking again is open, and waits for nobody
    return _said(step)


def _said(step: Step) -> Text:
    return Text(f"Việc tiếp theo: {step.title.vi.lower()}", f"Next: {step.title.en.lower()}")


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


def _changed(work: _Work) -> Iterator[Item]:
    """Yield the newest round of each province with what it has that the one before had not, and the reverse."""
    moved = {
        one.province_code
        for one in work.rounds(Action.ROUND_READ)
        if one.state != "open" and one.state_since > now() - RECENT
    }
    if not moved:
        return
    rounds: dict[str, list[Round]] = {}
    query = select(Round).where(Round.province_code.in_(moved))
    for one in work.db.scalars(query.order_by(Round.created_at.desc(), Round.id)):
        rounds.setdefault(one.province_code, []).append(one)
    for newest, *earlier in rounds.values():
        if earlier and newest.state != "open" and newest.state_since > now() - RECENT:
            told = _difference(work.db, earlier[0], newest)
            if told is not None:
                yield _round_item(newest, told)


def _difference(db: Session, earlier: Round, later: Round) -> Text | None:
    """Count the places that are new, gone, or said otherwise: number of households or name."""
    before, after = aliased(GapRow), aliased(GapRow)
    same = and_(before.gap_id == after.gap_id, before.round_id == earlier.id, before.present)
    other = or_(before.households.is_distinct_from(after.households), before.village != after.village)
    counted = select(func.count(), func.count(before.id), func.count(case((other, before.id))))
    now_, both, changed = db.execute(
        counted.select_from(after).outerjoin(before, same).where(after.round_id == later.id, after.present)
    ).one()
    were = db.scalar(select(func.count()).where(GapRow.round_id == earlier.id, GapRow.present)) or 0
    new, gone = now_ - both, were - both
    if not (new or gone or changed):
        return None
    return Text(
        f"{number(new)} nơi mới, {number(gone)} nơi đã hết, {number(changed)} nơi thay đổi",
        f"{number(new, 'en')} new, {number(gone, 'en')} gone, {number(changed, 'en')} changed",
    )
