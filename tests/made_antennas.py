"""Made antennas: rough tables with nulls, side lobes and a tilted lobe, and the files manufacturers would send."""

from __future__ import annotations

import numpy as np

from phusong.coverage.radio.pattern import AntennaPattern


def made_pattern(name="K-65-06T", *, lobe_deg=6, seed=1, omni=False, electrical_tilt_deg=6.0, gain_dbi=17.0):
    """A sector antenna of about 65° by 7°, not symmetric, or one for all around; in tenths of a dB as files are."""
    rng = np.random.default_rng(seed)
    off = np.abs((np.arange(360) + 180) % 360 - 180)
    across = rng.uniform(0.0, 1.0, 360) if omni else np.minimum(12.0 * (off / 65.0) ** 2, 28.0) + rng.uniform(0, 4, 360)
    under = (np.arange(360) - lobe_deg + 180) % 360 - 180
    down = np.minimum(12.0 * (under / 7.0) ** 2, 18.0) + 8.0 * np.abs(np.sin(np.radians(9.0 * under)))
    across[0] = down[lobe_deg % 360] = 0.0
    return AntennaPattern(
        name=name, gain_dbi=gain_dbi, electrical_tilt_deg=electrical_tilt_deg,
        horizontal_db=np.round(across, 1), vertical_db=np.round(down, 1),
    )  # fmt: skip


SECTOR, OMNI = made_pattern(), made_pattern("O-11", lobe_deg=0, seed=2, omni=True, electrical_tilt_deg=None)

OTHER = made_pattern("K-65-00T", lobe_deg=-1, seed=3, electrical_tilt_deg=0.0)


def planet_lines(pattern, *, gain=None):
    """The lines of the pattern's file."""
    lines = [f"NAME {pattern.name}", "MAKE Made", "FREQUENCY 1850", f"GAIN {gain or f'{pattern.gain_dbi} dBi'}"]
    if pattern.electrical_tilt_deg is not None:
        lines += ["TILT ELECTRICAL", f"ELECTRICAL_TILT {pattern.electrical_tilt_deg:g}"]
    for plane, table in (("HORIZONTAL", pattern.horizontal_db), ("VERTICAL", pattern.vertical_db)):
        lines += [f"{plane} 360", *(f"{degree}.0 {value:.1f}" for degree, value in enumerate(table))]
    return lines
