"""The gaps of a study as a table: area, centre, what it lacks, the nearest sites and the ridge in the way, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from phusong.coverage.best_server import MIDDLE
from phusong.coverage.criteria import VILLAGE_CLASSES
from phusong.coverage.gaps import gap_area, gap_centre, gap_ids
from phusong.coverage.reasons import Reason, no_site_reason, operator_title, sentence, site_reason
from phusong.coverage.sight import InTheWay, NearSite, in_the_way, nearest_sites
from phusong.data.crs import Zone, to_vn2000, unproject, zone_for, zone_given
from phusong.study.assess import Assessment
from phusong.study.gap_identity import NO_EARLIER, EarlierGaps, stable_ids
from phusong.study.intervals import Intervals, interval_columns
from phusong.words import number


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Where the gaps are: polygon and centre in the metric system of the study, and the ids.

    ``formerly`` are the other gaps of an earlier run that each took in or was split from, ``used`` all ids ever given.
    """

    ids: tuple[str, ...]
    formerly: tuple[tuple[str, ...], ...]
    used: tuple[str, ...]
    areas: tuple[BaseGeometry, ...]
    lon_deg: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
    members: tuple[NDArray[np.int64], ...]


def gap_places(found: Assessment, earlier: EarlierGaps = NO_EARLIER) -> Places:
    """Draw every gap and name it, as the earlier gap it mostly is."""
    h = found.households
    order = np.argsort(h.gap, kind="stable")
    count = int(h.gap.max(initial=-1)) + 1
    starts = np.searchsorted(h.gap[order], np.arange(count + 1))
    members = tuple(order[starts[g] : starts[g + 1]] for g in range(count))
    areas = tuple(gap_area(h.x_m[m], h.y_m[m], buffer_m=found.profile.gap.buffer_m) for m in members)
    centres = [gap_centre(h.x_m[m], h.y_m[m], h.weight[m], area) for m, area in zip(members, areas, strict=True)]
    x_m, y_m = (np.array([c[axis] for c in centres], dtype=np.float64) for axis in (0, 1))
    communes = [found.commune_codes[h.commune[m[0]]] if h.commune[m[0]] >= 0 else "" for m in members]
    lon_deg, lat_deg = unproject(x_m, y_m, h.epsg)
    households = np.array([h.weight[m].sum() for m in members], dtype=np.float64)
    named = stable_ids(areas, households, gap_ids(communes, x_m, y_m), earlier)
    return Places(
        ids=named.ids,
        formerly=named.formerly,
        used=named.used,
        areas=areas,
        lon_deg=lon_deg,
        lat_deg=lat_deg,
        members=members,
    )


def gap_table(
    found: Assessment,
    places: Places,
    sure: Intervals,
    *,
    province_code: str,
    province_name: str,
    vn2000_epsg: int | None,
) -> gpd.GeoDataFrame:
    """Return one row a gap."""
    ends = pd.DataFrame(interval_columns(found, sure.gaps)).to_dict("records")
    rows = [
        {
            "gap_id": gap_id,
            "formerly": ";".join(places.formerly[g]),
            "province_code": province_code,
            "province_name": province_name,
            **_unit(found, places.members[g]),
            **_counts(found, places.members[g]),
            **{str(name): value for name, value in ends[g].items()},
            **_position(float(places.lon_deg[g]), float(places.lat_deg[g]), province_code, vn2000_epsg),
            **_why(found, places, g),
            **_levels(found, places.members[g]),
        }
        for g, gap_id in enumerate(places.ids)
    ]
    shapes = gpd.GeoSeries(list(places.areas), crs=found.households.epsg).to_crs("EPSG:4326")
    table = gpd.GeoDataFrame(pd.DataFrame(rows, columns=None if rows else list(EMPTY_COLUMNS)), geometry=shapes)
    return table.sort_values("gap_id", ignore_index=True)


EMPTY_COLUMNS = (
    *(
        "gap_id",
        "formerly",
        "province_code",
        "province_name",
        "commune_code",
        "commune_name",
        "village_code",
        "village_name",
    ),
    *("village_class", "households", "population", "unserved_low", "unserved_high", "interval_vi", "interval_en"),
    *(
        "lon_deg",
        "lat_deg",
        "vn2000_northing_m",
        "vn2000_easting_m",
        "vn2000_epsg",
        "central_meridian",
        "nearest_site_id",
        "nearest_operator",
        "nearest_distance_km",
        "nearest_sites",
    ),
    *("best_level_dbm", "obstacle_distance_km", "obstacle_height_m", "obstacle_loss_db", "obstacle_lon_deg"),
    *("obstacle_lat_deg", "reason_vi", "reason_en"),
)


