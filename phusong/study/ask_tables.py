"""What to ask of whom, and where to measure first: tables of the undetermined households of the main service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.coverage.asks import FIELDS, measuring_places, open_sectors, rank, sector_question
from phusong.coverage.criteria import VILLAGE_CLASSES
from phusong.coverage.decision import Decision, layers_after_margins
from phusong.coverage.reasons import operator_title
from phusong.coverage.states import (
    BECAUSE_TEXTS,
    MISSING_TERRAIN,
    OPERATOR_LIST,
    UNDETERMINED,
    service_thresholds_dbm,
)
from phusong.data.crs import unproject
from phusong.data.terms import LEAST_SHOWN
from phusong.study.assess import Assessment
from phusong.words import Text

Ints = NDArray[np.int64]
Kind = Literal["list", "values", "terrain"]

ASK_COLUMNS = (
    *("order", "kind", "operator", "site_id", "site_name", "commune_code", "commune_name", "fields"),
    *("question_vi", "question_en", "households", "alone_households", "new_households"),
)
MEASURE_COLUMNS = (
    *("order", "village_code", "village_name", "village_class", "commune_code", "commune_name", "households"),
    *("near_households", "operators", "because_vi", "because_en", "lon_deg", "lat_deg"),
)

FIELD_TITLES = {
    "azimuth_deg": Text("phương vị", "azimuth"),
    "antenna_height_m": Text("chiều cao anten", "antenna height"),
    "e_tilt": Text("tilt", "tilt"),
    "power": Text("công suất, độ lợi anten, suy hao feeder, băng tần", "power, antenna gain, feeder loss, band"),
    "status": Text("trạng thái (đã phát sóng chưa)", "status (on air or not)"),
}
assert set(FIELD_TITLES) == set(FIELDS)


@dataclass(frozen=True, slots=True, order=True)
class _Question:
    """A question as it is sorted: its kind, whom it goes to, and what it is about."""

    kind: Kind
    operator: str
    site: int = -1
    fields: tuple[str, ...] = ()
    commune: int = -2


_Column = tuple[list[_Question], Ints]
"""Some questions, and the index among them of each household's; −1 none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Undetermined:
    """The undetermined households: rows, weights, communes, and the decision they belong to."""

    row: Ints
    weight: NDArray[np.float64]
    commune: Ints
    decision: Decision


def ask_table(found: Assessment) -> pd.DataFrame:
    """Return one row a question; each next is the one that adds most households none before it may decide."""
    households = _undetermined(found)
    asked, numbers = _questions(found, households)
    ranking = rank(numbers, households.weight)
    rows = [
        {
            "order": place,
            **_question_cells(found, asked[k]),
            "households": int(ranking.households[k]),
            "alone_households": int(ranking.alone[k]),
            "new_households": int(ranking.new[k]),
        }
        for place, k in enumerate(ranking.order, start=1)
    ]
    return pd.DataFrame(rows, columns=list(ASK_COLUMNS))


def _undetermined(found: Assessment) -> _Undetermined:
    h = found.households
    decision = h.outdoor[found.profile.main_service.key]
    row = np.flatnonzero(decision.overall.state == UNDETERMINED)
    return _Undetermined(row=row, weight=h.weight[row], commune=h.commune[row], decision=decision)


def _questions(found: Assessment, households: _Undetermined) -> tuple[list[_Question], NDArray[np.int32]]:
    """Return the questions in their order, and the numbers of those of each household, −1 where there is none."""
    columns: list[_Column] = []
    for operator, answer in households.decision.by_operator.items():
        columns.append(_by_commune("list", operator, answer.because[households.row] & OPERATOR_LIST > 0, households))
    because = households.decision.overall.because[households.row]
    columns.append(_by_commune("terrain", "", because & MISSING_TERRAIN > 0, households))
    columns += _about_sectors(found, households)
    asked = sorted({question for questions, _ in columns for question in questions})
    number = {question: k for k, question in enumerate(asked)}
    numbers = [np.array([*(number[q] for q in questions), -1], dtype=np.int32)[of] for questions, of in columns]
    return asked, np.column_stack(numbers)


