"""Fifty officers send a list of 2,000 rows each at once while two hundred planners read pages: times, errors, losses.

``python benchmarks/check_load.py [seconds of reading] [officers] [planners] [web processes]`` starts the real service
(``phusong serve``) in a folder of its own, with one worker, and the people in a process of their own: on two cores all
of them share the cores, and the figures say so. A planner reads a page, thinks 5 to 15 seconds, reads the next.
PHUSONG_DATABASE_URL names an empty database elsewhere. Ends with 1 on an error, a lost upload, or a p95 over 300 ms.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pandas as pd
from sqlalchemy import func, select

P95_MS = 300.0
THINK_SECONDS = (5.0, 15.0)
PART_BYTES = 64_000
PROVINCES = ("01", "04", "08", "11", "12", "14", "15", "19", "20", "22")
START_SECONDS = 180.0
PAGES = ("/", "/rounds", "/studies", "/requests", "/api/rounds", "/api/indicators", "/api/inbox", "/api/account")


def rows(number: int, count: int) -> bytes:
    """Return a list of gaps as an officer has it, a workbook of ``count`` rows."""
    table = pd.DataFrame(
        {
            "Mã tỉnh": PROVINCES[number % len(PROVINCES)],
            "Mã xã": "00985",
            "Tên xã": "Thượng Lâm",
            "Tên thôn": [f"Bản {number} {at}" for at in range(count)],
            "Loại đối tượng": "thôn",
            "Kinh độ": [round(105.0 + 0.0003 * at, 5) for at in range(count)],
            "Vĩ độ": [round(22.3 + 0.0002 * at, 5) for at in range(count)],
            "Tổng số hộ": 84,
            "Số hộ chưa có sóng": 84,
            "Phân loại": "trắng sóng",
        }
    )
    out = io.BytesIO()
    table.to_excel(out, index=False)
    return out.getvalue()


class Crowd:
    """The people: what they asked, how long it took, what they were told."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told
        self.client = httpx2.AsyncClient(
            base_url=told["address"], timeout=120.0, limits=httpx2.Limits(max_connections=300)
        )
        self.reads_ms: list[float] = []
        self.by_page: dict[str, list[float]] = {}
        self.writes_ms: list[float] = []
        self.errors: Counter[str] = Counter()
        self.stored: dict[str, str] = {}
        self.stop_at = 0.0
        self.draw = random.Random(7)

    async def all(self) -> dict[str, Any]:
        """Let everybody do what they do, and tell of it."""
        self.stop_at = time.monotonic() + self.told["seconds"]
        officers = [self.officer(n, *one) for n, one in enumerate(self.told["officers"])]
        planners = [self.planner(*one) for one in self.told["planners"]]
        began = time.monotonic()
        sending = asyncio.gather(*officers)
        reading = asyncio.gather(*planners)
        await sending
        sent_in = time.monotonic() - began
        await reading
        await self.client.aclose()
        return {
            "reads_ms": self.reads_ms, "by_page": self.by_page, "writes_ms": self.writes_ms,
            "errors": dict(self.errors), "stored": self.stored, "sent_in_s": sent_in,
        }  # fmt: skip

    async def planner(self, cookie: str, csrf: str) -> None:
        """Read pages, with time to think between them."""
        await asyncio.sleep(self.draw.uniform(0.0, THINK_SECONDS[1]))
        while time.monotonic() < self.stop_at:
            page = self.draw.choice(PAGES)
            began = time.monotonic()
            answer = await self.ask("GET", page, cookie, csrf)
            if answer is not None:
                took_ms = (time.monotonic() - began) * 1000.0
                self.reads_ms.append(took_ms)
                self.by_page.setdefault(page, []).append(took_ms)
            await asyncio.sleep(self.draw.uniform(*THINK_SECONDS))

    async def officer(self, number: int, cookie: str, csrf: str) -> None:
        """Send a list in parts; what is answered ``stored`` must be there for ever."""
        content = Path(self.told["files"][number]).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        asked = {
            "province_code": PROVINCES[number % len(PROVINCES)], "purpose": "gaps", "kind": "gaps",
            "round_id": self.told["rounds"][number], "file_name": "Danh sách.xlsx", "size": len(content),
            "sha256": digest,
        }  # fmt: skip
        begun = await self.ask("POST", "/api/uploads", cookie, csrf, json=asked)
        if begun is None:
            return
        upload_id = begun.json()["id"]
        for offset in range(0, len(content), PART_BYTES):
            began = time.monotonic()
            part = content[offset : offset + PART_BYTES]
            kind = {"content-type": "application/octet-stream"}
            answer = await self.ask(
                "PATCH", f"/api/uploads/{upload_id}?offset={offset}", cookie, csrf, content=part, kind=kind
            )
            if answer is None:
                return
            self.writes_ms.append((time.monotonic() - began) * 1000.0)
        if answer.json()["state"] in ("stored", "checking", "checked"):
            self.stored[upload_id] = digest

    async def ask(
        self, method: str, path: str, cookie: str, csrf: str, *, kind: dict[str, str] | None = None, **more: Any
    ) -> httpx2.Response | None:
        """Ask once; whatever is not a good answer is an error."""
        headers = {"cookie": f"phusong_session={cookie}", "x-csrf-token": csrf, **(kind or {})}
        try:
            answer = await self.client.request(method, path, headers=headers, **more)
        except httpx2.HTTPError as error:
            self.errors[f"{method} {path.split('?')[0]}: {type(error).__name__}"] += 1
            return None
        if answer.status_code >= 400:
            self.errors[f"{method} {path.split('/')[1:3]}: {answer.status_code} {answer.text[:120]}"] += 1
            return None
        return answer


