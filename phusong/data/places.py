"""Where the rows of a list are on the ground: in which commune, and whether that is the commune they state."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.boundaries import commune_of_points
from phusong.data.columns import AS_IT_STANDS, Note, Ways
from phusong.data.goals import communes_near, province_column, unit_key
from phusong.data.schema import ListSchema
from phusong.data.territory import MAY_BE_ELSEWHERE, Territory
from phusong.data.unit_reading import READING
from phusong.data.units import province_name
from phusong.words import Text

Rows = NDArray[np.intp]
Index = NDArray[np.int64]


def place(rows: pd.DataFrame, schema: ListSchema, territory: Territory) -> tuple[pd.DataFrame, list[Note]]:
    """Compare the rows with the commune polygons; fill commune and province where the list is silent.

    Parameters
    ----------
    rows
        Rows of a checked list, with ``lon``, ``lat`` (NaN: no position, or one that is refused already) and the columns
        of the administrative unit.
    territory
        The province of the list and the communes its boundaries give, those of other provinces too where imported.

    Returns
    -------
    placed
        The rows with codes filled in; a stated code that no polygon has is replaced, any other stated code is kept.
    notes
        Rows outside every commune or in another province, and codes or names that say another commune than the point.
    """
    communes = territory.communes
    if communes is None:
        return rows, []
    index = commune_of_points(rows["lon"].to_numpy(), rows["lat"].to_numpy(), communes)
    located = rows["lon"].notna().to_numpy() & rows["lat"].notna().to_numpy()
    outside = np.flatnonzero(located & (index < 0))
    index[outside] = _near_border(rows.iloc[outside], communes)
    notes = _outside_notes(rows, schema, np.flatnonzero(located & (index < 0)), territory)
    found, index = _abroad_notes(rows, schema, index, territory)
    notes += found
    inside = np.flatnonzero(index >= 0)
    codes = communes["commune_code"].to_numpy(dtype=object)
    polygon_code = codes[index[inside]]
    stated = rows["commune_code"].to_numpy(dtype=object)[inside]
    is_named, is_asked = _said_by_name(rows, inside), _asked(rows, inside)
    notes += _code_notes(inside[~is_named], stated[~is_named], index[inside[~is_named]], communes)
    is_other = is_named & (stated != polygon_code)
    notes += _name_notes(rows, inside[(stated == "") & ~is_asked | is_other], index, communes)
    placed = rows.copy()
    replaced = (stated == "") | ~pd.Index(stated).isin(codes)
    placed.loc[placed.index[inside[replaced]], "commune_code"] = polygon_code[replaced]
    _fill(placed, "commune_name", inside, index, communes)
    _fill(placed, "province_code", inside, index, communes)
    return placed, notes


def _said_by_name(rows: pd.DataFrame, at: Rows) -> NDArray[np.bool_]:
    """Mark the rows whose code was found by a name: if the point says otherwise, the name is to be checked."""
    readings = rows[READING].to_numpy(dtype=object)[at] if READING in rows else np.full(at.size, None)
    return np.array([bool(read and read.code and read.field != "commune_code") for read in readings], dtype=bool)


def _asked(rows: pd.DataFrame, at: Rows) -> NDArray[np.bool_]:
    """Mark the rows whose words leave the commune open: the point decides, or it is asked, when units are settled."""
    readings = rows[READING].to_numpy(dtype=object)[at] if READING in rows else np.full(at.size, None)
    return np.array([bool(read and read.is_open) for read in readings], dtype=bool)


def _near_border(rows: pd.DataFrame, communes: gpd.GeoDataFrame) -> Index:
    """Return the nearest commune just beside each row, −1 where there is none."""
    found = np.full(len(rows), -1, dtype=np.int64)
    if rows.empty or communes.empty:
        return found
    point, commune, distance_m = communes_near(rows["lon"].to_numpy(), rows["lat"].to_numpy(), communes)
    farthest_first = np.argsort(-distance_m, kind="stable")
    found[point[farthest_first]] = commune[farthest_first]
    return found


def _outside_notes(rows: pd.DataFrame, schema: ListSchema, outside: Rows, territory: Territory) -> list[Note]:
    """Note rows outside every commune: refused unless the row may be, or says it is, of another province."""
    assert territory.communes is not None
    own = province_column(territory.communes)
    codes = dict(zip(territory.communes["commune_code"], own, strict=True))
    notes = []
    for at in outside.tolist():
        province, commune = str(rows["province_code"].iloc[at]), str(rows["commune_code"].iloc[at])
        is_elsewhere = province not in ("", territory.province_code) and province not in own
        if schema.name in MAY_BE_ELSEWHERE and is_elsewhere:
            continue
        is_ours = (province != "" and not is_elsewhere) or commune in codes
        may_stay = schema.name in MAY_BE_ELSEWHERE and not is_ours
        text = _OUTSIDE if may_stay else _OUTSIDE_REFUSED
        notes.append(Note(at, "lon", "warning" if may_stay else "error", text, "place.outside"))
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


def _abroad_notes(
    rows: pd.DataFrame, schema: ListSchema, index: Index, territory: Territory
) -> tuple[list[Note], Index]:
    """Note rows in a commune of another province than the list's; return the communes of the rows that may stay.

    A row of a list that may hold neighbours' rows stays where it lies; it is asked back unless it names that province.
    """
    assert territory.communes is not None
    own = province_column(territory.communes)
    if not territory.province_code or territory.province_code not in own:
        return [], index
    of_point = np.where(index >= 0, own[index], "")
    abroad = np.flatnonzero((of_point != "") & (of_point != territory.province_code))
    kept, notes = index.copy(), []
    for at in abroad.tolist():
        stated = str(rows["province_code"].iloc[at])
        if schema.name in MAY_BE_ELSEWHERE and stated == of_point[at]:
            continue
        may_stay = schema.name in MAY_BE_ELSEWHERE and stated != territory.province_code
        text = _abroad_text(territory.communes, int(index[at]), may_stay=may_stay)
        notes.append(Note(at, "lon", "warning" if may_stay else "error", text, "place.other_province"))
        if not may_stay:
            kept[at] = -1
    return notes, kept


def _abroad_text(communes: gpd.GeoDataFrame, index: int, *, may_stay: bool) -> Text:
    code = str(province_column(communes)[index])
    named = str(communes["commune_name"].iloc[index]) if "commune_name" in communes else ""
    where = ", ".join(filter(None, (named, province_name(code) or code)))
    if may_stay:
        return Text(
            f"Vị trí nằm ở tỉnh khác: {where}. Nếu đúng là trạm của tỉnh đó thì hãy ghi mã tỉnh {code}.",
            f"The position is in another province: {where}. If it does belong there write the province code {code}.",
        )
    return Text(
        f"Vị trí nằm ở tỉnh khác: {where}. Hãy sửa toạ độ.",
        f"The position is in another province: {where}. Correct the position.",
    )


def _code_notes(at: Rows, stated: NDArray[np.object_], index: Index, communes: gpd.GeoDataFrame) -> list[Note]:
    """Note stated codes that differ from the polygon's: replaced if no polygon has them, else kept."""
    codes = communes["commune_code"].to_numpy(dtype=object)
    known = set(codes)
    notes = []
    for row in np.flatnonzero((stated != "") & (stated != codes[index])).tolist():
        given, found = stated[row], codes[index[row]]
        if given in known:
            text = Text(
                f"Mã xã ghi {given} nhưng toạ độ nằm trong xã {found}. Hãy kiểm tra mã xã hoặc toạ độ.",
                f"The commune stated is {given} but the position is in {found}. Check code or position.",
            )
            choices, ways = _by_position_or_as_stated(communes, int(index[row]))
            told = Note(int(at[row]), "commune_code", "warning", text, "place.other_commune", None, choices, ways)
            notes.append(told)
        else:
            text = Text(
                f"Không có xã mang mã {given}; lấy mã {found} theo toạ độ.",
                f"No commune has the code {given}; {found} is taken from the position.",
            )
            notes.append(Note(int(at[row]), "commune_code", "repair", text, "place.unknown_code", after=str(found)))
    return notes


