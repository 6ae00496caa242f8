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
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)  # step, of, title {"vi": …, "en": …}, share
    cancel_asked_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str] = mapped_column(String(64), default="")
    error: Mapped[dict[str, Any] | None]  # {"vi": …, "en": …}
    created_by: Mapped[By]
    created_at: Mapped[Made]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Worker(Base):
    """A worker process that is there: it beats every few seconds, and its row goes when it leaves.

    ``beats`` grows with each sign of life, so that other workers see it by their own clock.
    """

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    host: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int]
    version: Mapped[str] = mapped_column(String(32))
    beats: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[Made]
    seen_at: Mapped[datetime]
