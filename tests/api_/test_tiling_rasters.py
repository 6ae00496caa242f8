"""Coverage and relief of a study over the service: made as a job, drawn tile by tile, to whoever may have them."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio
from api_.made_people import clients_of
from api_.made_studies import SAMPLE, run
from api_.made_tenders import settings_of
from api_.made_tiling import put_relief, put_study
from fastapi.testclient import TestClient
from maps_.made_tiles import snapshot
from PIL import Image

from phusong.api.access.roles import Grant, Role
from phusong.api.app import create_app
from phusong.api.database import schema
from phusong.api.database.models import Job, Study
from phusong.api.service import Service
from phusong.api.tiles.rasters import RASTER_MAKING

COARSE = {"resolution_m": 1000}


@dataclass(frozen=True)
class Made:
    """A service with one study whose rasters are made."""

    app: object
    service: Service
    study_id: str
    as_: Callable[..., TestClient]

    @property
    def tiles(self) -> str:
        """Return where the study's tiles are."""
        return f"/tiles/studies/{self.study_id}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, small_province: Path) -> Iterator[Made]:
    """Return a study with coarse rasters of two operators, the same for all tests here."""
    home = tmp_path_factory.mktemp("tiling") / "home"
    home.mkdir()
    settings = settings_of(home)
    schema.upgrade(settings.url)
    app = create_app(settings)
    with TestClient(app, base_url="http://127.0.0.1"):
        service: Service = app.state.service
        as_ = clients_of(app)
        planner = as_(Grant(role=Role.PLANNER, province_code=SAMPLE))
        results = home / "without-results"
        results.mkdir()
        snapshot(results / "study.duckdb", n=400)
        study_id = put_study(service, small_province, results)
        put_relief(service, study_id, small_province)
        asked = planner.post(
            f"/api/studies/{study_id}/coverage", json={"layers": ["viettel_4g", "vinaphone_4g"], **COARSE}
        )
        assert asked.status_code == 202, asked.text
        job = run(service, asked.json()["job_id"])
        assert job.state == "done", job.error
        yield Made(app, service, study_id, as_)


def grant(role: Role, code: str = SAMPLE, **more: str) -> Grant:
    """Return a role in the sample's province."""
    return Grant(role=role, province_code=code, **more)


def place_of(bounds: list[float], z: int) -> str:
    """Return the tile in the middle of some bounds, as addresses write it."""
    lon, lat = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return f"{z}/{int((lon + 180) / 360 * 2**z)}/{int(down * 2**z)}"


def test_the_rasters_of_a_study_are_made_as_a_job_and_listed(made: Made) -> None:
    """What is made is listed with its steps; the file is a GeoTIFF of exactly these values."""
    planner = made.as_(grant(Role.PLANNER))
    told = planner.get(f"/api/studies/{made.study_id}/coverage").json()
    assert [one["layer"] for one in told["layers"]] == ["viettel_4g", "vinaphone_4g"] and told["relief"]
    one = told["layers"][0]
    assert (one["served_dbm"], one["weak_dbm"], one["resolution_m"]) == (-104, -114, 1000)
    answer = planner.get(one["file"])
    with rasterio.MemoryFile(answer.content) as memory, memory.open() as file:
        assert file.crs.to_epsg() == 4326 and list(file.bounds) == one["bounds"]
        assert file.read(1).any()
    assert planner.get(one["file"], headers={"range": "bytes=0-3"}).status_code == 206


def test_a_tile_shows_the_values_of_the_file_in_the_colours_of_its_legend(made: Made) -> None:
    """Opaque pixels have the colours that the legend names; the TileJSON leads to them."""
    planner = made.as_(grant(Role.PLANNER))
    where = planner.get(f"{made.tiles}/coverage/viettel_4g/tilejson.json").json()
    assert where["tilejson"] == "3.0.0" and where["tiles"][0].startswith("http://127.0.0.1/tiles/studies/")
    place = place_of(where["bounds"], where["maxzoom"])
    z, x, y = place.split("/")
    answer = planner.get(where["tiles"][0].replace("{z}", z).replace("{x}", x).replace("{y}", y))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    drawn = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGBA"))
    shown = {"#{:02X}{:02X}{:02X}".format(*one[:3]) for one in np.unique(drawn[drawn[..., 3] == 255], axis=0)}
    legend = planner.get(f"{made.tiles}/coverage/viettel_4g/legend.json", headers={"accept-language": "en"}).json()
    assert shown and shown <= {step["colour"] for step in legend["steps"]}
    assert legend["steps"][0]["label"].startswith("Strong")
    picture = planner.get(f"{made.tiles}/coverage/viettel_4g/legend.svg")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert all(step["colour"] in picture.text for step in legend["steps"])


