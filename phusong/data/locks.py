"""One writer at a time in a folder: who comes second is told so, and what a dead process held is free."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from phusong.data.file_locks import hold
from phusong.data.store import OutputError
from phusong.words import Text


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Be the only one that writes into a folder; the lock beside it goes with the process, however that ends.

    Raises
    ------
    OutputError
        Another process is writing into it.
    """
    whole = folder.resolve()
    whole.parent.mkdir(parents=True, exist_ok=True)
    path = whole.with_name(f".{whole.name}.lock")
    file = os.open(path, os.O_RDWR | os.O_CREAT)
    try:
        try:
            hold(file)
        except OSError:
            raise OutputError(_busy(folder)) from None
        if not path.exists() or not os.path.samestat(os.fstat(file), path.stat()):
            raise OutputError(_busy(folder))
        try:
            yield
        finally:
            with suppress(OSError):
                path.unlink()
    finally:
        os.close(file)
        with suppress(OSError):  # where an open file cannot be taken away
            if sys.platform == "win32":
                path.unlink()


def _busy(folder: Path) -> Text:
    return Text(
        f"Một lệnh phusong khác đang ghi vào {folder}: chờ lệnh đó xong rồi chạy lại.",
        f"Another phusong command is writing into {folder}: wait until it is done, then run again.",
    )
