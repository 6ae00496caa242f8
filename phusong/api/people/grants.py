"""Which role takes which scope, and whether the scopes named exist."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.access.roles import ROLE_TITLES, Grant, Role
from phusong.api.database.models import Province
from phusong.data.schemas.common import OPERATORS
from phusong.errors import UnknownNameError
from phusong.words import Text

MUST_HAVE: dict[Role, tuple[str, ...]] = {
    Role.COMMUNE: ("province_code", "commune_code"),
    Role.PROVINCE: ("province_code",),
    Role.OPERATOR: ("operator",),
}
MAY_HAVE = ("province_code",)  # every role may be narrowed to a province
_TITLES = {
    "province_code": Text("mã tỉnh", "a province code"),
    "commune_code": Text("mã xã", "a commune code"),
    "operator": Text("nhà mạng", "an operator"),
}
_COMMUNE = re.compile(r"\d{5}")


def checked(db: Session, grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """Return grants without repeats, each with the scope its role takes and no other."""
    told = tuple(dict.fromkeys(grants))
    known = set(db.scalars(select(Province.code).where(Province.code.in_({one.province_code for one in told}))))
    for one in told:
        _check(one, known)
    return told


def _check(grant: Grant, provinces: set[str]) -> None:
    must = MUST_HAVE.get(grant.role, ())
    for name, title in _TITLES.items():
        told = getattr(grant, name)
        if not told and name in must:
            raise _wrong(grant, Text(f"cần {title.vi}", f"needs {title.en}"))
        if told and name not in (*must, *MAY_HAVE):
            raise _wrong(grant, Text(f"không gắn với {title.vi}", f"takes no {title.en.split(' ', 1)[1]}"))
    if grant.province_code and grant.province_code not in provinces:
        raise _wrong(grant, Text("có mã tỉnh không có trong danh mục", "names a province that does not exist"))
    if grant.commune_code and not _COMMUNE.fullmatch(grant.commune_code):
        raise _wrong(grant, Text("cần mã xã gồm 5 chữ số", "needs a commune code of 5 digits"))
    if grant.operator and grant.operator not in {one.value for one in OPERATORS}:
        raise _wrong(grant, Text("có nhà mạng không có trong danh mục", "names an operator that does not exist"))


def _wrong(grant: Grant, what: Text) -> UnknownNameError:
    title = ROLE_TITLES[grant.role]
    return UnknownNameError(Text(f"Vai trò “{title.vi}” {what.vi}.", f"Role “{title.en}” {what.en}."))
