"""Commune boundaries: read them from any usual file, keep an imported set, find the commune of a point.

No boundaries are shipped (docs/decisions/0003-no-shipped-outline.md): they come from a file the user has a right to
use.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from phusong.data.digests import sha256_of
from phusong.data.names import tidy
from phusong.data.polygons import only_polygons, polygon_of_points, read_polygons
from phusong.data.population import count_of
from phusong.data.schema import header_key
from phusong.data.store import whole_file
from phusong.data.units import code_of, full_name, province_code_of, provinces, split_unit
from phusong.errors import BadInputError, Level, Problem, UnreadableFileError
from phusong.words import Text, number

COMMUNE_COLUMNS = (
    *("commune_code", "commune_name", "commune_kind", "province_code", "province_name"),
    *("population", "geometry"),
)
_ALIASES: Mapping[str, tuple[str, ...]] = {
    "commune_code": ("communecode", "maxa", "maphuongxa", "madvhc", "madonvi", "wardcode", "ma", "code"),
    "full_name": ("fullname", "communename", "tendonvi", "tenxa", "tendaydu"),
    "name": ("tenhc", "ten", "wardname", "ward", "name", "xa"),
    "commune_kind": ("communekind", "loai", "loaihinh", "cap", "wardtype", "type"),
    "province_code": ("provincecode", "matinh", "matinhtp", "codeprovince"),
    "province_name": ("provincename", "tentinh", "tinh", "province", "tinhthanh"),
    "population": ("population", "danso", "dansonguoi", "sodan"),
}
"""Property names, accents, case and punctuation left out; of several in one file the first listed here is taken."""
_STORED = "communes.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunesReading:
    """Communes with the columns ``COMMUNE_COLUMNS``, in the order of their codes, and what was wrong in the file."""

    communes: gpd.GeoDataFrame
    problems: tuple[Problem, ...]
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSummary:
    """What an import put into the store: communes by province code, the file they lie in now, and the problems met."""

    stored_at: Path
    communes: Mapping[str, int]
    problems: tuple[Problem, ...]
    sha256: str


def read_communes(path: Path, province_code: str | None = None) -> CommunesReading:
    """Read commune polygons, all of them or those of one province.

    Parameters
    ----------
    path
        A .geojson, .gpkg, .shp or GeoParquet file in any stated coordinate system, with any usual property names.
    province_code
        Two digits; other provinces are left out. A file that does not name its province is taken as this one.

    Returns
    -------
    reading
        Columns ``COMMUNE_COLUMNS``; codes are text of 5 and 2 digits, ``population`` is NaN where unknown, geometry is
        valid multipolygons in EPSG:4326.

    Raises
    ------
    MissingFileError, UnreadableFileError, MissingCrsError
        As :func:`phusong.data.polygons.read_polygons`; also where no commune is of the province.
    BadInputError
        Features without a code or an area, two communes with one code: all of them at once.
    """
    path = Path(path)
    layer = read_polygons(path)
    found = _columns(layer)
    if "commune_code" not in found:
        raise UnreadableFileError(
            Text(
                f"{path.name} không có cột mã xã (ví dụ ma_xa, code).",
                f"{path.name} has no column of commune codes (for example ma_xa, code).",
            )
        )
    communes = _communes(layer, found, province_code)
    problems = _Problems(path.name)
    problems.of_fields(communes, found, layer)
    communes, invalid = _with_polygons(communes)
    problems.of_geometry(communes, invalid)
    communes = _one_row_each(communes, problems)
    if problems.errors:
        raise BadInputError(problems.found)
    communes = communes.sort_values("commune_code", ignore_index=True)[list(COMMUNE_COLUMNS)]
    communes = _of_province(path, communes, province_code)
    return CommunesReading(communes=communes, problems=tuple(problems.found), sha256=sha256_of(path))


def _columns(layer: gpd.GeoDataFrame) -> dict[str, str]:
    """Return which column of the layer holds which field."""
    plain = {header_key(str(name)).replace(" ", ""): name for name in reversed(layer.columns)}
    return {
        field: plain[next(alias for alias in aliases if alias in plain)]
        for field, aliases in _ALIASES.items()
        if any(alias in plain for alias in aliases)
    }


def _communes(layer: gpd.GeoDataFrame, found: Mapping[str, str], province_code: str | None) -> gpd.GeoDataFrame:
    """Return one row a feature with the columns of the contract; ``row`` is the feature's place in the file."""
    text = {field: [_text(value) for value in layer[column]] for field, column in found.items()}
    blank = [""] * len(layer)
    names = [split_unit(full or name) for full, name in _pairs(text, "full_name", "name", blank)]
    stated = [split_unit(f"{kind} x")[0] for kind in text.get("commune_kind", blank)]
    kinds = [kind or other for (kind, _), other in zip(names, stated, strict=True)]
    provinces_of = [
        code_of(code, 2) or province_code_of(name) or (province_code or "")
        for code, name in _pairs(text, "province_code", "province_name", blank)
    ]
    given = text.get("province_name", blank)
    population = layer[found["population"]] if "population" in found else [None] * len(layer)
    return gpd.GeoDataFrame(
        {
            "row": np.arange(1, len(layer) + 1),
            "commune_code": [code_of(code, 5) for code in text["commune_code"]],
            "commune_name": [full_name(kind, name) for kind, (_, name) in zip(kinds, names, strict=True)],
            "commune_kind": kinds,
            "province_code": provinces_of,
            "province_name": [_province_name(code, name) for code, name in zip(provinces_of, given, strict=True)],
            "population": [count_of(value) for value in population],
        },
        geometry=layer.geometry.to_numpy(),
        crs="EPSG:4326",
    )


