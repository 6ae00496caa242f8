"""One sector towards one place, written out: the terrain between them, every loss, the level at the three ends.

The same rules as the prediction, one path at a time with the parts kept: what is shown when an answer is questioned.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.earth import bulge_deg, path_km
from phusong.coverage.network import Sector, Service, Span
from phusong.coverage.profile import MIN_DISTANCE_KM, elevation_at, flat_cells, grid_of, sample_count
from phusong.coverage.radio.air import STANDARD_AIR, Air
from phusong.coverage.radio.antenna import Ends, pattern_span_db, table_span_db
from phusong.coverage.radio.link import LinkEnd, LinkEnds, level_dbm, reference_eirp_dbm
from phusong.coverage.radio.p1812 import Link, TransmissionLoss, transmission_loss
from phusong.coverage.radio.path_parameters import FAR_FROM_COAST_KM, INLAND
from phusong.coverage.terrain import Elevation, Terrain
from phusong.coverage.transmitters import ring_db, turns_deg

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Way:
    """The ground from a mast to a place: samples at equal steps of the geodesic.

    ``terrain_m`` is NaN where terrain is missing; ``clutter_m`` is what stands on it and None where none is taken.
    """

    lon_deg: Floats
    lat_deg: Floats
    distance_km: Floats
    bearing_deg: float
    terrain_m: Floats
    clutter_m: Floats | None

    @property
    def length_km(self) -> float:
        """Return the distance from the mast to the place."""
        return float(self.distance_km[-1])


def way_between(terrain: Terrain, lon_a_deg: float, lat_a_deg: float, lon_b_deg: float, lat_b_deg: float) -> Way:
    """Return the ground from a to b, sampled as the prediction samples it."""
    length_km, bearing_deg = path_km(lon_a_deg, lat_a_deg, lon_b_deg, lat_b_deg)
    length_km = max(length_km, MIN_DISTANCE_KM)
    share = np.linspace(0.0, 1.0, sample_count(length_km))
    bulge_lon, bulge_lat = bulge_deg(lon_a_deg, lat_a_deg, lon_b_deg, lat_b_deg)
    bend = share * (1.0 - share)
    lon_deg = lon_a_deg + share * (lon_b_deg - lon_a_deg) + bend * bulge_lon
    lat_deg = lat_a_deg + share * (lat_b_deg - lat_a_deg) + bend * bulge_lat
    clutter = terrain.clutter_m
    return Way(
        lon_deg=lon_deg,
        lat_deg=lat_deg,
        distance_km=share * length_km,
        bearing_deg=bearing_deg,
        terrain_m=_sampled(terrain, terrain.elevation_m, lon_deg, lat_deg),
        clutter_m=None if clutter is None else _sampled(terrain, clutter.astype(np.int16), lon_deg, lat_deg),
    )


def _sampled(terrain: Terrain, cells: Elevation, lon_deg: Floats, lat_deg: Floats) -> Floats:
    flat, grid = flat_cells(cells), grid_of(terrain)
    return np.array([elevation_at(flat, grid, lon, lat) for lon, lat in zip(lon_deg, lat_deg, strict=True)])


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorLink:
    """A sector at a place; ``ends`` are unfavourable, middle and favourable, before margins.

    ``level_dbm`` is NaN where terrain is missing. ``heard`` says for each end whether the mast hears the phone: where
    it does not, the sector does not serve. ``loss`` is that of the middle height with its parts.
    """

    service: Service
    sector: Sector
    ends: LinkEnds
    level_dbm: Span
    heard: tuple[bool, bool, bool]
    loss: TransmissionLoss


@dataclass(frozen=True, slots=True)
class _AtHeight:
    """Losses from one height a sector's antenna may have; ``attenuation_db`` is most, middle and least."""

    attenuation_db: Ends
    loss: TransmissionLoss
    bare: TransmissionLoss

    def end(self, end: int) -> LinkEnd:
        """Return the terms at one end: 0 unfavourable, 1 middle, 2 favourable."""
        return LinkEnd(
            antenna_attenuation_db=self.attenuation_db[end],
            loss_db=self.loss.loss_db,
            free_space_db=self.loss.free_space_db,
            terrain_db=self.bare.diffraction_50_db,
            clutter_db=self.loss.diffraction_50_db - self.bare.diffraction_50_db,
        )


