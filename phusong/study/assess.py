"""The computing heart of a study: checked inputs in, an answer for every household, village and gap out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.coverage.criteria import CENTRE_STATES, Profile, ServiceRule
from phusong.coverage.decision import BestServer, Decision, Places, best_server, decide, layers_after_margins
from phusong.coverage.gaps import UNCLUSTERED, cluster, gap_labels
from phusong.coverage.prediction import Engine, Prediction, predict, prediction_points
from phusong.coverage.sight import sight_to_servers
from phusong.coverage.states import UNSERVED
from phusong.coverage.villages import (
    VillageClusters,
    centre_states,
    cluster_state,
    estimated_centre,
    single_operator,
    village_class,
)
from phusong.data.crs import metric_crs, project, unproject
from phusong.data.inputs import Inputs
from phusong.data.inventory import unknown_here
from phusong.data.settlements import settle

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HouseholdAnswers:
    """Household points in the order of the input. ``gap`` numbers their gap, −1 none; ``x_m, y_m`` are in ``epsg``."""

    lon_deg: Floats
    lat_deg: Floats
    weight: Floats
    epsg: int
    x_m: Floats
    y_m: Floats
    village: Ints
    commune: Ints
    places: Places
    outdoor: Mapping[str, Decision]
    indoor: Decision
    best: BestServer
    distance_km: Floats
    in_sight: Flags
    gap: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VillageAnswers:
    """Villages in the order of ``table``; ``classes`` are codes of VILLAGE_CLASSES by service.

    ``centres`` are the places of the ``located`` ones, in their order.
    """

    table: pd.DataFrame
    lon_deg: Floats
    lat_deg: Floats
    given: Flags
    located: Flags
    centres: Places
    classes: Mapping[str, NDArray[np.int8]]
    clusters: VillageClusters
    single: list[bool | None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Assessment:
    """What a study found, before it is put into tables."""

    inputs: Inputs
    profile: Profile
    prediction: Prediction
    commune_codes: tuple[str, ...]
    households: HouseholdAnswers
    villages: VillageAnswers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Centres:
    lon_deg: Floats
    lat_deg: Floats
    shown_lon_deg: Floats
    shown_lat_deg: Floats
    given: Flags


def assess(
    inputs: Inputs,
    profile: Profile,
    *,
    engine: Engine = predict,
    progress: Callable[[float], None] | None = None,
) -> Assessment:
    """Predict, decide, classify and gather gaps.

    ``progress`` is called with the share of the prediction done.
    """
    table, village = settle(inputs.villages, inputs.households)
    lon, lat = (inputs.households[c].to_numpy(dtype=np.float64) for c in ("lon", "lat"))
    weight = inputs.households["weight"].fillna(1).to_numpy(dtype=np.float64)
    epsg = metric_crs(float(np.mean(lon)), float(np.mean(lat)))
    x_m, y_m = project(lon, lat, epsg)
    centres = _centres(table, village, weight, (lon, lat), (x_m, y_m), epsg)
    located = np.isfinite(centres.lon_deg)
    points = prediction_points(
        np.concatenate([lon, centres.lon_deg[located]]), np.concatenate([lat, centres.lat_deg[located]]), inputs.terrain
    )
    prediction = engine(inputs.network, inputs.terrain, points, profile, progress=progress)
    point = points.of_household[: len(lon)]
    places = Places(point=point, unknown_here=_unknown(inputs, profile, lon, lat))
    main = profile.main_service
    outdoor = {s.key: decide(prediction, places, profile, s, indoor=False) for s in profile.services}
    best = best_server(prediction, point, profile, main)
    distance_km, in_sight = sight_to_servers(
        prediction.sent, inputs.terrain, lon, lat, best.sector, rx_height_m=profile.receiver_height_m
    )
    commune_codes, commune = _communes_of(inputs, table, village)
    state = outdoor[main.key].overall.state
    households = HouseholdAnswers(
        lon_deg=lon,
        lat_deg=lat,
        weight=weight,
        epsg=epsg,
        x_m=x_m,
        y_m=y_m,
        village=village,
        commune=commune,
        places=places,
        outdoor=outdoor,
        indoor=decide(prediction, places, profile, main, indoor=True),
        best=best,
        distance_km=distance_km,
        in_sight=in_sight,
        gap=number_gaps(state, x_m, y_m, weight, village, commune, profile),
    )
    centre_point = points.of_household[len(lon) :]
    return Assessment(
        inputs=inputs,
        profile=profile,
        prediction=prediction,
        commune_codes=commune_codes,
        households=households,
        villages=_villages(inputs, profile, prediction, table, centres, located, centre_point, households),
    )


def _centres(
    table: pd.DataFrame,
    village: Ints,
    weight: Floats,
    degrees: tuple[Floats, Floats],
    metres: tuple[Floats, Floats],
    epsg: int,
) -> _Centres:
    """Return each village's centre: as listed, else its most central household, whose own position is not shown."""
    lon, lat = (table[c].to_numpy(dtype=np.float64) for c in ("lon", "lat"))
    given = np.isfinite(lon) & np.isfinite(lat)
    estimated = estimated_centre(village, weight, *metres, n_villages=len(table))
    there = estimated.member >= 0
    member = np.maximum(estimated.member, 0)
    shown_lon, shown_lat = unproject(np.where(there, estimated.x_m, 0.0), np.where(there, estimated.y_m, 0.0), epsg)
    return _Centres(
        lon_deg=np.where(given, lon, np.where(there, degrees[0][member], np.nan)),
        lat_deg=np.where(given, lat, np.where(there, degrees[1][member], np.nan)),
        shown_lon_deg=np.where(given, lon, np.where(there, shown_lon, np.nan)),
        shown_lat_deg=np.where(given, lat, np.where(there, shown_lat, np.nan)),
        given=given,
    )


