"""What a value may be where a station list leaves it out: ranges with their middle, their source and its mark, as data.

Marks are those of domain.md: R taken from practice and read, P proposed by this project. A docs page is printed from
:data:`DEFAULTS`. The middle is what domain.md gives; nothing is decided by it alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from phusong.coverage.network import SiteKind, Span, Technology

Mark = Literal["R", "P"]
MastKind = SiteKind | Literal["rooftop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Default:
    """The range of one field for one kind of station; ``applies_to`` is the key it is found by.

    ``field`` is the column of the station list, ``e_tilt`` standing for both tilts together; ``antenna_height_share``
    is the antenna's height as a share of the mast's.
    """

    field: str
    applies_to: str
    span: Span
    unit: str
    source: str
    mark: Mark


_DOMAIN = "thông lệ / practice"
_PRACTICE = "thông lệ, khoảng do công cụ đề xuất / practice, range proposed by this tool"
_PROJECT = "đề xuất của công cụ / proposed by this tool"


def _rows(
    field: str, unit: str, source: str, mark: Mark, spans: dict[str, tuple[float, float, float]]
) -> tuple[Default, ...]:
    return tuple(
        Default(field=field, applies_to=key, span=Span(*ends, given=False), unit=unit, source=source, mark=mark)
        for key, ends in spans.items()
    )


DEFAULTS: tuple[Default, ...] = (
    *_rows(
        "antenna_height_m",
        "m",
        _PRACTICE,
        "R",
        {"macro": (30, 42, 54), "remote_sector": (20, 30, 42), "rooftop": (15, 24, 36)},
    ),
    *_rows(
        "antenna_height_m",
        "m",
        _PROJECT,
        "P",
        {
            "small_cell": (5, 8, 15),
            "repeater": (10, 20, 30),
            "mobile": (10, 15, 25),
            "indoor": (2, 3, 30),
            "other": (8, 15, 30),
        },
    ),
    *_rows("antenna_height_share", "", _PROJECT, "P", {"mast": (0.7, 0.95, 1.0)}),
    *_rows("e_tilt", "°", _PROJECT, "P", {"any": (0, 4, 8), "other": (0, 0, 0)}),
    *_rows("tx_power", "dBm", _DOMAIN, "R", {"macro": (40, 43, 46), "remote_sector": (40, 43, 46)}),
    *_rows(
        "tx_power",
        "dBm",
        _PROJECT,
        "P",
        {
            "small_cell": (24, 30, 37),
            "repeater": (30, 37, 43),
            "mobile": (37, 43, 46),
            "indoor": (10, 20, 24),
            "other": (14, 20, 27),
        },
    ),
    *_rows(
        "ant_gain_dbi",
        "dBi",
        _PRACTICE,
        "R",
        {
            "700": (13, 15, 17),
            "900": (13.5, 15.5, 17.5),
            "1800": (15.5, 17.5, 19.5),
            "2100": (15.5, 17.5, 19.5),
            "2600": (16, 18, 20),
        },
    ),
    *_rows(
        "ant_gain_dbi",
        "dBi",
        _PROJECT,
        "P",
        {"3700": (16, 18, 24), "small_cell": (5, 8, 12), "indoor": (0, 2, 5), "other": (2, 5, 8)},
    ),
    *_rows("feeder_loss_db", "dB", _PRACTICE, "R", {"any": (1, 2, 3)}),
    *_rows(
        "bandwidth_mhz",
        "MHz",
        _PROJECT,
        "P",
        {
            "2G": (0.2, 0.2, 0.2),
            "3G": (5, 5, 5),
            "4G 700": (5, 10, 20),
            "4G 900": (3, 5, 10),
            "4G 1800": (10, 20, 20),
            "4G 2100": (5, 10, 20),
            "4G 2600": (10, 20, 20),
            "4G 3700": (10, 20, 20),
            "5G 700": (10, 10, 20),
            "5G 900": (5, 10, 20),
            "5G 1800": (10, 20, 20),
            "5G 2100": (10, 20, 20),
            "5G 2600": (40, 80, 100),
            "5G 3700": (60, 100, 100),
            "other": (0.125, 0.125, 0.125),
        },
    ),
    *_rows(
        "band",
        "MHz",
        _PROJECT,
        "P",
        {
            "2G": (942.5, 942.5, 1842.5),
            "3G": (942.5, 2140, 2140),
            "4G": (780.5, 1842.5, 2550),
            "5G": (780.5, 2550, 3850),
            "other": (922, 922, 922),
        },
    ),
    *_rows("sectors", "", _DOMAIN, "R", {"macro": (3, 3, 3)}),
    *_rows(
        "sectors",
        "",
        _PROJECT,
        "P",
        {
            "remote_sector": (1, 1, 1),
            "small_cell": (1, 1, 1),
            "repeater": (1, 1, 1),
            "mobile": (3, 3, 3),
            "indoor": (1, 1, 1),
            "other": (0, 0, 0),
        },
    ),
    *_rows("hbw", "°", _DOMAIN, "R", {"any": (65, 65, 65)}),
    *_rows("vbw", "°", _DOMAIN, "R", {"any": (8, 8, 8)}),
    *_rows("hbw", "°", _PROJECT, "P", {"small_cell": (90, 90, 90), "other": (360, 360, 360)}),
    *_rows("vbw", "°", _PROJECT, "P", {"small_cell": (30, 30, 30), "other": (30, 30, 30)}),
)

_BY_KEY = {(row.field, row.applies_to): row.span for row in DEFAULTS}
_GAIN_MHZ = tuple(float(row.applies_to) for row in DEFAULTS if row.field == "ant_gain_dbi" and row.applies_to.isdigit())


def assumed(field: str, *keys: str) -> Span:
    """Return the range of a field for the first key that has one, then for any station."""
    return next(_BY_KEY[field, key] for key in (*keys, "any") if (field, key) in _BY_KEY)


def nearest_nominal(frequency_mhz: float) -> str:
    """Return the key of the band nearest in frequency: ``700`` to ``3700``."""
    return f"{min(_GAIN_MHZ, key=lambda mhz: abs(math.log(mhz / frequency_mhz))):g}"


def antenna_height_m(kind: MastKind, technology: Technology, mast_height_m: float | None) -> Span:
    """Return the range of the antenna's height above ground: near the top of a mast of known height, else by kind."""
    if mast_height_m is None:
        return assumed("antenna_height_m", _kind_key(kind, technology))
    share = assumed("antenna_height_share", "mast")
    low, middle, high = (max(part * mast_height_m, 1.0) for part in (share.low, share.middle, share.high))
    return Span(low, middle, high, given=False)


