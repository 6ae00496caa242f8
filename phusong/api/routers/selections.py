"""What a planner tries before it is made: the order of gaps by other weights, a package of chosen areas."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from phusong.api.access.policy import Action, Person
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id, IdOrNone
from phusong.api.problems import NotFoundError, answers
from phusong.api.routers.plans import JobOut
from phusong.api.studies.asking import study_for
from phusong.api.studies.packaging import ask_packages
from phusong.api.studies.planning import plan_for
from phusong.api.studies.ranking import ground_of, ranking_by, reweighted, weights_of
from phusong.api.studies.selecting import Tried, choosing_of, tried
from phusong.api.studies.tables import plain
from phusong.errors import PhuSongError
from phusong.words import Language

router = APIRouter(prefix="/api", tags=["plans"])

_StudyReader = Annotated[Person, Depends(Needs(Action.STUDY_READ))]
_Packager = Annotated[Person, Depends(Needs(Action.PACKAGE_MAKE))]
_Code = Annotated[str, Field(min_length=1, max_length=64)]
_Items = Annotated[list[_Code], Field(max_length=2000)]
MOST_RANKED = 500


class CriterionOut(BaseModel):
    """A criterion with the weight that was used, and that of the study's own rules."""

    key: str
    title: str
    weight: float
    own_weight: float


class RankedOut(BaseModel):
    """A gap in the order of priority: its rank, and between which ranks it stays as weights and thresholds change."""

    rank: int
    rank_low: int
    rank_high: int
    top_share: float
    gap_id: str
    village_name: str
    commune_name: str
    households: int
    score: float
    explanation: str


class RankingOut(BaseModel):
    """A ranking; ``left_out`` is what is known of no gap and counts for none."""

    criteria: list[CriterionOut]
    top: int
    total: int
    left_out: list[str]
    items: list[RankedOut]


class ChosenIn(BaseModel):
    """Gaps and sites of a plan to make one package of; ``because`` stands in its version."""

    model_config = ConfigDict(extra="forbid")

    items: Annotated[list[_Code], Field(min_length=1, max_length=2000)]
    because: str = Field(min_length=1, max_length=2000)
    award: Literal["tender", "order", "assignment"] = "tender"


class TriedIn(BaseModel):
    """Gaps and sites of a plan that a package might be made of."""

    model_config = ConfigDict(extra="forbid")

    items: _Items


class MoneyOut(BaseModel):
    """Whole VND: at the lowest prices, at the middle, at the highest."""

    low: int
    middle: int
    high: int


class LackOut(BaseModel):
    """What a gap still lacks, and who can give it."""

    gap_id: str
    place: str
    text: str


class TriedOut(BaseModel):
    """What a package would hold; ``refused`` is "" where it can be made, else what stands in its way."""

    items: list[str]
    households: int
    sites: int
    cost: MoneyOut
    communes: list[str]
    code: str
    taken_from: list[str]
    refused: str
    warnings: list[str]
    missing: list[LackOut]


@router.get("/studies/{study_id}/ranking", responses=answers(404))
def ranking(
    person: _StudyReader,
    db: ReadDep,
    service: ServiceDep,
    language: LanguageDep,
    study_id: Id,
    plan_id: IdOrNone = "",
    weights: Annotated[str, Query(max_length=200, examples=["need:3,place:1.5"])] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_RANKED)] = 50,
) -> RankingOut:
    """Put a study's gaps in order by other weights; with a plan, what a gap costs is known. Nothing is stored."""
    study = study_for(db, person, study_id)
    plan = plan_for(db, person, plan_id) if plan_id else None
    if plan is not None and (plan.study_id != study.id or plan.state != "done"):
        raise NotFoundError
    ground, wanted = ground_of(service, study, plan), weights_of(weights)
    found = ranking_by(ground, wanted)
    pairs = zip(reweighted(ground.rules, wanted).criteria, ground.rules.criteria, strict=True)
    return RankingOut(
        criteria=[
            CriterionOut(key=one.key, title=one.title.to(language), weight=one.weight, own_weight=own.weight)
            for one, own in pairs
        ],
        top=ground.rules.top,
        total=len(found.table),
        left_out=[one.to(language) for one in found.left_out],
        items=[
            RankedOut(**{key: plain(row[key]) for key in RankedOut.model_fields if key in row},
                      explanation=row[f"explanation_{language}"])
            for row in found.table.head(limit).to_dict("records")
        ],
    )  # fmt: skip


def tried_out(found: Tried, language: Language) -> TriedOut:
    """Return what a choice would hold as it is told."""
    return TriedOut(
        items=[unit.unit_id for unit in found.units],
        households=found.households,
        sites=found.sites,
        cost=MoneyOut(low=round(found.cost.low), middle=round(found.cost.middle), high=round(found.cost.high)),
        communes=list(found.communes),
        code=found.code,
        taken_from=list(found.taken_from),
        refused="" if found.refused is None else found.refused.to(language),
        warnings=[one.to(language) for one in found.warnings],
        missing=[LackOut(gap_id=n.code, place=n.place_name, text=n.text.to(language)) for n in found.missing],
    )


@router.post("/plans/{plan_id}/packages/tried", responses=answers(404))
def try_package(
    person: _Packager, db: ReadDep, service: ServiceDep, language: LanguageDep, plan_id: Id, given: TriedIn
) -> TriedOut:
    """Say what a package of some areas would hold and what stands in its way; nothing is written."""
    plan = plan_for(db, person, plan_id, Action.PACKAGE_MAKE)
    return tried_out(tried(choosing_of(service, db, plan), given.items), language)


@router.post("/plans/{plan_id}/packages/chosen", status_code=202, responses=answers(404, 409))
def make_package(person: _Packager, db: WriteDep, service: ServiceDep, plan_id: Id, given: ChosenIn) -> JobOut:
    """Ask for one package of some areas of a plan; an area without its proof is refused with what is missing."""
    plan = plan_for(db, person, plan_id, Action.PACKAGE_MAKE)
    found = tried(choosing_of(service, db, plan), given.items)
    if found.refused is not None:
        raise PhuSongError(found.refused)
    return JobOut(job_id=ask_packages(db, person, plan, {"do": "select", **given.model_dump()}).id)
