"""What if a mast stood here: the households it would serve, how sure that is, and what it would cost.

Asked of the matrix and the prices that a plan chooses by, so that a plan says the same of the same mast.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.carriers import Carrier
from phusong.coverage.coverage_matrix import coverage_matrix
from phusong.coverage.landforms import slope_percent
from phusong.coverage.network import Span, Technology
from phusong.coverage.prediction import Points
from phusong.coverage.siting_worlds import Held, held_when_perturbed
from phusong.coverage.terrain import MISSING, Terrain
from phusong.data.crs import metric_crs
from phusong.errors import TerrainError, UnknownNameError
from phusong.plan.candidate import ASSUMED_RULES, HEIGHT_M, REFERENCE, UNKNOWN, Candidate, CandidateRules, site_with
from phusong.plan.candidate_land import Land, distances_km, land_at
from phusong.plan.costs import SiteCost, site_cost
from phusong.plan.supply import Supply, site_facts, supplies
from phusong.study.kept import KeptStudy
from phusong.words import Text, number

Flags = NDArray[np.bool_]

MAST_HEIGHT_M = 42.0
"""Height of the antennas where none is said: the middle one of those a plan tries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMast:
    """A mast that is asked about; ``technology`` None takes what a plan of the study would put on air."""

    lon_deg: float
    lat_deg: float
    height_agl_m: float = MAST_HEIGHT_M
    technology: Technology | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfVillage:
    """The households of one village that the mast would serve, of those without service today."""

    village_code: str
    village_name: str
    commune_code: str
    households: float
    without: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WhatIf:
    """The answer: ``served`` says of each household of the study's demand whether the mast would surely serve it.

    ``held`` counts them in the worlds of the profile's uncertainty; ``notes`` say what speaks against the place.
    """

    candidate: Candidate
    carrier: Carrier
    served: Flags
    households: float
    demand: float
    held: Held
    villages: tuple[OfVillage, ...]
    supply: Supply
    cost: SiteCost
    notes: tuple[Text, ...]


def what_if(kept: KeptStudy, asked: AskedMast, rules: CandidateRules = ASSUMED_RULES) -> WhatIf:
    """Answer for one new mast.

    Raises
    ------
    OutOfRangeError
        A height that no mast has.
    TerrainError
        Nothing is known of the ground there.
    UnknownNameError
        A technology that does not give the main service.
    """
    ground, demand = kept.ground, kept.demand
    inputs, engine = ground.inputs, ground.correction.predict
    carrier = _carrier(kept, asked.technology, rules)
    land = _land(kept, asked, rules)
    candidate = _candidate(inputs.terrain, asked, carrier, land)
    matrix = coverage_matrix([candidate.site], inputs.terrain, demand.points, kept.profile, engine=engine)
    at = matrix.of(0)
    points = Points(
        lon_deg=demand.points.lon_deg[at], lat_deg=demand.points.lat_deg[at], of_household=np.arange(len(at))
    )
    held = held_when_perturbed(
        inputs.network, [candidate.site], inputs.terrain, points, demand.point_weight[at], kept.profile, engine=engine
    )
    served = demand.at(matrix.served_by([0]))
    supply = _supply(kept, candidate)
    return WhatIf(
        candidate=candidate,
        carrier=carrier,
        served=served,
        households=float(demand.weight[served].sum()),
        demand=demand.households,
        held=held,
        villages=tuple(_by_village(kept, served)),
        supply=supply,
        cost=site_cost(site_facts(candidate, supply), kept.prices),
        notes=tuple(_notes(candidate, land, rules)),
    )


def technologies_of(kept: KeptStudy, rules: CandidateRules = ASSUMED_RULES) -> tuple[Technology, ...]:
    """Return what a mast may be asked with, the one a plan takes first."""
    counted = [t for t in kept.profile.main_service.technologies if t in kept.profile.rules]
    return tuple(carrier.technology for carrier in rules.carriers if carrier.technology in counted)


def _carrier(kept: KeptStudy, technology: Technology | None, rules: CandidateRules) -> Carrier:
    known = technologies_of(kept, rules)
    wanted = known[0] if technology is None and known else technology
    if wanted not in known:
        names = ", ".join(known) or "–"
        raise UnknownNameError(
            Text(
                f"Trạm mới của nghiên cứu này chỉ thử được với: {names}.",
                f"New masts of this study can be tried with: {names}.",
            )
        )
    return next(carrier for carrier in rules.carriers if carrier.technology == wanted)


