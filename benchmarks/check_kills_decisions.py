"""Kill a real server at random moments while decisions are made, start it again, and see that each stands or never was.

``python benchmarks/check_kills_decisions.py 50 [seed]`` uses SQLite in a folder of its own; PHUSONG_DATABASE_URL names
an empty database elsewhere. Prints what was seen; ends with 1 if a decision was lost, halved or left out of the trail.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from check_kills_upload import Sender, free_port, server
from sqlalchemy import select

from phusong.api.audit import FIRST, seal_of
from phusong.api.database.models import (
    AuditEntry,
    Base,
    Decision,
    GapRow,
    Province,
    Round,
    User,
    UserGrant,
    UserSession,
)
from phusong.api.database.types import new_id, now
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

ROWS = 40
LONGEST_SECONDS = 0.4
"""A kill comes at a moment drawn from 0 to this after the deciding begins."""
WORDS = ("served", "unserved", "undetermined", "withdrawn")


@dataclass
class Seen:
    """What the kills met, what the server acknowledged (ids and verdict by decision), and what was found wrong."""

    kills: int = 0
    asked: int = 0
    acknowledged: dict[str, str] = field(default_factory=dict)
    by_kill: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Made:
    """A service with one planner signed in and one reconciled round."""

    service: Service
    cookie: str
    csrf: str
    round_id: str
    row_ids: tuple[str, ...]


def made_service(home: Path, url: str) -> Made:
    """Make the database, the planner and the round."""
    service = Service.of(ServiceSettings(home=home, database_url=url))
    Base.metadata.create_all(service.database.engine)
    cookie, csrf = new_id() * 2, new_id() * 2
    with service.database.write() as db:
        if db.get(Province, "08") is None:
            db.add(Province(code="08", name="Tuyên Quang"))
        user = User(username=f"quy-hoach-{new_id()}", full_name="Cán bộ quy hoạch")
        user.grants = [UserGrant(role="planner", province_code="08", commune_code="", operator="")]
        db.add(user)
        db.flush()
        digest = hashlib.sha256(cookie.encode()).hexdigest()
        db.add(UserSession(sha256=digest, user_id=user.id, csrf=csrf, expires_at=now() + timedelta(hours=12)))
        round_ = Round(province_code="08", batch=new_id(), state="reconciled", created_by=user.id)
        db.add(round_)
        db.flush()
        rows = [
            GapRow(
                round_id=round_.id, province_code="08", commune_code="00985", gap_id=f"KV-{n:03d}", village=f"Bản {n}"
            )
            for n in range(ROWS)
        ]
        db.add_all(rows)
    return Made(service, cookie, csrf, round_.id, tuple(row.id for row in rows))


def kill_while_deciding(home: Path, url: str, kills: int, seed: int) -> Seen:
    """Decide without pause, kill, start again, look, go on; at last look at all that stands."""
    rng, seen = random.Random(seed), Seen()
    made = made_service(home, url)
    while seen.kills < kills:
        port = free_port()
        with server(home, url, port) as process:
            _kill_in_it(Sender(port, made.cookie, made.csrf), made, process, rng, seen)
        seen.kills += 1
    port = free_port()
    with server(home, url, port):
        sender = Sender(port, made.cookie, made.csrf)
        _decide(sender, made, rng, seen)
        shown = sender.told("GET", f"/api/rounds/{made.round_id}/findings?limit=500")["items"]
    look(made.service, seen, {one["gap_id"]: one["decision"]["id"] for one in shown if one["decision"]})
    made.service.close()
    return seen


def _kill_in_it(sender: Sender, made: Made, process: BaseProcess, rng: random.Random, seen: Seen) -> None:
    def run() -> None:
        with suppress(OSError, http.client.HTTPException):  # killed
            while True:
                _decide(sender, made, rng, seen)

    _decide(sender, made, rng, seen)  # the first request of a process loads what it needs: no kill tells anything there
    before = len(seen.acknowledged)
    thread, after_s = threading.Thread(target=run), rng.uniform(0.0, LONGEST_SECONDS)
    thread.start()
    thread.join(after_s)
    process.kill()
    process.join()
    thread.join()
    seen.by_kill["some acknowledged" if len(seen.acknowledged) > before else "none acknowledged"] += 1


def _decide(sender: Sender, made: Made, rng: random.Random, seen: Seen) -> None:
    """Decide a few rows with one word; what is answered is noted, and nothing that was not."""
    rows = rng.sample(made.row_ids, rng.randint(1, 8))
    asked = {"row_ids": rows, "verdict": rng.choice(WORDS), "reason": f"Lần {seen.asked}"}
    seen.asked += 1
    told: Any = sender.told(
        "POST", f"/api/rounds/{made.round_id}/decisions", json.dumps(asked).encode(),
        **{"Content-Type": "application/json"},
    )  # fmt: skip
    seen.acknowledged |= {one["id"]: one["verdict"] for one in told}


def look(service: Service, seen: Seen, shown: Mapping[str, str]) -> None:
    """Hold decisions, the trail and what is shown to what was acknowledged."""
    with service.database.read() as db:
        kept = {one.id: one for one in db.scalars(select(Decision))}
        trail = list(db.scalars(select(AuditEntry).order_by(AuditEntry.number)))
    for one, verdict in seen.acknowledged.items():
        _hold(seen, one in kept and kept[one].verdict == verdict, f"{one} was acknowledged and is not there")
    told = Counter(one for entry in trail if entry.action == "finding.decide" for one in entry.details["decisions"])
    _hold(seen, told == Counter(list(kept)), f"the trail tells of {len(told)} decisions, {len(kept)} stand")
    followed = [one.supersedes_id for one in kept.values() if one.supersedes_id]
    _hold(seen, len(set(followed)) == len(followed), "two decisions follow the same one")
    last = {one.subject_code: one.id for one in kept.values() if one.id not in set(followed)}
    _hold(seen, len(kept) - len(followed) == len(last), "a row has two decisions that stand")
    _hold(seen, dict(shown) == last, "what is shown is not what stands")
    before = FIRST
    for number, entry in enumerate(trail, start=1):
        whole = (entry.number, entry.before, entry.seal) == (number, before, seal_of(entry))
        _hold(seen, whole, f"the trail breaks at entry {entry.number}")
        before = entry.seal


def _hold(seen: Seen, good: bool, wrong: str) -> None:
    if not good:
        seen.wrong.append(wrong)


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Run as many kills as asked for and tell what was seen."""
    kills, seed = int(arguments[0]) if arguments else 50, int(arguments[1]) if len(arguments) > 1 else 1
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        seen = kill_while_deciding(Path(folder) / "home", environment.get("PHUSONG_DATABASE_URL", ""), kills, seed)
    print(
        f"{seen.kills} kills in {time.perf_counter() - began:.0f} s, seed {seed}: {seen.asked} times decided, "
        f"{len(seen.acknowledged)} decisions acknowledged; {dict(seen.by_kill)}"
    )
    for line in seen.wrong:
        print(f"WRONG: {line}")
    print("every acknowledged decision stands, none is halved" if not seen.wrong else f"{len(seen.wrong)} things wrong")
    return 1 if seen.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
