"""Clutter on bare ground: heights by land class from a table, laid on every terrain cell, with clearings around houses.

Land cover calls a shaded hamlet forest, yet houses stand in a clearing: around every household the ground is its
settlement, with low houses and gardens. A surface model (dsm) has canopy and roofs in its elevations and takes nothing.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phusong.coverage.radio.profile_geometry import EARTH_RADIUS_KM
from phusong.coverage.terrain import Terrain, TerrainKind
from phusong.data.land_cover import LAND_CLASSES, WORLD_COVER, LandClass, LandCover, classes_on
from phusong.errors import MissingFileError, Range, StudyError
from phusong.words import Text

SETTLEMENT = "settlement"
CLUTTER_CLASSES = (*LAND_CLASSES, SETTLEMENT)
HEIGHT_M = Range(0, 100, "m")
CLEARING_M = Range(0, 500, "m")
CODE = Range(0, 255)

_TABLE = "clutter_heights.toml"
_HOUSES_AT_ONCE = 100_000
_METRES_A_DEGREE = 1000.0 * math.radians(EARTH_RADIUS_KM)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClutterHeights:
    """A table of heights: whole metres and their source by class (``CLUTTER_CLASSES``), and the clearing around houses.

    ``codes`` says which class a code of a land-cover raster is.
    """

    name: str
    height_m: Mapping[str, int]
    source: Mapping[str, Text]
    clearing_m: float
    codes: Mapping[int, LandClass]


def read_clutter_heights(path: Path | None = None) -> ClutterHeights:
    """Return the table of a TOML file; without one, that of the package.

    Raises
    ------
    MissingFileError, StudyError
        No such file; unreadable, or with wrong entries: all of them at once.
    """
    if path is None:
        table = resources.files("phusong.data").joinpath("tables", _TABLE)
        return parse_clutter_heights(table.read_text(encoding="utf-8"), _TABLE)
    if not path.is_file():
        raise MissingFileError(
            Text(f"Không tìm thấy bảng chiều cao vật che phủ {path}", f"No table of clutter heights {path}")
        )
    try:
        return parse_clutter_heights(path.read_text(encoding="utf-8"), path.name)
    except UnicodeDecodeError as error:
        raise _unreadable(path.name, error) from error


def parse_clutter_heights(text: str, name: str) -> ClutterHeights:
    """Return the table written in a TOML text.

    Raises
    ------
    StudyError
        Every unknown, missing or wrong entry in one sentence.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(name, error) from error
    wrong = list(_wrong_entries(raw))
    if wrong:
        vi, en = "; ".join(part.vi for part in wrong), "; ".join(part.en for part in wrong)
        raise StudyError(Text(f"{name}: {vi}", f"{name}: {en}"))
    codes = {int(code): land_class for code, land_class in raw["codes"].items()} if "codes" in raw else WORLD_COVER
    return ClutterHeights(
        name=name,
        height_m=MappingProxyType({c: raw["class"][c]["height_m"] for c in CLUTTER_CLASSES}),
        source=MappingProxyType({c: _source(raw["class"][c]["source"]) for c in CLUTTER_CLASSES}),
        clearing_m=float(raw["clearing_m"]),
        codes=MappingProxyType(dict(codes)),
    )


def _unreadable(name: str, error: Exception) -> StudyError:
    return StudyError(Text(f"Bảng {name} không đọc được: {error}", f"Table {name} cannot be read: {error}"))


def _source(given: str | Mapping[str, str]) -> Text:
    return Text(given, given) if isinstance(given, str) else Text(given["vi"], given["en"])


def _wrong_entries(raw: Mapping[str, Any]) -> Iterator[Text]:
    for key in raw.keys() - {"clearing_m", "class", "codes"}:
        yield Text(f"không có mục {key}", f"no entry {key}")
    clearing = raw.get("clearing_m")
    if not isinstance(clearing, int | float) or isinstance(clearing, bool):
        yield Text("clearing_m phải là một số mét", "clearing_m must be a number of metres")
    elif not CLEARING_M.holds(clearing):
        yield CLEARING_M.text("clearing_m", clearing)
    classes, codes = raw.get("class", {}), raw.get("codes", {})
    for section, value in (("class", classes), ("codes", codes)):
        if not isinstance(value, dict):
            yield Text(f"{section} phải là một phần [{section}]", f"{section} must be a section [{section}]")
    if isinstance(classes, dict):
        yield from _wrong_classes(classes)
    if isinstance(codes, dict):
        yield from _wrong_codes(codes)


