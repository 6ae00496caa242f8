"""Results as the page's data: one JSON value with shapes, marks and the words of every popup, already in one language.

The page only draws: no number is computed and no text is put together in the browser. Household points are never taken.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from phusong.data.terms import LEAST_SHOWN
from phusong.maps import colours, popups
from phusong.maps.phrases import ON_AIR
from phusong.words import Language, number

Item = dict[str, Any]
Tables = Mapping[str, gpd.GeoDataFrame]

VERTEX_BUDGET = 60_000
"""Vertices of all communes together; about 0.5 MB of the page."""
FINEST_DEG = 0.0001
UNITS_PER_DEG = 100_000
"""Coordinates travel as whole numbers of 0.00001° (about 1 m), each the difference from the one before."""


def layer_items(tables: Tables, language: Language) -> dict[str, list[Item]]:
    """Return the items of every layer whose table is given, in the order of the tables' rows."""
    makers = {
        "communes": commune_items,
        "gaps": gap_items,
        "sites": site_items,
        "villages": village_items,
        "proposed_sites": proposed_items,
        "plan_sites": plan_items,
        "future_gaps": future_gap_items,
        "road_gaps": road_gap_items,
        "target_places": place_items,
    }
    return {key: make(tables[key], language) for key, make in makers.items() if key in tables}


def commune_items(communes: gpd.GeoDataFrame, language: Language) -> list[Item]:
    """Communes: simplified outline, fill, label point."""
    items = []
    for row, shape in zip(_records(communes), simplified(communes.geometry), strict=True):
        fill = colours.commune_fill(
            row["unserved_percent"],
            households=row["households"],
            undetermined=row["undetermined_households"],
            no_data=row["no_data_households"],
        )
        item = _item(row["commune_code"], row["commune_name"], row.get("province_name"), popups.commune(row, language))
        items.append(item | {"fill": fill, "at": _label_point(shape), "area": rings(shape)})
    return items


def gap_items(gaps: gpd.GeoDataFrame, language: Language) -> list[Item]:
    """Gaps large enough to draw: polygon, disc at the centre, lines to the nearest stations, the obstacle."""
    items = []
    for row, shape in zip(_records(gaps), gaps.geometry, strict=True):
        if not row["households"] >= LEAST_SHOWN:
            continue
        step = colours.GAP_HOUSEHOLDS.index(float(row["households"]))
        item = _item(row["gap_id"], row["gap_id"], popups.place(row), popups.gap(row, language))
        item |= {
            "step": step,
            "short": number(row["households"], language),
            "at": _point(row["lon_deg"], row["lat_deg"]),
        }
        item |= {"area": rings(shape), "sites": popups.nearest_site_ids(row)}
        obstacle = _point(row.get("obstacle_lon_deg"), row.get("obstacle_lat_deg"))
        items.append(item | ({"obstacle": obstacle, "loss": popups.obstacle_label(row, language)} if obstacle else {}))
    return items


def village_items(villages: gpd.GeoDataFrame, language: Language) -> list[Item]:
    """Villages with a known centre, each with the mark of its class."""
    items = []
    for row in _records(villages):
        at = _point(row["lon_deg"], row["lat_deg"])
        if at is not None:
            item = _item(row["village_code"], row["village_name"], row["commune_name"], popups.village(row, language))
            items.append(item | {"marks": [row["village_class"]], "at": at})
    return items


def site_items(sites: gpd.GeoDataFrame, language: Language) -> list[Item]:
    """Stations: one shape for each operator on the mast, hollow where not confirmed on air."""
    items = []
    for row in _records(sites):
        operators = popups.operators_of(row)
        item = _item(row["site_id"], row["site_id"], row["site_name"], popups.site(row, language))
        item |= {"marks": [f"op:{colours.operator_style(key).key}" for key in operators] or ["op:other"]}
        items.append(item | {"at": _point(row["lon_deg"], row["lat_deg"]), "hollow": row["status"] not in ON_AIR})
    return items


def proposed_items(sites: gpd.GeoDataFrame, language: Language) -> list[Item]:
    """Reference sites."""
    return [
        _item(row["site_id"], row["site_id"], row["gap_id"], popups.proposed_site(row, language))
        | {"marks": ["proposed"], "at": _point(row["lon_deg"], row["lat_deg"])}
        for row in _records(sites)
    ]


def plan_items(sites: gpd.GeoDataFrame, language: Language) -> list[Item]:
    """Sites of a plan, each with the mark of what is done there."""
    return [
        _item(row["option_id"], popups.plan_site_name(row, language), row["gap_ids"], popups.plan_site(row, language))
        | {"marks": [f"plan:{row['kind']}"], "at": _point(row["lon_deg"], row["lat_deg"])}
        for row in _records(sites)
    ]


