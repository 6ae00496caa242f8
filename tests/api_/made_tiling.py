"""A finished study put into a service as it is: its results and study.toml are copied, nothing is run."""

from __future__ import annotations

import shutil
from pathlib import Path

from api_.made_studies import SAMPLE, province

from phusong.api.database.models import Study, User
from phusong.api.database.types import now
from phusong.api.service import Service
from phusong.api.studies.folders import digest_over, digests_of


def put_study(service: Service, sample: Path, results: Path, *, province_code: str = SAMPLE) -> str:
    """Put a study that was run elsewhere into a service; return its id. Somebody must have signed in before."""
    province(service, province_code)
    files = digests_of(results)
    with service.database.write() as db:
        by = db.query(User).first()
        assert by is not None
        study = Study(
            province_code=province_code, name="Rà soát", profile="vn-default", state="done", finished_at=now(),
            digest=digest_over(files), manifest={"files": files}, created_by=by.id,
        )  # fmt: skip
        db.add(study)
        db.flush()
        study_id = study.id
        study.folder = f"studies/{study_id}/results"
    folder = service.settings.home / "studies" / study_id
    shutil.copytree(sample, folder)
    shutil.copytree(results, folder / "results")
    return study_id
