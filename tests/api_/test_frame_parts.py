"""The frame of every page: what stands in the rail and the top bar, what a failure says, what weighs how much."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from api_.made_rounds import round_with_rows
from api_.made_world import make_world
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from phusong.api.access.roles import Grant, Role
from phusong.api.app import create_app
from phusong.api.pages import assets
from phusong.api.pages.sections import SECTIONS
from phusong.api.pages.views import inbox
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings
from phusong.api.workflow.inbox import Item
from phusong.words import Text

As = Callable[..., TestClient]
HTML = {"accept": "text/html"}


@pytest.fixture
def settings(sqlite_settings: ServiceSettings) -> ServiceSettings:
    """Return a service on SQLite: what pages look like is the same on any database."""
    return sqlite_settings


def rail(client: TestClient, address: str = "/") -> str:
    """Return the rail of a page."""
    return client.get(address, headers=HTML).text.partition('<nav class="rail"')[2].partition("</nav>")[0]


def test_the_rail_holds_what_a_role_may_open_in_three_groups(as_: As) -> None:
    """A commune officer sees work alone, an administrator administration; every entry has a mark and words."""
    everyone = rail(as_(grants=[Grant(role=role) for role in Role]))
    assert re.findall(r'<ul aria-label="(.*?)"', everyone) == ["Công việc", "Dữ liệu", "Quản trị"]
    assert everyone.count('<span class="label">') == everyone.count("<svg") - 1 == len(SECTIONS)
    officer = rail(as_(Role.COMMUNE, province_code="01", commune_code="00985"))
    assert re.findall(r'href="(/[a-z-]*)"', officer) == ["/", "/", "/requests", "/open-data"]
    assert "/profiles" in rail(as_(Role.ADMIN)) and "/rounds" not in rail(as_(Role.ADMIN))


def test_the_top_bar_names_the_province_and_its_newest_round(as_: As, service: Service) -> None:
    """Where one province is looked at its newest round stands beside it; where there is none the bar says so."""
    round_with_rows(service, province="04", batch="Đợt 3/2026")
    here, elsewhere = as_(Role.PROVINCE, province_code="04"), as_(Role.PROVINCE, province_code="08")
    shown = here.get("/studies", headers=HTML).text.partition('<div class="place">')[2].partition("</div>")[0]
    assert "Cao Bằng" in shown and "Đợt 3/2026" in shown
    assert "Chưa có đợt rà soát" in elsewhere.get("/studies", headers=HTML).text
    operator = as_(Role.OPERATOR, province_code="04", operator="viettel").get("/requests", headers=HTML).text
    assert "Đợt 3/2026" not in operator.partition("<main")[0]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_failure_says_one_thing_and_a_way_on(as_: As, service: Service, language: str) -> None:
    """Not allowed, not found and not valid are told on a page with its rail, a sentence of advice and a button."""
    world = make_world(service, "04")
    officer = as_(Role.PROVINCE, province_code="08")
    forms = {"csrf": officer.headers["x-csrf-token"]}
    asked: list[tuple[int, Any]] = [
        (403, officer.get("/people", params={"lang": language}, headers=HTML)),
        (404, officer.get("/khong-co-trang-nay", params={"lang": language}, headers=HTML)),
        (404, officer.get(f"/rounds/{world.first('round_id')}", params={"lang": language}, headers=HTML)),
        (422, officer.post("/rounds", params={"lang": language}, data=forms, headers=HTML)),
    ]
    for status, answer in asked:
        assert answer.status_code == status
        main = answer.text.partition("<main")[2]
        assert answer.text.count("<h1>") == 1 and 'class="rail"' in answer.text, status
        assert 'class="button"' in main and len(re.findall(r"<p>[^<]{20,}", main)) >= 1, status
        assert f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize(
    ("error", "status", "word"),
    [
        (RuntimeError("bí mật"), 500, "Phần mềm gặp lỗi"),
        (OperationalError("bí mật", None, Exception()), 503, "đang bận"),
    ],
)
def test_a_fault_of_the_software_stands_on_a_page_without_its_traceback(
    settings: ServiceSettings, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, word: str
) -> None:
    """What nobody foresaw is told as a page with the id of the request; a database that does not answer as busy."""

    def fail(*_: object, **__: object) -> None:
        raise error

    with TestClient(create_app(settings), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        monkeypatch.setattr("phusong.api.pages.views.opendata.page", fail)
        answer = client.get("/check", headers=HTML)
        assert answer.status_code == status
        assert word in answer.text and "bí mật" not in answer.text and "<h1>" in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert client.get("/check").headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("days", "told"),
    [(-22, Text("quá hạn 22 ngày", "22 days overdue")), (0, Text("hạn hôm nay", "due today")),
     (1, Text("còn 1 ngày", "1 day left"))],
)  # fmt: skip
def test_the_inbox_says_how_long(days: int, told: Text) -> None:
    """A thing is overdue, due today, or has days left."""
    on = date(2026, 11, 23)
    item = Item(
        subject_kind="round", subject_id="x", province_code="04", title="", text=told, due_on=on + timedelta(days=days)
    )
    assert inbox.when(item, on) == told


def test_the_inbox_counts_what_waits_and_an_empty_one_is_a_good_moment(as_: As, service: Service) -> None:
    """Overdue and returned come first with their numbers; where nothing waits the page says so with a way on."""
    round_with_rows(service, province="04", state="returned")
    page = as_(Role.PROVINCE, province_code="04").get("/", headers=HTML).text
    assert re.search(r'<li class="returned"><a href="#returned"><strong>1</strong> Bị trả lại', page)
    empty = as_(Role.PROVINCE, province_code="08").get("/", headers=HTML).text
    assert "Không còn việc nào chờ bạn." in empty and 'class="empty moment"' in empty


def test_an_ordinary_page_weighs_no_more_than_an_office_line_bears(as_: As) -> None:
    """Script, style and letters of a page together stay under 300 kB, and letters are served as letters."""
    page = as_(Role.PROVINCE, province_code="04").get("/rounds", headers=HTML).text
    linked = {name.rsplit("/", 1)[-1] for name in re.findall(r'(?:href|src)="(/static/[^"]+)"', page)}
    modules = {"table.js", "columns.js", "job.js", "form.js", "upload.js"}
    letters = {name for name in assets.assets() if name.endswith(".woff2")}
    assert len(letters) == 6
    assert sum(len(assets.assets()[name]) for name in linked | modules | letters) < 300_000


def test_letters_are_served_as_letters(client: TestClient) -> None:
    """A font has the type of fonts, and may be kept for a year."""
    answer = client.get(assets.address("be-vietnam-pro-5.3.0-vietnamese-400.woff2"))
    assert answer.headers["content-type"] == "font/woff2"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.content[:4] == b"wOF2"
