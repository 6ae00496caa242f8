"""Checking the trail: every seal anew, no number missing, and against a seal noted down before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.audit import FIRST, seal_of
from phusong.api.database.models import AuditEntry
from phusong.errors import PhuSongError
from phusong.words import Text, number

AT_ONCE = 2_000
_WRITTEN = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Anchor:
    """The number and seal of an entry: noted down outside, it shows later that nothing up to there was altered."""

    number: int
    seal: str

    def __str__(self) -> str:
        return f"{self.number}:{self.seal}"

    @classmethod
    def read(cls, written: str) -> Anchor:
        """Read ``number:seal``."""
        found = _WRITTEN.fullmatch(written.strip().lower())
        if found is None:
            raise PhuSongError(
                Text(
                    "Niêm phong phải có dạng số:64 chữ số thập lục phân, như lệnh audit verify đã in.",
                    "A seal is number:64 hexadecimal digits, as audit verify printed it.",
                )
            )
        return cls(int(found[1]), found[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a check found: entries, the last of them, and every fault."""

    entries: int
    last: Anchor | None
    faults: tuple[Text, ...]


def verify(db: Session, anchor: Anchor | None = None) -> Verdict:
    """Check the whole trail, and that it still holds the entry of an anchor under its seal.

    The chain alone shows what was altered, taken out or put in. That its end was cut off, or all of it written anew,
    shows only against a seal kept elsewhere.
    """
    count, before, expected, faults = 0, FIRST, 1, list[Text]()
    anchored = None
    for at, entry in _entries(db):
        count += 1
        if at != expected:
            faults.append(_missing(expected, at - 1))
        elif entry is not None and entry.before != before:
            faults.append(_fault(at, "không nối tiếp mục trước", "does not follow the entry before it"))
        if entry is None:
            faults.append(_fault(at, "không đọc được", "cannot be read"))
        elif seal_of(entry) != entry.seal:
            faults.append(_fault(at, "đã bị sửa", "was altered"))
        before, expected = "" if entry is None else entry.seal, at + 1
        if anchor is not None and at == anchor.number:
            anchored = before
    if anchor is not None and anchored != anchor.seal:
        faults.append(_not_anchored(anchor, cut=anchored is None))
    last = Anchor(expected - 1, before) if count else None
    return Verdict(entries=count, last=last, faults=tuple(faults))


def last_seal(db: Session) -> Anchor | None:
    """Return the number and seal of the last entry; None where the trail is empty."""
    newest = select(AuditEntry.number, AuditEntry.seal).order_by(AuditEntry.number.desc()).limit(1)
    found = db.execute(newest).one_or_none()
    return None if found is None else Anchor(found.number, found.seal)


def _entries(db: Session) -> Iterator[tuple[int, AuditEntry | None]]:
    """Give every entry by its number, in order; None where what it holds is not even readable."""
    after = 0
    while True:
        column = AuditEntry.number
        numbers = db.scalars(select(column).where(column > after).order_by(column).limit(AT_ONCE)).all()
        if not numbers:
            return
        kept = _readable(db, numbers[0], numbers[-1])
        yield from ((one, kept.get(one)) for one in numbers)
        after = numbers[-1]
        db.expunge_all()


def _readable(db: Session, first: int, last: int) -> dict[int, AuditEntry]:
    """Return the entries of a stretch; where one cannot be read, the halves are tried by themselves."""
    asked = select(AuditEntry).where(AuditEntry.number.between(first, last))
    try:
        return {one.number: one for one in db.scalars(asked)}
    except (ValueError, TypeError):
        if first == last:
            return {}
        middle = (first + last) // 2
        return _readable(db, first, middle) | _readable(db, middle + 1, last)


def _fault(at: int, vi: str, en: str) -> Text:
    return Text(f"Mục {number(at)} {vi}.", f"Entry {number(at, 'en')} {en}.")


def _missing(first: int, last: int) -> Text:
    if first == last:
        return _fault(first, "không còn", "is missing")
    return Text(
        f"Các mục {number(first)} đến {number(last)} không còn.",
        f"Entries {number(first, 'en')} to {number(last, 'en')} are missing.",
    )


def _not_anchored(anchor: Anchor, *, cut: bool) -> Text:
    if cut:
        return _fault(
            anchor.number,
            "của niêm phong đã ghi không còn: nhật ký bị cắt đuôi",
            "of the seal noted down is missing: the end was cut off",
        )
    return _fault(
        anchor.number,
        "không khớp niêm phong đã ghi: nhật ký đã bị viết lại",
        "does not carry the seal noted down: the trail was written anew",
    )
