"""People and what they hold: for administrators, and for auditors to see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.access.roles import ROLE_TITLES, Role
from phusong.api.deps import Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.pages.communes import commune_names
from phusong.api.pages.forms import FormDep, model_of, text_of, texts_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go
from phusong.api.pages.windows import window_of
from phusong.api.paging import Window
from phusong.api.routers.tokens import TokenIn, list_tokens, make_token, revoke_token
from phusong.api.routers.users import (
    UserChangeIn,
    UserGrantsIn,
    UserIn,
    UserOut,
    add_user,
    change_user,
    list_users,
    put_grants,
    reset_password,
    show_user,
    sign_user_out,
)
from phusong.data.schemas.common import OPERATORS
from phusong.data.units import provinces
from phusong.words import Text

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.USER_READ))]
Manager = Annotated[Person, Depends(Needs(Action.USER_MANAGE))]
Oneself = Annotated[Person, Depends(Needs(Action.ACCOUNT))]
OPERATOR_TITLES = {option.value: option.title for option in OPERATORS}
EMPTY_GRANTS = 2


@router.get("/people")
def people(request: Request, person: Reader, db: ReadDep) -> HTMLResponse:
    """Show people by name."""
    window, asked = window_of(request), request.query_params.get("q", "")[:100]
    role = request.query_params.get("role", "")
    chosen = Role(role) if role in tuple(Role) else None
    found = list_users(person, Window(limit=window.limit, offset=window.offset), db, asked, chosen)
    return page(
        request, "people.html", Text("Người dùng", "People"), section="people", people=found.items,
        total=found.total, window=window, roles=ROLE_TITLES, q=asked, role=role, operators=OPERATOR_TITLES,
        called=_called(db, found.items),
    )  # fmt: skip


def _called(db: Session, people: Iterable[Any]) -> Mapping[str, str]:
    """Return the names of the communes people are of."""
    return commune_names(db, [(one.province_code, one.commune_code) for user in people for one in user.grants])


@router.get("/people/new")
def new_person(request: Request, person: Manager) -> HTMLResponse:
    """Show the form that gives somebody an account."""
    return page(request, "person_new.html", Text("Thêm người dùng", "Add a person"), section="people", **_choices([]))


def _choices(grants: list[Any]) -> dict[str, Any]:
    """Return what the fields of roles offer: those held, and empty ones to fill."""
    empty = {"role": "", "province_code": "", "commune_code": "", "operator": ""}
    held = {one.province_code for one in grants} - {"", *provinces()}
    return {
        "roles": ROLE_TITLES, "operators": OPERATOR_TITLES, "all_provinces": [*provinces(), *sorted(held)],
        "grants": [*grants, *([empty] * EMPTY_GRANTS)],
    }  # fmt: skip


def _grants(form: FormData) -> list[dict[str, str]]:
    """Read the roles of a form, row by row; a row without a role is none."""
    names = ("role", "province_code", "commune_code", "operator")
    rows = zip(*(texts_of(form, f"grant-{name}") for name in names), strict=True)
    return [{name: value.strip() for name, value in zip(names, row, strict=True)} for row in rows if row[0]]


@router.post("/people")
def add(request: Request, person: Manager, service: ServiceDep, form: FormDep) -> HTMLResponse:
    """Give somebody an account; the temporary password is shown this once."""
    values = {name: text_of(form, name) for name in ("username", "full_name", "email", "language")}
    made = add_user(model_of(UserIn, {**values, "grants": _grants(form)}), person, service)
    return _temporary(request, made.user, made.temporary_password)


def _temporary(request: Request, user: UserOut, password: str) -> HTMLResponse:
    title = Text("Mật khẩu tạm", "Temporary password")
    return page(request, "temporary.html", title, section="people", user=user, password=password)


@router.get("/people/{user_id}")
def one_person(request: Request, person: Reader, db: ReadDep, user_id: Id) -> HTMLResponse:
    """Show one person and the roles held."""
    user = show_user(user_id, person, db)
    return page(
        request, "person.html", Text(user.full_name, user.full_name), section="people", user=user,
        called=_called(db, [user]), **_choices(list(user.grants)),
    )  # fmt: skip


@router.post("/people/{user_id}")
def change(request: Request, person: Manager, db: WriteDep, form: FormDep, user_id: Id) -> Response:
    """Change a person's name or mail, or put the account out of use and into use again."""
    values: dict[str, Any] = {name: text_of(form, name) for name in ("full_name", "email", "active")}
    change_user(user_id, model_of(UserChangeIn, values), person, db)
    return go(request, f"/people/{user_id}", Text("Đã ghi.", "Kept."))


@router.post("/people/{user_id}/grants")
def grants(request: Request, person: Manager, db: WriteDep, form: FormDep, user_id: Id) -> Response:
    """Give a person exactly these roles."""
    put_grants(user_id, model_of(UserGrantsIn, {"grants": _grants(form)}), person, db)
    return go(request, f"/people/{user_id}", Text("Đã ghi vai trò.", "The roles are kept."))


@router.post("/people/{user_id}/password")
def new_password(request: Request, person: Manager, service: ServiceDep, user_id: Id) -> HTMLResponse:
    """Give a person a new temporary password."""
    made = reset_password(user_id, person, service)
    return _temporary(request, made.user, made.temporary_password)


@router.post("/people/{user_id}/sign-out")
def shut_out(request: Request, person: Manager, db: WriteDep, user_id: Id) -> Response:
    """Close every session and token of a person."""
    sign_user_out(user_id, person, db)
    return go(request, f"/people/{user_id}", Text("Đã đăng xuất người này ở mọi nơi.", "Signed out everywhere."))


@router.get("/account/tokens")
def tokens(request: Request, person: Oneself, service: ServiceDep, db: ReadDep) -> HTMLResponse:
    """Show one's own tokens, and the form that makes one."""
    return _tokens(request, list_tokens(person, service, db))


def _tokens(request: Request, told: Any, text: str = "") -> HTMLResponse:
    return page(request, "tokens.html", Text("Mã truy cập cho phần mềm", "Tokens for programs"), tokens=told, text=text)


@router.post("/account/tokens")
def make(request: Request, person: Oneself, service: ServiceDep, db: WriteDep, form: FormDep) -> HTMLResponse:
    """Make a token; its text is shown this once."""
    values = {"name": text_of(form, "name"), "scopes": texts_of(form, "scope"), "days": text_of(form, "days")}
    made = make_token(model_of(TokenIn, values), person, service, db)
    return _tokens(request, list_tokens(person, service, db), made.text)


@router.post("/account/tokens/{token_id}/revoke")
def revoke(request: Request, person: Oneself, db: WriteDep, token_id: Id) -> Response:
    """Put a token out of use."""
    revoke_token(token_id, person, db)
    return go(request, "/account/tokens", Text("Đã thu hồi mã.", "The token is revoked."))
