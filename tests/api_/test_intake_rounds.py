"""Rounds: opened, their list taken under stable ids, rows searched, corrected, exported and compared."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from api_.made_intake import GAP, accepted, as_csv, gaps, open_round, send
from api_.made_world import make_world
from fastapi.testclient import TestClient
from sqlalchemy import select

from phusong.api.access.roles import Role
from phusong.api.database.models import AuditEntry, Round
from phusong.api.intake import checking
from phusong.api.intake.cells import cells_of, rows_of
from phusong.api.intake.kept_rows import round_as_data
from phusong.api.service import Service
from phusong.data.lists import read_list
from phusong.data.schemas import GAPS

As = Callable[..., TestClient]


@pytest.fixture(autouse=True)
def _no_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave annotated copies to their own tests: each is written by a process of its own."""
    monkeypatch.setattr(checking, "MOST_ANNOTATED_BYTES", 0)


@pytest.fixture
def officer(as_: As) -> TestClient:
    """Return an officer of province 08."""
    return as_(Role.PROVINCE, province_code="08")


def rows(client: TestClient, round_id: str, **asked: object) -> list[dict[str, object]]:
    answer = client.get(f"/api/rounds/{round_id}/rows", params=asked)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["total"] == len(told["items"])
    items: list[dict[str, object]] = told["items"]
    return items


def test_a_round_is_opened_once_and_listed_in_scope(officer: TestClient, as_: As) -> None:
    """The same name twice is refused; another province sees neither round nor count; a planner sees both."""
    round_id = open_round(officer)
    again = officer.post("/api/rounds", json={"province_code": "08", "batch": "2026-Q4"})
    assert again.status_code == 409
    assert officer.post("/api/rounds", json={"province_code": "01", "batch": "x"}).status_code == 404
    other = as_(Role.PROVINCE, province_code="01")
    other_id = open_round(other, province_code="01")
    assert other.get(f"/api/rounds/{round_id}").status_code == 404
    assert [one["id"] for one in other.get("/api/rounds").json()["items"]] == [other_id]
    assert as_(Role.PLANNER).get("/api/rounds").json()["total"] == 2
    assert as_(Role.OPERATOR, operator="viettel").get("/api/rounds").status_code == 403


def test_a_list_becomes_rows_with_their_cells(officer: TestClient, service: Service) -> None:
    """Counts, place and households stand with each row; every cell is kept as it was read."""
    round_id = open_round(officer)
    upload_id, told = accepted(officer, service, as_csv(gaps()), round_id=round_id)
    assert (told["rows"], told["new"], told["questions"]) == (4, 4, [])
    round_ = officer.get(f"/api/rounds/{round_id}").json()
    assert (round_["rows"], round_["households"], round_["list_upload_id"]) == (4, 336, upload_id)
    first = next(one for one in rows(officer, round_id) if one["village"] == "Bản Nà Lạ")
    assert (first["commune_code"], first["lon"], first["lat"], first["version"]) == ("00985", 105.3, 22.62924, 1)
    full = officer.get(f"/api/rows/{first['id']}").json()
    assert full["versions"][0]["cells"]["gap_class"] == "white"
    assert full["versions"][0]["cells"]["households_unserved"] == 84
    assert (full["versions"][0]["upload_id"], full["versions"][0]["file_row"]) == (upload_id, 2)


def test_villages_are_found_with_and_without_accents(officer: TestClient, service: Service) -> None:
    """As typed on any keyboard, by any of its words; signs of the database's own search mean nothing."""
    round_id = open_round(officer)
    accepted(officer, service, as_csv(gaps("Bản Nà Lạ", "Đắk Măng", "Hòa Bình 100%")), round_id=round_id)
    for asked, found in (
        ("na la", {"Bản Nà Lạ"}),
        ("NÀ LẠ", {"Bản Nà Lạ"}),
        ("dak mang", {"Đắk Măng"}),
        ("thuong lam", {"Bản Nà Lạ", "Đắk Măng", "Hòa Bình 100%"}),
        ("lam dak", {"Đắk Măng"}),
        ("%", {"Hòa Bình 100%"}),
        ("_", set()),
        ("\\", set()),
        ("'; DROP TABLE gap_rows; --", set()),
    ):
        assert {one["village"] for one in rows(officer, round_id, q=asked)} == found, asked
    assert officer.get(f"/api/rounds/{round_id}/rows?q=%00").status_code == 422


