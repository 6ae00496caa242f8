"""The overview of a package on A3 and the index of its clusters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely

from phusong.maps.atlas_frame import frame_over
from phusong.maps.atlas_insets import is_national, locator_svg, national_inset, reaches_archipelagos
from phusong.maps.atlas_key import key_svg
from phusong.maps.atlas_map import Numbered, Scene, frame_size, map_svg
from phusong.maps.extent import Bounds, extent_of
from phusong.tenders.atlas.clusters import Cluster
from phusong.tenders.atlas.map_data import MapData, borders_of
from phusong.tenders.atlas.pages import (
    LEAST_KM,
    Drawn,
    add_relief,
    drawing,
    epsg_text,
    framed,
    name_of,
    notes_of,
    outline_of,
    outlines_of,
    site_points,
)
from phusong.tenders.package.shown import shown_areas, shown_place
from phusong.tenders.package.values import Package
from phusong.tenders.prints.heading import under_title
from phusong.tenders.prints.table import PrintColumn, PrintTable, Row, table_data, total_row
from phusong.tenders.prints.words import count
from phusong.words import Language, Text, number

OVERVIEW_MM = (296.0, 240.0)
SIDE_MM = 94.0
_TITLE = Text("Bản đồ tổng thể", "Overview")
_INDEX = Text("Danh mục các cụm", "Index of clusters")
_COLUMNS = (
    PrintColumn(key="number", title=Text("Cụm", "Cluster"), kind="number", least_mm=9),
    PrintColumn(key="sites", title=Text("Trạm tham chiếu", "Reference site"), kind="codes", least_mm=24),
    PrintColumn(key="commune", title=Text("Xã", "Commune"), share=1.0),
    PrintColumn(key="villages", title=Text("Thôn, bản", "Villages"), share=2.4),
    PrintColumn(key="areas", title=Text("Số khu vực", "Areas"), kind="number", least_mm=13),
    PrintColumn(key="households", title=Text("Hộ cần phủ", "Needing"), kind="number", least_mm=15),
    PrintColumn(key="planned", title=Text("Phủ sau đầu tư", "Served after"), kind="number", least_mm=15),
    PrintColumn(key="page", title=Text("Trang", "Page"), kind="page", least_mm=11),
)


def overview_data(
    package: Package, clusters: Sequence[Cluster], data: MapData, drawn: Drawn, language: Language
) -> dict[str, Any]:
    """Return the overview as the layout takes it, its pictures drawn."""
    width, height = frame_size(*OVERVIEW_MM)
    frame = frame_over(view_of(package, data), width_mm=width, height_mm=height, least_km=LEAST_KM)
    relief = add_relief("relief.svg", frame, data, drawn)
    file = drawn.add("overview.svg", map_svg(frame, _scene(package, clusters, data), {}, language))
    areas = shown_areas(package) or package.areas
    return {
        "title": _TITLE.to(language),
        "under": under_title(package, language),
        "map": framed(file, relief, frame, _TITLE.to(language)),
        "facts": [fact.to(language) for fact in _facts(package, clusters)],
        "small": _small(package, data, frame.bounds, drawn, language),
        "notes": [note.to(language) for note in notes_of(package, data, epsg_text(areas))],
    }


def view_of(package: Package, data: MapData) -> Bounds:
    """Return the box around what a package shows and around the communes it lies in, without islands far off."""
    shapes = [outline_of(area) for area in shown_areas(package)]
    places = [place for site in package.sites if (place := shown_place(site)) is not None]
    shapes += [shapely.Point(place.lon_deg, place.lat_deg) for place in places]
    own = _own(package, data)
    shapes += own or [shapely.Point(v.place.lon_deg, v.place.lat_deg) for v in package.villages if v.place]
    if not shapes:
        shapes = [commune.shape for commune in data.communes]
    if not shapes:
        shapes = [shapely.Point(area.place.lon_deg, area.place.lat_deg).buffer(0.05) for area in package.areas]
    return extent_of([shape.buffer(1e-4) if shape.geom_type == "Point" else shape for shape in shapes]).main


def _own(package: Package, data: MapData) -> list[Any]:
    codes = {area.commune_code for area in package.areas}
    return [commune.shape for commune in data.communes if commune.code in codes]


def _scene(package: Package, clusters: Sequence[Cluster], data: MapData) -> Scene:
    areas = shown_areas(package)
    return Scene(
        epsg=(areas or package.areas)[0].place.vn2000_epsg,
        outlines=outlines_of(package, areas),
        sites=site_points(package, frozenset()),
        clusters=[numbered for cluster in clusters if (numbered := _numbered(cluster)) is not None],
        communes=data.borders,
        heavy=borders_of(_own(package, data)),
        names={commune.name: commune.shape for commune in data.communes},
        roads=data.roads,
        codes=False,
    )


def _numbered(cluster: Cluster) -> Numbered | None:
    """Return where a cluster's number stands: at its new mast, or amid its areas; None where nothing may be shown."""
    for site in cluster.sites:
        if (place := shown_place(site)) is not None:
            return Numbered(number=cluster.number, lon_deg=place.lon_deg, lat_deg=place.lat_deg)
    if not cluster.shown:
        return None
    middle = shapely.MultiPoint([(a.place.lon_deg, a.place.lat_deg) for a in cluster.shown]).centroid
    return Numbered(number=cluster.number, lon_deg=middle.x, lat_deg=middle.y)


