"""The air a study assumes: refractivity, which bends rays and scatters them."""

from __future__ import annotations

from dataclasses import dataclass

from phusong.coverage.radio.profile_geometry import DEFAULT_DELTA_N, effective_earth_radius_km
from phusong.errors import Range

DEFAULT_N0 = 370.0
"""Surface refractivity at sea level, N-units: an assumption for Vietnam, where 360 to 380 is usual."""

DELTA_N = Range(0.0, 150.0, "N/km")
N0 = Range(250.0, 450.0, "N")


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """Lapse of the refractivity over the lowest km (ΔN, N-units/km) and refractivity at sea level (N0, N-units).

    Raises
    ------
    OutOfRangeError
        Where a value lies outside ``DELTA_N`` or ``N0``.
    """

    delta_n: float = DEFAULT_DELTA_N
    n0: float = DEFAULT_N0

    def __post_init__(self) -> None:
        """Check both values."""
        DELTA_N.check("delta_n", self.delta_n)
        N0.check("n0", self.n0)

    @property
    def ae_km(self) -> float:
        """Return the median effective Earth radius."""
        return effective_earth_radius_km(self.delta_n)


STANDARD_AIR = Air()
"""The documented assumptions."""
