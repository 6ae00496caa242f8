"""What a form of a page sent: read once, within limits, before anything looks at who sent it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

Model = TypeVar("Model", bound=BaseModel)
MOST_FIELDS = 2_000
MOST_FILES = 4


async def read_form(request: Request) -> AsyncIterator[FormData]:
    """Read the form of a post within limits, and let go of its files once the answer is sent."""
    if request.method != "POST":
        yield FormData()
        return
    form = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS)
    request.state.form = form
    try:
        yield form
    finally:
        await form.close()


FormDep = Annotated[FormData, Depends(read_form)]


def text_of(form: FormData, name: str) -> str:
    """Return a field as text, "" where it was not sent."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def texts_of(form: FormData, name: str) -> list[str]:
    """Return every value of a field that may be there many times."""
    return [one for one in form.getlist(name) if isinstance(one, str)]


def file_of(form: FormData, name: str) -> UploadFile | None:
    """Return a file that was sent, None where none was chosen."""
    value = form.get(name)
    return value if isinstance(value, UploadFile) and value.filename else None


def model_of(kind: type[Model], values: Mapping[str, Any]) -> Model:
    """Make what a route of the API takes from a form's values; empty fields count as not given."""
    given = {key: value for key, value in values.items() if value not in ("", None)}
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from error
