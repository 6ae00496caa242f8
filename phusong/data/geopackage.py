"""``results.gpkg``: layers with their QGIS styles inside, so that the file opens drawn as it should be.

The same layers give the same bytes: GDAL's date is fixed, and so is the time in ``layer_styles``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import pandas as pd
import pyogrio

from phusong.errors import MissingCrsError
from phusong.words import Text

FIXED_TIME = "2000-01-01T00:00:00.000Z"
"""Written wherever the format wants a time; when the study ran is in the manifest."""

LAYER_TITLES = MappingProxyType(
    {
        "communes": Text("Xã, phường theo tỷ lệ hộ chưa có sóng", "Communes by share of households unserved"),
        "villages": Text("Thôn, bản theo phân loại", "Villages by class"),
        "gaps": Text("Vùng lõm sóng theo số hộ cần phủ", "Signal gaps by households needing coverage"),
        "sites": Text("Trạm thu phát sóng theo nhà mạng", "Stations by operator"),
        "proposed_sites": Text("Vị trí trạm tham khảo", "Reference sites"),
        "plan_sites": Text("Trạm trong phương án", "Sites of the plan"),
        "plan_gaps": Text("Vùng lõm được phủ theo phương án", "What the plan does for each gap"),
        "candidates": Text("Phương án đã xét", "Candidates considered"),
        "future_gaps": Text("Vùng lõm khi tắt 2G", "Gaps once 2G is off"),
        "road_gaps": Text("Đoạn đường chưa có sóng", "Roads without signal"),
        "target_places": Text("Trường, trạm y tế, đồn theo tình trạng sóng", "Schools, clinics, posts by signal"),
        "test_points": Text("Nơi nên đo tiếp", "Where to measure next"),
    }
)

# The table QGIS itself makes for styles kept in a file; ``ui`` and SLD stay empty.
_STYLES_TABLE = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
  styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30),
  ui TEXT(30), update_time DATETIME DEFAULT CURRENT_TIMESTAMP)
"""


def write_geopackage(
    path: Path,
    layers: Mapping[str, gpd.GeoDataFrame],
    styles: Mapping[str, str],
    *,
    titles: Mapping[str, Text] = LAYER_TITLES,
) -> None:
    """Write layers in the order given, each with its QGIS style as the default.

    Parameters
    ----------
    path
        File to write; one that is there is replaced.
    layers
        Layer name to table; row order gives the feature ids, from 1.
    styles
        Layer name to QML text; names without a layer are left out.
    titles
        Layer name to what a reader calls it; a layer without one is called by its name.

    Raises
    ------
    MissingCrsError
        A layer has no coordinate reference system; nothing is written.
    """
    for name, layer in layers.items():
        if layer.crs is None:
            raise MissingCrsError(Text(f"lớp {name} không có hệ tọa độ", f"layer {name} has no coordinate system"))
    path.unlink(missing_ok=True)
    with _fixed_date():
        for name, layer in layers.items():
            _write_layer(path, name, layer, titles.get(name, Text(name, name)))
    with closing(sqlite3.connect(path)) as file, file:
        _write_styles(file, {name: qml for name, qml in styles.items() if name in layers}, titles)


def _write_layer(path: Path, name: str, layer: gpd.GeoDataFrame, title: Text) -> None:
    options = {"FID": "fid", "GEOMETRY_NAME": "geom", "IDENTIFIER": title.vi, "DESCRIPTION": title.en}
    kinds = sorted(set(layer.geometry.geom_type.dropna()))
    multi = [kind for kind in kinds if kind.startswith("Multi")]
    pyogrio.write_dataframe(
        _plain(layer),
        path,
        layer=name,
        driver="GPKG",
        append=path.exists(),
        geometry_type=None if kinds else "Unknown",
        promote_to_multi=bool(multi),
        layer_options=options,
    )


def _plain(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the layer with a plain index and truth values that may be missing as 0, 1 or null."""
    plain = layer.reset_index(drop=True)
    for name in plain.columns:
        values = plain[name]
        if values.dtype == object and values.map(lambda value: isinstance(value, bool) or value is None).all():
            plain[name] = values.astype("boolean").astype("Int32")
    return plain


@contextmanager
def _fixed_date() -> Iterator[None]:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_TIME})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _write_styles(file: sqlite3.Connection, styles: Mapping[str, str], titles: Mapping[str, Text]) -> None:
    file.execute(_STYLES_TABLE)
    rows = [
        (number, name, "geom", name[:30], qml, 1, titles.get(name, Text(name, name)).vi, FIXED_TIME)
        for number, (name, qml) in enumerate(styles.items(), start=1)
    ]
    file.executemany(
        "INSERT INTO layer_styles (id, f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,"
        " styleQML, styleSLD, useAsDefault, description, owner, ui, update_time)"
        " VALUES (?, '', '', ?, ?, ?, ?, '', ?, ?, '', NULL, ?)",
        rows,
    )
    file.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id)"
        " VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?, 0)",
        (FIXED_TIME,),
    )


def read_styles(path: Path) -> pd.DataFrame:
    """Return the styles kept in a GeoPackage, one row a style."""
    with closing(sqlite3.connect(f"file:{path.as_posix()}?mode=ro", uri=True)) as file:
        return pd.read_sql_query("SELECT * FROM layer_styles ORDER BY id", file)
