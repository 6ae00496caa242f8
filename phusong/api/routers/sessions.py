"""Signing in and out, the first administrator, the provider of the ministry."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from phusong.api import audit
from phusong.api.deps import AskerDep, ServiceDep, cookie_of, signed_in
from phusong.api.people import sessions
from phusong.api.people.set_up import needs_set_up, set_up
from phusong.api.people.sign_in import sign_in
from phusong.api.problems import answers
from phusong.api.routers.account import PersonOut
from phusong.api.service import Service

router = APIRouter(prefix="/api", tags=["sessions"])

Name = Annotated[str, Field(min_length=1, max_length=64, examples=["lan.nguyen"])]
Secret = Annotated[str, Field(min_length=1, max_length=256)]


class SignInIn(BaseModel):
    """A name and its password."""

    model_config = ConfigDict(extra="forbid")
    username: Name
    password: Secret


class SetUpIn(BaseModel):
    """The code on the terminal, and who is the first administrator."""

    model_config = ConfigDict(extra="forbid")
    code: Annotated[str, Field(min_length=1, max_length=64, examples=["K7QX-MPRT-9WZD"])]
    username: Name
    full_name: Annotated[str, Field(min_length=1, max_length=200, examples=["Nguyễn Thị Lan"])]
    password: Secret


class SignedInOut(BaseModel):
    """Who has signed in; ``csrf`` goes into the header X-CSRF-Token of every request that changes something."""

    person: PersonOut
    csrf: str
    must_change_password: bool


class SessionOut(BaseModel):
    """How things stand before and after signing in."""

    signed_in: bool
    needs_set_up: bool
    provider: str
    csrf: str
    must_change_password: bool


def keep_cookie(response: Response, service: Service, one: sessions.Opened) -> None:
    """Hand a session to the browser: no script reads it, no other site's form sends it."""
    settings = service.settings
    response.set_cookie(
        sessions.cookie_name(settings),
        one.cookie,
        max_age=int(settings.session_hours * 3600),
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response, service: Service) -> None:
    """Take the session from the browser."""
    settings = service.settings
    response.delete_cookie(
        sessions.cookie_name(settings), path="/", secure=settings.secure, httponly=True, samesite="lax"
    )


def _told(one: sessions.Opened) -> SignedInOut:
    return SignedInOut(
        person=PersonOut.of(one.person), csrf=one.csrf, must_change_password=one.person.must_change_password
    )


@router.get("/session")
def show_session(request: Request, service: ServiceDep) -> SessionOut:
    """Tell whether somebody is signed in, and what a sign-in page has to show."""
    person = signed_in(request, service)
    return SessionOut(
        signed_in=person is not None,
        needs_set_up=person is None and needs_set_up(service),
        provider=service.settings.oidc_name,
        csrf=getattr(request.state, "csrf", "") if person is not None else "",
        must_change_password=person is not None and person.must_change_password,
    )


@router.post("/session", status_code=201, responses=answers(401, 403, 422, 429))
def open_session(
    given: SignInIn, request: Request, response: Response, service: ServiceDep, asker: AskerDep
) -> SignedInOut:
    """Sign in; the session is in a cookie, never in the answer."""
    one = sign_in(service, given.username, given.password, asker, old_cookie=cookie_of(request, service))
    keep_cookie(response, service, one)
    return _told(one)


@router.delete("/session", status_code=204, responses=answers(403, 429))
def close_session(request: Request, response: Response, service: ServiceDep) -> None:
    """Sign out."""
    sign_out(request, service)
    drop_cookie(response, service)


def sign_out(request: Request, service: Service, csrf: str | None = None) -> None:
    """Close the session of a request, if it has one."""
    person = signed_in(request, service, csrf)
    if person is None or person.scopes is not None:
        return
    with service.database.write() as db:
        db.info["request_id"] = getattr(request.state, "request_id", "")
        if sessions.closed(db, cookie_of(request, service)):
            audit.record(db, "session.close", by=person, subject=("user", person.id))


@router.post(
    "/set-up",
    status_code=201,
    responses=answers(403, 409, 422, 429),
)
def make_first_administrator(given: SetUpIn, response: Response, service: ServiceDep, asker: AskerDep) -> SignedInOut:
    """Make the first administrator with the code that ``phusong serve`` printed, and sign them in."""
    one = set_up(service, given.code, given.username, given.full_name, given.password, asker)
    keep_cookie(response, service, one)
    return _told(one)
