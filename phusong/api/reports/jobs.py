"""The kinds of long work of this room: a quarterly report."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Person
from phusong.api.blobs import digest_on_disk
from phusong.api.database.models import Job, Report, User
from phusong.api.database.types import day_of, now
from phusong.api.jobs.asking import ask_for
from phusong.api.jobs.kinds import JobKind, Plain, Task
from phusong.api.reports.contents import contents_of
from phusong.api.reports.facts import report_facts
from phusong.api.service import Service
from phusong.api.studies.own_templates import templates_folder
from phusong.words import Language, Text

FILES = {"xlsx": "bao_cao_quy.xlsx", "docx": "bao_cao_quy.docx"}


def ask_report(db: Session, *, by: Person, province_code: str, year: int, quarter: int) -> tuple[Report, Job]:
    """Ask for the report of a quarter; ``province_code`` "" is the whole country."""
    report = Report(province_code=province_code, year=year, quarter=quarter, created_by=by.id)
    db.add(report)
    db.flush()
    job = ask_for(db, REPORT.name, by=by, province_code=province_code, subject_id=report.id)
    audit.record(
        db, "report.ask", by=by, subject=("report", report.id), province_code=province_code,
        details={"year": year, "quarter": quarter},
    )  # fmt: skip
    return report, job


def _prepare(db: Session, service: Service, job: Job) -> Plain:
    report = db.get_one(Report, job.subject_id)
    asked_by = db.get_one(User, report.created_by)
    own = templates_folder(service.settings)
    return {
        "facts": report_facts(db, province_code=report.province_code, year=report.year, quarter=report.quarter),
        "home": str(service.settings.home.resolve()),
        "templates": str(own.resolve()) if own.is_dir() else "",
        "made_on": day_of(job.created_at).isoformat(),
        "language": asked_by.language,
    }


def work(task: Task) -> Plain:
    """Write the report's workbook and document into the job's folder."""
    from phusong.api.reports.book import write_book
    from phusong.api.reports.paper import write_paper

    told = task.arguments
    language: Language = "en" if told["language"] == "en" else "vi"
    contents = contents_of(told["facts"], Path(told["home"]), date.fromisoformat(told["made_on"]))
    write_book(task.folder / FILES["xlsx"], contents, language)
    own = Path(told["templates"]) if told["templates"] else None
    write_paper(task.folder / FILES["docx"], contents, language, own_templates=own)
    return {kind: _written(task.folder / name) for kind, name in FILES.items()}


def _written(path: Path) -> dict[str, Any]:
    return {"sha256": digest_on_disk(path), "size": path.stat().st_size}


def _finish(db: Session, service: Service, job: Job, outcome: Plain) -> None:
    report = db.get_one(Report, job.subject_id)
    for kind, name in FILES.items():
        sha256, path = outcome[kind]["sha256"], service.folder("jobs", job.id) / name
        if path.is_file():  # else moved already, by a run that was ended before its transaction stood
            service.blobs.keep(path, sha256)
        service.blobs.record(db, sha256, outcome[kind]["size"])
        setattr(report, f"{kind}_sha256", sha256)
    report.state, report.finished_at = "done", now()
    audit.record(
        db, "report.made", by=None, subject=("report", report.id), province_code=report.province_code,
        details={kind: told["sha256"] for kind, told in outcome.items()},
    )  # fmt: skip


def _failed(db: Session, service: Service, job: Job, why: Text) -> None:
    report = db.get_one(Report, job.subject_id)
    report.state = "cancelled" if job.cancel_asked_at is not None else "failed"
    report.error, report.finished_at = why.to("vi"), now()


REPORT = JobKind(
    name="report",
    title=Text("Lập báo cáo quý", "Make a quarterly report"),
    queue="light",
    prepare=_prepare,
    work=work,
    finish=_finish,
    failed=_failed,
)
JOB_KINDS: tuple[JobKind, ...] = (REPORT,)
