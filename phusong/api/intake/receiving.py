"""Receiving a file in parts: each part is on the disk and counted before it is acknowledged, whatever dies when.

``home/incoming/<upload>/`` holds the parts of one upload while its state is ``receiving``, each under the offset it
begins at. What lies there beyond ``received`` was never acknowledged and is written over by the next part.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.blobs import digest_on_disk, sync_folder
from phusong.api.database.models import Upload
from phusong.api.database.types import new_id, now
from phusong.api.intake.file_names import plain_name
from phusong.api.intake.uploads import NewUpload, check_may_send, upload_in_reach
from phusong.api.jobs.asking import ask_for
from phusong.api.problems import ConflictError, NotFoundError, TooLargeError
from phusong.api.service import Service
from phusong.data.schemas import SCHEMAS
from phusong.errors import PhuSongError
from phusong.words import Language, Text, number

CHECK_UPLOAD = "check_upload"
_INCOMING = "incoming"
_COPIED_BYTES = 1 << 20
_MB = 1_000_000


def begin(db: Session, service: Service, new: NewUpload, person: Person) -> Upload:
    """Begin an upload; nothing of it is there yet."""
    check_may_send(db, new, person)
    if new.size == 0:
        raise PhuSongError(Text("Tệp rỗng.", "The file is empty."))
    if new.size > service.settings.upload_bytes:
        raise too_large(service.settings.upload_bytes)
    upload = Upload(
        province_code=new.province_code,
        commune_code=new.commune_code,
        operator=new.operator,
        purpose=new.purpose,
        kind=new.kind,
        round_id=new.round_id,
        dataset_id=new.dataset_id,
        replaces_id=new.replaces_id,
        file_name=plain_name(new.file_name),
        size=new.size,
        announced_sha256=new.sha256,
        acknowledged=[],
        sent_by=person.id,
    )
    db.add(upload)
    db.flush()
    told = {"purpose": new.purpose, "kind": new.kind, "size": new.size, "round": new.round_id or ""}
    _note(db, "upload.begin", upload, person, told)
    return upload


def expect_part(service: Service, upload_id: str, person: Person, offset: int) -> Path:
    """Return the folder a part is to be written into, once it is clear that it may come now."""
    with service.database.read() as db:
        _check_next(upload_in_reach(db, upload_id, person, Action.UPLOAD_SEND), offset)
    folder = service.folder(_INCOMING, upload_id)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def add_part(service: Service, upload_id: str, person: Person, *, offset: int, part: Path, request_id: str) -> Upload:
    """Count a part that is written and synced; the last one makes the upload ``stored`` and asks for its check.

    Of two parts for one offset the first to come stands and the other is refused: parts are never mixed.
    """
    try:
        size = part.stat().st_size
    except FileNotFoundError as error:
        raise not_receiving() from error
    with service.database.write() as db:
        upload = upload_in_reach(db, upload_id, person, Action.UPLOAD_SEND, to_change=True)
        _check_next(upload, offset)
        if offset + size > upload.size:
            raise _longer_than_said(upload.size)
        if size:
            part.replace(part.with_name(_part_name(offset)))
            sync_folder(part.parent)
        upload.received = offset + size
    if upload.received < upload.size:
        return upload
    return _stored(service, upload, person, request_id)


def stop(db: Session, upload_id: str, person: Person) -> Upload:
    """End an upload that is still on its way; its parts go when :func:`forget_parts` is called after the commit."""
    upload = upload_in_reach(db, upload_id, person, Action.UPLOAD_SEND, to_change=True)
    _check_receiving(upload)
    upload.state, upload.error = "failed", _STOPPED.to(_language(person))
    _note(db, "upload.stop", upload, person, {})
    return upload


def forget_parts(service: Service, upload_id: str) -> None:
    """Take away the parts of an upload that is no longer on its way."""
    shutil.rmtree(service.folder(_INCOMING, upload_id), ignore_errors=True)


def too_large(most_bytes: int) -> TooLargeError:
    """Return the error that a file or part is over its limit."""
    said = (number(most_bytes / _MB, decimals=1), number(most_bytes / _MB, "en", decimals=1))
    return TooLargeError(Text(f"Quá lớn: nhiều nhất {said[0]} MB.", f"Too large: at most {said[1]} MB."))


_STOPPED = Text("Người gửi đã dừng việc gửi.", "The sender stopped it.")
_DIFFERS = Text(
    "Tệp nhận được không giống tệp đã báo (mã SHA-256 khác): hãy gửi lại.",
    "What arrived is not what was announced (another SHA-256): send it again.",
)


def _stored(service: Service, upload: Upload, person: Person, request_id: str) -> Upload:
    """Put the parts together, keep them under their digest, record it and ask for the check in one transaction."""
    folder = service.folder(_INCOMING, upload.id)
    try:
        whole = _joined(folder, upload.size)
    except OSError:  # another request finishes the same upload and has taken the parts away
        return _as_it_is(service, upload.id)
    sha256 = digest_on_disk(whole)
    is_as_said = upload.announced_sha256 in ("", sha256)
    if is_as_said:
        service.blobs.keep(whole, sha256)
    with service.database.write() as db:
        upload = upload_in_reach(db, upload.id, person, Action.UPLOAD_SEND, to_change=True)
        if upload.state != "receiving":
            return upload
        if is_as_said:
            service.blobs.record(db, sha256, upload.size)
            _record_stored(db, upload, sha256, person, request_id)
        else:
            upload.state, upload.error = "failed", _DIFFERS.to(_language(person))
            _note(db, "upload.differs", upload, person, {"sha256": sha256}, request_id)
    forget_parts(service, upload.id)
    if not is_as_said:
        raise ConflictError(_DIFFERS)
    return upload


def _record_stored(db: Session, upload: Upload, sha256: str, person: Person, request_id: str) -> None:
    upload.state, upload.sha256, upload.stored_at = "stored", sha256, now()
    told = {"sha256": sha256, "size": upload.size, "file_name": upload.file_name}
    _note(db, "upload.store", upload, person, told, request_id)
    if is_checked_here(upload):
        ask_for(db, CHECK_UPLOAD, by=person, province_code=upload.province_code, subject_id=upload.id)


def is_checked_here(upload: Upload) -> bool:
    """Say whether a file is checked on arrival: lists are, but for those that their dataset's own check will read.

    A form is read by whoever asked for the answers, a layer by the check of the dataset it becomes part of.
    """
    own_check = upload.purpose == "answers" or upload.dataset_id is not None
    return not own_check and upload.kind in SCHEMAS


def _joined(folder: Path, size: int) -> Path:
    """Write the parts one after the other into one file and return it."""
    whole = folder / f"whole-{new_id()}"
    with whole.open("wb") as out:
        offset = 0
        while offset < size:
            part = folder / _part_name(offset)
            with part.open("rb") as file:
                shutil.copyfileobj(file, out, _COPIED_BYTES)
            offset += part.stat().st_size
    return whole


def _as_it_is(service: Service, upload_id: str) -> Upload:
    with service.database.read() as db:
        upload = db.get(Upload, upload_id)
    if upload is None or upload.state == "receiving":
        raise NotFoundError
    return upload


def _part_name(offset: int) -> str:
    return f"{offset:020d}"


def _check_next(upload: Upload, offset: int) -> None:
    _check_receiving(upload)
    if offset != upload.received:
        said = (number(upload.received), number(upload.received, "en"))
        raise ConflictError(
            Text(f"Đã nhận {said[0]} byte: hãy gửi tiếp từ đó.", f"{said[1]} bytes have arrived: go on from there.")
        )


def _check_receiving(upload: Upload) -> None:
    if upload.state != "receiving":
        raise not_receiving()


def not_receiving() -> ConflictError:
    """Return the error that an upload has arrived or was stopped."""
    return ConflictError(Text("Tệp này không còn đang gửi.", "The file is no longer on its way."))


def _longer_than_said(size: int) -> TooLargeError:
    said = (number(size), number(size, "en"))
    return TooLargeError(
        Text(f"Dài hơn đã báo: tệp chỉ có {said[0]} byte.", f"More than was announced: the file has {said[1]} bytes.")
    )


def _language(person: Person) -> Language:
    return "en" if person.language == "en" else "vi"


def _note(
    db: Session, action: str, upload: Upload, person: Person, details: dict[str, object], request_id: str = ""
) -> None:
    audit.record(
        db, action, by=person, subject=("upload", upload.id), province_code=upload.province_code, details=details,
        request_id=request_id,
    )  # fmt: skip
