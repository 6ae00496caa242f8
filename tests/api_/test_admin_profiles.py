"""A department's own thresholds: made number by number, version by version, used by a study that keeps what it used."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from api_.made_admin import SCRIPT, SERVED, filled, keep_profile
from api_.made_pages import walking
from api_.made_studies import SAMPLE, dataset, province
from fastapi.testclient import TestClient

from phusong.api.access.roles import Grant, Role
from phusong.api.database.models import AuditEntry, Dataset, DatasetVersion, Study, User
from phusong.api.database.types import today
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings
from phusong.api.studies.assembling import assembled
from phusong.api.studies.own_profiles import profile_of
from phusong.api.studies.running import _prepare
from phusong.data.profiles import profile_names, raw_profile, read_profile
from phusong.data.profiles.own import Told, own_profile_text, read_own_profile
from phusong.data.profiles.thresholds import DECIDING, thresholds_of, value_at
from phusong.data.study_file import read_study_file
from phusong.words import number

As = Callable[..., TestClient]
HTML = {"accept": "text/html"}


@pytest.fixture
def settings(sqlite_settings: ServiceSettings) -> ServiceSettings:
    """Return a service on SQLite."""
    return sqlite_settings


def test_every_number_of_a_profile_can_be_changed_and_read_back() -> None:
    """Each has a key, lies in its range, and what differs from the shipped set is told; ours stay as they are."""
    for name in profile_names():
        raw = raw_profile(name)
        other = {
            one.key: one.allowed.low if value_at(raw, one.key) != one.allowed.low else one.allowed.high
            for one in thresholds_of(raw)
            if not one.key.startswith(("technology", "uncertainty"))
        }
        text = own_profile_text(raw, base=name, name="cua-tinh", title="T", source="S", values=other, told={})
        own = read_own_profile(text, "t")
        assert own.base == name
        assert {one.key for one, _ in own.differences()} == set(other)
        assert {key: value_at(own.raw, key) for key in other} == other
        assert read_profile(name).gap.link_m == raw["gap"]["link_m"]


def test_a_profile_is_verified_once_all_that_decides_was_checked() -> None:
    """One number without its tick leaves the whole unverified; a margin keeps the source it was given."""
    raw = raw_profile("vn-default")
    ticks = {
        one.key: Told(source="CV 1", by="Lan", on=today()) for one in thresholds_of(raw) if one.group in DECIDING
    }  # fmt: skip
    said = {**ticks, "margin.building.indoor_db": Told(source="đo năm 2026")}
    whole = {"base": "vn-default", "name": "x", "title": "T", "source": "S", "values": {}}
    own = read_own_profile(own_profile_text(raw, told=said, **whole), "t")  # type: ignore[arg-type]
    assert own.profile.verified and own.told(SERVED) == Told(source="CV 1", by="Lan", on=today())
    assert next(one.source.vi for one in own.profile.margins if one.key == "building") == "đo năm 2026"
    less = {key: value for key, value in said.items() if key != SERVED}
    assert not read_own_profile(own_profile_text(raw, told=less, **whole), "t").profile.verified  # type: ignore[arg-type]


def test_a_department_makes_its_own_profile_and_its_next_version(as_: As, service: Service) -> None:
    """Who ticked stays with an unchanged number; the first version, its numbers and the trail stay."""
    province(service)
    first, second = (as_(Role.PLANNER, province_code=SAMPLE, username=name) for name in ("lan.a", "minh.b"))
    with service.database.write() as db:
        db.query(User).filter(User.username == "lan.a").update({"full_name": "Nguyễn Lan"})
        db.query(User).filter(User.username == "minh.b").update({"full_name": "Trần Minh"})
    ticked = {f"verified.{SERVED}": "yes", "verified.gap.link_m": "yes"}
    address = keep_profile(first, **ticked, **{f"value.{SERVED}": "−105,5", f"source.{SERVED}": "Công văn 1603"})
    keep_profile(second, address, **ticked, **{f"value.{SERVED}": "-105,5", f"source.{SERVED}": "Công văn 1603"},
         **{"value.gap.link_m": "300", "note": "theo họp ngày 3"})  # fmt: skip
    shown = second.get(address, headers=HTML).text
    assert all(text in shown for text in (f"{number(-105.5, decimals=1)} dBm", f"{number(-110)} dBm", "họp ngày 3"))
    assert "Công văn 1603" in shown and "chưa đối chiếu hết" in shown
    assert "✓ Nguyễn Lan" in shown and "✓ Trần Minh" in shown  # the link length was changed by the second
    before = second.get(f"{address}?version=1", headers=HTML).text
    assert "Đây là bản cũ" in before and "✓ Trần Minh" not in before
    with service.database.read() as db:
        actions = [one.action for one in db.query(AuditEntry).order_by(AuditEntry.number)]
        versions = db.query(DatasetVersion).order_by(DatasetVersion.version).all()
        texts = [service.blobs.path(one.files[0]["sha256"]).read_text(encoding="utf-8") for one in versions]
    assert actions == ["dataset.add", "dataset.version", "dataset.version"]
    assert [tomllib.loads(text)["gap"]["link_m"] for text in texts] == [400.0, 300.0]
    assert address in second.get("/profiles", headers=HTML).text
    assert "value.gap.link_m" in second.get(f"{address}/edit", headers=HTML).text


def test_all_mistakes_of_the_form_are_told_at_once(as_: As, service: Service) -> None:
    """Each stands beside its field, in the officer's words; nothing is kept."""
    province(service)
    planner = as_(Role.PLANNER, province_code=SAMPLE)
    wrong = {
        "title": "", "value.gap.link_m": "xa", "value.gap.buffer_m": "-5", "value.village.min_unserved_percent": "",
        "value.technology.4G.weak_dbm": "-100", "value.uncertainty.draws": "100,5",
    }  # fmt: skip
    answer = planner.post("/profiles", data=filled(**wrong), headers=SCRIPT)
    told = {one["name"]: one["text"] for one in answer.json()["problems"]}
    assert answer.status_code == 422 and set(told) == set(wrong)
    assert "“xa” không phải một con số" in told["value.gap.link_m"]
    assert "từ 0 đến 20000 m" in told["value.gap.buffer_m"]
    plain = planner.post("/profiles", data=filled(**wrong), headers=HTML).text
    assert "Vành quanh hộ ngoài cùng" in plain and "value." not in plain
    with service.database.read() as db:
        assert db.query(Dataset).count() == 0


