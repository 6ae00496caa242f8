"""Signing in and out, the first administrator, the provider of the ministry."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.deps import AskerDep, Needs, ServiceDep, cookie_of, signed_in
from phusong.api.people import oidc, sessions
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


class LinkOut(BaseModel):
    """Where the browser goes to link an account of the provider."""

    address: str


def keep_cookie(response: Response, service: Service, one: sessions.Opened) -> None:
    """Hand a session to the browser: no script reads it, no other site's form sends it."""
    settings = service.settings
    _keep(response, service, sessions.cookie_name(settings), one.cookie, seconds=settings.session_hours * 3600)


def _keep(response: Response, service: Service, name: str, value: str, *, seconds: float) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(seconds),
        path="/",
        secure=service.settings.secure,
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
        provider=service.settings.oidc_name if oidc.is_set(service.settings) else "",
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


Brought = Annotated[str, Query(max_length=4096)]
_REDIRECT: dict[int | str, dict[str, Any]] = {303: {"description": "Chuyển tiếp – Redirect"}}


@router.get("/oidc/start", status_code=303, response_class=RedirectResponse, responses=_REDIRECT | answers(404, 503))
def start_with_provider(service: ServiceDep, asker: AskerDep) -> RedirectResponse:
    """Send the browser to the provider."""
    started = oidc.start(service, asker)
    answer = RedirectResponse(started.address, 303)
    keep_oidc_cookie(answer, service, started)
    return answer


@router.post("/oidc/link", responses=answers(401, 403, 404, 503))
def link_provider(
    person: Annotated[Person, Depends(Needs(Action.ACCOUNT))], response: Response, service: ServiceDep, asker: AskerDep
) -> LinkOut:
    """Begin to link an account of the provider to one's own: the browser goes to the address told."""
    started = oidc.start(service, asker, link_user_id=person.id)
    keep_oidc_cookie(response, service, started)
    return LinkOut(address=started.address)


@router.get(
    "/oidc/return",
    status_code=303,
    response_class=RedirectResponse,
    responses=_REDIRECT | answers(401, 404, 409, 422, 503),
)
def return_from_provider(
    request: Request,
    service: ServiceDep,
    asker: AskerDep,
    state: Brought = "",
    code: Brought = "",
    iss: Brought = "",
) -> RedirectResponse:
    """Take what the browser brings back from the provider, and sign in."""
    cookie = request.cookies.get(oidc.cookie_name(service.settings), "")
    one = oidc.finish(service, asker, state=state, code=code, issuer=iss, cookie=cookie)
    answer = RedirectResponse("/", 303)
    keep_cookie(answer, service, one)
    answer.delete_cookie(oidc.cookie_name(service.settings), path="/", secure=service.settings.secure, httponly=True)
    return answer


def keep_oidc_cookie(response: Response, service: Service, started: oidc.Started) -> None:
    """Tie the way back from the provider to this browser."""
    _keep(response, service, oidc.cookie_name(service.settings), started.cookie, seconds=oidc.MINUTES * 60)
