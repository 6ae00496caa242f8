"""Who reads what of the collections: by role, province and commune; nothing of another province changes an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_.made_ogc import AWAY, HOME, OpenService, features, open_service
from api_.made_people import sign_in
from api_.test_isolation import GRANTS
from fastapi.testclient import TestClient

from phusong.api.access.policy import MAY, Action
from phusong.api.access.roles import Grant, Role
from phusong.api.database.models import User
from phusong.api.ogc.collections import Collection, collections
from phusong.api.people import tokens
from phusong.api.people.persons import person_of

ITEMS = "/ogc/collections/{}/items"


@pytest.fixture(scope="module")
def world(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenService]:
    """Return a service with two provinces."""
    with open_service(_sqlite_template, tmp_path_factory.mktemp("ogc") / "home") as made:
        made.add(HOME)
        made.add(AWAY)
        yield made


def _may(role: Role, one: Collection) -> bool:
    """Say by the table of roles alone whether a role reads a collection; stations need two rights, of all operators."""
    if one.action is None:
        return True
    stations = role in MAY[Action.STATION_READ] and role is not Role.OPERATOR
    return role in MAY[one.action] and (stations or not one.stations)


@pytest.mark.parametrize("role", list(Role))
def test_the_table_of_roles_decides_which_collections_there_are(role: Role, world: OpenService) -> None:
    """What a role may not read is not there: not in a list, not by name, and no different from what never was."""
    client = world.person(GRANTS[role])
    expected = {one.name for one in collections().values() if _may(role, one)}
    told = client.get("/ogc/collections", params={"f": "json"}).json()
    assert {one["id"] for one in told["collections"]} == expected
    for name in collections():
        wrong = (
            client.get(ITEMS.format(name)),
            client.get(f"/ogc/collections/{name}"),
            client.get(f"/ogc/collections/{name}/queryables"),
            client.get(ITEMS.format(name) + "/x"),
        )
        if name in expected:
            assert [one.status_code for one in wrong] == [200, 200, 200, 404]
            continue
        for one, path in zip(wrong, ("/items", "", "/queryables", "/items/x"), strict=True):
            never = client.get(f"/ogc/collections/khong-co{path}")
            assert one.status_code == never.status_code == 404
            assert one.json()["detail"] == never.json()["detail"]


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.ADMIN])
def test_features_are_those_of_the_persons_province(role: Role, world: OpenService) -> None:
    """Every feature is of home; a commune officer has the rows of the own commune alone; nothing bears another mark."""
    client = world.person(GRANTS[role])
    away = world.worlds[AWAY]
    for one in collections().values():
        if one.action is None or not _may(role, one):
            continue
        found = features(client, one.name)
        assert found
        assert {each["properties"]["province_code"] for each in found} == {HOME}
        assert away.mark not in json.dumps(found, ensure_ascii=False)
        if role is Role.COMMUNE:
            assert {each["properties"]["commune_code"] for each in found} == {f"{HOME}000"}
    planner = world.planner(AWAY)
    for name in ("communes", "villages", "gaps", "sites", "packages", "reported_rows"):
        for theirs in features(planner, name):
            assert client.get(f"{ITEMS.format(name)}/{theirs['id']}", params={"f": "json"}).status_code == 404


@pytest.mark.parametrize("role", [Role.LEADER, Role.FUND, Role.PROCUREMENT])
def test_what_tells_of_stations_is_not_there_for_who_may_not_read_them(role: Role, world: OpenService) -> None:
    """Neither as a value, nor as a property, nor to filter by."""
    client = world.person(GRANTS[role])
    for name in ("villages", "gaps"):
        assert "TRẠM" not in json.dumps(features(client, name), ensure_ascii=False)
        told = client.get(f"/ogc/collections/{name}/queryables", params={"f": "json"}).text
        assert "nearest" not in told
        hidden = "nearest_viettel_site_id" if name == "villages" else "nearest_site_id"
        for query in ({hidden: "x"}, {"filter": f"{hidden} LIKE 'TR%'"}):
            assert client.get(ITEMS.format(name), params=query).status_code == 400
    assert "TRẠM" in json.dumps(features(world.planner(), "gaps"), ensure_ascii=False)


def test_two_grants_are_held_each_for_its_own_province(world: OpenService) -> None:
    """A planner of one province who leads another sees the stations of the first alone, and cannot filter the rest."""
    client = world.person(Grant(role=Role.PLANNER, province_code=HOME), Grant(role=Role.LEADER, province_code=AWAY))
    found = features(client, "gaps")
    assert {one["properties"]["province_code"] for one in found} == {HOME, AWAY}
    assert {one["properties"]["province_code"] for one in found if one["properties"]["nearest_site_id"]} == {HOME}
    hit = features(client, "gaps", filter="nearest_site_id LIKE '%' OR reason LIKE '%TRẠM%'")
    assert {one["properties"]["province_code"] for one in hit} == {HOME}
    assert {one["properties"]["province_code"] for one in features(client, "sites")} == {HOME}


def test_an_operators_right_to_its_stations_opens_no_others(world: OpenService) -> None:
    """Who reads studies as a leader and stations as one operator sees no station of a study."""
    client = world.person(Grant(role=Role.LEADER, province_code=HOME), Grant(role=Role.OPERATOR, operator="viettel"))
    assert client.get(ITEMS.format("sites")).status_code == 404
    assert "TRẠM" not in json.dumps(features(client, "gaps") + features(client, "villages"), ensure_ascii=False)


def test_no_answer_changes_with_what_another_province_has(_sqlite_template: Path, tmp_path: Path) -> None:
    """Every document, page, count and bound is the same to the letter before and after another province fills up."""
    with open_service(_sqlite_template, tmp_path / "home") as made:
        made.add(HOME)
        people = {role: made.person(GRANTS[role]) for role in (Role.COMMUNE, Role.PLANNER, Role.LEADER)}
        before = {role: _everything(client) for role, client in people.items()}
        made.add(AWAY)
        assert all(len(told) > 40 for role, told in before.items() if role is not Role.COMMUNE)
        for role, client in people.items():
            assert _everything(client) == before[role]


def _everything(client: TestClient) -> dict[str, str]:
    """Return every answer of the interface with all its parameters, but for when it was given."""
    told: dict[str, str] = {}
    for path in ("", "/api", "/conformance", "/collections"):
        for kind in ("json", "html"):
            told[f"{path} {kind}"] = _text(client.get(f"/ogc{path}", params={"f": kind}))
    for name in collections():
        for path in ("", "/queryables", "/items"):
            kinds = ("json", "html") if path == "/items" else ("json",)
            for kind in kinds:
                told[f"{name}{path} {kind}"] = _text(client.get(f"/ogc/collections/{name}{path}", params={"f": kind}))
        for query in ({"limit": "1"}, {"bbox": "100,0,120,30"}, {"filter": f"province_code = '{AWAY}'"}):
            told[f"{name} {query}"] = _text(client.get(ITEMS.format(name), params={"f": "json", **query}))
    return told


def _text(answer: Any) -> str:
    told = answer.text
    if answer.headers["content-type"] == "application/geo+json":
        told = json.dumps({key: value for key, value in answer.json().items() if key != "timeStamp"})
    elif answer.status_code != 200:
        told = str(answer.json()["detail"]) if "json" in answer.headers["content-type"] else ""
    return f"{answer.status_code} {told}"


def test_nobody_has_the_open_collections_alone(world: OpenService) -> None:
    """Without a session: the open tables, empty while no round is approved; the rest is not there."""
    for name, one in collections().items():
        answer = world.client.get(ITEMS.format(name), params={"f": "json"})
        assert answer.status_code == (200 if one.action is None else 404)
        if one.action is None:
            assert answer.json()["numberMatched"] == 0


def _token(world: OpenService, *actions: Action) -> str:
    name = f"may-tinh-{len(actions)}"
    sign_in(world.service, [Grant(role=Role.PLANNER, province_code=HOME)], name)
    with world.service.database.write() as db:
        user = db.query(User).filter(User.username == name).one()
        return tokens.made(db, person_of(user), "QGIS", [str(one) for one in actions], 30)[1]


def test_a_token_reads_what_its_scopes_name(world: OpenService) -> None:
    """``Authorization: Bearer``: a token for studies has no packages, and no stations without that scope."""
    client = TestClient(world.client.app, base_url="http://127.0.0.1")
    client.headers["authorization"] = f"Bearer {_token(world, Action.STUDY_READ)}"
    names = {one["id"] for one in client.get("/ogc/collections").json()["collections"]}
    assert names == {"open_communes", "open_villages", "open_gaps", "communes", "villages", "gaps"}
    assert "TRẠM" not in json.dumps(features(client, "gaps"), ensure_ascii=False)
    both = _token(world, Action.STUDY_READ, Action.STATION_READ)
    client.headers["authorization"] = f"Bearer {both}"
    assert len(features(client, "sites")) == 4
    assert "TRẠM" in json.dumps(features(client, "gaps"), ensure_ascii=False)
    client.close()


@pytest.mark.parametrize("header", ["Bearer phs_x_y", "Bearer ", "Basic dTpw", "Bearer"])
def test_a_token_that_does_not_hold_is_told(header: str, world: OpenService) -> None:
    """401 rather than open data alone: a wrong token must not look like an empty province."""
    for path in ("/ogc", "/ogc/collections", ITEMS.format("open_gaps")):
        assert world.client.get(path, headers={"authorization": header}).status_code == 401


def test_who_has_a_temporary_password_changes_it_first(world: OpenService) -> None:
    """As everywhere else."""
    client = world.planner()
    with world.service.database.write() as db:
        for user in db.query(User):
            user.must_change_password = True
    try:
        assert client.get("/ogc/collections").status_code == 403
    finally:
        with world.service.database.write() as db:
            for user in db.query(User):
                user.must_change_password = False


def test_reported_rows_are_those_of_the_newest_round_with_a_list(_sqlite_template: Path, tmp_path: Path) -> None:
    """A round just opened, without rows yet, does not hide the one before it; a row taken off the list is gone."""
    from phusong.api.database.models import GapRow, Round

    with open_service(_sqlite_template, tmp_path / "home") as made:
        made.add(HOME)
        client = made.planner()
        with made.service.database.write() as db:
            creator = db.query(User).first()
            assert creator is not None
            db.add(Round(province_code=HOME, batch="Q2", title="sau", created_by=creator.id))
            row = db.query(GapRow).order_by(GapRow.gap_id).first()
            assert row is not None
            row.present = False
            gone = row.gap_id
        found = {one["properties"]["gap_id"] for one in features(client, "reported_rows")}
        assert len(found) == 3
        assert gone not in found
