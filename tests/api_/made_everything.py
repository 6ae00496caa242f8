"""One service that has something of everything, and the address of every page in it: for pictures and for checks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from api_.made_admin import ITEM, own_prices, own_profile
from api_.made_people import sign_in
from api_.made_rounds import in_days, round_with_rows
from api_.made_studies import SAMPLE
from api_.made_tenders import all_may_enter, make_packages, make_plan, office, settings_of
from api_.made_tiling import put_rasters, put_study
from api_.made_world import make_world
from api_.test_isolation import OTHERWISE, _plain_routes

from phusong.api.access.roles import Grant, Role
from phusong.api.database import schema
from phusong.api.database.models import Dataset, GapRow, GapRowVersion, Package, Plan, Round, Study, Upload, User
from phusong.api.pages import routes as pages
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings
from phusong.api.studies.kinds_of_data import KINDS_OF_DATA
from phusong.data.names import fold

Ids = dict[str, str]
EVERY_ROLE = (*(Grant(role=one) for one in Role if one not in (Role.COMMUNE, Role.OPERATOR)),)
NO_PAGES = (
    "/static/{version}/{name}", "/language/{language}", "/look-at", "/sign-in", "/set-up", "/check/village",
    "/check/commune", "/profiles/{dataset_id}", "/profiles/{dataset_id}/edit", "/unit-prices/{dataset_id}",
    "/unit-prices/{dataset_id}/correct", "/templates/{paper}/own/file",
)  # fmt: skip
"""Addresses that answer whoever is signed in with something else than a page, or want to be asked of something."""
NAMES = ("Hoàng Văn Páo", "Lò Thị Phương", "Vàng A Sình", "Nông Thị Mai", "Giàng Seo Lử")
ASKED_OF = {"/plans/new": "?study={study_id}", "/unit-prices/correct": f"?item={ITEM}"}
OWN_TABLES = ("/profiles/{profile_id}", "/profiles/{profile_id}/edit", "/unit-prices/{prices_id}")


def make_everything(home: Path, sample: Path, results: Path) -> tuple[ServiceSettings, Ids]:
    """Make a home with a study, a plan and packages of the sample and one of everything; return the ids by name."""
    home.mkdir(parents=True)
    settings = settings_of(home)
    schema.upgrade(settings.url)
    with office(settings) as (client, service):
        study_id = put_study(service, sample, results)
        put_rasters(service, study_id, sample)
        world = make_world(service, SAMPLE)
        ids = {name: found[0] for name, found in world.ids.items()} | {"study_id": study_id, "province_code": SAMPLE}
        all_may_enter(home / "studies" / study_id / "results")
        ids["plan_id"] = make_plan(client, service, study_id)
        assert make_packages(client, service, ids["plan_id"]).state == "done"
        with service.database.write() as db:
            db.query(User).filter(User.full_name.startswith("Người nguoi-")).update({"full_name": "Lò Văn Sơn"})
        ids |= {"profile_id": own_profile(client), "prices_id": own_prices(client)}
    _settle(service, ids)
    return settings, ids


def _settle(service: Service, ids: Ids) -> None:
    """Let the pages speak of the study that was run, and of a list that is late."""
    made_before = ids["package_id"]
    with service.database.write() as db:
        db.query(Study).filter(Study.id != ids["study_id"]).update({"state": "failed", "round_id": None})
        db.get_one(Round, ids["round_id"]).study_id = ids["study_id"]
        study = db.get_one(Study, ids["study_id"])
        told_by_run = json.loads((service.settings.home / study.folder / "manifest.json").read_text(encoding="utf-8"))
        study.round_id, study.manifest = ids["round_id"], {**told_by_run, **(study.manifest or {})}
        ids["package_id"] = db.query(Package).filter(Package.plan_id == ids["plan_id"]).first().id  # type: ignore[union-attr]
        db.query(Plan).filter(Plan.id != ids["plan_id"]).update({"state": "failed"})
        db.get_one(Round, ids["round_id"]).batch, db.get_one(Round, ids["round_id"]).title = "1/2027", "Cả tỉnh"
        db.get_one(Package, made_before).code = "GT-99-01"
        db.get_one(Upload, ids["upload_id"]).file_name = "danh-sach.csv"
        for row in db.query(GapRow):
            row.village = f"Thôn {row.gap_id[-1]}"
        for told in db.query(GapRowVersion):
            told.cells = {"village_name": "Nà Lùng"} if "village" in told.cells else told.cells
    late = round_with_rows(service, province="04", batch="IV/2026")
    back = round_with_rows(service, province="08", batch="IV/2026", state="returned")
    with service.database.write() as db:
        for person, name in zip(db.query(User).order_by(User.username), NAMES, strict=False):
            person.username, person.full_name = fold(name).replace(" ", "."), name
        for data in db.query(Dataset):
            data.name = f"{KINDS_OF_DATA[data.kind].title.vi.capitalize()} {data.operator}".strip()
        db.get_one(Round, late).due_on = date(2026, 11, 1)
        db.get_one(Round, back).due_on = in_days(5)


def addresses(ids: Ids) -> Iterator[str]:
    """Yield the address of every page that stands at an address of its own, with the ids of the made service."""
    known = OTHERWISE | ids
    for route in _plain_routes(pages.router):
        names = re.findall(r"{(\w+)", route.path)
        if route.methods == {"GET"} and route.path not in NO_PAGES and all(name in known for name in names):
            yield (route.path + ASKED_OF.get(route.path, "")).format(**known)
    yield from (one.format(**known) for one in OWN_TABLES)


def pages_of(tab: Any, address: str, ids: Ids) -> list[str]:
    """Return those addresses that a browser shows as a page; the others are files to keep."""
    asked = {"accept": "text/html"}
    kinds = {one: tab.request.get(address + one, headers=asked).headers["content-type"] for one in addresses(ids)}
    return [one for one, kind in kinds.items() if kind.startswith("text/html")]


def enter(service: Service, grants: tuple[Grant, ...] = EVERY_ROLE) -> str:
    """Return the cookie of a new person with some roles."""
    cookie, _ = sign_in(service, grants, "nguyen.lan")
    with service.database.write() as db:
        db.query(User).filter(User.username == "nguyen.lan").update({"full_name": "Nguyễn Thị Lan"})
    return cookie
