"""The OpenAPI 3.0 definition of these routes alone, with the collections somebody may read written out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import phusong
from phusong.api.ogc.asked import DEFAULT_LIMIT, FORMATS, LANGUAGES, MOST
from phusong.api.ogc.collections import Collection
from phusong.api.ogc.coordinates import CRS84, systems
from phusong.api.ogc.documents import MEANING, TITLE, meaning_of, property_schema
from phusong.api.ogc.fields import Property
from phusong.api.ogc.links import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, Addresses, collection_path
from phusong.api.problems import PROBLEM_TYPE
from phusong.words import Language, Text

Parameter = dict[str, Any]
_PROBLEM = {"description": "RFC 9457", "content": {PROBLEM_TYPE: {"schema": {"type": "object"}}}}


def definition(at: Addresses, told: Iterable[tuple[Collection, Sequence[Property]]]) -> dict[str, Any]:
    """Return the definition."""
    paths: dict[str, Any] = {
        "/": _get("landing", Text("Trang đầu", "Landing page"), at.language, JSON),
        "/conformance": _get("conformance", Text("Các phần của chuẩn", "Conformance"), at.language, JSON),
        "/api": _get("api", Text("Mô tả này", "This definition"), at.language, OPENAPI),
        "/collections": _get("collections", Text("Các tập dữ liệu", "Collections"), at.language, JSON),
    }
    for collection, properties in told:
        paths.update(_of_collection(collection, properties, at.language))
    return {
        "openapi": "3.0.3",
        "info": {
            "title": TITLE.to(at.language),
            "description": MEANING.to(at.language),
            "version": phusong.__version__,
        },
        "servers": [{"url": at.root}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "parameters": parameters(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {"Problem": _PROBLEM},
        },
    }


def parameters() -> dict[str, Parameter]:
    """Return the parameters that routes share, by their names."""
    crs: Parameter = {"type": "string", "enum": list(systems()), "default": CRS84}
    box: Parameter = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    counted: Parameter = {"type": "integer", "minimum": 0, "default": 0}
    limit: Parameter = {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT}
    told: dict[str, Parameter] = {
        "f": {"type": "string", "enum": list(FORMATS)},
        "lang": {"type": "string", "enum": ["vi", "en"]},
        "crs": crs,
        "limit": limit,
        "offset": counted,
        "bbox": box,
        "bbox-crs": crs,
        "datetime": {"type": "string"},
        "filter": {"type": "string"},
        "filter-lang": {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]},
        "filter-crs": crs,
    }
    return {name: _parameter(name, schema) for name, schema in told.items()}


def _parameter(name: str, schema: Mapping[str, Any]) -> Parameter:
    return {"name": name, "in": "query", "required": False, "schema": schema, "style": "form", "explode": False}


def _get(name: str, title: Text, language: Language, kind: str, *more: Parameter) -> dict[str, Any]:
    schema = {"type": "object"}
    return {
        "get": {
            "operationId": name,
            "summary": title.to(language),
            "parameters": [{"$ref": "#/components/parameters/f"}, {"$ref": "#/components/parameters/lang"}, *more],
            "responses": {
                "200": {
                    "description": title.to(language),
                    "content": {kind: {"schema": schema}, HTML: {"schema": {"type": "string"}}},
                },
                **{code: {"$ref": "#/components/responses/Problem"} for code in ("400", "401", "404", "500")},
            },
        }
    }


def _of_collection(collection: Collection, properties: Sequence[Property], language: Language) -> dict[str, Any]:
    name, title, path = collection.name, collection.title, collection_path(collection.name)
    shared = [{"$ref": f"#/components/parameters/{one}"} for one in parameters() if one not in ("f", "lang")]
    own = [
        {**_parameter(one.name, property_schema(one, language)), "description": meaning_of(one, language)}
        for one in properties
    ]
    which = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    crs = {"$ref": "#/components/parameters/crs"}
    return {
        path: _get(f"{name}.collection", title, language, JSON),
        f"{path}/queryables": _get(f"{name}.queryables", title, language, SCHEMA),
        f"{path}/items": _get(f"{name}.items", title, language, GEOJSON, *shared, *own),
        f"{path}/items/{{featureId}}": _get(f"{name}.item", title, language, GEOJSON, which, crs),
    }
