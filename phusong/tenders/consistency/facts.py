"""What files may say of a package, derived from it alone: numbers by area, site, village, commune and in all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal, TypeVar

import shapely

from phusong.data.money import Money, money_sum
from phusong.data.terms import LEAST_SHOWN
from phusong.tenders.consistency.numbers import codes_in
from phusong.tenders.package.canonical import canonical_json, digest_of
from phusong.tenders.package.shown import shown_place
from phusong.tenders.package.values import Area, CostLine, Package, Place, ReferenceSite, TestPoint, Village, known_sum
from phusong.words import Text

Kind = Literal["package", "commune", "village", "area", "site", "line", "item", "point"]
Value = float | str

KIND_TITLES: Mapping[Kind, Text] = MappingProxyType(
    {
        "package": Text("gói thầu", "package"),
        "commune": Text("xã", "commune"),
        "village": Text("thôn", "village"),
        "area": Text("khu vực", "area"),
        "site": Text("trạm", "site"),
        "line": Text("khoản mục của trạm", "cost line of site"),
        "item": Text("khoản mục", "kind of cost"),
        "point": Text("điểm đo", "test point"),
    }
)
TITLES: Mapping[str, Text] = MappingProxyType(
    {
        "households": Text("số hộ cần phủ", "households needing coverage"),
        "planned": Text("hộ được phủ theo phương án", "households served by the plan"),
        "left": Text("hộ chưa có phương án", "households without an option"),
        "elsewhere": Text("hộ do trạm của gói khác phủ", "households that other packages' sites serve"),
        "low": Text("khoảng hộ chưa có sóng, từ", "households without signal, from"),
        "high": Text("khoảng hộ chưa có sóng, đến", "households without signal, to"),
        "population": Text("dân số", "population"),
        "all": Text("tổng số hộ của thôn", "households of the village"),
        "served": Text("hộ có sóng", "households served"),
        "unserved": Text("hộ chưa có sóng", "households unserved"),
        "undetermined": Text("hộ chưa xác định", "households undetermined"),
        "no_data": Text("hộ không có dữ liệu", "households without data"),
        "areas": Text("số khu vực", "areas"),
        "villages": Text("số thôn", "villages"),
        "gained": Text("số hộ các trạm phủ thêm", "households gained by the sites"),
        "communes": Text("số xã", "communes"),
        "sites": Text("số trạm", "sites"),
        "new_sites": Text("số trạm mới", "new sites"),
        "points": Text("số điểm đo", "test points"),
        "lat": Text("vĩ độ (WGS84)", "latitude (WGS84)"),
        "lon": Text("kinh độ (WGS84)", "longitude (WGS84)"),
        "x": Text("X (VN-2000)", "X (VN-2000)"),
        "y": Text("Y (VN-2000)", "Y (VN-2000)"),
        "outline": Text("ranh giới khu vực", "outline of the area"),
        "height": Text("chiều cao anten", "antenna height"),
        "ground": Text("độ cao mặt đất", "ground height"),
        "samples": Text("số mẫu đo", "samples"),
        "level": Text("mức thu dự báo", "predicted level"),
        "grid_km": Text("khoảng cách lưới điện", "distance to the grid"),
        "road_km": Text("khoảng cách đường", "distance to a road"),
        "quantity": Text("khối lượng", "quantity"),
        **{
            f"{key}_{end}": Text(f"{vi}, {end_vi}", f"{en}, {end}")
            for key, vi, en in (
                ("cost", "khái toán", "estimate"),
                ("capex", "khái toán đầu tư", "capital estimate"),
                ("opex", "khái toán vận hành", "running estimate"),
                ("price", "đơn giá", "unit price"),
                ("each", "khái toán một hộ", "estimate per household"),
            )
            for end, end_vi in (("low", "thấp"), ("middle", "giữa"), ("high", "cao"))
        },
    }
)
MONEY = frozenset(f"{key}_{end}" for key in ("cost", "capex", "opex", "price", "each") for end in Money.__slots__)
"""Facts that are VND."""
PLACES = ("lat", "lon", "x", "y")
SUMMED = frozenset(
    {
        *("households", "planned", "left", "population", "all", "served", "unserved", "undetermined", "no_data"),
        *("areas", "villages", "sites", "points"),
        *(f"{key}_{end}" for key in ("cost", "capex", "opex") for end in Money.__slots__),
    }
)
"""Facts that add up over rows."""


@dataclass(frozen=True)
class Entity:
    """Something with a code and the facts that are known of it; ``hidden`` ones need stand in no file."""

    kind: Kind
    code: str
    name: str
    commune_code: str
    facts: Mapping[str, Value]
    hidden: bool = False

    def title(self) -> Text:
        """Say which one."""
        kind = KIND_TITLES[self.kind]
        said = self.code or self.name
        return Text(f"{kind.vi} {said}", f"{kind.en} {said}")


class Known:
    """All that is known of a package."""

    def __init__(self, package: Package) -> None:
        self.package = package
        lines: dict[str, list[CostLine]] = {}
        for line in package.costs:
            lines.setdefault(line.site_id, []).append(line)
        self.lines = lines
        self.entities = tuple(self._entities())
        self.by_kind: dict[Kind, dict[str, Entity]] = {kind: {} for kind in KIND_TITLES}
        for entity in self.entities:
            self.by_kind[entity.kind][entity.code] = entity
        self.codes = frozenset(codes_in(canonical_json(package).replace('"', " ")))

    @cached_property
    def digest(self) -> str:
        """Return the package's digest."""
        return digest_of(self.package)

    @cached_property
    def numbered_names(self) -> frozenset[str]:
        """Return the names of villages and communes that end with a number."""
        package = self.package
        names = {name for area in package.areas for name in (area.village_name, area.commune_name)}
        return frozenset(name for name in names if name[-1:].isdigit())

    @cached_property
    def whole(self) -> Entity:
        """Return the package as an entity."""
        return self.by_kind["package"][self.package.package_code]

    @cached_property
    def communes_by_name(self) -> dict[str, Entity]:
        """Return the communes whose name only one has."""
        return _unique((entity.name.casefold(), entity) for entity in self.by_kind["commune"].values())

    @cached_property
    def villages_by_name(self) -> dict[tuple[str, str], Entity]:
        """Return the villages by commune code and name, where only one has them."""
        return _unique(((e.commune_code, e.name.casefold()), e) for e in self.by_kind["village"].values() if e.name)

    @cached_property
    def item_titles(self) -> dict[tuple[str, str], str]:
        """Return the key of a cost line by its site and its title in either language."""
        pairs = (
            ((line.site_id, title.casefold()), line.key)
            for lines in self.lines.values()
            for line in lines
            for title in {line.item.vi, line.item.en}
        )
        return _unique(pairs)

    def _entities(self) -> Iterator[Entity]:
        yield from (_area(area) for area in self.package.areas)
        yield from (_village(village, self.package) for village in self.package.villages)
        yield from (self._site(site) for site in self.package.sites)
        yield from (_line(line, i, self.package) for lines in self.lines.values() for i, line in enumerate(lines))
        yield from self._items()
        yield from (_point(point) for point in self.package.test_points)
        yield from self._communes()
        yield self._package()

    def _site(self, site: ReferenceSite) -> Entity:
        place = shown_place(site)
        facts: dict[str, Value | None] = {
            "households": site.households,
            **_place(place),
            **_money("cost", site.cost),
            **self._stages([site]),
            "height": site.height_agl_m,
            "areas": len(site.gap_ids),
        }
        if place is not None:
            facts |= {"ground": site.ground_m, "road_km": site.road_km, "grid_km": site.grid_km}
        return _entity("site", site.site_id, "", site.commune_code, facts)

    def _stages(self, sites: Iterable[ReferenceSite]) -> dict[str, Value]:
        lines = [line for site in sites for line in self.lines.get(site.site_id, ())]
        return {
            key: value
            for stage in ("capex", "opex")
            for key, value in _money(stage, money_sum(x.amount for x in lines if x.stage == stage)).items()
        }

    def _items(self) -> Iterator[Entity]:
        """Give the kinds of cost, summed over all sites, as they stand in an estimate."""
        keys: dict[str, list[CostLine]] = {}
        for line in self.package.costs:
            keys.setdefault(line.key, []).append(line)
        for key, lines in keys.items():
            facts = {
                "sites": len({line.site_id for line in lines}),
                **_money("cost", money_sum(x.amount for x in lines)),
            }
            if len({line.price for line in lines}) == 1:
                facts |= _money("price", lines[0].price)
            yield _entity("item", key, "", "", facts)

    @cached_property
    def items_by_title(self) -> dict[str, Entity]:
        """Return the kinds of cost by their title in either language."""
        return _unique(
            (title.casefold(), self.by_kind["item"][line.key])
            for line in self.package.costs
            for title in (line.item.vi, line.item.en)
        )

    def _communes(self) -> Iterator[Entity]:
        package = self.package
        names = {site.commune_code: site.commune_name for site in package.sites}
        names |= {area.commune_code: area.commune_name for area in package.areas}
        names |= {village.commune_code: village.commune_name for village in package.villages}
        for code, name in sorted(names.items()):
            yield _entity("commune", code, name, code, self._totals(code))

    def _package(self) -> Entity:
        code = self.package.package_code
        facts = self._totals(None)
        elsewhere = self.package.planned_households - sum(site.households for site in self.package.sites)
        return _entity("package", code, "", "", facts | {"elsewhere": elsewhere})

    def _totals(self, commune: str | None) -> dict[str, Value | None]:
        def here(places: Iterable[object]) -> list[object]:
            return [p for p in places if commune is None or getattr(p, "commune_code", None) == commune]

        areas = [a for a in here(self.package.areas) if isinstance(a, Area)]
        villages = [v for v in here(self.package.villages) if isinstance(v, Village)]
        sites = [s for s in here(self.package.sites) if isinstance(s, ReferenceSite)]
        cost = money_sum(site.cost for site in sites)
        gained = sum(site.households for site in sites)
        facts: dict[str, Value | None] = {
            **_area_sums(areas),
            "low": sum(a.unserved_low for a in areas),
            "high": sum(a.unserved_high for a in areas),
            **_village_sums(villages),
            "areas": len(areas),
            "villages": len({(a.commune_code, a.village_code) for a in areas if a.village_code}),
            "communes": len({a.commune_code for a in areas}),
            "sites": len(sites),
            "new_sites": sum(site.kind == "new" for site in sites),
            "points": len(here(self.package.test_points)),
            "gained": gained,
            **_money("cost", cost),
            **self._stages(sites),
        }
        if gained:
            facts |= _money("each", cost / gained)
        return facts


