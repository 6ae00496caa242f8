"""The open tables of all provinces with an approved round: worked out once a study, kept beside the others."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.database.models import Province, Study
from phusong.api.opendata.columns import OPEN_TABLES
from phusong.api.reports.kept import speaking_studies
from phusong.api.service import Service
from phusong.errors import PhuSongError

if TYPE_CHECKING:
    import geopandas as gpd

Files = tuple[tuple[str, tuple[Path, ...]], ...]

_LOG = logging.getLogger(__name__)
_ONE_AT_A_TIME = threading.Lock()
_WRITTEN_AS = "1"
"""Changes when what is written of a study changes, so that what was kept before is written anew."""


def public_files(service: Service, db: Session) -> Mapping[str, tuple[Path, ...]]:
    """Return the GeoParquet files of each open table, one a province in the order of their codes.

    The names are those of :data:`OPEN_TABLES`, always all of them; without an approved round each has no file. The
    files are immutable: a new study has new ones. A province whose results cannot be read is left out, and logged.
    """
    folders = [folder for study in _speaking(db).values() if (folder := _folder_of(service, study)) is not None]
    return {name: tuple(folder / f"{name}.parquet" for folder in folders) for name in OPEN_TABLES}


def public_digest(service: Service, db: Session) -> str:
    """Return a digest that changes whenever the open tables do: the tag of every answer made from them."""
    told = hashlib.sha256(_WRITTEN_AS.encode())
    for code, study in _speaking(db).items():
        told.update(f"{code} {study.id} {study.digest}\n".encode())
    return told.hexdigest()


def public_tables(service: Service, db: Session) -> Mapping[str, gpd.GeoDataFrame]:
    """Return the open tables, EPSG:4326, with the columns of :data:`OPEN_TABLES` in that order, then ``geometry``.

    Counts are nullable whole numbers: a missing one is fewer than five households, or is kept back so that no such
    number follows from the others. No station and no household point is in any of them. The tables are shared between
    requests: they are read, never changed.
    """
    return tables_in(files_now(service, db))


def files_now(service: Service, db: Session) -> Files:
    """Return the same files as a value that says what is open now: equal as long as nothing of it changes."""
    return tuple(public_files(service, db).items())


@lru_cache(maxsize=2)
def tables_in(files: Files) -> Mapping[str, gpd.GeoDataFrame]:
    """Return the open tables of their files."""
    from phusong.api.opendata.making import joined

    return MappingProxyType({name: joined(name, paths) for name, paths in files})


def _speaking(db: Session) -> Mapping[str, Study]:
    codes = db.scalars(select(Province.code)).all()
    found = speaking_studies(db, codes, approved=True)
    return {code: found[code] for code in sorted(found)}


def _folder_of(service: Service, study: Study) -> Path | None:
    """Return where the open tables of a study are kept; made when they are first asked for."""
    from phusong.api.opendata.making import write_open_tables

    folder = service.folder("open-data", f"{study.id}-{study.digest[:16]}-{_WRITTEN_AS}")
    with _ONE_AT_A_TIME:
        if not folder.is_dir():
            try:
                write_open_tables(service.results(study.folder), folder)
            except (PhuSongError, OSError, KeyError, ValueError) as error:
                _LOG.warning("open tables of study %s", study.id, exc_info=error)
                return None
    return folder
