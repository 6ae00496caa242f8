"""Where the rows of a list say they are in words, commune or province, and how well a point fits that."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from phusong.data.boundaries import commune_of_points
from phusong.data.names import name_key
from phusong.data.territory import Territory
from phusong.data.units import provinces, split_unit

NEAR_BORDER_M = 1000.0
"""A row this close to a commune belongs to it: boundaries are drawn coarsely, GPS points are some metres off."""
CLOSE_M = 3000.0
"""A reading this close to the commune is not ruled out by lying outside it."""

UNKNOWN, AWAY, CLOSE, NEAR, INSIDE = -1, 0, 1, 2, 3
"""How well a point fits: nothing to compare with; far; within ``CLOSE_M``; within ``NEAR_BORDER_M``; inside."""

_METRES_A_DEGREE = 111_195.0

Floats = NDArray[np.float64]
Grades = NDArray[np.int8]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Goals:
    """What the rows of a list state of their place.

    ``commune`` is the position in ``communes`` of the commune a row states, −1 where it states none that has a
    polygon; ``province`` the code of its province, "" where unknown.
    """

    communes: gpd.GeoDataFrame | None
    commune: NDArray[np.int64]
    province: NDArray[np.object_]
    _frames: dict[int, tuple[float, shapely.Geometry]] = field(default_factory=dict)

    @property
    def is_commune_known(self) -> NDArray[np.bool_]:
        """Mark the rows that state a commune with a polygon."""
        return np.asarray(self.commune >= 0, dtype=bool)

    def grade(self, rows: Rows, lon: Floats, lat: Floats) -> Grades:
        """Say how well each point fits what a row states: its commune, or its province where it states no commune."""
        grades = np.full(rows.size, UNKNOWN, dtype=np.int8)
        if self.communes is None:
            return grades
        stated = self.commune[rows] >= 0
        grades[stated] = self._of_commune(self.commune[rows[stated]], lon[stated], lat[stated])
        grades[~stated] = self.grade_province(rows[~stated], lon[~stated], lat[~stated])
        return grades

    def grade_province(self, rows: Rows, lon: Floats, lat: Floats) -> Grades:
        """Say how well each point fits the province of a row; UNKNOWN where no commune of that province is known."""
        grades = np.full(rows.size, UNKNOWN, dtype=np.int8)
        if self.communes is None or not rows.size:
            return grades
        own = province_column(self.communes)
        wanted = self.province[rows]
        bounded = pd.Index(wanted).isin(own) | (own == "").all()
        anywhere = (wanted == "") | (own == "").all()
        index = commune_of_points(lon, lat, self.communes)
        fits = (index >= 0) & (anywhere | (own[index] == wanted))
        grades[bounded | anywhere] = AWAY
        grades[fits & (grades == AWAY)] = INSIDE
        out = np.flatnonzero(grades == AWAY)
        point, commune, _ = communes_near(lon[out], lat[out], self.communes)
        same = anywhere[out[point]] | (own[commune] == wanted[out[point]])
        grades[out[point[same]]] = NEAR
        return grades

    def _of_commune(self, commune: NDArray[np.int64], lon: Floats, lat: Floats) -> Grades:
        grades = np.zeros(commune.size, dtype=np.int8)
        known, which = np.unique(commune, return_inverse=True)
        self._make_frames(known)
        cosine = np.array([self._frames[at][0] for at in known.tolist()], dtype=np.float64)[which]
        x_m, y_m = lon * cosine * _METRES_A_DEGREE, lat * _METRES_A_DEGREE
        shapes = np.array([self._frames[at][1] for at in known.tolist()], dtype=object)
        boxes = shapely.bounds(shapes).reshape(-1, 4)[which] + np.array([-1, -1, 1, 1]) * CLOSE_M
        within = (x_m >= boxes[:, 0]) & (y_m >= boxes[:, 1]) & (x_m <= boxes[:, 2]) & (y_m <= boxes[:, 3])
        at = np.flatnonzero(within)
        points, shapes = np.asarray(shapely.points(x_m[at], y_m[at])), shapes[which[at]]
        for grade, distance_m in ((INSIDE, 0.0), (NEAR, NEAR_BORDER_M), (CLOSE, CLOSE_M)):
            fits = shapely.dwithin(shapes, points, distance_m)
            grades[at[fits]] = grade
            at, points, shapes = at[~fits], points[~fits], shapes[~fits]
        return grades

    def _make_frames(self, communes: NDArray[np.int64]) -> None:
        """Put communes into metres (degrees of longitude shortened by their own latitude) and make them ready, once."""
        assert self.communes is not None
        new = np.array([at for at in communes.tolist() if at not in self._frames], dtype=np.int64)
        shapes = self.communes.geometry.to_numpy()[new]
        south, north = shapely.bounds(shapes).reshape(-1, 4)[:, [1, 3]].T
        cosine = np.cos(np.radians((south + north) / 2.0))
        of_vertex = np.repeat(cosine, shapely.get_num_coordinates(shapes))
        scale = _METRES_A_DEGREE * np.column_stack([of_vertex, np.ones(of_vertex.size)])
        metres = shapely.set_coordinates(shapes.copy(), shapely.get_coordinates(shapes) * scale)
        shapely.prepare(metres)
        self._frames.update(zip(new.tolist(), zip(cosine.tolist(), metres, strict=True), strict=True))


def goals_of(rows: pd.DataFrame, territory: Territory | None) -> Goals:
    """Return what the rows state of commune and province; the territory's province where a row states none."""
    listed = territory.province_code if territory is not None else ""
    communes = territory.communes if territory is not None else None
    stated = rows["province_code"].to_numpy(dtype=object)
    province = np.where((stated == "") & (listed != ""), listed, stated).astype(object)
    commune = np.full(len(rows), -1, dtype=np.int64)
    if communes is not None:
        commune = _stated_communes(rows, province, communes)
        own = province_column(communes)[commune]
        unlisted = ~pd.Index(province).isin(list(provinces())) | (stated == "")
        province = np.where((commune >= 0) & (own != "") & unlisted, own, province).astype(object)
    return Goals(communes, commune, province)


