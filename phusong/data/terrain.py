"""Read terrain: one file or a folder of GeoTIFF and SRTM .hgt tiles becomes one grid on EPSG:4326.

Tiles already on EPSG:4326, north-up and on one common grid are copied cell by cell. Anything else (projected, rotated,
shifted by part of a cell) is resampled bilinearly onto that grid, or onto 1″ where no tile has one, and the reading
says so. What is not known stays ``MISSING``: gaps between tiles, declared no-data, −32768, NaN, heights no place on
Earth has.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.transform import Affine
from rasterio.warp import reproject, transform_bounds
from rasterio.windows import Window

from phusong.coverage.terrain import MISSING, Elevation, Terrain, TerrainKind
from phusong.data.digests import sha256_of
from phusong.data.terrain_grid import (
    WGS84,
    Bounds,
    Grid,
    Tile,
    common,
    common_grid,
    corners,
    crs_name,
    extent,
    moved,
    seconds,
    union,
)
from phusong.errors import MissingCrsError, MissingFileError, Problem, Range, TerrainError, UnreadableFileError
from phusong.words import Text, number

ELEVATION_M = Range(-500.0, 9000.0, "m")
"""Heights a place on land can have; anything else is a fault of the file."""
MAX_CELLS = 400_000_000
"""Cells of one grid, 0.8 GB: about 5.5° × 5.5° at 1″. A wider area is read in parts."""
SUFFIXES = (".tif", ".tiff", ".hgt")

_DIFFERENT_M = 10  # two tiles may differ by this in the row they share
_STRIP_ROWS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class TerrainReading:
    """Terrain with everything its files did not say well, and the SHA-256 of every file read, by name."""

    terrain: Terrain
    problems: tuple[Problem, ...]
    sha256: dict[str, str]


@dataclass(slots=True)
class _Count:
    """What was met while the tiles were read."""

    implausible: int = 0
    different: int = 0


def read_terrain(path: Path, *, kind: TerrainKind, bounds: Bounds | None = None) -> TerrainReading:
    """Read the terrain of an area from a file or a folder of tiles.

    Parameters
    ----------
    path
        A .tif, .tiff or .hgt file, or a folder of them (its own files, not those of folders inside it).
    kind
        Whether the heights contain canopy and roofs (dsm) or not (dtm): the files do not say.
    bounds
        west, south, east, north in degrees; only this part is read. Without it, all that the tiles cover.

    Returns
    -------
    reading
        The terrain, its problems (all warnings or repairs) and the digest of every file read. Where two tiles overlap
        the first by name gives the height and the next ones fill only what it does not know.

    Raises
    ------
    MissingFileError, UnreadableFileError, MissingCrsError
        No such file; a damaged one; one without a coordinate system.
    TerrainError
        Tiles of different cell size, no terrain inside the bounds, more than ``MAX_CELLS`` cells.
    """
    path = Path(path)
    tiles = [_tile(file) for file in _files(path)]
    if bounds is not None:
        tiles = _touching(tiles, bounds, path)
    grid = _grid_of(tiles, bounds)
    elevation_m = np.full((grid.n_rows, grid.n_cols), MISSING, dtype=np.int16)
    problems: list[Problem] = []
    for tile in tiles:
        count = _Count()
        _fill(elevation_m, grid, tile, count)
        problems += _problems_of(tile, grid, count)
    problems += _problems_of_heights(path, elevation_m)
    terrain = Terrain(
        elevation_m=elevation_m,
        west_deg=grid.west_deg,
        north_deg=grid.north_deg,
        cell_lon_deg=grid.cell_lon_deg,
        cell_lat_deg=grid.cell_lat_deg,
        kind=kind,
        source=_source(path, tiles, grid),
    )
    digests = {tile.path.name: sha256_of(tile.path) for tile in tiles}
    return TerrainReading(terrain=terrain, problems=tuple(problems), sha256=digests)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise MissingFileError(Text(f"Không tìm thấy tệp địa hình {path}.", f"Terrain file {path} was not found."))
    files = sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES and not p.name.startswith("."))
    if not files:
        raise MissingFileError(
            Text(
                f"Thư mục {path} không có tệp địa hình nào ({', '.join(SUFFIXES)}).",
                f"Folder {path} holds no terrain file ({', '.join(SUFFIXES)}).",
            )
        )
    return files


@contextmanager
def _open(path: Path) -> Iterator[rasterio.DatasetReader]:
    """Open a raster; whatever is wrong inside it, then or while reading, is one error that names the file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # said by ourselves as MissingCrsError
            with rasterio.open(path) as raster:
                yield raster
    except RasterioError as error:
        raise UnreadableFileError(
            Text(
                f"Không đọc được tệp địa hình {path.name}: tệp hỏng hoặc không phải GeoTIFF, SRTM .hgt.",
                f"Terrain file {path.name} cannot be read: damaged, or neither GeoTIFF nor SRTM .hgt.",
            )
        ) from error


