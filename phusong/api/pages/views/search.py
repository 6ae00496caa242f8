"""The search box: communes, reported places and villages by name, without accents, in this person's scope only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse

from phusong.api.access.policy import Action, Person
from phusong.api.access.scope import within
from phusong.api.database.models import GapRow, GapRowVersion, Round, Study
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep
from phusong.api.pages.frame import page
from phusong.api.pages.scope import place_of
from phusong.api.paging import Window
from phusong.api.routers.findings import FindingOut, list_findings
from phusong.api.service import Service
from phusong.data.names import fold
from phusong.errors import PhuSongError
from phusong.words import Language, Text

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.ROW_READ))]
LONGEST = 100
MOST_ROWS = 50
MOST_VILLAGES = 20
STUDIES_SEARCHED = 3


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A reported place that matches, with its round and the name of its commune."""

    row: GapRow
    round: Round
    commune: str


@router.get("/search")
def search(
    request: Request, person: Reader, db: ReadDep, service: ServiceDep, language: LanguageDep, q: str = ""
) -> HTMLResponse:
    """Show what matches, the newest rounds first."""
    asked, chosen = q.strip()[:LONGEST], place_of(request, person).province_code
    rows = _rows(db, person, fold(asked), chosen) if asked else []
    return page(
        request, "search.html", Text("Tìm kiếm", "Search"), search=asked, rows=rows[:MOST_ROWS],
        more=len(rows) > MOST_ROWS, communes=_communes(rows, fold(asked)),
        villages=_villages(db, service, person, language, asked, chosen) if asked else [],
    )  # fmt: skip


def _rows(db: Session, person: Person, asked: str, province: str) -> list[FoundRow]:
    scope = within(person, Action.ROW_READ, province=GapRow.province_code, commune=GapRow.commune_code)
    query = (
        select(GapRow, Round, GapRowVersion.cells)
        .join(Round, Round.id == GapRow.round_id)
        .join(GapRowVersion, (GapRowVersion.row_id == GapRow.id) & (GapRowVersion.version == GapRow.version))
        .where(scope, GapRow.present)
        .where(GapRow.folded.contains(asked, autoescape=True) | (GapRow.commune_code == asked))
    )
    query = query.where(GapRow.province_code == province) if province else query
    found = db.execute(query.order_by(Round.created_at.desc(), GapRow.gap_id).limit(MOST_ROWS + 1))
    return [FoundRow(row, round_, str(cells.get("commune_name") or "")) for row, round_, cells in found]


def _communes(rows: Sequence[FoundRow], asked: str) -> list[tuple[str, str, str]]:
    """Return the communes among what was found whose own name or code was asked for: province, code, name."""
    found = {
        (one.row.province_code, one.row.commune_code): one.commune
        for one in rows
        if asked in fold(one.commune) or asked == one.row.commune_code
    }
    return [(province, code, name) for (province, code), name in found.items() if code]


def _villages(
    db: Session, service: Service, person: Person, language: Language, asked: str, province: str
) -> list[tuple[Study, FindingOut]]:
    """Return the villages that match in the newest studies this person may read, each village once."""
    own = within(person, Action.FINDING_READ, province=Study.province_code) & (Study.state == "done")
    query = select(Study).where(own).order_by(Study.finished_at.desc()).limit(STUDIES_SEARCHED)
    query = query.where(Study.province_code == province) if province else query
    found: dict[str, tuple[Study, FindingOut]] = {}
    for study in db.scalars(query):
        for one in _findings(db, service, person, language, asked, study.id):
            found.setdefault(one.village_code, (study, one))
    return list(found.values())[:MOST_VILLAGES]


def _findings(
    db: Session, service: Service, person: Person, language: Language, asked: str, study_id: str
) -> Sequence[FindingOut]:
    """Return a study's villages; none where its results are not there any more."""
    part = Window(limit=MOST_VILLAGES * 4, offset=0)
    try:
        return list_findings(study_id, service, db, part, language, person, target="village", q=asked).items
    except PhuSongError:
        return []
