"""What a service counts of itself, in the words of Prometheus; several processes of one service are added up."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from phusong.api.database.models import Job, Upload
from phusong.api.logs import route_of
from phusong.api.service import Service

SHARED = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0)


def share(home: Path) -> None:
    """Make the processes of a service count together: called before they start, in the process that starts them."""
    folder = home / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ[SHARED] = str(folder)


@dataclass(frozen=True, slots=True)
class Counts:
    """The counters of one process."""

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram
    under_way: Gauge

    @classmethod
    def made(cls) -> Counts:
        """Return new counters in a registry of their own."""
        registry = CollectorRegistry()
        labels = ("method", "route")
        return cls(
            registry=registry,
            requests=Counter(
                "phusong_requests_total", "Requests answered.", (*labels, "status"), registry=registry
            ),
            seconds=Histogram(
                "phusong_request_seconds", "Time to answer.", labels, buckets=SECONDS, registry=registry
            ),
            under_way=Gauge(
                "phusong_requests_under_way", "Requests being answered.", registry=registry, multiprocess_mode="livesum"
            ),
        )  # fmt: skip


class Measured:
    """Counts every request by its route and how long it took; a path nobody serves counts under one name."""

    def __init__(self, app: ASGIApp, counts: Counts) -> None:
        self.app = app
        self.counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self.counts.under_way.inc()
        try:
            await self.app(scope, receive, told)
        finally:
            self.counts.under_way.dec()
            method = scope["method"] if scope["method"] in _METHODS else "other"
            route = route_of(scope) or "none"
            self.counts.requests.labels(method, route, str(status)).inc()
            self.counts.seconds.labels(method, route).observe(time.perf_counter() - began)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class _Work(Collector):
    """What waits and runs now, read from the database when somebody asks."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def collect(self) -> Iterator[Metric]:
        """Give jobs by kind and state, uploads by state, and the room left on the disk."""
        with self.service.database.read() as db:
            jobs = db.execute(select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state)).all()
            uploads = db.execute(select(Upload.state, func.count()).group_by(Upload.state)).all()
        told = GaugeMetricFamily("phusong_jobs", "Jobs by kind and state.", labels=["kind", "state"])
        for kind, state, count in jobs:
            told.add_metric([kind, state], count)
        yield told
        sent = GaugeMetricFamily("phusong_uploads", "Uploads by state.", labels=["state"])
        for state, count in uploads:
            sent.add_metric([state], count)
        yield sent
        free = shutil.disk_usage(self.service.settings.home).free
        yield GaugeMetricFamily("phusong_disk_free_bytes", "Room left where the service keeps files.", value=free)


def written(service: Service, counts: Counts) -> bytes:
    """Write all there is to tell, in Prometheus's text form."""
    work = CollectorRegistry()
    work.register(_Work(service))
    shared = os.environ.get(SHARED)
    if shared is None:
        return generate_latest(counts.registry) + generate_latest(work)
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together, path=shared)  # type: ignore[no-untyped-call]
    return generate_latest(together) + generate_latest(work)


def install(app: FastAPI) -> None:
    """Let an app count its requests."""
    counts = Counts.made()
    app.state.counts = counts
    app.add_middleware(Measured, counts=counts)
