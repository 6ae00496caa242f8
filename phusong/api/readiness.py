"""Whether the service can do its work: database, schema, disk, and somebody who does the jobs."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta

from pydantic import BaseModel
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from phusong.api.database import schema
from phusong.api.database.models import Worker
from phusong.api.database.types import now
from phusong.api.service import Service

LEAST_FREE_BYTES = 500_000_000
SILENT = timedelta(seconds=60)
"""A worker that gave no sign of life for so long is not there."""


class CheckOut(BaseModel):
    """One thing that was looked at; where it is not ``needed`` the service answers without it."""

    name: str
    good: bool
    needed: bool = True


def readiness(service: Service) -> list[CheckOut]:
    """Look at everything the service needs; tells no path, no address and no error text."""
    database = _database_answers(service)
    return [
        CheckOut(name="database", good=database),
        CheckOut(name="schema", good=database and _schema_newest(service)),
        CheckOut(name="disk", good=_disk_has_room(service)),
        CheckOut(name="worker", good=database and _somebody_works(service), needed=False),
    ]


def _database_answers(service: Service) -> bool:
    try:
        with service.database.read() as db:
            db.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _schema_newest(service: Service) -> bool:
    with service.database.engine.connect() as connection:
        return schema.revision_of(connection) == schema.newest()


def _disk_has_room(service: Service) -> bool:
    home = service.settings.home
    return os.access(home, os.W_OK) and shutil.disk_usage(home).free >= LEAST_FREE_BYTES


def _somebody_works(service: Service) -> bool:
    """Say whether a worker gave a sign of life lately."""
    with service.database.read() as db:
        return db.scalar(select(Worker.id).where(Worker.seen_at >= now() - SILENT).limit(1)) is not None
