"""Tiles of the agency's own basemap, for whoever is signed in and may look at maps."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from phusong.api.access.policy import Action, Person
from phusong.api.deps import Needs, ServiceDep
from phusong.api.problems import NotFoundError, answers
from phusong.api.tags import NOT_CHANGED, tag_of
from phusong.api.tiles.answers import MVT, PNG, Place, Zoom, tagged
from phusong.api.tiles.basemaps import ADDRESS, basemap_of, mark_of

router = APIRouter(tags=["tiles"])
_Reader = Annotated[Person, Depends(Needs(Action.STUDY_READ))]
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    **answers(404, 422),
    **NOT_CHANGED,
    200: {"content": {MVT: _BYTES, PNG: _BYTES, "image/jpeg": _BYTES, "image/webp": _BYTES}},
    204: {"description": "Ô trống / nothing in it"},
}


@router.get(ADDRESS, response_class=Response, responses=_ANSWERS)
def basemap_tile(person: _Reader, service: ServiceDep, request: Request, z: Zoom, x: Place, y: Place) -> Response:
    """Give one tile of the basemap that the setting names: 204 where it has none."""
    found = basemap_of(service)
    if found is None:
        raise NotFoundError
    return tagged(request, tag_of("basemap", mark_of(service)), found.facts.media_type, lambda: found.tile(z, x, y))
