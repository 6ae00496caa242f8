"""Rounds of a province: rows with their versions, requests and answers, every step and every word said."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import shapely
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from phusong.api.database.models.base import Base, By, Code, Id, Kind, Made, ProvinceCode
from phusong.api.database.types import Geom


class Round(Base):
    """What a province reports at one time; its states and steps are the table in ``workflow/steps.py``."""

    __tablename__ = "rounds"
    __table_args__ = (UniqueConstraint("province_code", "batch"),)

    id: Mapped[Id]
    province_code: Mapped[ProvinceCode]
    batch: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(String(32), default="open", index=True)
    state_since: Mapped[Made]
    due_on: Mapped[date | None]  # when the province's list is due
    answers_due_on: Mapped[date | None]
    list_upload_id: Mapped[str | None] = mapped_column(ForeignKey("uploads.id", use_alter=True))  # the list that counts
    study_id: Mapped[str | None] = mapped_column(ForeignKey("studies.id", use_alter=True))  # what it was set beside
    created_by: Mapped[By]
    created_at: Mapped[Made]


class GapRow(Base):
    """One place a province reports, under an id that is stable over rounds."""

    __tablename__ = "gap_rows"
    __table_args__ = (UniqueConstraint("round_id", "gap_id"),)

    id: Mapped[Id]
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), index=True)
    province_code: Mapped[ProvinceCode]
    commune_code: Mapped[Code] = mapped_column(index=True)
    gap_id: Mapped[str] = mapped_column(String(64))
    village: Mapped[str] = mapped_column(default="")
    folded: Mapped[str] = mapped_column(default="", index=True)  # village and commune without accents, for search
    households: Mapped[int | None]
    geom: Mapped[shapely.geometry.base.BaseGeometry | None] = mapped_column(Geom())
    present: Mapped[bool] = mapped_column(default=True)  # False: a later list of the round no longer has it
    version: Mapped[int] = mapped_column(default=1)
    versions: Mapped[list[GapRowVersion]] = relationship(back_populates="row", order_by="GapRowVersion.version")


class GapRowVersion(Base):
    """The cells of a row as one list, form or correction left them; never changed."""

    __tablename__ = "gap_row_versions"
    __table_args__ = (UniqueConstraint("row_id", "version"),)

    id: Mapped[Id]
    row_id: Mapped[str] = mapped_column(ForeignKey("gap_rows.id"), index=True)
    version: Mapped[int]
    upload_id: Mapped[str | None] = mapped_column(ForeignKey("uploads.id"))
    file_row: Mapped[int | None]
    cells: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(default="")
    made_by: Mapped[By]
    made_at: Mapped[Made]
    row: Mapped[GapRow] = relationship(back_populates="versions")


class Request(Base):
    """One question to one commune or operator about one row; ``state``: ``asked`` → ``answered`` | ``silent``."""

    __tablename__ = "requests"
    __table_args__ = (UniqueConstraint("row_id", "commune_code", "operator"),)

    id: Mapped[Id]
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), index=True)
    row_id: Mapped[str] = mapped_column(ForeignKey("gap_rows.id"), index=True)
    province_code: Mapped[ProvinceCode]
    commune_code: Mapped[Code] = mapped_column(index=True)
    operator: Mapped[Code] = mapped_column(index=True)
    fields: Mapped[list[Any]]  # the fields asked for (data/rounds/form_fields.py)
    state: Mapped[str] = mapped_column(String(16), default="asked", index=True)
    due_on: Mapped[date]
    asked_at: Mapped[Made]
    answered_at: Mapped[datetime | None]
    late: Mapped[bool] = mapped_column(default=False)
    answers: Mapped[list[Answer]] = relationship(back_populates="request", order_by="Answer.version")


class Answer(Base):
    """What was answered, version by version; the last one stands, none is replaced."""

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("request_id", "version"),)

    id: Mapped[Id]
    request_id: Mapped[str] = mapped_column(ForeignKey("requests.id"), index=True)
    version: Mapped[int]
    cells: Mapped[dict[str, Any]]
    upload_id: Mapped[str | None] = mapped_column(ForeignKey("uploads.id"))
    made_by: Mapped[By]
    made_at: Mapped[Made]
    request: Mapped[Request] = relationship(back_populates="answers")


class StepRecord(Base):
    """One step of a round or package, as it was taken: from which state to which, by whom, why."""

    __tablename__ = "step_records"
    __table_args__ = (Index("ix_step_records_subject", "subject_kind", "subject_id"),)

    id: Mapped[Id]
    subject_kind: Mapped[Kind]
    subject_id: Mapped[str] = mapped_column(String(16))
    province_code: Mapped[ProvinceCode]
    step: Mapped[Kind]
    from_state: Mapped[Kind]
    to_state: Mapped[Kind]
    reason: Mapped[str] = mapped_column(default="")
    made_by: Mapped[By]
    made_at: Mapped[Made]


class RowFinding(Base):
    """What the study a round was set beside says of one of its rows, as it was read at that step.

    ``verdict`` is one of ``study/reconciliation.py`` (confirmed, served, undetermined, no_terrain, outside, unread);
    ``details`` hold the words, the counts and the modelled gaps near it.
    """

    __tablename__ = "row_findings"
    __table_args__ = (UniqueConstraint("row_id", "row_version", "study_id"),)

    id: Mapped[Id]
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), index=True)
    row_id: Mapped[str] = mapped_column(ForeignKey("gap_rows.id"), index=True)
    row_version: Mapped[int]
    study_id: Mapped[str] = mapped_column(ForeignKey("studies.id"), index=True)
    province_code: Mapped[ProvinceCode]
    verdict: Mapped[Kind]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_at: Mapped[Made]


class Comment(Base):
    """A word said beside a round, row, request, study, plan or package; visible to whoever may see that."""

    __tablename__ = "comments"
    __table_args__ = (Index("ix_comments_subject", "subject_kind", "subject_id"),)

    id: Mapped[Id]
    subject_kind: Mapped[Kind]
    subject_id: Mapped[str] = mapped_column(String(16))
    province_code: Mapped[ProvinceCode]
    commune_code: Mapped[Code]
    operator: Mapped[Code]
    text: Mapped[str]
    made_by: Mapped[By]
    made_at: Mapped[Made]


class Reminder(Base):
    """A reminder that was given to a commune or operator, or a province."""

    __tablename__ = "reminders"

    id: Mapped[Id]
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), index=True)
    province_code: Mapped[ProvinceCode]
    commune_code: Mapped[Code]
    operator: Mapped[Code]
    open_requests: Mapped[int]
    made_by: Mapped[By]
    made_at: Mapped[Made]
