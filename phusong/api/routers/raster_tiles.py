"""Coverage rasters of a study, and the tiles of coverage and relief that maps draw."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Study
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep, base_of
from phusong.api.ids import Id
from phusong.api.problems import answers
from phusong.api.service import Service
from phusong.api.studies.asking import study_for
from phusong.api.studies.downloads import FILE_ANSWERS, file_answer, job_of
from phusong.api.studies.relief import RELIEF
from phusong.api.tags import tag_of
from phusong.api.tiles import rasters as room
from phusong.api.tiles.answers import PICTURE_ANSWERS, PNG, Place, Zoom, tagged, tile_json
from phusong.api.tiles.making import Kept, path_of
from phusong.words import Text

router = APIRouter(tags=["rasters"])

_Reader = Annotated[Person, Depends(Needs(Action.STUDY_READ))]
_Runner = Annotated[Person, Depends(Needs(Action.STUDY_RUN))]
Layer = Annotated[str, Path(max_length=48, pattern=r"^[a-z0-9_-]+$", examples=["viettel_4g"])]
_SVG = "image/svg+xml"
_LEGEND_PICTURE: dict[int | str, dict[str, Any]] = {
    **answers(404),
    200: {"content": {_SVG: {"schema": {"type": "string"}}}},
}
RELIEF_NAMES = {
    "hillshade": Text("Bóng địa hình", "Hillshade"),
    "terrarium": Text("Độ cao (terrarium)", "Heights (terrarium)"),
}


class RastersIn(BaseModel):
    """Which layers, in cells how wide; without layers all of the profile's main service."""

    model_config = ConfigDict(extra="forbid")

    layers: list[Annotated[str, Field(max_length=48, pattern=r"^[a-z0-9_-]+$")]] = Field(default=[], max_length=40)
    resolution_m: float = Field(default=100.0, ge=10, le=2000)


class AskedOut(BaseModel):
    """The job that makes them."""

    job_id: str


class RasterOut(BaseModel):
    """One coverage raster, with where its tiles, its legend and its file are."""

    layer: str
    operator: str
    resolution_m: float
    served_dbm: float
    weak_dbm: float
    size: int
    sha256: str
    bounds: list[float]
    tilejson: str
    legend: str
    file: str


class RastersOut(BaseModel):
    """The rasters of a study that this person may have; ``job_id`` is the newest job that makes some."""

    layers: list[RasterOut]
    relief: bool
    job_id: str


class LegendStep(BaseModel):
    """One step of a legend; none of the two where it has no end."""

    colour: str
    label: str
    low_dbm: float | None
    high_dbm: float | None


class LegendOut(BaseModel):
    """The legend of a layer, strongest first."""

    title: str
    unit: str
    steps: list[LegendStep]


class TileJson(BaseModel):
    """TileJSON 3.0."""

    model_config = ConfigDict(extra="allow")

    tilejson: str
    name: str
    tiles: list[str]
    bounds: list[float]
    minzoom: int
    maxzoom: int


@router.post("/api/studies/{study_id}/coverage", status_code=202, responses=answers(404, 409))
def ask_coverage(person: _Runner, db: WriteDep, study_id: Id, given: RastersIn) -> AskedOut:
    """Ask for coverage rasters of a study, and the relief under them; they are made as a job."""
    study = study_for(db, person, study_id, Action.STUDY_RUN)
    job = room.ask_rasters(db, person, study, layers=given.layers, resolution_m=given.resolution_m)
    return AskedOut(job_id=job.id)


@router.get("/api/studies/{study_id}/coverage", responses=answers(404))
def list_coverage(person: _Reader, db: ReadDep, study_id: Id) -> RastersOut:
    """List the coverage rasters of a study."""
    study = study_for(db, person, study_id)
    job = job_of(db, room.COVERAGE, study.id)
    return RastersOut(
        layers=[_raster_out(study, layer, kept) for layer, kept in room.shown_rasters(person, study).items()],
        relief=RELIEF in (study.manifest or {}),
        job_id="" if job is None else job.id,
    )


def _raster_out(study: Study, layer: str, kept: Kept) -> RasterOut:
    tiles = f"/tiles/studies/{study.id}/coverage/{layer}"
    same = ("operator", "resolution_m", "served_dbm", "weak_dbm", "size", "sha256", "bounds")
    return RasterOut(
        layer=layer,
        tilejson=f"{tiles}/tilejson.json",
        legend=f"{tiles}/legend.json",
        file=f"/api/studies/{study.id}/coverage/{layer}/file",
        **{name: kept[name] for name in same},
    )


@router.get(
    "/api/studies/{study_id}/coverage/{layer}/file", response_class=FileResponse, responses=FILE_ANSWERS
)  # fmt: skip
def coverage_file(person: _Reader, db: ReadDep, service: ServiceDep, study_id: Id, layer: Layer) -> FileResponse:
    """Give the GeoTIFF of a layer; it can be read in parts (Range)."""
    study = study_for(db, person, study_id)
    kept = room.raster_for(person, study, layer)
    return file_answer(path_of(service, kept), kept, title=f"nghien-cuu-{study.province_code}")


@router.get("/tiles/studies/{study_id}/coverage/{layer}/tilejson.json", responses=answers(404))
def coverage_tile_json(
    request: Request, person: _Reader, db: ReadDep, language: LanguageDep, study_id: Id, layer: Layer
) -> TileJson:
    """Tell where the tiles of a layer are."""
    from phusong.maps.raster_tiles import deepest_zoom

    kept = room.raster_for(person, study_for(db, person, study_id), layer)
    name = Text("Mức thu trung vị ngoài trời, mô phỏng", "Predicted median level outdoors").to(language)
    told = tile_json(
        request, f"/tiles/studies/{study_id}/coverage/{layer}/{{z}}/{{x}}/{{y}}.png", name=f"{layer}: {name}",
        bounds=kept["bounds"], max_zoom=deepest_zoom(kept["cell_deg"]),
        legend=f"{base_of(request)}/tiles/studies/{study_id}/coverage/{layer}/legend.svg",
    )  # fmt: skip
    return TileJson(**told)


