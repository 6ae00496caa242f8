"""The network flattened to arrays for the kernels: masts, the paths each needs, and its sectors by layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.criteria import Profile
from phusong.coverage.network import Network, Sector, Service, Site, Status, Technology
from phusong.coverage.radio.link import reference_eirp_offset_db

ON_AIR: frozenset[Status] = frozenset({"listed", "on_air", "unknown"})
"""Services that count today; one of unknown status counts at the favourable end only."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Layer:
    """One operator's network of one technology."""

    operator: str
    technology: Technology

    @property
    def key(self) -> str:
        """Return the name used in column names: ``viettel_4g``."""
        return f"{self.operator}_{self.technology.lower()}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Transmitters:
    """Arrays over masts (m), paths (p: one height and frequency on a mast) and sectors (s), each sorted by mast.

    ``path_start[m]:path_start[m + 1]`` are the paths of a mast, ``sector_start`` likewise. A sector of three possible
    heights names three paths. ``eirp_dbm`` is of one reference element; columns are unfavourable, middle, favourable.
    """

    layers: tuple[Layer, ...]
    mast_lon_deg: Floats
    mast_lat_deg: Floats
    mast_site: Ints  # index into ``sites``
    sites: tuple[Site, ...]
    path_start: Ints
    path_height_m: Floats
    path_frequency_mhz: Floats
    carrier_start: Ints
    carrier_frequency_mhz: Floats  # the different ones on a mast
    sector_start: Ints
    sector_ids: tuple[str, ...]
    sector_layer: Ints
    sector_path: Ints  # (s, 3), relative to the mast's first path
    sector_carrier: Ints  # relative to the mast's first carrier
    sector_eirp_dbm: Floats  # (s, 3)
    sector_azimuth_deg: Floats  # NaN: not given
    sector_ring: Ints
    sector_tilt_deg: Floats  # (s, 3)
    sector_beamwidth_deg: Floats  # (s, 2): horizontal, vertical
    sector_uplink_max_loss_db: Floats
    sector_certain: NDArray[np.bool_]
    layer_max_km: Floats
    layer_floor_dbm: Floats

    @property
    def mast_count(self) -> int:
        """Return the number of masts with anything on air."""
        return len(self.mast_lon_deg)

    def site_of_sector(self, sector: Ints) -> Ints:
        """Return the index into ``sites`` of sectors; −1 stays −1."""
        mast = np.searchsorted(self.sector_start, sector, side="right") - 1
        return np.where(sector < 0, -1, self.mast_site[np.maximum(mast, 0)])


@dataclass(frozen=True, slots=True)
class _Row:
    layer: Layer
    service: Service
    sector: Sector


def _rows(site: Site, profile: Profile) -> Iterator[_Row]:
    """Yield the sectors of a site once for every operator they serve."""
    for service in site.services:
        if service.status in ON_AIR and service.technology in profile.rules:
            for operator in service.operators_served:
                for sector in service.sectors:
                    yield _Row(Layer(operator, service.technology), service, sector)


def _ends(values: list[tuple[float, float, float]], width: int) -> Floats:
    return np.array(values, dtype=np.float64).reshape(len(values), width)


def transmitters(network: Network, profile: Profile) -> Transmitters:
    """Flatten what is on air into arrays, sectors in the order of their ids so that ties go to the lowest."""
    per_site = [
        (index, sorted(_rows(site, profile), key=lambda r: r.sector.sector_id))
        for index, site in enumerate(network.sites)
    ]
    per_site = [(index, rows) for index, rows in per_site if rows]
    layers = tuple(
        sorted({row.layer for _, rows in per_site for row in rows}, key=lambda la: (la.operator, la.technology))
    )
    layer_index = {layer: i for i, layer in enumerate(layers)}
    path_start, carrier_start, sector_start = [0], [0], [0]
    path_height: list[float] = []
    path_frequency: list[float] = []
    carrier_frequency: list[float] = []
    sectors: list[_Row] = []
    sector_path: list[tuple[float, float, float]] = []
    sector_carrier: list[int] = []
    for _, rows in per_site:
        paths = sorted({(h, r.service.frequency_mhz) for r in rows for h in _heights(r.sector)})
        carriers = sorted({r.service.frequency_mhz for r in rows})
        where = {path: float(i) for i, path in enumerate(paths)}
        path_height += [h for h, _ in paths]
        path_frequency += [f for _, f in paths]
        carrier_frequency += carriers
        for row in rows:
            low, middle, high = (where[h, row.service.frequency_mhz] for h in _heights(row.sector))
            sector_path.append((low, middle, high))
            sector_carrier.append(carriers.index(row.service.frequency_mhz))
            sectors.append(row)
        path_start.append(len(path_height))
        carrier_start.append(len(carrier_frequency))
        sector_start.append(len(sectors))
    eirp = []
    for row in sectors:
        offset = reference_eirp_offset_db(row.service.technology, row.service.bandwidth_mhz)
        span = row.sector.eirp_dbm
        eirp.append((span.low - offset, span.middle - offset, span.high - offset))
    tilts = [r.sector.downtilt_deg for r in sectors]
    rules = [profile.rules[layer.technology] for layer in layers]
    return Transmitters(
        layers=layers,
        mast_lon_deg=np.array([network.sites[i].lon_deg for i, _ in per_site], dtype=np.float64),
        mast_lat_deg=np.array([network.sites[i].lat_deg for i, _ in per_site], dtype=np.float64),
        mast_site=np.array([i for i, _ in per_site], dtype=np.int64),
        sites=network.sites,
        path_start=np.array(path_start, dtype=np.int64),
        path_height_m=np.array(path_height, dtype=np.float64),
        path_frequency_mhz=np.array(path_frequency, dtype=np.float64),
        carrier_start=np.array(carrier_start, dtype=np.int64),
        carrier_frequency_mhz=np.array(carrier_frequency, dtype=np.float64),
        sector_start=np.array(sector_start, dtype=np.int64),
        sector_ids=tuple(r.sector.sector_id for r in sectors),
        sector_layer=np.array([layer_index[r.layer] for r in sectors], dtype=np.int64),
        sector_path=_ends(sector_path, 3).astype(np.int64),
        sector_carrier=np.array(sector_carrier, dtype=np.int64),
        sector_eirp_dbm=_ends(eirp, 3),
        sector_azimuth_deg=np.array(
            [np.nan if r.sector.azimuth_deg is None else r.sector.azimuth_deg for r in sectors], dtype=np.float64
        ),
        sector_ring=np.array([r.sector.ring_size for r in sectors], dtype=np.int64),
        sector_tilt_deg=_ends([(t.low, t.middle, t.high) for t in tilts], 3),
        sector_beamwidth_deg=np.array(
            [(r.sector.beamwidth_h_deg, r.sector.beamwidth_v_deg) for r in sectors], dtype=np.float64
        ).reshape(len(sectors), 2),
        sector_uplink_max_loss_db=np.array([r.sector.uplink_max_loss_db for r in sectors], dtype=np.float64),
        sector_certain=np.array([r.service.status != "unknown" for r in sectors], dtype=np.bool_),
        layer_max_km=np.array([rule.max_path_km for rule in rules], dtype=np.float64),
        layer_floor_dbm=np.array([rule.floor_dbm for rule in rules], dtype=np.float64),
    )


def _heights(sector: Sector) -> tuple[float, float, float]:
    span = sector.height_agl_m
    return span.low, span.middle, span.high
