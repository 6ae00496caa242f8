"""A study from uploads to files: as a person with each role gets it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from api_.made_studies import SAMPLE, all_datasets, province, study
from fastapi.testclient import TestClient

from phusong.api.access.roles import Role
from phusong.api.database.models import AuditEntry
from phusong.api.service import Service

As = Callable[..., TestClient]


@pytest.mark.slow
def test_a_study_from_uploads_gives_what_the_command_gives(
    as_: As, service: Service, small_province: Path, small_results: Path
) -> None:
    """From uploads to results the numbers are those of ``phusong run``; each role gets the files it is for."""
    province(service)
    planner = as_(Role.PLANNER, province_code=SAMPLE)
    versions = all_datasets(planner, service, small_province)
    told = study(planner, service, versions)
    assert told["state"] == "done"
    expected = pd.read_parquet(small_results / "scenarios.parquet")
    given = planner.get(f"/api/studies/{told['id']}/tables/scenarios").json()
    assert given["total"] == len(expected)
    pd.testing.assert_frame_equal(
        pd.DataFrame(given["items"])[list(expected.columns)].head(5), expected.head(5), check_dtype=False
    )

    assert {"households.parquet", "report.xlsx", "sites.parquet"} <= set(told["files"])
    fund = as_(Role.FUND, province_code=SAMPLE)
    for_fund = fund.get(f"/api/studies/{told['id']}").json()["files"]
    assert "ranking.parquet" in for_fund
    assert not {"households.parquet", "study.duckdb", "sites.parquet", "map.html", "report.xlsx"} & set(for_fund)
    officer = as_(Role.PROVINCE, province_code=SAMPLE)
    address = f"/api/studies/{told['id']}/files"
    assert officer.get(f"{address}/report.xlsx").status_code == 200
    assert officer.get(f"{address}/households.parquet").status_code == 404
    assert fund.get(f"{address}/map.html").status_code == 404
    rows = pd.read_parquet(io.BytesIO(planner.get(f"{address}/households.parquet").content))
    assert len(rows) == len(pd.read_parquet(small_results / "households.parquet"))
    columns = fund.get(f"/api/studies/{told['id']}/tables/gaps").json()["items"][0]
    assert not [name for name in columns if name.startswith(("nearest", "level_dbm"))]

    part = officer.get(f"{address}/report.xlsx", headers={"range": "bytes=0-3"})
    assert (part.status_code, part.content[:2]) == (206, b"PK")
    for elsewhere in ("../study.toml", "%2e%2e/study.toml", "..%2fstudy.toml", "no.parquet"):
        assert officer.get(f"{address}/{elsewhere}").status_code == 404
    other = as_(Role.PLANNER, province_code="01")
    assert other.get(f"/api/studies/{told['id']}").status_code == 404
    assert other.get("/api/studies").json()["total"] == 0
    with service.database.read() as db:
        done = [one.action for one in db.query(AuditEntry).order_by(AuditEntry.number)]
    assert done.count("study.ask") == done.count("study.done") == 1
