"""The package as KML, for a phone or Google Earth: areas and reference sites with what is said of them."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from pathlib import Path

import shapely
import shapely.wkt
from lxml import etree
from lxml.builder import ElementMaker
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from phusong.maps.colours import ACTION, WHITE
from phusong.tenders.digital.fields import FIELDS, Field
from phusong.tenders.digital.tables import NOTE, Row, area_rows, site_rows
from phusong.tenders.digital.text_table import written
from phusong.tenders.package.canonical import digest_of
from phusong.tenders.package.values import Package
from phusong.tenders.parts import Making
from phusong.tenders.sentences import SIMULATED
from phusong.words import Language, Text, day

NAMESPACE = "http://www.opengis.net/kml/2.2"
_AREA_COLOUR = "#B3261E"
_E = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})

_AREA_LINES = ("commune_name", "village_name", "households", "planned_households", "left_households", "reason", "note")
_SITE_LINES = ("kind", "commune_name", "households", "height_agl_m", "backhaul", "power", "gap_ids", "note")


def write_kml(path: Path, package: Package, making: Making) -> None:
    """Write areas and sites; the same package gives the same bytes."""
    language = making.language
    title = Text(f"Gói thầu {package.package_code}", f"Package {package.package_code}")
    document = _E.Document(
        _E.name(title.to(language)),
        _E.description("\n".join(_about(package, language))),
        *_styles(),
        _folder(Text("Khu vực cần phủ sóng", "Areas needing coverage"), _areas(package, language), language),
        _folder(Text("Trạm tham chiếu", "Reference sites"), _sites(package, language), language),
    )
    tree = etree.ElementTree(_E.kml(document))
    path.write_bytes(etree.tostring(tree, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def _about(package: Package, language: Language) -> Iterator[str]:
    if package.provenance.simulated:
        yield SIMULATED.to(language)
    frozen = Text("Số liệu chốt ngày", "Figures frozen on").to(language)
    version = Text("phiên bản", "version").to(language)
    yield f"{package.package_code}, {version} {package.version}. {frozen} {day(package.frozen_on)}."
    yield f"SHA-256 {digest_of(package)}"
    yield NOTE.to(language)


def _folder(title: Text, marks: Iterator[etree._Element], language: Language) -> etree._Element:
    return _E.Folder(_E.name(title.to(language)), *marks)


def _areas(package: Package, language: Language) -> Iterator[etree._Element]:
    for row in area_rows(package, language):
        code = row.get("gap_id", "")
        name = f"{code} – {row['village_name'] or row['commune_name']}" if code else row["note"]
        yield _placemark(name, "#area", FIELDS["data_areas"], _AREA_LINES, row, language)


def _sites(package: Package, language: Language) -> Iterator[etree._Element]:
    for row in site_rows(package, language):
        yield _placemark(row["site_id"], "#site", FIELDS["data_sites"], _SITE_LINES, row, language)


def _placemark(
    name: str, style: str, fields: Sequence[Field], lines: Sequence[str], row: Row, language: Language
) -> etree._Element:
    texts = {field.name: written(field, row.get(field.name)) for field in fields}
    titles = {field.name: field.title.to(language) for field in fields}
    shown = "<br/>".join(f"<b>{html.escape(titles[n])}</b>: {html.escape(texts[n])}" for n in lines if texts[n])
    data = [_E.Data(_E.displayName(titles[n]), _E.value(texts[n]), name=n) for n in texts if texts[n]]
    shape = row.get("geometry")
    return _E.Placemark(
        _E.name(name),
        _E.description(shown),
        _E.styleUrl(style),
        _E.ExtendedData(*data),
        *([_geometry(shapely.wkt.loads(shape))] if shape else []),
    )


def _geometry(shape: BaseGeometry) -> etree._Element:
    if isinstance(shape, Point):
        return _E.Point(_E.coordinates(_pairs([(shape.x, shape.y)])))
    if isinstance(shape, Polygon):
        return _polygon(shape)
    assert isinstance(shape, MultiPolygon)
    return _E.MultiGeometry(*(_polygon(part) for part in shape.geoms))


def _polygon(shape: Polygon) -> etree._Element:
    return _E.Polygon(
        _E.outerBoundaryIs(_ring(shape.exterior)),
        *(_E.innerBoundaryIs(_ring(ring)) for ring in shape.interiors),
    )


def _ring(ring: shapely.LinearRing) -> etree._Element:
    return _E.LinearRing(_E.coordinates(_pairs([(x, y) for x, y, *_ in ring.coords])))


def _pairs(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{lon:.6f},{lat:.6f}" for lon, lat in points)


def _styles() -> Iterator[etree._Element]:
    yield _E.Style(
        _E.LineStyle(_E.color(_kml_colour(_AREA_COLOUR, 255)), _E.width("2")),
        _E.PolyStyle(_E.color(_kml_colour(_AREA_COLOUR, 80))),
        id="area",
    )
    yield _E.Style(
        _E.IconStyle(_E.color(_kml_colour(ACTION, 255)), _E.scale("1.1")),
        _E.LabelStyle(_E.color(_kml_colour(WHITE, 255))),
        id="site",
    )


def _kml_colour(colour: str, alpha: int) -> str:
    """Return ``#RRGGBB`` as KML writes it: aabbggrr."""
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"{alpha:02x}{blue}{green}{red}".lower()
