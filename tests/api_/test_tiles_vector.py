"""Vector tiles over the service: who gets what, what a browser may keep, and what happens when a study goes."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from api_.made_world import World, make_world
from fastapi.testclient import TestClient
from maps_.made_tiles import read_tile, snapshot

from phusong.api.access.policy import Action
from phusong.api.access.roles import Role
from phusong.api.database.models import Study
from phusong.api.service import Service
from phusong.api.tiles.readers import Readers
from phusong.coverage.criteria import STATES
from phusong.maps.tile_grid import WORLD_BITS, whole_units

HOME, AWAY = "01", "04"
LON, LAT = 105.105, 21.105
pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a snapshot a province; every name in one carries its world's mark."""
    folder = tmp_path_factory.mktemp("snapshots")
    return {
        code: snapshot(folder / code / "study.duckdb", n=1500, seed=int(code), mark=f"Bí mật {code}").path
        for code in (HOME, AWAY)
    }


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return a database of the sort that is there everywhere: tiles are not of the database."""
    path = tmp_path / "phusong.sqlite"
    shutil.copyfile(request.getfixturevalue("_sqlite_template"), path)
    yield f"sqlite:///{path.as_posix()}"


@pytest.fixture
def worlds(service: Service, snapshots: dict[str, Path]) -> dict[str, World]:
    """Return two provinces whose finished studies have tiles."""
    made = {code: make_world(service, code) for code in (HOME, AWAY)}
    for code, world in made.items():
        _put(service, world, snapshots[code])
    return made


def _put(service: Service, world: World, path: Path) -> None:
    """Give a world's study a snapshot, as a finished run does."""
    with service.database.write() as db:
        study = db.get_one(Study, world.first("study_id"))
        study.folder = f"studies/{study.id}"
        target = service.settings.home / study.folder / "study.duckdb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        shutil.copyfile(path, target)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        study.manifest = {"files": {"study.duckdb": {"sha256": digest, "size": path.stat().st_size}}}


def _address(world: World, layer: str, z: int, **query: str) -> str:
    x, y = (int(axis[0]) >> WORLD_BITS - z for axis in whole_units(np.array([LON]), np.array([LAT])))
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return f"/tiles/studies/{world.first('study_id')}/{layer}/{z}/{x}/{y}.mvt" + (f"?{asked}" if asked else "")


