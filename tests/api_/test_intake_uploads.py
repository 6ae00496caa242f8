"""A file on its way: in parts, kept before it is acknowledged, checked, corrected, never lost and never mixed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from api_.inline import run_now
from api_.made_intake import GAP, accepted, as_csv, as_xlsx, begin, check, gaps, open_round, send
from fastapi.testclient import TestClient
from sqlalchemy import select

from phusong.api.access.roles import Role
from phusong.api.database.models import AuditEntry, Blob, Job, Upload
from phusong.api.intake import receiving
from phusong.api.intake.jobs import JOB_KINDS
from phusong.api.service import Service

As = Callable[..., TestClient]


@pytest.fixture
def officer(as_: As) -> TestClient:
    """Return an officer of province 08."""
    return as_(Role.PROVINCE, province_code="08")


def test_a_file_sent_in_parts_is_kept_byte_for_byte(officer: TestClient, service: Service) -> None:
    """What comes back is what was sent; its parts are gone, its digest is recorded, its check is asked for."""
    content = as_csv(gaps())
    round_id = open_round(officer)
    told = send(officer, content, part=100, round_id=round_id)
    assert (told["state"], told["received"]) == ("stored", len(content))
    assert told["sha256"] == hashlib.sha256(content).hexdigest()
    answer = officer.get(f"/api/uploads/{told['id']}/original")
    assert answer.content == content
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not service.folder("incoming", told["id"]).exists()
    with service.database.read() as db:
        job = db.get_one(Job, told["job_id"])
        actions = db.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == told["id"])).all()
    assert (job.kind, job.subject_id, job.state) == ("check_upload", told["id"], "queued")
    assert list(actions) == ["upload.begin", "upload.store"]


def test_a_part_at_another_place_is_refused_and_says_where_to_go_on(officer: TestClient) -> None:
    """Neither a gap nor a repeated part changes what has arrived."""
    told = begin(officer, 10, round_id=open_round(officer))
    url = f"/api/uploads/{told['id']}"
    assert officer.patch(f"{url}?offset=0", content=b"12345").json()["received"] == 5
    for offset in (0, 4, 6, 10):
        answer = officer.patch(f"{url}?offset={offset}", content=b"xxxx")
        assert answer.status_code == 409 and "5" in answer.json()["detail"]
    assert officer.get(url).json()["received"] == 5
    assert officer.patch(f"{url}?offset=5", content=b"67890").json()["state"] == "stored"
    assert officer.get(f"{url}/original").content == b"1234567890"


def test_a_damaged_part_and_a_damaged_file_are_refused(officer: TestClient, service: Service) -> None:
    """A digest that does not fit leaves nothing of the part; that of the whole file ends the upload."""
    round_id = open_round(officer)
    told = begin(officer, 4, round_id=round_id, sha256="0" * 64)
    url = f"/api/uploads/{told['id']}"
    assert officer.patch(f"{url}?offset=0&sha256={'1' * 64}", content=b"abcd").status_code == 409
    assert officer.get(url).json()["received"] == 0
    assert not any(service.folder("incoming", told["id"]).iterdir())
    assert officer.patch(f"{url}?offset=0", content=b"abcd").status_code == 409
    assert officer.get(url).json()["state"] == "failed"
    assert not service.folder("incoming", told["id"]).exists()
    assert not service.blobs.path(hashlib.sha256(b"abcd").hexdigest()).exists()


def test_the_same_bytes_sent_twice_are_kept_once(officer: TestClient, service: Service) -> None:
    """Two uploads, one blob."""
    round_id = open_round(officer)
    one, other = (send(officer, b"a;b\n1;2\n", round_id=round_id) for _ in range(2))
    assert one["sha256"] == other["sha256"] and one["id"] != other["id"]
    with service.database.read() as db:
        assert len(db.scalars(select(Blob)).all()) == 1


@pytest.mark.parametrize("moment", ["part_named", "joined", "kept"])
def test_what_dies_between_file_and_row_is_taken_up_again(
    officer: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Wherever it ends between disk and database nothing is acknowledged; the part sent again completes it."""
    content, round_id = as_csv(gaps()), open_round(officer)
    told = begin(officer, len(content), round_id=round_id)
    url = f"/api/uploads/{told['id']}"

    class DiedError(Exception):
        pass

    def die(*_: object, **__: object) -> None:
        raise DiedError

    place = {"part_named": (receiving, "sync_folder"), "joined": (receiving, "digest_on_disk"), "kept": None}[moment]
    with monkeypatch.context() as patch:
        if place is None:
            patch.setattr(type(service.blobs), "record", die)
        else:
            patch.setattr(*place, die)
        with pytest.raises(DiedError):
            officer.patch(f"{url}?offset=0", content=content)
    there = officer.get(url).json()
    assert there["state"] == "receiving"
    again = content if there["received"] == 0 else b""
    done = officer.patch(f"{url}?offset={there['received']}", content=again)
    assert done.json()["state"] == "stored"
    assert officer.get(f"{url}/original").content == content
    kept = [path for path in service.blobs.folder.rglob("*") if path.is_file()]
    with service.database.read() as db:
        assert {path.name for path in kept} == set(db.scalars(select(Blob.sha256)))
    assert not service.folder("incoming", told["id"]).exists()


