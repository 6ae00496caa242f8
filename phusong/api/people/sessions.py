"""Sessions of browsers: random cookies of which only the digest is kept, with an idle and an absolute end."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from phusong.api.access.policy import Person
from phusong.api.database.models import OidcLogin, SetUpCode, User, UserSession
from phusong.api.database.types import now
from phusong.api.people.limits import forget_old, without_waiting
from phusong.api.people.persons import Asker, person_of
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

COOKIE = "phusong_session"
SEEN_EACH = 6  # a session in use is marked so after a sixth of the idle time


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A new session: what the browser keeps, and who it is of."""

    cookie: str
    csrf: str
    expires_at: datetime
    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A session that holds."""

    digest: str
    csrf: str
    person: Person
    seen_at: datetime


def cookie_name(settings: ServiceSettings) -> str:
    """Return the name of the session's cookie; over https one that no other host or path can have set."""
    return f"__Host-{COOKIE}" if settings.secure else COOKIE


def digest_of(secret: str) -> str:
    """Return what is kept of a random secret: its SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


def opened(db: Session, settings: ServiceSettings, user: User, asker: Asker) -> Opened:
    """Open a session: always new, whatever cookie the browser sent."""
    sweep(db, settings)
    cookie, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    expires_at = now() + timedelta(hours=settings.session_hours)
    kept = UserSession(
        sha256=digest_of(cookie),
        user_id=user.id,
        csrf=csrf,
        expires_at=expires_at,
        address=asker.address[:64],
        browser=asker.browser[:200],
    )
    db.add(kept)
    return Opened(cookie=cookie, csrf=csrf, expires_at=expires_at, person=person_of(user))


def found(db: Session, settings: ServiceSettings, cookie: str) -> Found | None:
    """Return the session of a cookie if it holds and its person may still sign in."""
    digest = digest_of(cookie)
    query = select(UserSession, User).join(User, User.id == UserSession.user_id).where(UserSession.sha256 == digest)
    one, user = db.execute(query).one_or_none() or (None, None)
    if one is None or user is None or not user.active:
        return None
    if one.expires_at <= now() or one.seen_at <= _idle_since(settings):
        return None
    return Found(digest=digest, csrf=one.csrf, person=person_of(user), seen_at=one.seen_at)


def mark_seen(service: Service, session: Found) -> None:
    """Note now and then that a session is in use."""
    if now() - session.seen_at < timedelta(minutes=service.settings.idle_minutes / SEEN_EACH):
        return
    seen = update(UserSession).where(UserSession.sha256 == session.digest).values(seen_at=now())
    without_waiting(service.database, lambda db: db.execute(seen))


def closed(db: Session, cookie: str) -> bool:
    """Close the session of a cookie; say whether there was one."""
    gone = db.execute(delete(UserSession).where(UserSession.sha256 == digest_of(cookie)).returning(UserSession.user_id))
    return gone.first() is not None


def closed_all(db: Session, user_id: str, *, but: str = "") -> int:
    """Close every session of a person, but the one of the cookie ``but``; return how many."""
    where = (UserSession.user_id == user_id, UserSession.sha256 != digest_of(but))
    return len(db.execute(delete(UserSession).where(*where).returning(UserSession.sha256)).all())


def all_of(db: Session, settings: ServiceSettings, user_id: str) -> list[UserSession]:
    """Return the sessions of a person that hold, the newest first."""
    holding = (UserSession.expires_at > now(), UserSession.seen_at > _idle_since(settings))
    chosen = select(UserSession).where(UserSession.user_id == user_id, *holding)
    return list(db.scalars(chosen.order_by(UserSession.created_at.desc()).limit(100)))


def sweep(db: Session, settings: ServiceSettings) -> None:
    """Drop what has run out: sessions, sign-ins never finished, set-up codes, old counts."""
    moment = now()
    ended = or_(UserSession.expires_at <= moment, UserSession.seen_at <= _idle_since(settings))
    db.execute(delete(UserSession).where(ended))
    db.execute(delete(OidcLogin).where(OidcLogin.expires_at <= moment))
    db.execute(delete(SetUpCode).where(SetUpCode.expires_at <= moment))
    forget_old(db)


def _idle_since(settings: ServiceSettings) -> datetime:
    return now() - timedelta(minutes=settings.idle_minutes)
