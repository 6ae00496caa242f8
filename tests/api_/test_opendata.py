"""Open data: what anybody gets without signing in, and what nobody does."""

from __future__ import annotations

import itertools
import json
import logging
from datetime import date, timedelta
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from api_.made_open import add_study
from fastapi.testclient import TestClient

from phusong.api.database.models import Package, PackageVersion, Plan, StepRecord, User
from phusong.api.database.types import VIETNAM, now
from phusong.api.opendata.columns import OPEN_TABLES
from phusong.api.opendata.files import FORMATS
from phusong.api.opendata.search import made_index
from phusong.api.opendata.tables import public_digest, public_files, public_tables
from phusong.api.service import Service
from phusong.data.terms import LEAST_SHOWN

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAGE = {"accept": "text/html"}
COUNTS = ("households", "households_served", "households_unserved", "households_unknown")


def tables(service: Service) -> dict[str, gpd.GeoDataFrame]:
    with service.database.read() as db:
        return dict(public_tables(service, db))


def test_only_approved_rounds_are_open(service):
    """A study of a round that nobody has approved tells the public nothing; the tables are there, without a row."""
    add_study(service, "04", state="proposed")
    found = tables(service)
    assert list(found) == list(OPEN_TABLES)
    for name, table in found.items():
        assert len(table) == 0
        assert [*(one.name for one in OPEN_TABLES[name].columns), "geometry"] == list(table.columns)
    add_study(service, "04")
    assert [len(table) for table in tables(service).values()] == [2, 6, 2]


def test_open_tables_have_just_the_columns_of_the_dictionary(service):
    """No mast, no level, no reason that names one, no home: the columns are a closed list, of the kinds it says."""
    add_study(service, "04")
    for name, table in tables(service).items():
        assert [*(one.name for one in OPEN_TABLES[name].columns), "geometry"] == list(table.columns)
        assert table.crs.to_epsg() == 4326
        assert "TRAM-BI-MAT" not in table.drop(columns="geometry").to_csv()
        whole = [one.name for one in OPEN_TABLES[name].columns if one.kind == "whole"]
        assert all(str(table[column].dtype) == "Int64" for column in whole)


def test_a_village_of_few_households_has_no_class_and_no_place(service):
    """Its name stands there, and nothing of its two households; an estimated centre is told of no village."""
    add_study(service, "04")
    villages = tables(service)["open_villages"].set_index("village_name")
    tiny = villages.loc["Xóm Ba Nhà"]
    assert tiny["village_class"] == tiny["village_class_voice"] == ""
    assert tiny[list(COUNTS)].isna().all()
    assert tiny["geometry"] is None
    assert villages.loc["Bản Nà Lường", "geometry"] is None
    assert villages.loc["Bản Nà Lường", "village_class"] == "depression"
    assert villages.loc["Bản Nà Lương", "geometry"] is not None


def test_no_difference_of_what_is_told_is_a_small_count(service):
    """Every sum a reader can make over a commune's places, and what they leave of it, is 0 or five and more."""
    add_study(service, "04")
    found = tables(service)
    gaps = found["open_gaps"].groupby("village_code")["households"].sum()
    for code, villages in found["open_villages"].groupby("commune_code"):
        commune = found["open_communes"].set_index("commune_code").loc[code]
        for column in COUNTS:
            told = villages[column].dropna()
            assert not told.between(1, LEAST_SHOWN - 1).any()
            if commune[column] is not pd.NA:
                assert int(commune[column] - told.sum()) not in range(1, LEAST_SHOWN)
        beside = villages["households_unserved"] - villages["village_code"].map(gaps).fillna(0).astype("Int64")
        assert not beside.dropna().between(1, LEAST_SHOWN - 1).any()
    hidden = found["open_villages"]["households_unserved"].isna()
    assert hidden.any()
    assert not hidden.all()


def test_tables_are_worked_out_once_and_anew_for_a_new_study(service):
    """The files stay where they are until another study speaks for the province; their digest says which."""
    add_study(service, "04")
    with service.database.read() as db:
        files, digest = public_files(service, db), public_digest(service, db)
        written = [path.stat().st_mtime_ns for path in files["open_gaps"]]
        assert public_files(service, db) == files
        assert [path.stat().st_mtime_ns for path in files["open_gaps"]] == written
    add_study(service, "04", digest="e", mark=" mới")
    with service.database.read() as db:
        assert public_digest(service, db) != digest
        assert public_tables(service, db)["open_villages"]["village_name"].str.endswith(" mới").all()


