"""The audit trail, for those who read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import AfterValidator, AwareDatetime, BaseModel

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.audit_check import last_seal
from phusong.api.audit_search import AuditQuery, csv_lines, reads_all, search
from phusong.api.database.models import AuditEntry
from phusong.api.deps import Needs, ReadDep, ServiceDep
from phusong.api.media import CSV
from phusong.api.paging import Page, WindowDep
from phusong.api.problems import NotFoundError

router = APIRouter(prefix="/api", tags=["audit"])
Reader = Annotated[Person, Depends(Needs(Action.AUDIT_READ))]
Word = Annotated[str, Query(max_length=64, pattern=r"^[^\x00]*$")]


def _in_reach(moment: datetime) -> datetime:
    if not 2000 <= moment.year <= 2200:
        raise ValueError("the year must be 2000 to 2200")
    return moment


When = Annotated[AwareDatetime, AfterValidator(_in_reach)]


class AuditOut(BaseModel):
    """One entry; its number and seal only for who reads the trail of the whole country."""

    at: datetime
    username: str
    action: str
    subject_kind: str
    subject_id: str
    province_code: str
    details: dict[str, Any]
    request_id: str
    number: int | None = None
    seal: str | None = None

    @classmethod
    def of(cls, entry: AuditEntry, *, sealed: bool) -> AuditOut:
        """Return an entry as it is told."""
        return cls(
            at=entry.at,
            username=entry.username,
            action=entry.action,
            subject_kind=entry.subject_kind,
            subject_id=entry.subject_id,
            province_code=entry.province_code,
            details=entry.details,
            request_id=entry.request_id,
            number=entry.number if sealed else None,
            seal=entry.seal if sealed else None,
        )


class SealOut(BaseModel):
    """The last entry's number and seal, to be noted down outside the service: ``anchor`` is both in one word."""

    number: int
    seal: str
    anchor: str


def _query(
    username: Word = "",
    action: Word = "",
    subject_kind: Word = "",
    subject_id: Word = "",
    province_code: Word = "",
    since: When | None = None,
    until: When | None = None,
) -> AuditQuery:
    return AuditQuery(
        username=username,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        province_code=province_code,
        since=since,
        until=until,
    )


Asked = Annotated[AuditQuery, Depends(_query)]


@router.get("/audit")
def list_entries(person: Reader, db: ReadDep, asked: Asked, window: WindowDep) -> Page[AuditOut]:
    """Search the trail, newest first."""
    entries, total = search(db, person, asked, limit=window.limit, offset=window.offset)
    sealed = reads_all(person)
    return window.page([AuditOut.of(one, sealed=sealed) for one in entries], total)


@router.get("/audit/seal", responses={404: {"description": "No entry, or the trail of one province only"}})
def last_entry(person: Reader, db: ReadDep) -> SealOut:
    """Return the seal that stands for the whole trail."""
    anchor = last_seal(db) if reads_all(person) else None
    if anchor is None:
        raise NotFoundError
    return SealOut(number=anchor.number, seal=anchor.seal, anchor=str(anchor))


@router.get(
    "/audit/export.csv",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def export(person: Reader, service: ServiceDep, asked: Asked) -> StreamingResponse:
    """Download what was found, oldest first; the download itself is an entry."""
    with service.database.write() as db:
        audit.record(db, "audit.export", by=person)

    def lines() -> Iterator[str]:
        with service.database.read() as db:
            yield from csv_lines(db, person, asked)

    headers = {"Content-Disposition": 'attachment; filename="nhat-ky.csv"'}
    return StreamingResponse(lines(), media_type=CSV, headers=headers)
