"""Tokens for programs: 32 random bytes shown once, kept as a digest, scoped, expiring, revocable."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.database.models import ApiToken, User
from phusong.api.database.types import now
from phusong.api.people.limits import without_waiting
from phusong.api.people.persons import person_of
from phusong.api.people.sessions import digest_of
from phusong.api.problems import ConflictError, NotAllowedError, NotFoundError
from phusong.api.service import Service
from phusong.errors import UnknownNameError
from phusong.words import Text

MARK = "phs"  # what a token begins with, so that scanners of published code find one
NEVER = frozenset({Action.ACCOUNT, Action.USER_MANAGE})  # a program changes no password and makes no people
MOST_EACH = 50
USED_EACH = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Found:
    """A token that holds, and whom it stands for."""

    digest: str
    person: Person


def scopes_for(person: Person) -> list[Action]:
    """Return what a token of this person may be made for."""
    return [action for action in Action if action not in NEVER and person.grants_for(action)]


def made(db: Session, person: Person, name: str, scopes: Collection[str], days: int) -> tuple[ApiToken, str]:
    """Make a token and return it with its text, which nobody can see again."""
    allowed = {str(one) for one in scopes_for(person)}
    if person.must_change_password or not set(scopes) <= allowed:
        raise NotAllowedError(
            Text(
                "Token chỉ được làm những việc vai trò của bạn cho phép.", "A token may do only what your roles allow."
            )
        )
    if not scopes:
        raise UnknownNameError(Text("Chọn ít nhất một việc cho token.", "Choose at least one action for the token."))
    if len(all_of(db, person.id)) >= MOST_EACH:
        raise ConflictError(Text(f"Tối đa {MOST_EACH} token mỗi người.", f"At most {MOST_EACH} tokens a person."))
    prefix = secrets.token_hex(4)
    text = f"{MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    kept = ApiToken(
        user_id=person.id,
        name=name,
        prefix=prefix,
        sha256=digest_of(text),
        scopes=sorted(set(scopes)),
        expires_at=now() + timedelta(days=days),
    )
    db.add(kept)
    db.flush()
    details = {"scopes": kept.scopes, "days": days, "prefix": prefix}
    audit.record(db, "token.make", by=person, subject=("token", kept.id), details=details)
    return kept, text


def all_of(db: Session, user_id: str) -> list[ApiToken]:
    """Return the tokens of a person that hold, the newest first."""
    holding = (ApiToken.revoked_at.is_(None), ApiToken.expires_at > now())
    chosen = select(ApiToken).where(ApiToken.user_id == user_id, *holding)
    return list(db.scalars(chosen.order_by(ApiToken.created_at.desc()).limit(MOST_EACH)))


def revoked(db: Session, person: Person, token_id: str) -> None:
    """Put one of a person's own tokens out of use."""
    token = db.get(ApiToken, token_id)
    if token is None or token.user_id != person.id:
        raise NotFoundError
    if token.revoked_at is None:
        token.revoked_at = now()
        audit.record(db, "token.revoke", by=person, subject=("token", token.id))


def revoked_all(db: Session, user_id: str) -> int:
    """Put every token of a person out of use; return how many."""
    where = (ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    gone = update(ApiToken).where(*where).values(revoked_at=now())
    return len(db.execute(gone.returning(ApiToken.id)).all())


def found(db: Session, text: str) -> Found | None:
    """Return whom a token stands for, if it holds and its person may still come in."""
    mark, _, rest = text.partition("_")
    prefix = rest.partition("_")[0]
    token = db.scalar(select(ApiToken).where(ApiToken.prefix == prefix)) if mark == MARK else None
    digest = digest_of(text)
    if token is None or not hmac.compare_digest(token.sha256, digest):
        return None
    user = db.get(User, token.user_id)
    if token.revoked_at is not None or token.expires_at <= now() or user is None or not user.active:
        return None
    scopes = frozenset(action for action in Action if str(action) in token.scopes and action not in NEVER)
    return Found(digest, person_of(user, scopes))


def mark_used(service: Service, token: Found) -> None:
    """Note now and then that a token is in use."""
    late = (ApiToken.used_at.is_(None)) | (ApiToken.used_at < now() - USED_EACH)
    with service.database.read() as db:
        due = db.scalar(select(ApiToken.id).where(ApiToken.sha256 == token.digest, late))
    if due is not None:
        used = update(ApiToken).where(ApiToken.id == due).values(used_at=now())
        without_waiting(service.database, lambda db: db.execute(used))
