"""What numbers and papers rest on: unit prices, templates of documents and lists."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.deps import Needs, ServiceDep
from phusong.api.media import DOCX
from phusong.api.pages.frame import page
from phusong.api.problems import NotFoundError, language_of
from phusong.data.schemas import SCHEMAS
from phusong.words import LANGUAGES, Language, Text

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.REFERENCE_READ))]
MOST_LISTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A Word template: the document it makes, its file in one language, and whether the department has its own."""

    title: Text
    number: str
    awards: tuple[str, ...]
    name: str
    path: Path
    own: bool


@router.get("/templates")
def templates(request: Request, person: Reader, service: ServiceDep) -> HTMLResponse:
    """Show the templates of documents, in the order of a set, and the empty forms of lists."""
    from phusong.tenders.package.values import AWARDS

    language = language_of(request)
    return page(
        request, "templates.html", Text("Mẫu văn bản", "Document templates"), section="templates",
        templates=_templates(language, service.settings.templates_folder), awards=AWARDS,
        lists=[(name, schema.title) for name, schema in SCHEMAS.items()],
    )  # fmt: skip


def _templates(language: Language, folder: Path | None) -> list[Template]:
    """Return the Word templates in a language: the department's own file where it has one."""
    from phusong.tenders.papers.writer import own_template
    from phusong.tenders.parts import PARTS
    from phusong.tenders.templates.builder import template_path

    found = []
    for one in PARTS:
        path, own = template_path(one.key, language), own_template(one.key, folder, language)
        if one.suffix == "docx" and path.is_file():
            awards = () if len(one.awards) > 2 else tuple(sorted(one.awards))
            found.append(
                Template(
                    title=one.title, number=one.number, awards=awards, name=one.file_name(language),
                    path=own or path, own=own is not None,
                )
            )  # fmt: skip
    return found


@router.get("/templates/{name}")
def template(person: Reader, service: ServiceDep, name: str) -> Response:
    """Give one template, in the language its name is in."""
    folder = service.settings.templates_folder
    known = {one.name: one.path for language in LANGUAGES for one in _templates(language, folder)}
    if name not in known:
        raise NotFoundError
    return FileResponse(known[name], media_type=DOCX, filename=name)
