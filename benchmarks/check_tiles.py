"""How fast vector tiles are, and how large: several processes read one snapshot while another one is being written.

``python benchmarks/check_tiles.py [--households 3000000] [--readers 4] [--tiles 60] [--keep FOLDER]``

Households are made up: villages and towns of very different size over 4° × 4°, with answers that change from place to
place. Printed are how long the tables for tiles took to make and to write, and how large they are; then by zoom the
50th and 95th percentile of a tile (read, written as MVT, packed), the processor's time in it, and the largest one.
"""

from __future__ import annotations

import argparse
import gzip
import multiprocessing
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from phusong.data.store import write_duckdb, write_parquet
from phusong.maps.tile_grid import WORLD_BITS, whole_units
from phusong.maps.tile_tables import (
    SHAPES,
    VIEWS,
    VILLAGE_CLASSES,
    TiledHouseholds,
    View,
    household_tables,
    shape_table,
    village_class_table,
)
from phusong.maps.vector_tiles import Rights, TileSource, tile

COMMUNES_A_SIDE = 20
WEST, SOUTH, SIDE_DEG = 104.0, 18.5, 4.0
OPERATORS = ("", "all", "a", "b", "c", "d")
SCENARIOS = ("today", "after_2g_off", "after_3g_off", "with_planned", "with_700")
ZOOMS = range(18)
WITH_POINTS = Rights(households=True, stations=True)
COUNTS = Rights()


def places(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return longitudes, latitudes and villages: a few towns hold as many as thousands of hamlets."""
    n_villages = max(20, n // 150)
    size = rng.pareto(1.1, n_villages) + 0.2
    village = rng.choice(n_villages, n, p=size / size.sum())
    centre = rng.random((n_villages, 2)) * SIDE_DEG
    spread = 0.003 * np.sqrt(size)[village].clip(0.5, 40)[:, None]
    at = centre[village] + rng.normal(0, 1, (n, 2)) * spread
    return WEST + at[:, 0].clip(0, SIDE_DEG), SOUTH + at[:, 1].clip(0, SIDE_DEG), village


def views(lon: np.ndarray, lat: np.ndarray, rng: np.random.Generator) -> list[tuple[View, np.ndarray]]:
    """Return states that change slowly over the land: each operator and technology has a pattern of its own."""
    level = {}
    for operator in OPERATORS[2:]:
        for service in ("data", "voice", "4G"):
            a, b, c = rng.random(3) * 40
            smooth = np.sin(a + lon * 37) * np.sin(b + lat * 41) + 0.6 * np.sin(c + 211 * (lon + lat))
            level[operator, service] = (smooth + rng.normal(0, 0.02, len(lon))).astype(np.float32)
    made = []
    for i, scenario in enumerate(SCENARIOS):
        for service in ("data", "voice"):
            for operator in OPERATORS:
                held = [level[one, service] for one in OPERATORS[2:]]
                best = np.max(held, axis=0) if not operator else np.min(held, axis=0)
                best = best if operator in ("", "all") else level[operator, service]
                state = np.digitize(best, [-0.4 + 0.05 * i, -0.1 + 0.05 * i]).astype(np.int8)
                state = np.array([1, 2, 0], dtype=np.int8)[state]
                made.append((View(service=service, technology="", operator=operator, scenario=scenario), state))
    return made


def tables(lon: np.ndarray, lat: np.ndarray, village: np.ndarray) -> dict[str, pd.DataFrame]:
    """Return villages and square communes with wavy borders."""
    many = COMMUNES_A_SIDE
    step = SIDE_DEG / many
    boxes = [
        shapely.segmentize(
            shapely.box(WEST + i * step, SOUTH + j * step, WEST + (i + 1) * step, SOUTH + (j + 1) * step), 0.002
        )
        for j in range(many)
        for i in range(many)
    ]
    wavy = shapely.transform(
        np.array(boxes), lambda at: at + 0.01 * np.column_stack([np.sin(at[:, 1] * 90), np.sin(at[:, 0] * 90)])
    )
    codes = [f"{i:05d}" for i in range(len(wavy))]
    communes = gpd.GeoDataFrame(
        {"commune_code": codes, "commune_name": codes, "households": 1}, geometry=list(wavy), crs=4326
    )
    first = pd.DataFrame({"village": village, "lon_deg": lon, "lat_deg": lat}).groupby("village").mean().reset_index()
    n = int(village.max()) + 1
    where = first.set_index("village").reindex(range(n))
    villages = pd.DataFrame(
        {"village_code": [f"{i:08d}" for i in range(n)], "village_name": "Thôn", "commune_code": "00000",
         "households": np.bincount(village, minlength=n), "lon_deg": where["lon_deg"], "lat_deg": where["lat_deg"]}
    )  # fmt: skip
    return {"communes": communes, "villages": villages}


def _square(by_deg: np.ndarray) -> np.ndarray:
    """Return the row or column of communes that lies so far in."""
    return (by_deg * COMMUNES_A_SIDE / SIDE_DEG).astype(np.int64).clip(0, COMMUNES_A_SIDE - 1)


def read(path: Path, seed: int, n_tiles: int, lon: np.ndarray, lat: np.ndarray, out: multiprocessing.Queue) -> None:
    """Ask for tiles around households taken at random; send a row a tile: what, where, how long and how large."""
    rng = np.random.default_rng(seed)
    source = TileSource.open(path)
    asked = [("households", WITH_POINTS), ("households", COUNTS), ("communes", COUNTS), ("villages", COUNTS)]
    x, y = whole_units(lon, lat)
    began = time.perf_counter()
    for layer, rights in asked:
        for z in ZOOMS:
            tile(source, layer, z, int(x[0]) >> WORLD_BITS - z, int(y[0]) >> WORLD_BITS - z, rights=rights)
    warm = time.perf_counter() - began
    found = []
    for layer, rights in asked:
        for z in ZOOMS:
            for at in rng.integers(0, len(x), n_tiles if layer == "households" else n_tiles // 4):
                start, worked = time.perf_counter(), time.process_time()
                made = tile(source, layer, z, int(x[at]) >> WORLD_BITS - z, int(y[at]) >> WORLD_BITS - z, rights=rights)
                packed = len(gzip.compress(made, 4))
                took = time.perf_counter() - start, time.process_time() - worked
                found.append((layer, rights.households, z, *took, len(made), packed))
    out.put((warm, found))


def main() -> None:
    """Make, write, read, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--households", type=int, default=3_000_000)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--tiles", type=int, default=60)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(given.keep or Path(folder), given.households, given.readers, given.tiles)


