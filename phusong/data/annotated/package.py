"""An .xlsx as the package of parts it is: parts read and replaced one by one, all others carried over as they are."""

from __future__ import annotations

import posixpath
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from phusong.data.raw.refusals import damaged

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_CONTENT_TYPES = "[Content_Types].xml"
_NEW_PART_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of a part: its id, the last word of its type (``worksheet``) and the part it leads to."""

    id: str
    kind: str
    target: str


class Package:
    """A workbook's parts; changes stay in memory until :meth:`save`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._archive = zipfile.ZipFile(path)
        self._changed: dict[str, bytes] = {}
        self._removed: set[str] = set()
        self._names = {info.filename.lower(): info.filename for info in self._archive.infolist() if not info.is_dir()}

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def names(self) -> tuple[str, ...]:
        """Return the names of all parts, new ones too."""
        kept = (name for name in self._names.values() if name not in self._removed)
        return tuple(dict.fromkeys([*kept, *self._changed]))

    def has(self, name: str) -> bool:
        """Say whether the package holds a part."""
        return self._own(name) in self.names()

    def read(self, name: str) -> bytes:
        """Return a part's bytes."""
        own = self._own(name)
        return self._changed[own] if own in self._changed else self._archive.read(own)

    def tree(self, name: str) -> Any:
        """Return the root of an XML part; entities are not expanded, nothing is fetched."""
        return etree.fromstring(self.read(name), _safe_parser())

    def put(self, name: str, data: bytes) -> None:
        """Replace a part, or add one whose type is known already."""
        self._changed[self._own(name)] = data

    def put_tree(self, name: str, root: Any) -> None:
        """Replace an XML part."""
        self.put(name, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))

    def add(self, name: str, data: bytes, content_type: str) -> None:
        """Add a part of its own content type."""
        types = self.tree(_CONTENT_TYPES)
        etree.SubElement(types, f"{{{_TYPES}}}Override", PartName=f"/{name}", ContentType=content_type)
        self.put_tree(_CONTENT_TYPES, types)
        self.put(name, data)

    def name_extension(self, extension: str, content_type: str) -> None:
        """Make sure that parts of an extension have a content type."""
        types = self.tree(_CONTENT_TYPES)
        known = {str(item.get("Extension", "")).lower() for item in types.iter(f"{{{_TYPES}}}Default")}
        if extension not in known:
            types.insert(0, etree.Element(f"{{{_TYPES}}}Default", Extension=extension, ContentType=content_type))
            self.put_tree(_CONTENT_TYPES, types)

    def remove(self, name: str) -> None:
        """Leave a part out, with its relations and its content type."""
        own = self._own(name)
        self._removed |= {own, self._own(_relations_of(own))}
        types = self.tree(_CONTENT_TYPES)
        for item in [item for item in types if str(item.get("PartName", "")).lower() == f"/{own}".lower()]:
            types.remove(item)
        self.put_tree(_CONTENT_TYPES, types)

    def relations(self, part: str) -> Iterator[Relation]:
        """Return where a part leads inside the package; "" is the package itself."""
        name = _relations_of(part)
        if not self.has(name):
            return
        for item in self.tree(name).iter(f"{{{_RELATIONS}}}Relationship"):
            if item.get("TargetMode") != "External":
                kind = str(item.get("Type", "")).rpartition("/")[2]
                yield Relation(str(item.get("Id")), kind, _joined(part, str(item.get("Target", ""))))

    def related(self, part: str, kind: str) -> Relation | None:
        """Return the first relation of a kind, None where there is none."""
        return next((relation for relation in self.relations(part) if relation.kind == kind), None)

    def relate(self, part: str, relation_type: str, target: str) -> str:
        """Add a relation and return its id."""
        name = _relations_of(part)
        root = self.tree(name) if self.has(name) else etree.Element(f"{{{_RELATIONS}}}Relationships")
        taken = {item.get("Id") for item in root}
        identity = next(f"rIdPhuSong{i}" for i in range(1, len(taken) + 2) if f"rIdPhuSong{i}" not in taken)
        address = f"/{target}"
        etree.SubElement(root, f"{{{_RELATIONS}}}Relationship", Id=identity, Type=relation_type, Target=address)
        self.put_tree(name, root)
        return identity

    def unrelate(self, part: str, kind: str) -> None:
        """Drop a part's relations of a kind."""
        name = _relations_of(part)
        if not self.has(name):
            return
        root = self.tree(name)
        dropped = [item for item in root if str(item.get("Type", "")).endswith(f"/{kind}")]
        for item in dropped:
            root.remove(item)
        if dropped:
            self.put_tree(name, root)

    def free_name(self, pattern: str) -> str:
        """Return the first name of a pattern (``xl/comments{}.xml``) that no part has."""
        return next(name for i in range(1, len(self._names) + 100) if not self.has(name := pattern.format(i)))

    def save(self, out: Path) -> None:
        """Write the package; parts that were not touched keep their bytes and dates."""
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as written:
            for name in self.names():
                info = zipfile.ZipInfo(name, self._date(name))
                info.compress_type = zipfile.ZIP_DEFLATED
                if name in self._changed:
                    written.writestr(info, self._changed[name])
                    continue
                with self._archive.open(name) as source, written.open(info, "w") as target:
                    shutil.copyfileobj(source, target, 2**20)

    def _date(self, name: str) -> tuple[int, int, int, int, int, int]:
        return self._archive.getinfo(name).date_time if name in self._archive.NameToInfo else _NEW_PART_DATE

    def _own(self, name: str) -> str:
        """Return a part's name as the archive writes it: part names are the same in any case."""
        return self._names.get(name.lower(), name)


def open_package(path: Path) -> Package:
    """Open a workbook's package.

    Raises
    ------
    UnreadableFileError
        It is no zip archive.
    """
    try:
        return Package(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise damaged(path) from error


def _safe_parser() -> Any:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _relations_of(part: str) -> str:
    folder, _, base = part.rpartition("/")
    return f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"


def _joined(part: str, target: str) -> str:
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
