"""A finished study that concludes something of four villages and knows where to measure, made in code."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
from api_.made_rounds import study

from phusong.api.service import Service

FINDINGS = ("covered", "undetermined", "depression", "white")
VILLAGES = ("Bản Nà Lạ", "Khuổi Nà", "Bản Bung", "Nà Đon")


def study_with_findings(service: Service, province_code: str) -> str:
    """Put a study with findings, evidence and places to measure into the service; return its id."""
    study_id = study(service, province=province_code, folder=f"studies/{province_code}-findings")
    folder = service.settings.home / "studies" / f"{province_code}-findings"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"format": 1}), encoding="utf-8")
    places = [_place(n, province_code) for n in range(len(VILLAGES))]
    pd.DataFrame([one | _finding(n) for n, one in enumerate(places)]).to_parquet(folder / "findings.parquet")
    evidence = [one | piece for n, one in enumerate(places) for piece in _evidence(n)]
    pd.DataFrame(evidence).to_parquet(folder / "evidence.parquet")
    pd.DataFrame([one | _point(n) for n, one in enumerate(places)]).to_parquet(folder / "test_points.parquet")
    return study_id


def _place(n: int, province_code: str) -> dict[str, Any]:
    return {
        "target": "village", "village_code": f"{province_code}985-{n:02d}", "village_name": VILLAGES[n],
        "commune_code": f"{province_code}985", "commune_name": "Xã Thượng Lâm", "gap_id": "", "service": "data",
        "households": 40 + 10 * n,
    }  # fmt: skip


def _finding(n: int) -> dict[str, Any]:
    disputed = n == 1
    return {
        "finding_id": f"KL-{n}", "finding": FINDINGS[n], "basis": "declared", "modelled": "undetermined",
        "declared": FINDINGS[n], "confirmed": "", "measured": "white" if n == 3 else "", "agrees": not disputed,
        "disagreement_vi": "các nguồn trái nhau" if disputed else "",
        "disagreement_en": "its sources contradict each other" if disputed else "", "author": "Viettel",
        "dated": "2026-09-30", "reason": "", "provisional": disputed, "provisional_because_vi": "",
        "provisional_because_en": "", "tender": n == 3,
    }  # fmt: skip


def _evidence(n: int) -> list[dict[str, Any]]:
    def piece(kind: str, source: str, operator: str, says: str, dated: str) -> dict[str, Any]:
        return {
            "kind": kind, "source": source, "operator": operator, "technology": "4G", "says": says, "tests": 0,
            "author": operator.capitalize(), "dated": dated, "detail_vi": "chi tiết", "detail_en": "detail",
        }  # fmt: skip

    return [
        piece("modelled", "model", "", "undetermined", ""),
        piece("declared", "claims", "viettel", FINDINGS[n], "2026-09-30"),
        piece("measured", "tests", "viettel", "white", "2026-10-12"),
    ]


def _point(n: int) -> dict[str, Any]:
    at = (0, 3, 1, 2)[n]  # along a line: the nearest are not the next in rank
    return {
        "order": n + 1, "why": "undetermined", "why_vi": "mô hình chưa xác định", "why_en": "the model is undetermined",
        "operators": "Viettel", "lon_deg": 105.0 + 0.05 * at, "lat_deg": 22.0, "by_road": "yes", "moved_m": 10.0,
        "road_name": "ĐT.185", "road_vi": "trên ĐT.185", "road_en": "on ĐT.185",
    }  # fmt: skip
