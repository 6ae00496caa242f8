"""Who may do what, for every route, every role and every province: generated from the routes and held to the table."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest
from api_.bodies import BODIES, IN_BODY, SKIPPED
from api_.made_world import Scope, World, make_world
from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from phusong.api.access.policy import MAY, Action
from phusong.api.access.roles import Grant, Role
from phusong.api.deps import Needs
from phusong.api.pages import routes as pages
from phusong.api.routers import ROUTERS
from phusong.api.service import Service
from phusong.api.workflow.steps import STEPS, Step

HOME, AWAY = "01", "04"
PACKAGE_STEPS = "/api/packages/{package_id}/steps/{step}"
OPEN_TAGS = frozenset({"sessions", "public", "watch"})
"""Routes of these subjects may ask for nobody: signing in, counts for all, health."""
GRANTS = {
    Role.COMMUNE: Grant(role=Role.COMMUNE, province_code=HOME, commune_code=f"{HOME}000"),
    Role.OPERATOR: Grant(role=Role.OPERATOR, operator="viettel"),
    **{
        role: Grant(role=role, province_code=HOME)
        for role in Role
        if role not in (Role.COMMUNE, Role.OPERATOR, Role.ADMIN)
    },
    Role.ADMIN: Grant(role=Role.ADMIN),
}
OTHERWISE = {
    "version": "1",
    "document": "sheet",
    "kind": "xlsx",
    "table": "villages",
    "layer": "viettel_4g",
    "paper": "01a-to-trinh-danh-muc.docx",
    "z": "0",
    "x": "0",
    "y": "0",
}
"""What an address names that is no thing of a province."""
_CHANGING = re.compile(r'"request_id":"[^"]*"')


@dataclass(frozen=True)
class Route:
    """One address with one method, and the action it needs; None is nobody's."""

    method: str
    path: str
    action: Action | None
    tag: str
    template: str = ""

    @property
    def parameters(self) -> list[str]:
        """Return the names in the path."""
        return re.findall(r"{(\w+)", self.path)


def _needs(dependant: Dependant) -> Iterator[Action]:
    for one in dependant.dependencies:
        if isinstance(one.call, Needs):
            yield one.call.action
        yield from _needs(one)


def routes() -> list[Route]:
    """Return every route of the application."""
    found = []
    for one in itertools.chain.from_iterable(_plain_routes(router) for router in (*ROUTERS, pages.router)):
        needed = set(_needs(one.dependant))
        assert len(needed) <= 1, f"{one.path} needs more than one action"
        tag = str(one.tags[0]) if one.tags else "page"
        action = next(iter(needed), None)
        for method, step in itertools.product(sorted(one.methods), _steps(one.path)):
            if step is None:
                found.append(Route(method, one.path, action, tag))
            else:
                address = one.path.replace("{step}", step.name)
                found.append(Route(method, address, step.action, tag, one.path))
    return found


def _steps(path: str) -> Sequence[Step | None]:
    """Return the steps that an address with a step in it stands for; a new version is frozen by a job, not by hand."""
    by_hand = [one for one in STEPS if one.subject == "package" and one.name != "freeze"]
    return by_hand if path == PACKAGE_STEPS else [None]


def _plain_routes(router: APIRouter) -> Iterator[APIRoute]:
    for one in router.routes:
        if isinstance(one, APIRoute):
            yield one
        elif inner := getattr(one, "original_router", None):
            yield from _plain_routes(inner)


ROUTES = routes()
ASKED = [one for one in ROUTES if one.action is not None and (one.method, one.path) not in SKIPPED]


def test_every_route_names_its_action() -> None:
    """A route without one is a sign-in, a public count or a watch of the service."""
    open_ = {f"{one.method} {one.path}" for one in ROUTES if one.action is None and one.tag not in OPEN_TAGS}
    assert open_ <= {f"{method} {path}" for method, path in SKIPPED}


def test_every_action_is_some_routes() -> None:
    """An action nobody needs is a line of the table that decides nothing."""
    assert {one.action for one in ROUTES if one.action} == set(Action) - {Action.HOUSEHOLD_READ, Action.STATION_READ}


def test_every_body_is_of_a_route() -> None:
    """Bodies and exceptions of this test name routes there are."""
    there = {(one.method, one.template or one.path) for one in ROUTES}
    assert set(BODIES) | set(SKIPPED) <= there
    sending = {
        (one.method, one.template or one.path)
        for one in ASKED
        if one.method in ("POST", "PUT", "PATCH") and one.tag != "page"
    }
    assert not sending - set(BODIES)


