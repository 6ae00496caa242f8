"""Tiles as answers: a tag, kept by nobody but the reader's own browser; where tiles are, as TileJSON."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Path, Request
from fastapi.responses import Response

from phusong.api.problems import answers

Zoom = Annotated[int, Path(ge=0, le=22)]
Place = Annotated[int, Path(ge=0, le=2**22 - 1)]

PNG = "image/png"
MVT = "application/vnd.mapbox-vector-tile"
HEADERS: Mapping[str, str] = {"cache-control": "private, no-cache", "vary": "Cookie, Authorization, Accept-Encoding"}
"""A browser may keep a tile, but asks each time whether it still may show it: 304 costs neither file nor query."""
_GZIP_LEAST_BYTES = 1_000
_NOT_CHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "Không đổi / not changed"}}
PICTURE_ANSWERS: dict[int | str, dict[str, Any]] = {
    **answers(404, 422),
    **_NOT_CHANGED,
    200: {"content": {PNG: {"schema": {"type": "string", "format": "binary"}}}},
}
MVT_ANSWERS: dict[int | str, dict[str, Any]] = {
    **answers(404, 422),
    **_NOT_CHANGED,
    200: {"content": {MVT: {"schema": {"type": "string", "format": "binary"}}}},
    204: {"description": "Ô trống / nothing in it"},
}


def tag_of(*told: object) -> str:
    """Return the tag of what is made from these and nothing else."""
    return '"' + hashlib.sha256("\n".join(map(str, told)).encode()).hexdigest()[:32] + '"'


def tagged(request: Request, tag: str, media_type: str, made: Callable[[], bytes]) -> Response:
    """Return what ``made`` gives; 304 without asking it where the reader has it, 204 where it is empty."""
    headers = {**HEADERS, "etag": tag}
    if tag in (one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=headers)
    content = made()
    if not content:
        return Response(status_code=204, headers=headers)
    packed = media_type != PNG and len(content) >= _GZIP_LEAST_BYTES
    if packed and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            gzip.compress(content, 5, mtime=0), media_type=media_type, headers={**headers, "content-encoding": "gzip"}
        )
    return Response(content, media_type=media_type, headers=headers)


def base_of(request: Request) -> str:
    """Return the address people use, else the one this reader came by."""
    public: str = request.app.state.service.settings.public_url
    return (public or str(request.base_url)).rstrip("/")


def tile_json(
    request: Request, path: str, *, name: str, bounds: list[float], max_zoom: int, min_zoom: int = 0, **more: Any
) -> dict[str, Any]:
    """Return a TileJSON 3.0 of tiles at a path with ``{z}/{x}/{y}`` under the address the reader came by."""
    west, south, east, north = bounds
    return {
        "tilejson": "3.0.0",
        "name": name,
        "tiles": [f"{base_of(request)}{path}"],
        "bounds": bounds,
        "center": [(west + east) / 2, (south + north) / 2, min(max_zoom, 8)],
        "minzoom": min_zoom,
        "maxzoom": max_zoom,
        **more,
    }
