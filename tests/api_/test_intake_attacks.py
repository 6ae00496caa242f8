"""What strangers may send: refused before it is unpacked, kept as text, never run, never believed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from api_.made_intake import GAP, accepted, as_csv, as_xlsx, begin, check, gaps, open_round, send
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from phusong.api.access.roles import Role
from phusong.api.app import create_app
from phusong.api.intake.file_names import MOST_BYTES, plain_name
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

As = Callable[..., TestClient]
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def officer(as_: As) -> TestClient:
    """Return an officer of province 08."""
    return as_(Role.PROVINCE, province_code="08")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> ServiceSettings:
    """Return settings with small limits."""
    return ServiceSettings(home=tmp_path / "home", database_url=database_url, part_bytes=1_000, upload_bytes=100_000)


def failed_because(officer: TestClient, service: Service, content: bytes, name: str) -> str:
    """Send and check a file that must fail; return why."""
    told = send(officer, content, part=900, file_name=name, round_id=open_round(officer))
    check(service, told["id"])
    told = officer.get(f"/api/uploads/{told['id']}").json()
    assert told["state"] == "failed", told
    return str(told["error"])


def test_a_zip_bomb_is_refused_by_what_its_directory_promises(officer: TestClient, service: Service) -> None:
    """A few kilobytes that unpack to a gigabyte fail with a sentence; nothing was unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx(gaps()))) as good, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in good.namelist():
            content = good.read(name)
            bomb.writestr(name, content + b" " * 60_000_000 if "sheet1" in name else content)
    assert len(out.getvalue()) < 100_000
    assert failed_because(officer, service, out.getvalue(), "bom.xlsx")


def test_a_body_announced_as_ten_gigabytes_is_refused_before_it_comes(officer: TestClient, service: Service) -> None:
    """Neither a file nor a part of that length is begun; nothing lies on the disk."""
    round_id = open_round(officer)
    asked = {"province_code": "08", "purpose": "gaps", "kind": "gaps", "file_name": "a.csv", "round_id": round_id}
    assert officer.post("/api/uploads", json=asked | {"size": 10**10}).status_code == 413
    told = begin(officer, 5_000, round_id=round_id)

    def never() -> Iterator[bytes]:
        raise AssertionError("the body was asked for")
        yield b""

    answer = officer.patch(
        f"/api/uploads/{told['id']}?offset=0", content=never(), headers={"content-length": str(10**10)}
    )
    assert answer.status_code == 413
    assert not service.folder("incoming", told["id"]).exists()


def test_a_body_without_end_is_cut_off_at_the_limit_of_a_part(officer: TestClient, service: Service) -> None:
    """Streamed without a length, it ends when the limit is passed; nothing of it is kept."""
    told = begin(officer, 5_000, round_id=open_round(officer))

    def endless() -> Iterator[bytes]:
        for _ in range(1_000):
            yield b"x" * 500

    answer = officer.patch(f"/api/uploads/{told['id']}?offset=0", content=endless())
    assert answer.status_code == 413
    assert officer.get(f"/api/uploads/{told['id']}").json()["received"] == 0
    assert not any(service.folder("incoming", told["id"]).iterdir())


def test_more_than_was_announced_is_refused(officer: TestClient) -> None:
    """The announced length of a file holds for the sum of its parts."""
    told = begin(officer, 10, round_id=open_round(officer))
    url = f"/api/uploads/{told['id']}"
    assert officer.patch(f"{url}?offset=0", content=b"12345678").status_code == 200
    assert officer.patch(f"{url}?offset=8", content=b"9012").status_code == 413
    assert officer.patch(f"{url}?offset=8", content=b"90").json()["state"] == "stored"


