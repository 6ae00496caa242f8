"""The province's gap list beside the model: what each says of every place, and where only one of them speaks.

Neither overwrites the other. A reported place is *confirmed* where the model surely leaves as many households without
signal as a gap takes (or half of those stated, where that is fewer), *served* where not even the undetermined ones
would be so many, and between the two *undetermined*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from phusong.coverage.criteria import STATES, Profile
from phusong.coverage.decision import Places, best_server, decide
from phusong.coverage.prediction import Engine, prediction_points
from phusong.coverage.states import BECAUSE_TEXTS
from phusong.data.inventory import unknown_here
from phusong.data.lists import CheckedList
from phusong.errors import MissingFileError, Problem
from phusong.study.assess import Assessment
from phusong.study.opened import open_results
from phusong.study.reconciliation_places import found_there, stated_places, unreported_gaps
from phusong.study.reconciliation_values import Found, Objects, PointAnswers, Stated
from phusong.study.reconciliation_words import explanation, unread_text, unreported_text
from phusong.words import Text

VERDICTS = ("confirmed", "served", "undetermined", "no_terrain", "outside", "unread")
"""What the model says of a reported place; ``unread`` is a row with errors. Each row has exactly one."""
UNREPORTED = "unreported"
"""The verdict of a modelled gap the list does not have."""

COLUMNS = (
    *("verdict", "gap_id", "list_row", "joined_by", "commune_code", "commune_name", "village_name", "cluster_name"),
    *("lon_deg", "lat_deg", "class_stated", "class_computed", "households_stated", "unserved_stated"),
    *("households", "served_households", "unserved_households", "undetermined_households", "no_data_households"),
    *("unserved_low", "unserved_high", "model_gap_ids", "distance_m", "point_state", "best_operator"),
    *("best_technology", "best_level_dbm", "level_of", "explanation_vi", "explanation_en"),
)
AGREEMENT_COLUMNS = (
    *("commune_code", "commune_name", "reported", *VERDICTS[:-1], "decided", "confirmed_percent"),
    *("model_gaps", "model_gaps_reported", "model_gaps_unreported"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reconciliation:
    """Both sides of every place.

    ``table`` has the columns ``COLUMNS``: a row a reported place, in the order of the list, then the rows that could
    not be read, then the modelled gaps nobody reported. ``agreement`` has a row a commune with something on either
    side (``AGREEMENT_COLUMNS``); ``counts`` are those of the manifest.
    """

    table: pd.DataFrame
    agreement: pd.DataFrame
    counts: Mapping[str, int]


def point_answers(found: Assessment, lon_deg: Any, lat_deg: Any, engine: Engine) -> PointAnswers:
    """Predict at reported positions as at households; positions that are not known must be left out by the caller."""
    inputs, profile = found.inputs, found.profile
    lon, lat = np.asarray(lon_deg, dtype=np.float64), np.asarray(lat_deg, dtype=np.float64)
    points = prediction_points(lon, lat, inputs.terrain)
    prediction = engine(inputs.network, inputs.terrain, points, profile)
    unknown = unknown_here(inputs.network.inventories, inputs.communes, lon, lat, reach_km=profile.unlisted_reach_km)
    places = Places(point=points.of_household, unknown_here=unknown)
    main = profile.main_service
    answer = decide(prediction, places, profile, main, indoor=False).overall
    best = best_server(prediction, places.point, profile, main)
    layers = prediction.layers
    return PointAnswers(
        state=np.array(STATES, dtype=object)[answer.state],
        because=np.array([text.vi for text in BECAUSE_TEXTS], dtype=object)[answer.because],
        operator=np.array([*(layer.operator for layer in layers), ""], dtype=object)[best.layer],
        technology=np.array([*(layer.technology for layer in layers), ""], dtype=object)[best.layer],
        level_dbm=best.level_dbm,
    )


def reconcile_study(
    checked: CheckedList, tables: Mapping[str, pd.DataFrame], found: Assessment, engine: Engine
) -> Reconciliation:
    """Reconcile a list with the study just run; levels are predicted at the reported points themselves."""
    rows = checked.rows
    lon, lat = (rows[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    known = np.isfinite(lon) & np.isfinite(lat)
    answers = PointAnswers.unknown(len(rows))
    if known.any():
        answers = answers.filled(known, point_answers(found, lon[known], lat[known], engine))
    return reconcile(
        rows,
        tables,
        least_households=found.profile.gap.min_households,
        at_points=answers,
        margin_db=found.profile.margin_db(indoor=False),
        problems=checked.problems,
    )


def reconcile_with_results(folder: Path, checked: CheckedList, profile: Profile) -> Reconciliation:
    """Reconcile a list with the results of an earlier run, from its Parquet files alone.

    Nothing is predicted anew: a reported point without a household within reach and outside every gap stays
    *undetermined*, and levels are those of the households nearby. ``profile`` is the one of the run.
    """
    results = open_results(folder)
    manifest = results.manifest
    if manifest["profile"]["name"] != profile.name:
        name = manifest["profile"]["name"]
        raise MissingFileError(
            Text(
                f"Kết quả dùng bộ ngưỡng “{name}”, không phải “{profile.name}”",
                f"The results were made by profile “{name}”, not “{profile.name}”",
            )
        )
    tables: dict[str, pd.DataFrame] = {name: results.places(name) for name in ("communes", "villages", "gaps")}
    tables["households"] = results.table("households", columns=Found.HOUSEHOLD_COLUMNS)
    return reconcile(
        checked.rows,
        tables,
        least_households=profile.gap.min_households,
        at_points=None,
        margin_db=profile.margin_db(indoor=False),
        problems=checked.problems,
    )


def reconcile(
    reported: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame],
    *,
    least_households: float,
    at_points: PointAnswers | None,
    margin_db: float = 0.0,
    problems: Sequence[Problem] = (),
) -> Reconciliation:
    """Set every reported place beside the model, and every modelled gap beside the list.

    Parameters
    ----------
    reported
        Rows of a checked gap list.
    tables
        ``communes``, ``villages``, ``gaps`` and ``households`` of a study.
    least_households
        How many households make a gap.
    at_points
        What the model predicts at the reported positions, one entry a row; None where nothing can be predicted.
    margin_db
        What the profile takes off a level, for the words.
    problems
        Those of the list: its rows with errors are shown as such.

    Returns
    -------
    reconciliation
        Every reported row and every modelled gap once.
    """
    stated = stated_places(reported)
    found = found_there(stated, tables)
    verdict = _verdicts(stated, found, least_households, at_points)
    rows = _rows(stated, found, verdict, at_points, margin_db)
    unread = _unread(problems)
    lonely = unreported_gaps(stated, found, tables)
    lonely = lonely.assign(verdict=UNREPORTED, **_texts([unreported_text(d) for d in lonely["distance_m"]]))
    parts = [part.reindex(columns=list(COLUMNS)) for part in (rows, unread, lonely)]
    table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return Reconciliation(
        table=_typed(table),
        agreement=_agreement(table, tables),
        counts=MappingProxyType(_counts(table, len(tables["gaps"]))),
    )


def _verdicts(stated: Stated, found: Found, least: float, at_points: PointAnswers | None) -> Objects:
    """Return the verdict of every reported place."""
    total = found.count["households"]
    wanted = np.where(np.isfinite(stated.unserved), stated.unserved, total)
    bar = np.minimum(least, np.maximum(wanted / 2.0, 1.0))
    dark, open_, blank = (found.count[f"{state}_households"] for state in ("unserved", "undetermined", "no_data"))
    by_households = np.select(
        [(dark >= bar) | found.in_gap, dark + open_ >= bar, dark + open_ + blank >= bar],
        ["confirmed", "undetermined", "no_terrain"],
        "served",
    )
    names = {"unserved": "confirmed", "no_data": "no_terrain", "": "undetermined"}
    state = (at_points or PointAnswers.unknown(len(stated))).state
    by_point = np.array([names.get(str(one), str(one)) for one in state], dtype=np.object_)
    nobody = (total == 0) & ~found.in_gap
    return np.where(found.outside, "outside", np.where(nobody, by_point, by_households)).astype(object)


def _rows(
    stated: Stated, found: Found, verdict: Objects, at_points: PointAnswers | None, margin_db: float
) -> pd.DataFrame:
    here = at_points or PointAnswers.unknown(len(stated))
    served_nearby = (verdict == "served") & (here.state != "served") & (found.operator != "")
    by_point = (here.operator != "") & ~served_nearby
    table = pd.DataFrame(
        {
            "verdict": verdict,
            **stated.columns(),
            "joined_by": found.joined_by,
            "class_computed": found.village_class,
            **found.count,
            "unserved_low": found.low,
            "unserved_high": found.high,
            "model_gap_ids": found.gap_ids,
            "distance_m": np.round(found.gap_distance_m),
            "point_state": here.state,
            "best_operator": np.where(by_point, here.operator, found.operator),
            "best_technology": np.where(by_point, here.technology, found.technology),
            "best_level_dbm": np.round(np.where(by_point, here.level_dbm, found.level_dbm), 1),
            "level_of": np.where(by_point, "point", np.where(found.operator != "", "households", "")),
        }
    )
    because = np.where(found.because != "", found.because, here.because)
    texts = [
        explanation({str(key): value for key, value in row.items()}, because=reason, margin_db=margin_db)
        for row, reason in zip(table.to_dict("records"), because, strict=True)
    ]
    return table.assign(**_texts(texts))


def _texts(texts: Sequence[Text]) -> dict[str, list[str]]:
    return {"explanation_vi": [text.vi for text in texts], "explanation_en": [text.en for text in texts]}


def _unread(problems: Sequence[Problem]) -> pd.DataFrame:
    """Return a row for every row of the list that has errors: it cannot be set beside anything."""
    by_row: dict[tuple[str, int], list[Problem]] = {}
    for problem in problems:
        if problem.level == "error" and problem.row is not None:
            by_row.setdefault((problem.sheet or "", problem.row), []).append(problem)
    texts = [unread_text(found) for found in by_row.values()]
    return pd.DataFrame({"verdict": "unread", "list_row": [row for _, row in by_row], **_texts(texts)})


_WORDS = (
    *("verdict", "gap_id", "joined_by", "commune_code", "commune_name", "village_name", "cluster_name"),
    *("class_stated", "class_computed", "model_gap_ids", "point_state", "best_operator", "best_technology"),
    *("level_of", "explanation_vi", "explanation_en"),
)


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """Return text columns as text and the others as numbers: "" and NaN where there is nothing to say."""
    words = {name: table[name].astype(object).fillna("").astype("str") for name in _WORDS}
    numbers = {name: pd.to_numeric(table[name]).astype(float) for name in COLUMNS if name not in words}
    return table.assign(**words, **numbers)


def _counts(table: pd.DataFrame, gaps: int) -> dict[str, int]:
    by_verdict = table["verdict"].value_counts()
    counts = {f"reported_{verdict}": int(by_verdict.get(verdict, 0)) for verdict in VERDICTS}
    unreported = int(by_verdict.get(UNREPORTED, 0))
    return {
        "reported_gaps": sum(counts.values()),
        **counts,
        "model_gaps_reported": gaps - unreported,
        "model_gaps_unreported": unreported,
    }


def _agreement(table: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return, by commune, what the list says and how much of it the model shares."""
    spoken = list(VERDICTS[:-1])
    placed = table[table["verdict"] != "unread"]
    names = dict(zip(tables["communes"]["commune_code"], tables["communes"]["commune_name"], strict=True))
    listed = dict(zip(placed["commune_code"], placed["commune_name"], strict=True))
    by = pd.crosstab(placed["commune_code"], placed["verdict"]).reindex(columns=[*spoken, UNREPORTED], fill_value=0)
    gaps = tables["gaps"].groupby("commune_code").size()
    by = by.reindex(sorted(set(by.index) | set(gaps.index)), fill_value=0)
    decided = by["confirmed"] + by["served"]
    return pd.DataFrame(
        {
            "commune_code": by.index.astype(str),
            "commune_name": [str(names.get(code) or listed.get(code) or "") for code in by.index],
            "reported": by[spoken].sum(axis=1).to_numpy(),
            **{verdict: by[verdict].to_numpy() for verdict in spoken},
            "decided": decided.to_numpy(),
            "confirmed_percent": (100.0 * by["confirmed"] / decided.where(decided > 0)).to_numpy(dtype=float),
            "model_gaps": gaps.reindex(by.index, fill_value=0).to_numpy(),
            "model_gaps_reported": (gaps.reindex(by.index, fill_value=0) - by[UNREPORTED]).to_numpy(),
            "model_gaps_unreported": by[UNREPORTED].to_numpy(),
        },
        columns=list(AGREEMENT_COLUMNS),
    ).reset_index(drop=True)
