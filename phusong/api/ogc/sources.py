"""Where the features of a collection come from, for one person: files of the speaking studies, or rows of the store."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.access.scope import within
from phusong.api.database.models import GapRow, GapRowVersion, Package, PackageVersion, Province, Round, Study
from phusong.api.database.types import day_of
from phusong.api.ogc.collections import Collection
from phusong.api.ogc.cql import Values
from phusong.api.ogc.fields import SQL_TYPES, Property
from phusong.api.opendata.tables import public_files
from phusong.api.problems import NotFoundError
from phusong.api.reports.kept import speaking_studies
from phusong.api.service import Service
from phusong.words import Language

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = "kept_rows"
"""How the rows of the store are called in a statement."""
COUNTRY = (102.0, 6.0, 118.0, 23.5)
"""Where the features of a collection can be whose bounds are not kept: Vietnam with its islands."""
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A statement that gives every feature a person may have of a collection, and the rows it stands on.

    ``properties`` are those the features have for this person; ``bounds`` hold all of them.
    """

    sql: str
    properties: tuple[Property, ...]
    bounds: Bounds = COUNTRY
    tables: Mapping[str, pa.Table] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A result file of one province, and what holds of all its rows."""

    path: Path
    constants: Mapping[str, object] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()


def source_for(
    service: Service, db: Session, person: Person | None, collection: Collection, language: Language, values: Values
) -> Source:
    """Return where the features come from that a person may have; nothing of anywhere else is in it."""
    shown = collection.shown(person)
    if collection.source == "open":
        files = [File(path=path) for path in public_files(service, db)[collection.name]]
        return _of_files(files, collection, shown, language, values)
    if person is None:
        raise NotFoundError
    if collection.source == "study":
        return _of_files(list(_study_files(service, db, person, collection)), collection, shown, language, values)
    rows = _packages(service, db, person) if collection.source == "packages" else _reported(db, person, shown)
    return Source(sql=_kept_sql(shown), properties=shown, tables={ROWS: _table(shown, rows)})


def _study_files(service: Service, db: Session, person: Person, collection: Collection) -> Iterable[File]:
    """Return the result files of the study that speaks for each province of a person's scope."""
    codes = [
        code
        for code in db.scalars(select(Province.code).order_by(Province.code))
        if person.may(Action.STUDY_READ, province_code=code)
        and (not collection.stations or person.may(Action.STATION_READ, province_code=code))
    ]
    gated = frozenset(one.name for one in collection.properties if one.stations)
    for code, study in sorted(speaking_studies(db, codes).items()):
        path = service.results(study.folder) / f"{collection.name}.parquet"
        if study.folder and path.is_file():
            hidden = frozenset() if person.may(Action.STATION_READ, province_code=code) else gated
            yield File(path=path, constants=_of_study(study), hidden=hidden)


def _of_study(study: Study) -> Mapping[str, object]:
    manifest = study.manifest or {}
    told = str(manifest.get("dated") or "")
    return {
        "province_code": study.province_code,
        "dated": date.fromisoformat(told) if told else None,
        "simulated": bool(manifest.get("simulated")),
        "study_id": study.id,
    }


def _of_files(
    files: Sequence[File], collection: Collection, shown: Sequence[Property], language: Language, values: Values
) -> Source:
    parts = [_file_sql(one, shown, language, values) for one in files]
    found = [bounds for one in files if (bounds := _told_of(one.path).bounds) is not None]
    return Source(
        sql=" UNION ALL ".join(parts) if parts else _nothing(shown),
        properties=tuple(shown),
        bounds=_around(found) if found else COUNTRY,
    )


def _around(found: Sequence[Bounds]) -> Bounds:
    west, south, east, north = zip(*found, strict=True)
    return min(west), min(south), max(east), max(north)


def _file_sql(file: File, shown: Sequence[Property], language: Language, values: Values) -> str:
    told = [_value_sql(one, file, language, values) for one in shown]
    rows = f"read_parquet({values.add(str(file.path))}, file_row_number = true)"
    return f"SELECT {', '.join(told)}, geometry::GEOMETRY AS geometry, file_row_number AS _row FROM {rows}"  # noqa: S608 - names of ours; values are bound


def _value_sql(one: Property, file: File, language: Language, values: Values) -> str:
    """Return a property of a file's rows; NULL where the file has it not, or this person may not know it."""
    kind, column = SQL_TYPES[one.kind], one.column(language)
    if one.name in file.hidden:
        return f'CAST(NULL AS {kind}) AS "{one.name}"'
    constant = f"CAST({values.add(file.constants.get(one.name))} AS {kind})"
    if column not in _told_of(file.path).columns:
        return f'{constant} AS "{one.name}"'
    value = f'TRY_CAST("{column}" AS {kind})'
    unknown = {"VARCHAR": "''", "DOUBLE": "'nan'::DOUBLE"}.get(kind, "NULL")
    return f'coalesce(nullif({value}, {unknown}), {constant}) AS "{one.name}"'


def _nothing(shown: Sequence[Property]) -> str:
    told = [f'CAST(NULL AS {SQL_TYPES[one.kind]}) AS "{one.name}"' for one in shown]
    return f"SELECT {', '.join(told)}, NULL::GEOMETRY AS geometry, 0 AS _row WHERE FALSE"


