"""The description of this interface: every route with all it may answer, told once for all routes of a sort."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from phusong.api.problems import Problem, answers

Operation = dict[str, Any]
BODIES = ("post", "put", "patch", "delete")
METHODS = ("get", "head", *BODIES)
OPEN_TAGS = frozenset({"sessions", "public", "watch"})
"""Routers whose routes need nobody signed in; what one of these routes does ask for, it declares itself."""


def describe(app: FastAPI) -> None:
    """Let the app describe itself this way; the description is made when it is first asked for."""

    def made() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = made  # type: ignore[method-assign]


def _described(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title,
        version=app.version,
        description="Các thao tác của Phủ Sóng. Lỗi theo RFC 9457; số đo mang đơn vị trong tên trường.",
        routes=app.routes,
    )
    models: dict[str, Any] = schema.setdefault("components", {}).setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    models.update(problem.pop("$defs"))
    models["Problem"] = problem
    for method, path, operation in _operations(schema):
        _complete(method, path, operation)
    for unused in ("HTTPValidationError", "ValidationError"):
        models.pop(unused, None)
    return schema


def _operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    for path, methods in schema.get("paths", {}).items():
        for method, operation in methods.items():
            if method in METHODS:
                yield method, path, operation


def _complete(method: str, path: str, operation: Operation) -> None:
    """Declare what every route of this sort can answer beside what the route declares itself."""
    told: dict[str, Any] = operation["responses"]
    if "application/json" in told.get("422", {}).get("content", {}):
        del told["422"]  # FastAPI's own form of a validation error: ours is a problem
    for status in _common(method, path, operation):
        told.setdefault(str(status), answers(status)[status])


def _common(method: str, path: str, operation: Operation) -> Iterator[int]:
    yield from (400, 429, 503)
    if not OPEN_TAGS & set(operation.get("tags", ())):
        yield from (401, 403)
    if "{" in path:
        yield 404
    if "{" in path or "requestBody" in operation or operation.get("parameters"):
        yield 422
    if method in BODIES:
        yield from (403, 409, 413)
        if "requestBody" in operation:
            yield from (415,)
