"""Searching the trail: by who, what, on which subject, where and when; newest first."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.access.scope import within
from phusong.api.database.models import AuditEntry
from phusong.data.injection import harmless

AT_ONCE = 1_000
COLUMNS = ("at", "username", "action", "subject_kind", "subject_id", "province_code", "details", "request_id")
SEALED = ("number", "before", "seal")
"""Columns only for who reads the whole country's trail: numbers say how much happened elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """What is looked for; "" and None are anything. ``action`` ending in "." or ``*`` is all of a subject."""

    username: str = ""
    action: str = ""
    subject_kind: str = ""
    subject_id: str = ""
    province_code: str = ""
    since: datetime | None = None
    until: datetime | None = None


def reads_all(person: Person) -> bool:
    """Say whether a person reads the trail of the whole country, and not that of a province alone."""
    return person.may(Action.AUDIT_READ, province_code="")


def search(
    db: Session, person: Person, query: AuditQuery, *, limit: int, offset: int = 0
) -> tuple[list[AuditEntry], int]:
    """Return a page of what was found within a person's scope, newest first, and how much there is in all."""
    condition = _condition(person, query)
    total = db.scalar(select(func.count()).select_from(AuditEntry).where(condition)) or 0
    page = select(AuditEntry).where(condition).order_by(AuditEntry.number.desc()).limit(limit).offset(offset)
    return list(db.scalars(page)), total


def csv_lines(db: Session, person: Person, query: AuditQuery) -> Iterator[str]:
    """Write what was found as the lines of a .csv, oldest first; no cell is a formula."""
    names = (*SEALED, *COLUMNS) if reads_all(person) else COLUMNS
    condition, after = _condition(person, query), 0
    yield "\ufeff" + _line(names)
    while True:
        page = select(AuditEntry).where(condition, AuditEntry.number > after).order_by(AuditEntry.number)
        entries = db.scalars(page.limit(AT_ONCE)).all()
        if not entries:
            return
        yield "".join(_line(_cell(entry, name) for name in names) for entry in entries)
        after = entries[-1].number
        db.expunge_all()


def _condition(person: Person, query: AuditQuery) -> ColumnElement[bool]:
    entry = AuditEntry
    condition = within(person, Action.AUDIT_READ, province=entry.province_code)
    same = (
        (entry.username, query.username.lower()),
        (entry.subject_kind, query.subject_kind),
        (entry.subject_id, query.subject_id),
        (entry.province_code, query.province_code),
    )
    for column, wanted in same:
        condition &= column == wanted if wanted else true()
    if query.action.endswith((".", "*")):
        condition &= entry.action.startswith(query.action.rstrip("*"), autoescape=True)
    elif query.action:
        condition &= entry.action == query.action
    if query.since is not None:
        condition &= entry.at >= query.since
    if query.until is not None:
        condition &= entry.at < query.until
    return condition


def _cell(entry: AuditEntry, name: str) -> str:
    value = getattr(entry, name)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else str(value)


def _line(cells: Iterator[str] | tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return out.getvalue()
