"""The rows of every digital table, from the package: what may be shown of it, and no household's position."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from phusong.data.money import Money, money_sum
from phusong.data.provenance import households_text, thresholds_text
from phusong.data.terms import LEAST_SHOWN, village_class_title
from phusong.tenders.package.canonical import digest_of
from phusong.tenders.package.shown import STANDING_MAST, Remainder, remainders, shown_areas, shown_place
from phusong.tenders.package.titles import SITE_KINDS, YES_NO
from phusong.tenders.package.values import AWARDS, Area, Package, Place, ReferenceSite, TestPoint, Village, known_sum
from phusong.tenders.sentences import SIMULATED, alert
from phusong.words import Language, Text, day

Row = dict[str, Any]
"""A row by field name: text, int or float; None where not known. ``geometry`` is WKT (WGS84), None for no place."""

_POINT_KINDS: Mapping[str, Text] = MappingProxyType(
    {"centre": Text("trung tâm thôn", "village centre"), "cluster": Text("cụm dân cư", "cluster of houses")}
)
_CENTRES: Mapping[str, Text] = MappingProxyType(
    {"given": Text("theo danh sách", "as listed"), "estimated": Text("ước tính", "estimated")}
)
_TOO_FEW = Text(f"dưới {LEAST_SHOWN} hộ, không nêu vị trí", f"fewer than {LEAST_SHOWN} households, no position told")


def area_rows(package: Package, language: Language) -> Iterator[Row]:
    """Give the areas that may be shown, then the remainder of every village, so that columns add up."""
    for area in shown_areas(package):
        yield _codes(package) | _area(area, language) | _note(package, language)
    for rest in remainders(package):
        yield _codes(package) | _remainder(rest, language) | _note(package, language, rest.title)


def _note(package: Package, language: Language, *said: Text) -> Row:
    """Return the note of a row; over made-up data every row says so, for a .csv has no other place for it."""
    return {"note": "; ".join(text.to(language) for text in (*said, alert(package)) if text)}


def _codes(package: Package) -> Row:
    return {"package_code": package.package_code, "version": package.version}


def _area(area: Area, language: Language) -> Row:
    return {
        "gap_id": area.gap_id,
        "commune_code": area.commune_code,
        "commune_name": area.commune_name,
        "village_code": area.village_code,
        "village_name": area.village_name,
        "village_class": village_class_title(area.village_class).to(language),
        "households": area.households,
        "planned_households": area.planned_households,
        "left_households": area.left_households,
        "left_because": area.left_because.to(language),
        "unserved_low": area.unserved_low,
        "unserved_high": area.unserved_high,
        "population": area.population,
        **_place(area.place),
        "best_level_dbm": area.best_level_dbm,
        "nearest_sites": area.nearest_sites,
        "grid_power": YES_NO[area.grid_power].to(language),
        "grid_km": area.grid_km,
        "road_km": area.road_km,
        "is_dbkk": YES_NO[area.is_dbkk].to(language),
        "commune_region": area.commune_region,
        "border": YES_NO[area.border].to(language),
        "island": YES_NO[area.island].to(language),
        "reason": area.reason.to(language),
        "site_ids": "; ".join(area.site_ids),
        "geometry": area.outline_wkt,
    }


def _remainder(rest: Remainder, language: Language) -> Row:
    return {
        "commune_code": rest.commune_code,
        "commune_name": rest.commune_name,
        "village_code": rest.village_code,
        "village_name": rest.village_name,
        "households": rest.households,
        "planned_households": rest.planned_households,
        "left_households": rest.left_households,
        "population": rest.population,
        "geometry": None,
    }


def _place(place: Place | None) -> Row:
    if place is None:
        return {"geometry": None}
    return {
        "lat_deg": place.lat_deg,
        "lon_deg": place.lon_deg,
        "x_north_m": place.vn2000_northing_m,
        "y_east_m": place.vn2000_easting_m,
        "central_meridian": place.central_meridian,
        "epsg": place.vn2000_epsg,
        "geometry": f"POINT ({place.lon_deg!r} {place.lat_deg!r})",
    }


def village_rows(package: Package, language: Language) -> Iterator[Row]:
    """Give the villages with their four states, what the package covers there, and their centre."""
    for village in package.villages:
        areas = [area for area in package.areas if _village_key(area) == _village_key(village)]
        few = village.households < LEAST_SHOWN
        yield _codes(package) | {
            "commune_code": village.commune_code,
            "commune_name": village.commune_name,
            "village_code": village.village_code,
            "village_name": village.village_name,
            "village_households": village.households,
            "served_households": village.served_households,
            "unserved_households": village.unserved_households,
            "undetermined_households": village.undetermined_households,
            "no_data_households": village.no_data_households,
            "unserved_low": village.unserved_low,
            "unserved_high": village.unserved_high,
            **_counts(areas),
            **_place(None if few else village.place),
            "centre_kind": _CENTRES[village.centre_kind].to(language) if village.centre_kind in _CENTRES else "",
            **_note(package, language, *((_TOO_FEW,) if few else ())),
        }


def _village_key(place: Area | Village) -> tuple[str, str]:
    return place.commune_code, place.village_code


def _counts(areas: list[Area]) -> Row:
    return {
        "areas": len(areas),
        "households": sum(area.households for area in areas),
        "planned_households": sum(area.planned_households for area in areas),
        "left_households": sum(area.left_households for area in areas),
    }


def site_rows(package: Package, language: Language) -> Iterator[Row]:
    """Give the reference sites; one on a standing mast has no place."""
    for site in package.sites:
        note = () if shown_place(site) else (STANDING_MAST,)
        yield _codes(package) | _site(site, language) | _note(package, language, *note)


def _site(site: ReferenceSite, language: Language) -> Row:
    place = shown_place(site)
    return {
        "site_id": site.site_id,
        "kind": SITE_KINDS[site.kind].to(language),
        "commune_code": site.commune_code,
        "commune_name": site.commune_name,
        "technology": site.technology,
        "band": site.band,
        "height_agl_m": site.height_agl_m,
        "ground_m": site.ground_m if place else None,
        **_place(place),
        "tolerance_m": site.tolerance_m if place else None,
        "gap_ids": "; ".join(site.gap_ids),
        "households": site.households,
        "backhaul": site.backhaul_text.to(language),
        "power": site.power_text.to(language),
        "road_km": site.road_km if place else None,
        "grid_km": site.grid_km if place else None,
        "slope_percent": site.slope_percent if place else None,
        "constraints": site.constraints,
        **_cost(site.cost),
    }


def _cost(cost: Money) -> Row:
    return {"cost_low_vnd": round(cost.low), "cost_middle_vnd": round(cost.middle), "cost_high_vnd": round(cost.high)}


def point_rows(package: Package, language: Language) -> Iterator[Row]:
    """Give the acceptance test points."""
    for point in package.test_points:
        yield _codes(package) | _point(point, language)


def _point(point: TestPoint, language: Language) -> Row:
    return {
        "point_id": point.point_id,
        "kind": _POINT_KINDS[point.kind].to(language),
        "commune_code": point.commune_code,
        "commune_name": point.commune_name,
        "village_code": point.village_code,
        "village_name": point.village_name,
        "gap_id": point.gap_id,
        "households": point.households,
        **_place(point.place),
        "by_road": YES_NO[point.by_road].to(language),
        "road_text": point.road_text.to(language),
        "samples": point.samples,
    }


def commune_rows(package: Package, language: Language) -> Iterator[Row]:
    """Give the sums of every commune; sites count where they stand, so a commune may have sites and no areas."""
    del language
    names = {site.commune_code: site.commune_name for site in package.sites}
    names |= {area.commune_code: area.commune_name for area in package.areas}
    for code in sorted(names):
        areas = [area for area in package.areas if area.commune_code == code]
        sites = [site for site in package.sites if site.commune_code == code]
        yield _codes(package) | {
            "commune_code": code,
            "commune_name": names[code],
            "villages": len({area.village_code for area in areas if area.village_code}),
            **_counts(areas),
            "population": known_sum(area.population for area in areas),
            "sites": len(sites),
            **_cost(money_sum(site.cost for site in sites)),
            "geometry": None,
        }


def package_rows(package: Package, language: Language) -> Iterator[Row]:
    """Give the package's totals and origin, an item a row."""
    for title, content in _items(package, language):
        yield _codes(package) | {"item": title.to(language), "content": content, "geometry": None}


