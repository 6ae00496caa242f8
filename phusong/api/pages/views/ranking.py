"""The order of a study's gaps by weights that a planner tries; nothing is stored, the address is the permalink."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from phusong.api.access.policy import Action, Person
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep
from phusong.api.ids import Id, IdOrNone
from phusong.api.pages.frame import page
from phusong.api.pages.scope import Place
from phusong.api.routers.selections import ranking
from phusong.api.studies.asking import study_for
from phusong.api.studies.planning import plan_for
from phusong.api.studies.ranking import WEIGHT, ground_of
from phusong.coverage.ranking import CRITERIA
from phusong.words import Text

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.STUDY_READ))]
SHOWN = 100


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
    study = study_for(db, person, study_id)
    plan = plan_for(db, person, plan_id) if plan_id else None
    asked = {key: value for key in CRITERIA if (value := request.query_params.get(key, "").strip())}
    weights = ",".join(f"{key}:{value}" for key, value in asked.items())
    found = ranking(person, db, service, language, study_id, plan_id, weights[:200], SHOWN)
    rules = ground_of(service, study, plan).rules
    return page(
        request, "plan_ranking.html", Text("Thứ tự ưu tiên", "Order of priority"), section="studies",
        place=Place(study.province_code), study=study, plan=plan, found=found, rules=rules, most=WEIGHT.high,
        tried=any(one.weight != one.own_weight for one in found.criteria),
    )  # fmt: skip
