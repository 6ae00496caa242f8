"""Templates of papers: which are in use, and a department's own in their place."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.deps import Needs, ServiceDep, WriteDep
from phusong.api.media import DOCX
from phusong.api.pages.forms import FormDep, file_of, text_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go
from phusong.api.problems import NotFoundError, language_of
from phusong.api.studies import own_templates as room
from phusong.data.schemas import SCHEMAS
from phusong.errors import PhuSongError
from phusong.words import Text

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.REFERENCE_READ))]
Changer = Annotated[Person, Depends(Needs(Action.TEMPLATE_CHANGE))]


@router.get("/templates")
def templates(request: Request, person: Reader, service: ServiceDep) -> HTMLResponse:
    """Show the templates of documents, in the order of a set, and the empty forms of lists."""
    from phusong.tenders.package.values import AWARDS

    found = [(one, room.file_in_use(service.settings, one)[1]) for one in room.papers(language_of(request))]
    return page(
        request, "templates.html", Text("Mẫu văn bản", "Document templates"), section="templates", templates=found,
        awards=AWARDS, lists=[(name, schema.title) for name, schema in SCHEMAS.items()],
        elsewhere=service.settings.templates_folder is not None,
        may_change=person.may(Action.TEMPLATE_CHANGE, province_code=""),
    )  # fmt: skip


@router.get("/templates/{paper}")
def template(person: Reader, service: ServiceDep, paper: str) -> Response:
    """Give one template, in the language its name is in."""
    found = room.paper_of(paper)
    return FileResponse(room.file_in_use(service.settings, found)[0], media_type=DOCX, filename=found.name)


@router.get("/templates/{paper}/own")
def own(request: Request, person: Changer, service: ServiceDep, paper: str) -> HTMLResponse:
    """Show what was sent for a paper, and where another template is sent."""
    found = room.paper_of(paper)
    return page(
        request, "template.html", Text(f"Mẫu: {found.title.vi}", f"Template: {found.title.en}"), section="templates",
        paper=found, sent=room.sent_of(service.settings, found),
        own=room.file_in_use(service.settings, found)[1], elsewhere=service.settings.templates_folder is not None,
        may_change=person.may(Action.TEMPLATE_CHANGE, province_code=""),
    )  # fmt: skip


@router.get("/templates/{paper}/own/file")
def own_file(
    person: Changer, service: ServiceDep, paper: str, number: Annotated[int, Query(ge=1, le=9_999)]
) -> Response:
    """Give one template that was sent."""
    found = room.paper_of(paper)
    sent = next((one for one in room.sent_of(service.settings, found) if one.number == number), None)
    if sent is None:
        raise NotFoundError
    return FileResponse(sent.path, media_type=DOCX, filename=found.name)


@router.post("/templates/{paper}/own")
def send(request: Request, person: Changer, db: WriteDep, service: ServiceDep, form: FormDep, paper: str) -> Response:
    """Take a template that was sent, once it was checked."""
    from phusong.tenders.template_safety import MOST_BYTES

    found, file = room.paper_of(paper), file_of(form, "file")
    if file is None:
        raise PhuSongError(Text("Hãy chọn một tệp .docx.", "Choose a .docx file."))
    content = file.file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise PhuSongError(Text("Tệp quá lớn: nhiều nhất 12 MB.", "The file is too large: 12 MB at most."))
    room.take(db, service.settings, person, found, content)
    told = Text("Mẫu đúng; bộ hồ sơ lập từ nay dùng mẫu này.", "It is right; sets made from now on use it.")
    return go(request, f"/templates/{paper}/own", told)


@router.post("/templates/{paper}/own/restore")
def restore(
    request: Request, person: Changer, db: WriteDep, service: ServiceDep, form: FormDep, paper: str
) -> Response:
    """Take up again a template that was sent before."""
    number = text_of(form, "number")
    room.restore(db, service.settings, person, room.paper_of(paper), int(number) if number.isdecimal() else 0)
    return go(request, f"/templates/{paper}/own", Text("Đã dùng lại bản này.", "It is in use again."))


@router.post("/templates/{paper}/own/shipped")
def shipped(request: Request, person: Changer, db: WriteDep, service: ServiceDep, paper: str) -> Response:
    """Go back to the template that comes with the tool."""
    room.use_shipped(db, service.settings, person, room.paper_of(paper))
    return go(request, f"/templates/{paper}/own", Text("Đã dùng lại mẫu kèm công cụ.", "The shipped one is in use."))
