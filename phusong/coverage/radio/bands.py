"""Frequency bands as station lists name them: ``B3``, ``n78``, ``900``, ``1800 MHz``, ``L2100``, ``2,6 GHz``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from phusong.coverage.network import Technology
from phusong.errors import Range

CARRIER_MHZ = Range(30.0, 6000.0, "MHz")
"""Where Rec. ITU-R P.1812 is valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BandRow:
    """One band: its 3GPP number, the names it has in lists (MHz) and its downlink."""

    number: int
    nominal_mhz: tuple[int, ...]
    downlink_low_mhz: float
    downlink_high_mhz: float
    source: str

    @property
    def downlink_centre_mhz(self) -> float:
        """Return the middle of the downlink."""
        return 0.5 * (self.downlink_low_mhz + self.downlink_high_mhz)


_3GPP = "3GPP TS 36.101, table 5.5-1; TS 38.101-1, table 5.2-1"
_LICENSED = "phần băng tần đã cấp tại Việt Nam / part of the band licensed in Vietnam"

BANDS = (
    BandRow(number=28, nominal_mhz=(700,), downlink_low_mhz=758, downlink_high_mhz=803, source=_3GPP),
    BandRow(number=5, nominal_mhz=(850,), downlink_low_mhz=869, downlink_high_mhz=894, source=_3GPP),
    BandRow(number=8, nominal_mhz=(900,), downlink_low_mhz=925, downlink_high_mhz=960, source=_3GPP),
    BandRow(number=3, nominal_mhz=(1800,), downlink_low_mhz=1805, downlink_high_mhz=1880, source=_3GPP),
    BandRow(number=1, nominal_mhz=(2100,), downlink_low_mhz=2110, downlink_high_mhz=2170, source=_3GPP),
    BandRow(number=40, nominal_mhz=(2300,), downlink_low_mhz=2300, downlink_high_mhz=2400, source=_3GPP),
    BandRow(number=38, nominal_mhz=(), downlink_low_mhz=2570, downlink_high_mhz=2620, source=_3GPP),
    BandRow(number=41, nominal_mhz=(2500, 2600), downlink_low_mhz=2500, downlink_high_mhz=2600, source=_LICENSED),
    BandRow(number=7, nominal_mhz=(), downlink_low_mhz=2620, downlink_high_mhz=2690, source=_3GPP),
    BandRow(number=78, nominal_mhz=(3500, 3700), downlink_low_mhz=3700, downlink_high_mhz=3800, source=_LICENSED),
    BandRow(number=77, nominal_mhz=(3800,), downlink_low_mhz=3800, downlink_high_mhz=3900, source=_LICENSED),
)

_BY_NUMBER = {row.number: row for row in BANDS}
_BY_NOMINAL = {nominal: row for row in BANDS for nominal in row.nominal_mhz}
_NUMBERED = re.compile(r"(?:BAND|B|N)?[ -]?(\d{1,2})(?:\s*\(.*\))?")
_THOUSANDS = re.compile(r"\b(\d)\.(\d{3})\b(?!\s*G)")
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(GHZ)?")


@dataclass(frozen=True, slots=True)
class Band:
    """What a name in a list stands for: one key however it was written, and the downlink's centre."""

    key: str
    frequency_mhz: float


def band_of(name: str, technology: Technology) -> Band | None:
    """Return the band a list means; None where the name is not understood or means several bands.

    A frequency that is no band's name is taken as it stands, as every frequency of technology ``other`` is.
    """
    text = name.upper().replace(",", ".").strip()
    numbered = _NUMBERED.fullmatch(text)
    if numbered:
        row = _BY_NUMBER.get(int(numbered[1]))
        return _band(row, technology) if row else None
    found = {_named(mhz, technology) for mhz in _frequencies_mhz(text)}
    return found.pop() if len(found) == 1 else None


def _frequencies_mhz(text: str) -> Iterator[float]:
    """Yield the numbers of a text that can be a carrier: ``4G 1800`` has one."""
    for digits, unit in _NUMBER.findall(_THOUSANDS.sub(r"\1\2", text)):
        ghz = bool(unit) or ("." in digits and float(digits) < CARRIER_MHZ.high / 1000.0)
        mhz = round(float(digits) * (1000.0 if ghz else 1.0), 6)
        if CARRIER_MHZ.holds(mhz):
            yield mhz


def _named(mhz: float, technology: Technology) -> Band:
    row = _BY_NOMINAL.get(round(mhz)) if mhz == round(mhz) and technology != "other" else None
    return _band(row, technology) if row else Band(f"{mhz:g} MHz", mhz)


def _band(row: BandRow, technology: Technology) -> Band:
    return Band(f"{'n' if technology == '5G' else 'B'}{row.number}", row.downlink_centre_mhz)
