"""What each route that changes something is sent by the test of who may: the same for all, or by the world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api_.made_world import Scope, World

Sent = dict[str, Any]
Body = Sent | Callable[[World], Sent]

_NOTHING: Sent = {"json": {}}
_REASON: Sent = {"json": {"reason": "kiểm thử"}}


def _json(**told: Any) -> Sent:
    return {"json": told}


def _form(**told: str) -> Sent:
    return {"data": told}


def _in_province(**told: Any) -> Callable[[World], Sent]:
    return lambda world: {"json": {"province_code": world.province_code, **told}}


BODIES: dict[tuple[str, str], Body] = {
    ("PATCH", "/api/account"): _json(language="vi"),
    ("POST", "/api/account/password"): _json(old="không phải mật khẩu", new="một mật khẩu mới dài"),
    ("POST", "/api/account/sign-out-everywhere"): {},
    ("POST", "/api/tokens"): _json(name="khoá", scopes=["inbox"]),
    ("POST", "/api/users"): _json(username="nguoi-moi", full_name="Người mới", grants=[]),
    ("PATCH", "/api/users/{user_id}"): _json(language="en"),
    ("PUT", "/api/users/{user_id}/grants"): _json(grants=[{"role": "planner"}]),
    ("POST", "/api/users/{user_id}/password"): {},
    ("POST", "/api/users/{user_id}/sign-out"): {},
    ("POST", "/api/datasets"): _in_province(kind="stations", operator="viettel", name="Trạm"),
    ("POST", "/api/registered-datasets"): _in_province(kind="terrain", name="Địa hình"),
    ("POST", "/api/datasets/{dataset_id}/versions"): lambda world: _json(upload_ids=[world.first("upload_id")]),
    ("POST", "/api/datasets/{dataset_id}/registered"): _json(folder=0, path="dem"),
    ("POST", "/api/datasets/{dataset_id}/versions/{version_id}/withdraw"): _REASON,
    ("POST", "/api/uploads"): _in_province(purpose="gaps", kind="gaps", file_name="a.csv", size=10),
    ("PATCH", "/api/uploads/{upload_id}"): {
        "params": {"offset": 0},
        "content": b"x",
        "headers": {"content-type": "application/octet-stream"},
    },
    ("POST", "/api/uploads/{upload_id}/accept"): _NOTHING,
    ("POST", "/api/uploads/{upload_id}/acknowledge"): _json(ids=[]),
    ("POST", "/api/uploads/{upload_id}/fixes"): _json(cells=[{"row": 2, "field": "lon", "text": "105,3"}]),
    ("POST", "/api/studies/{study_id}/map.pdf"): {
        "content": b"x",
        "headers": {"content-type": "application/octet-stream"},
    },
    ("POST", "/api/rounds"): _in_province(batch="2026-Q4"),
    ("POST", "/api/rows/{row_id}/versions"): _json(cells={"note": "đã gọi lại"}, reason="gõ nhầm", version=1),
    ("POST", "/api/rounds/{round_id}/steps/ask"): _json(due_on="2099-12-31", operators=["viettel"]),
    ("POST", "/api/rounds/{round_id}/steps/reconcile"): lambda world: _json(study_id=world.first("study_id")),
    **{
        ("POST", f"/api/rounds/{{round_id}}/steps/{step}"): _REASON
        for step in ("submit", "close", "propose", "approve", "return", "plan", "package", "finish")
    },
    ("POST", "/api/rounds/{round_id}/answers"): lambda world: _json(upload_id=world.first("upload_id")),
    ("POST", "/api/rounds/{round_id}/reminders"): _NOTHING,
    ("POST", "/api/requests/{request_id}/answers"): _json(cells={}),
    ("POST", "/api/studies"): lambda world: _json(
        province_code=world.province_code, name="Nghiên cứu", versions=world.ids["version_id"]
    ),
    ("POST", "/api/studies/{study_id}/plans"): _json(name="60 tỷ", goal={"budget_vnd": 60_000_000_000}),
    ("POST", "/api/studies/{study_id}/coverage"): _NOTHING,
    ("POST", "/api/studies/{study_id}/what-if"): _json(lon_deg=105.0, lat_deg=21.2),
    ("POST", "/api/studies/{study_id}/archives"): _NOTHING,
    ("POST", "/api/plans/{plan_id}/packages"): _NOTHING,
    ("POST", "/api/plans/{plan_id}/packages/chosen"): _json(items=["a"], because="kiểm thử"),
    ("POST", "/plans/{plan_id}/packages/new"): _form(item="a", because="kiểm thử", award="tender"),
    ("POST", "/api/plans/{plan_id}/packages/tried"): _json(items=["a"]),
    ("POST", "/api/plans/{plan_id}/packages/move"): _json(item="a", to="b", because="kiểm thử"),
    ("POST", "/api/packages/{package_id}/steps/{step}"): _REASON,
    ("POST", "/api/packages/{package_id}/documents"): _NOTHING,
    ("POST", "/api/reports"): _in_province(year=2026, quarter=3),
    ("POST", "/api/comments"): lambda world: _json(
        subject_kind="row", subject_id=world.first("row_id"), text="Đã gọi lại UBND xã"
    ),
    ("POST", "/api/studies/{study_id}/decisions"): _json(finding_ids=["a"], verdict="unserved", reason="đã đo"),
    ("POST", "/api/rounds/{round_id}/decisions"): lambda world: _json(
        row_ids=world.ids["row_id"], verdict="unserved", reason="đã đo"
    ),
    ("POST", "/api/jobs/{job_id}/cancel"): {},
    ("POST", "/api/oidc/link"): {},
    ("POST", "/rounds/{round_id}/rows/{row_id}"): _form(**{"cell-note": "x", "reason": "gõ nhầm", "version": "1"}),
    ("POST", "/rounds/{round_id}/ask"): _form(due_on="2099-12-31"),
    ("POST", "/rounds/{round_id}/reconcile"): lambda world: _form(study_id=world.first("study_id")),
    ("POST", "/rounds/{round_id}/decisions"): lambda world: _form(
        row=world.first("row_id"), verdict="unserved", reason="đã đo"
    ),
    ("POST", "/studies/{study_id}/decisions"): _form(finding_id="a", verdict="unserved", reason="đã đo"),
    ("GET", "/api/plans/{plan_id}/packages/effects"): {"params": {"item": "a"}},
    ("GET", "/api/studies/{study_id}/inside"): {"params": {"ring": "105,21;106,21;106,22"}},
    ("GET", "/api/studies/{study_id}/why"): {"params": {"lon": 105.0, "lat": 21.2}},
    ("GET", "/api/studies/{study_id}/why/ready"): {"params": {"lon": 105.0, "lat": 21.2}},
    ("GET", "/api/studies/{study_id}/paths"): {"params": {"site": "a", "lon": 105.0, "lat": 21.2}},
    ("POST", "/datasets/{dataset_id}/versions/{version_id}/withdraw"): _form(reason="kiểm thử"),
}
IN_BODY: dict[str, Callable[[World], Scope]] = {
    **{
        f"/api/{what}": lambda world: Scope(province_code=world.province_code)
        for what in ("datasets", "registered-datasets", "uploads", "rounds", "studies", "reports")
    },
    "/api/comments": lambda world: world.scopes[world.first("row_id")],
}
"""What the body of a route is about, where its path does not say."""
SKIPPED: dict[tuple[str, str], str] = {
    **{("GET", path): "everybody's page" for path in ("/sign-in", "/set-up", "/language/{language}")},
    **{("POST", path): "signing in and out" for path in ("/sign-in", "/set-up", "/sign-out")},
    ("GET", "/static/{version}/{name}"): "looks, no data",
    ("GET", "/look-at"): "which province a page shows, kept by the browser",
}
"""Routes this test leaves out, and why."""
