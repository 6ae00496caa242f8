"""Zip archives (xlsx, docx, packages) whose bytes depend on their contents alone."""

from __future__ import annotations

import zipfile
from pathlib import Path

_FIRST = ("mimetype", "[Content_Types].xml", "_rels/.rels")
"""Parts that Office and EPUB readers expect at the head of the archive."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644 << 16


def rezip(path: Path) -> None:
    """Rewrite a zip in place: members in a fixed order, one date, one set of attributes; contents unchanged."""
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    write_zip(path, members)


def write_zip(path: Path, members: dict[str, bytes]) -> None:
    """Write named contents as a zip, byte for byte the same for the same contents."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(members, key=_rank):
            info = zipfile.ZipInfo(name, date_time=_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = _REGULAR_FILE
            archive.writestr(info, members[name])


def _rank(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)
