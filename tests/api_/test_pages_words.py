"""Pages speak in officers' words: no code of the program where a name can stand."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from api_.made_rounds import person, round_with_rows
from fastapi.testclient import TestClient

import phusong
from phusong.api import audit
from phusong.api.access.policy import Action
from phusong.api.access.roles import Role
from phusong.api.pages.spoken import MAY_TITLES, SUBJECT_TITLES, done_title, known_actions
from phusong.api.service import Service
from phusong.api.workflow.steps import STEPS

As = Callable[..., TestClient]
CODE = re.compile(r"^[a-z]+\.[a-z_]+$")


def recorded() -> Iterator[str]:
    """Yield every action that the code of the service writes into the trail by its name."""
    for path in sorted((Path(phusong.__file__).parent / "api").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(call.func, "attr", getattr(call.func, "id", "")) if isinstance(call, ast.Call) else ""
            if isinstance(call, ast.Call) and name in ("record", "_note", "_told", "_record"):
                yield from (
                    one.value
                    for one in call.args
                    if isinstance(one, ast.Constant) and isinstance(one.value, str) and CODE.match(one.value)
                )


def test_every_action_of_the_trail_and_of_a_token_has_words() -> None:
    """What the code records, and what a token may do, is said in two languages and never as its code."""
    found = set(recorded())
    assert len(found) > 40  # the search itself finds them
    ends = ("done", "failed", "cancelled")
    found |= {f"{one}.{end}" for one in ("job", "study", "plan", "document") for end in ends}
    found |= {"package.make", "package.move"} | {f"{one.subject}.{one.name}" for one in STEPS}
    assert {one for one in found if done_title(one).vi == one} == set()
    assert set(MAY_TITLES) == set(Action)
    assert {one.partition(".")[0] for one in known_actions()} <= {*SUBJECT_TITLES, "document", "session", "finding"}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_trail_and_the_tokens_are_read_in_words(service: Service, as_: As, language: str) -> None:
    """An entry says what was done to what; a scope says what it lets a program do; both can still be searched."""
    planner = person(service)
    with service.database.write() as db:
        audit.record(db, "package.award", by=planner, subject=("package", "0" * 16), province_code="01")
    client = as_(Role.AUDITOR)
    client.get(f"/language/{language}?next=/audit")
    words = {"vi": ("Chọn nhà thầu", "gói thầu"), "en": ("Award", "package")}[language]
    cells = re.findall(r"<td>(.*?)</td>", client.get("/audit?action=package.award").text, re.DOTALL)
    assert words[0] in cells and any(one.startswith(words[1]) for one in cells)
    assert "package.award" not in cells
    shown = client.get("/account/tokens").text
    assert {"vi": "Xem gói thầu", "en": "Read packages"}[language] in shown


def test_communes_are_called_by_the_name_their_list_gives(service: Service, as_: As) -> None:
    """In a round and on one's account the name stands, and none that only another province's list has."""
    made = round_with_rows(service, communes=("00985",))
    round_with_rows(service, province="04", batch="x", communes=("00777",))
    assert "<td>Xã 00985</td>" in as_(Role.PLANNER).get(f"/rounds/{made}").text
    officer = as_(Role.COMMUNE, province_code="01", commune_code="00985")
    assert "Xã 00985" in officer.get("/account").text
    stranger = as_(Role.COMMUNE, province_code="01", commune_code="00777").get("/account").text
    assert "xã 00777" in stranger and "Xã 00777" not in stranger