def test_a_province_whose_results_are_gone_does_not_hide_the_others(service, caplog):
    """It is left out and logged."""
    add_study(service, "04")
    lost = add_study(service, "08")
    (service.settings.home / "studies" / lost / "villages.parquet").unlink()
    with caplog.at_level(logging.WARNING):
        assert set(tables(service)["open_villages"]["province_code"]) == {"04"}
    assert lost in caplog.text


def test_anybody_downloads_every_table_in_every_format(client: TestClient, service, tmp_path):
    """Without signing in; GDAL opens it, in WGS 84 where it is a map; other pages' scripts may read it too."""
    add_study(service, "04")
    for name, kind in itertools.product(OPEN_TABLES, FORMATS):
        answer = client.get(f"/api/open-data/{name}.{kind}")
        assert answer.status_code == 200, answer.text[:300]
        assert answer.headers["access-control-allow-origin"] == "*"
        path = tmp_path / f"{name}.{kind}"
        path.write_bytes(answer.content)
        found = gpd.read_parquet(path) if kind == "parquet" else pyogrio.read_dataframe(path, layer=_layer(path))
        assert len(found) >= 1
        if kind in ("gpkg", "geojson", "kml", "parquet"):
            assert found.crs.to_epsg() == 4326
            assert set(found.geometry.geom_type.dropna()) <= {OPEN_TABLES[name].geometry, "Polygon"}
        assert b"TRAM-BI-MAT" not in answer.content
        again = client.get(f"/api/open-data/{name}.{kind}", headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def _layer(path: Path) -> str:
    return str(pyogrio.list_layers(path)[0][0])


def test_a_download_is_of_one_province_or_of_all(client, service):
    """A province that has published nothing is not found, as is a table that is none."""
    add_study(service, "04")
    add_study(service, "08")
    count = len(client.get("/api/open-data/open_villages.csv").text.splitlines())
    assert count == 13
    one = client.get("/api/open-data/open_villages.csv?province=08&lang=en").text
    assert len(one.splitlines()) == 7
    assert one.lstrip("\ufeff").startswith("Village code,")
    for address in ("open_villages.csv?province=01", "households.csv", "villages.csv"):
        assert client.get(f"/api/open-data/{address}").status_code == 404
    for address in ("open_villages.exe", "open_villages.csv?province=../x"):
        assert client.get(f"/api/open-data/{address}").status_code == 422


def test_what_was_written_of_earlier_tables_goes(client, service):
    """The folder of files holds those of the newest digest alone."""
    add_study(service, "04")
    client.get("/api/open-data/open_gaps.csv")
    add_study(service, "04", digest="e")
    client.get("/api/open-data/open_gaps.csv")
    assert len(list((service.settings.home / "open-data" / "files").iterdir())) == 1


def test_the_catalogue_names_every_table_column_and_address(client, service):
    """Its addresses answer; its terms of use are the setting's, or say that there are none."""
    add_study(service, "04")
    told = client.get("/api/open-data").json()
    assert [one["dct:identifier"] for one in told["dcat:dataset"]] == list(OPEN_TABLES)
    assert told["dct:license"] is None
    assert "chưa được công bố" in told["dct:rights"]["vi"]
    for one in told["dcat:dataset"]:
        assert one["dct:issued"] == "2026-11-22"
        assert [column["name"] for column in one["columns"]] == [
            c.name for c in OPEN_TABLES[one["dct:identifier"]].columns
        ]
        assert {d["dct:format"] for d in one["dcat:distribution"]} == set(FORMATS)
    assert client.get(told["dcat:dataset"][0]["dcat:distribution"][1]["dcat:downloadURL"]).status_code == 200


def test_a_village_is_found_without_accents(client, service):
    """By its name, its commune's, its province's, or its code; words may be begun only."""
    add_study(service, "04")
    for asked in ("na luong", "Nà Lường", "NA LUONG thuong", "bản nà", "04101-01"):
        answer = client.get("/check", params={"q": asked}, headers=PAGE)
        assert answer.status_code == 200
        assert "Bản Nà Lường" in answer.text, asked


def test_the_place_whose_own_name_it_is_comes_first(service):
    """“Hạ” is a commune before it is the commune of some villages; nothing matches nothing."""
    add_study(service, "04")
    index = made_index(tables(service))
    first = index.find("xa ha")[0]
    assert (first.kind, index.tables["open_communes"].iloc[first.row]["commune_name"]) == ("commune", "Xã Hạ")
    assert len(index.find("dong ma")) == 2
    assert index.find("khong co noi nay") == []
    assert index.find("   ") == []
    assert index.find("%_'\"\\") == []


def test_a_village_page_tells_class_services_counts_and_date(client, service):
    """Each with what it means; a count that is kept back says so instead of a number."""
    add_study(service, "04")
    told = client.get("/check/village?province=04&code=04101-02", headers=PAGE).text
    for words in (
        "Bản Nà Lương",
        "chưa xác định",
        "không có nghĩa là không có sóng",
        "Thoại",
        "22/11/2026",
        "không công bố",
    ):
        assert words in told
    assert "signal" in client.get("/check/village?province=04&code=04101-02&lang=en", headers=PAGE).text
    few = client.get("/check/village?province=04&code=04102-04", headers=PAGE).text
    assert "dưới 5 hộ" in few
    assert "trắng sóng" not in few
    for address in ("/check/village?province=04&code=x", "/check/commune?province=08&code=04101", "/check/village"):
        assert client.get(address, headers=PAGE).status_code == 404


def test_names_of_lists_are_text_on_public_pages(client, service):
    """A name with markup in it stays a name."""
    add_study(service, "04", mark="<script>alert(1)</script>")
    for address in (
        "/check?q=na+luong",
        "/check/village?province=04&code=04101-01",
        "/check/commune?province=04&code=04101",
    ):
        told = client.get(address, headers=PAGE).text
        assert "<script>alert" not in told
        assert "&lt;script&gt;" in told


def test_searching_without_end_is_stopped(client, service, monkeypatch):
    """Who is not signed in may look up as often as the setting says in a minute; a found page may be read further."""
    monkeypatch.setattr("phusong.api.people.limits.window_now", lambda: 1)
    add_study(service, "04")
    most = service.settings.checks_per_minute
    answers = [client.get("/check?q=thon", headers=PAGE).status_code for _ in range(most + 3)]
    assert answers == [200] * most + [429] * 3
    assert client.get("/check/village?province=04&code=04101-01", headers=PAGE).status_code == 200


def _package(service: Service, study_id: str, state: str) -> None:
    home = service.settings.home / "packages" / state
    home.mkdir(parents=True)
    areas = [{"village_code": "04101-01"}]
    settings = [{"key": "schedule_on_air_days", "value": 90}]
    (home / "package.json").write_text(
        json.dumps({"package": {"areas": areas, "settings": settings}}), encoding="utf-8"
    )
    with service.database.write() as db:
        by = db.query(User).first()
        assert by is not None
        plan = Plan(province_code="04", study_id=study_id, name="p", goal={}, state="done", created_by=by.id)
        db.add(plan)
        db.flush()
        package = Package(
            province_code="04", plan_id=plan.id, code=f"GT-{state}", award="tender", route="fund", state=state,
            created_by=by.id, state_since=now(),
        )  # fmt: skip
        db.add(package)
        db.flush()
        db.add(
            PackageVersion(
                package_id=package.id, version=1, digest=state, folder=f"packages/{state}", households=1, sites=1,
                frozen_on=date(2026, 11, 22), made_by=by.id,
            )
        )  # fmt: skip
        if state == "awarded":
            db.add(
                StepRecord(
                    subject_kind="package", subject_id=package.id, province_code="04", step="award",
                    from_state="published", to_state="awarded", made_by=by.id,
                )
            )  # fmt: skip


def test_plans_are_told_once_their_package_is_published(client, service):
    """An approved package is nobody's business yet; a published one is told, an awarded one with its latest day."""
    study = add_study(service, "04")
    _package(service, study, "approved")
    address = "/check/village?province=04&code=04101-01"
    assert "GT-approved" not in client.get(address, headers=PAGE).text
    _package(service, study, "published")
    told = client.get(address, headers=PAGE).text
    assert "GT-published" in told
    assert "90 ngày" in told
    _package(service, study, "awarded")
    latest = now().astimezone(VIETNAM).date() + timedelta(days=90)
    assert f"{latest:%d/%m/%Y}" in client.get(address, headers=PAGE).text
    assert "GT-" not in client.get("/check/village?province=04&code=04101-02", headers=PAGE).text


def test_the_public_pages_are_linked_from_the_sign_in(client, service):
    """Nobody needs an account to find them."""
    add_study(service, "04")
    assert client.get("/open-data", headers=PAGE).status_code == 200
    with service.database.write() as db:
        db.query(User).update({"full_name": "x"})
    told = client.get("/sign-in", headers=PAGE, follow_redirects=True).text
    assert '"/check"' in told
    assert '"/open-data"' in told
