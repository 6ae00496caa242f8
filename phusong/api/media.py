"""What kind of file an answer is, by its ending: one table for every route that gives files."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CSV = "text/csv; charset=utf-8"
_TYPES: Mapping[str, str] = {
    ".parquet": "application/vnd.apache.parquet",
    ".gpkg": "application/geopackage+sqlite3",
    ".tif": "image/tiff",
    ".xlsx": XLSX,
    ".docx": DOCX,
    ".duckdb": "application/octet-stream",
    ".pmtiles": "application/vnd.pmtiles",
    ".geojson": "application/geo+json",
    ".csv": CSV,
    ".kml": "application/vnd.google-earth.kml+xml",
}


def media_type(suffix: str) -> str:
    """Return the kind of a file that ends so (``.xlsx``); the same on every machine."""
    return _TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
