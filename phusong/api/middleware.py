"""What every request passes before any route: names of this service, limits of size and number, whence it came.

Every answer carries the headers that keep a browser from running or sending anything that is not ours.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import anyio.to_thread
from fastapi import FastAPI, Request
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from phusong.api.people.limits import Limits, too_many
from phusong.api.people.sessions import cookie_name, digest_of
from phusong.api.problems import language_of, problem
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings
from phusong.words import Text, number

Refuse = Callable[[Request, int, Text], Response]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
"""No script, style or address but our own; nothing inline, nothing evaluated. A route may set another."""

HEADERS: Mapping[str, str] = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(self), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
HSTS = "max-age=31536000; includeSubDomains"
LARGE_BODIES = ("application/octet-stream", "multipart/form-data")
_TOO_LARGE = Text("Nội dung gửi lên quá lớn (tối đa {} byte).", "The body is too large (at most {} bytes).")


def add_middleware(app: FastAPI, settings: ServiceSettings) -> None:
    """Put these in front of an app that has its service; what is added last is passed first."""
    service: Service = app.state.service
    app.state.limits = Limits(service.database)
    app.state.headers = {**HEADERS, "strict-transport-security": HSTS} if settings.secure else dict(HEADERS)
    app.add_middleware(BodyLimit, settings=settings)
    app.add_middleware(RateLimit, settings=settings, limits=app.state.limits)
    app.add_middleware(OwnPagesOnly, settings=settings)
    app.add_middleware(SecurityHeaders, headers=app.state.headers)


class SecurityHeaders:
    """Adds the headers to every answer, but leaves those a route has set itself."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self.app = app
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class OwnPagesOnly:
    """Refuses requests to a name that is not ours, and changes that another site's page asks a browser for."""

    def __init__(self, app: ASGIApp, settings: ServiceSettings) -> None:
        self.app = app
        self.public = urlsplit(settings.public_url).netloc.lower()
        own = {settings.host, "localhost", "127.0.0.1", "::1", socket.gethostname(), *settings.hosts}
        self.names = {name.lower() for name in own} | {_name(self.public)} - {""}
        self.any_address = not _is_loopback(settings.host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is meant for us, and comes from us where it changes something."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        if not self._is_ours(request.headers.get("host", "")):
            told = Text("Tên máy chủ không đúng.", "Not a name of this service.")
            await problem(request, 400, told.to(language_of(request)))(scope, receive, send)
        elif request.method not in SAFE_METHODS and self._is_foreign(request):
            told = Text("Yêu cầu đến từ một trang web khác.", "The request comes from another site.")
            await problem(request, 403, told.to(language_of(request)))(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _is_ours(self, host: str) -> bool:
        name = _name(host)
        return name in self.names or (self.any_address and _is_address(name))

    def _is_foreign(self, request: Request) -> bool:
        """Say whether a browser tells that another site's page made this; programs tell nothing of the kind."""
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return True
        origin = request.headers.get("origin")
        own = {request.headers.get("host", "").lower(), self.public} - {""}
        return origin is not None and urlsplit(origin).netloc.lower() not in own


class RateLimit:
    """Counts requests of each person, or of each address where the person is not known yet."""

    def __init__(self, app: ASGIApp, settings: ServiceSettings, limits: Limits) -> None:
        self.app = app
        self.limits = limits
        self.limit_of = {
            "read": settings.reads_per_minute,
            "write": settings.writes_per_minute,
            "tile": settings.tiles_per_minute,
        }
        self.cookie = cookie_name(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or say when to come back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        kind = "write" if request.method not in SAFE_METHODS else "tile" if _is_tile(request) else "read"
        key, limit = f"{kind}:{self._who(request)}", self.limit_of[kind]
        over = self.limits.over(key, limit)
        if self.limits.due(key, limit):
            await anyio.to_thread.run_sync(self.limits.share, key)
        if not over:
            await self.app(scope, receive, send)
            return
        error = too_many()
        answer = _refusal(request, 429, error.text)
        answer.headers["Retry-After"] = str(error.retry_seconds)
        await answer(scope, receive, send)

    def _who(self, request: Request) -> str:
        bearer = request.headers.get("authorization", "").partition(" ")[2].strip()
        secret = bearer or request.cookies.get(self.cookie, "")
        person = self.limits.person(digest_of(secret)) if secret else None
        return person or ("" if request.client is None else request.client.host)


def _is_tile(request: Request) -> bool:
    """Say whether a piece of a map is asked for: one view of a map asks for dozens of them."""
    return request.url.path.startswith("/tiles/")


class BodyLimit:
    """Refuses a body that is announced too large, and stops reading one that turns out to be."""

    def __init__(self, app: ASGIApp, settings: ServiceSettings) -> None:
        self.app = app
        self.body_bytes, self.part_bytes = settings.body_bytes, settings.part_bytes
        self.cookie = cookie_name(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, counting what is read."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        limit = self._limit(request)
        told = _too_large(limit)
        announced = request.headers.get("content-length", "0")
        if not announced.isdecimal() or int(announced) > limit:
            await _refusal(request, 413 if announced.isdecimal() else 400, told)(scope, receive, send)
            return
        read_bytes = 0

        async def counted() -> Message:
            nonlocal read_bytes
            message = await receive()
            read_bytes += len(message.get("body", b""))
            if read_bytes > limit:
                raise HTTPException(413, told.to(language_of(request)))
            return message

        await self.app(scope, counted, send)

    def _limit(self, request: Request) -> int:
        """Return the most a body may have: a part of a file only from somebody with a cookie or token."""
        large = request.headers.get("content-type", "").startswith(LARGE_BODIES)
        told = "authorization" in request.headers or self.cookie in request.cookies
        return max(self.body_bytes, self.part_bytes) if large and told else self.body_bytes


def _too_large(limit: int) -> Text:
    return Text(_TOO_LARGE.vi.format(number(limit)), _TOO_LARGE.en.format(number(limit, "en")))


def _refusal(request: Request, status: int, told: Text) -> Response:
    """Tell why a request goes no further: on a page where the app draws pages and a person reads, else as a problem."""
    refuse: Refuse | None = getattr(request.app.state, "refuse", None)
    return problem(request, status, told.to(language_of(request))) if refuse is None else refuse(request, status, told)


def _name(host: str) -> str:
    """Return the name in a Host header, without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)
