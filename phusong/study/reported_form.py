"""The gaps of a study as rows of the province's gap list, for a form somebody else made: only what the study knows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from phusong.data.schemas.gap_options import GAP_CLASSES
from phusong.data.schemas.gap_signals import signal_field_name
from phusong.data.schemas.gaps import GAPS
from phusong.data.store import MANIFEST
from phusong.errors import MissingFileError
from phusong.words import Language, Text

_FILES = ("gaps.parquet", "villages.parquet", MANIFEST)
_ANSWERS = {"yes": True, "no": False}
_CLASSES = frozenset(option.value for option in GAP_CLASSES)


def gap_rows_of_study(results: Path, language: Language = "vi") -> pd.DataFrame:
    """Return one row a gap, in the fields of the gap list.

    A gap that is the only one of its village is reported as the village, with the village's households and stated
    population; one of several is a cluster: its own households are all it counts, so that no household is counted
    twice. What a study does not know (the road, the power line, who reports) stays silent, and so does the signal of
    an operator whose list is not complete or who is received there, however weakly.

    Parameters
    ----------
    results
        The folder ``phusong run`` wrote.
    language
        Language of the reason in ``note``.

    Raises
    ------
    MissingFileError
        The folder holds no results of a study.
    """
    results = Path(results)
    absent = next((name for name in _FILES if not (results / name).is_file()), None)
    if absent is not None:
        raise MissingFileError(
            Text(
                f"{results} không phải là thư mục kết quả của một nghiên cứu: thiếu {absent}.",
                f"{results} is no results folder of a study: {absent} is missing.",
            )
        )
    gaps, villages = (pd.read_parquet(results / f"{name}.parquet") for name in ("gaps", "villages"))
    manifest = json.loads((results / MANIFEST).read_text(encoding="utf-8"))
    complete = {str(item["operator"]) for item in manifest["operators"] if item["list"] == "complete"}
    by_code = {str(row["village_code"]): row for row in villages.to_dict("records") if row["village_code"]}
    alone = gaps["village_code"].map(gaps["village_code"].value_counts()) == 1
    rows = [
        _row(gap, by_code.get(str(gap["village_code"])) if is_alone else None, complete, language)
        for gap, is_alone in zip(gaps.to_dict("records"), alone, strict=True)
    ]
    return pd.DataFrame(rows, columns=[field.name for field in GAPS.fields])


def _row(
    gap: Mapping[Any, Any], village: Mapping[Any, Any] | None, complete: set[str], language: Language
) -> dict[str, object]:
    return {
        "gap_id": gap["gap_id"],
        "province_code": gap["province_code"],
        "province_name": gap["province_name"],
        "commune_code": gap["commune_code"],
        "commune_name": gap["commune_name"],
        "village_name": gap["village_name"],
        "lon": gap["lon_deg"],
        "lat": gap["lat_deg"],
        "location_kind": "cluster",
        "households_unserved": gap["households"],
        "gap_class": gap["village_class"] if gap["village_class"] in _CLASSES else "",
        "nearest_site_id": gap["nearest_site_id"],
        "nearest_operator": gap["nearest_operator"],
        "nearest_dist_km": gap["nearest_distance_km"],
        "source": "modelled",
        "note": gap[f"reason_{language}"],
        **_counted(gap, village),
        **_signals(gap, complete),
    }


def _counted(gap: Mapping[Any, Any], village: Mapping[Any, Any] | None) -> dict[str, object]:
    if village is None:
        return {"target_type": "cluster", "households_total": gap["households"]}
    return {
        "target_type": "village",
        "households_total": village["households"],
        "population": village["population"],
        "grid_power": _ANSWERS.get(str(village["grid_power"])),
        "is_dbkk": _ANSWERS.get(str(village["is_dbkk"])),
    }


def _signals(gap: Mapping[Any, Any], complete: set[str]) -> dict[str, object]:
    """Say "none" of operators whose list is complete and of whose network nothing arrives."""
    found: dict[str, object] = {}
    for name, level in gap.items():
        operator, _, technology = str(name).removeprefix("level_dbm_").rpartition("_")
        field = signal_field_name(operator, technology)
        if str(name).startswith("level_dbm_") and operator in complete and field in _FIELDS:
            found[field] = "none" if pd.isna(level) else ""
    return found


_FIELDS = frozenset(field.name for field in GAPS.fields)
