"""A province with a finished study and a plan of several sites, put into a service as its own jobs would leave them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
from api_.made_studies import SAMPLE, province
from api_.made_tenders import settings_of

from phusong.api.database import schema
from phusong.api.database.models import Plan, Study, User
from phusong.api.database.types import now
from phusong.api.service import Service
from phusong.api.studies.folders import digest_over, digests_of
from phusong.api.studies.planning import _KEPT as _KEPT_OF_PLANS
from phusong.api.studies.running import _KEPT as _KEPT_OF_STUDIES
from phusong.data.digests import sha256_of
from phusong.data.sample import make_sample, read_recipe
from phusong.data.store import write_parquet
from phusong.study import run_study
from phusong.study.planning import Goal, plan_study
from phusong.words import LANGUAGES

STUDY_ID, PLAN_ID = "5" * 16, "6" * 16
BUDGET_VND = 15e9


def make_planned(home: Path) -> None:
    """Make a home with a study and a plan of it; the finding of its last gap is not fit for a tender."""
    folder = home / "studies" / STUDY_ID
    make_sample(folder, households=5000, recipe=read_recipe().scaled(0.2))
    run_study(folder / "study.toml", folder / "results")
    written = plan_study(folder / "study.toml", home / "plans" / PLAN_ID, Goal(budget_vnd=BUDGET_VND))
    gaps = gpd.read_parquet(folder / "results" / "gaps.parquet").assign(tender=True, gates="", route="fund")
    gaps.loc[gaps.index[-1], "tender"] = False
    _edit(folder / "results", "gaps", gaps)
    answer = [{la: f"{label.to(la)}: {value.to(la)}" for la in LANGUAGES} for label, value in written.answer]
    settings = settings_of(home)
    schema.upgrade(settings.url)
    service = Service.of(settings)
    _recorded(service, home, answer)
    service.close()


def _edit(folder: Path, name: str, table: gpd.GeoDataFrame) -> None:
    """Write a table of results anew, and its digest: as if the run had found that."""
    write_parquet(folder / f"{name}.parquet", table)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"][f"{name}.parquet"] = sha256_of(folder / f"{name}.parquet")
    path.write_text(json.dumps(manifest), encoding="utf-8")


def _recorded(service: Service, home: Path, answer: list[dict[str, str]]) -> None:
    province(service)
    with service.database.write() as db:
        by = User(username="nguoi-lap", full_name="Lò Thị Phương")
        db.add(by)
        db.flush()
        study = Study(
            id=STUDY_ID, province_code=SAMPLE, name="Rà soát quý 4", profile="vn-default", state="done",
            folder=f"studies/{STUDY_ID}/results", settings={"simulated": True}, created_by=by.id, finished_at=now(),
        )  # fmt: skip
        study.manifest, study.digest = _kept(home / study.folder, _KEPT_OF_STUDIES)
        db.add(study)
        db.flush()
        plan = Plan(
            id=PLAN_ID, province_code=SAMPLE, study_id=STUDY_ID, name="15 tỷ đồng", goal={"budget_vnd": BUDGET_VND},
            state="done", folder=f"plans/{PLAN_ID}", created_by=by.id, finished_at=now(),
        )  # fmt: skip
        manifest, plan.digest = _kept(home / plan.folder, _KEPT_OF_PLANS)
        plan.manifest = {**manifest, "answer": answer}
        db.add(plan)


def _kept(folder: Path, names: tuple[str, ...]) -> tuple[dict[str, Any], str]:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    files = digests_of(folder)
    return {**{key: manifest[key] for key in names if key in manifest}, "files": files}, digest_over(files)
