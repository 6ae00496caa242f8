"""The manifest of a set: the SHA-256 of every file, the package's digest and version, dates of data, profile, model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from phusong.data.digests import sha256_of
from phusong.tenders.consistency.content import Disagreement
from phusong.tenders.package.canonical import digest_of
from phusong.tenders.package.values import Package
from phusong.words import Language, Text

MANIFEST = "00-manifest.json"
FORMAT = "phusong-document-set/1"


def is_lock_file(name: str) -> bool:
    """Say whether a file is what Word, LibreOffice or the system puts beside a document, open or not."""
    last = name.rpartition("/")[2]
    return last.startswith(("~$", ".~lock.")) or last in ("Thumbs.db", "desktop.ini", ".DS_Store")


def write_manifest(folder: Path, package: Package, language: Language) -> None:
    """Write ``00-manifest.json`` over all files of a folder; the same files and package give the same bytes."""
    text = json.dumps(_content(folder, package, language), ensure_ascii=False, indent=1, allow_nan=False)
    (folder / MANIFEST).write_bytes((text + "\n").encode("utf-8"))


def _content(folder: Path, package: Package, language: Language) -> dict[str, Any]:
    files = {name: sha256_of(folder / name) for name in _names(folder)}
    return {**manifest_head(package, language), "files": files}


def manifest_head(package: Package, language: Language) -> dict[str, Any]:
    """Return what a manifest says of the package, before the hashes of the files."""
    p = package.provenance
    return {
        "format": FORMAT,
        "language": language,
        "package": package.package_code,
        "version": package.version,
        "sha256": digest_of(package),
        "previous_sha256": package.previous_digest,
        "frozen_on": package.frozen_on.isoformat(),
        "award": package.award,
        "simulated": p.simulated,
        "study": {"name": p.study, "created_on": p.created_on.isoformat()},
        "profile": {"name": p.profile, "title": p.profile_title.to(language), "verified": p.verified},
        "model": {"title": p.model.to(language), "software": f"Phủ Sóng {p.version}"},
        "inputs": [
            {"role": file.role.to(language), "name": file.name, "dated": file.dated, "sha256": file.sha256}
            for file in p.inputs
        ],
    }


def _names(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file() and not is_lock_file(path.name))
    return sorted(name for name in (path.relative_to(folder).as_posix() for path in files) if name != MANIFEST)


def check_manifest(folder: Path) -> tuple[Disagreement, ...]:
    """Return the files of a folder that were altered, lost or added since its manifest was written."""
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_bytes())
        files = {str(name): str(digest) for name, digest in content["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        found = Text("không có hoặc không đọc được", "missing or unreadable")
        return (_told(MANIFEST, Text("tệp kê khai", "manifest"), Text("đọc được", "readable"), found),)
    return tuple(_compared(folder, files))


def _compared(folder: Path, files: dict[str, str]) -> Iterator[Disagreement]:
    there = set(_names(folder))
    kept, gone = Text("như khi lập bộ hồ sơ", "as when the set was made"), Text("không có", "missing")
    for name in sorted(there | set(files)):
        if name not in there:
            yield _told(name, Text("tệp", "file"), kept, gone)
        elif name not in files:
            yield _told(name, Text("tệp", "file"), Text("không có trong kê khai", "not in the manifest"), _EXTRA)
        elif sha256_of(folder / name) != files[name]:
            yield _told(name, Text("nội dung", "content"), kept, Text("đã bị sửa", "altered"))


_EXTRA = Text("tệp thừa", "an extra file")


def _told(file: str, what: Text, expected: Text, found: Text) -> Disagreement:
    return Disagreement(file=file, where=Text("", ""), what=what, expected=expected, found=found)
