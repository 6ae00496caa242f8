"""Reading a workbook in a process of its own, with a limit to its memory and time.

What a stranger sent is parsed there and nowhere else: a reader that panics, never ends or grows without end takes that
process with it, and what is said of the file is one sentence. What comes back are values (``packing``), never objects.
"""

from __future__ import annotations

import json
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from phusong.data.raw.limits import LIMITS, Limits
from phusong.data.raw.packing import LENGTH, NUMBERS, unmarked
from phusong.data.raw.processes import CREATION_FLAGS, package_environment
from phusong.data.raw.refusals import refused
from phusong.data.raw.refused import REASONS, RefusedError
from phusong.data.raw.sheet import RawTable
from phusong.data.raw.windows_jobs import confine

_COMMAND = ("-P", "-m", "phusong.data.raw.child")
_DIED_OF_SIZE = frozenset({-6, -9, -11, 3, 134, 137, 139})  # abort, killed, a stack that found no memory
_DIED_OF_TIME = -getattr(signal, "SIGXCPU", 24)


def read_confined(path: Path, limits: Limits = LIMITS) -> tuple[RawTable, ...]:
    """Read every worksheet of a workbook, hidden ones too.

    Raises
    ------
    UnreadableFileError
        The file is damaged, has a password, is no workbook, is too large, or carries what is refused.
    """
    if path.stat().st_size > limits.file_bytes:
        raise refused(path, RefusedError("too_large"), limits)
    try:
        return _tables(_answer(path, limits))
    except RefusedError as error:
        raise refused(path, error, limits) from error


def _answer(path: Path, limits: Limits) -> bytes:
    """Start the process, wait no longer than it may take, and return all it says."""
    asked = json.dumps({"path": str(path.resolve()), "limits": asdict(limits)}).encode()
    with subprocess.Popen(  # noqa: S603
        [sys.executable, *_COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=package_environment(),
        creationflags=CREATION_FLAGS,
    ) as process:
        try:
            with confine(process, limits):
                return _heard(process, asked, limits)
        finally:
            process.kill()  # also on Ctrl-C; nothing if it has ended


def _heard(process: subprocess.Popen[bytes], asked: bytes, limits: Limits) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    stdout, said = process.stdout, bytearray()
    most = limits.memory_bytes // 2  # it holds the cells beside what it says of them

    def listen() -> None:
        while len(said) <= most and (piece := stdout.read1(2**20)):  # type: ignore[attr-defined]
            said.extend(piece)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        process.stdin.write(asked)
        process.stdin.close()
    except OSError:  # it died before it was asked
        process.stdin.close()
    listener.join(limits.wall_seconds)
    if listener.is_alive():
        raise RefusedError("too_slow")
    if len(said) > most:
        raise RefusedError("too_large")
    code = process.wait(5.0)
    if code != 0:
        raise RefusedError(_reason_of(code))
    return bytes(said)


def _reason_of(code: int) -> Any:
    if code == _DIED_OF_TIME:
        return "too_slow"
    return "too_large" if code in _DIED_OF_SIZE else "damaged"


def _tables(answer: bytes) -> tuple[RawTable, ...]:
    """Return what the process read; an answer that does not hold together is refused."""
    try:
        (length,) = LENGTH.unpack_from(answer)
        described = json.loads(answer[LENGTH.size : LENGTH.size + length])
        if "refused" in described:
            raise RefusedError(
                described["refused"] if described["refused"] in REASONS else "damaged", described["what"]
            )
        at = LENGTH.size + length
        tables = []
        for sheet in described["sheets"]:
            table, at = _table(sheet, answer, at)
            tables.append(table)
    except (struct.error, ValueError, KeyError, TypeError, IndexError) as error:
        raise RefusedError("damaged") from error
    return tuple(tables)


def _table(sheet: Mapping[str, Any], answer: bytes, at: int) -> tuple[RawTable, int]:
    cells = np.empty((len(sheet["columns"]), sheet["rows"]), dtype=object)
    for column, described in zip(cells, sheet["columns"], strict=True):
        values = np.empty(len(described["values"]), dtype=object)
        values[:] = [unmarked(value) for value in described["values"]]
        start = 0
        for kind, length in described["pieces"]:
            dtype = np.dtype("<f8" if kind == NUMBERS else "<u4")
            numbers = np.frombuffer(answer, dtype, length, at)
            column[start : start + length] = numbers if kind == NUMBERS else values[numbers]
            start, at = start + length, at + dtype.itemsize * length
    table = RawTable(
        name=str(sheet["name"]),
        cells=pd.DataFrame(cells.T, dtype=object),
        hidden=bool(sheet["hidden"]),
        hidden_rows=frozenset(map(int, sheet["hidden_rows"])),
        hidden_columns=frozenset(map(int, sheet["hidden_columns"])),
        merged=tuple((int(a), int(b), int(c), int(d)) for a, b, c, d in sheet["merged"]),
    )
    return table, at
