"""Limits of a process on Windows: a job object it is put into before it is told what to read.

Written after Microsoft's description of ``JOBOBJECT_EXTENDED_LIMIT_INFORMATION``; not tried, as there was no Windows.
Elsewhere a process lowers its own limits.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

_PROCESS_TIME, _PROCESS_MEMORY, _ONE_PROCESS, _KILL_ON_CLOSE = 0x2, 0x100, 0x8, 0x2000
_EXTENDED_LIMITS = 9  # JobObjectExtendedLimitInformation
_SIZE = ctypes.c_size_t
_IS_WINDOWS = sys.platform == "win32"


class ProcessLimits(Protocol):
    """What a process may take: bytes of memory, seconds of one core."""

    @property
    def memory_bytes(self) -> int: ...  # noqa: D102

    @property
    def cpu_seconds(self) -> int: ...  # noqa: D102


class _Basic(ctypes.Structure):
    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", _SIZE),
        ("MaximumWorkingSetSize", _SIZE),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", _SIZE),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    )


class _Extended(ctypes.Structure):
    _fields_ = (
        ("BasicLimitInformation", _Basic),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", _SIZE),
        ("JobMemoryLimit", _SIZE),
        ("PeakProcessMemoryUsed", _SIZE),
        ("PeakJobMemoryUsed", _SIZE),
    )


def extended_limits(limits: ProcessLimits) -> _Extended:
    """Return the limits as Windows takes them: time in units of 100 ns."""
    extended = _Extended()
    basic = extended.BasicLimitInformation
    basic.PerProcessUserTimeLimit = limits.cpu_seconds * 10**7
    basic.LimitFlags = _PROCESS_TIME | _PROCESS_MEMORY | _ONE_PROCESS | _KILL_ON_CLOSE
    basic.ActiveProcessLimit = 2  # the launcher of a virtual environment starts the interpreter itself
    extended.ProcessMemoryLimit = limits.memory_bytes
    return extended


@contextmanager
def confine(process: subprocess.Popen[bytes], limits: ProcessLimits) -> Iterator[None]:
    """Hold a process to the limits while the block runs; where Windows refuses, the time limit alone is left."""
    if not _IS_WINDOWS:
        yield
        return
    kernel = ctypes.CDLL("kernel32")
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
    extended = extended_limits(limits)
    try:
        kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, ctypes.byref(extended), ctypes.sizeof(extended))
        kernel.AssignProcessToJobObject(job, ctypes.c_void_p(int(process._handle)))  # type: ignore[attr-defined]
        yield
    finally:
        kernel.CloseHandle(job)
