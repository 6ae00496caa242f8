"""What numbers and papers rest on: unit prices, templates of documents and lists."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep
from phusong.api.media import DOCX, XLSX
from phusong.api.pages.frame import page
from phusong.api.pages.scope import place_of
from phusong.api.problems import NotFoundError, language_of
from phusong.api.studies.datasets import listed_datasets
from phusong.data.schemas import SCHEMAS
from phusong.words import LANGUAGES, Language, Text

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.REFERENCE_READ))]
MOST_LISTS = 50


@router.get("/unit-prices")
def unit_prices(request: Request, person: Reader, db: ReadDep) -> HTMLResponse:
    """Show the unit prices that come with the tool, and the lists departments have sent of their own."""
    from phusong.data.unit_prices import read_unit_prices

    rows = list(read_unit_prices().rows.values())
    return page(
        request, "unit_prices.html", Text("Đơn giá", "Unit prices"), section="prices", rows=rows,
        assumed=sum(one.assumption for one in rows), lists=_lists(request, db, person),
    )  # fmt: skip


def _lists(request: Request, db: Session, person: Person) -> list[Any]:
    """Return the departments' own lists in scope, each with its newest version."""
    if not person.grants_for(Action.DATASET_READ):
        return []
    chosen = place_of(request, person).province_code
    found, _ = listed_datasets(db, person, province_code=chosen, kind="unit_prices", limit=MOST_LISTS, offset=0)
    return [(one, one.versions[-1] if one.versions else None) for one in found]


@router.get("/unit-prices/list.xlsx")
def unit_prices_book(person: Reader, language: LanguageDep) -> Response:
    """Give the unit prices as a workbook to be filled in with a department's own."""
    from phusong.data.unit_prices import read_unit_prices, write_unit_prices

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "don-gia.xlsx"
        write_unit_prices(read_unit_prices(), path, language)
        content = path.read_bytes()
    headers = {"Content-Disposition": 'attachment; filename="don-gia.xlsx"'}
    return Response(content, media_type=XLSX, headers=headers)


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
