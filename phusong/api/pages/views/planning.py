"""Plans: the list, the money and what it buys, the order of gaps by other weights, packages of chosen areas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Plan, Study
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.pages.forms import FormDep, model_of, text_of, texts_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go
from phusong.api.pages.plan_curve import curve_of
from phusong.api.pages.progress import running_job
from phusong.api.pages.scope import Place, place_of
from phusong.api.pages.shown import JOB_STATES, comments_on, names
from phusong.api.pages.views.tendering import AWARDS
from phusong.api.pages.windows import window_of
from phusong.api.problems import NotFoundError, language_of
from phusong.api.routers.plans import MoveIn, PackagesIn, PlanIn, ask_for_packages, ask_plan, move, plan_out
from phusong.api.routers.selections import ChosenIn, make_package
from phusong.api.service import Service
from phusong.api.studies import packaging, planning
from phusong.api.studies.asking import study_for
from phusong.api.studies.downloads import job_of
from phusong.api.studies.own_rankings import saved_orders
from phusong.api.studies.plan_tables import PlanTables, plan_tables
from phusong.api.studies.selecting import choosing_of, tried
from phusong.api.workflow.steps import PACKAGE_STATES
from phusong.coverage.routes import ROUTES
from phusong.plan.money_text import parse_vnd
from phusong.tenders.division.eligible import DEFAULT_ROUTES
from phusong.words import Text

router = APIRouter()
PlanReader = Annotated[Person, Depends(Needs(Action.PLAN_READ))]
Planner = Annotated[Person, Depends(Needs(Action.PLAN_MAKE))]
Packager = Annotated[Person, Depends(Needs(Action.PACKAGE_MAKE))]
MOST_CHOSEN = 2000
GOALS = {
    "budget_vnd": Text("Trong ngân sách (đồng)", "Within a budget (VND)"),
    "cover_households": Text("Phủ được số hộ", "Cover so many households"),
    "cover_percent": Text("Phủ được tỷ lệ hộ (%)", "Cover a share of households (%)"),
}

OFFERED_ROUTES = (*DEFAULT_ROUTES, "operator")
"""Who may pay for the packages of a plan; operators' own areas only where that is asked for."""


@router.get("/plans")
def plans(request: Request, person: PlanReader, db: ReadDep) -> HTMLResponse:
    """Show the plans in scope, the newest first."""
    window, chosen = window_of(request), place_of(request, person).province_code
    found, total = planning.listed_plans(db, person, province_code=chosen, limit=window.limit, offset=window.offset)
    return page(
        request, "plans.html", Text("Kế hoạch", "Plans"), section="plans", plans=found, total=total, window=window,
        states=JOB_STATES, goals=GOALS, by=names(db, (one.created_by for one in found)),
    )  # fmt: skip


@router.get("/plans/new")
def new_plan(request: Request, person: Planner, db: ReadDep, study: str = "") -> HTMLResponse:
    """Show the form that asks for a plan of a study."""
    found = study_for(db, person, study, Action.PLAN_MAKE)
    return page(
        request, "plan_new.html", Text("Lập kế hoạch", "Make a plan"), section="plans",
        place=Place(found.province_code), study=found, goals=list(GOALS.items()),
    )  # fmt: skip


@router.post("/plans")
def ask(request: Request, person: Planner, db: WriteDep, language: LanguageDep, form: FormDep) -> Response:
    """Ask for a plan; it runs as a job."""
    goal = text_of(form, "goal")
    value = _amount(goal, text_of(form, "value"))
    more = {"least_households": text_of(form, "least_households")} if text_of(form, "least_households") else {}
    values = {"name": text_of(form, "name"), "goal": {goal: value, **more} if goal in GOALS else {}}
    asked = ask_plan(person, db, language, text_of(form, "study_id"), model_of(PlanIn, values))
    return go(request, f"/plans/{asked.plan.id}", Text("Đã nhận: kế hoạch chờ đến lượt.", "The plan waits its turn."))


def _amount(goal: str, text: str) -> float | str:
    """Return what a goal asks for as somebody writes it: ``60 tỷ``, ``1.200``, ``80,5``."""
    if goal == "budget_vnd":
        return parse_vnd(text)
    whole = text.replace(" ", "")
    return whole.replace(".", "") if goal == "cover_households" else whole.replace(",", ".")


@router.get("/plans/{plan_id}")
def one_plan(request: Request, person: PlanReader, db: ReadDep, service: ServiceDep, plan_id: Id) -> HTMLResponse:
    """Show one plan: how far it is, what it buys for which money, what stays and why, its files, its packages."""
    return _plan_page(request, person, db, service, plan_id)


def _plan_page(
    request: Request, person: Person, db: Session, service: Service, plan_id: str, **moving: Any
) -> HTMLResponse:
    """Draw a plan; ``moving`` is a move that was tried: what it moves, where to, why, and what it would do."""
    plan = planning.plan_for(db, person, plan_id)
    shown = plan_out(db, person, plan, language_of(request))
    dividing = job_of(db, packaging.PACKAGES, plan.id)
    packages: list[Any] = []
    if person.may(Action.PACKAGE_READ, province_code=plan.province_code):
        packages = list(packaging.listed_packages(db, person, plan_id=plan.id, limit=500, offset=0)[0])
    return page(
        request, "plan.html", Text(plan.name, plan.name), section="plans", place=Place(plan.province_code), plan=shown,
        job=running_job(db, person, shown.job_id, "" if dividing is None else dividing.id), states=JOB_STATES,
        goals=GOALS, awards=AWARDS, packages=packages, package_states=PACKAGE_STATES,
        by=names(db, [plan.created_by]).get(plan.created_by, ""), said=comments_on(db, person, "plan", plan.id),
        study=db.get_one(Study, plan.study_id).name,
        moving={"item": "", "to": "", "because": "", "effects": None, **moving},
        routes={key: (ROUTES[key], key in DEFAULT_ROUTES) for key in OFFERED_ROUTES},
        orders=saved_orders(db, service, person, plan.province_code) if plan.state == "done" else [],
        **_money(request, person, db, service, plan),
    )  # fmt: skip