def _pairs(text: Mapping[str, list[str]], first: str, second: str, blank: list[str]) -> list[tuple[str, str]]:
    return list(zip(text.get(first, blank), text.get(second, blank), strict=True))


def _text(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else tidy(str(value))


def _province_name(code: str, given: str) -> str:
    province = provinces().get(code)
    return province.full_name if province else given


class _Problems:
    """What is met in one file, gathered so that it is answered once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []

    @property
    def errors(self) -> bool:
        return any(problem.level == "error" for problem in self.found)

    def add(self, level: Level, vi: str, en: str, *, row: int | None = None, found: str | None = None) -> None:
        self.found.append(Problem(level=level, file=self.file, text=Text(vi, en), row=row, found=found))

    def of_fields(self, communes: gpd.GeoDataFrame, found: Mapping[str, str], layer: gpd.GeoDataFrame) -> None:
        for row in communes.loc[communes.commune_code == "", "row"]:
            given = _text(layer[found["commune_code"]].iloc[row - 1])
            self.add(
                "error",
                f"mã xã “{given}” không phải 5 chữ số",
                f'commune code "{given}" is not 5 digits',
                row=row,
                found=given,
            )
        unnamed = int((communes.commune_kind == "").sum())
        if unnamed:
            self.add(
                "warning",
                f"{number(unnamed)} đơn vị không ghi là xã, phường hay đặc khu",
                f"{number(unnamed, 'en')} units do not say whether they are xã, phường or đặc khu",
            )
        orphans = int((communes.province_code == "").sum())
        if orphans:
            self.add(
                "warning",
                f"{number(orphans)} đơn vị không ghi tỉnh",
                f"{number(orphans, 'en')} units do not name their province",
            )

    def of_geometry(self, communes: gpd.GeoDataFrame, invalid: int) -> None:
        if invalid:
            self.add(
                "repair",
                f"{number(invalid)} ranh giới tự cắt hoặc sai hình học: đã sửa",
                f"{number(invalid, 'en')} boundaries crossed themselves or were otherwise invalid: repaired",
            )
        for commune in communes[communes.geometry.is_empty].itertuples():
            self.add(
                "error",
                f"{commune.commune_name} ({commune.commune_code}) không có diện tích",
                f"{commune.commune_name} ({commune.commune_code}) has no area",
                row=commune.row,
            )


def _with_polygons(communes: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    given = communes.geometry.to_numpy()
    invalid = int(np.count_nonzero(~shapely.is_valid(given) & ~shapely.is_missing(given)))
    return communes.set_geometry(gpd.GeoSeries(only_polygons(given), index=communes.index, crs="EPSG:4326")), invalid


def _one_row_each(communes: gpd.GeoDataFrame, problems: _Problems) -> gpd.GeoDataFrame:
    """Join the parts of one commune given as several features; two communes with one code are an error."""
    coded = communes[communes.commune_code != ""]
    repeated = coded[coded.commune_code.duplicated(keep=False)]
    for code, parts in repeated.groupby("commune_code", sort=True):
        names = list(dict.fromkeys(parts.commune_name))
        if len(names) > 1:
            problems.add(
                "error",
                f"mã xã {code} dùng cho nhiều đơn vị: {', '.join(names)}",
                f"commune code {code} stands for several units: {', '.join(names)}",
                row=int(parts["row"].iloc[1]),
                found=str(code),
            )
            continue
        problems.add(
            "repair",
            f"{names[0]} ({code}) có {len(parts)} phần: đã gộp thành một",
            f"{names[0]} ({code}) comes in {len(parts)} parts: joined into one",
        )
    if problems.errors or repeated.empty:
        return communes
    joined = coded.groupby("commune_code", sort=False).geometry.agg(lambda parts: shapely.union_all(parts.to_numpy()))
    first = coded.drop_duplicates("commune_code").copy()
    geometry = only_polygons(joined.loc[first.commune_code].to_numpy())
    return first.set_geometry(gpd.GeoSeries(geometry, index=first.index, crs="EPSG:4326"))


def _of_province(path: Path, communes: gpd.GeoDataFrame, province_code: str | None) -> gpd.GeoDataFrame:
    if province_code is None:
        return communes
    own = communes[communes.province_code == province_code].reset_index(drop=True)
    if own.empty:
        held = ", ".join(sorted(set(communes.province_code)))
        raise UnreadableFileError(
            Text(
                f"{path.name} không có xã nào của tỉnh mã {province_code} (trong tệp: {held}).",
                f"{path.name} has no commune of province {province_code} (it holds: {held}).",
            )
        )
    return own


def home() -> Path:
    """Return the folder of the user's own data: ``PHUSONG_HOME``, else where the system keeps such data."""
    given = os.environ.get("PHUSONG_HOME")
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "phusong"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "phusong"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "phusong"


def import_boundaries(path: Path, store: Path | None = None) -> ImportSummary:
    """Keep the communes of a file for later studies, in ``store`` (by default :func:`home`).

    Provinces of the file replace the same provinces of earlier imports; other provinces stay. The stored file is
    replaced as a whole or not at all.
    """
    reading = read_communes(path)
    folder = store or home()
    folder.mkdir(parents=True, exist_ok=True)
    stored_at = folder / _STORED
    own = reading.communes
    earlier = stored_communes(folder)
    if earlier is not None:
        kept = earlier[~earlier.province_code.isin(own.province_code) & ~earlier.commune_code.isin(own.commune_code)]
        own = pd.concat([kept, own], ignore_index=True).sort_values("commune_code", ignore_index=True)
    with whole_file(stored_at) as part:
        own.to_parquet(part)
    counts = reading.communes.groupby("province_code").size()
    return ImportSummary(
        stored_at=stored_at,
        communes={str(code): int(count) for code, count in counts.items()},
        problems=reading.problems,
        sha256=reading.sha256,
    )


def stored_communes(store: Path | None = None) -> gpd.GeoDataFrame | None:
    """Return the communes of earlier imports; None where nothing was imported."""
    stored_at = (store or home()) / _STORED
    return gpd.read_parquet(stored_at) if stored_at.is_file() else None


def commune_of_points(lon_deg: ArrayLike, lat_deg: ArrayLike, communes: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return for each point the position (``iloc``) of its commune; −1 outside all and for NaN.

    A point on a shared border belongs to the first of the communes, so every point has one.
    """
    return polygon_of_points(lon_deg, lat_deg, communes.geometry.to_numpy())


def province_outline(communes: gpd.GeoDataFrame, *, tolerance_deg: float) -> gpd.GeoDataFrame:
    """Return the outline of each province from its communes, for maps: simplified, every island kept.

    ``tolerance_deg`` is how far the drawn line may leave the boundary; 0.002 suits a map of a province.
    """
    rows = []
    for code, own in communes.groupby("province_code", sort=True):
        whole = shapely.simplify(shapely.union_all(own.geometry.to_numpy()), tolerance_deg, preserve_topology=True)
        rows.append({"province_code": code, "province_name": own.province_name.iloc[0], "geometry": whole})
    outlines = gpd.GeoDataFrame(rows, geometry="geometry", crs=communes.crs)
    return outlines.set_geometry(gpd.GeoSeries(only_polygons(outlines.geometry.to_numpy()), crs=communes.crs))
