"""SHA-256 of input files and folders, read in pieces so that a large elevation model does not fill memory."""

from __future__ import annotations

import hashlib
from pathlib import Path

from phusong.data.raw.refusals import not_found


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file; of a folder, that of its list of relative names and file digests."""
    path = Path(path)
    if path.is_dir():
        lines = "".join(f"{digest}  {name}\n" for name, digest in sha256_by_name(path).items())
        return hashlib.sha256(lines.encode("utf-8")).hexdigest()
    if not path.is_file():
        raise not_found(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_by_name(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file under a folder by its relative name (``/`` on every system), in name order."""
    folder = Path(folder)
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    return {name: sha256_of(files[name]) for name in sorted(files)}
