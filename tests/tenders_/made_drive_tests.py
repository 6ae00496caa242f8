"""Simulated drive tests: villages whose true share of good places is known, measured as people measure them.

The level around a test point is its mean plus shadowing: a Gaussian field of 8 dB whose correlation falls as
exp(−distance/correlation length). **Truth** of a village: the share of its places (squares of 10 m within the radius of
each test point, every point weighing the same) whose level, without the noise of a single sample, is at or above the
minimum. A village *truly passes* when that share is at least 95 %. The minimum level is set so that the truth is what
was asked for, to one square.

A drive test follows ways through the radius (bent lines, the first through the point), a sample every 20 to 30 m, with
2 dB of noise and 5 m of position error, in two windows of one day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tenders_.made_package import made_package, made_place

from phusong.data.columns import silent_column
from phusong.data.crs import metric_crs, project, unproject
from phusong.data.lists import CheckedList
from phusong.data.schemas.measurements import MEASUREMENTS
from phusong.tenders.acceptance.accept import judge
from phusong.tenders.acceptance.cells import Cells
from phusong.tenders.acceptance.options import options_of
from phusong.tenders.acceptance.results import Acceptance
from phusong.tenders.acceptance.screening import Ask
from phusong.tenders.package.values import Package

MINIMUM_DBM = -110.0
CELL_M = 10.0
SHADOWING_DB, NOISE_DB, POSITION_M = 8.0, 2.0, 4.0
TRAVEL_M_S = 4.0
OWN_PCI, OTHER_PCI = 101, 202
DAY = date(2027, 3, 1)
CELLS = Cells(name="cells.csv", sha256="0" * 64, of=frozenset({("viettel", "4G", OWN_PCI)}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """How a drive test is made; ``truth`` is the true share of good places, the rest what goes wrong."""

    truth: float
    correlation_m: float = 50.0
    step_m: float = 25.0
    samples: float = 1.0
    wrong_operator: float = 0.0
    wrong_pci: float = 0.0
    drifting: float = 0.0
    technology: float = 0.0
    rounds: int = 1


def made_villages(n: int, points: int, *, samples: int) -> Package:
    """Return a package of ``n`` villages with so many test points, two kilometres apart."""
    package = made_package(n)
    like = package.test_points[0]
    test_points = [
        replace(
            like,
            point_id=f"DK-{area.village_code}-{k + 1}",
            kind="cluster",
            village_code=area.village_code,
            village_name=area.village_name,
            commune_code=area.commune_code,
            commune_name=area.commune_name,
            gap_id=area.gap_id,
            place=made_place(104.0 + 0.02 * k, 22.0 + 0.02 * i),
            samples=samples,
        )
        for i, area in enumerate(package.areas)
        for k in range(points)
    ]
    return replace(package, test_points=tuple(test_points))


def judged(package: Package, drives: list[Drive], rng: np.random.Generator) -> Acceptance:
    """Judge a package whose villages were each driven their own way."""
    return judge(package, checked(drive_tests(package, drives, rng)), ask_of(package))


def ask_of(package: Package, cells: Cells | None = CELLS) -> Ask:
    """Return what simulated samples are held against."""
    return Ask(
        operator="viettel",
        minimum_dbm={"4G": MINIMUM_DBM},
        cells=cells,
        first_day=package.frozen_on,
        last_day=None,
        options=options_of(package.settings),
    )


def drive_tests(package: Package, drives: list[Drive], rng: np.random.Generator) -> pd.DataFrame:
    """Return the samples of every village."""
    radius_m = options_of(package.settings).radius_m
    codes = [area.village_code for area in package.areas]
    tables = []
    for code, drive in zip(codes, drives, strict=True):
        points = [point for point in package.test_points if point.village_code == code]
        fields = _fields(len(points), radius_m, drive, rng)
        for point, field in zip(points, fields, strict=True):
            lon, lat = point.place.lon_deg, point.place.lat_deg
            tables += [
                _samples(lon, lat, field, point.samples, radius_m, drive, rng, day=k) for k in range(drive.rounds)
            ]
    return pd.concat(tables, ignore_index=True)


def checked(samples: pd.DataFrame) -> CheckedList:
    """Return samples as a checked list."""
    columns = {field.name: silent_column(len(samples), field).cells for field in MEASUREMENTS.fields}
    rows = pd.DataFrame(columns).assign(**{name: samples[name] for name in samples})
    rows["test_id"] = [f"DO-{i}" for i in range(len(rows))]
    rows.insert(0, "_row", np.arange(2, len(rows) + 2))
    rows.insert(0, "_sheet", "")
    return CheckedList(
        schema=MEASUREMENTS,
        path=Path("do-kiem.csv"),
        sheets=(),
        sha256="1" * 64,
        rows=rows,
        problems=(),
        missing=MappingProxyType({}),
    )


def _fields(n: int, radius_m: float, drive: Drive, rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """Return the level around each point, moved together so that the truth is what the drive says."""
    size = 2 * int(radius_m / CELL_M) + 1
    fields = [SHADOWING_DB * _gaussian(size, drive.correlation_m, rng) + rng.normal(0.0, 3.0) for _ in range(n)]
    at = (np.arange(size) - size // 2) * CELL_M
    inside = np.hypot(*np.meshgrid(at, at)) <= radius_m
    levels = np.sort(np.concatenate([field[inside] for field in fields]))
    bad = int(np.floor((1.0 - drive.truth) * len(levels) + 1e-9))  # the share good is at least the truth asked for
    limit = levels[bad] if drive.truth >= 0.95 else levels[min(bad + 1, len(levels) - 1)]
    return [field - limit + MINIMUM_DBM for field in fields]


def _gaussian(size: int, correlation_m: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a field of unit variance by its spectrum, on a torus twice as wide."""
    wide = 2 * size
    away = np.minimum(np.arange(wide), wide - np.arange(wide)) * CELL_M
    spectrum = np.fft.fft2(np.exp(-np.hypot(*np.meshgrid(away, away)) / correlation_m)).real.clip(0.0)
    noise = np.fft.fft2(rng.standard_normal((wide, wide)))
    return np.asarray(np.fft.ifft2(np.sqrt(spectrum) * noise).real[:size, :size], dtype=np.float64)


