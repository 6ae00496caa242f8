"""Packages with their steps, and sets of documents."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import PackageVersion, Plan, Round
from phusong.api.deps import LanguageDep, Needs, ReadDep, WriteDep
from phusong.api.ids import Id
from phusong.api.pages.forms import FormDep, model_of, text_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go
from phusong.api.pages.progress import running_job
from phusong.api.pages.scope import Place, place_of
from phusong.api.pages.shown import JOB_STATES, comments_on, steps_told
from phusong.api.pages.windows import window_of
from phusong.api.problems import NotFoundError, language_of
from phusong.api.routers.documents import SetIn, ask_set, set_out
from phusong.api.routers.packages import PackageStepIn, package_out, take_step
from phusong.api.studies import documents, packaging
from phusong.api.studies.pictures import MOST_PAGES
from phusong.api.studies.shelf import shelf_of
from phusong.api.workflow import taking
from phusong.api.workflow.awarding import AWARD
from phusong.api.workflow.steps import PACKAGE_STATES
from phusong.words import Text

router = APIRouter()
PackageReader = Annotated[Person, Depends(Needs(Action.PACKAGE_READ))]
DocumentReader = Annotated[Person, Depends(Needs(Action.DOCUMENT_READ))]
DocumentMaker = Annotated[Person, Depends(Needs(Action.DOCUMENT_MAKE))]
AWARDS = {
    "tender": Text("Đấu thầu", "Tender"),
    "order": Text("Đặt hàng", "Order"),
    "assignment": Text("Giao nhiệm vụ", "Assignment"),
}
AWARD_FIELDS = ("winner", "decision_number", "decided_on", "awarded_vnd")
BOARD_HOLDS = 300
LANGUAGES = {"vi": Text("Tiếng Việt", "Vietnamese"), "en": Text("Tiếng Anh", "English")}


@router.get("/packages")
def packages(request: Request, person: PackageReader, db: ReadDep, view: str = "") -> HTMLResponse:
    """Show the packages in scope: by state on a board, or as a table."""
    window, chosen = window_of(request), place_of(request, person).province_code
    as_table, state = view == "table", request.query_params.get("state", "")
    limit, offset = (window.limit, window.offset) if as_table else (BOARD_HOLDS, 0)
    found, total = packaging.listed_packages(
        db, person, province_code=chosen, state=state if as_table and state in PACKAGE_STATES else "", limit=limit,
        offset=offset,
    )  # fmt: skip
    return page(
        request, "packages.html", Text("Gói thầu", "Packages"), section="packages", packages=found, total=total,
        window=window, states=PACKAGE_STATES, state=state if as_table else "", awards=AWARDS,
        view="table" if as_table else "board",
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
        plan=db.get_one(Plan, package.plan_id).name,
        batch=db.get_one(Round, package.round_id).batch if package.round_id else "",
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
def one_set(
    request: Request,
    person: DocumentReader,
    db: ReadDep,
    set_id: Id,
    document: Annotated[int, Query(ge=0, le=500)] = 0,
    sheet: Annotated[int, Query(alias="page", ge=1, le=MOST_PAGES)] = 1,
) -> HTMLResponse:
    """Show one set of documents: how far it is, then its shelf; or the pages of the n-th document on it."""
    made = documents.set_for(db, person, set_id)
    shown = set_out(db, made)
    if not shown.package_id:
        raise NotFoundError
    shelf = shelf_of(made.files)
    title = Text(f"Bộ hồ sơ {shown.package_code}", f"Documents of {shown.package_code}")
    told: dict[str, Any] = {"set": shown, "languages": LANGUAGES, "shelf": shelf}
    if document:
        opened = shelf[document - 1] if document <= len(shelf) else None
        printed = None if opened is None else opened.printed
        if opened is None or printed is None or sheet > (printed.pages or 0):
            raise NotFoundError
        return page(
            request, "document.html", opened.title, section="packages", place=Place(made.province_code), at=document,
            document=opened, printed=printed, sheet=sheet, **told,
        )  # fmt: skip
    return page(
        request, "documents.html", title, section="packages", place=Place(made.province_code), states=JOB_STATES,
        job=running_job(db, person, shown.job_id), version=db.get_one(PackageVersion, made.package_version_id), **told,
    )  # fmt: skip
