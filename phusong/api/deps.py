"""What routes ask for: the service, a session to read or to write, and the person who may do this."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.access.roles import Grant, Role
from phusong.api.database.models import User, UserSession
from phusong.api.database.types import now
from phusong.api.problems import NotAllowedError, NotSignedInError, language_of
from phusong.api.service import Service
from phusong.words import Language, Text

COOKIE = "phusong_session"
CSRF_HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def service_of(request: Request) -> Service:
    """Return the service the app was made for."""
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(service_of)]


def _read(service: ServiceDep) -> Iterator[Session]:
    with service.database.read() as session:
        yield session


def _write(request: Request, service: ServiceDep) -> Iterator[Session]:
    with service.database.write() as session:
        session.info["request_id"] = getattr(request.state, "request_id", "")
        yield session


ReadDep = Annotated[Session, Depends(_read, scope="function")]
"""A session that changes nothing."""
WriteDep = Annotated[Session, Depends(_write, scope="function")]
"""A session whose changes stand before the answer is sent; an error leaves nothing of them."""
LanguageDep = Annotated[Language, Depends(language_of)]


class Needs:
    """The dependency every route has exactly one of: who is signed in and holds a role for the action.

    Whether the thing itself is in that person's scope is for the route: ``scope.within`` for lists, ``Person.may`` and
    NotFoundError for one thing.
    """

    def __init__(self, action: Action) -> None:
        self.action = action

    def __call__(self, request: Request, service: ServiceDep) -> Person:
        """Return the person, or say that nobody is signed in or that no role held allows this."""
        person = signed_in(request, service)
        if person is None:
            raise NotSignedInError
        if not person.grants_for(self.action):
            raise NotAllowedError
        request.state.person = person
        return person


def signed_in(request: Request, service: Service) -> Person | None:
    """Return who is signed in by the session cookie; a request that changes something must carry its CSRF token."""
    cookie = request.cookies.get(COOKIE)
    if cookie is None:
        return None
    with service.database.read() as db:
        session = db.get(UserSession, hashlib.sha256(cookie.encode()).hexdigest())
        if session is None or session.expires_at <= now():
            return None
        user = db.get(User, session.user_id)
        if user is None or not user.active:
            return None
        person = person_of(user)
    if request.method not in SAFE_METHODS and not hmac.compare_digest(
        request.headers.get(CSRF_HEADER, ""), session.csrf
    ):
        raise NotAllowedError(Text("Phiên làm việc không khớp: hãy tải lại trang.", "Reload the page and try again."))
    return person


def person_of(user: User) -> Person:
    """Return a user as the policy sees people."""
    return Person(
        id=user.id,
        username=user.username,
        full_name=user.full_name,
        language=user.language,
        grants=tuple(
            Grant(
                role=Role(one.role),
                province_code=one.province_code,
                commune_code=one.commune_code,
                operator=one.operator,
            )
            for one in user.grants
        ),
    )
