"""People as the policy sees them, and the names they sign in by."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from phusong.api.access.policy import Action, Person
from phusong.api.access.roles import Grant, Role
from phusong.api.database.models import User, UserGrant
from phusong.errors import UnknownNameError
from phusong.words import Text

USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,62}[a-z0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Where a request came from, as a session and the trail keep it."""

    address: str = ""
    browser: str = ""
    request_id: str = ""


def folded(username: str) -> str:
    """Return a name to sign in by as it is kept and looked up."""
    return unicodedata.normalize("NFKC", username).strip().lower()


def checked_username(username: str) -> str:
    """Return a new name to sign in by, or say what one looks like."""
    name = folded(username)
    if not USERNAME.fullmatch(name):
        raise UnknownNameError(
            Text(
                "Tên đăng nhập có từ 3 đến 64 ký tự: chữ không dấu, chữ số và . _ - @ ở giữa.",
                "A user name has 3 to 64 characters: plain letters, digits, and . _ - @ in between.",
            )
        )
    return name


def person_of(user: User, scopes: frozenset[Action] | None = None) -> Person:
    """Return a user as the policy sees people, narrowed to a token's scopes where there is one."""
    return Person(
        id=user.id,
        username=user.username,
        full_name=user.full_name,
        language=user.language,
        grants=tuple(grant_of(one) for one in user.grants),
        scopes=scopes,
        must_change_password=user.must_change_password,
    )


def grant_of(kept: UserGrant) -> Grant:
    """Return a grant as the policy sees it."""
    return Grant(
        role=Role(kept.role),
        province_code=kept.province_code,
        commune_code=kept.commune_code,
        operator=kept.operator,
    )


def kept_grant(grant: Grant) -> UserGrant:
    """Return a grant as it is kept."""
    return UserGrant(
        role=str(grant.role),
        province_code=grant.province_code,
        commune_code=grant.commune_code,
        operator=grant.operator,
    )
