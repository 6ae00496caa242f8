"""Errors told on a page: what was found, where, and what to do; the API keeps its own way of telling them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from phusong.api.pages.fields import field_title
from phusong.api.pages.frame import page
from phusong.api.pages.notices import local
from phusong.api.problems import TITLES, NotSignedInError, TooManyError, language_of, status_of, without_paths
from phusong.errors import BadInputError, PhuSongError
from phusong.words import Text

Handler = Callable[[Request, Exception], Response | Awaitable[Response]]


def register(app: FastAPI) -> None:
    """Let errors be told on a page where a person reads one; call it after ``problems.register``."""
    for kind in (PhuSongError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _either(app.exception_handlers[kind]))


def reads_pages(request: Request) -> bool:
    """Say whether the answer is for a person in a browser."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def _either(api: Any) -> Handler:
    async def handle(request: Request, error: Exception) -> Response:
        if reads_pages(request):
            return told(request, error)
        answer = api(request, error)
        response: Response = await answer if isawaitable(answer) else answer
        return response

    return handle


def told(request: Request, error: Exception) -> Response:
    """Tell one error on a page; who is not signed in is led to where one signs in."""
    if isinstance(error, NotSignedInError):
        back = local(f"{request.url.path}?{request.url.query}".rstrip("?")) if request.method == "GET" else "/"
        return RedirectResponse("/sign-in" if back == "/" else f"/sign-in?next={_quoted(back)}", status_code=303)
    status, detail, problems = _read(request, error)
    title = TITLES.get(status, TITLES[500])
    answer = page(
        request,
        "failure.html",
        title,
        status=status,
        detail=without_paths(request, detail),
        problems=problems,
        code=status,
        back=_back(request),
    )
    if isinstance(error, TooManyError):
        answer.headers["Retry-After"] = str(error.retry_seconds)
    return answer


def _quoted(address: str) -> str:
    return address.replace("%", "%25").replace("&", "%26").replace("?", "%3F").replace("+", "%2B")


def _read(request: Request, error: Exception) -> tuple[int, str, list[tuple[str, str]]]:
    language = language_of(request)
    if isinstance(error, PhuSongError):
        found = error.problems if isinstance(error, BadInputError) else ()
        return (
            status_of(error),
            error.text.to(language),
            [(one.where(language), one.text.to(language)) for one in found],
        )
    if isinstance(error, RequestValidationError):
        fields = [(field_title(str(one["loc"][-1])).to(language), str(one["msg"])) for one in error.errors()]
        return 422, Text("Có trường chưa đúng.", "Some fields are not valid.").to(language), fields
    status = error.status_code if isinstance(error, HTTPException) else 500
    return status, _DETAILS.get(status, TITLES.get(status, TITLES[500])).to(language), []


_DETAILS = {
    404: Text(
        "Trang này không có, hoặc không thuộc phạm vi của bạn.", "There is no such page, or it is not in your scope."
    )
}


def _back(request: Request) -> str:
    """Return the page a form was sent from, if it is one of ours."""
    source = urlsplit(request.headers.get("referer", ""))
    return local(source.path) if source.netloc == request.url.netloc else "/"
