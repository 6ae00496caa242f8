"""Every row of a round with all that is said of it, side by side: who differs from the list, in words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse

from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.database.models import Round, Study
from phusong.api.deps import Needs, ReadDep, ServiceDep
from phusong.api.ids import Id
from phusong.api.pages.communes import commune_names
from phusong.api.pages.frame import page
from phusong.api.pages.views.rounds import place, round_title
from phusong.api.pages.windows import window_of
from phusong.api.routers.findings import ROW_VERDICTS
from phusong.api.service import Service
from phusong.api.workflow.beside import Beside, count_of_rows, rows_beside
from phusong.api.workflow.deciding import VERDICT_TITLES
from phusong.api.workflow.steps import ROUND_STATES
from phusong.coverage.findings import SAYS_TITLES
from phusong.data.schemas import GAPS
from phusong.data.terms import range_text
from phusong.words import Text

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.FINDING_READ))]
ROWS_A_PAGE = 50
CLASSES = {option.value: option.title for option in GAPS.field("gap_class").options}
COVERAGE = {
    "yes": Text("có sóng", "signal"), "weak": Text("sóng yếu", "weak signal"), "no": Text("chưa có sóng", "no signal"),
}  # fmt: skip
STILL_GAP = {
    "yes": Text("vẫn chưa có sóng", "still no signal"), "no": Text("đã có sóng", "signal now"),
    "unknown": Text("chưa biết", "not known"),
}  # fmt: skip
UNSAID = {"asked": Text("chưa trả lời", "not answered yet"), "silent": Text("không trả lời", "no answer")}


@router.get("/rounds/{round_id}/evidence")
def evidence(request: Request, person: Reader, db: ReadDep, service: ServiceDep, round_id: Id) -> HTMLResponse:
    """Show the rows of a round, each with what the list, the study, commune, operators and measurements say."""
    round_ = reached(db, person, Action.FINDING_READ, Round, round_id)
    window, differs = window_of(request, limit=ROWS_A_PAGE), request.query_params.get("differs") == "yes"
    study, results = _study_of(db, service, person, round_)
    part = {"results": results, "limit": window.limit, "offset": window.offset}
    rows, total = rows_beside(db, person, round_, differs=differs, **part)  # type: ignore[arg-type]
    counts = {True: total if differs else None, False: count_of_rows(db, person, round_) if differs else total}
    return page(
        request, "round_evidence.html", round_title(round_.batch, Text("bằng chứng", "evidence")),
        section="rounds", place=place(round_), round=round_, tab="evidence", round_states=ROUND_STATES, rows=rows,
        total=total, window=window, differs=differs, counts=counts, study=study, verdicts=ROW_VERDICTS,
        classes=CLASSES, says=SAYS_TITLES, coverage=COVERAGE, still_gap=STILL_GAP, unsaid=UNSAID,
        decided=VERDICT_TITLES, interval=_interval,
        called=commune_names(db, [(one.row.province_code, one.row.commune_code) for one in rows]),
        map_place=_map_place,
    )  # fmt: skip


def _study_of(db: Session, service: Service, person: Person, round_: Round) -> tuple[Study | None, Path | None]:
    """Return the study a round was set beside and its results, where this person may read them."""
    study = None if round_.study_id is None else db.get(Study, round_.study_id)
    if study is None or not person.may(Action.STUDY_READ, province_code=study.province_code):
        return None, None
    return study, service.results(study.folder) if study.folder and study.state == "done" else None


def _interval(model: Mapping[str, Any]) -> Text:
    """Write how many households the study finds without signal, from the sure ones to those that may be."""
    low, open_ones, whole = (
        model.get(name) for name in ("unserved_households", "undetermined_households", "households")
    )
    if low is None or whole is None:
        return Text("", "")
    high = int(low) + int(open_ones or 0)
    return Text(
        f"{range_text(int(low), high)}/{range_text(int(whole), int(whole))} hộ chưa có sóng",
        f"{range_text(int(low), high, 'en')}/{range_text(int(whole), int(whole), 'en')} households without signal",
    )


def _map_place(one: Beside) -> str:
    """Return the part of a map's address that asks about a row's place."""
    return "" if one.place is None else f"#ask={one.place[0]:.5f},{one.place[1]:.5f}"
