"""Signal that may be of little use: more households on a cell than its bandwidth and backhaul carry in the busy hour.

A rule of thumb for asking, not a measurement of quality: every number of it is an assumption. Loads are lower and upper
bounds, and what is not known is never "not congested".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.network import Technology
from phusong.words import Text

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

Congestion = Literal["no", "yes", "unknown"]
CONGESTION: tuple[Congestion, ...] = ("no", "yes", "unknown")
NO, YES, UNKNOWN = (np.int8(k) for k in range(3))


@dataclass(frozen=True, slots=True, kw_only=True)
class CongestionRule:
    """When a cell may be congested.

    A household asks ``busy_hour_mbps`` of its best serving cell in the busy hour. A cell carries its bandwidth times
    the ``efficiency_bit_s_hz`` of its technology, a backhaul ``backhaul_share`` of its capacity; from ``load_percent``
    of either on there is a risk.
    """

    source: Text
    verified: bool = False
    busy_hour_mbps: float = 0.2
    efficiency_bit_s_hz: Mapping[Technology, float] = field(
        default_factory=lambda: MappingProxyType({"3G": 0.8, "4G": 1.5, "5G": 2.5})
    )
    backhaul_share: float = 0.8
    load_percent: float = 80.0

    def capacity_mbps(self, technology: Technology, bandwidth_mhz: float) -> float:
        """Return what a cell carries; NaN where bandwidth or technology do not tell."""
        return self.efficiency_bit_s_hz.get(technology, np.nan) * bandwidth_mhz

    def backhaul_capacity_mbps(self, backhaul_mbps: float) -> float:
        """Return what a backhaul carries for households; NaN where it is not known."""
        return self.backhaul_share * backhaul_mbps


ASSUMED_CONGESTION = CongestionRule(
    source=Text(
        "giả định của công cụ: 0,2 Mbit/s mỗi hộ giờ cao điểm (khoảng 36 GB một tháng, 7 % lưu lượng ngày trong giờ "
        "cao điểm), hiệu suất phổ trung bình của ô 0,8/1,5/2,5 bit/s/Hz (3G/4G/5G), 80 % dung lượng truyền dẫn dùng "
        "được, nguy cơ từ 80 % tải; chưa xác minh",
        "assumed by this tool: 0.2 Mbit/s a household in the busy hour (some 36 GB a month, 7 % of a day's traffic in "
        "the busy hour), mean spectral efficiency of a cell 0.8/1.5/2.5 bit/s/Hz (3G/4G/5G), 80 % of the backhaul "
        "usable, a risk from 80 % load on; not verified",
    )
)


def load_percent(households: Floats, capacity_mbps: Floats, rule: CongestionRule) -> Floats:
    """Return the load that households put on a capacity in the busy hour; NaN where it is not known, ∞ on none."""
    demand_mbps = rule.busy_hour_mbps * np.asarray(households, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        load = 100.0 * demand_mbps / np.asarray(capacity_mbps, dtype=np.float64)
    return np.where((demand_mbps == 0.0) & ~np.isnan(capacity_mbps), 0.0, load)


def congested(least_percent: Floats, most_percent: Floats, rule: CongestionRule) -> Codes:
    """Say whether a load is too much: yes if even the least is, no if not even the most is, else unknown."""
    code = np.select([least_percent >= rule.load_percent, most_percent < rule.load_percent], [YES, NO], UNKNOWN)
    return code.astype(np.int8)


def either(one: Codes, other: Codes) -> Codes:
    """Join two bottlenecks: one is enough for yes, and both have to be clear for no."""
    yes, no = (one == YES) | (other == YES), (one == NO) & (other == NO)
    return np.select([yes, no], [YES, NO], UNKNOWN).astype(np.int8)
