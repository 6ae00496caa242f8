"""The places to measure in the order to drive: each next the nearest not yet visited, as a workbook and for a GPS."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd

from phusong.data.distances import chords_m, earth_centred_m
from phusong.data.injection import cell_text
from phusong.data.workbook import Block, Column, Sheet, new_book
from phusong.words import Language, Text, number

METHOD = Text(
    "Mỗi lần đến điểm gần nhất chưa đo, tính theo đường chim bay; đường đi thật dài hơn.",
    "Each next is the nearest not yet measured, as the crow flies; by road it is farther.",
)


def in_driving_order(points: pd.DataFrame, start: int = 0) -> pd.DataFrame:
    """Return the places in the order to visit them, with ``stop``, ``leg_km`` and ``total_km``.

    Parameters
    ----------
    points
        Places with ``lon_deg`` and ``lat_deg``, the one that would decide most households first.
    start
        The row to begin at.
    """
    if points.empty:
        return points.assign(stop=[], leg_km=[], total_km=[])
    at = earth_centred_m(*(points[name].to_numpy(dtype=np.float64) for name in ("lon_deg", "lat_deg")))
    open_ = np.ones(len(points), dtype=bool)
    now = min(max(start, 0), len(points) - 1)
    order, legs_m = [now], [0.0]
    open_[now] = False
    while open_.any():
        away = chords_m(at[open_], np.broadcast_to(at[now], (int(open_.sum()), at.shape[1])))
        nearest = int(np.argmin(away))
        legs_m.append(float(away[nearest]))
        now = int(np.flatnonzero(open_)[nearest])
        order.append(now)
        open_[now] = False
    legs_km = np.round(np.array(legs_m) / 1000.0, 2)
    ordered = points.iloc[order].reset_index(drop=True)
    return ordered.assign(stop=np.arange(1, len(ordered) + 1), leg_km=legs_km, total_km=np.round(legs_km.cumsum(), 1))


def write_route(route: pd.DataFrame, path: Path, *, study: str, made_on: date, language: Language) -> None:
    """Write the order of places as a workbook to be printed and taken along."""
    total_km = float(route["total_km"].iloc[-1]) if len(route) else 0.0
    length = Text(
        f"{number(len(route))} điểm, {number(total_km, decimals=1)} km.",
        f"{number(len(route), 'en')} places, {number(total_km, 'en', decimals=1)} km.",
    )
    sheet = Sheet(
        name=Text("Đường đo", "Route"),
        title=Text(f"Thứ tự các điểm cần đo: {study}", f"Places to measure, in order: {study}"),
        notes=(length, METHOD),
        columns=(
            Column(title=Text("Điểm", "Stop"), key="stop", kind="whole", width=7),
            Column(title=Text("Thôn, bản", "Village"), key="village_name", width=22),
            Column(title=Text("Xã, phường", "Commune"), key="commune_name", width=20),
            Column(
                title=Text("Số hộ được quyết định", "Households it decides"), key="households", kind="whole", width=11
            ),
            Column(title=Text("Vì sao", "Why"), key=f"why_{language}", width=28),
            Column(title=Text("Nhà mạng cần đo", "Operators to measure"), key="operators", width=26),
            Column(title=Text("Kinh độ", "Longitude"), key="lon_deg", kind="degrees", width=11),
            Column(title=Text("Vĩ độ", "Latitude"), key="lat_deg", kind="degrees", width=11),
            Column(title=Text("Đường", "Road"), key=f"road_{language}", width=30),
            Column(title=Text("Từ điểm trước (km)", "From the last (km)"), key="leg_km", kind="decimal", width=11),
            Column(title=Text("Cộng dồn (km)", "Together (km)"), key="total_km", kind="decimal", width=11),
        ),
        blocks=(Block(rows=route.drop(columns="geometry", errors="ignore").to_dict("records")),),
        frozen_columns=2,
    )
    with new_book(path, language=language, title=sheet.title, created_on=made_on) as book:
        book.add(sheet)


def as_gpx(route: pd.DataFrame, *, study: str, language: Language) -> bytes:
    """Return the same as GPX 1.1: a route that a phone or a GPS leads along."""
    points = "".join(
        f'<rtept lat="{one["lat_deg"]:.5f}" lon="{one["lon_deg"]:.5f}"><name>{_text(_name(one))}</name>'
        f"<desc>{_text(str(one[f'why_{language}']))}</desc></rtept>"
        for one in route.to_dict("records")
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="Phủ Sóng" '
    space = 'xmlns="http://www.topografix.com/GPX/1/1">'
    return f"{head}{space}<rte><name>{_text(study)}</name>{points}</rte></gpx>\n".encode()


def _name(one: dict[object, object]) -> str:
    return f"{one['stop']}. {one['village_name'] or one['gap_id'] or one['commune_name']}"


def _text(text: str) -> str:
    return escape(cell_text(text))