def test_a_stopped_upload_leaves_nothing(officer: TestClient, service: Service) -> None:
    """Its parts are gone, no part is taken any more; one that has arrived cannot be stopped."""
    round_id = open_round(officer)
    told = begin(officer, 10, round_id=round_id)
    url = f"/api/uploads/{told['id']}"
    officer.patch(f"{url}?offset=0", content=b"12345")
    assert officer.delete(url).json()["state"] == "failed"
    assert not service.folder("incoming", told["id"]).exists()
    assert officer.patch(f"{url}?offset=5", content=b"67890").status_code == 409
    assert officer.delete(f"/api/uploads/{send(officer, b'x', round_id=round_id)['id']}").status_code == 409


def test_the_check_tells_every_problem_and_marks_the_senders_own_file(officer: TestClient, service: Service) -> None:
    """Report in both languages, annotated copy of the workbook, counts with the upload."""
    rows = gaps()
    rows[1]["Số hộ chưa có sóng"] = 900
    upload_id = send(officer, as_xlsx(rows), file_name="Danh sách.xlsx", round_id=open_round(officer))["id"]
    assert officer.get(f"/api/uploads/{upload_id}/report").status_code == 409
    check(service, upload_id)
    told = officer.get(f"/api/uploads/{upload_id}").json()
    assert told["state"] == "checked" and told["errors"] == 1 and told["good_rows"] == 3 and told["has_annotated"]
    assert not told["acceptable"]
    report = officer.get(f"/api/uploads/{upload_id}/report").json()
    english = officer.get(f"/api/uploads/{upload_id}/report?lang=en").json()
    error = next(one for one in report["problems"] if one["level"] == "error")
    same = next(one for one in english["problems"] if one["id"] == error["id"])
    assert error["row"] == 3 and error["text"] != same["text"] and "text_en" not in error
    assert report["file"] == "Danh sách.xlsx"
    answer = officer.get(f"/api/uploads/{upload_id}/annotated")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    comments = [cell.coordinate for row in book.worksheets[0] for cell in row if cell.comment]
    assert any(place.endswith("3") for place in comments)
    assert len(book.worksheets) == 2


def test_warnings_are_acknowledged_before_a_list_is_taken(officer: TestClient, service: Service) -> None:
    """By id and by rule; an id of nothing is refused; a corrected list keeps what was acknowledged before."""
    round_id = open_round(officer)
    upload_id = send(officer, as_csv(gaps()), round_id=round_id)["id"]
    check(service, upload_id)
    told = officer.get(f"/api/uploads/{upload_id}").json()
    assert told["errors"] == 0 and told["open_warnings"] == told["warnings"] > 0
    assert officer.post(f"/api/uploads/{upload_id}/accept", json={}).status_code == 409
    assert officer.post(f"/api/uploads/{upload_id}/acknowledge", json={"ids": ["0" * 16]}).status_code == 422
    codes = list(officer.get(f"/api/uploads/{upload_id}/report").json()["codes"])
    told = officer.post(f"/api/uploads/{upload_id}/acknowledge", json={"codes": codes}).json()
    assert told["open_warnings"] == 0 and told["acceptable"]
    better = send(officer, as_csv(gaps("Bản Nà Lạ", "Khuổi Nà")), round_id=round_id, replaces_id=upload_id)["id"]
    check(service, better)
    corrected = officer.get(f"/api/uploads/{better}").json()
    assert corrected["replaces_id"] == upload_id
    assert corrected["open_warnings"] == 0 and corrected["warnings"] > 0


