"""Kill a real server at random moments of an upload, start it again, and see that nothing acknowledged is lost.

``python benchmarks/check_kills_upload.py 50 [seed]`` uses SQLite in a folder of its own; PHUSONG_DATABASE_URL names an
empty database elsewhere. Prints what was seen and ends with 1 if anything was lost, mixed or left behind.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import random
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sqlalchemy import select
from warm_starts import started

from phusong.api.audit import FIRST, seal_of
from phusong.api.database import schema
from phusong.api.database.models import (
    AuditEntry,
    Blob,
    Job,
    Round,
    Upload,
    User,
    UserGrant,
    UserSession,
)
from phusong.api.database.types import new_id, now
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings
from phusong.api.tidying import tidy

BYTES = {"Content-Type": "application/octet-stream"}
START_SECONDS = 600.0  # a busy machine reads the program for minutes
LONGEST_SECONDS = 0.8
"""A kill comes at a moment drawn from 0 to this after the sending begins: shorter and longer than a whole upload."""
FILE_BYTES, PART_BYTES = (100_000, 400_000), (8_000, 64_000)


@dataclass
class Sent:
    """One file as its sender knows it: what was answered, and nothing that was not."""

    content: bytes
    part_bytes: int
    upload_id: str = ""
    acknowledged: int = 0
    stored: bool = False


@dataclass
class Seen:
    """What the kills met and what was found wrong."""

    kills: int = 0
    moments: Counter[str] = field(default_factory=Counter)
    left: int = 0
    wrong: list[str] = field(default_factory=list)


class Sender:
    """A program with a session and its CSRF token."""

    def __init__(self, port: int, cookie: str, csrf: str) -> None:
        self._port = port
        self._headers = {"Cookie": f"phusong_session={cookie}", "X-CSRF-Token": csrf}

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        """Ask once; raises OSError or HTTPException where the server is gone."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request(method, path, body, {**self._headers, **headers})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def told(self, method: str, path: str, body: bytes = b"", **headers: str) -> dict[str, Any]:
        """Ask for JSON and hold the answer to a status of success."""
        status, content = self.ask(method, path, body, **headers)
        if status >= 300:
            raise AssertionError(f"{method} {path}: {status} {content[:300]!r}")
        answer: dict[str, Any] = json.loads(content)
        return answer

    def send(self, sent: Sent, round_id: str) -> None:
        """Send a file from where it stands; every answer is noted the moment it is there."""
        if not sent.upload_id:
            asked = {"province_code": "08", "purpose": "gaps", "kind": "gaps", "file_name": "ds.csv",
                     "size": len(sent.content), "round_id": round_id}  # fmt: skip
            begun = self.told(
                "POST", "/api/uploads", json.dumps(asked).encode(), **{"Content-Type": "application/json"}
            )
            sent.upload_id = begun["id"]
        while not sent.stored:
            at = sent.acknowledged
            part = sent.content[at : at + sent.part_bytes]
            told = self.told("PATCH", f"/api/uploads/{sent.upload_id}?offset={at}", part, **BYTES)
            sent.acknowledged, sent.stored = told["received"], told["state"] != "receiving"


def made_service(home: Path, url: str) -> tuple[Service, str, str, str]:
    """Make a service's database with one officer and one round; return it, cookie, CSRF token and round."""
    home.mkdir(parents=True, exist_ok=True)
    settings = ServiceSettings(home=home, database_url=url)
    schema.upgrade(settings.url)
    service = Service.of(settings)
    cookie, csrf = new_id() * 2, new_id() * 2
    with service.database.write() as db:
        user = User(username=f"can-bo-{new_id()}", full_name="Cán bộ")
        user.grants = [UserGrant(role="province", province_code="08", commune_code="", operator="")]
        db.add(user)
        db.flush()
        digest = hashlib.sha256(cookie.encode()).hexdigest()
        expires = now() + timedelta(hours=12)
        db.add(UserSession(sha256=digest, user_id=user.id, csrf=csrf, expires_at=expires))
        round_ = Round(province_code="08", batch=new_id(), created_by=user.id)
        db.add(round_)
        db.flush()
    return service, cookie, csrf, round_.id


@contextmanager
def server(home: Path, url: str, port: int) -> Iterator[BaseProcess]:
    """Start a real server process and wait until it answers."""
    process = started(serve, str(home), url, port)
    try:
        _wait(port, process)
        yield process
    finally:
        process.kill()
        process.join()


def serve(home: str, url: str, port: int) -> None:
    """Be a server, in a process of its own."""
    import uvicorn

    os.environ |= {
        "PHUSONG_HOME": home, "PHUSONG_DATABASE_URL": url, "PHUSONG_WRITES_PER_MINUTE": "1000000",
        "PHUSONG_READS_PER_MINUTE": "1000000",
    }  # fmt: skip
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # its log of requests
    uvicorn.run("phusong.api.app:create_app", factory=True, port=port, log_level="error", access_log=False)


def _wait(port: int, process: BaseProcess) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.is_alive():
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server did not start")