def _kind_key(kind: MastKind, technology: Technology) -> str:
    return "other" if technology == "other" else kind


def tx_power_dbm(kind: SiteKind, technology: Technology) -> Span:
    """Return the range of the power of a carrier at the antenna port."""
    return assumed("tx_power", _kind_key(kind, technology))


def ant_gain_dbi(frequency_mhz: float, technology: Technology, kind: SiteKind = "macro") -> Span:
    """Return the range of the antenna's gain on its axis: by band, but for the small antennas of some kinds."""
    return assumed("ant_gain_dbi", _kind_key(kind, technology), nearest_nominal(frequency_mhz))


def beamwidth_deg(field: str, kind: SiteKind, technology: Technology) -> Span:
    """Return the beamwidth of an antenna: ``field`` is hbw, horizontal, or vbw, vertical."""
    return assumed(field, _kind_key(kind, technology))


def bandwidth_mhz(frequency_mhz: float, technology: Technology) -> Span:
    """Return the range of the carrier's bandwidth."""
    return assumed("bandwidth_mhz", f"{technology} {nearest_nominal(frequency_mhz)}", technology)


def sectors(kind: SiteKind, technology: Technology) -> int:
    """Return how many sectors share the circle."""
    return int(assumed("sectors", _kind_key(kind, technology)).middle)
