"""What a tile is for one person: rights by province, a tag that changes with them, TileJSON in their language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phusong.api.access.policy import Action, Person
from phusong.api.problems import NotFoundError
from phusong.api.service import Service
from phusong.api.studies.asking import study_for
from phusong.api.tags import tag_of
from phusong.maps.tile_counts import BITS_PER_TILE, FINEST_LEVEL
from phusong.maps.tile_layers import POINTS_PART
from phusong.maps.vector_tiles import Rights, TileFilter, TileLayer, TileSource
from phusong.words import Language

SNAPSHOT = "study.duckdb"
FORM = 2
"""Goes up when the same study gives other tiles, so that no browser shows the old ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TiledStudy:
    """A finished study that somebody may have tiles of, and with which rights."""

    id: str
    name: str
    path: Path
    digest: str
    rights: Rights

    def tag(self, layer: str, asked: TileFilter) -> str:
        """Return the entity tag of all tiles of a layer, filter and rights."""
        asked_as = (asked.service, asked.technology, asked.operator, asked.scenario, *sorted(asked.classes))
        return tag_of(FORM, self.digest, layer, asked_as, self.rights)


def tiled_study(service: Service, person: Person, study_id: str) -> TiledStudy:
    """Return a study whose tiles a person may have; nothing of the database is held when this is over.

    Raises
    ------
    NotFoundError
        There is none, it is not finished, or it is out of the person's scope.
    """
    with service.database.read() as db:
        study = study_for(db, person, study_id)
        files: Mapping[str, Mapping[str, Any]] = (study.manifest or {}).get("files", {})
        if study.state != "done" or SNAPSHOT not in files:
            raise NotFoundError
        return TiledStudy(
            id=study.id,
            name=study.name,
            path=service.results(study.folder) / SNAPSHOT,
            digest=str(files[SNAPSHOT].get("sha256", "")),
            rights=rights_of(person, study.province_code),
        )


def rights_of(person: Person, province_code: str) -> Rights:
    """Return what may be in a province's tiles for a person."""
    return Rights(
        households=person.may(Action.HOUSEHOLD_READ, province_code=province_code),
        stations=person.may(Action.STATION_READ, province_code=province_code),
    )


def described(study: TiledStudy, source: TileSource, layer: TileLayer, language: Language) -> dict[str, Any]:
    """Return what a TileJSON says of a layer; ``filters`` says what it can be filtered by, and by which values."""
    points = study.rights.households
    most = layer.max_zoom if points or layer.kind != "households" else FINEST_LEVEL - BITS_PER_TILE + 1
    parts = {name: columns for name, columns in layer.parts.items() if points or name != POINTS_PART}
    return {
        "name": f"{study.name}: {layer.title.to(language)}",
        "bounds": source.bounds,
        "min_zoom": layer.min_zoom,
        "max_zoom": most,
        "scheme": "xyz",
        "vector_layers": [
            {"id": name, "minzoom": layer.min_zoom, "maxzoom": most, "fields": _told(columns, language)}
            for name, columns in parts.items()
        ],
        "description": layer.told.to(language),
        "filters": {name: values_of(source, layer, name) for name in sorted(layer.filters)},
    }


def values_of(source: TileSource, layer: TileLayer, name: str) -> list[str]:
    """Return the values a layer can be filtered by."""
    if name == "classes":
        return list(layer.classes)
    return sorted({getattr(view, name) for view in source.views} - {""})


def _told(columns: Mapping[str, Any], language: Language) -> dict[str, str]:
    return {name: title.to(language) for name, title in columns.items()}
