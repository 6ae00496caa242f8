"""The study's measurements made ready to calibrate with: which tests count, where each was made, what is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.coverage.calibration import Calibration, Pairs, calibrate
from phusong.coverage.comparison import COMPARED, expected_levels
from phusong.coverage.criteria import Profile
from phusong.coverage.network import Network
from phusong.coverage.radio.air import STANDARD_AIR, Air
from phusong.coverage.terrain import Terrain
from phusong.data.land_cover import LandCover
from phusong.data.measured import receptions
from phusong.words import Text, number

LOWEST_REPORTED_DBM: Mapping[str, float] = {"2G": -110.0, "3G": -120.0, "4G": -140.0, "5G": -156.0}
"""Phones report "at or below this" as this: the least RxLev (3GPP TS 45.008), CPICH RSCP (TS 25.133), RSRP (TS 36.133)
and SS-RSRP (TS 38.133)."""

CELL_KM = 1.0
"""Tests that name no site and lie in one square of this side are one place."""

_KM_A_DEGREE = 111.32
Mask = NDArray[np.bool_]

_CENSORED = Text(
    "không thu được gì, hoặc ở đáy thang đo của máy: biết là yếu, không biết yếu đến đâu",
    "nothing received, or the lowest value a phone reports: known to be weak, not how weak",
)
_INSIDE = Text("đo trong nhà hoặc trong xe", "measured indoors or in a vehicle")
_OTHER = Text(
    "công nghệ khác (LoRa…): không rõ công suất thiết bị", "technology other (LoRa…): the power of devices is not known"
)
_NO_MODEL = Text(
    "mô hình không có mức để so, hoặc mức ấy dưới mức sàn của bộ ngưỡng",
    "the model has no level to compare, or one below the floor of the profile",
)
NOTHING_MEASURED = Text(
    "Không hiệu chỉnh: nghiên cứu không có kết quả đo nào.", "Not calibrated: the study has no measurements."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyCalibration:
    """The calibration of a study, None without measurements; ``notes`` say in words which tests do not count."""

    found: Calibration | None
    notes: tuple[Text, ...] = ()

    @property
    def why(self) -> Text:
        """Return the decision in words."""
        return self.found.why if self.found is not None else NOTHING_MEASURED

    @property
    def adopted(self) -> Calibration | None:
        """Return the calibration where it is adopted."""
        return self.found if self.found is not None and self.found.adopted else None


def calibrate_study(
    measurements: pd.DataFrame | None,
    network: Network,
    terrain: Terrain,
    profile: Profile,
    land_cover: LandCover | None = None,
    *,
    air: Air = STANDARD_AIR,
) -> StudyCalibration:
    """Calibrate the model of a study by its measurements.

    Only tests outdoors with a level count, of technologies whose phones report one. A place is the site a test names,
    else a square of ``CELL_KM``. Pairs are kept by the model's level (above the floor), not by the measured one: weak
    tests without a level would else leave only the lucky ones of their kind.

    Parameters
    ----------
    measurements
        The checked list, or None.
    network, terrain, profile, air
        As in the study.
    land_cover
        What each test stands in; without it nothing is told apart by environment.
    """
    if measurements is None or measurements.empty:
        return StudyCalibration(found=None)
    other = _is(measurements, "tech", "other")
    inside = ~other & (_is(measurements, "environment", "indoor") | _is(measurements, "environment", "vehicle"))
    censored = ~other & ~inside & _censored(measurements)
    tests = measurements[~(other | inside | censored)].reset_index(drop=True)
    expected = expected_levels(network, terrain, profile, receptions(tests), air=air)
    usable = (expected.outcome == COMPARED) & (expected.level_dbm >= expected.floor_dbm)
    counted = ((censored, _CENSORED), (inside, _INSIDE), (other, _OTHER), (~usable, _NO_MODEL))
    tests = tests[usable]
    pairs = Pairs(
        model_dbm=expected.level_dbm[usable],
        measured_dbm=tests["rsrp_dbm"].to_numpy(dtype=np.float64),
        technology=tests["tech"].to_numpy(dtype=object),
        environment=_environment(tests, land_cover),
        place=_places(tests),
    )
    return StudyCalibration(found=calibrate(pairs), notes=tuple(_left_out(len(measurements), counted)))


def _is(tests: pd.DataFrame, column: str, value: str) -> Mask:
    return np.asarray(tests[column] == value, dtype=np.bool_)


def _censored(tests: pd.DataFrame) -> Mask:
    level_dbm = tests["rsrp_dbm"].to_numpy(dtype=np.float64)
    lowest_dbm = tests["tech"].map(dict(LOWEST_REPORTED_DBM)).to_numpy(dtype=np.float64)
    silent = np.array([value is False for value in tests["signal"]]) if "signal" in tests else False
    return np.asarray(np.isnan(level_dbm) | (level_dbm <= lowest_dbm) | silent, dtype=np.bool_)


def _environment(tests: pd.DataFrame, land_cover: LandCover | None) -> NDArray[np.object_]:
    if land_cover is None or tests.empty:
        return np.full(len(tests), "", dtype=object)
    return land_class(land_cover, tests["lon"].to_numpy(np.float64), tests["lat"].to_numpy(np.float64))


def land_class(
    land_cover: LandCover, lon_deg: NDArray[np.float64], lat_deg: NDArray[np.float64]
) -> NDArray[np.object_]:
    """Return the land class at each point as an environment of the calibration: "" where it is not known."""
    found = land_cover.class_at(lon_deg, lat_deg)
    return np.where(found == "unknown", "", found).astype(object)


def _places(tests: pd.DataFrame) -> NDArray[np.int64]:
    """Number the places: the site named, else the square."""
    lon, lat = (tests[column].to_numpy(dtype=np.float64) for column in ("lon", "lat"))
    narrow = np.cos(np.radians(lat.mean())) if len(lat) else 1.0
    east, north = (np.floor(a * _KM_A_DEGREE / CELL_KM).astype(np.int64) for a in (lon * narrow, lat))
    squares = (f"{x}/{y}" for x, y in zip(east, north, strict=True))
    names = [site or square for site, square in zip(tests["site_id"].astype(str), squares, strict=True)]
    return np.asarray(pd.factorize(np.array(names, dtype=object), sort=True)[0], dtype=np.int64)


def _left_out(tests: int, counted: tuple[tuple[Mask, Text], ...]) -> Iterator[Text]:
    left = sum(int(mask.sum()) for mask, _ in counted)
    yield Text(
        f"Dùng {number(tests - left)} trong {number(tests)} phép đo. Một nơi là trạm thu được, hoặc ô vuông 1 km.",
        f"{number(tests - left, 'en')} of {number(tests, 'en')} tests count. A place is the site received, or a square "
        "of 1 km.",
    )
    for mask, why in counted:
        if mask.any():
            yield Text(f"Không dùng {number(mask.sum())}: {why.vi}.", f"Left out {number(mask.sum(), 'en')}: {why.en}.")