def run(folder: Path, n: int, readers: int, n_tiles: int) -> None:
    """Write a snapshot, then read it from several processes while the next one is being written."""
    rng = np.random.default_rng(8)
    lon, lat, village = places(n, rng)
    made = TiledHouseholds(
        lon_deg=lon, lat_deg=lat, weight=np.ones(n), village=village,
        commune=_square(lon - WEST) + COMMUNES_A_SIDE * _square(lat - SOUTH),
        n_communes=COMMUNES_A_SIDE**2,
    )  # fmt: skip
    asked, given = views(lon, lat, rng), tables(lon, lat, village)
    began = time.perf_counter()
    further = household_tables(made, asked)
    n_sets = len(further["tile_answers"])
    classes = [(view, np.zeros(len(given["villages"]), dtype=np.int8)) for view, _ in asked]
    further |= {VILLAGE_CLASSES: village_class_table(classes, further[VIEWS]), SHAPES: shape_table(given)}
    tabled = time.perf_counter() - began
    given["households"] = pd.DataFrame(
        {"lon_deg": lon, "lat_deg": lat, "village": village, **{f"state_{i}": asked[i][1] for i in range(3)},
         **{f"level_{i}": rng.normal(-90, 15, n).astype(np.float32) for i in range(16)}}
    )  # fmt: skip
    files = {name: folder / f"{name}.parquet" for name in given}
    for name, file in files.items():
        write_parquet(file, given[name])
    sizes, seconds = {}, {}
    for name, more in (("without.duckdb", {}), ("study.duckdb", further)):
        (folder / name).unlink(missing_ok=True)
        began = time.perf_counter()
        write_duckdb(folder / name, files, more)
        seconds[name], sizes[name] = time.perf_counter() - began, (folder / name).stat().st_size
    print(f"{n:,} households, {len(asked)} views, {n_sets:,} sets of answers")
    print(f"tables for tiles made in {tabled:.1f} s; written in {seconds['study.duckdb']:.1f} s,")
    print(f"  without them {seconds['without.duckdb']:.1f} s; file {sizes['study.duckdb'] / 1e6:.0f} MB, ", end="")
    print(f"without them {sizes['without.duckdb'] / 1e6:.0f} MB")
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    chosen = rng.integers(0, n, 20_000)
    workers = [
        context.Process(target=read, args=(folder / "study.duckdb", i, n_tiles, lon[chosen], lat[chosen], queue))
        for i in range(readers)
    ]
    for worker in workers:
        worker.start()
    written, found = 0, []
    while len(found) < readers:
        (folder / "next.duckdb").unlink(missing_ok=True)
        write_duckdb(folder / "next.duckdb", files, further)
        written += 1
        while not queue.empty():
            found.append(queue.get())
    for worker in workers:
        worker.join()
    print(f"{readers} readers at once, {written} snapshots written meanwhile; ", end="")
    print(f"warm-up {max(warm for warm, _ in found):.1f} s a process")
    tell([row for _, rows in found for row in rows])


def tell(rows: list[tuple[str, bool, int, float, float, int, int]]) -> None:
    """Print percentiles and sizes."""
    table = pd.DataFrame(rows, columns=["layer", "points", "z", "seconds", "cpu", "bytes", "packed"])
    for (layer, points), part in table.groupby(["layer", "points"]):
        print(
            f"\n{layer}{' with points' if points else ''}: zoom, p50 ms, p95 ms, p95 ms of work, largest kB, packed kB"
        )
        for z, own in part.groupby("z"):
            p50, p95 = np.percentile(own["seconds"] * 1000, [50, 95])
            work = np.percentile(own["cpu"] * 1000, 95)
            most, packed = own["bytes"].max() / 1e3, own["packed"].max() / 1e3
            print(f"  {z:2d} {p50:7.1f} {p95:7.1f} {work:7.1f} {most:8.1f} {packed:8.1f}")


if __name__ == "__main__":
    main()
