"""What was measured near villages and gaps, by operator and by all of them together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from phusong.coverage.criteria import Profile, ServiceRule
from phusong.coverage.findings import Says, Target
from phusong.coverage.measured_service import (
    PASSED,
    SILENT,
    MeasuringRule,
    centre_codes,
    joined_states,
    operator_states_by_tests,
    results_of_tests,
)
from phusong.coverage.reasons import operator_title
from phusong.data.crs import project
from phusong.data.phone_logs import NO_SERVICE
from phusong.study.evidence_ground import Codes, Floats, Ground, Ints, Row
from phusong.words import Text, number, percent

SOURCE = "tests"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Tests:
    """The tests of one service that say something: places, operators' numbers, results at both thresholds."""

    x_m: Floats
    y_m: Floats
    operator: Ints
    technology: NDArray[np.object_]
    day: NDArray[np.object_]
    passed: NDArray[np.bool_]
    weak: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.x_m)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Near:
    """Tests within reach of some places: the pairs, and by place and operator how many and how many passed."""

    place: Ints
    test: Ints
    tests: Ints
    passed: Ints
    weak: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Asked:
    """Whose tests are looked at, of which service, and the weight of each household within reach of one of them."""

    service: str
    operators: list[int]
    joint: bool
    reached: Floats


def measured_rows(ground: Ground, measurements: pd.DataFrame | None, rule: MeasuringRule) -> Iterator[Row]:
    """Yield what tests say of every village and service, and of every gap, that has tests within reach."""
    if measurements is None or not len(measurements):
        return
    for service in ground.profile.services:
        tests = _tests_of(ground, measurements, service, rule)
        if len(tests):
            yield from _service_rows(ground, tests, service, rule)


def _tests_of(ground: Ground, measurements: pd.DataFrame, service: ServiceRule, rule: MeasuringRule) -> _Tests:
    of_service = measurements["tech"].isin((*service.technologies, NO_SERVICE))
    own = of_service & measurements["operator"].isin(ground.operators)
    rows = measurements[own & measurements["lon"].notna()]
    served = outcomes(rows, ground.profile, rule)
    weak = outcomes(rows, ground.profile, rule, weak=True)
    speaks = served != SILENT
    rows = rows[speaks]
    x_m, y_m = project(rows["lon"].to_numpy(np.float64), rows["lat"].to_numpy(np.float64), ground.epsg)
    return _Tests(
        x_m=x_m,
        y_m=y_m,
        operator=pd.Index(ground.operators).get_indexer(pd.Index(rows["operator"])).astype(np.int64),
        technology=rows["tech"].to_numpy(dtype=object),
        day=rows["time"].dt.strftime("%Y-%m-%d").fillna("").to_numpy(dtype=object),
        passed=served[speaks] == PASSED,
        weak=weak[speaks] == PASSED,
    )


def outcomes(tests: pd.DataFrame, profile: Profile, rule: MeasuringRule, *, weak: bool = False) -> Codes:
    """Say of each row of a list of measurements whether it passed its technology's threshold, or the weak one.

    A test without service fails whatever is asked.
    """
    limits: dict[str, float] = {key: one.weak_dbm if weak else one.served_dbm for key, one in profile.rules.items()}
    limits[NO_SERVICE] = 0.0
    lost_db = {"vehicle": rule.vehicle_loss_db, "indoor": np.inf}
    return results_of_tests(
        tests["rsrp_dbm"].to_numpy(dtype=np.float64),
        np.array([None if pd.isna(one) else bool(one) for one in tests["signal"]], dtype=object),
        tests["dl_mbps"].to_numpy(dtype=np.float64),
        np.array([limits.get(technology, np.nan) for technology in tests["tech"]], dtype=np.float64),
        np.array([lost_db.get(environment, 0.0) for environment in tests["environment"]], dtype=np.float64),
        rule,
    )


def _service_rows(ground: Ground, tests: _Tests, service: ServiceRule, rule: MeasuringRule) -> Iterator[Row]:
    homes = _near(tests, ground.x_m, ground.y_m, len(ground.operators), rule)
    located = np.flatnonzero(np.isfinite(ground.centre_x_m))
    at_centre = _near(tests, ground.centre_x_m[located], ground.centre_y_m[located], len(ground.operators), rule)
    centres = np.full((2, len(ground.villages), len(ground.operators)), 2, dtype=np.int8)  # undetermined
    centres[0, located] = operator_states_by_tests(at_centre.tests, at_centre.passed, rule)
    centres[1, located] = operator_states_by_tests(at_centre.tests, at_centre.weak, rule)
    states = operator_states_by_tests(homes.tests, homes.passed, rule)
    by_village = _by_target(ground.village, homes, located[at_centre.place], at_centre.test)
    by_gap = _by_target(ground.gap, homes, *(np.empty(0, dtype=np.int64),) * 2)
    everyone = list(range(len(ground.operators)))
    for asked in (*([k] for k in everyone if len(everyone) > 1), everyone):
        state = joined_states(states[:, asked])
        centre = centre_codes(joined_states(centres[0][:, asked]), joined_states(centres[1][:, asked]))
        reached = np.where((homes.tests[:, asked] > 0).any(axis=1), ground.weight, 0.0)
        group = _Asked(service=service.key, operators=asked, joint=asked == everyone, reached=reached)
        yield from _rows(ground, tests, group, "village", ground.village_says(centre, state), by_village)
        if service == ground.profile.main_service:
            yield from _rows(ground, tests, group, "gap", ground.gap_says(state), by_gap)