def _wrong_classes(classes: Mapping[str, Any]) -> Iterator[Text]:
    allowed = ", ".join(CLUTTER_CLASSES)
    for name in classes.keys() - set(CLUTTER_CLASSES):
        yield Text(f"không có loại đất “{name}”, chỉ có {allowed}", f"no land class “{name}”, only {allowed}")
    for name in CLUTTER_CLASSES:
        entry = classes.get(name)
        if not isinstance(entry, dict):
            yield Text(f"thiếu phần [class.{name}]", f"section [class.{name}] is missing")
            continue
        yield from _wrong_class(name, entry)


def _wrong_class(name: str, entry: Mapping[str, Any]) -> Iterator[Text]:
    height = entry.get("height_m")
    if not isinstance(height, int) or isinstance(height, bool):
        yield Text(
            f"height_m của {name} phải là số nguyên mét, nhận được {height!r}",
            f"height_m of {name} must be a whole number of metres, got {height!r}",
        )
    elif not HEIGHT_M.holds(height):
        text = HEIGHT_M.text("height_m", height)
        yield Text(f"{name}: {text.vi}", f"{name}: {text.en}")
    source = entry.get("source")
    if isinstance(source, dict):
        source = " ".join(str(source.get(language, "")) for language in ("vi", "en")) if len(source) == 2 else None
    if not isinstance(source, str) or not source.strip():
        yield Text(f"{name} thiếu source (nguồn)", f"{name} lacks a source")
    for key in entry.keys() - {"height_m", "source"}:
        yield Text(f"{name} không có mục {key}", f"{name} has no entry {key}")


def _wrong_codes(codes: Mapping[str, Any]) -> Iterator[Text]:
    allowed = ", ".join(LAND_CLASSES)
    for code, name in codes.items():
        if not (code.isdecimal() and CODE.holds(int(code))):
            yield Text(f"mã raster “{code}” phải từ 0 đến 255", f"raster code “{code}” must be 0 to 255")
        if name not in LAND_CLASSES:
            yield Text(
                f"mã {code}: không có loại đất “{name}”, chỉ có {allowed}",
                f"code {code}: no land class “{name}”, only {allowed}",
            )


def clutter_text(kind: TerrainKind, *, land_cover_given: bool) -> Text:
    """Say how what stands on the ground is treated: one of four situations, printed with every result."""
    return _SITUATIONS[kind, land_cover_given]


_SITUATIONS: Mapping[tuple[TerrainKind, bool], Text] = MappingProxyType(
    {
        ("dsm", False): Text(
            "vật che phủ: tán cây và mái nhà đã nằm trong độ cao của mô hình số bề mặt (DSM), không cộng thêm",
            "clutter: canopy and roofs are inside the elevations of the dsm terrain, nothing is added",
        ),
        ("dsm", True): Text(
            "vật che phủ: tán cây và mái nhà đã nằm trong độ cao của mô hình số bề mặt (DSM), không cộng thêm; lớp phủ "
            "mặt đất chỉ dùng để ước tính hộ dân",
            "clutter: canopy and roofs are inside the elevations of the dsm terrain, nothing is added; land cover is "
            "used for estimating households only",
        ),
        ("dtm", True): Text(
            "vật che phủ: chiều cao theo lớp phủ mặt đất cộng vào địa hình dtm dọc đường truyền, có khoảng trống quanh "
            "nhà",
            "clutter: heights by land cover are added to the dtm terrain along the path, with clearings around houses",
        ),
        ("dtm", False): Text(
            "chưa xét vật che phủ: địa hình dtm là mặt đất trần và không có lớp phủ mặt đất, mức thu có thể lạc quan",
            "clutter is not counted: the dtm terrain is bare ground and there is no land cover, levels may be "
            "optimistic",
        ),
    }
)


