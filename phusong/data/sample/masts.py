"""The true network of the sample: where the masts of the four operators stand, what they carry and which are silent."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from phusong.coverage.network import Network, Sector, Service, Site, SiteKind, Span, Technology
from phusong.coverage.radio.link import carrier_eirp_dbm, uplink_max_path_loss_db
from phusong.coverage.terrain import Terrain
from phusong.data.sample.land import Land, dice, spread
from phusong.data.sample.people import Villages
from phusong.data.sample.recipe import Frame, Recipe
from phusong.data.sample.surface import shown_at

Grid = NDArray[np.float64]
Cells = NDArray[np.int32]

OPERATORS = ("viettel", "vinaphone", "mobifone", "vietnamobile")
SHARES = (0.38, 0.28, 0.23, 0.11)
TOWN_SHARE = (1.0, 0.32, 0.32, 0.6)
"""Share of each operator's sites in towns; the others reach the villages, each operator its own."""
VILLAGE_SITES_APART_M = 2_200.0
GAIN_DBI = {900: 15.5, 1800: 17.5, 2100: 17.5, 2600: 18.0, 3700: 18.0, 3800: 18.0}
BANDWIDTH_MHZ = {("2G", 900): 0.2, ("3G", 2100): 5.0, ("3G", 900): 5.0, ("4G", 900): 5.0, ("4G", 1800): 20.0,
                 ("4G", 2100): 10.0, ("5G", 2600): 100.0, ("5G", 3700): 100.0, ("5G", 3800): 100.0}  # fmt: skip
