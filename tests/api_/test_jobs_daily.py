"""What workers see to once a day: leftovers of crashes go, units whose day has passed are silent."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from api_.made_rounds import in_days, round_with_rows, rows_of
from api_.toy_processes import wait_until, working
from sqlalchemy import select

from phusong.api.database.models import Request
from phusong.api.jobs import daily
from phusong.api.jobs.daily import Daily
from phusong.api.service import Service

TODAY = date(2026, 11, 22)


def _leftover(service: Service) -> Path:
    left = service.blobs.folder / "ab" / ("ab" * 32)
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_bytes(b"of a crash last year")
    os.utime(left, (1.7e9, 1.7e9))
    return left


def _asked(service: Service, due_on: date) -> str:
    """Ask a commune about one row; return the question's id."""
    round_id = round_with_rows(service, batch=str(due_on), communes=("00985",), state="asked")
    row = rows_of(service, round_id)[0]
    with service.database.write() as db:
        made = Request(
            round_id=round_id, row_id=row.id, province_code=row.province_code, commune_code=row.commune_code,
            operator="", fields=["still_gap"], due_on=due_on,
        )  # fmt: skip
        db.add(made)
    return made.id


def _state(service: Service, request_id: str) -> str:
    with service.database.read() as db:
        return db.scalars(select(Request.state).where(Request.id == request_id)).one()


def test_a_worker_that_starts_takes_leftovers_away_and_records_silence(service: Service) -> None:
    """What a crash left is gone; a question whose day has passed is silent, one that is due today still open."""
    left = _leftover(service)
    late, open_ = _asked(service, in_days(-1)), _asked(service, in_days(1))
    with working(service):
        wait_until(lambda: not left.exists() and _state(service, late) == "silent", "the chores")
    assert _state(service, open_) == "asked"


def test_chores_are_done_once_a_day_and_again_when_they_failed(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day that is done is left alone; a chore that failed does not count, and stops nothing."""
    seen: list[date] = []

    def chores(_: Service, today: date) -> None:
        seen.append(today)
        if len(seen) == 1:
            raise OSError

    monkeypatch.setattr(daily, "chores", chores)
    begun = Daily(service)
    for today in (TODAY, TODAY, TODAY, TODAY + timedelta(days=1)):
        begun.look(today)
        begun.leave()
    assert seen == [TODAY, TODAY, TODAY + timedelta(days=1)]


def test_two_workers_do_not_do_the_chores_at_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one worker of a machine is at it, another leaves it alone."""
    seen: list[str] = []

    def chores(_: Service, today: date) -> None:
        seen.append("first")
        other = Daily(service)
        other.look(today)
        other.leave()

    monkeypatch.setattr(daily, "chores", chores)
    begun = Daily(service)
    begun.look(TODAY)
    begun.leave()
    assert seen == ["first"]
