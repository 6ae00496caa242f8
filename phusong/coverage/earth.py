"""Short geodesics on the WGS84 ellipsoid: length, direction and points along them, for paths up to some 100 km.

Closed forms in the mid-latitude radii of curvature; against the exact geodesic within 0.5 m in length and 1 m in place
up to 50 km at the latitudes of Vietnam (tests), and a hundred times faster.
"""

from __future__ import annotations

import math

from phusong.coverage.radio._jit import kernel

SEMI_MAJOR_KM = 6378.137
ECCENTRICITY_2 = 0.00669437999014


@kernel
def path_km(lon_a_deg: float, lat_a_deg: float, lon_b_deg: float, lat_b_deg: float) -> tuple[float, float]:
    """Return length in km and direction in degrees clockwise from north of the geodesic from a to b.

    The direction is that at a.
    """
    lat_mid = math.radians(0.5 * (lat_a_deg + lat_b_deg))
    dlat = math.radians(lat_b_deg - lat_a_deg)
    dlon = math.radians(lon_b_deg - lon_a_deg)
    w2 = 1.0 - ECCENTRICITY_2 * math.sin(lat_mid) ** 2
    prime_vertical_km = SEMI_MAJOR_KM / math.sqrt(w2)
    meridian_km = prime_vertical_km * (1.0 - ECCENTRICITY_2) / w2
    north_km = meridian_km * dlat
    east_km = prime_vertical_km * math.cos(lat_mid) * dlon
    turn = 0.5 * dlon * math.sin(lat_mid)  # half the convergence of the meridians: from mid-path back to a
    bearing_deg = math.degrees(math.atan2(east_km, north_km) - turn)
    return math.sqrt(north_km * north_km + east_km * east_km), bearing_deg % 360.0


@kernel
def bulge_deg(lon_a_deg: float, lat_a_deg: float, lon_b_deg: float, lat_b_deg: float) -> tuple[float, float]:
    """Return what the geodesic adds to straight interpolation in longitude and latitude.

    At the share t of the way the point lies at ``a + t (b − a) + t (1 − t) bulge``: the second-order term of the great
    circle, whose latitude bends towards the pole.
    """
    lat_mid = math.radians(0.5 * (lat_a_deg + lat_b_deg))
    sin_lat, cos_lat = math.sin(lat_mid), math.cos(lat_mid)
    dlat = math.radians(lat_b_deg - lat_a_deg)
    dlon = math.radians(lon_b_deg - lon_a_deg)
    lat_bulge = 0.5 * sin_lat * cos_lat * dlon * dlon
    lon_bulge = -sin_lat / cos_lat * dlat * dlon
    return math.degrees(lon_bulge), math.degrees(lat_bulge)
