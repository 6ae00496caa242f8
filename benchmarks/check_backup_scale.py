"""A backup and its verified restore at scale, on SQLite: 50,000 rows with their places, 500 stored files.

Prints seconds, the size of the archive and rows a second; fails where anything differs.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

import shapely

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from api_.made_gap_rows import add_rows

from phusong.api.backups.making import back_up
from phusong.api.backups.restoring import restore
from phusong.api.database import schema
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

ROWS, FILES, FILE_BYTES = 50_000, 500, 50_000


def main() -> None:
    """Fill a service, keep it, restore it."""
    draw = random.Random(3)
    with tempfile.TemporaryDirectory() as folder:
        settings = ServiceSettings(home=Path(folder) / "home")
        settings.home.mkdir()
        schema.upgrade(settings.url)
        service = Service.of(settings)
        with service.database.write() as db:
            add_rows(db, [shapely.Point(draw.uniform(103, 109), draw.uniform(9, 23)) for _ in range(ROWS)])
            for _ in range(FILES):
                service.blobs.put(db, draw.randbytes(FILE_BYTES))
        path = Path(folder) / "backup.zip"
        started = time.perf_counter()
        kept = back_up(service, path)
        made = time.perf_counter()
        found = restore(ServiceSettings(home=Path(folder) / "other"), path)
        ended = time.perf_counter()
        service.close()
        assert (kept.rows, kept.files, kept.faults) == (found.rows, found.files, ())
        assert kept.rows >= ROWS and kept.files == FILES
        print(
            f"{kept.rows:,} rows and {kept.files:,} files, {path.stat().st_size / 1e6:.0f} MB: "
            f"kept in {made - started:.1f} s ({kept.rows / (made - started):,.0f} rows a second), "
            f"restored and verified in {ended - made:.1f} s ({kept.rows / (ended - made):,.0f} rows a second)"
        )


if __name__ == "__main__":
    main()
