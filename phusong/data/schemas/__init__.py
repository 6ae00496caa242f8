"""Every list the program reads, by its name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phusong.data.schema import ListSchema
from phusong.data.schemas.declarations import DECLARATIONS
from phusong.data.schemas.findings import FINDINGS
from phusong.data.schemas.gaps import GAPS
from phusong.data.schemas.households import HOUSEHOLDS
from phusong.data.schemas.measurements import MEASUREMENTS
from phusong.data.schemas.stations import STATIONS
from phusong.data.schemas.villages import VILLAGES

SCHEMAS: Mapping[str, ListSchema] = MappingProxyType(
    {schema.name: schema for schema in (STATIONS, DECLARATIONS, HOUSEHOLDS, VILLAGES, GAPS, MEASUREMENTS, FINDINGS)}
)

__all__ = ["DECLARATIONS", "FINDINGS", "GAPS", "HOUSEHOLDS", "MEASUREMENTS", "SCHEMAS", "STATIONS", "VILLAGES"]
