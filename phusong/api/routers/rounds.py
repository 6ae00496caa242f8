"""Rounds of a province: their rows, their steps, what changed since the last one."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pandas as pd
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, func, select

from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.access.scope import within
from phusong.api.database.models import GapRow, GapRowVersion, Round, User
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.intake.corrections import Correction, correct_row, row_in_reach
from phusong.api.intake.differences import difference_book, difference_to
from phusong.api.intake.exports import as_csv, as_xlsx
from phusong.api.intake.kept_rows import rows_of_round
from phusong.api.intake.rounds import open_round, rows_in_each, rows_in_reach, rows_like
from phusong.api.media import CSV, XLSX
from phusong.api.paging import Page, WindowDep
from phusong.api.problems import answers

if TYPE_CHECKING:
    from phusong.data.rounds.difference import Difference

router = APIRouter(prefix="/api", tags=["rounds"])

Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f]*$")]
RoundReader = Annotated[Person, Depends(Needs(Action.ROUND_READ))]
RoundOpener = Annotated[Person, Depends(Needs(Action.ROUND_OPEN))]
RowCorrector = Annotated[Person, Depends(Needs(Action.ROW_CORRECT))]
RowReader = Annotated[Person, Depends(Needs(Action.ROW_READ))]
Against = Id | None
Searched = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")]
CommuneCode = Annotated[str, Query(pattern=r"^(\d{5})?$")]
_FILE: dict[int | str, dict[str, Any]] = {200: {"content": {XLSX: {}, "text/csv": {}}}}
_WORKBOOK: dict[int | str, dict[str, Any]] = {200: {"content": {XLSX: {}}}, **answers(409)}


class RoundIn(BaseModel):
    """A round to be opened."""

    model_config = ConfigDict(extra="forbid")

    province_code: str = Field(pattern=r"^\d{2}$", examples=["08"])
    batch: Line = Field(min_length=1, max_length=64, examples=["2026-Q4"])
    title: Line = Field(default="", max_length=200)
    due_on: date | None = None


class RoundOut(BaseModel):
    """A round: where it stands, and how much its list has."""

    id: str
    province_code: str
    batch: str
    title: str
    state: str
    state_since: datetime
    due_on: date | None
    answers_due_on: date | None
    list_upload_id: str | None
    study_id: str | None
    created_at: datetime
    rows: int
    households: int


class RowOut(BaseModel):
    """A row as lists and maps show it."""

    id: str
    round_id: str
    gap_id: str
    province_code: str
    commune_code: str
    village: str
    households: int | None
    lon: float | None
    lat: float | None
    present: bool
    version: int


class VersionOut(BaseModel):
    """One state of a row: its cells, where they are from, who made it and why."""

    version: int
    cells: dict[str, Any]
    upload_id: str | None
    file_row: int | None
    reason: str
    made_by: str
    made_at: datetime


class RowFullOut(RowOut):
    """A row with every state it has had, the first one first."""

    versions: list[VersionOut]


class CorrectionIn(BaseModel):
    """Cells written anew, as in a list (``"15/09/2026"``, ``"trắng sóng"``), and why."""

    model_config = ConfigDict(extra="forbid")

    cells: dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=2_000)] | float | bool | None] = (
        Field(min_length=1, max_length=100)
    )
    reason: str = Field(min_length=3, max_length=2_000, pattern=r"^[^\x00]*$")
    version: int = Field(ge=1, le=2**31 - 1)
    despite_warnings: bool = False


class CorrectedOut(BaseModel):
    """The row as it stands now, and the warnings it stands in spite of."""

    row: RowOut
    warnings: list[str]


class ChangedRowOut(BaseModel):
    """What became of one place between two rounds."""

    gap_id: str
    status: Literal["new", "reopened", "closed", "changed", "moved", "unchanged"]
    how: str
    commune_code: str
    commune_name: str
    village_name: str
    moved_m: float | None
    households_unserved_before: float | None
    households_unserved_after: float | None
    changes: dict[str, tuple[str, str]]
    lon: float | None
    lat: float | None


class DifferenceOut(BaseModel):
    """What changed since an earlier round: the counts of all rows, and a page of them."""

    before_id: str
    before: str
    counts: dict[str, int]
    questions: list[dict[str, Any]]
    rows: Page[ChangedRowOut]


@router.post("/rounds", status_code=201, responses=answers(404))
def open_a_round(
    asked: RoundIn, db: WriteDep, person: Annotated[Person, Depends(Needs(Action.ROUND_OPEN))]
) -> RoundOut:
    """Open a round: the province's list, its answers and its findings follow."""
    round_ = open_round(
        db, person, province_code=asked.province_code, batch=asked.batch.strip() or "–", title=asked.title,
        due_on=asked.due_on,
    )  # fmt: skip
    return _out(round_, (0, 0))


