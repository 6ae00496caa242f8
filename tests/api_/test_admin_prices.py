"""Unit prices corrected in place: each time a new version of the province's own list, which studies and plans read."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from api_.made_admin import ITEM, PRICE, ROWS, SCRIPT
from api_.made_studies import SAMPLE, dataset, province
from fastapi.testclient import TestClient

from phusong.api.access.roles import Role
from phusong.api.database.models import Dataset, DatasetVersion
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings
from phusong.data.unit_prices import parse_unit_prices, read_unit_prices, unit_prices_text

As = Callable[..., TestClient]
HTML = {"accept": "text/html"}


@pytest.fixture
def settings(sqlite_settings: ServiceSettings) -> ServiceSettings:
    """Return a service on SQLite."""
    return sqlite_settings


def test_a_table_is_written_as_it_reads() -> None:
    """Every row comes back with its range, its sources in both languages, its day and its standing."""
    ours = read_unit_prices()
    assert dict(parse_unit_prices(unit_prices_text(ours), "t").rows) == dict(ours.rows)


def test_a_corrected_price_is_a_new_version_of_the_provinces_list(as_: As, service: Service) -> None:
    """The first correction makes the list from the shipped one, the next go on from it; ours stays as it is."""
    province(service)
    officer = as_(Role.PROVINCE, province_code=SAMPLE)
    assert f"/unit-prices/correct?item={ITEM}" in officer.get("/unit-prices", headers=HTML).text
    assert ROWS[ITEM].title.vi in officer.get(f"/unit-prices/correct?item={ITEM}", headers=HTML).text
    address = officer.post("/unit-prices", data=PRICE, headers=SCRIPT).json()["to"]
    other = next(key for key, row in ROWS.items() if row.unit == "đồng/km")
    assert officer.get(f"{address}/correct?item={other}", headers=HTML).status_code == 200
    second = {**PRICE, "item": other, "low": "1", "middle": "2", "high": "3", "assumption": "yes", "note": ""}
    assert officer.post(address, data=second, headers=SCRIPT).json()["to"] == address
    with service.database.read() as db:
        versions = db.query(DatasetVersion).order_by(DatasetVersion.version).all()
        texts = [service.blobs.path(one.files[0]["sha256"]).read_text(encoding="utf-8") for one in versions]
        assert [one.usable for one in versions] == [True, True] and "giá mới" in versions[0].details["note"]
    first, last = (parse_unit_prices(text, "t") for text in texts)
    assert (first[ITEM].low, first[ITEM].source.vi, first[ITEM].assumption) == (2e8, "Báo giá số 12", False)
    assert first[other] == ROWS[other] and last[ITEM] == first[ITEM]
    assert (last[other].high, last[other].assumption) == (3.0, True)
    shown = officer.get(address, headers=HTML).text
    assert "Báo giá số 12" in shown and "kèm công cụ:" in shown and "giá mới" in shown
    assert "Đây là bản cũ" in officer.get(f"{address}?version=1", headers=HTML).text
    assert address in officer.get("/unit-prices", headers=HTML).text
    planner = as_(Role.PLANNER, province_code=SAMPLE)
    assert versions[1].id in planner.get(f"/studies/new?province={SAMPLE}", headers=HTML).text


def test_a_list_that_was_sent_as_a_workbook_is_corrected_too(as_: As, service: Service, tmp_path: Path) -> None:
    """The next version holds what the workbook held, but for the one price."""
    province(service)
    officer = as_(Role.PLANNER, province_code=SAMPLE)
    path = tmp_path / "don-gia.xlsx"
    path.write_bytes(io.BytesIO(officer.get("/unit-prices/list.xlsx").content).getvalue())
    sent = dataset(officer, service, [path], "unit_prices")
    assert sent["state"] == "usable"
    address = f"/unit-prices/{sent['dataset_id']}"
    assert officer.post(address, data=PRICE, headers=SCRIPT).status_code == 200
    with service.database.read() as db:
        newest = db.query(DatasetVersion).order_by(DatasetVersion.version.desc()).first()
        assert newest is not None and newest.version == 2
        text = service.blobs.path(newest.files[0]["sha256"]).read_text(encoding="utf-8")
    made = parse_unit_prices(text, "t").rows
    assert {key for key in made if made[key].money != ROWS[key].money} == {ITEM}


def test_mistakes_are_told_at_once_and_nobody_else_corrects(as_: As, service: Service) -> None:
    """Ranges, source and day; an operator and another province reach nothing, a leader reads no list of data."""
    province(service)
    officer = as_(Role.PROVINCE, province_code=SAMPLE)
    wrong = {**PRICE, "low": "nhiều", "middle": "9", "high": "1", "source": "", "dated": "2999-01-01"}
    answer = officer.post("/unit-prices", data=wrong, headers=SCRIPT)
    assert answer.status_code == 422
    assert {one["name"] for one in answer.json()["problems"]} == {"low", "middle", "source", "dated"}
    assert officer.post("/unit-prices", data={**PRICE, "item": "bia"}, headers=SCRIPT).status_code == 404
    assert officer.get("/unit-prices/correct?item=bia", headers=HTML).status_code == 404
    with service.database.read() as db:
        assert db.query(Dataset).count() == 0
    address = officer.post("/unit-prices", data=PRICE, headers=SCRIPT).json()["to"]
    for other in (as_(Role.PROVINCE, province_code="04"), as_(Role.OPERATOR, operator="viettel")):
        assert other.post("/unit-prices", data=PRICE, headers=SCRIPT).status_code == 404
        assert other.post(address, data=PRICE, headers=SCRIPT).status_code == 404
        assert other.get(f"{address}/correct?item={ITEM}", headers=HTML).status_code == 404
    assert as_(Role.LEADER, province_code=SAMPLE).get(address, headers=HTML).status_code == 404
