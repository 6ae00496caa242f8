"""Errors told on a page: what was found, where, and what to do; the API keeps its own way of telling them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from phusong.api.deps import signed_in
from phusong.api.pages.fields import field_of, field_title, what_is_wrong
from phusong.api.pages.frame import page
from phusong.api.pages.notices import by_script, local
from phusong.api.pages.scope import Place
from phusong.api.people.oidc import ProviderError
from phusong.api.problems import TITLES, NotSignedInError, TooManyError, language_of, problem, status_of, without_paths
from phusong.errors import BadInputError, PhuSongError
from phusong.words import Text

Handler = Callable[[Request, Exception], Response | Awaitable[Response]]


PROVIDER = "/api/oidc/"
"""Addresses of the API that a browser goes to by itself, on its way to a sign-in provider and back."""
_TYPED_ELSEWHERE = frozenset({"csrf", "next"})
_LONGEST_TYPED = 2_000
SERVER_FAULT = 500
"""From this status on a page asks the database for nothing more."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is not right in a form: its field, what people call it, what is wrong."""

    name: str
    title: str
    text: str


def register(app: FastAPI) -> None:
    """Let errors be told on a page where a person reads one; call it after ``problems.register``."""
    for kind in (PhuSongError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _either(app.exception_handlers[kind]))
    faults: tuple[type[Exception], ...] = (OperationalError, IntegrityError, DataError, OverflowError, Exception)
    for fault in faults:
        app.add_exception_handler(fault, _on_a_page(app.exception_handlers[fault]))
    app.state.refuse = refuse


def reads_pages(request: Request) -> bool:
    """Say whether the answer is for a person in a browser."""
    path = request.url.path
    page = not path.startswith("/api/") or (path.startswith(PROVIDER) and request.method == "GET")
    return page and "text/html" in request.headers.get("accept", "")


def refuse(request: Request, status: int, told: Text) -> Response:
    """Tell of a request that was refused before any route saw it: too large, too often."""
    detail = told.to(language_of(request))
    return _answer(request, status, detail, []) if reads_pages(request) else problem(request, status, detail)


def _either(api: Any) -> Handler:
    async def handle(request: Request, error: Exception) -> Response:
        if reads_pages(request):
            return told(request, error)
        answer = api(request, error)
        response: Response = await answer if isawaitable(answer) else answer
        return response

    return handle


def _on_a_page(api: Any) -> Handler:
    """Let what the API tells of a fault stand on a page where a person reads it; it was logged as the API does."""

    def handle(request: Request, error: Exception) -> Response:
        answer: JSONResponse = api(request, error)
        if not reads_pages(request):
            return answer
        shown = _answer(request, answer.status_code, json.loads(bytes(answer.body))["detail"], [])
        for name in set(answer.headers) - {"content-type", "content-length"}:
            shown.headers.setdefault(name, answer.headers[name])
        return shown

    return handle


def told(request: Request, error: Exception) -> Response:
    """Tell one error on a page; who is not signed in is led to where one signs in."""
    if isinstance(error, NotSignedInError) and not by_script(request):
        return _to_sign_in(request, error)
    status, detail, wrong = _read(request, error)
    answer = _answer(request, status, without_paths(request, detail), wrong)
    if isinstance(error, TooManyError):
        answer.headers["Retry-After"] = str(error.retry_seconds)
    return answer


def _to_sign_in(request: Request, error: NotSignedInError) -> Response:
    """Lead to where one signs in; who comes back from a provider without success reads there why."""
    if isinstance(error, ProviderError):
        provider = request.app.state.service.settings.oidc_name
        return page(
            request, "sign_in.html", Text("Đăng nhập", "Sign in"), status=401, goal="/", username="",
            told=error.text, provider=provider,
        )  # fmt: skip
    back = local(f"{request.url.path}?{request.url.query}".rstrip("?")) if request.method == "GET" else "/"
    return RedirectResponse("/sign-in" if back == "/" else f"/sign-in?next={quote(back, safe='/=')}", status_code=303)


