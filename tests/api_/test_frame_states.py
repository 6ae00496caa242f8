"""What a page says when there is nothing yet, when nothing matches and when work came to nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from api_.made_everything import EVERY_ROLE
from api_.made_world import make_world
from fastapi.testclient import TestClient

from phusong.api.access.roles import Grant, Role
from phusong.api.database.models import Job, Plan
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

As = Callable[..., TestClient]
HTML = {"accept": "text/html"}
EMPTY = re.compile(r'<div class="empty">(.*?)</div>', re.DOTALL)
NOTHING_YET = (
    "/studies", "/plans", "/packages", "/packages?view=table", "/map", "/reports", "/reports/04", "/jobs",
    "/open-data", "/registered-datasets", "/rounds", "/requests", "/findings",
)  # fmt: skip
NOTHING_MATCHES = ("/people?q=khong-co-ai", "/audit?username=khong-co-ai", "/jobs?state=failed")


@pytest.fixture
def settings(sqlite_settings: ServiceSettings) -> ServiceSettings:
    """Return a service on SQLite: what pages say is the same on any database."""
    return sqlite_settings


def main_of(client: TestClient, address: str) -> str:
    """Return what a page holds under its frame."""
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200, address
    return answer.text.partition("<main")[2]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_new_office_is_told_what_will_stand_there_and_has_one_button(as_: As, language: str) -> None:
    """Every section of an office with nothing in it: a sentence, its mark and the one button that leads on."""
    person = as_(grants=list(EVERY_ROLE))
    person.cookies.set("lang", language)
    for address in (*NOTHING_YET, *NOTHING_MATCHES):
        main = main_of(person, address)
        (empty,) = EMPTY.findall(main)
        assert "<svg" in empty and len(re.findall(r"<p>[^<]{12,}</p>", empty)) == 1, address
        assert empty.count('class="button"') == 1, address
        above = main.partition('<div class="empty">')[0]
        assert address in NOTHING_MATCHES or 'class="button"' not in above, address
        lead = re.findall(r'class="button" href="(.*?)"', empty)[0]
        assert person.get(lead, headers=HTML).status_code == 200, lead


def test_a_button_leads_nobody_to_where_they_are_not_let_in(as_: As) -> None:
    """An administrator reads no study, an auditor makes no plan: each empty page leads where they may go."""
    let_in = (
        (Role.ADMIN, ("/jobs",)),
        (Role.AUDITOR, ("/plans", "/packages", "/reports/04", "/requests", "/findings")),
        (Role.PROVINCE, ("/requests", "/findings")),
        (Role.OPERATOR, ("/requests",)),
    )
    for role, addresses in let_in:
        person = as_(grants=[Grant(role=role)])
        for address in addresses:
            (lead,) = re.findall(r'class="button" href="(.*?)"', EMPTY.findall(main_of(person, address))[0])
            assert person.get(lead, headers=HTML).status_code == 200, (role, address, lead)


def test_a_province_out_of_scope_is_not_found(as_: As) -> None:
    """One's own province without a study says so; another's does not even tell whether it has one."""
    officer = as_(Role.PROVINCE, province_code="04")
    assert "sẽ hiện ở đây" in main_of(officer, "/reports/04")
    assert officer.get("/reports/08", headers=HTML).status_code == 404
    assert officer.get("/reports/77", headers=HTML).status_code == 404


def test_work_that_came_to_nothing_says_why_and_how_to_go_on(as_: As, service: Service) -> None:
    """A job and a plan that failed: the reason, no promise of a result, a way on."""
    world = make_world(service, "04")
    why = {"vi": "Không đủ bộ nhớ.", "en": "Not enough memory."}
    with service.database.write() as db:
        job = db.get_one(Job, world.first("job_id"))
        job.state, job.error = "failed", why
        db.query(Plan).filter(Plan.id == world.first("plan_id")).update({"state": "failed"})
    planner = as_(grants=[Grant(role=one, province_code="04") for one in (Role.PLANNER, Role.PROVINCE)])
    shown = main_of(planner, f"/jobs/{world.first('job_id')}")
    assert why["vi"] in shown and "state-failed" in shown and "Xem kết quả" not in shown
    plan = main_of(planner, f"/plans/{world.first('plan_id')}")
    assert "sẽ hiện ở đây khi kế hoạch lập xong" not in plan and "/plans/new?study=" in plan