def future_gap_items(gaps: gpd.GeoDataFrame, language: Language) -> list[Item]:
    """Gaps of a scenario that are none today, as far as they are large enough to draw."""
    return [
        _item(row["future_gap_id"], popups.place(row), "", popups.future_gap(row, language))
        | {"at": _point(row["lon_deg"], row["lat_deg"]), "area": rings(shape)}
        for row, shape in zip(_records(gaps), gaps.geometry, strict=True)
        if row["households"] >= LEAST_SHOWN
    ]


def road_gap_items(roads: gpd.GeoDataFrame, language: Language) -> list[Item]:
    """Stretches of road without signal."""
    return [
        _item(row["stretch_id"], row["road_name"], "", popups.road_gap(row, language))
        | {"at": _point(row["lon_deg"], row["lat_deg"]), "lines": lines(shape)}
        for row, shape in zip(_records(roads), roads.geometry, strict=True)
    ]


def place_items(places: gpd.GeoDataFrame, language: Language) -> list[Item]:
    """Schools, clinics and the like, each with its state."""
    return [
        _item(row["place_id"], row["place_name"], "", popups.target_place(row, language))
        | {"marks": [f"place:{row['state']}"], "at": _point(shape.x, shape.y)}
        for row, shape in zip(_records(places), places.geometry, strict=True)
    ]


def lines(shape: BaseGeometry) -> list[list[int]]:
    """Write a line as whole numbers, as :func:`rings` does."""
    return [_differences(shapely.get_coordinates(part)) for part in shapely.get_parts(shape)]


def simplified(shapes: gpd.GeoSeries) -> list[BaseGeometry]:
    """Simplify a coverage until it fits the vertex budget; shared edges stay shared, so no slivers open."""
    given = np.asarray(shapes.to_numpy(), dtype=object)
    tolerance = FINEST_DEG
    simple = shapely.coverage_simplify(given, tolerance)
    while shapely.get_num_coordinates(simple).sum() > VERTEX_BUDGET:
        tolerance *= 1.6
        simple = shapely.coverage_simplify(given, tolerance)
    return list(simple)


def rings(shape: BaseGeometry | None) -> list[list[list[int]]]:
    """Write a polygon as polygons of rings of whole numbers: first point, then differences; x before y."""
    if shape is None or shape.is_empty:
        return []
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    written = [[_deltas(ring) for ring in (part.exterior, *part.interiors)] for part in polygons]
    return [[ring for ring in polygon if ring] for polygon in written if polygon[0]]


def _deltas(ring: BaseGeometry) -> list[int]:
    found = _differences(shapely.get_coordinates(ring)[:-1])
    return found if len(found) >= 6 else []


def _differences(degrees: NDArray[np.float64]) -> list[int]:
    """Return points as whole numbers, each the difference from the one before; points that fall together are one."""
    whole = np.round(degrees * UNITS_PER_DEG).astype(np.int64)
    moved = np.any(np.diff(whole, axis=0, prepend=whole[:1] - 1) != 0, axis=1)
    return [int(value) for value in np.diff(whole[moved], axis=0, prepend=np.zeros((1, 2), np.int64)).ravel()]


def _item(key: str, name: str, place: str | None, popup: Item) -> Item:
    """Put a row together; its popup repeats neither the name nor the place."""
    item = {"id": str(key), "name": str(name), "place": str(place or "")}
    same = (("title", item["name"]), ("subtitle", item["place"]))
    return item | {"popup": {k: v for k, v in popup.items() if (k, v) not in same and v != []}}


def _label_point(shape: BaseGeometry) -> list[float] | None:
    """Return a point well inside the largest part, where a name can stand."""
    if shape.is_empty:
        return None
    parts = shapely.get_parts(shape)
    point = shapely.point_on_surface(parts[int(np.argmax(shapely.area(parts)))])
    return _point(point.x, point.y)


def _point(lon_deg: Any, lat_deg: Any) -> list[float] | None:
    """Return latitude and longitude, rounded to about a metre; None where either is missing."""
    if lon_deg is None or lat_deg is None or not math.isfinite(lon_deg) or not math.isfinite(lat_deg):
        return None
    return [round(float(lat_deg), 5), round(float(lon_deg), 5)]


def _records(frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return the rows as plain values, text columns with "" for what is missing."""
    plain = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    texts = [name for name in plain.columns if not pd.api.types.is_numeric_dtype(plain[name])]
    plain = plain.astype(dict.fromkeys(texts, object))
    plain[texts] = plain[texts].where(plain[texts].notna(), "")
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]
