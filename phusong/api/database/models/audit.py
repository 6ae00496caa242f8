"""The audit trail: append-only, each entry sealed over the one before it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from phusong.api.database.models.base import Base, Code, Kind, Made


class AuditEntry(Base):
    """One thing that was done. ``seal`` is the SHA-256 of the entry's canonical JSON and the seal before it."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[Made]
    user_id: Mapped[Code]  # "" is the service itself
    username: Mapped[Code]
    action: Mapped[Kind]
    subject_kind: Mapped[Code]
    subject_id: Mapped[Code]
    province_code: Mapped[Code]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)  # not JSONB, which writes numbers anew: they are sealed
    request_id: Mapped[Code]
    before: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64), unique=True)
