"""Why a place is dark, the way from a mast to it, what a new mast would serve, and the papers of a village."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from phusong.api.access.policy import Action, Person
from phusong.api.deps import LanguageDep, Needs, ServiceDep
from phusong.api.ids import Id
from phusong.api.media import media_type
from phusong.api.problems import answers
from phusong.api.studies.asking import study_for
from phusong.api.studies.downloads import FILE_ANSWERS
from phusong.api.studies.kept import kept_of, opened, turn
from phusong.api.studies.paths import PathOut, path_told
from phusong.api.studies.village_papers import Paper, made_paper
from phusong.api.studies.what_if import WhatIfOut, what_if_told
from phusong.api.studies.why import WhyOut, asked_place, why_told
from phusong.coverage.network import Technology

router = APIRouter(prefix="/api", tags=["studies"])

_Reader = Annotated[Person, Depends(Needs(Action.STUDY_READ))]
_Planner = Annotated[Person, Depends(Needs(Action.PLAN_READ))]
_Turn = Annotated[None, Depends(turn, scope="function")]
Longitude = Annotated[float, Query(ge=100, le=120)]
Latitude = Annotated[float, Query(ge=5, le=25)]


class MastIn(BaseModel):
    """A mast that is asked about; without a technology it carries what a plan of the study would put on air."""

    model_config = ConfigDict(extra="forbid")

    lon_deg: float = Field(ge=100, le=120, examples=[105.35])
    lat_deg: float = Field(ge=5, le=25, examples=[22.63])
    height_agl_m: float = Field(default=42.0, ge=5, le=150)
    technology: Technology | None = None


@router.get("/studies/{study_id}/why", responses=answers(400, 404, 409))
def why(
    request: Request,
    person: _Reader,
    service: ServiceDep,
    language: LanguageDep,
    _turn: _Turn,
    study_id: Id,
    lon: Longitude | None = None,
    lat: Latitude | None = None,
    village: Annotated[str, Query(max_length=200)] = "",
    commune: Annotated[str, Query(max_length=100)] = "",
    gap: Annotated[str, Query(max_length=64)] = "",
    radio: bool = True,
) -> WhyOut:
    """Tell why a point, a village or a gap has signal or none; with ``radio=false`` only what the tables say."""
    of = opened(service, person, kept_of(request), study_id, Action.STUDY_READ)
    place, seen_from = asked_place(of, lon=lon, lat=lat, village=village, commune=commune, gap=gap)
    return why_told(service, of, place, seen_from, language, radio=radio)


@router.get("/studies/{study_id}/why/ready", status_code=204, responses=answers(404, 409))
def why_ready(
    request: Request,
    person: _Reader,
    service: ServiceDep,
    language: LanguageDep,
    _turn: _Turn,
    study_id: Id,
    lon: Longitude,
    lat: Latitude,
) -> None:
    """Load what questions about a study need before the first of them; no other study is let go of for it."""
    with service.database.read() as db:
        study_for(db, person, study_id)
    if kept_of(request).has_room_for(study_id):
        of = opened(service, person, kept_of(request), study_id, Action.STUDY_READ)
        why_told(service, of, *asked_place(of, lon=lon, lat=lat, village="", commune="", gap=""), language, radio=True)


@router.get("/studies/{study_id}/paths", responses=answers(404, 409))
def path(
    request: Request,
    person: _Reader,
    service: ServiceDep,
    language: LanguageDep,
    _turn: _Turn,
    study_id: Id,
    site: Annotated[str, Query(max_length=100)],
    lon: Longitude,
    lat: Latitude,
    operator: Annotated[str, Query(max_length=32)] = "",
    technology: Annotated[str, Query(max_length=8)] = "",
) -> PathOut:
    """Tell what lies between a mast and a place: every loss, the obstacle, and the profile as an SVG."""
    from phusong.study.path_profile import Asked

    of = opened(service, person, kept_of(request), study_id, Action.STUDY_READ)
    asked = Asked(
        site_id=site, lon_deg=lon, lat_deg=lat, operator=operator or None, technology=technology or None
    )  # fmt: skip
    return path_told(of, asked, language)


@router.post("/studies/{study_id}/what-if", responses=answers(404, 409))
def what_if(
    request: Request,
    person: _Planner,
    service: ServiceDep,
    language: LanguageDep,
    _turn: _Turn,
    study_id: Id,
    given: MastIn,
) -> WhatIfOut:
    """Tell which households without service a new mast would serve, and what it would cost; nothing is kept."""
    from phusong.study.what_if import AskedMast

    of = opened(service, person, kept_of(request), study_id, Action.PLAN_READ)
    return what_if_told(of, AskedMast(**given.model_dump()), language)


@router.get(
    "/studies/{study_id}/villages/{village_code}/documents/{document}",
    response_class=Response,
    responses={**FILE_ANSWERS, **answers(404, 409, 429)},
)
def village_document(
    request: Request,
    person: _Reader,
    service: ServiceDep,
    language: LanguageDep,
    _turn: _Turn,
    study_id: Id,
    village_code: Annotated[str, Path(max_length=200)],
    document: Paper,
) -> Response:
    """Make a paper of a village: its sheet, the answer to voters, the letters to operators."""
    studies = kept_of(request)
    of = opened(service, person, studies, study_id, Action.STUDY_READ)
    name, content = made_paper(service, person, studies, of, village_code, document, language)
    headers = {"content-disposition": f'attachment; filename="{name}"', "x-content-type-options": "nosniff"}
    return Response(content, media_type=media_type(f".{name.rpartition('.')[2]}"), headers=headers)
