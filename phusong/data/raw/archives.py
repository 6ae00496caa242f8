"""Workbooks that are zip archives, looked at before they are unpacked: what they promise, and what is in them.

A small file can unpack to more than fits, and a workbook can carry programs, links and other files. Nothing of that is
needed in a list, so it is refused by name rather than handled.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO

from phusong.data.raw.limits import Limits
from phusong.data.raw.markup import elements
from phusong.data.raw.refused import Reason, RefusedError

SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"
_SMALLEST_PACKED = 10**4
_SMALL_PART_BYTES = 16 * 2**20
_CHUNK_BYTES = 2**20
_PARTS: tuple[tuple[str, Reason], ...] = (
    (r"(.*/)?vbaproject\.bin|xl/(macrosheets|dialogsheets|vba)/.*|(basic|scripts)/.*", "macros"),
    (r"xl/externallinks/.*", "external_links"),
    (r"xl/activex/.*", "active_x"),
    (r"xl/embeddings/.*|(.*/)?oleobject[^/]*|object(replacements)? ?\d*/.*", "embedded_objects"),
    (r"xl/(connections\.xml|querytables/.*|model/.*)", "data_connections"),
)
_TYPES: tuple[tuple[str, Reason], ...] = (
    ("sheet.binary", "binary_workbook"),
    ("macroenabled", "macros"),
    ("vbaproject", "macros"),
    ("ms-excel.macrosheet", "macros"),
    ("intlmacrosheet", "macros"),
    ("wordprocessingml", "word_document"),
    ("presentationml", "presentation"),
)
_ODS_MARKS: tuple[tuple[bytes, Reason], ...] = (
    (b"script:event-listener", "macros"),
    (b"<office:dde-source", "external_links"),
    (b"<table:table-source", "external_links"),
    (b"<table:cell-range-source", "external_links"),
    (b"<table:database-source", "data_connections"),
    (b"<form:form", "active_x"),
)


def check_archive(archive: zipfile.ZipFile, packed_bytes: int, limits: Limits) -> None:
    """Refuse an archive by its directory alone: too much in it, names that lead out of it, parts that are not taken."""
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise RefusedError("too_many_entries", str(len(entries)))
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if unpacked > limits.unpacked_bytes or unpacked > limits.ratio * max(packed, _SMALLEST_PACKED):
        raise RefusedError("unpacks_too_large", str(unpacked))
    if packed > packed_bytes or len({entry.filename for entry in entries}) < len(entries):
        raise RefusedError("damaged")  # parts that lie in one another, or two of one name: no writer makes these
    if any(entry.flag_bits & 1 for entry in entries):
        raise RefusedError("password")
    for entry in entries:
        _check_name(entry.filename)


def _check_name(name: str) -> None:
    plain = name.replace("\\", "/").casefold()
    if plain.startswith("/") or ".." in plain.split("/") or re.match(r"[a-z]:", plain):
        raise RefusedError("entry_names", name)
    for pattern, reason in _PARTS:
        if re.fullmatch(pattern, plain):
            raise RefusedError(reason, name)


def kind_of(archive: zipfile.ZipFile) -> str:
    """Return ``xlsx`` or ``ods``; refuse every other archive, and what its types and relations name.

    Raises
    ------
    RefusedError
        No workbook, or one with macros or links to other files.
    """
    names = set(archive.namelist())
    if "[Content_Types].xml" in names:
        _check_types(part(archive, "[Content_Types].xml"))
        check_links(archive)
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "mimetype" in names and "content.xml" in names:
        return _open_document(archive)
    raise RefusedError("zip_archive")


def check_links(archive: zipfile.ZipFile) -> None:
    """Refuse an Office file that leads to other files.

    Raises
    ------
    RefusedError
        One of its relations does.
    """
    for name in archive.namelist():
        if name.endswith(".rels"):
            _check_relations(name, part(archive, name))


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a small part whole."""
    with archive.open(name) as stream:
        data = stream.read(_SMALL_PART_BYTES + 1)
    if len(data) > _SMALL_PART_BYTES:
        raise RefusedError("too_large", name)
    return data


def chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield a part piece by piece; each piece ends at the end of a tag, so that no tag is cut."""
    with archive.open(name) as stream:
        yield from _whole_tags(stream)


def _whole_tags(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while data := stream.read(_CHUNK_BYTES):
        whole, mark, after = (rest + data).rpartition(b">")
        if mark:
            yield whole + mark
        rest = after
        if len(rest) > _SMALL_PART_BYTES:
            raise RefusedError("damaged")
    yield rest


def _check_types(data: bytes) -> None:
    types = [attributes.get("ContentType", "").casefold() for _, attributes in elements(data)]
    for mark, reason in _TYPES:
        if any(mark in kind for kind in types):
            raise RefusedError(reason)


def _check_relations(name: str, data: bytes) -> None:
    """Refuse targets outside the workbook, except those of hyperlinks: they are followed by people only."""
    for tag, attributes in elements(data):
        outside = tag == "Relationship" and attributes.get("TargetMode", "").casefold() == "external"
        if outside and not attributes.get("Type", "").endswith("/hyperlink"):
            raise RefusedError("external_links", attributes.get("Target", name))


def _open_document(archive: zipfile.ZipFile) -> str:
    kind = part(archive, "mimetype").decode("latin-1").strip()
    if not kind.startswith(SPREADSHEET):
        raise RefusedError("word_document" if kind.endswith("opendocument.text") else "zip_archive")
    if "META-INF/manifest.xml" in archive.namelist():
        tags = (tag for tag, _ in elements(part(archive, "META-INF/manifest.xml")))
        if any(tag == "encryption-data" for tag in tags):
            raise RefusedError("password")
    return "ods"


def check_content(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pass on the pieces of an ``.ods`` table; refuse what links to elsewhere or runs."""
    for piece in pieces:
        for mark, reason in _ODS_MARKS:
            if mark in piece:
                raise RefusedError(reason, mark.decode("ascii").lstrip("<"))
        yield piece


def check_prolog(piece: bytes) -> None:
    """Refuse a part that declares entities: no writer of workbooks does."""
    if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
        raise RefusedError("entity_declarations")
