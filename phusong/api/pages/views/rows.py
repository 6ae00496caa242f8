"""Opening a round, what changed since the one before, and one row with every state it has had."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.database.models import Round
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.intake.corrections import CORRECTABLE
from phusong.api.pages.forms import FormDep, model_of, text_of
from phusong.api.pages.frame import page
from phusong.api.pages.moments import day_of
from phusong.api.pages.notices import go
from phusong.api.pages.place_maps import Drawing, Kind, Spot, draw, ground_of
from phusong.api.pages.scope import Place, place_of, provinces_of
from phusong.api.pages.shown import comments_on
from phusong.api.pages.views.rounds import place, round_title
from phusong.api.pages.views.since_last import CHANGES
from phusong.api.pages.windows import window_of
from phusong.api.paging import Window
from phusong.api.problems import NotFoundError
from phusong.api.routers.rounds import (
    ChangedRowOut,
    CorrectionIn,
    DifferenceOut,
    RoundIn,
    RowFullOut,
    correct_a_row,
    open_a_round,
    read_difference,
    read_row,
)
from phusong.api.workflow.steps import ROUND_STATES
from phusong.data.schema import Field
from phusong.data.schemas import GAPS
from phusong.errors import PhuSongError
from phusong.words import Text, number

router = APIRouter()
Opener = Annotated[Person, Depends(Needs(Action.ROUND_OPEN))]
Reader = Annotated[Person, Depends(Needs(Action.ROUND_READ))]
RowReader = Annotated[Person, Depends(Needs(Action.ROW_READ))]
Corrector = Annotated[Person, Depends(Needs(Action.ROW_CORRECT))]
KINDS = tuple(
    Kind(name=name, title=CHANGES[name], shape=shape)
    for name, shape in {
        "unchanged": "disc", "moved": "square", "changed": "triangle", "closed": "ring", "reopened": "diamond",
        "new": "cross",
    }.items()
)  # fmt: skip


@router.get("/rounds/new")
def new_round(request: Request, person: Opener) -> HTMLResponse:
    """Show the form that opens a round."""
    held = [code for code in provinces_of(request, person) if person.may(Action.ROUND_OPEN, province_code=code)]
    return page(
        request, "round_new.html", Text("Mở đợt mới", "Open a round"), section="rounds", provinces=held,
        province=place_of(request, person).province_code,
    )  # fmt: skip


@router.post("/rounds")
def open_it(request: Request, person: Opener, db: WriteDep, form: FormDep) -> Response:
    """Open a round."""
    fields = ("province_code", "batch", "title", "due_on")
    made = open_a_round(model_of(RoundIn, {name: text_of(form, name) for name in fields}), db, person)
    return go(
        request,
        f"/rounds/{made.id}/uploads",
        Text("Đã mở đợt; hãy gửi danh sách.", "The round is open; send its list."),
    )


@router.get("/rounds/{round_id}/differences")
def differences(request: Request, person: Reader, db: ReadDep, service: ServiceDep, round_id: Id) -> HTMLResponse:
    """Show what changed since the round before."""
    round_ = reached(db, person, Action.ROUND_READ, Round, round_id)
    window, change = window_of(request), request.query_params.get("change", "")
    change = change if change in CHANGES else ""
    try:
        part = Window(limit=window.limit, offset=window.offset)
        found, why = read_difference(round_id, db, person, part, None, change), None
    except PhuSongError as error:
        found, why = None, error.text
    return page(
        request, "round_differences.html",
        round_title(round_.batch, Text("khác đợt trước", "changes")),
        section="rounds", place=place(round_), round=round_, tab="differences", round_states=ROUND_STATES,
        found=found, why=why, changes=CHANGES, change=change, window=window, kinds={one.name: one for one in KINDS},
        pairs={} if found is None else {one.gap_id: _pairs(one) for one in found.rows.items},
        drawing=None if found is None else _drawing(found, ground_of(db, service, person, round_.province_code)),
        total=0 if found is None else sum(found.counts.get(key, 0) for key in CHANGES),
    )  # fmt: skip


def _drawing(found: DifferenceOut, ground: Path | None) -> Drawing | None:
    """Draw the places of this page, those that changed above those that did not."""
    order = [one.name for one in KINDS]
    spots = [
        Spot(
            key=one.gap_id, lon=one.lon, lat=one.lat, kind=one.status, address=f"#r-{one.gap_id}",
            label=f"{one.village_name or one.gap_id}",
        )
        for one in sorted(found.rows.items, key=lambda one: order.index(one.status))
        if one.lon is not None and one.lat is not None
    ]  # fmt: skip
    return draw(spots, KINDS, ground=ground)


@dataclass(frozen=True, slots=True)
class Pair:
    """A column of which the two rounds say something else."""

    title: Text
    before: Text
    after: Text


def _pairs(row: ChangedRowOut) -> list[Pair]:
    """Return what changed in a row, by the titles of the columns and of what can be chosen in them."""
    fields = {field.name: field for field in GAPS.fields}
    return [
        Pair(
            fields[name].title if name in fields else Text(name, name),
            *(_told(one, fields.get(name)) for one in (before, after)),
        )
        for name, (before, after) in row.changes.items()
    ]


def _told(value: str, field: Field | None) -> Text:
    """Write a value as its column does."""
    titles = {option.value: option.title for option in field.options} if field is not None else {}
    titles |= {"True": Text("có", "yes"), "False": Text("không", "no")}
    if field is not None and field.kind in ("int", "float") and value:
        decimals = 0 if float(value).is_integer() else 2
        return Text(number(float(value), decimals=decimals), number(float(value), "en", decimals=decimals))
    if field is not None and field.kind == "date" and value:
        return Text(day_of(value[:10]), day_of(value[:10]))
    parts = [titles.get(one, Text(one, one)) for one in value.split("; ")]
    return Text("; ".join(one.vi for one in parts), "; ".join(one.en for one in parts))


@router.get("/rounds/{round_id}/rows/{row_id}")
def one_row(
    request: Request, person: RowReader, db: ReadDep, service: ServiceDep, round_id: Id, row_id: Id
) -> HTMLResponse:
    """Show one place with every state it has had, and the form that corrects it."""
    row = read_row(row_id, db, person)
    if row.round_id != round_id:
        raise NotFoundError
    round_ = db.get_one(Round, row.round_id)
    may_read = person.may(Action.ROUND_READ, province_code=round_.province_code)
    return page(
        request, "row.html", Text(row.village or row.gap_id, row.village or row.gap_id), section="rounds",
        place=place(round_) if may_read else Place(round_.province_code),
        row=row, round=round_, fields=_fields(row.versions[-1].cells if row.versions else {}),
        may_correct=round_.state in ("open", "returned")
        and person.may(Action.ROW_CORRECT, province_code=row.province_code, commune_code=row.commune_code),
        said=comments_on(db, person, "row", row.id), since=_since(row),
        drawing=_place_of(row, ground_of(db, service, person, row.province_code)),
    )  # fmt: skip


PLACE = Kind(name="place", title=Text("nơi này", "this place"), shape="diamond")


def _place_of(row: RowFullOut, ground: Path | None) -> Drawing | None:
    if row.lon is None or row.lat is None:
        return None
    label = row.village or row.gap_id
    spot = Spot(key=row.id, lon=row.lon, lat=row.lat, kind=PLACE.name, label=label, address="#main")
    return draw([spot], [PLACE], ground=ground)


def _since(row: RowFullOut) -> dict[int, list[Pair]]:
    """Return what each version says otherwise than the one before it."""
    found = {}
    for before, after in pairwise(row.versions):
        names = [one.name for one in GAPS.fields if before.cells.get(one.name) != after.cells.get(one.name)]
        found[after.version] = [_pair(name, before.cells.get(name), after.cells.get(name)) for name in names]
    return found


def _pair(name: str, before: Any, after: Any) -> Pair:
    field = GAPS.field(name)
    return Pair(
        field.title, *(Text("", "") if one in (None, "") else _cell(field, one).shown for one in (before, after))
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row under its column's title; ``options`` are what may stand in it, where that is a choice."""

    name: str
    title: Text
    value: str
    shown: Text
    options: tuple[tuple[str, Text], ...] = ()

    @property
    def is_fixed(self) -> bool:
        """Say whether no correction changes it: it is the row's name, or the list's."""
        return self.name not in CORRECTABLE


