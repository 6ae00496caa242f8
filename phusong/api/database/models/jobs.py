"""Long work: what is to be done, how far it is, how it ended. The queue and its retries are DBOS's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from phusong.api.database.models.base import Base, By, Code, Id, Kind, Made


class Job(Base):
    """One piece of long work; its id is also the id of its durable workflow.

    ``state``: ``queued`` → ``running`` → ``done`` | ``failed`` | ``cancelled``. It is written in the transaction that
    asks for the work, so nothing acknowledged can be lost between the two.
    """

    __tablename__ = "jobs"

    id: Mapped[Id]
    kind: Mapped[Kind]  # check_upload, study, plan, packages, documents, report …
    province_code: Mapped[Code] = mapped_column(index=True)  # "" is work for no single province
    subject_id: Mapped[str] = mapped_column(String(16), index=True)
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(16), default="queued", index=True)
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)  # step, of, title, share
    cancel_asked_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str] = mapped_column(String(64), default="")
    error: Mapped[dict[str, Any] | None]  # {"vi": …, "en": …}
    created_by: Mapped[By]
    created_at: Mapped[Made]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
