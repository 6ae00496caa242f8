"""Tokens for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import ApiToken
from phusong.api.deps import Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.people import tokens
from phusong.api.problems import answers

router = APIRouter(prefix="/api/tokens", tags=["tokens"])

SelfDep = Annotated[Person, Depends(Needs(Action.ACCOUNT))]


class TokenIn(BaseModel):
    """A new token: what it is for, what it may do, how long it holds."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(min_length=1, max_length=100, examples=["Bản đồ của Sở"])]
    scopes: Annotated[list[Action], Field(min_length=1, max_length=len(Action))]
    days: Annotated[int | None, Field(ge=1, le=3650)] = None


class TokenOut(BaseModel):
    """A token as it is listed: by its prefix, never its text."""

    id: str
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None

    @classmethod
    def of(cls, kept: ApiToken) -> TokenOut:
        """Return a token as it is told."""
        return cls(
            id=kept.id,
            name=kept.name,
            prefix=kept.prefix,
            scopes=[str(one) for one in kept.scopes],
            created_at=kept.created_at,
            expires_at=kept.expires_at,
            used_at=kept.used_at,
        )


class TokenMadeOut(BaseModel):
    """A new token with its text, which is shown this once."""

    token: TokenOut
    text: str


class TokensOut(BaseModel):
    """The tokens of one person that hold, and what a new one may be made for."""

    items: list[TokenOut]
    scopes: list[Action]
    most_days: int


@router.get("")
def list_tokens(person: SelfDep, service: ServiceDep, db: ReadDep) -> TokensOut:
    """List one's own tokens."""
    items = [TokenOut.of(one) for one in tokens.all_of(db, person.id)]
    return TokensOut(items=items, scopes=tokens.scopes_for(person), most_days=service.settings.token_days)


@router.post("", status_code=201, responses=answers(409))
def make_token(given: TokenIn, person: SelfDep, service: ServiceDep, db: WriteDep) -> TokenMadeOut:
    """Make a token for a program; it goes into ``Authorization: Bearer …``."""
    days = min(given.days or service.settings.token_days, service.settings.token_days)
    kept, text = tokens.made(db, person, given.name, [str(one) for one in given.scopes], days)
    return TokenMadeOut(token=TokenOut.of(kept), text=text)


@router.delete("/{token_id}", status_code=204, responses=answers(404))
def revoke_token(token_id: Id, person: SelfDep, db: WriteDep) -> None:
    """Put one of one's own tokens out of use."""
    tokens.revoked(db, person, token_id)
