"""OGC API – Features part 1 (17-069r4) and part 2 (18-058r1): the abstract tests, each under its own name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import shapely
from api_.made_ogc import AWAY, HOME, OpenService, features, open_service
from api_.made_results import COMMUNES, VILLAGES_EACH
from fastapi.testclient import TestClient
from pyproj import Transformer

from phusong.api.ogc.coordinates import CRS84, systems

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
OURS = {"communes", "villages", "gaps", "sites", "packages", "reported_rows"}
OPEN = {"open_communes", "open_villages", "open_gaps"}
COUNTS = {"communes": COMMUNES, "villages": COMMUNES * VILLAGES_EACH, "gaps": COMMUNES, "sites": 4, "packages": 1,
          "reported_rows": 4}  # fmt: skip
GEO = "application/geo+json"


@pytest.fixture(scope="module")
def world(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenService]:
    """Return a service with two provinces."""
    with open_service(_sqlite_template, tmp_path_factory.mktemp("ogc") / "home") as made:
        made.add(HOME)
        made.add(AWAY)
        yield made


@pytest.fixture(scope="module")
def planner(world: OpenService) -> TestClient:
    """Return somebody who may read everything of one province."""
    return world.planner()


def _json(client: TestClient, path: str, **query: str) -> Any:
    answer = client.get(path, params={"f": "json", **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


def _links(told: Any) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for one in told["links"]:
        assert one["href"].startswith("http://127.0.0.1/ogc")
        assert one["type"]
        found.setdefault(one["rel"], []).append(one)
    return found


def _follows(client: TestClient, link: dict[str, str]) -> None:
    answer = client.get(link["href"])
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == link["type"].split(";")[0]


@pytest.mark.parametrize("who", ["nobody", "planner"])
def test_root_op_and_root_success(who: str, world: OpenService, planner: TestClient) -> None:
    """/conf/core/root-op, root-success: the landing page leads to definition, conformance and data."""
    client = planner if who == "planner" else world.client
    links = _links(_json(client, "/ogc"))
    assert {"self", "alternate", "service-desc", "service-doc", "conformance", "data"} <= set(links)
    for many in links.values():
        for one in many:
            _follows(client, one)


def test_api_definition_op_and_success(planner: TestClient, world: OpenService) -> None:
    """/conf/core/api-definition-op, -success, /conf/oas30/…: OpenAPI 3.0 of these routes alone, all of them there."""
    answer = planner.get("/ogc/api", params={"f": "json"})
    assert answer.headers["content-type"].startswith("application/vnd.oai.openapi+json;version=3.0")
    told = answer.json()
    assert re.fullmatch(r"3\.0\.\d", told["openapi"])
    for path, operations in told["paths"].items():
        asked = path.replace("{featureId}", "khong-co")
        status = planner.get(f"/ogc{asked}" if path != "/" else "/ogc").status_code
        assert status == (404 if "{" in path else 200), path
        assert operations["get"]["operationId"]
    assert {f"/collections/{one}/items" for one in OURS | OPEN} <= set(told["paths"])
    assert not [path for path in _json(world.client, "/ogc/api")["paths"] if "villages" in path and "open" not in path]


def test_conformance_op_and_success(planner: TestClient) -> None:
    """/conf/core/conformance-op, -success: the classes that are kept to."""
    told = _json(planner, "/ogc/conformance")["conformsTo"]
    base = "http://www.opengis.net/spec/ogcapi-features"
    assert {f"{base}-1/1.0/conf/{one}" for one in ("core", "oas30", "geojson", "html")} <= set(told)
    assert {f"{base}-2/1.0/conf/crs", f"{base}-3/1.0/conf/filter"} <= set(told)


def test_fc_md_op_and_success(planner: TestClient, world: OpenService) -> None:
    """/conf/core/fc-md-op, fc-md-success: what there is for somebody, and for nobody the open tables alone."""
    told = _json(planner, "/ogc/collections")
    assert {one["id"] for one in told["collections"]} == OURS | OPEN
    assert {"self", "alternate"} <= set(_links(told))
    assert {one["id"] for one in _json(world.client, "/ogc/collections")["collections"]} == OPEN


@pytest.mark.parametrize("name", sorted(OURS | OPEN))
def test_sfc_md_op_and_success(name: str, planner: TestClient) -> None:
    """/conf/core/sfc-md-op, sfc-md-success: the collection by itself is what the list has of it."""
    told = _json(planner, f"/ogc/collections/{name}")
    listed = next(one for one in _json(planner, "/ogc/collections")["collections"] if one["id"] == name)
    for member in ("id", "title", "description", "extent", "crs", "storageCrs", "itemType"):
        assert told[member] == listed[member]
    assert {one["type"] for one in _links(told)["items"]} == {GEO, "text/html"}
    west, south, east, north = told["extent"]["spatial"]["bbox"][0]
    for one in features(planner, name):
        low_x, low_y, high_x, high_y = shapely.bounds(shapely.geometry.shape(one["geometry"]))
        assert west - 1e-6 <= low_x <= high_x <= east + 1e-6
        assert south - 1e-6 <= low_y <= high_y <= north + 1e-6


@pytest.mark.parametrize("name", sorted(OURS))
def test_fc_op_and_fc_response(name: str, planner: TestClient) -> None:
    """/conf/core/fc-op, fc-response, fc-links, fc-timeStamp, fc-numberMatched, fc-numberReturned; /conf/geojson."""
    answer = planner.get(f"/ogc/collections/{name}/items", headers={"accept": GEO})
    assert answer.headers["content-type"] == GEO
    told = answer.json()
    assert told["type"] == "FeatureCollection"
    assert told["numberMatched"] == told["numberReturned"] == len(told["features"]) == COUNTS[name]
    assert datetime.fromisoformat(told["timeStamp"]).tzinfo is not None
    assert {"self", "alternate"} <= set(_links(told))
    assert 'rel="self"' in answer.headers["link"]
    assert answer.headers["cache-control"] == "no-store"
    ids = [one["id"] for one in told["features"]]
    assert ids == sorted(ids)
    assert len(ids) == len(set(ids))
    for one in told["features"]:
        assert one["type"] == "Feature"
        assert not [key for key in one["properties"] if key.endswith(("_vi", "_en"))]


def test_fc_limit_definition_and_response(planner: TestClient) -> None:
    """/conf/core/fc-limit-definition, -response: at most so many, and the pages together are the whole, once each."""
    told = _json(planner, "/ogc/collections/villages/items", limit="5")
    assert told["numberReturned"] == 5
    assert told["numberMatched"] == 12
    assert set(_links(told)) == {"self", "alternate", "next"}
    whole = [one["id"] for one in features(planner, "villages")]
    assert [one["id"] for one in features(planner, "villages", limit="5")] == whole
    middle = _json(planner, "/ogc/collections/villages/items", limit="5", offset="5")
    assert {"prev", "next"} <= set(_links(middle))
    previous = planner.get(_links(middle)["prev"][0]["href"]).json()
    assert [one["id"] for one in previous["features"]] == whole[:5]
    assert _json(planner, "/ogc/collections/villages/items", limit="10000000")["numberReturned"] == 12
    assert _json(planner, "/ogc/collections/villages/items", offset="50")["features"] == []


def test_fc_bbox_definition_and_response(planner: TestClient) -> None:
    """/conf/core/fc-bbox-definition, -response: what meets the box and nothing else, by geometry and not by bounds."""
    whole = features(planner, "villages")
    box = (105.0, 21.0, 105.1, 21.22)
    inside = {one["id"] for one in whole if shapely.geometry.shape(one["geometry"]).intersects(shapely.box(*box))}
    assert 0 < len(inside) < len(whole)
    written = ",".join(map(str, box))
    assert {one["id"] for one in features(planner, "villages", bbox=written)} == inside
    west, south, east, north = box
    high = f"{west},{south},-100,{east},{north},9000"
    assert {one["id"] for one in features(planner, "villages", bbox=high)} == inside
    assert not features(planner, "villages", bbox="-10,-10,0,0")
    lon, lat = whole[0]["geometry"]["coordinates"]
    assert [one["id"] for one in features(planner, "villages", bbox=f"{lon},{lat},{lon},{lat}")] == [whole[0]["id"]]
    assert [one["id"] for one in features(planner, "villages", bbox=f"{lon},{lat},{lon},{lat + 0.01}")] == [
        whole[0]["id"]
    ]
    around = features(planner, "villages", bbox="170,-20,-170,20")
    assert not around
    assert len(features(planner, "villages", bbox="100,-90,-170,90")) == len(whole)


def test_fc_time_definition_and_response(planner: TestClient) -> None:
    """/conf/core/fc-time-definition, -response: a day, a span, spans open at one end."""
    assert len(features(planner, "packages", datetime="2026-11-22")) == 1
    assert len(features(planner, "packages", datetime="2026-11-22T00:00:00Z")) == 1
    assert not features(planner, "packages", datetime="2026-11-21")
    for span, count in (("../2026-11-21", 0), ("2026-11-22/..", 1), ("/2027-01-01", 1), ("2026-01-01/2026-11-30", 1)):
        assert len(features(planner, "packages", datetime=span)) == count, span
    assert len(features(planner, "communes", datetime="2026-11-01")) == COMMUNES


def test_property_parameters_select(planner: TestClient) -> None:
    """Recommendation /rec/core/fc-filters: a property as a parameter, of every kind."""
    for query, count in (
        ({"village_class": "white"}, 3), ({"households": "40"}, 3), ({"single_operator": "true"}, 3),
        ({"village_class": "white", "commune_code": "01001"}, 1), ({"dated": "2026-11-01"}, 12),
        ({"province_code": AWAY}, 0), ({"road_km": "0.1"}, 3),
    ):  # fmt: skip
        assert len(features(planner, "villages", **query)) == count, query


@pytest.mark.parametrize("name", sorted(OURS))
def test_f_op_f_success_and_f_links(name: str, planner: TestClient) -> None:
    """/conf/core/f-op, f-success, f-links: one feature by its id is the one in the list."""
    for listed in features(planner, name):
        answer = planner.get(f"/ogc/collections/{name}/items/{listed['id']}", params={"f": "json"})
        assert answer.status_code == 200
        told = answer.json()
        assert {key: told[key] for key in ("type", "id", "geometry", "properties")} == listed
        assert {"self", "alternate", "collection"} <= set(_links(told))
    assert planner.get(f"/ogc/collections/{name}/items/khong-co").status_code == 404


UNKNOWN = [
    "/ogc?x=1", "/ogc/conformance?limit=1", "/ogc/collections?bbox=1,2,3,4", "/ogc/api?y=",
    "/ogc/collections/villages?limit=1", "/ogc/collections/villages/queryables?x=1",
    "/ogc/collections/villages/items?khong_co=1", "/ogc/collections/villages/items/x?limit=1",
]  # fmt: skip


@pytest.mark.parametrize("address", UNKNOWN)
def test_query_param_unknown(address: str, planner: TestClient) -> None:
    """/conf/core/query-param-unknown: 400, as a problem."""
    _refused(planner.get(address))


INVALID = [
    "limit=0", "limit=-1", "limit=abc", "limit=1.5", "limit=", "offset=-1", "offset=x", "limit=٣",
    "bbox=1,2,3", "bbox=1,2,3,4,5", "bbox=a,b,c,d", "bbox=1,2,nan,4", "bbox=1,2,inf,4", "bbox=1,30,2,20", "bbox=",
    "datetime=x", "datetime=2026-13-01", "datetime=../..", "datetime=2026-02-01/2026-01-01", "datetime=a/b/c",
    "datetime=", "crs=EPSG:4326", "bbox-crs=x", "crs=http://www.opengis.net/def/crs/EPSG/0/2154", "f=gml", "lang=fr",
    "households=abc", "households=nan", "single_operator=co", "dated=hom-nay", "limit=1&limit=2",
    "filter=village_class", "filter=x=1", "filter-lang=cql2-json&filter=%7B%7D", "filter-crs=x&filter=households=1",
    f"bbox=1e300,1e300,2e300,2e300&bbox-crs={EPSG}32648",
]  # fmt: skip


@pytest.mark.parametrize("query", INVALID)
def test_query_param_invalid(query: str, planner: TestClient) -> None:
    """/conf/core/query-param-invalid: 400, as a problem that says which parameter."""
    _refused(planner.get(f"/ogc/collections/villages/items?{query}"))


def _refused(answer: Any) -> None:
    assert answer.status_code == 400, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_html_definition_and_content(planner: TestClient) -> None:
    """/conf/html: every document is a page too, for a browser and by ``f=html``, that loads nothing from elsewhere."""
    one = features(planner, "villages")[0]["id"]
    for path in ("", "/conformance", "/api", "/collections", "/collections/villages", "/collections/gaps/queryables",
                 "/collections/villages/items", f"/collections/villages/items/{one}"):  # fmt: skip
        for more in ({"params": {"f": "html"}}, {"headers": {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}}):
            answer = planner.get(f"/ogc{path}", **more)  # type: ignore[arg-type]
            assert answer.status_code == 200, path
            assert answer.headers["content-type"].startswith("text/html"), path
            loaded = re.findall(r'(?:src|rel="(?:stylesheet|icon)" href)="([^"]+)"', answer.text)
            assert loaded
            assert all(each.startswith("/static/") for each in loaded)


def test_queryables_are_the_properties(planner: TestClient) -> None:
    """Part 3, /conf/queryables: the properties of the features, their kinds, and words in both languages."""
    for name in sorted(OURS):
        answer = planner.get(f"/ogc/collections/{name}/queryables", params={"f": "json", "lang": "en"})
        assert answer.headers["content-type"].startswith("application/schema+json")
        told = answer.json()["properties"]
        first = features(planner, name)[0]
        assert set(first["properties"]) | {"geometry"} == set(told)
        vietnamese = _json(planner, f"/ogc/collections/{name}/queryables", lang="vi")["properties"]
        assert any(told[one]["title"] != vietnamese[one]["title"] for one in told)


def test_a_text_is_told_in_the_readers_language(planner: TestClient) -> None:
    """One column, not a twin for each language."""
    path = "/ogc/collections/villages/items"
    for headers, params, word in (
        ({"accept-language": "en"}, {}, "valley"), ({"accept-language": "vi"}, {}, "thung lũng"),
        ({"accept-language": "vi"}, {"lang": "en"}, "valley"),
    ):  # fmt: skip
        told = planner.get(path, params={"f": "json", **params}, headers=headers).json()
        assert {one["properties"]["terrain"] for one in told["features"]} == {word}


# part 2


@pytest.mark.parametrize("name", sorted(OURS | OPEN))
def test_fc_md_crs_list_and_storage_crs(name: str, planner: TestClient) -> None:
    """/conf/crs/fc-md-crs-list, fc-md-storageCrs-valid-value: CRS84 and every VN-2000 zone among them."""
    told = _json(planner, f"/ogc/collections/{name}")
    assert told["crs"][0] == CRS84 == told["storageCrs"]
    assert {f"{EPSG}{one}" for one in (4326, 32648, 32649, 5897, 5898, 5899, *range(9205, 9219))} <= set(told["crs"])


def test_crs_default_and_header(planner: TestClient) -> None:
    """/conf/crs/fc-crs-default-value, ogc-crs-header: CRS84 without a word, told in ``Content-Crs``."""
    answer = planner.get("/ogc/collections/villages/items", params={"f": "json"})
    assert answer.headers["content-crs"] == f"<{CRS84}>"


@pytest.mark.parametrize("uri", systems())
def test_fc_crs_action(uri: str, planner: TestClient) -> None:
    """/conf/crs/fc-crs-action: coordinates in the axis order of the system's authority, within a millimetre."""
    plain = features(planner, "villages")
    answer = planner.get("/ogc/collections/villages/items", params={"f": "json", "crs": uri})
    assert answer.headers["content-crs"] == f"<{uri}>"
    one = answer.json()["features"][0]
    told = planner.get(f"/ogc/collections/villages/items/{one['id']}", params={"f": "json", "crs": uri})
    assert told.json()["geometry"] == one["geometry"]
    lon, lat = plain[0]["geometry"]["coordinates"]
    if uri == CRS84:
        expected = (lon, lat)
    elif uri == f"{EPSG}4326":
        expected = (lat, lon)
    else:
        expected = Transformer.from_crs(4326, int(uri.rsplit("/", 1)[1]), always_xy=True).transform(lon, lat)
        if uri.rsplit("/", 1)[1] not in ("3857", "32648", "32649"):  # the shift PROJ takes by itself may be another
            assert one["geometry"]["coordinates"] == pytest.approx(expected, abs=2.0)
            return
    assert one["geometry"]["coordinates"] == pytest.approx(expected, abs=0.002)


@pytest.mark.parametrize("uri", [f"{EPSG}4326", f"{EPSG}32648", f"{EPSG}5897", f"{EPSG}9210", "[EPSG:32648]"])
def test_bbox_crs(uri: str, planner: TestClient) -> None:
    """/conf/crs/bbox-crs-action: a box around a village in any system finds that village and no other."""
    wanted = features(planner, "villages")[0]["id"]
    x, y = planner.get(
        f"/ogc/collections/villages/items/{wanted}", params={"f": "json", "crs": uri}
    ).json()["geometry"]["coordinates"]  # fmt: skip
    d = 0.001 if uri.endswith("/4326") else 100.0
    found = features(planner, "villages", **{"bbox": f"{x - d},{y - d},{x + d},{y + d}", "bbox-crs": uri})
    assert [one["id"] for one in found] == [wanted]