def test_a_file_that_cannot_be_read_is_kept_and_says_why(officer: TestClient, service: Service) -> None:
    """The upload has failed with its reason; the bytes are still there."""
    upload_id = send(officer, b"PK\x03\x04 nothing", file_name="a.xlsx", round_id=open_round(officer))["id"]
    check(service, upload_id)
    told = officer.get(f"/api/uploads/{upload_id}").json()
    assert told["state"] == "failed" and told["error"]
    assert officer.get(f"/api/uploads/{upload_id}/original").content == b"PK\x03\x04 nothing"
    assert officer.get(f"/api/uploads/{upload_id}/report").status_code == 409


def test_a_check_recorded_twice_is_recorded_once(officer: TestClient, service: Service) -> None:
    """A worker that died between files and row does it again: one result, files found in the store."""
    upload_id = send(officer, as_csv(gaps()), round_id=open_round(officer))["id"]
    check(service, upload_id)
    before = officer.get(f"/api/uploads/{upload_id}").json()
    with service.database.write() as db:
        upload = db.get_one(Upload, upload_id)
        upload.state, upload.rows_sha256, upload.annotated_sha256 = "stored", None, None
        job = db.scalars(select(Job).where(Job.subject_id == upload_id)).one()
    run_now(service, JOB_KINDS[0], job.id)
    run_now(service, JOB_KINDS[0], job.id)
    after = officer.get(f"/api/uploads/{upload_id}").json()
    assert {**after, "checked_at": ""} == {**before, "checked_at": ""}


def test_what_may_be_sent_is_checked_before_a_byte_comes(officer: TestClient, settings: object) -> None:
    """No round, a round of nobody, a wrong kind of file, an empty file, a file too large."""
    round_id = open_round(officer)
    asked = {"province_code": "08", "purpose": "gaps", "kind": "gaps", "file_name": "a.csv", "size": 5}
    for change, status in (
        ({"round_id": None}, 422),
        ({"round_id": "0" * 16}, 404),
        ({"round_id": round_id, "file_name": "a.exe"}, 422),
        ({"round_id": round_id, "kind": "stations"}, 422),
        ({"round_id": round_id, "size": 0}, 422),
        ({"round_id": round_id, "size": 10_000_000_000}, 413),
        ({"round_id": round_id, "size": -1}, 422),
        ({"round_id": round_id, "more": 1}, 422),
        ({"round_id": round_id, "replaces_id": "0" * 16}, 404),
        ({"round_id": round_id, "province_code": "01"}, 404),
        ({"round_id": round_id, "province_code": "99"}, 404),
    ):
        answer = officer.post("/api/uploads", json=asked | change)
        assert answer.status_code == status, (change, answer.text)


def test_another_province_finds_nothing(officer: TestClient, as_: As, service: Service) -> None:
    """Neither the upload, its parts, report and bytes nor a count of it."""
    upload_id, _ = accepted(officer, service, as_csv(gaps()), round_id=open_round(officer))
    other = as_(Role.PROVINCE, province_code="01")
    for path in ("", "/report", "/original", "/annotated"):
        assert other.get(f"/api/uploads/{upload_id}{path}").status_code == 404
    assert other.patch(f"/api/uploads/{upload_id}?offset=0", content=b"x").status_code == 404
    assert other.delete(f"/api/uploads/{upload_id}").status_code == 404
    assert other.post(f"/api/uploads/{upload_id}/acknowledge", json={}).status_code == 404
    assert other.post(f"/api/uploads/{upload_id}/accept", json={}).status_code == 404
    assert other.get("/api/uploads").json() == {"items": [], "total": 0, "next_offset": None}
    assert officer.get("/api/uploads").json()["total"] == 1


