"""A page of the atlas: the two maps of a cluster, its table, its legend, its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from phusong.data.provenance import UNVERIFIED
from phusong.data.terms import LEAST_SHOWN
from phusong.maps.atlas_frame import Frame, frame_over
from phusong.maps.atlas_ground import Coverage, class_paths, relief_svg
from phusong.maps.atlas_key import key_svg
from phusong.maps.atlas_map import EDGE_MM, Outline, Scene, SitePoint, frame_size, map_svg
from phusong.maps.extent import Bounds
from phusong.tenders.atlas.clusters import Cluster
from phusong.tenders.atlas.map_data import MapData
from phusong.tenders.package.said import whole
from phusong.tenders.package.shown import STANDING_MAST, is_shown, shown_areas, shown_place
from phusong.tenders.package.values import Area, Package
from phusong.tenders.prints.table import PrintColumn, PrintTable, Row, table_data
from phusong.tenders.prints.words import village_of
from phusong.words import Language, Text, day, number

MAP_MM = (135.0, 106.0)
KEY_MM = 104.0
LEAST_KM, ROOM = 4.0, 1.3
"""The least a page shows across, and how much more than what it must: room for codes, clear of the scale bar."""
_TODAY = Text("Vùng phủ hiện trạng (dự báo)", "Coverage today (forecast)")
_PLANNED = Text("Vùng phủ sau đầu tư (dự báo)", "Coverage with the plan (forecast)")
_FORECAST = Text("Dự báo, không thay thế đo kiểm.", "A forecast; it does not replace measurement.")
_FEW = Text(f"Khu vực dưới {LEAST_SHOWN} hộ, không nêu vị trí", f"Areas under {LEAST_SHOWN} households, no place told")
_WITHOUT = Text("khu vực chưa có trạm tham chiếu của gói", "areas without a reference site of the package")
_MOST_NAMES = 15
"""Villages named at the head of a page; the table below names them all."""
_WHOLE = Text("Cả cụm", "The cluster")
_COLUMNS = (
    PrintColumn(key="gap_id", title=Text("Mã khu vực", "Area code"), kind="codes", least_mm=20),
    PrintColumn(key="village", title=Text("Thôn, bản", "Village"), share=1.2),
    PrintColumn(key="commune", title=Text("Xã", "Commune"), share=1.2),
    PrintColumn(key="households", title=Text("Hộ cần phủ", "Needing"), kind="number", least_mm=11),
    PrintColumn(key="planned", title=Text("Phủ sau đầu tư", "Served after"), kind="number", least_mm=13),
    PrintColumn(key="left", title=Text("Chưa phủ được", "Left"), kind="number", least_mm=13),
)


@dataclass(slots=True)
class Drawn:
    """The pictures drawn so far, by the name the layout places them under."""

    files: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, content: bytes) -> str:
        """Keep a picture and return its name."""
        self.files[name] = content
        return name


def cluster_data(cluster: Cluster, package: Package, data: MapData, drawn: Drawn, language: Language) -> dict[str, Any]:
    """Return a cluster's page as the layout takes it, its pictures drawn."""
    ground = data.ground
    levels = (ground.served_dbm, ground.weak_dbm) if ground else None
    signs = ["own", "other", "site", "move", "border", *(["road"] if data.roads else []), "wgs84", "vn2000"]
    key, height = key_svg(signs, language, levels_dbm=levels, width_mm=KEY_MM)
    return {
        "name": name_of(cluster),
        "title": title_of(cluster, language),
        "under": _under(cluster, language),
        "maps": _maps(cluster, package, data, drawn, language),
        "key": drawing(drawn.add("key.svg", key), KEY_MM, height, Text("Chú giải", "Legend").to(language)),
        "table": table_data(_table(cluster, language), language),
        "notes": [note.to(language) for note in notes_of(package, data, epsg_text(cluster.shown or package.areas))],
    }


def name_of(cluster: Cluster) -> str:
    """Return the name of a cluster's page in the document."""
    return f"cluster-{cluster.number}"


