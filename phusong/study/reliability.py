"""The reliability of a study's map: the share of measurements its model got right, as a table and as one line."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.coverage.criteria import Profile, ServiceRule
from phusong.coverage.decision import Places, decide
from phusong.coverage.measured_service import ASSUMED_MEASURING, PASSED, SILENT, MeasuringRule
from phusong.coverage.prediction import Engine, prediction_points
from phusong.coverage.reliability import Reliability, reliability
from phusong.coverage.states import UNDETERMINED
from phusong.data.crs import metric_crs, project
from phusong.data.inputs import Inputs
from phusong.data.inventory import unknown_here
from phusong.data.phone_logs import NO_SERVICE
from phusong.study.evidence_measured import outcomes
from phusong.words import LANGUAGES, Text, number, percent

RELIABILITY_COLUMNS = (
    *("commune_code", "commune_name", "tests", "places", "decided", "decided_places", "right", "undetermined"),
    *("right_percent", "low_percent", "high_percent", "interval_percent"),
)
INSIDE = ("indoor", "vehicle")
"""Where a level is lower by a loss nobody measured: the model outdoors is not judged by it."""
PLACE_M = 300.0
"""Tests in one square of this side are of one place: as far as a test speaks of its surroundings."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapReliability:
    """How often the model was right: ``table`` has a row for the whole study (commune_code "") and one a commune."""

    overall: Reliability
    table: pd.DataFrame
    text: Text


def map_reliability(
    inputs: Inputs,
    profile: Profile,
    engine: Engine,
    *,
    calibrated: bool = False,
    rule: MeasuringRule = ASSUMED_MEASURING,
) -> MapReliability:
    """Ask the model what it says at the place of every test outdoors, of its own operator and technology.

    Parameters
    ----------
    inputs, profile, engine
        As the study predicts.
    calibrated
        Whether the model was corrected by these very measurements: then they do not judge it independently.
    rule
        What a test passes by.
    """
    tests, passed = _spoken(inputs.measurements, profile, rule)
    modelled = modelled_at(inputs, profile, engine, tests)
    place = _places(tests)
    interval = profile.uncertainty.interval_percent
    overall = reliability(modelled, passed, place, interval_percent=interval)
    rows = [_row("", "", overall)]
    names = {} if inputs.communes is None else dict(
        zip(inputs.communes["commune_code"], inputs.communes["commune_name"], strict=True)
    )  # fmt: skip
    code = tests["commune_code"].fillna("").astype(str).to_numpy(dtype=object)
    for one in sorted(set(code) - {""}):
        own = code == one
        found = reliability(modelled[own], passed[own], place[own], interval_percent=interval)
        rows.append(_row(one, str(names.get(one, "")), found))
    table = pd.DataFrame(rows, columns=list(RELIABILITY_COLUMNS))
    return MapReliability(overall=overall, table=table, text=reliability_text(overall, calibrated=calibrated))


