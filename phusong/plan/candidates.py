"""Candidate sites: masts that could be upgraded or shared, and places where the terrain or people offer a new one.

Places near the gaps are gathered from five sources, those that cannot be built on are left out, the few of each gap
that see the most of its households are kept, and each becomes one or more options. How many were left out, and why, is
counted. Costs are not known here.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from phusong.coverage.carriers import Carrier
from phusong.coverage.criteria import Profile
from phusong.coverage.landforms import slope_percent, spaced
from phusong.coverage.network import Span
from phusong.coverage.terrain import Terrain
from phusong.coverage.viewsheds import Antennas, Targets
from phusong.data.crs import metric_crs, project
from phusong.data.inputs import Inputs
from phusong.plan.candidate import (
    ASSUMED_RULES,
    REFERENCE,
    SOURCE_TITLES,
    Candidate,
    CandidateRules,
    site_with,
)
from phusong.plan.candidate_land import Land, land_at
from phusong.plan.candidate_masts import MastOption, mast_options, operators_of
from phusong.plan.candidate_places import Places, Surroundings, gather
from phusong.plan.candidate_views import Kept, Lookout, houses_of_gaps
from phusong.words import Text

__all__ = [
    "ASSUMED_RULES",
    "Candidate",
    "CandidateRules",
    "CandidateSearch",
    "Carrier",
    "Surroundings",
    "Unserved",
    "candidates_table",
    "find_candidates",
    "search_candidates",
    "surroundings_of",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Wanted = Mapping[int, Set[int]]
"""The gaps that keep each place."""

REASONS: Mapping[str, Text] = {
    "kept": Text("giữ lại", "kept"),
    "not_a_mast": Text("không phải cột anten (trạm lặp, trạm nhỏ, xe lưu động)", "no mast (repeater, small cell, car)"),
    "not_standing": Text("chưa có cột đang hoạt động hoặc đang xây", "no mast that stands or is being built"),
    "no_terrain": Text("không có độ cao địa hình", "no terrain there"),
    "nothing_to_add": Text("không có gì để thêm", "nothing to add"),
    "outside": Text("ngoài các xã của nghiên cứu", "outside the communes of the study"),
    "land": Text("trên đất không được xây", "on land not to be built on"),
    "slope": Text("đất quá dốc", "ground too steep"),
    "road": Text("quá xa đường", "too far from a road"),
    "house": Text("ngay tại nhà dân", "at somebody's house"),
    "near_another": Text("sát một cột hoặc vị trí khác", "next to a mast or another place"),
    "others_see_more": Text("vị trí khác nhìn thấy nhiều hộ hơn", "other places see more households"),
}
"""What became of a place, in the order in which it is asked."""

KIND_ORDER = ("upgrade", "share", "new")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unserved:
    """Household points without the main service; ``gap`` numbers their gap in ``gap_ids``, −1 none."""

    lon_deg: Floats
    lat_deg: Floats
    weight: Floats
    gap: Ints
    gap_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CandidateSearch:
    """The candidates and how many places near gaps were kept and left out.

    ``counts`` has a row a source and reason: source, reason, places, source_vi, source_en, reason_vi, reason_en. Each
    place is counted once; one that is kept has reason ``kept``.
    """

    candidates: tuple[Candidate, ...]
    counts: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Facts:
    """What is known of each place before any is compared with another."""

    land: Land
    slope_percent: Floats
    options: tuple[tuple[MastOption, ...], ...]
    place_ids: tuple[str, ...]


def surroundings_of(inputs: Inputs, villages: pd.DataFrame) -> Surroundings:
    """Return what the inputs of a study hold; ``villages`` is its result table, whose centres are nobody's house."""
    reported = None if inputs.reported is None else inputs.reported.rows
    return Surroundings(
        network=inputs.network,
        terrain=inputs.terrain,
        layers=inputs.layers,
        centres=villages[["lon_deg", "lat_deg"]].to_numpy(dtype=np.float64),
        proposed=proposed_points(reported),
        communes=inputs.communes,
    )


def proposed_points(reported: pd.DataFrame | None) -> Floats:
    """Return longitude and latitude of the rows of a gap list whose position is that of a proposed station."""
    if reported is None:
        return np.empty((0, 2))
    rows = reported[reported["location_kind"] == "proposed_site"]
    return rows[["lon", "lat"]].to_numpy(dtype=np.float64)


def find_candidates(
    unserved: Unserved, around: Surroundings, profile: Profile, rules: CandidateRules = ASSUMED_RULES
) -> tuple[Candidate, ...]:
    """Return the candidates for the gaps of a study, as :func:`search_candidates` finds them."""
    return search_candidates(unserved, around, profile, rules).candidates


