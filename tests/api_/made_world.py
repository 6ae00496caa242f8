"""Everything a province can have in the work store, made straight in the database: two of them show what leaks.

Every text of a province's world carries its mark (``Bí mật 04``): where the mark stands in an answer, the world leaked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import shapely
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Person
from phusong.api.access.roles import Grant, Role
from phusong.api.database.models import (
    Answer,
    ApiToken,
    Base,
    Comment,
    Dataset,
    DatasetVersion,
    Decision,
    DocumentSet,
    GapRow,
    GapRowVersion,
    Job,
    Package,
    PackageVersion,
    Plan,
    Reminder,
    Report,
    Request,
    Round,
    StepRecord,
    Study,
    Upload,
    User,
    UserGrant,
)
from phusong.api.database.types import now
from phusong.api.service import Service

OPERATORS = ("viettel", "vinaphone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a thing belongs to; None is a dimension that does not divide it."""

    province_code: str
    commune_code: str | None = None
    operator: str | None = None


@dataclass(slots=True, kw_only=True)
class World:
    """The ids of one province's things by the name a path gives them, and what each belongs to."""

    province_code: str
    mark: str
    ids: dict[str, list[str]] = field(default_factory=dict)
    scopes: dict[str, Scope] = field(default_factory=dict)

    def first(self, name: str) -> str:
        """Return the first thing of a kind."""
        return self.ids[name][0]

    def every_id(self) -> set[str]:
        """Return every id of this world."""
        return {one for ids in self.ids.values() for one in ids}


class _Maker:
    def __init__(self, db: Session, service: Service, world: World) -> None:
        self.db, self.service, self.world = db, service, world

    def add(self, name: str, made: Base, scope: Scope) -> str:
        self.db.add(made)
        self.db.flush()
        found: str = made.id  # type: ignore[attr-defined]
        self.world.ids.setdefault(name, []).append(found)
        self.world.scopes[found] = scope
        return found


def make_world(service: Service, province_code: str, *, communes: int = 2, rows: int = 2) -> World:
    """Fill a province with one of everything, several where counts could tell."""
    world = World(province_code=province_code, mark=f"Bí mật {province_code}")
    with service.database.write() as db:
        make = _Maker(db, service, world)
        person = _people(make)
        round_id = _round(make, person, communes, rows)
        study_id = _study(make, person, round_id)
        _packages(make, person, study_id, round_id)
        audit.record(
            db, "world.made", by=person, subject=("round", round_id), province_code=province_code,
            details={"mark": world.mark},
        )  # fmt: skip
    return world


def _people(make: _Maker) -> Person:
    code, mark = make.world.province_code, make.world.mark
    user = User(username=f"nguoi-{code}", full_name=f"{mark} người")
    user.grants = [UserGrant(role=Role.PROVINCE, province_code=code)]
    user_id = make.add("user_id", user, Scope(province_code=code))
    token = ApiToken(
        user_id=user_id, name=f"{mark} khoá", prefix=f"px{code}", sha256="0" * 64, scopes=[],
        expires_at=now() + timedelta(days=1),
    )  # fmt: skip
    make.add("token_id", token, Scope(province_code=code))
    grant = Grant(role=Role.PROVINCE, province_code=code)
    return Person(id=user_id, username=user.username, full_name=user.full_name, language="vi", grants=(grant,))


def _round(make: _Maker, by: Person, communes: int, rows: int) -> str:
    code, mark = make.world.province_code, make.world.mark
    whole = Scope(province_code=code, commune_code="", operator="")
    there = Scope(province_code=code)
    round_id = make.add("round_id", Round(province_code=code, batch=f"{mark} đợt", title=mark, created_by=by.id), there)
    blob = make.service.blobs.put(make.db, f"{mark} tệp".encode())
    upload = Upload(
        province_code=code, purpose="gaps", kind="gaps", round_id=round_id, file_name=f"{mark}.csv", size=blob.size,
        received=blob.size, state="checked", sha256=blob.sha256, sent_by=by.id, stored_at=now(), checked_at=now(),
        report={"format": 1, "problems": [], "mark": mark},
    )  # fmt: skip
    upload_id = make.add("upload_id", upload, whole)
    for c in range(communes):
        commune = f"{code}{c:03d}"
        for r in range(rows):
            row = GapRow(
                round_id=round_id, province_code=code, commune_code=commune, gap_id=f"{code}-{commune}-{r}",
                village=f"{mark} thôn {r}", folded=f"bi mat {code} thon {r}", households=40 + r,
                geom=shapely.Point(105.0 + c / 100, 22.0 + r / 100),
            )  # fmt: skip
            row_id = make.add("row_id", row, Scope(province_code=code, commune_code=commune))
            make.db.add(
                GapRowVersion(row_id=row_id, version=1, upload_id=upload_id, cells={"village": mark}, made_by=by.id)
            )
            for operator in ("", *OPERATORS):
                _request(make, by, round_id, row_id, commune if not operator else "", operator)
    make.db.add(
        StepRecord(
            subject_kind="round", subject_id=round_id, province_code=code, step="submit", from_state="open",
            to_state="submitted", reason=mark, made_by=by.id,
        )
    )  # fmt: skip
    make.db.add(Reminder(round_id=round_id, province_code=code, open_requests=3, made_by=by.id))
    comment = Comment(
        subject_kind="round", subject_id=round_id, province_code=code, text=f"{mark} lời", made_by=by.id
    )  # fmt: skip
    make.add("comment_id", comment, whole)
    return round_id


