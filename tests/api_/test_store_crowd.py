"""Many people at once: nobody holds the database while waiting for a thread."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable

import httpx2
from fastapi.testclient import TestClient

from phusong.api.access.roles import Role

CROWD = 90  # more than twice the threads a process answers with


def test_a_crowd_that_writes_and_reads_at_once_is_answered_whole(
    client: TestClient, as_: Callable[..., TestClient]
) -> None:
    """Ninety uploads begun and ninety lists read at the same moment: every one is answered, none waits for ever."""
    officers, planner = [as_(Role.PROVINCE, province_code="01") for _ in range(9)], as_(Role.PLANNER)
    opened = officers[0].post("/api/rounds", json={"province_code": "01", "batch": "2026-Q4"}).json()
    told = {"province_code": "01", "purpose": "gaps", "kind": "gaps", "file_name": "a.csv", "size": 10}

    async def crowd() -> Counter[tuple[str, int]]:
        async with (
            httpx2.AsyncClient(transport=httpx2.ASGITransport(client.app), base_url="http://127.0.0.1") as people,
        ):
            sent = [
                people.post(
                    "/api/uploads",
                    json=told | {"round_id": opened["id"]},
                    headers=_known(officers[n % 9]),
                    timeout=120.0,
                )
                for n in range(CROWD)
            ]
            read = [people.get("/api/rounds", headers=_known(planner), timeout=120.0) for _ in range(CROWD)]
            answers = await asyncio.gather(*sent, *read)
        return Counter((one.request.method, one.status_code) for one in answers)

    assert client.portal is not None
    assert client.portal.call(crowd) == {("POST", 201): CROWD, ("GET", 200): CROWD}
    assert officers[0].get("/api/uploads").json()["total"] == CROWD


def _known(person: TestClient) -> dict[str, str]:
    cookies = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    return {"cookie": cookies, "x-csrf-token": person.headers["x-csrf-token"]}
