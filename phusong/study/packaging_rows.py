"""The rows of a frozen package: areas, villages, reference sites, cost lines, from the tables of a run and a plan."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import shapely

from phusong.data.crs import to_vn2000
from phusong.data.money import Money
from phusong.study.packaging_sources import Sources
from phusong.tenders.package.values import Area, CostLine, Finding, Level, Place, ReferenceSite, Village
from phusong.words import Text, number

Row = Mapping[Any, Any]

LEVEL_PREFIX = "level_dbm_"
OUTLINE_DECIMALS = 6
"""Of a degree, a tenth of a metre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """How many households of each gap each site serves, every household once, by the ids of documents.

    ``in_lots`` are the sites that are in any package: what another site serves nobody is asked to build.
    """

    households: Mapping[tuple[str, str], int]
    in_lots: frozenset[str]

    def of_gap(self, gap_id: str) -> dict[str, int]:
        """Return the households of a gap by site, in the order of the plan."""
        return {site: count for (site, gap), count in self.households.items() if gap == gap_id}

    def of_site(self, site_id: str) -> dict[str, int]:
        """Return the households of a site by gap, most first."""
        found = {gap: count for (site, gap), count in self.households.items() if site == site_id and gap}
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def served_by(sources: Sources, site_ids: Mapping[str, str], in_lots: frozenset[str]) -> Served:
    """Return who is served by which site; ``site_ids`` are those of documents by option."""
    rows = sources.served[sources.served["gap_id"] != ""].to_dict("records")
    order = {option: n for n, option in enumerate(sources.plan_sites["option_id"])}
    rows.sort(key=lambda row: (order[row["option_id"]], row["gap_id"]))
    households = {(site_ids[str(row["option_id"])], str(row["gap_id"])): int(row["households"]) for row in rows}
    return Served(households=households, in_lots=in_lots)


def areas_of(sources: Sources, gap_ids: Sequence[str], served: Served, own: frozenset[str]) -> tuple[Area, ...]:
    """Return the areas of a package by commune and village; ``own`` are the package's sites."""
    plan = {str(row["gap_id"]): row for row in sources.plan_gaps.to_dict("records")}
    findings = _findings(sources)
    wanted = sources.gaps[sources.gaps["gap_id"].isin(set(gap_ids))]
    areas = [
        _area(row, plan[str(row["gap_id"])], served, own, findings.get(str(row["gap_id"])))
        for row in wanted.to_dict("records")
    ]
    return tuple(sorted(areas, key=lambda area: (area.commune_code, area.village_name, area.gap_id)))


def _findings(sources: Sources) -> dict[str, Row]:
    """Return the finding of the main service on each gap."""
    table = sources.findings
    service = sources.study.profile.main_service.key
    rows = table[(table["target"] == "gap") & (table["service"] == service)].to_dict("records")
    return {str(row["gap_id"]): row for row in rows}


def _area(row: Row, plan: Row, served: Served, own: frozenset[str], finding: Row | None) -> Area:
    households, gap_id = int(row["households"]), str(row["gap_id"])
    by_site = served.of_gap(gap_id)
    planned = sum(count for site, count in by_site.items() if site in served.in_lots)
    outside = {site: count for site, count in by_site.items() if site not in served.in_lots}
    return Area(
        gap_id=gap_id,
        commune_code=str(row["commune_code"]),
        commune_name=words(row, "commune_name"),
        village_code=words(row, "village_code"),
        village_name=words(row, "village_name"),
        village_class=words(row, "village_class"),
        households=households,
        planned_households=planned,
        left_households=households - planned,
        left_because=_left_because(plan, outside),
        unserved_low=int(row["unserved_low"]),
        unserved_high=int(row["unserved_high"]),
        population=whole(row.get("population")),
        place=Place(
            lon_deg=float(row["lon_deg"]),
            lat_deg=float(row["lat_deg"]),
            vn2000_northing_m=float(row["vn2000_northing_m"]),
            vn2000_easting_m=float(row["vn2000_easting_m"]),
            vn2000_epsg=int(row["vn2000_epsg"]),
            central_meridian=words(row, "central_meridian"),
        ),
        nearest_sites=words(row, "nearest_sites"),
        best_level_dbm=known(row.get("best_level_dbm")),
        levels=tuple(_levels(row)),
        reason=text(row, "reason"),
        grid_power=_answer(row, "grid_power"),
        grid_km=known(row.get("grid_km")),
        road_class=words(row, "road_class"),
        road_km=known(row.get("road_km")),
        is_dbkk=_answer(row, "is_dbkk"),
        commune_region=words(row, "commune_region"),
        border=_answer(row, "border"),
        island=_answer(row, "island"),
        finding=_finding(row, finding or {}),
        gates=text(row, "gates"),
        site_ids=tuple(site for site in by_site if site in own),
        outline_wkt=_outline(row),
    )


