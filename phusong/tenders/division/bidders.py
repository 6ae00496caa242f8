"""Which operators could plausibly build a lot: those with stations near its places. Names and distances only."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from phusong.coverage.reasons import operator_title
from phusong.coverage.transmitters import ON_AIR
from phusong.tenders.division.values import Unit
from phusong.tenders.package.values import Bidder

EARTH_RADIUS_KM = 6371.0088


def plausible_bidders(places: Iterable[Unit], stations: pd.DataFrame, *, within_km: float) -> tuple[Bidder, ...]:
    """Return the operators with a station near a place of a lot, that with most first, then by distance and name.

    Parameters
    ----------
    places
        The units of the lot.
    stations
        ``lon_deg``, ``lat_deg`` and ``operators`` (several on one mast) or ``operator``; with ``status`` only those
        that stand count.
    within_km
        How near a station has to be.
    """
    standing = stations[stations["status"].isin(list(ON_AIR))] if "status" in stations else stations
    nearest_km = _nearest_km(list(places), standing)
    owners = standing["operators"] if "operators" in standing else standing["operator"]
    near: dict[str, list[float]] = {}
    for names, away_km in zip(owners, nearest_km, strict=True):
        if away_km <= within_km:
            for name in {part.strip() for part in re.split("[,;|]", str(names)) if part.strip()}:
                near.setdefault(operator_title(name), []).append(float(away_km))
    found = [Bidder(operator=n, stations=len(km), nearest_km=round(min(km), 1)) for n, km in near.items()]
    return tuple(sorted(found, key=lambda one: (-one.stations, one.nearest_km, one.operator)))


def _nearest_km(places: list[Unit], stations: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the distance of every station to the nearest place, along great circles."""
    lon = np.radians(stations["lon_deg"].to_numpy(dtype=np.float64))
    lat = np.radians(stations["lat_deg"].to_numpy(dtype=np.float64))
    nearest = np.full(len(lon), np.inf)
    for place in places:
        at_lon, at_lat = np.radians(place.lon_deg), np.radians(place.lat_deg)
        half = np.sin((lat - at_lat) / 2.0) ** 2 + np.cos(lat) * np.cos(at_lat) * np.sin((lon - at_lon) / 2.0) ** 2
        nearest = np.fmin(nearest, 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)))
    return nearest
