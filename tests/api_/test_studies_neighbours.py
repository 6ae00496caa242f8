"""Masts beyond the border serve a province's households, and nobody there is told which they are."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet
import pytest
from api_.made_studies import FILES, SAMPLE, dataset, province, run, study
from fastapi.testclient import TestClient

from phusong.api.access.roles import Grant, Role
from phusong.api.service import Service
from phusong.api.studies.outside import table_text
from phusong.data.lists import read_list
from phusong.data.schemas import HOUSEHOLDS, STATIONS
from phusong.data.territory import Territory
from phusong.study.veil import OUTSIDE_OPERATOR, OUTSIDE_TITLE

As = Callable[..., TestClient]
OTHER = "98"
SECRET_OPERATOR = "mangbimat"
ONLY_BEYOND = "mobifone"
"""A national operator that has masts in the other province only."""


@pytest.fixture
def database_url(tmp_path: Path, _sqlite_template: Path) -> str:
    """Return the address of a fresh SQLite database: a study is the same on either."""
    path = tmp_path / "phusong.sqlite"
    shutil.copyfile(_sqlite_template, path)
    return f"sqlite:///{path.as_posix()}"


def _masts(folder: Path) -> pd.DataFrame:
    files = sorted(folder.glob("tram_*.xlsx"))
    parts = [
        read_list(one, STATIONS, Territory(province_code=SAMPLE)).rows for one in files if "lan_can" not in one.name
    ]
    return pd.concat(parts, ignore_index=True)


def _cut(folder: Path, out: Path) -> tuple[Path, Path, Path, pd.DataFrame]:
    """Cut the sample into two provinces along a meridian; return households and masts of one, masts of the other."""
    masts = _masts(folder)
    masts = masts[masts["lon"].notna() & (masts["status"] != "planned")]
    border = masts["lon"].median()
    own, other = masts[masts["lon"] < border], masts[masts["lon"] >= border].copy()
    own = own[own["operator"] != ONLY_BEYOND]
    other["province_code"], other["commune_code"] = OTHER, ""
    other["site_id"] = "BIMAT-" + other["site_id"].astype(str)
    other["site_name"] = "Mật danh " + other["site_id"]
    other.loc[other["operator"] == "vietnamobile", "operator"] = SECRET_OPERATOR
    households = read_list(folder / "ho_dan.csv", HOUSEHOLDS, Territory(province_code=SAMPLE)).rows
    households = households[households["lon"] < border + 0.05]
    paths = out / "ho_dan.csv", out / "tram_tinh.csv", out / "tram_ngoai.csv"
    for path, rows, schema in zip(paths, (households, own, other), (HOUSEHOLDS, STATIONS, STATIONS), strict=True):
        path.write_text(table_text(rows, schema), encoding="utf-8")
    return *paths, other


def _texts(name: str, content: bytes) -> Iterator[str]:
    """Yield everything a file says, whatever it is packed in."""
    if name.endswith(".parquet"):
        table = pyarrow.parquet.read_table(io.BytesIO(content))
        yield str(table.schema)
        for column in table.columns:
            for value in column.to_pylist():
                yield value.hex() if isinstance(value, bytes) else repr(value)
    elif zipfile.is_zipfile(io.BytesIO(content)):
        archive = zipfile.ZipFile(io.BytesIO(content))
        for one in archive.namelist():
            yield from _texts(one, archive.read(one))
    elif content[:6] == b"SQLite":
        base = sqlite3.connect(":memory:")
        base.deserialize(content)
        yield from base.iterdump()
        base.close()
    else:
        yield content.decode("utf-8", errors="replace")
        yield content.hex()


@pytest.mark.slow
def test_masts_beyond_the_border_serve_and_are_not_told(
    as_: As, service: Service, small_province: Path, tmp_path: Path
) -> None:
    """No code, name, place or operator of a neighbour's mast is in any file or answer; who serves is told."""
    province(service)
    province(service, OTHER, "Tỉnh Bên")
    planner = as_(Role.PLANNER, province_code=SAMPLE)
    beside = as_(Role.PLANNER, province_code=OTHER)
    households, own, outside, masts = _cut(small_province, tmp_path)
    theirs = dataset(beside, service, [outside], "stations", province_code=OTHER)
    assert theirs["state"] == "usable", theirs
    versions = [
        dataset(planner, service, [small_province / FILES[kind][0]], kind)["id"]
        for kind in ("communes", "villages", "declarations", "roads")
    ]
    versions.append(dataset(planner, service, [households], "households")["id"])
    versions.append(dataset(planner, service, [own], "stations")["id"])
    tiles = sorted((small_province / "terrain").glob("*.tif"))
    versions.append(dataset(planner, service, tiles, "terrain", ground="dsm")["id"])

    told = study(planner, service, versions)
    assert told["neighbours"] and not [one for one in told["inputs"] if one["outside"]]
    rows = pd.read_parquet(io.BytesIO(planner.get(f"/api/studies/{told['id']}/files/households.parquet").content))
    served = rows[rows["best_site_id"] == OUTSIDE_TITLE.vi]
    assert len(served) and set(served["best_operator"]) == {OUTSIDE_TITLE.vi} and served["distance_km"].isna().all()

    asked = planner.post(f"/api/studies/{told['id']}/plans", json={"name": "p", "goal": {"cover_percent": 80}})
    assert run(service, asked.json()["job_id"]).state == "done"
    plan = planner.get(f"/api/plans/{asked.json()['plan']['id']}").json()
    _no_levels_of_operators_beyond(service.settings.home)
    secret = _secrets(masts)
    for base, kept in ((f"/api/studies/{told['id']}", told["files"]), (f"/api/plans/{plan['id']}", plan["files"])):
        assert kept
        for name in kept:
            _refuse(name, planner.get(f"{base}/files/{name}").content, secret)
        _refuse("answer", planner.get(base).content, secret)
    for name in told["tables"]:
        answer = planner.get(f"/api/studies/{told['id']}/tables/{name}?limit=500")
        _refuse(name, answer.content, secret)
    _refuse("datasets", planner.get("/api/datasets").content, secret)
    assert planner.get(f"/api/datasets/{theirs['dataset_id']}").status_code == 404

    both = as_(grants=[Grant(role=Role.PLANNER, province_code=one) for one in (SAMPLE, OTHER)])
    inputs = both.get(f"/api/studies/{told['id']}").json()["inputs"]
    assert [one["version_id"] for one in inputs if one["outside"]] == [theirs["id"]]