def _unknown(inputs: Inputs, profile: Profile, lon: Floats, lat: Floats) -> Mapping[str, Flags]:
    return unknown_here(inputs.network.inventories, inputs.communes, lon, lat, reach_km=profile.unlisted_reach_km)


def _communes_of(inputs: Inputs, villages: pd.DataFrame, village: Ints) -> tuple[tuple[str, ...], Ints]:
    """Return all commune codes and each household's; the commune of its village where its own row has none."""
    own = inputs.households["commune_code"].fillna("").astype(str).to_numpy(dtype=object)
    of_village = villages["commune_code"].fillna("").astype(str).to_numpy(dtype=object)
    if len(of_village):
        own = np.where((own == "") & (village >= 0), of_village[np.maximum(village, 0)], own)
    known = [] if inputs.communes is None else list(inputs.communes["commune_code"])
    codes = tuple(dict.fromkeys([*known, *sorted(set(own) - {""} - set(known))]))
    return codes, pd.Index(codes, dtype=object).get_indexer(pd.Index(own)).astype(np.int64)


def gap_groups(village: Ints, commune: Ints) -> Ints:
    """Number the pairs of village and commune, by village first."""
    group: Ints = (village + 1) * (commune.max(initial=0) + 2) + commune + 1
    return group


def number_gaps(
    state: NDArray[np.int8], x_m: Floats, y_m: Floats, weight: Floats, village: Ints, commune: Ints, profile: Profile
) -> Ints:
    """Number the gap of every unserved household; a gap lies in one village and one commune."""
    gap = np.full(len(state), UNCLUSTERED, dtype=np.int64)
    dark = np.flatnonzero(state == UNSERVED)
    group = gap_groups(village, commune)[dark]
    labels = cluster(x_m[dark], y_m[dark], group, link_m=profile.gap.link_m)
    gap[dark] = gap_labels(labels, weight[dark], min_households=profile.gap.min_households)
    return gap


def _villages(
    inputs: Inputs,
    profile: Profile,
    prediction: Prediction,
    table: pd.DataFrame,
    centres: _Centres,
    located: Flags,
    point: Ints,
    households: HouseholdAnswers,
) -> VillageAnswers:
    unknown = _unknown(inputs, profile, centres.lon_deg[located], centres.lat_deg[located])
    places = Places(point=point, unknown_here=unknown)
    clusters = {
        s.key: cluster_state(
            households.village,
            households.weight,
            households.outdoor[s.key].overall.state,
            households.x_m,
            households.y_m,
            rule=profile.village,
            link_m=profile.gap.link_m,
            n_villages=len(table),
        )
        for s in profile.services
    }
    classes = {
        s.key: village_class(_centre_codes(prediction, places, profile, s, located), clusters[s.key].state)
        for s in profile.services
    }
    main = profile.main_service
    at_centre = decide(prediction, places, profile, main, indoor=False)
    single: list[bool | None] = [None] * len(table)
    told = single_operator(at_centre.by_operator, terrain_known=places.known(prediction))
    for at, one in zip(np.flatnonzero(located), told, strict=True):
        single[at] = one
    return VillageAnswers(
        table=table,
        lon_deg=centres.shown_lon_deg,
        lat_deg=centres.shown_lat_deg,
        given=centres.given,
        located=located,
        centres=places,
        classes=classes,
        clusters=clusters[main.key],
        single=single,
    )


def _centre_codes(
    prediction: Prediction, places: Places, profile: Profile, service: ServiceRule, located: Flags
) -> NDArray[np.int8]:
    codes = np.full(len(located), CENTRE_STATES.index("no_data"), dtype=np.int8)
    codes[located] = centre_states(
        layers_after_margins(prediction, places.point, profile, service, indoor=False),
        rules={t: profile.rules[t] for t in service.technologies if t in profile.rules},
        unknown_here=places.unknown_here,
        terrain_known=places.known(prediction),
    )
    return codes
