"""Indicators of one study: households, people, villages and communes served, by technology and operator.

Every figure stands with what it is out of, and with what could not be told. Two ways of telling are kept apart: the
main service's own decision (with every missing value at its worse end), and single layers at the middle of what is not
known, for which an operator's incomplete list leaves the households it does not reach *unknown*, not unserved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.api.service import results_in
from phusong.words import Text

if TYPE_CHECKING:  # a study brings everything that computes: it is loaded where it is needed
    from phusong.study.opened import OpenedResults

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]

LEAST_SERVED_PERCENT = 90.0
"""A village or commune counts as served by a layer from this share of its households on: a rule of this tool."""
RULES = (
    Text(
        "Hộ có sóng theo dịch vụ chính: kết luận của nghiên cứu, thông số thiếu lấy đầu bất lợi.",
        "Households served by the main service: the study's own answer, missing values at their worse end.",
    ),
    Text(
        "Hộ có sóng theo công nghệ và doanh nghiệp: mức thu tính được, thông số thiếu lấy giá trị giữa, đạt ngưỡng sau "
        "dự trữ; nơi danh sách trạm chưa đủ, hộ chưa thấy sóng được ghi là chưa rõ.",
        "Households served by technology and operator: the computed level, missing values at their middle, reaches the "
        "threshold after margins; where a list of stations is not complete, households not reached are unknown.",
    ),
    Text(
        f"Thôn, xã có sóng theo công nghệ: từ {LEAST_SERVED_PERCENT:.0f} % số hộ có sóng (quy tắc của công cụ, không "
        "phải quy định). Thôn theo dịch vụ chính: theo phân loại của nghiên cứu.",
        f"Villages and communes served by a technology: from {LEAST_SERVED_PERCENT:.0f} % of households on (a rule of "
        "this tool, not of law). Villages by the main service: as the study classes them.",
    ),
    Text(
        "Dân số có sóng: dân số xã nhân tỷ lệ hộ có sóng của xã; xã chưa có dân số không tính vào cả tử và mẫu.",
        "People served: a commune's population by its share of households served; communes of unknown population are "
        "in neither term.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One place, one operator ("" any), one technology ("" the main service): counts and what they are out of."""

    commune_code: str  # "" is the whole province
    operator: str
    technology: str
    households: int
    households_served: int
    households_unknown: int
    population: int
    population_served: int
    villages: int
    villages_served: int
    villages_unknown: int
    communes: int
    communes_served: int
    communes_unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyIndicators:
    """All indicators of a study, with what they rest on."""

    province_code: str
    name: str
    dated: str
    simulated: bool
    profile: str
    verified: bool
    incomplete_lists: tuple[str, ...]
    communes: Mapping[str, str]  # names by code
    village_classes: Mapping[str, int]
    gaps: int
    gap_households: int
    rows: tuple[Indicator, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> StudyIndicators:
        """Read them again."""
        rows = tuple(Indicator(**row) for row in told["rows"])
        return cls(**{**told, "rows": rows, "incomplete_lists": tuple(told["incomplete_lists"])})

    def of_place(self, commune_code: str = "") -> Iterator[Indicator]:
        """Give the indicators of the province, or of one commune."""
        return (row for row in self.rows if row.commune_code == commune_code)

    @property
    def main(self) -> Indicator:
        """Return the province's indicator of the main service."""
        return next(row for row in self.of_place() if not row.operator and not row.technology)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Places:
    """Where each household point is: its weight, its commune and village as rows of their tables, −1 outside."""

    weight: Numbers
    commune: NDArray[np.int64]
    village: NDArray[np.int64]
    communes: pd.DataFrame
    villages: pd.DataFrame
    commune_of_village: NDArray[np.int64]


def indicators_of(folder: Path) -> StudyIndicators:
    """Work out the indicators of a results folder.

    Raises
    ------
    MissingFileError
        There are no results in the folder.
    """
    from phusong.study.opened import open_results

    results = open_results(results_in(folder))
    manifest = results.manifest
    places, homes = _places(results)
    incomplete = tuple(sorted(str(one["operator"]) for one in manifest["operators"] if not _whole(one)))
    rows = [*_main(places, homes), *_layers(places, homes, manifest, incomplete)]
    counts = manifest["counts"]
    return StudyIndicators(
        province_code=str(manifest["province_code"]),
        name=str(manifest["study"]),
        dated=str(manifest["dated"]),
        simulated=bool(manifest["simulated"]),
        profile=str(manifest["profile"]["name"]),
        verified=bool(manifest["profile"]["verified"]),
        incomplete_lists=incomplete,
        communes=dict(zip(places.communes["commune_code"], places.communes["commune_name"], strict=True)),
        village_classes={str(k): int(n) for k, n in places.villages["village_class"].value_counts().items()},
        gaps=int(counts["gaps"]),
        gap_households=int(counts["gap_households"]),
        rows=tuple(rows),
    )


def _whole(operator: Mapping[str, Any]) -> bool:
    """Say whether an operator's list leaves no place where it may miss sites."""
    listed = operator["list"] == "complete" and operator.get("neighbours_listed", True)
    return bool(listed) and not operator.get("sites_without_position")


def _places(results: OpenedResults) -> tuple[_Places, pd.DataFrame]:
    communes = results.table("communes", columns=["commune_code", "commune_name", "population"])
    villages = results.table("villages", columns=["village_code", "commune_code", "village_class"])
    homes = results.table("households")
    commune_at = pd.Index(communes["commune_code"])
    return _Places(
        weight=homes["weight"].to_numpy(dtype=np.float64),
        commune=commune_at.get_indexer(homes["commune_code"]).astype(np.int64),
        village=pd.Index(villages["village_code"]).get_indexer(homes["village_code"]).astype(np.int64),
        communes=communes,
        villages=villages,
        commune_of_village=commune_at.get_indexer(villages["commune_code"]).astype(np.int64),
    ), homes


def _main(places: _Places, homes: pd.DataFrame) -> Iterator[Indicator]:
    """Give the study's own answers for its main service."""
    state = homes["state"].astype(str).to_numpy()
    classes = places.villages["village_class"].astype(str).to_numpy()
    served, unknown = state == "served", (state == "undetermined") | (state == "no_data")
    yield from _rows(places, "", "", served, unknown, (classes == "covered", classes == "undetermined"))


def _layers(
    places: _Places, homes: pd.DataFrame, manifest: Mapping[str, Any], incomplete: tuple[str, ...]
) -> Iterator[Indicator]:
    """Give each operator's technology by itself, and each technology over all operators."""
    thresholds: Mapping[str, float] = manifest["profile"]["thresholds_dbm"]
    margin_db = sum(manifest["profile"]["margins_outdoor_db"].values())
    no_terrain = homes["state"].astype(str).to_numpy() == "no_data"
    operators = [str(one["operator"]) for one in manifest["operators"]]
    for technology in [key for key in thresholds if key != "other"]:
        anybody, anywhere_unknown = np.zeros(len(homes), dtype=bool), no_terrain.copy()
        for operator in operators:
            level_dbm = _level_dbm(homes, f"level_dbm_{operator}_{technology.lower()}")
            served = level_dbm - margin_db >= thresholds[technology]  # NaN is never served
            unknown = ~served & (no_terrain | (operator in incomplete))
            anybody |= served
            anywhere_unknown |= unknown
            yield from _rows(places, operator, technology, served, unknown, None)
        yield from _rows(places, "", technology, anybody, anywhere_unknown & ~anybody, None)


def _level_dbm(homes: pd.DataFrame, column: str) -> Numbers:
    """Return a layer's level; NaN everywhere for a layer the operator has no site of."""
    return homes[column].to_numpy(dtype=np.float64) if column in homes else np.full(len(homes), np.nan)


def _rows(
    places: _Places,
    operator: str,
    technology: str,
    served: Flags,
    unknown: Flags,
    villages: tuple[Flags, Flags] | None,
) -> Iterator[Indicator]:
    """Give the province's row and each commune's."""
    count = len(places.communes)
    of_village = _sums(places.village, len(places.villages), places.weight, served, unknown)
    of_commune = _sums(places.commune, count, places.weight, served, unknown)
    good_villages, dim_villages = _judged(of_village) if villages is None else villages
    good_communes, dim_communes = _judged(of_commune)
    by_commune = [
        np.bincount(places.commune_of_village + 1, weights=flags.astype(float), minlength=count + 1)[1:]
        for flags in (np.ones(len(places.villages)), good_villages, dim_villages)
    ]
    people = pd.to_numeric(places.communes["population"]).to_numpy(dtype=np.float64)
    known = np.isfinite(people) & (of_commune[0] > 0)
    people = np.where(known, people, 0.0)
    reached = people * of_commune[1] / np.maximum(of_commune[0], 1.0)
    everywhere = np.array([places.weight.sum(), places.weight[served].sum(), places.weight[unknown].sum()])

    def row(code: str, homes: Numbers, inhabitants: Numbers, village: Numbers, commune: Numbers) -> Indicator:
        return _indicator(code, operator, technology, (homes, inhabitants, village, commune))

    yield row(
        "",
        everywhere,
        np.array([people.sum(), reached.sum()]),
        np.array([len(places.villages), good_villages.sum(), dim_villages.sum()], dtype=float),
        np.array([count, good_communes.sum(), dim_communes.sum()], dtype=float),
    )
    for i, code in enumerate(places.communes["commune_code"].astype(str)):
        yield row(
            code,
            of_commune[:, i],
            np.array([people[i], reached[i]]),
            np.array([sums[i] for sums in by_commune]),
            np.array([1.0, good_communes[i], dim_communes[i]]),
        )


def _indicator(code: str, operator: str, technology: str, told: tuple[Numbers, Numbers, Numbers, Numbers]) -> Indicator:
    (homes, homes_served, homes_unknown), (people, people_served), villages, communes = (
        [int(value) for value in np.rint(part)] for part in told
    )
    return Indicator(
        commune_code=code, operator=operator, technology=technology,
        households=homes, households_served=homes_served, households_unknown=homes_unknown,
        population=people, population_served=people_served,
        villages=villages[0], villages_served=villages[1], villages_unknown=villages[2],
        communes=communes[0], communes_served=communes[1], communes_unknown=communes[2],
    )  # fmt: skip


def _sums(at: NDArray[np.int64], count: int, weight: Numbers, served: Flags, unknown: Flags) -> Numbers:
    """Return households, served and unknown of each place, shape (3, count)."""
    parts = (weight, weight * served, weight * unknown)
    return np.array([np.bincount(at + 1, weights=part, minlength=count + 1)[1:] for part in parts])


def _judged(sums: Numbers) -> tuple[Flags, Flags]:
    """Say which places are served, and of which it cannot be told: no households, or unknown ones would decide."""
    whole, served, unknown = sums
    least = whole * LEAST_SERVED_PERCENT / 100.0
    good = (whole > 0) & (served >= least)
    return good, ~good & (served + unknown >= least)
