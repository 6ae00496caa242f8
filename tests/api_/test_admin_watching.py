"""Lists an auditor narrows: by a name without accents, what was done, to what, where and on which days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from api_.made_rounds import person
from fastapi.testclient import TestClient

from phusong.api import audit
from phusong.api.access.roles import Role
from phusong.api.database.models import User
from phusong.api.database.types import today
from phusong.api.jobs.asking import ask_for
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

As = Callable[..., TestClient]
HTML = {"accept": "text/html"}


@pytest.fixture
def settings(sqlite_settings: ServiceSettings) -> ServiceSettings:
    """Return a service on SQLite."""
    return sqlite_settings


@pytest.mark.parametrize("address", ["/audit", "/jobs"])
def test_lists_are_narrowed_as_one_speaks(service: Service, as_: As, address: str) -> None:
    """By a name without its accents, by the thing, by days that are whole; what is no day narrows nothing."""
    planner = person(service)
    with service.database.write() as db:
        db.query(User).filter(User.id == planner.id).update({"full_name": "Đặng Thị Hường"})
        audit.record(db, "study.ask", by=planner, subject=("study", "0" * 16), province_code="01")
        ask_for(db, "study", by=planner, province_code="01", subject_id="0" * 16)
    client, day = as_(Role.AUDITOR), today().isoformat()
    yesterday = (today() - timedelta(days=1)).isoformat()
    mark = {"/audit": "Yêu cầu nghiên cứu</td>", "/jobs": "Chạy nghiên cứu</a>"}[address]
    for asked, found in (
        ({"who": "dang thi huong"}, True), ({"who": "HƯỜNG"}, True), ({"who": "lan"}, False),
        ({"kind": "study"}, True), ({"kind": {"/audit": "plan", "/jobs": "plan"}[address]}, False),
        ({"since": day, "until": day}, True), ({"until": yesterday}, False), ({"since": "hôm nay"}, True),
        ({"until": "9999-12-31", "since": "0001-01-01"}, True),
    ):  # fmt: skip
        shown = client.get(address, params=asked, headers=HTML)
        assert shown.status_code == 200 and (mark in shown.text) is found, asked
    if address == "/audit":
        assert mark in client.get(address, params={"province": "01"}, headers=HTML).text
        assert mark not in client.get(address, params={"province": "04"}, headers=HTML).text
        assert "Đặng Thị Hường" in client.get(address, headers=HTML).text