def _outline(row: Row) -> str:
    shape = row["geometry"]
    return "" if shape is None or shape.is_empty else str(shapely.to_wkt(shape, rounding_precision=OUTLINE_DECIMALS))


def _left_because(plan: Row, outside: Mapping[str, int]) -> Text:
    """Say why households are left: the plan's reason, and sites of the plan that are in no package."""
    said = [text(plan, "left_because")] if int(plan["left_households"]) > 0 else []
    for site, count in outside.items():
        said.append(
            Text(
                f"{number(count)} hộ do trạm {site} phủ, trạm này không thuộc gói thầu nào",
                f"{number(count, 'en')} households are served by site {site}, which is in no package",
            )
        )
    return Text("; ".join(one.vi for one in said), "; ".join(one.en for one in said))


def _levels(row: Row) -> Iterator[Level]:
    for name in sorted(key for key in row if str(key).startswith(LEVEL_PREFIX)):
        operator, _, technology = str(name).removeprefix(LEVEL_PREFIX).rpartition("_")
        shown = technology.upper() if technology[:1].isdigit() else technology
        yield Level(operator=operator, technology=shown, level_dbm=known(row[name]))


def _finding(row: Row, finding: Row) -> Finding:
    return Finding(
        finding_id=words(finding, "finding_id"),
        finding=words(finding, "finding") or words(row, "finding"),
        basis=words(finding, "basis") or words(row, "basis"),
        author=words(finding, "author"),
        dated=words(finding, "dated"),
        reason=words(finding, "reason"),
    )


def villages_of(sources: Sources, areas: Sequence[Area]) -> tuple[Village, ...]:
    """Return the villages that have areas in a package; an area outside any village has none."""
    near = {area.village_code: area.place for area in reversed(areas) if area.village_code}
    wanted = sources.villages[sources.villages["village_code"].isin(set(near))]
    villages = [_village(row, near[str(row["village_code"])]) for row in wanted.to_dict("records")]
    return tuple(sorted(villages, key=lambda village: (village.commune_code, village.village_code)))


def _village(row: Row, near: Place) -> Village:
    lon, lat = known(row["lon_deg"]), known(row["lat_deg"])
    return Village(
        village_code=str(row["village_code"]),
        village_name=words(row, "village_name"),
        commune_code=str(row["commune_code"]),
        commune_name=words(row, "commune_name"),
        households=int(row["households"]),
        served_households=int(row["served_households"]),
        unserved_households=int(row["unserved_households"]),
        undetermined_households=int(row["undetermined_households"]),
        no_data_households=int(row["no_data_households"]),
        unserved_low=int(row["unserved_low"]),
        unserved_high=int(row["unserved_high"]),
        place=None if lon is None or lat is None else place_like(near, lon, lat),
        centre_kind=words(row, "centre_kind"),
    )


def sites_of(
    sources: Sources,
    options: Sequence[str],
    areas: Sequence[Area],
    served: Served,
    site_ids: Mapping[str, str],
    tolerance_m: float,
) -> tuple[ReferenceSite, ...]:
    """Return the reference sites of a package in the order of the plan."""
    place_of = {area.gap_id: area.place for area in areas}
    commune = dict(zip(sources.communes["commune_code"], sources.communes["commune_name"], strict=True))
    rows = sources.plan_sites[sources.plan_sites["option_id"].isin(set(options))].to_dict("records")
    sites = []
    for row in sorted(rows, key=lambda row: int(row["order"])):
        site_id = site_ids[str(row["option_id"])]
        own = {gap: count for gap, count in served.of_site(site_id).items() if gap in place_of}
        near = place_of[next(iter(own))] if own else areas[0].place
        sites.append(_site(row, site_id, own, near, commune, tolerance_m))
    return tuple(sites)