def test_a_person_cannot_begin_uploads_without_end(officer: TestClient) -> None:
    """Files on their way are counted; one more is refused until another has arrived or is stopped."""
    round_id = open_round(officer)
    told = [begin(officer, 10, round_id=round_id) for _ in range(20)]
    asked = {"province_code": "08", "purpose": "gaps", "kind": "gaps", "file_name": "a.csv", "size": 5}
    assert officer.post("/api/uploads", json=asked | {"round_id": round_id}).status_code == 409
    officer.delete(f"/api/uploads/{told[0]['id']}")
    assert officer.post("/api/uploads", json=asked | {"round_id": round_id}).status_code == 201


@pytest.mark.parametrize("upload_id", ["..%2f..%2fetc%2fpasswd", "..", "0" * 15, "0" * 16 + "%00", "A" * 16])
def test_no_path_is_made_of_an_id(officer: TestClient, upload_id: str) -> None:
    """What is no id of ours is refused before anything is looked for."""
    for path in ("", "/original", "/report"):
        assert officer.get(f"/api/uploads/{upload_id}{path}").status_code in (404, 405, 422)


@given(st.text(max_size=400))
def test_a_file_name_is_a_name_and_nothing_else(given_name: str) -> None:
    """Whatever is sent: one part, no separator, no device, no control character, short enough for any disk."""
    name = plain_name(given_name)
    assert name not in ("", ".", "..") and not set(name) & set('/\\:*?"<>|\x00\n\r')
    assert len(name.encode()) <= MOST_BYTES + 1
    assert name == name.strip(" .") and plain_name(name) in (name, f"_{name}")
    assert name.split(".")[0].lower() not in ("con", "nul", "prn", "aux", "com1", "lpt1")


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\Danh sách lõm sóng.xlsx", "Danh sách lõm sóng.xlsx"),
        ("CON.csv", "_CON.csv"),
        ("a\r\nSet-Cookie: x.csv", "a__Set-Cookie_ x.csv"),
        ('";filename=evil.exe.csv', "__filename_evil.exe.csv"),
        ("..", "tep"),
        ("Quảng Ninh" * 40 + ".xlsx", ("Quảng Ninh" * 40).encode()[:175].decode("utf-8", "ignore") + ".xlsx"),
    ],
)
def test_names_of_files_keep_what_people_read(given_name: str, kept: str) -> None:
    """Accents and spaces stay; folders, devices and signs go."""
    assert plain_name(given_name) == kept


def test_formulas_stay_text_in_every_file_that_leaves(officer: TestClient, service: Service) -> None:
    """A village called =HYPERLINK(…) comes back as text: quoted in text tables, a string in workbooks."""
    evil = '=HYPERLINK("http://x","y")'
    round_id = open_round(officer)
    upload_id, _ = accepted(officer, service, as_xlsx(gaps(evil, "+1+1")), part=900, round_id=round_id,
                            file_name="a.xlsx")  # fmt: skip
    texts = officer.get(f"/api/rounds/{round_id}/rows.csv").content.decode("utf-8-sig")
    cells = [cell.strip('"').replace('""', '"') for line in texts.splitlines() for cell in line.split(";")]
    assert f"'{evil}" in cells and "'+1+1" in cells and evil not in cells
    for path in (f"rounds/{round_id}/rows.xlsx", f"uploads/{upload_id}/annotated"):
        book = openpyxl.load_workbook(io.BytesIO(officer.get(f"/api/{path}").content))
        found = [cell for row in book.worksheets[0] for cell in row if cell.value in (evil, "+1+1")]
        assert len(found) == 2 and all(cell.data_type == "s" for cell in found)