def _fields(cells: dict[str, Any]) -> list[Cell]:
    """Return the cells of a row in the list's order, filled ones only."""
    known = [_cell(field, cells[field.name]) for field in GAPS.fields if cells.get(field.name) not in (None, "")]
    names = {field.name for field in GAPS.fields}
    others = {name: value for name, value in cells.items() if name not in names and not isinstance(value, dict | list)}
    return known + [
        Cell(name, Text(name, name), str(one), Text(str(one), str(one))) for name, one in others.items() if one
    ]


def _cell(field: Field, value: Any) -> Cell:
    """Write a cell as its column does: a choice by its title, yes and no in words."""
    options = tuple((option.value, option.title) for option in field.options)
    if isinstance(value, bool):
        options, value = (("yes", Text("có", "yes")), ("no", Text("không", "no"))), "yes" if value else "no"
    text = f"{round(value, 7):.12g}" if isinstance(value, float) else str(value)
    options = options if text in dict(options) else ()
    return Cell(field.name, field.title, text, dict(options).get(text, Text(text, text)), options)


@router.post("/rounds/{round_id}/rows/{row_id}")
def correct(
    request: Request, person: Corrector, service: ServiceDep, language: LanguageDep, form: FormDep, round_id: Id,
    row_id: Id,
) -> Response:  # fmt: skip
    """Correct the cells of a row that were written anew; the state before is kept."""
    cells = {
        field.name: text_of(form, f"cell-{field.name}")
        for field in GAPS.fields
        if f"cell-{field.name}" in form and text_of(form, f"cell-{field.name}") != text_of(form, f"was-{field.name}")
    }
    values = {"cells": cells, "reason": text_of(form, "reason"), "version": text_of(form, "version"),
              "despite_warnings": bool(text_of(form, "despite_warnings"))}  # fmt: skip
    correct_a_row(request, row_id, model_of(CorrectionIn, values), service, person, language)
    return go(
        request,
        f"/rounds/{round_id}/rows/{row_id}",
        Text("Đã sửa; bản trước được giữ.", "Corrected; the state before is kept."),
    )
