"""Giving people accounts and roles; there is always an administrator left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, select, true
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.access.roles import Grant, Role
from phusong.api.access.scope import within
from phusong.api.database.models import User, UserGrant
from phusong.api.database.types import now
from phusong.api.people import grants as grant_rules
from phusong.api.people import passwords, sessions, tokens
from phusong.api.people.persons import checked_username, grant_of, kept_grant
from phusong.api.problems import ConflictError, NotAllowedError, NotFoundError
from phusong.api.settings import ServiceSettings
from phusong.words import Text


@dataclass(frozen=True, slots=True)
class Temporary:
    """A password for a first sign-in: its text, told once, and its hash."""

    text: str
    hash: str

    @classmethod
    def made(cls, settings: ServiceSettings) -> Temporary:
        """Make one; it hashes, so never inside a transaction."""
        text = passwords.temporary()
        return cls(text, passwords.hashed(text, parallel=settings.parallel_logins))


def in_scope(person: Person, action: Action) -> ColumnElement[bool]:
    """Return the condition that a user is one this person may see or manage.

    Who holds it for the whole country sees everybody; who holds it for a province sees those all of whose roles lie
    in it, and so never somebody without a role.
    """
    if any(grant.province_code == "" for grant in person.grants_for(action)):
        return true()
    held = within(person, action, province=UserGrant.province_code)
    return and_(User.grants.any(held), not_(User.grants.any(not_(held))))


def search(db: Session, person: Person, words: str, role: str, limit: int, offset: int) -> tuple[list[User], int]:
    """Return some of the people this person may see, by name, and how many there are."""
    where = [in_scope(person, Action.USER_READ)]
    if words:
        like = f"%{_plain(words.lower())}%"
        where.append(or_(User.username.like(like, escape="\\"), func.lower(User.full_name).like(like, escape="\\")))
    if role:
        where.append(User.grants.any(UserGrant.role == role))
    total = db.scalar(select(func.count()).select_from(User).where(*where)) or 0
    chosen = select(User).where(*where).order_by(User.username).limit(limit).offset(offset)
    return list(db.scalars(chosen)), total


def _plain(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def one(db: Session, person: Person, user_id: str, action: Action) -> User:
    """Return somebody this person may see or manage."""
    user = db.scalar(select(User).where(User.id == user_id, in_scope(person, action)))
    if user is None:
        raise NotFoundError
    return user


def add(
    db: Session, by: Person | None, username: str, full_name: str, grants: Iterable[Grant], temporary: Temporary,
    **more: Any,
) -> User:  # fmt: skip
    """Make an account with a temporary password; ``by`` None is the command line."""
    name = checked_username(username)
    if db.scalar(select(User.id).where(User.username == name)) is not None:
        raise ConflictError(Text(f"Đã có người dùng “{name}”.", f"There is a user “{name}” already."))
    user = User(username=name, full_name=full_name.strip(), **more)
    _put_password(user, temporary)
    user.grants = [kept_grant(one) for one in _given(db, by, grants)]
    db.add(user)
    db.flush()
    audit.record(db, "user.add", by=by, subject=("user", user.id), details=_told(user))
    return user


def change(db: Session, by: Person, user_id: str, values: dict[str, Any]) -> User:
    """Change name, mail, language, or whether somebody may come in; out of use closes every session and token."""
    user = one(db, by, user_id, Action.USER_MANAGE)
    audit.record(db, "user.change", by=by, subject=("user", user.id), details=_safe(values))
    for name, value in values.items():
        setattr(user, name, value)
    if not user.active:
        _shut_out(db, user)
    _keep_an_administrator(db)
    return user


def put_grants(db: Session, by: Person, user_id: str, grants: Iterable[Grant]) -> User:
    """Give somebody exactly these roles."""
    user = one(db, by, user_id, Action.USER_MANAGE)
    wanted = _given(db, by, grants)
    before = {grant_of(kept): kept for kept in user.grants}
    audit.record(db, "user.grants", by=by, subject=("user", user.id), details=_of_grants(before, wanted))
    for grant, kept in before.items():
        if grant not in wanted:
            user.grants.remove(kept)
    user.grants.extend(kept_grant(grant) for grant in wanted if grant not in before)
    _keep_an_administrator(db)
    return user


def reset_password(db: Session, by: Person | None, user: User, temporary: Temporary) -> None:
    """Give somebody a temporary password, take the lock away, and close every session and token."""
    _put_password(user, temporary)
    user.failures, user.locked_until = 0, None
    _shut_out(db, user)
    audit.record(db, "user.reset", by=by, subject=("user", user.id))


def shut_out(db: Session, by: Person, user: User) -> None:
    """Close every session and token of somebody, who may sign in again."""
    _shut_out(db, user)
    audit.record(db, "user.shut_out", by=by, subject=("user", user.id))


def _put_password(user: User, temporary: Temporary) -> None:
    user.password_hash, user.must_change_password = temporary.hash, True
    user.password_until = now() + timedelta(hours=passwords.TEMPORARY_HOURS)


def _shut_out(db: Session, user: User) -> None:
    sessions.closed_all(db, user.id)
    tokens.revoked_all(db, user.id)


def _given(db: Session, by: Person | None, grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """Return grants checked, each of them one that ``by`` may give: nobody gives roles beyond their own scope."""
    wanted = grant_rules.checked(db, grants)
    if by is None or any(grant.province_code == "" for grant in by.grants_for(Action.USER_MANAGE)):
        return wanted
    if not wanted or not all(by.may(Action.USER_MANAGE, province_code=one.province_code) for one in wanted):
        raise NotAllowedError(
            Text("Bạn chỉ được cấp vai trò trong tỉnh của mình.", "You may give roles of your own province only.")
        )
    return wanted


def _keep_an_administrator(db: Session) -> None:
    """Refuse what would leave nobody to administer the country; the entry written before has locked out others."""
    db.flush()
    holds = User.grants.any(and_(UserGrant.role == str(Role.ADMIN), UserGrant.province_code == ""))
    if not db.scalar(select(func.count()).select_from(User).where(User.active, holds)):
        raise ConflictError(
            Text("Phải còn ít nhất một người quản trị toàn quốc.", "There must be an administrator of the whole left.")
        )


def _told(user: User) -> dict[str, Any]:
    return {"username": user.username, "grants": [_short(grant_of(one)) for one in user.grants]}


def _of_grants(before: Iterable[Grant], after: Iterable[Grant]) -> dict[str, Any]:
    return {"before": [_short(one) for one in before], "after": [_short(one) for one in after]}


def _safe(values: dict[str, Any]) -> dict[str, Any]:
    """Return what the trail may keep of a change: the names of fields, and whether somebody may come in."""
    return {"fields": sorted(values), **{key: values[key] for key in ("active",) if key in values}}


def _short(grant: Grant) -> str:
    scope = "/".join(filter(None, (grant.province_code, grant.commune_code, grant.operator)))
    return f"{grant.role}:{scope}" if scope else str(grant.role)
