"""Reported rows as vector tiles: the same on SQLite and PostGIS, read by GDAL, each row for whoever may read it."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
from api_.made_world import World, make_world
from fastapi.testclient import TestClient

from phusong.api.access.roles import Role
from phusong.api.database.models import Decision, GapRow, Round, RowFinding, Study
from phusong.api.service import Service

As = Callable[..., TestClient]


@pytest.fixture
def world(service: Service) -> World:
    """Return a province with four rows, of which one has a verdict and a decision; another province beside it."""
    made = make_world(service, "04")
    make_world(service, "01", communes=3, rows=3)
    with service.database.write() as db:
        round_ = db.get_one(Round, made.first("round_id"))
        study = db.get_one(Study, made.first("study_id"))
        row = db.get_one(GapRow, made.first("row_id"))
        round_.study_id = study.id
        same = {"province_code": "04", "round_id": round_.id, "study_id": study.id}
        db.add(RowFinding(row_id=row.id, row_version=row.version, verdict="confirmed", **same))
        by = round_.created_by
        told = {"subject_kind": "reported", "subject_code": row.gap_id, "reason": "đã đo", "made_by": by, **same}
        first = Decision(verdict="served", **told)
        db.add(first)
        db.flush()
        db.add(Decision(verdict="unserved", supersedes_id=first.id, **told))
        gone = db.get_one(GapRow, made.ids["row_id"][-1])
        gone.present = False
        db.get_one(GapRow, made.ids["row_id"][-2]).households = None
    return made


def place(lon_deg: float, lat_deg: float, z: int) -> tuple[int, int, int]:
    """Return the tile a place is in."""
    down = (1 - math.asinh(math.tan(math.radians(lat_deg))) / math.pi) / 2
    return z, int((lon_deg + 180) / 360 * 2**z), int(down * 2**z)


def read(content: bytes, at: tuple[int, int, int], folder: Path) -> gpd.GeoDataFrame:
    """Return what GDAL reads in a tile."""
    path = folder / "tile.mvt"
    path.write_bytes(content)
    z, x, y = (str(one) for one in at)
    return pyogrio.read_dataframe(path, layer="rows", Z=z, X=x, Y=y)


def test_gdal_reads_every_row_at_its_place_with_what_is_concluded(world: World, as_: As, tmp_path: Path) -> None:
    """Places are right to a unit of the tile; verdict and last decision stand with the row they are of."""
    planner = as_(Role.PLANNER, province_code="04")
    at = place(105.0, 22.0, 8)
    answer = planner.get(f"/tiles/rounds/{world.first('round_id')}/rows/{at[0]}/{at[1]}/{at[2]}.mvt")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    found = read(answer.content, at, tmp_path).set_index("gap_id")
    assert set(found.index) == {"04-04000-0", "04-04000-1", "04-04001-0"}
    first = found.loc["04-04000-0"]
    assert (first["verdict"], first["decision"], first["households"]) == ("confirmed", "unserved", 40)
    assert first["village"] == "Bí mật 04 thôn 0" and first["commune_code"] == "04000"
    assert found["decision"].notna().sum() == 1 and found["households"].isna().tolist() == [False, False, True]
    places = found.to_crs(4326).geometry
    unit_deg = 360 / 2**8 / 4096
    assert abs(places["04-04000-1"].x - 105.0) <= unit_deg and abs(places["04-04000-1"].y - 22.01) <= unit_deg


def test_a_row_is_in_exactly_one_tile_of_each_zoom(world: World, as_: As, tmp_path: Path) -> None:
    """In nine tiles around three places each stands once: nothing is lost at an edge and nothing is there twice."""
    planner = as_(Role.PLANNER, province_code="04")
    z, x, y = place(105.0, 22.0, 15)
    ids = []
    for right in (-1, 0, 1):
        for down in (-1, 0, 1):
            answer = planner.get(f"/tiles/rounds/{world.first('round_id')}/rows/{z}/{x + right}/{y + down}.mvt")
            assert answer.status_code in (200, 204)
            if answer.status_code == 200:
                ids += list(read(answer.content, (z, x + right, y + down), tmp_path)["gap_id"])
    assert sorted(ids) == ["04-04000-0", "04-04000-1", "04-04001-0"]


def test_each_person_gets_the_rows_and_columns_of_their_scope(world: World, as_: As, tmp_path: Path) -> None:
    """A commune officer gets the own commune's rows without findings; another province gets nothing at all."""
    address = f"/tiles/rounds/{world.first('round_id')}/rows"
    commune = as_(Role.COMMUNE, province_code="04", commune_code="04000")
    answer = commune.get(f"{address}/0/0/0.mvt")
    found = read(answer.content, (0, 0, 0), tmp_path)
    assert set(found["commune_code"]) == {"04000"} and not {"verdict", "decision"} & set(found.columns)
    told = commune.get(f"{address}/tilejson.json").json()
    assert set(told["vector_layers"][0]["fields"]) == set(found.columns) - {"geometry", "mvt_id"}
    assert told["bounds"] == pytest.approx([105.0, 22.0, 105.0, 22.01])
    planner = as_(Role.PLANNER, province_code="04").get(f"{address}/0/0/0.mvt")
    assert planner.headers["etag"] != answer.headers["etag"]
    away = as_(Role.PLANNER, province_code="01")
    assert away.get(f"{address}/0/0/0.mvt").status_code == away.get(f"{address}/tilejson.json").status_code == 404
    assert as_(Role.OPERATOR, operator="viettel").get(f"{address}/0/0/0.mvt").status_code == 403