def _tile(path: Path) -> Tile:
    with _open(path) as raster:
        crs, transform, size = raster.crs, raster.transform, (raster.height, raster.width)
        bands = raster.count
    if crs is None:
        raise MissingCrsError(
            Text(
                f"Tệp địa hình {path.name} không ghi hệ toạ độ. Hãy gán hệ toạ độ rồi đọc lại.",
                f"Terrain file {path.name} has no coordinate reference system. Assign one and read it again.",
            )
        )
    if bands != 1:
        raise TerrainError(
            Text(
                f"{path.name} có {bands} kênh; tệp độ cao chỉ có một kênh. Có lẽ đây là ảnh.",
                f"{path.name} has {bands} bands; a file of heights has one. This may be a picture.",
            )
        )
    return Tile(
        path=path,
        crs=crs,
        transform=transform,
        height=size[0],
        width=size[1],
        bounds=_degrees(path, crs, transform, size),
    )


def _degrees(path: Path, crs: CRS, transform: Affine, size: tuple[int, int]) -> Bounds:
    """Return the bounds in degrees; a file whose numbers cannot be degrees or metres of its system is refused."""
    try:
        bounds = transform_bounds(crs, WGS84, *extent(transform, size))
    except RasterioError:
        bounds = (math.inf,) * 4
    west, south, east, north = bounds
    if not (-181.0 <= west < east <= 181.0 and -91.0 <= south < north <= 91.0):
        raise TerrainError(
            Text(
                f"Tệp địa hình {path.name}: vị trí không khớp với hệ toạ độ {crs_name(crs)} ghi trong tệp.",
                f"Terrain file {path.name}: its position does not fit the coordinate system {crs_name(crs)} it states.",
            )
        )
    return west, south, east, north


def _touching(tiles: Sequence[Tile], bounds: Bounds, path: Path) -> list[Tile]:
    touching = [tile for tile in tiles if common(tile.bounds, bounds) is not None]
    if not touching:
        held = union([tile.bounds for tile in tiles])
        raise TerrainError(
            Text(
                f"Địa hình {path.name} ({corners(held, 'vi')}) nằm ngoài vùng nghiên cứu ({corners(bounds, 'vi')}).",
                f"Terrain {path.name} ({corners(held, 'en')}) lies outside the study area ({corners(bounds, 'en')}).",
            )
        )
    return touching


def _grid_of(tiles: Sequence[Tile], bounds: Bounds | None) -> Grid:
    base = common_grid([tile for tile in tiles if tile.on_degrees])
    covered = union([tile.bounds for tile in tiles])
    grid = base.over(covered if bounds is None else common(covered, bounds) or covered)
    cells = grid.n_rows * grid.n_cols
    if cells > MAX_CELLS:
        raise TerrainError(
            Text(
                f"Vùng địa hình có {number(cells)} ô, nhiều hơn mức cho phép {number(MAX_CELLS)}. "
                "Hãy chia nhỏ vùng nghiên cứu.",
                f"The terrain has {number(cells, 'en')} cells, more than the {number(MAX_CELLS, 'en')} allowed. "
                "Study a smaller area.",
            )
        )
    return grid


