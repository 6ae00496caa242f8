"""The propagation models a study can choose by name, each with its title, what it needs and where it is written."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from phusong.coverage.radio.air import DEFAULT_N0
from phusong.coverage.radio.diffraction import Polarization
from phusong.coverage.radio.free_space import FREQUENCY_GHZ, free_space_loss_db, slant_distance_km
from phusong.coverage.radio.hata import FREQUENCY_MHZ, Surroundings, extended_hata_loss_db
from phusong.coverage.radio.p1812 import basic_transmission_loss_db
from phusong.coverage.radio.path_parameters import FAR_FROM_COAST_KM, INLAND
from phusong.coverage.radio.profile_geometry import DEFAULT_DELTA_N, EARTH_RADIUS_KM, Floats
from phusong.errors import OutOfRangeError, Range
from phusong.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioPath:
    """One path over land and what is asked of it: the median loss at one frequency.

    ``distance_km`` and ``height_m`` are the terrain profile (P.1812's limits); a model without terrain takes the length
    and the heights above ground alone. ``latitude_deg`` is that of the path's centre.
    """

    distance_km: Floats
    height_m: Floats
    frequency_ghz: float
    tx_height_agl_m: float
    rx_height_agl_m: float
    latitude_deg: float
    polarization: Polarization = "vertical"
    surroundings: Surroundings = "rural"
    delta_n: float = DEFAULT_DELTA_N
    n0: float = DEFAULT_N0


@dataclass(frozen=True, slots=True, kw_only=True)
class PropagationModel:
    """A model by its name; ``median_loss_db`` is NaN where the path has gaps that matter to it."""

    name: str
    title: Text
    needs: Text
    source: str
    frequency_ghz: Range
    needs_terrain: bool
    median_loss_db: Callable[[RadioPath], float]


def _p1812_db(path: RadioPath) -> float:
    half_deg = math.degrees(0.5 * float(path.distance_km[-1]) / EARTH_RADIUS_KM)
    return basic_transmission_loss_db(
        path.distance_km,
        path.height_m,
        np.zeros_like(path.height_m),
        np.full(path.height_m.shape, INLAND),
        frequency_ghz=path.frequency_ghz,
        time_percent=50.0,
        tx_height_agl_m=path.tx_height_agl_m,
        rx_height_agl_m=path.rx_height_agl_m,
        polarization=path.polarization,
        tx_lat_deg=path.latitude_deg - half_deg,
        rx_lat_deg=path.latitude_deg + half_deg,
        tx_lon_deg=0.0,
        rx_lon_deg=0.0,
        delta_n=path.delta_n,
        n0=path.n0,
        tx_coast_km=FAR_FROM_COAST_KM,
        rx_coast_km=FAR_FROM_COAST_KM,
    )


def _free_space_db(path: RadioPath) -> float:
    FREQUENCY_GHZ.check("frequency_ghz", path.frequency_ghz)
    tx_m, rx_m = path.height_m[0] + path.tx_height_agl_m, path.height_m[-1] + path.rx_height_agl_m
    return free_space_loss_db(path.frequency_ghz, slant_distance_km(float(path.distance_km[-1]), tx_m, rx_m))


def _hata_db(path: RadioPath) -> float:
    return extended_hata_loss_db(
        float(path.distance_km[-1]),
        frequency_mhz=1000.0 * path.frequency_ghz,
        tx_height_agl_m=path.tx_height_agl_m,
        rx_height_agl_m=path.rx_height_agl_m,
        surroundings=path.surroundings,
    )


_ALL = (
    PropagationModel(
        name="p1812-8",
        title=Text("Khuyến nghị ITU-R P.1812-8", "Recommendation ITU-R P.1812-8"),
        needs=Text(
            "mặt cắt địa hình, độ cao ăng-ten, chiết suất khí quyển (ΔN, N0)",
            "terrain profile, antenna heights, refractivity (ΔN, N0)",
        ),
        source="Rec. ITU-R P.1812-8 (09/2025)",
        frequency_ghz=FREQUENCY_GHZ,
        needs_terrain=True,
        median_loss_db=_p1812_db,
    ),
    PropagationModel(
        name="free-space",
        title=Text("Không gian tự do (giới hạn lạc quan nhất)", "Free space (the most optimistic limit)"),
        needs=Text("cự ly và độ cao hai ăng-ten", "distance and height of both antennas"),
        source="Rec. ITU-R P.525-4; Rec. ITU-R P.1812-8, section 4.2",
        frequency_ghz=FREQUENCY_GHZ,
        needs_terrain=False,
        median_loss_db=_free_space_db,
    ),
    PropagationModel(
        name="hata-extended",
        title=Text(
            "Hata mở rộng (dự phòng khi không có địa hình)", "Extended Hata (fallback where there is no terrain)"
        ),
        needs=Text(
            "cự ly, độ cao ăng-ten so với mặt đất, loại môi trường",
            "distance, antenna heights above ground, kind of surroundings",
        ),
        source="Report ITU-R SM.2028-2, section 6.1",
        frequency_ghz=Range(FREQUENCY_MHZ.low / 1000.0, FREQUENCY_MHZ.high / 1000.0, "GHz"),
        needs_terrain=False,
        median_loss_db=_hata_db,
    ),
)

MODELS: Mapping[str, PropagationModel] = MappingProxyType({model.name: model for model in _ALL})
DEFAULT_MODEL = "p1812-8"


def propagation_model(name: str) -> PropagationModel:
    """Return the model of this name.

    Raises
    ------
    OutOfRangeError
        Where no model has this name; the message lists those that there are.
    """
    if name not in MODELS:
        names = ", ".join(MODELS)
        raise OutOfRangeError(
            Text(
                f"Không có mô hình truyền sóng “{name}”; chọn một trong: {names}",
                f"there is no propagation model {name!r}; choose one of {names}",
            )
        )
    return MODELS[name]
