"""Which samples of a measurement list may speak at an acceptance, and why the others may not: one reason a sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import KDTree

from phusong.data.crs import metric_crs, project
from phusong.data.phone_logs import NO_SERVICE, OPERATOR_OF_NETWORK, VIETNAM, WIFI
from phusong.tenders.acceptance.cells import Cells
from phusong.tenders.acceptance.options import Options
from phusong.tenders.acceptance.tracks import implausible
from phusong.tenders.package.values import TestPoint
from phusong.words import Text

LEFT_OUT: Mapping[str, Text] = MappingProxyType(
    {
        "not_mobile": Text("đo qua Wi-Fi hoặc mạng nước ngoài", "over Wi-Fi, or on a network abroad"),
        "operator_unknown": Text("không rõ nhà mạng", "operator not known"),
        "wrong_operator": Text("nhà mạng khác", "another operator"),
        "no_time": Text("không ghi thời điểm đo", "no time of the test"),
        "duplicate": Text("trùng với mẫu khác", "equal to another sample"),
        "period": Text("ngoài thời gian nghiệm thu", "outside the period of acceptance"),
        "environment": Text("không đo ngoài trời", "not measured outdoors"),
        "accuracy_unknown": Text("không ghi sai số vị trí", "accuracy of the position not stated"),
        "accuracy": Text("sai số vị trí quá lớn", "position too inaccurate"),
        "drift": Text("vị trí trôi, nhảy bất thường", "position drifts or jumps"),
        "place": Text("xa mọi điểm đo", "far from every test point"),
        "window": Text("ngoài khung giờ đo", "outside the time windows"),
        "wrong_pci": Text("PCI không thuộc cell của gói", "PCI is none of the package's cells"),
        "pci_unknown": Text("không ghi PCI", "PCI not stated"),
        "no_level": Text("không ghi mức thu", "no level"),
        "technology": Text("công nghệ khác; chỗ đó đã có mẫu đúng công nghệ", "another technology, measured besides"),
    }
)
"""Every reason for which a sample is left out, in the order they are looked for; the first that holds counts."""

DOUBTFUL = ("accuracy_unknown", "accuracy", "drift", "wrong_pci", "pci_unknown", "no_level")
"""Reasons that may hide bad places: with too many of them a village is not decided."""

_AFTER_DRIFT = ("place", "window", "wrong_pci", "pci_unknown", "no_level", "technology")
_SOON = pd.Timedelta(hours=1)
NEAR = 2.0
"""Samples within so many radii are told with a village, though they may not speak for it."""

Strings = NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What samples are held against: operator, technologies with their minimum level, cells, period and options.

    ``cells`` is None where no list is given (PCI is then not checked); so is each end of the period.
    """

    operator: str
    minimum_dbm: Mapping[str, float]
    cells: Cells | None
    first_day: date | None
    last_day: date | None
    options: Options


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Screened:
    """Samples with what became of them.

    ``rows`` has a row for each sample of the list: ``reason`` ("" where it is used), ``point`` (number of the nearest
    test point within the radius, −1 where none is; ``near_point`` within twice that), ``place`` (a text that is the
    same for samples of one square), ``window``, ``good``, ``level_dbm``, ``other_technology`` and the list's columns.
    """

    rows: pd.DataFrame


def screen(rows: pd.DataFrame, points: Sequence[TestPoint], ask: Ask) -> Screened:
    """Find for each sample of a checked list its test point, and whether it may speak."""
    rows = rows.reset_index(drop=True).assign(operator=operators_of(rows))
    reason = np.full(len(rows), "", dtype=object)
    _identity(rows, ask, reason)
    _record(rows, ask, reason)
    x_m, y_m, at_x, at_y = _metric(rows, points)
    _position(rows, ask, reason, x_m, y_m)
    point, apart_m = _nearest(x_m, y_m, at_x, at_y)
    near = apart_m <= ask.options.radius_m
    _mark(reason, "place", ~near)
    _mark(reason, "window", _window(rows, ask.options) < 0)
    _radio(rows, ask, reason)
    side = ask.options.place_m
    dx, dy = (np.floor((own - of[point]) / side) if len(of) else own for own, of in ((x_m, at_x), (y_m, at_y)))
    table = rows.assign(
        reason=reason,
        point=np.where(near, point, -1),
        near_point=np.where(apart_m <= NEAR * ask.options.radius_m, point, -1),
        place=[f"{p}/{a:.0f}/{b:.0f}" for p, a, b in zip(point, dx, dy, strict=True)],
        window=_window(rows, ask.options),
        level_dbm=rows["rsrp_dbm"].mask(rows["tech"] == NO_SERVICE, np.nan),
        other_technology=_other_technology(rows, ask),
        good=_good(rows, ask),
    )
    return Screened(rows=_with_the_drifted(_without_the_measured_besides(table)))


