"""The hidden truth: what is really received at each house and at each place measured, with local shadowing."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.coverage.criteria import Profile
from phusong.coverage.network import Network, Technology
from phusong.coverage.prediction import predict, prediction_points
from phusong.coverage.terrain import Terrain
from phusong.coverage.transmitters import Layer
from phusong.data.sample.ground import normal_field
from phusong.data.sample.masts import Mast, site_id
from phusong.data.sample.recipe import Frame, Recipe

Grid = NDArray[np.float64]

DATA: tuple[Technology, ...] = ("4G", "5G")
"""Technologies whose truth is kept for every house; 2G and 3G only where somebody measured."""
OWN_SHARE = 0.6
"""Share of a layer's shadowing, as an amplitude, that the operator's other layers do not have."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Levels:
    """True levels in dBm, shape (n_places, n_layers), NaN where nothing is received, and the site that serves."""

    layers: tuple[Layer, ...]
    level_dbm: Grid
    site: NDArray[np.str_]

    def best(self, technologies: Sequence[Technology] = DATA) -> tuple[Grid, NDArray[np.int64]]:
        """Return the best level over layers of these technologies (−999 for none) and the layer it is of."""
        columns = [k for k, layer in enumerate(self.layers) if layer.technology in technologies]
        filled = np.nan_to_num(self.level_dbm[:, columns], nan=-999.0)
        best = filled.argmax(axis=1)
        return filled[np.arange(len(filled)), best], np.array(columns)[best]


def true_levels(
    network: Network, terrain: Terrain, lon_deg: Grid, lat_deg: Grid, profile: Profile, frame: Frame, recipe: Recipe,
    seed: int, *, technologies: Sequence[Technology] = DATA, progress: Callable[[float], None] | None = None,
) -> Levels:  # fmt: skip
    """Return what is truly received: the engine's median over the true network, plus shadowing alike nearby.

    Parameters
    ----------
    network
        Every value exact, silent sites off.
    lon_deg, lat_deg
        Where people truly are.
    profile
        Where cells end and how high the receiver is; its margins are not used.
    technologies
        The others are left out.
    """
    kept = tuple(
        replace(site, services=tuple(s for s in site.services if s.technology in technologies))
        for site in network.sites
    )
    points = prediction_points(lon_deg, lat_deg, terrain)
    found = predict(Network(sites=kept, inventories=()), terrain, points, profile, progress=progress)
    names = np.array([site.site_id for site in found.sent.sites])
    level = np.column_stack([found.level_dbm(k)[points.of_household] for k in range(len(found.layers))])
    level += shadowing_db(found.layers, *frame.xy(lon_deg, lat_deg), recipe, seed)
    server = found.sent.site_of_sector(found.server[points.of_household].astype(np.int64))
    site = np.where(server >= 0, names[np.maximum(server, 0)], "")
    return Levels(layers=found.layers, level_dbm=np.round(level, 2), site=site)


def shadowing_db(layers: Sequence[Layer], x_m: Grid, y_m: Grid, recipe: Recipe, seed: int) -> Grid:
    """Return the shadowing at points, one column a layer: normal, alike within the recipe's correlation length."""

    def field(key: str) -> Grid:
        own = seed * 7919 + zlib.crc32(key.encode()) % 1_000_003
        return normal_field(x_m, y_m, correlation_m=recipe.shadowing_correlation_m, seed=own)

    shared = {layer.operator: field(layer.operator) for layer in layers}
    common = np.sqrt(1.0 - OWN_SHARE**2)
    return recipe.shadowing_sigma_db * np.column_stack(
        [common * shared[layer.operator] + OWN_SHARE * field(layer.key) for layer in layers]
    )


def write_truth(
    folder: Path, masts: Sequence[Mast], households: pd.DataFrame, frame: Frame, recipe: Recipe, seed: int
) -> None:
    """Write the truth beside the sample: true network, true houses with their levels, how the sample was made."""
    folder.mkdir()
    lon, lat = frame.lonlat(np.array([m.x_m for m in masts]), np.array([m.y_m for m in masts]))
    network = [_mast_entry(m, lon[k], lat[k], masts) for k, m in enumerate(masts)]
    (folder / "mang_that.json").write_text(
        json.dumps(network, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
    )
    households.to_parquet(folder / "ho_dan_that.parquet", index=False)
    made = {"seed": seed, "own_share": OWN_SHARE, "recipe": asdict(recipe)}
    (folder / "cach_tao.json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8", newline="\n")


def _mast_entry(m: Mast, lon_deg: float, lat_deg: float, masts: Sequence[Mast]) -> dict[str, Any]:
    entry = asdict(m) | {
        "site_id": site_id(m),
        "lon_deg": round(float(lon_deg), 7),
        "lat_deg": round(float(lat_deg), 7),
    }
    entry["shared_with"] = None if m.shared_with is None else site_id(masts[m.shared_with])
    return {key: value for key, value in entry.items() if key not in ("x_m", "y_m", "number")}


def household_truth(keys: Sequence[str], lon_deg: Grid, lat_deg: Grid, shift_m: Grid, levels: Levels) -> pd.DataFrame:
    """Return a row a house: true place, how far off the list has it, best 4G/5G level and every layer's level."""
    best, layer = levels.best()
    none = best < -900.0
    names = np.array([f"{la.operator}" for la in levels.layers])
    technologies = np.array([la.technology for la in levels.layers])
    table = pd.DataFrame(
        {
            "household_key": list(keys),
            "lon_deg": np.round(lon_deg, 7),
            "lat_deg": np.round(lat_deg, 7),
            "shift_m": np.round(shift_m, 1),
            "best_level_dbm": np.where(none, np.nan, best),
            "best_operator": np.where(none, "", names[layer]),
            "best_technology": np.where(none, "", technologies[layer]),
            "best_site_id": np.where(none, "", levels.site[np.arange(len(best)), layer]),
        }
    )
    for k, la in enumerate(levels.layers):
        table[f"level_dbm_{la.key}"] = levels.level_dbm[:, k].astype(np.float32)
    return table
