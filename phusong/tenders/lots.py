"""Packages: gaps grouped into lots by province and neighbourhood, under a household cap and a site cap.

A gap is never divided. Within a province every gap starts as a lot of its own; then the two lots whose union is the
most compact are joined, again and again, as long as the union keeps both caps: first inside each commune, so that a
commune stays whole where it can, then across communes. "Most compact" is Ward's criterion: the least growth of the
households' squared distances to the middle of their lot. Ties go to the lower gap code, so the order of the rows
never matters. The number of lots is not minimised: a compact lot is worth more to a builder than a full one.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import pandas as pd

from phusong.errors import PhuSongError, Range
from phusong.words import Text, number

DEFAULT_PREFIX = "GT"
"""Stands before province and number in a package code: gói thầu."""

_KM_PER_DEGREE = 111.195
_CAP = Range(1, 1_000_000)
_PACKAGE_COLUMNS = (
    "package_code",
    "province_code",
    "province_name",
    "gaps",
    "households",
    "population",
    "sites",
    "communes",
    "gap_ids",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A gap that is in no package, with its reason."""

    gap_id: str
    households: int
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lots:
    """The packages of a study.

    ``packages`` is the table of packages; ``package_code`` gives every gap's package by gap code ("" where it is in
    none); ``remainder`` are the gaps in none; ``warnings`` name the gaps that alone pass a cap.
    """

    packages: pd.DataFrame
    package_code: pd.Series
    remainder: tuple[LeftOut, ...]
    warnings: tuple[Text, ...]

    @property
    def households(self) -> int:
        """Return the households of all packages."""
        return int(self.packages["households"].sum())

    @property
    def remainder_households(self) -> int:
        """Return the households of gaps in no package."""
        return sum(gap.households for gap in self.remainder)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gap:
    gap_id: str
    province_code: str
    province_name: str
    commune_code: str
    commune_name: str
    households: int
    population: float
    sites: int
    lon_deg: float
    lat_deg: float


@dataclass(frozen=True, slots=True)
class _Lot:
    gaps: tuple[_Gap, ...]
    households: int
    sites: int
    x_km: float
    y_km: float

    @property
    def key(self) -> tuple[str, int]:
        """Return the lowest gap code and the size: a lot grows, so no two that ever exist share both."""
        return self.gaps[0].gap_id, len(self.gaps)


def make_lots(
    gaps: pd.DataFrame,
    sites: pd.DataFrame,
    *,
    max_households: int,
    max_sites: int,
    prefix: str = DEFAULT_PREFIX,
    held_back: Mapping[str, Text] | None = None,
) -> Lots:
    """Group gaps into packages.

    Parameters
    ----------
    gaps
        The gap table; codes are strings, ``households`` those needing coverage.
    sites
        The proposed sites, each naming its ``gap_id``.
    max_households, max_sites
        Caps of one package. A single gap above a cap becomes a package of its own, with a warning.
    prefix
        Head of the package codes: ``GT-08-01`` is the first package of province 08.
    held_back
        Gaps that may not enter a package, with the reason (an operator has committed, no power, not confirmed).

    Returns
    -------
    lots
        Every gap is in exactly one package or in the remainder. Population is rounded gap by gap, so that sums of
        packages and of printed rows agree.

    Raises
    ------
    PhuSongError
        If two gaps have the same code.
    OutOfRangeError
        If a cap is below 1.
    """
    _CAP.check("max_households", max_households)
    _CAP.check("max_sites", max_sites)
    rows = _read(gaps, sites)
    remainder = tuple(_left_out(rows, held_back or {}))
    left_out = {gap.gap_id for gap in remainder}
    caps = (max_households, max_sites)
    packages: list[tuple[str, _Lot]] = []
    for province in sorted({gap.province_code for gap in rows if gap.gap_id not in left_out}):
        lots = _province_lots([g for g in rows if g.province_code == province and g.gap_id not in left_out], caps)
        packages += [(f"{prefix}-{province}-{i:02d}", lot) for i, lot in enumerate(lots, start=1)]
    code_of = {gap.gap_id: code for code, lot in packages for gap in lot.gaps}
    ids = [gap.gap_id for gap in rows]
    return Lots(
        packages=_table(packages),
        package_code=pd.Series(
            [code_of.get(i, "") for i in ids],
            index=pd.Index(ids, name="gap_id", dtype=str),
            name="package_code",
            dtype=str,
        ),
        remainder=remainder,
        warnings=tuple(_over_caps(packages, caps)),
    )


def _read(gaps: pd.DataFrame, sites: pd.DataFrame) -> list[_Gap]:
    counts = sites["gap_id"].value_counts().to_dict() if len(sites) else {}
    rows = [
        _Gap(
            gap_id=str(row["gap_id"]),
            province_code=_text(row["province_code"]),
            province_name=_text(row["province_name"]),
            commune_code=_text(row["commune_code"]),
            commune_name=_text(row["commune_name"]),
            households=round(row["households"]),
            population=float(row["population"]),
            sites=int(counts.get(row["gap_id"], 0)),
            lon_deg=float(row["lon_deg"]),
            lat_deg=float(row["lat_deg"]),
        )
        for row in gaps.to_dict("records")
    ]
    rows.sort(key=lambda gap: gap.gap_id)
    twice = sorted({a.gap_id for a, b in pairwise(rows) if a.gap_id == b.gap_id})
    if twice:
        raise PhuSongError(
            Text(f"Mã khu vực bị trùng: {', '.join(twice[:5])}.", f"Gap codes given twice: {', '.join(twice[:5])}.")
        )
    return rows


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _left_out(rows: Iterable[_Gap], held_back: Mapping[str, Text]) -> Iterable[LeftOut]:
    for gap in rows:
        reason = _why_not(gap) or held_back.get(gap.gap_id)
        if reason is not None:
            yield LeftOut(gap_id=gap.gap_id, households=gap.households, reason=reason)