def test_who_may_make_and_see_thresholds(as_: As, service: Service) -> None:
    """Planners of the province make them, its officers read them; another province finds nothing."""
    province(service)
    planner = as_(Role.PLANNER, province_code=SAMPLE)
    address = keep_profile(planner)
    leader, other = as_(Role.LEADER, province_code=SAMPLE), as_(Role.PLANNER, province_code="04")
    assert leader.get(address, headers=HTML).status_code == 200
    assert leader.get(f"{address}/edit", headers=HTML).status_code == 403
    assert leader.post("/profiles", data=filled(), headers=SCRIPT).status_code == 403
    for method, path in (("GET", address), ("GET", f"{address}/edit"), ("POST", address)):
        assert other.request(method, path, data=filled(), headers=SCRIPT).status_code == 404
    assert other.post("/profiles", data=filled(), headers=SCRIPT).status_code == 404
    assert "Bộ ngưỡng của tỉnh" not in other.get("/profiles", headers=HTML).text
    assert planner.get("/profiles/new?from=khong-co", headers=HTML).status_code == 404
    assert planner.get(f"{address}?version=7", headers=HTML).status_code == 404
    theirs = {"province_code": SAMPLE, "kind": "profile", "operator": "viettel", "name": "x"}
    assert planner.post("/api/datasets", json=theirs).status_code == 409


