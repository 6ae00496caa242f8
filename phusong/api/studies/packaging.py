"""Packages of a plan: asked for, moved between by hand, frozen as versions that never change; the work is a job.

Every job leaves one folder ``packages/<id of the job>``: all versions so far, and the new ones. The next job copies it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.access.scope import within
from phusong.api.database.models import Job, Package, PackageVersion, Plan, StepRecord, Study, User
from phusong.api.database.types import day_of, now
from phusong.api.jobs.asking import ask_for
from phusong.api.jobs.kinds import JobKind, Plain, Task
from phusong.api.problems import ConflictError
from phusong.api.service import Service
from phusong.api.studies.assembling import as_toml
from phusong.api.studies.folders import put_in_place, without_paths
from phusong.api.studies.running import study_file
from phusong.errors import PhuSongError
from phusong.words import Text

PACKAGES = "packages"
FOLDER = "packages"
DIVISION = "goi-thau"
OPTIONS = "tuy-chon.toml"
LOTS = "lots.xlsx"
OPEN_STATES = ("frozen", "returned")
"""States of a package in which it may get a new version, or go where its areas went."""
_RUNNING = ("queued", "running")
_TRIED = "thử"
"""The reason of a move that is only tried; it is written nowhere."""


def package_for(db: Session, person: Person, package_id: str, action: Action = Action.PACKAGE_READ) -> Package:
    """Return a package in whose province the person may do something; otherwise there is none."""
    return reached(db, person, action, Package, package_id)


def listed_packages(
    db: Session,
    person: Person,
    *,
    plan_id: str = "",
    province_code: str = "",
    state: str = "",
    limit: int,
    offset: int,
) -> tuple[Sequence[Package], int]:
    """Return the packages of a person's scope by plan and code, and how many those are."""
    which = [within(person, Action.PACKAGE_READ, province=Package.province_code)]
    which += [Package.plan_id == plan_id] if plan_id else []
    which += [Package.province_code == province_code] if province_code else []
    which += [Package.state == state] if state else []
    total = db.scalar(select(func.count()).select_from(Package).where(*which)) or 0
    order = (Package.created_at.desc(), Package.plan_id, Package.code)
    return db.scalars(select(Package).where(*which).order_by(*order).limit(limit).offset(offset)).all(), total


def ask_packages(db: Session, person: Person, plan: Plan, arguments: Mapping[str, Any]) -> Job:
    """Ask for the packages of a plan: made, made again, or with an area moved; one such job of a plan at a time.

    ``arguments``: ``do`` (make, move, select) and what :func:`work` reads for it.
    """
    if plan.state != "done":
        raise ConflictError(Text("Phương án chưa xong.", "The plan is not done."))
    if arguments["do"] == "move" and last_division(db, plan.id) is None:
        raise ConflictError(Text("Phương án chưa có gói thầu nào.", "The plan has no packages yet."))
    under_way = select(Job.id).where(Job.kind == PACKAGES, Job.subject_id == plan.id, Job.state.in_(_RUNNING))
    if db.scalars(under_way.limit(1)).first() is not None:
        raise ConflictError(Text("Gói thầu của phương án này đang được lập.", "Packages of this plan are being made."))
    audit.record(
        db, f"package.{arguments['do']}", by=person, subject=("plan", plan.id), province_code=plan.province_code,
        details={key: value for key, value in arguments.items() if key not in ("settings", "investor")},
    )  # fmt: skip
    return ask_for(
        db, PACKAGES, by=person, province_code=plan.province_code, subject_id=plan.id, arguments=arguments
    )  # fmt: skip


def last_division(db: Session, plan_id: str) -> str | None:
    """Return the id of the job that made a plan's packages as they stand; None where there are none."""
    done = select(Job.id).where(Job.kind == PACKAGES, Job.subject_id == plan_id, Job.state == "done")
    return db.scalars(done.order_by(Job.created_at.desc(), Job.id).limit(1)).first()


def division_folder(service: Service, job_id: str) -> Path:
    """Return the folder of packages that a job left."""
    return service.folder(FOLDER, job_id) / DIVISION


def effects_of(service: Service, db: Session, plan: Plan, item: str, to: str) -> tuple[Text, ...]:
    """Return what moving an area to a package ("" out of all) would do; nothing is written."""
    from phusong.study.packaging_moves import move_item

    division = last_division(db, plan.id)
    if division is None:
        raise ConflictError(Text("Phương án chưa có gói thầu nào.", "The plan has no packages yet."))
    return move_item(division_folder(service, division), item, to or None, because=_TRIED, dry_run=True).effects


