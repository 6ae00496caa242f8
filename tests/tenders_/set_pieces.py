"""All that is stored in a file of a set, as text, and how a place may be written there."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdf

PERSONAL = re.compile(
    r"(họ tên chủ hộ|householder|cccd|cmnd|căn cước|phone_number|household_id)\s*[:=|<]", re.IGNORECASE
)
PHONE = re.compile(r"(?<![\w.,/-])(?:\+84|0)(?:3|5|7|8|9)\d{8}(?![\w.,])")
"""A mobile number of Vietnam, written without spaces."""

NUMBERS = re.compile(r"\d+(?:[.,]\d+)+")
DECIMALS = range(4, 8)


def pieces(path: Path) -> Iterator[str]:
    """Give all that is stored in a file as text: parts of zips, metadata, pages, bytes as they are."""
    content = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield archive.read(name).decode("utf-8", "replace")
        return
    yield content.decode("utf-8", "replace")
    if path.suffix == ".pdf":
        reader = pypdf.PdfReader(path)
        yield " ".join(str(value) for value in (reader.metadata or {}).values())
        for page in reader.pages:
            yield page.extract_text()


def forms(lon_deg: float, lat_deg: float) -> Iterator[tuple[str, str]]:
    """Return a point's coordinates as any file may write them; a pair is needed, for one number may be by chance."""
    for decimals in DECIMALS:
        lat, lon = (f"{value:.{decimals}f}" for value in (lat_deg, lon_deg))
        yield lat, lon
        yield lat.replace(".", ","), lon.replace(".", ",")


def metre_forms(easting_m: float, northing_m: float) -> Iterator[tuple[str, str]]:
    """Return a point's VN-2000 metres as any file may write them."""
    for decimals in (1, 2):
        east, north = (f"{value:.{decimals}f}" for value in (easting_m, northing_m))
        yield east, north
        grouped = (f"{value:,.{decimals}f}" for value in (easting_m, northing_m))
        east, north = (text.translate(str.maketrans(",.", ".,")) for text in grouped)
        yield east, north