def _ask(client: TestClient, route: Route, world: World):  # type: ignore[no-untyped-def]
    named = {name: world.ids[name][0] for name in route.parameters if name in world.ids}
    named |= {name: OTHERWISE.get(name, "khong-co") for name in route.parameters if name not in named}
    if "province_code" in named:
        named["province_code"] = world.province_code
    body = BODIES.get((route.method, route.template or route.path))
    sent = body(world) if callable(body) else body or {}
    if route.tag == "page" and route.method == "POST" and not sent:
        sent = {"data": {"csrf": client.headers.get("x-csrf-token", "")}}
    return client.request(
        route.method, route.path.replace(":path}", "}").format(**named), follow_redirects=False, **sent
    )


def _scope(route: Route, world: World) -> Scope | None:
    """Return what the innermost thing of a route's path belongs to; None where the path names no thing."""
    if route.method == "POST" and route.path in IN_BODY:
        return IN_BODY[route.path](world)
    for name in reversed(route.parameters):
        if name == "province_code":
            return Scope(province_code=world.province_code)
        if name in world.ids:
            return world.scopes[world.ids[name][0]]
    return None


@pytest.fixture
def worlds(service: Service) -> tuple[World, World]:
    """Return a world at home and a larger one away."""
    return make_world(service, HOME), make_world(service, AWAY, communes=3, rows=3)


@pytest.mark.parametrize("role", list(Role))
def test_nothing_of_another_province_can_be_reached(
    role: Role, worlds: tuple[World, World], as_: Callable[..., TestClient]
) -> None:
    """Whatever names a thing out of scope is refused: 403 without a role for it, 404 with one; and it tells nothing."""
    _home, away = worlds
    person = GRANTS[role]
    client = as_(grants=[person])
    wrong = []
    for route in ASKED:
        scope = _scope(route, away)
        if scope is None:
            continue
        answer = _ask(client, route, away)
        told = f"{role} {route.method} {route.path}: {answer.status_code} {answer.text[:300]}"
        if role not in MAY[route.action]:  # type: ignore[index]
            if answer.status_code not in (403, 404):
                wrong.append(told)
        elif not person.holds(
            province_code=scope.province_code, commune_code=scope.commune_code, operator=scope.operator
        ) and (answer.status_code != 404 or away.mark in answer.text):
            wrong.append(told)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", list(Role))
def test_at_home_the_table_decides(role: Role, worlds: tuple[World, World], as_: Callable[..., TestClient]) -> None:
    """In scope, a role the table names is let through, and every other is refused with 403."""
    home, _away = worlds
    person = GRANTS[role]
    refused = [one for one in ASKED if role not in MAY[one.action]]  # type: ignore[index]
    client = as_(grants=[person])
    wrong = []
    for route in refused:
        answer = _ask(client, route, home)
        if answer.status_code != 403:
            wrong.append(f"{role} {route.method} {route.path}: {answer.status_code} instead of 403")
    allowed = [one for one in ASKED if one not in refused]
    for route in sorted(allowed, key=lambda one: (one.method == "DELETE", one.method != "GET")):
        scope = _scope(route, home)
        if scope and not person.holds(
            province_code=scope.province_code, commune_code=scope.commune_code, operator=scope.operator
        ):
            continue
        answer = _ask(as_(grants=[person]) if _ends_sessions(route) else client, route, home)
        told = f"{role} {route.method} {route.path}: {answer.status_code} {answer.text[:300]}"
        if answer.status_code >= 500 or answer.status_code in (401, 403):
            wrong.append(told)
    assert not wrong, "\n".join(wrong)


def _ends_sessions(route: Route) -> bool:
    return "sign-out" in route.path or "password" in route.path


@pytest.mark.parametrize("role", [one for one in Role if one not in (Role.ADMIN, Role.OPERATOR)])
def test_no_answer_changes_with_what_another_province_has(
    role: Role, service: Service, as_: Callable[..., TestClient]
) -> None:
    """Every page, list, count and sum is the same to the letter before and after another province fills up."""
    home = make_world(service, HOME)
    client = as_(grants=[GRANTS[role]])
    reads = [
        one
        for one in ASKED
        if one.method == "GET" and role in MAY[one.action] and one.action != Action.SERVICE_WATCH  # type: ignore[index]
    ]  # the service's own counters count these very requests
    before = [_plain(_ask(client, one, home).text) for one in reads]
    away = make_world(service, AWAY, communes=3, rows=3)
    wrong = []
    for route, was in zip(reads, before, strict=True):
        answer = _ask(client, route, home).text
        if away.mark in answer or _plain(answer) != was:
            wrong.append(f"{role} {route.path}")
    assert not wrong


def test_nobody_reaches_anything(client: TestClient, worlds: tuple[World, World]) -> None:
    """Without a session every route that needs a person says so; a page leads to the sign-in."""
    wrong = []
    for route in ASKED:
        answer = _ask(client, route, worlds[0])
        if answer.status_code not in ((303, 307, 401) if route.tag == "page" else (401,)):
            wrong.append(f"{route.method} {route.path}: {answer.status_code}")
    assert not wrong


def _plain(text: str) -> str:
    return _CHANGING.sub("", text)