@dataclass(frozen=True, slots=True)
class _ToldOf:
    """What a GeoParquet file says of itself."""

    columns: frozenset[str]
    bounds: Bounds | None


def _told_of(path: Path) -> _ToldOf:
    return _schema_of(str(path), path.stat().st_mtime_ns)


@lru_cache(maxsize=512)
def _schema_of(path: str, _changed_ns: int) -> _ToldOf:
    import json

    import pyarrow.parquet

    schema = pyarrow.parquet.read_schema(path)
    geo = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
    told = geo.get("columns", {}).get("geometry", {}).get("bbox")
    bounds: Bounds | None = None
    if told and len(told) == 4 and all(map(math.isfinite, told)):  # without a single place they are NaN
        west, south, east, north = map(float, told)
        bounds = west, south, east, north
    return _ToldOf(frozenset(schema.names), bounds)


# rows of the store


def _kept_sql(shown: Sequence[Property]) -> str:
    names = ", ".join(f'"{one.name}"' for one in shown)
    return f"SELECT {names}, ST_GeomFromWKB(geometry) AS geometry, _row FROM {ROWS}"  # noqa: S608 - names of ours; values are bound


def _table(shown: Sequence[Property], rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    import pyarrow as pa

    kinds = {
        "string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(),
        "date": pa.date32(),
    }  # fmt: skip
    columns = {one.name: pa.array([_typed(row.get(one.name), one) for row in rows], kinds[one.kind]) for one in shown}
    geometries = [None if row["geometry"] is None else shapely.to_wkb(row["geometry"]) for row in rows]
    numbers = pa.array(range(len(rows)), pa.int64())
    return pa.table({**columns, "geometry": pa.array(geometries, pa.binary()), "_row": numbers})


_TYPED: Mapping[str, Callable[[Any], object]] = {
    "integer": int,
    "number": float,
    "boolean": bool,
    "date": lambda value: value if isinstance(value, date) else date.fromisoformat(str(value)[:10]),
    "string": lambda value: "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value),
}


def _typed(value: Any, one: Property) -> object:
    """Return a cell in its property's kind; None where it says nothing, or nothing of that kind."""
    if value is None or value == "":
        return None
    try:
        return _TYPED[one.kind](value)
    except (ValueError, TypeError, OverflowError):
        return None


def _packages(service: Service, db: Session, person: Person) -> list[dict[str, Any]]:
    query = (
        select(Package, PackageVersion)
        .join(PackageVersion, (PackageVersion.package_id == Package.id) & (PackageVersion.version == Package.version))
        .where(within(person, Action.PACKAGE_READ, province=Package.province_code))
    )
    return [
        {
            "package_id": package.id, "code": package.code, "province_code": package.province_code,
            "state": package.state, "award": package.award, "route": package.route, "version": version.version,
            "households": version.households, "sites": version.sites, "price_vnd": version.price_vnd,
            "frozen_on": version.frozen_on,
            "geometry": _areas(str(service.settings.home / version.folder / "maps" / "base.gpkg"), version.digest),
        }
        for package, version in db.execute(query)
    ]  # fmt: skip


@lru_cache(maxsize=1024)
def _areas(path: str, _digest: str) -> shapely.MultiPolygon | None:
    """Return the areas of a frozen package as one shape; None where its map is not there."""
    import pyogrio

    if not Path(path).is_file():
        return None
    try:
        found = pyogrio.read_dataframe(path, layer="areas", columns=[], fid_as_index=True).geometry
    except pyogrio.errors.DataSourceError:
        return None
    whole = shapely.union_all([shapely.make_valid(one) for one in found if one is not None])
    parts = [one for one in shapely.get_parts(whole) if one.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts) if parts else None


def _reported(db: Session, person: Person, shown: Sequence[Property]) -> list[dict[str, Any]]:
    """Return the rows of each province's newest round with a list that are in a person's scope."""
    scope = within(person, Action.ROW_READ, province=GapRow.province_code, commune=GapRow.commune_code)
    newest: dict[str, Round] = {}
    listed = select(Round).where(select(GapRow.id).where(GapRow.round_id == Round.id, GapRow.present, scope).exists())
    for one in db.scalars(listed.order_by(Round.created_at, Round.id)):
        newest[one.province_code] = one
    rounds = {one.id: one for one in newest.values()}
    query = (
        select(GapRow, GapRowVersion.cells, GapRowVersion.made_at)
        .join(GapRowVersion, (GapRowVersion.row_id == GapRow.id) & (GapRowVersion.version == GapRow.version))
        .where(GapRow.round_id.in_(rounds), GapRow.present, scope)
    )
    names = {one.name for one in shown}
    return [
        {
            **{name: value for name, value in cells.items() if name in names},
            "gap_id": row.gap_id, "province_code": row.province_code, "commune_code": row.commune_code,
            "village_name": row.village, "batch": rounds[row.round_id].batch,
            "round_state": rounds[row.round_id].state, "version": row.version,
            "changed_on": day_of(made_at), "geometry": row.geom,
        }
        for row, cells, made_at in db.execute(query)
    ]  # fmt: skip
