"""Studies: the list, asking for one, and what one found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.access.scope import within
from phusong.api.database.models import Dataset, DatasetVersion, Round, Study
from phusong.api.database.types import day_of
from phusong.api.deps import Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.pages.forms import FormDep, model_of, text_of, texts_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go
from phusong.api.pages.progress import running_job
from phusong.api.pages.scope import Place, place_of, provinces_of
from phusong.api.pages.shown import JOB_STATES, comments_on, names
from phusong.api.pages.tables import columns_of, table_titles
from phusong.api.pages.views.datasets import COMPLETENESS
from phusong.api.pages.views.study_maps import WHICH, maps_of
from phusong.api.pages.windows import window_of
from phusong.api.paging import Window
from phusong.api.problems import NotFoundError, language_of
from phusong.api.routers.studies import RowsOut, StudyIn, StudyOut, ask_study, study_out, study_table
from phusong.api.service import Service
from phusong.api.studies import asking
from phusong.api.studies.kinds_of_data import KINDS_OF_DATA
from phusong.api.studies.needs import ORDER, REQUIRED, lacks_of
from phusong.api.studies.own_profiles import KeptProfile, listed_profiles, profile_titles
from phusong.api.studies.telling import told_of
from phusong.api.tiles.serving import SNAPSHOT
from phusong.data.profiles import profile_names, read_profile
from phusong.words import Text, day

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.STUDY_READ))]
Runner = Annotated[Person, Depends(Needs(Action.STUDY_RUN))]
ROWS_SHOWN = 50


@router.get("/studies")
def studies(request: Request, person: Reader, db: ReadDep) -> HTMLResponse:
    """Show the studies in scope, the newest first."""
    window = window_of(request)
    found, total = asking.listed_studies(
        db, person, province_code=place_of(request, person).province_code, limit=window.limit, offset=window.offset
    )
    by = names(db, (one.created_by for one in found))
    return page(
        request, "studies.html", Text("Nghiên cứu", "Studies"), section="studies", studies=found, total=total,
        window=window, states=JOB_STATES, by=by, profiles=profile_titles(db, found),
    )  # fmt: skip


@router.get("/studies/new")
def new_study(request: Request, person: Runner, db: ReadDep, service: ServiceDep, province: str = "") -> HTMLResponse:
    """Show the one form of a study: data and thresholds."""
    choices = provinces_of(request, person)
    code = province or place_of(request, person).province_code or (choices[0] if len(choices) == 1 else "")
    if code and not person.may(Action.STUDY_RUN, province_code=code):
        raise NotFoundError
    kinds = _choices(db, person, code)
    return page(
        request, "study_new.html", Text("Nghiên cứu mới", "New study"), section="studies",
        place=Place(code), province=code, kinds=kinds, rounds=_rounds(db, person, code),
        earlier=_earlier(db, person, code),
        profiles=[read_profile(one) for one in profile_names()], own_profiles=_own_profiles(db, service, person, code),
        completeness=COMPLETENESS,
        lacks=lacks_of([kind.name for kind, _ in kinds]), titles=KINDS_OF_DATA, required=REQUIRED,
        neighbour_km=service.settings.neighbour_km,
    )  # fmt: skip


def _own_profiles(db: Session, service: Service, person: Person, code: str) -> list[KeptProfile]:
    return listed_profiles(db, service, person, Action.DATASET_READ, province_code=code) if code else []


def _choices(db: Session, person: Person, code: str) -> list[tuple[Any, list[tuple[Dataset, DatasetVersion]]]]:
    """Return the versions a study may read, by kind of data; the newest of each dataset first."""
    if not code:
        return []
    scope = within(person, Action.DATASET_READ, province=Dataset.province_code, operator=Dataset.operator)
    query = (
        select(Dataset, DatasetVersion)
        .join(DatasetVersion, DatasetVersion.dataset_id == Dataset.id)
        .where(scope, Dataset.province_code == code, DatasetVersion.usable, DatasetVersion.withdrawn_at.is_(None))
        .order_by(Dataset.operator, Dataset.name, DatasetVersion.version.desc())
        .limit(500)
    )
    found = [(dataset, version) for dataset, version in db.execute(query)]
    return [
        (KINDS_OF_DATA[name], [one for one in found if one[0].kind == name])
        for name in ORDER
        if any(one[0].kind == name for one in found)
    ]


def _rounds(db: Session, person: Person, code: str) -> Sequence[tuple[str, Text]]:
    scope = within(person, Action.ROUND_READ, province=Round.province_code)
    query = select(Round).where(scope, Round.province_code == code).order_by(Round.created_at.desc()).limit(50)
    return [(one.id, Text(one.batch, one.batch)) for one in db.scalars(query)]


def _earlier(db: Session, person: Person, code: str) -> Sequence[tuple[str, Text]]:
    """Return the finished studies that a new one may go on from, the newest first."""
    scope = within(person, Action.STUDY_READ, province=Study.province_code)
    query = select(Study).where(scope, Study.province_code == code, Study.state == "done")
    newest = db.scalars(query.order_by(Study.finished_at.desc(), Study.id).limit(50))
    told = {one.id: f"{one.name}, {day(day_of(one.finished_at))}" for one in newest if one.finished_at}
    return [(study_id, Text(text, text)) for study_id, text in told.items()]


@router.post("/studies")
def ask(request: Request, person: Runner, db: WriteDep, service: ServiceDep, form: FormDep) -> Response:
    """Ask for a study; it runs as a job."""
    asked = ask_study(person, db, service, model_of(StudyIn, _asked(form)))
    return go(
        request,
        f"/studies/{asked.study.id}",
        Text("Đã nhận: nghiên cứu chờ đến lượt.", "The study waits for its turn."),
    )


def _asked(form: FormData) -> dict[str, Any]:
    versions = [version for kind in KINDS_OF_DATA for version in texts_of(form, f"versions-{kind}") if version]
    fields = ("province_code", "name", "profile", "round_id", "continues")
    return {
        **{name: text_of(form, name) for name in fields},
        "versions": versions,
        "neighbours": bool(text_of(form, "neighbours")),
        "settings": {"simulated": bool(text_of(form, "simulated"))},
    }


@router.get("/studies/{study_id}")
def one_study(request: Request, person: Reader, db: ReadDep, service: ServiceDep, study_id: Id) -> HTMLResponse:
    """Show one study: how far it is, what it read, what it found, its files."""
    study = asking.study_for(db, person, study_id)
    shown = study_out(db, person, study)
    return page(
        request, "study.html", Text(study.name, study.name), section="studies", place=Place(study.province_code),
        study=shown, job=running_job(db, person, shown.job_id), states=JOB_STATES, kinds=KINDS_OF_DATA,
        by=names(db, [study.created_by]).get(study.created_by, ""),
        on_map=SNAPSHOT in (study.manifest or {}).get("files", {}),
        profiles=profile_titles(db, [study]), told=told_of(service, study),
        maps=maps_of(db, person, study), archive_titles=WHICH,
        said=comments_on(db, person, "study", study.id), **_table(request, person, db, service, shown),
    )  # fmt: skip


def _table(request: Request, person: Person, db: Session, service: Any, shown: StudyOut) -> dict[str, Any]:
    """Return the result table that was asked for, as this person may see it."""
    asked = request.query_params.get("table", "")
    if shown.state != "done" or not shown.tables:
        return {"table": "", "tables": [], "columns": [], "rows": [], "window": None, "total": 0}
    table = asked if asked in shown.tables else ("villages" if "villages" in shown.tables else shown.tables[0])
    window = window_of(request, limit=ROWS_SHOWN)
    part = Window(limit=window.limit, offset=window.offset)
    try:
        found = study_table(person, db, service, part, shown.id, table)
    except NotFoundError:  # a table this study did not make
        found = RowsOut(items=[], total=0, next_offset=None)
    return {
        "table": table, "tables": table_titles(shown.tables), "columns": columns_of(found.items, language_of(request)),
        "rows": found.items, "window": window, "total": found.total,
    }  # fmt: skip
