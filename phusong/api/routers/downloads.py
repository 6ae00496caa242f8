"""Result tables as files: GeoPackage, GeoJSON, KML, GeoParquet, CSV, xlsx; what each holds depends on who asks."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Path as InPath
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask
from starlette.responses import Response

from phusong.api.access.policy import Action, Person
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep
from phusong.api.ids import Id
from phusong.api.media import media_type
from phusong.api.problems import NotFoundError, answers
from phusong.api.studies.asking import study_for
from phusong.api.studies.downloads import FILE_ANSWERS
from phusong.api.studies.exports import Format, Wanted, may_have_table, write_export
from phusong.api.tags import NOT_CHANGED, is_held, tag_of

router = APIRouter(prefix="/api", tags=["studies"])
_WRITTEN_AS = "1"


@router.get(
    "/studies/{study_id}/downloads/{table}.{kind}",
    response_class=FileResponse,
    responses={**FILE_ANSWERS, **answers(409), **NOT_CHANGED},
)
def download(
    request: Request,
    person: Annotated[Person, Depends(Needs(Action.STUDY_READ))],
    db: ReadDep,
    service: ServiceDep,
    language: LanguageDep,
    study_id: Id,
    table: Annotated[str, InPath(max_length=32)],
    kind: Format,
) -> Response:
    """Give a result table as a file, with the columns this person may see; households are never among them."""
    study = study_for(db, person, study_id)
    code = study.province_code
    if study.state != "done" or not may_have_table(person, table, code):
        raise NotFoundError
    stations = person.may(Action.STATION_READ, province_code=code)
    wanted = Wanted(service.results(study.folder), table, kind, language, stations)
    tag = tag_of(_WRITTEN_AS, study.digest, table, kind, language, stations)
    kept = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization, Accept-Language"}
    if is_held(request, tag):
        return Response(status_code=304, headers=kept)
    folder = tempfile.TemporaryDirectory(prefix="phusong-")
    try:
        path = Path(folder.name) / f"{table}.{kind}"
        write_export(wanted, path, study.manifest or {})
    except BaseException:
        folder.cleanup()
        raise
    name = f"{table}-{code}-{str((study.manifest or {}).get('dated', ''))[:10]}.{kind}"
    return FileResponse(
        path, filename=name, media_type=media_type(f".{kind}"), headers=kept, background=BackgroundTask(folder.cleanup)
    )
