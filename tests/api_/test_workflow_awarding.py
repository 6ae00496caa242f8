"""Who won a package is recorded with the step, shown, and in the trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from api_.made_rounds import package
from fastapi.testclient import TestClient
from sqlalchemy import select

from phusong.api.access.roles import Role
from phusong.api.database.models import AuditEntry
from phusong.api.database.types import today
from phusong.api.service import Service
from phusong.words import number

As = Callable[..., TestClient]
WON: dict[str, Any] = {
    "winner": "Công ty cổ phần Xây lắp Bưu điện",
    "decision_number": "1286/QĐ-UBND",
    "decided_on": "2026-11-02",
    "awarded_vnd": 14_870_000_000,
}


def test_the_winner_is_recorded_with_the_step_shown_and_in_the_trail(service: Service, as_: As) -> None:
    """The award needs winner, decision, day and value; everybody who may see the package sees them from then on."""
    where = f"/api/packages/{package(service, state='published')}"
    buyer = as_(Role.PROCUREMENT, province_code="01")
    assert buyer.get(where).json()["awarded"] is None
    assert buyer.post(f"{where}/steps/award", json={}).status_code == 409
    told = buyer.post(f"{where}/steps/award", json={"awarded": WON}).json()
    assert (told["state"], told["awarded"]) == ("awarded", WON)
    assert as_(Role.AUDITOR).get(where).json()["awarded"] == WON
    assert as_(Role.PROCUREMENT, province_code="04").get(where).status_code == 404
    with service.database.read() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "package.award")).one()
    assert entry.details | WON == entry.details


@pytest.mark.parametrize(
    "wrong",
    [{"winner": "  "}, {"decision_number": ""}, {"awarded_vnd": 0}, {"decided_on": "hôm qua"}, {"bidder": "x"}],
)
def test_half_of_a_decision_is_none(service: Service, as_: As, wrong: dict[str, Any]) -> None:
    """Whatever is missing or senseless, the package stays as it was and has no winner."""
    where = f"/api/packages/{package(service, state='published')}"
    buyer = as_(Role.PROCUREMENT, province_code="01")
    assert buyer.post(f"{where}/steps/award", json={"awarded": WON | wrong}).status_code == 422
    told = buyer.get(where).json()
    assert (told["state"], told["awarded"]) == ("published", None)


def test_a_decision_of_tomorrow_and_a_winner_of_another_step_are_refused(service: Service, as_: As) -> None:
    """What was tried leaves nothing behind, neither in the package nor where a second award is tried."""
    where = f"/api/packages/{package(service, state='published')}"
    buyer = as_(Role.PROCUREMENT, province_code="01")
    later = WON | {"decided_on": (today() + timedelta(days=1)).isoformat()}
    assert buyer.post(f"{where}/steps/award", json={"awarded": later}).status_code == 422
    assert buyer.post(f"{where}/steps/publish", json={"awarded": WON}).status_code == 422
    assert buyer.get(where).json()["awarded"] is None
    assert buyer.post(f"{where}/steps/award", json={"awarded": WON}).status_code == 200
    second = WON | {"winner": "Công ty khác"}
    assert buyer.post(f"{where}/steps/award", json={"awarded": second}).status_code == 409
    assert buyer.get(where).json()["awarded"] == WON


def test_the_page_of_a_package_takes_and_shows_the_winner(service: Service, as_: As) -> None:
    """The form of the step asks for all four; what is missing is named in the page's words."""
    package_id = package(service, state="published")
    buyer = as_(Role.PROCUREMENT, province_code="01")
    page = buyer.get(f"/packages/{package_id}").text
    assert all(f'name="{name}"' in page for name in WON)
    told = {"csrf": buyer.headers["x-csrf-token"], "step": "award", **WON}
    refused = buyer.post(f"/packages/{package_id}/steps", data=told | {"winner": ""}, headers={"accept": "text/html"})
    assert refused.status_code == 422 and "Nhà thầu trúng" in refused.text
    assert buyer.post(f"/packages/{package_id}/steps", data=told).status_code == 200
    shown = buyer.get(f"/packages/{package_id}").text
    assert all(text in shown for text in (WON["winner"], "1286/QĐ-UBND", "02/11/2026", number(WON["awarded_vnd"])))
