"""One's own account: roles, password, language, the browsers that are signed in, and where tokens are."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.access.roles import ROLE_TITLES
from phusong.api.deps import AskerDep, Needs, ReadDep, ServiceDep, WriteDep, cookie_of
from phusong.api.pages.communes import commune_names
from phusong.api.pages.forms import FormDep
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go
from phusong.api.people.sign_in import change_password
from phusong.api.routers.account import list_sessions, sign_out_everywhere
from phusong.api.routers.sessions import drop_cookie
from phusong.errors import PhuSongError
from phusong.words import Text

router = APIRouter()
Oneself = Annotated[Person, Depends(Needs(Action.ACCOUNT))]
LONGEST_SECRET = 256


@router.get("/account")
def account(request: Request, person: Oneself, service: ServiceDep, db: ReadDep) -> HTMLResponse:
    """Show one's own account."""
    return page(
        request, "account.html", Text("Tài khoản của tôi", "My account"), roles=ROLE_TITLES,
        browsers=list_sessions(person, request, service, db), least=service.settings.password_least,
        temporary=person.must_change_password,
        called=commune_names(db, [(one.province_code, one.commune_code) for one in person.grants]),
    )  # fmt: skip


@router.post("/account/password")
def password(request: Request, person: Oneself, service: ServiceDep, asker: AskerDep, form: FormDep) -> Response:
    """Change one's own password; other browsers are signed out."""
    old, new, again = (str(form.get(name, ""))[:LONGEST_SECRET] for name in ("old", "new", "again"))
    if new != again:
        raise PhuSongError(Text("Hai lần gõ mật khẩu mới không giống nhau.", "The new password was typed differently."))
    change_password(service, person.id, old, new, asker, cookie=cookie_of(request, service))
    return go(
        request,
        "/account",
        Text("Đã đổi mật khẩu; các máy khác đã bị đăng xuất.", "Password changed; other browsers are signed out."),
    )


@router.post("/account/sign-out-everywhere")
def everywhere(request: Request, person: Oneself, service: ServiceDep, db: WriteDep) -> Response:
    """Close every session of one's own."""
    sign_out_everywhere(person, db)
    answer = go(request, "/sign-in", Text("Đã đăng xuất mọi máy.", "Signed out everywhere."))
    drop_cookie(answer, service)
    return answer
