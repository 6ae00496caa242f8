"""Map layers and column stores as tables: GeoJSON, GeoPackage, (Geo)Parquet; geometry becomes a WGS 84 point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError

from phusong.errors import MissingCrsError, UnreadableFileError
from phusong.words import Text

WGS84 = "EPSG:4326"


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: its attributes, and longitude and latitude of each feature (NaN without geometry; None: no geometry).

    An area or a line stands for a point on it.
    """

    name: str | None
    table: pd.DataFrame
    points: NDArray[np.float64] | None


def read_layer(path: Path, score: Callable[[Sequence[str]], int]) -> Layer:
    """Read the layer whose columns fit best, and place it in WGS 84.

    Raises
    ------
    UnreadableFileError
        The file is damaged or of another kind.
    MissingCrsError
        It has geometry and does not say in which coordinate system.
    """
    try:
        name, frame = _parquet(path) if path.suffix.lower() == ".parquet" else _vector(path, score)
    except (DataSourceError, DataLayerError, pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableFileError(
            Text(
                f"Tệp {path.name} bị hỏng hoặc không phải tệp {path.suffix}; hãy xuất lại.",
                f"File {path.name} is damaged or no {path.suffix} file; export it again.",
            )
        ) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        return Layer(name, frame.reset_index(drop=True), None)
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name)).reset_index(drop=True)
    return Layer(name, attributes, _points(path, frame))


def _vector(path: Path, score: Callable[[Sequence[str]], int]) -> tuple[str | None, pd.DataFrame]:
    names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    columns = [[str(field) for field in pyogrio.read_info(path, layer=name)["fields"]] for name in names]
    best = max(range(len(names)), key=lambda index: score(columns[index]))
    frame = pyogrio.read_dataframe(path, layer=names[best])
    return (names[best] if len(names) > 1 else None), frame


def _parquet(path: Path) -> tuple[None, pd.DataFrame]:
    is_geo = b"geo" in (pq.read_schema(path).metadata or {})
    return None, gpd.read_parquet(path) if is_geo else pd.read_parquet(path)


def _points(path: Path, frame: gpd.GeoDataFrame) -> NDArray[np.float64]:
    if frame.crs is None:
        raise MissingCrsError(
            Text(
                f"Tệp {path.name} không ghi hệ toạ độ; hãy xuất lại và chọn hệ toạ độ (ví dụ WGS84, EPSG:4326).",
                f"File {path.name} names no coordinate system; export it with one (for example WGS84, EPSG:4326).",
            )
        )
    geometry = frame.geometry.to_crs(WGS84)
    is_point = geometry.geom_type == "Point"
    points = geometry if is_point.all() else geometry.where(is_point, geometry.representative_point())
    return np.asarray(np.column_stack([shapely.get_x(points), shapely.get_y(points)]), dtype=np.float64)
