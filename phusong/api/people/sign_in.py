"""Signing in by password: the same answer and the same work whether the name, the password or the lock was at fault."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.database.models import User
from phusong.api.database.types import now
from phusong.api.people import passwords, sessions
from phusong.api.people.limits import counted, too_many
from phusong.api.people.persons import Asker, folded, person_of
from phusong.api.people.sessions import Opened
from phusong.api.problems import NotSignedInError
from phusong.api.service import Service
from phusong.errors import PhuSongError
from phusong.words import Text


class SignInError(NotSignedInError):
    """Name and password do not go together, or the account cannot be used now: the cases are never told apart."""

    def __init__(self) -> None:
        text = Text(
            "Tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản đang tạm khoá.",
            "User name or password is wrong, or the account is locked for now.",
        )
        PhuSongError.__init__(self, text)


def sign_in(service: Service, username: str, password: str, asker: Asker, *, old_cookie: str = "") -> Opened:
    """Open a session for a name and its password; transactions are its own: a refusal must stand too.

    ``old_cookie`` is a session the browser had before: it is closed.

    Raises
    ------
    SignInError
        Whatever did not fit.
    TooManyError
        Too many tries from this address, or at this moment.
    """
    count_try(service, asker)
    name = folded(username)
    with service.database.read() as db:
        user = db.scalar(select(User).where(User.username == name))
        kept = None if user is None else user.password_hash
    parallel = service.settings.parallel_logins
    right, renewed = passwords.verified(password, kept, parallel=parallel)
    with service.database.write() as db:
        user = None if user is None else db.get(User, user.id, with_for_update=True)
        if user is not None and right and _usable(user, kept):
            return _opened(db, service, user, asker, renewed, old_cookie)
        _refused(db, service, user, asker, wrong=not right)
    raise SignInError


def count_try(service: Service, asker: Asker) -> None:
    """Count one try of this address, in every process; raise TooManyError over the limit."""
    with service.database.write() as db:
        tries = counted(db, f"login:{asker.address}")
    if tries > service.settings.logins_per_minute:
        raise too_many()


def _usable(user: User, verified_hash: str | None) -> bool:
    """Say whether an account may be used now, and its password is still the one that was checked."""
    locked = user.locked_until is not None and user.locked_until > now()
    run_out = user.password_until is not None and user.password_until <= now()
    return user.active and not locked and not run_out and user.password_hash == verified_hash


def _opened(db: Session, service: Service, user: User, asker: Asker, renewed: str | None, old_cookie: str) -> Opened:
    user.failures, user.locked_until = 0, None
    if renewed is not None:
        user.password_hash = renewed
    if old_cookie:
        sessions.closed(db, old_cookie)
    one = sessions.opened(db, service.settings, user, asker)
    audit.record(
        db, "session.open", by=one.person, subject=("user", user.id), details={"way": "password"},
        request_id=asker.request_id,
    )  # fmt: skip
    return one


def _refused(db: Session, service: Service, user: User | None, asker: Asker, *, wrong: bool) -> None:
    """Note a refusal; the name that was typed is not kept: it may be a password in the wrong field."""
    locks = False
    if user is not None and wrong:
        user.failures += 1
        locks = user.failures >= service.settings.failures_before_lock
        if locks:
            user.failures = 0
            user.locked_until = now() + timedelta(minutes=service.settings.lock_minutes)
    audit.record(
        db,
        "session.lock" if locks else "session.refuse",
        by=None if user is None else person_of(user),
        subject=("user", "" if user is None else user.id),
        request_id=asker.request_id,
    )


def change_password(service: Service, user_id: str, old: str, new: str, asker: Asker, *, cookie: str = "") -> None:
    """Change one's own password, known the old one; every other session of the person is closed."""
    settings = service.settings
    count_try(service, asker)
    with service.database.read() as db:
        user = db.get_one(User, user_id)
        kept, name = user.password_hash, user.username
    right, _ = passwords.verified(old, kept, parallel=settings.parallel_logins)
    if right:
        kept_new = passwords.checked(new, username=name, least=settings.password_least)
        if kept_new == passwords.normal(old):
            raise _same()
        new_hash = passwords.hashed(kept_new, parallel=settings.parallel_logins)
    with service.database.write() as db:
        user = db.get_one(User, user_id, with_for_update=True)
        if right and _usable(user, kept):
            user.password_hash, user.must_change_password, user.password_until = new_hash, False, None
            sessions.closed_all(db, user_id, but=cookie)
            audit.record(
                db, "user.password", by=person_of(user), subject=("user", user_id), request_id=asker.request_id
            )
            return
        _refused(db, service, user, asker, wrong=not right)
    raise WrongPasswordError


class WrongPasswordError(PhuSongError):
    """The password that was to be changed is not this one."""

    def __init__(self) -> None:
        super().__init__(Text("Mật khẩu hiện tại không đúng.", "The current password is wrong."))


def _same() -> PhuSongError:
    return PhuSongError(Text("Mật khẩu mới phải khác mật khẩu hiện tại.", "The new password must differ from the old."))
