"""One table from error to status, and how an error is told: ``application/problem+json`` in the reader's language."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from starlette.exceptions import HTTPException

from phusong.data.store import OutputError
from phusong.errors import (
    BadInputError,
    MissingCrsError,
    MissingFileError,
    OutOfRangeError,
    PhuSongError,
    StudyError,
    TerrainError,
    UnknownNameError,
    UnreadableFileError,
)
from phusong.words import Language, Text

PROBLEM_TYPE = "application/problem+json"
_LOG = logging.getLogger(__name__)


class NotSignedInError(PhuSongError):
    """Nobody is signed in, or the session or token is no longer valid."""

    def __init__(self) -> None:
        super().__init__(Text("Hãy đăng nhập.", "Please sign in."))


class NotAllowedError(PhuSongError):
    """The person's roles do not allow this."""

    def __init__(self, text: Text | None = None) -> None:
        super().__init__(text or Text("Vai trò của bạn không được làm việc này.", "Your roles do not allow this."))


class NotFoundError(PhuSongError):
    """There is no such thing, or it is none of this person's business: the two are never told apart."""

    def __init__(self, text: Text | None = None) -> None:
        super().__init__(text or Text("Không tìm thấy.", "Not found."))


class ConflictError(PhuSongError):
    """What is asked does not go with the state things are in now."""


class TooLargeError(PhuSongError):
    """A body or file over its limit."""


class TooManyError(PhuSongError):
    """Asked too often; ``retry_seconds`` says when to come back."""

    def __init__(self, text: Text, retry_seconds: int) -> None:
        super().__init__(text)
        self.retry_seconds = retry_seconds


class BadQueryError(PhuSongError):
    """A query parameter that is not known, or whose value cannot be meant (400, as OGC API asks)."""


class NotReadyError(PhuSongError):
    """The service cannot do this now, through no fault of who asks."""


STATUS_BY_ERROR: Mapping[type[PhuSongError], int] = {
    BadQueryError: 400,
    NotSignedInError: 401,
    NotAllowedError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    TooLargeError: 413,
    TooManyError: 429,
    NotReadyError: 503,
    BadInputError: 422,
    OutOfRangeError: 422,
    UnknownNameError: 422,
    MissingFileError: 409,
    UnreadableFileError: 422,
    MissingCrsError: 422,
    TerrainError: 409,
    StudyError: 422,
    OutputError: 409,
    PhuSongError: 422,
}
TITLES: Mapping[int, Text] = {
    400: Text("Yêu cầu không đọc được", "Bad request"),
    401: Text("Chưa đăng nhập", "Not signed in"),
    403: Text("Không được phép", "Not allowed"),
    404: Text("Không tìm thấy", "Not found"),
    405: Text("Không có thao tác này", "Method not allowed"),
    409: Text("Không làm được lúc này", "Conflict"),
    413: Text("Quá lớn", "Too large"),
    415: Text("Không nhận loại nội dung này", "Unsupported media type"),
    422: Text("Dữ liệu chưa đúng", "Invalid data"),
    429: Text("Quá nhiều yêu cầu", "Too many requests"),
    500: Text("Lỗi của phần mềm", "Internal error"),
    503: Text("Chưa sẵn sàng", "Not ready"),
}


class ProblemRow(BaseModel):
    """One thing that is wrong in what was sent, and where."""

    level: str = ""
    where: str = ""
    detail: str
    code: str = ""


class Problem(BaseModel):
    """How every error is told (RFC 9457); ``request_id`` is what the service's log knows the request by."""

    type: str = "about:blank"
    title: str = Field(examples=[TITLES[404].vi])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["Không tìm thấy."])
    instance: str = Field(examples=["/api/rounds/5f0c2b9a41d7e863"])
    request_id: str = Field(examples=["9b1deb4d3b7d4bad"])
    problems: list[ProblemRow] | None = None