def title_of(cluster: Cluster, language: Language) -> str:
    """Write what a page is about."""
    sites = ", ".join(site.site_id for site in cluster.sites) or _WITHOUT.to(language)
    return Text(
        f"Cụm {cluster.number} – {sites}, {cluster.commune_name}",
        f"Cluster {cluster.number} – {sites}, {cluster.commune_name}",
    ).to(language)


def _under(cluster: Cluster, language: Language) -> str:
    """Return the villages of a cluster, and whose mast is not on its maps."""
    names = list(dict.fromkeys(village_of(area, language) for area in cluster.areas))
    names = [*names[:_MOST_NAMES], "…"] if len(names) > _MOST_NAMES else names
    villages = Text("Thôn, bản: {}.", "Villages: {}.").to(language).format(", ".join(names) or "–")
    standing = [site.site_id for site in cluster.sites if shown_place(site) is None]
    listed = ", ".join(standing)
    masts = Text(
        f" {listed} {STANDING_MAST.vi}, không thể hiện vị trí.", f" {listed} {STANDING_MAST.en}, not on the map."
    )
    return villages + (masts.to(language) if standing else "")


def _maps(cluster: Cluster, package: Package, data: MapData, drawn: Drawn, language: Language) -> list[dict[str, Any]]:
    bounds = bounds_of(cluster)
    if bounds is None:
        return []
    width, height = frame_size(*MAP_MM)
    frame = frame_over(bounds, width_mm=width, height_mm=height, least_km=LEAST_KM, room=ROOM)
    scene = _scene(cluster, package, data)
    relief = add_relief(f"relief-{cluster.number}.svg", frame, data, drawn)
    pictures = []
    for name, caption in (("today", _TODAY), ("planned", _PLANNED)):
        svg = map_svg(frame, scene, _coverage(name, frame, data), language)
        file = drawn.add(f"{name}-{cluster.number}.svg", svg)
        pictures.append(framed(file, relief, frame, caption.to(language)))
    return pictures


def _coverage(name: str, frame: Frame, data: MapData) -> Mapping[Coverage, str] | None:
    ground = data.ground
    if ground is None:
        return None
    return class_paths(ground, ground.today_dbm if name == "today" else ground.planned_dbm, frame)


def add_relief(name: str, frame: Frame, data: MapData, drawn: Drawn) -> str:
    """Draw the relief of a frame and return its name, "" where no elevation is known."""
    relief = relief_svg(data.ground, frame) if data.ground else None
    return drawn.add(name, relief) if relief else ""


def framed(file: str, relief: str, frame: Frame, caption: str) -> dict[str, Any]:
    """Return a map as the layout takes it."""
    left, above, right, below = EDGE_MM
    return {
        "file": file,
        "relief": relief,
        "caption": caption,
        "width": frame.width_mm + left + right,
        "height": frame.height_mm + above + below,
        "left": left,
        "top": above,
        "inner_width": frame.width_mm,
        "inner_height": frame.height_mm,
    }


def drawing(file: str, width_mm: float, height_mm: float, caption: str) -> dict[str, Any]:
    """Return a drawing that is no map as the layout takes it."""
    return {"file": file, "relief": "", "width": width_mm, "height": height_mm, "caption": caption}


def bounds_of(cluster: Cluster) -> Bounds | None:
    """Return the box around what of a cluster may be shown: areas and new masts; None where nothing may."""
    shapes = [outline_of(area) for area in cluster.shown]
    places = [place for site in cluster.sites if (place := shown_place(site)) is not None]
    shapes += [shapely.Point(place.lon_deg, place.lat_deg) for place in places]
    if not shapes:
        return None
    west, south, east, north = (float(edge) for edge in shapely.total_bounds(np.array(shapes, dtype=object)))
    return west, south, east, north


