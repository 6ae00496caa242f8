"""Reports that were made: for which quarter and place, and their files by digest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from phusong.api.database.models.base import Base, By, Code, Id, Made


class Report(Base):
    """One quarterly report; ``province_code`` "" is the whole country; ``state`` as a study's."""

    __tablename__ = "reports"

    id: Mapped[Id]
    province_code: Mapped[Code] = mapped_column(index=True)
    year: Mapped[int]
    quarter: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default="queued", index=True)
    xlsx_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    docx_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    error: Mapped[str] = mapped_column(default="")
    created_by: Mapped[By]
    created_at: Mapped[Made]
    finished_at: Mapped[datetime | None]
