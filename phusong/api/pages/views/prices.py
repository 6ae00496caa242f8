"""Unit prices: those that come with the tool, a province's own list, and the correction of one price in it."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.database.types import today
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.media import XLSX
from phusong.api.pages.forms import FormDep, text_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go
from phusong.api.pages.scope import Place, place_of, provinces_of
from phusong.api.pages.shown import names
from phusong.api.pages.typed import number_problem, refuse, shown_number, typed_number, wrong
from phusong.api.problems import NotFoundError, language_of
from phusong.api.studies import own_prices as room
from phusong.api.studies.own_tables import listed_tables, table_for, usable_versions
from phusong.data.unit_price_checks import value_problems
from phusong.data.unit_prices import UnitPrice, read_unit_prices, write_unit_prices
from phusong.errors import Problem, Range
from phusong.words import Language, Text, number

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.REFERENCE_READ))]
Adder = Annotated[Person, Depends(Needs(Action.DATASET_ADD))]
Item = Annotated[str, Query(max_length=64)]
MOST_SOURCE = 500
_ANY = Range(0.0, 1e13)
_ENDS = {"low": Text("Thấp", "Low"), "middle": Text("Trung bình", "Middle"), "high": Text("Cao", "High")}


@router.get("/unit-prices")
def unit_prices(request: Request, person: Reader, db: ReadDep) -> HTMLResponse:
    """Show the unit prices that come with the tool, and the lists departments have of their own."""
    rows = list(read_unit_prices().rows.values())
    return page(
        request, "unit_prices.html", Text("Đơn giá", "Unit prices"), section="prices", rows=rows,
        assumed=sum(one.assumption for one in rows), lists=_lists(request, db, person),
        may_correct=bool(_provinces(request, person)),
    )  # fmt: skip


def _provinces(request: Request, person: Person) -> list[str]:
    """Return the provinces whose own list this person may make or correct."""
    return [one for one in provinces_of(request, person) if _may_add(person, one)]


def _may_add(person: Person, province_code: str) -> bool:
    return person.may(Action.DATASET_ADD, province_code=province_code, operator="")


def _lists(request: Request, db: Session, person: Person) -> list[Any]:
    """Return the departments' own lists in scope, each with its newest version."""
    chosen = place_of(request, person).province_code
    found = listed_tables(db, person, Action.DATASET_READ, kind=room.KIND, province_code=chosen)
    return [(one, one.versions[-1] if one.versions else None) for one in found]


@router.get("/unit-prices/list.xlsx")
def unit_prices_book(person: Reader, language: LanguageDep) -> Response:
    """Give the unit prices as a workbook to be filled in with a department's own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "don-gia.xlsx"
        write_unit_prices(read_unit_prices(), path, language)
        content = path.read_bytes()
    headers = {"Content-Disposition": 'attachment; filename="don-gia.xlsx"'}
    return Response(content, media_type=XLSX, headers=headers)


@router.get("/unit-prices/correct")
def correct_shipped(request: Request, person: Adder, item: Item = "") -> HTMLResponse:
    """Show the form that makes a province's own list from the shipped one, with one price corrected."""
    return _form(request, person, None, read_unit_prices().rows.get(item))


@router.get("/unit-prices/{dataset_id}")
def one_list(
    request: Request, person: Reader, db: ReadDep, service: ServiceDep, dataset_id: Id,
    version: Annotated[int | None, Query(ge=1, le=100_000)] = None,
) -> HTMLResponse:  # fmt: skip
    """Show one version of a province's own list: every price, and what differs from the shipped one."""
    kept = room.kept_prices(db, service, person, dataset_id, version)
    versions = usable_versions(kept.dataset)
    rows, code = list(kept.prices.rows.values()), kept.dataset.province_code
    return page(
        request, "unit_price_list.html", Text(kept.dataset.name, kept.dataset.name), section="prices",
        place=Place(code), kept=kept, rows=rows, shipped=read_unit_prices().rows, versions=versions,
        newest=versions[0].version, assumed=sum(one.assumption for one in rows),
        by=names(db, (one.created_by for one in versions)),
        may_correct=_may_add(person, code) and kept.version.version == versions[0].version,
    )  # fmt: skip