def clutter_on(
    terrain: Terrain,
    land_cover: LandCover | None,
    heights: ClutterHeights,
    houses_lon_deg: ArrayLike,
    houses_lat_deg: ArrayLike,
) -> NDArray[np.uint8] | None:
    """Return the metres of clutter on every terrain cell; None for a surface model or without land cover.

    Parameters
    ----------
    terrain
        The grid.
    land_cover
        What stands where; None where not known.
    heights
        Metres by class; within ``clearing_m`` of a house never more than the settlement's.
    houses_lon_deg, houses_lat_deg
        Households; those without a position (NaN) or off the grid clear nothing there.

    Returns
    -------
    clutter_m
        Whole metres, shape of ``terrain.elevation_m``; cells without elevation have clutter too.
    """
    if terrain.kind == "dsm" or land_cover is None:
        return None
    by_class = np.array([heights.height_m[name] for name in LAND_CLASSES], dtype=np.uint8)
    clutter_m: NDArray[np.uint8] = by_class[classes_on(land_cover, terrain)]
    near = clearing(terrain, houses_lon_deg, houses_lat_deg, clearing_m=heights.clearing_m)
    np.minimum(clutter_m, np.uint8(heights.height_m[SETTLEMENT]), out=clutter_m, where=near)
    return clutter_m


def clearing(
    terrain: Terrain, houses_lon_deg: ArrayLike, houses_lat_deg: ArrayLike, *, clearing_m: float
) -> NDArray[np.bool_]:
    """Say for every terrain cell whether its centre is within ``clearing_m`` of a house, or a house stands in it.

    Nothing is cleared at 0 m. Distances are on a sphere, good to 0.6 %.
    """
    n_rows, n_cols = terrain.elevation_m.shape
    row_m = terrain.cell_lat_deg * _METRES_A_DEGREE
    least_col_m = terrain.cell_lon_deg * _METRES_A_DEGREE * _least_cosine(terrain)
    down, across = int(clearing_m / row_m) + 1, int(clearing_m / least_col_m) + 1
    padded = np.zeros((n_rows + 2 * down, n_cols + 2 * across), dtype=np.bool_)
    lon, lat = (np.asarray(v, dtype=np.float64).ravel() for v in (houses_lon_deg, houses_lat_deg))
    for start in range(0, lon.size if clearing_m > 0.0 else 0, _HOUSES_AT_ONCE):
        part = slice(start, start + _HOUSES_AT_ONCE)
        _clear_around(padded, terrain, lon[part], lat[part], clearing_m, (down, across))
    return padded[down : down + n_rows, across : across + n_cols]


def _least_cosine(terrain: Terrain) -> float:
    return min(math.cos(math.radians(lat)) for lat in (terrain.north_deg, terrain.south_deg))


def _clear_around(
    padded: NDArray[np.bool_],
    terrain: Terrain,
    lon_deg: NDArray[np.float64],
    lat_deg: NDArray[np.float64],
    clearing_m: float,
    pad: tuple[int, int],
) -> None:
    """Mark the cells around some houses: one step over all of them for each neighbour a cell may have."""
    known = np.isfinite(lon_deg) & np.isfinite(lat_deg)
    lon_deg, lat_deg = lon_deg[known], lat_deg[known]
    row, col = terrain.cell_at(lon_deg, lat_deg)
    on = row >= 0
    row, col, lon_deg, lat_deg = row[on], col[on], lon_deg[on], lat_deg[on]
    row_m = terrain.cell_lat_deg * _METRES_A_DEGREE
    col_m = terrain.cell_lon_deg * _METRES_A_DEGREE * np.cos(np.radians(lat_deg))
    south = ((terrain.north_deg - lat_deg) / terrain.cell_lat_deg - row - 0.5) * row_m
    east = ((lon_deg - terrain.west_deg) / terrain.cell_lon_deg - col - 0.5) * col_m
    width = padded.shape[1]
    flat = padded.reshape(-1)
    place = (row + pad[0]) * width + col + pad[1]
    flat[place] = True
    east_m2 = {d_col: (d_col * col_m - east) ** 2 for d_col in range(-pad[1], pad[1] + 1)}
    for d_row in range(-pad[0], pad[0] + 1):
        left_m2 = clearing_m**2 - (d_row * row_m - south) ** 2
        for d_col, across_m2 in east_m2.items():
            flat[place[across_m2 <= left_m2] + (d_row * width + d_col)] = True
