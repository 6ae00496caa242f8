"""Map layers a study may be given: roads, rivers, power lines, fibre, land constraints, places, coverage claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from phusong.data.cells import PARSERS, Bad, Mended
from phusong.data.layer_columns import LAYER_KINDS, LayerKind
from phusong.data.map_files import WGS84, Shape, read_map_file
from phusong.data.polygons import only_polygons
from phusong.data.schema import Field, header_key
from phusong.data.study_file import INPUT_TITLES, StudyFile
from phusong.data.terrain_grid import Bounds
from phusong.errors import BadInputError, Level, Problem
from phusong.words import Text, number

_SHAPEFILE_NAME = 10
"""Bytes of a column's name a shapefile keeps."""
_PARTS: Mapping[Shape, int] = {
    "Polygon": shapely.GeometryType.POLYGON,
    "LineString": shapely.GeometryType.LINESTRING,
    "Point": shapely.GeometryType.POINT,
}
_SHAPE_TITLES: Mapping[Shape, Text] = {
    "Polygon": Text("vùng", "polygon"),
    "LineString": Text("đường", "line"),
    "Point": Text("điểm hay vùng", "point or polygon"),
    "LineString or Polygon": Text("đường hay vùng", "line or polygon"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layers:
    """Layers in EPSG:4326; None where a layer is not given, so that nothing is known of it.

    ``roads``: lines with ``road_id``, ``road_name``, ``road_class`` (car, motorbike, trail, water; "" where the file
    does not say). ``rivers``: lines and polygons with ``water_name``, ``water_class`` (river, stream, canal, lake; ""
    where the file does not say), only drawn. ``power_lines`` and ``fibre``: lines. ``constraints``: polygons with
    ``kind`` (forest, defence, heritage, other) and ``name``. ``places``: points with ``place_id``, ``place_name``,
    ``kind`` (school, clinic, border_post, industrial_park, office). ``claims``: polygons with ``operator``,
    ``technology``, ``strength`` (core, edge; edge where the file does not say) and ``dated`` (text yyyy-mm-dd, ""
    where not given).

    Lines are single (each part of a multi-line is a row), polygons are valid multipolygons; ids are not repeated. A
    layer of which nothing lies near the study is empty, not None.
    """

    roads: gpd.GeoDataFrame | None = None
    rivers: gpd.GeoDataFrame | None = None
    power_lines: gpd.GeoDataFrame | None = None
    fibre: gpd.GeoDataFrame | None = None
    constraints: gpd.GeoDataFrame | None = None
    places: gpd.GeoDataFrame | None = None
    claims: gpd.GeoDataFrame | None = None


NO_LAYERS = Layers()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LayersReading:
    """The layers of a study, and what was met in their files (no errors: those are raised)."""

    layers: Layers
    problems: tuple[Problem, ...]


def read_layers(file: StudyFile, around: Bounds | None = None) -> LayersReading:
    """Read the layers a study names.

    Parameters
    ----------
    around
        West, south, east, north of the study's surroundings in degrees: what lies beyond is not read.

    Raises
    ------
    BadInputError
        Columns or values that cannot be understood: every problem of all layers at once.
    MissingFileError, UnreadableFileError, MissingCrsError
        As :func:`phusong.data.map_files.read_map_file`.
    """
    found: dict[str, gpd.GeoDataFrame] = {}
    problems: list[Problem] = []
    for name in LAYER_KINDS:
        if name in file.further:
            found[name], met = read_layer(file.further[name], name, around)
            problems += met
    if any(problem.level == "error" for problem in problems):
        raise BadInputError(problems)
    return LayersReading(layers=Layers(**found), problems=tuple(problems))


def read_layer(path: Path, name: str, around: Bounds | None = None) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Read one layer by its name in :class:`Layers`, with every problem of its file; with errors it is not complete."""
    kind = LAYER_KINDS[name]
    raw = read_map_file(path, kind.shape, around=around)
    met = _Met(path.name)
    if raw.empty:
        title = INPUT_TITLES[name]
        met.add("warning", f"không có {title.vi} nào gần khu vực nghiên cứu", f"no {title.en} near the study's area")
    columns = _columns(path, raw, kind)
    table = pd.DataFrame({field.name: _values(raw, field, columns, kind, met) for field in kind.fields}, raw.index)
    shaped = _shaped(raw, kind.shape, met)
    layer = gpd.GeoDataFrame(table.loc[shaped.index], geometry=shaped.to_numpy(), crs=WGS84)
    return _with_keys(layer, kind), tuple(met.problems)


class _Met:
    """What is met in one file, gathered so that it is answered once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(
        self, level: Level, vi: str, en: str, *, row: int | None = None, column: str | None = None, found: str = ""
    ) -> None:
        text = Text(vi, en)
        self.problems.append(
            Problem(level=level, file=self.file, text=text, row=row, column=column, found=found or None)
        )


def _columns(path: Path, raw: gpd.GeoDataFrame, kind: LayerKind) -> dict[str, str]:
    """Return which column of the file holds which field; each column serves one field, the first that names it."""
    headers = [str(name) for name in raw.columns if name != raw.geometry.name]
    known = {header_key(header).replace(" ", ""): header for header in reversed(headers)}
    is_cut = path.suffix.lower() == ".shp"
    cut = {key: header for key, header in known.items() if is_cut and len(header.encode()) == _SHAPEFILE_NAME}
    found: dict[str, str] = {}
    for field in kind.fields:
        for spelling in (field.name, field.title.vi, field.title.en, *field.aliases):
            key = header_key(spelling).replace(" ", "")
            header = known.get(key) or next((h for start, h in cut.items() if key.startswith(start)), None)
            if header is not None and header not in found.values():
                found[field.name] = header
                break
    return found


def _values(raw: gpd.GeoDataFrame, field: Field, columns: Mapping[str, str], kind: LayerKind, met: _Met) -> list[str]:
    """Return the values of a field; what cannot be understood is a problem, once for each value of the file."""
    if field.name not in columns:
        _note_absent(field, kind, met)
        return [_DEFAULTS.get(field.name, "")] * len(raw)
    header = columns[field.name]
    cells = [None if pd.isna(cell) else cell for cell in raw[header]]
    parsed = {cell: _value(cell, field) for cell in dict.fromkeys(cells)}
    for cell, value in parsed.items():
        if isinstance(value, Bad):
            _note_bad(raw, cells, cell, value, field, header, kind, met)
    empty = sum(parsed[cell] is None for cell in cells)
    if empty and field.name in kind.required:
        row = int(raw.index[next(k for k, cell in enumerate(cells) if parsed[cell] is None)])
        vi, en = _times(empty)
        met.add("error", f"{field.title.vi} để trống{vi}", f"{field.title.en} is empty{en}", row=row, column=header)
    default = _DEFAULTS.get(field.name, "")
    other = kind.otherwise.get(field.name, "")
    return [other if isinstance(v := parsed[cell], Bad) else default if v is None else v for cell in cells]


_DEFAULTS: Mapping[str, str] = {"strength": "edge", "kind": "other"}
"""What stands where a file says nothing: the weaker claim; a constraint of a kind unknown."""


def _value(cell: object, field: Field) -> str | Bad | None:
    parse = PARSERS[field.kind]
    value = parse(cell, field)
    if isinstance(value, Bad) and field.options and isinstance(cell, str):
        again = parse(header_key(cell), field)  # "đường ô-tô", "living street"
        value = value if isinstance(again, Bad) else again
    if isinstance(value, Mended):
        value = value.value
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    return value if value is None or isinstance(value, Bad) else str(value)


def _note_absent(field: Field, kind: LayerKind, met: _Met) -> None:
    if field.name in kind.required:
        met.add(
            "error",
            f"không có cột {field.title.vi} (ví dụ {_examples(field)})",
            f"there is no column {field.title.en} (for example {_examples(field)})",
        )
    elif field.options:
        met.add(
            "warning",
            f"không có cột {field.title.vi}: coi là chưa rõ",
            f"there is no column {field.title.en}: taken as unknown",
        )


def _examples(field: Field) -> str:
    return ", ".join((field.name, *field.aliases[:2]))


def _note_bad(
    raw: gpd.GeoDataFrame,
    cells: list[object],
    cell: object,
    bad: Bad,
    field: Field,
    header: str,
    kind: LayerKind,
    met: _Met,
) -> None:
    rows = [int(raw.index[k]) for k, other in enumerate(cells) if other == cell]
    vi, en = _times(len(rows))
    if field.name in kind.otherwise:
        level: Level = "warning"
        taken = Text(" Coi là chưa rõ.", " Taken as unknown.")
    else:
        level, taken = "error", Text("", "")
    met.add(
        level,
        f"{bad.text.vi.removesuffix('.')}{vi}.{taken.vi}",
        f"{bad.text.en.removesuffix('.')}{en}.{taken.en}",
        row=rows[0],
        column=header,
        found=str(cell),
    )


def _times(count: int) -> tuple[str, str]:
    """Say how many further features are alike."""
    if count == 1:
        return "", ""
    return f" (và {number(count - 1)} dòng khác như vậy)", f" (and {number(count - 1, 'en')} more such rows)"


def _shaped(raw: gpd.GeoDataFrame, shape: Shape, met: _Met) -> gpd.GeoSeries:
    """Return the shapes a layer is made of, one or more a feature, indexed as the features; others are problems."""
    given = shapely.force_2d(raw.geometry.to_numpy())
    empty = shapely.is_missing(given) | shapely.is_empty(given)
    if empty.any():
        n = int(empty.sum())
        row = int(raw.index[int(np.argmax(empty))])
        vi, en = _times(n)
        met.add("warning", f"không có hình học{vi}: bỏ qua", f"without geometry{en}: left out", row=row)
    index, given = raw.index.to_numpy()[~empty], given[~empty]
    parts, owner = _fitting_parts(given, shape, met)
    lost = np.setdiff1d(np.arange(len(given)), owner)
    if lost.size:
        vi, en = _times(lost.size)
        title = _SHAPE_TITLES[shape]
        met.add("error", f"không phải {title.vi}{vi}", f"is no {title.en}{en}", row=int(index[lost[0]]))
    return gpd.GeoSeries(parts, index=index[owner], crs=WGS84)


def _fitting_parts(
    given: NDArray[np.object_], shape: Shape, met: _Met
) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return what the layer is made of, and the place in ``given`` of what each came from."""
    if shape == "Polygon":
        return _polygons(given, met)
    if shape != "LineString or Polygon":
        return _simple_parts(given, shape)
    is_area = np.isin(shapely.get_type_id(given), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    areas, lines = np.flatnonzero(is_area), np.flatnonzero(~is_area)
    whole, of_area = _polygons(given[areas], met)
    single, of_line = _simple_parts(given[lines], "LineString")
    return np.concatenate([whole, single]), np.concatenate([areas[of_area], lines[of_line]])


def _polygons(given: NDArray[np.object_], met: _Met) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    invalid = int(np.count_nonzero(~shapely.is_valid(given)))
    if invalid:
        met.add(
            "repair",
            f"{number(invalid)} vùng tự cắt hoặc sai hình học: đã sửa",
            f"{number(invalid, 'en')} polygons crossed themselves or were otherwise invalid: repaired",
        )
    whole = only_polygons(given)
    kept = np.flatnonzero(~shapely.is_empty(whole))
    return whole[kept], kept


def _simple_parts(given: NDArray[np.object_], shape: Shape) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Take multi-geometries apart, lines joined where they meet; for points an area or a line gives a point on it."""
    if shape == "Point":
        single = shapely.get_type_id(given) == shapely.GeometryType.MULTIPOINT
        given = np.where(single | (shapely.get_type_id(given) == 0), given, shapely.point_on_surface(given))
    else:
        given = shapely.line_merge(given)
    parts, owner = shapely.get_parts(given, return_index=True)
    parts, of_part = shapely.get_parts(parts, return_index=True)  # collections hold multi-geometries
    fits = shapely.get_type_id(parts) == _PARTS[shape]
    return parts[fits], owner[of_part][fits]


def _with_keys(layer: gpd.GeoDataFrame, kind: LayerKind) -> gpd.GeoDataFrame:
    """Name every feature, each once: by the file's key, else by its row; parts and repeats get a number behind."""
    if kind.key is None:
        return layer.reset_index(drop=True)
    rows = layer.index.to_numpy()
    layer = layer.reset_index(drop=True)
    made = pd.Series([f"{kind.key_prefix}{row}" for row in rows], dtype=object)
    key = layer[kind.key].where(layer[kind.key] != "", made)
    while key.duplicated().any():
        again = key.groupby(key, sort=False).cumcount()
        key = key.where(again == 0, key + "-" + (again + 1).astype(str))
    layer[kind.key] = key
    return layer
