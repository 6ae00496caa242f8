"""Which communes count as neighbours, and whether units hang together.

For the units of one province and route, two communes are neighbours if they share a border. A commune that holds no
such unit is counted with the commune with units that is nearest through the borders between them, so that what lies
beyond it is a neighbour too, and the territories of two lots never cross. What has no neighbour by land joins the
nearest by distance. As an option, communes that follow each other along a road are neighbours as well.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from phusong.tenders.division.values import Contact, ContactKind, Unit

BORDER_SLACK_DEG = 0.0002
"""Outlines drawn apart by less than some 40 m still share a border."""

_LEAST_BORDER_DEG2 = 2 * BORDER_SLACK_DEG * 0.001
"""The area two widened outlines share along a border of some 100 m: communes that meet in a point are no neighbours."""

KM_PER_DEGREE = 111.195

Floats = NDArray[np.float64]


def positions_km(lon_deg: Iterable[float], lat_deg: Iterable[float]) -> Floats:
    """Return places in km on a plane true at their middle latitude, shape (n, 2)."""
    lon, lat = np.array(list(lon_deg), dtype=np.float64), np.array(list(lat_deg), dtype=np.float64)
    if not len(lat):
        return np.empty((0, 2))
    middle = math.radians((lat.min() + lat.max()) / 2.0)
    return np.column_stack([lon * KM_PER_DEGREE * math.cos(middle), lat * KM_PER_DEGREE])


def contacts_of(
    units: Sequence[Unit], communes: gpd.GeoDataFrame | None, *, roads: gpd.GeoDataFrame | None = None
) -> tuple[Contact, ...]:
    """Return the neighbouring communes for every province and route of some units.

    Parameters
    ----------
    units
        Units of any routes and provinces.
    communes
        Polygons with ``commune_code`` in EPSG:4326; None where there are none: all are joined by distance.
    roads
        Lines in EPSG:4326; None where roads make no neighbours.

    Returns
    -------
    contacts
        In the order of province, route and commune codes. All units of a province and route hang together.
    """
    outlines = _outlines(communes)
    borders = _borders(outlines)
    chains = _road_chains(outlines, roads)
    found: list[Contact] = []
    for group in sorted({unit.group for unit in units}):
        mine = [unit for unit in units if unit.group == group]
        kinds = _group_contacts(mine, outlines, borders, chains)
        found += [
            Contact(province_code=group[0], route=group[1], communes=pair, kind=kinds[pair]) for pair in sorted(kinds)
        ]
    return tuple(found)


def _group_contacts(
    units: Sequence[Unit],
    outlines: Mapping[str, shapely.Geometry],
    borders: Mapping[str, frozenset[str]],
    chains: Sequence[tuple[str, ...]],
) -> dict[tuple[str, str], ContactKind]:
    holders = {code for unit in units for code in unit.commune_codes}
    kinds: dict[tuple[str, str], ContactKind] = {}
    owner = _owners(holders, outlines, borders)
    for one in sorted(borders):
        for other in sorted(borders[one]):
            if one < other and one in owner and other in owner and owner[one] != owner[other]:
                direct = one in holders and other in holders
                pair = _pair(owner[one], owner[other])
                kinds[pair] = "border" if direct else kinds.get(pair, "empty")
    for chain in chains:
        for one, other in pairwise(code for code in chain if code in holders):
            if one != other:
                kinds.setdefault(_pair(one, other), "road")
    kinds.update(dict.fromkeys(_nearest_joins(units, holders, kinds), "nearest"))
    return kinds


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _outlines(communes: gpd.GeoDataFrame | None) -> dict[str, shapely.Geometry]:
    if communes is None:
        return {}
    shapes = zip(communes["commune_code"], communes.geometry, strict=True)
    return dict(sorted((str(code), shape) for code, shape in shapes if shape is not None and not shape.is_empty))


def _borders(outlines: Mapping[str, shapely.Geometry]) -> dict[str, frozenset[str]]:
    """Return for every commune those it shares a border with."""
    codes = list(outlines)
    wide = shapely.buffer(np.array(list(outlines.values())), BORDER_SLACK_DEG, quad_segs=1)
    near: dict[str, set[str]] = {code: set() for code in codes}
    if codes:
        first, second = shapely.STRtree(wide).query(wide, predicate="intersects")
        first, second = first[first < second], second[first < second]
        shared = shapely.area(shapely.intersection(wide[first], wide[second]))
        for a, b in zip(first[shared >= _LEAST_BORDER_DEG2], second[shared >= _LEAST_BORDER_DEG2], strict=True):
            near[codes[a]].add(codes[b])
            near[codes[b]].add(codes[a])
    return {code: frozenset(others) for code, others in near.items()}


def _owners(
    holders: set[str], outlines: Mapping[str, shapely.Geometry], borders: Mapping[str, frozenset[str]]
) -> dict[str, str]:
    """Return for every commune that is reached the commune with units it is counted with: the nearest by borders."""
    points = shapely.get_coordinates(shapely.point_on_surface(np.array(list(outlines.values()))))
    at = dict(zip(outlines, positions_km(points[:, 0], points[:, 1]), strict=True))
    owner: dict[str, str] = {}
    queue = [(0.0, code, code) for code in sorted(holders)]
    while queue:
        so_far_km, of, code = heapq.heappop(queue)
        if code in owner:
            continue
        owner[code] = of
        for other in borders.get(code, ()):
            if other not in owner:
                heapq.heappush(queue, (so_far_km + float(np.hypot(*(at[code] - at[other]))), of, other))
    return owner


def _road_chains(outlines: Mapping[str, shapely.Geometry], roads: gpd.GeoDataFrame | None) -> Sequence[tuple[str, ...]]:
    """Return for every road the communes it meets, in their order along it."""
    if roads is None or not outlines:
        return ()
    codes, shapes = list(outlines), np.array(list(outlines.values()))
    lines = [line for line in shapely.get_parts(np.array(roads.geometry)) if line is not None and line.length > 0.0]
    meets: dict[int, list[tuple[float, str]]] = {}
    for at, which in zip(*shapely.STRtree(shapes).query(lines, predicate="intersects"), strict=True):
        inside = shapely.intersection(lines[at], shapes[which])
        start = min(lines[at].project(shapely.Point(xy)) for xy in shapely.get_coordinates(inside))
        meets.setdefault(int(at), []).append((start, codes[which]))
    return [tuple(code for _, code in sorted(found)) for _, found in sorted(meets.items()) if len(found) > 1]


def _nearest_joins(
    units: Sequence[Unit], holders: set[str], kinds: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Yield the shortest joins that make all communes with units hang together."""
    codes = sorted(holders)
    index = {code: i for i, code in enumerate(codes)}
    part = list(range(len(codes)))

    def root(i: int) -> int:
        while part[i] != i:
            part[i] = part[part[i]]
            i = part[i]
        return i

    for unit in units:
        for code in unit.commune_codes[1:]:
            part[root(index[code])] = root(index[unit.commune_codes[0]])
    for one, other in kinds:
        part[root(index[one])] = root(index[other])
    if len({root(i) for i in range(len(codes))}) == 1:
        return
    at = _commune_positions(units, codes)
    steps = sorted((float(np.hypot(*(at[i] - at[j]))), i, j) for i, j in combinations(range(len(codes)), 2))
    for _, i, j in steps:
        if root(i) != root(j):
            part[root(i)] = root(j)
            yield codes[i], codes[j]


