"""QGIS itself, without a screen, reads every collection of a server that is started here: valid, counted, filtered.

Needs a Python that has QGIS (Debian: ``python3-qgis``); where there is none it says so and ends well. Nightly only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PYTHON = os.environ.get("PHUSONG_QGIS_PYTHON", "/usr/bin/python3")

READS = """
import json, os, sys
from qgis.core import Qgis, QgsApplication, QgsFeatureRequest, QgsVectorLayer
address, names = sys.argv[1], sys.argv[2:]
app = QgsApplication([], False)
app.initQgis()
told = {"version": Qgis.QGIS_VERSION}
for name in names:
    uri = f"typename='{name}' url='{address}/ogc' pageSize='5' restrictToRequestBBOX='1'"
    layer = QgsVectorLayer(uri, name, "OAPIF")
    if not layer.isValid():
        told[name] = {"valid": False, "error": layer.error().summary()}
        continue
    whole = list(layer.getFeatures())
    found = {"valid": True, "features": len(whole), "fields": len(layer.fields()), "crs": layer.crs().authid()}
    places = [one.geometry() for one in whole if one.hasGeometry()]
    if places:
        around = places[0].boundingBox()
        around.grow(0.0001)
        found["in_box"] = sum(1 for _ in layer.getFeatures(QgsFeatureRequest().setFilterRect(around)))
    if name == "villages":
        layer.setSubsetString("households > 45")
        found["over_45"] = sum(1 for _ in layer.getFeatures())
    told[name] = found
print("QGIS " + json.dumps(told), flush=True)
os._exit(0)
"""


def main() -> int:
    """Start a server with made results and let QGIS read it."""
    if subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, check=False).returncode:
        print(f"no QGIS in {PYTHON}: not checked")
        return 0
    sys.path.insert(0, str(ROOT / "tests"))
    from api_.made_ogc import HOME, open_service
    from api_.made_people import sign_in
    from api_.served import Office, serving

    from phusong.api.access.roles import Grant, Role
    from phusong.api.database import schema
    from phusong.api.settings import ServiceSettings

    with tempfile.TemporaryDirectory() as folder:
        empty, home = Path(folder) / "empty.sqlite", Path(folder) / "home"
        schema.upgrade(f"sqlite:///{empty.as_posix()}")
        with open_service(empty, home) as made:
            made.add(HOME)
            cookie, csrf = sign_in(made.service, [Grant(role=Role.PLANNER, province_code=HOME)])
        names = ("communes", "villages", "gaps", "sites", "packages", "reported_rows")
        with serving(ServiceSettings(home=home), "--port", "0") as served:
            address = served.hear("đang chạy ở")
            office = Office(address, cookie=cookie, csrf=csrf)
            scopes = ["study.read", "station.read", "package.read", "row.read"]
            token = office.post("/api/tokens", {"name": "QGIS", "scopes": scopes, "days": 1})["text"]
            office.close()
            with _signed(address, token) as signed:
                told = _read(signed, names, Path(folder))
    return _judged(told)


@contextmanager
def _signed(address: str, token: str) -> Iterator[str]:
    """Pass requests on with a token: QGIS's own store of passwords needs a screen."""

    class Passing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kept = {"Authorization": f"Bearer {token}", "Accept": self.headers.get("accept", "*/*")}
            request = urllib.request.Request(f"{address}{self.path}", headers=kept)
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    status, kind, body = answer.status, answer.headers["content-type"], answer.read()
            except urllib.error.HTTPError as error:
                status, kind, body = error.code, error.headers["content-type"], error.read()
            body = body.replace(address.encode(), here.encode())
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Passing)
    here = f"http://127.0.0.1:{proxy.server_port}"
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    try:
        yield here
    finally:
        proxy.shutdown()
        proxy.server_close()


def _read(address: str, names: tuple[str, ...], folder: Path) -> dict[str, dict[str, object]]:
    environment = {
        "PATH": os.environ.get("PATH", ""), "QT_QPA_PLATFORM": "offscreen", "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder), "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    command = [PYTHON, "-c", READS, address, *names]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    line = next((one for one in done.stdout.splitlines() if one.startswith("QGIS ")), None)
    if line is None:
        raise SystemExit(f"QGIS said nothing: {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    found: dict[str, dict[str, object]] = json.loads(line.removeprefix("QGIS "))
    return found


def _judged(told: dict[str, dict[str, object]]) -> int:
    expected = {"communes": 3, "villages": 12, "gaps": 3, "sites": 4, "packages": 1, "reported_rows": 4}
    print(f"QGIS {told.pop('version')}")
    wrong = 0
    for name, count in expected.items():
        found = told[name]
        right = found.get("valid") is True and found.get("features") == count
        wrong += not right
        print(f"{name:14} {'right' if right else 'WRONG'} {found}")
    filtered = told["villages"].get("over_45")
    print(f"villages over 45 households: {filtered}, expected 9")
    return 1 if wrong or filtered != 9 else 0


if __name__ == "__main__":
    sys.exit(main())