def _by_commune(kind: Kind, operator: str, concerned: NDArray[np.bool_], households: _Undetermined) -> _Column:
    """Return a question for each commune with concerned households."""
    communes, of = np.unique(households.commune[concerned], return_inverse=True)
    questions = [_Question(kind, operator, commune=int(commune)) for commune in communes]
    return questions, _placed(concerned, of)


def _placed(concerned: NDArray[np.bool_], of: Ints) -> Ints:
    """Return the indices of the concerned at their places, −1 elsewhere."""
    index = np.full(len(concerned), -1, dtype=np.int64)
    index[concerned] = np.asarray(of).reshape(-1)
    return index


def _about_sectors(found: Assessment, households: _Undetermined) -> list[_Column]:
    """Return for each layer the questions about the sectors that households' answers hang on."""
    prediction, profile = found.prediction, found.profile
    service = profile.main_service
    point = found.households.places.point[households.row]
    layers = layers_after_margins(prediction, point, profile, service, indoor=False)
    index = {(layer.operator, layer.technology): i for i, layer in enumerate(prediction.layers)}
    best = prediction.server_high[point][:, [index[key] for key in layers.keys]].T
    hangs_on = open_sectors(layers, threshold_dbm=service_thresholds_dbm(profile, service), server_high=best)
    columns = []
    for sectors in hangs_on:
        concerned = sectors >= 0
        asked, of = np.unique(sectors[concerned], return_inverse=True)
        about = [sector_question(prediction.sent, int(sector)) for sector in asked]
        questions = [_Question("values", q.operator, site=q.site, fields=q.fields) for q in about]
        columns.append((questions, _placed(concerned, of)))
    return columns


def _question_cells(found: Assessment, question: _Question) -> dict[str, object]:
    site = found.inputs.network.sites[question.site] if question.site >= 0 else None
    code = found.commune_codes[question.commune] if question.commune >= 0 else ""
    name = _commune_names(found).get(code, code)
    text = _question_text(question, site.site_id if site else "", name)
    return {
        "kind": question.kind,
        "operator": question.operator,
        "site_id": site.site_id if site else "",
        "site_name": site.name if site else "",
        "commune_code": code,
        "commune_name": name,
        "fields": ", ".join(question.fields),
        "question_vi": text.vi,
        "question_en": text.en,
    }


def _question_text(question: _Question, site_id: str, commune: str) -> Text:
    if question.kind == "values":
        titles = [FIELD_TITLES[field] for field in question.fields] or [Text("thông số", "values")]
        vi, en = ", ".join(t.vi for t in titles), ", ".join(t.en for t in titles)
        return Text(f"Trạm {site_id}: {vi}", f"Site {site_id}: {en}")
    around = Text(f"{commune} và quanh đó", f"{commune} and around it")
    if not commune:
        around = Text("những nơi ngoài các xã đã biết", "places outside the communes known")
    if question.kind == "terrain":
        return Text(f"Địa hình tại {around.vi}", f"Terrain of {around.en}")
    name = operator_title(question.operator)
    return Text(f"Danh sách trạm của {name} tại {around.vi}", f"Station list of {name} in {around.en}")


def _commune_names(found: Assessment) -> Mapping[str, str]:
    known = found.inputs.communes
    return {} if known is None else dict(zip(known["commune_code"], known["commune_name"], strict=True))