def _fill(elevation_m: Elevation, grid: Grid, tile: Tile, count: _Count) -> None:
    """Write a tile's heights into the cells that have none yet, strip by strip."""
    parts = _copied(grid, tile, count) if grid.holds(tile) else _resampled(grid, tile, count)
    for row, col, heights_m in parts:
        target = elevation_m[row : row + heights_m.shape[0], col : col + heights_m.shape[1]]
        known = heights_m != MISSING
        both = known & (target != MISSING)
        apart = np.abs(target[both].astype(np.int32) - heights_m[both])
        count.different += int(np.count_nonzero(apart > _DIFFERENT_M))
        np.copyto(target, heights_m, where=known & ~both)


def _copied(grid: Grid, tile: Tile, count: _Count) -> Iterator[tuple[int, int, Elevation]]:
    top, left = (round(at) for at in grid.place_of(tile))
    first_col, last_col = max(left, 0), min(left + tile.width, grid.n_cols)
    last_row = min(top + tile.height, grid.n_rows)
    with _open(tile.path) as raster:
        for row in range(max(top, 0), last_row, _STRIP_ROWS):
            rows = min(_STRIP_ROWS, last_row - row)
            window = Window(first_col - left, row - top, last_col - first_col, rows)
            yield row, first_col, _whole_metres(_heights(raster, window), count)


def _resampled(grid: Grid, tile: Tile, count: _Count) -> Iterator[tuple[int, int, Elevation]]:
    """Yield the tile on the grid: NaN is kept apart first, so that no height is mixed with a no-data value."""
    part = common(tile.bounds, extent(grid.transform, (grid.n_rows, grid.n_cols)))
    if part is None:
        return
    inner = grid.over(part)
    with _open(tile.path) as raster:
        window = _source_window(raster, part)
        heights_m = _heights(raster, window)
        on_grid_m = np.full((inner.n_rows, inner.n_cols), np.nan, dtype=np.float32)
        reproject(
            heights_m,
            on_grid_m,
            src_transform=moved(raster.transform, window.row_off, window.col_off),
            src_crs=tile.crs,
            src_nodata=np.nan,
            dst_transform=inner.transform,
            dst_crs=WGS84,
            dst_nodata=np.nan,
            resampling=Resampling.bilinear,
        )
    row = round((grid.north_deg - inner.north_deg) / grid.cell_lat_deg)
    col = round((inner.west_deg - grid.west_deg) / grid.cell_lon_deg)
    top, left = max(-row, 0), max(-col, 0)
    on_grid_m = on_grid_m[top : grid.n_rows - row, left : grid.n_cols - col]
    yield row + top, col + left, _whole_metres(on_grid_m, count)


def _source_window(raster: rasterio.DatasetReader, part: Bounds) -> Window:
    """Return the cells of the file that lie under the bounds, with two more on each side for the interpolation."""
    west, south, east, north = transform_bounds(WGS84, raster.crs, *part)
    xs, ys = np.array([west, west, east, east]), np.array([south, north, south, north])
    inverse = ~raster.transform
    cols = inverse.a * xs + inverse.b * ys + inverse.c
    rows = inverse.d * xs + inverse.e * ys + inverse.f
    left, top = max(math.floor(min(cols)) - 2, 0), max(math.floor(min(rows)) - 2, 0)
    right, bottom = min(math.ceil(max(cols)) + 2, raster.width), min(math.ceil(max(rows)) + 2, raster.height)
    return Window(left, top, max(right - left, 1), max(bottom - top, 1))