def _entity(
    kind: Kind, code: str, name: str, commune: str, facts: Mapping[str, Value | None], *, hidden: bool = False
) -> Entity:
    return Entity(kind, code, name, commune, {k: v for k, v in facts.items() if v is not None}, hidden)


K = TypeVar("K")
V = TypeVar("V")


def _unique(pairs: Iterable[tuple[K, V]]) -> dict[K, V]:
    found: dict[K, V] = {}
    twice: set[K] = set()
    for key, value in pairs:
        if key in found and found[key] is not value and found[key] != value:
            twice.add(key)
        found[key] = value
    return {key: value for key, value in found.items() if key not in twice}


def _area_sums(areas: Iterable[Area]) -> dict[str, Value | None]:
    several = list(areas)
    return {
        "households": sum(a.households for a in several),
        "planned": sum(a.planned_households for a in several),
        "left": sum(a.left_households for a in several),
        "population": known_sum(a.population for a in several),
    }


def _village_sums(villages: Iterable[Village]) -> dict[str, Value | None]:
    several = list(villages)
    return {
        "all": sum(v.households for v in several),
        "served": sum(v.served_households for v in several),
        "unserved": sum(v.unserved_households for v in several),
        "undetermined": sum(v.undetermined_households for v in several),
        "no_data": sum(v.no_data_households for v in several),
    }


