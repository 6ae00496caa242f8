"""The measured pattern of an antenna: attenuation in two planes, a value for every whole degree.

The Planet format, which manufacturers publish, sets the angles: horizontally clockwise from the axis; vertically 0 is
the horizon ahead and 90 straight down (pe1mew.nl, Radio Mobile, "MSI"; MathWorks, ``msiread``). Attenuations are
positive, in dB under the gain of the antenna.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

DEGREES = 360
OMNI_RIPPLE_DB = 3.0
"""A horizontal pattern that varies no more than this is of an antenna that serves all around."""

_AHEAD_DEG = 45
"""The main lobe is looked for this far above and under the horizon ahead."""
_BEHIND = slice(150, 211)
"""180° ± 30°, over which manufacturers state the front-to-back ratio (NGMN, BASTA, section 3.2)."""
_STEPS = 3600
"""Directions at which a ring of sectors is looked at: every tenth of a degree."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AntennaPattern:
    """An antenna as its pattern file describes it.

    ``horizontal_db`` and ``vertical_db`` have shape (360,) and no value under 0. ``electrical_tilt_deg`` is the tilt at
    which the file says it was measured, None where it does not. A pattern is the same as another only if it is the
    same object.
    """

    name: str
    gain_dbi: float
    electrical_tilt_deg: float | None
    horizontal_db: Floats
    vertical_db: Floats

    @property
    def is_omni(self) -> bool:
        """Say whether the antenna serves all around."""
        return bool(np.ptp(self.horizontal_db) <= OMNI_RIPPLE_DB)

    @property
    def lobe_deg(self) -> float:
        """Return how far under the horizon the main lobe of the table points: its least attenuation ahead.

        A tilt turns the vertical table so that the lobe points as far down as the tilt says, whatever the tilt at
        which it was measured.
        """
        angles = np.arange(-_AHEAD_DEG, _AHEAD_DEG + 1)
        ahead_db = self.vertical_db[angles % DEGREES]
        nearest = int(np.argmin(ahead_db + 1e-9 * np.abs(angles)))  # of several equal lobes the one nearest the horizon
        first = last = nearest
        while first > 0 and ahead_db[first - 1] == ahead_db[nearest]:
            first -= 1
        while last < len(angles) - 1 and ahead_db[last + 1] == ahead_db[nearest]:
            last += 1
        return float(angles[first] + angles[last]) / 2.0

    @property
    def front_to_back_db(self) -> float:
        """Return the least attenuation behind the antenna."""
        return float(self.horizontal_db[_BEHIND].min())


@lru_cache(maxsize=1024)
def ring_of_pattern_db(pattern: AntennaPattern, ring_size: int) -> tuple[float, float, float]:
    """Return the least, mean and greatest horizontal attenuation where the azimuth of an antenna is not known.

    ``ring_size`` sectors share the circle evenly and the best of them counts, in steps of a tenth of a degree; one
    antenna, or one listed as serving all around, may be turned anyhow. The mean is of dB.
    """
    at = np.arange(_STEPS) * DEGREES / _STEPS
    degrees = np.arange(DEGREES + 1)
    closed_db = np.append(pattern.horizontal_db, pattern.horizontal_db[0])
    turned = [(at + k * DEGREES / max(ring_size, 1)) % DEGREES for k in range(max(ring_size, 1))]
    best_db = np.min([np.interp(turn, degrees, closed_db) for turn in turned], axis=0)
    return float(best_db.min()), float(best_db.mean()), float(best_db.max())
