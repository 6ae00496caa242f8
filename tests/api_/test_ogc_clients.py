"""The collections as GDAL, the Python client and the notebook read them from a server that was started."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import geopandas as gpd
import nbformat
import pandas as pd
import pyogrio
import pytest
import shapely
from api_.made_ogc import HOME, open_service
from api_.made_people import sign_in
from api_.made_results import COMMUNES, VILLAGES_EACH, place_open
from api_.served import Office, serving
from nbclient import NotebookClient

from phusong.api.access.roles import Grant, Role
from phusong.api.settings import ServiceSettings
from phusong.client import Server, ServerError

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "04_open_data.ipynb"
FILES = ("communes", "villages", "gaps", "sites")
OURS = (*FILES, "packages", "reported_rows")
OPEN = ("open_communes", "open_villages", "open_gaps")
ZONE = 5897  # VN-2000, 105°00′
SCOPES = ("study.read", "station.read", "package.read", "row.read")


@dataclass(frozen=True)
class Started:
    """A server that answers: its address, a token of a planner, and the results it tells."""

    address: str
    token: str
    results: Path

    @property
    def server(self) -> Server:
        """Return the client of a planner."""
        return Server(self.address, token=self.token)


@pytest.fixture(scope="module")
def started(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """Start a server with a province whose round is approved."""
    home = tmp_path_factory.mktemp("served") / "home"
    with open_service(_sqlite_template, home) as made:
        study_id = made.add(HOME, approved=True).first("study_id")
        results = home / "studies" / study_id / "results"
        place_open(made.service, study_id, results)
        cookie, csrf = sign_in(made.service, [Grant(role=Role.PLANNER, province_code=HOME)])
    with serving(ServiceSettings(home=home), "--port", "0") as served:
        address = served.hear("đang chạy ở")
        office = Office(address, cookie=cookie, csrf=csrf)
        token = office.post("/api/tokens", {"name": "QGIS", "scopes": list(SCOPES), "days": 2})["text"]
        office.close()
        yield Started(address, token, results)


@contextmanager
def _gdal(token: str) -> Iterator[None]:
    pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": token})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": None, "GDAL_HTTP_BEARER": None})


def _read(started: Started, layer: str, **options: Any) -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(f"OAPIF:{started.address}/ogc", layer=layer, **options)


def _expected(started: Started, name: str) -> gpd.GeoDataFrame:
    return gpd.read_parquet(started.results / f"{name}.parquet")


@pytest.mark.slow
def test_gdal_reads_every_collection_whole(started: Started) -> None:
    """The OAPIF driver lists what the token may read, and each collection has the rows and places of its file."""
    with _gdal(started.token):
        listed = {name for name, _ in pyogrio.list_layers(f"OAPIF:{started.address}/ogc")}
        assert listed == {*OURS, *OPEN}
        found = {name: _read(started, name) for name in listed}
        small_pages = _read(started, "villages", PAGE_SIZE=5)
    assert len(small_pages) == len(found["villages"]) > 10
    for name in FILES:
        file = _expected(started, name)
        assert len(found[name]) == len(file) > 0
        assert found[name].crs == "OGC:CRS84"
        key = {"communes": "commune_code", "villages": "village_code", "gaps": "gap_id", "sites": "site_id"}[name]
        mine = found[name].set_index(key).geometry.sort_index()
        theirs = file.set_index(key).geometry.sort_index()
        assert shapely.hausdorff_distance(mine.to_numpy(), theirs.to_numpy()).max() < 2e-6  # 7 decimals of a degree
    assert {len(found[name]) for name in OPEN} == {COMMUNES, COMMUNES * VILLAGES_EACH}
    assert len(found["packages"]) == 1
    assert len(found["reported_rows"]) == 4
    assert found["villages"]["households"].sum() == _expected(started, "villages")["households"].sum()
    assert {found[name].geom_type.iloc[0] for name in ("villages", "sites")} == {"Point"}


@pytest.mark.slow
def test_gdal_reads_by_box_by_filter_and_in_vn2000(started: Started) -> None:
    """Box and attribute filter are the server's work; a VN-2000 zone comes out where PROJ puts it."""
    villages = _expected(started, "villages")
    west, south, _, north = villages.total_bounds
    box = (west, south, west + 0.15, north)
    with _gdal(started.token):
        inside = _read(started, "villages", bbox=box)
        white = _read(started, "villages", where="village_class = 'weak' AND households > 40")
        like = _read(started, "villages", where="commune_code LIKE '01001%'")
        zone = _read(started, "villages", CRS=f"http://www.opengis.net/def/crs/EPSG/0/{ZONE}")
    assert set(inside["village_code"]) == set(villages[villages.intersects(shapely.box(*box))]["village_code"])
    assert 0 < len(inside) < len(villages)
    chosen = villages[(villages["village_class"] == "weak") & (villages["households"] > 40)]
    assert set(white["village_code"]) == set(chosen["village_code"])
    assert set(like["village_code"]) == set(villages[villages["commune_code"].str.startswith("01001")]["village_code"])
    assert zone.crs.to_epsg() == ZONE
    placed = zone.set_index("village_code").to_crs(4326).geometry
    theirs = villages.set_index("village_code").geometry.reindex(placed.index)
    off_m = shapely.distance(placed.to_numpy(), theirs.to_numpy()).max() * 111_000
    assert off_m < 2.0  # PROJ may take another shift between the datums