def test_a_study_reads_the_version_that_was_chosen(
    as_: As, service: Service, small_province: Path, tmp_path: Path
) -> None:
    """It is chosen like a shipped one and stays when the profile goes on; what is none is refused."""
    province(service)
    planner = as_(grants=[Grant(role=Role.PLANNER, province_code=SAMPLE)])
    address = keep_profile(planner, **{f"value.{SERVED}": "-105"})
    with service.database.read() as db:
        version = db.query(DatasetVersion).one().id
    lists = (("ho_dan.csv", "households"), ("tram_viettel.xlsx", "stations"))
    data = [dataset(planner, service, [small_province / name], kind)["id"] for name, kind in lists]
    tiles = sorted((small_province / "terrain").glob("*.tif"))
    data.append(dataset(planner, service, tiles, "terrain", ground="dsm")["id"])
    assert f'value="{version}"' in planner.get(f"/studies/new?province={SAMPLE}", headers=HTML).text
    given = {"province_code": SAMPLE, "name": "n", "versions": data}
    assert planner.post("/api/studies", json={**given, "profile": data[0]}).status_code == 422
    assert planner.post("/api/studies", json={**given, "profile": "bịa"}).status_code == 422
    asked = planner.post("/api/studies", json={**given, "profile": version}).json()
    keep_profile(planner, address, **{f"value.{SERVED}": "-100"})
    with service.database.read() as db:
        from phusong.api.database.models import Job

        file = assembled(tmp_path / "study", _prepare(db, service, db.get_one(Job, asked["job_id"])))
        study = db.get_one(Study, asked["study"]["id"])
        assert profile_of(db, service, study).rules["4G"].served_dbm == -105.0
    read = read_study_file(file)
    assert read_profile(read.profile, folder=file.parent).rules["4G"].served_dbm == -105.0
    shown = planner.get(f"/studies/{asked['study']['id']}", headers=HTML).text
    assert "Bộ ngưỡng của tỉnh, bản 1" in shown and f"{address}?version=1" in shown


@pytest.mark.chromium
def test_from_a_law_to_a_study(chromium: Any, settings: ServiceSettings) -> None:
    """A planner takes a shipped set, mistypes, puts it right, ticks it, and runs a study with it."""
    with walking(chromium, settings) as begin:
        at = begin([Grant(role=Role.PLANNER, province_code=SAMPLE)])
        province(at.service)
        usable_data(at.service)
        at.go("/profiles")
        at.page.get_by_role("link", name="Làm bộ của đơn vị từ bộ này").first.click()
        at.page.fill("#f-title", "Ngưỡng theo công văn")
        at.page.fill("#f-source", "Công văn 12/STTTT ngày 01/11/2026")
        at.page.fill(f'[name="value.{SERVED}"]', "mười")
        at.press("Lưu bộ ngưỡng")
        at.page.locator("td .wrong", has_text="không phải một con số").wait_for()
        at.page.fill(f'[name="value.{SERVED}"]', "-105")
        at.page.check(f'[name="verified.{SERVED}"]')
        at.press("Lưu bộ ngưỡng")
        at.page.wait_for_url(re.compile(r"/profiles/\w{16}$"))
        assert "−105" in at.page.locator("table").first.inner_text().replace("-", "−")
        at.page.get_by_role("link", name="Nghiên cứu mới").click()
        at.page.get_by_label(re.compile("Ngưỡng theo công văn")).check()
        at.page.fill("#f-name", "Rà soát theo công văn")
        at.press("Chạy nghiên cứu")
        at.page.wait_for_url(re.compile(r"/studies/\w{16}$"))
        assert at.page.get_by_role("link", name="Ngưỡng theo công văn, bản 1").count() == 1
        assert [one for one in at.complaints if "422" not in one] == []


def usable_data(service: Service) -> None:
    """Put the versions a study cannot do without into the database, as if they had been checked."""
    with service.database.write() as db:
        by = db.query(User).first()
        assert by is not None
        for kind in ("stations", "terrain", "households"):
            made = Dataset(province_code=SAMPLE, kind=kind, operator="", name=kind, created_by=by.id)
            db.add(made)
            db.flush()
            details = {"rows": 1, "ground": "dsm"}
            db.add(DatasetVersion(
                dataset_id=made.id, version=1, files=[], size=0, details=details, usable=True, created_by=by.id
            ))  # fmt: skip


def test_a_profile_that_was_written_elsewhere_is_read_before_it_is_used(
    as_: As, service: Service, tmp_path: Path
) -> None:
    """A file that bears a name of ours, or lacks what it should say, is refused; a good one is shown."""
    province(service)
    planner = as_(Role.PLANNER, province_code=SAMPLE)
    ours = (Path(read_profile.__code__.co_filename).parent / "vn-min.toml").read_text(encoding="utf-8")
    texts = {"a": ours, "b": "name = 'x'\ntold = 3", "c": ours.replace('"vn-min"', '"cua-so"')}
    states = {}
    for name, text in texts.items():
        path = tmp_path / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        told = dataset(planner, service, [path], "profile")
        states[name] = told["state"]
    assert states == {"a": "refused", "b": "refused", "c": "usable"}
    assert "đối chiếu" in planner.get(f"/profiles/{told['dataset_id']}", headers=HTML).text
