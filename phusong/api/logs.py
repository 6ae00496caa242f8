"""The service's log: one JSON line a request and an event, each with its request's id; no secret, no query, no body."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from phusong.api.database.types import new_id

REQUEST_ID_HEADER = b"x-request-id"
HIDDEN = frozenset({"authorization", "cookie", "csrf", "password", "secret", "set-cookie", "token"})
_LOG = structlog.stdlib.get_logger("phusong.requests")


def configure(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """Write every log of this process as JSON lines, ours and the libraries' alike; called when a process starts."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("uvicorn.access").disabled = True  # it writes whole addresses, queries included; ours does not
    for name in ("httpx2", "httpcore2"):  # they write whole addresses at INFO, an OIDC code among them
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


def hide_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take the values of secrets out of an event, whoever put them there."""
    for key in event:
        if key.lower() in HIDDEN:
            event[key] = "…"
    return event


def route_of(scope: Scope) -> str:
    """Return the pattern of the route that answered, "" where there is none: a path would hold ids."""
    return str(getattr(scope.get("route"), "path", ""))


class RequestLog:
    """Gives every request an id of ours, tells it to whoever asked, and writes one line when it is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = new_id()
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began, status = time.perf_counter(), 500

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message.setdefault("headers", []).append((REQUEST_ID_HEADER, request_id.encode()))
            await send(message)

        try:
            await self.app(scope, receive, told)
        except Exception:
            _LOG.exception("fault", **_facts(scope, 500, began))
            raise
        _LOG.info("request", **_facts(scope, status, began))


def _facts(scope: Scope, status: int, began: float) -> dict[str, Any]:
    person = scope["state"].get("person")
    client = scope.get("client")
    return {
        "method": scope["method"],
        "route": route_of(scope),
        "path": scope["path"],
        "status": status,
        "milliseconds": round((time.perf_counter() - began) * 1000.0, 1),
        "user_id": "" if person is None else person.id,
        "address": client[0] if client else "",
    }


def install(app: FastAPI) -> None:
    """Let an app log its requests; to be added last of all middleware, so that it sees the others' answers too.

    Where nobody has configured the log, a fault is told without the values of local names: they hold secrets.
    """
    if not structlog.is_configured():
        plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        structlog.configure(processors=[hide_secrets, plain])
    app.add_middleware(RequestLog)
