"""Vector tiles (MVT) of a study's results, from the tables in study.duckdb that were made for them.

Below zoom 12 households are counts in 128 × 128 bins a tile; from zoom 12 single points, for whoever may read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from phusong.words import Text

MOST_ZOOM = 22
MOST_BYTES = 250_000
"""No tile is larger, before it is compressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What may be in a tile: household points (else counts of five or more), masts (else none)."""

    households: bool = False
    stations: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TileFilter:
    """What a tile speaks of: "" is the main service, today, by any operator and any technology; no class is all.

    ``classes`` are village classes of layer villages, states of layer households.
    """

    service: str = ""
    technology: str = ""
    operator: str = ""
    scenario: str = ""
    classes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TileLayer:
    """A layer somebody may ask tiles of; ``parts`` are the names of the MVT layers inside, each with its columns."""

    name: str
    title: Text
    parts: dict[str, dict[str, Text]]
    min_zoom: int
    max_zoom: int


class TileSource:
    """An opened study.duckdb: read-only, used from several threads at once."""

    bounds: tuple[float, float, float, float]
    """West, south, east, north of what is in it, degrees."""

    @classmethod
    def open(cls, path: Path) -> TileSource:
        """Open a snapshot; StudyError where it has no tables for tiles (an older study)."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the file."""
        raise NotImplementedError


def layers(source: TileSource, rights: Rights) -> Sequence[TileLayer]:
    """Return the layers of a study that somebody with these rights may have, in drawing order."""
    raise NotImplementedError


def tile(
    source: TileSource,
    layer: str,
    z: int,
    x: int,
    y: int,
    filter: TileFilter = TileFilter(),
    rights: Rights = Rights(),
) -> bytes:
    """Return one tile, not compressed; b"" where nothing is in it. Tiles of several layers may be joined as they are.

    Raises
    ------
    UnknownNameError
        No such layer for these rights, or a filter the study has not.
    OutOfRangeError
        No such tile at this zoom, or beyond ``MOST_ZOOM``.
    """
    raise NotImplementedError