def operators_of(rows: pd.DataFrame) -> pd.Series[str]:
    """Return the operator of each sample, by its network code where it is not named."""
    by_code = rows["mnc"].map(OPERATOR_OF_NETWORK).fillna("").astype(str)
    return rows["operator"].where(rows["operator"] != "", by_code).astype(object)


def _mark(reason: Strings, key: str, which: NDArray[np.bool_]) -> None:
    """Give a reason to those that have none yet."""
    reason[(reason == "") & which] = key


def _identity(rows: pd.DataFrame, ask: Ask, reason: Strings) -> None:
    abroad = rows["mcc"].notna() & (rows["mcc"] != VIETNAM)
    _mark(reason, "not_mobile", ((rows["tech"] == WIFI) | abroad).to_numpy(dtype=bool))
    _mark(reason, "operator_unknown", (rows["operator"] == "").to_numpy(dtype=bool))
    _mark(reason, "wrong_operator", (rows["operator"] != ask.operator).to_numpy(dtype=bool))


def _record(rows: pd.DataFrame, ask: Ask, reason: Strings) -> None:
    """Find samples without a time, told twice, out of the period, indoors or in a vehicle, of unknown accuracy."""
    _mark(reason, "no_time", rows["time"].isna().to_numpy(dtype=bool))
    same = ["time", "lon", "lat", "device", "tech", "pci", "rsrp_dbm", "dl_mbps", "ul_mbps"]
    open_ = pd.Series(reason == "", index=rows.index)
    _mark(reason, "duplicate", (rows[open_].duplicated(same).reindex(rows.index, fill_value=False)).to_numpy(bool))
    days = rows["time"].dt.normalize()
    early = days < pd.Timestamp(ask.first_day) if ask.first_day else pd.Series(False, index=rows.index)
    late = days > pd.Timestamp(ask.last_day) if ask.last_day else pd.Series(False, index=rows.index)
    _mark(reason, "period", (early | late).to_numpy(dtype=bool))
    _mark(reason, "environment", (~rows["environment"].isin(("", "outdoor"))).to_numpy(dtype=bool))
    _mark(reason, "accuracy_unknown", rows["accuracy_m"].isna().to_numpy(dtype=bool))
    _mark(reason, "accuracy", (rows["accuracy_m"] > ask.options.max_accuracy_m).to_numpy(dtype=bool))


def _position(
    rows: pd.DataFrame, ask: Ask, reason: Strings, x_m: NDArray[np.float64], y_m: NDArray[np.float64]
) -> None:
    """Find samples off the track of their device, among those that still may speak."""
    open_ = np.flatnonzero(reason == "")
    if not len(open_):
        return
    time_s = rows["time"].to_numpy()[open_].astype("datetime64[s]").astype(np.float64)
    off = implausible(
        time_s,
        x_m[open_],
        y_m[open_],
        rows["device"].to_numpy(dtype=object)[open_],
        speed_m_s=ask.options.max_speed_kmh / 3.6,
        slack_m=ask.options.max_drift_m,
    )
    reason[open_[off]] = "drift"


