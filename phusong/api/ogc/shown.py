"""The same documents as a person reads them: a lead, links, and one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from phusong.api.ogc.collections import ADDRESS, Collection
from phusong.api.ogc.documents import CONFORMS_TO, MEANING, TITLE, meaning_of
from phusong.api.ogc.fields import Property
from phusong.api.ogc.links import Link, collection_path, item_path
from phusong.api.ogc.reading import Feature, Part
from phusong.words import Language, Text, day, number

MOST_COLUMNS = 12
_KIND_WORDS = {
    "string": Text("chữ", "text"),
    "integer": Text("số nguyên", "whole number"),
    "number": Text("số", "number"),
    "boolean": Text("đúng/sai", "true/false"),
    "date": Text("ngày", "date"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; ``address`` leads somewhere, ``quiet`` is a number set to the right."""

    text: str
    address: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page of this interface."""

    title: Text
    lead: Text
    steps: Sequence[tuple[str, Text]] = ()  # where one is, from the root on
    heads: Sequence[Cell] = ()
    rows: Sequence[Sequence[Cell]] = ()
    links: Sequence[tuple[str, Text]] = ()
    previous: str = ""
    next: str = ""
    count: str = ""
    facts: Sequence[tuple[str, Cell]] = field(default_factory=tuple)


_COLLECTIONS = Text("Các tập dữ liệu", "Collections")
_UP = (ADDRESS, Text("Dữ liệu theo chuẩn mở", "Open interface"))
_AS_JSON = Text("Xem dạng JSON", "As JSON")


def landing() -> Shown:
    """Return the first page."""
    return Shown(
        title=TITLE,
        lead=MEANING,
        links=(
            (f"{ADDRESS}/collections", _COLLECTIONS),
            (f"{ADDRESS}/api", Text("Mô tả giao diện (OpenAPI)", "API definition (OpenAPI)")),
            (f"{ADDRESS}/conformance", Text("Các phần của chuẩn được theo", "Conformance classes")),
            (f"{ADDRESS}?f=json", _AS_JSON),
        ),
    )


def conformance() -> Shown:
    """Return the parts of the standards as a list."""
    return Shown(
        title=Text("Các phần của chuẩn được theo", "Conformance classes"),
        lead=Text("OGC API – Features phần 1, 2, 3 và CQL2.", "OGC API – Features parts 1, 2, 3 and CQL2."),
        steps=(_UP,),
        rows=[[Cell(one)] for one in CONFORMS_TO],
        links=((f"{ADDRESS}/conformance?f=json", _AS_JSON),),
    )


def api(definition: Mapping[str, Any], language: Language) -> Shown:
    """Return the operations of the definition."""
    rows = [[Cell(path), Cell(str(told["get"]["summary"]))] for path, told in definition["paths"].items()]
    return Shown(
        title=Text("Mô tả giao diện", "API definition"),
        lead=Text(
            "Mọi địa chỉ dưới /ogc; tham số đầy đủ ở dạng OpenAPI.",
            "All addresses under /ogc; parameters are in the OpenAPI form.",
        ),
        steps=(_UP,),
        heads=[Cell(one.to(language)) for one in (Text("Địa chỉ", "Address"), Text("Nội dung", "What it gives"))],
        rows=rows,
        links=((f"{ADDRESS}/api?f=json", Text("Xem dạng OpenAPI", "As OpenAPI")),),
    )  # fmt: skip


def all_collections(found: Sequence[Collection], language: Language) -> Shown:
    """Return the collections somebody may read."""
    return Shown(
        title=_COLLECTIONS,
        lead=Text("Trong phạm vi được xem của bạn.", "What you may read."),
        steps=(_UP,),
        heads=[Cell(one.to(language)) for one in (Text("Tập dữ liệu", "Collection"), Text("Nội dung", "Holds"))],
        rows=[
            [Cell(one.title.to(language), ADDRESS + collection_path(one.name)), Cell(one.meaning.to(language))]
            for one in found
        ],
        links=((f"{ADDRESS}/collections?f=json", _AS_JSON),),
    )


def one_collection(
    collection: Collection, properties: Sequence[Property], language: Language, *, own: bool = True
) -> Shown:
    """Return a collection with its data dictionary; ``own`` is False for the page of what may be filtered by."""
    path = ADDRESS + collection_path(collection.name)
    heads = (Text("Thuộc tính", "Property"), Text("Tên", "Title"), Text("Kiểu", "Kind"), Text("Nghĩa", "Meaning"))
    steps = (_UP, (f"{ADDRESS}/collections", _COLLECTIONS))
    return Shown(
        title=collection.title if own else Text("Thuộc tính để lọc", "Properties to filter by"),
        lead=collection.meaning,
        steps=steps if own else (*steps, (path, collection.title)),
        heads=[Cell(one.to(language)) for one in heads],
        rows=[
            [
                Cell(one.name),
                Cell(one.title.to(language)),
                Cell(_KIND_WORDS[one.kind].to(language)),
                Cell(meaning_of(one, language)),
            ]
            for one in properties
        ],
        links=(
            (f"{path}/items", Text("Xem các đối tượng", "See the features")),
            (f"{path if own else f'{path}/queryables'}?f=json", _AS_JSON),
        ),
    )


def items(
    collection: Collection, properties: Sequence[Property], part: Part, links: Sequence[Link], language: Language
) -> Shown:
    """Return a page of features as a table of their first properties."""
    kept = list(properties)[:MOST_COLUMNS]
    beside = {one["rel"]: one["href"] for one in links}
    rows = [
        [
            Cell(one.id, ADDRESS + item_path(collection.name, one.id)),
            *(_cell(each, one.properties.get(each.name), language) for each in kept),
        ]
        for one in part.features
    ]
    heads = [Cell(Text("Mã", "Id").to(language))]
    heads += [Cell(one.title.to(language), number=one.kind in ("integer", "number")) for one in kept]
    return Shown(
        title=collection.title,
        lead=collection.meaning,
        steps=(*_steps(collection),),
        heads=heads,
        rows=rows,
        links=((beside["alternate"], Text("Tải GeoJSON trang này", "This page as GeoJSON")),),
        previous=beside.get("prev", ""),
        next=beside.get("next", ""),
        count=number(part.matched, language),
    )


def item(collection: Collection, properties: Sequence[Property], one: Feature, language: Language) -> Shown:
    """Return one feature with all its properties."""
    path = item_path(collection.name, one.id)
    return Shown(
        title=Text(one.id, one.id),
        lead=collection.title,
        steps=(
            *_steps(collection),
            (f"{ADDRESS}{collection_path(collection.name)}/items", Text("Các đối tượng", "Features")),
        ),
        facts=[(each.title.to(language), _cell(each, one.properties.get(each.name), language)) for each in properties],
        links=((f"{ADDRESS}{path}?f=json", Text("Xem GeoJSON", "As GeoJSON")),),
    )  # fmt: skip


def _steps(collection: Collection) -> Sequence[tuple[str, Text]]:
    return (
        _UP,
        (f"{ADDRESS}/collections", _COLLECTIONS),
        (ADDRESS + collection_path(collection.name), collection.title),
    )


def _cell(one: Property, value: Any, language: Language) -> Cell:
    """Return a value as people write it; codes and years of days are no numbers."""
    if value is None:
        return Cell("–", number=one.kind in ("integer", "number"))
    if one.kind == "boolean":
        return Cell((Text("có", "yes") if value else Text("không", "no")).to(language))
    if one.kind == "date":
        return Cell(day(date.fromisoformat(value)))
    if one.kind in ("integer", "number"):
        decimals = 0 if float(value).is_integer() else 5 if one.name.startswith(("lon", "lat")) else 2
        return Cell(number(value, language, decimals=decimals), number=True)
    options = one.options
    return Cell(options[value].to(language) if value in options else str(value))
