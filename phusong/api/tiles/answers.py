"""Tiles as answers: a tag, kept by nobody but the reader's own browser; where tiles are, as TileJSON."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import Path, Request
from fastapi.responses import Response

from phusong.api.deps import base_of
from phusong.api.problems import answers
from phusong.api.tags import NOT_CHANGED, is_held
from phusong.api.tiles.kept import KeptTiles
from phusong.maps.tile_grid import MOST_ZOOM

Zoom = Annotated[int, Path(ge=0, le=MOST_ZOOM)]
Place = Annotated[int, Path(ge=0, lt=1 << MOST_ZOOM)]

PNG = "image/png"
MVT = "application/vnd.mapbox-vector-tile"
HEADERS: Mapping[str, str] = {"cache-control": "private, no-cache", "vary": "Cookie, Authorization, Accept-Encoding"}
"""A browser may keep a tile, but asks each time whether it still may show it: 304 costs neither file nor query."""
_GZIP, _GZIP_LEAST_BYTES = b"\x1f\x8b", 256
PICTURE_ANSWERS: dict[int | str, dict[str, Any]] = {
    **answers(404, 422),
    **NOT_CHANGED,
    200: {"content": {PNG: {"schema": {"type": "string", "format": "binary"}}}},
}
MVT_ANSWERS: dict[int | str, dict[str, Any]] = {
    **answers(404, 409, 422),
    **NOT_CHANGED,
    200: {"content": {MVT: {"schema": {"type": "string", "format": "binary"}}}},
    204: {"description": "Ô trống / nothing in it"},
}


def tagged(request: Request, tag: str, media_type: str, made: Callable[[], bytes]) -> Response:
    """Return what ``made`` gives; 304 without asking it where the reader has it, 204 where it is empty.

    The tag and the address say what a tile is made from: what was made lately is not made again.
    """
    headers = {**HEADERS, "etag": tag}
    if is_held(request, tag):
        return Response(status_code=304, headers=headers)
    packs = not media_type.startswith("image/") and "gzip" in request.headers.get("accept-encoding", "")
    kept: KeptTiles = request.app.state.kept_tiles
    content = kept.get((request.url.path, tag, packs), lambda: _packed(made()) if packs else made())
    if not content:
        return Response(status_code=204, headers=headers)
    if content.startswith(_GZIP):
        headers["content-encoding"] = "gzip"
    return Response(content, media_type=media_type, headers=headers)


def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 4, mtime=0) if len(content) >= _GZIP_LEAST_BYTES else content


def tile_json(
    request: Request, path: str, *, name: str, bounds: Sequence[float], max_zoom: int, min_zoom: int = 0, **more: Any
) -> dict[str, Any]:
    """Return a TileJSON 3.0 of tiles at a path with ``{z}/{x}/{y}`` under the address the reader came by."""
    west, south, east, north = bounds
    return {
        "tilejson": "3.0.0",
        "name": name,
        "tiles": [f"{base_of(request)}{path}"],
        "bounds": list(bounds),
        "center": [(west + east) / 2, (south + north) / 2, min(max_zoom, 8)],
        "minzoom": min_zoom,
        "maxzoom": max_zoom,
        **more,
    }
