"""What a property of a collection is: its name, kind, words, and where its value comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from phusong.words import Text

Kind = Literal["string", "integer", "number", "boolean", "date"]

SQL_TYPES: Mapping[Kind, str] = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One property of the features of a collection.

    ``source`` is the column of the result file, "" where it has the property's own name. ``twins``: the file has
    ``…_vi`` and ``…_en``, of which the reader's language is told. ``stations``: only for those who may read stations.
    """

    name: str
    title: Text
    meaning: Text
    kind: Kind = "string"
    source: str = ""
    twins: bool = False
    stations: bool = False
    options: Mapping[str, Text] = field(default_factory=dict)

    def column(self, language: str) -> str:
        """Return the column of the result file."""
        plain = self.source or self.name
        return f"{plain}_{language}" if self.twins else plain
