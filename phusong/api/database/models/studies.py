"""Studies, plans, packages and documents: who made them from what; the results themselves are files by digest."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from phusong.api.database.models.base import Base, By, Code, Id, Kind, Made, ProvinceCode


class Study(Base):
    """Datasets + profile; ``state``: ``queued`` → ``running`` → ``done`` | ``failed`` | ``cancelled``.

    ``folder`` holds the results, relative to the service's home; ``manifest`` is the run's own. Every run answers all
    scenarios (2G off, planned sites …): none is chosen beforehand.
    """

    __tablename__ = "studies"

    id: Mapped[Id]
    province_code: Mapped[ProvinceCode]
    name: Mapped[str]
    profile: Mapped[str] = mapped_column(String(64))
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)  # other entries of study.toml
    round_id: Mapped[str | None] = mapped_column(ForeignKey("rounds.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), default="queued", index=True)
    folder: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(String(64), default="")  # SHA-256 over the digests of the result files
    manifest: Mapped[dict[str, Any] | None]
    error: Mapped[str] = mapped_column(default="")
    created_by: Mapped[By]
    created_at: Mapped[Made]
    finished_at: Mapped[datetime | None]
    inputs: Mapped[list[StudyInput]] = relationship(back_populates="study", lazy="selectin")


class StudyInput(Base):
    """One dataset version a study reads; ``outside`` marks a neighbouring province's."""

    __tablename__ = "study_inputs"
    __table_args__ = (UniqueConstraint("study_id", "version_id"),)

    id: Mapped[Id]
    study_id: Mapped[str] = mapped_column(ForeignKey("studies.id"), index=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("dataset_versions.id"))
    role: Mapped[Kind]
    outside: Mapped[bool] = mapped_column(default=False)
    study: Mapped[Study] = relationship(back_populates="inputs")


class Decision(Base):
    """A person's conclusion over a village, a modelled gap or a reported row, with its reason; the last one stands."""

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_subject", "province_code", "subject_kind", "subject_code"),)

    id: Mapped[Id]
    province_code: Mapped[ProvinceCode]
    commune_code: Mapped[Code]
    round_id: Mapped[str | None] = mapped_column(ForeignKey("rounds.id"), index=True)
    study_id: Mapped[str | None] = mapped_column(ForeignKey("studies.id"), index=True)
    subject_kind: Mapped[Kind]  # village, gap, reported
    subject_code: Mapped[str] = mapped_column(String(64))  # village_code, gap_id; commune and name without a code
    village_name: Mapped[str] = mapped_column(default="")
    service: Mapped[Code]
    verdict: Mapped[Kind]  # the words of coverage/findings.py for the subject; "withdrawn": the evidence stands again
    reason: Mapped[str]
    supersedes_id: Mapped[str | None] = mapped_column(ForeignKey("decisions.id"))
    made_by: Mapped[By]
    made_at: Mapped[Made]


class Plan(Base):
    """Sites chosen over a study for a goal."""

    __tablename__ = "plans"

    id: Mapped[Id]
    province_code: Mapped[ProvinceCode]
    study_id: Mapped[str] = mapped_column(ForeignKey("studies.id"), index=True)
    name: Mapped[str]
    goal: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16), default="queued", index=True)
    folder: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
    manifest: Mapped[dict[str, Any] | None]
    error: Mapped[str] = mapped_column(default="")
    created_by: Mapped[By]
    created_at: Mapped[Made]
    finished_at: Mapped[datetime | None]


class Package(Base):
    """A bidding package; its states and steps are the table in ``workflow/steps.py``.

    ``award`` is the form of choosing who builds; ``winner`` and what stands beside it are recorded with that step.
    """

    __tablename__ = "packages"
    __table_args__ = (UniqueConstraint("plan_id", "code"),)

    id: Mapped[Id]
    province_code: Mapped[ProvinceCode]
    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.id"), index=True)
    round_id: Mapped[str | None] = mapped_column(ForeignKey("rounds.id"), index=True)
    code: Mapped[str] = mapped_column(String(64))
    award: Mapped[Code]
    route: Mapped[Code]
    state: Mapped[str] = mapped_column(String(32), default="frozen", index=True)
    state_since: Mapped[Made]
    version: Mapped[int] = mapped_column(default=1)
    winner: Mapped[str] = mapped_column(String(300), default="")  # an enterprise, as the decision names it
    decision_number: Mapped[str] = mapped_column(String(64), default="")
    decided_on: Mapped[date | None]
    awarded_vnd: Mapped[int | None] = mapped_column(BigInteger)
    created_by: Mapped[By]
    created_at: Mapped[Made]
    versions: Mapped[list[PackageVersion]] = relationship(
        back_populates="package", order_by="PackageVersion.version", lazy="selectin"
    )


class PackageVersion(Base):
    """One frozen snapshot of a package: ``digest`` is that of its package.json."""

    __tablename__ = "package_versions"
    __table_args__ = (UniqueConstraint("package_id", "version"),)

    id: Mapped[Id]
    package_id: Mapped[str] = mapped_column(ForeignKey("packages.id"), index=True)
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    folder: Mapped[str]
    households: Mapped[int]
    sites: Mapped[int]
    price_vnd: Mapped[int | None] = mapped_column(BigInteger)
    because: Mapped[str] = mapped_column(default="")
    frozen_on: Mapped[date]
    made_by: Mapped[By]
    made_at: Mapped[Made]
    package: Mapped[Package] = relationship(back_populates="versions")


class DocumentSet(Base):
    """The documents of one snapshot in one language; ``state`` as a study's."""

    __tablename__ = "document_sets"

    id: Mapped[Id]
    province_code: Mapped[ProvinceCode]
    package_version_id: Mapped[str] = mapped_column(ForeignKey("package_versions.id"), index=True)
    language: Mapped[str] = mapped_column(String(2))
    state: Mapped[str] = mapped_column(String(16), default="queued", index=True)
    folder: Mapped[str] = mapped_column(default="")
    zip_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    files: Mapped[list[Any]] = mapped_column(default=list)
    error: Mapped[str] = mapped_column(default="")
    made_by: Mapped[By]
    made_at: Mapped[Made]
    finished_at: Mapped[datetime | None]