def _name_notes(rows: pd.DataFrame, at: Rows, index: Index, communes: gpd.GeoDataFrame) -> list[Note]:
    """Note stated commune names that differ from the polygon's, however they are spelt."""
    if "commune_name" not in communes:
        return []
    names = communes["commune_name"].fillna("").astype(str).tolist()
    stated = rows["commune_name"].to_numpy(dtype=object)[at]
    keys = {name: unit_key(name) for name in {*names, *stated}}
    notes = []
    for row, given in zip(at.tolist(), stated, strict=True):
        found = names[index[row]]
        if given and found and keys[given] != keys[found]:
            text = Text(
                f"Ghi xã “{given}” nhưng toạ độ nằm trong {found}. Hãy kiểm tra tên xã hoặc toạ độ.",
                f"The commune stated is “{given}” but the position is in {found}. Check name or position.",
            )
            choices, ways = _by_position_or_as_stated(communes, int(index[row]))
            notes.append(Note(row, "commune_name", "warning", text, "place.other_commune", None, choices, ways))
    return notes


def _by_position_or_as_stated(communes: gpd.GeoDataFrame, index: int) -> tuple[tuple[Text, ...], tuple[Ways, ...]]:
    """Return the two answers: the commune the position is in, or the one the row states."""
    code = str(communes["commune_code"].iloc[index])
    name = str(communes["commune_name"].iloc[index]) if "commune_name" in communes else ""
    called = f"{name} ({code})" if name else code
    by_position = Text(f"{called}, theo toạ độ", f"{called}, by the position")
    cells = ("commune_code", code), ("commune_name", name)
    ways = (cells if name else cells[:1], cells[:1], *((cells[1:],) if name else ()))
    return (by_position, Text("như đã ghi, toạ độ đúng", "as stated, the position is right")), (ways, AS_IT_STANDS)


def _fill(placed: pd.DataFrame, column: str, inside: Rows, index: Index, communes: gpd.GeoDataFrame) -> None:
    """Fill a silent column from the polygon the row is in."""
    if column in communes:
        silent = inside[placed[column].to_numpy(dtype=object)[inside] == ""]
        placed.loc[placed.index[silent], column] = communes[column].to_numpy(dtype=object)[index[silent]]