def test_a_corrected_list_makes_versions_and_keeps_ids(officer: TestClient, service: Service) -> None:
    """Changed rows get a version, unchanged ones none, absent ones are marked gone; back again they are the same."""
    round_id = open_round(officer)
    first, _ = accepted(officer, service, as_csv(gaps("A Lưới", "Bản Bung", "Nà Đon")), round_id=round_id)
    before = {one["village"]: one for one in rows(officer, round_id)}
    changed = gaps("A Lưới", "Bản Bung")
    changed[1]["Số hộ chưa có sóng"] = 50
    second, told = accepted(officer, service, as_csv(changed), round_id=round_id, replaces_id=first)
    assert {key: told[key] for key in ("rows", "new", "changed", "unchanged", "gone")} == {
        "rows": 2, "new": 0, "changed": 1, "unchanged": 1, "gone": 1,
    }  # fmt: skip
    after = {one["village"]: one for one in rows(officer, round_id)}
    assert {name: one["id"] for name, one in after.items()} == {n: before[n]["id"] for n in ("A Lưới", "Bản Bung")}
    assert (after["A Lưới"]["version"], after["Bản Bung"]["version"]) == (1, 2)
    assert [one["village"] for one in rows(officer, round_id, gone=True)] == ["Nà Đon"]
    versions = officer.get(f"/api/rows/{after['Bản Bung']['id']}").json()["versions"]
    assert [(one["cells"]["households_unserved"], one["upload_id"]) for one in versions] == [(84, first), (50, second)]
    _, told = accepted(officer, service, as_csv(gaps("A Lưới", "Bản Bung", "Nà Đon")), round_id=round_id)
    assert (told["new"], told["changed"]) == (0, 2)
    assert {one["id"] for one in rows(officer, round_id)} == {one["id"] for one in before.values()}
    assert officer.get(f"/api/uploads/{first}/original").status_code == 200


def test_the_same_list_taken_again_changes_nothing(officer: TestClient, service: Service) -> None:
    """A button pressed twice leaves one version of every row."""
    round_id = open_round(officer)
    upload_id, _ = accepted(officer, service, as_csv(gaps()), round_id=round_id)
    told = officer.post(f"/api/uploads/{upload_id}/accept", json={}).json()
    assert (told["unchanged"], told["new"], told["changed"], told["gone"]) == (4, 0, 0, 0)
    assert {one["version"] for one in rows(officer, round_id)} == {1}


def test_a_list_with_errors_or_of_a_submitted_round_is_not_taken(officer: TestClient, service: Service) -> None:
    """Errors are to be mended first; once submitted neither a list nor a correction comes in."""
    round_id = open_round(officer)
    bad = gaps()
    bad[0]["Số hộ chưa có sóng"] = 900
    upload_id = send(officer, as_csv(bad), round_id=round_id)["id"]
    assert officer.post(f"/api/uploads/{upload_id}/accept", json={}).status_code == 409
    good, _ = accepted(officer, service, as_csv(gaps()), round_id=round_id)
    row = rows(officer, round_id)[0]
    with service.database.write() as db:
        db.get_one(Round, round_id).state = "submitted"
    assert officer.post(f"/api/uploads/{good}/accept", json={}).status_code == 409
    asked = {"province_code": "08", "purpose": "gaps", "kind": "gaps", "file_name": "a.csv", "size": 5}
    assert officer.post("/api/uploads", json=asked | {"round_id": round_id}).status_code == 409
    correction = {"cells": {"note": "x"}, "reason": "thử xem", "version": 1}
    assert officer.post(f"/api/rows/{row['id']}/versions", json=correction).status_code == 409


