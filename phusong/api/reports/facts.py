"""What a quarterly report tells of, gathered from the database as plain values: studies, rounds, packages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, aliased

from phusong.api.database.models import Decision, GapRow, Package, PackageVersion, Province, Request, Round
from phusong.api.database.types import VIETNAM
from phusong.api.reports.kept import speaking_studies


def quarter_span(year: int, quarter: int) -> tuple[datetime, datetime]:
    """Return when a quarter begins and ends, in Vietnam."""
    begins = datetime(year, 3 * quarter - 2, 1, tzinfo=VIETNAM)
    ends = datetime(year + quarter // 4, 3 * quarter % 12 + 1, 1, tzinfo=VIETNAM)
    return begins.astimezone(UTC), ends.astimezone(UTC)


def report_facts(db: Session, *, province_code: str, year: int, quarter: int) -> dict[str, Any]:
    """Return what the report of a quarter rests on; ``province_code`` "" is the whole country."""
    return facts_of(db, provinces_in(db, province_code), province_code=province_code, year=year, quarter=quarter)


def facts_of(db: Session, names: dict[str, str], *, province_code: str, year: int, quarter: int) -> dict[str, Any]:
    """Return what the report of some provinces in a quarter rests on."""
    begins, ends = quarter_span(year, quarter)
    studies = speaking_studies(db, names, until=ends)
    return {
        "province_code": province_code,
        "year": year,
        "quarter": quarter,
        "provinces": names,
        "studies": {
            code: {"id": one.id, "digest": one.digest, "folder": one.folder, "name": one.name}
            for code, one in sorted(studies.items())
        },
        "rounds": round_facts(db, _under_way(names, begins, ends)),
        "packages": package_facts(db, list(names), ends),
    }


def provinces_in(db: Session, province_code: str) -> dict[str, str]:
    """Return the names of the provinces a report is about, by code."""
    told = select(Province.code, Province.name).order_by(Province.code)
    if province_code:
        told = told.where(Province.code == province_code)
    return {one.code: one.name for one in db.execute(told)}


def _under_way(names: dict[str, str], begins: datetime, ends: datetime) -> ColumnElement[bool]:
    """Rounds that were open in the quarter, for some of it at least."""
    ended = (Round.state == "finished") & (Round.state_since < begins)
    return Round.province_code.in_(list(names)) & (Round.created_at < ends) & ~ended


def round_facts(db: Session, condition: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Return each round with its rows, the requests answered and not, and the conclusions that stand."""
    rounds = db.scalars(select(Round).where(condition).order_by(Round.province_code, Round.created_at)).all()
    ids = [one.id for one in rounds]
    rows = _rows(db, ids)
    asked = _requests(db, ids)
    decided = _decisions(db, ids)
    return [
        {
            "id": one.id,
            "province_code": one.province_code,
            "batch": one.batch,
            "title": one.title,
            "state": one.state,
            "rows": rows.get(one.id, 0),
            **asked.get(one.id, {"requests": 0, "answered": 0, "silent": 0, "late": 0}),
            "decided": decided.get(one.id, 0),
        }
        for one in rounds
    ]


def _rows(db: Session, ids: Sequence[str]) -> dict[str, int]:
    told = (
        select(GapRow.round_id, func.count().label("many"))
        .where(GapRow.present, GapRow.round_id.in_(ids))
        .group_by(GapRow.round_id)
    )
    return {one.round_id: one.many for one in db.execute(told)}


def _requests(db: Session, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    told = (
        select(
            Request.round_id,
            func.count(),
            counted(Request.state == "answered"),
            counted(Request.state == "silent"),
            counted(Request.late.is_(True)),
        )
        .where(Request.round_id.in_(ids))
        .group_by(Request.round_id)
    )
    return {
        key: {"requests": count, "answered": int(answered), "silent": int(silent), "late": int(late)}
        for key, count, answered, silent, late in db.execute(told)
    }


def _decisions(db: Session, ids: Sequence[str]) -> dict[str | None, int]:
    """Count the conclusions of each round that no later one has taken the place of."""
    later = aliased(Decision)
    told = (
        select(Decision.round_id, func.count().label("many"))
        .outerjoin(later, later.supersedes_id == Decision.id)
        .where(Decision.round_id.in_(ids), later.id.is_(None))
        .group_by(Decision.round_id)
    )
    return {one.round_id: one.many for one in db.execute(told)}


def package_facts(db: Session, codes: Sequence[str], until: datetime) -> list[dict[str, Any]]:
    """Return the packages of provinces with the version that stands."""
    told = (
        select(Package, PackageVersion)
        .join(PackageVersion, (PackageVersion.package_id == Package.id) & (PackageVersion.version == Package.version))
        .where(Package.province_code.in_(codes), Package.created_at < until, Package.state != "withdrawn")
        .order_by(Package.province_code, Package.code)
    )
    return [
        {
            "province_code": package.province_code,
            "code": package.code,
            "state": package.state,
            "households": version.households,
            "sites": version.sites,
            "price_vnd": version.price_vnd,
            "frozen_on": version.frozen_on.isoformat(),
        }
        for package, version in db.execute(told)
    ]
