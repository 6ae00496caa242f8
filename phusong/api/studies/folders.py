"""Folders of results: put in place whole, safe to repeat, known by a digest; names that are safe on every system."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from phusong.data.digests import sha256_of
from phusong.data.names import fold
from phusong.errors import BadInputError, MissingFileError, PhuSongError
from phusong.words import Text

_UNSAFE = re.compile(r"[^a-z0-9._-]+")
_MOST = 80


def safe_name(given: str, otherwise: str = "tep") -> str:
    """Return a file name that is safe in a path, a header and a message: lower case, no accents, its suffix kept."""
    last = re.split(r"[\\/]", given)[-1]
    stem, dot, suffix = fold(last).rpartition(".")
    if not dot:
        stem, suffix = suffix, ""
    stem = _UNSAFE.sub("-", stem).strip("-.")[:_MOST] or otherwise
    suffix = _UNSAFE.sub("", suffix)[:10]
    return f"{stem}.{suffix}" if suffix else stem


def put_in_place(source: Path, target: Path) -> None:
    """Move a finished folder to where it belongs; doing it again after a crash changes nothing.

    What stands at ``target`` while ``source`` is still there is of a run that was ended before it was recorded: no
    row tells of it, so it gives way.

    Raises
    ------
    MissingFileError
        There is neither.
    """
    if not source.is_dir():
        if target.is_dir():
            return
        raise MissingFileError(Text("Không còn kết quả của lần chạy.", "The results of the run are no longer there."))
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        shutil.rmtree(target)
    source.rename(target)


def emptied(folder: Path) -> Path:
    """Return a folder with nothing in it, whatever an ended run left there."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder


def linked(source: Path, target: Path) -> Path:
    """Give a stored file its own name in a folder, without a copy where the disk can do that."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
    return target


@contextmanager
def without_paths(folder: Path) -> Iterator[None]:
    """Let errors name files and not where the service keeps them."""
    try:
        yield
    except BadInputError:
        raise
    except PhuSongError as error:
        vi, en = (
            text.replace(f"{folder}{os.sep}", "").replace(str(folder), "") for text in (error.text.vi, error.text.en)
        )
        raise type(error)(Text(vi, en)) from error


def digests_of(folder: Path) -> dict[str, dict[str, object]]:
    """Return the SHA-256 and size of every file of a folder, by its path in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): {"sha256": sha256_of(path), "size": path.stat().st_size} for path in files
    }


def digest_over(files: Mapping[str, Mapping[str, object]]) -> str:
    """Return one SHA-256 over the digests of all files and their names."""
    lines = "".join(f"{files[name]['sha256']}  {name}\n" for name in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()