FIVE_G_MHZ = {"viettel": 2600, "vinaphone": 3700, "mobifone": 3800}
CARRIER_MHZ = {900: 940.0, 1800: 1840.0, 2100: 2140.0, 2600: 2560.0, 3700: 3750.0, 3800: 3850.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """One technology on one band, as it truly is sent: one azimuth a sector, power of the carrier at the port."""

    technology: Technology
    band_mhz: int
    azimuths_deg: tuple[float, ...]
    e_tilt_deg: float
    m_tilt_deg: float
    power_dbm: float
    feeder_loss_db: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mast:
    """One operator's true site; ``commune`` is −1 beyond the border, ``shared_with`` the number of another mast."""

    number: int
    operator: str
    x_m: float
    y_m: float
    commune: int
    place: str
    kind: SiteKind
    mast_type: str
    mast_height_m: float
    antenna_height_m: float
    carriers: tuple[Carrier, ...]
    on_air: bool
    listed: bool
    shared_with: int | None = None


@dataclass(slots=True)
class _Spot:
    x_m: float
    y_m: float
    commune: int
    place: str


def raise_masts(
    villages: Villages, land: Land, terrain: Terrain, frame: Frame, recipe: Recipe, seed: int
) -> list[Mast]:
    """Return the true masts of the province, then those of the neighbouring province."""
    random = dice(seed, "masts")
    towns, rural = _spots(villages, land, recipe, seed)
    masts: list[Mast] = []
    for operator, spot, shared_with in _plan(towns, rural, recipe, random):
        masts.append(_mast(len(masts), operator, spot, shared_with, masts, terrain, frame, random))
    masts = _with_silent_and_unlisted(masts, recipe, random)
    for x, y in _neighbour_spots(land, recipe, seed):
        operator = str(random.choice(OPERATORS, p=SHARES))
        masts.append(_mast(len(masts), operator, _Spot(x, y, -1, "village"), None, masts, terrain, frame, random))
    return masts


def _spots(villages: Villages, land: Land, recipe: Recipe, seed: int) -> tuple[list[_Spot], list[_Spot]]:
    """Return places for masts: towns by size, and by turns larger villages, hilltops and roads."""
    random = dice(seed, "spots")
    by_size = np.argsort(-villages.houses * np.exp(random.normal(0.0, 0.5, len(villages.cell))), kind="stable")
    towns = [int(k) for k in by_size if villages.is_town[k]]
    others = [int(k) for k in by_size if not villages.is_town[k]]

    def at(k: int) -> _Spot:
        place = "town" if villages.is_town[k] else "village"
        return _Spot(float(villages.x_m[k]), float(villages.y_m[k]), int(villages.commune[k]), place)

    of_cell = {int(villages.cell[k]): k for k in others}
    larger = villages.cell[others].astype(np.int32)
    apart = spread(land.frame, larger, VILLAGE_SITES_APART_M, round(0.5 * recipe.sites), land.towns)
    rural = [at(of_cell[int(cell)]) for cell in apart]
    wild = _wild_spots(villages, land, recipe, random, seed)
    order = np.argsort(np.r_[np.arange(len(rural)) / 0.6, np.arange(len(wild)) / 0.4], kind="stable")
    return [at(k) for k in towns], [(rural + wild)[int(k)] for k in order]


def _wild_spots(villages: Villages, land: Land, recipe: Recipe, random: np.random.Generator, seed: int) -> list[_Spot]:
    """Return places away from villages: along roads between towns, and hilltops near a road with houses below."""
    n_cols = land.frame.shape[1]
    roads = random.permutation(np.flatnonzero(land.road)).astype(np.int32)
    reach = ndimage.binary_dilation(land.road, iterations=24)
    height = ndimage.gaussian_filter(land.height_m, 1.0)
    tops = (height == ndimage.maximum_filter(height, 15)) & reach & (land.commune >= 0)
    hills = np.flatnonzero(tops).astype(np.int32)
    tops_m = np.column_stack([hills % n_cols, hills // n_cols * land.frame.aspect]) * land.frame.cell_m
    around = cKDTree(np.column_stack([villages.x_m, villages.y_m])).query_ball_point(tops_m, 4_000.0)
    houses = np.array([villages.houses[k].sum() for k in around])
    hills = hills[np.argsort(-houses, kind="stable")]
    found: list[_Spot] = []
    for cells, place, share in ((roads, "road", 0.06), (hills, "hill", 0.24)):
        chosen = spread(land.frame, cells, 2_500.0, max(1, round(share * recipe.sites)))
        places = zip(*shown_at(land.frame, chosen, seed), land.commune.ravel()[chosen], strict=True)
        found += [_Spot(float(x), float(y), int(commune), place) for x, y, commune in places]
    return found


def _plan(
    towns: list[_Spot], rural: list[_Spot], recipe: Recipe, random: np.random.Generator
) -> list[tuple[str, _Spot, int | None]]:
    """Give each operator its places, the larger towns first, and let some pairs of operators share a mast."""
    counts = [round(share * recipe.sites) for share in SHARES]
    counts[0] += recipe.sites - sum(counts)
    counts[-1] += recipe.unlisted_sites
    planned: list[tuple[str, _Spot]] = []
    alone_at: dict[int, int] = {}
    partners: list[tuple[int, int]] = []
    left = iter(rural)
    for operator, count, town_share in zip(OPERATORS, counts, TOWN_SHARE, strict=True):
        liking = np.arange(len(towns)) / len(towns) + random.normal(0.0, 0.15, len(towns))
        in_towns = np.argsort(liking, kind="stable")[: round(town_share * count)].tolist()
        for k in in_towns:
            if k in alone_at:
                partners.append((len(planned), alone_at.pop(k)))
            else:
                alone_at[k] = len(planned)
            planned.append((operator, towns[k]))
        planned += [(operator, spot) for _, spot in zip(range(count - len(in_towns)), left, strict=False)]
    chosen = random.permutation(len(partners))[: recipe.shared_pairs]
    shared = dict(partners[int(k)] for k in chosen)
    return [(operator, spot, shared.get(number)) for number, (operator, spot) in enumerate(planned)]


def _mast(
    number: int, operator: str, spot: _Spot, shared_with: int | None, masts: list[Mast], terrain: Terrain,
    frame: Frame, random: np.random.Generator,
) -> Mast:  # fmt: skip
    kind: SiteKind = "remote_sector" if random.random() < 0.06 else "macro"
    mast_type = str(random.choice(("guyed", "lattice", "monopole", "rooftop"), p=(0.5, 0.25, 0.1, 0.15)))
    if spot.place in ("road", "hill") and mast_type == "rooftop":
        mast_type = "guyed"
    low, high = {"guyed": (36, 45), "lattice": (42, 60), "monopole": (24, 33), "rooftop": (18, 27)}[mast_type]
    height = float(random.integers(low, high + 1))
    x, y = _better_ground(spot, terrain, frame, random)
    if shared_with is not None:
        x, y, height = masts[shared_with].x_m, masts[shared_with].y_m, masts[shared_with].mast_height_m
        mast_type = masts[shared_with].mast_type
    below = random.uniform(1.0, 4.0) + (random.uniform(4.0, 8.0) if shared_with is not None else 0.0)
    return Mast(
        number=number,
        operator=operator,
        x_m=x,
        y_m=y,
        commune=spot.commune,
        place=spot.place,
        kind=kind,
        mast_type=mast_type,
        mast_height_m=height,
        antenna_height_m=round(height - below, 1),
        carriers=_carriers(operator, kind, spot.place == "town", random),
        on_air=True,
        listed=True,
        shared_with=shared_with,
    )


def _better_ground(spot: _Spot, terrain: Terrain, frame: Frame, random: np.random.Generator) -> tuple[float, float]:
    """Move a mast to the highest of a few places about its spot."""
    size = 60.0 if spot.place == "hill" else 260.0
    x = spot.x_m + random.normal(0.0, size, 16)
    y = spot.y_m + random.normal(0.0, size, 16)
    row, col = frame.cell(x, y)
    best = int(np.argmax(terrain.elevation_m[row, col]))
    return float(x[best]), float(y[best])


def _carriers(operator: str, kind: SiteKind, town: bool, random: np.random.Generator) -> tuple[Carrier, ...]:
    """Choose technologies and bands; all carriers of a site share their sectors' directions."""
    small = operator == "vietnamobile"
    bands: list[tuple[Technology, int]] = [("4G", 2100 if small else 1800)]
    if random.random() < 0.65:
        bands.insert(0, ("2G", 900))
    if random.random() < 0.70:
        bands.insert(-1, ("3G", 900 if small and random.random() < 0.5 else 2100))
    if not small and random.random() < 0.90:
        bands.append(("4G", 900))
    if town and operator in FIVE_G_MHZ and random.random() < 0.20:
        bands.append(("5G", FIVE_G_MHZ[operator]))
    n = 1 if kind == "remote_sector" else int(random.choice((2, 3), p=(0.12, 0.88)))
    start = random.uniform(0.0, 360.0)
    steps = np.arange(n) * 360.0 / 3 + random.normal(0.0, 12.0, n)
    azimuths = tuple(float(a) for a in (np.round((start + steps) / 5.0) * 5.0 % 360.0))
    return tuple(
        Carrier(
            technology=technology,
            band_mhz=band,
            azimuths_deg=azimuths,
            e_tilt_deg=float(random.integers(1, 7)),
            m_tilt_deg=float(random.integers(0, 4)),
            power_dbm=float(np.clip(np.round(random.normal(43.0, 1.2), 1), 40.0, 46.0)),
            feeder_loss_db=float(random.choice((1.0, 2.0, 3.0), p=(0.6, 0.25, 0.15))),
        )
        for technology, band in bands
    )


def _with_silent_and_unlisted(masts: list[Mast], recipe: Recipe, random: np.random.Generator) -> list[Mast]:
    """Leave out of the last operator's list its sites of a few neighbouring communes; silence some listed sites."""
    last = [m for m in masts if m.operator == OPERATORS[-1]]
    centre = last[int(random.integers(len(last)))]
    nearest = sorted(last, key=lambda m: (np.hypot(m.x_m - centre.x_m, m.y_m - centre.y_m), m.number))
    unlisted = {m.number for m in nearest[: recipe.unlisted_sites]}
    listed = [m.number for m in masts if m.number not in unlisted]
    silent = set(random.choice(listed, size=round(recipe.off_air_share * recipe.sites), replace=False).tolist())
    return [replace(m, on_air=m.number not in silent, listed=m.number not in unlisted) for m in masts]


def _neighbour_spots(land: Land, recipe: Recipe, seed: int) -> list[tuple[float, float]]:
    """Choose valley places between about 1 and 11 km beyond the border."""
    frame = land.frame
    outside = land.commune < 0
    away_m = ndimage.distance_transform_edt(outside, sampling=(frame.cell_m * frame.aspect, frame.cell_m))
    rows, cols = np.indices(frame.shape)
    inner = (np.minimum(rows, frame.shape[0] - rows) > 25) & (np.minimum(cols, frame.shape[1] - cols) > 25)
    fits = outside & inner & (away_m > 1_000.0) & (away_m < 11_000.0) & (land.valley < 1.0)
    cells = dice(seed, "neighbours").permutation(np.flatnonzero(fits)).astype(np.int32)
    chosen = spread(frame, cells, 5_000.0, recipe.neighbour_sites)
    x, y = shown_at(frame, chosen, seed)
    return list(zip(x.tolist(), y.tolist(), strict=True))


def site_id(mast: Mast) -> str:
    """Return the operator's code of a site: ``MAU0012`` of Viettel, ``MAU-VNP-012`` …; neighbours begin with GR."""
    province = "GR" if mast.commune < 0 else "MAU"
    style = {"viettel": "{p}{n:04d}", "vinaphone": "{p}-VNP-{n:03d}", "mobifone": "MBF_{p}_{n:03d}"}
    return style.get(mast.operator, "VNM{p}{n:03d}").format(p=province, n=mast.number + 1)


def network_of(masts: list[Mast], frame: Frame, codes: list[str]) -> Network:
    """Return the true network as the engine takes it: every value exact, silent sites off."""
    sites = []
    for mast in masts:
        lon, lat = frame.lonlat(np.array([mast.x_m]), np.array([mast.y_m]))
        sites.append(
            Site(
                site_id=site_id(mast),
                name=site_id(mast),
                lon_deg=float(lon[0]),
                lat_deg=float(lat[0]),
                province_code="99" if mast.commune >= 0 else "98",
                commune_code=codes[mast.commune] if mast.commune >= 0 else "",
                kind=mast.kind,
                services=tuple(_service(mast, carrier) for carrier in mast.carriers),
            )
        )
    return Network(sites=tuple(sites), inventories=())


def _service(mast: Mast, carrier: Carrier) -> Service:
    gain_dbi, feeder_db = GAIN_DBI[carrier.band_mhz], carrier.feeder_loss_db
    eirp = carrier_eirp_dbm(Span.exactly(carrier.power_dbm), Span.exactly(gain_dbi), Span.exactly(feeder_db))
    return Service(
        operator=mast.operator,
        technology=carrier.technology,
        band=str(carrier.band_mhz),
        frequency_mhz=CARRIER_MHZ[carrier.band_mhz],
        bandwidth_mhz=BANDWIDTH_MHZ[carrier.technology, carrier.band_mhz],
        operators_served=(mast.operator,),
        status="on_air" if mast.on_air else "off",
        sectors=tuple(
            Sector(
                sector_id=f"{site_id(mast)}/{carrier.technology}/{carrier.band_mhz}/{k + 1}",
                azimuth_deg=azimuth,
                ring_size=len(carrier.azimuths_deg),
                downtilt_deg=Span.exactly(carrier.e_tilt_deg + carrier.m_tilt_deg),
                height_agl_m=Span.exactly(mast.antenna_height_m),
                eirp_dbm=eirp,
                uplink_max_loss_db=uplink_max_path_loss_db(
                    carrier.technology, CARRIER_MHZ[carrier.band_mhz], gain_dbi, feeder_db
                ),
            )
            for k, azimuth in enumerate(carrier.azimuths_deg)
        ),
    )
