"""Uploads in reach of a person: found or not found, what may be sent, what others take over once it is checked."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.access.scope import within
from phusong.api.database.models import Dataset, Province, Round, Upload
from phusong.api.intake.file_names import suffix_of
from phusong.api.problems import ConflictError, NotAllowedError, NotFoundError
from phusong.data.schemas import SCHEMAS
from phusong.errors import PhuSongError
from phusong.words import Text

PURPOSES = ("gaps", "answers", "dataset")
OPEN_ROUND_STATES = ("open", "returned")
"""States of a round in which its list may still be sent, replaced and corrected."""
MOST_RECEIVING = 20
"""How many files one person may have on their way at once."""
_LAYER_SUFFIXES = (
    *(".gpkg", ".geojson", ".json", ".parquet", ".zip", ".kml", ".kmz", ".gpx", ".fgb"),
    *(".tif", ".tiff", ".vrt", ".asc", ".hgt", ".img", ".nc", ".txt", ".pbf"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpload:
    """What somebody wants to send."""

    province_code: str
    commune_code: str = ""
    operator: str = ""
    purpose: str
    kind: str
    round_id: str | None = None
    dataset_id: str | None = None
    replaces_id: str | None = None
    file_name: str
    size: int
    sha256: str = ""


def upload_in_reach(
    db: Session, upload_id: str, person: Person, action: Action = Action.UPLOAD_READ, *, to_change: bool = False
) -> Upload:
    """Return an upload this person may do something to; ``to_change`` keeps it from others until the transaction ends.

    Raises
    ------
    NotFoundError
        There is none, or it is out of the person's scope.
    """
    return reached(db, person, action, Upload, upload_id, to_change=to_change)


def reach(person: Person, action: Action = Action.UPLOAD_READ) -> ColumnElement[bool]:
    """Return the condition that an upload is in a person's scope."""
    return within(person, action, province=Upload.province_code, commune=Upload.commune_code, operator=Upload.operator)


def may_see_cells(upload: Upload, person: Person) -> bool:
    """Say whether a person may see what stands in the file: household points only who needs them, or who sent them."""
    if upload.kind != "households" or upload.sent_by == person.id:
        return True
    return person.may(Action.HOUSEHOLD_READ, province_code=upload.province_code)


def check_may_send(db: Session, new: NewUpload, person: Person) -> None:
    """See to it that this person may send this file for this round or dataset, and that there is such a one."""
    scope = {"commune_code": new.commune_code, "operator": new.operator}
    if not person.may(Action.UPLOAD_SEND, province_code=new.province_code, **scope):
        raise NotFoundError
    if db.get(Province, new.province_code) is None:
        raise NotFoundError
    if new.purpose == "dataset" and not person.may(Action.DATASET_ADD, province_code=new.province_code, **scope):
        raise NotAllowedError
    _check_kind(new)
    _check_round(db, new)
    if new.dataset_id is not None:
        dataset = db.get(Dataset, new.dataset_id)
        if dataset is None or (dataset.province_code, dataset.operator) != (new.province_code, new.operator):
            raise NotFoundError
    if new.replaces_id is not None:
        _check_replaced(upload_in_reach(db, new.replaces_id, person, Action.UPLOAD_SEND), new)
    under_way = select(func.count()).where(Upload.sent_by == person.id, Upload.state == "receiving")
    if db.scalars(under_way).one() >= MOST_RECEIVING:
        raise ConflictError(
            Text(
                f"Bạn đang gửi dở {MOST_RECEIVING} tệp: hãy gửi xong hoặc dừng bớt.",
                f"You have {MOST_RECEIVING} files on their way: finish or stop some of them.",
            )
        )


def _check_kind(new: NewUpload) -> None:
    """See to it that the file is of a kind its purpose takes."""
    from phusong.data.raw.reading import SUFFIXES

    if new.purpose == "gaps" and (new.kind != "gaps" or new.commune_code or new.operator):
        raise PhuSongError(
            Text(
                "Danh sách của đợt báo cáo là danh sách lõm sóng của cả tỉnh.",
                "The list of a round is the gap list of the whole province.",
            )
        )
    allowed = (
        SUFFIXES if new.kind in SCHEMAS else (".xlsx",) if new.purpose == "answers" else (*SUFFIXES, *_LAYER_SUFFIXES)
    )
    if suffix_of(new.file_name).lower() not in allowed:
        kinds = ", ".join(dict.fromkeys(allowed))
        raise PhuSongError(Text(f"Không nhận loại tệp này; hãy gửi {kinds}.", f"Not a file taken here; send {kinds}."))


def _check_round(db: Session, new: NewUpload) -> None:
    if new.round_id is None:
        if new.purpose in ("gaps", "answers"):
            raise PhuSongError(Text("Hãy nói tệp này thuộc đợt nào.", "Say which round the file belongs to."))
        return
    round_ = db.get(Round, new.round_id)
    if round_ is None or round_.province_code != new.province_code:
        raise NotFoundError
    if new.purpose == "gaps" and round_.state not in OPEN_ROUND_STATES:
        raise list_is_closed()


def list_is_closed() -> ConflictError:
    """Return the error that a round takes no list any more."""
    return ConflictError(
        Text(
            "Đợt này đã nộp: danh sách chỉ sửa được khi đợt được trả lại.",
            "The round is submitted: its list can be changed only when it is returned.",
        )
    )


def _check_replaced(former: Upload, new: NewUpload) -> None:
    of_new = (new.province_code, new.commune_code, new.operator, new.purpose, new.kind, new.round_id)
    of_former = (former.province_code, former.commune_code, former.operator, former.purpose, former.kind)
    if of_new != (*of_former, former.round_id):
        raise ConflictError(
            Text(
                "Tệp sửa phải cùng tỉnh, cùng đợt và cùng loại với tệp được sửa.",
                "A corrected file must be of the province, round and kind of the one it corrects.",
            )
        )


def open_warnings(upload: Upload) -> int:
    """Return how many warnings nobody has acknowledged yet."""
    return max(0, upload.warnings - len(set(upload.acknowledged)))


def is_acceptable(upload: Upload) -> bool:
    """Say whether a list can be taken: checked, with rows, without errors, every warning acknowledged."""
    return upload.state == "checked" and upload.errors == 0 and upload.good_rows > 0 and not open_warnings(upload)


def checked_upload(db: Session, upload_id: str, person: Person, *, purpose: str = "dataset") -> Upload:
    """Return a checked upload for whoever makes something of it: a dataset version, the rows of a round.

    ``upload.sha256`` names its bytes, ``upload.good_rows``, ``errors`` and :func:`open_warnings` say what the check
    found; whether errors or open warnings stand in the way is for the caller.

    Raises
    ------
    NotFoundError
        There is none of this purpose in the person's scope.
    ConflictError
        It is not checked yet, or could not be read.
    """
    upload = upload_in_reach(db, upload_id, person, Action.UPLOAD_SEND)
    if upload.purpose != purpose:
        raise NotFoundError
    if upload.state == "failed":
        raise ConflictError(Text(f"Tệp không dùng được: {upload.error}", f"The file cannot be used: {upload.error}"))
    if upload.state != "checked":
        raise ConflictError(Text("Tệp chưa được kiểm tra xong.", "The file is not checked yet."))
    return upload
