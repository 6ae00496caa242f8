"""Vector tiles (MVT) of a study's results, from the tables in study.duckdb that were made for them.

Below zoom 12 households are counts in 128 × 128 bins a tile; from zoom 12 single points, for whoever may read them. Who
may not gets bins at every zoom, in which nothing is told of fewer than five households.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from phusong.coverage.criteria import STATES, VILLAGE_CLASSES
from phusong.errors import UnknownNameError
from phusong.maps.mvt import area_layer, line_layer, point_layer
from phusong.maps.tile_counts import BITS_PER_TILE, COARSEST_LEVEL, FINEST_LEVEL, Bins, Ints
from phusong.maps.tile_grid import EXTENT, WORLD_BITS, Tile, morton, unmorton
from phusong.maps.tile_grid import MOST_ZOOM as MOST_ZOOM
from phusong.maps.tile_layers import (
    ASKED,
    BINS_PART,
    LAKES,
    LAYERS,
    LEFT_OUT,
    MOST_PLACES,
    MOST_POINTS,
    POINTS_FROM_ZOOM,
    POINTS_PART,
)
from phusong.maps.tile_layers import TileLayer as TileLayer
from phusong.maps.tile_store import Points
from phusong.maps.tile_store import TileSource as TileSource
from phusong.maps.tile_tables import EVERY_OPERATOR, View
from phusong.words import Text

MOST_BYTES = 250_000
"""A tile of bins that would be larger has bins of twice the side, 64 × 64."""
BUFFER = 64
"""Areas reach so many tile units beyond their tile, so that their outline does not show at its edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What may be in a tile: household points (else counts of five or more), masts (else none)."""

    households: bool = False
    stations: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TileFilter:
    """What a tile speaks of: "" is the main service, today, by any operator and any technology; no class is all.

    ``classes`` are village classes of layer villages, states of layer households.
    """

    service: str = ""
    technology: str = ""
    operator: str = ""
    scenario: str = ""
    classes: frozenset[str] = frozenset()


_BY_VIEW = ("communes", "households", "villages")
"""Layers in which every choice of service, technology, operator and scenario has counts or classes of its own."""
LEAST = Rights()
EVERYTHING = TileFilter()


def layers(source: TileSource, rights: Rights = LEAST) -> Sequence[TileLayer]:
    """Return the layers of a study that somebody with these rights may have, in drawing order."""
    there = (one for one in LAYERS.values() if not one.table or one.table in source.tables)
    return [one for one in there if rights.stations or not one.stations]


def tile(
    source: TileSource,
    layer: str,
    z: int,
    x: int,
    y: int,
    asked: TileFilter = EVERYTHING,
    rights: Rights = LEAST,
) -> bytes:
    """Return one tile, not compressed; b"" where nothing is in it. Tiles of several layers may be joined as they are.

    Raises
    ------
    UnknownNameError
        No such layer for these rights, or a filter the layer or the study has not.
    OutOfRangeError
        No such tile at this zoom, or beyond ``MOST_ZOOM``.
    """
    at = Tile(z, x, y)
    found = layer_named(source, layer, rights)
    check_filter(source, found, asked)
    if at.z < found.min_zoom:
        return b""
    if found.kind == "households":
        return _households(source, at, asked, rights)
    if found.kind == "lines":
        return _lines(source, found, at)
    if found.kind == "areas":
        return _areas(source, found, at, asked)
    return _places(source, found, at, asked)


def joined(
    source: TileSource,
    names: Sequence[str],
    z: int,
    x: int,
    y: int,
    asked: TileFilter = EVERYTHING,
    rights: Rights = LEAST,
) -> bytes:
    """Return one tile of several layers, each filtered by what it can be; classes are those of villages.

    Raises
    ------
    UnknownNameError
        No such layer for these rights, or a choice that the study has not.
    OutOfRangeError
        No such tile at this zoom, or beyond ``MOST_ZOOM``.
    """
    found = [layer_named(source, name, rights) for name in names]
    return b"".join(tile(source, one.name, z, x, y, _own_filter(source, one, asked), rights) for one in found)


def _own_filter(source: TileSource, layer: TileLayer, asked: TileFilter) -> TileFilter:
    """Return the part of a filter that says something of a layer."""
    dropped = {name for name in TileFilter.__dataclass_fields__ if name not in layer.filters}
    if layer.name == "households":
        dropped.add("classes")
    if layer.stations and asked.operator == EVERY_OPERATOR:
        dropped.add("operator")
    own = _without(asked, dropped)
    unclassed = layer.name == "villages" and source.village_classes(_view(source, own)) is None
    return _without(own, ASKED) if unclassed else own


def _without(asked: TileFilter, names: Iterable[str]) -> TileFilter:
    return replace(asked, **{name: getattr(EVERYTHING, name) for name in names})


def layer_named(source: TileSource, name: str, rights: Rights) -> TileLayer:
    """Return a layer that is there for these rights."""
    known = {one.name: one for one in layers(source, rights)}
    if name not in known:
        listed = ", ".join(known)
        raise UnknownNameError(Text(f"Không có lớp này; có: {listed}.", f"No such layer; there are: {listed}."))
    return known[name]


def check_filter(source: TileSource, layer: TileLayer, asked: TileFilter) -> None:
    """Refuse what a layer cannot be filtered by, and values that the study has not."""
    given = {name for name in TileFilter.__dataclass_fields__ if getattr(asked, name)}
    if given - layer.filters:
        wrong, may = ", ".join(sorted(given - layer.filters)), ", ".join(sorted(layer.filters)) or "–"
        raise UnknownNameError(
            Text(
                f"Lớp {layer.name} không lọc theo {wrong}; lọc được theo: {may}.",
                f"Layer {layer.name} cannot be filtered by {wrong}; it can by: {may}.",
            )
        )
    if not asked.classes <= set(layer.classes):
        listed = ", ".join(layer.classes)
        raise UnknownNameError(Text(f"Phân loại được dùng: {listed}.", f"Classes to choose from: {listed}."))
    if layer.name in _BY_VIEW:
        _view(source, asked)


def _view(source: TileSource, asked: TileFilter) -> int:
    """Return the number of the view a filter asks for."""
    first = source.first
    service = "" if asked.technology and not asked.service else asked.service or first.service
    scenario = asked.scenario or first.scenario
    view = View(service=service, technology=asked.technology, operator=asked.operator, scenario=scenario)
    return source.number(view)


def _households(source: TileSource, at: Tile, asked: TileFilter, rights: Rights) -> bytes:
    view = _view(source, asked)
    points = source.points(at, view, MOST_POINTS) if rights.households and at.z >= POINTS_FROM_ZOOM else None
    if points is not None:
        return _point_layer(source, points, at, asked)
    level = min(at.z + BITS_PER_TILE, WORLD_BITS - 1 if rights.households else FINEST_LEVEL)
    while True:
        bins = source.bins(at, level, view) if rights.households else source.told_bins(at, level, view)
        made = _bin_layer(bins, at, asked)
        if len(made) <= MOST_BYTES or level == COARSEST_LEVEL:
            return made
        level -= 1


def _bin_layer(bins: Bins, at: Tile, asked: TileFilter) -> bytes:
    """Write the centres of bins with their households by state; a state without any is left out."""
    half = 1 << WORLD_BITS - bins.level - 1
    x, y = (axis * 2 * half + half for axis in unmorton(bins.code))
    wanted = [i for i, state in enumerate(STATES) if not asked.classes or state in asked.classes]
    some = bins.households[:, wanted].any(axis=1)
    counts: dict[str, NDArray[Any]] = {STATES[i]: _told(bins.households[some, i]) for i in wanted}
    return point_layer(BINS_PART, *at.units(x[some], y[some]), counts)


def _told(counts: Ints) -> NDArray[Any]:
    """Return counts without the noughts: a state that nobody is in is left out of a tile."""
    told: NDArray[Any] = np.ma.masked_equal(counts, 0)
    return told


def _point_layer(source: TileSource, points: Points, at: Tile, asked: TileFilter) -> bytes:
    wanted = np.isin(points.state, [STATES.index(state) for state in asked.classes or STATES])
    x, y = at.units(*unmorton(points.code[wanted]))
    codes = source.kept("village codes", lambda: np.array([*source.table("villages")["village_code"].astype(str), ""]))
    columns = {
        "state": np.array(STATES)[points.state[wanted]],
        "households": points.households[wanted],
        "village_code": codes[points.village[wanted]],
    }
    return point_layer(POINTS_PART, x, y, columns, points.row[wanted])


def _areas(source: TileSource, layer: TileLayer, at: Tile, asked: TileFilter) -> bytes:
    tree, shapes, rows = source.shapes(layer.table, at.z)
    near = _near(tree, at)
    table = _asked_columns(source, layer, asked)
    if layer.name == "future_gaps":
        near = near[_of_filter(table, asked)[rows[near]]]
    if not len(near):
        return b""
    cut = _cut(shapes[near], at)
    columns = {name: column[rows[near]] for name, column in _columns(source, layer, asked, table).items()}
    return area_layer(layer.name, list(cut), columns, rows[near])


def _lines(source: TileSource, layer: TileLayer, at: Tile) -> bytes:
    """Write lines, and under a name of their own the areas among them."""
    tree, shapes, rows = source.borders(at.z) if layer.name == "provinces" else source.shapes(layer.table, at.z)
    near = _near(tree, at)
    if not len(near):
        return b""
    cut = _cut(shapes[near], at)
    table = source.table(layer.table)
    columns = {name: column[rows[near]] for name, column in _columns(source, layer, EVERYTHING, table).items()}
    drawn = line_layer(layer.name, list(cut), columns)
    return drawn + area_layer(LAKES, list(cut), columns) if LAKES in layer.parts else drawn


def _near(tree: shapely.STRtree, at: Tile) -> Ints:
    frame = shapely.box(*at.bounds(BUFFER))
    return np.sort(tree.query(frame, predicate="intersects"))


def _cut(shapes: NDArray[np.object_], at: Tile) -> NDArray[np.object_]:
    """Return what of shapes lies in a tile and its buffer, in tile units."""
    frame = shapely.box(*at.bounds(BUFFER))
    shapely.prepare(frame)
    left, top = at.corner
    cut = shapes.copy()
    over = ~shapely.contains_properly(frame, cut)
    cut[over] = shapely.intersection(cut[over], frame)
    return np.asarray(shapely.transform(cut, lambda xy: (xy - (left, top)) * (EXTENT / (1 << at.shift))))


def _of_filter(table: pd.DataFrame, asked: TileFilter) -> NDArray[np.bool_]:
    """Say which rows are of the service and scenario asked for; all where none is."""
    kept = np.ones(len(table), dtype=np.bool_)
    for name in ("service", "scenario"):
        if wanted := getattr(asked, name):
            kept &= (table[name].astype(str) == wanted).to_numpy()
    return kept


def _places(source: TileSource, layer: TileLayer, at: Tile, asked: TileFilter) -> bytes:
    code, rows = _label_places(source) if layer.name == "commune_labels" else source.places(layer.table)
    start, end = np.searchsorted(code, at.codes)
    code, rows = code[start:end], rows[start:end]
    table = _asked_columns(source, layer, asked)
    kept = _kept_places(table.iloc[rows], layer, asked)
    code, rows = code[kept], rows[kept]
    left_out = len(rows) - MOST_PLACES
    if left_out > 0:
        needed = table[layer.needed].to_numpy(dtype=np.float64)[rows]
        most = np.sort(np.argsort(-needed, kind="stable")[:MOST_PLACES])
        code, rows = code[most], rows[most]
    x, y = at.units(*unmorton(code))
    columns = {name: column[rows] for name, column in _columns(source, layer, asked, table).items()}
    drawn = point_layer(layer.name, x, y, columns, rows)
    return drawn + _left_out(left_out)


def _left_out(count: int) -> bytes:
    """Say in the tile itself how many features it has not: one point in its middle."""
    if count <= 0:
        return b""
    middle = np.array([EXTENT // 2])
    return point_layer(LEFT_OUT, middle, middle, {"count": np.array([count])})


def _kept_places(table: pd.DataFrame, layer: TileLayer, asked: TileFilter) -> NDArray[np.bool_]:
    kept = np.ones(len(table), dtype=np.bool_)
    if layer.name == "villages" and asked.classes:
        kept &= table["class"].isin(asked.classes).to_numpy()
    if layer.stations:
        for column, wanted in (("operators", asked.operator), ("technologies", asked.technology)):
            if wanted:
                kept &= np.array([wanted in listed.split(", ") for listed in table[column].astype(str)], dtype=np.bool_)
    return kept


def _label_places(source: TileSource) -> tuple[Ints, Ints]:
    """Return a point inside each commune, in the order of codes."""
    return source.kept("labels", lambda: _made_labels(source))


def _made_labels(source: TileSource) -> tuple[Ints, Ints]:
    _, shapes, rows = source.shapes("communes", MOST_ZOOM)
    at = shapely.get_coordinates(shapely.point_on_surface(shapes))
    code = morton(*(np.floor(at[:, axis]).astype(np.int64) for axis in (0, 1)))
    order = np.argsort(code, kind="stable")
    return code[order], rows[order]


def _asked_columns(source: TileSource, layer: TileLayer, asked: TileFilter) -> pd.DataFrame:
    """Return a layer's table with what the filter asks of it."""
    if layer.name == "villages":
        view = _view(source, asked)
        return source.kept(("villages", view), lambda: _classed(source, view))
    if layer.name == "communes":
        view = _view(source, asked)
        return source.kept(("communes by", view), lambda: _counted(source, view))
    return source.table(layer.table)


