"""What routes ask for: the service, a session to read or to write, and the person who may do this."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from anyio import Semaphore
from fastapi import Depends, Request
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.people import sessions, tokens
from phusong.api.people.limits import Limits
from phusong.api.people.persons import Asker
from phusong.api.people.persons import person_of as person_of
from phusong.api.people.sessions import COOKIE as COOKIE
from phusong.api.problems import NotAllowedError, NotSignedInError, language_of
from phusong.api.service import Service
from phusong.words import Language, Text

CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
READERS_AT_ONCE = 16
WRITERS_AT_ONCE = 6
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def service_of(request: Request) -> Service:
    """Return the service the app was made for."""
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(service_of)]


class Turns:
    """How many requests may be at the database at once: fewer than there are threads and connections to be had.

    A request keeps its session while its answer waits for a thread to be written in. Were every thread in the hands of
    requests that wait for a connection or for the writer's lock, none would ever get on.
    """

    def __init__(self) -> None:
        self.readers = Semaphore(READERS_AT_ONCE)
        self.writers = Semaphore(WRITERS_AT_ONCE)


async def _reader(request: Request) -> AsyncIterator[None]:
    async with request.app.state.turns.readers:
        yield


async def _writer(request: Request) -> AsyncIterator[None]:
    async with request.app.state.turns.writers:
        yield


def _read(service: ServiceDep, _turn: Annotated[None, Depends(_reader, scope="function")]) -> Iterator[Session]:
    with service.database.read() as session:
        yield session


def _write(
    request: Request, service: ServiceDep, _turn: Annotated[None, Depends(_writer, scope="function")]
) -> Iterator[Session]:
    with service.database.write() as session:
        session.info["request_id"] = getattr(request.state, "request_id", "")
        yield session


ReadDep = Annotated[Session, Depends(_read, scope="function")]
"""A session that changes nothing."""
WriteDep = Annotated[Session, Depends(_write, scope="function")]
"""A session whose changes stand before the answer is sent; an error leaves nothing of them."""
LanguageDep = Annotated[Language, Depends(language_of)]


async def _csrf_told(request: Request) -> str:
    """Return the CSRF token a request carries: in its header, else in the field of its form."""
    told = request.headers.get(CSRF_HEADER, "")
    if told or request.method in SAFE_METHODS or not request.headers.get("content-type", "").startswith(FORMS):
        return told
    field = (await request.form()).get(CSRF_FIELD, "")
    return field if isinstance(field, str) else ""


class Needs:
    """The dependency every route has exactly one of: who is signed in and holds a role for the action.

    Whether the thing itself is in that person's scope is for the route: ``scope.within`` for lists, ``Person.may`` and
    NotFoundError for one thing. With a temporary password only the account itself is open.
    """

    def __init__(self, action: Action) -> None:
        self.action = action

    def __call__(self, request: Request, service: ServiceDep, csrf: Annotated[str, Depends(_csrf_told)]) -> Person:
        """Return the person, or say that nobody is signed in or that no role held allows this."""
        person = signed_in(request, service, csrf)
        if person is None:
            raise NotSignedInError
        own = self.action is Action.ACCOUNT and person.scopes is None  # also of somebody without any role yet
        if not own and not person.grants_for(self.action):
            raise NotAllowedError
        if person.must_change_password and not own:
            raise NotAllowedError(Text("Hãy đổi mật khẩu tạm trước.", "Change the temporary password first."))
        request.state.person = person
        return person


def signed_in(request: Request, service: Service, csrf: str | None = None) -> Person | None:
    """Return who asks, by the token in ``Authorization`` or else by the session's cookie.

    With a cookie, a request that changes something must carry the session's CSRF token: ``csrf``, or its header.
    ``request.state.csrf`` is that token afterwards, for the forms of a page.
    """
    bearer = bearer_of(request)
    if bearer is not None:
        return _of_token(request, service, bearer)
    cookie = cookie_of(request, service)
    if not cookie:
        return None
    with service.database.read() as db:
        session = sessions.found(db, service.settings, cookie)
    if session is None:
        return None
    told = request.headers.get(CSRF_HEADER, "") if csrf is None else csrf
    if request.method not in SAFE_METHODS and not hmac.compare_digest(told.encode(), session.csrf.encode()):
        raise NotAllowedError(Text("Phiên làm việc không khớp: hãy tải lại trang.", "Reload the page and try again."))
    request.state.csrf = session.csrf
    _limits(request).knows(session.digest, session.person.id)
    sessions.mark_seen(service, session)
    return session.person


def _of_token(request: Request, service: Service, bearer: str) -> Person | None:
    with service.database.read() as db:
        token = tokens.found(db, bearer)
    if token is None:
        return None
    _limits(request).knows(token.digest, token.person.id)
    tokens.mark_used(service, token)
    return token.person


def _limits(request: Request) -> Limits:
    limits: Limits = request.app.state.limits
    return limits


def bearer_of(request: Request) -> str | None:
    """Return what stands in ``Authorization``, "" for another scheme; None where there is no such header."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, text = header.partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


def cookie_of(request: Request, service: Service) -> str:
    """Return the session's cookie of a request, "" where there is none."""
    return request.cookies.get(sessions.cookie_name(service.settings), "")


def base_of(request: Request) -> str:
    """Return the address people use, else the one this request came by; without a slash at its end."""
    return (service_of(request).settings.public_url or str(request.base_url)).rstrip("/")


def asker_of(request: Request) -> Asker:
    """Return where a request came from."""
    return Asker(
        address="" if request.client is None else request.client.host,
        browser=request.headers.get("user-agent", ""),
        request_id=getattr(request.state, "request_id", ""),
    )


AskerDep = Annotated[Asker, Depends(asker_of)]