def outline_of(area: Area) -> BaseGeometry:
    """Return an area's outline, its place where it has none."""
    if area.outline_wkt:
        return shapely.from_wkt(area.outline_wkt)
    return shapely.Point(area.place.lon_deg, area.place.lat_deg)


def outlines_of(package: Package, own: Sequence[Area]) -> list[Outline]:
    """Return the outlines of a package; those of some areas are a page's own."""
    codes = {area.gap_id for area in own}
    return [Outline(code=a.gap_id, shape=outline_of(a), own=a.gap_id in codes) for a in shown_areas(package)]


def site_points(package: Package, own: frozenset[str]) -> list[SitePoint]:
    """Return the new masts of a package; those of some codes are a page's own."""
    return [
        SitePoint(
            code=site.site_id,
            lon_deg=place.lon_deg,
            lat_deg=place.lat_deg,
            tolerance_m=site.tolerance_m,
            own=site.site_id in own,
        )
        for site in package.sites
        if (place := shown_place(site)) is not None
    ]


def _scene(cluster: Cluster, package: Package, data: MapData) -> Scene:
    return Scene(
        epsg=(cluster.shown or package.areas)[0].place.vn2000_epsg,
        outlines=outlines_of(package, cluster.shown),
        sites=site_points(package, frozenset(site.site_id for site in cluster.sites)),
        communes=data.borders,
        names={commune.name: commune.shape for commune in data.communes},
        roads=data.roads,
    )


def _table(cluster: Cluster, language: Language) -> PrintTable:
    rows = [Row("row", _cells(area, language)) for area in cluster.shown]
    few = [area for area in cluster.areas if not is_shown(area)]
    rows += [Row("row", {"village": _FEW.to(language), **_needs(few, language)})] if few else []
    total = _WHOLE.to(language)
    return PrintTable(columns=_COLUMNS, rows=[*rows, Row("total", _needs(cluster.areas, language), total)])


def _cells(area: Area, language: Language) -> dict[str, str]:
    place = {"gap_id": area.gap_id, "village": village_of(area, language), "commune": area.commune_name}
    return place | _needs([area], language)


def _needs(areas: Sequence[Area], language: Language) -> dict[str, str]:
    return {
        "households": whole(sum(area.households for area in areas), language),
        "planned": whole(sum(area.planned_households for area in areas), language),
        "left": whole(sum(area.left_households for area in areas), language),
    }


def epsg_text(areas: Sequence[Area]) -> Text:
    """Say the coordinate systems of a map's two grids."""
    place = areas[0].place
    return Text(
        f"Lưới WGS84 và VN-2000 múi 3°, kinh tuyến trục {place.central_meridian} (EPSG:{place.vn2000_epsg}).",
        f"WGS84 grid and VN-2000 grid, 3° zone, meridian {place.central_meridian} (EPSG:{place.vn2000_epsg}).",
    )


def notes_of(package: Package, data: MapData, grids: Text) -> list[Text]:
    """Return what stands under every map: forecast, source with its date, thresholds, grids."""
    p = package.provenance
    dated = day(p.created_on)
    unsure = Text("", "") if p.verified else Text(f" ({UNVERIFIED.vi})", f" ({UNVERIFIED.en})")
    source = Text(
        f"Nguồn: Phủ Sóng {p.version}, {p.model.vi}, {p.scenario.vi}, nghiên cứu {p.study}, ngày {dated}.",
        f"Source: Phủ Sóng {p.version}, {p.model.en}, {p.scenario.en}, study {p.study}, {dated}.",
    )
    notes = [_FORECAST, source]
    if data.ground is not None:
        margin = sum(m.outdoor_db for m in p.margins)
        vi, en = (number(margin, la, decimals=1) for la in ("vi", "en"))
        notes.append(
            Text(
                f"Mức thu trung vị ngoài trời, {p.service.vi}; ngưỡng gồm dự trữ {vi} dB{unsure.vi}.",
                f"Median level outdoors, {p.service.en}; thresholds with a margin of {en} dB{unsure.en}.",
            )
        )
    return [*notes, grids]
