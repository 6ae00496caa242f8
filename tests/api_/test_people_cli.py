"""People from the command line of the machine that runs the service."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from api_.made_accounts import account, hash_cheaply, signed_in
from fastapi.testclient import TestClient

from phusong.api.access.roles import Grant, Role
from phusong.api.service import Service
from phusong.cli import main


@pytest.fixture(autouse=True)
def _set(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> None:
    hash_cheaply(monkeypatch)
    monkeypatch.setenv("PHUSONG_DATABASE_URL", database_url)
    monkeypatch.setenv("PHUSONG_HOME", str(tmp_path / "home"))


def _run(*arguments: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["user", *arguments])
    assert ended.value.code in (0, None)


def _password(told: str) -> str:
    found = re.search(r"(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}", told)
    assert found is not None, told
    return found.group()


def test_a_person_is_added(client: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    """The temporary password that is printed opens the account, and nothing else until it is changed."""
    _run("add", "lan", "--full-name", "Lan", "--role", "commune:01:00097", "--role", "operator:viettel")
    lan = signed_in(client, "lan", _password(capsys.readouterr().out))
    told = {
        (one["role"], one["province_code"], one["commune_code"], one["operator"])
        for one in lan.get("/api/account").json()["grants"]
    }
    assert told == {("commune", "01", "00097", ""), ("operator", "", "", "viettel")}
    assert lan.get("/api/inbox").status_code in (403, 404)


def test_a_locked_out_administrator_gets_in_again(
    client: TestClient, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new temporary password opens, and closes what was open."""
    account(service, "lan", grants=[Grant(role=Role.ADMIN)])
    old = signed_in(client, "lan")
    _run("password", "LAN")
    assert old.get("/api/account").status_code == 401
    assert signed_in(client, "lan", _password(capsys.readouterr().out)).get("/api/account").status_code == 200


@pytest.mark.parametrize(
    "arguments",
    [
        ("password", "nobody"),
        ("add", "lan", "--full-name", "L", "--role", "king"),
        ("add", "lan", "--full-name", "L", "--role", "province"),
    ],
)
def test_a_mistake_is_one_sentence(
    client: TestClient, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """No such person, no such role, a role without its scope: exit code 2."""
    with pytest.raises(SystemExit) as ended:
        main(["user", *arguments])
    assert ended.value.code == 2
    assert capsys.readouterr().err.strip()
