"""Who is signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from phusong.api import audit
from phusong.api.access.roles import Role
from phusong.api.database.models import AuditEntry
from phusong.api.service import Service


def test_nobody_is_told_to_sign_in_in_their_language(client: TestClient) -> None:
    """Without a session the answer is a 401 problem, in Vietnamese or English."""
    answer = client.get("/api/account", headers={"accept-language": "en"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "Please sign in."
    assert client.get("/api/account").json()["detail"] == "Hãy đăng nhập."


def test_a_person_sees_the_roles_held(as_: Callable[..., TestClient]) -> None:
    """The account tells each grant with its scope."""
    told = as_(Role.PROVINCE, province_code="01").get("/api/account").json()
    assert told["grants"] == [{"role": "province", "province_code": "01", "commune_code": "", "operator": ""}]


def test_an_entry_stands_or_falls_with_its_transaction(service: Service) -> None:
    """What was rolled back left no entry; what stands is sealed over the one before, also when read again."""
    with service.database.write() as db:
        first = audit.record(db, "test.one", by=None, details={"thôn": "Nà Đon", "n": 1})
    with pytest.raises(RuntimeError), service.database.write() as db:
        audit.record(db, "test.two", by=None)
        raise RuntimeError
    with service.database.write() as db:
        audit.record(db, "test.three", by=None)
    with service.database.read() as db:
        kept = db.query(AuditEntry).order_by(AuditEntry.number).all()
    assert [one.action for one in kept] == ["test.one", "test.three"]
    assert kept[1].before == first.seal
    assert all(audit.seal_of(one) == one.seal for one in kept)