def _read(client: TestClient, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code in (200, 204), answer.text
    return read_tile(answer.content)


@pytest.mark.parametrize("role", [Role.PLANNER, Role.AUDITOR, Role.PROVINCE, Role.LEADER, Role.PROCUREMENT, Role.FUND])
def test_points_and_masts_are_for_those_who_may(
    role: Role, worlds: dict[str, World], as_: Callable[..., TestClient]
) -> None:
    """Household points come with household.read, masts with station.read; everybody who reads the study gets bins."""
    client, world = as_(role, province_code=HOME), worlds[HOME]
    points = role in (Role.PLANNER, Role.AUDITOR)
    for z in (5, 12, 16):
        found = set(_read(client, _address(world, "households", z)))
        assert found <= ({"households"} if points and z >= 12 else {"household_bins"})
        assert found or z > 12
    masts = client.get(_address(world, "sites", 3)).status_code
    assert masts == (200 if role in (Role.PLANNER, Role.AUDITOR, Role.PROVINCE) else 404)


def test_several_layers_come_in_one_answer(worlds: dict[str, World], as_: Callable[..., TestClient]) -> None:
    """What is not for somebody is not there in company either."""
    planner, leader = (as_(role, province_code=HOME) for role in (Role.PLANNER, Role.LEADER))
    address = _address(
        worlds[HOME], "villages,sites", 9, **{"class": "white,covered,weak,depression", "operator": "viettel"}
    )
    assert set(_read(planner, address)) == {"villages", "sites"}
    assert leader.get(address).status_code == 404
    assert leader.get(_address(worlds[HOME], "villages,nothing", 9)).status_code == 404


def test_a_token_for_less_sees_less(
    worlds: dict[str, World], as_: Callable[..., TestClient], client: TestClient
) -> None:
    """A planner's token that may read studies alone gets bins and no masts."""
    planner = as_(Role.PLANNER, province_code=HOME)
    made = planner.post("/api/tokens", json={"name": "QGIS", "scopes": [Action.STUDY_READ], "days": 1})
    assert made.status_code == 201, made.text
    headers = {"authorization": f"Bearer {made.json()['text']}"}
    told = client.get(_address(worlds[HOME], "households", 12), headers=headers)
    assert set(read_tile(told.content)) == {"household_bins"}
    assert client.get(_address(worlds[HOME], "sites", 3), headers=headers).status_code == 404


def test_another_provinces_tiles_are_not_there(worlds: dict[str, World], as_: Callable[..., TestClient]) -> None:
    """Every layer of another province's study is 404, and no tile of one's own has a name of the other in it."""
    client = as_(Role.PLANNER, province_code=HOME)
    for layer in ("communes", "commune_labels", "households", "gaps", "villages", "sites", "proposed_sites"):
        for z in (3, 12):
            assert client.get(_address(worlds[AWAY], layer, z)).status_code == 404
            own = client.get(_address(worlds[HOME], layer, z))
            assert own.status_code in (200, 204)
            assert worlds[AWAY].mark.encode() not in own.content
        assert client.get(f"/tiles/studies/{worlds[AWAY].first('study_id')}/{layer}/tilejson.json").status_code == 404
    assert worlds[HOME].mark.encode() in client.get(_address(worlds[HOME], "villages", 3)).content


def test_another_study_changes_nothing(
    service: Service, snapshots: dict[str, Path], as_: Callable[..., TestClient]
) -> None:
    """Tiles and TileJSON of one's own province are the same to the byte before and after another one has a study."""
    home = make_world(service, HOME)
    _put(service, home, snapshots[HOME])
    client = as_(Role.PROVINCE, province_code=HOME)
    addresses = [_address(home, layer, z) for layer in ("communes", "households", "villages", "sites") for z in (4, 7)]
    addresses += [f"/tiles/studies/{home.first('study_id')}/households/tilejson.json"]
    before = [client.get(one).content for one in addresses]
    assert all(before)
    _put(service, make_world(service, AWAY), snapshots[AWAY])
    assert [client.get(one).content for one in addresses] == before


def test_a_browser_keeps_what_has_not_changed(worlds: dict[str, World], as_: Callable[..., TestClient]) -> None:
    """A tag of study, filter and rights: the same one is answered 304 and privately; another right has another tag."""
    planner, leader = as_(Role.PLANNER, province_code=HOME), as_(Role.LEADER, province_code=HOME)
    address = _address(worlds[HOME], "households", 9)
    first = planner.get(address)
    assert first.headers["cache-control"] == "private, no-cache"
    again = planner.get(address, headers={"if-none-match": f'"x", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    held = {"if-none-match": first.headers["etag"]}
    assert leader.get(address, headers=held).status_code == 200
    other = _address(worlds[HOME], "households", 9, operator="viettel")
    assert planner.get(other, headers=held).status_code == 200


def test_tiles_are_packed_where_that_is_read(worlds: dict[str, World], as_: Callable[..., TestClient]) -> None:
    """Packed for those who take it, plain for the others: the same tile; a tile with nothing in it is 204."""
    client = as_(Role.PLANNER, province_code=HOME)
    address = _address(worlds[HOME], "communes", 8)
    with client.stream("GET", address, headers={"accept-encoding": "gzip"}) as packed:
        assert packed.headers["content-encoding"] == "gzip"
        raw = b"".join(packed.iter_raw())
    plain = client.get(address, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(raw) == plain.content
    study = worlds[HOME].first("study_id")
    assert client.get(f"/tiles/studies/{study}/communes/9/0/0.mvt").status_code == 204


def test_tilejson_says_what_there_is(worlds: dict[str, World], as_: Callable[..., TestClient]) -> None:
    """Addresses that work, layers and columns in the reader's language, bounds of the province, filters with values."""
    planner, leader = as_(Role.PLANNER, province_code=HOME), as_(Role.LEADER, province_code=HOME)
    address = f"/tiles/studies/{worlds[HOME].first('study_id')}/households/tilejson.json"
    told = planner.get(address, params={"operator": "viettel"}, headers={"accept-language": "en"}).json()
    assert told["tilejson"] == "3.0.0"
    assert [one["id"] for one in told["vector_layers"]] == ["household_bins", "households"]
    assert told["vector_layers"][1]["fields"]["village_code"] == "Village code"
    assert told["bounds"] == pytest.approx([105.0, 21.0, 105.5, 21.5], abs=1e-5)
    assert told["filters"]["classes"] == list(STATES)
    assert told["filters"]["operator"] == ["viettel"]
    x, y = (int(axis[0]) >> WORLD_BITS - 8 for axis in whole_units(np.array([LON]), np.array([LAT])))
    one = planner.get(told["tiles"][0].format(z=8, x=x, y=y))
    assert one.content == planner.get(_address(worlds[HOME], "households", 8, operator="viettel")).content
    assert [one["id"] for one in leader.get(address).json()["vector_layers"]] == ["household_bins"]


@pytest.mark.parametrize(
    ("layer", "z", "query", "status"),
    [
        ("communes", 23, {}, 422),
        ("nothing", 3, {}, 404),
        ("gaps", 3, {"operator": "viettel"}, 422),
        ("households", 3, {"service": "data' OR 1=1 --"}, 422),
        ("households", 3, {"class": "served,none"}, 422),
        ("households", 3, {"technology": "4G", "scenario": "after_2g_off"}, 422),
    ],
)
def test_what_cannot_be_is_said(
    layer: str, z: int, query: dict[str, str], status: int, worlds: dict[str, World], as_: Callable[..., TestClient]
) -> None:
    """A zoom, layer or filter that is not there is a problem with one sentence, not a fault."""
    client, study = as_(Role.PLANNER, province_code=HOME), worlds[HOME].first("study_id")
    answer = client.get(f"/tiles/studies/{study}/{layer}/{z}/0/0.mvt", params=query)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_a_study_that_goes_is_let_go(
    service: Service, snapshots: dict[str, Path], worlds: dict[str, World], as_: Callable[..., TestClient]
) -> None:
    """A snapshot put anew is read anew; one that is gone is not there, whatever was read of it before."""
    client, world = as_(Role.PLANNER, province_code=HOME), worlds[HOME]
    before = client.get(_address(world, "villages", 3)).content
    _put(service, world, snapshots[AWAY])
    after = client.get(_address(world, "villages", 3)).content
    assert after != before and worlds[AWAY].mark.encode() in after
    (service.settings.home / f"studies/{world.first('study_id')}" / "study.duckdb").unlink()
    assert client.get(_address(world, "villages", 3)).status_code == 404


def test_few_snapshots_are_open_and_threads_share_them(snapshots: dict[str, Path], tmp_path: Path) -> None:
    """The pool holds no more than it may; many threads at once get the same answers as one."""
    readers = Readers(most=1)
    first = readers.source(snapshots[HOME])
    assert readers.source(snapshots[HOME]) is first
    readers.source(snapshots[AWAY])
    assert readers.source(snapshots[HOME]) is not first
    source = readers.source(snapshots[HOME])
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: source.bounds, range(40)))
    assert len(set(found)) == 1
