"""One table of every step: from which states, to which, whose action it is, and whether it needs a reason."""

from __future__ import annotations

from dataclasses import dataclass

from phusong.api.access.policy import Action
from phusong.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a round or of a package."""

    subject: str  # round, package
    name: str
    title: Text
    before: tuple[str, ...]
    after: str
    action: Action
    reason: bool = False  # a reason must be given


ROUND_STATES = {
    "open": Text("Đang lập danh sách", "Being prepared"),
    "submitted": Text("Đã nộp", "Submitted"),
    "asked": Text("Đang lấy ý kiến xã và nhà mạng", "Communes and operators asked"),
    "answered": Text("Đã hết hạn trả lời", "Answers closed"),
    "reconciled": Text("Đã đối chiếu, đang kết luận", "Reconciled, findings under way"),
    "proposed": Text("Chờ phê duyệt", "Waiting for approval"),
    "approved": Text("Đã phê duyệt", "Approved"),
    "returned": Text("Trả lại để sửa", "Returned for correction"),
    "planned": Text("Đã có kế hoạch", "Planned"),
    "packaged": Text("Đã lập gói thầu", "Packaged"),
    "finished": Text("Đã nghiệm thu xong", "All accepted"),
}
PACKAGE_STATES = {
    "frozen": Text("Đã chốt", "Frozen"),
    "returned": Text("Trả lại", "Returned"),
    "approved": Text("Đã phê duyệt", "Approved"),
    "published": Text("Đã đăng tải", "Published"),
    "awarded": Text("Đã chọn nhà thầu", "Awarded"),
    "built": Text("Đã xây dựng xong", "Built"),
    "accepted": Text("Đã nghiệm thu", "Accepted"),
    "withdrawn": Text("Đã huỷ", "Withdrawn"),
}
_A = Action


def _round(
    name: str, vi: str, en: str, before: tuple[str, ...], after: str, action: Action, *, reason: bool = False
) -> Step:
    return Step(
        subject="round", name=name, title=Text(vi, en), before=before, after=after, action=action, reason=reason
    )


def _package(
    name: str, vi: str, en: str, before: tuple[str, ...], after: str, action: Action, *, reason: bool = False
) -> Step:
    return Step(
        subject="package", name=name, title=Text(vi, en), before=before, after=after, action=action, reason=reason
    )


STEPS: tuple[Step, ...] = (
    _round("submit", "Nộp danh sách", "Submit the list", ("open", "returned"), "submitted", _A.ROUND_SUBMIT),
    _round("ask", "Gửi xã và nhà mạng", "Ask communes and operators", ("submitted", "answered"), "asked", _A.ROUND_ASK),
    _round("close", "Kết thúc lấy ý kiến", "Close the answers", ("asked",), "answered", _A.ROUND_ASK),
    _round(
        "reconcile", "Đối chiếu với nghiên cứu", "Reconcile with a study", ("submitted", "answered", "reconciled"),
        "reconciled", _A.ROUND_RECONCILE,
    ),
    _round("propose", "Trình phê duyệt", "Submit for approval", ("reconciled",), "proposed", _A.ROUND_RECONCILE),
    _round("approve", "Phê duyệt", "Approve", ("proposed",), "approved", _A.ROUND_APPROVE),
    _round(
        "return", "Trả lại", "Return", ("submitted", "answered", "reconciled", "proposed"), "returned",
        _A.ROUND_RETURN, reason=True,
    ),
    _round("plan", "Lập kế hoạch", "Plan", ("approved", "planned"), "planned", _A.PLAN_MAKE),
    _round("package", "Lập gói thầu", "Make packages", ("planned", "packaged"), "packaged", _A.PACKAGE_MAKE),
    _round("finish", "Kết thúc đợt", "Finish the round", ("packaged",), "finished", _A.PACKAGE_ACCEPT),
    _package("approve", "Phê duyệt", "Approve", ("frozen",), "approved", _A.PACKAGE_APPROVE),
    _package("return", "Trả lại", "Return", ("frozen", "approved"), "returned", _A.PACKAGE_APPROVE, reason=True),
    _package("freeze", "Chốt bản mới", "Freeze a new version", ("returned",), "frozen", _A.PACKAGE_MAKE, reason=True),
    _package("publish", "Đăng tải", "Publish", ("approved",), "published", _A.PACKAGE_PUBLISH),
    _package("award", "Chọn nhà thầu", "Award", ("published",), "awarded", _A.PACKAGE_AWARD),
    _package("build", "Báo xây dựng xong", "Report as built", ("awarded",), "built", _A.PACKAGE_BUILT),
    _package("accept", "Nghiệm thu", "Accept", ("built",), "accepted", _A.PACKAGE_ACCEPT),
    _package(
        "withdraw", "Huỷ gói thầu", "Withdraw", ("frozen", "returned", "approved", "published"), "withdrawn",
        _A.PACKAGE_PUBLISH, reason=True,
    ),
)  # fmt: skip


def step_of(subject: str, name: str) -> Step | None:
    """Return a step by name; None where there is none."""
    return next((one for one in STEPS if (one.subject, one.name) == (subject, name)), None)
