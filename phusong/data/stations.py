"""From the checked station list to the network: Site → Service → Sector, with what the list leaves out as spans."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import cast, get_args

import numpy as np
import pandas as pd

from phusong.coverage.earth import path_km
from phusong.coverage.network import (
    TECHNOLOGIES,
    Inventory,
    Network,
    Sector,
    Service,
    Site,
    SiteKind,
    Span,
    Status,
    Technology,
)
from phusong.coverage.radio import defaults
from phusong.coverage.radio.bands import Band, band_of
from phusong.coverage.radio.link import (
    RESOURCE_BLOCKS,
    carrier_eirp_dbm,
    reference_eirp_offset_db,
    uplink_max_path_loss_db,
)
from phusong.coverage.radio.pattern import AntennaPattern
from phusong.data.antenna_files import antenna_key
from phusong.data.records import Findings, Row, first_of, grouped, number_of, row_number, text_of, value_of
from phusong.errors import Problem
from phusong.words import Text, number

SAME_PLACE_KM = 0.05
"""One site's rows may differ this much in position."""

OMNI_BEAMWIDTH_DEG = 300.0
LOSS_PER_DECADE_DB = 30.0
"""How a level falls with the frequency: 20 dB a decade in free space and 10 dB over a sharp edge."""

_PATTERN = "_pattern"
"""Where a row carries the measured pattern of its antenna."""

_SITE_KINDS: tuple[SiteKind, ...] = get_args(SiteKind)
_STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class _Carrier:
    """What the sectors of a service share; ``spread_db`` widens their EIRP for a band or bandwidth not given."""

    kind: SiteKind
    technology: Technology
    band: Band
    bandwidth_mhz: float
    bandwidth_given: bool
    spread_db: tuple[float, float]


def network_from_rows(
    rows: pd.DataFrame,
    *,
    inventories: Sequence[Inventory],
    source: str,
    antennas: Mapping[str, AntennaPattern] | None = None,
) -> tuple[Network, list[Problem]]:
    """Build the network from a checked station list.

    Parameters
    ----------
    rows
        Columns of the station schema, one row a site × operator × technology × sector, or a row with several azimuths
        in one cell; missing values are None or NaN; ``_row`` is the row in the file.
    inventories
        How complete each operator says its list is.
    source
        Name of the file, for the problems.
    antennas
        Measured patterns by ``antenna_key``; None where the study has none.

    Returns
    -------
    network
        Sites in the order of the list, whatever their status; ``assumed`` counts by column what the list left out:
        once a site, service or sector, as the value belongs to.
    problems
        Errors for rows left out, warnings for values not understood. What two lists contradict each other in is
        not looked for here (:mod:`phusong.data.checks`).
    """
    findings = Findings(source)
    records = cast(list[Row], rows.to_dict("records"))
    usable = [_with_pattern(row, antennas, findings) for row in records if _is_usable(row, findings)]
    sites = tuple(_site(group, findings) for group in grouped(usable, lambda row: text_of(row, "site_id")))
    assumed = MappingProxyType({column: count for column, count in sorted(findings.assumed.items()) if count})
    return Network(sites=sites, inventories=tuple(inventories), assumed=assumed), findings.problems


def _is_usable(row: Row, findings: Findings) -> bool:
    missing = [column for column in ("site_id", "operator", "tech", "lon", "lat") if value_of(row, column) is None]
    if missing:
        names = ", ".join(missing)
        findings.refuse(
            row, Text(f"Thiếu {names}: không dùng được dòng này", f"{names} missing: the row cannot be used")
        )
    return not missing