@router.get("/tiles/studies/{study_id}/coverage/{layer}/legend.json", responses=answers(404))
def coverage_legend(person: _Reader, db: ReadDep, language: LanguageDep, study_id: Id, layer: Layer) -> LegendOut:
    """Tell the steps of a layer and their colours."""
    from phusong.maps.colours import level_scale
    from phusong.maps.raster_tiles import legend

    kept = room.raster_for(person, study_for(db, person, study_id), layer)
    return LegendOut(**legend(level_scale(kept["served_dbm"], kept["weak_dbm"]), language))


@router.get(
    "/tiles/studies/{study_id}/coverage/{layer}/legend.svg", response_class=Response, responses=_LEGEND_PICTURE
)  # fmt: skip
def coverage_legend_picture(
    person: _Reader, db: ReadDep, language: LanguageDep, study_id: Id, layer: Layer
) -> Response:
    """Draw the steps of a layer and their colours."""
    from phusong.maps.colours import level_scale
    from phusong.maps.raster_tiles import legend_svg

    kept = room.raster_for(person, study_for(db, person, study_id), layer)
    picture = legend_svg(level_scale(kept["served_dbm"], kept["weak_dbm"]), language)
    return Response(picture, media_type=_SVG)


@router.get(
    "/tiles/studies/{study_id}/coverage/{layer}/{z}/{x}/{y}.png", response_class=Response, responses=PICTURE_ANSWERS
)  # fmt: skip
def coverage_tile(
    request: Request, person: _Reader, db: ReadDep, service: ServiceDep, study_id: Id, layer: Layer, z: Zoom,
    x: Place, y: Place,
) -> Response:  # fmt: skip
    """Draw a tile of coverage in the colours of its legend; transparent where nothing is known."""
    from phusong.maps import raster_tiles
    from phusong.maps.tile_grid import Tile

    Tile(z, x, y)
    kept = room.raster_for(person, study_for(db, person, study_id), layer)
    path, served_dbm, weak_dbm = path_of(service, kept), kept["served_dbm"], kept["weak_dbm"]
    tag = tag_of(kept["sha256"], served_dbm, weak_dbm, z, x, y)
    return tagged(request, tag, PNG, lambda: raster_tiles.coverage_tile(path, served_dbm, weak_dbm, z, x, y))


@router.get("/tiles/studies/{study_id}/relief/hillshade/tilejson.json", responses=answers(404))
def hillshade_tile_json(
    request: Request, person: _Reader, db: ReadDep, language: LanguageDep, study_id: Id
) -> TileJson:
    """Tell where the tiles of shaded relief are."""
    return _relief_json(request, study_for(db, person, study_id), "hillshade", language)


@router.get("/tiles/studies/{study_id}/relief/terrarium/tilejson.json", responses=answers(404))
def terrarium_tile_json(
    request: Request, person: _Reader, db: ReadDep, language: LanguageDep, study_id: Id
) -> TileJson:
    """Tell where the tiles of heights are."""
    return _relief_json(request, study_for(db, person, study_id), "terrarium", language, encoding="terrarium")


def _relief_json(request: Request, study: Study, kind: room.Relief, language: LanguageDep, **more: Any) -> TileJson:
    from phusong.maps.raster_tiles import deepest_zoom

    kept = room.relief_for(study)
    told = tile_json(
        request, f"/tiles/studies/{study.id}/relief/{kind}/{{z}}/{{x}}/{{y}}.png", bounds=kept["bounds"],
        name=RELIEF_NAMES[kind].to(language), max_zoom=deepest_zoom(kept["cell_deg"]), **more,
    )  # fmt: skip
    return TileJson(**told)


@router.get(
    "/tiles/studies/{study_id}/relief/hillshade/{z}/{x}/{y}.png", response_class=Response, responses=PICTURE_ANSWERS
)  # fmt: skip
def hillshade_tile(
    request: Request, person: _Reader, db: ReadDep, service: ServiceDep, study_id: Id, z: Zoom, x: Place, y: Place
) -> Response:
    """Draw a tile of relief lit from the north-west."""
    return _relief(request, service, study_for(db, person, study_id), "hillshade", (z, x, y))


@router.get(
    "/tiles/studies/{study_id}/relief/terrarium/{z}/{x}/{y}.png", response_class=Response, responses=PICTURE_ANSWERS
)  # fmt: skip
def terrarium_tile(
    request: Request, person: _Reader, db: ReadDep, service: ServiceDep, study_id: Id, z: Zoom, x: Place, y: Place
) -> Response:
    """Give a tile of heights as colours (terrarium); transparent where no height is known."""
    return _relief(request, service, study_for(db, person, study_id), "terrarium", (z, x, y))


def _relief(
    request: Request, service: Service, study: Study, kind: room.Relief, place: tuple[int, int, int]
) -> Response:
    from phusong.maps import raster_tiles
    from phusong.maps.tile_grid import Tile

    Tile(*place)
    kept = room.relief_for(study)
    path = path_of(service, kept)
    drawn = raster_tiles.hillshade_tile if kind == "hillshade" else raster_tiles.terrarium_tile
    return tagged(request, tag_of(kept["sha256"], kind, *place), PNG, lambda: drawn(path, *place))
