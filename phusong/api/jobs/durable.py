"""The durable layer: queues and checkpoints of DBOS, in a file beside the database or in PostgreSQL's schema ``dbos``.

The row of a job is the truth. A workflow has the job's id and keeps what is done of it, so that a worker that takes it
over does not prepare or work again what another has finished. Only a worker imports DBOS.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dbos import DBOS, DBOSConfig, Serializer, SetWorkflowID, WorkflowStatus

import phusong
from phusong.api.jobs.runner import Runner
from phusong.api.settings import ServiceSettings

STEPS_VERSION = 1
"""Counted up when the steps of ``_job`` change: work begun by other steps is begun again."""

POLL_SECONDS = 0.5
_WAITING = frozenset({"ENQUEUED", "DELAYED"})
_ENDED = frozenset({"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})
_AT_ONCE = 500


def application_version(version: str = "") -> str:
    """Return the version that checkpoints belong to: those of another version are never taken up."""
    return f"{version or phusong.__version__}-{STEPS_VERSION}"


@dataclass(frozen=True, slots=True)
class Others:
    """Which workers are there, this one too, and of which versions they are."""

    ids: Collection[str]
    versions: Collection[str]


class _JsonSerializer(Serializer):
    """Checkpoints are JSON: whoever could write to the database could not make a worker run anything with them."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data, ensure_ascii=False, default=repr)

    def deserialize(cls, serialized_data: str) -> Any:  # noqa: N805 - as the base class has it
        return json.loads(serialized_data)

    def name(self) -> str:
        return "phusong_json"


class Durable:
    """The queues of one worker."""

    def __init__(self, settings: ServiceSettings, runner: Runner, worker_id: str) -> None:
        self._workflow = _open(settings, worker_id, _job_of(runner))
        DBOS.register_queue(
            "light", worker_concurrency=settings.light_jobs, polling_interval_sec=POLL_SECONDS,
            on_conflict="always_update",
        )  # fmt: skip
        DBOS.register_queue(
            "heavy", worker_concurrency=1, polling_interval_sec=POLL_SECONDS, on_conflict="always_update"
        )

    def send(self, queue_by_id: Mapping[str, str], others: Others) -> None:
        """See to it that some worker will do each of these queued jobs; to send one twice changes nothing."""
        ids = list(queue_by_id)
        for start in range(0, len(ids), _AT_ONCE):
            part = ids[start : start + _AT_ONCE]
            found = {one.workflow_id: one for one in _workflows(workflow_ids=part)}
            for job_id in part:
                self._send(job_id, queue_by_id[job_id], found.get(job_id), others)

    def _send(self, job_id: str, queue: str, found: WorkflowStatus | None, others: Others) -> None:
        if found is not None:
            waiting = found.status in _WAITING
            if waiting and found.app_version in others.versions:
                return  # it stands in a queue that somebody serves
            if found.status == "PENDING" and found.executor_id in others.ids:
                return  # somebody is about to begin it
            if not waiting and found.status not in _ENDED and found.app_version == application_version():
                DBOS.resume_workflow(job_id, queue_name=queue)
                return
            DBOS.delete_workflow(job_id)
        with SetWorkflowID(job_id):
            DBOS.enqueue_workflow(queue, self._workflow, job_id)

    def forget(self, ended: Callable[[Collection[str]], Iterable[str]], others: Others) -> None:
        """Take away the checkpoints of jobs that have ended, which ``ended`` picks from their ids."""
        kept = [
            one.workflow_id
            for one in _workflows(limit=_AT_ONCE)
            if one.status in _ENDED or one.status in _WAITING or one.executor_id not in others.ids
        ]
        gone = list(ended(kept))
        if gone:
            DBOS.delete_workflows(gone)

    def close(self) -> None:
        """Stop taking jobs; what is under way stays as it is and is taken up by the next worker."""
        DBOS.destroy(destroy_registry=True)


def _workflows(**which: Any) -> list[WorkflowStatus]:
    return DBOS.list_workflows(load_input=False, load_output=False, **which)


def _job_of(runner: Runner) -> Callable[[str], str]:
    def job(job_id: str) -> str:
        with runner.turn(job_id) as ours:
            if not ours:
                return ""
            prepared = DBOS.run_step({"name": "prepare"}, runner.prepare, job_id)
            told = DBOS.run_step({"name": "work"}, runner.work, job_id, prepared)
            return DBOS.run_step({"name": "finish"}, runner.finish, job_id, told)

    return job


def _open(settings: ServiceSettings, worker_id: str, job: Callable[[str], str]) -> Callable[[str], str]:
    config: DBOSConfig = {
        "name": "phusong",
        "system_database_url": store_url(settings),
        "dbos_system_schema": "dbos",
        "application_version": application_version(),
        "executor_id": worker_id,
        "serializer": _JsonSerializer(),
        "use_listen_notify": False,
        "sys_db_pool_size": 8,
        "log_level": "ERROR",
        "enable_otlp": False,
    }
    DBOS(config=config)
    workflow = DBOS.workflow(name="job", max_recovery_attempts=None)(job)
    DBOS.launch()
    return workflow


def store_url(settings: ServiceSettings) -> str:
    """Return where the checkpoints are: with a database server in the same database, else in a file of the home."""
    if not settings.url.startswith("sqlite"):
        return settings.url
    return f"sqlite:///{(settings.home / 'dbos.sqlite').resolve().as_posix()}"
