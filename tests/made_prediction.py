"""Predictions written down instead of computed: two masts of two operators and any levels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.criteria import Profile
from phusong.coverage.decision import Places
from phusong.coverage.kernel_arrays import NONE
from phusong.coverage.network import Network, Sector, Service, Site, Span, Status
from phusong.coverage.prediction import Points, Prediction
from phusong.coverage.transmitters import transmitters
from phusong.data.profiles import read_profile

SURE = {
    "sigma_sd_db": 0.0,
    "slow_sigma_db": 0.0,
    "bias_sd_db": 0.0,
    "layer_bias_sd_db": 0.0,
    "site_sd_db": 0.0,
    "off_air_percent": 0.0,
}
"""A rule without any error but the shadowing."""


def profile_with(**errors: object) -> Profile:
    """The planning default with other errors; 200 worlds, as it comes."""
    profile = read_profile("vn-default")
    return replace(profile, uncertainty=replace(profile.uncertainty, **errors))  # type: ignore[arg-type]


def needed_dbm(profile: Profile) -> float:
    """The 4G level from which on a place is served in a world."""
    return profile.rules["4G"].served_dbm + profile.loss_db(indoor=False)


def network(status: Status = "listed") -> Network:
    """Masts 0 and 1 of one operator, mast 2 of another, 4G each; ``status`` is of mast 1."""
    sites = [_site(0, "viettel", "listed"), _site(1, "viettel", status), _site(2, "mobifone", "listed")]
    return Network(sites=tuple(sites), inventories=())


def _site(number: int, operator: str, status: Status) -> Site:
    sector = Sector(
        sector_id=str(number),
        azimuth_deg=None,
        ring_size=0,
        downtilt_deg=Span.exactly(2.0),
        height_agl_m=Span.exactly(42.0),
        eirp_dbm=Span(50.0, 56.0, 62.0, given=False),
    )
    service = Service(
        operator=operator, technology="4G", band="", frequency_mhz=1842.5, bandwidth_mhz=10.0,
        operators_served=(operator,), status=status, sectors=(sector,),
    )  # fmt: skip
    return Site(
        site_id=str(number), name="", lon_deg=105.0 + 0.01 * number, lat_deg=18.5, province_code="99",
        commune_code="", kind="macro", services=(service,),
    )  # fmt: skip


def predicted(
    low_dbm: object,
    middle_dbm: object,
    high_dbm: object,
    *,
    apart_deg: float = 0.05,
    second_dbm: float | None = None,
    other_dbm: object = None,
    status: Status = "listed",
    known: bool = True,
) -> Prediction:
    """Levels of viettel 4G from mast 0 (``second_dbm``: from mast 1), of mobifone 4G from mast 2; None is no level.

    Points stand on a square grid, ``apart_deg`` between neighbours.
    """
    sent = transmitters(network(status), read_profile("vn-default"))
    ends = np.broadcast_arrays(*(_centi(v) for v in (low_dbm, middle_dbm, high_dbm)))
    n = ends[0].size
    level = np.full((n, 2, 3), NONE, dtype=np.int16)
    level[:, 1] = np.stack([end.reshape(-1) for end in ends], axis=1)
    level[:, 0] = np.broadcast_to(_centi(other_dbm), (n,))[:, None]
    server = np.full((n, 2), -1, dtype=np.int32)
    server[:, 1] = np.where(level[:, 1, 1] > NONE, 0, -1)
    server[:, 0] = np.where(level[:, 0, 1] > NONE, 2, -1)
    server_high = server.copy()
    server_high[level[:, 1, 2] > NONE, 1] = 1 if status == "unknown" else 0
    second, second_server = np.full((n, 2), NONE, dtype=np.int16), np.full((n, 2), -1, dtype=np.int32)
    if second_dbm is not None:
        second[:, 1], second_server[:, 1] = _centi(second_dbm), 1
    side = int(np.ceil(np.sqrt(n)))
    col, row = np.arange(n) % side, np.arange(n) // side
    return Prediction(
        layers=sent.layers,
        sent=sent,
        points=Points(lon_deg=105.0 + apart_deg * col, lat_deg=18.5 + apart_deg * row, of_household=np.arange(n)),
        level=level,
        server=server,
        server_high=server_high,
        second=second,
        second_server=second_server,
        unseen=np.full((n, 2), NONE, dtype=np.int16),
        known=np.full(n, known),
        paths_computed=0,
        paths_in_reach=0,
    )


def places(found: Prediction, unknown_here: dict[str, NDArray[np.bool_]] | None = None) -> Places:
    """A household at every point."""
    return Places(point=np.arange(len(found.points)), unknown_here=unknown_here or {})


def _centi(level_dbm: object) -> NDArray[np.int16]:
    values = np.array(level_dbm, dtype=np.float64)
    return np.where(np.isnan(values), NONE, np.rint(values * 100.0)).astype(np.int16)
