"""What each reading of a question would mean on the ground: in which commune the place is, how far from the one stated.

Asked of the few problems a person looks at, not of every row of a list.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from phusong.data.boundaries import commune_of_points
from phusong.data.goals import unit_key
from phusong.data.position_texts import length
from phusong.words import Text

Writes = Mapping[str, str]
_METRES_A_DEGREE = 111_195.0
_NOTHING = Text("", "")


class Ground:
    """The communes of a province, and what a place or a unit means among them."""

    def __init__(self, communes: gpd.GeoDataFrame) -> None:
        self._communes = communes
        codes = communes["commune_code"].astype(str).tolist()
        self._names = communes["commune_name"].fillna("").astype(str).tolist() if "commune_name" in communes else codes
        self._by_code = {code: at for at, code in enumerate(codes)}
        keys = pd.Series([unit_key(one) for one in self._names])
        own = ~keys.duplicated(keep=False)
        self._by_name = dict(zip(keys[own].tolist(), np.flatnonzero(own).tolist(), strict=True))

    def meaning(self, writes: Writes, cells: Writes, lon: float | None, lat: float | None) -> Text:
        """Say what writing some cells over those of a row would mean; "" where nothing is known of it.

        Parameters
        ----------
        writes
            The cells of the reading, by field.
        cells
            The row as typed, by field.
        lon, lat
            Where the row is now, None where nobody knows.
        """
        place = _place(writes)
        if place is not None:
            return self._of_place(*place, self._stated(cells))
        unit = self._stated(writes)
        if unit is None or lon is None or lat is None:
            return _NOTHING
        return self._of_unit(unit, lon, lat)

    def _stated(self, cells: Writes) -> int | None:
        """Return the commune some cells state, by its code, else by a name no other has."""
        code, name = cells.get("commune_code", "").strip(), cells.get("commune_name", "")
        found = self._by_code.get(code, self._by_code.get(code.zfill(5)))
        return found if found is not None else self._by_name.get(unit_key(name)) if name else None

    def _of_place(self, lon: float, lat: float, stated: int | None) -> Text:
        at = int(commune_of_points([lon], [lat], self._communes)[0])
        where = f"trong {self._names[at]}", f"in {self._names[at]}"
        if at < 0:
            where = "ngoài ranh giới các xã của tỉnh", "outside the communes of the province"
        if stated is None:
            return Text(*where)
        if stated == at:
            return Text(f"{where[0]}, đúng xã đã ghi", f"{where[1]}, the commune stated")
        away, name = length(self._away_m(stated, lon, lat)), self._names[stated]
        return Text(f"{where[0]}, cách {name} đã ghi {away.vi}", f"{where[1]}, {away.en} from {name} as stated")

    def _of_unit(self, unit: int, lon: float, lat: float) -> Text:
        away_m = self._away_m(unit, lon, lat)
        if away_m <= 0:
            return Text("toạ độ của dòng nằm trong xã này", "the row's position lies in it")
        away = length(away_m)
        return Text(f"toạ độ của dòng cách xã này {away.vi}", f"the row's position is {away.en} from it")

    def _away_m(self, unit: int, lon: float, lat: float) -> float:
        """Return how far a point is from a commune; 0 inside."""
        scale = np.array([np.cos(np.radians(lat)), 1.0]) * _METRES_A_DEGREE
        shape = shapely.transform(self._communes.geometry.to_numpy()[unit], lambda xy: xy * scale)
        return float(shapely.distance(shape, shapely.Point(np.array([lon, lat]) * scale)))


def _place(writes: Writes) -> tuple[float, float] | None:
    texts = (writes.get("lon", ""), writes.get("lat", ""))
    if "coordinates" in writes:
        first, _, second = writes["coordinates"].partition("; ")
        texts = first, second
    return (float(texts[0]), float(texts[1])) if all(texts) else None
