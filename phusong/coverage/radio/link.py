"""Link budget: from the power of a carrier to the level of its reference signal, and the phone's way back.

RSRP = port power + gain - feeder - 10 log(12 N_RB) - antenna pattern - path loss - margins (domain.md, section 3.2).
Every term enters once: :func:`link_ledger` writes them all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

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


class LinkEnd(NamedTuple):
    """What lies between transmitter and receiver at one end of what is unknown, all in dB.

    ``loss_db`` is the whole loss of the path, L_b. ``free_space_db``, ``terrain_db`` (diffraction over terrain) and
    ``clutter_db`` (what clutter along the path adds to it) are parts of it; the rest ducts and scatter give back.
    """

    antenna_attenuation_db: float
    loss_db: float
    free_space_db: float
    terrain_db: float
    clutter_db: float

    @property
    def gain_db(self) -> float:
        """Return what ducts, layers and scatter give back."""
        return self.free_space_db + self.terrain_db + self.clutter_db - self.loss_db


LinkEnds = tuple[LinkEnd, LinkEnd, LinkEnd]
"""The unfavourable, middle and favourable end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One term of the link budget as it adds to the level: the unfavourable, middle and favourable end.

    Rows that are ``part_of`` another say what that one is made of: they are not summed.
    """

    key: str
    title: Text
    value: Span
    unit: str
    source: Text
    part_of: str = ""


def _pattern_source(sector: Sector) -> Text:
    if sector.pattern is None:
        return _published("3GPP TR 36.814, A.2.1.1-2")
    return Text(f"tệp giản đồ {sector.pattern.name}", f"pattern file {sector.pattern.name}")


def link_ledger(
    service: Service,
    sector: Sector,
    ends: LinkEnds,
    *,
    clutter_source: Text,
    margins: Sequence[Margin],
    indoor: bool,
) -> tuple[LedgerRow, ...]:
    """Write every term of a link once; :func:`ledger_sum` is the level that is held against the threshold.

    ``clutter_source`` says where the clutter along the path comes from, or why none is taken.
    """
    return (
        *_sent(service, sector),
        _row("antenna_pattern", _PATTERN, tuple(-end.antenna_attenuation_db for end in ends), _pattern_source(sector)),
        _row("path_loss", _PATH_LOSS, tuple(-end.loss_db for end in ends), _published("Rec. ITU-R P.1812-8")),
        *_parts_of_the_loss(ends, clutter_source),
        *(_margin(margin, indoor=indoor) for margin in margins),
    )


def ledger_sum(rows: Sequence[LedgerRow]) -> Span:
    """Return the level after margins in dBm: the sum of all rows but those that are parts of others."""
    summed = [row.value for row in rows if not row.part_of]
    low, middle, high = (math.fsum(ends) for ends in zip(*((v.low, v.middle, v.high) for v in summed), strict=True))
    return Span(low, middle, high, all(value.given for value in summed))


_PATTERN = Text("Giản đồ hướng anten", "Antenna pattern")
_PATH_LOSS = Text("Suy hao truyền sóng P.1812-8", "Basic transmission loss, P.1812-8")


def _sent(service: Service, sector: Sector) -> tuple[LedgerRow, LedgerRow]:
    share_db = Span.exactly(-reference_eirp_offset_db(service.technology, service.bandwidth_mhz))
    return (
        LedgerRow(
            key="carrier_eirp",
            title=Text("EIRP của sóng mang", "EIRP of the carrier"),
            value=sector.eirp_dbm,
            unit="dBm",
            source=_LIST,
        ),
        LedgerRow(
            key="reference_signal",
            title=Text("Phần của tín hiệu tham chiếu", "Share of the reference signal"),
            value=share_db,
            unit="dB",
            source=_OFFSET_SOURCES[service.technology],
        ),
    )


def _parts_of_the_loss(ends: LinkEnds, clutter_source: Text) -> tuple[LedgerRow, ...]:
    parts = (
        (
            "free_space",
            Text("không gian tự do", "free space"),
            tuple(-end.free_space_db for end in ends),
            _published("Rec. ITU-R P.525-4; P.1812-8, 4.2"),
        ),
        (
            "terrain_diffraction",
            Text("nhiễu xạ do địa hình", "diffraction over the terrain"),
            tuple(-end.terrain_db for end in ends),
            _published("Rec. ITU-R P.1812-8, 4.3"),
        ),
        (
            "clutter",
            Text("vật che phủ dọc đường truyền", "clutter along the path"),
            tuple(-end.clutter_db for end in ends),
            clutter_source,
        ),
        (
            "duct_and_scatter",
            Text("ống dẫn và tán xạ bù lại", "given back by ducts and scatter"),
            tuple(end.gain_db for end in ends),
            _published("Rec. ITU-R P.1812-8, 4.4–4.6"),
        ),
    )
    return tuple(_row(key, title, values, source, part_of="path_loss") for key, title, values, source in parts)


def _row(key: str, title: Text, ends: tuple[float, ...], source: Text, *, part_of: str = "") -> LedgerRow:
    low, middle, high = ends
    value = Span(low, middle, high, given=low == middle == high)
    return LedgerRow(key=key, title=title, value=value, unit="dB", source=source, part_of=part_of)


def _margin(margin: Margin, *, indoor: bool) -> LedgerRow:
    taken_db = Span.exactly(-(margin.indoor_db if indoor else margin.outdoor_db))
    return LedgerRow(key=f"margin_{margin.key}", title=margin.title, value=taken_db, unit="dB", source=margin.source)