def _no_levels_of_operators_beyond(home: Path) -> None:
    """Levels at many places would tell where the masts of an operator stand that has none here."""
    levels = 0
    for path in [*home.glob("studies/*/results/*.parquet"), *home.glob("plans/*/*.parquet")]:
        table = pd.read_parquet(path)
        columns = [str(name) for name in table.columns]
        levels += sum(name.startswith("level_dbm_viettel") for name in columns)
        beyond = [name for name in columns if name.startswith("level_dbm_") and ONLY_BEYOND in name]
        beyond += [name for name in columns if OUTSIDE_OPERATOR in name]
        texts = table.drop(columns="geometry", errors="ignore").to_csv()
        assert not beyond and OUTSIDE_OPERATOR not in texts, (path.name, beyond)
    assert levels
    for path in home.glob("studies/*/results/manifest.json"):
        assert OUTSIDE_OPERATOR not in [one["operator"] for one in json.loads(path.read_text("utf-8"))["operators"]]


def _secrets(masts: pd.DataFrame) -> list[str]:
    found = ["BIMAT-", "Mật danh", "NGOAI-TINH-", SECRET_OPERATOR, SECRET_OPERATOR.capitalize()]
    for lon, lat in set(zip(masts["lon"], masts["lat"], strict=True)):
        found += [f"{lon:.5f}", f"{lat:.5f}", struct.pack("<d", lon).hex(), struct.pack("<d", lat).hex()]
    return found


def _refuse(name: str, content: bytes, secret: list[str]) -> None:
    for text in _texts(name, content):
        there = [one for one in secret if one in text]
        assert not there, (name, there[:3], text[:300])
