"""Is the central meridian found? Points drawn in communes of all provinces, written in X and Y in every wrong way.

Each point is written in a zone of its province and comes with the right meridian, another one of the province, one of
a neighbouring zone, or none; X and Y as surveys write them, or swapped. The list states the commune. Counted are the
points placed right (to 1 m), asked back, placed wrong with a warning, and placed wrong without one.

    python benchmarks/check_zone_inference.py communes.geojson --points 20

Without a file it runs on made-up communes. It fails below 99.5 % right, or with one point wrong without a warning.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from phusong.data.boundaries import read_communes
from phusong.data.crs import to_vn2000
from phusong.data.distances import metres_between
from phusong.data.positions import resolve_positions
from phusong.data.schemas import GAPS
from phusong.data.stated_system import epsg_by_meridian, system_name, zones_of_province
from phusong.data.territory import Territory

WAYS = ("right", "other zone of the province", "neighbouring zone", "none")
AIMED_PERCENT = 99.5
RIGHT_M = 1.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """Points in communes, and the zone each was surveyed in."""

    lon: Floats
    lat: Floats
    commune: NDArray[np.int64]
    epsg: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many points came out how."""

    right: int
    asked: int
    wrong_warned: int
    wrong_silent: int
    noted: int

    @property
    def total(self) -> int:
        """Return all points."""
        return self.right + self.asked + self.wrong_warned + self.wrong_silent


def draw(communes: gpd.GeoDataFrame, points: int, seed: int) -> Drawn:
    """Draw points in every commune, each surveyed in a zone of its province."""
    rng = np.random.default_rng(seed)
    found = [_points_in(shape, points, rng) for shape in communes.geometry]
    at = np.repeat(np.arange(len(communes)), points)
    lon, lat = np.concatenate(found).T
    zones = [zones_of_province(code) for code in communes["province_code"]]
    epsg = np.array([rng.choice(zones[index]) for index in at.tolist()])
    return Drawn(lon=lon, lat=lat, commune=at, epsg=epsg)


def _points_in(shape: shapely.Geometry, points: int, rng: np.random.Generator) -> Floats:
    west, south, east, north = shape.bounds
    shapely.prepare(shape)
    found: list[Floats] = []
    while sum(map(len, found)) < points:
        x, y = rng.uniform(west, east, 50 * points), rng.uniform(south, north, 50 * points)
        inside = shapely.contains_xy(shape, x, y)
        found.append(np.column_stack([x[inside], y[inside]]))
    return np.concatenate(found)[:points]


def written(drawn: Drawn, communes: gpd.GeoDataFrame, way: str, *, is_swapped: bool, seed: int) -> pd.DataFrame:
    """Return the rows of a list: X, Y and what it says of the meridian and of the commune."""
    northing, easting = np.empty(drawn.lon.size), np.empty(drawn.lon.size)
    for epsg in np.unique(drawn.epsg).tolist():
        at = drawn.epsg == epsg
        northing[at], easting[at] = to_vn2000(drawn.lon[at], drawn.lat[at], epsg)
    own = communes.iloc[drawn.commune]
    return pd.DataFrame(
        {
            "lon": np.nan,
            "lat": np.nan,
            "coordinates": "",
            "northing": np.round(easting if is_swapped else northing, 1),
            "easting": np.round(northing if is_swapped else easting, 1),
            "central_meridian": stated(drawn, own["province_code"].to_numpy(), way, seed),
            "epsg": np.nan,
            "province_code": own["province_code"].to_numpy(dtype=object),
            "commune_code": own["commune_code"].to_numpy(dtype=object),
            "commune_name": own["commune_name"].to_numpy(dtype=object),
        }
    )


def stated(drawn: Drawn, province: NDArray[np.object_], way: str, seed: int) -> list[str]:
    """Return the meridian the list states for each point; in a province of one zone the other one is a neighbour's."""
    rng = np.random.default_rng(seed)
    zones = list(epsg_by_meridian().values())
    named: list[str] = []
    for epsg, code in zip(drawn.epsg.tolist(), province.tolist(), strict=True):
        others = [zone for zone in zones_of_province(code) if zone != epsg]
        at = zones.index(epsg)
        beside = [zones[index] for index in (at - 1, at + 1) if 0 <= index < len(zones)]
        if way == "right":
            named.append(system_name(epsg))
        elif way == "none":
            named.append("")
        else:
            named.append(system_name(int(rng.choice(others if others and way == WAYS[1] else beside))))
    return named


