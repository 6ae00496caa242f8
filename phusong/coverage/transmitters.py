"""The network flattened to arrays for the kernels: masts, the paths each needs, and its sectors by layer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.criteria import Profile
from phusong.coverage.network import Network, Sector, Service, Site, Span, Status, Technology
from phusong.coverage.radio.link import reference_eirp_dbm
from phusong.coverage.radio.pattern import DEGREES, AntennaPattern, ring_of_pattern_db

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
    sector_tilt_deg: Floats  # (s, 3); with a table, over the tilt at which its main lobe stands
    sector_beamwidth_deg: Floats  # (s, 2): horizontal, vertical
    sector_pattern: Ints  # the table of its antenna; −1: that of 3GPP
    sector_ring_db: Floats  # (s, 3): with a table, least, mean and greatest around the circle
    pattern_db: Floats  # (tables, 2, 360): horizontal, vertical
    pattern_front_to_back_db: Floats
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
    """A sector as it serves one operator."""

    layer: Layer
    service: Service
    sector: Sector

    @property
    def heights_m(self) -> tuple[float, float, float]:
        return _ends(self.sector.height_agl_m)

    @property
    def behaviour(self) -> tuple[object, ...]:
        """Return all that tells its signal from that of another sector on the mast."""
        of_service = (self.service.frequency_mhz, self.service.bandwidth_mhz, self.service.status == "unknown")
        return self.layer, *of_service, replace(self.sector, sector_id="")


@dataclass(frozen=True, slots=True)
class _Mast:
    """What is on air at a site: its sectors, and the different paths (height, frequency) and carriers they need."""

    site: int
    rows: tuple[_Row, ...]
    paths: tuple[tuple[float, float], ...]
    carriers: tuple[float, ...]


def _rows(site: Site, profile: Profile) -> Iterator[_Row]:
    """Yield the sectors of a site once for every operator they serve outdoors."""
    for service in site.services if site.kind != "indoor" else ():
        if service.status in ON_AIR and service.technology in profile.rules:
            for operator in service.operators_served:
                for sector in service.sectors:
                    yield _Row(Layer(operator, service.technology), service, sector)


def _mast(index: int, site: Site, profile: Profile) -> _Mast:
    distinct: dict[tuple[object, ...], _Row] = {}
    for row in sorted(_rows(site, profile), key=lambda r: r.sector.sector_id):
        distinct.setdefault(row.behaviour, row)
    rows = tuple(distinct.values())
    paths = sorted({(h, row.service.frequency_mhz) for row in rows for h in row.heights_m})
    return _Mast(index, rows, tuple(paths), tuple(sorted({frequency for _, frequency in paths})))


def transmitters(network: Network, profile: Profile) -> Transmitters:
    """Flatten what is on air into arrays.

    The sectors of a mast stand in the order of their ids, because ties go to the lowest; of those that nothing but the
    id tells apart, as on lists without azimuths, only the first stands there.
    """
    masts = [mast for i, site in enumerate(network.sites) if (mast := _mast(i, site, profile)).rows]
    rows = [row for mast in masts for row in mast.rows]
    layers = tuple(sorted({row.layer for row in rows}, key=lambda la: (la.operator, la.technology)))
    layer_index = {layer: i for i, layer in enumerate(layers)}
    rules = [profile.rules[layer.technology] for layer in layers]
    sites = [network.sites[mast.site] for mast in masts]
    paths = [path for mast in masts for path in mast.paths]
    patterns = tuple(dict.fromkeys(row.sector.pattern for row in rows if row.sector.pattern is not None))
    tables: dict[AntennaPattern | None, int] = {pattern: i for i, pattern in enumerate(patterns)}
    return Transmitters(
        layers=layers,
        mast_lon_deg=_floats([site.lon_deg for site in sites]),
        mast_lat_deg=_floats([site.lat_deg for site in sites]),
        mast_site=_ints([mast.site for mast in masts]),
        sites=network.sites,
        path_start=_starts([len(mast.paths) for mast in masts]),
        path_height_m=_floats([height_m for height_m, _ in paths]),
        path_frequency_mhz=_floats([frequency_mhz for _, frequency_mhz in paths]),
        carrier_start=_starts([len(mast.carriers) for mast in masts]),
        carrier_frequency_mhz=_floats([frequency_mhz for mast in masts for frequency_mhz in mast.carriers]),
        sector_start=_starts([len(mast.rows) for mast in masts]),
        sector_ids=tuple(row.sector.sector_id for row in rows),
        sector_layer=_ints([layer_index[row.layer] for row in rows]),
        sector_path=_ints([path for mast in masts for path in _path_numbers(mast)], 3),
        sector_carrier=_ints([mast.carriers.index(row.service.frequency_mhz) for mast in masts for row in mast.rows]),
        sector_eirp_dbm=_floats([_reference_eirp_dbm(row) for row in rows], 3),
        sector_azimuth_deg=_floats([math.nan if (a := row.sector.azimuth_deg) is None else a for row in rows]),
        sector_ring=_ints([row.sector.ring_size for row in rows]),
        sector_tilt_deg=_floats([turns_deg(row.sector) for row in rows], 3),
        sector_beamwidth_deg=_floats([(row.sector.beamwidth_h_deg, row.sector.beamwidth_v_deg) for row in rows], 2),
        sector_pattern=_ints([tables.get(row.sector.pattern, -1) for row in rows]),
        sector_ring_db=_floats([ring_db(row.sector) for row in rows], 3),
        pattern_db=_floats([(p.horizontal_db, p.vertical_db) for p in patterns]).reshape(len(patterns), 2, DEGREES),
        pattern_front_to_back_db=_floats([p.front_to_back_db for p in patterns]),
        sector_uplink_max_loss_db=_floats([row.sector.uplink_max_loss_db for row in rows]),
        sector_certain=np.array([row.service.status != "unknown" for row in rows], dtype=np.bool_),
        layer_max_km=_floats([rule.max_path_km for rule in rules]),
        layer_floor_dbm=_floats([rule.floor_dbm for rule in rules]),
    )


def _ends(span: Span) -> tuple[float, float, float]:
    return span.low, span.middle, span.high


def turns_deg(sector: Sector) -> tuple[float, float, float]:
    """Return how far the pattern is turned down."""
    lobe_deg = 0.0 if sector.pattern is None else sector.pattern.lobe_deg
    low, middle, high = _ends(sector.downtilt_deg)
    return low - lobe_deg, middle - lobe_deg, high - lobe_deg


def ring_db(sector: Sector) -> tuple[float, float, float]:
    """Return the ends around the circle of a pattern without azimuth; 0 where there is none or it points somewhere."""
    if sector.pattern is None or sector.azimuth_deg is not None:
        return 0.0, 0.0, 0.0
    return ring_of_pattern_db(sector.pattern, sector.ring_size)


def _path_numbers(mast: _Mast) -> Iterator[tuple[int, ...]]:
    """Yield the numbers of the three paths of each sector of a mast."""
    number = {path: i for i, path in enumerate(mast.paths)}
    for row in mast.rows:
        yield tuple(number[height_m, row.service.frequency_mhz] for height_m in row.heights_m)


def _reference_eirp_dbm(row: _Row) -> tuple[float, float, float]:
    return _ends(reference_eirp_dbm(row.service, row.sector))


def _starts(counts: Sequence[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int64)


def _floats(values: Sequence[object], width: int | None = None) -> Floats:
    array = np.array(values, dtype=np.float64)
    return array if width is None else array.reshape(len(values), width)


def _ints(values: Sequence[object], width: int | None = None) -> Ints:
    array = np.array(values, dtype=np.int64)
    return array if width is None else array.reshape(len(values), width)