def test_a_tile_that_has_not_changed_is_not_drawn_again(made: Made) -> None:
    """The tag of a tile answers 304; another tile and another layer have tags of their own; only a browser keeps it."""
    planner = made.as_(grant(Role.PLANNER))
    address = f"{made.tiles}/coverage/viettel_4g/0/0/0.png"
    first = planner.get(address)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    again = planner.get(address, headers={"if-none-match": f'"x", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    others = ["coverage/vinaphone_4g/0/0/0.png", "coverage/viettel_4g/1/1/0.png", "relief/hillshade/0/0/0.png"]
    assert tag not in {planner.get(f"{made.tiles}/{one}").headers["etag"] for one in others}


@pytest.mark.parametrize("kind", ["hillshade", "terrarium"])
def test_relief_is_drawn_from_the_terrain_of_the_study(made: Made, kind: str) -> None:
    """In the middle of the province the ground is known; whoever reads the study may see it, without any station."""
    fund = made.as_(grant(Role.FUND))
    where = fund.get(f"{made.tiles}/relief/{kind}/tilejson.json").json()
    assert (where.get("encoding") == "terrarium") == (kind == "terrarium")
    answer = fund.get(f"{made.tiles}/relief/{kind}/{place_of(where['bounds'], 10)}.png")
    assert answer.status_code == 200
    drawn = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGBA"))
    assert (drawn[..., 3] == 255).mean() > 0.05


def test_coverage_is_only_for_who_may_read_the_stations_of_that_operator(made: Made) -> None:
    """Without ``station.read`` there is no layer at all; with it for one operator there is that one's alone."""
    paths = ("tilejson.json", "legend.json", "legend.svg", "0/0/0.png")
    fund = made.as_(grant(Role.FUND))
    assert fund.get(f"/api/studies/{made.study_id}/coverage").json()["layers"] == []
    both = made.as_(grant(Role.FUND), Grant(role=Role.OPERATOR, operator="viettel"))
    listed = both.get(f"/api/studies/{made.study_id}/coverage").json()["layers"]
    assert [one["layer"] for one in listed] == ["viettel_4g"]
    for path in paths:
        assert fund.get(f"{made.tiles}/coverage/viettel_4g/{path}").status_code == 404
        assert both.get(f"{made.tiles}/coverage/viettel_4g/{path}").status_code == 200
        assert both.get(f"{made.tiles}/coverage/vinaphone_4g/{path}").status_code == 404
    away = made.as_(grant(Role.PLANNER, "01"))
    for address in (
        *(f"{made.tiles}/coverage/viettel_4g/{path}" for path in paths),
        f"{made.tiles}/relief/hillshade/0/0/0.png",
        f"/api/studies/{made.study_id}/coverage",
        f"/api/studies/{made.study_id}/coverage/viettel_4g/file",
    ):
        assert away.get(address).status_code == 404
    assert made.as_(grant(Role.LEADER)).post(f"/api/studies/{made.study_id}/coverage", json={}).status_code == 403


@pytest.mark.parametrize("place", ["3/8/0", "23/0/0", "a/0/0", "2/0/-1", "2/0/4"])
def test_a_tile_that_is_none_is_refused_in_a_sentence(made: Made, place: str) -> None:
    """Such a tile is 422 with a detail that a person understands."""
    answer = made.as_(grant(Role.PLANNER)).get(f"{made.tiles}/relief/hillshade/{place}.png")
    assert answer.status_code == 422 and answer.json()["detail"]


def test_rasters_made_again_replace_the_earlier_ones(made: Made) -> None:
    """A layer made anew has a new file; the other layer and the file before it stay, older ones go."""
    planner = made.as_(grant(Role.PLANNER))
    with made.service.database.read() as db:
        before = db.get_one(Study, made.study_id).manifest["rasters"]
    folder = made.service.settings.home / "studies" / made.study_id / "rasters"
    (folder / "0123456789abcdef").mkdir()
    with made.service.database.write() as db:
        study = db.get_one(Study, made.study_id)
        job = Job(kind="coverage", province_code=SAMPLE, subject_id=study.id, created_by=study.created_by)
        db.add(job)
        db.flush()
        work = made.service.folder("jobs", job.id) / "anh-phu"
        work.mkdir(parents=True)
        (work / "coverage_viettel_4g.tif").write_bytes(b"v")
        kept = {"coverage_viettel_4g.tif": {"sha256": "coverage_viettel_4g.tif", "size": 1}}
        layer = {**before["viettel_4g"], "name": "coverage_viettel_4g.tif"}
        outcome = {"layers": {"viettel_4g": layer}, "files": kept}
        RASTER_MAKING.finish(db, made.service, job, outcome)
        after = study.manifest["rasters"]
        assert after["vinaphone_4g"] == before["vinaphone_4g"]
        assert after["viettel_4g"]["job"] == job.id and after["viettel_4g"]["sha256"] == "coverage_viettel_4g.tif"
        assert {one.name for one in folder.iterdir()} == {job.id, before["viettel_4g"]["job"]}
        db.rollback()
    assert planner.get(f"{made.tiles}/coverage/viettel_4g/0/0/0.png").status_code == 200


def test_a_layer_nobody_has_is_told_in_one_sentence(made: Made) -> None:
    """The job fails with the layers there are; a second job beside a waiting one is refused."""
    planner = made.as_(grant(Role.PLANNER))
    address = f"/api/studies/{made.study_id}/coverage"
    asked = planner.post(address, json={"layers": ["khong_co"], **COARSE}).json()
    assert planner.post(address, json={"layers": ["khong_co"], **COARSE}).json() == asked
    assert planner.post(address, json=COARSE).status_code == 409
    job = run(made.service, asked["job_id"])
    assert job.state == "failed" and "viettel_4g" in job.error["vi"]
    assert str(made.service.settings.home) not in job.error["vi"]


def test_a_map_file_to_hand_over_is_made_as_a_job(made: Made, tmp_path: Path) -> None:
    """The public file is for whoever reads the study; the whole one only for who may see every house and mast."""
    planner = made.as_(grant(Role.PLANNER))
    address = f"/api/studies/{made.study_id}/archives"
    for which in ("whole", "public"):
        asked = planner.post(address, json={"which": which})
        assert asked.status_code == 202
        job = run(made.service, asked.json()["job_id"])
        assert job.state == "done", job.error
    listed = {one["which"]: one for one in planner.get(address).json()["archives"]}
    assert set(listed) == {"whole", "public"} and listed["public"]["size"] < listed["whole"]["size"]
    answer = planner.get(listed["whole"]["file"], headers={"range": "bytes=0-6"})
    assert (answer.status_code, answer.content) == (206, b"PMTiles")
    assert answer.headers["content-type"] == "application/vnd.pmtiles"
    fund = made.as_(grant(Role.FUND), Grant(role=Role.OPERATOR, operator="viettel"))
    assert [one["which"] for one in fund.get(address).json()["archives"]] == ["public"]
    assert fund.get(listed["public"]["file"]).status_code == 200
    assert fund.get(listed["whole"]["file"]).status_code == fund.get(f"{address}/khac").status_code == 404
    assert fund.post(address, json={}).status_code == 403
    away = made.as_(grant(Role.PLANNER, "01"))
    assert away.get(address).status_code == away.get(listed["public"]["file"]).status_code == 404


def test_maps_of_a_study_are_asked_for_and_taken_on_its_page(made: Made) -> None:
    """Rasters with their files, a button for each thing that may be made; whoever may not run it sees no button."""
    html, sent = {"accept": "text/html"}, {"accept": "text/html", "x-form": "script"}
    planner = made.as_(Grant(role=Role.PLANNER, province_code=SAMPLE))
    leader = made.as_(Grant(role=Role.LEADER, province_code=SAMPLE))
    address = f"/studies/{made.study_id}"
    shown = planner.get(address, headers=html).text
    file = re.search(r'href="(/api/studies/\w+/coverage/viettel_4g/file)"', shown)
    assert file and planner.get(file[1]).status_code == 200
    assert "Lập lại ảnh phủ sóng" in shown and "Bản đầy đủ" in shown
    assert f'action="{address}/maps"' in shown
    assert f'action="{address}/maps"' not in leader.get(address, headers=html).text
    assert leader.post(f"{address}/maps", data={"what": "public"}, headers=sent).status_code == 403
    for wrong in ({"what": "moi-thu"}, {"what": "coverage", "resolution_m": "1"}):
        assert planner.post(f"{address}/maps", data=wrong, headers=sent).status_code == 422
    assert planner.post(f"{address}/maps", data={"what": "public"}, headers=sent).status_code == 200
    assert 'data-job="' in planner.get(address, headers=html).text
    with made.service.database.read() as db:
        job_id = db.query(Job).filter(Job.kind == "tile_archive").order_by(Job.created_at.desc()).limit(1).one().id
    assert run(made.service, job_id).state == "done"
    shown = leader.get(address, headers=html).text
    archive = re.search(r'href="(/api/studies/\w+/archives/public)"', shown)
    assert archive and leader.get(archive[1]).content.startswith(b"PMTiles")


def test_a_study_whose_summary_lacks_something_says_what(made: Made) -> None:
    """Its page stands without day and counts, and a file that would have to bear the day is refused in words."""
    planner = made.as_(Grant(role=Role.PLANNER, province_code=SAMPLE))
    shown = planner.get(f"/studies/{made.study_id}", headers={"accept": "text/html"})
    assert shown.status_code == 200 and "thiếu ngày số liệu và số đếm hộ" in shown.text
    folder = made.service.settings.home / "studies" / made.study_id / "results"
    pd.DataFrame({"village_code": ["1"], "village_name": ["Nà Lùng"]}).to_parquet(folder / "villages.parquet")
    with made.service.database.write() as db:
        study = db.get_one(Study, made.study_id)
        study.manifest = {
            **(study.manifest or {}),
            "files": {**(study.manifest or {})["files"], "villages.parquet": {}},
        }
    refused = planner.get(f"/api/studies/{made.study_id}/downloads/villages.csv")
    assert refused.status_code == 409 and "không ghi ngày số liệu" in refused.json()["detail"]