def _near(tests: _Tests, x_m: Floats, y_m: Floats, operators: int, rule: MeasuringRule) -> _Near:
    """Find the tests within reach of each place and count them by operator."""
    tree = cKDTree(np.column_stack([tests.x_m, tests.y_m]))
    places = np.column_stack([x_m, y_m])
    found: list[list[int]] = [[] for _ in range(len(places))]
    nearest_m = tree.query(places, distance_upper_bound=rule.reach_m * (1.0 + 1e-9))[0]
    for at in np.flatnonzero(np.isfinite(nearest_m)):
        found[at] = tree.query_ball_point(places[at], rule.reach_m)
    count = np.array([len(one) for one in found], dtype=np.int64)
    place = np.repeat(np.arange(len(x_m), dtype=np.int64), count)
    test = np.array([k for one in found for k in sorted(one)], dtype=np.int64)
    cell = place * operators + tests.operator[test]

    def counted(which: NDArray[np.bool_]) -> Ints:
        return np.bincount(cell[which[test]], minlength=len(x_m) * operators).reshape(len(x_m), operators)

    return _Near(
        place=place,
        test=test,
        tests=counted(np.ones(len(tests), dtype=np.bool_)),
        passed=counted(tests.passed),
        weak=counted(tests.weak),
    )


def _by_target(of: Ints, homes: _Near, centre_of: Ints, centre_test: Ints) -> pd.DataFrame:
    """Return each target's tests once: those near its households and its centre."""
    target = np.concatenate([of[homes.place], centre_of])
    pairs = pd.DataFrame({"target": target, "test": np.concatenate([homes.test, centre_test])})
    return pairs[pairs["target"] >= 0].drop_duplicates().sort_values(["target", "test"], ignore_index=True)


def _rows(
    ground: Ground, tests: _Tests, asked: _Asked, target: Target, says: list[Says], pairs: pd.DataFrame
) -> Iterator[Row]:
    """Yield a row for each target with tests of these operators; one operator alone can only say that it serves."""
    operator = "" if asked.joint else ground.operators[asked.operators[0]]
    households = ground.sums(ground.village if target == "village" else ground.gap, asked.reached, len(says))
    mine = pairs[np.isin(tests.operator[pairs["test"]], asked.operators)]
    for at, test in _groups(mine):
        word = says[at]
        yield ground.row(
            target,
            at,
            service=asked.service,
            kind="measured",
            source=SOURCE,
            says=word if asked.joint or word in ("covered", "served") else "undetermined",
            detail=_detail(ground, tests, test, operator, word if asked.joint else ""),
            households=float(households[at]),
            operator=operator,
            technology=", ".join(sorted(set(tests.technology[test]) - {NO_SERVICE})),
            tests=len(test),
            dated=str(max(tests.day[test])),
        )


def _groups(pairs: pd.DataFrame) -> Iterator[tuple[int, Ints]]:
    """Yield each target with its tests; the pairs are sorted."""
    target, test = (pairs[name].to_numpy(dtype=np.int64) for name in ("target", "test"))
    starts = np.flatnonzero(np.diff(target, prepend=-1))
    yield from zip(target[starts].tolist(), np.split(test, starts[1:]), strict=True) if len(starts) else ()


def _detail(ground: Ground, tests: _Tests, test: Ints, operator: str, word: str) -> Text:
    """Say how many tests passed; of all operators, also which ones were not measured where that keeps it open."""
    passed, n = int(tests.passed[test].sum()), len(test)
    name = f"{operator_title(operator)}: " if operator else ""
    text = Text(
        f"{name}{percent(passed, n)} phép đo đạt ngưỡng",
        f"{name}{percent(passed, n, 'en')} tests reach the threshold",
    )
    if word != "undetermined":
        return text
    absent = [o for k, o in enumerate(ground.operators) if not (tests.operator[test] == k).any()]
    if absent:
        names = ", ".join(operator_title(one) for one in absent)
        return Text(f"{text.vi}; chưa đo {names}", f"{text.en}; not measured: {names}")
    few, more = number(n), number(n, "en")
    return Text(
        f"{text.vi}; {few} phép đo chưa đủ hoặc chưa đủ nơi để kết luận",
        f"{text.en}; {more} tests are too few, or not where it matters",
    )
