"""The first administrator: made once, by whoever reads the code on the machine that runs the service."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, exists, select

from phusong.api import audit
from phusong.api.access.roles import Grant, Role
from phusong.api.database.models import SetUpCode, User
from phusong.api.database.types import now
from phusong.api.people import passwords, sessions
from phusong.api.people.persons import Asker, checked_username, kept_grant
from phusong.api.people.sessions import Opened, digest_of
from phusong.api.people.sign_in import count_try
from phusong.api.problems import ConflictError, NotAllowedError
from phusong.api.service import Service
from phusong.words import Text

CODE_HOURS = 24.0


def needs_set_up(service: Service) -> bool:
    """Say whether the service has nobody yet."""
    with service.database.read() as db:
        return not db.scalar(select(exists(select(User.id))))


def first_run_code(service: Service) -> str | None:
    """Return a new code that makes the first administrator, to be shown on the terminal; None once there are people.

    Only its digest is kept; a code made before no longer holds, and this one holds for a day.
    """
    if not needs_set_up(service):
        return None
    code = "-".join(passwords.readable(4) for _ in range(3))
    with service.database.write() as db:
        db.execute(delete(SetUpCode))
        db.add(SetUpCode(sha256=digest_of(code), expires_at=now() + timedelta(hours=CODE_HOURS)))
    return code


def set_up(service: Service, code: str, username: str, full_name: str, password: str, asker: Asker) -> Opened:
    """Make the first administrator and sign them in; the code is used up.

    On an office PC this person holds every role, everywhere; on a server the administrator's alone.

    Raises
    ------
    ConflictError
        There are people already.
    NotAllowedError
        Not the code on the terminal.
    """
    count_try(service, asker)
    if not needs_set_up(service):
        raise ConflictError(Text("Dịch vụ đã được thiết lập.", "The service has been set up."))
    settings = service.settings
    name = checked_username(username)
    kept = passwords.checked(password, username=name, least=settings.password_least)
    if not _is_code(service, code):
        raise _wrong_code()
    hashed = passwords.hashed(kept, parallel=settings.parallel_logins)
    roles = tuple(Role) if service.database.embedded else (Role.ADMIN,)
    with service.database.write() as db:
        taken = delete(SetUpCode).where(SetUpCode.sha256 == digest_of(_tidy(code)), SetUpCode.expires_at > now())
        if db.execute(taken.returning(SetUpCode.sha256)).first() is None:
            raise _wrong_code()
        user = User(username=name, full_name=full_name.strip(), password_hash=hashed, language=settings.language)
        user.grants = [kept_grant(Grant(role=role)) for role in roles]
        db.add(user)
        db.flush()
        one = sessions.opened(db, settings, user, asker)
        audit.record(db, "service.set_up", by=one.person, subject=("user", user.id), request_id=asker.request_id)
        return one


def _is_code(service: Service, code: str) -> bool:
    with service.database.read() as db:
        kept = db.get(SetUpCode, digest_of(_tidy(code)))
        return kept is not None and kept.expires_at > now()


def _tidy(code: str) -> str:
    return code.strip().upper()


def _wrong_code() -> NotAllowedError:
    return NotAllowedError(
        Text(
            "Mã thiết lập không đúng hoặc đã hết hạn: xem mã trên màn hình chạy “phusong serve”.",
            "The set-up code is wrong or has run out: see the terminal that runs “phusong serve”.",
        )
    )