def _facts(package: Package, clusters: Sequence[Cluster]) -> list[Text]:
    vi, en = (
        [number(n, la) for n in (len(package.areas), len(package.by_commune()), package.households,
                                 package.planned_households, len(package.sites), len(clusters))]
        for la in ("vi", "en")
    )  # fmt: skip
    return [
        Text(
            f"{vi[0]} khu vực thuộc {vi[1]} xã, {vi[2]} hộ cần phủ, {vi[3]} hộ được phủ sau đầu tư.",
            f"{en[0]} areas in {en[1]} communes, {en[2]} households needing coverage, {en[3]} served after.",
        ),
        Text(
            f"{vi[4]} trạm tham chiếu, {vi[5]} cụm; mỗi cụm một trang bản đồ, đánh số trong vòng tròn.",
            f"{en[4]} reference sites, {en[5]} clusters; a page of maps each, numbered in circles.",
        ),
    ]


def _small(package: Package, data: MapData, view: Bounds, drawn: Drawn, language: Language) -> list[dict[str, Any]]:
    """Return the small drawings beside the overview: legend, place in the province, archipelagos where they belong."""
    signs = ["area", "site", "number", "heavy", "border", *(["road"] if data.roads else []), "wgs84", "vn2000"]
    key, height = key_svg(signs, language, levels_dbm=None, width_mm=SIDE_MM, columns=1)
    small = [drawing(drawn.add("overview-key.svg", key), SIDE_MM, height, Text("Chú giải", "Legend").to(language))]
    shapes = [commune.shape for commune in data.communes]
    if shapes:
        width, high = 60.0, 44.0
        svg = locator_svg(shapes, _own(package, data), view, width_mm=width, height_mm=high)
        caption = Text(f"Vị trí gói trong {package.province_name}", f"The package in {package.province_name}")
        small.append(drawing(drawn.add("locator.svg", svg), width, high, caption.to(language)))
    if is_national(view) or reaches_archipelagos(shapes):
        svg, width, high = national_inset(shapes, language)
        caption = Text("Quần đảo Hoàng Sa, quần đảo Trường Sa", "Hoàng Sa and Trường Sa archipelagos")
        small.append(drawing(drawn.add("islands.svg", svg), width, high, caption.to(language)))
    return small


def index_data(package: Package, clusters: Sequence[Cluster], language: Language) -> dict[str, Any]:
    """Return the index as the layout takes it."""
    rows = [Row("row", _cells(cluster, language)) for cluster in clusters]
    total = {
        "areas": count(len(package.areas), language),
        "households": count(package.households, language),
        "planned": count(package.planned_households, language),
    }
    table = PrintTable(columns=_COLUMNS, rows=[*rows, total_row(package, total, language)])
    return {
        "title": _INDEX.to(language),
        "under": under_title(package, language),
        "table": table_data(table, language),
        "notes": [],
    }


def _cells(cluster: Cluster, language: Language) -> dict[str, str]:
    villages = dict.fromkeys(area.village_name for area in cluster.areas if area.village_name)
    return {
        "number": str(cluster.number),
        "sites": "\n".join(site.site_id for site in cluster.sites) or "–",
        "commune": cluster.commune_name,
        "villages": ", ".join(villages),
        "areas": count(len(cluster.areas), language),
        "households": count(cluster.households, language),
        "planned": count(cluster.planned_households, language),
        "page": name_of(cluster),
    }