def _with_pattern(row: Row, antennas: Mapping[str, AntennaPattern] | None, findings: Findings) -> Row:
    """Return a row with the measured pattern of the antenna it names, None without one."""
    name = text_of(row, "antenna")
    pattern = (antennas or {}).get(antenna_key(name)) if name else None
    if name and antennas is not None and pattern is None:
        findings.warn(
            row,
            "antenna",
            Text(
                f"Không có giản đồ anten {name} trong thư mục antennas: tính theo giản đồ 3GPP",
                f"The folder antennas has no pattern {name}: the 3GPP pattern is taken",
            ),
        )
    return {**row, _PATTERN: pattern}


def _pattern_of(row: Row) -> AntennaPattern | None:
    return cast(AntennaPattern | None, row[_PATTERN])


def _site(rows: list[Row], findings: Findings) -> Site:
    first = rows[0]
    kept = [row for row in rows if _is_in_place(row, first, findings)]
    kind = first_of(kept, "site_kind")
    if kind not in _SITE_KINDS:
        findings.assumed["site_kind"] += 1
        kind = "macro"
    services = grouped(kept, lambda row: (row["operator"], row["tech"], _band_key(row)))
    return Site(
        site_id=text_of(first, "site_id"),
        name=str(first_of(kept, "site_name") or text_of(first, "site_id")),
        lon_deg=float(first["lon"]),
        lat_deg=float(first["lat"]),
        province_code=str(first_of(kept, "province_code") or ""),
        commune_code=str(first_of(kept, "commune_code") or ""),
        kind=kind,
        services=tuple(_service(group, kind, findings) for group in services),
        donor_site_id=str(first_of(kept, "donor_site_id") or ""),
    )


def _is_in_place(row: Row, first: Row, findings: Findings) -> bool:
    """Say whether a row stands where its site does; note it where it does not."""
    away_km, _ = path_km(float(first["lon"]), float(first["lat"]), float(row["lon"]), float(row["lat"]))
    if away_km <= SAME_PLACE_KM:
        return True
    site_id, away_m, other = text_of(row, "site_id"), 1000.0 * away_km, row_number(first)
    findings.refuse(
        row,
        Text(
            f"Trạm {site_id} có hai vị trí cách nhau {number(away_m)} m (xem dòng {other}): "
            "hãy sửa toạ độ hoặc mã trạm",
            f"Site {site_id} has two positions {number(away_m, 'en')} m apart (see row {other}): "
            "mend the position or the site ID",
        ),
    )
    return False


def _technology(row: Row) -> Technology:
    return next((technology for technology in TECHNOLOGIES if technology == text_of(row, "tech")), "other")


def _band_key(row: Row) -> str | None:
    band = band_of(text_of(row, "band"), _technology(row))
    return band.key if band else None


def _service(rows: list[Row], kind: SiteKind, findings: Findings) -> Service:
    carrier = _carrier(rows, kind, findings)
    operator = text_of(rows[0], "operator")
    prefix = f"{text_of(rows[0], 'site_id')}/{operator}/{carrier.technology}/{carrier.band.key}"
    antennas = _antennas(rows, carrier, findings)
    return Service(
        operator=operator,
        technology=carrier.technology,
        band=carrier.band.key,
        frequency_mhz=carrier.band.frequency_mhz,
        bandwidth_mhz=carrier.bandwidth_mhz,
        operators_served=tuple(dict.fromkeys((operator, *(first_of(rows, "operators_served") or ())))),
        status=_status(rows, findings),
        sectors=tuple(
            _sector(f"{prefix}/{k}", row, azimuth, ring, carrier, findings)
            for k, (row, azimuth, ring) in enumerate(antennas, start=1)
        ),
        bandwidth_given=carrier.bandwidth_given,
        on_air_from=_day(first_of(rows, "on_air")),
        backhaul_mbps=number_of({"mbps": first_of(rows, "backhaul_mbps")}, "mbps"),
    )


def _day(value: object) -> date | None:
    """Return a cell of a date column as a day."""
    stamp = pd.Timestamp(value) if isinstance(value, date | str) else pd.NaT
    return None if pd.isna(stamp) else stamp.date()


