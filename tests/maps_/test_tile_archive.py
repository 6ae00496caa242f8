"""PMTiles of a study: every tile there is, opened by GDAL; the public file tells of no house, mast or small count."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pyogrio
import pytest
from maps_.made_tiles import SIDE, SOUTH, WEST, read_tile, snapshot
from pmtiles.reader import MmapSource, Reader, all_tiles

from phusong.data.terms import LEAST_SHOWN
from phusong.maps.tile_archive import PUBLIC, WHOLE, Contents, write_archive
from phusong.maps.tile_grid import world_units
from phusong.maps.vector_tiles import Rights, TileSource, layers, tile

SHALLOW = Contents(names=WHOLE.names, rights=WHOLE.rights, max_zoom=12)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TileSource]:
    """Return a snapshot of 4,000 points in four communes."""
    path = tmp_path_factory.mktemp("archive") / "study.duckdb"
    snapshot(path)
    with closing(TileSource.open(path)) as opened:
        yield opened


@pytest.fixture(scope="module")
def whole(source: TileSource, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the whole archive down to zoom 12."""
    path = tmp_path_factory.mktemp("whole") / "study.pmtiles"
    shares: list[float] = []
    write_archive(path, source, SHALLOW, name="Rà soát", told=shares.append)
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1)
    return path


def places(z: int) -> list[tuple[int, int, int]]:
    """Return every tile of a zoom that lies over the snapshot."""
    x, y = world_units(np.array([WEST, WEST + SIDE]), np.array([SOUTH + SIDE, SOUTH]))
    side = 2 ** (31 - z)
    return [
        (z, column, row)
        for column in range(int(x[0] // side), int(x[1] // side) + 1)
        for row in range(int(y[0] // side), int(y[1] // side) + 1)
    ]


@pytest.mark.parametrize("z", [0, 7, 10, 12])
def test_every_tile_of_the_study_is_in_the_archive(source: TileSource, whole: Path, z: int) -> None:
    """Each tile is what the service would give, all layers joined; where it would give nothing there is none."""
    rights = Rights(households=True, stations=True)
    with whole.open("rb") as file:
        reader = Reader(MmapSource(file))
        for at in places(z):
            expected = b"".join(tile(source, one.name, *at, rights=rights) for one in layers(source, rights))
            held = reader.get(*at)
            assert (b"" if held is None else gzip.decompress(held)) == expected, at


def test_gdal_opens_the_whole_archive(source: TileSource, whole: Path) -> None:
    """GDAL lists the layers and reads villages, masts and household points with their columns."""
    assert {name for name, _ in pyogrio.list_layers(whole)} >= {"communes", "households", "villages", "sites"}
    points = pyogrio.read_dataframe(whole, layer="households")
    assert len(points) and set(points["state"]) <= {"served", "unserved", "undetermined", "no_data"}
    west, south, east, north = points.to_crs(4326).total_bounds
    assert west >= WEST - 0.001 and east <= WEST + SIDE + 0.001
    assert south >= SOUTH - 0.001 and north <= SOUTH + SIDE + 0.001
    assert pyogrio.read_info(whole, layer="villages")["features"] != 0


def test_the_public_archive_has_only_names_and_counts_of_five_or_more(source: TileSource, tmp_path: Path) -> None:
    """In no tile of any zoom is there a point, a mast, a village, or a count under five."""
    path = tmp_path / "study.pmtiles"
    assert write_archive(path, source, PUBLIC, name="Rà soát") > 10
    counted = 0
    with path.open("rb") as file:
        for _, content in all_tiles(MmapSource(file)):
            parts = read_tile(gzip.decompress(content))
            assert set(parts) <= {"household_bins", "commune_labels"}
            bins = parts.get("household_bins")
            if bins is not None:
                counts = bins.drop(columns="geometry").to_numpy(dtype=float)
                counts = counts[~np.isnan(counts)]
                assert (counts >= LEAST_SHOWN).all()
                counted += len(counts)
    assert counted > 10
