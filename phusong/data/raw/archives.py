"""Workbooks that are zip archives, looked at before they are unpacked: a small file can unpack to more than fits."""

from __future__ import annotations

import zipfile
from pathlib import Path

from phusong.data.raw.refusals import damaged, empty_file, unreadable

_MAX_UNPACKED_BYTES = 200 * 2**20
_MAX_RATIO = 100
_MAX_ENTRIES = 2000


def check_archive(path: Path) -> None:
    """Refuse a workbook that is no zip, would unpack to too much, or carries macros, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        if path.stat().st_size == 0:
            raise empty_file(path) from error
        raise damaged(path) from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > _MAX_ENTRIES or unpacked > _MAX_UNPACKED_BYTES or unpacked > _MAX_RATIO * max(packed, 10**4):
        raise unreadable(
            path,
            "quá lớn khi giải nén; hãy lưu lại danh sách sang tệp mới hoặc tệp .csv",
            "unpacks to too much; save the list to a new workbook or a .csv file",
        )
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise unreadable(path, "có macro; hãy lưu lại thành .xlsx không có macro", "holds macros; save it without")
