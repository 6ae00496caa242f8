"""Link budget: from the power of a carrier to the level of its reference signal, and the phone's way back.

RSRP = port power + gain - feeder - 10 log(12 N_RB) - antenna pattern - path loss - margins (domain.md, section 3.2).
Every term enters once: :func:`link_ledger` writes them all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from phusong.coverage.criteria import Margin
from phusong.coverage.network import Sector, Service, Span, Technology
from phusong.errors import OutOfRangeError
from phusong.words import Text

LTE_RESOURCE_BLOCKS: Mapping[float, int] = MappingProxyType({1.4: 6, 3: 15, 5: 25, 10: 50, 15: 75, 20: 100})
"""N_RB by channel bandwidth in MHz: 3GPP TS 36.101, table 5.6-1."""

NR_15_KHZ_RESOURCE_BLOCKS: Mapping[float, int] = MappingProxyType({5: 25, 10: 52, 15: 79, 20: 106})
"""N_RB at 15 kHz spacing, taken up to 20 MHz (the FDD bands, n28): 3GPP TS 38.101-1, table 5.3.2-1."""

NR_30_KHZ_RESOURCE_BLOCKS: Mapping[float, int] = MappingProxyType(
    {25: 65, 30: 78, 40: 106, 50: 133, 60: 162, 70: 189, 80: 217, 90: 245, 100: 273}
)
"""N_RB at 30 kHz spacing, taken above 20 MHz (the TDD bands, n41, n78): 3GPP TS 38.101-1, table 5.3.2-1."""

RESOURCE_BLOCKS: Mapping[Technology, Mapping[float, int]] = MappingProxyType(
    {"4G": LTE_RESOURCE_BLOCKS, "5G": {**NR_15_KHZ_RESOURCE_BLOCKS, **NR_30_KHZ_RESOURCE_BLOCKS}}
)


def _published(name: str) -> Text:
    """Return the name of a publication: the same in both languages."""
    return Text(name, name)


_LIST = Text("danh sách trạm; nếu thiếu: khoảng giả định", "station list; where silent: assumed range")
_CARRIER = Text("toàn sóng mang", "whole carrier")
_OFFSET_SOURCES: Mapping[Technology, Text] = MappingProxyType(
    {
        "2G": _CARRIER,
        "3G": Text("giả định: kênh hoa tiêu 10 % công suất", "assumption: pilot 10 % of the power"),
        "4G": _published("3GPP TS 36.101, 5.6-1"),
        "5G": _published("3GPP TS 38.101-1, 5.3.2-1"),
        "other": _CARRIER,
    }
)

SUBCARRIERS_PER_BLOCK = 12
PILOT_SHARE_DB = 10.0
"""UMTS: the common pilot has a tenth of the carrier's power [R]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uplink:
    """The way back of a technology below a frequency: the phone's power, what the base station hears, and whence."""

    technology: Technology
    below_mhz: float
    phone_dbm: float
    sensitivity_dbm: float
    source: str
    mark: Literal["R", "P"]


_BLOCK = "3GPP TS 36.101, TS 38.101-1: UE power class 3; sensitivity for one resource block from practice"
_GSM = "3GPP TS 45.005, 4.1.1: MS power class {}; sensitivity from practice"
UPLINKS: tuple[Uplink, ...] = (
    Uplink(
        technology="2G", below_mhz=1000.0, phone_dbm=33.0, sensitivity_dbm=-110.0, source=_GSM.format("4"), mark="R"
    ),
    Uplink(
        technology="2G", below_mhz=math.inf, phone_dbm=30.0, sensitivity_dbm=-110.0, source=_GSM.format("1"), mark="R"
    ),
    Uplink(
        technology="3G",
        below_mhz=math.inf,
        phone_dbm=24.0,
        sensitivity_dbm=-121.0,
        source="3GPP TS 25.101, 6.2.1: UE power class 3; TS 25.104, 7.2.1: 12.2 kbit/s",
        mark="R",
    ),
    Uplink(technology="4G", below_mhz=math.inf, phone_dbm=23.0, sensitivity_dbm=-119.0, source=_BLOCK, mark="R"),
    Uplink(technology="5G", below_mhz=math.inf, phone_dbm=23.0, sensitivity_dbm=-119.0, source=_BLOCK, mark="R"),
)
"""What a phone can do and a base station hears: domain.md, section 3.2; in 4G and 5G with all power in one block.

Technology ``other`` is not checked: its way back is as varied as its devices.
"""


def resource_blocks(technology: Technology, bandwidth_mhz: float) -> int:
    """Return N_RB of an LTE or NR carrier.

    Raises
    ------
    OutOfRangeError
        Where 3GPP knows no such bandwidth.
    """
    table = RESOURCE_BLOCKS[technology]
    if bandwidth_mhz not in table:
        allowed = ", ".join(f"{width:g}" for width in table)
        raise OutOfRangeError(
            Text(
                f"Băng thông {technology} phải là một trong {allowed.replace('.', ',')} MHz, nhận được "
                f"{f'{bandwidth_mhz:g}'.replace('.', ',')}",
                f"The bandwidth of {technology} must be one of {allowed} MHz, got {bandwidth_mhz:g}",
            )
        )
    return table[bandwidth_mhz]


