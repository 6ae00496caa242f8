"""People and what they hold."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from phusong.api.access.policy import Action, Person
from phusong.api.access.roles import Grant, Role
from phusong.api.database.models import User
from phusong.api.database.types import now
from phusong.api.deps import Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.paging import Page, WindowDep
from phusong.api.people import users
from phusong.api.people.persons import grant_of
from phusong.api.problems import answers
from phusong.api.routers.account import GrantOut
from phusong.words import Language

router = APIRouter(prefix="/api/users", tags=["users"])

ReaderDep = Annotated[Person, Depends(Needs(Action.USER_READ))]
ManagerDep = Annotated[Person, Depends(Needs(Action.USER_MANAGE))]
FullName = Annotated[str, Field(min_length=1, max_length=200, examples=["Nguyễn Thị Lan"])]
Mail = Annotated[str, Field(max_length=64, examples=["lan@example.vn"])]
Code = Annotated[str, Field(max_length=64)]


class GrantIn(BaseModel):
    """A role and where it holds; "" is everywhere, where the role allows it."""

    model_config = ConfigDict(extra="forbid")
    role: Role
    province_code: Code = ""
    commune_code: Code = ""
    operator: Code = ""

    def grant(self) -> Grant:
        """Return it as the policy sees it."""
        return Grant(
            role=self.role,
            province_code=self.province_code,
            commune_code=self.commune_code,
            operator=self.operator,
        )


GrantsIn = Annotated[list[GrantIn], Field(max_length=100)]


class UserIn(BaseModel):
    """A new person."""

    model_config = ConfigDict(extra="forbid")
    username: Annotated[str, Field(min_length=3, max_length=64, examples=["lan.nguyen"])]
    full_name: FullName
    email: Mail = ""
    language: Language = "vi"
    grants: GrantsIn = Field(default=[])


class UserChangeIn(BaseModel):
    """What changes about a person; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    full_name: FullName | None = None
    email: Mail | None = None
    language: Language | None = None
    active: bool | None = None


class UserGrantsIn(BaseModel):
    """Every role a person is to hold."""

    model_config = ConfigDict(extra="forbid")
    grants: GrantsIn


class UserOut(BaseModel):
    """A person, as administrators and auditors see people."""

    id: str
    username: str
    full_name: str
    email: str
    language: str
    active: bool
    locked: bool
    by_provider: bool
    must_change_password: bool
    created_at: datetime
    grants: list[GrantOut]

    @classmethod
    def of(cls, user: User) -> UserOut:
        """Return a person as they are told."""
        return cls(
            id=user.id,
            username=user.username,
            full_name=user.full_name,
            email=user.email,
            language=user.language,
            active=user.active,
            locked=user.locked_until is not None and user.locked_until > now(),
            by_provider=user.oidc_subject is not None,
            must_change_password=user.must_change_password,
            created_at=user.created_at,
            grants=[GrantOut.of(grant_of(one)) for one in user.grants],
        )


class UserPasswordOut(BaseModel):
    """A person with the password for the first sign-in: it is shown this once, and holds three days."""

    user: UserOut
    temporary_password: str


@router.get("")
def list_users(
    person: ReaderDep,
    window: WindowDep,
    db: ReadDep,
    q: Annotated[str, Query(max_length=100)] = "",
    role: Role | None = None,
) -> Page[UserOut]:
    """List people by name."""
    found, total = users.search(db, person, q, "" if role is None else str(role), window.limit, window.offset)
    return window.page([UserOut.of(one) for one in found], total)


@router.post("", status_code=201, responses=answers(409))
def add_user(given: UserIn, person: ManagerDep, service: ServiceDep) -> UserPasswordOut:
    """Give somebody an account with a temporary password."""
    temporary = users.Temporary.made(service.settings)
    grants = [one.grant() for one in given.grants]
    more = {"email": given.email, "language": given.language}
    with service.database.write() as db:
        user = users.add(db, person, given.username, given.full_name, grants, temporary, **more)
        return UserPasswordOut(user=UserOut.of(user), temporary_password=temporary.text)


@router.get("/{user_id}", responses=answers(404))
def show_user(user_id: Id, person: ReaderDep, db: ReadDep) -> UserOut:
    """Show one person."""
    return UserOut.of(users.one(db, person, user_id, Action.USER_READ))


@router.patch("/{user_id}", responses=answers(404, 409))
def change_user(user_id: Id, given: UserChangeIn, person: ManagerDep, db: WriteDep) -> UserOut:
    """Change a person's name, mail or language, or put the account out of use and into use again."""
    return UserOut.of(users.change(db, person, user_id, given.model_dump(exclude_none=True)))


@router.put("/{user_id}/grants", responses=answers(404, 409))
def put_grants(user_id: Id, given: UserGrantsIn, person: ManagerDep, db: WriteDep) -> UserOut:
    """Give a person exactly these roles; it holds from the next request on."""
    return UserOut.of(users.put_grants(db, person, user_id, [one.grant() for one in given.grants]))


@router.post("/{user_id}/password", responses=answers(404))
def reset_password(user_id: Id, person: ManagerDep, service: ServiceDep) -> UserPasswordOut:
    """Give a person a new temporary password; sessions and tokens end."""
    with service.database.read() as db:
        users.one(db, person, user_id, Action.USER_MANAGE)
    temporary = users.Temporary.made(service.settings)
    with service.database.write() as db:
        user = users.one(db, person, user_id, Action.USER_MANAGE)
        users.reset_password(db, person, user, temporary)
        return UserPasswordOut(user=UserOut.of(user), temporary_password=temporary.text)


@router.post("/{user_id}/sign-out", status_code=204, responses=answers(404))
def sign_user_out(user_id: Id, person: ManagerDep, db: WriteDep) -> None:
    """Close every session and token of a person."""
    users.shut_out(db, person, users.one(db, person, user_id, Action.USER_MANAGE))
