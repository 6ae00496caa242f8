"""A calibration at work: the levels of a prediction with the offsets added, wherever they are read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.calibration import Calibration
from phusong.coverage.criteria import Profile
from phusong.coverage.kernel_arrays import HIGH, MIDDLE, NONE
from phusong.coverage.prediction import Prediction

Objects = NDArray[np.object_]
Hundredths = NDArray[np.int32]


def with_lower_floors(profile: Profile, calibration: Calibration) -> Profile:
    """Return the profile to predict with: offsets that raise a level must find what they raise."""
    raised_db = {t: max([0.0, *(g.offset_db for g in calibration.groups if g.technology == t)]) for t in profile.rules}
    return replace(
        profile, rules={t: replace(rule, floor_dbm=rule.floor_dbm - raised_db[t]) for t, rule in profile.rules.items()}
    )


def calibrated(prediction: Prediction, calibration: Calibration, environment: Objects, profile: Profile) -> Prediction:
    """Return the prediction with the offset of each layer's technology added at every end.

    One offset for all sectors of a layer at a place, so that who serves stays who serves. The check of the uplink is
    left as it is: only what phones receive was measured.

    Parameters
    ----------
    prediction
        Made with the floors of :func:`with_lower_floors`.
    environment
        Label of each point, shape (points,), as in the calibration.
    profile
        The study's: levels below its floors are none.
    """
    shape = (len(prediction.points), len(prediction.layers))
    offset = np.empty(shape, dtype=np.int32)
    labels, of = np.unique(environment.astype(str), return_inverse=True)
    for i, layer in enumerate(prediction.layers):
        by_label = [round(100.0 * calibration.offset_db(layer.technology, str(label))) for label in labels]
        offset[:, i] = np.array(by_label, dtype=np.int32)[np.asarray(of).reshape(-1)]
    floors = [profile.rules[layer.technology].floor_dbm for layer in prediction.layers]
    floor = np.ceil(100.0 * np.array(floors)).astype(np.int32)
    level = _moved(prediction.level, offset[:, :, np.newaxis], floor[:, np.newaxis])
    second = _moved(prediction.second, offset, floor)
    return replace(
        prediction,
        level=level,
        server=_heard(prediction.server, level[:, :, MIDDLE]),
        server_high=_heard(prediction.server_high, level[:, :, HIGH]),
        second=second,
        second_server=_heard(prediction.second_server, second),
        unseen=_moved(prediction.unseen, offset, floor),
    )


def _heard(server: NDArray[np.int32], level: NDArray[np.int16]) -> NDArray[np.int32]:
    return np.where(level == NONE, np.int32(-1), server)


def _moved(stored: NDArray[np.int16], offset: Hundredths, floor: Hundredths) -> NDArray[np.int16]:
    moved = stored.astype(np.int32) + offset
    return np.where((stored == NONE) | (moved < floor), np.int32(NONE), moved).astype(np.int16)
