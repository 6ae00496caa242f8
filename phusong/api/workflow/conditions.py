"""What must hold before a step beside its state: one function a step, each says what is missing and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phusong.api.database.models import (
    DocumentSet,
    GapRow,
    Package,
    PackageVersion,
    Plan,
    Request,
    Round,
    StepRecord,
    Study,
    Upload,
)
from phusong.api.database.types import today
from phusong.api.workflow.concluded import rows_without_finding
from phusong.words import Text, number

Condition = Callable[[Session, Any], Text | None]
"""Returns what stands against the step, None where nothing does."""


def _list_accepted(db: Session, round_: Round) -> Text | None:
    used = None if round_.list_upload_id is None else db.get(Upload, round_.list_upload_id)
    if used is None:
        return Text("Đợt này chưa có danh sách: hãy gửi danh sách trước.", "There is no list yet: send one first.")
    if used.state != "checked" or used.errors:
        return Text(
            f"Danh sách còn {number(used.errors)} lỗi: hãy gửi lại danh sách đã sửa.",
            f"The list still has {number(used.errors, 'en')} errors: send a corrected list.",
        )
    if not _count(db, select(func.count()).where(GapRow.round_id == round_.id, GapRow.present)):
        return Text("Danh sách không có dòng nào.", "The list has no rows.")
    later = select(func.count()).where(
        Upload.round_id == round_.id,
        Upload.purpose == "gaps",
        Upload.state.in_(("stored", "checking")),
        Upload.created_at > used.created_at,
    )
    if _count(db, later):
        return Text(
            "Danh sách gửi sau đang được kiểm tra: hãy chờ xong.", "A later list is being checked: wait for it."
        )
    return None


def _somebody_asked(db: Session, round_: Round) -> Text | None:
    if not _count(db, select(func.count()).where(Request.round_id == round_.id, Request.state == "asked")):
        return Text("Chưa chọn hỏi ai: hãy chọn xã và nhà mạng.", "Nobody is asked: choose communes and operators.")
    if round_.answers_due_on is None or round_.answers_due_on < today():
        return Text("Hạn trả lời phải từ hôm nay trở đi.", "The answers must be due today or later.")
    return None


def _study_done(db: Session, round_: Round) -> Text | None:
    study = None if round_.study_id is None else db.get(Study, round_.study_id)
    if study is None or study.province_code != round_.province_code or study.state != "done":
        return Text("Hãy chọn một nghiên cứu đã xong của tỉnh này.", "Choose a finished study of this province.")
    return None


def _rows_concluded(db: Session, round_: Round) -> Text | None:
    told = _study_done(db, round_)
    if told is not None:
        return told
    open_rows = rows_without_finding(db, round_)
    if open_rows:
        return Text(
            f"Còn {number(open_rows)} dòng chưa có kết luận: hãy kết luận từng dòng, ghi lý do.",
            f"{number(open_rows, 'en')} rows have no finding yet: decide each, with a reason.",
        )
    return None


def _planned(db: Session, round_: Round) -> Text | None:
    done = select(func.count()).where(Plan.study_id == round_.study_id, Plan.state == "done")
    if not _count(db, done):
        return Text(
            "Chưa có kế hoạch nào lập xong trên nghiên cứu của đợt này.",
            "No plan over this round's study is finished yet.",
        )
    return None


def _packaged(db: Session, round_: Round) -> Text | None:
    standing = select(func.count()).where(Package.round_id == round_.id, Package.state != "withdrawn")
    if not _count(db, standing):
        return Text("Đợt này chưa có gói thầu nào.", "This round has no package yet.")
    return None


def _all_accepted(db: Session, round_: Round) -> Text | None:
    told = _packaged(db, round_)
    if told is not None:
        return told
    open_ones = select(func.count()).where(
        Package.round_id == round_.id, Package.state.not_in(("accepted", "withdrawn"))
    )
    left = _count(db, open_ones)
    if left:
        return Text(
            f"Còn {number(left)} gói thầu chưa nghiệm thu.", f"{number(left, 'en')} packages are not accepted yet."
        )
    return None


def _version(db: Session, package: Package) -> PackageVersion | None:
    return db.scalar(
        select(PackageVersion).where(PackageVersion.package_id == package.id, PackageVersion.version == package.version)
    )


def _has_snapshot(db: Session, package: Package) -> Text | None:
    if _version(db, package) is None:
        return Text("Gói thầu chưa có bản chốt.", "The package has no frozen version.")
    return None


def _new_snapshot(db: Session, package: Package) -> Text | None:
    version = _version(db, package)
    returned_at = db.scalar(
        select(func.max(StepRecord.made_at)).where(
            StepRecord.subject_kind == "package", StepRecord.subject_id == package.id, StepRecord.step == "return"
        )
    )
    if version is None or (returned_at is not None and version.made_at <= returned_at):
        return Text("Hãy chốt một bản mới sau lần trả lại.", "Freeze a new version after the return.")
    return None


def _documents_made(db: Session, package: Package) -> Text | None:
    version = _version(db, package)
    made = 0
    if version is not None:
        made = _count(
            db,
            select(func.count()).where(
                DocumentSet.package_version_id == version.id, DocumentSet.state == "done", DocumentSet.language == "vi"
            ),
        )
    if not made:
        return Text(
            "Bản chốt này chưa có bộ hồ sơ tiếng Việt.", "This version has no set of documents in Vietnamese yet."
        )
    return None


def _winner_known(db: Session, package: Package) -> Text | None:
    if not package.winner or package.decided_on is None or package.awarded_vnd is None:
        return Text(
            "Hãy ghi nhà thầu trúng, số và ngày quyết định, giá trị.",
            "Give the winner, number and day of the decision, and the value.",
        )
    return None


def _count(db: Session, query: Any) -> int:
    return int(db.scalar(query) or 0)


CONDITIONS: Mapping[tuple[str, str], tuple[Text, Condition]] = {
    ("round", "submit"): (
        Text("có danh sách đã kiểm tra, không còn lỗi", "there is a checked list without errors"), _list_accepted,
    ),
    ("round", "ask"): (
        Text("đã chọn xã, nhà mạng và hạn trả lời", "communes or operators and a day are chosen"), _somebody_asked,
    ),
    ("round", "reconcile"): (
        Text("có nghiên cứu đã xong của tỉnh", "there is a finished study of the province"), _study_done,
    ),
    ("round", "propose"): (Text("mọi dòng đều có kết luận", "every row has a finding"), _rows_concluded),
    ("round", "approve"): (Text("mọi dòng đều có kết luận", "every row has a finding"), _rows_concluded),
    ("round", "plan"): (
        Text("có kế hoạch lập xong trên nghiên cứu của đợt", "a plan over the round's study is finished"), _planned,
    ),
    ("round", "package"): (Text("có ít nhất một gói thầu", "there is at least one package"), _packaged),
    ("round", "finish"): (
        Text("mọi gói thầu đã nghiệm thu hoặc đã huỷ", "every package is accepted or withdrawn"), _all_accepted,
    ),
    ("package", "approve"): (Text("có bản chốt", "there is a frozen version"), _has_snapshot),
    ("package", "freeze"): (
        Text("có bản chốt mới sau lần trả lại", "a version was frozen after the return"), _new_snapshot,
    ),
    ("package", "publish"): (
        Text("bản chốt có bộ hồ sơ tiếng Việt", "the version has its documents in Vietnamese"), _documents_made,
    ),
    ("package", "award"): (
        Text("ghi nhà thầu trúng, số và ngày quyết định, giá trị", "winner, decision, its day and the value given"),
        _winner_known,
    ),
}  # fmt: skip
"""By subject and step: the condition in words, for the page that documents the steps, and its check."""