def count(drawn: Drawn, rows: pd.DataFrame, communes: gpd.GeoDataFrame) -> tuple[Count, NDArray[np.bool_]]:
    """Resolve the rows and count what came out; also mark the points not placed right."""
    placed, notes = resolve_positions(rows, GAPS, Territory(communes=communes))
    lon, lat = placed["lon"].to_numpy(), placed["lat"].to_numpy()
    off_m = metres_between(lon, lat, drawn.lon, drawn.lat)
    refused, warned = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    refused[[note.at for note in notes if note.level == "error"]] = True
    warned[[note.at for note in notes if note.level == "warning"]] = True
    right = ~refused & (off_m < RIGHT_M)
    wrong = ~refused & ~right
    found = Count(
        right=int(right.sum()),
        asked=int(refused.sum()),
        wrong_warned=int((wrong & warned).sum()),
        wrong_silent=int((wrong & ~warned).sum()),
        noted=int((right & warned).sum()),
    )
    return found, ~right


def made_communes() -> gpd.GeoDataFrame:
    """Return squares of 10 km as communes, two provinces of two zones each."""
    rows = []
    for province, west, south in (("08", 104.8, 22.0), ("91", 104.4, 10.0)):
        for at in range(64):
            x, y = west + 0.1 * (at % 8), south + 0.1 * (at // 8)
            shape = shapely.box(x, y, x + 0.1, y + 0.1)
            rows.append(
                {"commune_code": f"{province}{at:03d}", "commune_name": f"Xã {at}", "province_code": province}
                | {"geometry": shape}
            )
    return gpd.GeoDataFrame(rows, crs="EPSG:4326")


def check(communes: gpd.GeoDataFrame, points: int, seed: int) -> bool:
    """Print what became of the points, way by way; return whether that is what is aimed at."""
    drawn = draw(communes, points, seed)
    provinces = communes["province_code"].nunique()
    print(f"{drawn.lon.size:,} points in {len(communes):,} communes of {provinces} provinces")
    is_good, missed = True, np.zeros(drawn.lon.size, dtype=bool)
    for way in WAYS:
        for is_swapped in (False, True):
            rows = written(drawn, communes, way, is_swapped=is_swapped, seed=seed)
            started = time.perf_counter()
            found, not_right = count(drawn, rows, communes)
            spent_s = time.perf_counter() - started
            missed |= not_right
            percent = 100.0 * found.right / found.total
            is_good &= percent >= AIMED_PERCENT and not found.wrong_silent
            print(
                f"  meridian {way:27}{'X, Y swapped' if is_swapped else 'X, Y':13} right {percent:7.3f} % "
                f"(with a warning {found.noted:,}), asked {found.asked:,}, wrong with a warning "
                f"{found.wrong_warned:,}, wrong without {found.wrong_silent:,}; {spent_s:.1f} s"
            )
    _print_missed(communes, drawn, missed)
    return is_good


def _print_missed(communes: gpd.GeoDataFrame, drawn: Drawn, missed: NDArray[np.bool_]) -> None:
    """Name the communes most points are missed in: how wide they are against the distance of the zones."""
    where, counts = np.unique(drawn.commune[missed], return_counts=True)
    for at in where[np.argsort(-counts)][:10].tolist():
        west, _, east, _ = communes.geometry.iloc[at].bounds
        zones = ", ".join(system_name(epsg) for epsg in zones_of_province(communes["province_code"].iloc[at]))
        name = communes["commune_name"].iloc[at]
        print(f"    {name}: {100 * (east - west):.0f} hundredths of a degree wide, zones {zones}")


def main() -> None:
    """Check the communes of a file, or made-up ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("communes", type=Path, nargs="?")
    parser.add_argument("--points", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    communes = read_communes(given.communes).communes if given.communes else made_communes()
    sys.exit(0 if check(communes, given.points, given.seed) else 1)


if __name__ == "__main__":
    main()
