"""Giving people accounts and roles."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from api_.made_accounts import PASSWORD, account, acts, browser, hash_cheaply, signed_in
from fastapi.testclient import TestClient

from phusong.api.access.roles import Grant, Role
from phusong.api.database.models import AuditEntry, User
from phusong.api.service import Service

As = Callable[..., TestClient]
HANOI = {"role": "province", "province_code": "01"}


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    hash_cheaply(monkeypatch)


def _add(admin: TestClient, username: str, *grants: dict[str, str]) -> str:
    answer = admin.post("/api/users", json={"username": username, "full_name": "Lan", "grants": grants})
    assert answer.status_code == 201, answer.text
    user_id: str = answer.json()["user"]["id"]
    return user_id


def test_a_new_person_comes_in_with_a_temporary_password(client: TestClient, service: Service, as_: As) -> None:
    """The administrator reads it once; the person changes it, and holds the roles given."""
    admin = as_(Role.ADMIN)
    body = {"username": "Lan.Nguyen", "full_name": "Nguyễn Thị Lan", "grants": [HANOI, HANOI]}
    made = admin.post("/api/users", json=body).json()
    temporary = made["temporary_password"]
    assert temporary not in admin.get(f"/api/users/{made['user']['id']}").text
    lan = signed_in(client, "lan.nguyen", temporary)
    assert lan.post("/api/account/password", json={"old": temporary, "new": PASSWORD}).status_code == 204
    assert [one["role"] for one in lan.get("/api/account").json()["grants"]] == ["province"]
    assert admin.post("/api/users", json=body).status_code == 409
    with service.database.read() as db:
        assert temporary not in " ".join(str(one.details) for one in db.query(AuditEntry))


@pytest.mark.parametrize(
    "grant",
    [
        {"role": "province"},
        {"role": "commune", "province_code": "01"},
        {"role": "commune", "commune_code": "00097"},
        {"role": "commune", "province_code": "01", "commune_code": "97"},
        {"role": "operator"},
        {"role": "operator", "operator": "không có"},
        {"role": "province", "province_code": "99"},
        {"role": "province", "province_code": "01", "operator": "viettel"},
        {"role": "planner", "commune_code": "00097"},
        {"role": "king"},
        {"role": "planner", "user_id": "x"},
    ],
)
def test_a_role_without_its_scope_is_refused(as_: As, service: Service, grant: dict[str, str]) -> None:
    """No officer of no province, no operator without a name, no scope that a role does not take: nobody is made."""
    answer = as_(Role.ADMIN).post("/api/users", json={"username": "lan", "full_name": "Lan", "grants": [grant]})
    assert answer.status_code == 422
    with service.database.read() as db:
        assert db.query(User).filter(User.username == "lan").count() == 0


def test_roles_change_from_the_next_request_on(client: TestClient, service: Service, as_: As) -> None:
    """What is taken away is gone in an open session; what stays is untouched."""
    admin = as_(Role.ADMIN)
    user_id = account(service, "lan", grants=[Grant(role=Role.ADMIN), Grant(role=Role.PLANNER)])
    lan = signed_in(client, "lan")
    assert lan.get("/api/users").status_code == 200
    answer = admin.put(f"/api/users/{user_id}/grants", json={"grants": [{"role": "planner"}, HANOI]})
    assert {one["role"] for one in answer.json()["grants"]} == {"planner", "province"}
    assert lan.get("/api/users").status_code == 403
    with service.database.read() as db:
        told = db.query(AuditEntry).filter(AuditEntry.action == "user.grants").one().details
    assert sorted(told["before"]) == ["admin", "planner"]
    assert sorted(told["after"]) == ["planner", "province:01"]


@pytest.mark.parametrize("how", ["patch", "put"])
def test_the_last_administrator_stays(client: TestClient, service: Service, how: str) -> None:
    """Neither out of use nor without the role: an administrator of one province is not one of the whole."""
    user_id = account(service, "lan", grants=[Grant(role=Role.ADMIN)])
    account(service, "minh", grants=[Grant(role=Role.ADMIN, province_code="01")])
    account(service, "nghi", grants=[Grant(role=Role.ADMIN)], active=False)
    lan = signed_in(client, "lan")
    if how == "patch":
        answer = lan.patch(f"/api/users/{user_id}", json={"active": False})
    else:
        answer = lan.put(f"/api/users/{user_id}/grants", json={"grants": [{"role": "planner"}]})
    assert answer.status_code == 409
    assert lan.get("/api/users").status_code == 200
    assert acts(service) == ["session.open"]


def test_two_administrators_cannot_remove_each_other_at_once(client: TestClient, service: Service, as_: As) -> None:
    """Whoever comes second is refused."""
    names = ("lan", "minh")
    ids = [account(service, name, grants=[Grant(role=Role.ADMIN)]) for name in names]
    browsers = [signed_in(client, name) for name in names]
    with ThreadPoolExecutor(2) as pool:
        told = pool.map(
            lambda n: browsers[n].patch(f"/api/users/{ids[1 - n]}", json={"active": False}).status_code, (0, 1)
        )
        assert sorted(told) in ([200, 401], [200, 409])
    with service.database.read() as db:
        assert db.query(User).filter(User.active).count() == 1


def test_an_administrator_of_a_province_sees_and_serves_that_province_only(service: Service, as_: As) -> None:
    """People with a role elsewhere, for the whole country, or none are not found, listed or counted."""
    minh = as_(Role.ADMIN, province_code="01", username="minh")
    own = account(service, "lan", grants=[Grant(role=Role.PROVINCE, province_code="01")])
    account(service, "khong", grants=[])
    others = [
        account(service, "hue", grants=[Grant(role=Role.PROVINCE, province_code="46")]),
        account(service, "ca-hai", grants=[Grant(role=Role.PLANNER, province_code=code) for code in ("01", "46")]),
        account(service, "tat-ca", grants=[Grant(role=Role.ADMIN)]),
    ]
    told = minh.get("/api/users").json()
    assert ([one["username"] for one in told["items"]], told["total"]) == (["lan", "minh"], 2)
    for user_id in others:
        assert minh.get(f"/api/users/{user_id}").status_code == 404
        assert minh.patch(f"/api/users/{user_id}", json={"active": False}).status_code == 404
        assert minh.put(f"/api/users/{user_id}/grants", json={"grants": [HANOI]}).status_code == 404
        assert minh.post(f"/api/users/{user_id}/password").status_code == 404
        assert minh.post(f"/api/users/{user_id}/sign-out").status_code == 404
    assert minh.patch(f"/api/users/{own}", json={"full_name": "Lan Anh"}).status_code == 200
    for wanted in (
        [{"role": "admin"}],
        [HANOI, {"role": "planner"}],
        [{"role": "province", "province_code": "46"}],
        [],
    ):
        assert minh.put(f"/api/users/{own}/grants", json={"grants": wanted}).status_code == 403
        made = minh.post("/api/users", json={"username": "moi", "full_name": "Mới", "grants": wanted})
        assert made.status_code == 403


def test_an_auditor_sees_people_and_changes_nobody(service: Service, as_: As) -> None:
    """Reading is for auditors too, changing is not."""
    auditor = as_(Role.AUDITOR)
    user_id = account(service, "lan")
    assert auditor.get(f"/api/users/{user_id}").status_code == 200
    for answer in (
        auditor.post("/api/users", json={"username": "moi", "full_name": "Mới"}),
        auditor.patch(f"/api/users/{user_id}", json={"active": False}),
        auditor.put(f"/api/users/{user_id}/grants", json={"grants": []}),
        auditor.post(f"/api/users/{user_id}/password"),
        auditor.post(f"/api/users/{user_id}/sign-out"),
    ):
        assert answer.status_code == 403


def test_a_reset_ends_sessions_tokens_and_lock(client: TestClient, service: Service, as_: As) -> None:
    """Whoever knew the old password, the cookie or a token is out; the new temporary password opens."""
    admin = as_(Role.ADMIN)
    user_id = account(service, "lan", grants=[Grant(role=Role.PLANNER)])
    lan = signed_in(client, "lan")
    text = lan.post("/api/tokens", json={"name": "n", "scopes": ["round.read"]}).json()["text"]
    program = browser(client, authorization=f"Bearer {text}")
    assert program.get("/api/account").status_code == 403  # it holds, but not for this
    with service.database.write() as db:
        db.get_one(User, user_id).failures = 9
    new = admin.post(f"/api/users/{user_id}/password").json()["temporary_password"]
    assert lan.get("/api/account").status_code == 401
    assert program.get("/api/account").status_code == 401
    assert client.post("/api/session", json={"username": "lan", "password": PASSWORD}).status_code == 401
    assert signed_in(client, "lan", new).get("/api/account").status_code == 200


def test_out_of_use_and_back_again(client: TestClient, service: Service, as_: As) -> None:
    """Out of use ends sessions and tokens for good; back in use, one signs in anew."""
    admin, user_id = as_(Role.ADMIN), account(service, "lan")
    lan = signed_in(client, "lan")
    assert admin.patch(f"/api/users/{user_id}", json={"active": False}).json()["active"] is False
    assert admin.patch(f"/api/users/{user_id}", json={"active": True}).json()["active"] is True
    assert lan.get("/api/account").status_code == 401
    assert signed_in(client, "lan").get("/api/account").status_code == 200


@pytest.mark.parametrize(("words", "found"), [("LAN", 1), ("nguyễn", 1), ("100%", 0), ("_", 0), ("%", 0), ("'--", 0)])
def test_searching_takes_no_patterns(service: Service, as_: As, words: str, found: int) -> None:
    """A percent sign or an underscore is itself, not everything."""
    account(service, "lan")
    with service.database.write() as db:
        db.query(User).filter(User.username == "lan").one().full_name = "nguyễn Lan"
    assert as_(Role.ADMIN, username="quantri").get("/api/users", params={"q": words}).json()["total"] == found
