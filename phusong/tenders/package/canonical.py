"""The canonical form of a package: JSON with sorted keys, no spaces, UTF-8; its SHA-256 shows any change."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import typing
from datetime import date
from pathlib import Path
from typing import Any, cast

from phusong.data.raw.refusals import not_found
from phusong.errors import UnreadableFileError
from phusong.tenders.package.values import Package
from phusong.words import Text

FORMAT = "phusong-package/1"
_DAMAGED = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError)


def digest_of(package: Package) -> str:
    """Return the SHA-256 of the canonical form."""
    return hashlib.sha256(canonical_json(package).encode("utf-8")).hexdigest()


def canonical_json(package: Package) -> str:
    """Write a package in its canonical form."""
    return json.dumps(plain(package), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def write_package(path: Path, package: Package) -> None:
    """Write a package with its digest as JSON."""
    content = {"format": FORMAT, "sha256": digest_of(package), "package": plain(package)}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    path.write_bytes((text + "\n").encode("utf-8"))


def read_package(path: Path) -> Package:
    """Read a package and check its digest.

    Raises
    ------
    MissingFileError
        If there is no such file.
    UnreadableFileError
        If the file is no frozen package, or was altered after it was written.
    """
    if not path.is_file():
        raise not_found(path)
    try:
        content = json.loads(path.read_bytes())
        package = cast(Package, valued(Package, content["package"]))
        digest, form, found = str(content["sha256"]), content["format"], digest_of(package)
    except _DAMAGED as error:
        raise UnreadableFileError(_not_a_package(path)) from error
    if form != FORMAT:
        raise UnreadableFileError(_not_a_package(path))
    if found != digest:
        raise UnreadableFileError(
            Text(
                f"Tệp {path.name} đã bị sửa sau khi chốt: nội dung không còn khớp mã kiểm tra {digest[:12]}….",
                f"File {path.name} was altered after it was frozen: it no longer matches its digest {digest[:12]}….",
            )
        )
    return package


def read_plain(kind: type, path: Path) -> Any:
    """Read a value that was written as :func:`plain` gives it.

    Raises
    ------
    MissingFileError, UnreadableFileError
        There is no such file, or it holds something else.
    """
    if not path.is_file():
        raise not_found(path)
    try:
        return valued(kind, json.loads(path.read_bytes()))
    except _DAMAGED as error:
        raise UnreadableFileError(
            Text(
                f"Tệp {path.name} hỏng hoặc do phiên bản khác ghi.",
                f"File {path.name} is damaged or of another version.",
            )
        ) from error


def _not_a_package(path: Path) -> Text:
    return Text(
        f"Tệp {path.name} không phải bản chốt gói thầu ({FORMAT}) hoặc đã hỏng.",
        f"File {path.name} is not a frozen package ({FORMAT}), or is damaged.",
    )


def plain(value: Any) -> Any:
    """Return a value as JSON knows it."""
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def valued(kind: Any, given: Any) -> Any:
    """Return what :func:`plain` was given, by its declared type."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        if set(given) != set(hints):
            raise TypeError(f"{kind.__name__}: {sorted(set(given) ^ set(hints))}")
        return kind(**{name: valued(hint, given[name]) for name, hint in hints.items()})
    origin = typing.get_origin(kind)
    if origin is tuple:
        _check_type(list, given)
        return tuple(valued(typing.get_args(kind)[0], item) for item in given)
    if origin is types.UnionType:
        return None if given is None else valued(typing.get_args(kind)[0], given)
    if kind is date:
        return date.fromisoformat(given)
    if origin is typing.Literal and given not in typing.get_args(kind):
        raise TypeError(f"{given!r} is none of {typing.get_args(kind)}")
    if kind in (str, int, bool):
        _check_type(kind, given)
    return float(given) if kind is float else given


def _check_type(kind: type, given: object) -> None:
    if type(given) is not kind:
        raise TypeError(f"{given!r} is no {kind.__name__}")
