"""Datasets: who may add and see them, what a check says, folders of the machine, withdrawal."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from api_.made_studies import SAMPLE, arrived, dataset, province, run
from fastapi.testclient import TestClient

from phusong.api.access.roles import Role
from phusong.api.database.models import AuditEntry, DatasetVersion
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings
from phusong.api.studies.folders import safe_name

As = Callable[..., TestClient]

VILLAGES = "Mã thôn,Tên thôn,Mã xã,Tên xã,Số hộ\n0001,Nà Đon,01279,Xã Bảo Lâm,54\n0002,Lũng Hoài,01279,Xã Bảo Lâm,31\n"


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """Return a list of villages."""
    path = tmp_path / "Danh sách thôn.csv"
    path.write_text(VILLAGES, encoding="utf-8")
    return path


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> ServiceSettings:
    """Return settings that let one folder be registered."""
    (tmp_path / "kho").mkdir()
    return ServiceSettings(home=tmp_path / "home", database_url=database_url, data_folders=(tmp_path / "kho",))


def test_a_list_becomes_a_version_that_a_study_may_read(as_: As, service: Service, listed: Path) -> None:
    """The check counts rows and tells what it met; the file comes back as it was, under a safe name."""
    officer = as_(Role.PROVINCE, province_code="04")
    told = dataset(officer, service, [listed], "villages", province_code="04")
    assert (told["state"], told["version"], told["details"]["rows"]) == ("usable", 1, 2)
    assert [one["name"] for one in told["files"]] == ["danh-sach-thon.csv"]
    address = f"/api/datasets/{told['dataset_id']}/versions/{told['id']}/files/danh-sach-thon.csv"
    assert officer.get(address).text == VILLAGES
    assert officer.get(address, headers={"range": "bytes=0-2"}).status_code == 206
    with service.database.read() as db:
        actions = [one.action for one in db.query(AuditEntry).order_by(AuditEntry.number)]
    assert actions == ["dataset.add", "dataset.version", "job.ask", "dataset.checked"]


def test_a_file_that_cannot_be_read_makes_no_usable_version(as_: As, service: Service, tmp_path: Path) -> None:
    """What is wrong is told; a study cannot take the version."""
    bad = tmp_path / "thon.csv"
    bad.write_text("", encoding="utf-8")
    officer = as_(Role.PLANNER, province_code="04")
    told = dataset(officer, service, [bad], "villages", province_code="04")
    assert told["state"] == "refused"
    assert told["details"]["notes"][0]["vi"]
    assert str(service.settings.home) not in str(told)
    given = {"province_code": "04", "name": "x", "versions": [told["id"]]}
    assert officer.post("/api/studies", json=given).status_code == 409


def test_no_dataset_of_another_province_or_operator_is_told(as_: As, service: Service, listed: Path) -> None:
    """Lists, counts, things and files stop at the border of the grant."""
    ours = as_(Role.PROVINCE, province_code="04")
    told = dataset(ours, service, [listed], "villages", province_code="04")
    address = f"/api/datasets/{told['dataset_id']}"
    for other in (as_(Role.PROVINCE, province_code="08"), as_(Role.OPERATOR, operator="viettel")):
        assert other.get("/api/datasets").json() == {"items": [], "total": 0, "next_offset": None}
        for path in (address, f"{address}/versions/{told['id']}", f"{address}/versions/{told['id']}/files/x"):
            assert other.get(path).status_code == 404
        assert other.post(f"{address}/versions", json={"upload_ids": ["0" * 16]}).status_code == 404
    elsewhere = {"province_code": "08", "kind": "villages", "name": "x"}
    assert ours.post("/api/datasets", json=elsewhere).status_code == 404
    assert ours.post("/api/datasets", json={**elsewhere, "province_code": "ZZ"}).status_code == 422
    assert as_(Role.COMMUNE, province_code="04", commune_code="01279").get("/api/datasets").status_code == 403


def test_an_operator_adds_its_own_list_and_sees_no_other(as_: As, service: Service, small_province: Path) -> None:
    """Viettel's list is Viettel's and the officers': not VinaPhone's."""
    province(service)
    viettel, vinaphone = (as_(Role.OPERATOR, operator=one) for one in ("viettel", "vinaphone"))
    told = dataset(viettel, service, [small_province / "tram_viettel.xlsx"], "stations", operator="viettel")
    assert told["state"] == "usable" and told["details"]["operators"] == ["viettel"]
    assert vinaphone.get("/api/datasets").json()["total"] == 0
    assert as_(Role.PROVINCE, province_code=SAMPLE).get("/api/datasets").json()["total"] == 1
    theirs = {"province_code": SAMPLE, "kind": "stations", "operator": "viettel", "name": "x"}
    assert vinaphone.post("/api/datasets", json=theirs).status_code == 404
    name = told["files"][0]["name"]
    file = f"/api/datasets/{told['dataset_id']}/versions/{told['id']}/files/{name}"
    assert viettel.get(file).status_code == 200
    assert vinaphone.get(file).status_code == 404


def test_houses_are_given_only_to_whom_they_are_for(as_: As, service: Service, small_province: Path) -> None:
    """A province officer sees that there is a list, how many rows it has, and neither the file nor a cell of it."""
    province(service)
    officer, planner = as_(Role.PROVINCE, province_code=SAMPLE), as_(Role.PLANNER, province_code=SAMPLE)
    told = dataset(officer, service, [small_province / "ho_dan.csv"], "households")
    assert told["details"]["rows"] > 0
    assert all(set(one) == {"level", "code", "count"} for one in told["details"]["notes"])
    file = f"/api/datasets/{told['dataset_id']}/versions/{told['id']}/files/{told['files'][0]['name']}"
    assert officer.get(file).status_code == 404
    assert planner.get(file).status_code == 200


def test_a_version_is_made_of_whole_uploads_of_its_own(as_: As, service: Service, listed: Path) -> None:
    """Uploads of another province, of another kind of file, or not whole are refused."""
    officer = as_(Role.PLANNER)
    made = officer.post("/api/datasets", json={"province_code": "04", "kind": "communes", "name": "Ranh giới"}).json()
    address = f"/api/datasets/{made['id']}/versions"
    foreign = arrived(service, listed, province_code="08")
    assert officer.post(address, json={"upload_ids": [foreign]}).status_code == 404
    wrong = arrived(service, listed, province_code="04")
    assert officer.post(address, json={"upload_ids": [wrong]}).status_code == 409
    assert officer.post(address, json={"upload_ids": ["0" * 16]}).status_code == 404
    assert officer.post("/api/datasets", json={"province_code": "04", "kind": "x", "name": "x"}).status_code == 422


def test_a_withdrawn_version_stays_and_is_read_by_no_new_study(as_: As, service: Service, listed: Path) -> None:
    """It keeps its place in the list; withdrawing it twice is a conflict."""
    officer = as_(Role.PLANNER, province_code="04")
    told = dataset(officer, service, [listed], "villages", province_code="04")
    address = f"/api/datasets/{told['dataset_id']}/versions/{told['id']}"
    assert officer.post(f"{address}/withdraw", json={"reason": "sai xã"}).json()["state"] == "withdrawn"
    assert officer.post(f"{address}/withdraw", json={"reason": "sai xã"}).status_code == 409
    given = {"province_code": "04", "name": "x", "versions": [told["id"]]}
    assert officer.post("/api/studies", json=given).status_code == 409


@pytest.fixture
def store(settings: ServiceSettings, listed: Path) -> Iterator[Path]:
    """Return the folder that may be registered, with a list in it."""
    shutil.copyfile(listed, settings.data_folders[0] / "thon.csv")
    yield settings.data_folders[0]


@pytest.mark.parametrize("path", ["../thon.csv", "/etc/passwd", "no.csv", "a\x00b", "loi-ra/Danh sách thôn.csv"])
def test_only_what_lies_in_an_allowed_folder_is_registered(as_: As, store: Path, path: str) -> None:
    """A path that leads out of the folder, also over a link, is not there."""
    (store.parent / "thon.csv").write_text("x", encoding="utf-8")
    if os.name != "nt":
        (store / "loi-ra").symlink_to(store.parent)
    admin = as_(Role.ADMIN)
    made = admin.post(
        "/api/registered-datasets", json={"province_code": "04", "kind": "villages", "name": "x"}
    ).json()  # fmt: skip
    address = f"/api/datasets/{made['id']}/registered"
    assert admin.post(address, json={"folder": 0, "path": path}).status_code == 404
    assert admin.post(address, json={"folder": 7, "path": "thon.csv"}).status_code == 404


def test_a_registered_file_that_changed_is_not_read(as_: As, service: Service, store: Path) -> None:
    """Its digest is kept when it is registered; the administrator registers, others do not."""
    admin, planner = as_(Role.ADMIN), as_(Role.PLANNER, province_code="04")
    given = {"province_code": "04", "kind": "villages", "name": "Thôn"}
    assert planner.post("/api/registered-datasets", json=given).status_code == 403
    assert planner.get("/api/data-folders").status_code == 403
    assert admin.get("/api/data-folders").json() == [{"folder": 0, "names": ["thon.csv"]}]
    made = admin.post("/api/registered-datasets", json=given).json()
    asked = admin.post(f"/api/datasets/{made['id']}/registered", json={"folder": 0, "path": "thon.csv"}).json()
    run(service, asked["job_id"])
    told = planner.get(f"/api/datasets/{made['id']}").json()["versions"][0]
    assert told["state"] == "usable" and told["registered"]
    assert str(store) not in str(told)
    from phusong.api.studies.checking import placed, source_of
    from phusong.api.studies.kinds_of_data import KINDS_OF_DATA
    from phusong.errors import StudyError

    with service.database.read() as db:
        source = source_of(service, db.get_one(DatasetVersion, told["id"]))
    kind = KINDS_OF_DATA["villages"]
    assert placed(kind, source, store) == store / "thon.csv"
    (store / "thon.csv").write_text(VILLAGES + "0003,Khuổi Vin,01279,Xã Bảo Lâm,12\n", encoding="utf-8")
    with pytest.raises(StudyError):
        placed(kind, source, store)


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("Danh sách trạm (Quý 4).XLSX", "danh-sach-tram-quy-4.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\hộ dân.csv", "ho-dan.csv"),
        ("=cmd|' /C calc'!A0.csv", "c-calc-a0.csv"),
        ("....", "tep"),
        ("a\r\nSet-Cookie: x.csv", "a-set-cookie-x.csv"),
    ],
)
def test_names_of_files_are_made_safe(given: str, safe: str) -> None:
    """No path, no control character, nothing a spreadsheet or a header would take for something else."""
    assert safe_name(given) == safe


def test_only_masts_and_terrain_near_the_province_are_added(as_: As, service: Service) -> None:
    """Of each neighbour's dataset the newest usable version within 40 km; terrain only if it can be joined."""
    from phusong.api.database.models import Dataset, User
    from phusong.api.studies.asking import neighbours_of

    as_(Role.PLANNER)
    own_ground = {"bounds": [105.0, 22.0, 106.0, 23.0], "ground": "dsm", "cell_deg": [0.0003, 0.0003]}
    near, far = [106.3, 22.0, 107.0, 23.0], [106.6, 22.0, 107.0, 23.0]
    given = [
        ("04", "communes", {"bounds": [105.0, 22.0, 106.0, 23.0]}, True),
        ("04", "terrain", own_ground, True),
        ("08", "stations", {"bounds": near}, True),
        ("08", "households", {"bounds": near}, True),
        ("11", "stations", {"bounds": far}, True),
        ("12", "stations", {"bounds": near}, False),
        ("08", "terrain", {**own_ground, "bounds": near}, True),
        ("14", "terrain", {**own_ground, "bounds": near, "ground": "dtm"}, True),
    ]
    with service.database.write() as db:
        user = db.query(User).first()
        assert user is not None
        made = []
        for code, kind, details, usable in given:
            one = Dataset(province_code=code, kind=kind, name=kind, created_by=user.id)
            db.add(one)
            db.flush()
            told = DatasetVersion(
                dataset_id=one.id, version=1, files=[], size=0, details=details, usable=usable, created_by=user.id
            )
            db.add(told)
            made.append(told)
        db.flush()
        found = neighbours_of(db, "04", [one for one in made if one.dataset.province_code == "04"], 40.0)
        assert sorted((one.dataset.province_code, one.dataset.kind) for one in found) == [
            ("08", "stations"),
            ("08", "terrain"),
        ]
