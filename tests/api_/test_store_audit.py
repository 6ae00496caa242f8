"""The trail: it only grows, every alteration is found, and it is read within one's scope."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from phusong.api import audit
from phusong.api.access.roles import Role
from phusong.api.audit_check import Anchor, Verdict, last_seal, verify
from phusong.api.database.models import AuditEntry
from phusong.api.database.types import now
from phusong.api.service import Service
from phusong.errors import PhuSongError

ACTS = (
    "UPDATE audit SET action = 'nothing' WHERE number = 2",
    "UPDATE audit SET number = 9 WHERE number = 3",
    "DELETE FROM audit WHERE number = 3",
    "DELETE FROM audit",
)


def test_the_database_itself_refuses_to_change_or_cut_the_trail(service: Service) -> None:
    """Not even with the service's own rights is an entry altered, taken out, replaced or put in between."""
    _three(service)
    columns = "at, user_id, username, action, subject_kind, subject_id, province_code, details, request_id, before"
    copied = f"INSERT INTO audit (number, {columns}, seal) SELECT 7, {columns}, 'x' FROM audit WHERE number = 1"
    acts = [*ACTS, copied]
    if service.database.embedded:
        acts.append("INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE number = 2")
        acts.append(f"INSERT OR REPLACE INTO audit (number, {columns}, seal) SELECT 4, {columns}, seal FROM audit")
    else:
        acts.append("TRUNCATE audit")
    for act in acts:
        with pytest.raises(DatabaseError, match="trail"), service.database.write() as db:
            db.execute(text(act))
    assert _verdict(service).faults == ()
    assert _verdict(service).entries == 3


@pytest.mark.parametrize(
    "act",
    [
        *ACTS[:2],
        "UPDATE audit SET at = '2026-01-01 00:00:00' WHERE number = 1",
        "UPDATE audit SET user_id = 'x' WHERE number = 1",
        "UPDATE audit SET username = 'x' WHERE number = 1",
        "UPDATE audit SET subject_kind = 'x' WHERE number = 1",
        "UPDATE audit SET subject_id = 'x' WHERE number = 1",
        "UPDATE audit SET province_code = 'x' WHERE number = 1",
        "UPDATE audit SET details = '{}' WHERE number = 1",
        "UPDATE audit SET request_id = 'x' WHERE number = 1",
        "UPDATE audit SET before = 'x' WHERE number = 2",
        "UPDATE audit SET seal = 'x' WHERE number = 2",
        "DELETE FROM audit WHERE number = 1",
        "DELETE FROM audit WHERE number = 2",
    ],
)
def test_every_alteration_made_behind_the_triggers_is_found(service: Service, act: str) -> None:
    """Whoever takes the triggers away and alters any column of any entry is found out."""
    _three(service)
    _behind(service, act)
    assert _verdict(service).faults


def test_an_entry_that_cannot_even_be_read_is_named(service: Service) -> None:
    """Details that are no JSON end in a fault of that entry, not in a crash."""
    _three(service)
    act = "UPDATE audit SET details = 'no json' WHERE number = 2"
    if not service.database.embedded:
        with pytest.raises(DatabaseError, match="json"):
            _behind(service, act)
        return
    _behind(service, act)
    faults = [one.en for one in _verdict(service).faults]
    assert "Entry 2 cannot be read." in faults
    assert not any("Entry 1 " in one for one in faults)


def test_a_tail_cut_off_is_found_by_a_seal_noted_down_before(service: Service) -> None:
    """The chain of what is left is whole; the seal of an entry that is gone says that it was there."""
    _three(service)
    anchor = _verdict(service).last
    assert anchor is not None
    _behind(service, "DELETE FROM audit WHERE number = 3")
    assert _verdict(service).faults == ()
    assert [one.en for one in _verdict(service, anchor).faults] == [
        "Entry 3 of the seal noted down is missing: the end was cut off."
    ]


def test_a_trail_written_anew_is_found_by_a_seal_noted_down_before(service: Service) -> None:
    """A whole new chain with right seals does not carry the seal of before."""
    _three(service)
    anchor = _verdict(service).last
    _behind(service, "DELETE FROM audit")
    _three(service)
    assert _verdict(service).faults == ()
    assert "written anew" in _verdict(service, anchor).faults[0].en


def test_a_seal_noted_down_holds_while_the_trail_grows(service: Service) -> None:
    """An older anchor stays right, and is read back as it was printed."""
    _three(service)
    anchor = _verdict(service).last
    _three(service)
    assert anchor == Anchor.read(f" {anchor} ")
    assert _verdict(service, anchor).faults == ()
    for wrong in ("", "3", "0:" + "0" * 64, "3:xyz"):
        with pytest.raises(PhuSongError):
            Anchor.read(wrong)


def test_odd_details_are_sealed_as_they_are_read_back(service: Service) -> None:
    """Large and tiny numbers, whole floats, keys that are numbers, accents: the seal holds when read again."""
    odd = {"a": 1e20, "b": -0.0, "c": 1.0, "d": 1.5e-9, "thôn": ["Nà Đon", None, True], "e": (1, 2)}
    with service.database.write() as db:
        audit.record(db, "test.odd", by=None, details={**odd, 10: 1, 9: 2})  # type: ignore[dict-item]
    with service.database.read() as db:
        assert verify(db).faults == ()
        assert db.query(AuditEntry).one().details["a"] == 1e20


