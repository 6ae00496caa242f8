"""A PMTiles file of the user's own to lie under the map: tiles by place, directories read once."""

from __future__ import annotations

import gzip
import json
import mmap
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from phusong.errors import UnreadableFileError
from phusong.words import Text

Kind = Literal["vector", "raster"]
_E7 = 10_000_000
_DEEPEST = 4
_DIRECTORIES = 256
"""Directories of one file that are kept: some thousand tiles each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BasemapFacts:
    """What a file says of itself; ``parts`` are the layers inside vector tiles."""

    kind: Kind
    media_type: str
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]
    parts: tuple[str, ...]


class Basemap:
    """An opened file, read-only; threads may ask it at once.

    Raises
    ------
    UnreadableFileError
        It is not there, is no PMTiles file, or its tiles are of a kind maps here cannot draw.
    """

    def __init__(self, path: Path) -> None:
        from pmtiles.tile import Compression, TileType, deserialize_header

        kinds: dict[TileType, tuple[Kind, str]] = {
            TileType.MVT: ("vector", "application/vnd.mapbox-vector-tile"),
            TileType.PNG: ("raster", "image/png"),
            TileType.JPEG: ("raster", "image/jpeg"),
            TileType.WEBP: ("raster", "image/webp"),
        }
        try:
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._header = deserialize_header(self._bytes[:127])
            kind, media_type = kinds[self._header["tile_type"]]
            told = self._told()
        except Exception as error:  # the library has an error of its own for every way a file can be wrong
            raise UnreadableFileError(
                Text(f"{path.name} không phải tệp PMTiles đọc được.", f"{path.name} is no PMTiles file to be read.")
            ) from error
        self._packed = self._header["tile_compression"] == Compression.GZIP
        self._directory = lru_cache(maxsize=_DIRECTORIES)(self._read_directory)
        west, south, east, north = (
            self._header[name] / _E7
            for name in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
        )
        self.facts = BasemapFacts(
            kind=kind,
            media_type=media_type,
            min_zoom=self._header["min_zoom"],
            max_zoom=self._header["max_zoom"],
            bounds=(west, south, east, north) if west < east and south < north else (-180.0, -85.0, 180.0, 85.0),
            parts=tuple(str(one["id"]) for one in told.get("vector_layers", ())),
        )

    def tile(self, z: int, x: int, y: int) -> bytes:
        """Return a tile, not compressed; b"" where there is none."""
        from pmtiles.tile import find_tile, zxy_to_tileid

        if not 0 <= z <= self.facts.max_zoom or max(x, y) >= 1 << z or min(x, y) < 0:
            return b""
        wanted = zxy_to_tileid(z, x, y)
        at, length = self._header["root_offset"], self._header["root_length"]
        for _ in range(_DEEPEST):
            found = find_tile(self._directory(at, length), wanted)
            if found is None:
                return b""
            if found.run_length:
                return self._content(found.offset, found.length)
            at, length = self._header["leaf_directory_offset"] + found.offset, found.length
        return b""

    def _content(self, offset: int, length: int) -> bytes:
        at = self._header["tile_data_offset"] + offset
        content = self._bytes[at : at + length]
        return gzip.decompress(content) if self._packed else content

    def _read_directory(self, at: int, length: int) -> list[Any]:
        from pmtiles.tile import deserialize_directory

        return deserialize_directory(self._bytes[at : at + length])

    def _told(self) -> dict[str, Any]:
        from pmtiles.tile import Compression

        at = self._header["metadata_offset"]
        content = self._bytes[at : at + self._header["metadata_length"]]
        packed = self._header["internal_compression"] == Compression.GZIP
        told: dict[str, Any] = json.loads(gzip.decompress(content) if packed else content)
        return told
