"""The sections of the pages: what stands in the rail, in which group, and who may open it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from phusong.api.access.policy import Action, Person
from phusong.words import Text


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the rail."""

    key: str
    title: Text
    address: str
    action: Action
    group: str


GROUPS = {
    "work": Text("Công việc", "Work"),
    "data": Text("Dữ liệu", "Data"),
    "administration": Text("Quản trị", "Administration"),
}
_A = Action
SECTIONS = (
    Section("inbox", Text("Việc cần làm", "Inbox"), "/", _A.INBOX, "work"),
    Section("map", Text("Bản đồ", "Map"), "/map", _A.STUDY_READ, "work"),
    Section("rounds", Text("Danh sách", "Lists"), "/rounds", _A.ROUND_READ, "work"),
    Section("requests", Text("Lấy ý kiến", "Requests"), "/requests", _A.REQUEST_READ, "work"),
    Section("findings", Text("Kết luận", "Findings"), "/findings", _A.FINDING_READ, "work"),
    Section("studies", Text("Nghiên cứu", "Studies"), "/studies", _A.STUDY_READ, "work"),
    Section("plans", Text("Kế hoạch", "Plans"), "/plans", _A.PLAN_READ, "work"),
    Section("packages", Text("Gói thầu", "Packages"), "/packages", _A.PACKAGE_READ, "work"),
    Section("reports", Text("Chỉ tiêu", "Indicators"), "/reports", _A.REPORT_READ, "work"),
    Section("datasets", Text("Dữ liệu", "Data"), "/datasets", _A.DATASET_READ, "data"),
    Section("registered", Text("Dữ liệu trên máy chủ", "Data on the server"), "/registered-datasets",
            _A.DATASET_REGISTER, "data"),
    Section("open", Text("Dữ liệu mở", "Open data"), "/open-data", _A.INBOX, "data"),
    Section("profiles", Text("Bộ ngưỡng", "Thresholds"), "/profiles", _A.REFERENCE_READ, "administration"),
    Section("prices", Text("Đơn giá", "Unit prices"), "/unit-prices", _A.REFERENCE_READ, "administration"),
    Section("templates", Text("Mẫu văn bản", "Document templates"), "/templates", _A.REFERENCE_READ, "administration"),
    Section("jobs", Text("Việc đang chạy", "Work under way"), "/jobs", _A.JOB_READ, "administration"),
    Section("people", Text("Người dùng", "People"), "/people", _A.USER_READ, "administration"),
    Section("audit", Text("Nhật ký", "Audit trail"), "/audit", _A.AUDIT_READ, "administration"),
)  # fmt: skip


def sections_of(person: Person | None) -> Iterator[tuple[Text, list[Section]]]:
    """Yield the groups of the rail that hold something for this person."""
    if person is None:
        return
    open_ones = (one for one in SECTIONS if person.grants_for(one.action))
    for group, found in groupby(open_ones, key=lambda one: one.group):
        yield GROUPS[group], list(found)
