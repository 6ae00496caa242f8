"""How large a list may be: what is refused before it is read, and what a reading may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes of files and the price of reading them.

    ``file_bytes`` is a workbook as it lies on the disk; ``unpacked_bytes``, ``ratio`` and ``entries`` what its zip
    directory promises; ``sheets`` what it may hold, ``rows``, ``columns`` and ``cells`` what a sheet may.
    ``memory_bytes`` and ``cpu_seconds`` are those of the process that reads it, ``wall_seconds`` how long it is waited
    for. ``text_bytes`` and ``text_rows`` are those of text tables, which hold whole provinces of households.
    """

    file_bytes: int = 64 * 2**20
    unpacked_bytes: int = 200 * 2**20
    ratio: int = 100
    entries: int = 2000
    rows: int = 500_000
    columns: int = 500
    cells: int = 12_000_000
    sheets: int = 100
    memory_bytes: int = 768 * 2**20
    cpu_seconds: int = 60
    wall_seconds: int = 180
    text_bytes: int = 2**30
    text_rows: int = 5_000_000


LIMITS = Limits()
"""What a list may be where nobody says otherwise."""