def _status(rows: list[Row], findings: Findings) -> Status:
    """Return the state of a service; on air counts as listed until it is confirmed."""
    status = first_of(rows, "status")
    if status not in _STATUSES:
        findings.assumed["status"] += 1
        return "unknown"
    if status == "on_air" and first_of(rows, "confidence") != "confirmed":
        return "listed"
    return cast(Status, status)


def _carrier(rows: list[Row], kind: SiteKind, findings: Findings) -> _Carrier:
    technology = _technology(rows[0])
    band = band_of(text_of(rows[0], "band"), technology)
    low_db = high_db = 0.0
    if band is None:
        span = defaults.assumed("band", technology)
        band = Band(f"{span.middle:g} MHz", span.middle)
        low_db -= LOSS_PER_DECADE_DB * math.log10(span.high / span.middle)
        high_db += LOSS_PER_DECADE_DB * math.log10(span.middle / span.low)
        findings.assumed["band"] += 1
        if value_of(rows[0], "band") is not None:
            findings.warn(rows[0], "band", Text("Không hiểu băng tần này", "This band is not understood"))
    width = _bandwidth(rows, technology, findings)
    given = width is not None
    if width is None:
        span = defaults.bandwidth_mhz(band.frequency_mhz, technology)
        width = span.middle
        middle_db = reference_eirp_offset_db(technology, width)
        low_db += middle_db - reference_eirp_offset_db(technology, span.high)
        high_db += middle_db - reference_eirp_offset_db(technology, span.low)
        findings.assumed["bandwidth_mhz"] += technology in RESOURCE_BLOCKS
    return _Carrier(kind, technology, band, width, given, (low_db, high_db))


def _bandwidth(rows: list[Row], technology: Technology, findings: Findings) -> float | None:
    """Return the stated bandwidth, unless the technology has none like it."""
    width = first_of(rows, "bandwidth_mhz")
    if width is None or technology not in RESOURCE_BLOCKS or width in RESOURCE_BLOCKS[technology]:
        return None if width is None else float(width)
    row = next(row for row in rows if value_of(row, "bandwidth_mhz") is not None)
    findings.warn(
        row,
        "bandwidth_mhz",
        Text(
            f"{technology} không có băng thông này, tính theo khoảng có thể",
            f"{technology} has no such bandwidth, the range it may have is taken",
        ),
    )
    return None


Antenna = tuple[Row, float | None, int]
"""The row, the azimuth where it is known, and how many sectors share the circle."""


def _antennas(rows: list[Row], carrier: _Carrier, findings: Findings) -> list[Antenna]:
    """Return one entry for every antenna of a service: by the azimuths, or by their number where none is given."""
    stated = first_of(rows, "sectors")
    entries = [(row, azimuth) for row in rows for azimuth in _azimuths(row)]
    known = sum(azimuth is not None for _, azimuth in entries)
    if not known and _is_omni(rows, stated):
        return [(row, None, 0) for row in rows]
    if not known and len(rows) == 1:
        if stated is None:
            findings.assumed["sectors"] += 1
        ring = defaults.sectors(carrier.kind, carrier.technology) if stated is None else int(stated)
        entries *= max(ring, 1)
    else:
        ring = len(entries)
    findings.assumed["azimuth_deg"] += sum(azimuth is None for _, azimuth in entries) if ring else 0
    return [(row, azimuth, ring) for row, azimuth in entries]


def _azimuths(row: Row) -> tuple[float | None, ...]:
    value = value_of(row, "azimuth_deg")
    if value is None:
        return (None,)
    if isinstance(value, Sequence | np.ndarray):
        return tuple(float(angle) for angle in value) or (None,)
    return (float(value),)