def measure_table(found: Assessment) -> gpd.GeoDataFrame:
    """Return one row a place to measure at, most households first, and one a village for those too few to place.

    Undetermined households of a village (outside villages: of a commune) are gathered like gaps. A cluster of
    ``LEAST_SHOWN`` or more has the place around which most of it lives, the middle of a cell and nobody's house; what
    is smaller is summed for the village without a place. All rows together are all undetermined households.
    """
    h, unsure = found.households, _undetermined(found)
    village = h.village[unsure.row]
    group = (village + 1) * (h.commune.max(initial=0) + 2) + unsure.commune + 1
    places = measuring_places(
        h.x_m[unsure.row], h.y_m[unsure.row], unsure.weight, group, link_m=found.profile.gap.link_m
    )
    shown = places.households >= LEAST_SHOWN
    row_of_cluster = np.full(len(shown), -1, dtype=np.int64)
    row_of_cluster[places.cluster[shown]] = np.arange(int(shown.sum()))
    row = row_of_cluster[places.label]
    small, first = row < 0, int(shown.sum())
    _, rest = np.unique(group[small], return_inverse=True)
    row[small] = first + np.asarray(rest).reshape(-1)
    lon_deg, lat_deg = unproject(places.x_m[shown], places.y_m[shown], h.epsg)
    table = _measure_rows(found, unsure, row)
    missing = len(table) - first
    table["near_households"] = pd.array([*places.near[shown].astype(int), *([None] * missing)], dtype="Int64")
    table["lon_deg"] = np.concatenate([np.round(lon_deg, 5), np.full(missing, np.nan)])
    table["lat_deg"] = np.concatenate([np.round(lat_deg, 5), np.full(missing, np.nan)])
    table = table.sort_values("households", ascending=False, kind="stable", ignore_index=True)
    table["order"] = np.arange(1, len(table) + 1)
    table = table[list(MEASURE_COLUMNS)]
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon_deg"], table["lat_deg"]), crs="EPSG:4326")


def _measure_rows(found: Assessment, unsure: _Undetermined, row: Ints) -> pd.DataFrame:
    """Return for each row of the table what its households have in common and why they are undetermined."""
    n = int(row.max(initial=-1)) + 1
    member = unsure.row[np.unique(row, return_index=True)[1]]
    village, commune = found.households.village[member], found.households.commune[member]
    codes = np.array([*found.commune_codes, ""], dtype=object)[commune]
    names = _commune_names(found)
    classes = np.array([*VILLAGE_CLASSES, ""], dtype=object)
    main = found.villages.classes[found.profile.main_service.key]
    because = unsure.decision.overall.because[unsure.row].astype(np.int64)
    masks = np.bincount(row * 8 + because, weights=unsure.weight, minlength=n * 8).reshape(n, 8)
    texts = [BECAUSE_TEXTS[k] for k in masks.argmax(axis=1)]
    return pd.DataFrame(
        {
            "village_code": _village(found, "village_code", village),
            "village_name": _village(found, "village_name", village),
            "village_class": classes[np.where(village < 0, -1, main[village])] if len(main) else "",
            "commune_code": codes,
            "commune_name": [names.get(code, "") for code in codes],
            "households": np.bincount(row, weights=unsure.weight, minlength=n).astype(np.int64),
            "operators": _operators(unsure, row, n),
            "because_vi": [text.vi for text in texts],
            "because_en": [text.en for text in texts],
        }
    )


def _village(found: Assessment, column: str, village: Ints) -> NDArray[np.object_]:
    return np.array([*found.villages.table[column].fillna("").astype(str), ""], dtype=object)[village]


def _operators(unsure: _Undetermined, row: Ints, n: int) -> Sequence[str]:
    """Return the operators that may serve each row's households, of most of them first."""
    names = list(unsure.decision.by_operator)
    may = np.zeros((len(names), n))
    for k, answer in enumerate(unsure.decision.by_operator.values()):
        open_here = answer.state[unsure.row] == UNDETERMINED
        may[k] = np.bincount(row[open_here], weights=unsure.weight[open_here], minlength=n)
    order = np.argsort(-may, axis=0, kind="stable")
    return [", ".join(names[k] for k in order[:, i] if may[k, i] > 0) for i in range(n)]
