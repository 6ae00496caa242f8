"""A set of documents as a shelf: each document once, by its name in words, with the files it comes in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from phusong.tenders.parts import PARTS
from phusong.words import LANGUAGES, Text

KINDS: Mapping[str, tuple[str, Text]] = {
    "docx": ("Word", Text("văn bản để sửa", "text to edit")),
    "xlsx": ("Excel", Text("bảng tính", "workbook")),
    "pdf": ("PDF", Text("bản in", "to print")),
    "gpkg": ("GeoPackage", Text("lớp bản đồ cho phần mềm GIS", "map layers for GIS programs")),
    "kml": ("KML", Text("bản đồ cho Google Earth", "map for Google Earth")),
    "csv": ("CSV", Text("bảng dữ liệu", "table of data")),
    "json": ("JSON", Text("kê khai mã băm của mọi tệp", "digests of every file")),
}
"""What each kind of file is called, and what is inside."""
_MANIFEST = Text("Tệp kê khai của bộ hồ sơ", "Manifest of the set")
_OTHER = Text("Tệp khác", "Other file")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvedFile:
    """One file of a document."""

    name: str
    size: int
    suffix: str
    pages: int | None

    @property
    def kind(self) -> str:
        """Return what the kind of file is called."""
        return KINDS[self.suffix][0] if self.suffix in KINDS else self.suffix.upper()

    @property
    def inside(self) -> Text:
        """Return what is inside."""
        return KINDS[self.suffix][1] if self.suffix in KINDS else _OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document of a set: its number and title, and the files it comes in."""

    number: str
    title: Text
    files: tuple[ShelvedFile, ...]

    @property
    def printed(self) -> ShelvedFile | None:
        """Return the file whose pages can be shown."""
        return next((one for one in self.files if one.pages), None)

    @property
    def size(self) -> int:
        """Return the size of all its files."""
        return sum(one.size for one in self.files)


def shelf_of(files: Iterable[Mapping[str, Any]]) -> tuple[Document, ...]:
    """Return the documents of a set in the order of the shelf; the archive of all is none of them."""
    from phusong.tenders.consistency.manifest import MANIFEST

    titles = {
        part.file_name(language).rpartition(".")[0]: (part.number, part.title)
        for part in PARTS
        for language in LANGUAGES
    }
    order = list(dict.fromkeys((part.number, part.title) for part in PARTS))
    held: dict[tuple[str, Text], list[ShelvedFile]] = {}
    for one in files:
        folder, _, last = str(one["name"]).rpartition("/")
        if not folder:
            continue
        stem, _, suffix = last.rpartition(".")
        known = ("", _MANIFEST) if last == MANIFEST else titles.get(stem, ("", Text(stem, stem)))
        file = ShelvedFile(name=one["name"], size=int(one["size"]), suffix=suffix, pages=one.get("pages"))
        held.setdefault(known, []).append(file)
    places = {key: at for at, key in enumerate(order)}
    return tuple(
        Document(number=key[0], title=key[1], files=tuple(sorted(many, key=lambda file: file.suffix)))
        for key, many in sorted(held.items(), key=lambda pair: places.get(pair[0], len(places)))
    )