def _commune_positions(units: Sequence[Unit], codes: Sequence[str]) -> Floats:
    places = positions_km((unit.lon_deg for unit in units), (unit.lat_deg for unit in units))
    return np.array(
        [places[[i for i, unit in enumerate(units) if code in unit.commune_codes]].mean(axis=0) for code in codes]
    )


def links_of(units: Sequence[Unit], contacts: Iterable[Contact]) -> tuple[frozenset[int], ...]:
    """Return for every unit of one province and route the indices of its neighbours: by commune, or by contact."""
    touching = _touching(contacts)
    held: dict[str, set[int]] = {}
    for i, unit in enumerate(units):
        for code in unit.commune_codes:
            held.setdefault(code, set()).add(i)
    reached = [{c for code in unit.commune_codes for c in (code, *touching.get(code, ()))} for unit in units]
    return tuple(frozenset(j for code in codes for j in held.get(code, ())) - {i} for i, codes in enumerate(reached))


def hang_together(units: Sequence[Unit], others: Sequence[Unit], contacts: Iterable[Contact]) -> bool:
    """Say whether units are contiguous; communes without any of them or of ``others`` may be passed through.

    Parameters
    ----------
    units
        The units of one lot.
    others
        The units of all other lots of its province and route.
    contacts
        The contacts of that province and route.
    """
    if not units:
        return True
    touching = _touching(contacts)
    mine = {code for unit in units for code in unit.commune_codes}
    taken = {code for unit in others for code in unit.commune_codes} - mine
    together: dict[str, set[str]] = {}
    for unit in units:
        for code in unit.commune_codes:
            together.setdefault(code, set()).update(unit.commune_codes)
    seen, queue = {units[0].commune_codes[0]}, [units[0].commune_codes[0]]
    while queue:
        code = queue.pop()
        for other in (touching.get(code, set()) | together.get(code, set())) - seen - taken:
            seen.add(other)
            queue.append(other)
    return mine <= seen


def _touching(contacts: Iterable[Contact]) -> dict[str, set[str]]:
    touching: dict[str, set[str]] = {}
    for contact in contacts:
        one, other = contact.communes
        touching.setdefault(one, set()).add(other)
        touching.setdefault(other, set()).add(one)
    return touching
