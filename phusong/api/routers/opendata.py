"""Open data: a catalogue and files for anybody, counts of approved rounds alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse
from starlette.responses import JSONResponse, Response

from phusong.api.deps import LanguageDep, ReadDep, ServiceDep
from phusong.api.media import media_type
from phusong.api.opendata.catalogue import catalogue
from phusong.api.opendata.columns import OPEN_TABLES
from phusong.api.opendata.files import open_file
from phusong.api.opendata.tables import public_digest, public_tables
from phusong.api.problems import NotFoundError, answers
from phusong.api.studies.downloads import FILE_ANSWERS
from phusong.api.studies.exports import Format
from phusong.api.tags import NOT_CHANGED, is_held, tag_of

router = APIRouter(prefix="/api", tags=["public"])
FOR_ANYBODY: Mapping[str, str] = {
    "Cache-Control": "public, no-cache",
    "Vary": "Accept-Language, Cookie",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Any page and program may read this, and keep it as long as its tag holds."""


@router.get("/open-data")
def open_catalogue(service: ServiceDep, db: ReadDep) -> Response:
    """Tell what open data there is: tables, columns, dates, terms of use, addresses."""
    return JSONResponse(catalogue(service.settings, public_tables(service, db)), headers=dict(FOR_ANYBODY))


@router.get(
    "/open-data/{table}.{kind}", response_class=FileResponse, responses={**FILE_ANSWERS, **answers(409), **NOT_CHANGED}
)
def open_download(
    request: Request,
    service: ServiceDep,
    db: ReadDep,
    language: LanguageDep,
    table: Annotated[str, Path(max_length=32)],
    kind: Format,
    province: Annotated[Literal[""] | Annotated[str, Query(pattern=r"^\d{2}$")], Query()] = "",
) -> Response:
    """Give an open table as a file, of one province or of all; ``lang`` chooses the words in it."""
    if table not in OPEN_TABLES:
        raise NotFoundError
    digest = public_digest(service, db)
    tag = tag_of(digest, table, kind, language, province)
    headers = {**FOR_ANYBODY, "ETag": tag}
    if is_held(request, tag):
        return Response(status_code=304, headers=headers)
    rows = public_tables(service, db)[table]
    if province and not (rows["province_code"] == province).any():
        raise NotFoundError
    path = open_file(service.settings, rows, table, kind, language, digest=digest, province_code=province)
    name = f"{table}-{province}.{kind}" if province else f"{table}.{kind}"
    return FileResponse(path, filename=name, media_type=media_type(f".{kind}"), headers=headers)
