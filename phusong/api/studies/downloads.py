"""Files as answers: a safe name, a digest as tag, parts on demand; and the job behind a thing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi.responses import FileResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.database.models import Job
from phusong.api.media import media_type
from phusong.api.problems import answers
from phusong.api.studies.folders import safe_name

_INLINE = (".png", ".pdf")
"""What a browser may show by itself; pages with scripts are always saved, never opened under our address."""
_CONTENT = {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}
FILE_ANSWERS: dict[int | str, dict[str, Any]] = {
    **answers(404),
    200: {"description": "Tệp / the file", **_CONTENT},
    206: {"description": "Một phần của tệp / a part of the file", **_CONTENT},
    416: {"description": "Không có phần này / no such part", **_CONTENT},
}
"""What a route may answer that gives a file."""


def file_answer(
    path: Path, kept: Mapping[str, object], *, title: str = "", name: str = "", inline: bool = False
) -> FileResponse:
    """Return a file to be saved, under a name that tells what it is of; pictures and PDF may be shown."""
    suffix = Path(name or path.name).suffix.lower()
    saved = safe_name(name or (f"{title}-{path.name}" if title else path.name))
    shown = inline and suffix in _INLINE
    return FileResponse(
        path,
        filename=saved,
        media_type=media_type(suffix),
        content_disposition_type="inline" if shown else "attachment",
        headers={"X-Content-Type-Options": "nosniff", **({"ETag": f'"{tag}"'} if (tag := kept.get("sha256")) else {})},
    )


def job_of(db: Session, kind: str, subject_id: str) -> Job | None:
    """Return the newest job of a thing."""
    which = (Job.kind == kind, Job.subject_id == subject_id)
    return db.scalars(select(Job).where(*which).order_by(Job.created_at.desc()).limit(1)).first()
