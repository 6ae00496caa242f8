"""Part 15 of a set: the package as data, without any household's position."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phusong.tenders.digital.geopackage import write_data
from phusong.tenders.digital.kml import write_kml
from phusong.tenders.digital.text_table import csv_writer
from phusong.tenders.parts import Writer

WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        "data_gpkg": write_data,
        "data_kml": write_kml,
        "data_areas": csv_writer("data_areas"),
        "data_households": csv_writer("data_households"),
        "data_sites": csv_writer("data_sites"),
    }
)