def _site(
    row: Row, site_id: str, own: Mapping[str, int], near: Place, commune: Mapping[str, str], tolerance_m: float
) -> ReferenceSite:
    code = str(row["commune_code"])
    return ReferenceSite(
        site_id=site_id,
        option_id=str(row["option_id"]),
        kind=row["kind"],
        host_site_id=words(row, "host_site_id"),
        commune_code=code,
        commune_name=str(commune.get(code, "")),
        technology=str(row["technology"]),
        band=words(row, "band"),
        height_agl_m=float(row["height_agl_m"]),
        ground_m=known(row["ground_m"]),
        place=place_like(near, float(row["lon_deg"]), float(row["lat_deg"])),
        tolerance_m=tolerance_m,
        gap_ids=tuple(own),
        households=sum(own.values()),
        backhaul=words(row, "backhaul"),
        backhaul_text=text(row, "backhaul"),
        power=words(row, "power"),
        power_text=text(row, "power"),
        road_km=known(row["road_km"]),
        grid_km=known(row["grid_km"]),
        slope_percent=known(row["slope_percent"]),
        constraints=words(row, "constraints"),
        cost=money(row, "cost"),
    )


def costs_of(sources: Sources, sites: Sequence[ReferenceSite]) -> tuple[CostLine, ...]:
    """Return the lines of the estimate of a package's sites."""
    lines: dict[str, list[CostLine]] = {site.option_id: [] for site in sites}
    site_id = {site.option_id: site.site_id for site in sites}
    for row in sources.costs.to_dict("records"):
        option = str(row["option_id"])
        if option in lines:
            lines[option].append(_line(row, site_id[option]))
    return tuple(line for site in sites for line in lines[site.option_id])


def _line(row: Row, site_id: str) -> CostLine:
    return CostLine(
        site_id=site_id,
        stage=row["stage"],
        key=str(row["key"]),
        item=text(row, "item"),
        unit=text(row, "unit"),
        quantity=Money(float(row["quantity_low"]), float(row["quantity"]), float(row["quantity_high"])),
        price=money(row, "price"),
        amount=money(row, "amount"),
        source=text(row, "source"),
        assumed=bool(row["assumed"]),
    )


def place_like(near: Place, lon_deg: float, lat_deg: float) -> Place:
    """Return a place with VN-2000 numbers in the zone of one near it."""
    northing, easting = to_vn2000([lon_deg], [lat_deg], near.vn2000_epsg)
    return Place(
        lon_deg=round(lon_deg, 6),
        lat_deg=round(lat_deg, 6),
        vn2000_northing_m=round(float(northing[0]), 2),
        vn2000_easting_m=round(float(easting[0]), 2),
        vn2000_epsg=near.vn2000_epsg,
        central_meridian=near.central_meridian,
    )


def money(row: Row, name: str) -> Money:
    """Return an amount of a row: its low, middle and high."""
    return Money(float(row[f"{name}_low_vnd"]), float(row[f"{name}_vnd"]), float(row[f"{name}_high_vnd"]))


def words(row: Row, name: str) -> str:
    """Return a text of a row, "" where there is none."""
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def text(row: Row, name: str) -> Text:
    """Return a text of a row in both languages."""
    return Text(words(row, f"{name}_vi"), words(row, f"{name}_en"))


def known(value: Any) -> float | None:
    """Return a number of a row, None where it is not known."""
    return None if value is None or pd.isna(value) or not math.isfinite(value) else float(value)


def whole(value: Any) -> int | None:
    """Return a count of a row, None where it is not known."""
    found = known(value)
    return None if found is None else round(found)


def _answer(row: Row, name: str) -> Any:
    value = words(row, name)
    return value if value in ("yes", "no") else "unknown"