def kill_while_sending(home: Path, url: str, kills: int, seed: int) -> Seen:
    """Send, kill, start again, look, go on; at last look at all that lies there."""
    rng, seen = random.Random(seed), Seen()
    service, cookie, csrf, round_id = made_service(home, url)
    files: list[Sent] = []
    while seen.kills < kills:
        port = free_port()
        sender = Sender(port, cookie, csrf)
        with server(home, url, port) as process:
            sender.told("GET", "/api/uploads")  # the first request of a process is slow: kills are to meet the others
            for one in files[-2:]:
                _look(sender, one, seen)
                sender.send(one, round_id)
                _look(sender, one, seen)
            sent = Sent(content=rng.randbytes(rng.randint(*FILE_BYTES)), part_bytes=rng.randint(*PART_BYTES))
            files.append(sent)
            _kill_in_it(sender, sent, round_id, process, rng.uniform(0.0, LONGEST_SECONDS))
        seen.kills += 1
        seen.moments[_moment(sent)] += 1
    port = free_port()
    with server(home, url, port):
        sender = Sender(port, cookie, csrf)
        for one in files:
            sender.send(one, round_id)
            _look(sender, one, seen)
    _look_at_the_rest(service, files, seen)
    service.close()
    return seen


def _kill_in_it(sender: Sender, sent: Sent, round_id: str, process: BaseProcess, after_s: float) -> None:
    def run() -> None:
        with suppress(OSError, http.client.HTTPException):  # killed: ``sent`` holds all that was answered
            sender.send(sent, round_id)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(after_s)
    process.kill()
    process.join()
    thread.join()


def _moment(sent: Sent) -> str:
    if not sent.upload_id:
        return "before it was begun"
    return "after it was stored" if sent.stored else "before the first part" if not sent.acknowledged else "in parts"


def _look(sender: Sender, sent: Sent, seen: Seen) -> None:
    """Hold what the server says now to what it had acknowledged."""
    if not sent.upload_id:
        return
    told = sender.told("GET", f"/api/uploads/{sent.upload_id}")
    if told["received"] < sent.acknowledged:
        seen.wrong.append(f"{sent.upload_id}: {sent.acknowledged} bytes acknowledged, {told['received']} there")
    if sent.stored and told["state"] == "receiving":
        seen.wrong.append(f"{sent.upload_id}: acknowledged as stored, and is not")
    if told["state"] != "receiving":
        status, content = sender.ask("GET", f"/api/uploads/{sent.upload_id}/original")
        if status != 200 or content != sent.content:
            seen.wrong.append(f"{sent.upload_id}: other bytes came back ({status})")
    sent.acknowledged, sent.stored = told["received"], told["state"] != "receiving"


def _look_at_the_rest(service: Service, files: list[Sent], seen: Seen) -> None:
    """No file nobody owns, no row without its file, one check a file, and a trail that holds."""
    with service.database.read() as db:
        blobs = set(db.scalars(select(Blob.sha256)))
        uploads = {one.id: one for one in db.scalars(select(Upload))}
        checks = Counter(db.scalars(select(Job.subject_id).where(Job.kind == "check_upload")))
        trail = list(db.scalars(select(AuditEntry).order_by(AuditEntry.number)))
    on_disk = {path.name for path in service.blobs.folder.rglob("*") if path.is_file()}
    begun_only = {key for key, one in uploads.items() if one.state == "receiving"}
    incoming = service.settings.home / "incoming"
    folders = _names_in(incoming)
    _hold(seen, folders <= uploads.keys(), f"parts nobody owns: {folders - uploads.keys()}")
    if folders - begun_only:  # killed once the file was stored, before its parts went: a worker's tidying takes them
        seen.left += len(folders - begun_only)
        tidy(service, older_than=timedelta(0))
        folders = _names_in(incoming)
    _hold(seen, on_disk == blobs, f"blobs on disk and in rows differ: {on_disk ^ blobs}")
    _hold(seen, folders <= begun_only, f"parts that stay: {folders - begun_only}")
    sent = {one.upload_id: hashlib.sha256(one.content).hexdigest() for one in files}
    for upload_id, sha256 in sent.items():
        _hold(seen, uploads[upload_id].sha256 == sha256, f"{upload_id}: another digest")
        _hold(seen, checks[upload_id] == 1, f"{upload_id}: {checks[upload_id]} checks asked for")
    before = FIRST
    for number, entry in enumerate(trail, start=1):
        whole = (entry.number, entry.before, entry.seal) == (number, before, seal_of(entry))
        _hold(seen, whole, f"the trail breaks at entry {entry.number}")
        before = entry.seal
    stored = Counter(entry.subject_id for entry in trail if entry.action == "upload.store")
    _hold(seen, stored == Counter(list(sent)), f"the trail tells of {len(stored)} stored files, {len(sent)} were sent")


def _names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _hold(seen: Seen, good: bool, wrong: str) -> None:
    if not good:
        seen.wrong.append(wrong)


def free_port() -> int:
    """Return a port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Run as many kills as asked for and tell what was seen."""
    kills, seed = int(arguments[0]) if arguments else 50, int(arguments[1]) if len(arguments) > 1 else 1
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        url = environment.get("PHUSONG_DATABASE_URL", "")
        began = time.perf_counter()
        seen = kill_while_sending(home, url, kills, seed)
    print(f"{seen.kills} kills in {time.perf_counter() - began:.0f} s, seed {seed}: {dict(seen.moments)}")
    print(f"{seen.left} uploads were stored by a process killed before it took their parts away; tidying did")
    for line in seen.wrong:
        print(f"WRONG: {line}")
    print("nothing lost, nothing mixed, nothing left behind" if not seen.wrong else f"{len(seen.wrong)} things wrong")
    return 1 if seen.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
