"""Who I am and what I may do; my password and where I am signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.access.roles import Grant
from phusong.api.database.models import User
from phusong.api.deps import AskerDep, Needs, ReadDep, ServiceDep, WriteDep, cookie_of
from phusong.api.people import sessions
from phusong.api.people.sign_in import change_password
from phusong.words import Language

router = APIRouter(prefix="/api/account", tags=["account"])

SelfDep = Annotated[Person, Depends(Needs(Action.ACCOUNT))]
Secret = Annotated[str, Field(min_length=1, max_length=256)]


class GrantOut(BaseModel):
    """A role and where it holds."""

    role: str
    province_code: str
    commune_code: str
    operator: str

    @classmethod
    def of(cls, grant: Grant) -> GrantOut:
        """Return a grant as it is told."""
        return cls(
            role=grant.role,
            province_code=grant.province_code,
            commune_code=grant.commune_code,
            operator=grant.operator,
        )


class PersonOut(BaseModel):
    """The person signed in."""

    id: str
    username: str
    full_name: str
    language: str
    grants: list[GrantOut]

    @classmethod
    def of(cls, person: Person) -> PersonOut:
        """Return a person as they are told."""
        return cls(
            id=person.id,
            username=person.username,
            full_name=person.full_name,
            language=person.language,
            grants=[GrantOut.of(one) for one in person.grants],
        )


class AccountIn(BaseModel):
    """What people change about themselves."""

    model_config = ConfigDict(extra="forbid")
    language: Language


class PasswordIn(BaseModel):
    """The password that holds, and the one to come."""

    model_config = ConfigDict(extra="forbid")
    old: Secret
    new: Secret


class OpenSessionOut(BaseModel):
    """A browser that is signed in."""

    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    browser: str
    this_one: bool


class ClosedOut(BaseModel):
    """How many sessions were closed."""

    closed: int


@router.get("")
def who_am_i(person: SelfDep) -> PersonOut:
    """Tell who is signed in and which roles are held."""
    return PersonOut.of(person)


@router.patch("")
def change_account(given: AccountIn, person: SelfDep, db: WriteDep) -> PersonOut:
    """Change one's own language."""
    user = db.get_one(User, person.id)
    user.language = given.language
    audit.record(db, "account.change", by=person, subject=("user", person.id), details={"language": given.language})
    told = PersonOut.of(person)
    told.language = given.language
    return told


@router.post("/password", status_code=204)
def change_own_password(
    given: PasswordIn, person: SelfDep, request: Request, service: ServiceDep, asker: AskerDep
) -> None:
    """Change one's own password; other browsers are signed out."""
    change_password(service, person.id, given.old, given.new, asker, cookie=cookie_of(request, service))


@router.get("/sessions")
def list_sessions(person: SelfDep, request: Request, service: ServiceDep, db: ReadDep) -> list[OpenSessionOut]:
    """List the browsers one is signed in with."""
    mine = sessions.digest_of(cookie_of(request, service))
    return [
        OpenSessionOut(
            created_at=one.created_at,
            seen_at=one.seen_at,
            expires_at=one.expires_at,
            address=one.address,
            browser=one.browser,
            this_one=one.sha256 == mine,
        )
        for one in sessions.all_of(db, service.settings, person.id)
    ]


@router.post("/sign-out-everywhere")
def sign_out_everywhere(person: SelfDep, db: WriteDep) -> ClosedOut:
    """Close every session of one's own, this one too."""
    closed = sessions.closed_all(db, person.id)
    audit.record(db, "session.close_all", by=person, subject=("user", person.id), details={"closed": closed})
    return ClosedOut(closed=closed)
