"""A small results folder of made-up communes, villages and gaps, and a province whose approved round rests on it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import geopandas as gpd
from shapely.geometry import Point, box

from phusong.api.database.models import Province, Round, Study, User
from phusong.api.database.types import now
from phusong.api.service import Service

HOUSEHOLDS = {
    # village: served, unserved, undetermined, of them in a gap
    "01": (120, 30, 10, 25),
    "02": (90, 3, 20, 0),
    "03": (60, 8, 12, 0),
    "04": (2, 0, 0, 0),
    "05": (80, 0, 0, 0),
    "06": (40, 12, 30, 7),
}
NAMES = ("Bản Nà Lường", "Bản Nà Lương", "Thôn Đồng Mạ", "Xóm Ba Nhà", "Thôn 5", "Thôn Đồng Mạ")
CLASSES = ("depression", "undetermined", "undetermined", "white", "covered", "weak")
STATES = ("served_households", "unserved_households", "undetermined_households")


def write_results(folder: Path, code: str, *, mark: str = "", dated: str = "2026-11-22") -> None:
    """Write the tables open data are made of, with masts and levels that must not appear in them."""
    folder.mkdir(parents=True)
    rows, gaps = [], []
    for at, (number, (served, unserved, unknown, in_gap)) in enumerate(HOUSEHOLDS.items()):
        commune = f"{code}{101 + at // 3}"
        place = {
            "village_code": f"{commune}-{number}", "village_name": f"{NAMES[at]}{mark}", "commune_code": commune,
            "commune_name": f"Xã {'Thượng' if at < 3 else 'Hạ'}{mark}", "province_code": code,
        }  # fmt: skip
        counts = dict(zip(STATES, (served, unserved, unknown), strict=True))
        rows.append(
            place | counts
            | {
                "households": sum(counts.values()), "no_data_households": 0,
                "centre_kind": "given" if at else "estimated",
                "village_class": CLASSES[at], "village_class_voice": "covered",
                "nearest_viettel_site_id": "TRAM-BI-MAT",
                "geometry": Point(105 + at / 50, 21),
            }
        )  # fmt: skip
        if in_gap:
            gaps.append(
                place
                | {
                    "gap_id": f"LS-{commune}-{number}", "households": in_gap, "village_class": CLASSES[at],
                    "nearest_site_id": "TRAM-BI-MAT", "reason_vi": "vì TRAM-BI-MAT xa",
                    "geometry": box(105, 21, 105.01, 21.01),
                }
            )  # fmt: skip
    villages = _table(rows)
    _table(gaps).to_parquet(folder / "gaps.parquet")
    villages.to_parquet(folder / "villages.parquet")
    sums = villages.groupby(["commune_code", "commune_name"])[[*STATES, "households"]].sum().reset_index()
    communes = sums.assign(
        province_code=code, province_name="", no_data_households=0, villages=3,
        geometry=[box(105 + i, 21, 106 + i, 22) for i in range(len(sums))],
    )  # fmt: skip
    _table(communes.to_dict("records")).to_parquet(folder / "communes.parquet")
    counts = {name: int(villages[name].sum()) for name in (*STATES, "no_data_households", "households")}
    told = {"province_code": code, "study": f"Rà soát{mark}", "dated": dated, "simulated": False, "counts": counts}
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")


def _table(rows: list[dict[str, object]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")


def add_study(
    service: Service,
    code: str,
    *,
    state: str = "approved",
    mark: str = "",
    digest: str = "d",
    results: Path | None = None,
) -> str:
    """Put a finished study into the service, and a round in some state that rests on it; return the study's id."""
    with service.database.write() as db:
        if db.get(Province, code) is None:
            db.add(Province(code=code, name=f"Tỉnh {code}"))
        user = db.query(User).first() or User(username="he-thong", full_name="Hệ thống")
        db.add(user)
        db.flush()
        study = Study(
            province_code=code, name="n", profile="vn-default", state="done", created_by=user.id, digest=digest,
            finished_at=now() - timedelta(minutes=1),
        )  # fmt: skip
        db.add(study)
        db.flush()
        study.folder = f"studies/{study.id}"
        folder = service.settings.home / study.folder
        folder.parent.mkdir(exist_ok=True)
        if results is None:
            write_results(folder, code, mark=mark)
        else:
            folder.symlink_to(results)
        study.manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        db.add(Round(province_code=code, batch=f"b-{study.id}", created_by=user.id, state=state, study_id=study.id))
        return study.id
