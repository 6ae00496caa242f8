"""Coming in and going out: sign-in, the first administrator, sign-out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from phusong.api.deps import AskerDep, ServiceDep, cookie_of, signed_in
from phusong.api.pages.forms import FormDep, text_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go, local
from phusong.api.people.sessions import Opened
from phusong.api.people.set_up import needs_set_up, set_up
from phusong.api.people.sign_in import SignInError, sign_in
from phusong.api.problems import status_of
from phusong.api.routers.sessions import drop_cookie, keep_cookie, sign_out
from phusong.api.service import Service
from phusong.errors import PhuSongError
from phusong.words import Text

router = APIRouter()
SIGN_IN = Text("Đăng nhập", "Sign in")
SET_UP = Text("Thiết lập lần đầu", "First set-up")
LONGEST_SECRET = 256
YEAR_SECONDS = 31_536_000
Next = Annotated[str, "where a person wanted to go"]


@router.get("/sign-in")
def sign_in_page(request: Request, service: ServiceDep, next: Next = "/") -> Response:  # noqa: A002
    """Show where one signs in; who is signed in goes on, a service without people is set up first."""
    if signed_in(request, service) is not None:
        return RedirectResponse(local(next), status_code=303)
    if needs_set_up(service):
        return RedirectResponse("/set-up", status_code=303)
    return _sign_in(request, service, goal=local(next))


def _sign_in(
    request: Request, service: Service, *, goal: str, username: str = "", told: Text | None = None
) -> Response:
    return page(
        request, "sign_in.html", SIGN_IN, status=401 if told else 200, goal=goal, username=username, told=told,
        provider=service.settings.oidc_name,
    )  # fmt: skip


@router.post("/sign-in")
def do_sign_in(request: Request, service: ServiceDep, asker: AskerDep, form: FormDep) -> Response:
    """Sign in and go where the person wanted to go."""
    username, password = text_of(form, "username")[:64], _secret(form.get("password"))
    goal = local(text_of(form, "next"))
    try:
        opened = sign_in(service, username, password, asker, old_cookie=cookie_of(request, service))
    except SignInError as error:
        return _sign_in(request, service, goal=goal, username=username, told=error.text)
    return _entered(request, service, opened, "/account" if opened.person.must_change_password else goal)


@router.get("/set-up")
def set_up_page(request: Request, service: ServiceDep) -> Response:
    """Show where the first administrator is made, with the code of the terminal."""
    if not needs_set_up(service):
        return RedirectResponse("/sign-in", status_code=303)
    return _set_up(request, service)


def _set_up(
    request: Request, service: Service, *, status: int = 200, told: Text | None = None, **given: str
) -> Response:
    values = {"code": "", "username": "", "full_name": "", **given}
    return page(
        request, "set_up.html", SET_UP, status=status, told=told, given=values,
        least=service.settings.password_least, office=service.database.embedded,
    )  # fmt: skip


@router.post("/set-up")
def do_set_up(request: Request, service: ServiceDep, asker: AskerDep, form: FormDep) -> Response:
    """Make the first administrator and sign them in."""
    given = {name: text_of(form, name)[:200] for name in ("code", "username", "full_name")}
    try:
        opened = set_up(
            service, given["code"], given["username"], given["full_name"], _secret(form.get("password")), asker
        )
    except PhuSongError as error:
        return _set_up(request, service, status=status_of(error), told=error.text, **given)
    return _entered(request, service, opened, "/")


@router.post("/sign-out")
def do_sign_out(request: Request, service: ServiceDep, form: FormDep) -> Response:
    """Sign out."""
    sign_out(request, service, text_of(form, "csrf"))
    answer = go(request, "/sign-in", Text("Bạn đã đăng xuất.", "You have signed out."))
    drop_cookie(answer, service)
    return answer


def _entered(request: Request, service: Service, opened: Opened, goal: str) -> Response:
    answer = RedirectResponse(goal, status_code=303)
    keep_cookie(answer, service, opened)
    if "lang" not in request.cookies:
        language = "en" if opened.person.language == "en" else "vi"
        answer.set_cookie(
            "lang", language, max_age=YEAR_SECONDS, samesite="lax", httponly=True, secure=service.settings.secure
        )
    return answer


def _secret(value: object) -> str:
    """Return a password as it was typed; spaces at its ends are part of it."""
    return value[:LONGEST_SECRET] if isinstance(value, str) else ""
