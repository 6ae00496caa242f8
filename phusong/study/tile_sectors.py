"""Directions of antennas for map tiles: one row a site, operator and direction; an unknown direction is no row."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from phusong.coverage.network import Network, Sector, Site
from phusong.maps.tile_layers import SECTORS

_COLUMNS = ("site_id", "operators", "technologies", "status", "azimuth_deg", "round", "lon_deg", "lat_deg")
_KEY = ["site_id", "operators", "azimuth_deg", "round"]


def sector_tables(network: Network) -> dict[str, pd.DataFrame]:
    """Return the table of directions; nothing where no list tells any.

    ``round`` is true of an antenna that serves all around; its ``azimuth_deg`` is 0 and means nothing.
    """
    rows = pd.DataFrame([row for site in network.sites for row in _rows(site)], columns=list(_COLUMNS))
    if rows.empty:
        return {}
    listed = {name: lambda found: ", ".join(sorted(set(found))) for name in ("technologies", "status")}
    told = rows.groupby(_KEY, sort=False).agg({**listed, "lon_deg": "first", "lat_deg": "first"})
    return {SECTORS: told.reset_index()[list(_COLUMNS)]}


def _rows(site: Site) -> Iterator[tuple[object, ...]]:
    for service in site.services:
        operators = ", ".join(sorted(service.operators_served or (service.operator,)))
        for sector in service.sectors:
            turned = _direction(sector)
            if turned is not None:
                told = (site.site_id, operators, service.technology, service.status)
                yield *told, *turned, site.lon_deg, site.lat_deg


def _direction(sector: Sector) -> tuple[float, bool] | None:
    """Return where an antenna points and whether it serves all around; None where that is not known."""
    if sector.azimuth_deg is not None:
        return sector.azimuth_deg % 360.0, False
    return (0.0, True) if sector.ring_size == 0 else None
