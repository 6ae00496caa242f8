"""Worlds that differ from what a study assumes: true heights, powers, silent sites, terrain, homes and shadowing.

They are made otherwise than ``phusong.coverage.worlds`` draws its own (true inputs through the engine, exponential
instead of bilinear correlation, uniform instead of normal errors), so that they can show its intervals to be wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, zoom

from phusong.coverage.criteria import Profile
from phusong.coverage.network import Network, Sector, Service, Site, Span
from phusong.coverage.prediction import predict, prediction_points
from phusong.coverage.states import service_thresholds_dbm
from phusong.coverage.terrain import MISSING, Terrain

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

METRES_A_DEGREE = 111_195.0
FEATURES = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What one world hides from the study."""

    sigma_db: float
    correlation_m: float
    own_share: float
    bias_db: float
    height_error: float
    power_error_db: float
    off_air_share: float
    smoothing_cells: float
    canopy_m: float
    moved_m: float
    seed: int


def hidden(seed: int) -> Hidden:
    """Draw what a world hides; all numbers within the ranges in which the intervals have to hold."""
    rng = np.random.default_rng([seed, 99])
    return Hidden(
        sigma_db=rng.uniform(6.0, 10.0),
        correlation_m=rng.uniform(60.0, 250.0),
        own_share=rng.uniform(0.3, 0.7),
        bias_db=rng.uniform(-4.0, 4.0),
        height_error=0.15,
        power_error_db=3.0,
        off_air_share=rng.uniform(0.02, 0.05),
        smoothing_cells=rng.uniform(0.0, 1.5),
        canopy_m=rng.uniform(-8.0, 8.0),
        moved_m=30.0,
        seed=seed,
    )


def true_network(network: Network, world: Hidden) -> Network:
    """Return the network as it is: every value exact, some sites silent."""
    rng = np.random.default_rng([world.seed, 1])
    return replace(network, sites=tuple(_true_site(site, world, rng) for site in network.sites))


def _true_site(site: Site, world: Hidden, rng: np.random.Generator) -> Site:
    if rng.random() < world.off_air_share:
        return replace(site, services=())
    taller = rng.uniform(1.0 - world.height_error, 1.0 + world.height_error)
    stronger_db = rng.uniform(-world.power_error_db, world.power_error_db)
    place, turn_deg = rng.random(3), rng.uniform(0.0, 360.0)

    def true_sector(k: int, sector: Sector) -> Sector:
        azimuth = sector.azimuth_deg
        if azimuth is None and sector.ring_size > 0:
            azimuth = (turn_deg + 360.0 * k / sector.ring_size) % 360.0
        return replace(
            sector,
            azimuth_deg=azimuth,
            height_agl_m=Span.exactly(taller * _within(sector.height_agl_m, place[0])),
            eirp_dbm=Span.exactly(stronger_db + _within(sector.eirp_dbm, place[1])),
            downtilt_deg=Span.exactly(_within(sector.downtilt_deg, place[2])),
        )

    def true_service(service: Service) -> Service:
        status = service.status if service.status != "unknown" else ("listed", "off")[int(rng.integers(2))]
        sectors = tuple(true_sector(k, sector) for k, sector in enumerate(service.sectors))
        return replace(service, status=status, sectors=sectors)  # type: ignore[arg-type]

    return replace(site, services=tuple(true_service(service) for service in site.services))


def _within(span: Span, share: float) -> float:
    return span.low + share * (span.high - span.low)


def true_terrain(terrain: Terrain, world: Hidden) -> Terrain:
    """Return the surface as it is: smoother than the model, and with more or less forest on it."""
    rng = np.random.default_rng([world.seed, 2])
    missing = terrain.elevation_m == MISSING
    height_m = terrain.elevation_m.astype(np.float64)
    if world.smoothing_cells > 0.0:
        height_m = gaussian_filter(height_m, world.smoothing_cells)
    shape = height_m.shape
    coarse = np.clip(0.5 + rng.normal(0.0, 0.5, (shape[0] // 16 + 2, shape[1] // 16 + 2)), 0.0, 1.0)
    forest = zoom(coarse, 16, order=1)[: shape[0], : shape[1]]
    height_m = np.rint(height_m + world.canopy_m * forest).astype(np.int16)
    return replace(terrain, elevation_m=np.where(missing, MISSING, height_m))


def exponential_field(x_m: Floats, y_m: Floats, correlation_m: float, rng: np.random.Generator) -> Floats:
    """Return a normal field with correlation exp(−d / correlation_m), by random Fourier features."""
    normal = rng.normal(size=(3, FEATURES))
    wave = normal[:2] / np.abs(normal[2]) / correlation_m  # 2-D Cauchy: the spectrum of the exponential
    phase = rng.uniform(0.0, 2.0 * math.pi, FEATURES)
    total = np.zeros(len(x_m))
    for k in range(FEATURES):
        total += np.cos(wave[0, k] * x_m + wave[1, k] * y_m + phase[k])
    return total * math.sqrt(2.0 / FEATURES)


def truly_served(
    network: Network,
    terrain: Terrain,
    profile: Profile,
    lon_deg: Floats,
    lat_deg: Floats,
    world: Hidden,
    progress: Callable[[float], None] | None = None,
) -> Flags:
    """Say which homes have the main service in a world, by the engine and the shadowing of that world."""
    rng = np.random.default_rng([world.seed, 3])
    turn = rng.uniform(0.0, 2.0 * math.pi, len(lon_deg))
    per_lon_m = METRES_A_DEGREE * math.cos(math.radians(float(np.mean(lat_deg))))
    lon = lon_deg + world.moved_m * np.cos(turn) / per_lon_m
    lat = lat_deg + world.moved_m * np.sin(turn) / METRES_A_DEGREE
    terrain = true_terrain(terrain, world)
    points = prediction_points(lon, lat, terrain)
    found = predict(true_network(network, world), terrain, points, profile, progress=progress)
    x_m, y_m = lon * per_lon_m, lat * METRES_A_DEGREE
    thresholds = service_thresholds_dbm(profile, profile.main_service)
    loss_db = profile.loss_db(indoor=False) - world.bias_db
    shared = {
        name: exponential_field(x_m, y_m, world.correlation_m, rng)
        for name in sorted({la.operator for la in found.layers})
    }
    served = np.zeros(len(lon), dtype=np.bool_)
    for k, layer in enumerate(found.layers):
        if layer.technology in thresholds:
            own = exponential_field(x_m, y_m, world.correlation_m, rng)
            mixed = math.sqrt(1.0 - world.own_share) * shared[layer.operator] + math.sqrt(world.own_share) * own
            level = found.level_dbm(k)[points.of_household] + world.sigma_db * mixed - loss_db
            served |= level >= thresholds[layer.technology]  # NaN never serves
    return served
