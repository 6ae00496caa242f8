"""Reads the finished digital data: GeoPackage layers, KML placemarks, .csv tables, all as tables with their rows."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyogrio
import shapely
from lxml import etree
from pyogrio.errors import DataSourceError
from shapely.geometry import MultiPolygon, Polygon

from phusong.tenders.consistency.content import Cell, Content, Row, Table, text_cell
from phusong.tenders.consistency.facts import outline_text
from phusong.tenders.consistency.numbers import stored_number
from phusong.tenders.consistency.read_sheets import safe_xml
from phusong.words import Language, Text

_KML = "{http://www.opengis.net/kml/2.2}"


def read_geopackage(path: Path, language: Language) -> Content:
    """Return the rows of every layer: its columns, then its position or outline."""
    tables = []
    for name, kind in pyogrio.list_layers(path):
        if kind is None:  # the styles' table and other tables without features
            continue
        try:
            layer = pyogrio.read_dataframe(path, layer=name)
        except DataSourceError:
            continue
        tables.append(_layer(str(name), layer, language))
    return Content(path.name, tuple(tables))


def _layer(name: str, layer: Any, language: Language) -> Table:
    where = Text(f"lớp {name}", f"layer {name}")
    rows = []
    for number, (_, record) in enumerate(layer.iterrows(), start=1):
        place = Text(f"lớp {name}, dòng {number}", f"layer {name}, row {number}")
        cells = [
            _value(value, Text(f"{place.vi}, cột {column}", f"{place.en}, column {column}"), language)
            for column, value in record.items()
            if column != "geometry"
        ]
        shape = Text(f"{place.vi}, hình", f"{place.en}, geometry")
        rows.append(Row((*cells, *_shape(record.get("geometry"), shape)), place))
    return Table(tuple(rows), where, columns=tuple(str(column) for column in layer.columns if column != "geometry"))


def _value(value: Any, where: Text, language: Language) -> Cell:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return Cell("", (), where)
    if isinstance(value, str):
        return text_cell(value, where, language)
    stored = stored_number(float(value))
    return Cell(stored.text, (stored,), where)


def _shape(shape: Any, where: Text) -> Iterator[Cell]:
    """Give latitude and longitude of a point, or the outline as text."""
    if shape is None:
        yield from (Cell("", (), where) for _ in range(3))
    elif shape.geom_type == "Point":
        yield from (Cell("", (stored_number(value),), where) for value in (shape.y, shape.x))
        yield Cell("", (), where)
    else:
        yield from (Cell("", (), where) for _ in range(2))
        yield Cell(outline_text(shape), (), where)


def read_kml(path: Path, language: Language) -> Content:
    """Return the placemarks of every folder as rows: name, description, data, position or outline."""
    root = safe_xml(path.read_bytes())
    tables = []
    for number, folder in enumerate(root.iter(f"{_KML}Folder"), start=1):
        marks = list(folder.iterchildren(f"{_KML}Placemark"))
        names = list(dict.fromkeys(str(data.get("name")) for mark in marks for data in mark.iter(f"{_KML}Data")))
        title = folder.findtext(f"{_KML}name") or str(number)
        where = Text(f"thư mục “{title}”", f"folder “{title}”")
        tables.append(Table(tuple(_mark(mark, names, where, language) for mark in marks), where))
    return Content(path.name, tuple(tables))


def _mark(mark: etree._Element, names: list[str], folder: Text, language: Language) -> Row:
    name = mark.findtext(f"{_KML}name") or ""
    where = Text(f"{folder.vi}, {name}", f"{folder.en}, {name}")
    data = {str(d.get("name")): d.findtext(f"{_KML}value") or "" for d in mark.iter(f"{_KML}Data")}
    shape = Text(f"{where.vi}, hình", f"{where.en}, geometry")
    return Row(
        (
            text_cell(name.partition(" – ")[0], where, language),
            *(text_cell(data.get(n, ""), Text(f"{where.vi}, {n}", f"{where.en}, {n}"), "en") for n in names),
            *_shape(_geometry(mark), shape),
            *_described(mark.findtext(f"{_KML}description") or "", where, language),
        ),
        where,
    )


def _described(text: str, where: Text, language: Language) -> Iterator[Cell]:
    """Give the lines of a description as cells; a line is ``title: value``."""
    for line in text.split("<br/>"):
        title, _, value = line.partition("</b>: ")
        name = title.removeprefix("<b>")
        yield text_cell(value or line, Text(f"{where.vi}, mô tả, {name}", f"{where.en}, description, {name}"), language)


def _geometry(mark: etree._Element) -> Any:
    point = mark.find(f"{_KML}Point/{_KML}coordinates")
    if point is not None:
        return shapely.Point(_pairs(point)[0])
    parts = [_polygon(part) for part in mark.iter(f"{_KML}Polygon")]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _polygon(part: etree._Element) -> Polygon:
    outer = part.find(f"{_KML}outerBoundaryIs//{_KML}coordinates")
    holes = part.iterfind(f"{_KML}innerBoundaryIs//{_KML}coordinates")
    return Polygon(_pairs(outer) if outer is not None else [], [_pairs(hole) for hole in holes])


def _pairs(element: etree._Element) -> list[tuple[float, float]]:
    pairs = [text.split(",") for text in (element.text or "").split()]
    return [(float(pair[0]), float(pair[1])) for pair in pairs]


def read_text_table(path: Path, language: Language) -> Content:
    """Return the rows of a .csv; its decimal mark is the point in every language."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = list(csv.reader(file))
    head = records[0] if records else []
    rows = tuple(
        Row(
            tuple(
                _csv_cell(value, head[i] if i < len(head) else str(i + 1), number, language)
                for i, value in enumerate(record)
            ),
            Text(f"dòng {number}", f"row {number}"),
        )
        for number, record in enumerate(records[1:], start=2)
    )
    return Content(path.name, (Table(rows, Text("", ""), columns=tuple(head)),))


_WORDS = frozenset({"reason", "nearest_sites", "backhaul", "power", "note", "left_because", "road_text"})


def _csv_cell(value: str, name: str, row: int, language: Language) -> Cell:
    where = Text(f"dòng {row}, cột {name}", f"row {row}, column {name}")
    return text_cell(value, where, language if name in _WORDS else "en")