def _radio(rows: pd.DataFrame, ask: Ask, reason: Strings) -> None:
    """Find samples from other cells, and those of which no level is known."""
    served = rows["tech"].isin(list(ask.minimum_dbm)).to_numpy(dtype=bool)
    without = (rows["signal"].astype("boolean") == False).fillna(False).to_numpy(dtype=bool)  # noqa: E712
    if ask.cells is not None:
        unknown = rows["pci"].isna().to_numpy(dtype=bool)
        keys = zip(rows["operator"], rows["tech"], rows["pci"].fillna(-1).astype(int), strict=True)
        own = np.fromiter((key in ask.cells.of for key in keys), bool, len(rows))
        _mark(reason, "pci_unknown", served & ~without & unknown)
        _mark(reason, "wrong_pci", served & ~without & ~unknown & ~own)
    _mark(reason, "no_level", served & ~without & rows["rsrp_dbm"].isna().to_numpy(dtype=bool))


def _other_technology(rows: pd.DataFrame, ask: Ask) -> NDArray[np.bool_]:
    return (~rows["tech"].isin([*ask.minimum_dbm, NO_SERVICE])).to_numpy(dtype=bool)


def _good(rows: pd.DataFrame, ask: Ask) -> NDArray[np.bool_]:
    """Say which samples reach the minimum of their technology; a sample without service does not."""
    least = rows["tech"].map(dict(ask.minimum_dbm)).astype(np.float64)
    found = rows["signal"].astype("boolean").fillna(True).to_numpy(dtype=bool)
    return ((rows["rsrp_dbm"] >= least) & found).to_numpy(dtype=bool)


def _without_the_measured_besides(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out samples of another technology where the right one was measured at the same place.

    Where it was not, the device had fallen back: that is a place without the service, and the sample stays.
    """
    used = table["reason"] == ""
    measured = set(table.loc[used & ~table["other_technology"], "place"])
    besides = used & table["other_technology"] & table["place"].isin(measured)
    return table.assign(reason=table["reason"].mask(besides, "technology"))


def _with_the_drifted(table: pd.DataFrame) -> pd.DataFrame:
    """Tell samples whose position drifted with the point at which their device was just before or after."""
    drifted = table["reason"] == "drift"
    placed = table["reason"].isin(("", *_AFTER_DRIFT)) & (table["near_point"] >= 0)
    if not drifted.any() or not placed.any():
        return table
    columns = ["time", "device"]
    own = table.loc[drifted, columns].sort_values("time", kind="stable")
    others = table.loc[placed, [*columns, "near_point"]].sort_values("time", kind="stable")
    found = pd.merge_asof(own, others, on="time", by="device", direction="nearest", tolerance=_SOON)
    near = table["near_point"].copy()
    known = found["near_point"].notna().to_numpy(dtype=bool)
    near.loc[own.index[known]] = found.loc[known, "near_point"].to_numpy(dtype=np.int64)
    return table.assign(near_point=near)


def _metric(
    rows: pd.DataFrame, points: Sequence[TestPoint]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return samples and points in metres, on one plain system."""
    lon = np.array([point.place.lon_deg for point in points], dtype=np.float64)
    lat = np.array([point.place.lat_deg for point in points], dtype=np.float64)
    own_lon, own_lat = (rows[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    if not len(lon):
        return own_lon, own_lat, lon, lat
    epsg = metric_crs(float(lon.mean()), float(lat.mean()))
    return (*project(own_lon, own_lat, epsg), *project(lon, lat, epsg))


def _nearest(
    x_m: NDArray[np.float64], y_m: NDArray[np.float64], at_x: NDArray[np.float64], at_y: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the number of the nearest test point and how far it is."""
    if not len(at_x) or not len(x_m):
        return np.zeros(len(x_m), dtype=np.intp), np.full(len(x_m), np.inf)
    apart_m, number = KDTree(np.column_stack((at_x, at_y))).query(np.column_stack((x_m, y_m)))
    return np.asarray(number, dtype=np.intp), np.asarray(apart_m, dtype=np.float64)


def _window(rows: pd.DataFrame, options: Options) -> NDArray[np.int64]:
    """Return the number of the window a sample lies in, −1 where in none."""
    hours = (rows["time"].dt.hour + rows["time"].dt.minute / 60.0 + rows["time"].dt.second / 3600.0).to_numpy(
        dtype=np.float64
    )
    found = np.full(len(rows), -1, dtype=np.int64)
    for number, window in enumerate(options.windows):
        found[(hours >= window.start_h) & (hours < window.end_h)] = number
    return found
