"""The tables of study.duckdb that tiles are made from: households in the order of tiles, shapes simplified by zoom.

A household's answers to every question a map may ask (service or technology, operator, scenario) are one number, that
of its set of answers: neighbours have the same ones, and a study has far fewer sets than households.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from phusong.coverage.criteria import STATES
from phusong.maps.tile_grid import WORLD_BITS, morton, whole_units, world_units
from phusong.maps.tile_ways import way_shapes

HOUSEHOLDS, ANSWERS, VIEWS = "tile_households", "tile_answers", "tile_views"
COMMUNE_COUNTS, VILLAGE_CLASSES, SHAPES = "tile_commune_counts", "tile_village_classes", "tile_shapes"

TOP_ZOOMS = (5, 7, 9, 11, 13, 22)
"""Shapes are kept simplified for the zooms up to each of these; the last is as given."""
_PIXELS = 512
EVERY_OPERATOR = "all"
OF_AREAS = ("communes", "gaps", "future_gaps")

Ints = NDArray[np.int64]
Codes = NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One question a map may ask of households; ``operator`` "" is any of them, ``EVERY_OPERATOR`` all at once.

    Either a service or a technology is asked for, the other is "".
    """

    service: str
    technology: str
    operator: str
    scenario: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TiledHouseholds:
    """Household points as tiles want them, in the order of the study's table; −1 is no village, no commune."""

    lon_deg: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
    weight: NDArray[np.float64]
    village: Ints
    commune: Ints
    n_communes: int


def household_tables(households: TiledHouseholds, views: Iterable[tuple[View, Codes]]) -> dict[str, pd.DataFrame]:
    """Return households, sets of answers, views and counts by commune.

    ``views`` are asked for one after the other, each with the state codes of all households; the first is what a map
    shows that was not told otherwise.
    """
    asked, number, columns = _sets([*views], len(households.weight))
    weight = np.rint(households.weight).astype(np.int64)
    code = morton(*whole_units(households.lon_deg, households.lat_deg))
    order = np.argsort(code, kind="stable")
    rows = {
        "code": code[order],
        "households": weight[order].astype(np.uint32),
        "answers": number[order].astype(np.uint32),
        "village": households.village[order].astype(np.int32),
        "row": order.astype(np.uint32),
    }
    named = {f"v{i}": column for i, column in enumerate(columns)}
    return {
        HOUSEHOLDS: pd.DataFrame(rows),
        ANSWERS: pd.DataFrame(named),
        VIEWS: pd.DataFrame([{"number": i, **asdict(view)} for i, view in enumerate(asked)]),
        COMMUNE_COUNTS: _commune_counts(households, weight, number, columns),
    }


def _sets(views: Sequence[tuple[View, Codes]], n: int) -> tuple[list[View], Ints, list[NDArray[np.uint8]]]:
    """Return the views, the set of answers of each household, and of each set the state in every view."""
    number = np.zeros(n, dtype=np.int64)
    columns: list[NDArray[np.uint8]] = []
    asked: list[View] = []
    seen: dict[int, int] = {}
    for view, states in views:
        asked.append(view)
        if id(states) in seen:  # a scenario that changes nothing of a service gives today's very array
            columns.append(columns[seen[id(states)]])
            continue
        seen[id(states)] = len(columns)
        both = number * len(STATES) + states
        there = np.zeros((int(number.max(initial=0)) + 1) * len(STATES), dtype=np.bool_)
        there[both] = True
        kept = np.flatnonzero(there)
        new = np.cumsum(there) - 1
        number = new[both]
        columns = [column[kept // len(STATES)] for column in columns]
        columns.append((kept % len(STATES)).astype(np.uint8))
    return asked, number, columns


def _commune_counts(
    households: TiledHouseholds, weight: Ints, number: Ints, columns: Sequence[NDArray[np.uint8]]
) -> pd.DataFrame:
    """Return the households of each commune by state in every view: one row a commune and view."""
    n = households.n_communes
    n_sets = int(number.max(initial=0)) + 1
    inside = households.commune >= 0
    pair, which = np.unique(households.commune[inside] * n_sets + number[inside], return_inverse=True)
    sums = np.bincount(which.reshape(-1), weights=weight[inside], minlength=len(pair))
    parts = []
    for view, column in enumerate(columns):
        cell = pair // n_sets * len(STATES) + column[pair % n_sets]
        counts = np.bincount(cell, weights=sums, minlength=n * len(STATES)).astype(np.int64).reshape(n, len(STATES))
        told = {"commune": np.arange(n, dtype=np.int32), "view": np.int32(view)}
        parts.append(pd.DataFrame(told | {state: counts[:, i] for i, state in enumerate(STATES)}))
    return pd.concat(parts, ignore_index=True)


def village_class_table(classes: Iterable[tuple[View, Codes]], asked: pd.DataFrame) -> pd.DataFrame:
    """Return the class code of every village in the views that have one: columns v0, v1 and so on, a row a village."""
    fields = ["service", "technology", "operator", "scenario"]
    number = {tuple(row): int(i) for i, *row in asked[["number", *fields]].itertuples(index=False)}
    return pd.DataFrame({f"v{number[tuple(asdict(view).values())]}": codes.astype(np.uint8) for view, codes in classes})


def shape_table(
    tables: Mapping[str, pd.DataFrame],
    roads: gpd.GeoDataFrame | None = None,
    rivers: gpd.GeoDataFrame | None = None,
) -> pd.DataFrame:
    """Return areas of communes and gaps, roads and rivers in world units, simplified for each range of zooms."""
    parts = [_shapes(name, tables[name]) for name in OF_AREAS if isinstance(tables.get(name), gpd.GeoDataFrame)]
    return pd.concat([*parts, *way_shapes(roads, rivers, TOP_ZOOMS)], ignore_index=True)


def _shapes(name: str, table: gpd.GeoDataFrame) -> pd.DataFrame:
    there = np.flatnonzero(~(table.geometry.isna() | table.geometry.is_empty).to_numpy())
    given = table.geometry.to_crs("EPSG:4326").to_numpy()[there]
    world = shapely.transform(given, lambda at: np.column_stack(world_units(at[:, 0], at[:, 1])))
    parts = []
    for top in TOP_ZOOMS:
        shapes = _areas(_simplified(world, top, joined=name == "communes"))
        parts.append(
            pd.DataFrame({"layer": name, "row": there.astype(np.int32), "top_zoom": top, "wkb": shapely.to_wkb(shapes)})
        )
    return pd.concat(parts, ignore_index=True)


def _simplified(shapes: NDArray[np.object_], top_zoom: int, *, joined: bool) -> NDArray[np.object_]:
    """Return shapes without what is smaller than a pixel at a zoom; neighbours that share a border keep sharing it."""
    if top_zoom == TOP_ZOOMS[-1] or not len(shapes):
        return shapes
    pixel = (1 << WORLD_BITS - top_zoom) / _PIXELS
    if joined:
        return np.asarray(shapely.coverage_simplify(shapes, pixel))
    return np.asarray(shapely.simplify(shapes, pixel / 2))


def _areas(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return shapes that can be cut: valid, and of areas alone."""
    good = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    return np.asarray(good)