def test_a_script_in_a_village_name_is_a_name(officer: TestClient, service: Service) -> None:
    """It is kept as written, and leaves as JSON or as a file to be saved: no answer is a page a browser would run."""
    round_id = open_round(officer)
    upload_id, _ = accepted(officer, service, as_csv(gaps(SCRIPT)), part=900, round_id=round_id)
    answers = [
        officer.get(f"/api/rounds/{round_id}/rows"),
        officer.get(f"/api/uploads/{upload_id}/report"),
        officer.get(f"/api/uploads/{upload_id}/original"),
        officer.get(f"/api/rounds/{round_id}/rows.csv"),
        officer.get(f"/api/rounds/{round_id}/rows.xlsx"),
    ]
    assert answers[0].json()["items"][0]["village"] == SCRIPT
    for answer in answers:
        assert answer.status_code == 200 and "html" not in answer.headers["content-type"]
    for answer in answers[2:]:
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Kinh độ": 22.62924, "Vĩ độ": 105.34808}, "position"),  # swapped
        ({"Kinh độ": 2.3522, "Vĩ độ": 48.8566}, "position"),  # Paris
        ({"Kinh độ": 0, "Vĩ độ": 0}, "position"),
    ],
)
def test_positions_that_cannot_be_are_found(
    officer: TestClient, service: Service, change: dict[str, float], code: str
) -> None:
    """Swapped, of another country, or null: each is told, none passes in silence."""
    told = send(officer, as_csv([GAP | change]), part=900, round_id=open_round(officer))
    check(service, told["id"])
    report = officer.get(f"/api/uploads/{told['id']}/report").json()
    assert any(one["code"].startswith(code) for one in report["problems"])


def test_a_layer_in_another_system_is_not_taken_for_degrees(officer: TestClient, service: Service) -> None:
    """A .geojson whose numbers are metres is refused or told; its rows are not put somewhere else."""
    feature = {"Tên thôn": "Nà Đon", "Mã xã": "00985", "Tổng số hộ": 5, "Số hộ chưa có sóng": 5}
    layer = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": feature | {"Phân loại": "trắng sóng"},
                "geometry": {"type": "Point", "coordinates": [433_000.0, 2_503_000.0]},
            }
        ],
    }
    told = send(officer, json.dumps(layer).encode(), part=900, file_name="a.geojson", round_id=open_round(officer))
    check(service, told["id"])
    told = officer.get(f"/api/uploads/{told['id']}").json()
    assert told["state"] == "failed" or told["errors"] > 0


@pytest.mark.parametrize(("content", "name"), [(b"\x00" * 50, "a.xlsx"), (b"   \n", "a.csv"), (b"{}", "a.geojson")])
def test_a_file_of_nothing_says_so(officer: TestClient, service: Service, content: bytes, name: str) -> None:
    """No rows, no header, no workbook: failed with a sentence."""
    assert failed_because(officer, service, content, name)


def test_characters_no_database_holds_do_no_harm(officer: TestClient, service: Service) -> None:
    """A NUL in a cell, in a name, in what is asked: kept as the sign for it, or refused; never an error of ours."""
    round_id = open_round(officer)
    content = as_csv(gaps("Nà Đon", "Bản Bung")).replace("Nà Đon".encode(), b"N\x00 Don")
    told = send(officer, content, part=900, round_id=round_id, file_name="a\x00b.csv")
    check(service, told["id"])
    assert officer.get(f"/api/uploads/{told['id']}").json()["state"] in ("checked", "failed")
    assert officer.get(f"/api/uploads/{told['id']}/report").status_code in (200, 409)
    for path in ("uploads?state=%00", f"rounds/{round_id}/rows?q=%00", "rounds?state=%00"):
        assert officer.get(f"/api/{path}").status_code == 422
    assert officer.post("/api/rounds", json={"province_code": "08", "batch": "a\x00"}).status_code == 422


def test_nobody_sends_without_signing_in_or_without_the_token(officer: TestClient, settings: ServiceSettings) -> None:
    """No session is 401; a session without its CSRF token is refused before a byte is read."""
    told = begin(officer, 5, round_id=open_round(officer))
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as nobody:
        assert nobody.patch(f"/api/uploads/{told['id']}?offset=0", content=b"12345").status_code == 401
    answer = officer.patch(f"/api/uploads/{told['id']}?offset=0", content=b"12345", headers={"x-csrf-token": "x"})
    assert answer.status_code == 403
    assert officer.get(f"/api/uploads/{told['id']}").json()["received"] == 0
