"""``phusong serve`` as a process of its own, as a terminal starts it, and an office that works with it over HTTP."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from phusong.api.settings import ServiceSettings

ROOT = Path(__file__).parents[2]
RUN = "import sys; from phusong.cli import main; main(sys.argv[1:])"
PATIENCE_SECONDS = 240.0
BYTES = {"content-type": "application/octet-stream"}
ENDED = ("done", "failed", "cancelled")


class Served:
    """A service under test and what it has said."""

    def __init__(self, settings: ServiceSettings, *options: str, **more: str) -> None:
        environment = os.environ | {
            "PYTHONPATH": str(ROOT), "PHUSONG_DATABASE_URL": settings.database_url, "PYTHONUNBUFFERED": "1",
        } | more  # fmt: skip
        command = [sys.executable, "-P", "-c", RUN, "serve", "--home", str(settings.home), *options]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        self._lines: queue.Queue[str] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.said: list[str] = []

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip())

    def end(self) -> None:
        """End it however it is."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(60)
        self._listener.join(60)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def hear(self, word: str) -> str:
        """Wait for a line that holds a word; return the last word of that line."""
        while True:
            line = self._lines.get(timeout=PATIENCE_SECONDS)
            self.said.append(line)
            if word in line:
                return line.split()[-1]


@contextmanager
def serving(settings: ServiceSettings, *options: str, **more: str) -> Iterator[Served]:
    """Serve while the block runs; ``more`` are settings of the environment."""
    served = Served(settings, *options, **more)
    try:
        yield served
    finally:
        served.end()


def answers(address: str) -> bool:
    """Say whether a service answers."""
    try:
        return httpx2.get(f"{address}/health", timeout=30).status_code == 200
    except httpx2.TransportError:  # the address is taken before the pages are loaded
        return False


class Office:
    """A program that works with a service: one session, its CSRF token, nothing but HTTP."""

    def __init__(self, address: str, *, cookie: str = "", csrf: str = "") -> None:
        self._http = httpx2.Client(base_url=address, timeout=120)
        if cookie:
            self._http.cookies.set("phusong_session", cookie)
            self._http.headers["x-csrf-token"] = csrf

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def set_up(self, code: str) -> None:
        """Become the first administrator with the code of the terminal."""
        told = {"code": code, "username": "can.bo", "full_name": "Cán bộ", "password": "ruộng bậc thang Mù Cang"}
        self._http.headers["x-csrf-token"] = self.post("/api/set-up", told)["csrf"]

    def get(self, path: str, **params: Any) -> Any:
        """Ask for something and hold the answer to be there."""
        return self._told(self._http.get(path, params=params))

    def content(self, path: str) -> bytes:
        """Download something."""
        answer = self._http.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return bytes(answer.content)

    def post(self, path: str, told: Any = None) -> Any:
        """Ask for a change and hold it to be made."""
        return self._told(self._http.post(path, json={} if told is None else told))

    def upload(self, path: Path, **more: Any) -> Any:
        """Send a file in parts, as a browser does; return the upload as it stands then."""
        content = path.read_bytes()
        begun = self.post("/api/uploads", {"file_name": path.name, "size": len(content), **more})
        for at in range(0, len(content), begun["part_bytes"]):
            part = content[at : at + begun["part_bytes"]]
            begun = self._told(
                self._http.patch(f"/api/uploads/{begun['id']}", params={"offset": at}, content=part, headers=BYTES)
            )
        return begun

    def dataset(self, files: list[Path], kind: str, province_code: str, *, operator: str = "") -> tuple[str, str]:
        """Make a dataset of some files; return the version and the job that checks it."""
        whose = {"province_code": province_code, "operator": operator}
        made = self.post("/api/datasets", {**whose, "kind": kind, "name": f"{kind} {operator}"})
        sent = [self.upload(path, purpose="dataset", kind=kind, **whose)["id"] for path in files]
        asked = self.post(f"/api/datasets/{made['id']}/versions", {"upload_ids": sent})
        return asked["version"]["id"], asked["job_id"]

    def done(self, job_id: str) -> Any:
        """Wait until a job is done."""
        job = self.ended(job_id)
        assert job["state"] == "done", job
        return job

    def ended(self, job_id: str) -> Any:
        """Wait until a job has ended, however that was."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            job = self.get(f"/api/jobs/{job_id}")
            if job["state"] in ENDED:
                return job
            time.sleep(0.3)
        raise AssertionError(f"waited too long for {job_id}")

    @staticmethod
    def _told(answer: Any) -> Any:
        assert answer.status_code < 300, (str(answer.request.url), answer.status_code, answer.text[:800])
        return answer.json() if answer.content else None
