"""Files as answers: a safe name, a digest as tag, parts on demand; and the job behind a thing."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from pathlib import Path

from fastapi.responses import FileResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.database.models import Job
from phusong.api.studies.folders import safe_name

_INLINE = (".png", ".pdf")
"""What a browser may show by itself; pages with scripts are always saved, never opened under our address."""
_TYPES = {
    ".parquet": "application/vnd.apache.parquet",
    ".gpkg": "application/geopackage+sqlite3",
    ".tif": "image/tiff",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".duckdb": "application/octet-stream",
    ".kml": "application/vnd.google-earth.kml+xml",
}


def file_answer(path: Path, kept: Mapping[str, object], *, title: str = "", inline: bool = False) -> FileResponse:
    """Return a file to be saved; pictures and PDF may be shown."""
    suffix = path.suffix.lower()
    kind = _TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
    name = safe_name(f"{title}-{path.name}" if title else path.name)
    shown = inline and suffix in _INLINE
    return FileResponse(
        path,
        filename=name,
        media_type=kind,
        content_disposition_type="inline" if shown else "attachment",
        headers={"ETag": f'"{kept.get("sha256", "")}"', "X-Content-Type-Options": "nosniff"},
    )


def job_of(db: Session, kind: str, subject_id: str) -> Job | None:
    """Return the newest job of a thing."""
    which = (Job.kind == kind, Job.subject_id == subject_id)
    return db.scalars(select(Job).where(*which).order_by(Job.created_at.desc()).limit(1)).first()