def _area(area: Area) -> Entity:
    hidden = area.households < LEAST_SHOWN
    facts: dict[str, Value | None] = {
        **_area_sums([area]),
        "low": area.unserved_low,
        "high": area.unserved_high,
        "level": area.best_level_dbm,
        "grid_km": area.grid_km,
        "road_km": area.road_km,
    }
    if not hidden:
        facts |= {**_place(area.place), "outline": outline_text(shapely.from_wkt(area.outline_wkt))}
    return _entity("area", area.gap_id, area.village_name, area.commune_code, facts, hidden=hidden)


def outline_text(shape: shapely.Geometry) -> str:
    """Write an outline so that two files can be compared: one part alone is no multi-part shape."""
    parts = shapely.get_parts(shape)
    one = parts[0] if len(parts) == 1 else shape
    return str(shapely.to_wkt(shapely.force_2d(one), rounding_precision=6))


def _village(village: Village, package: Package) -> Entity:
    key = (village.commune_code, village.village_code)
    areas = [a for a in package.areas if (a.commune_code, a.village_code) == key]
    facts: dict[str, Value | None] = {
        **_village_sums([village]),
        **_area_sums(areas),
        "areas": len(areas),
        "low": village.unserved_low,
        "high": village.unserved_high,
        **(_place(village.place) if village.households >= LEAST_SHOWN else {}),
    }
    return _entity(
        "village", village.village_code or f"{village.commune_code}:", village.village_name, village.commune_code, facts
    )


def _point(point: TestPoint) -> Entity:
    facts = {"households": point.households, "samples": point.samples, **_place(point.place)}
    return _entity("point", point.point_id, point.village_name, point.commune_code, facts)


def _line(line: CostLine, number: int, package: Package) -> Entity:
    commune = next((site.commune_code for site in package.sites if site.site_id == line.site_id), "")
    facts = {"quantity": line.quantity.middle, **_money("price", line.price), **_money("cost", line.amount)}
    return _entity("line", f"{line.site_id} {line.key}", str(number), commune, facts)


def _place(place: Place | None) -> dict[str, Value]:
    if place is None:
        return {}
    return {
        "lat": place.lat_deg,
        "lon": place.lon_deg,
        "x": place.vn2000_northing_m,
        "y": place.vn2000_easting_m,
    }


def _money(key: str, money: Money) -> dict[str, Value]:
    return {f"{key}_low": money.low, f"{key}_middle": money.middle, f"{key}_high": money.high}
