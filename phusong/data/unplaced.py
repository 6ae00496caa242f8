"""Stations whose list gives no position: they cannot be predicted, but they are there, and serve someone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from phusong.coverage.network import Inventory
from phusong.coverage.transmitters import ON_AIR
from phusong.data.names import name_key
from phusong.data.units import split_unit

_MAY_BE_ON_AIR = ON_AIR | {""}


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An operator's sites without a position, and the communes they may stand in, of the province or of others."""

    site_ids: frozenset[str]
    communes: frozenset[str]
    elsewhere: bool

    def __or__(self, other: Unplaced) -> Unplaced:
        """Return both together."""
        elsewhere = self.elsewhere or other.elsewhere
        return Unplaced(self.site_ids | other.site_ids, self.communes | other.communes, elsewhere)


def unplaced_sites(
    rows: pd.DataFrame, communes: gpd.GeoDataFrame | None, *, province_code: str
) -> Mapping[str, Unplaced]:
    """Return by operator the sites of a checked station list that have no position and may serve outdoors.

    A site stands in the commune its row names, by code or else by name; where it names none that is known, anywhere in
    the province. One of another province may stand anywhere beyond the border.
    """
    silent = rows[rows["lon"].isna() & rows["status"].isin(_MAY_BE_ON_AIR) & (rows["site_kind"] != "indoor")]
    found: dict[str, Unplaced] = {}
    for row in silent.to_dict("records"):
        elsewhere = row["province_code"] not in ("", province_code)
        here = frozenset[str]() if elsewhere else _communes_named(row["commune_code"], row["commune_name"], communes)
        one = Unplaced(frozenset({row["site_id"]}), here, elsewhere)
        for operator in {row["operator"], *row["operators_served"]}:
            found[operator] = found[operator] | one if operator in found else one
    return found


def _communes_named(code: str, name: str, communes: gpd.GeoDataFrame | None) -> frozenset[str]:
    """Return the communes a row may mean: all of them where it names none that is known."""
    if communes is None:
        return frozenset({code}) if code else frozenset()
    known = frozenset(communes["commune_code"])
    if code in known:
        return frozenset({code})
    key = name_key(split_unit(name)[1])
    named = [name_key(split_unit(str(full))[1]) == key for full in communes.get("commune_name", [""] * len(communes))]
    return frozenset(communes["commune_code"][named]) or known


def with_unplaced(inventory: Inventory, unplaced: Unplaced | None) -> Inventory:
    """Return an inventory that knows of the operator's sites without a position."""
    if unplaced is None or inventory.completeness == "none":
        return inventory
    return replace(
        inventory,
        sites_unplaced=len(unplaced.site_ids),
        unplaced_communes=tuple(sorted(unplaced.communes)),
        neighbours_listed=inventory.neighbours_listed and not unplaced.elsewhere,
    )
