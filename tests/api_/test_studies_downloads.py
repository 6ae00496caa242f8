"""Result tables as files: each person gets what the study's own tables would show them, in a file GDAL opens."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet
import pyogrio
import pytest
from api_.made_open import add_study

from phusong.api.access.roles import Role
from phusong.api.studies.serving import TABLES
from phusong.api.studies.titles import column_title
from phusong.data.table_files import WRITERS

sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MAPPED = {"communes", "gaps", "proposed_sites", "sites", "test_points", "villages"}


def read(content: bytes, path: Path) -> pd.DataFrame:
    path.write_bytes(content)
    if path.suffix == ".parquet":
        schema = pyarrow.parquet.read_schema(path)
        return gpd.read_parquet(path) if "geometry" in schema.names else pd.read_parquet(path)
    return pyogrio.read_dataframe(path, layer=pyogrio.list_layers(path)[0][0])


@sqlite
def test_every_table_is_a_file_in_every_format(service, as_, small_results, tmp_path):
    """A planner gets all of them; a table without places says so in map formats; tables of homes are none."""
    study = add_study(service, "99", results=small_results)
    client = as_(Role.PLANNER, province_code="99")
    for table, kind in itertools.product(sorted(MAPPED | {"findings", "ranking"}), WRITERS):
        answer = client.get(f"/api/studies/{study}/downloads/{table}.{kind}")
        if table not in MAPPED and kind in ("gpkg", "geojson", "kml"):
            assert answer.status_code == 409
            assert "không có vị trí" in answer.json()["detail"]
            continue
        assert answer.status_code == 200, (table, kind, answer.text[:300])
        assert answer.headers["cache-control"].startswith("private")
        found = read(answer.content, tmp_path / f"{table}.{kind}")
        assert len(found) > 0, (table, kind)
        if kind in ("gpkg", "geojson", "kml"):
            assert found.crs.to_epsg() == 4326
    for table in ("households", "asks", "evidence", "manifest", "study"):
        assert client.get(f"/api/studies/{study}/downloads/{table}.csv").status_code == 404


@sqlite
def test_every_table_is_reached_from_the_page_of_a_study(service, as_, small_results):
    """Those most looked at are tabs, the others are chosen from a list; each once."""
    study = add_study(service, "99", results=small_results)
    client = as_(Role.PLANNER, province_code="99")
    tables = client.get(f"/api/studies/{study}").json()["tables"]
    shown = client.get(f"/studies/{study}?table=reliability").text
    tabs = re.findall(rf'href="/studies/{study}\?table=(\w+)"', shown)
    chosen = shown[shown.index('id="other-table"') :].split("</select>")[0]
    others = re.findall(r'<option value="(\w+)"', chosen)
    assert tabs == ["villages", "gaps", "future_gaps", "communes", "findings"]
    assert sorted(tabs + others) == sorted(tables)
    assert re.findall(r'<option value="(\w+)" selected', chosen) == ["reliability"]
    first = client.get(f"/studies/{study}").text
    assert 'table=villages" aria-current="page"' in first
    assert "Bảng khác" in first


@sqlite
def test_who_may_not_read_stations_gets_no_column_of_them(service, as_, small_results, tmp_path):
    """The same columns are missing from every format as from the tables told as JSON; sites are not found."""
    study = add_study(service, "99", results=small_results)
    leader, planner = (as_(role, province_code="99") for role in (Role.LEADER, Role.PLANNER))
    masts = set(pd.read_parquet(small_results / "sites.parquet", columns=["site_id"])["site_id"])
    for table, kind in itertools.product(("villages", "gaps"), WRITERS):
        answers = [one.get(f"/api/studies/{study}/downloads/{table}.{kind}") for one in (leader, planner)]
        veiled, whole = (read(one.content, tmp_path / f"{table}.{kind}") for one in answers)
        assert not masts & set(veiled.astype(str).to_numpy().ravel())
        assert masts & set(whole.astype(str).to_numpy().ravel())
        assert answers[0].headers["etag"] != answers[1].headers["etag"]
        names = [name for name in veiled if name.startswith(tuple(TABLES[table]))]
        assert names == []
    assert leader.get(f"/api/studies/{study}/downloads/sites.csv").status_code == 404


@sqlite
def test_a_file_of_another_province_is_not_found(service, as_, client):
    """Whatever the table or format; without signing in, one is asked to."""
    study = add_study(service, "04")
    away = as_(Role.PLANNER, province_code="08")
    for kind in WRITERS:
        assert away.get(f"/api/studies/{study}/downloads/communes.{kind}").status_code == 404
        assert client.get(f"/api/studies/{study}/downloads/communes.{kind}").status_code == 401
    home = as_(Role.PLANNER, province_code="04")
    assert home.get(f"/api/studies/{study}/downloads/communes.exe").status_code == 422
    tag = home.get(f"/api/studies/{study}/downloads/communes.csv").headers["etag"]
    again = home.get(f"/api/studies/{study}/downloads/communes.csv", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


@sqlite
def test_officers_read_words_in_their_language(service, as_, small_results):
    """Titles and keys in Vietnamese or English; one language, no key beside the words that say it."""
    study = add_study(service, "99", results=small_results)
    client = as_(Role.PLANNER, province_code="99")
    vi, en = (client.get(f"/api/studies/{study}/downloads/villages.csv?lang={one}").text for one in ("vi", "en"))
    head_vi, head_en = (text.lstrip("\ufeff").splitlines()[0] for text in (vi, en))
    assert head_vi.startswith("Mã thôn,")
    assert head_en.startswith("Village code,")
    assert len(head_vi.split(",")) == len(head_en.split(",")) or "(tiếng Anh)" not in head_vi
    assert "chưa xác định" in vi
    assert "undetermined" not in vi
    assert "_" not in head_vi


def test_every_column_of_every_result_table_has_a_title(small_results):
    """In Vietnamese, not its name in the file with spaces."""
    untitled = []
    for table in (*TABLES, "sites"):
        path = small_results / f"{table}.parquet"
        if path.is_file():
            names = [one for one in pyarrow.parquet.read_schema(path).names if one != "geometry"]
            untitled += [f"{table}.{one}" for one in names if column_title(one).vi == one.replace("_", " ")]
    assert untitled == []