def test_a_long_trail_is_checked_in_stretches(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """More entries than are read at once give the same verdict."""
    monkeypatch.setattr("phusong.api.audit_check.AT_ONCE", 2)
    _three(service)
    _three(service)
    verdict = _verdict(service)
    assert (verdict.entries, verdict.faults) == (6, ())
    with service.database.read() as db:
        assert last_seal(db) == verdict.last
    _behind(service, "DELETE FROM audit WHERE number IN (3, 4)")
    assert "Entries 3 to 4 are missing." in [one.en for one in _verdict(service).faults]


def test_the_trail_is_searched_by_who_what_where_and_when(service: Service, as_: Callable[..., TestClient]) -> None:
    """Each condition narrows; the newest comes first."""
    auditor = as_(Role.AUDITOR)
    for province, act in (("01", "round.open"), ("02", "round.submit"), ("02", "upload.stored")):
        _record(service, act, province, subject=("round", f"r{province}"))
    found = _actions(auditor, "")
    assert found == ["upload.stored", "round.submit", "round.open"]
    assert _actions(auditor, "?action=round.") == ["round.submit", "round.open"]
    assert _actions(auditor, "?action=round.open") == ["round.open"]
    assert _actions(auditor, "?action=round_") == []
    assert _actions(auditor, "?subject_kind=round&subject_id=r02") == ["upload.stored", "round.submit"]
    assert _actions(auditor, "?province_code=01") == ["round.open"]
    assert _actions(auditor, "?username=nobody") == []
    later = (now() + timedelta(hours=1)).isoformat().replace("+", "%2B")
    assert _actions(auditor, f"?since={later}") == []
    assert len(_actions(auditor, f"?until={later}")) == 3
    assert auditor.get("/api/audit?since=2026-01-01T00:00:00").status_code == 422
    assert auditor.get("/api/audit?since=0001-01-01T00:00:00%2B14:00").status_code == 422
    assert auditor.get("/api/audit?username=%00").status_code == 422
    page = auditor.get("/api/audit?limit=1&offset=1").json()
    assert (page["items"][0]["action"], page["total"], page["next_offset"]) == ("round.submit", 3, 2)


def test_an_auditor_of_one_province_learns_nothing_of_another(service: Service, as_: Callable[..., TestClient]) -> None:
    """Neither entries nor totals nor the numbers between, from which the rest could be counted."""
    for province in ("01", "02", "", "01"):
        _record(service, "round.open", province)
    auditor = as_(Role.AUDITOR, province_code="01")
    told = auditor.get("/api/audit").json()
    assert told["total"] == 2
    assert {one["province_code"] for one in told["items"]} == {"01"}
    assert all(one["number"] is None and one["seal"] is None for one in told["items"])
    assert auditor.get("/api/audit?province_code=02").json()["total"] == 0
    assert auditor.get("/api/audit/seal").status_code == 404
    rows = _csv(auditor)
    assert {row["province_code"] for row in rows} == {"01"}
    assert "number" not in rows[0]


def test_who_is_no_auditor_reads_nothing(as_: Callable[..., TestClient], client: TestClient) -> None:
    """Officers are refused, strangers asked to sign in."""
    for path in ("/api/audit", "/api/audit/seal", "/api/audit/export.csv"):
        assert client.get(path).status_code == 401
        assert as_(Role.PLANNER).get(path).status_code == 403


def test_the_trail_is_downloaded_whole_and_harmless(
    service: Service, as_: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every entry is in the file, in order, none as a formula; the download is an entry too."""
    monkeypatch.setattr("phusong.api.audit_search.AT_ONCE", 2)
    auditor = as_(Role.AUDITOR)
    for n in range(5):
        _record(service, "=1+1", "01", subject=("round", f"r{n}"))
    rows = _csv(auditor)
    assert [row["number"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert {row["action"] for row in rows} == {"'=1+1", "audit.export"}


def test_the_last_seal_is_told_to_who_reads_it_all(service: Service, as_: Callable[..., TestClient]) -> None:
    """It is the one ``audit verify`` prints."""
    auditor = as_(Role.AUDITOR)
    assert auditor.get("/api/audit/seal").status_code == 404
    _three(service)
    assert auditor.get("/api/audit/seal").json()["anchor"] == str(_verdict(service).last)


def _record(service: Service, action: str, province: str, subject: tuple[str, str] = ("", "")) -> None:
    with service.database.write() as db:
        audit.record(db, action, by=None, province_code=province, subject=subject, details={"thôn": "Nà Đon"})


def _three(service: Service) -> None:
    for n in range(3):
        _record(service, f"test.{n}", "01")


def _behind(service: Service, act: str) -> None:
    """Do what somebody with all rights over the database can: take the triggers away first."""
    with service.database.write() as db:
        if service.database.embedded:
            for name in ("grows_at_its_end", "is_never_cut", "is_never_changed"):
                db.execute(text(f"DROP TRIGGER IF EXISTS audit_{name}"))
        else:
            db.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        db.execute(text(act))


def _verdict(service: Service, anchor: Anchor | None = None) -> Verdict:
    with service.database.read() as db:
        return verify(db, anchor)


def _actions(client: TestClient, query: str) -> list[str]:
    answer = client.get(f"/api/audit{query}")
    assert answer.status_code == 200, answer.text
    return [one["action"] for one in answer.json()["items"]]


def _csv(client: TestClient) -> list[dict[str, str]]:
    answer = client.get("/api/audit/export.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
