"""Datasets: what studies read, version by version."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from phusong.api.database.models.base import Base, By, Code, Id, Kind, Made, ProvinceCode, Size


class Dataset(Base):
    """One subject of one province, of one operator where it is an operator's list.

    ``kind`` is a key of study.toml's inputs: ``stations``, ``households``, ``villages``, ``communes``, ``terrain``,
    ``land_cover``, ``population``, ``declarations``, ``measurements``, ``roads``, ``rivers``, ``power_lines`` …
    """

    __tablename__ = "datasets"

    id: Mapped[Id]
    province_code: Mapped[ProvinceCode]
    kind: Mapped[Kind]
    operator: Mapped[Code]
    name: Mapped[str]
    created_by: Mapped[By]
    created_at: Mapped[Made]
    versions: Mapped[list[DatasetVersion]] = relationship(back_populates="dataset", order_by="DatasetVersion.version")


class DatasetVersion(Base):
    """One state of a dataset: a stored file, or a file or folder the administrator registered; never changed.

    ``files`` are ``{"name", "sha256", "size"}``; ``folder`` is where registered ones stand, "" where they are blobs.
    ``completeness`` is ``full``, ``partial`` or ``none`` for operators' lists, "" where it has no meaning.
    """

    __tablename__ = "dataset_versions"
    __table_args__ = (UniqueConstraint("dataset_id", "version"),)

    id: Mapped[Id]
    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id"), index=True)
    version: Mapped[int]
    upload_id: Mapped[str | None] = mapped_column(ForeignKey("uploads.id"))
    folder: Mapped[str] = mapped_column(default="")
    files: Mapped[list[Any]]
    size: Mapped[Size]
    vintage: Mapped[date | None]
    completeness: Mapped[str] = mapped_column(String(16), default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)  # rows, bounds, kind of terrain, what was found
    usable: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[By]
    created_at: Mapped[Made]
    withdrawn_at: Mapped[datetime | None]
    dataset: Mapped[Dataset] = relationship(back_populates="versions")
