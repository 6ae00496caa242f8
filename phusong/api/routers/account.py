"""Who I am and what I may do."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from phusong.api.access.policy import Action, Person
from phusong.api.deps import Needs

router = APIRouter(prefix="/api/account", tags=["account"])


class GrantOut(BaseModel):
    """A role and where it holds."""

    role: str
    province_code: str
    commune_code: str
    operator: str


class PersonOut(BaseModel):
    """The person signed in."""

    id: str
    username: str
    full_name: str
    language: str
    grants: list[GrantOut]


@router.get("")
def who_am_i(person: Annotated[Person, Depends(Needs(Action.ACCOUNT))]) -> PersonOut:
    """Tell who is signed in and which roles are held."""
    grants = [
        GrantOut(role=one.role, province_code=one.province_code, commune_code=one.commune_code, operator=one.operator)
        for one in person.grants
    ]
    return PersonOut(
        id=person.id, username=person.username, full_name=person.full_name, language=person.language, grants=grants
    )
