"""Killed between moving results and recording them: nothing is lost, nothing is left that no row speaks of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from api_.made_studies import SAMPLE, province
from fastapi.testclient import TestClient

from phusong.api.access.roles import Role
from phusong.api.database.models import Job, Plan, Study, User
from phusong.api.service import Service
from phusong.api.studies.packaging import PACKAGES
from phusong.api.studies.running import RUNNING
from phusong.api.tidying import tidy

As = Callable[..., TestClient]
OUTCOME = {"manifest": {"counts": {}}, "files": {"a.txt": {"sha256": "0" * 64, "size": 1}}, "relief": {}}


def _asked(service: Service, as_: As) -> tuple[str, str]:
    province(service)
    as_(Role.PLANNER, province_code=SAMPLE)
    with service.database.write() as db:
        user = db.query(User).first()
        assert user is not None
        study = Study(province_code=SAMPLE, name="x", profile="vn-default", created_by=user.id)
        db.add(study)
        db.flush()
        job = Job(kind="study", province_code=SAMPLE, subject_id=study.id, created_by=user.id, state="running")
        db.add(job)
        db.flush()
        return study.id, job.id


def _worked(service: Service, job_id: str, text: str) -> None:
    folder = service.folder("jobs", job_id) / "study" / "results"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text(text, encoding="utf-8")


def test_a_study_killed_before_its_end_was_recorded_ends_all_the_same(service: Service, as_: As) -> None:
    """The move stands, the transaction does not: the end is recorded again, or the work is done again."""
    study_id, job_id = _asked(service, as_)
    result = service.folder("studies", study_id) / "results" / "a.txt"
    _worked(service, job_id, "1")
    with pytest.raises(KeyboardInterrupt), service.database.write() as db:
        RUNNING.finish(db, service, db.get_one(Job, job_id), OUTCOME)
        raise KeyboardInterrupt
    assert result.read_text(encoding="utf-8") == "1"
    assert tidy(service, older_than=timedelta(0)).names == ()
    _worked(service, job_id, "2")  # a worker that took the job over
    for _ in range(2):
        with service.database.write() as db:
            RUNNING.finish(db, service, db.get_one(Job, job_id), OUTCOME)
        assert result.read_text(encoding="utf-8") == "2"
    with service.database.read() as db:
        study = db.get_one(Study, study_id)
        assert (study.state, study.folder) == ("done", f"studies/{study_id}/results")


def test_only_folders_of_no_row_are_orphans(service: Service, as_: As) -> None:
    """A finished study's and a plan's packages stay; a folder under an id nobody has goes."""
    study_id, job_id = _asked(service, as_)
    _worked(service, job_id, "1")
    with service.database.write() as db:
        RUNNING.finish(db, service, db.get_one(Job, job_id), OUTCOME)
        db.get_one(Job, job_id).state = "done"
        user = db.query(User).first()
        assert user is not None
        plan = Plan(province_code=SAMPLE, study_id=study_id, name="p", goal={}, created_by=user.id)
        db.add(plan)
        db.flush()
        made = Job(kind=PACKAGES, province_code=SAMPLE, subject_id=plan.id, created_by=user.id, state="done")
        db.add(made)
        db.flush()
        division = made.id
    for kind, name in (("packages", division), ("packages", "0" * 16), ("studies", "1" * 16), ("documents", "2" * 16)):
        service.folder(kind, name).mkdir(parents=True, exist_ok=True)
    gone = tidy(service, older_than=timedelta(0)).names
    assert {one for one in gone if not one.startswith("jobs/")} == {
        f"packages/{'0' * 16}", f"studies/{'1' * 16}", f"documents/{'2' * 16}"
    }  # fmt: skip
    assert service.folder("packages", division).is_dir()


def test_a_failed_study_says_why_and_leaves_no_folder(service: Service, as_: As) -> None:
    """Its row keeps the reason; the half-made folder goes."""
    from phusong.words import Text

    study_id, job_id = _asked(service, as_)
    _worked(service, job_id, "1")
    with service.database.write() as db:
        RUNNING.failed(db, service, db.get_one(Job, job_id), Text("thiếu địa hình", "no terrain"))
    with service.database.read() as db:
        study = db.get_one(Study, study_id)
        assert (study.state, study.error) == ("failed", "thiếu địa hình")
    assert not (service.folder("jobs", job_id) / "study").exists()
