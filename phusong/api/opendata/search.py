"""Villages and communes by name, without accents, over all that is open: every word begins a word of the place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from phusong.api.opendata.tables import Files, files_now, tables_in
from phusong.api.service import Service
from phusong.data.names import fold

if TYPE_CHECKING:
    import geopandas as gpd
    import pyarrow as pa

MOST_FOUND = 40
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A place that matches: ``kind`` is commune or village, ``row`` its row of the open table."""

    kind: str
    row: int


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """The names of all open places, folded: `` na luong xa hoa thac tinh mau``; ``own`` is the place's own."""

    tables: Mapping[str, gpd.GeoDataFrame]
    texts: pa.Array
    own: pa.Array
    communes: int

    def find(self, asked: str) -> list[Found]:
        """Return the places whose names, commune and province have all the words: own names first, short ones first."""
        import numpy as np
        import pyarrow.compute as pc

        words = fold(asked[:LONGEST]).split()
        if not words:
            return []
        texts, rows = self.texts, np.arange(len(self.texts))
        for word in sorted(set(words), key=len, reverse=True):  # the longest leaves the fewest to look at further
            kept = pc.indices_nonzero(pc.match_substring(texts, f" {word}"))
            texts, rows = texts.take(kept), rows[kept.to_numpy()]
        own = self.own.take(rows)
        phrase = " ".join(words)
        told = pc.match_substring(own, f" {phrase}").to_numpy(zero_copy_only=False)
        ends = pc.ends_with(own, f" {phrase}").to_numpy(zero_copy_only=False)
        lengths = pc.utf8_length(own).to_numpy()
        order = np.lexsort((rows, lengths, ~ends, ~told))[:MOST_FOUND]
        return [self._found(int(row)) for row in rows[order]]

    def _found(self, row: int) -> Found:
        return Found("commune", row) if row < self.communes else Found("village", row - self.communes)


def index_of(service: Service, db: Session) -> Index:
    """Return the index of what is open now; made anew when that changes."""
    return _made(files_now(service, db))


@lru_cache(maxsize=2)
def _made(files: Files) -> Index:
    return made_index(tables_in(files))


def made_index(tables: Mapping[str, gpd.GeoDataFrame]) -> Index:
    """Return the index of open tables."""
    import pyarrow as pa

    communes, villages = tables["open_communes"], tables["open_villages"]
    own = [*_folded(communes, "commune_name"), *_folded(villages, "village_name")]
    rest = [
        *_folded(communes, "commune_code", "province_name"),
        *_folded(villages, "village_code", "commune_name", "province_name"),
    ]
    texts = [mine + other for mine, other in zip(own, rest, strict=True)]
    return Index(tables, pa.array(texts, pa.string()), pa.array(own, pa.string()), len(communes))


def _folded(table: Any, *columns: str) -> list[str]:
    return [" " + " ".join(map(fold, map(str, row))) for row in zip(*(table[name] for name in columns), strict=True)]
