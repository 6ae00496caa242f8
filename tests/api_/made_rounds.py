"""Rounds, rows, studies and packages made for tests, straight in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from phusong.api.access.policy import Person
from phusong.api.access.roles import Grant, Role
from phusong.api.database.models import (
    GapRow,
    GapRowVersion,
    Package,
    PackageVersion,
    Plan,
    Round,
    Study,
    Upload,
    User,
    UserGrant,
)
from phusong.api.database.types import new_id, today
from phusong.api.deps import person_of
from phusong.api.service import Service

ALL = tuple(Grant(role=role) for role in Role if role not in (Role.COMMUNE, Role.OPERATOR))


def person(service: Service, *grants: Grant) -> Person:
    """Make a person with some grants, with all offices for the whole country where none is given."""
    with service.database.write() as db:
        user = User(username=f"nguoi-{new_id()}", full_name="Người làm việc")
        user.grants = [
            UserGrant(
                role=str(one.role),
                province_code=one.province_code,
                commune_code=one.commune_code,
                operator=one.operator,
            )
            for one in grants or ALL
        ]
        db.add(user)
    return person_of(user)


def cells(number: int, commune: str = "00985", **more: Any) -> dict[str, Any]:
    """Return the cells of a row of a gap list."""
    return {
        "gap_id": f"KV-{number:03d}",
        "commune_code": commune,
        "commune_name": f"Xã {commune}",
        "village_name": f"Bản {number}",
        "cluster_name": "",
        "gap_class": "white",
        "households_total": 40.0,
        "households_unserved": 20.0,
        "lon": 105.34 + number / 1000,
        "lat": 22.62,
        **more,
    }


def round_with_rows(
    service: Service,
    *,
    province: str = "01",
    batch: str = "Đợt 1/2026",
    communes: Sequence[str] = ("00985", "00985", "01000"),
    state: str = "open",
) -> str:
    """Make a round whose accepted list has a row for each commune named; return its id."""
    maker = person(service)
    with service.database.write() as db:
        made = Round(province_code=province, batch=batch, state=state, created_by=maker.id)
        db.add(made)
        db.flush()
        sent = Upload(
            province_code=province, purpose="gaps", kind="gaps", round_id=made.id, file_name="ds.xlsx", size=1,
            state="checked", good_rows=len(communes), sent_by=maker.id,
        )  # fmt: skip
        db.add(sent)
        db.flush()
        made.list_upload_id = sent.id
        for number, commune in enumerate(communes, start=1):
            told = cells(number, commune)
            row = GapRow(
                round_id=made.id, province_code=province, commune_code=commune, gap_id=told["gap_id"],
                village=told["village_name"], households=20,
            )  # fmt: skip
            row.versions = [GapRowVersion(version=1, upload_id=sent.id, file_row=number, cells=told, made_by=maker.id)]
            db.add(row)
    return made.id


def rows_of(service: Service, round_id: str) -> list[GapRow]:
    """Return the rows of a round by gap id."""
    with service.database.read() as db:
        return list(db.scalars(select(GapRow).where(GapRow.round_id == round_id).order_by(GapRow.gap_id)))


def study(service: Service, *, province: str = "01", state: str = "done", folder: str = "", round_id: str = "") -> str:
    """Make a study; return its id."""
    maker = person(service)
    with service.database.write() as db:
        made = Study(
            province_code=province, name="Nghiên cứu", profile="vn-default", state=state, folder=folder,
            round_id=round_id or None, created_by=maker.id,
        )  # fmt: skip
        db.add(made)
    return made.id


def package(service: Service, *, province: str = "01", round_id: str = "", state: str = "frozen") -> str:
    """Make a package with one frozen version over a finished plan; return its id."""
    maker, study_id = person(service), study(service, province=province)
    with service.database.write() as db:
        plan = Plan(
            province_code=province, study_id=study_id, name="Kế hoạch", goal={}, state="done", created_by=maker.id
        )
        db.add(plan)
        db.flush()
        made = Package(
            province_code=province, plan_id=plan.id, round_id=round_id or None, code="GT-01", state=state,
            created_by=maker.id,
        )  # fmt: skip
        made.versions = [version(1, maker)]
        db.add(made)
    return made.id


def version(number: int, maker: Person) -> PackageVersion:
    """Return a frozen version of a package."""
    return PackageVersion(
        version=number, digest="0" * 64, folder="packages/x", households=100, sites=2, frozen_on=date(2026, 11, 1),
        made_by=maker.id,
    )  # fmt: skip


def in_days(days: int) -> date:
    """Return a day from today, as Vietnam counts days."""
    return today() + timedelta(days=days)