def sector_link(
    way: Way,
    service: Service,
    sector: Sector,
    *,
    rx_height_agl_m: float,
    air: Air = STANDARD_AIR,
) -> SectorLink:
    """Return what a sector gives at the end of a way: P.1812-8 for half of the time and half of the places.

    As in the prediction the ends of the height are the least and the greatest level over its three values.
    """
    span = sector.height_agl_m
    found = [
        _at_height(way, service, sector, height_m, rx_height_agl_m, air)
        for height_m in (span.low, span.middle, span.high)
    ]
    sent = reference_eirp_dbm(service, sector)
    low = min((at.end(0) for at in found), key=lambda end: -_lost_db(end))
    high = max((at.end(2) for at in found), key=lambda end: -_lost_db(end))
    ends = (low, found[1].end(1), high)
    low_dbm, middle_dbm, high_dbm = (
        level_dbm(eirp, end.loss_db, end.antenna_attenuation_db)
        for eirp, end in zip((sent.low, sent.middle, sent.high), ends, strict=True)
    )
    unheard = [_lost_db(end) > sector.uplink_max_loss_db for end in ends]
    return SectorLink(
        service=service,
        sector=sector,
        ends=ends,
        level_dbm=Span(low_dbm, middle_dbm, high_dbm, given=sent.given and low == high),
        heard=(not unheard[0], not unheard[1], not unheard[2]),
        loss=found[1].loss,
    )


def _lost_db(end: LinkEnd) -> float:
    return end.loss_db + end.antenna_attenuation_db


def _at_height(way: Way, service: Service, sector: Sector, height_m: float, rx_height_m: float, air: Air) -> _AtHeight:
    link = Link(
        frequency_ghz=service.frequency_mhz / 1000.0,
        time_percent=50.0,
        tx_height_agl_m=height_m,
        rx_height_agl_m=rx_height_m,
        polarization="vertical",
        tx_lat_deg=float(way.lat_deg[0]),
        rx_lat_deg=float(way.lat_deg[-1]),
        tx_lon_deg=float(way.lon_deg[0]),
        rx_lon_deg=float(way.lon_deg[-1]),
        delta_n=air.delta_n,
        n0=air.n0,
        tx_coast_km=FAR_FROM_COAST_KM,
        rx_coast_km=FAR_FROM_COAST_KM,
    )
    nothing, inland = np.zeros_like(way.terrain_m), np.full(way.terrain_m.shape, INLAND)
    bare = transmission_loss(way.distance_km, way.terrain_m, nothing, inland, link)
    loss = bare
    if way.clutter_m is not None:
        loss = transmission_loss(way.distance_km, way.terrain_m, way.clutter_m, inland, link)
    down_m = float(way.terrain_m[0] - way.terrain_m[-1]) + height_m - rx_height_m
    least, middle, most = _attenuation_db(way, sector, down_m, air.ae_km)
    return _AtHeight((most, middle, least), loss, bare)


def _attenuation_db(way: Way, sector: Sector, down_m: float, ae_km: float) -> Ends:
    """Return the least, middle and most the pattern takes; the place is ``down_m`` below the antenna."""
    drop_m = down_m + 500.0 * way.length_km**2 / ae_km
    elevation_deg = -math.degrees(math.atan2(drop_m, 1000.0 * way.length_km))
    offset_deg = math.nan if sector.azimuth_deg is None else way.bearing_deg - sector.azimuth_deg
    tilt_deg, measured = turns_deg(sector), sector.pattern
    if measured is None:
        beamwidth_deg = (sector.beamwidth_h_deg, sector.beamwidth_v_deg)
        return pattern_span_db(offset_deg, sector.ring_size, elevation_deg, tilt_deg, beamwidth_deg)
    tables_db = np.array([measured.horizontal_db, measured.vertical_db])
    return table_span_db(tables_db, measured.front_to_back_db, offset_deg, ring_db(sector), elevation_deg, tilt_deg)
