"""Indicators by province and commune, provinces beside each other, and quarterly reports."""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Round, Study
from phusong.api.database.types import VIETNAM, now
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.media import XLSX
from phusong.api.pages.charts import (
    Step,
    class_bar,
    headline,
    lowest,
    operator_bars,
    served_bar,
    steps,
    technology_bars,
)
from phusong.api.pages.forms import FormDep, model_of, text_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go
from phusong.api.pages.scope import Place, place_of, provinces_of
from phusong.api.pages.shown import JOB_STATES
from phusong.api.pages.windows import window_of
from phusong.api.paging import Window
from phusong.api.problems import ConflictError, NotFoundError
from phusong.api.reports.book import write_book
from phusong.api.reports.contents import contents_of
from phusong.api.reports.facts import facts_of
from phusong.api.reports.indicators import RULES, Indicator
from phusong.api.reports.kept import indicators_of_study
from phusong.api.routers.reports import CountryOut, ReportIn, country, names_in_scope, province
from phusong.api.routers.reports import ask as ask_report
from phusong.api.routers.reports import reports as list_reports
from phusong.api.service import Service
from phusong.data.schemas.common import OPERATORS
from phusong.maps.colours import OPERATORS as OPERATOR_STYLES
from phusong.maps.colours import OTHER_OPERATOR
from phusong.words import Language, Text

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.REPORT_READ))]
Maker = Annotated[Person, Depends(Needs(Action.REPORT_MAKE))]
MOST_ROUNDS = 12
OPERATOR_MARKS = {option.value: OPERATOR_STYLES.get(option.value, OTHER_OPERATOR).mark for option in OPERATORS}
OPERATOR_TITLES = {option.value: option.title for option in OPERATORS}


@router.get("/reports")
def reports(request: Request, person: Reader, db: ReadDep, service: ServiceDep) -> HTMLResponse:
    """Show provinces together and beside each other, and the quarterly reports."""
    window = window_of(request)
    today = now().astimezone(VIETNAM)
    makes = [code for code in provinces_of(request, person) if person.may(Action.REPORT_MAKE, province_code=code)]
    found = country(service, db, person)
    return page(
        request, "reports.html", Text("Chỉ tiêu", "Indicators"), section="reports",
        country=found, window=window, states=JOB_STATES, **_together(found),
        reports=list_reports(db, person, Window(limit=window.limit, offset=window.offset)), makes=makes,
        whole=person.may(Action.REPORT_MAKE, province_code=""), chosen=place_of(request, person).province_code,
        all_of_it=person.may(Action.REPORT_READ, province_code=""), year=today.year, quarter=(today.month + 2) // 3,
    )  # fmt: skip


def _together(found: CountryOut) -> dict[str, Any]:
    """Return the charts of all provinces together and of each beside the others."""
    main, counts = _main(found.together), Counter[str]()
    for one in found.provinces:
        counts.update(one.village_classes)
    mains = [(one, told) for one in found.provinces if (told := _main(one.indicators)) is not None]
    beside = [(one, told, served_bar(told, _plain(one.province_name))) for one, told in mains]
    return {
        "technologies": technology_bars(found.together),
        "operators_bars": operator_bars(found.together),
        "main": main,
        "headline": [] if main is None else headline(main),
        "compared": sorted(beside, key=lambda one: lowest(one[2])),
        "together": class_bar(counts, Text("Thôn", "Villages")),
        "classes": [
            class_bar(one.village_classes, _plain(one.province_name), address=f"/reports/{one.province_code}")
            for one in found.provinces
        ],
        "operator_marks": OPERATOR_MARKS,
    }


def _main(rows: Sequence[Indicator]) -> Indicator | None:
    """Return the indicator of the main service over the whole place."""
    return next((one for one in rows if not one.operator and not one.technology and not one.commune_code), None)


def _plain(name: str) -> Text:
    return Text(name, name)