def _is_omni(rows: list[Row], stated: float | None) -> bool:
    """Say whether the antennas serve all around: by their number, their pattern or their beamwidth."""
    patterns = [pattern for row in rows if (pattern := _pattern_of(row)) is not None]
    if stated is None and patterns:
        return all(pattern.is_omni for pattern in patterns)
    return stated == 0 or (first_of(rows, "hbw") or 0.0) >= OMNI_BEAMWIDTH_DEG


def _sector(
    sector_id: str, row: Row, azimuth_deg: float | None, ring: int, carrier: _Carrier, findings: Findings
) -> Sector:
    other = "other" if carrier.technology == "other" else "any"
    pattern = _pattern_of(row)
    gain_by_default = defaults.ant_gain_dbi(carrier.band.frequency_mhz, carrier.technology, carrier.kind)
    gain_dbi = number_of(row, "ant_gain_dbi")
    if gain_dbi is None and pattern is not None:
        gain_dbi = pattern.gain_dbi
    gain = findings.span("ant_gain_dbi", gain_dbi, gain_by_default)
    feeder = findings.span("feeder_loss_db", number_of(row, "feeder_loss_db"), defaults.assumed("feeder_loss_db"))
    power = findings.span("tx_power", _power_dbm(row), defaults.tx_power_dbm(carrier.kind, carrier.technology))
    return Sector(
        sector_id=sector_id,
        azimuth_deg=azimuth_deg,
        ring_size=ring,
        downtilt_deg=findings.span("e_tilt", _tilt_deg(row), defaults.assumed("e_tilt", other)),
        height_agl_m=_height_m(row, carrier, findings),
        eirp_dbm=_widened(carrier_eirp_dbm(power, gain, feeder), carrier.spread_db),
        beamwidth_h_deg=_beam_deg(row, "hbw", carrier, findings),
        beamwidth_v_deg=_beam_deg(row, "vbw", carrier, findings),
        pattern=pattern,
        uplink_max_loss_db=uplink_max_path_loss_db(
            carrier.technology, carrier.band.frequency_mhz, gain.middle, feeder.middle
        ),
    )


def _beam_deg(row: Row, column: str, carrier: _Carrier, findings: Findings) -> float:
    """Return a beamwidth; a measured pattern needs none, so that nothing is assumed."""
    default = defaults.beamwidth_deg(column, carrier.kind, carrier.technology)
    if _pattern_of(row) is not None:
        return default.middle
    return findings.span(column, number_of(row, column), default).middle


def _power_dbm(row: Row) -> float | None:
    watts = number_of(row, "tx_power_w")
    if value_of(row, "tx_power") is None and watts is not None:
        return 30.0 + 10.0 * math.log10(watts)
    return number_of(row, "tx_power")


def _tilt_deg(row: Row) -> float | None:
    """Return electrical and mechanical tilt together; None where neither is given.

    The electrical tilt is the row's, else the one at which the antenna's pattern was measured.
    """
    pattern = _pattern_of(row)
    electrical = number_of(row, "e_tilt")
    if electrical is None and pattern is not None:
        electrical = pattern.electrical_tilt_deg
    given = [tilt for tilt in (electrical, number_of(row, "m_tilt")) if tilt is not None]
    return sum(given) if given else None


def _height_m(row: Row, carrier: _Carrier, findings: Findings) -> Span:
    rooftop = value_of(row, "mast_type") == "rooftop"
    mast_m = (
        None if rooftop else number_of(row, "mast_height_m")
    )  # a mast on a roof does not tell the height above ground
    kind: defaults.MastKind = "rooftop" if rooftop else carrier.kind
    default = defaults.antenna_height_m(kind, carrier.technology, mast_m or None)
    return findings.span("antenna_height_m", number_of(row, "antenna_height_m"), default)


def _widened(eirp_dbm: Span, spread_db: tuple[float, float]) -> Span:
    low_db, high_db = spread_db
    if low_db == high_db == 0.0:
        return eirp_dbm
    return Span(eirp_dbm.low + low_db, eirp_dbm.middle, eirp_dbm.high + high_db, given=False)