def reference_eirp_offset_db(technology: Technology, bandwidth_mhz: float) -> float:
    """Return how far the reference signal lies under the carrier, in dB.

    4G and 5G: one of 12 N_RB elements; 3G: the pilot; 2G and other: the carrier itself.
    """
    if technology in RESOURCE_BLOCKS:
        return 10.0 * math.log10(SUBCARRIERS_PER_BLOCK * resource_blocks(technology, bandwidth_mhz))
    return PILOT_SHARE_DB if technology == "3G" else 0.0


def reference_eirp_dbm(service: Service, sector: Sector) -> Span:
    """Return the EIRP of one reference element (4G, 5G), of the pilot (3G) or of the carrier on the antenna's axis."""
    offset_db = reference_eirp_offset_db(service.technology, service.bandwidth_mhz)
    eirp = sector.eirp_dbm
    return Span(eirp.low - offset_db, eirp.middle - offset_db, eirp.high - offset_db, eirp.given)


def carrier_eirp_dbm(tx_power_dbm: Span, ant_gain_dbi: Span, feeder_loss_db: Span) -> Span:
    """Return port power + gain - feeder loss: the least with the greatest loss, the greatest with the least."""
    return Span(
        tx_power_dbm.low + ant_gain_dbi.low - feeder_loss_db.high,
        tx_power_dbm.middle + ant_gain_dbi.middle - feeder_loss_db.middle,
        tx_power_dbm.high + ant_gain_dbi.high - feeder_loss_db.low,
        given=tx_power_dbm.given and ant_gain_dbi.given and feeder_loss_db.given,
    )


def level_dbm(reference_eirp_dbm: float, path_loss_db: float, antenna_attenuation_db: float) -> float:
    """Return the median level at the receiver before any margin; NaN where a term is NaN."""
    return reference_eirp_dbm - path_loss_db - antenna_attenuation_db


def uplink_max_path_loss_db(
    technology: Technology, frequency_mhz: float, ant_gain_dbi: float, feeder_loss_db: float
) -> float:
    """Return the largest loss, antenna pattern included, over which a phone is still heard; infinite if not checked."""
    uplink = next((u for u in UPLINKS if u.technology == technology and frequency_mhz < u.below_mhz), None)
    if uplink is None:
        return math.inf
    return uplink.phone_dbm - uplink.sensitivity_dbm + ant_gain_dbi - feeder_loss_db


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One term of the link budget as it adds to the level: the unfavourable, middle and favourable end."""

    title: Text
    value: Span
    unit: str
    source: Text


def _pattern_source(sector: Sector) -> Text:
    if sector.pattern is None:
        return _published("3GPP TR 36.814, A.2.1.1-2")
    return Text(f"tệp giản đồ {sector.pattern.name}", f"pattern file {sector.pattern.name}")


def link_ledger(
    service: Service,
    sector: Sector,
    *,
    antenna_attenuation_db: Span,
    free_space_db: float,
    diffraction_db: float,
    margins: Sequence[Margin],
    indoor: bool,
) -> tuple[LedgerRow, ...]:
    """Write every term of a link once; their sum is the level that is held against the threshold."""
    pattern = antenna_attenuation_db
    offset_db = reference_eirp_offset_db(service.technology, service.bandwidth_mhz)
    terms = (
        (Text("EIRP của sóng mang", "EIRP of the carrier"), sector.eirp_dbm, "dBm", _LIST),
        (
            Text("Phần của tín hiệu tham chiếu", "Share of the reference signal"),
            Span.exactly(-offset_db),
            "dB",
            _OFFSET_SOURCES[service.technology],
        ),
        (
            Text("Giản đồ hướng anten", "Antenna pattern"),
            Span(-pattern.high, -pattern.middle, -pattern.low, pattern.given),
            "dB",
            _pattern_source(sector),
        ),
        (
            Text("Suy hao không gian tự do", "Free-space loss"),
            Span.exactly(-free_space_db),
            "dB",
            _published("Rec. ITU-R P.525-4; P.1812-8, 4.2"),
        ),
        (
            Text("Suy hao do địa hình", "Diffraction loss"),
            Span.exactly(-diffraction_db),
            "dB",
            _published("Rec. ITU-R P.1812-8, 4.3"),
        ),
    )
    taken = ((m.title, Span.exactly(-(m.indoor_db if indoor else m.outdoor_db)), "dB", m.source) for m in margins)
    return tuple(LedgerRow(title=t, value=v, unit=u, source=s) for t, v, u, s in (*terms, *taken))
