"""A province with boundaries, and a list whose rows can be read in more ways than one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from api_.made_intake import gaps
from api_.made_rounds import person

from phusong.api.database.models import Dataset, DatasetVersion
from phusong.api.service import Service

COMMUNES = {"00985": ("Xã Thượng Lâm", 105.25), "01000": ("Xã Lâm Bình", 105.45), "01003": ("Xã Nà Hang", 105.65)}
"""Code, name and western border of three communes side by side, 0.2° wide."""


def put_boundaries(service: Service, province_code: str) -> None:
    """Give a province the boundaries of three communes, as a registered file."""
    folder = service.settings.home / "boundaries" / province_code
    folder.mkdir(parents=True)
    (folder / "xa.geojson").write_text(json.dumps(_layer(province_code)), encoding="utf-8")
    maker = person(service)
    with service.database.write() as db:
        made = Dataset(province_code=province_code, kind="communes", operator="", name="Xã", created_by=maker.id)
        db.add(made)
        db.flush()
        file = {"name": "xa.geojson", "sha256": "0" * 64, "size": 1}
        db.add(DatasetVersion(
            dataset_id=made.id, version=1, folder=str(folder), files=[file], size=1, usable=True, created_by=maker.id,
        ))  # fmt: skip


def _layer(province_code: str) -> dict[str, Any]:
    def feature(code: str, name: str, west: float) -> dict[str, Any]:
        east, south, north = west + 0.2, 22.4, 22.9
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        named = {"commune_code": code, "commune_name": name, "province_code": province_code}
        return {"type": "Feature", "properties": named, "geometry": {"type": "Polygon", "coordinates": [ring]}}

    return {"type": "FeatureCollection", "features": [feature(code, *one) for code, one in COMMUNES.items()]}


def questions() -> list[dict[str, Any]]:
    """Return five rows: a place that may be two, a commune whose code and name differ, a class against its counts."""
    rows = gaps("Bản Nà Lạ", "Khuổi Nà", "Bản Bung", "Nà Đon", "Nà Lùng")
    rows[1] |= {"Mã xã": "01000", "Tên xã": "Thượng Lâm", "Kinh độ": 105.7}
    rows[2] |= {"Số hộ chưa có sóng": 20}
    rows[3] |= {"Kinh độ": 22.62924, "Vĩ độ": 105.7}
    return rows


def written(path: Path, content: bytes) -> Path:
    """Write a file and return it."""
    path.write_bytes(content)
    return path