def test_household_points_are_seen_by_who_sent_them_and_who_needs_them(
    officer: TestClient, as_: As, service: Service
) -> None:
    """A colleague of the same province gets neither file nor report; a planner does."""
    content = b"household_id;lon;lat\nH1;105.3;22.6\n"
    upload_id = send(officer, content, purpose="dataset", kind="households", file_name="ho.csv")["id"]
    check(service, upload_id)
    colleague, planner = as_(Role.PROVINCE, province_code="08"), as_(Role.PLANNER)
    assert officer.get(f"/api/uploads/{upload_id}/original").status_code == 200
    assert colleague.get(f"/api/uploads/{upload_id}/original").status_code == 404
    assert colleague.get(f"/api/uploads/{upload_id}/report").status_code == 404
    assert planner.get(f"/api/uploads/{upload_id}/original").status_code == 200


def test_an_operator_sees_its_own_files_only(as_: As, service: Service) -> None:
    """A list of stations is its operator's: another one finds nothing, and may not send in its name."""
    viettel = as_(Role.OPERATOR, operator="viettel")
    content = b"site_id;operator;tech;lon;lat\nT1;Viettel;4G;105.3;22.6\n"
    more = {"purpose": "dataset", "kind": "stations", "file_name": "t.csv"}
    upload_id = send(viettel, content, operator="viettel", **more)["id"]
    check(service, upload_id)
    assert viettel.get(f"/api/uploads/{upload_id}").json()["state"] == "checked"
    other = as_(Role.OPERATOR, operator="mobifone")
    assert other.get(f"/api/uploads/{upload_id}").status_code == 404
    assert other.get("/api/uploads").json()["total"] == 0
    asked = {"province_code": "08", "operator": "viettel", "size": 5, **more}
    assert other.post("/api/uploads", json=asked).status_code == 404


def test_a_file_has_one_check(officer: TestClient, service: Service) -> None:
    """A layer and a list sent for a dataset are left to the dataset's check; a list sent on its own is read at once."""
    made = {"province_code": "08", "kind": "households", "name": "Hộ dân"}
    dataset_id = officer.post("/api/datasets", json=made).json()["id"]
    of_households = {"purpose": "dataset", "kind": "households", "file_name": "ho.csv"}
    content = b"household_id;lon;lat\nH1;105.3;22.6\n"
    layer = send(officer, b"II*\x00", purpose="dataset", kind="terrain", file_name="dem.tif")
    of_dataset = send(officer, content, dataset_id=dataset_id, **of_households)
    alone = send(officer, content, **of_households)
    assert [(one["state"], bool(one["job_id"])) for one in (layer, of_dataset, alone)] == [
        ("stored", False), ("stored", False), ("stored", True),
    ]  # fmt: skip
    asked = officer.post(f"/api/datasets/{dataset_id}/versions", json={"upload_ids": [of_dataset["id"]]})
    assert asked.status_code == 202, asked.text
    with service.database.read() as db:
        kinds = sorted(one.kind for one in db.query(Job))
    assert kinds == ["check_dataset", "check_upload"]


def test_parts_lie_under_an_id_of_ours(officer: TestClient, service: Service, tmp_path: Path) -> None:
    """Whatever a file is called, what is written is under home/incoming and home/blobs."""
    name = "../../../../etc/passwd\\..\\x:<script>.csv"
    told = begin(officer, len(as_csv([GAP])), round_id=open_round(officer), file_name=name)
    assert told["file_name"] == "x__script_.csv"
    officer.patch(f"/api/uploads/{told['id']}?offset=0", content=as_csv([GAP]))
    check(service, told["id"])
    home = service.settings.home
    outside = [path for path in tmp_path.rglob("*") if path.is_file() and home not in path.parents]
    assert all(path.name.startswith("phusong.sqlite") for path in outside)