def _request(make: _Maker, by: Person, round_id: str, row_id: str, commune: str, operator: str) -> None:
    code = make.world.province_code
    request = Request(
        round_id=round_id, row_id=row_id, province_code=code, commune_code=commune, operator=operator,
        fields=["note"], due_on=date(2026, 12, 1),
    )  # fmt: skip
    request_id = make.add("request_id", request, Scope(province_code=code, commune_code=commune, operator=operator))
    make.db.add(Answer(request_id=request_id, version=1, cells={"note": make.world.mark}, made_by=by.id))


def _study(make: _Maker, by: Person, round_id: str) -> str:
    code, mark = make.world.province_code, make.world.mark
    for kind, operator in (("communes", ""), ("stations", "viettel"), ("stations", "vinaphone")):
        scope = Scope(province_code=code, operator=operator)
        dataset = Dataset(province_code=code, kind=kind, operator=operator, name=f"{mark} {kind}", created_by=by.id)
        dataset_id = make.add("dataset_id", dataset, scope)
        version = DatasetVersion(
            dataset_id=dataset_id, version=1, files=[{"name": f"{mark}.csv", "sha256": "0" * 64, "size": 1}], size=1,
            usable=True, created_by=by.id,
        )  # fmt: skip
        make.add("version_id", version, scope)
    there = Scope(province_code=code)
    study = Study(
        province_code=code, name=f"{mark} nghiên cứu", profile="vn-default", round_id=round_id, state="done",
        manifest={"counts": {"households": 1234}, "mark": mark}, created_by=by.id, finished_at=now(),
    )  # fmt: skip
    study_id = make.add("study_id", study, there)
    job = Job(kind="study", province_code=code, subject_id=study_id, state="done", created_by=by.id)
    make.add("job_id", job, there)
    make.db.add(
        Decision(
            province_code=code, round_id=round_id, study_id=study_id, subject_kind="village",
            subject_code=f"{mark} thôn", verdict="unserved", reason=mark, made_by=by.id,
        )
    )  # fmt: skip
    return study_id


def _packages(make: _Maker, by: Person, study_id: str, round_id: str) -> None:
    code, mark = make.world.province_code, make.world.mark
    there = Scope(province_code=code)
    plan = Plan(
        province_code=code, study_id=study_id, name=f"{mark} kế hoạch", goal={"budget_vnd": 10**9}, state="done",
        manifest={"mark": mark}, created_by=by.id, finished_at=now(),
    )  # fmt: skip
    plan_id = make.add("plan_id", plan, there)
    package = Package(
        province_code=code, plan_id=plan_id, round_id=round_id, code=f"{mark}-01", award="tender", created_by=by.id
    )
    package_id = make.add("package_id", package, there)
    version = PackageVersion(
        package_id=package_id, version=1, digest="0" * 64, folder=f"packages/{package_id}/v1", households=40, sites=1,
        price_vnd=10**9, frozen_on=date(2026, 11, 22), made_by=by.id,
    )  # fmt: skip
    make.db.add(version)
    make.db.flush()
    made = DocumentSet(
        province_code=code, package_version_id=version.id, language="vi", state="done",
        files=[{"name": f"{mark}.docx", "size": 1, "sha256": "0" * 64}], made_by=by.id, finished_at=now(),
    )  # fmt: skip
    make.add("set_id", made, there)
    report = Report(province_code=code, year=2026, quarter=4, error=mark, created_by=by.id)
    make.add("report_id", report, there)
