"""Indicators by province and commune, provinces beside each other, and quarterly reports."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.database.types import VIETNAM, now
from phusong.api.deps import Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.pages.forms import FormDep, model_of, text_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go
from phusong.api.pages.scope import Place, place_of, provinces_of
from phusong.api.pages.shown import JOB_STATES
from phusong.api.pages.windows import window_of
from phusong.api.paging import Window
from phusong.api.routers.reports import ReportIn, country, province
from phusong.api.routers.reports import ask as ask_report
from phusong.api.routers.reports import reports as list_reports
from phusong.data.schemas.common import OPERATORS
from phusong.words import Text

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.REPORT_READ))]
Maker = Annotated[Person, Depends(Needs(Action.REPORT_MAKE))]
OPERATOR_TITLES = {option.value: option.title for option in OPERATORS}


@router.get("/reports")
def reports(request: Request, person: Reader, db: ReadDep, service: ServiceDep) -> HTMLResponse:
    """Show provinces beside each other, and the quarterly reports."""
    window = window_of(request)
    today = now().astimezone(VIETNAM)
    makes = [code for code in provinces_of(person) if person.may(Action.REPORT_MAKE, province_code=code)]
    return page(
        request, "reports.html", Text("Chỉ tiêu", "Indicators"), section="reports",
        country=country(service, db, person), window=window, states=JOB_STATES,
        reports=list_reports(db, person, Window(limit=window.limit, offset=window.offset)), makes=makes,
        whole=person.may(Action.REPORT_MAKE, province_code=""), chosen=place_of(request, person).province_code,
        year=today.year, quarter=(today.month + 2) // 3,
    )  # fmt: skip


@router.post("/reports")
def ask(request: Request, person: Maker, db: WriteDep, form: FormDep) -> Response:
    """Ask for a quarterly report."""
    values = {name: text_of(form, name) for name in ("province_code", "year", "quarter")}
    ask_report(model_of(ReportIn, values), db, person)
    return go(request, "/reports", Text("Đã nhận: báo cáo đang được lập.", "The report is being made."))


@router.get("/reports/{province_code}")
def of_province(request: Request, person: Reader, db: ReadDep, service: ServiceDep, province_code: str) -> HTMLResponse:
    """Show the indicators of one province, by operator and technology and by commune."""
    found = province(province_code, service, db, person)
    whole = [one for one in found.indicators if not one.commune_code]
    communes = [one for one in found.indicators if one.commune_code and not one.operator and not one.technology]
    return page(
        request, "province.html", Text(f"Chỉ tiêu: {found.province_name}", f"Indicators: {found.province_name}"),
        section="reports", place=Place(province_code), found=found, whole=whole, communes=communes,
        operators=OPERATOR_TITLES,
    )  # fmt: skip