def test_a_tile_is_told_again_only_when_a_row_has_changed(world: World, service: Service, as_: As) -> None:
    """The tag stays while nothing changes and changes with a row; an empty tile is 204, one that is none 422."""
    planner = as_(Role.PLANNER, province_code="04")
    address = f"/tiles/rounds/{world.first('round_id')}/rows"
    tag = planner.get(f"{address}/0/0/0.mvt").headers["etag"]
    assert planner.get(f"{address}/0/0/0.mvt", headers={"if-none-match": tag}).status_code == 304
    with service.database.write() as db:
        db.get_one(GapRow, world.first("row_id")).households = 7
    changed = planner.get(f"{address}/0/0/0.mvt", headers={"if-none-match": tag})
    assert changed.status_code == 200 and changed.headers["etag"] != tag
    assert planner.get(f"{address}/3/0/0.mvt").status_code == 204
    assert planner.get(f"{address}/3/8/0.mvt").status_code == 422


def test_both_databases_write_the_same_tile(world: World, as_: As, tmp_path: Path) -> None:
    """What PostGIS and this program write of the same rows is the same table, places to one unit of the tile."""
    planner = as_(Role.PLANNER, province_code="04")
    at = place(105.0, 22.0, 12)
    answer = planner.get(f"/tiles/rounds/{world.first('round_id')}/rows/{at[0]}/{at[1]}/{at[2]}.mvt")
    found = read(answer.content, at, tmp_path).sort_values("gap_id").drop(columns=["id", "mvt_id"], errors="ignore")
    places = found.to_crs(4326).geometry
    rows = [
        tuple(row)
        for row in found.drop(columns="geometry").astype(object).fillna("–").sort_index(axis=1).itertuples(index=False)
    ]
    assert rows == [
        ("04000", "unserved", "04-04000-0", 40, "confirmed", "Bí mật 04 thôn 0"),
        ("04000", "–", "04-04000-1", 41, "–", "Bí mật 04 thôn 1"),
        ("04001", "–", "04-04001-0", "–", "–", "Bí mật 04 thôn 0"),
    ]
    unit_deg = 360 / 2**12 / 4096
    for point, (lon, lat) in zip(places, [(105.0, 22.0), (105.0, 22.01), (105.01, 22.0)], strict=True):
        assert abs(point.x - lon) <= 1.01 * unit_deg and abs(point.y - lat) <= 1.01 * unit_deg
