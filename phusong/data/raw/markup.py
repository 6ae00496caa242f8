"""The small XML parts of a workbook, read without following anything they declare."""

from __future__ import annotations

from collections.abc import Mapping
from xml.parsers import expat  # what defusedxml adds to it is done here: no declaration is accepted

from phusong.data.raw.refused import RefusedError

Elements = list[tuple[str, Mapping[str, str]]]


def elements(data: bytes) -> Elements:
    """Return every element in order, as its name and its attributes without their namespaces.

    Raises
    ------
    RefusedError
        The part is no XML, or declares a document type (and with it entities, which can grow without end).
    """
    found: Elements = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        found.append((_local(tag), {_local(name): value for name, value in attributes.items()}))

    def declared(*_: object) -> None:
        raise RefusedError("entity_declarations")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = declared
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise RefusedError("damaged") from error
    return found


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
