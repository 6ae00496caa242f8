"""Where the rows of a list are on the ground: in which commune, and whether that is the commune they state."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from phusong.data.boundaries import commune_of_points
from phusong.data.columns import Note
from phusong.data.crs import metric_crs, project
from phusong.data.names import name_key
from phusong.data.schema import ListSchema
from phusong.data.units import split_unit
from phusong.words import Text

NEAR_BORDER_M = 1000.0
"""A row this close to a commune belongs to it: boundaries are drawn coarsely, GPS points are some metres off."""

_MAY_BE_ELSEWHERE = ("stations", "measurements")
"""Lists whose rows may lie beyond the province: its neighbours' masts serve it too."""

Mask = NDArray[np.bool_]


def place(
    rows: pd.DataFrame, schema: ListSchema, communes: gpd.GeoDataFrame, province_code: str
) -> tuple[pd.DataFrame, list[Note]]:
    """Compare the rows with the commune polygons; fill commune and province where the list is silent.

    Parameters
    ----------
    rows
        Rows of a checked list, with ``lon``, ``lat`` and the columns of the administrative unit.
    communes
        ``commune_code``, geometry in EPSG:4326, and ``commune_name``, ``province_code`` where known.
    province_code
        The province of the list.

    Returns
    -------
    placed
        The rows with codes filled in; a stated code that no polygon has is replaced, any other stated code is kept.
    notes
        Rows outside every commune, and codes or names that say another commune than the point.
    """
    index = commune_of_points(rows["lon"].to_numpy(), rows["lat"].to_numpy(), communes)
    located = rows["lon"].notna().to_numpy() & rows["lat"].notna().to_numpy()
    outside = np.flatnonzero(located & (index < 0))
    index[outside] = _near_border(rows.iloc[outside], communes)
    notes = _outside_notes(rows, schema, np.flatnonzero(located & (index < 0)), communes, province_code)
    inside = np.flatnonzero(index >= 0)
    codes = communes["commune_code"].to_numpy(dtype=object)
    polygon_code = codes[index[inside]]
    stated = rows["commune_code"].to_numpy(dtype=object)[inside]
    notes += _code_notes(inside, stated, polygon_code, set(codes))
    notes += _name_notes(rows, inside[stated == ""], index, communes)
    placed = rows.copy()
    replaced = (stated == "") | ~np.isin(stated, codes)
    placed.loc[placed.index[inside[replaced]], "commune_code"] = polygon_code[replaced]
    _fill(placed, "commune_name", inside, index, communes)
    _fill(placed, "province_code", inside, index, communes)
    return placed, notes


def _near_border(rows: pd.DataFrame, communes: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return the nearest commune within ``NEAR_BORDER_M`` of each row, −1 where there is none."""
    found = np.full(len(rows), -1, dtype=np.int64)
    if rows.empty or communes.empty:
        return found
    west, south, east, north = communes.total_bounds
    epsg = metric_crs((west + east) / 2.0, (south + north) / 2.0)
    x_m, y_m = project(rows["lon"].to_numpy(), rows["lat"].to_numpy(), epsg)
    tree = shapely.STRtree(communes.geometry.to_crs(epsg).to_numpy())
    points, near = tree.query_nearest(shapely.points(x_m, y_m), max_distance=NEAR_BORDER_M, all_matches=False)
    found[points] = near
    return found


def _outside_notes(
    rows: pd.DataFrame,
    schema: ListSchema,
    outside: NDArray[np.intp],
    communes: gpd.GeoDataFrame,
    province_code: str,
) -> list[Note]:
    """Note rows outside every commune: refused unless the row may be, or says it is, of another province."""
    codes = set(communes["commune_code"])
    notes = []
    for at in outside.tolist():
        province, commune = str(rows["province_code"].iloc[at]), str(rows["commune_code"].iloc[at])
        is_elsewhere = province not in ("", province_code)
        if schema.name in _MAY_BE_ELSEWHERE and is_elsewhere:
            continue
        is_ours = province == province_code or commune in codes
        may_stay = schema.name in _MAY_BE_ELSEWHERE and not is_ours
        notes.append(Note(at, "lon", "warning" if may_stay else "error", _OUTSIDE if may_stay else _OUTSIDE_REFUSED))
    return notes


_OUTSIDE = Text(
    "Vị trí không nằm trong xã nào của tỉnh: ở ngoài biển hoặc ở tỉnh khác. "
    "Nếu là trạm của tỉnh giáp ranh thì hãy ghi mã tỉnh đó, nếu không thì hãy sửa toạ độ.",
    "The position is in no commune of the province: in the sea or in another province. "
    "If it belongs to a neighbouring province write that province's code, otherwise correct the position.",
)
_OUTSIDE_REFUSED = Text(
    "Vị trí không nằm trong xã nào của tỉnh: ở ngoài biển hoặc ở tỉnh khác. Hãy sửa toạ độ.",
    "The position is in no commune of the province: in the sea or in another province. Correct the position.",
)


def _code_notes(
    at: NDArray[np.intp], stated: NDArray[np.object_], polygon: NDArray[np.object_], known: set[str]
) -> list[Note]:
    """Note stated codes that differ from the polygon's: replaced if no polygon has them, else kept."""
    notes = []
    for index in np.flatnonzero((stated != "") & (stated != polygon)).tolist():
        given, found = stated[index], polygon[index]
        if given in known:
            text = Text(
                f"Mã xã ghi {given} nhưng toạ độ nằm trong xã {found}. Hãy kiểm tra mã xã hoặc toạ độ.",
                f"The commune stated is {given} but the position is in {found}. Check code or position.",
            )
        else:
            text = Text(
                f"Không có xã mang mã {given}; lấy mã {found} theo toạ độ.",
                f"No commune has the code {given}; {found} is taken from the position.",
            )
        notes.append(Note(int(at[index]), "commune_code", "warning" if given in known else "repair", text))
    return notes


def _name_notes(
    rows: pd.DataFrame, at: NDArray[np.intp], index: NDArray[np.int64], communes: gpd.GeoDataFrame
) -> list[Note]:
    """Note stated commune names that differ from the polygon's, however they are spelt."""
    if "commune_name" not in communes:
        return []
    names = communes["commune_name"].fillna("").astype(str).tolist()
    stated = rows["commune_name"].to_numpy(dtype=object)[at]
    keys = {name: _unit_key(name) for name in {*names, *stated}}
    notes = []
    for row, given in zip(at.tolist(), stated, strict=True):
        found = names[index[row]]
        if given and found and keys[given] != keys[found]:
            text = Text(
                f"Ghi xã “{given}” nhưng toạ độ nằm trong {found}. Hãy kiểm tra tên xã hoặc toạ độ.",
                f"The commune stated is “{given}” but the position is in {found}. Check name or position.",
            )
            notes.append(Note(row, "commune_name", "warning", text))
    return notes


def _unit_key(name: str) -> str:
    return name_key(split_unit(name)[1])


def _fill(
    placed: pd.DataFrame, column: str, inside: NDArray[np.intp], index: NDArray[np.int64], communes: gpd.GeoDataFrame
) -> None:
    """Fill a silent column from the polygon the row is in."""
    if column in communes:
        silent = inside[placed[column].to_numpy(dtype=object)[inside] == ""]
        placed.loc[placed.index[silent], column] = communes[column].to_numpy(dtype=object)[index[silent]]
