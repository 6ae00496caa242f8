"""Provinces, people, what they hold, and how they come in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from phusong.api.database.models.base import Base, By, Code, Id, Kind, Made, Sha


class Province(Base):
    """One of the 34 provinces, or the province of a sample; code by the national list."""

    __tablename__ = "provinces"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    name: Mapped[str]


class User(Base):
    """A person who may sign in. People are put out of use, never deleted: what they did keeps their name."""

    __tablename__ = "users"

    id: Mapped[Id]
    username: Mapped[str] = mapped_column(String(64), unique=True)  # folded to lower case
    full_name: Mapped[str]
    email: Mapped[Code]
    language: Mapped[str] = mapped_column(String(2), default="vi")
    password_hash: Mapped[str | None]
    oidc_subject: Mapped[str | None] = mapped_column(String(255), unique=True)
    active: Mapped[bool] = mapped_column(default=True)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    password_until: Mapped[datetime | None]  # when a temporary password runs out
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[Made]
    grants: Mapped[list[UserGrant]] = relationship(
        back_populates="user", foreign_keys="UserGrant.user_id", cascade="all, delete-orphan", lazy="selectin"
    )


class UserGrant(Base):
    """One role a person holds; "" in a scope is not narrowed by it."""

    __tablename__ = "user_grants"
    __table_args__ = (UniqueConstraint("user_id", "role", "province_code", "commune_code", "operator"),)

    id: Mapped[Id]
    user_id: Mapped[By] = mapped_column(index=True)
    role: Mapped[Kind]
    province_code: Mapped[Code]
    commune_code: Mapped[Code]
    operator: Mapped[Code]
    user: Mapped[User] = relationship(back_populates="grants", foreign_keys=[user_id])


class UserSession(Base):
    """One browser signed in; only the digest of the cookie is kept."""

    __tablename__ = "user_sessions"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[By] = mapped_column(index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Made]
    seen_at: Mapped[Made]
    expires_at: Mapped[datetime]
    address: Mapped[Code]
    browser: Mapped[str] = mapped_column(default="")


class ApiToken(Base):
    """A token for programs: hashed, scoped, expiring; ``prefix`` is what a person knows it by."""

    __tablename__ = "api_tokens"

    id: Mapped[Id]
    user_id: Mapped[By] = mapped_column(index=True)
    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(String(12), unique=True)
    sha256: Mapped[Sha]
    scopes: Mapped[list[Any]]
    created_at: Mapped[Made]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SetUpCode(Base):
    """The code that makes the first administrator: its digest, until it is used."""

    __tablename__ = "set_up_codes"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime]


class OidcLogin(Base):
    """A sign-in with the provider under way: its state, nonce and PKCE verifier; taken once, short-lived."""

    __tablename__ = "oidc_logins"

    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    told: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime]


class Throttle(Base):
    """How often a key was used in a window: limits that hold over several processes."""

    __tablename__ = "throttles"

    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    window: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
