"""The check of an upload: in a process of its own, on a copy of the bytes, against the province's own boundaries."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.blobs import digest_on_disk
from phusong.api.database.models import Dataset, DatasetVersion, Job, Upload, User
from phusong.api.database.types import now, today
from phusong.api.intake.clean import clean_text
from phusong.api.intake.file_names import suffix_of
from phusong.api.intake.told import kept_report, no_list_report, warning_ids
from phusong.api.jobs.kinds import Plain, Task
from phusong.api.problems import ConflictError
from phusong.api.service import Service
from phusong.data.schemas import SCHEMAS
from phusong.errors import PhuSongError
from phusong.words import Language, Text

if TYPE_CHECKING:
    from phusong.data.lists import CheckedList
    from phusong.data.territory import Territory

_ROWS, _ANNOTATED, _WRITTEN, _FIXED = "rows.parquet", "annotated.xlsx", "written.parquet", "fixed"
MOST_ANNOTATED_BYTES = 20_000_000
"""A larger file comes back as its report only: no spreadsheet program opens its copy with pleasure."""
_READING = Text("Đọc và kiểm tra", "Reading and checking")
_WRITING = Text("Ghi bản có chú thích", "Writing the annotated copy")
_BOUNDARIES_GONE = Text(
    "Tệp ranh giới xã của tỉnh không còn trong kho: hãy khôi phục từ bản sao lưu hoặc rút phiên bản ấy.",
    "The file of the province's boundaries is gone from the store: restore it from a backup or withdraw that version.",
)


def prepare(db: Session, service: Service, job: Job) -> Plain:
    """Say where the bytes are, what they should be, and what they are held against."""
    upload = db.get_one(Upload, job.subject_id)
    sent = upload if upload.sha256 else db.get_one(Upload, upload.replaces_id)
    assert sent.sha256 is not None
    return {
        "path": str(service.blobs.path(sent.sha256).resolve()),
        "name": upload.file_name,
        "sha256": sent.sha256,
        "fixes": [] if upload.sha256 else upload.fixes,
        "original": sent.file_name,
        "kind": upload.kind,
        "province_code": upload.province_code,
        "keeps_rows": upload.purpose == "gaps",
        "communes": commune_file(db, service, upload.province_code),
        "dated": today().isoformat(),
        "language": db.get_one(User, upload.sent_by).language,
    }


def work(task: Task) -> Plain:
    """Check the copy; return the report, and leave rows and annotated copy in the task's folder."""
    arguments = task.arguments
    if arguments["kind"] not in SCHEMAS:
        return {"report": no_list_report(arguments["name"], arguments["sha256"]), "good_rows": 0}
    folder = task.folder / "file"
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / arguments["name"]
    try:
        if not arguments["fixes"]:
            shutil.copyfile(arguments["path"], source)
            return _checked(task, source)
        return _fixed_and_checked(task, source)
    except PhuSongError as error:
        return {"refused": [error.text.vi, error.text.en]}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _fixed_and_checked(task: Task, source: Path) -> Plain:
    """Make the corrected file of the one it corrects, and check it as if it had been sent."""
    from phusong.data.annotated.fixed import CellFix, write_fixed

    arguments = task.arguments
    cells = [CellFix(**{name: one[name] for name in CellFix.__slots__}) for one in arguments["fixes"]]
    before = source.parent / f"sent-{arguments['original']}"
    shutil.copyfile(arguments["path"], before)
    write_fixed(before, cells, SCHEMAS[arguments["kind"]], source)
    before.unlink()
    outcome = _checked(task, source)
    source.replace(task.folder / _FIXED)
    return {**outcome, "files": {**outcome["files"], _FIXED: _said_of(task.folder / _FIXED)}}


def finish(db: Session, service: Service, job: Job, outcome: Plain) -> None:
    """Record what was found; a second time changes nothing."""
    upload = db.get_one(Upload, job.subject_id)
    if upload.state == "checked":
        return
    upload.checked_at = now()
    if "refused" in outcome:
        _refuse(db, upload, Text(*outcome["refused"]))
        return
    report = outcome["report"]
    upload.state, upload.report, upload.good_rows = "checked", report, outcome["good_rows"]
    upload.errors, upload.warnings = report["levels"]["error"], report["levels"]["warning"]
    upload.acknowledged = _already_acknowledged(db, upload)
    folder, files = service.folder("jobs", job.id), outcome.get("files", {})
    if upload.sha256 is None:
        upload.sha256 = _taken(db, service, folder / _FIXED, files[_FIXED])
        upload.size = upload.received = files[_FIXED]["size"]
        upload.fixes = _shown(upload)
    upload.rows_sha256 = _taken(db, service, folder / _ROWS, files.get(_ROWS))
    upload.written_sha256 = _taken(db, service, folder / _WRITTEN, files.get(_WRITTEN))
    upload.annotated_sha256 = _taken(db, service, folder / _ANNOTATED, files.get(_ANNOTATED))
    details = {"good_rows": upload.good_rows, "errors": upload.errors, "warnings": upload.warnings}
    audit.record(
        db, "upload.check", by=None, subject=("upload", upload.id), province_code=upload.province_code, details=details
    )


def failed(db: Session, service: Service, job: Job, why: Text) -> None:
    """Record that the check did not come to its end; the bytes stay."""
    upload = db.get_one(Upload, job.subject_id)
    if upload.state not in ("checked", "failed"):
        upload.checked_at = now()
        _refuse(db, upload, why)


