"""One DuckDB a process that reads result files: bounded in memory, threads and time, and nothing outside the home."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phusong.api.problems import NotReadyError
from phusong.words import Text

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

MEMORY = "1GB"
THREADS = 2
LONGEST_SECONDS = 20.0
_OPENING = threading.Lock()


@contextmanager
def asking(home: Path, tables: Mapping[str, pa.Table]) -> Iterator[Asking]:
    """Give a connection of its own, in which ``tables`` stand by their names."""
    with _OPENING:
        base = _opened(home.resolve().as_posix())
    connection = base.cursor()
    try:
        for name, table in tables.items():
            connection.register(name, table)
        yield Asking(connection)
    finally:
        connection.close()


@lru_cache(maxsize=2)
def _opened(home: str) -> duckdb.DuckDBPyConnection:
    """Open a database in memory with the spatial functions; it may read files of ``home`` and no others."""
    import duckdb

    extension = next(Path(str(files("duckdb_extension_spatial"))).rglob("*.duckdb_extension"))
    base = duckdb.connect(":memory:", config={"threads": THREADS, "memory_limit": MEMORY})
    base.load_extension(str(extension))
    base.execute("SET allowed_directories = ?", [[home]])
    for fixed in ("enable_external_access = false", "lock_configuration = true"):
        base.execute(f"SET {fixed}")
    return base


class Asking:
    """One connection for one answer."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def rows(self, sql: str, values: Mapping[str, object]) -> Sequence[tuple[Any, ...]]:
        """Run a statement with the values it names; one that takes too long is ended.

        Raises
        ------
        NotReadyError
            It took too long or too much memory.
        """
        import duckdb

        ended = threading.Timer(LONGEST_SECONDS, self._connection.interrupt)
        ended.start()
        try:
            return self._connection.execute(sql, dict(values)).fetchall()
        except (duckdb.InterruptException, duckdb.OutOfMemoryException) as error:
            raise NotReadyError(
                Text("Câu hỏi quá nặng: hãy thu hẹp vùng hoặc bộ lọc.", "Too heavy: ask for a smaller area or less.")
            ) from error
        finally:
            ended.cancel()
