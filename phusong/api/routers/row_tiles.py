"""Reported rows of a round on a map."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.database.models import Round
from phusong.api.deps import LanguageDep, Needs, ReadDep
from phusong.api.ids import Id
from phusong.api.problems import answers
from phusong.api.routers.raster_tiles import TileJson
from phusong.api.tags import tag_of
from phusong.api.tiles.answers import MVT, MVT_ANSWERS, Place, Zoom, tagged, tile_json
from phusong.api.tiles.rows import LAYER, bounds_of, columns_for, rows_tile
from phusong.words import Text

router = APIRouter(prefix="/tiles/rounds", tags=["rounds"])
_Reader = Annotated[Person, Depends(Needs(Action.ROW_READ))]
_TITLE = Text("Khu vực tỉnh báo cáo", "Reported places")
DEEPEST = 14
"""A unit of a tile of this zoom is 0.6 m: nobody reports a place more finely."""


@router.get("/{round_id}/rows/tilejson.json", responses=answers(404))
def rows_tile_json(request: Request, person: _Reader, db: ReadDep, language: LanguageDep, round_id: Id) -> TileJson:
    """Tell where the tiles of a round's rows are, and what their columns mean."""
    round_ = reached(db, person, Action.ROW_READ, Round, round_id)
    fields = {name: title.to(language) for name, title in columns_for(person, round_.province_code).items()}
    told = tile_json(
        request, f"/tiles/rounds/{round_id}/rows/{{z}}/{{x}}/{{y}}.mvt", name=_TITLE.to(language),
        bounds=bounds_of(db, person, round_), max_zoom=DEEPEST, vector_layers=[{"id": LAYER, "fields": fields}],
    )  # fmt: skip
    return TileJson(**told)


@router.get("/{round_id}/rows/{z}/{x}/{y}.mvt", response_class=Response, responses=MVT_ANSWERS)
def rows_tile_mvt(
    request: Request, person: _Reader, db: ReadDep, round_id: Id, z: Zoom, x: Place, y: Place
) -> Response:
    """Give a tile of the rows of a round that this person may read, with what is concluded of them."""
    round_ = reached(db, person, Action.ROW_READ, Round, round_id)
    content = rows_tile(db, person, round_, z, x, y)
    return tagged(request, tag_of(content.hex()), MVT, lambda: content)
