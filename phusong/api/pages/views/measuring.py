"""What to measure next as a way to drive: on a map, as a table, as a workbook and for a GPS."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Study
from phusong.api.database.types import today
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep
from phusong.api.ids import Id
from phusong.api.media import XLSX
from phusong.api.pages.frame import page
from phusong.api.pages.place_maps import Kind, Spot, draw
from phusong.api.pages.scope import Place
from phusong.api.problems import ConflictError
from phusong.api.service import Service
from phusong.api.studies.asking import study_for
from phusong.api.workflow.reconciling import results_of
from phusong.errors import PhuSongError
from phusong.words import Language, Text

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.FINDING_READ))]
STOP = Kind(name="place", title=Text("điểm cần đo", "place to measure"), shape="disc")
_GPX = "application/gpx+xml"


@router.get("/studies/{study_id}/measure")
def measure(
    request: Request, person: Reader, db: ReadDep, service: ServiceDep, language: LanguageDep, study_id: Id
) -> HTMLResponse:
    """Show the places where a measurement would decide something, in the order to drive."""
    study = study_for(db, person, study_id, Action.FINDING_READ)
    start, why, stops = _start(request), None, []
    try:
        stops = _stops(service, study, start)
    except PhuSongError as error:
        why = error.text
    from phusong.study.measuring_route import METHOD

    spots = [
        Spot(
            key=str(one["stop"]), lon=one["lon_deg"], lat=one["lat_deg"], kind=STOP.name,
            label=f"{one['stop']}. {one['village_name'] or one['gap_id'] or one['commune_name']}",
            address=f"#r-{one['stop']}",
        )
        for one in stops
    ]  # fmt: skip
    ground = None if not stops else results_of(service, study, study.province_code) / "communes.parquet"
    drawing = draw(spots, [STOP], ground=ground if ground is not None and ground.is_file() else None, is_way=True)
    return page(
        request, "measure_findings.html", Text(f"Đo tiếp: {study.name}", f"To measure: {study.name}"),
        section="findings", place=Place(study.province_code), study=study, stops=stops, why=why, method=METHOD,
        drawing=drawing, start=start, by_order=sorted(stops, key=lambda one: int(one["order"])),
    )  # fmt: skip


@router.get("/studies/{study_id}/measure.{kind}")
def measure_file(
    request: Request, person: Reader, db: ReadDep, service: ServiceDep, language: LanguageDep, study_id: Id,
    kind: Literal["xlsx", "gpx"],
) -> Response:  # fmt: skip
    """Give the same to be taken along."""
    import pandas as pd

    from phusong.study.measuring_route import as_gpx

    study = study_for(db, person, study_id, Action.FINDING_READ)
    route = pd.DataFrame(_stops(service, study, _start(request)))
    if route.empty:
        raise ConflictError(Text("Không còn điểm nào cần đo.", "No place is left to measure."))
    content = as_gpx(route, study=study.name, language=language) if kind == "gpx" else _book(route, study, language)
    headers = {"Content-Disposition": f'attachment; filename="diem-can-do.{kind}"', "Cache-Control": "no-store"}
    return Response(content, media_type=_GPX if kind == "gpx" else XLSX, headers=headers)


def _book(route: Any, study: Study, language: Language) -> bytes:
    from phusong.study.measuring_route import write_route

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "diem.xlsx"
        write_route(route, path, study=study.name, made_on=today(), language=language)
        return path.read_bytes()


def _start(request: Request) -> int:
    """Return the place the way begins at, by its rank; the one that decides most where none is named."""
    asked = request.query_params.get("start", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1


def _stops(service: Service, study: Study, start: int) -> list[dict[str, Any]]:
    from phusong.study.measuring_route import in_driving_order
    from phusong.study.opened import open_results

    results = open_results(results_of(service, study, study.province_code))
    if not results.has("test_points"):
        raise ConflictError(
            Text("Nghiên cứu này không giữ điểm cần đo: hãy chạy lại.", "This study kept no places to measure: run it.")
        )
    points = results.table("test_points").drop(columns="geometry", errors="ignore")
    ranks = points["order"].tolist()
    route = in_driving_order(points, ranks.index(start) if start in ranks else 0)
    return [{str(key): value for key, value in one.items()} for one in route.to_dict("records")]
