"""Places of a study by name, without accents, or by coordinates as people type them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from phusong.data.crs import VN2000_EPSG, unproject
from phusong.data.geographic_text import Pair, read_pair
from phusong.data.names import fold
from phusong.data.stated_system import (
    epsg_by_meridian,
    epsg_of_system,
    meridian_by_epsg,
    system_name,
    zones_of_province,
)
from phusong.data.zone_inference import Reading, in_vietnam, places_of
from phusong.maps.tile_grid import degrees
from phusong.maps.vector_tiles import TileSource
from phusong.words import LANGUAGES, Text, number

MOST_FOUND = 12
LONGEST = 100
Kind = Literal["commune", "village", "site", "position"]
_MARGIN_DEG = 0.3
"""So far beyond the study's bounds a typed position may lie and still be meant."""
_STATED = re.compile(r"^(?P<pair>.*?\d.*?)[\s,;(]*(?P<system>(?:hệ|vn|wgs|utm|ktt|kinh tuyến).*)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A place: ``code`` is its own in the study, "" of a position; ``told`` says where or in which system."""

    kind: Kind
    code: str
    title: Text
    told: Text
    lon_deg: float
    lat_deg: float


def places_found(source: TileSource, asked: str, *, province_code: str, stations: bool) -> list[Found]:
    """Return what was typed as a position, else the places whose names have all its words: own names first."""
    text = asked.strip()[:LONGEST]
    typed = positions_typed(text, province_code, source.bounds)
    if typed:
        return typed[:MOST_FOUND]
    words = fold(text).split()
    if not words:
        return []
    kinds: tuple[Kind, ...] = ("commune", "village", "site") if stations else ("commune", "village")
    hits = [one for kind in kinds for one in _index(source, kind) if all(f" {word}" in one[0] for word in words)]
    phrase = " ".join(words)
    hits.sort(key=lambda one: (f" {phrase}" not in one[1], not one[1].endswith(f" {phrase}"), len(one[1])))
    return [_place(source, kind, row) for _, _, kind, row in hits[:MOST_FOUND]]


_Entry = tuple[str, str, Kind, int]
_NAMED: dict[Kind, tuple[str, str, tuple[str, ...]]] = {
    "commune": ("communes", "commune_name", ("commune_code",)),
    "village": ("villages", "village_name", ("village_code", "commune_name")),
    "site": ("sites", "site_id", ("site_name", "operators")),
}
"""For each kind its table, the column of its own name, and others by which it may be looked for."""


def _index(source: TileSource, kind: Kind) -> list[_Entry]:
    """Return the folded names of all things of a kind: all its words, its own name, and which row it is."""
    return source.kept(("names", kind), lambda: _made_index(source, kind))


def _made_index(source: TileSource, kind: Kind) -> list[_Entry]:
    table_name, own_name, others = _NAMED[kind]
    if table_name not in source.tables:
        return []
    table = source.table(table_name)
    own = [" " + fold(str(one)) for one in table[own_name]]
    more = [" ".join(fold(str(one)) for one in row) for row in table[list(others)].itertuples(index=False)]
    return [(f"{mine} {other}", mine, kind, row) for row, (mine, other) in enumerate(zip(own, more, strict=True))]


def _place(source: TileSource, kind: Kind, row: int) -> Found:
    table_name, own_name, _ = _NAMED[kind]
    table = source.table(table_name)
    cells: Any = table.iloc[row]
    code = str(cells[{"commune": "commune_code", "village": "village_code", "site": "site_id"}[kind]])
    if kind == "commune":
        lon, lat = _middle(source, row)
        told = Text(f"xã, phường {code}", f"commune {code}")
    else:
        lon, lat = float(cells["lon_deg"]), float(cells["lat_deg"])
        where = str(cells["commune_name"] if kind == "village" else cells["site_name"])
        told = Text(where, where)
    name = str(cells[own_name])
    return Found(kind=kind, code=code, title=Text(name, name), told=told, lon_deg=lon, lat_deg=lat)


def _middle(source: TileSource, row: int) -> tuple[float, float]:
    """Return a point inside a commune; the middle of the study where the commune has no area."""
    _, shapes, rows = source.shapes("communes", 9)
    at = np.flatnonzero(rows == row)
    if not at.size:
        west, south, east, north = source.bounds
        return (west + east) / 2, (south + north) / 2
    point = shapes[at[0]].point_on_surface()
    lon, lat = degrees(point.x, point.y)
    return float(lon), float(lat)


def positions_typed(text: str, province_code: str, bounds: tuple[float, float, float, float]) -> list[Found]:
    """Return where typed coordinates may be: in WGS 84, or one for each zone of VN-2000 that puts them in the study.

    What several zones can mean is several places, never a guess.
    """
    stated = _STATED.match(text)
    pair = read_pair(stated["pair"] if stated else text)
    if pair is None:
        return []
    epsg = epsg_of_system(stated["system"]) if stated else None
    return _of_degrees(pair, epsg) if pair.kind == "degrees" else _of_metres(pair, epsg, province_code, bounds)


def _of_degrees(pair: Pair, epsg: int | None) -> list[Found]:
    lon, lat = pair.first, pair.second
    if not bool(in_vietnam(np.array([lon]), np.array([lat]))[0]):
        return []
    if epsg != VN2000_EPSG:
        return [_position(lon, lat, Text("WGS 84", "WGS 84"))]
    moved = unproject(lon, lat, VN2000_EPSG)
    return [_position(float(moved[0]), float(moved[1]), Text("VN-2000, đã đổi sang WGS 84", "VN-2000, as WGS 84"))]


def _of_metres(
    pair: Pair, epsg: int | None, province_code: str, bounds: tuple[float, float, float, float]
) -> list[Found]:
    stated = (epsg,) if epsg is not None and epsg in meridian_by_epsg() else ()
    zones = stated or zones_of_province(province_code) or tuple(epsg_by_meridian().values())
    north, east = np.array([pair.first]), np.array([pair.second])
    found = []
    for zone in zones:
        for swapped in (False, True):
            lon, lat = (float(one[0]) for one in places_of(Reading(zone, swapped), north, east))
            if np.isfinite(lon) and (stated or _near(lon, lat, bounds)):
                found.append(_position(lon, lat, _system(zone)))
    return found


def _system(epsg: int) -> Text:
    name = system_name(epsg)
    if name.startswith("UTM"):
        return Text(name, name)
    return Text(f"VN-2000, kinh tuyến trục {name}", f"VN-2000, central meridian {name}")


def _near(lon: float, lat: float, bounds: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bounds
    return west - _MARGIN_DEG <= lon <= east + _MARGIN_DEG and south - _MARGIN_DEG <= lat <= north + _MARGIN_DEG


def _position(lon: float, lat: float, told: Text) -> Found:
    vi, en = (f"{number(lat, lang, decimals=5)}; {number(lon, lang, decimals=5)}" for lang in LANGUAGES)
    return Found(kind="position", code="", title=Text(vi, en), told=told, lon_deg=lon, lat_deg=lat)