def _money(request: Request, person: Person, db: Session, service: Service, plan: Plan) -> dict[str, Any]:
    """Return what the money of a plan buys, and how much of it a budget asked for in the address buys."""
    tables = _tables(service, db, plan)
    asked = plan.goal.get("budget_vnd")
    curve = None if tables is None else curve_of(tables.sites, asked)
    if tables is None or curve is None:
        return {"tables": tables, "curve": None, "budget": 0, "inside": 0, "stations": False}
    budget = _budget(request.query_params.get("budget", ""), curve.most_vnd)
    return {
        "tables": tables, "curve": curve, "budget": budget, "inside": tables.within(budget),
        "stations": person.may(Action.STATION_READ, province_code=plan.province_code),
    }  # fmt: skip


def _tables(service: Service, db: Session, plan: Plan) -> PlanTables | None:
    try:
        return plan_tables(service, plan, db.get_one(Study, plan.study_id)) if plan.state == "done" else None
    except NotFoundError:
        return None


def _budget(text: str, most: int) -> int:
    """Return the budget an address asks for; all there is where it asks for none."""
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) <= len(str(most)) else most


@router.post("/plans/{plan_id}/packages")
def divide(request: Request, person: Packager, db: WriteDep, form: FormDep, plan_id: Id) -> Response:
    """Ask for the packages of a plan."""
    values = {name: text_of(form, name) for name in ("award", "because", "afresh")}
    routes = texts_of(form, "route") or list(DEFAULT_ROUTES)
    ask_for_packages(person, db, plan_id, model_of(PackagesIn, {**values, "routes": routes}))
    return go(request, f"/plans/{plan_id}", Text("Đã nhận: gói thầu đang được lập.", "The packages are being made."))


@router.post("/plans/{plan_id}/move")
def move_area(request: Request, person: Packager, service: ServiceDep, form: FormDep, plan_id: Id) -> Response:
    """Try a move of an area between packages and say what it would do; then, with a reason, ask for it."""
    values = {name: text_of(form, name) for name in ("item", "to", "because")}
    if text_of(form, "do") != "move":
        with service.database.read() as db:
            plan = planning.plan_for(db, person, plan_id, Action.PACKAGE_MAKE)
            effects = packaging.effects_of(service, db, plan, values["item"][:64], values["to"][:64])
            return _plan_page(request, person, db, service, plan_id, **values, effects=effects)
    with service.database.write() as db:
        move(person, db, plan_id, model_of(MoveIn, values))
    return go(request, f"/plans/{plan_id}", Text("Đã nhận: khu vực đang được chuyển.", "The area is being moved."))


@router.get("/plans/{plan_id}/packages/new")
def choose_areas(request: Request, person: Packager, db: ReadDep, service: ServiceDep, plan_id: Id) -> HTMLResponse:
    """Show the areas of a plan to choose a package from, and what others still lack; the address may name some."""
    return _choosing_page(request, person, db, service, plan_id, items=())


def _choosing_page(
    request: Request, person: Person, db: Session, service: Service, plan_id: str, *, items: Sequence[str],
    because: str = "",
) -> HTMLResponse:  # fmt: skip
    plan = planning.plan_for(db, person, plan_id, Action.PACKAGE_MAKE)
    choosing = choosing_of(service, db, plan)
    job = job_of(db, packaging.PACKAGES, plan.id)
    return page(
        request, "package_new.html", Text("Lập gói từ các khu vực đã chọn", "A package of chosen areas"),
        section="plans", place=Place(plan.province_code), plan=plan, choosing=choosing, awards=AWARDS,
        sites={site.option_id: site for site in choosing.tables.sites}, gaps=choosing.tables.gaps,
        tried=tried(choosing, items) if items else None, items=frozenset(items), because=because,
        job=running_job(db, person, "" if job is None else job.id), divided=bool(choosing.division.lots),
    )  # fmt: skip


@router.post("/plans/{plan_id}/packages/new")
def take_areas(request: Request, person: Packager, service: ServiceDep, form: FormDep, plan_id: Id) -> Response:
    """Say what a package of the chosen areas would hold, or ask for it."""
    items, because = texts_of(form, "item"), text_of(form, "because")
    if text_of(form, "do") == "try":
        with service.database.read() as db:
            chosen = [one[:64] for one in items[:MOST_CHOSEN]]
            return _choosing_page(request, person, db, service, plan_id, items=chosen, because=because)
    given = model_of(ChosenIn, {"items": items, "because": because, "award": text_of(form, "award")})
    with service.database.write() as db:
        make_package(person, db, service, plan_id, given)
    return go(request, f"/plans/{plan_id}", Text("Đã nhận: gói thầu đang được lập.", "The package is being made."))
