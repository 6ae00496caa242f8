"""Vector tiles of a study: TileJSON and tiles of every layer, for whoever may read the study."""

from __future__ import annotations

import gzip
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from phusong.api.access.policy import Action, Person
from phusong.api.deps import LanguageDep, Needs, ServiceDep
from phusong.api.ids import Id
from phusong.api.problems import NotFoundError, answers
from phusong.api.service import Service
from phusong.api.tiles.readers import Readers
from phusong.api.tiles.serving import SNAPSHOT as SNAPSHOT
from phusong.api.tiles.serving import TiledStudy, tile_json, tiled_study
from phusong.errors import UnknownNameError
from phusong.maps.vector_tiles import MOST_ZOOM, TileFilter, TileLayer, check_filter, layer_named, tile

router = APIRouter(prefix="/tiles", tags=["tiles"])

MVT_TYPE = "application/vnd.mapbox-vector-tile"
_LEAST_PACKED_BYTES = 256
_PACKING = 4
_PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Authorization, Cookie"}
_TILE_ANSWERS: dict[int | str, dict[str, Any]] = {
    **answers(404, 409),
    200: {
        "description": "Ô bản đồ / the tile",
        "content": {MVT_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    },
    204: {"description": "Ô trống / nothing in this tile"},
    304: {"description": "Như bản đang có / as the one that is held"},
}

_Reader = Annotated[Person, Depends(Needs(Action.STUDY_READ))]
_Layer = Annotated[str, Path(max_length=32)]
_Zoom = Annotated[int, Path(ge=0, le=MOST_ZOOM)]
_Column = Annotated[int, Path(ge=0, lt=1 << MOST_ZOOM)]
_Word = Annotated[str, Query(max_length=32)]


def _readers(request: Request) -> Readers:
    """Return the opened snapshots of this process."""
    state = request.app.state
    if not hasattr(state, "tile_readers"):
        state.tile_readers = Readers()
    readers: Readers = state.tile_readers
    return readers


_ReadersDep = Annotated[Readers, Depends(_readers)]


def _filter(
    service: _Word = "",
    technology: _Word = "",
    operator: _Word = "",
    scenario: _Word = "",
    classes: Annotated[str, Query(alias="class", max_length=120)] = "",
) -> TileFilter:
    """Return what is asked of a tile; several classes are written with commas."""
    chosen = frozenset(one.strip() for one in classes.split(",") if one.strip())
    return TileFilter(service=service, technology=technology, operator=operator, scenario=scenario, classes=chosen)


_FilterDep = Annotated[TileFilter, Depends(_filter)]


@router.get("/studies/{study_id}/{layer}/tilejson.json", responses=answers(404, 409))
def layer_tile_json(
    person: _Reader,
    service: ServiceDep,
    readers: _ReadersDep,
    language: LanguageDep,
    request: Request,
    response: Response,
    study_id: Id,
    layer: _Layer,
    asked: _FilterDep,
) -> dict[str, Any]:
    """Tell a map where the tiles of a layer are, what is in them and what they can be filtered by."""
    study = tiled_study(service, person, study_id)
    source = readers.source(study.path)
    found = _layer(study, readers, layer)
    check_filter(source, found, asked)
    response.headers.update({**_PRIVATE, "Vary": f"{_PRIVATE['Vary']}, Accept-Language"})
    query = f"?{request.url.query}" if request.url.query else ""
    address = f"{_base(service, request)}/tiles/studies/{study_id}/{found.name}/{{z}}/{{x}}/{{y}}.mvt{query}"
    return tile_json(study, source, found, address, language)


@router.get("/studies/{study_id}/{layer}/{z}/{x}/{y}.mvt", response_class=Response, responses=_TILE_ANSWERS)
def layer_tile(
    person: _Reader,
    service: ServiceDep,
    readers: _ReadersDep,
    request: Request,
    study_id: Id,
    layer: _Layer,
    z: _Zoom,
    x: _Column,
    y: _Column,
    asked: _FilterDep,
) -> Response:
    """Give one tile of a layer: 204 where nothing is in it, 304 where the browser holds it already."""
    study = tiled_study(service, person, study_id)
    tag = study.tag(layer, asked)
    if _holds(request, tag):
        return Response(status_code=304, headers={**_PRIVATE, "ETag": tag})
    source = readers.source(study.path)
    _layer(study, readers, layer)
    made = tile(source, layer, z, x, y, asked, study.rights)
    return _answer(request, made, {**_PRIVATE, "ETag": tag})


def _layer(study: TiledStudy, readers: Readers, name: str) -> TileLayer:
    """Return a layer this person may have; what is not for somebody is as if it were not there."""
    try:
        return layer_named(readers.source(study.path), name, study.rights)
    except UnknownNameError as error:
        raise NotFoundError(error.text) from None


def _answer(request: Request, made: bytes, headers: dict[str, str]) -> Response:
    if not made:
        return Response(status_code=204, headers=headers)
    if len(made) >= _LEAST_PACKED_BYTES and "gzip" in request.headers.get("accept-encoding", ""):
        made, headers = gzip.compress(made, _PACKING, mtime=0), {**headers, "Content-Encoding": "gzip"}
    return Response(made, media_type=MVT_TYPE, headers=headers)


def _holds(request: Request, tag: str) -> bool:
    held = (one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(","))
    return tag in held


def _base(service: Service, request: Request) -> str:
    return service.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