def test_a_row_is_corrected_in_its_place_with_a_reason(officer: TestClient, as_: As, service: Service) -> None:
    """Checked as a list is; the state before stays; of two at once one is told; another province finds none."""
    round_id = open_round(officer)
    accepted(officer, service, as_csv(gaps()), round_id=round_id)
    row = next(one for one in rows(officer, round_id) if one["village"] == "Nà Đon")
    url = f"/api/rows/{row['id']}/versions"
    asked = {
        "cells": {"households_unserved": "40", "planned_date": "31/12/2027", "village_name": "Nà Đồn"},
        "reason": "Xã rà soát lại", "version": 1, "despite_warnings": True,
    }  # fmt: skip
    answer = officer.post(url, json=asked)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["row"]["version"], answer.json()["row"]["households"]) == (2, 40)
    assert officer.post(url, json=asked).status_code == 409
    wrong = officer.post(url, json=asked | {"version": 2, "cells": {"households_unserved": "900"}})
    assert wrong.status_code == 422 and wrong.json()["problems"]
    assert officer.post(url, json=asked | {"version": 2, "cells": {"gap_id": "X"}}).status_code == 422
    assert officer.post(url, json=asked | {"version": 2, "reason": ""}).status_code == 422
    assert as_(Role.PROVINCE, province_code="01").post(url, json=asked).status_code == 404
    assert as_(Role.AUDITOR).post(url, json=asked).status_code == 403
    full = officer.get(f"/api/rows/{row['id']}").json()
    assert full["gap_id"] == row["gap_id"]
    first, second = full["versions"]
    assert (first["cells"]["households_unserved"], second["cells"]["households_unserved"]) == (84, 40)
    assert second["cells"]["planned_date"] == "2027-12-31T00:00:00"
    assert (second["reason"], second["upload_id"], second["file_row"]) == ("Xã rà soát lại", None, 5)
    untouched = {"households_unserved", "planned_date", "village_name"}
    assert {k: v for k, v in first["cells"].items() if k not in untouched} == {
        k: v for k, v in second["cells"].items() if k not in untouched
    }
    assert [one["id"] for one in rows(officer, round_id, q="na don")] == [row["id"]]
    with service.database.read() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "row.correct")).one()
    assert entry.details["reason"] == "Xã rà soát lại"


def test_a_correction_with_warnings_is_asked_about_first(officer: TestClient, service: Service) -> None:
    """Warnings stop a correction until they are said to be accepted."""
    round_id = open_round(officer)
    accepted(officer, service, as_csv(gaps()), round_id=round_id)
    row = rows(officer, round_id)[0]
    asked = {"cells": {"note": "đã xem"}, "reason": "ghi chú", "version": 1}
    stopped = officer.post(f"/api/rows/{row['id']}/versions", json=asked)
    assert stopped.status_code == 422
    assert {one["level"] for one in stopped.json()["problems"]} == {"warning"}
    done = officer.post(f"/api/rows/{row['id']}/versions", json=asked | {"despite_warnings": True})
    assert done.status_code == 201 and done.json()["warnings"]


def test_a_commune_sees_its_own_rows_only(officer: TestClient, as_: As, service: Service) -> None:
    """No row, count, search hit, version or export of another commune."""
    two = [*gaps("Bản Nà Lạ"), *gaps("Nà Đon", **{"Mã xã": "00991", "Tên xã": "Lâm Bình", "Vĩ độ": 22.5})]
    round_id = open_round(officer)
    accepted(officer, service, as_csv(two), round_id=round_id)
    other = next(one for one in rows(officer, round_id) if one["village"] == "Nà Đon")
    commune = as_(Role.COMMUNE, province_code="08", commune_code="00985")
    assert [one["village"] for one in rows(commune, round_id)] == ["Bản Nà Lạ"]
    assert rows(commune, round_id, q="don") == [] and rows(commune, round_id, commune_code="00991") == []
    assert commune.get(f"/api/rows/{other['id']}").status_code == 404
    assert "Nà Đon" not in commune.get(f"/api/rounds/{round_id}/rows.csv").content.decode("utf-8-sig")
    assert commune.get(f"/api/rounds/{round_id}/difference").status_code == 403
    elsewhere = as_(Role.COMMUNE, province_code="01", commune_code="00004")
    assert elsewhere.get(f"/api/rounds/{round_id}/rows").status_code == 404


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_is_exported_can_be_sent_again(officer: TestClient, service: Service, tmp_path: Path, kind: str) -> None:
    """Read back, the export is the rows of the round: every column, day and choice."""
    more = {"Ngày đo": "15/09/2026", "Phương án đề xuất": "trạm mới", "Mức thu": -118.5, "Ghi chú": "xa; dốc"}
    round_id = open_round(officer)
    accepted(officer, service, as_csv(gaps(**more)), round_id=round_id)
    answer = officer.get(f"/api/rounds/{round_id}/rows.{kind}")
    path = tmp_path / f"rows.{kind}"
    path.write_bytes(answer.content)
    again = cells_of(read_list(path, GAPS).rows)
    with service.database.read() as db:
        kept = cells_of(round_as_data(db, db.get_one(Round, round_id)).rows)
    assert again == kept and len(kept) == 4
    assert kept[0]["measured_on"] == "2026-09-15T00:00:00" and kept[0]["rsrp_dbm"] == -118.5