def _why_not(gap: _Gap) -> Text | None:
    if gap.households <= 0:
        return Text("không có hộ nào cần phủ sóng", "no household needs coverage")
    if not gap.province_code or not gap.commune_code:
        return Text("chưa xác định được tỉnh, xã", "province or commune is not known")
    if not (math.isfinite(gap.lon_deg) and math.isfinite(gap.lat_deg)):
        return Text("không có toạ độ", "no coordinates")
    return None


def _province_lots(gaps: Sequence[_Gap], caps: tuple[int, int]) -> list[_Lot]:
    """Join the gaps of one province, commune by commune and then across communes."""
    latitudes = [gap.lat_deg for gap in gaps]
    middle_deg = (min(latitudes) + max(latitudes)) / 2.0
    communes: dict[str, list[_Lot]] = {}
    for gap in gaps:
        communes.setdefault(gap.commune_code, []).append(_alone(gap, middle_deg))
    lots = [lot for code in sorted(communes) for lot in _join(communes[code], caps)]
    return sorted(_join(lots, caps), key=lambda lot: min((g.commune_code, g.gap_id) for g in lot.gaps))


def _alone(gap: _Gap, middle_deg: float) -> _Lot:
    x_km = gap.lon_deg * _KM_PER_DEGREE * math.cos(math.radians(middle_deg))
    return _Lot((gap,), gap.households, gap.sites, x_km, gap.lat_deg * _KM_PER_DEGREE)


def _join(lots: Iterable[_Lot], caps: tuple[int, int]) -> list[_Lot]:
    """Join the pair that stays most compact until no pair keeps the caps."""
    left = {lot.key: lot for lot in lots}
    pairs = [
        (_growth(a, b), a.key, b.key) for a, b in combinations(sorted(left.values(), key=_key), 2) if _fits(a, b, caps)
    ]
    heapq.heapify(pairs)
    while pairs:
        _, one, other = heapq.heappop(pairs)
        if one not in left or other not in left:
            continue  # a pair whose lots have since been joined with others
        union = _union(left.pop(one), left.pop(other))
        for lot in left.values():
            if _fits(union, lot, caps):
                heapq.heappush(pairs, (_growth(union, lot), min(union.key, lot.key), max(union.key, lot.key)))
        left[union.key] = union
    return [left[key] for key in sorted(left)]


def _key(lot: _Lot) -> tuple[str, int]:
    return lot.key


def _fits(a: _Lot, b: _Lot, caps: tuple[int, int]) -> bool:
    return a.households + b.households <= caps[0] and a.sites + b.sites <= caps[1]


def _growth(a: _Lot, b: _Lot) -> float:
    """Return how much the sum of squared distances to the middle grows when two lots join (Ward 1963)."""
    weight = a.households * b.households / (a.households + b.households)
    return weight * ((a.x_km - b.x_km) ** 2 + (a.y_km - b.y_km) ** 2)


def _union(a: _Lot, b: _Lot) -> _Lot:
    households = a.households + b.households
    return _Lot(
        tuple(sorted(a.gaps + b.gaps, key=lambda gap: gap.gap_id)),
        households,
        a.sites + b.sites,
        (a.x_km * a.households + b.x_km * b.households) / households,
        (a.y_km * a.households + b.y_km * b.households) / households,
    )


def _table(packages: Sequence[tuple[str, _Lot]]) -> pd.DataFrame:
    rows = [_package_row(code, lot) for code, lot in packages]
    table = pd.DataFrame(rows, columns=list(_PACKAGE_COLUMNS))
    whole = dict.fromkeys(("gaps", "households", "sites"), "int64")
    text = {name: str for name in _PACKAGE_COLUMNS if name not in whole and name != "population"}
    return table.astype({**whole, **text, "population": "float64"})


def _package_row(code: str, lot: _Lot) -> dict[str, object]:
    communes = {gap.commune_code: gap.commune_name for gap in lot.gaps}
    return {
        "package_code": code,
        "province_code": lot.gaps[0].province_code,
        "province_name": lot.gaps[0].province_name,
        "gaps": len(lot.gaps),
        "households": lot.households,
        "population": math.fsum(round(g.population) for g in lot.gaps if math.isfinite(g.population)),
        "sites": lot.sites,
        "communes": ", ".join(communes[key] for key in sorted(communes)),
        "gap_ids": ", ".join(gap.gap_id for gap in lot.gaps),
    }


def _over_caps(packages: Iterable[tuple[str, _Lot]], caps: tuple[int, int]) -> Iterable[Text]:
    for code, lot in packages:
        gap_id = lot.gaps[0].gap_id
        if lot.households > caps[0]:
            yield _warning(code, gap_id, lot.households, caps[0], Text("hộ", "households"))
        if lot.sites > caps[1]:
            yield _warning(code, gap_id, lot.sites, caps[1], Text("trạm", "sites"))


def _warning(code: str, gap_id: str, has: int, cap: int, unit: Text) -> Text:
    return Text(
        f"Gói {code} chỉ gồm khu vực {gap_id}: riêng khu vực này đã có {number(has)} {unit.vi}, "
        f"vượt mức trần {number(cap)} {unit.vi} của một gói.",
        f"Package {code} is the area {gap_id} alone: it has {number(has, 'en')} {unit.en}, "
        f"above the cap of {number(cap, 'en')} {unit.en} a package.",
    )
