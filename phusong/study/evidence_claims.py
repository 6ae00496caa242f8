"""What operators' coverage maps say of villages and gaps, each operator's and all of them together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from phusong.coverage.criteria import ServiceRule
from phusong.coverage.findings import Says, Target
from phusong.coverage.measured_service import centre_codes, joined_states
from phusong.coverage.reasons import operator_title
from phusong.coverage.states import SERVED, UNDETERMINED, UNSERVED
from phusong.data.crs import unproject
from phusong.study.evidence_ground import Codes, Floats, Ground, Row
from phusong.words import Text, percent

SOURCE = "claims"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Maps:
    """The maps of some operators, or of all: what centres and households have by them, and whose are missing."""

    service: str
    operators: Sequence[str]
    joint: bool
    silent: Sequence[str]
    technology: str
    dated: str
    centre: Codes
    state: Codes


def claim_rows(ground: Ground, claims: gpd.GeoDataFrame | None) -> Iterator[Row]:
    """Yield what the maps say of every village and service, and of every gap.

    An operator without a map of a technology of the service is unknown: that nobody claims a place takes the maps of
    all operators of the study. Both strengths of a map, core and edge, claim service.
    """
    if claims is None or not len(claims):
        return
    for service in ground.profile.services:
        own = claims[claims["technology"].isin(service.technologies) & claims["operator"].isin(ground.operators)]
        for maps in _maps(ground, own, service) if len(own) else ():
            says = ground.village_says(centre_codes(maps.centre, maps.centre), maps.state)
            yield from _rows(ground, maps, "village", says)
            if service == ground.profile.main_service:
                yield from _rows(ground, maps, "gap", ground.gap_says(maps.state))


def _maps(ground: Ground, claims: gpd.GeoDataFrame, service: ServiceRule) -> Iterator[_Maps]:
    located = np.isfinite(ground.centre_x_m)
    centres = np.full((len(ground.villages), len(ground.operators)), UNDETERMINED, dtype=np.int8)
    centres[located] = _claimed(ground, claims, ground.centre_x_m[located], ground.centre_y_m[located])
    homes = _claimed(ground, claims, ground.x_m, ground.y_m)
    with_map = sorted(set(claims["operator"]))
    everyone = list(range(len(ground.operators)))
    single = [[k] for k in everyone if ground.operators[k] in with_map and len(everyone) > 1]
    for asked in (*single, everyone):
        of = claims[claims["operator"].isin([ground.operators[k] for k in asked])]
        yield _Maps(
            service=service.key,
            operators=[ground.operators[k] for k in asked if ground.operators[k] in with_map],
            joint=asked == everyone,
            silent=sorted(set(ground.operators) - set(with_map)),
            technology=", ".join(sorted(set(of["technology"].astype(str)))),
            dated=max((_day(one) for one in of["dated"]), default=""),
            centre=joined_states(centres[:, asked]),
            state=joined_states(homes[:, asked]),
        )


def _claimed(ground: Ground, claims: gpd.GeoDataFrame, x_m: Floats, y_m: Floats) -> Codes:
    """Return what each operator claims of each place: served, unserved, undetermined where it has no map."""
    states = np.full((len(x_m), len(ground.operators)), UNDETERMINED, dtype=np.int8)
    points = shapely.STRtree(np.asarray(shapely.points(*unproject(x_m, y_m, ground.epsg))))
    for k, operator in enumerate(ground.operators):
        areas = claims.geometry[claims["operator"] == operator]
        if len(areas):
            states[:, k] = UNSERVED
            states[points.query(areas.to_numpy(), predicate="intersects")[1], k] = SERVED
    return states


def _rows(ground: Ground, maps: _Maps, target: Target, says: Sequence[Says]) -> Iterator[Row]:
    of, total = (
        (ground.village, ground.village_households) if target == "village" else (ground.gap, ground.gap_households)
    )
    inside = ground.sums(of, np.where(maps.state == SERVED, ground.weight, 0.0), len(says))
    for at, word in enumerate(says):
        yield ground.row(
            target,
            at,
            service=maps.service,
            kind="declared",
            source=SOURCE,
            says=word if maps.joint or word in ("covered", "served") else "undetermined",
            detail=_detail(maps, word, float(inside[at]), float(total[at])),
            operator="" if maps.joint else maps.operators[0],
            technology=maps.technology,
            author=", ".join(operator_title(one) for one in maps.operators),
            dated=maps.dated,
        )


def _detail(maps: _Maps, word: Says, inside: float, total: float) -> Text:
    names = ", ".join(operator_title(one) for one in maps.operators)
    text = Text(
        f"{names}: {percent(inside, total)} hộ trong vùng phủ công bố",
        f"{names}: {percent(inside, total, 'en')} households inside the published coverage",
    )
    if maps.joint and word == "undetermined" and maps.silent:
        missing = ", ".join(operator_title(one) for one in maps.silent)
        return Text(f"{text.vi}; chưa có bản đồ của {missing}", f"{text.en}; no map of {missing}")
    return text


def _day(value: object) -> str:
    moment = pd.to_datetime(str(value), errors="coerce") if value is not None else pd.NaT
    return "" if pd.isna(moment) else str(moment.date())
