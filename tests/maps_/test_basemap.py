"""A basemap of the user's own: every tile of the file is found, what is no such file is refused."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phusong.errors import UnreadableFileError
from phusong.maps.basemap import Basemap

MANY = 40_000
"""Tiles that no single directory holds."""


def written(path: Path, tiles: dict[tuple[int, int, int], bytes], *, kind: str = "MVT", packed: bool = True) -> Path:
    """Write a PMTiles file with the library's own writer."""
    from pmtiles.tile import Compression, TileType, zxy_to_tileid
    from pmtiles.writer import Writer

    with path.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]
        for at in sorted(tiles, key=lambda one: zxy_to_tileid(*one)):
            writer.write_tile(zxy_to_tileid(*at), gzip.compress(tiles[at], mtime=0) if packed else tiles[at])
        compression = Compression.GZIP if packed else Compression.NONE
        header = {"tile_type": TileType[kind], "tile_compression": compression}
        writer.finalize(header, {"vector_layers": [{"id": "water"}, {"id": "roads"}]})
    return path


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Basemap:
    """Return a file with directories under its first one."""
    side = 1 << 9
    tiles = {(9, i % side, i // side): b"%d" % i for i in range(MANY)}
    return Basemap(written(tmp_path_factory.mktemp("base") / "nen.pmtiles", tiles))


@given(st.integers(0, 511), st.integers(0, 511))
def test_every_tile_is_found_and_no_other(large: Basemap, x: int, y: int) -> None:
    """A tile is the bytes that were written; beyond them is nothing."""
    number = y * 512 + x
    assert large.tile(9, x, y) == (b"%d" % number if number < MANY else b"")


@pytest.mark.parametrize(("z", "x", "y"), [(8, 0, 0), (10, 0, 0), (9, 512, 0), (9, 0, 512), (9, -1, 0), (-1, 0, 0)])
def test_what_cannot_be_is_nothing(large: Basemap, z: int, x: int, y: int) -> None:
    """Zooms and places outside the file give no tile and no error."""
    assert large.tile(z, x, y) == b""


def test_a_file_tells_what_it_is(large: Basemap, tmp_path: Path) -> None:
    """Vector tiles name their layers; pictures are given as they are; without bounds it is the world."""
    assert (large.facts.kind, large.facts.parts, large.facts.max_zoom) == ("vector", ("water", "roads"), 9)
    assert large.facts.bounds == (-180.0, -90.0, 180.0, 90.0)
    picture = Basemap(written(tmp_path / "anh.pmtiles", {(0, 0, 0): b"png"}, kind="PNG", packed=False))
    assert (picture.facts.kind, picture.facts.media_type, picture.tile(0, 0, 0)) == ("raster", "image/png", b"png")


def test_what_is_no_basemap_is_refused(tmp_path: Path) -> None:
    """A file that is not there, an empty one, another one, and tiles nobody here can draw."""
    (tmp_path / "rong.pmtiles").touch()
    (tmp_path / "khac.pmtiles").write_bytes(b"PK" * 100)
    written(tmp_path / "avif.pmtiles", {(0, 0, 0): b"x"}, kind="AVIF")
    for name in ("khong.pmtiles", "rong.pmtiles", "khac.pmtiles", "avif.pmtiles"):
        with pytest.raises(UnreadableFileError, match=name):
            Basemap(tmp_path / name)