PROBLEM_SCHEMA = {"$ref": "#/components/schemas/Problem"}


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses=`` of a route that may answer with these problems.

    401, 403, 422 and the like, which any route of their sort can give, are added to all of them by ``openapi.py``: a
    route declares what is its own (404 of what it looks up, 409 of a state it minds).
    """
    return {status: _answer(status) for status in statuses}


def _answer(status: int) -> dict[str, Any]:
    title = TITLES[status]
    example = {
        "type": "about:blank", "title": title.vi, "status": status, "detail": f"{title.vi}.",
        "instance": "/api/…", "request_id": "9b1deb4d3b7d4bad",
    }  # fmt: skip
    return {
        "description": f"{title.vi} – {title.en}",
        "content": {PROBLEM_TYPE: {"schema": PROBLEM_SCHEMA, "example": example}},
    }


def status_of(error: PhuSongError) -> int:
    """Return the status of an error: its own, else that of the nearest class above it."""
    return next(STATUS_BY_ERROR[kind] for kind in type(error).__mro__ if kind in STATUS_BY_ERROR)


def language_of(request: Request) -> Language:
    """Return the language asked for: ``?lang=``, the cookie ``lang``, ``Accept-Language``, else the service's own."""
    asked = (
        request.query_params.get("lang")
        or request.cookies.get("lang")
        or request.headers.get("accept-language", "")[:2].lower()
    )
    if asked == "en":
        return "en"
    return "vi" if asked == "vi" else request.app.state.service.settings.language


def without_paths(request: Request, told: str) -> str:
    """Return a text without where on its machine the service keeps things."""
    return told.replace(str(request.app.state.service.settings.home.resolve()), "…")


def problem(request: Request, status: int, detail: str, **more: object) -> JSONResponse:
    """Write one problem (RFC 9457)."""
    title = TITLES.get(status, TITLES[500]).to(language_of(request))
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": without_paths(request, detail),
        "instance": request.url.path,
        "request_id": getattr(request.state, "request_id", ""),
        **more,
    }
    return JSONResponse(body, status_code=status, media_type=PROBLEM_TYPE)


def _of_ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PhuSongError)
    language = language_of(request)
    more: dict[str, object] = {}
    if isinstance(error, BadInputError):
        more["problems"] = [
            {"level": one.level, "where": one.where(language), "detail": one.text.to(language), "code": one.code}
            for one in error.problems
        ]
    answer = problem(request, status_of(error), error.text.to(language), **more)
    if isinstance(error, TooManyError):
        answer.headers["Retry-After"] = str(error.retry_seconds)
    return answer


def _of_validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields = [{"where": ".".join(map(str, one["loc"])), "detail": one["msg"]} for one in error.errors()]
    told = Text("Có trường chưa đúng.", "Some fields are not valid.").to(language_of(request))
    return problem(request, 422, told, problems=fields)


def _of_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    answer = problem(request, error.status_code, str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


def _of_database(request: Request, error: Exception) -> JSONResponse:
    """Tell that the database does not answer, or is busy beyond waiting."""
    _LOG.error("database", exc_info=error)
    told = Text("Cơ sở dữ liệu đang bận, hãy thử lại sau.", "The database is busy: try again shortly.")
    answer = problem(request, 503, told.to(language_of(request)))
    answer.headers["Retry-After"] = "5"
    return answer


def _of_value(request: Request, error: Exception) -> JSONResponse:
    """Tell that a value is one no database can hold: a NUL in a text, a number beyond 64 bits."""
    _LOG.warning("value", exc_info=error)
    told = Text("Có ký tự lạ hoặc số quá lớn, không lưu được.", "An odd character or too large a number.")
    return problem(request, 422, told.to(language_of(request)))


def _of_meeting(request: Request, error: Exception) -> JSONResponse:
    """Tell that somebody else's change came first: what was to be one of its kind is there already."""
    _LOG.warning("conflict", exc_info=error)
    told = Text("Đã có người làm việc này trước. Hãy tải lại.", "Somebody did this just before. Please reload.")
    return problem(request, 409, told.to(language_of(request)))


def _of_fault(request: Request, error: Exception) -> JSONResponse:
    """Tell of an error nobody foresaw: its traceback is in the log under the request's id, never in the answer."""
    told = Text(
        "Phần mềm gặp lỗi. Hãy báo quản trị mã yêu cầu bên dưới.",
        "The software failed. Give the administrator the request id below.",
    )
    answer = problem(request, 500, told.to(language_of(request)))
    answer.headers.update(request.app.state.headers)  # this is answered outside of all middleware
    answer.headers["x-request-id"] = request.state.request_id
    return answer


def register(app: FastAPI) -> None:
    """Let the app tell its errors this way."""
    app.add_exception_handler(OperationalError, _of_database)
    app.add_exception_handler(IntegrityError, _of_meeting)
    app.add_exception_handler(DataError, _of_value)
    app.add_exception_handler(OverflowError, _of_value)
    app.add_exception_handler(Exception, _of_fault)
    app.add_exception_handler(PhuSongError, _of_ours)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)