def _prepare(db: Session, service: Service, job: Job) -> Plain:
    plan = db.get_one(Plan, job.subject_id)
    study = db.get_one(Study, plan.study_id)
    earlier = last_division(db, plan.id)
    home = service.settings.home.resolve()
    packages = db.scalars(select(Package).where(Package.plan_id == plan.id))
    return {
        **job.arguments,
        "study": str(study_file(service, study)),
        "results": str(home / study.folder),
        "plan": str(home / plan.folder),
        "earlier": "" if earlier is None else str(service.folder(FOLDER, earlier).resolve()),
        "states": {one.code: one.state for one in packages},
        "approver": db.get_one(User, job.created_by).full_name,
        "frozen_on": day_of(job.created_at).isoformat(),
    }


def work(task: Task) -> Plain:
    """Make the packages, move an area or take chosen ones, in a copy of what there was before."""
    given, folder = task.arguments, task.folder
    out = folder / DIVISION
    if out.exists():
        shutil.rmtree(out)
    if given["earlier"]:
        shutil.copytree(Path(given["earlier"]) / DIVISION, out)
        if (Path(given["earlier"]) / OPTIONS).is_file():
            shutil.copyfile(Path(given["earlier"]) / OPTIONS, folder / OPTIONS)
    with without_paths(folder):
        made = _WORK[given["do"]](task, out)
    _check_states(made, given["states"])
    return {"packages": [_told(one, out) for one in made.packages], "made": list(made.made)}


def _made(task: Task, out: Path) -> Any:
    from phusong.study.packaging import make_packages

    given, options = task.arguments, task.folder / OPTIONS
    _write_options(options, given)
    return make_packages(
        Path(given["study"]),
        results=Path(given["results"]),
        plan=Path(given["plan"]),
        out=out,
        award=given["award"],
        routes=tuple(given["routes"]),
        settings=options,
        investor=options,
        approver=given["approver"],
        because=given["because"],
        frozen_on=date.fromisoformat(given["frozen_on"]),
        afresh=bool(given["afresh"]),
        language=task.language,
        progress=task.progress,
    )


def _moved(task: Task, out: Path) -> Any:
    from phusong.study.packaging_moves import move_item

    given = task.arguments
    return move_item(
        out,
        given["item"],
        given["to"] or None,
        because=given["because"],
        approver=given["approver"],
        frozen_on=date.fromisoformat(given["frozen_on"]),
        language=task.language,
        progress=task.progress,
    ).made


def _selected(task: Task, out: Path) -> Any:
    from phusong.study.packaging_selection import Asking, package_chosen

    given, options = task.arguments, task.folder / OPTIONS
    if not options.is_file():
        _write_options(options, given)
    return package_chosen(
        out,
        given["items"],
        Asking(
            study=Path(given["study"]),
            results=Path(given["results"]),
            plan=Path(given["plan"]),
            award=given["award"],
            settings=options,
            investor=options,
        ),
        because=given["because"],
        approver=given["approver"],
        frozen_on=date.fromisoformat(given["frozen_on"]),
        language=task.language,
        progress=task.progress,
    )


_WORK: Mapping[str, Callable[[Task, Path], Any]] = {"make": _made, "move": _moved, "select": _selected}


def _write_options(path: Path, given: Mapping[str, Any]) -> None:
    """Write what the department and the investor set, in the form the packages read it."""
    sections = {name: given[name] for name in ("settings", "investor") if given.get(name)}
    path.write_text(as_toml(sections), encoding="utf-8")


def _check_states(made: Any, states: Mapping[str, str]) -> None:
    """Refuse what would change a package that is approved or further: it must be returned first."""
    there = {one.package_code for one in made.packages}
    fixed = {code for code, state in states.items() if state not in (*OPEN_STATES, "withdrawn")}
    changed = sorted(fixed & (set(made.made) | (set(states) - there)))
    if changed:
        raise PhuSongError(changed_text(changed))


def changed_text(codes: Sequence[str]) -> Text:
    """Say that packages are approved or further and must be returned before they change."""
    listed = ", ".join(codes)
    return Text(
        f"Gói {listed} đã qua phê duyệt: trả lại gói trước khi thay đổi.",
        f"Package {listed} is approved or further: return it before it changes.",
    )