@router.get("/rounds")
def list_rounds(
    db: ReadDep,
    person: RoundReader,
    window: WindowDep,
    province_code: Annotated[str, Query(pattern=r"^(\d{2})?$")] = "",
    state: Annotated[str, Query(pattern=r"^[a-z]{0,16}$")] = "",
) -> Page[RoundOut]:
    """List the rounds in one's scope, the newest first."""
    query = select(Round).where(within(person, Action.ROUND_READ, province=Round.province_code))
    for column, value in ((Round.province_code, province_code), (Round.state, state)):
        query = query.where(column == value) if value else query
    total = db.scalars(select(func.count()).select_from(query.subquery())).one()
    page = query.order_by(Round.created_at.desc(), Round.id).limit(window.limit).offset(window.offset)
    found = db.scalars(page).all()
    counts = rows_in_each(db, found)
    return window.page([_out(one, counts.get(one.id, (0, 0))) for one in found], total)


@router.get("/rounds/{round_id}")
def read_round(round_id: Id, db: ReadDep, person: RoundReader) -> RoundOut:
    """Tell where a round stands."""
    round_ = reached(db, person, Action.ROUND_READ, Round, round_id)
    return _out(round_, rows_in_each(db, [round_]).get(round_.id, (0, 0)))


@router.get("/rounds/{round_id}/rows")
def list_rows(
    round_id: Id,
    db: ReadDep,
    person: RowReader,
    window: WindowDep,
    q: Searched = "",
    commune_code: CommuneCode = "",
    gone: bool = False,
) -> Page[RowOut]:
    """List the rows of a round: ``q`` finds villages, clusters, communes and ids, with or without accents.

    ``gone`` lists those an earlier list of the round had and its newest has not.
    """
    reached(db, person, Action.ROW_READ, Round, round_id)
    query = select(GapRow).where(GapRow.round_id == round_id, *_asked(person, q, commune_code, gone=gone))
    total = db.scalars(select(func.count()).select_from(query.subquery())).one()
    page = query.order_by(GapRow.commune_code, GapRow.folded, GapRow.gap_id).limit(window.limit).offset(window.offset)
    return window.page([_row_out(one) for one in db.scalars(page)], total)


@router.get("/rounds/{round_id}/rows.{kind}", response_class=Response, responses=_FILE)
def export_rows(
    round_id: Id,
    kind: Literal["xlsx", "csv"],
    db: ReadDep,
    person: RowReader,
    language: LanguageDep,
    q: Searched = "",
    commune_code: CommuneCode = "",
) -> Response:
    """Return the rows under the template's headers: a list that can be sent again."""
    round_ = reached(db, person, Action.ROW_READ, Round, round_id)
    rows = rows_of_round(db, round_id, *_asked(person, q, commune_code, gone=False)).table
    content = as_xlsx(rows, language) if kind == "xlsx" else as_csv(rows, language)
    return _attached(content, XLSX if kind == "xlsx" else CSV, f"{_file_name(round_)}.{kind}")


@router.get("/rounds/{round_id}/difference", responses=answers(409))
def read_difference(
    round_id: Id,
    db: ReadDep,
    person: RoundReader,
    window: WindowDep,
    against: Against = None,
    status: Annotated[str, Query(pattern=r"^[a-z]{0,16}$")] = "",
) -> DifferenceOut:
    """Tell what changed since the round before, or since the one named."""
    round_ = reached(db, person, Action.ROUND_READ, Round, round_id)
    before, found = difference_to(db, round_, against)
    rows = found.rows[found.rows["status"] == status] if status else found.rows
    part = rows.iloc[window.offset : window.offset + window.limit]
    return DifferenceOut(
        before_id=before.id,
        before=before.batch,
        counts=dict(found.counts),
        questions=_questions(found),
        rows=window.page(_changed_rows(part, found), len(rows)),
    )


@router.get("/rounds/{round_id}/difference.xlsx", response_class=Response, responses=_WORKBOOK)
def export_difference(
    round_id: Id, db: ReadDep, person: RoundReader, language: LanguageDep, against: Against = None
) -> Response:
    """Return the same as a workbook: summary by commune, then a sheet for each kind of change."""
    round_ = reached(db, person, Action.ROUND_READ, Round, round_id)
    before, found = difference_to(db, round_, against)
    name = f"{_file_name(before)}-{_file_name(round_)}.xlsx"
    return _attached(difference_book(found, before, round_, language), XLSX, name)