def _land(kept: KeptStudy, asked: AskedMast, rules: CandidateRules) -> Land:
    lon, lat = np.array([asked.lon_deg]), np.array([asked.lat_deg])
    epsg = metric_crs(asked.lon_deg, asked.lat_deg)
    inputs = kept.ground.inputs
    return land_at(lon, lat, inputs.layers, inputs.communes, epsg=epsg, rules=rules)


def _candidate(terrain: Terrain, asked: AskedMast, carrier: Carrier, land: Land) -> Candidate:
    """Return the mast as a candidate of a plan."""
    HEIGHT_M.check("height_agl_m", asked.height_agl_m)
    lon, lat = round(asked.lon_deg, 6), round(asked.lat_deg, 6)
    row, col = terrain.cell_at(np.array([lon]), np.array([lat]))
    if row[0] < 0 or terrain.elevation_m[row[0], col[0]] == MISSING:
        raise TerrainError(
            Text("Không có độ cao địa hình ở vị trí này.", "Nothing is known of the height of the ground here.")
        )
    place_id = f"N-{lat:.4f},{lon:.4f}"
    name = f"{place_id}/new-{asked.height_agl_m:g}m-{carrier.key}"
    units = ("", land.commune_code[0])
    sectors = (carrier.sector(name, Span.exactly(asked.height_agl_m)),)
    return Candidate(
        place_id=place_id,
        kind="new",
        source="proposed",
        host_site_id="",
        operator=REFERENCE,
        lon_deg=lon,
        lat_deg=lat,
        ground_m=float(terrain.elevation_m[row[0], col[0]]),
        height_agl_m=asked.height_agl_m,
        technology=carrier.technology,
        band=carrier.band,
        site=site_with(carrier, REFERENCE, sectors, name=name, lon_deg=lon, lat_deg=lat, units=units),
        slope_percent=float(slope_percent(terrain, row, col)[0]),
        road_km=float(land.road_km[0]),
        road_class=land.road_class[0],
        grid_km=float(land.grid_km[0]),
        constraints=land.constraints[0],
        commune_code=land.commune_code[0],
    )


def _supply(kept: KeptStudy, candidate: Candidate) -> Supply:
    """Return link and power without relays: which hills hand a hop on is looked for by a plan alone."""
    inputs = kept.ground.inputs
    lon, lat = np.array([candidate.lon_deg]), np.array([candidate.lat_deg])
    fibre_km = distances_km(inputs.layers.fibre, lon, lat, epsg=metric_crs(candidate.lon_deg, candidate.lat_deg))
    (found,) = supplies([candidate], inputs.terrain, kept.ground.shown.sites, kept.prices, fibre_km=fibre_km)
    return found


def _by_village(kept: KeptStudy, served: Flags) -> Iterator[OfVillage]:
    """Yield the villages with households to be served, the most first."""
    demand = kept.demand
    columns = ["village_code", "village_name", "commune_code"]
    rows = kept.dark.iloc[demand.household][columns].astype(str).reset_index(drop=True)
    rows = rows.assign(without=demand.weight, households=np.where(served, demand.weight, 0.0))
    sums = rows.groupby(columns, sort=True)[["households", "without"]].sum().reset_index()
    sums = sums[sums["households"] > 0].sort_values("households", ascending=False, kind="stable")
    for row in sums.to_dict("records"):
        yield OfVillage(**{str(name): value for name, value in row.items()})


def _notes(candidate: Candidate, land: Land, rules: CandidateRules) -> Iterator[Text]:
    """Yield why a plan would not look for a mast here."""
    if land.outside[0]:
        yield Text("Nằm ngoài các xã của nghiên cứu.", "It lies outside the communes of the study.")
    if land.on_forbidden[0]:
        yield Text("Nằm trên đất không được xây.", "It stands on land not to be built on.")
    if candidate.slope_percent > rules.max_slope_percent:
        steep, most = (number(v) for v in (candidate.slope_percent, rules.max_slope_percent))
        yield Text(
            f"Đất dốc {steep} %: phương án chỉ tìm nơi dốc tới {most} %.",
            f"The ground slopes {steep} %: a plan looks for places of {most} % at most.",
        )
    if land.off_road[0]:
        yield Text("Xa đường hơn mức phương án tìm.", "Farther from a road than a plan looks.")
    if candidate.constraints == (UNKNOWN,):
        yield Text("Chưa có lớp đất hạn chế xây dựng để kiểm tra.", "There is no layer of restricted land to check by.")
