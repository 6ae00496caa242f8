"""Coordinate systems: VN-2000 in the right zone, and the plain metric system of areas, buffers and clusters.

Every shift between VN-2000 and WGS 84 is the EPSG database's own operation (through PROJ), never a copied ``towgs84``
string: the published parameters rotate the coordinate frame, ``towgs84`` rotates the position vector, and the wrong
sign is 0.75 m. The central meridians are those of the 63 provinces before July 2025; which of them a merged province
uses officially is not verified, so :func:`zone_for` says on what it rests.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer
from pyproj.transformer import TransformerGroup

from phusong.errors import OutOfRangeError
from phusong.words import Text

WGS84_EPSG = 4326
VN2000_EPSG = 4756
"""VN-2000 in degrees."""
_NATIONAL_SHIFT = "VN-2000 to WGS 84 (2)"
"""The shift of the whole country; shift (1) is for two oil blocks of the Mekong delta and differs by 0.7 m."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """One province of before July 2025 inside one of today's: its central meridian and the EPSG code of its zone."""

    province_code: str
    province_kind: str
    province_name: str
    old_province: str
    central_meridian: str
    epsg: int

    @property
    def central_meridian_deg(self) -> float:
        """Return the central meridian in degrees."""
        degrees, minutes = re.fullmatch(r"(\d+)°(\d\d)′", self.central_meridian).groups()  # type: ignore[union-attr]
        return int(degrees) + int(minutes) / 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """The VN-2000 3-degree zone coordinates are written in, and why this one.

    ``candidates`` counts the different zones of the old provinces the province was merged from.
    """

    epsg: int
    central_meridian: str
    candidates: int
    basis: Text


@cache
def zone_rows() -> tuple[ZoneRow, ...]:
    """Return the table of provinces and zones, in the order of the province codes."""
    table = resources.files("phusong.data").joinpath("tables/vn2000_zones.csv").read_text(encoding="utf-8")
    _, *rows = csv.reader(io.StringIO(table))
    return tuple(ZoneRow(code, kind, name, old, meridian, int(epsg)) for code, kind, name, old, meridian, epsg in rows)


def zone_for(province_code: str, lon_deg: float) -> Zone:
    """Choose the VN-2000 zone of a place: the province's own, or the nearest of those it was merged from.

    A code that is not one of the 34 (a simulated province) takes the nearest zone in use anywhere in the country; of
    two equally near the western one is taken. ``basis`` says which of the three cases it is.
    """
    own = [row for row in zone_rows() if row.province_code == province_code]
    rows = own or list(zone_rows())
    nearest = min(rows, key=lambda row: (abs(row.central_meridian_deg - lon_deg), row.central_meridian_deg))
    candidates = len({row.epsg for row in rows})
    return Zone(
        epsg=nearest.epsg,
        central_meridian=nearest.central_meridian,
        candidates=candidates,
        basis=_basis(own, candidates),
    )


def zone_given(epsg: int) -> Zone:
    """Return the zone a study names itself by its EPSG code."""
    rows = [row for row in zone_rows() if row.epsg == epsg]
    if not rows:
        known = ", ".join(str(code) for code in sorted({row.epsg for row in zone_rows()}))
        raise OutOfRangeError(
            Text(
                f"Mã múi chiếu VN-2000 phải là một trong {known}; nhận được {epsg}",
                f"The VN-2000 zone must be one of EPSG {known}; got {epsg}",
            )
        )
    basis = Text("theo múi chiếu ghi trong tệp nghiên cứu", "the zone named in the study file")
    return Zone(epsg=epsg, central_meridian=rows[0].central_meridian, candidates=1, basis=basis)


def _basis(own: list[ZoneRow], candidates: int) -> Text:
    if not own:
        return Text(
            "theo kinh tuyến trục gần nhất trong cả nước: mã tỉnh không có trong bảng",
            "the nearest central meridian in the country: the province code is not in the table",
        )
    if candidates == 1:
        return Text(
            f"theo kinh tuyến trục {own[0].central_meridian} của tỉnh (bảng 63 tỉnh trước sáp nhập)",
            f"the province's central meridian {own[0].central_meridian} (table of the 63 provinces before the merger)",
        )
    listed = _listed(own)
    return Text(
        f"theo kinh tuyến trục gần nhất trong các tỉnh cũ ({listed}); chưa xác minh kinh tuyến trục của tỉnh mới",
        f"the nearest central meridian of the old provinces ({listed}); that of the new province is not verified",
    )


def _listed(rows: Iterable[ZoneRow]) -> str:
    return "; ".join(f"{row.old_province} {row.central_meridian}" for row in rows)


def to_vn2000(lon_deg: ArrayLike, lat_deg: ArrayLike, epsg: int) -> tuple[Floats, Floats]:
    """Return northing (the survey tables' X) and easting (their Y) in metres; the datum shift is applied."""
    easting_m, northing_m = project(lon_deg, lat_deg, epsg)
    return northing_m, easting_m


def from_vn2000(northing_m: ArrayLike, easting_m: ArrayLike, epsg: int) -> tuple[Floats, Floats]:
    """Return WGS 84 longitude and latitude of VN-2000 northings and eastings."""
    return unproject(easting_m, northing_m, epsg)


def metric_crs(lon_deg: float, lat_deg: float) -> int:
    """Return the EPSG code of the WGS 84 UTM zone of a place: the plain metric system for areas, buffers, clusters.

    WGS 84 and not VN-2000: the input is WGS 84, and a distance does not need the datum shift. Vietnam lies in zones
    48N (32648) and, from 108° E on with Đà Nẵng, Hoàng Sa and Trường Sa, 49N (32649). Lengths are within 0.1 %.
    """
    zone = int(np.clip((lon_deg + 180.0) // 6.0 + 1.0, 1, 60))
    return (32600 if lat_deg >= 0.0 else 32700) + zone


def project(lon_deg: ArrayLike, lat_deg: ArrayLike, epsg: int) -> tuple[Floats, Floats]:
    """Return x (east) and y (north) in metres of WGS 84 points in a projected system; NaN or inf stays outside."""
    x_m, y_m = _transformer(epsg).transform(_floats(lon_deg), _floats(lat_deg))
    return _floats(x_m), _floats(y_m)


def unproject(x_m: ArrayLike, y_m: ArrayLike, epsg: int) -> tuple[Floats, Floats]:
    """Return WGS 84 longitude and latitude of points given in a projected system, x east and y north."""
    lon_deg, lat_deg = _transformer(epsg).transform(_floats(x_m), _floats(y_m), direction="INVERSE")
    return _floats(lon_deg), _floats(lat_deg)


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


@cache
def _transformer(epsg: int) -> Transformer:
    """Return the one operation used everywhere: PROJ would else be free to change it from point to point."""
    operations = TransformerGroup(WGS84_EPSG, epsg, always_xy=True).transformers
    national = [operation for operation in operations if _NATIONAL_SHIFT in operation.description]
    return Transformer.from_pipeline((national or operations)[0].definition)  # its own copy, safe between threads
