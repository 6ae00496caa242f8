"""Units that headers state against those of the list: 150 in a column of metres is not 150 kilometres."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from phusong.data.columns import Column
from phusong.data.names import fold
from phusong.data.schema import Field
from phusong.errors import Range
from phusong.words import Text

_SPELLINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "m": ("m", "met", "metre", "meter", "metres", "meters"),
        "km": ("km", "kilomet", "kilometre", "kilometer"),
        "dBm": ("dbm",),
        "W": ("w", "watt", "oat"),
        "dBi": ("dbi",),
        "dB": ("db",),
        "MHz": ("mhz",),
        "GHz": ("ghz",),
        "Mbit/s": ("mbit/s", "mbps", "mb/s"),
        "Kbit/s": ("kbit/s", "kbps", "kb/s"),
    }
)
_UNITS = MappingProxyType({spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in spellings})
_TIMES: Mapping[tuple[str, str], float] = MappingProxyType(
    {
        ("m", "km"): 1e-3,
        ("km", "m"): 1e3,
        ("GHz", "MHz"): 1e3,
        ("Kbit/s", "Mbit/s"): 1e-3,
    }
)
"""What a value in the first unit is multiplied by to be in the second."""


@dataclass(frozen=True, slots=True)
class OtherUnit:
    """A column in another unit than the list's; ``times`` makes one of the other, None where no factor can."""

    stated: str
    times: float | None


def other_unit(header: str, field: Field) -> OtherUnit | None:
    """Return the unit a header states where it is not the field's, None where it states none or the same."""
    if field.unit not in _SPELLINGS:
        return None
    brackets = re.findall(r"[\(\[]([^\)\]]*)[\)\]]", header)
    stated = next((_UNITS[key] for text in reversed(brackets) if (key := fold(text).strip(" .")) in _UNITS), None)
    if stated is None or stated == field.unit:
        return None
    return OtherUnit(stated, _TIMES.get((stated, field.unit)))


def unit_text(other: OtherUnit, field: Field) -> Text:
    """Say what was done about a column in another unit, or what its sender has to do."""
    if other.times is None:
        return Text(
            f"Cột ghi đơn vị {other.stated} nhưng danh sách cần {field.unit}. Hãy đổi số liệu rồi sửa tiêu đề.",
            f"The column is in {other.stated} where the list takes {field.unit}. Convert it and correct the header.",
        )
    return Text(
        f"Cột ghi đơn vị {other.stated}, đã đổi sang {field.unit}.",
        f"The column is in {other.stated}; it was converted to {field.unit}.",
    )


def as_stated(field: Field, other: OtherUnit) -> Field:
    """Return the field as the column has it, limits included, so that values are checked as written."""
    if other.times is None or field.limits is None:
        return field
    low, high = field.limits.low / other.times, field.limits.high / other.times
    return replace(field, unit=other.stated, limits=Range(low, high, other.stated))


def converted(column: Column, other: OtherUnit) -> Column:
    """Return a column of numbers in the list's own unit; one no factor can convert counts as silent."""
    if other.times is None:
        return Column(column.cells * np.nan, np.ones(len(column.cells), dtype=bool), ())
    return Column(column.cells * other.times, column.missing, column.notes)
