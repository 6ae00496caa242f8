"""What tests say of the places around them: enough of them, mostly passed, by some operator, or failed by every one.

A test speaks of the households within reach of it. Where too few were made, or they contradict each other, nothing is
said: *undetermined*. That nobody serves a place takes tests of every operator.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.asks import CELL_M, NEAR_CELLS
from phusong.coverage.criteria import CENTRE_STATES
from phusong.coverage.states import SERVED, UNDETERMINED, UNSERVED
from phusong.words import Text

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Counts = NDArray[np.int64]

PASSED, FAILED, SILENT = np.int8(1), np.int8(0), np.int8(-1)
"""What one test says; a test with neither a level, a speed nor an answer about signal is silent."""


ASSUMPTION = Text("giả định của công cụ, chưa xác minh", "assumed by this tool, not verified")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuringRule:
    """When tests decide; every number is an assumption of this tool and can be set.

    A test speaks of what lies within ``reach_m``. An operator serves a place where at least ``min_tests`` tests were
    made and ``served_percent`` of them passed, and does not where at most ``unserved_percent`` passed. A test passes by
    its level; one without a level by a download of ``min_dl_mbps``. In a car the level is lower by up to
    ``vehicle_loss_db``, in a room by a loss nobody knows: what passes there passes outdoors, what fails there fails
    outdoors only where that loss cannot be the cause.
    """

    reach_m: float = NEAR_CELLS * CELL_M
    min_tests: int = 3
    served_percent: float = 75.0
    unserved_percent: float = 25.0
    min_dl_mbps: float = 1.0
    vehicle_loss_db: float = 8.0
    source: Text = ASSUMPTION


ASSUMED_MEASURING = MeasuringRule()


def results_of_tests(
    level_dbm: Floats,
    signal: NDArray[np.object_],
    dl_mbps: Floats,
    threshold_dbm: Floats,
    lost_db: Floats,
    rule: MeasuringRule,
) -> Codes:
    """Say what each test says of a threshold outdoors.

    Parameters
    ----------
    level_dbm, dl_mbps
        NaN where not given.
    signal
        True, False, or None where not given; False means that the device found no signal.
    threshold_dbm
        Of the technology measured, NaN where the profile has none: such a test is silent.
    lost_db
        How much more the level may be outdoors: 0 there, the rule's in a vehicle, infinite in a room.
    """
    none = np.array([one is False or (isinstance(one, np.bool_) and not one) for one in signal], dtype=np.bool_)
    fails = np.where(level_dbm + lost_db < threshold_dbm, FAILED, SILENT)
    by_level = np.where(level_dbm >= threshold_dbm, PASSED, fails)
    by_speed = np.where(dl_mbps >= rule.min_dl_mbps, PASSED, SILENT)
    unheard = np.where(np.isfinite(lost_db), FAILED, SILENT)
    conditions = [~np.isfinite(threshold_dbm), none, np.isfinite(level_dbm)]
    return np.select(conditions, [SILENT, unheard, by_level], by_speed).astype(np.int8)


def operator_states_by_tests(tests: Counts, passed: Counts, rule: MeasuringRule) -> Codes:
    """Return the state code of each place by each operator's tests near it, shape (places, operators)."""
    enough = tests >= rule.min_tests
    percent = 100.0 * passed
    served = enough & (percent >= rule.served_percent * tests)
    unserved = enough & (percent <= rule.unserved_percent * tests)
    return np.select([served, unserved], [SERVED, UNSERVED], UNDETERMINED).astype(np.int8)


def joined_states(by_operator: Codes) -> Codes:
    """Join operators: one that serves is enough, that nobody serves takes all of them, shape (places,)."""
    served, unserved = (by_operator == SERVED).any(axis=1), (by_operator == UNSERVED).all(axis=1)
    if by_operator.shape[1] == 0:
        unserved = np.zeros(len(by_operator), dtype=np.bool_)
    return np.select([served, unserved], [SERVED, UNSERVED], UNDETERMINED).astype(np.int8)


def centre_codes(state: Codes, weak_state: Codes) -> Codes:
    """Return what centres receive (``CENTRE_STATES``) from their state at the served and at the weak threshold."""
    code = {name: k for k, name in enumerate(CENTRE_STATES)}
    dark = state == UNSERVED
    chosen = [state == SERVED, dark & (weak_state == SERVED), dark & (weak_state == UNSERVED)]
    codes = np.select(chosen, [code["served"], code["weak"], code["dark"]], code["undetermined"])
    return codes.astype(np.int8)


def gap_states(unserved: Floats, undetermined: Floats, households: Floats, *, min_households: float) -> Codes:
    """Say of each gap whether it still is one.

    Unserved where the households surely unserved still make a gap, or half of this one if that is fewer; served where
    not even with the undetermined ones would they. So a few tests at its edge never close a small gap.
    """
    least = np.minimum(min_households, households / 2.0)
    chosen = [unserved >= least, unserved + undetermined < least]
    return np.select(chosen, [UNSERVED, SERVED], UNDETERMINED).astype(np.int8)
