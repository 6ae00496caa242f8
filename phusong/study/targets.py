"""What needs coverage besides villages: roads that cars drive, schools, clinics, border posts, industrial parks.

The same engine, thresholds and states as for households, outdoors at the receiver height of the profile: what a car's
body takes away is not counted. Undetermined stays undetermined.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from phusong.coverage.criteria import STATES
from phusong.coverage.decision import Decision, Places, decide
from phusong.coverage.prediction import Engine, predict, prediction_points
from phusong.coverage.states import BECAUSE_TEXTS, SERVED
from phusong.data.boundaries import commune_of_points
from phusong.data.crs import project
from phusong.data.inventory import unknown_here
from phusong.study.assess import Assessment
from phusong.study.road_samples import RoadSamples, Stretches, length_sums_km, road_samples, stretch_line, stretches

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEP_M = 100.0
"""A road is asked every so many metres."""
AROUND_KM = 5.0
"""Without boundaries, roads and places this near to a household belong to the study."""

ROAD_GAP_COLUMNS = (
    *("stretch_id", "road_id", "road_name", "commune_code", "commune_name", "service", "state", "from_km", "to_km"),
    *("length_km", "lon_deg", "lat_deg", "because_vi", "because_en"),
)
ROAD_SUMMARY_COLUMNS = (
    *("scope", "commune_code", "commune_name", "service", "length_km"),
    *(f"{state}_km" for state in STATES),
)
_PLACE_COLUMNS = ("place_id", "place_name", "kind", "commune_code", "commune_name", "lon_deg", "lat_deg")
WGS84 = "EPSG:4326"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TargetTables:
    """Tables of the targets; empty, with their columns, where a layer is not given.

    ``road_gaps``: a row a stretch of road that is not served, by service, with its line and where along its road it
    lies. ``roads_summary``: kilometres by state for the province and every commune; the states sum to the length.
    ``places``: a row a place with ``state_<service>`` and ``state_<service>_<operator>``.
    """

    road_gaps: gpd.GeoDataFrame
    roads_summary: pd.DataFrame
    places: gpd.GeoDataFrame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Asked:
    """The answers at some points, by service, and the commune of each point (−1 none)."""

    decisions: Mapping[str, Decision]
    commune: Ints


def target_tables(found: Assessment, *, engine: Engine = predict, step_m: float = STEP_M) -> TargetTables:
    """Predict and decide along roads of class car and at places of interest inside the study's area.

    Parameters
    ----------
    found, engine
        The study's; a calibrated study's engine is to be the calibrated one.
    step_m
        How far apart a road is asked.
    """
    layers, area = found.inputs.layers, _area(found)
    road_gaps, summary = _no_roads()
    if layers.roads is not None and len(cars := layers.roads[layers.roads["road_class"] == "car"]):
        samples = road_samples(cars, area, found.households.epsg, step_m=step_m)
        if len(samples.road):
            asked = _ask(found, samples.lon_deg, samples.lat_deg, engine)
            road_gaps, summary = _road_gaps(found, samples, asked), _summary(found, samples, asked)
    places = _no_places(found)
    if layers.places is not None:
        metric = layers.places.geometry.to_crs(found.households.epsg)
        own = layers.places[shapely.intersects(metric.to_numpy(), area)]
        if len(own):
            asked = _ask(found, own.geometry.x.to_numpy(), own.geometry.y.to_numpy(), engine)
            places = _places(found, own, asked)
    return TargetTables(road_gaps=road_gaps, roads_summary=summary, places=places)


def _area(found: Assessment) -> shapely.Geometry:
    """Return the area of the study in metres: its communes, without boundaries what lies near its households."""
    epsg = found.households.epsg
    if found.inputs.communes is not None:
        whole = shapely.union_all(found.inputs.communes.geometry.to_crs(epsg).to_numpy())
    else:
        step_m = 200.0
        x, y = project(found.households.lon_deg, found.households.lat_deg, epsg)
        cells = np.unique(np.rint(np.column_stack([x, y]) / step_m), axis=0) * step_m
        whole = shapely.union_all(shapely.buffer(shapely.points(cells), AROUND_KM * 1000.0, quad_segs=4))
    shapely.prepare(whole)
    return whole


def _ask(found: Assessment, lon_deg: Floats, lat_deg: Floats, engine: Engine) -> _Asked:
    inputs, profile = found.inputs, found.profile
    points = prediction_points(lon_deg, lat_deg, inputs.terrain)
    prediction = engine(inputs.network, inputs.terrain, points, profile)
    unknown = unknown_here(
        inputs.network.inventories, inputs.communes, lon_deg, lat_deg, reach_km=profile.unlisted_reach_km
    )
    places = Places(point=points.of_household, unknown_here=unknown)
    decisions = {s.key: decide(prediction, places, profile, s, indoor=False) for s in profile.services}
    commune = (
        np.full(len(lon_deg), -1, dtype=np.int64)
        if inputs.communes is None
        else commune_of_points(lon_deg, lat_deg, inputs.communes)
    )
    return _Asked(decisions=decisions, commune=commune)


def _commune_names(found: Assessment) -> tuple[list[str], list[str]]:
    """Return codes and names of the communes, and "" for outside all as the last (so that −1 finds it)."""
    communes = found.inputs.communes
    if communes is None:
        return [""], [""]
    return [*communes["commune_code"].astype(str), ""], [*communes["commune_name"].astype(str), ""]


def _road_gaps(found: Assessment, samples: RoadSamples, asked: _Asked) -> gpd.GeoDataFrame:
    rows: list[dict[str, object]] = []
    lines: list[shapely.LineString] = []
    for service, decision in asked.decisions.items():
        runs = stretches(samples, decision.overall.state)
        numbers: Counter[str] = Counter()
        for k in np.flatnonzero(runs.state != SERVED).tolist():
            road = samples.roads.iloc[runs.road[k]]
            numbers[road["road_id"]] += 1
            rows.append(_stretch_row(found, samples, asked, runs, k, service, numbers[road["road_id"]]))
            lines.append(stretch_line(road.geometry, float(runs.from_m[k]), float(runs.to_m[k])))
    shapes = gpd.GeoSeries(lines, crs=found.households.epsg).to_crs(WGS84)
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=list(ROAD_GAP_COLUMNS)), geometry=shapes)


def _stretch_row(
    found: Assessment, samples: RoadSamples, asked: _Asked, runs: Stretches, k: int, service: str, number: int
) -> dict[str, object]:
    codes, names = _commune_names(found)
    road = samples.roads.iloc[runs.road[k]]
    middle = (runs.first[k] + runs.last[k]) // 2
    commune = asked.commune[middle]
    because = np.bitwise_or.reduce(asked.decisions[service].overall.because[runs.first[k] : runs.last[k] + 1])
    return {
        "stretch_id": f"{road['road_id']}-{service}-{number:02d}",
        "road_id": road["road_id"],
        "road_name": road["road_name"],
        "commune_code": codes[commune],
        "commune_name": names[commune],
        "service": service,
        "state": STATES[runs.state[k]],
        "from_km": round(float(runs.from_m[k]) / 1000.0, 3),
        "to_km": round(float(runs.to_m[k]) / 1000.0, 3),
        "length_km": round(float(runs.to_m[k] - runs.from_m[k]) / 1000.0, 3),
        "lon_deg": round(float(samples.lon_deg[middle]), 6),
        "lat_deg": round(float(samples.lat_deg[middle]), 6),
        "because_vi": BECAUSE_TEXTS[because].vi,
        "because_en": BECAUSE_TEXTS[because].en,
    }


def _summary(found: Assessment, samples: RoadSamples, asked: _Asked) -> pd.DataFrame:
    codes, names = _commune_names(found)
    rows = []
    at = np.where(asked.commune >= 0, asked.commune, len(codes) - 1)
    for service, decision in asked.decisions.items():
        km = length_sums_km(at, len(codes), decision.overall.state, samples.length_m, len(STATES))
        rows.append(("province", "", "", service, *_closed(km.sum(axis=0))))
        with_road = np.flatnonzero(km.sum(axis=1) > 0.0)
        rows += [("commune", codes[c], names[c], service, *_closed(km[c])) for c in with_road.tolist()]
    return pd.DataFrame(rows, columns=list(ROAD_SUMMARY_COLUMNS))


def _closed(km: Floats) -> tuple[float, ...]:
    """Return the length and its parts in whole metres: the parts sum to it, and it is the same for every service."""
    exact_m = km * 1000.0
    parts_m = np.floor(exact_m)
    left = int(np.rint(exact_m.sum()) - parts_m.sum())
    parts_m[np.argsort(parts_m - exact_m, kind="stable")[:left]] += 1.0
    return (float(parts_m.sum()) / 1000.0, *(float(m) / 1000.0 for m in parts_m))


def _places(found: Assessment, own: gpd.GeoDataFrame, asked: _Asked) -> gpd.GeoDataFrame:
    codes, names = (np.array(values, dtype=object) for values in _commune_names(found))
    states = np.array(STATES, dtype=object)
    table = pd.DataFrame(
        {
            **{name: own[name].to_numpy() for name in ("place_id", "place_name", "kind")},
            "commune_code": codes[asked.commune],
            "commune_name": names[asked.commune],
            "lon_deg": np.round(own.geometry.x.to_numpy(), 6),
            "lat_deg": np.round(own.geometry.y.to_numpy(), 6),
        }
    )
    for service, decision in asked.decisions.items():
        table[f"state_{service}"] = states[decision.overall.state]
        table[f"because_{service}_vi"] = [BECAUSE_TEXTS[mask].vi for mask in decision.overall.because]
        table[f"because_{service}_en"] = [BECAUSE_TEXTS[mask].en for mask in decision.overall.because]
        for operator, answer in decision.by_operator.items():
            table[f"state_{service}_{operator}"] = states[answer.state]
    return gpd.GeoDataFrame(table, geometry=own.geometry.to_numpy(), crs=WGS84)


def _no_roads() -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    gaps = gpd.GeoDataFrame(pd.DataFrame(columns=list(ROAD_GAP_COLUMNS)), geometry=gpd.GeoSeries([], crs=WGS84))
    return gaps, pd.DataFrame(columns=list(ROAD_SUMMARY_COLUMNS))


def _no_places(found: Assessment) -> gpd.GeoDataFrame:
    states = [f"state_{service.key}" for service in found.profile.services]
    empty = pd.DataFrame(columns=[*_PLACE_COLUMNS, *states])
    return gpd.GeoDataFrame(empty, geometry=gpd.GeoSeries([], crs=WGS84))