def search_candidates(
    unserved: Unserved, around: Surroundings, profile: Profile, rules: CandidateRules = ASSUMED_RULES
) -> CandidateSearch:
    """Find candidates near gaps and count what was left out.

    Returns
    -------
    search
        Candidates by place, kind, operator and height, in the same order for the same input. None where no household of
        a gap is unserved, or where no carrier of the rules gives the main service of the profile.
    """
    carrier = rules.carrier(profile)
    if carrier is None or not (unserved.gap >= 0).any():
        return CandidateSearch(candidates=(), counts=_counts([], []))
    epsg = metric_crs(float(np.mean(unserved.lon_deg)), float(np.mean(unserved.lat_deg)))
    houses = houses_of_gaps(
        unserved.lon_deg,
        unserved.lat_deg,
        unserved.weight,
        unserved.gap,
        around.terrain,
        gaps=len(unserved.gap_ids),
        most=rules.houses_a_gap,
    )
    places = gather(around, houses, rules, epsg=epsg)
    facts = _facts(places, around, carrier, profile, rules, epsg)
    reason = _reasons(places, facts, unserved, rules, epsg)
    free = np.flatnonzero(reason == "")
    alone = free[spaced(places.metres[free], rules.merge_m)]
    wanted = _wanted(places, alone, _lookout(places, houses, around.terrain, profile, epsg), rules)
    reason[free] = "near_another"
    reason[alone] = "others_see_more"
    reason[sorted(wanted)] = "kept"
    found = [
        candidate
        for at in sorted(wanted)
        for candidate in _options(places, facts, at, wanted[at], unserved, carrier, rules)
    ]
    found.sort(key=lambda c: (c.place_id, KIND_ORDER.index(c.kind), c.operator, c.height_agl_m, c.option_id))
    return CandidateSearch(candidates=tuple(found), counts=_counts(list(places.source), list(reason)))


def _lookout(places: Places, houses: Targets, terrain: Terrain, profile: Profile, epsg: int) -> Lookout:
    return Lookout(
        terrain=terrain,
        antennas=Antennas(lon_deg=places.lon_deg, lat_deg=places.lat_deg, height_agl_m=places.height_agl_m),
        houses=houses,
        places_m=places.metres,
        houses_m=np.column_stack(project(houses.lon_deg, houses.lat_deg, epsg)),
        rx_height_m=profile.receiver_height_m,
    )


def _facts(
    places: Places, around: Surroundings, carrier: Carrier, profile: Profile, rules: CandidateRules, epsg: int
) -> _Facts:
    operators, ids = operators_of(around.network), tuple(_place_ids(places))
    return _Facts(
        land=land_at(places.lon_deg, places.lat_deg, around.layers, around.communes, epsg=epsg, rules=rules),
        slope_percent=slope_percent(around.terrain, places.row, places.col),
        options=tuple(
            mast_options(masts, operators, carrier, profile, rules, place_id=place_id) if masts and not reason else ()
            for masts, reason, place_id in zip(places.masts, places.reason, ids, strict=True)
        ),
        place_ids=ids,
    )


def _place_ids(places: Places) -> Iterator[str]:
    """Yield a name for each place that stays as long as the place: of the mast, else of the position."""
    used: set[str] = set()
    for lon, lat, masts in zip(places.lon_deg, places.lat_deg, places.masts, strict=True):
        where = f"{lat:.4f},{lon:.4f}"
        name = f"M-{masts[0].site_id}" if masts else f"N-{where}"
        yield f"{name}@{where}" if name in used else name
        used.add(name)


def _reasons(
    places: Places, facts: _Facts, unserved: Unserved, rules: CandidateRules, epsg: int
) -> NDArray[np.object_]:
    """Return the first reason against each place, "" where there is none. Only new masts need ground and roads."""
    new, land = ~places.of("mast"), facts.land
    houses = np.column_stack(project(unserved.lon_deg, unserved.lat_deg, epsg))
    house_m, _ = cKDTree(houses).query(places.metres)
    against = {
        "no_terrain": np.isnan(places.ground_m),
        "nothing_to_add": ~new & np.array([not options for options in facts.options], dtype=np.bool_),
        "outside": new & land.outside,
        "land": new & land.on_forbidden,
        "slope": new & (facts.slope_percent > rules.max_slope_percent),
        "road": new & land.off_road,
        "house": new & (house_m <= rules.house_clearance_m),
    }
    reason = places.reason.copy()
    for name, true in against.items():
        reason[true & (reason == "")] = name
    return reason


