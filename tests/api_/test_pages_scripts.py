"""What pages do with script, in a real browser: errors beside fields, progress, broken uploads, forms handed in."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from api_.made_intake import as_csv, gaps
from api_.made_pages import Begin, Walk, walking
from api_.made_rounds import in_days, package, person, round_with_rows

from phusong.api.access.roles import Grant, Role
from phusong.api.database.models import Answer, Dataset, Job, Request, Round, Upload
from phusong.api.database.types import now
from phusong.api.settings import ServiceSettings
from phusong.api.workflow.asking import Asked, ask

pytestmark = pytest.mark.chromium
PART_BYTES = 120


@pytest.fixture
def settings(_sqlite_template: Path, tmp_path: Path) -> ServiceSettings:
    """Return a service that takes small parts and allows a folder; what pages do is the same on any database."""
    shutil.copyfile(_sqlite_template, tmp_path / "phusong.sqlite")
    (tmp_path / "kho").mkdir()
    (tmp_path / "kho" / "thon.csv").write_text("village_code;village_name\n1;Nà Lùng\n", encoding="utf-8")
    return ServiceSettings(
        home=tmp_path / "home",
        database_url=f"sqlite:///{(tmp_path / 'phusong.sqlite').as_posix()}",
        part_bytes=PART_BYTES,
        data_folders=(tmp_path / "kho",),
    )


@pytest.fixture
def walk(chromium: Any, settings: ServiceSettings) -> Iterator[Begin]:
    """Return a function that opens a browser of a new person with some grants."""
    with walking(chromium, settings) as begin:
        yield begin


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(walk: Begin) -> None:
    """A winner of blanks is refused where it was typed; put right, the step is taken and the winner shown."""
    at = walk([Grant(role=Role.PROCUREMENT, province_code="01")])
    at.go(f"/packages/{package(at.service, state='published')}")
    at.page.get_by_text("Chọn nhà thầu…").click()
    typed = {"winner": "   ", "decision_number": "12/QĐ", "decided_on": "2026-11-02", "awarded_vnd": "5"}
    for name, value in typed.items():
        at.page.fill(f"[name={name}]", value)
    at.press("Chọn nhà thầu")
    wrong = at.page.locator("[aria-invalid=true]")
    assert [wrong.nth(n).get_attribute("name") for n in range(wrong.count())] == ["winner"]
    assert wrong.evaluate("field => field === document.activeElement")
    told = at.page.locator(f"#{wrong.get_attribute('aria-errormessage')}")
    assert told.inner_text()
    assert told.evaluate("line => line.closest('.field').querySelector('[name=winner]') !== null")
    assert at.page.input_value("[name=decision_number]") == "12/QĐ"
    at.page.fill("[name=winner]", "Công ty Xây lắp")
    at.press("Chọn nhà thầu")
    assert "Công ty Xây lắp" in at.page.inner_text("main") and at.page.locator("[data-wrong]").count() == 0
    assert [one for one in at.complaints if "422" not in one] == []  # the browser itself tells of the refusal


def test_a_step_that_needs_a_reason_is_taken_with_it(walk: Begin) -> None:
    """Returning a round asks for the reason, which stands among the steps afterwards."""
    at = walk([Grant(role=Role.LEADER, province_code="01")])
    round_id = round_with_rows(at.service, state="proposed")
    at.go(f"/rounds/{round_id}")
    at.page.get_by_text("Trả lại…").click()
    at.page.fill("#reason-return", "Thiếu toạ độ xã Nà Lùng")
    at.press("Trả lại")
    assert "Thiếu toạ độ xã Nà Lùng" in at.page.locator(".history").inner_text()
    with at.service.database.read() as db:
        assert db.get_one(Round, round_id).state == "returned"
    at.check_quiet()


def test_how_far_a_job_is_moves_without_reloading(walk: Begin) -> None:
    """Progress comes by events: the bar and the step move; when the job ends the page says so by itself."""
    at = walk([Grant(role=Role.PLANNER, province_code="01")])
    asker = person(at.service)
    with at.service.database.write() as db:
        job = Job(
            kind="study", subject_id="0" * 16, province_code="01", state="running", created_by=asker.id,
            progress={"title": {"vi": "Đọc địa hình", "en": "Read the terrain"}, "share": 0.25},
        )  # fmt: skip
        db.add(job)
    at.go(f"/jobs/{job.id}")
    at.page.evaluate("window.still = true")
    _wait_for_share(at, 0.25)
    with at.service.database.write() as db:
        db.get_one(Job, job.id).progress = {"title": {"vi": "Tính vùng phủ", "en": "Predict"}, "share": 0.75}
    _wait_for_share(at, 0.75)
    assert at.page.inner_text("[data-step]") == "Tính vùng phủ" and at.page.evaluate("window.still") is True
    with at.service.database.write() as db:
        ended = db.get_one(Job, job.id)
        ended.state, ended.finished_at = "done", now()
    at.page.wait_for_selector("[data-job][data-state=done]")
    at.check_quiet()


def _wait_for_share(at: Walk, share: float) -> None:
    """Wait until the bar is there; the pages' policy lets no text be run as script, so the page is asked each time."""
    bar = at.page.locator("[data-share]")
    for _ in range(200):
        if bar.evaluate("bar => bar.value") == share:
            return
        at.page.wait_for_timeout(100)
    raise AssertionError(f"the bar stands at {bar.evaluate('bar => bar.value')}")


