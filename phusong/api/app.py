"""The web application: ``create_app()`` builds everything, importing this builds nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import phusong
from phusong.api import logs, metrics, openapi, problems
from phusong.api.deps import Turns
from phusong.api.middleware import add_middleware
from phusong.api.pages import failures
from phusong.api.pages import routes as pages
from phusong.api.routers import ROUTERS
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings
from phusong.api.studies.kept import KeptStudies
from phusong.api.tiles.kept import KeptTiles
from phusong.api.tiles.readers import Readers


def create_app(settings: ServiceSettings | None = None) -> FastAPI:
    """Return the application of a service; its database must be at the newest schema."""
    service = Service.of(settings or ServiceSettings())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        service.close()

    app = FastAPI(
        title="Phủ Sóng",
        version=phusong.__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.service = service
    app.state.turns = Turns()
    app.state.tile_readers = Readers()
    app.state.kept_tiles = KeptTiles()
    app.state.kept_studies = KeptStudies()
    add_middleware(app, service.settings)
    problems.register(app)
    failures.register(app)
    for router in (*ROUTERS, pages.router):
        app.router.routes.extend(router.routes)  # as they are: including them would build each anew for every app
    openapi.describe(app)
    metrics.install(app)
    logs.install(app)
    return app