def _stated_communes(
    rows: pd.DataFrame, province: NDArray[np.object_], communes: gpd.GeoDataFrame
) -> NDArray[np.int64]:
    """Return the commune each row states by its code, else by a name only one commune of the province has."""
    codes = pd.Index(communes["commune_code"].astype(str))
    commune = np.asarray(codes.get_indexer(pd.Index(rows["commune_code"].astype(str))), dtype=np.int64)
    if "commune_name" not in communes:
        return commune
    by_name = (commune < 0) & (rows["commune_name"] != "").to_numpy()
    names = pd.DataFrame({"province": province, "name": rows["commune_name"].to_numpy(dtype=object)})[by_name]
    if names.empty:
        return commune
    own, titles = province_column(communes), communes["commune_name"].fillna("").map(unit_key).tolist()
    at: dict[tuple[str, str], int] = {}
    for index, key in enumerate(zip(own, titles, strict=True)):
        at[key] = -1 if key in at else index
    found = {
        (code, name): at.get((code, unit_key(name)), at.get(("", unit_key(name)), -1))
        for code, name in names.drop_duplicates().itertuples(index=False)
    }
    commune[by_name] = [found[key] for key in names.itertuples(index=False, name=None)]
    return commune


def province_column(communes: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return the province code of each commune, "" where unknown."""
    if "province_code" not in communes:
        return np.full(len(communes), "", dtype=object)
    return np.asarray(communes["province_code"].fillna("").astype(str), dtype=object)


def unit_key(name: str) -> str:
    """Return the name of a commune without its kind, however it is spelt."""
    return name_key(split_unit(name)[1])


def communes_near(lon: Floats, lat: Floats, communes: gpd.GeoDataFrame) -> tuple[Rows, Rows, Floats]:
    """Return the pairs of a point and a commune within ``NEAR_BORDER_M`` of it, with their distance in metres."""
    cosine = np.cos(np.radians(np.where(np.isfinite(lat), lat, 0.0)))
    reach_deg = NEAR_BORDER_M / _METRES_A_DEGREE / max(float(cosine.min(initial=1.0)), 0.1)
    tree = shapely.STRtree(communes.geometry.to_numpy())
    points = np.asarray(shapely.points(lon, lat))
    point, commune = tree.query(points, predicate="dwithin", distance=reach_deg)
    line = shapely.shortest_line(points[point], communes.geometry.to_numpy()[commune])
    ends = shapely.get_coordinates(line).reshape(-1, 2, 2)
    x_m = (ends[:, 1, 0] - ends[:, 0, 0]) * cosine[point] * _METRES_A_DEGREE
    y_m = (ends[:, 1, 1] - ends[:, 0, 1]) * _METRES_A_DEGREE
    distance_m = np.hypot(x_m, y_m)
    near = distance_m <= NEAR_BORDER_M
    return point[near], commune[near], distance_m[near]
