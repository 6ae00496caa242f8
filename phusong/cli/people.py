"""Commands about people: an account or a new password from the machine that runs the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from phusong.cli.screen import screen_for
from phusong.errors import UnknownNameError
from phusong.words import Text

if TYPE_CHECKING:
    from phusong.api.access.roles import Grant

app = typer.Typer(help="Người dùng của dịch vụ / people of the service.")

Name = Annotated[str, typer.Argument(help="Tên đăng nhập / user name")]
Lang = Annotated[str, typer.Option("--lang", help="vi | en")]


@app.command("add")
def add(
    username: Name,
    full_name: Annotated[str, typer.Option("--full-name", help="Họ và tên / full name")],
    role: Annotated[
        list[str],
        typer.Option("--role", help="vai trò[:tỉnh[:xã]] hoặc operator:tên / role[:province[:commune]], operator:name"),
    ],
    lang: Lang = "vi",
) -> None:
    """Thêm người dùng với mật khẩu tạm / add a person with a temporary password."""
    from phusong.api.people import users
    from phusong.api.service import Service
    from phusong.api.settings import ServiceSettings

    service = Service.of(ServiceSettings())
    temporary = users.Temporary.made(service.settings)
    grants = [_grant(one) for one in role]
    with service.database.write() as db:
        user = users.add(db, None, username, full_name, grants, temporary)
    service.close()
    _tell(lang, user.username, temporary.text)


@app.command("password")
def password(username: Name, lang: Lang = "vi") -> None:
    """Đặt mật khẩu tạm, mở khoá, đóng mọi phiên / set a temporary password, unlock, close every session."""
    from sqlalchemy import select

    from phusong.api.database.models import User
    from phusong.api.people import users
    from phusong.api.people.persons import folded
    from phusong.api.service import Service
    from phusong.api.settings import ServiceSettings

    service = Service.of(ServiceSettings())
    temporary = users.Temporary.made(service.settings)
    with service.database.write() as db:
        user = db.scalar(select(User).where(User.username == folded(username)))
        if user is None:
            raise UnknownNameError(Text(f"Không có người dùng “{username}”.", f"There is no user “{username}”."))
        users.reset_password(db, None, user, temporary)
    service.close()
    _tell(lang, user.username, temporary.text)


def _grant(told: str) -> Grant:
    from phusong.api.access.roles import Grant, Role

    name, *scope = told.split(":")
    if name not in set(Role):
        raise UnknownNameError(
            Text(f"Không có vai trò “{name}”: {', '.join(Role)}.", f"No role “{name}”: {', '.join(Role)}.")
        )
    if name == Role.OPERATOR:
        return Grant(role=Role(name), operator=scope[0] if scope else "", province_code="".join(scope[1:2]))
    return Grant(role=Role(name), province_code="".join(scope[:1]), commune_code="".join(scope[1:2]))


def _tell(lang: str, username: str, temporary: str) -> None:
    screen_for(lang).say(
        Text(
            f"{username}: mật khẩu tạm {temporary} (3 ngày, phải đổi khi đăng nhập).",
            f"{username}: temporary password {temporary} (3 days, to be changed at sign-in).",
        )
    )