def _classed(source: TileSource, view: int) -> pd.DataFrame:
    codes = source.village_classes(view)
    if codes is None:
        raise UnknownNameError(
            Text("Thôn không được phân loại theo lựa chọn này.", "Villages are not classed by this choice.")
        )
    return source.table("villages").assign(**{"class": np.array(VILLAGE_CLASSES, dtype=object)[codes]})


def _counted(source: TileSource, view: int) -> pd.DataFrame:
    counts = source.commune_counts(view)
    return source.table("communes").assign(
        households=counts.sum(axis=1), **{state: counts[:, i] for i, state in enumerate(STATES)}
    )


def _columns(source: TileSource, layer: TileLayer, asked: TileFilter, table: pd.DataFrame) -> dict[str, NDArray[Any]]:
    """Return the columns a layer tells, those the study has, as they are written."""
    view = _view(source, asked) if layer.name in _BY_VIEW else None
    wanted = [name for name in layer.parts[layer.name] if name in table]
    return source.kept(("columns", layer.name, view), lambda: {name: _plain(table[name]) for name in wanted})


def _plain(column: pd.Series[Any]) -> NDArray[Any]:
    if column.dtype.kind in "iufb" and not isinstance(column.dtype, pd.api.extensions.ExtensionDtype):
        return column.to_numpy()
    return np.array(["" if pd.isna(value) else str(value) for value in column])