@router.get("/rows/{row_id}")
def read_row(row_id: Id, db: ReadDep, person: RowReader) -> RowFullOut:
    """Return a row with every state it has had."""
    row = row_in_reach(db, row_id, person)
    query = select(GapRowVersion, User.full_name).join(User, User.id == GapRowVersion.made_by)
    found = db.execute(query.where(GapRowVersion.row_id == row.id).order_by(GapRowVersion.version)).all()
    return RowFullOut(**_row_out(row).model_dump(), versions=[_version_out(one, name) for one, name in found])


@router.post("/rows/{row_id}/versions", status_code=201)
def correct_a_row(
    request: Request,
    row_id: Id,
    asked: CorrectionIn,
    service: ServiceDep,
    person: RowCorrector,
    language: LanguageDep,
) -> CorrectedOut:
    """Correct cells of a row: checked by the rules of the list, the state before is kept."""
    correction = Correction(**asked.model_dump())
    warnings = correct_row(service, row_id, person, correction, request_id=getattr(request.state, "request_id", ""))
    with service.database.read() as db:
        row = row_in_reach(db, row_id, person, Action.ROW_CORRECT)
    return CorrectedOut(row=_row_out(row), warnings=[one.text.to(language) for one in warnings])


def _asked(person: Person, q: str, commune_code: str, *, gone: bool) -> list[ColumnElement[bool]]:
    conditions = [rows_in_reach(person), GapRow.present.is_(not gone)]
    if q.strip():
        conditions.append(rows_like(q))
    if commune_code:
        conditions.append(GapRow.commune_code == commune_code)
    return conditions


def _out(round_: Round, counts: tuple[int, int]) -> RoundOut:
    told = {name: getattr(round_, name) for name in RoundOut.model_fields if hasattr(Round, name)}
    return RoundOut(**told, rows=counts[0], households=counts[1])


def _row_out(row: GapRow) -> RowOut:
    told = {name: getattr(row, name) for name in RowOut.model_fields if hasattr(GapRow, name)}
    point = None if row.geom is None else row.geom.centroid
    return RowOut(**told, lon=None if point is None else point.x, lat=None if point is None else point.y)


def _version_out(version: GapRowVersion, name: str) -> VersionOut:
    told = {field: getattr(version, field) for field in VersionOut.model_fields if field != "made_by"}
    return VersionOut(**told, made_by=name)


def _changed_rows(part: pd.DataFrame, found: Difference) -> list[ChangedRowOut]:
    changes: dict[str, dict[str, tuple[str, str]]] = {}
    ids = set(part["gap_id"])
    own = found.changes[found.changes["gap_id"].isin(ids)]
    for gap_id, field, before, after in own.itertuples(index=False, name=None):
        changes.setdefault(gap_id, {})[field] = (_told(before), _told(after))
    places = _places(found, ids)
    return [
        ChangedRowOut(
            **_changed_row(row), changes=changes.get(str(row["gap_id"]), {}),
            **places.get(str(row["gap_id"]), {"lon": None, "lat": None}),
        )
        for row in part.to_dict("records")
    ]  # fmt: skip


def _places(found: Difference, ids: set[str]) -> dict[str, dict[str, float | None]]:
    """Return where places are: as the later round has it, else the earlier."""
    return {
        str(gap_id): {"lon": _number(lon), "lat": _number(lat)}
        for table in (found.before, found.after)
        for gap_id, lon, lat in table.loc[table["gap_id"].isin(ids), ["gap_id", "lon", "lat"]].itertuples(index=False)
    }


def _changed_row(row: dict[Any, Any]) -> dict[str, Any]:
    numbers = ("moved_m", "households_unserved_before", "households_unserved_after")
    texts = ("gap_id", "status", "how", "commune_code", "commune_name", "village_name")
    return {name: _number(row[name]) for name in numbers} | {name: str(row[name]) for name in texts}


def _questions(found: Difference) -> list[dict[str, Any]]:
    columns = ("before_id", "after_id", "why")
    return [
        {name: str(row[name]) for name in columns} | {"distance_m": _number(row["distance_m"])}
        for row in found.questions.head(500).to_dict("records")
    ]


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) or not math.isfinite(value) else float(value)


def _told(value: Any) -> str:
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return "" if pd.isna(value) else str(value)


def _file_name(round_: Round) -> str:
    from phusong.data.rounds.store import folder_name

    return folder_name(round_.batch)


def _attached(content: bytes, media_type: str, name: str) -> Response:
    """Return a file to be saved; the name is ours, of plain letters and digits."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=media_type, headers=headers)
