"""What the map page asks beside tiles: places by name or coordinates, what lies in a drawn shape, a plan's sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Response
from pydantic import BaseModel

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Study
from phusong.api.database.types import today
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep
from phusong.api.ids import Id
from phusong.api.problems import answers
from phusong.api.studies import planning
from phusong.api.studies.asking import study_for
from phusong.api.studies.lassoed import MOST_LISTED, ring_of, selected
from phusong.api.studies.map_print import map_pdf
from phusong.api.studies.places import LONGEST, Found, places_found
from phusong.api.studies.serving import PLAN_FILES, file_for
from phusong.api.tiles.readers import Readers, readers_of
from phusong.api.tiles.serving import tiled_study
from phusong.coverage.routes import ROUTES
from phusong.maps.phrases import FINDINGS
from phusong.words import Language, Text

if TYPE_CHECKING:
    import pandas as pd

router = APIRouter(prefix="/api", tags=["studies"])

_Reader = Annotated[Person, Depends(Needs(Action.STUDY_READ))]
_PlanReader = Annotated[Person, Depends(Needs(Action.PLAN_READ))]
_ReadersDep = Annotated[Readers, Depends(readers_of)]
PDF = "application/pdf"
_PLAN_SITES = "plan_sites.parquet"
_SITE_COLUMNS = ("option_id", "kind", "order", "households_gained", "gap_ids")


class PlaceOut(BaseModel):
    """A place found; ``kind`` is commune, village, site or position."""

    kind: str
    code: str
    title: str
    told: str
    lon_deg: float
    lat_deg: float


class PlacesOut(BaseModel):
    """What was found, the best first; at most twelve."""

    items: list[PlaceOut]


class GapInside(BaseModel):
    """A gap inside a shape."""

    gap_id: str
    village_name: str
    commune_name: str
    households: int
    finding: str
    route: str


class VillageInside(BaseModel):
    """A village inside a shape."""

    village_code: str
    village_name: str
    commune_name: str
    households: int
    unserved_households: int
    undetermined_households: int
    village_class: str


class SelectionOut(BaseModel):
    """What lies inside a shape; the lists have at most 500 rows, the totals count all of them."""

    gaps: list[GapInside]
    villages: list[VillageInside]
    gap_count: int
    gap_households: int
    village_count: int
    village_households: int
    unserved_households: int
    undetermined_households: int


class FeaturesOut(BaseModel):
    """A GeoJSON feature collection."""

    type: str
    features: list[dict[str, Any]]


@router.get("/studies/{study_id}/places", responses=answers(404, 409))
def find_places(
    person: _Reader,
    service: ServiceDep,
    readers: _ReadersDep,
    language: LanguageDep,
    study_id: Id,
    q: Annotated[str, Query(max_length=LONGEST)] = "",
) -> PlacesOut:
    """Find communes, villages and stations by name, without accents, or a place by coordinates as typed."""
    study = tiled_study(service, person, study_id)
    with service.database.read() as db:
        code = db.get_one(Study, study_id).province_code
    found = places_found(readers.source(study.path), q, province_code=code, stations=study.rights.stations)
    return PlacesOut(items=[_place_out(one, language) for one in found])


def _place_out(one: Found, language: Language) -> PlaceOut:
    return PlaceOut(
        kind=one.kind, code=one.code, title=one.title.to(language), told=one.told.to(language), lon_deg=one.lon_deg,
        lat_deg=one.lat_deg,
    )  # fmt: skip


@router.get("/studies/{study_id}/inside", responses=answers(400, 404, 409))
def find_inside(
    person: _Reader,
    service: ServiceDep,
    readers: _ReadersDep,
    language: LanguageDep,
    study_id: Id,
    ring: Annotated[str, Query(max_length=4000, examples=["105.1,18.5;105.2,18.5;105.2,18.6"])],
    route: Annotated[str, Query(max_length=32)] = "",
) -> SelectionOut:
    """Tell the gaps and villages inside a shape, ``lon,lat;lon,lat;…``, with their totals."""
    study = tiled_study(service, person, study_id)
    found = selected(readers.source(study.path), ring_of(ring), routes=[route] if route else [])
    gaps, villages = found.gaps, found.villages
    return SelectionOut(
        gaps=[
            GapInside(finding=_title(FINDINGS, row["finding"], language), route=_title(ROUTES, row["route"], language),
                      **{name: row[name] for name in ("gap_id", "village_name", "commune_name", "households")})
            for row in _rows(gaps)
        ],
        villages=[
            VillageInside(village_class=_title(FINDINGS, row["village_class"], language),
                          **{name: row[name] for name in VillageInside.model_fields if name != "village_class"})
            for row in _rows(villages)
        ],
        gap_count=len(gaps), gap_households=_sum(gaps, "households"), village_count=len(villages),
        village_households=_sum(villages, "households"),
        unserved_households=_sum(villages, "unserved_households"),
        undetermined_households=_sum(villages, "undetermined_households"),
    )  # fmt: skip


def _rows(table: pd.DataFrame) -> Sequence[Mapping[Any, Any]]:
    return table.head(MOST_LISTED).to_dict("records")


def _sum(table: pd.DataFrame, column: str) -> int:
    return int(table[column].sum()) if column in table else 0


def _title(titles: Any, key: object, language: Language) -> str:
    found: Text | None = titles.get(str(key))
    return found.to(language) if found is not None else ""


@router.post(
    "/studies/{study_id}/map.pdf", response_class=Response, responses={**answers(404), 200: {"content": {PDF: {}}}}
)
def print_map(
    person: _Reader,
    db: ReadDep,
    language: LanguageDep,
    study_id: Id,
    picture: Annotated[bytes, Body(media_type="application/octet-stream")],
) -> Response:
    """Give a view of the map, the PNG its page drew, as a PDF page with title, study and day."""
    study = study_for(db, person, study_id)
    made = map_pdf(picture, study, language, printed=today())
    name = f"ban-do-{study.province_code}.pdf"
    return Response(made, media_type=PDF, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get("/plans/{plan_id}/map", responses=answers(404))
def plan_on_map(person: _PlanReader, db: ReadDep, service: ServiceDep, plan_id: Id) -> FeaturesOut:
    """Tell the sites of a plan as GeoJSON, to those who may read stations: some stand on masts that are there."""
    import geopandas as gpd
    from shapely.geometry import mapping

    plan = planning.plan_for(db, person, plan_id)
    kept = (plan.manifest or {}).get("files", {})
    path = file_for(
        person, PLAN_FILES, kept, _PLAN_SITES, folder=service.settings.home / plan.folder,
        province_code=plan.province_code,
    )  # fmt: skip
    table = gpd.read_parquet(path)
    columns = [name for name in _SITE_COLUMNS if name in table]
    rows: list[dict[str, Any]] = table[columns].to_dict("records")
    features = [
        {"type": "Feature", "geometry": mapping(shape), "properties": row}
        for shape, row in zip(table.geometry, rows, strict=True)
    ]
    return FeaturesOut(type="FeatureCollection", features=features)
