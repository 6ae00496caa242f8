"""The order of a study's gaps by weights that a planner tries: the address keeps them, a name saves them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Plan, Study
from phusong.api.database.types import today
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id, IdOrNone
from phusong.api.media import XLSX
from phusong.api.pages.forms import FormDep, text_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go
from phusong.api.pages.scope import Place
from phusong.api.pages.shown import names
from phusong.api.pages.typed import refuse, wrong
from phusong.api.problems import NotFoundError
from phusong.api.routers.selections import ranking
from phusong.api.studies import own_rankings as room
from phusong.api.studies.asking import study_for
from phusong.api.studies.planning import plan_for
from phusong.api.studies.ranking import WEIGHT, ground_of, ranking_by, reweighted, weights_of
from phusong.words import Text

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.STUDY_READ))]
Planner = Annotated[Person, Depends(Needs(Action.PLAN_MAKE))]
SHOWN = 100
MOST_NAME = 80


@router.get("/studies/{study_id}/ranking")
def try_weights(
    request: Request,
    person: Reader,
    db: ReadDep,
    service: ServiceDep,
    language: LanguageDep,
    study_id: Id,
    plan_id: IdOrNone = "",
) -> HTMLResponse:
    """Show the gaps in order of priority by the weights in the address, those of the study where it has none."""
    study, plan = _of(db, person, study_id, plan_id)
    found = ranking(person, db, service, language, study_id, plan_id, room.weights_in(request.query_params), SHOWN)
    rules = ground_of(service, study, plan).rules
    orders = room.saved_orders(db, service, person, study.province_code)
    now = {one.key: one.weight for one in found.criteria}
    return page(
        request, "plan_ranking.html", Text("Thứ tự ưu tiên", "Order of priority"), section="studies",
        place=Place(study.province_code), study=study, plan=plan, found=found, rules=rules, most=WEIGHT.high,
        tried=any(one.weight != one.own_weight for one in found.criteria), orders=orders, now=now,
        by=names(db, (one.version.created_by for one in orders)), query=request.url.query,
        weights=",".join(f"{key}:{value:g}" for key, value in now.items()),
    )  # fmt: skip


def _of(db: Session, person: Person, study_id: str, plan_id: str) -> tuple[Study, Plan | None]:
    study = study_for(db, person, study_id)
    plan = plan_for(db, person, plan_id) if plan_id else None
    if plan is not None and (plan.study_id != study.id or plan.state != "done"):
        raise NotFoundError
    return study, plan


@router.get("/studies/{study_id}/ranking/list.xlsx")
def ranking_book(
    request: Request,
    person: Reader,
    db: ReadDep,
    service: ServiceDep,
    language: LanguageDep,
    study_id: Id,
    plan_id: IdOrNone = "",
) -> Response:
    """Give the order by the weights in the address as a workbook, with the weights and the name they were saved by."""
    from phusong.data.report_ranking import criteria_sheet, ranking_sheet
    from phusong.data.workbook import new_book

    study, plan = _of(db, person, study_id, plan_id)
    ground, weights = ground_of(service, study, plan), weights_of(room.weights_in(request.query_params))
    found = ranking_by(ground, weights)
    orders = room.saved_orders(db, service, person, study.province_code)
    rules = room.named(reweighted(ground.rules, weights), orders)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "thu-tu.xlsx"
        title = Text(f"Thứ tự ưu tiên: {study.name}", f"Order of priority: {study.name}")
        with new_book(path, language=language, title=title, created_on=today()) as book:
            book.add(ranking_sheet(found.table, rules, found.left_out, language))
            book.add(criteria_sheet(rules))
        content = path.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="thu-tu-uu-tien-{study.province_code}.xlsx"'}
    return Response(content, media_type=XLSX, headers=headers)


@router.post("/studies/{study_id}/ranking")
def save(request: Request, person: Planner, db: WriteDep, service: ServiceDep, form: FormDep, study_id: Id) -> Response:
    """Save the weights under a name."""
    study = study_for(db, person, study_id, Action.PLAN_MAKE)
    name, weights = text_of(form, "name"), weights_of(text_of(form, "weights")[:200])
    if not name or len(name) > MOST_NAME:
        refuse([wrong("name", Text("Cần một tên, tối đa 80 ký tự.", "It needs a name, 80 characters at most."))])
    plan_id = text_of(form, "plan_id")
    ground_of(service, study)  # what has no order has no weights to save
    room.save_order(db, service, person, study, name=name, weights=weights)
    asked = room.query_of(weights) + (f"&plan_id={plan_id}" if plan_id else "")
    return go(request, f"/studies/{study_id}/ranking?{asked}", Text(f"Đã lưu “{name}”.", f"“{name}” is saved."))


@router.post("/studies/{study_id}/ranking/{dataset_id}/remove")
def remove(request: Request, person: Planner, db: WriteDep, form: FormDep, study_id: Id, dataset_id: Id) -> Response:
    """Take a saved order out of the list."""
    study = study_for(db, person, study_id, Action.PLAN_MAKE)
    removed = room.remove_order(db, person, dataset_id)
    if removed.province_code != study.province_code:
        raise NotFoundError
    plan_id = text_of(form, "plan_id")
    told = Text(f"Đã xoá “{removed.name}”.", f"“{removed.name}” is removed.")
    return go(request, f"/studies/{study_id}/ranking" + (f"?plan_id={plan_id}" if plan_id else ""), told)