def _told(package: Any, out: Path) -> dict[str, Any]:
    from phusong.tenders.package.canonical import digest_of
    from phusong.tenders.package.versions import version_folder

    folder = version_folder(out / package.package_code, package.version)
    return {
        "code": package.package_code,
        "version": package.version,
        "digest": digest_of(package),
        "folder": folder.relative_to(out).as_posix(),
        "households": package.households,
        "sites": len(package.sites),
        "price_vnd": round(package.cost.middle),
        "because": package.because,
        "frozen_on": package.frozen_on.isoformat(),
        "award": package.award,
        "route": package.route,
    }


def _finish(db: Session, service: Service, job: Job, outcome: Plain) -> None:
    plan = db.get_one(Plan, job.subject_id)
    source, target = service.folder("jobs", job.id), service.folder(FOLDER, job.id)
    target.mkdir(parents=True, exist_ok=True)
    if (source / OPTIONS).is_file():
        (source / OPTIONS).replace(target / OPTIONS)
    put_in_place(source / DIVISION, target / DIVISION)
    known = {one.code: one for one in db.scalars(select(Package).where(Package.plan_id == plan.id))}
    for told in outcome["packages"]:
        _recorded(db, job, plan, known.get(told["code"]), told)
    there = {told["code"] for told in outcome["packages"]}
    for package in known.values():
        if package.code not in there and package.state in OPEN_STATES:
            _stepped(db, job, package, "withdraw", "withdrawn", Text("không còn trong cách chia", "no longer divided"))
    audit.record(
        db, "package.made", by=None, subject=("plan", plan.id), province_code=plan.province_code,
        details={"job": job.id, "made": list(outcome["made"]),
                 "digests": {told["code"]: told["digest"] for told in outcome["packages"]}},
    )  # fmt: skip


def _recorded(db: Session, job: Job, plan: Plan, package: Package | None, told: Mapping[str, Any]) -> None:
    """Record a package as it stands, with its version where that is new."""
    study = db.get_one(Study, plan.study_id)
    if package is None:
        package = Package(
            province_code=plan.province_code, plan_id=plan.id, round_id=study.round_id, code=told["code"],
            award=told["award"], route=told["route"], version=0, created_by=job.created_by,
        )  # fmt: skip
        db.add(package)
        db.flush()
    if told["version"] <= package.version:
        return
    package.award, package.route, package.version = told["award"], told["route"], told["version"]
    db.add(
        PackageVersion(
            package_id=package.id,
            version=told["version"],
            digest=told["digest"],
            folder=f"{FOLDER}/{job.id}/{DIVISION}/{told['folder']}",
            households=told["households"],
            sites=told["sites"],
            price_vnd=told["price_vnd"],
            because=told["because"],
            frozen_on=date.fromisoformat(told["frozen_on"]),
            made_by=job.created_by,
        )
    )
    if package.state != "frozen":
        _stepped(db, job, package, "freeze", "frozen", Text(told["because"], told["because"]))
    db.flush()


def _stepped(db: Session, job: Job, package: Package, step: str, state: str, why: Text) -> None:
    """Record a step that the work itself is: whoever asked for the work took it."""
    db.add(
        StepRecord(
            subject_kind="package", subject_id=package.id, province_code=package.province_code, step=step,
            from_state=package.state, to_state=state, reason=why.vi, made_by=job.created_by,
        )
    )  # fmt: skip
    audit.record(
        db, f"package.{step}", by=None, subject=("package", package.id), province_code=package.province_code,
        details={"from": package.state, "to": state, "job": job.id},
    )  # fmt: skip
    package.state, package.state_since = state, now()


def _failed(db: Session, service: Service, job: Job, text: Text) -> None:
    shutil.rmtree(service.folder("jobs", job.id) / DIVISION, ignore_errors=True)
    audit.record(
        db, "package.failed", by=None, subject=("plan", job.subject_id), province_code=job.province_code,
        details={"job": job.id},
    )  # fmt: skip


PACKAGING = JobKind(
    name=PACKAGES,
    title=Text("Lập gói thầu", "Make packages"),
    queue="heavy",
    prepare=_prepare,
    work=work,
    finish=_finish,
    failed=_failed,
)