def _wanted(places: Places, alone: Ints, lookout: Lookout, rules: CandidateRules) -> Wanted:
    """Return the places that some gap keeps, with the gaps."""
    gaps = lookout.houses.gaps
    masts, proposed, centres, ground = (
        alone[places.of(*sources)[alone]]
        for sources in (("mast",), ("proposed",), ("village_centre",), ("hilltop", "shoulder"))
    )
    new = _gathered(
        lookout.nearest(proposed, rules.search_m, len(proposed)),
        lookout.seeing(ground, rules.search_m, max(rules.least_new, math.ceil(rules.new_a_gap * gaps))),
        lookout.nearest(centres, rules.centre_search_m, 1),
    )
    if len(new) > rules.most_new:
        best = lookout.best(np.array(sorted(new)), rules.search_m, rules.most_new)
        new = {place: new[place] for place in best}
    old = _gathered(
        lookout.seeing(masts, rules.mast_search_m, max(rules.least_masts, math.ceil(rules.masts_a_gap * gaps))),
        lookout.nearest(masts, rules.mast_search_m, rules.nearest_masts),
    )
    return {**old, **new}


def _gathered(*kept: Kept) -> Wanted:
    found: dict[int, set[int]] = {}
    for gap, place in itertools.chain(*kept):
        found.setdefault(place, set()).add(gap)
    return found


def _options(
    places: Places,
    facts: _Facts,
    at: int,
    gaps: Set[int],
    unserved: Unserved,
    carrier: Carrier,
    rules: CandidateRules,
) -> Iterator[Candidate]:
    """Yield the candidates of one place."""
    ids = tuple(sorted(unserved.gap_ids[gap] for gap in gaps))
    options = facts.options[at] if places.masts[at] else _new_options(places, facts, at, carrier, rules)
    for option in options:
        host = option.host
        yield Candidate(
            place_id=facts.place_ids[at],
            kind=option.kind,
            source=places.source[at],
            host_site_id="" if host is None else host.site_id,
            operator=option.operator,
            lon_deg=option.site.lon_deg,
            lat_deg=option.site.lat_deg,
            ground_m=float(places.ground_m[at]),
            height_agl_m=option.height_m,
            technology=carrier.technology,
            band=carrier.band,
            site=option.site,
            slope_percent=round(float(facts.slope_percent[at]), 1),
            road_km=float(facts.land.road_km[at]),
            road_class=facts.land.road_class[at],
            grid_km=round(float(facts.land.grid_km[at]), 3),
            constraints=facts.land.constraints[at],
            near_gap_ids=ids,
            commune_code=facts.land.commune_code[at],
        )


def _new_options(
    places: Places, facts: _Facts, at: int, carrier: Carrier, rules: CandidateRules
) -> Iterator[MastOption]:
    lon, lat = round(float(places.lon_deg[at]), 6), round(float(places.lat_deg[at]), 6)
    for height_m in sorted(set(rules.heights_m)):
        name = f"{facts.place_ids[at]}/new-{height_m:g}m-{carrier.key}"
        sector = carrier.sector(name, Span.exactly(height_m))
        units = ("", facts.land.commune_code[at])
        site = site_with(carrier, REFERENCE, (sector,), name=name, lon_deg=lon, lat_deg=lat, units=units)
        yield MastOption(kind="new", operator=REFERENCE, host=None, height_m=height_m, site=site)


def _counts(sources: Sequence[str], reasons: Sequence[str]) -> pd.DataFrame:
    """Return how many places of each source had each end, those that happened, in the order of both lists."""
    pairs = list(zip(sources, reasons, strict=True))
    rows = [
        (source, reason, n, title.vi, title.en, words.vi, words.en)
        for source, title in SOURCE_TITLES.items()
        for reason, words in REASONS.items()
        if (n := pairs.count((source, reason)))
    ]
    columns = ("source", "reason", "places", "source_vi", "source_en", "reason_vi", "reason_en")
    return pd.DataFrame(rows, columns=list(columns))


CANDIDATE_COLUMNS = (
    *("option_id", "place_id", "kind", "source", "host_site_id", "operator", "technology", "band", "height_agl_m"),
    *("lon_deg", "lat_deg", "ground_m", "commune_code", "gap_ids", "slope_percent", "road_class", "road_km", "grid_km"),
    "constraints",
)


def candidates_table(candidates: Sequence[Candidate]) -> gpd.GeoDataFrame:
    """Return one row an option, with a point; columns that mean the same as those of the plan are named alike."""
    rows = [
        {
            **{name: getattr(c, name) for name in CANDIDATE_COLUMNS if name not in ("gap_ids", "constraints")},
            "gap_ids": ";".join(c.near_gap_ids),
            "constraints": ";".join(c.constraints),
        }
        for c in candidates
    ]
    table = pd.DataFrame(rows, columns=list(CANDIDATE_COLUMNS))
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon_deg"], table["lat_deg"]), crs="EPSG:4326")