@router.get("/unit-prices/{dataset_id}/correct")
def correct_own(
    request: Request, person: Adder, db: ReadDep, service: ServiceDep, dataset_id: Id, item: Item = ""
) -> HTMLResponse:
    """Show the form that corrects one price of a province's own list."""
    kept = room.kept_prices(db, service, person, dataset_id, action=Action.DATASET_ADD)
    return _form(request, person, kept, kept.prices.rows.get(item))


def _form(request: Request, person: Person, kept: room.KeptPrices | None, row: UnitPrice | None) -> HTMLResponse:
    if row is None:
        raise NotFoundError
    language = language_of(request)
    ends = [(end, title, _shown(getattr(row, end), language)) for end, title in _ENDS.items()]
    return page(
        request, "unit_price_edit.html", Text(f"Sửa đơn giá: {row.title.vi}", f"Correct a price: {row.title.en}"),
        section="prices", place=None if kept is None else Place(kept.dataset.province_code), row=row, ends=ends,
        dataset=None if kept is None else kept.dataset, source="" if row.assumption else row.source.to(language),
        choices_of=_provinces(request, person), chosen=place_of(request, person).province_code,
    )  # fmt: skip


def _shown(value: float, language: Language) -> str:
    return number(value, language) if value.is_integer() else shown_number(value, language)


@router.post("/unit-prices")
def correct_first(
    request: Request, person: Adder, db: WriteDep, service: ServiceDep, language: LanguageDep, form: FormDep
) -> Response:
    """Make a province's own list from the shipped one, with one price corrected."""
    province = text_of(form, "province_code")
    problems = [] if province else [wrong("province_code", Text("Hãy chọn tỉnh.", "Choose a province."))]
    correction = _correction(form, language, problems)
    made = room.correct_first(db, service, person, province, correction)
    return _done(request, made.id)


@router.post("/unit-prices/{dataset_id}")
def correct_next(
    request: Request, person: Adder, db: WriteDep, service: ServiceDep, language: LanguageDep, form: FormDep,
    dataset_id: Id,
) -> Response:  # fmt: skip
    """Correct one price of a province's own list."""
    table_for(db, person, dataset_id, Action.DATASET_ADD, kind=room.KIND)
    room.correct_next(db, service, person, dataset_id, _correction(form, language, []))
    return _done(request, dataset_id)


def _done(request: Request, dataset_id: str) -> Response:
    told = Text(
        "Đã lưu bản mới; nghiên cứu sau dùng bảng này, kế hoạch lấy đơn giá từ nghiên cứu của nó.",
        "The new version is kept; studies from now on use it, and a plan takes its study's prices.",
    )
    return go(request, f"/unit-prices/{dataset_id}", told)


def _correction(form: FormData, language: Language, problems: list[Any]) -> room.Correction:
    """Read the form; every field that is not right is told at once."""
    found: list[Problem] = list(problems)
    values: dict[str, float] = {}
    for end, title in _ENDS.items():
        text = text_of(form, end)
        value = typed_number(text, language)
        problem = number_problem(end, title, text, value, _ANY)
        found += [] if problem is None else [problem]
        values |= {} if problem is not None or value is None else {end: value}
    item, source = text_of(form, "item")[:64], text_of(form, "source")
    shipped = read_unit_prices().rows.get(item)
    if shipped is not None:
        found += [wrong(name, text) for name, text, _ in value_problems({"key": item, "unit": shipped.unit, **values})]
    if not source or len(source) > MOST_SOURCE:
        found.append(
            wrong("source", Text("Cần nguồn, tối đa 500 ký tự.", "It needs a source, 500 characters at most."))
        )
    dated = _day(text_of(form, "dated"), found)
    refuse(found)
    return room.Correction(
        key=item, **values, source=source, assumption=bool(text_of(form, "assumption")), dated=dated,
        note=text_of(form, "note")[:MOST_SOURCE],
    )  # fmt: skip


def _day(text: str, problems: list[Problem]) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        problems.append(wrong("dated", Text("Không phải một ngày.", "Not a day.")))
        return None
    if found > today():
        problems.append(wrong("dated", Text("Ngày này chưa đến.", "This day has not come yet.")))
    return found
