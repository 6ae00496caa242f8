"""Vector tiles of a study: TileJSON and tiles of every layer, for whoever may read the study."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from phusong.api.access.policy import Action, Person
from phusong.api.deps import LanguageDep, Needs, ServiceDep
from phusong.api.ids import Id
from phusong.api.problems import NotFoundError, answers
from phusong.api.tiles.answers import HEADERS, MVT, MVT_ANSWERS, Place, Zoom, tagged, tile_json
from phusong.api.tiles.readers import Readers, readers_of
from phusong.api.tiles.serving import TiledStudy, described, tiled_study
from phusong.errors import UnknownNameError
from phusong.maps.vector_tiles import TileFilter, TileLayer, TileSource, check_filter, joined, layer_named, tile

router = APIRouter(prefix="/tiles", tags=["tiles"])

_Reader = Annotated[Person, Depends(Needs(Action.STUDY_READ))]
_Layer = Annotated[str, Path(max_length=32)]
_Layers = Annotated[str, Path(max_length=200, description="Một lớp, hoặc nhiều lớp: a,b / one layer, or several: a,b")]
_Word = Annotated[str, Query(max_length=32)]


_ReadersDep = Annotated[Readers, Depends(readers_of)]


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
    found = _layer(study, source, layer)
    check_filter(source, found, asked)
    response.headers.update({**HEADERS, "vary": f"{HEADERS['vary']}, Accept-Language"})
    query = f"?{request.url.query}" if request.url.query else ""
    path = f"/tiles/studies/{study_id}/{found.name}/{{z}}/{{x}}/{{y}}.mvt{query}"
    return tile_json(request, path, **described(study, source, found, language))


@router.get("/studies/{study_id}/{layer}/{z}/{x}/{y}.mvt", response_class=Response, responses=MVT_ANSWERS)
def layer_tile(
    person: _Reader,
    service: ServiceDep,
    readers: _ReadersDep,
    request: Request,
    study_id: Id,
    layer: _Layers,
    z: Zoom,
    x: Place,
    y: Place,
    asked: _FilterDep,
) -> Response:
    """Give one tile of a layer: 204 where nothing is in it, 304 where the browser holds it already.

    Of several layers each is filtered by what it can be, and by classes only villages.
    """
    study = tiled_study(service, person, study_id)
    source = readers.source(study.path)

    def made() -> bytes:
        names = [_layer(study, source, name).name for name in dict.fromkeys(layer.split(","))]
        if len(names) == 1:
            return tile(source, names[0], z, x, y, asked, study.rights)
        return joined(source, names, z, x, y, asked, study.rights)

    return tagged(request, study.tag(layer, asked), MVT, made)


def _layer(study: TiledStudy, source: TileSource, name: str) -> TileLayer:
    """Return a layer this person may have; what is not for somebody is as if it were not there."""
    try:
        return layer_named(source, name, study.rights)
    except UnknownNameError as error:
        raise NotFoundError(error.text) from None
