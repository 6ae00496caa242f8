"""Vector tiles of a study as one PMTiles file, to hand over: a map opens it without any server."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phusong.errors import PhuSongError
from phusong.maps.tile_grid import WORLD, degrees, world_units
from phusong.maps.tile_layers import BINS_PART, POINTS_PART
from phusong.maps.vector_tiles import EVERYTHING, Rights, TileLayer, TileSource, layers, tile
from phusong.words import Language, Text

Place = tuple[int, int, int]

WHOLE_ZOOM = 14
PUBLIC_ZOOM = 12
PUBLIC_LAYERS = ("commune_labels", "households")
"""What may be handed to anybody: names of communes, and counts of five households or more."""
_PACKING = 6
_E7 = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What goes into an archive: layers by name (none: all there are), with which rights, how deep."""

    names: tuple[str, ...]
    rights: Rights
    max_zoom: int


WHOLE = Contents(names=(), rights=Rights(households=True, stations=True), max_zoom=WHOLE_ZOOM)
PUBLIC = Contents(names=PUBLIC_LAYERS, rights=Rights(), max_zoom=PUBLIC_ZOOM)


def write_archive(
    path: Path,
    source: TileSource,
    contents: Contents,
    *,
    name: str,
    language: Language = "vi",
    told: Callable[[float], None] = lambda share: None,
) -> int:
    """Write the tiles of a study, all zooms down to the deepest; return how many there are.

    A tile is looked for only under one that has something in it. ``told`` hears the share that is done.

    Raises
    ------
    PhuSongError
        There is nothing to write.
    """
    from pmtiles.tile import Compression, TileType, zxy_to_tileid
    from pmtiles.writer import Writer

    chosen = [one for one in layers(source, contents.rights) if not contents.names or one.name in contents.names]
    count = 0
    with path.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]
        for at, content in _tiles(source, chosen, contents, zxy_to_tileid, told):
            writer.write_tile(zxy_to_tileid(*at), gzip.compress(content, _PACKING, mtime=0))
            count += 1
        if not count:
            raise PhuSongError(Text("Nghiên cứu không có gì để vẽ.", "The study has nothing to draw."))
        header = {"tile_type": TileType.MVT, "tile_compression": Compression.GZIP, **_bounds(source)}
        writer.finalize(header, _metadata(chosen, contents, name, language))
    return count


def _tiles(
    source: TileSource,
    chosen: Sequence[TileLayer],
    contents: Contents,
    number: Callable[[int, int, int], int],
    told: Callable[[float], None],
) -> Iterator[tuple[Place, bytes]]:
    """Give the tiles with something in them, in the order of the archive."""
    level: list[Place] = [(0, 0, 0)]
    for z in range(contents.max_zoom + 1):
        below: list[Place] = []
        for done, at in enumerate(sorted(level, key=lambda one: number(*one))):
            content = b"".join(tile(source, one.name, *at, EVERYTHING, contents.rights) for one in chosen)
            if content:
                yield at, content
                below += [(z + 1, 2 * at[1] + right, 2 * at[2] + down) for right in (0, 1) for down in (0, 1)]
            told(_share(z, (done + 1) / len(level), contents.max_zoom))
        level = below


def _share(z: int, done: float, max_zoom: int) -> float:
    """Return the share of all work: each zoom has about four times as many tiles as the one before."""
    return float(4**z * (1 + 3 * done) / 4 ** (max_zoom + 1))


def _bounds(source: TileSource) -> dict[str, int]:
    west, south, east, north = source.bounds
    (left, right), (bottom, top) = (axis.tolist() for axis in _world(west, south, east, north))
    lon, lat = degrees(min((left + right) / 2, WORLD - 1), (bottom + top) / 2)
    values = {
        "min_lon": west, "min_lat": south, "max_lon": east, "max_lat": north, "center_lon": lon, "center_lat": lat,
    }  # fmt: skip
    return {f"{key}_e7": round(value * _E7) for key, value in values.items()} | {"center_zoom": 8}


def _world(west: float, south: float, east: float, north: float) -> tuple[Any, Any]:
    import numpy as np

    return world_units(np.array([west, east]), np.array([south, north]))


def _metadata(chosen: Sequence[TileLayer], contents: Contents, name: str, language: Language) -> dict[str, Any]:
    """Return what an archive says of itself: its layers with their columns."""
    parts: dict[str, Mapping[str, Text]] = {part: columns for one in chosen for part, columns in one.parts.items()}
    if not contents.rights.households:
        parts.pop(POINTS_PART, None)
    described = [
        {
            "id": part,
            "minzoom": 0,
            "maxzoom": contents.max_zoom,
            "fields": dict.fromkeys(columns, "Number" if part == BINS_PART else "String"),
            "description": "; ".join(f"{key}: {title.to(language)}" for key, title in columns.items()),
        }
        for part, columns in parts.items()
    ]
    notes = " ".join(one.told.to(language) for one in chosen if one.told.vi)
    return {"name": name, "description": notes, "version": "1", "type": "overlay", "vector_layers": described}
