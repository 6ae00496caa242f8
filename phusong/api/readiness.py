"""Whether the service can do its work: database, schema, disk, and somebody who does the jobs."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta

from pydantic import BaseModel
from sqlalchemy import inspect, or_, select, text
from sqlalchemy.exc import SQLAlchemyError

from phusong.api.database.models import Base, Job
from phusong.api.database.types import now
from phusong.api.service import Service

LEAST_FREE_BYTES = 500_000_000
WAITING = timedelta(minutes=10)
"""A job that waited so long while none ran: no worker is there."""


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
        CheckOut(name="schema", good=database and _schema_complete(service)),
        CheckOut(name="disk", good=_disk_has_room(service)),
        CheckOut(name="worker", good=database and _jobs_move(service), needed=False),
    ]


def _database_answers(service: Service) -> bool:
    try:
        with service.database.read() as db:
            db.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _schema_complete(service: Service) -> bool:
    there = set(inspect(service.database.engine).get_table_names())
    return set(Base.metadata.tables) <= there


def _disk_has_room(service: Service) -> bool:
    home = service.settings.home
    return os.access(home, os.W_OK) and shutil.disk_usage(home).free >= LEAST_FREE_BYTES


def _jobs_move(service: Service) -> bool:
    """Say whether no job has waited long, or one runs or ended lately."""
    since = now() - WAITING
    with service.database.read() as db:
        waits = db.scalar(select(Job.id).where(Job.state == "queued", Job.created_at < since).limit(1))
        if waits is None:
            return True
        moves = db.scalar(select(Job.id).where(or_(Job.state == "running", Job.finished_at >= since)).limit(1))
    return moves is not None
