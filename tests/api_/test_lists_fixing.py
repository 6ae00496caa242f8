"""Cells of a checked list corrected on its page: a new file, the old one kept, one correction of a list at a time."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from api_.made_intake import as_csv, as_xlsx, check, gaps, open_round, send
from api_.made_questions import put_boundaries, questions
from fastapi.testclient import TestClient

from phusong.api.access.roles import Role
from phusong.api.database.models import AuditEntry, Upload
from phusong.api.service import Service

As = Callable[..., TestClient]


@pytest.fixture
def database_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """Return one kind of database: what is asked of it here is the same SQL on both."""
    shutil.copyfile(_sqlite_template, tmp_path / "phusong.sqlite")
    return f"sqlite:///{(tmp_path / 'phusong.sqlite').as_posix()}"


FORMULA = '=HYPERLINK("http://x","mở")'


def messy() -> list[dict[str, Any]]:
    """Return four rows: longitude and latitude swapped in one, a class nobody knows in another."""
    rows = gaps()
    rows[1] |= {"Kinh độ": 22.62924, "Vĩ độ": 105.33}
    rows[2] |= {"Phân loại": "đen"}
    return rows


def checked(client: TestClient, service: Service, content: bytes, name: str) -> dict[str, Any]:
    """Send a list to a new round and check it."""
    upload = send(client, content, file_name=name, round_id=open_round(client))
    check(service, upload["id"])
    told: dict[str, Any] = client.get(f"/api/uploads/{upload['id']}").json()
    return told


def cell(row: int, field: str, text: str, sheet: str = "") -> dict[str, Any]:
    """Return one cell written anew."""
    return {"sheet": sheet, "row": row, "field": field, "text": text}


def fix(client: TestClient, upload_id: str, *cells: dict[str, Any]) -> Any:
    """Ask for a corrected list."""
    return client.post(f"/api/uploads/{upload_id}/fixes", json={"cells": list(cells)})


@pytest.mark.parametrize("name", ["danh sách.csv", "danh sách.xlsx"])
def test_a_list_is_corrected_cell_by_cell_and_what_was_sent_stays(service: Service, as_: As, name: str) -> None:
    """The corrected file has the new cells and all the others, is checked by itself and says which it corrects."""
    client = as_(Role.PROVINCE, province_code="08")
    content = (as_csv if name.endswith("csv") else as_xlsx)(messy())
    sheet = "" if name.endswith("csv") else "Sheet1"
    first = checked(client, service, content, name)
    assert first["errors"] == 2
    answer = fix(
        client, first["id"], cell(3, "lon", "105.33", sheet), cell(3, "lat", "22,62924", sheet),
        cell(4, "gap_class", "trắng sóng", sheet), cell(2, "village_name", FORMULA, sheet),
        cell(5, "village_name", " Nà  Đon ", sheet),
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["state"], made["replaces_id"], made["fixed_cells"]) == ("stored", first["id"], 4)
    check(service, made["id"])
    second = client.get(f"/api/uploads/{made['id']}").json()
    assert (second["state"], second["errors"], second["good_rows"]) == ("checked", 0, 4), second
    assert client.get(f"/api/uploads/{first['id']}/original").content == content
    corrected = client.get(f"/api/uploads/{made['id']}/original").content
    assert second["sha256"] and second["size"] == len(corrected)
    if sheet:
        book = openpyxl.load_workbook(io.BytesIO(corrected))
        assert book[sheet]["D2"].value == FORMULA and book[sheet]["D2"].data_type != "f"
        assert book[sheet]["D2"].quotePrefix and book[sheet]["F3"].value == 105.33
    else:
        before, after = content.decode("utf-8-sig").splitlines(), corrected.decode("utf-8-sig").splitlines()
        assert [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [1, 2, 3]
        assert "\"'=HYPERLINK(" in after[1]
    with service.database.read() as db:
        kept = db.get_one(Upload, made["id"])
        assert [(one["row"], one["field"], one["before"]) for one in kept.fixes if one["row"] == 4] == [
            (4, "gap_class", "đen")
        ]
        assert db.query(AuditEntry).filter(AuditEntry.action == "upload.fix").count() == 1


def test_of_two_officers_the_second_is_told_and_loses_nothing_of_the_first(service: Service, as_: As) -> None:
    """A list that was corrected, or sent again, is not corrected a second time: the newest one is."""
    one, other = (as_(Role.PROVINCE, province_code="08") for _ in range(2))
    first = checked(one, service, as_csv(messy()), "a.csv")
    made = fix(one, first["id"], cell(4, "gap_class", "trắng sóng")).json()
    refused = fix(other, first["id"], cell(3, "lon", "105,33"))
    assert refused.status_code == 409 and "bản mới nhất" in refused.json()["detail"]
    check(service, made["id"])
    assert fix(other, made["id"], cell(3, "lon", "105,33"), cell(3, "lat", "22,6")).status_code == 201


def test_what_is_no_cell_of_the_list_is_refused_all_at_once(service: Service, as_: As) -> None:
    """A row or column the file has not, and a correction that changes nothing."""
    client = as_(Role.PROVINCE, province_code="08")
    first = checked(client, service, as_csv(messy()), "a.csv")
    wrong = fix(client, first["id"], cell(99, "lon", "1"), cell(3, "note", "x"), cell(3, "lon", "1", "Trang 2"))
    assert wrong.status_code == 422 and len(wrong.json()["problems"]) == 3
    same = fix(client, first["id"], cell(4, "gap_class", " đen "))
    assert same.status_code == 422 and "Chưa sửa ô nào" in same.text
    assert as_(Role.PROVINCE, province_code="04").post(f"/api/uploads/{first['id']}/fixes", json={
        "cells": [cell(3, "lon", "1")]}).status_code == 404  # fmt: skip


def test_a_cell_others_hang_on_is_left_and_said(service: Service, as_: As) -> None:
    """A merged cell is not changed under others: the corrected list says so and the first can be corrected again."""
    client = as_(Role.PROVINCE, province_code="08")
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(messy())))
    book.active.merge_cells("C2:C5")  # type: ignore[union-attr]
    out = io.BytesIO()
    book.save(out)
    first = checked(client, service, out.getvalue(), "a.xlsx")
    made = fix(client, first["id"], cell(2, "commune_name", "Xã khác", "Sheet1")).json()
    check(service, made["id"])
    told = client.get(f"/api/uploads/{made['id']}").json()
    assert told["state"] == "failed" and "C2" in told["error"]
    assert fix(client, first["id"], cell(4, "gap_class", "trắng sóng", "Sheet1")).status_code == 201


def test_a_reading_that_is_pressed_is_a_correction_and_answers_its_question(service: Service, as_: As) -> None:
    """Each reading names the cells it writes; written, the row is right; what is no reading changes nothing."""
    client = as_(Role.PROVINCE, province_code="08")
    put_boundaries(service, "08")
    first = checked(client, service, as_csv(questions()), "a.csv")
    report = client.get(f"/api/uploads/{first['id']}/report").json()
    (asked,) = (one for one in report["problems"] if one["code"] == "unit.contradiction")
    assert asked["row"] == 3 and asked["choices"][2] == "Xã Nà Hang (01003)"
    assert asked["writes"][2] == {"commune_code": "01003", "commune_name": "Xã Nà Hang"}
    assert asked["means"][2] == "toạ độ của dòng nằm trong xã này" and "26 km" in asked["means"][1]
    english = client.get(f"/api/uploads/{first['id']}/report", headers={"accept-language": "en"}).json()
    assert any("the row's position lies in it" in one.get("means", ()) for one in english["problems"])
    address, token = f"/uploads/{first['id']}/fix", {"csrf": client.headers["x-csrf-token"]}
    assert "Chưa sửa ô nào" in client.post(address, data=token | {"reading": "không phải JSON"}).text
    cells = [[f"fix~0~3~{field}", text] for field, text in asked["writes"][2].items()]
    answer = client.post(address, data=token | {"reading": json.dumps(cells)}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    made = answer.headers["location"].rsplit("/", 1)[1]
    check(service, made)
    after = client.get(f"/api/uploads/{made}/report").json()
    assert [one for one in after["problems"] if one["row"] == 3] == []