def _items(package: Package, language: Language) -> Iterator[tuple[Text, str]]:
    p = package.provenance
    if p.simulated:
        yield Text("Cảnh báo", "Warning"), SIMULATED.to(language)
    yield Text("Gói", "Package"), package.package_code
    yield Text("Phiên bản", "Version"), str(package.version)
    yield Text("Mã kiểm tra (SHA-256)", "Digest (SHA-256)"), digest_of(package)
    yield Text("Tỉnh, thành phố", "Province"), f"{package.province_code} – {package.province_name}"
    yield Text("Ngày chốt số liệu", "Figures frozen on"), day(package.frozen_on)
    yield Text("Cách giao", "Way of award"), AWARDS[package.award].to(language)
    yield Text("Nguồn kinh phí", "Funding route"), package.route_title.to(language)
    yield Text("Số khu vực", "Areas"), str(len(package.areas))
    yield Text("Số hộ cần phủ", "Households needing coverage"), str(package.households)
    yield Text("Hộ được phủ theo phương án tham chiếu", "Households served"), str(package.planned_households)
    yield Text("Hộ chưa có phương án", "Households without an option"), str(package.left_households)
    yield Text("Số trạm tham chiếu", "Reference sites"), str(len(package.sites))
    yield Text("Khái toán, thấp (đồng)", "Estimate, low (VND)"), str(round(package.cost.low))
    yield Text("Khái toán, giữa (đồng)", "Estimate, middle (VND)"), str(round(package.cost.middle))
    yield Text("Khái toán, cao (đồng)", "Estimate, high (VND)"), str(round(package.cost.high))
    yield Text("Nghiên cứu", "Study"), f"{p.study} ({day(p.created_on)})"
    yield Text("Mô hình", "Model"), f"{p.model.to(language)}; Phủ Sóng {p.version}"
    yield Text("Bộ ngưỡng", "Threshold profile"), f"{p.profile} – {p.profile_title.to(language)}"
    yield Text("Ngưỡng mức thu", "Thresholds"), thresholds_text(p, language)
    yield Text("Số hộ dân", "Households"), households_text(p, language)
    for file in p.inputs:
        yield Text(f"Dữ liệu vào: {file.role.vi}", f"Input: {file.role.en}"), f"{file.name} {file.dated}".rstrip()
    yield Text("Lưu ý", "Note"), NOTE.to(language)


NOTE = Text(
    "Số liệu là kết quả dự báo bằng mô hình, không thay thế đo kiểm. Vị trí trạm tham chiếu không ràng buộc. "
    "Không có vị trí hộ dân và không có tọa độ trạm hiện có trong tệp này.",
    "The figures are a model's forecast; they do not replace measurement. Reference sites do not bind. "
    "No position of a household and no coordinates of standing stations are in this file.",
)

ROWS: Mapping[str, Callable[[Package, Language], Iterator[Row]]] = MappingProxyType(
    {
        "data_areas": area_rows,
        "data_households": village_rows,
        "data_sites": site_rows,
        "data_test_points": point_rows,
        "data_communes": commune_rows,
        "data_package": package_rows,
    }
)
"""The rows of every table of ``FIELDS``."""