def _answer(request: Request, status: int, detail: str, wrong: list[Wrong]) -> Response:
    """Tell what is wrong: to the script of the form it was sent from, else on a page that keeps what was typed."""
    if status in (403, 404) and request.method == "GET" and not hasattr(request.state, "person"):
        request.state.person = signed_in(request, request.app.state.service)  # it was refused before anybody asked
    if by_script(request):
        found = [{"name": one.name, "title": one.title, "text": one.text} for one in wrong]
        return JSONResponse({"detail": detail, "problems": found}, status_code=status)
    return page(
        request, "failure.html", TITLES.get(status, TITLES[500]), status=status, detail=detail, problems=wrong,
        code=status, back=_back(request), typed=_typed(request), advice=_ADVICE.get(status),
        request_id=getattr(request.state, "request_id", ""), place=Place() if status >= SERVER_FAULT else None,
    )  # fmt: skip


def _typed(request: Request) -> list[tuple[str, str]]:
    """Return what a form sent, to be taken up again; never what is secret."""
    form = getattr(request.state, "form", None)
    pairs = form.multi_items() if form else []
    return [
        (field_title(name).to(language_of(request)), value[:_LONGEST_TYPED])
        for name, value in pairs
        if isinstance(value, str) and value and name not in _TYPED_ELSEWHERE and not _is_secret(name)
    ]


def _is_secret(name: str) -> bool:
    return "password" in name or name in ("old", "new", "again", "code")


def _read(request: Request, error: Exception) -> tuple[int, str, list[Wrong]]:
    language = language_of(request)
    if isinstance(error, PhuSongError):
        found = error.problems if isinstance(error, BadInputError) else ()
        wrong = [Wrong(one.column or "", one.where(language), one.text.to(language)) for one in found]
        return status_of(error), error.text.to(language), wrong
    if isinstance(error, RequestValidationError):
        return 422, Text("Có trường chưa đúng.", "Some fields are not valid.").to(language), _fields(request, error)
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 413 and isinstance(error, HTTPException):
        return status, str(error.detail), []
    return status, _DETAILS.get(status, TITLES.get(status, TITLES[500])).to(language), []


def _fields(request: Request, error: RequestValidationError) -> list[Wrong]:
    language = language_of(request)
    return [
        Wrong(field_of(one), field_title(field_of(one)).to(language), what_is_wrong(one).to(language))
        for one in error.errors()
    ]


_DETAILS = {
    404: Text(
        "Trang này không có, hoặc không thuộc phạm vi của bạn.", "There is no such page, or it is not in your scope."
    )
}


_ADVICE = {
    403: Text(
        "Nếu công việc của bạn cần đến trang này, hãy nhờ quản trị thêm vai trò.",
        "If your work needs this page, ask the administrator for the role.",
    ),
    404: Text(
        "Kiểm tra lại địa chỉ, hoặc tìm xã, thôn ở ô tìm kiếm phía trên.",
        "Check the address, or look for the commune or village in the search box above.",
    ),
    409: Text(
        "Có thể ai đó vừa làm bước này: hãy quay lại và xem tình trạng mới nhất.",
        "Somebody may have taken this step just now: go back and see how it stands.",
    ),
    422: Text("Không có gì bị ghi; hãy sửa rồi gửi lại.", "Nothing was kept; put it right and send it again."),
    429: Text("Hãy đợi một phút rồi thử lại.", "Wait a minute and try again."),
    500: Text("Những gì đã ghi vẫn còn nguyên.", "What was kept before is untouched."),
    503: Text("Hãy thử lại sau ít giây.", "Try again in a few seconds."),
}
"""The way on, one sentence a status."""


def _back(request: Request) -> str:
    """Return the page a form was sent from, if it is one of ours."""
    source = urlsplit(request.headers.get("referer", ""))
    return local(source.path) if source.netloc == request.url.netloc else "/"
