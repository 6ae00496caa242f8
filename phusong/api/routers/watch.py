"""Health, readiness, metrics, and the description of this interface."""

from __future__ import annotations

from importlib import resources
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

import phusong
from phusong.api import metrics
from phusong.api.access.policy import Action, Person
from phusong.api.deps import Needs, ServiceDep
from phusong.api.problems import NotFoundError, answers
from phusong.api.readiness import CheckOut, readiness

router = APIRouter(tags=["watch"])

SWAGGER = "swagger-ui-5.35.0"
START = "start-1.js"
PAGE = f"""<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Phủ Sóng – API</title>
<link rel="stylesheet" href="/docs/{SWAGGER}.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/{SWAGGER}.js"></script>
<script src="/docs/{START}"></script>
</body>
</html>
"""
_FILES = {
    f"{SWAGGER}.css": ("maps/vendor", "text/css; charset=utf-8"),
    f"{SWAGGER}.js": ("maps/vendor", "text/javascript; charset=utf-8"),
    START: ("api/docs_page", "text/javascript; charset=utf-8"),
}


class HealthOut(BaseModel):
    """The process answers."""

    status: str
    version: str


class ReadyOut(BaseModel):
    """Whether the service can do its work now, and what stands in its way."""

    ready: bool
    checks: list[CheckOut]


@router.get("/health")
def health() -> HealthOut:
    """Say that the process answers; it asks nothing of anything else."""
    return HealthOut(status="ok", version=phusong.__version__)


@router.get("/ready", responses={503: {"model": ReadyOut, "description": "Chưa sẵn sàng – Not ready"}})
def ready(service: ServiceDep, response: Response) -> ReadyOut:
    """Say whether the service can work: its database, schema, disk and workers."""
    checks = readiness(service)
    good = all(one.good for one in checks if one.needed)
    response.status_code = 200 if good else 503
    return ReadyOut(ready=good, checks=checks)


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        **answers(401, 403),
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus"},
    },
)
def metrics_now(
    request: Request, service: ServiceDep, person: Annotated[Person, Depends(Needs(Action.SERVICE_WATCH))]
) -> Response:
    """Tell the service's counters in Prometheus's text form, to whoever watches over it."""
    told = metrics.written(service, request.app.state.counts)
    return Response(told, headers={"content-type": "text/plain; version=0.0.4; charset=utf-8"})


@router.get("/docs", include_in_schema=False)
def docs_page() -> Response:
    """Show the description of this interface; everything it loads comes from here."""
    return Response(PAGE, media_type="text/html; charset=utf-8")


@router.get("/docs/{name}", include_in_schema=False)
def docs_file(name: str) -> Response:
    """Send one of the files the description needs; there are three."""
    if name not in _FILES:
        raise NotFoundError
    folder, kind = _FILES[name]
    content = resources.files("phusong").joinpath(folder, name).read_bytes()
    return Response(content, headers={"content-type": kind, "cache-control": "public, max-age=31536000, immutable"})
