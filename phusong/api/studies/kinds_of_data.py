"""What a dataset may be: one table of kinds, how each is read, and whose business its bytes are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from phusong.api.access.policy import Action
from phusong.words import Text

Form = Literal["list", "layer", "communes", "terrain", "land_cover", "population", "antennas", "table"]
Grounds = Literal["dsm", "dtm"]

TABLES = (".csv", ".tsv", ".txt", ".xls", ".xlsx", ".xlsb", ".ods", ".geojson", ".gpkg", ".parquet")
LAYERS = (".geojson", ".json", ".gpkg", ".shp", ".dbf", ".shx", ".prj", ".cpg", ".parquet", ".kml", ".zip")
RASTERS = (".tif", ".tiff", ".hgt")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKind:
    """One kind of dataset: a key of study.toml's inputs, or the thresholds it names.

    ``several`` says whether a study may read more than one dataset of the kind, ``files`` how many files a version
    may hold. ``bytes_for`` is what a person must be allowed to get the files themselves.
    """

    name: str
    form: Form
    suffixes: tuple[str, ...]
    bytes_for: Action = Action.DATASET_READ
    schema: str = ""
    several: bool = False
    files: int = 1

    @property
    def title(self) -> Text:
        """Return what people call it."""
        from phusong.data.study_file import INPUT_TITLES  # brings the radio model with it

        return INPUT_TITLES[self.name]


def _list(name: str, schema: str = "", bytes_for: Action = Action.DATASET_READ, *, several: bool = False) -> DataKind:
    return DataKind(
        name=name, form="list", suffixes=TABLES, bytes_for=bytes_for, schema=schema or name, several=several
    )


def _layer(name: str) -> DataKind:
    return DataKind(name=name, form="layer", suffixes=LAYERS, files=8)


KINDS_OF_DATA: Mapping[str, DataKind] = {
    one.name: one
    for one in (
        _list("stations", bytes_for=Action.STATION_READ, several=True),
        _list("households", bytes_for=Action.HOUSEHOLD_READ),
        _list("villages"),
        _list("declarations"),
        _list("measurements", bytes_for=Action.STATION_READ),
        _list("reported_gaps", "gaps"),
        DataKind(name="communes", form="communes", suffixes=LAYERS, files=8),
        DataKind(name="terrain", form="terrain", suffixes=RASTERS, several=True, files=200),
        DataKind(name="land_cover", form="land_cover", suffixes=(*RASTERS, *LAYERS), files=8),
        DataKind(name="population", form="population", suffixes=TABLES),
        DataKind(
            name="antennas", form="antennas", suffixes=(".msi", ".pln", ".ant", ".txt"),
            bytes_for=Action.STATION_READ, files=200,
        ),
        *(_layer(name) for name in ("roads", "rivers", "power_lines", "constraints", "places", "claims")),
        DataKind(name="fibre", form="layer", suffixes=LAYERS, bytes_for=Action.STATION_READ, files=8),
        DataKind(name="unit_prices", form="table", suffixes=(".toml", ".xlsx")),
        DataKind(name="clutter_heights", form="table", suffixes=(".toml",)),
        DataKind(name="routes", form="table", suffixes=(".toml",)),
        DataKind(name="ranking", form="table", suffixes=(".toml",)),
        DataKind(name="profile", form="table", suffixes=(".toml",)),
    )
}  # fmt: skip
"""Every kind by its name. Findings that were recorded and results of an earlier run are the service's own."""