def _ways(n: int, radius_m: float, step_m: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return so many places along bent ways through the radius, the first through the point itself."""
    found: list[NDArray[np.float64]] = []
    count = 0
    while count < n:
        turn = rng.uniform(0.0, 2.0 * np.pi)
        off = 0.0 if not found else rng.uniform(-0.8, 0.8) * radius_m
        half = np.sqrt(radius_m**2 - off**2)
        along = np.arange(-half, half, step_m)
        across = off + rng.normal(0.0, 0.15) * radius_m * np.sin(np.pi * (along + half) / (2.0 * half))
        way = np.column_stack(
            (along * np.cos(turn) - across * np.sin(turn), along * np.sin(turn) + across * np.cos(turn))
        )
        way = way[np.hypot(way[:, 0], way[:, 1]) < 0.98 * radius_m]
        found.append(way)
        count += len(way)
    return np.concatenate(found)[:n]


def _samples(
    lon: float,
    lat: float,
    field: NDArray[np.float64],
    planned: int,
    radius_m: float,
    drive: Drive,
    rng: np.random.Generator,
    *,
    day: int,
) -> pd.DataFrame:
    """Return the samples at one point on one day."""
    n = max(1, round(planned * drive.samples))
    way = _ways(n, radius_m, drive.step_m, rng)
    at = np.rint(way / CELL_M).astype(int) + field.shape[0] // 2
    level = field[at[:, 1].clip(0, len(field) - 1), at[:, 0].clip(0, len(field) - 1)] + rng.normal(0.0, NOISE_DB, n)
    x_m, y_m = _with_drift(way + rng.normal(0.0, POSITION_M, way.shape), drive.drifting, rng).T
    epsg = metric_crs(lon, lat)
    x0, y0 = project([lon], [lat], epsg)
    lon_deg, lat_deg = unproject(x0[0] + x_m, y0[0] + y_m, epsg)
    morning = datetime(DAY.year, DAY.month, DAY.day, 8) + timedelta(days=day)
    legs_m = np.hypot(*np.diff(way, axis=0, prepend=way[:1]).T)
    seconds = np.cumsum(np.ceil(legs_m / TRAVEL_M_S) + 1.0)
    time = [morning + timedelta(seconds=int(s), hours=8 if i > n // 2 else 0) for i, s in enumerate(seconds)]
    return pd.DataFrame(
        {
            "time": pd.Series(time, dtype="datetime64[s]"),
            "lon": lon_deg,
            "lat": lat_deg,
            "accuracy_m": rng.uniform(3.0, 12.0, n).round(1),
            "operator": np.where(rng.random(n) < drive.wrong_operator, "vinaphone", "viettel").astype(object),
            "tech": np.where(rng.random(n) < drive.technology, "3G", "4G").astype(object),
            "pci": np.where(rng.random(n) < drive.wrong_pci, OTHER_PCI, OWN_PCI).astype(np.float64),
            "rsrp_dbm": level.clip(-159.0, -21.0).round(1),
            "device": f"máy {lon:.3f} {lat:.3f}",
        }
    )


def _with_drift(way: NDArray[np.float64], share: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Move a run of samples by half a kilometre or more, as a receiver does that lost its satellites."""
    n = round(share * len(way))
    if not n:
        return way
    start = int(rng.integers(0, len(way) - n + 1))
    turn, away = rng.uniform(0.0, 2.0 * np.pi), rng.uniform(900.0, 1500.0)
    moved = way.copy()
    moved[start : start + n] += (away * np.cos(turn), away * np.sin(turn))
    return moved
