"""Files people sent: their bytes by digest, and each sending by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from phusong.api.database.models.base import Base, By, Code, Id, Kind, Made, ProvinceCode, Size


class Blob(Base):
    """Bytes kept under their SHA-256 in ``home/blobs``; never changed."""

    __tablename__ = "blobs"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[Size]
    created_at: Mapped[Made]


class Upload(Base):
    """A file on its way or arrived: ``receiving`` → ``stored`` → ``checking`` → ``checked`` | ``failed``.

    ``purpose``: ``gaps`` (a list for a round), ``answers`` (a filled-in form), ``dataset``. ``stored`` is what is
    acknowledged: the bytes are kept whatever happens next. ``report`` is the check's own JSON (data/check_report.py).
    """

    __tablename__ = "uploads"

    id: Mapped[Id]
    province_code: Mapped[ProvinceCode]
    commune_code: Mapped[Code]
    operator: Mapped[Code]
    purpose: Mapped[Kind]
    kind: Mapped[Kind]  # stations, households, gaps … : the list's name; "" for layers
    round_id: Mapped[str | None] = mapped_column(ForeignKey("rounds.id"), index=True)
    dataset_id: Mapped[str | None] = mapped_column(ForeignKey("datasets.id"), index=True)
    replaces_id: Mapped[str | None] = mapped_column(ForeignKey("uploads.id"))  # the list this one corrects
    file_name: Mapped[str]
    size: Mapped[Size]  # as announced
    received: Mapped[Size] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(32), default="receiving", index=True)
    announced_sha256: Mapped[str] = mapped_column(String(64), default="")  # what the sender says it is; "" is unsaid
    sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    report: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)  # large: read only where it is asked for
    rows_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))  # the good rows of a gap list, Parquet
    annotated_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    written_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))  # all rows as typed, Parquet
    fixes: Mapped[list[Any]] = mapped_column(default=list)  # cells written anew on the page of the one it corrects
    acknowledged: Mapped[list[Any]] = mapped_column(default=list)  # ids of warnings the sender has acknowledged
    good_rows: Mapped[int] = mapped_column(default=0)
    errors: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[int] = mapped_column(default=0)  # all of them, acknowledged or not
    error: Mapped[str] = mapped_column(default="")  # why it failed, in the sender's language
    sent_by: Mapped[By]
    created_at: Mapped[Made]
    stored_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
