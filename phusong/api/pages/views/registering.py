"""Data that stands on the service's machine: an administrator makes a file of an allowed folder a dataset."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.deps import LanguageDep, Needs, ServiceDep
from phusong.api.pages.forms import FormDep, model_of, text_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go
from phusong.api.pages.scope import place_of, provinces_of
from phusong.api.pages.views.datasets import COMPLETENESS, GROUNDS, OPERATOR_TITLES
from phusong.api.routers.datasets import (
    DatasetIn,
    RegisteredIn,
    add_registered_dataset,
    data_folders,
    register_version,
)
from phusong.api.studies.datasets import registrable
from phusong.api.studies.kinds_of_data import KINDS_OF_DATA
from phusong.words import Text

router = APIRouter()
Registrar = Annotated[Person, Depends(Needs(Action.DATASET_REGISTER))]
OF_DATASET = ("province_code", "kind", "operator", "name")
OF_VERSION = ("folder", "path", "vintage", "completeness", "ground")


@router.get("/registered-datasets")
def registering(request: Request, person: Registrar, service: ServiceDep) -> HTMLResponse:
    """Show what stands in the folders the settings allow, and the form that registers one of it."""
    return page(
        request, "registering.html", Text("Dữ liệu trên máy chủ", "Data on the server"), section="registered",
        folders=data_folders(person, service), kinds=[(key, kind.title) for key, kind in KINDS_OF_DATA.items()],
        provinces=[
            code for code in provinces_of(request, person) if person.may(Action.DATASET_REGISTER, province_code=code)
        ],
        province=place_of(request, person).province_code, operators=OPERATOR_TITLES, completeness=COMPLETENESS,
        grounds=GROUNDS,
    )  # fmt: skip


@router.post("/registered-datasets")
def register(
    request: Request, person: Registrar, service: ServiceDep, language: LanguageDep, form: FormDep
) -> Response:
    """Make a file or folder of the machine a dataset with its first version, which is then checked."""
    dataset = model_of(DatasetIn, {name: text_of(form, name) for name in OF_DATASET})
    version = model_of(RegisteredIn, {name: text_of(form, name) for name in OF_VERSION})
    registrable(service.settings, version.folder, version.path)
    with service.database.write() as db:
        made = add_registered_dataset(person, db, language, dataset)
        register_version(person, db, service, made.id, version)
    return go(request, "/registered-datasets", Text("Đã ghi; đang kiểm tra.", "Registered; it is being checked."))