def test_cells_come_back_as_the_table_they_were(tmp_path: Path) -> None:
    """From table to JSON to table: the same values in the same dtypes."""
    path = tmp_path / "a.csv"
    path.write_bytes(as_csv(gaps(**{"Ngày đo": "15/09/2026", "Tổng số hộ": 90})))
    table = read_list(path, GAPS).rows
    back = rows_of(cells_of(table), table["_row"].tolist())
    names = [field.name for field in GAPS.fields]
    pd.testing.assert_frame_equal(back[names], table[names], check_dtype=False)  # texts may be object or str
    assert list(back["_row"]) == list(table["_row"])


def test_the_next_round_keeps_the_ids_and_tells_what_changed(officer: TestClient, as_: As, service: Service) -> None:
    """New, closed, changed and unchanged add up; the workbook says the same; a doubtful place is a question."""
    one = open_round(officer, "2026-Q3")
    accepted(officer, service, as_csv(gaps("A Lưới", "Bản Bung", "Nà Đon")), round_id=one)
    ids = {row["village"]: row["gap_id"] for row in rows(officer, one)}
    later = gaps("A Lưới", "Bản Bung", "Khuổi Nà")
    later[1]["Số hộ chưa có sóng"] = 50
    later[2]["Kinh độ"] = 105.60
    two = open_round(officer, "2026-Q4")
    assert officer.get(f"/api/rounds/{two}/difference").status_code == 409
    accepted(officer, service, as_csv(later), round_id=two)
    now = {row["village"]: row["gap_id"] for row in rows(officer, two)}
    assert (now["A Lưới"], now["Bản Bung"]) == (ids["A Lưới"], ids["Bản Bung"])
    told = officer.get(f"/api/rounds/{two}/difference").json()
    counts = told["counts"]
    assert told["before_id"] == one and counts["before"] == counts["after"] == 3
    assert (counts["new"], counts["closed"], counts["changed"], counts["unchanged"]) == (1, 1, 1, 1)
    changed = officer.get(f"/api/rounds/{two}/difference?status=changed").json()["rows"]
    assert changed["total"] == 1
    assert changed["items"][0]["changes"] == {"households_unserved": ["84.0", "50.0"]}
    book = openpyxl.load_workbook(io.BytesIO(officer.get(f"/api/rounds/{two}/difference.xlsx").content))
    assert len(book.worksheets) == 7
    other = as_(Role.PROVINCE, province_code="01")
    assert other.get(f"/api/rounds/{two}/difference").status_code == 404
    assert officer.get(f"/api/rounds/{one}/difference").status_code == 409
    assert officer.get(f"/api/rounds/{two}/difference?against={two}").status_code == 404


def test_a_question_of_identity_is_answered_by_a_person(officer: TestClient, service: Service) -> None:
    """A place under another name at the same spot is asked about; the answer gives it its earlier id."""
    one = open_round(officer, "2026-Q3")
    accepted(officer, service, as_csv([GAP | {"Tên thôn": "Khuổi Nà"}]), round_id=one)
    earlier = rows(officer, one)[0]["gap_id"]
    two = open_round(officer, "2026-Q4")
    upload_id, told = accepted(officer, service, as_csv([GAP | {"Tên thôn": "Phiêng Luông"}]), round_id=two)
    (question,) = told["questions"]
    assert question["before_id"] == earlier and question["why"] == "renamed"
    answers = [{"before_id": question["before_id"], "after_id": question["after_id"], "same": True}]
    told = officer.post(f"/api/uploads/{upload_id}/accept", json={"answers": answers}).json()
    assert told["questions"] == []
    assert [row["gap_id"] for row in rows(officer, two)] == [earlier]
    counts = officer.get(f"/api/rounds/{two}/difference").json()["counts"]
    assert (counts["new"], counts["closed"], counts["kept"]) == (0, 0, 1)


def test_boundaries_that_are_gone_from_the_store_are_named(service: Service, as_: As) -> None:
    """A correction cannot be checked against them: the officer is told what to do, the row stays as it is."""
    world = make_world(service, "01")
    officer = as_(Role.PROVINCE, province_code="01")
    told = {"cells": {"note": "đã gọi lại"}, "reason": "gõ nhầm", "version": 1}
    answer = officer.post(f"/api/rows/{world.first('row_id')}/versions", json=told)
    assert answer.status_code == 409
    assert "ranh giới" in answer.json()["detail"]
