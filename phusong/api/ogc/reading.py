"""Features as they are asked for: counted, cut to a page, moved to a coordinate system, written as GeoJSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from phusong.api.ogc import coordinates
from phusong.api.ogc.asked import Asked
from phusong.api.ogc.collections import Collection
from phusong.api.ogc.cql import Values
from phusong.api.ogc.engine import Asking, asking
from phusong.api.ogc.sources import Source

_NAMED = re.compile(r"\$(v\d+)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One feature: its id, its properties as JSON holds them, its geometry as GeoJSON text."""

    id: str
    properties: Mapping[str, Any]
    geometry: str

    def json(self) -> str:
        """Return the members of a GeoJSON feature, without the closing brace: links may follow."""
        told = json.dumps(self.properties, ensure_ascii=False, separators=(",", ":"))
        name = json.dumps(self.id, ensure_ascii=False)
        return f'{{"type":"Feature","id":{name},"geometry":{self.geometry},"properties":{told}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A page of features, and how many there are in all."""

    features: Sequence[Feature]
    matched: int


def part_of(home: Path, collection: Collection, source: Source, values: Values, asked: Asked) -> Part:
    """Return the features asked for, in the order of their ids."""
    where = f" WHERE {' AND '.join(asked.conditions)}" if asked.conditions else ""
    listed = f"({_with_ids(collection, source)}) AS features{where}"
    with asking(home, source.tables) as connection:
        matched = int(_run(connection, f"SELECT count(*) FROM {listed}", values)[0][0])  # noqa: S608 - names of ours; values are bound
        window = f"ORDER BY _id LIMIT {asked.limit} OFFSET {asked.offset}"
        rows = _run(connection, f"SELECT {_told(source)} FROM {listed} {window}", values) if matched else []  # noqa: S608 - names of ours; values are bound
    return Part(features=_features(rows, source, asked.crs), matched=matched)


def one_of(
    home: Path, collection: Collection, source: Source, values: Values, feature_id: str, crs: str
) -> Feature | None:
    """Return one feature by its id; None where there is none for this person."""
    wanted = values.add(feature_id)
    sql = f"SELECT {_told(source)} FROM ({_with_ids(collection, source)}) AS features WHERE _id = {wanted}"  # noqa: S608 - names of ours; values are bound
    with asking(home, source.tables) as connection:
        found = _features(_run(connection, sql, values), source, crs)
    return found[0] if found else None


def _with_ids(collection: Collection, source: Source) -> str:
    """Return the statement with an id for each feature: its key, with a number where two have the same."""
    key = " || '.' || ".join(f"coalesce(\"{one}\", '')" for one in collection.key)
    twice = f"row_number() OVER (PARTITION BY {key} ORDER BY _row)"
    numbered = f"SELECT *, {key} AS _key, {twice} AS _nth FROM ({source.sql})"  # noqa: S608 - names of ours; values are bound
    return f"SELECT *, _key || CASE WHEN _nth > 1 THEN '~' || _nth ELSE '' END AS _id FROM ({numbered})"  # noqa: S608 - names of ours; values are bound


def _told(source: Source) -> str:
    names = ", ".join(f'"{one.name}"' for one in source.properties)
    return f"_id, ST_AsWKB(geometry), {names}"


def _run(connection: Asking, sql: str, values: Values) -> Sequence[tuple[Any, ...]]:
    return connection.rows(sql, {name: values.bound[name] for name in set(_NAMED.findall(sql))})


def _features(rows: Sequence[tuple[Any, ...]], source: Source, crs: str) -> list[Feature]:
    names = [one.name for one in source.properties]
    shapes = _shapes([row[1] for row in rows], crs)
    return [
        Feature(id=row[0], properties=dict(zip(names, map(_plain, row[2:]), strict=True)), geometry=shape)
        for row, shape in zip(rows, shapes, strict=True)
    ]


def _shapes(wkb: Sequence[bytes | None], crs: str) -> list[str]:
    """Return geometries as GeoJSON text, outer rings counterclockwise in degrees of longitude and latitude."""
    kept = shapely.from_wkb(np.array(wkb, dtype=object))
    placed = shapely.orient_polygons(coordinates.told_in(kept, coordinates.CRS84))
    moved = coordinates.told_in(placed, crs)
    return [told if told is not None else "null" for told in shapely.to_geojson(moved)]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.isoformat() if isinstance(value, date) else value
