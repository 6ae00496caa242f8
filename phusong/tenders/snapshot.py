"""One package frozen: the rows, sites and provenance its documents are made from, with a digest that shows any change.

The canonical form is JSON with sorted keys, no spaces, UTF-8, and every number rounded by its unit before it is kept:
so the same package has the same digest on every machine.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

import pandas as pd
import shapely

from phusong.data.provenance import Provenance
from phusong.data.raw.refusals import not_found
from phusong.errors import PhuSongError, UnreadableFileError
from phusong.words import Text

FORMAT = "phusong-snapshot/2"

_T = TypeVar("_T")

_DECIMALS = {"deg": 6, "m": 2, "km": 2, "db": 1, "dbm": 1}
"""Decimals kept, by the unit a field's name ends with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The mean predicted level of one operator and technology in an area; None below the floor."""

    operator: str
    technology: str
    level_dbm: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One gap of the package: where it is, who needs coverage there, what is near and why it is dark.

    ``unserved_low`` to ``unserved_high`` is the interval of all households in its outline that are without service.
    """

    gap_id: str
    commune_code: str
    commune_name: str
    village_code: str
    village_name: str
    village_class: str
    households: int
    unserved_low: int
    unserved_high: int
    population: int | None
    lon_deg: float
    lat_deg: float
    vn2000_northing_m: float
    vn2000_easting_m: float
    vn2000_epsg: int
    central_meridian: str
    nearest_site_id: str
    nearest_operator: str
    nearest_distance_km: float | None
    nearest_sites: str
    best_level_dbm: float | None
    levels: tuple[Level, ...]
    obstacle_distance_km: float | None
    obstacle_height_m: float | None
    obstacle_loss_db: float | None
    reason: Text
    outline_wkt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceSite:
    """A proposed site: a reference that binds no bidder."""

    site_id: str
    gap_id: str
    commune_code: str
    commune_name: str
    ground_m: float | None
    height_agl_m: float
    households_gained: int
    lon_deg: float
    lat_deg: float
    vn2000_northing_m: float
    vn2000_easting_m: float
    vn2000_epsg: int
    central_meridian: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Village:
    """Household counts of a village that has areas in the package; the four states sum to ``households``."""

    village_code: str
    village_name: str
    commune_code: str
    commune_name: str
    households: int
    served_households: int
    unserved_households: int
    undetermined_households: int
    no_data_households: int
    unserved_low: int
    unserved_high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A package as it was on one day; documents are made from this and from nothing else."""

    package_code: str
    province_code: str
    province_name: str
    frozen_on: date
    approver: str
    areas: tuple[Area, ...]
    sites: tuple[ReferenceSite, ...]
    villages: tuple[Village, ...]
    provenance: Provenance

    @property
    def households(self) -> int:
        """Return the households needing coverage."""
        return sum(area.households for area in self.areas)

    @property
    def population(self) -> int | None:
        """Return the population of the areas where it is known."""
        return known_sum(area.population for area in self.areas)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the canonical form."""
        return hashlib.sha256(canonical_json(self).encode("utf-8")).hexdigest()

    def by_commune(self) -> dict[str, tuple[Area, ...]]:
        """Return the areas of each commune, by commune code."""
        codes = sorted({area.commune_code for area in self.areas})
        return {code: tuple(area for area in self.areas if area.commune_code == code) for code in codes}


def freeze(
    package_code: str,
    gaps: pd.DataFrame,
    sites: pd.DataFrame,
    *,
    villages: pd.DataFrame,
    provenance: Provenance,
    frozen_on: date,
    approver: str = "",
) -> Snapshot:
    """Freeze a package.

    Parameters
    ----------
    package_code
        The package.
    gaps
        The gaps of this package alone (GeoDataFrame; without geometry the outlines stay empty).
    sites, villages
        All proposed sites and villages of the study; those of the package's gaps are taken.
    provenance
        What the numbers rest on.
    frozen_on
        The day written on the documents.
    approver
        Who approves; left empty, the documents ask for the name.

    Raises
    ------
    PhuSongError
        If there is no gap, or the gaps lie in several provinces.
    """
    provinces = sorted({(str(row["province_code"]), str(row["province_name"])) for row in _records(gaps)})
    if len(provinces) != 1:
        found = ", ".join(code for code, _ in provinces) or "–"
        raise PhuSongError(
            Text(
                f"Gói {package_code} phải gồm các khu vực của đúng một tỉnh, nhận được: {found}.",
                f"Package {package_code} must hold the areas of exactly one province, got: {found}.",
            )
        )
    areas = sorted((_area(row) for row in _records(gaps)), key=lambda a: (a.commune_code, a.village_name, a.gap_id))
    commune_of_gap = {area.gap_id: area.commune_name for area in areas}
    site_rows = [row for row in _records(sites) if row["gap_id"] in commune_of_gap]
    codes = {area.village_code for area in areas if area.village_code}
    village_rows = [row for row in _records(villages) if row["village_code"] in codes]
    return Snapshot(
        package_code=package_code,
        province_code=provinces[0][0],
        province_name=provinces[0][1],
        frozen_on=frozen_on,
        approver=approver,
        areas=tuple(areas),
        sites=tuple(
            sorted(
                (_site(row, commune_of_gap) for row in site_rows), key=lambda s: (s.commune_code, s.gap_id, s.site_id)
            )
        ),
        villages=tuple(
            sorted((_filled(Village, row) for row in village_rows), key=lambda v: (v.commune_code, v.village_code))
        ),
        provenance=cast(Provenance, _value(Provenance, _plain(provenance))),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageCount:
    """What one village has in the package; areas outside any village share one line of their commune.

    What is of the whole village is None where the village's own counts are not known.
    """

    commune_code: str
    commune_name: str
    village_name: str
    areas: int
    households: int
    population: int | None
    village_households: int | None
    served_households: int | None
    undetermined_households: int | None
    no_data_households: int | None
    unserved_low: int | None
    unserved_high: int | None


def village_counts(snapshot: Snapshot) -> tuple[VillageCount, ...]:
    """Add up the areas of each village, commune by commune."""
    villages = {village.village_code: village for village in snapshot.villages}
    members: dict[tuple[str, str, str], list[Area]] = {}
    for area in snapshot.areas:
        members.setdefault((area.commune_code, area.village_code, area.village_name), []).append(area)
    return tuple(_village_count(areas, villages.get(code)) for (_, code, _), areas in members.items())


def _village_count(areas: list[Area], village: Village | None) -> VillageCount:
    return VillageCount(
        commune_code=areas[0].commune_code,
        commune_name=areas[0].commune_name,
        village_name=areas[0].village_name,
        areas=len(areas),
        households=sum(area.households for area in areas),
        population=known_sum(area.population for area in areas),
        village_households=village.households if village else None,
        served_households=village.served_households if village else None,
        undetermined_households=village.undetermined_households if village else None,
        no_data_households=village.no_data_households if village else None,
        unserved_low=village.unserved_low if village else None,
        unserved_high=village.unserved_high if village else None,
    )


def known_sum(values: Iterable[int | None]) -> int | None:
    """Return the sum of the known values, None where none is known."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def canonical_json(snapshot: Snapshot) -> str:
    """Write a snapshot in its canonical form."""
    return json.dumps(_plain(snapshot), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def write_snapshot(path: Path, snapshot: Snapshot) -> None:
    """Write a snapshot with its digest as JSON."""
    content = {"format": FORMAT, "sha256": snapshot.digest, "snapshot": _plain(snapshot)}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    path.write_bytes((text + "\n").encode("utf-8"))


def read_snapshot(path: Path) -> Snapshot:
    """Read a snapshot and check its digest.

    Raises
    ------
    MissingFileError
        If there is no such file.
    UnreadableFileError
        If the file is no snapshot, or was altered after it was written.
    """
    if not path.is_file():
        raise not_found(path)
    try:
        content = json.loads(path.read_bytes())
        snapshot = cast(Snapshot, _value(Snapshot, content["snapshot"]))
        digest, form = content["sha256"], content["format"]
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableFileError(_not_a_snapshot(path)) from error
    if form != FORMAT:
        raise UnreadableFileError(_not_a_snapshot(path))
    if snapshot.digest != digest:
        raise UnreadableFileError(
            Text(
                f"Tệp {path.name} đã bị sửa sau khi chốt: nội dung không còn khớp mã kiểm tra {digest[:12]}….",
                f"File {path.name} was altered after it was frozen: it no longer matches its digest {digest[:12]}….",
            )
        )
    return snapshot


def _not_a_snapshot(path: Path) -> Text:
    return Text(
        f"Tệp {path.name} không phải bản chốt gói thầu ({FORMAT}) hoặc đã hỏng.",
        f"File {path.name} is not a frozen package ({FORMAT}), or is damaged.",
    )


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _area(row: Mapping[str, Any]) -> Area:
    geometry = row.get("geometry")
    return _filled(
        Area,
        row,
        levels=tuple(_levels(row)),
        reason=Text(str(row["reason_vi"]), str(row["reason_en"])),
        outline_wkt=shapely.to_wkt(shapely.normalize(geometry), rounding_precision=6) if geometry is not None else "",
    )


def _levels(row: Mapping[str, Any]) -> typing.Iterator[Level]:
    for name in sorted(row):
        if name.startswith("level_dbm_"):
            operator, technology = name.removeprefix("level_dbm_").rsplit("_", 1)
            title = technology.upper() if technology != "other" else technology
            yield Level(operator=operator, technology=title, level_dbm=_number("level_dbm", row[name]))


def _site(row: Mapping[str, Any], commune_of_gap: Mapping[str, str]) -> ReferenceSite:
    return _filled(ReferenceSite, row, commune_name=commune_of_gap[row["gap_id"]])


def _filled(kind: type[_T], row: Mapping[str, Any], **made: object) -> _T:
    """Fill a value's fields from a table row by their declared types; ``made`` are given as they are."""
    hints = typing.get_type_hints(kind)
    cells = {name: _cell(name, hints[name], row[name]) for name in hints if name not in made}
    empty = [name for name, cell in cells.items() if cell is None and type(None) not in typing.get_args(hints[name])]
    if empty:
        which = row.get("gap_id") or row.get("village_code")
        raise PhuSongError(
            Text(f"{which}: thiếu giá trị {', '.join(empty)}.", f"{which}: no value for {', '.join(empty)}.")
        )
    return kind(**cells, **made)


def _cell(name: str, hint: Any, value: Any) -> str | int | float | None:
    if hint is str:
        return value if isinstance(value, str) else ""
    if int in (hint, *typing.get_args(hint)):
        return round(value) if _is_known(value) else None
    return _number(name, value)


def _number(name: str, value: Any) -> float | None:
    if not _is_known(value):
        return None
    return round(float(value), _DECIMALS[name.rsplit("_", 1)[-1]]) + 0.0  # + 0.0 turns −0.0 into 0.0


def _is_known(value: Any) -> bool:
    return value is not None and value is not pd.NA and math.isfinite(value)


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it."""
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _value(kind: Any, plain: Any) -> Any:
    """Return what ``_plain`` was given, by its declared type."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        if set(plain) != set(hints):
            raise TypeError(f"{kind.__name__}: {sorted(set(plain) ^ set(hints))}")
        return kind(**{name: _value(hint, plain[name]) for name, hint in hints.items()})
    origin = typing.get_origin(kind)
    if origin is tuple:
        return tuple(_value(typing.get_args(kind)[0], item) for item in plain)
    if origin is types.UnionType:
        return None if plain is None else _value(typing.get_args(kind)[0], plain)
    if kind is date:
        return date.fromisoformat(plain)
    return float(plain) if kind is float else plain