def main() -> int:
    """Run it all, and print what was seen."""
    given = [int(one) for one in sys.argv[1:]]
    seconds, officers, planners, processes = (*given, *(90, 50, 200, 1)[len(given) :])
    with tempfile.TemporaryDirectory() as place:
        return _run(Path(place), seconds, officers, planners, processes)


def _run(place: Path, seconds: int, officers: int, planners: int, processes: int) -> int:
    from phusong.api.database import schema
    from phusong.api.service import Service
    from phusong.api.settings import ServiceSettings

    settings = ServiceSettings(home=place / "home")
    settings.home.mkdir()
    schema.upgrade(settings.url)
    service = Service.of(settings)
    told = _people(service, officers, planners)
    told["files"] = [_file(place, number) for number in range(officers)]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told |= {"address": f"http://127.0.0.1:{port}", "seconds": seconds}
    server = _serve(place, port, processes)
    try:
        _wait(told["address"])
        crowd = subprocess.run(
            [sys.executable, __file__, "crowd"], input=json.dumps(told), capture_output=True, text=True, check=True
        )
        seen = json.loads(crowd.stdout)
        waited = _checked(service, len(seen["stored"]))
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)
    return _tell(service, seen, officers, planners, seconds, waited)


def _people(service: Any, officers: int, planners: int) -> dict[str, Any]:
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from api_.made_people import sign_in

    from phusong.api.access.roles import Grant, Role
    from phusong.api.database.models import Round, User

    codes = [PROVINCES[number % len(PROVINCES)] for number in range(officers)]
    told: dict[str, Any] = {
        "officers": [sign_in(service, [Grant(role=Role.PROVINCE, province_code=code)]) for code in codes],
        "planners": [sign_in(service, [Grant(role=Role.PLANNER)]) for _ in range(planners)],
    }
    with service.database.write() as db:
        by = db.scalars(select(User)).first()
        opened = [Round(province_code=code, batch=f"2026-{n}", created_by=by.id) for n, code in enumerate(codes)]
        db.add_all(opened)
        db.flush()
        told["rounds"] = [one.id for one in opened]
    return told


def _file(place: Path, number: int) -> str:
    path = place / f"list-{number}.xlsx"
    path.write_bytes(rows(number, 2000))
    return str(path)


def _serve(place: Path, port: int, processes: int) -> subprocess.Popen[bytes]:
    command = "import sys; from phusong.cli import main; main(sys.argv[1:])"
    arguments = ["serve", "--home", str(place / "home"), "--port", str(port), "--processes", str(processes)]
    limits = {"PHUSONG_READS_PER_MINUTE": "1000000", "PHUSONG_WRITES_PER_MINUTE": "1000000"}  # all have one address
    with (place / "log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-c", command, *arguments], env={**os.environ, **limits}, stdout=log, stderr=log
        )


def _wait(address: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            if httpx2.get(f"{address}/health", timeout=5.0).status_code == 200:
                return
        except httpx2.HTTPError:
            time.sleep(0.5)
    raise SystemExit("the service does not answer")


def _checked(service: Any, wanted: int) -> float:
    """Wait until every list was checked; return how long that took after the last page was read."""
    from phusong.api.database.models import Upload

    began = time.monotonic()
    while time.monotonic() - began < timedelta(minutes=15).total_seconds():
        with service.database.read() as db:
            done = db.scalar(select(func.count()).where(Upload.state.in_(("checked", "failed"))))
        if done >= wanted:
            break
        time.sleep(2.0)
    return time.monotonic() - began


def _tell(service: Any, seen: dict[str, Any], officers: int, planners: int, seconds: int, waited: float) -> int:
    lost, states = _losses(service, seen["stored"])
    reads, writes = sorted(seen["reads_ms"]), sorted(seen["writes_ms"])
    print(f"{os.cpu_count()} cores, shared by server, worker and the {officers + planners} people")
    print(f"{planners} planners for {seconds} s: {len(reads)} pages, p50 {_share(reads, 50):.0f} ms, "
          f"p95 {_share(reads, 95):.0f} ms, p99 {_share(reads, 99):.0f} ms")  # fmt: skip
    for page, times in sorted(seen["by_page"].items()):
        print(
            f"  {page:<20} {len(times):>5} p50 {_share(sorted(times), 50):.0f} p95 {_share(sorted(times), 95):.0f} ms"
        )
    print(f"{officers} officers: {len(seen['stored'])} lists acknowledged in {seen['sent_in_s']:.1f} s, "
          f"parts p95 {_share(writes, 95):.0f} ms; checked {waited:.0f} s after the last page: {dict(states)}")  # fmt: skip
    print(f"errors: {seen['errors'] or 'none'}; lost or altered: {lost or 'none'}")
    bad = bool(seen["errors"] or lost) or len(seen["stored"]) != officers or _share(reads, 95) > P95_MS
    return int(bad)


def _losses(service: Any, stored: dict[str, str]) -> tuple[list[str], Counter[str]]:
    """Return the acknowledged uploads whose bytes are not what was sent, and the states of all."""
    from phusong.api.database.models import Upload

    lost, states = [], Counter[str]()
    with service.database.read() as db:
        for upload_id, digest in stored.items():
            found = db.get(Upload, upload_id)
            states[found.state if found else "gone"] += 1
            path = service.blobs.path(digest)
            whole = path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest
            if found is None or found.sha256 != digest or not whole:
                lost.append(upload_id)
    service.close()
    return lost, states


def _share(ordered: list[float], percent: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100.0))] if ordered else float("nan")


if __name__ == "__main__":
    if sys.argv[1:] == ["crowd"]:
        print(json.dumps(asyncio.run(Crowd(json.load(sys.stdin)).all())))
    else:
        raise SystemExit(main())