def territory_of(province_code: str, communes: Path | None) -> Territory:
    """Return what a province's lists are held against: its own boundaries, else those imported on this machine."""
    from phusong.data.boundaries import read_communes, stored_communes
    from phusong.data.territory import Territory
    from phusong.data.unit_import import stored_units

    areas = stored_communes() if communes is None else read_communes(communes, province_code).communes
    return Territory(province_code=province_code, communes=areas, former=stored_units(), today=today())


def boundaries_in(folder: Path, file: Mapping[str, str] | None) -> Path | None:
    """Put a copy of the boundaries under their own ending into a folder; None where there are none."""
    if file is None:
        return None
    copy = folder / f"communes{file['suffix']}"
    try:
        shutil.copyfile(file["path"], copy)
    except FileNotFoundError as error:
        raise ConflictError(_BOUNDARIES_GONE) from error
    return copy


def commune_file(db: Session, service: Service, province_code: str) -> dict[str, str] | None:
    """Return the newest usable boundaries of a province: where their bytes are, and their ending."""
    query = (
        select(DatasetVersion)
        .join(Dataset)
        .where(
            Dataset.province_code == province_code,
            Dataset.kind == "communes",
            DatasetVersion.usable,
            DatasetVersion.withdrawn_at.is_(None),
        )
        .order_by(DatasetVersion.created_at.desc())
        .limit(1)
    )
    found = db.execute(query).scalar_one_or_none()
    if found is None or len(found.files) != 1:
        return None
    file = found.files[0]
    path = Path(found.folder) / file["name"] if found.folder else service.blobs.path(file["sha256"])
    return {"path": str(path.resolve()), "suffix": suffix_of(file["name"]).lower()}


def _checked(task: Task, source: Path) -> Plain:
    from phusong.api.intake.meanings import say_meanings
    from phusong.api.intake.written_rows import columns_in, keep_written, levels_of
    from phusong.data.check_report import report_of
    from phusong.data.lists import read_list_as_written
    from phusong.data.store import write_parquet

    arguments = task.arguments
    task.progress.step(_READING, 1, 2)
    territory = territory_of(arguments["province_code"], boundaries_in(source.parent, arguments["communes"]))
    checked, written = read_list_as_written(source, SCHEMAS[arguments["kind"]], territory)
    levels = levels_of(written, checked.problems)
    if arguments["keeps_rows"]:
        write_parquet(task.folder / _ROWS, checked.rows)
        keep_written(written, levels, task.folder / _WRITTEN)
    task.progress.step(_WRITING, 2, 2)
    report = kept_report(report_of(checked))
    if arguments["keeps_rows"]:
        say_meanings(report, written, territory.communes)
    report["row_levels"] = {level: levels.count(level) for level in ("", "repair", "warning", "error")}
    report["columns"] = columns_in(checked, source.suffix)
    report["annotated"] = _annotated(source, checked, task.folder / _ANNOTATED, arguments)
    made = [path for path in (task.folder / name for name in (_ROWS, _WRITTEN, _ANNOTATED)) if path.is_file()]
    return {"report": report, "good_rows": len(checked.rows), "files": {path.name: _said_of(path) for path in made}}


def _annotated(source: Path, checked: CheckedList, out: Path, arguments: Plain) -> bool:
    """Write the annotated copy where the file has cells and is of a size people open; say whether it is there."""
    from phusong.data.annotated.copy import SUFFIXES, annotate

    if source.suffix.lower() not in SUFFIXES or source.stat().st_size > MOST_ANNOTATED_BYTES:
        return False
    language: Language = "en" if arguments["language"] == "en" else "vi"
    try:
        annotate(source, checked, out, dated=date.fromisoformat(arguments["dated"]), language=language)
    except PhuSongError:  # what was found counts more than the copy
        return False
    return True


def _said_of(path: Path) -> dict[str, Any]:
    return {"sha256": digest_on_disk(path), "size": path.stat().st_size}


def _taken(db: Session, service: Service, path: Path, said: Mapping[str, Any] | None) -> str | None:
    """Keep a file of the task; where a crash came between keeping and recording, it is in the store already."""
    if said is None:
        return None
    if path.is_file():
        service.blobs.keep(path, said["sha256"])
    return service.blobs.record(db, said["sha256"], said["size"]).sha256


def _shown(upload: Upload) -> list[Any]:
    """Return what was written anew without the numbers of persons, now that the file holds it."""
    from phusong.data.checks.personal import shown_text

    schema = SCHEMAS[upload.kind]
    return [{**one, "text": shown_text(one["text"], schema.field(one["field"]))} for one in upload.fixes]


def _already_acknowledged(db: Session, upload: Upload) -> list[Any]:
    """Return the warnings that were acknowledged in the file this one corrects, and are there unchanged."""
    if upload.replaces_id is None or upload.report is None:
        return []
    former = db.get_one(Upload, upload.replaces_id)
    return sorted(warning_ids(upload.report) & set(former.acknowledged))


def _refuse(db: Session, upload: Upload, why: Text) -> None:
    language: Language = "en" if db.get_one(User, upload.sent_by).language == "en" else "vi"
    upload.state, upload.error = "failed", clean_text(why.to(language))
    audit.record(db, "upload.refuse", by=None, subject=("upload", upload.id), province_code=upload.province_code)
