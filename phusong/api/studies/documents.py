"""Document sets of packages: one a version and language, made as a job, kept as a folder with its archive."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.access.scope import within
from phusong.api.database.models import DocumentSet, Job, Package, PackageVersion
from phusong.api.database.types import now
from phusong.api.jobs.asking import ask_for
from phusong.api.jobs.kinds import JobKind, Plain, Task
from phusong.api.problems import NotFoundError
from phusong.api.service import Service
from phusong.api.studies.downloads import job_of
from phusong.api.studies.folders import digests_of, emptied, put_in_place, without_paths
from phusong.api.studies.own_templates import templates_folder
from phusong.api.studies.pictures import draw_covers
from phusong.words import Text

DOCUMENTS = "documents"
FOLDER = "documents"
_WORK = "bo-ho-so"
_COPY = "ban-chot"
_ENDED_BADLY = ("failed", "cancelled")


def set_for(db: Session, person: Person, set_id: str, action: Action = Action.DOCUMENT_READ) -> DocumentSet:
    """Return a document set in whose province the person may do something; otherwise there is none."""
    return reached(db, person, action, DocumentSet, set_id)


def listed_sets(
    db: Session, person: Person, *, package_id: str = "", limit: int, offset: int
) -> tuple[Sequence[DocumentSet], int]:
    """Return the document sets of a person's scope, the newest first, and how many those are."""
    which = [within(person, Action.DOCUMENT_READ, province=DocumentSet.province_code)]
    if package_id:
        versions = select(PackageVersion.id).where(PackageVersion.package_id == package_id)
        which.append(DocumentSet.package_version_id.in_(versions))
    total = db.scalar(select(func.count()).select_from(DocumentSet).where(*which)) or 0
    order = (DocumentSet.made_at.desc(), DocumentSet.id)
    return db.scalars(select(DocumentSet).where(*which).order_by(*order).limit(limit).offset(offset)).all(), total


def ask_set(
    db: Session, person: Person, package: Package, *, language: str, pdf: bool, version: int | None = None
) -> tuple[DocumentSet, Job]:
    """Ask for the documents of a version of a package; a set that is there or under way is not made twice."""
    wanted = package.version if version is None else version
    found = next((one for one in package.versions if one.version == wanted), None)
    if found is None:
        raise NotFoundError(Text("Không có bản này của gói.", "The package has no such version."))
    there = db.scalars(
        select(DocumentSet).where(
            DocumentSet.package_version_id == found.id,
            DocumentSet.language == language,
            DocumentSet.state.not_in(_ENDED_BADLY),
        )
    ).first()
    before = None if there is None else job_of(db, DOCUMENTS, there.id)
    if there is not None and before is not None:
        return there, before
    made = DocumentSet(
        province_code=package.province_code, package_version_id=found.id, language=language, made_by=person.id
    )  # fmt: skip
    db.add(made)
    db.flush()
    audit.record(
        db, "document.ask", by=person, subject=("document_set", made.id), province_code=package.province_code,
        details={"package": package.code, "version": wanted, "language": language},
    )  # fmt: skip
    job = ask_for(
        db, DOCUMENTS, by=person, province_code=package.province_code, subject_id=made.id, arguments={"pdf": pdf}
    )  # fmt: skip
    return made, job


def _prepare(db: Session, service: Service, job: Job) -> Plain:
    wanted = db.get_one(DocumentSet, job.subject_id)
    version = db.get_one(PackageVersion, wanted.package_version_id)
    templates = templates_folder(service.settings)
    return {
        "version": str((service.settings.home / version.folder).resolve()),
        "language": wanted.language,
        "pdf": bool(job.arguments.get("pdf", True)),
        "templates": str(templates.resolve()) if templates.is_dir() else "",
    }


def work(task: Task) -> Plain:
    """Make the documents beside a copy of the frozen version, so that what is frozen is never written into."""
    from phusong.tenders.documents import make_set

    given = task.arguments
    frozen = Path(given["version"])
    copy = emptied(task.folder / _COPY) / frozen.parent.name / frozen.name
    shutil.copytree(frozen, copy, ignore=shutil.ignore_patterns("ho-so", "documents", "*.zip", "ho-so.json"))

    def told(title: Text, share: float) -> None:
        task.progress.step(title, 1, 1)
        task.progress.share(share)

    with without_paths(task.folder):
        made = make_set(
            copy,
            language=given["language"],
            templates=Path(given["templates"]) if given["templates"] else None,
            pdf=given["pdf"],
            told=told,
        )
    out = task.folder / _WORK
    if out.exists():
        shutil.rmtree(out)
    out.mkdir()
    made.folder.rename(out / "ho-so")
    made.archive.rename(out / made.archive.name)
    shutil.rmtree(task.folder / _COPY)
    files: list[dict[str, Any]] = [{"name": name, **told_of} for name, told_of in digests_of(out).items()]
    draw_covers(out, files)
    return {"files": files, "archive": made.archive.name, "notes": [{"vi": n.vi, "en": n.en} for n in made.notes]}


def _finish(db: Session, service: Service, job: Job, outcome: Plain) -> None:
    made = db.get_one(DocumentSet, job.subject_id)
    put_in_place(service.folder("jobs", job.id) / _WORK, service.folder(FOLDER, made.id))
    made.folder = f"{FOLDER}/{made.id}"
    made.files = list(outcome["files"])
    made.state, made.finished_at, made.error = "done", now(), ""
    archive = next(one for one in outcome["files"] if one["name"] == outcome["archive"])
    audit.record(
        db, "document.done", by=None, subject=("document_set", made.id), province_code=made.province_code,
        details={"archive": archive["name"], "sha256": archive["sha256"]},
    )  # fmt: skip


def _failed(db: Session, service: Service, job: Job, text: Text) -> None:
    made = db.get_one(DocumentSet, job.subject_id)
    made.state = "cancelled" if job.cancel_asked_at is not None else "failed"
    made.error, made.finished_at = text.vi, now()
    for name in (_WORK, _COPY):
        shutil.rmtree(service.folder("jobs", job.id) / name, ignore_errors=True)
    audit.record(
        db, f"document.{made.state}", by=None, subject=("document_set", made.id), province_code=made.province_code
    )  # fmt: skip


def archive_of(made: DocumentSet) -> dict[str, Any]:
    """Return the archive among the files of a set."""
    found: dict[str, Any] | None = next((one for one in made.files if "/" not in one["name"]), None)
    if found is None:
        raise NotFoundError
    return found


DOCUMENT_MAKING = JobKind(
    name=DOCUMENTS,
    title=Text("Lập hồ sơ gói thầu", "Make documents"),
    queue="heavy",
    prepare=_prepare,
    work=work,
    finish=_finish,
    failed=_failed,
)