def modelled_at(inputs: Inputs, profile: Profile, engine: Engine, tests: pd.DataFrame) -> NDArray[np.int8]:
    """Return the state code the model gives each test's operator and technology at its place, outdoors.

    Undetermined where the study knows nothing of the operator.
    """
    codes = np.full(len(tests), UNDETERMINED, dtype=np.int8)
    if not len(tests):
        return codes
    lon, lat = (tests[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    points = prediction_points(lon, lat, inputs.terrain)
    prediction = engine(inputs.network, inputs.terrain, points, profile)
    unknown = unknown_here(inputs.network.inventories, inputs.communes, lon, lat, reach_km=profile.unlisted_reach_km)
    places = Places(point=points.of_household, unknown_here=unknown)
    operator, technology = (tests[name].to_numpy(dtype=object) for name in ("operator", "tech"))
    for one in sorted(set(technology)):
        asked = tuple(profile.rules) if one == NO_SERVICE else (one,)
        service = ServiceRule(key=one, title=Text(one, one), technologies=asked)
        for name, answer in decide(prediction, places, profile, service, indoor=False).by_operator.items():
            own = (operator == name) & (technology == one)
            codes[own] = answer.state[own]
    return codes


def reliability_text(found: Reliability, *, calibrated: bool = False) -> Text:
    """Say in one line how often the model was right, for beside a map or a report."""
    if not found.tests:
        return Text(
            "Độ tin cậy của bản đồ: chưa có phép đo ngoài trời nào để kiểm tra mô hình.",
            "Reliability of the map: there is no measurement outdoors to check the model by.",
        )
    if not found.decided:
        return Text(
            f"Độ tin cậy của bản đồ: mô hình chưa kết luận được ở nơi nào trong {number(found.tests)} phép đo.",
            f"Reliability of the map: the model decides at none of the {number(found.tests, 'en')} measurements.",
        )
    vi = (
        f"Độ tin cậy của bản đồ: mô hình đúng {percent(found.right, found.decided)} phép đo tại "
        f"{number(found.decided_places)} nơi{_interval(found).vi}"
    )
    en = (
        f"Reliability of the map: the model is right in {percent(found.right, found.decided, 'en')} measurements at "
        f"{number(found.decided_places, 'en')} places{_interval(found).en}"
    )
    if found.undetermined:
        vi += f"; {number(found.undetermined)} phép đo khác mô hình chưa xác định"
        en += f"; of {number(found.undetermined, 'en')} others the model is undetermined"
    if calibrated:
        vi += ". Mô hình đã hiệu chỉnh theo chính các phép đo này: không phải kiểm chứng độc lập"
        en += ". The model was calibrated by these very measurements: this is no independent check"
    return Text(f"{vi}.", f"{en}.")


def _interval(found: Reliability) -> Text:
    if not math.isfinite(found.low_percent):
        return Text(" (quá ít nơi để có khoảng tin cậy)", " (too few places for an interval)")
    ends = [(number(found.low_percent, x, decimals=1), number(found.high_percent, x, decimals=1)) for x in LANGUAGES]
    return Text(
        f", khoảng tin cậy {number(found.interval_percent)} %: {ends[0][0]}–{ends[0][1]} %",
        f", {number(found.interval_percent, 'en')} % interval {ends[1][0]}–{ends[1][1]} %",
    )


def _spoken(
    measurements: pd.DataFrame | None, profile: Profile, rule: MeasuringRule
) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Return the tests outdoors that say something of their technology's threshold, and whether they passed."""
    if measurements is None or not len(measurements):
        empty = pd.DataFrame(columns=["lon", "lat", "operator", "tech", "commune_code"])
        return empty, np.zeros(0, dtype=np.bool_)
    tests = measurements[~measurements["environment"].isin(INSIDE) & measurements["lon"].notna()]
    result = outcomes(tests, profile, rule)
    speaks = result != SILENT
    return tests[speaks].reset_index(drop=True), result[speaks] == PASSED


def _places(tests: pd.DataFrame) -> NDArray[np.int64]:
    """Number the squares of ``PLACE_M`` the tests were made in."""
    if not len(tests):
        return np.zeros(0, dtype=np.int64)
    lon, lat = (tests[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    x_m, y_m = project(lon, lat, metric_crs(float(lon.mean()), float(lat.mean())))
    cell = np.floor(np.column_stack([x_m, y_m]) / PLACE_M).astype(np.int64)
    return np.asarray(np.unique(cell, axis=0, return_inverse=True)[1], dtype=np.int64).reshape(-1)


def _row(code: str, name: str, found: Reliability) -> dict[str, object]:
    return {
        "commune_code": code,
        "commune_name": name,
        "tests": found.tests,
        "places": found.places,
        "decided": found.decided,
        "decided_places": found.decided_places,
        "right": found.right,
        "undetermined": found.undetermined,
        "right_percent": round(found.right_percent, 1),
        "low_percent": round(found.low_percent, 1),
        "high_percent": round(found.high_percent, 1),
        "interval_percent": found.interval_percent,
    }
