"""How a study predicts: its air, and what its calibration does to the levels; and how it speaks of that."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from phusong.coverage.calibrated import calibrated, with_lower_floors
from phusong.coverage.calibration import Calibration
from phusong.coverage.criteria import Profile
from phusong.coverage.network import Network
from phusong.coverage.prediction import Points, Prediction, predict
from phusong.coverage.radio.air import STANDARD_AIR, Air
from phusong.coverage.terrain import Terrain
from phusong.data.calibration import StudyCalibration, calibrate_study, land_class
from phusong.data.clutter import read_clutter_heights
from phusong.data.inputs import Inputs
from phusong.data.land_cover import LandCover, read_land_cover
from phusong.data.ledger import LossRow
from phusong.data.report_calibration import offset_notes
from phusong.data.study_file import StudyFile
from phusong.words import Text, number

OFFSET = Text("Hiệu chỉnh theo đo kiểm", "Calibration by measurements")
LOCATION = "location"
"""Key of the margin that rests on σ."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Correction:
    """The air and the calibration of a study; ``calibration`` is None where the study does not ask for one."""

    calibration: StudyCalibration | None
    air: Air = STANDARD_AIR
    land_cover: LandCover | None = None

    @property
    def adopted(self) -> Calibration | None:
        """Return the calibration where there is one that is used."""
        return self.calibration.adopted if self.calibration is not None else None

    def predict(
        self,
        network: Network,
        terrain: Terrain,
        points: Points,
        profile: Profile,
        *,
        progress: Callable[[float], None] | None = None,
    ) -> Prediction:
        """Predict in the study's air, and correct what is predicted where a calibration is adopted."""
        found = self.adopted
        if found is None:
            return predict(network, terrain, points, profile, air=self.air, progress=progress)
        lower = with_lower_floors(profile, found)
        prediction = predict(network, terrain, points, lower, air=self.air, progress=progress)
        environment = np.full(len(points), "", dtype=object)
        if self.land_cover is not None and len(points):
            environment = land_class(self.land_cover, points.lon_deg, points.lat_deg)
        return calibrated(prediction, found, environment, profile)

    def model(self, model: Text) -> Text:
        """Return the name of the model with whether it is calibrated."""
        found = self.adopted
        if found is None:
            return Text(f"{model.vi}, chưa hiệu chỉnh", f"{model.en}, not calibrated")
        return Text(
            f"{model.vi}, đã hiệu chỉnh ({number(found.tests)} phép đo)",
            f"{model.en}, calibrated ({number(found.tests, 'en')} measurements)",
        )

    def ledger(self, ledger: tuple[LossRow, ...]) -> tuple[LossRow, ...]:
        """Return the ledger of a study with its offsets; the margin that rests on σ says what spread was measured."""
        found = self.adopted
        if found is None:
            return ledger
        margins = (_measured(row, found) if row.key == LOCATION else row for row in ledger)
        offsets = (
            LossRow(key=f"calibration_{k}", title=OFFSET, treatment="measured", source=note)
            for k, note in enumerate(offset_notes(found), start=1)
        )
        return *margins, *offsets

    def manifest(self) -> dict[str, object]:
        """Return what the manifest says of it."""
        if self.calibration is None:
            return {"asked": False, "adopted": False}
        found = self.calibration.found
        said: dict[str, object] = {
            "asked": True,
            "adopted": self.adopted is not None,
            "why": self.calibration.why.en,
            "tests": found.tests if found else 0,
            "places": found.places if found else 0,
        }
        if self.adopted is not None:
            said["sigma_db"] = _rounded(self.adopted.sigma_db)
            said["offsets"] = [
                {
                    "technology": group.technology,
                    "environment": group.environment,
                    "offset_db": group.offset_db,
                    "sigma_db": _rounded(group.sigma_db),
                    "tests": group.tests,
                    "places": group.places,
                }
                for group in self.adopted.groups
            ]
        return said


def correction_of(file: StudyFile, inputs: Inputs, profile: Profile) -> Correction:
    """Calibrate the model by the measurements of a study that asks for it."""
    if not file.calibrate:
        return Correction(calibration=None, air=file.air)
    land_cover = None
    if file.land_cover is not None:
        codes = read_clutter_heights(file.clutter_heights).codes
        land_cover = read_land_cover(file.land_cover, bounds=inputs.terrain.bounds, codes=codes)
    calibration = calibrate_study(
        inputs.measurements, inputs.network, inputs.terrain, profile, land_cover, air=file.air
    )
    return Correction(calibration=calibration, air=file.air, land_cover=land_cover)


def _rounded(value: float) -> float | None:
    return round(value, 2) if math.isfinite(value) else None


def _measured(row: LossRow, found: Calibration) -> LossRow:
    vi, en = number(found.sigma_db, decimals=1), number(found.sigma_db, "en", decimals=1)
    source = Text(
        f"mức dự trữ theo bộ ngưỡng; σ đo được sau hiệu chỉnh theo đo kiểm: {vi} dB",
        f"margin of the profile; σ measured after calibration: {en} dB",
    )
    return replace(row, source=source)
