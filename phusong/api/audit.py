"""The audit trail: every act in the transaction that does it, each entry sealed over the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from phusong.api.access.policy import Person
from phusong.api.database.models import AuditEntry
from phusong.api.database.types import now

FIRST = "0" * 64
_CHAIN_LOCK = 7_368_001  # any number, the same in every process


def record(
    db: Session,
    action: str,
    *,
    by: Person | None,
    subject: tuple[str, str] = ("", ""),
    province_code: str = "",
    details: Mapping[str, Any] | None = None,
    request_id: str = "",
) -> AuditEntry:
    """Append an entry to the trail; it stands or falls with the transaction of ``db`` (``Database.write``).

    ``details`` are plain JSON values, never a household's position, a password or a token. They are sealed as they
    will be read back.
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    db.flush()
    last = db.execute(
        select(AuditEntry.number, AuditEntry.seal).order_by(AuditEntry.number.desc()).limit(1)
    ).one_or_none()
    entry = AuditEntry(
        number=1 if last is None else last.number + 1,
        at=now(),
        user_id="" if by is None else by.id,
        username="" if by is None else by.username,
        action=action,
        subject_kind=subject[0],
        subject_id=subject[1],
        province_code=province_code,
        details=json.loads(json.dumps(dict(details or {}), allow_nan=False)),
        request_id=request_id or str(db.info.get("request_id", "")),
        before=FIRST if last is None else last.seal,
    )
    entry.seal = seal_of(entry)
    db.add(entry)
    db.flush()
    return entry


def seal_of(entry: AuditEntry) -> str:
    """Return the seal an entry must carry: SHA-256 of its canonical JSON, which holds the seal before it."""
    told = {
        "number": entry.number,
        "at": _moment(entry.at),
        "user_id": entry.user_id,
        "username": entry.username,
        "action": entry.action,
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "province_code": entry.province_code,
        "details": entry.details,
        "request_id": entry.request_id,
        "before": entry.before,
    }
    written = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(written.encode()).hexdigest()


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