def test_a_broken_upload_goes_on_where_it_stopped(walk: Begin, tmp_path: Path) -> None:
    """The connection breaks, the page is closed; the same file chosen again sends only what had not arrived."""
    at = walk([Grant(role=Role.PROVINCE, province_code="01")])
    path = tmp_path / "danh-sach.csv"
    path.write_bytes(as_csv(gaps("Nà Lùng", "Khuổi Pao")))
    size = path.stat().st_size
    assert size > 2 * PART_BYTES
    maker = person(at.service)
    with at.service.database.write() as db:
        made = Round(province_code="01", batch="2026-Q4", created_by=maker.id)
        db.add(made)
    at.page.route(re.compile(rf"offset={PART_BYTES}$"), lambda route: route.abort())
    _choose(at, at.page, made.id, path)
    at.page.get_by_text("Mất kết nối").wait_for()
    at.page.close()
    with at.service.database.read() as db:
        upload = db.query(Upload).one()
        assert (upload.state, upload.received) == ("receiving", PART_BYTES)
    again = at.page.context.new_page()
    at.asked.clear()
    at.watch(again)
    _choose(at, again, made.id, path)
    again.wait_for_url("**/uploads/*")
    sent = [int(found.group(1)) for url in at.asked if (found := re.search(r"offset=(\d+)$", url))]
    assert sent == list(range(PART_BYTES, size, PART_BYTES))
    with at.service.database.read() as db:
        upload = db.query(Upload).one()
        assert upload.sha256 is not None and at.service.blobs.path(upload.sha256).read_bytes() == path.read_bytes()


def _choose(at: Walk, page: Any, round_id: str, path: Path) -> None:
    page.goto(f"{at.address}/rounds/{round_id}/uploads")
    page.set_input_files("[name=file]", path)
    page.get_by_role("button", name="Gửi danh sách").click()


def test_a_commune_hands_in_its_filled_form(walk: Begin, tmp_path: Path) -> None:
    """The form is fetched, filled in and sent back on one page; its answers are kept, rows left empty stay open."""
    at = walk([Grant(role=Role.COMMUNE, province_code="01", commune_code="00985")])
    round_id = round_with_rows(at.service, state="submitted")
    asker = person(at.service)
    with at.service.database.write() as db:
        asked = Asked(due_on=in_days(10), communes=None, operators=[])
        ask(db, asker, db.get_one(Round, round_id), asked, "")
    at.go("/requests")
    with at.page.expect_download() as fetched:
        at.page.get_by_role("link", name="Tải phiếu").click()
    form = tmp_path / "phieu.xlsx"
    fetched.value.save_as(form)
    _fill(form, "hết")
    at.page.set_input_files("[name=file]", form)
    at.press("Gửi phiếu đã điền")
    assert "Đã ghi 1 câu trả lời; 1 dòng để trống." in at.page.inner_text(".notice")
    with at.service.database.read() as db:
        assert [one.cells["still_gap"] for one in db.query(Answer)] == ["no"]
        assert sorted(one.state for one in db.query(Request).filter(Request.commune_code == "00985")) == [
            "answered", "asked",
        ]  # fmt: skip
    at.check_quiet()


def _fill(path: Path, word: str) -> None:
    """Answer the first place of a commune's form."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    keys = next(row for row in sheet.iter_rows() if row[0].value == "#keys")
    column = next(cell.column for cell in keys if cell.value == "answer:still_gap")
    sheet.cell(row=keys[0].row + 2, column=column).value = word
    book.save(path)


def test_an_administrator_registers_what_stands_on_the_server(walk: Begin) -> None:
    """A file of an allowed folder becomes a dataset whose check waits; a name that leads out of it is refused."""
    at = walk([Grant(role=Role.ADMIN)])
    at.go("/registered-datasets")
    at.page.select_option("[name=province_code]", "01")
    at.page.select_option("[name=kind]", "villages")
    at.page.fill("[name=name]", "Thôn 2026")
    at.page.fill("[name=path]", "../phusong.sqlite")
    at.press("Ghi vào kho dữ liệu")
    assert "Không có tệp hay thư mục này" in at.page.locator("[data-wrong]").first.inner_text()
    at.page.fill("[name=path]", "thon.csv")
    at.press("Ghi vào kho dữ liệu")
    assert "Đã ghi; đang kiểm tra." in at.page.inner_text(".notice")
    with at.service.database.read() as db:
        assert [one.name for one in db.query(Dataset)] == ["Thôn 2026"]
        assert [one.kind for one in db.query(Job)] == ["check_dataset"]