@router.post("/reports")
def ask(request: Request, person: Maker, db: WriteDep, form: FormDep) -> Response:
    """Ask for a quarterly report."""
    values = {name: text_of(form, name) for name in ("province_code", "year", "quarter")}
    ask_report(model_of(ReportIn, values), db, person)
    return go(request, "/reports", Text("Đã nhận: báo cáo đang được lập.", "The report is being made."))


@router.get("/reports/country/figures.xlsx")
def country_book(person: Reader, db: ReadDep, service: ServiceDep, language: LanguageDep) -> Response:
    """Give the figures of the whole country as they stand today as a workbook."""
    if not person.may(Action.REPORT_READ, province_code=""):
        raise NotFoundError
    return _book(db, service, language, names_in_scope(db, person), "")


@router.get("/reports/{province_code}/figures.xlsx")
def province_book(
    person: Reader, db: ReadDep, service: ServiceDep, language: LanguageDep, province_code: str
) -> Response:
    """Give the figures of one province as they stand today as a workbook."""
    names = names_in_scope(db, person)
    if province_code not in names:
        raise NotFoundError
    return _book(db, service, language, {province_code: names[province_code]}, province_code)


def _book(db: Session, service: Service, language: Language, names: dict[str, str], code: str) -> Response:
    today = now().astimezone(VIETNAM).date()
    facts = facts_of(db, names, province_code=code, year=today.year, quarter=(today.month + 2) // 3)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chi-tieu.xlsx"
        write_book(path, contents_of(facts, service.settings.home, today), language)
        content = path.read_bytes()
    name = f"chi_tieu_{code or 'ca_nuoc'}_{today.isoformat()}.xlsx"
    return Response(content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get("/reports/{province_code}")
def of_province(request: Request, person: Reader, db: ReadDep, service: ServiceDep, province_code: str) -> HTMLResponse:
    """Show the indicators of one province: by technology and operator, villages by class, by round, by commune."""
    try:
        found = province(province_code, service, db, person)
    except NotFoundError:
        return _none(request, db, person, province_code)
    whole = [one for one in found.indicators if not one.commune_code]
    named = {code: _plain(name) for code, name in found.communes.items()}
    communes = [
        (one, served_bar(one, named[one.commune_code]))
        for one in found.indicators
        if one.commune_code and not one.operator and not one.technology
    ]
    main = _main(whole)
    return page(
        request, "province.html", Text(f"Chỉ tiêu: {found.province_name}", f"Indicators: {found.province_name}"),
        section="reports", place=Place(province_code), found=found, whole=whole,
        communes=sorted(communes, key=lambda one: lowest(one[1])), operators=OPERATOR_TITLES,
        operator_marks=OPERATOR_MARKS, rules=RULES, headline=[] if main is None else headline(main),
        technologies=technology_bars(whole), operators_bars=operator_bars(whole),
        classes=class_bar(found.village_classes, Text("Thôn", "Villages")), rounds=_rounds(db, service, province_code),
    )  # fmt: skip


def _none(request: Request, db: Session, person: Person, province_code: str) -> HTMLResponse:
    """Show what will stand here once the province has a finished study."""
    name = names_in_scope(db, person).get(province_code)
    if name is None:
        raise NotFoundError
    title = Text(f"Chỉ tiêu: {name}", f"Indicators: {name}")
    return page(request, "province_none.html", title, section="reports", place=Place(province_code))


def _rounds(db: Session, service: Service, province_code: str) -> list[Step]:
    """Return the change from round to round, of those rounds that were set beside a finished study."""
    told = (
        select(Round, Study)
        .join(Study, Study.id == Round.study_id)
        .where(Round.province_code == province_code, Study.state == "done")
        .order_by(Round.created_at.desc(), Round.id)
        .limit(MOST_ROUNDS)
    )
    points = []
    for round_, study in db.execute(told):
        with contextlib.suppress(ConflictError):
            found = indicators_of_study(service, study)
            one = served_bar(found.main, _plain(round_.batch))
            points.append((round_.batch, date.fromisoformat(found.dated), f"/rounds/{round_.id}", one))
    return steps(points[::-1])