@pytest.mark.slow
def test_gdal_sends_the_filter_to_the_server(started: Started) -> None:
    """Not read whole and sifted after: the request of a filtered read carries it."""
    asked: list[str] = []
    program = "import sys, pyogrio; pyogrio.read_dataframe(sys.argv[1], layer='villages', where='households > 50')"
    environment = os.environ | {"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": started.token}
    with _listening(started.address, asked) as address:  # another process: pyogrio waits without letting us answer
        command = [sys.executable, "-c", program, f"OAPIF:{address}/ogc"]
        subprocess.run(command, env=environment, check=True, timeout=120)
    assert any("filter=" in one and "filter-lang=cql" in one for one in asked), asked


@contextmanager
def _listening(address: str, asked: list[str]) -> Iterator[str]:
    """Pass requests on to a server, and note them."""
    import urllib.request

    class Passing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            kept = {name: value for name, value in self.headers.items() if name.lower() in ("authorization", "accept")}
            request = urllib.request.Request(f"{address}{self.path}", headers=kept)
            with urllib.request.urlopen(request, timeout=60) as answer:
                body = answer.read().replace(address.encode(), here.encode())
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers["content-type"])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    proxy = HTTPServer(("127.0.0.1", 0), Passing)
    here = f"http://127.0.0.1:{proxy.server_port}"
    thread = threading.Thread(target=proxy.serve_forever, daemon=True)
    thread.start()
    try:
        yield here
    finally:
        proxy.shutdown()
        thread.join(30)
        proxy.server_close()


@pytest.mark.slow
def test_three_lines_of_python_read_the_server(started: Started) -> None:
    """The client: all pages, a box, a filter, a zone, kinds of columns, an empty answer with all its columns."""
    server = started.server
    assert set(server.collections()) == {*OURS, *OPEN}
    villages = server.read("villages")
    file = _expected(started, "villages")
    assert len(villages) == len(file)
    assert villages.crs.to_epsg() == 4326
    assert villages["households"].dtype == "Int64"
    assert pd.api.types.is_datetime64_any_dtype(villages["dated"])
    assert set(server.columns("villages")) == {*villages.columns}
    few = server.read("villages", filter="households > 50", where={"province_code": HOME}, most=3)
    assert len(few) == 3
    assert (few["households"] > 50).all()
    none = server.read("gaps", bbox=(0, 0, 1, 1))
    assert len(none) == 0
    assert list(none.columns) == list(server.read("gaps").columns)
    assert server.read("sites", epsg=ZONE).crs.to_epsg() == ZONE
    turned = server.read("sites", epsg=4326)
    assert turned.geometry.x.between(100, 110).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ask", "word"),
    [
        (lambda one: Server("may-chu").collections(), "https://"),
        (lambda one: Server("http://127.0.0.1:9").collections(), "Cannot read"),
        (lambda one: Server(one.address, token="phs_sai").read("gaps"), "token"),
        (lambda one: Server(one.address).read("gaps"), "404"),
        (lambda one: one.server.read("khong-co"), "404"),
        (lambda one: one.server.read("gaps", filter="khong_co = 1"), "khong_co"),
        (lambda one: one.server.read("gaps", bbox=(1, 2, 3)), "bbox"),
        (lambda one: one.server.read("gaps", epsg=2154), "crs"),
    ],
)
def test_what_goes_wrong_is_one_sentence(started: Started, ask: Callable[[Started], object], word: str) -> None:
    """Told in both languages, without a token in it."""
    with pytest.raises(ServerError) as error:
        ask(started)
    assert word in f"{error.value.text.en} {error.value.text.vi}"
    assert started.token not in error.value.text.en


@pytest.mark.slow
def test_a_token_goes_to_no_other_server(started: Started) -> None:
    """A link in an answer that leads elsewhere is followed on the server one has named."""
    server = started.server
    assert (
        server._ours("http://elsewhere.example/ogc/collections?f=json") == f"{started.address}/ogc/collections?f=json"
    )


@pytest.mark.slow
def test_the_notebook_runs_against_the_server(
    started: Started, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every cell runs; pictures are drawn; no warning is shown; without a token it reads the open tables."""
    monkeypatch.setenv("PHUSONG_SERVER", started.address)
    for token in (started.token, ""):
        monkeypatch.setenv("PHUSONG_TOKEN", token)
        notebook: Any = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
        here = {"metadata": {"path": str(tmp_path)}}
        NotebookClient(notebook, timeout=300, kernel_name="python3", resources=here).execute()
        kinds = [kind for cell in notebook.cells for out in cell.get("outputs", ()) for kind in out.get("data", ())]
        assert kinds.count("image/png") >= 2
        assert not [out for cell in notebook.cells for out in cell.get("outputs", ()) if out.get("name") == "stderr"]


def test_the_notebook_names_no_server_or_token() -> None:
    """Both come from outside."""
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert "phs_" not in re.sub(r"phs_…", "", text)
    assert "PHUSONG_SERVER" in text
