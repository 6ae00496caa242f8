"""A finished study of the small province in a service, and one whose second half of masts stands outside."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from api_.made_people import clients_of
from api_.made_tenders import settings_of
from api_.made_tiling import put_study
from fastapi.testclient import TestClient

from phusong.api.access.roles import Grant, Role
from phusong.api.app import create_app
from phusong.api.database import schema
from phusong.api.service import Service
from phusong.api.studies.outside import table_text, write_outside
from phusong.data.lists import read_list
from phusong.data.schemas import STATIONS
from phusong.data.territory import Territory

SAMPLE = "99"
BEYOND = "98"


@dataclass(frozen=True)
class Asked:
    """A service with studies to ask about."""

    app: object
    service: Service
    study_id: str
    as_: Callable[..., TestClient]

    def path(self, what: str = "why", study_id: str = "") -> str:
        """Return the address of a question."""
        return f"/api/studies/{study_id or self.study_id}/{what}"


@contextmanager
def asking(home: Path, province: Path, results: Path) -> Iterator[Asked]:
    """Serve the small province's study in a service of its own."""
    home.mkdir()
    settings = settings_of(home)
    schema.upgrade(settings.url)
    app = create_app(settings)
    with TestClient(app, base_url="http://127.0.0.1"):
        service: Service = app.state.service
        as_ = clients_of(app)
        as_(Grant(role=Role.PLANNER, province_code=SAMPLE))
        yield Asked(app, service, put_study(service, province, results), as_)


def masts_of(province: Path) -> pd.DataFrame:
    """Return all masts of the province's own lists that stand."""
    files = sorted(one for one in province.glob("tram_*.xlsx") if "lan_can" not in one.name)
    parts = [read_list(one, STATIONS, Territory(province_code=SAMPLE)).rows for one in files]
    rows = pd.concat(parts, ignore_index=True)
    return rows[rows["lon"].notna() & (rows["status"] != "planned")]


def put_beyond(asked: Asked, province: Path, results: Path) -> tuple[str, pd.DataFrame]:
    """Put a study whose masts east of the middle are another province's; return it and those masts."""
    masts = masts_of(province)
    middle = masts["lon"].median()
    beyond = masts[masts["lon"] >= middle].assign(province_code=BEYOND, commune_code="")
    folder = asked.service.settings.home / "beyond"
    shutil.copytree(province, folder)
    for file in folder.glob("tram_*.xlsx"):
        file.unlink()
    own = masts[masts["lon"] < middle]
    own = own[own["operator"] != "mobifone"]
    (folder / "tram.csv").write_text(table_text(own, STATIONS), encoding="utf-8")
    sent = folder / "sent.csv"
    sent.write_text(table_text(beyond, STATIONS), encoding="utf-8")
    known = sorted(set(own["operator"]))
    write_outside(
        folder / "tram-ngoai-tinh.csv", [(BEYOND, sent)], own=SAMPLE, operators=known, around=None
    )  # fmt: skip
    sent.unlink()
    text = (folder / "study.toml").read_text(encoding="utf-8").splitlines()
    lists = 'stations = ["tram.csv", "tram-ngoai-tinh.csv"]'
    written = [lists if line.startswith("stations = ") else line for line in text]
    (folder / "study.toml").write_text("\n".join(written), encoding="utf-8")
    return put_study(asked.service, folder, results), beyond


def around(lon: float, lat: float, step: float = 0.01) -> Iterator[tuple[float, float]]:
    """Yield nine places around one."""
    for x, y in itertools.product((-step, 0.0, step), repeat=2):
        yield lon + x, lat + y