def _heights(raster: rasterio.DatasetReader, window: Window) -> NDArray[np.float32]:
    """Return heights in metres; NaN where the file has none."""
    values = raster.read(1, window=window, masked=True)
    heights_m: NDArray[np.float32] = values.filled(0).astype(np.float32)
    heights_m[np.ma.getmaskarray(values) | (heights_m == np.float32(MISSING))] = np.nan
    scale, offset = np.float32(raster.scales[0]), np.float32(raster.offsets[0])
    return heights_m * scale + offset


def _whole_metres(heights_m: NDArray[np.float32], count: _Count) -> Elevation:
    """Round to int16 metres; what is unknown or no height on Earth is MISSING."""
    unknown = np.isnan(heights_m)
    plausible = (heights_m >= ELEVATION_M.low) & (heights_m <= ELEVATION_M.high)
    count.implausible += int(np.count_nonzero(~plausible & ~unknown))
    return np.where(plausible, np.rint(heights_m), np.float32(MISSING)).astype(np.int16)


def _problems_of(tile: Tile, grid: Grid, count: _Count) -> list[Problem]:
    texts = []
    if not grid.holds(tile):
        texts.append(
            Text(
                f"hệ toạ độ {crs_name(tile.crs)} hoặc lưới ô khác lưới chung: "
                "đã nội suy song tuyến về lưới chung EPSG:4326",
                f"coordinate system {crs_name(tile.crs)} or grid differs from the common one: "
                "interpolated bilinearly onto the common grid, EPSG:4326",
            )
        )
    if count.implausible:
        low, high = number(ELEVATION_M.low), number(ELEVATION_M.high)
        texts.append(
            Text(
                f"{number(count.implausible)} ô có độ cao ngoài khoảng {low} đến {high} m: coi là không có dữ liệu",
                f"{number(count.implausible, 'en')} cells have heights outside {ELEVATION_M.low:g} to "
                f"{ELEVATION_M.high:g} m: taken as missing",
            )
        )
    if count.different:
        texts.append(
            Text(
                f"{number(count.different)} ô lệch hơn {_DIFFERENT_M} m so với tệp đứng trước ở phần chồng nhau: "
                "lấy theo tệp đứng trước",
                f"{number(count.different, 'en')} cells differ by more than {_DIFFERENT_M} m from an earlier file "
                "where they overlap: the earlier file is taken",
            )
        )
    return [Problem(level="warning", file=tile.path.name, text=text) for text in texts]


def _problems_of_heights(path: Path, elevation_m: Elevation) -> list[Problem]:
    lowest_m, negative, known = 0, 0, 0
    for row in range(0, elevation_m.shape[0], _STRIP_ROWS):
        strip = elevation_m[row : row + _STRIP_ROWS]
        strip = strip[strip != MISSING]
        known += strip.size
        negative += int(np.count_nonzero(strip < 0))
        lowest_m = min(lowest_m, int(strip.min(initial=0)))
    if known == 0:
        text = Text("không có ô nào có độ cao trong vùng đọc", "no cell of the area read has a height")
    elif negative:
        text = Text(
            f"{number(negative)} ô có độ cao âm (thấp nhất {number(lowest_m)} m): giữ nguyên",
            f"{number(negative, 'en')} cells have negative heights (lowest {lowest_m} m): kept as they are",
        )
    else:
        return []
    return [Problem(level="warning", file=path.name, text=text)]


def _source(path: Path, tiles: Sequence[Tile], grid: Grid) -> str:
    """Say in one line, the same in both languages, what the terrain was read from and how."""
    count = f" ({len(tiles)} × {tiles[0].path.suffix.lower()})" if path.is_dir() else ""
    resampled = sorted({crs_name(tile.crs) for tile in tiles if not grid.holds(tile)})
    how = f"; {', '.join(resampled)} → EPSG:4326, bilinear" if resampled else ""
    return f"{path.name}{count}, {seconds(grid.cell_lat_deg, 'en')}{how}"
