"""The documents that describe the collections: landing page, conformance, collections, queryables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from phusong.api.ogc.collections import Collection
from phusong.api.ogc.coordinates import CRS84, systems
from phusong.api.ogc.fields import Property
from phusong.api.ogc.links import GEOJSON, HTML, JSON, OPENAPI, QUERYABLES, SCHEMA, Addresses, Link, collection_path
from phusong.api.ogc.reading import Part
from phusong.api.ogc.sources import Bounds
from phusong.words import Language, Text

TITLE = Text("Phủ Sóng: dữ liệu theo chuẩn mở OGC API", "Phủ Sóng: data by OGC API – Features")
MEANING = Text(
    "Kết quả rà soát vùng phủ sóng và danh sách của địa phương, để QGIS, GDAL và chương trình đọc. "
    "Không đăng nhập: chỉ dữ liệu mở. Có token: dữ liệu trong phạm vi của người giữ token.",
    "Results of coverage reviews and the provinces' lists, for QGIS, GDAL and programs. "
    "Without signing in: open data only. With a token: what its holder may read.",
)
_FEATURES = "http://www.opengis.net/spec/ogcapi-features"
CONFORMS_TO = (
    *(f"{_FEATURES}-1/1.0/conf/{name}" for name in ("core", "oas30", "html", "geojson")),
    f"{_FEATURES}-2/1.0/conf/crs",
    *(f"{_FEATURES}-3/1.0/conf/{one}" for one in ("queryables", "queryables-query-parameters", "filter")),
    f"{_FEATURES}-3/1.0/conf/features-filter",
    *(
        f"http://www.opengis.net/spec/cql2/1.0/conf/{name}"
        for name in (
            *("cql2-text", "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison"),
            *("accent-insensitive-comparison", "basic-spatial-functions", "basic-spatial-functions-plus"),
            *("spatial-functions", "property-property"),
        )
    ),
)
_TYPES: Mapping[str, Mapping[str, str]] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
}


def landing(at: Addresses, asked: Mapping[str, str], *, html: bool) -> dict[str, Any]:
    """Return where everything begins."""
    links = [
        *at.both("", JSON, asked, html=html),
        at.link("/api", "service-desc", OPENAPI, Text("Mô tả giao diện (OpenAPI)", "API definition"), f="json"),
        at.link("/api", "service-doc", HTML, Text("Mô tả giao diện, trang web", "API definition, as a page"), f="html"),
        at.link("/conformance", "conformance", JSON, Text("Các phần của chuẩn", "Conformance classes")),
        at.link("/collections", "data", JSON, Text("Các tập dữ liệu", "Collections")),
    ]
    return {"title": TITLE.to(at.language), "description": MEANING.to(at.language), "links": links}


def conformance(at: Addresses, asked: Mapping[str, str], *, html: bool) -> dict[str, Any]:
    """Return the parts of the standards that are kept to."""
    return {"conformsTo": list(CONFORMS_TO), "links": at.both("/conformance", JSON, asked, html=html)}


def all_collections(
    at: Addresses, asked: Mapping[str, str], told: Iterable[tuple[Collection, Bounds]], *, html: bool
) -> dict[str, Any]:
    """Return the collections somebody may read."""
    return {
        "links": at.both("/collections", JSON, asked, html=html),
        "crs": list(systems()),
        "collections": [one_collection(at, {}, one, bounds, html=html) for one, bounds in told],
    }


def one_collection(
    at: Addresses, asked: Mapping[str, str], collection: Collection, bounds: Bounds, *, html: bool
) -> dict[str, Any]:
    """Return one collection."""
    path = collection_path(collection.name)
    features, words = Text("Các đối tượng", "Features"), Text("Thuộc tính để lọc", "Properties to filter by")
    return {
        "id": collection.name,
        "title": collection.title.to(at.language),
        "description": collection.meaning.to(at.language),
        "itemType": "feature",
        "extent": {
            "spatial": {"bbox": [list(bounds)], "crs": CRS84},
            "temporal": {"interval": [[None, None]]},
        },
        "crs": list(systems()),
        "storageCrs": CRS84,
        "links": [
            *at.both(path, JSON, asked, html=html),
            at.link(f"{path}/items", "items", GEOJSON, features, f="json"),
            at.link(f"{path}/items", "items", HTML, features, f="html"),
            at.link(f"{path}/queryables", QUERYABLES, SCHEMA, words, f="json"),
            at.link(f"{path}/queryables", QUERYABLES, HTML, words, f="html"),
        ],
    }


def queryables(at: Addresses, collection: Collection, properties: Sequence[Property]) -> dict[str, Any]:
    """Return the properties of a collection as JSON Schema."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": at.to(f"{collection_path(collection.name)}/queryables"),
        "type": "object",
        "title": collection.title.to(at.language),
        "description": collection.meaning.to(at.language),
        "properties": {
            **{one.name: property_schema(one, at.language) for one in properties},
            "geometry": {
                "title": Text("Hình", "Geometry").to(at.language),
                "format": f"geometry-{collection.shape.lower()}",
                "x-ogc-role": "primary-geometry",
            },
        },
        "additionalProperties": False,
    }


def property_schema(one: Property, language: Language) -> dict[str, Any]:
    """Return a property as JSON Schema; keys are told with their words."""
    return {**_TYPES[one.kind], "title": one.title.to(language), "description": meaning_of(one, language)}


def meaning_of(one: Property, language: Language) -> str:
    """Return what a property means, and what its keys stand for."""
    keys = "; ".join(f"{key} = {text.to(language)}" for key, text in one.options.items())
    told = one.meaning.to(language)
    return f"{told.rstrip('.')}. {keys}" if keys else told


def page_links(
    at: Addresses, path: str, asked: Mapping[str, str], part: Part, *, limit: int, offset: int, html: bool
) -> list[Link]:
    """Return the links of a page of features: itself, its other form, and the pages beside it."""
    kind = HTML if html else GEOJSON
    rest = {name: value for name, value in asked.items() if name not in ("offset", "limit", "f")}
    window = {**rest, "limit": str(limit), "f": "html" if html else "json"}
    links = at.both(path, GEOJSON, asked, html=html)
    if offset + len(part.features) < part.matched and part.features:
        after = {**window, "offset": str(offset + limit)}
        links.append(at.link(path, "next", kind, Text("Trang sau", "Next page"), **after))
    if offset > 0:
        before = {**window, "offset": str(max(offset - limit, 0))}
        links.append(at.link(path, "prev", kind, Text("Trang trước", "Previous page"), **before))
    return links


def feature_collection(links: Sequence[Link], part: Part) -> str:
    """Return a page of features as GeoJSON."""
    import json

    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    features = ",".join(f"{one.json()}}}" for one in part.features)
    return (
        f'{{"type":"FeatureCollection","links":{json.dumps(links, ensure_ascii=False)},"timeStamp":"{stamp}",'
        f'"numberMatched":{part.matched},"numberReturned":{len(part.features)},"features":[{features}]}}'
    )