def _unit(found: Assessment, members: NDArray[np.int64]) -> dict[str, object]:
    h, v = found.households, found.villages
    commune, village = h.commune[members[0]], h.village[members[0]]
    code = found.commune_codes[commune] if commune >= 0 else ""
    known = found.inputs.communes
    names = {} if known is None else dict(zip(known["commune_code"], known["commune_name"], strict=True))
    row = v.table.iloc[village] if village >= 0 else None
    main = found.profile.main_service.key
    return {
        "commune_code": code,
        "commune_name": names.get(code, ""),
        "village_code": "" if row is None else str(row["village_code"]),
        "village_name": "" if row is None else str(row["village_name"]),
        "village_class": "" if row is None else VILLAGE_CLASSES[v.classes[main][village]],
    }


def _counts(found: Assessment, members: NDArray[np.int64]) -> dict[str, object]:
    households = int(found.households.weight[members].sum())
    return {"households": households, "population": round(households * found.profile.persons_per_household, 1)}


def _position(lon: float, lat: float, province_code: str, epsg: int | None) -> dict[str, object]:
    zone: Zone = zone_given(epsg) if epsg is not None else zone_for(province_code, lon)
    northing_m, easting_m = to_vn2000(lon, lat, zone.epsg)
    return {
        "lon_deg": round(lon, 6),
        "lat_deg": round(lat, 6),
        "vn2000_northing_m": round(float(northing_m), 1),
        "vn2000_easting_m": round(float(easting_m), 1),
        "vn2000_epsg": zone.epsg,
        "central_meridian": zone.central_meridian,
    }


def _layer_level(found: Assessment, members: NDArray[np.int64], layer: int) -> float:
    """Return the mean middle level of a layer over a gap's households that receive it; NaN if none does."""
    level_dbm = found.prediction.level_dbm(layer, MIDDLE)[found.households.places.point[members]]
    heard = np.isfinite(level_dbm)
    return float(level_dbm[heard].mean()) if heard.any() else math.nan


def _levels(found: Assessment, members: NDArray[np.int64]) -> dict[str, object]:
    technologies = found.profile.main_service.technologies
    levels = {layer: _layer_level(found, members, i) for i, layer in enumerate(found.prediction.layers)}
    heard = [level for layer, level in levels.items() if layer.technology in technologies and math.isfinite(level)]
    best = round(max(heard), 1) if heard else math.nan
    return {"best_level_dbm": best, **{f"level_dbm_{layer.key}": round(level, 1) for layer, level in levels.items()}}


def _why(found: Assessment, places: Places, g: int) -> dict[str, object]:
    profile, members = found.profile, places.members[g]
    lon, lat = float(places.lon_deg[g]), float(places.lat_deg[g])
    near = nearest_sites(found.inputs.network.sites, lon, lat, profile.main_service.technologies)
    first = near[0] if near else None
    rx_m = profile.receiver_height_m
    way = in_the_way(found.inputs.terrain, first, lon, lat, rx_height_agl_m=rx_m) if first else None
    reason = _reason(found, members, first, way)
    village = found.households.village[members[0]]
    name = "" if village < 0 else str(found.villages.table["village_name"].iloc[village])
    text = sentence(reason, households=found.households.weight[members].sum(), place_name=name)
    return {
        "nearest_site_id": first.site.site_id if first else "",
        "nearest_operator": first.operator if first else "",
        "nearest_distance_km": round(first.distance_km, 2) if first else math.nan,
        "nearest_sites": "; ".join(
            f"{n.site.site_id} ({operator_title(n.operator)}) {number(n.distance_km, decimals=1)} km" for n in near
        ),
        "obstacle_distance_km": round(reason.obstacle_distance_km, 2),
        "obstacle_height_m": round(reason.obstacle_height_m, 1),
        "obstacle_loss_db": round(reason.obstacle_loss_db, 1),
        "obstacle_lon_deg": round(way.obstacle_lon_deg, 6) if way else math.nan,
        "obstacle_lat_deg": round(way.obstacle_lat_deg, 6) if way else math.nan,
        "reason_vi": text.vi,
        "reason_en": text.en,
    }


def _reason(found: Assessment, members: NDArray[np.int64], near: NearSite | None, way: InTheWay | None) -> Reason:
    profile = found.profile
    if near is None or way is None:
        return no_site_reason(profile)
    technology = near.service.technology
    layer = next(
        i for i, la in enumerate(found.prediction.layers) if (la.operator, la.technology) == (near.operator, technology)
    )
    level_dbm = _layer_level(found, members, layer) - profile.margin_db(indoor=False)
    return site_reason(
        technology, profile.rules[technology], operator=near.operator, site=near.site, distance_km=near.distance_km,
        level_dbm=level_dbm, way=way,
    )  # fmt: skip
