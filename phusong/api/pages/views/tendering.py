"""Plans, packages with their steps, and sets of documents."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Job
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.pages.forms import FormDep, model_of, text_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go
from phusong.api.pages.scope import Place, place_of
from phusong.api.pages.shown import JOB_STATES, comments_on, names, shown_job, steps_told
from phusong.api.pages.windows import window_of
from phusong.api.problems import NotFoundError, language_of
from phusong.api.routers.documents import SetIn, ask_set, set_out
from phusong.api.routers.packages import PackageStepIn, package_out, take_step
from phusong.api.routers.plans import MoveIn, PackagesIn, PlanIn, ask_for_packages, ask_plan, move, plan_out
from phusong.api.studies import documents, packaging, planning
from phusong.api.studies.asking import study_for
from phusong.api.studies.downloads import job_of
from phusong.api.workflow import taking
from phusong.api.workflow.awarding import AWARD
from phusong.api.workflow.steps import PACKAGE_STATES
from phusong.words import Text

router = APIRouter()
PlanReader = Annotated[Person, Depends(Needs(Action.PLAN_READ))]
Planner = Annotated[Person, Depends(Needs(Action.PLAN_MAKE))]
PackageReader = Annotated[Person, Depends(Needs(Action.PACKAGE_READ))]
Packager = Annotated[Person, Depends(Needs(Action.PACKAGE_MAKE))]
DocumentReader = Annotated[Person, Depends(Needs(Action.DOCUMENT_READ))]
DocumentMaker = Annotated[Person, Depends(Needs(Action.DOCUMENT_MAKE))]
GOALS = {
    "budget_vnd": Text("Trong ngân sách (đồng)", "Within a budget (VND)"),
    "cover_households": Text("Phủ được số hộ", "Cover so many households"),
    "cover_percent": Text("Phủ được tỷ lệ hộ (%)", "Cover a share of households (%)"),
}
AWARDS = {
    "tender": Text("Đấu thầu", "Tender"),
    "order": Text("Đặt hàng", "Order"),
    "assignment": Text("Giao nhiệm vụ", "Assignment"),
}
AWARD_FIELDS = ("winner", "decision_number", "decided_on", "awarded_vnd")
LANGUAGES = {"vi": Text("Tiếng Việt", "Vietnamese"), "en": Text("Tiếng Anh", "English")}


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
    goal, value = text_of(form, "goal"), text_of(form, "value").replace(" ", "")
    more = {"least_households": text_of(form, "least_households")} if text_of(form, "least_households") else {}
    values = {"name": text_of(form, "name"), "goal": {goal: value, **more} if goal in GOALS else {}}
    asked = ask_plan(person, db, language, text_of(form, "study_id"), model_of(PlanIn, values))
    return go(request, f"/plans/{asked.plan.id}", Text("Đã nhận: kế hoạch chờ đến lượt.", "The plan waits its turn."))


@router.get("/plans/{plan_id}")
def one_plan(request: Request, person: PlanReader, db: ReadDep, plan_id: Id) -> HTMLResponse:
    """Show one plan: how far it is, its answer in words, its files, its packages."""
    return _plan_page(request, person, db, plan_id)


def _plan_page(request: Request, person: Person, db: Session, plan_id: str, **moving: Any) -> HTMLResponse:
    """Draw a plan; ``moving`` is a move that was tried: what it moves, where to, why, and what it would do."""
    plan = planning.plan_for(db, person, plan_id)
    shown = plan_out(db, person, plan, language_of(request))
    job = _running(db, person, shown.job_id) or _running(db, person, _id(job_of(db, packaging.PACKAGES, plan.id)))
    packages: list[Any] = []
    if person.may(Action.PACKAGE_READ, province_code=plan.province_code):
        packages = list(packaging.listed_packages(db, person, plan_id=plan.id, limit=500, offset=0)[0])
    return page(
        request, "plan.html", Text(plan.name, plan.name), section="plans", place=Place(plan.province_code), plan=shown,
        job=job, states=JOB_STATES, goals=GOALS, awards=AWARDS, packages=packages, package_states=PACKAGE_STATES,
        by=names(db, [plan.created_by]).get(plan.created_by, ""), said=comments_on(db, person, "plan", plan.id),
        moving={"item": "", "to": "", "because": "", "effects": None, **moving},
    )  # fmt: skip


def _id(job: Job | None) -> str:
    return "" if job is None else job.id


def _running(db: Session, person: Person, job_id: str) -> Any:
    """Return a job while it has something to tell: under way, or ended without an outcome."""
    job = db.get(Job, job_id) if job_id else None
    return None if job is None or job.state == "done" else shown_job(db, person, job)


@router.post("/plans/{plan_id}/packages")
def divide(request: Request, person: Packager, db: WriteDep, form: FormDep, plan_id: Id) -> Response:
    """Ask for the packages of a plan."""
    values = {"award": text_of(form, "award"), "because": text_of(form, "because")}
    ask_for_packages(person, db, plan_id, model_of(PackagesIn, values))
    return go(request, f"/plans/{plan_id}", Text("Đã nhận: gói thầu đang được lập.", "The packages are being made."))


@router.post("/plans/{plan_id}/move")
def move_area(request: Request, person: Packager, service: ServiceDep, form: FormDep, plan_id: Id) -> Response:
    """Try a move of an area between packages and say what it would do; then, with a reason, ask for it."""
    values = {name: text_of(form, name) for name in ("item", "to", "because")}
    if text_of(form, "do") != "move":
        with service.database.read() as db:
            plan = planning.plan_for(db, person, plan_id, Action.PACKAGE_MAKE)
            effects = packaging.effects_of(service, db, plan, values["item"][:64], values["to"][:64])
            return _plan_page(request, person, db, plan_id, **values, effects=effects)
    with service.database.write() as db:
        move(person, db, plan_id, model_of(MoveIn, values))
    return go(request, f"/plans/{plan_id}", Text("Đã nhận: khu vực đang được chuyển.", "The area is being moved."))


@router.get("/packages")
def packages(request: Request, person: PackageReader, db: ReadDep) -> HTMLResponse:
    """Show the packages in scope."""
    window, chosen = window_of(request), place_of(request, person).province_code
    state = request.query_params.get("state", "")
    found, total = packaging.listed_packages(
        db, person, province_code=chosen, state=state if state in PACKAGE_STATES else "", limit=window.limit,
        offset=window.offset,
    )  # fmt: skip
    return page(
        request, "packages.html", Text("Gói thầu", "Packages"), section="packages", packages=found, total=total,
        window=window, states=PACKAGE_STATES, state=state, awards=AWARDS,
    )  # fmt: skip


@router.get("/packages/{package_id}")
def one_package(request: Request, person: PackageReader, db: ReadDep, package_id: Id) -> HTMLResponse:
    """Show one package: its frozen versions, its documents, what may be done next and what was done."""
    package = packaging.package_for(db, person, package_id)
    shown = package_out(person, package, language_of(request))
    sets: list[Any] = []
    if person.may(Action.DOCUMENT_READ, province_code=package.province_code):
        found, _ = documents.listed_sets(db, person, package_id=package.id, limit=50, offset=0)
        sets = [set_out(db, one) for one in found]
    steps = [{"name": one.step, "title": one.title, "reason": one.reason, "address": ""} for one in shown.steps]
    return page(
        request, "package.html", Text(f"Gói thầu {package.code}", f"Package {package.code}"), section="packages",
        place=Place(package.province_code), package=shown, sets=sets, steps=steps, states=PACKAGE_STATES,
        set_states=JOB_STATES, awards=AWARDS, languages=LANGUAGES,
        history=steps_told(db, taking.history(db, package)), said=comments_on(db, person, "package", package.id),
    )  # fmt: skip


@router.post("/packages/{package_id}/steps")
def step(
    request: Request, person: PackageReader, db: WriteDep, language: LanguageDep, form: FormDep, package_id: Id
) -> Response:
    """Take a step of a package; who may is the table of steps."""
    name = text_of(form, "step")[:32]
    values: dict[str, Any] = {"reason": text_of(form, "reason")}
    if name == AWARD:
        values["awarded"] = {one: text_of(form, one) for one in AWARD_FIELDS if text_of(form, one)}
    taken = take_step(person, db, language, package_id, name, model_of(PackageStepIn, values))
    return go(request, f"/packages/{package_id}", Text(f"{taken.state_title}.", f"{taken.state_title}."))


@router.post("/packages/{package_id}/documents")
def make_documents(request: Request, person: DocumentMaker, db: WriteDep, form: FormDep, package_id: Id) -> Response:
    """Ask for the documents of a package's newest version."""
    asked = ask_set(person, db, package_id, model_of(SetIn, {"language": text_of(form, "language")}))
    return go(request, f"/documents/{asked.set.id}")


@router.get("/documents/{set_id}")
def one_set(request: Request, person: DocumentReader, db: ReadDep, set_id: Id) -> HTMLResponse:
    """Show one set of documents: how far it is, then its files and the archive of all."""
    made = documents.set_for(db, person, set_id)
    shown = set_out(db, made)
    if not shown.package_id:
        raise NotFoundError
    title = Text(f"Bộ hồ sơ {shown.package_code}", f"Documents of {shown.package_code}")
    return page(
        request, "documents.html", title, section="packages", place=Place(made.province_code), set=shown,
        job=_running(db, person, shown.job_id), states=JOB_STATES, languages=LANGUAGES,
        by=names(db, [made.made_by]).get(made.made_by, ""),
    )  # fmt: skip
