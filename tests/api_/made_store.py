"""A store with something in every table and every folder, made for tests of backups and of tidying."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from shapely.geometry import MultiPoint, Point
from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, Table, update
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.database.models import Base, Round, Upload
from phusong.api.database.types import Geom, Moment, new_id
from phusong.api.service import Service

ROWS = 3
ODD_JSON = {"thôn": "Nà Đon", "b": 1e20, "a": [1.5, -0.0, None, True, 12345678901234567890], "c": {"x": 1.0}}
APART = ("audit", "blobs", "provinces")


def fill_store(service: Service) -> str:
    """Put rows into every table, bytes into blobs and results into folders; return the digest of one blob."""
    with service.database.write() as db:
        blobs = [service.blobs.put(db, f"tệp gốc {n}".encode() * 1000).sha256 for n in range(ROWS)]
        made: dict[str, list[str]] = {"provinces": ["01", "04", "08"], "blobs": blobs}
        for table in Base.metadata.sorted_tables:
            if table.name not in APART:
                made[table.name] = _add(db, table, made)
        db.execute(update(Round).values(list_upload_id=made["uploads"][0], study_id=made["studies"][1]))
        db.execute(update(Upload).where(Upload.id == made["uploads"][0]).values(replaces_id=made["uploads"][2]))
        for n in range(ROWS):
            audit.record(db, f"test.{n}", by=None, details={**ODD_JSON, "n": n})
    _result(service.settings.home / "studies" / made["studies"][0])
    _result(service.settings.home / "documents" / made["document_sets"][0])
    for folder in ("jobs", "incoming", "locks"):
        _result(service.settings.home / folder / "abc")
    return blobs[0]


def _result(folder: Path) -> None:
    (folder / "xã").mkdir(parents=True)
    (folder / "manifest.json").write_text('{"a": 1}\n', encoding="utf-8")
    (folder / "xã" / "bản đồ.bin").write_bytes(bytes(range(256)) * 2000)


def _add(db: Session, table: Table, made: dict[str, list[str]]) -> list[str]:
    rows = [{column.name: _value(column, n, made) for column in table.columns} for n in range(ROWS)]
    db.execute(table.insert(), rows)
    key = table.primary_key.columns.values()[0].name
    return [str(row[key]) for row in rows]


def _value(column: Column[Any], n: int, made: dict[str, list[str]]) -> Any:
    if column.foreign_keys:
        (key,) = column.foreign_keys
        known = made.get(key.column.table.name)
        return None if known is None else known[n % len(known)]
    if column.nullable and n == 0:
        return None
    made_of: tuple[tuple[type, Any], ...] = (
        (Moment, datetime(2026, 7, 1 + n, 3, 4, 5, 678, tzinfo=UTC)),
        (Date, date(2026, 1, 1 + n)),
        (Boolean, n % 2 == 0),
        (Integer, n + 1),
        (Float, n / 3),
        (Geom, [Point(105.1, 21.2), MultiPoint([(105, 21), (106, 22)]), Point(1 / 3, 2 / 3)][n]),
        (JSON, ODD_JSON),
    )
    for kind, value in made_of:
        if isinstance(column.type, kind):
            return value
    length = getattr(column.type, "length", None)
    return (new_id() if column.primary_key or column.unique else f"{n}ẵ\n'\"\\ {new_id()}")[:length]
