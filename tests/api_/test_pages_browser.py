"""Walks through the pages in a real browser against a real server: nothing leaves it, nothing complains."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_.inline import run_now
from api_.made_intake import as_csv, gaps
from api_.made_pages import Begin, walking
from api_.made_world import make_world

from phusong.api.access.roles import Grant, Role
from phusong.api.database.models import Job, Round, Upload
from phusong.api.jobs.registry import KINDS
from phusong.api.people.set_up import first_run_code
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

pytestmark = pytest.mark.chromium
PASSWORD = "ngựa vằn dưới mưa 42"


@pytest.fixture
def walk(chromium: Any, settings: ServiceSettings) -> Iterator[Begin]:
    """Return a function: ``walk(grants)`` is a browser of a new person with them, ``walk([])`` of nobody yet."""
    with walking(chromium, settings) as begin:
        yield begin


def run_jobs(service: Service) -> None:
    """Do every job that waits, here and now."""
    with service.database.read() as db:
        waiting = [(job.id, job.kind) for job in db.query(Job).filter(Job.state == "queued")]
    for job_id, kind in waiting:
        run_now(service, KINDS[kind], job_id)


def gap_list(folder: Path) -> Path:
    """Write a list of two places as a province sends it."""
    path = folder / "danh-sach.csv"
    path.write_bytes(as_csv(gaps("Nà Lùng", "Khuổi Pao")))
    return path


def test_the_first_administrator_is_made_and_signs_in_again(walk):
    """With the terminal's code an administrator is made; signed out, the password lets them in again."""
    at = walk([])
    code = first_run_code(at.service)
    at.go("/")
    assert at.heading() == "Thiết lập lần đầu"
    for name, value in (("code", code), ("full_name", "Nguyễn Thị Lan"), ("username", "lan"), ("password", PASSWORD)):
        at.page.fill(f"[name={name}]", value)
    at.press("Tạo người quản trị")
    assert at.heading() == "Việc cần làm"
    at.press("Đăng xuất")
    at.page.fill("[name=username]", "lan")
    at.page.fill("[name=password]", PASSWORD)
    at.press("Đăng nhập")
    assert at.heading() == "Việc cần làm"
    at.check_quiet()


@pytest.mark.parametrize("script", [True, False])
def test_an_officer_sends_a_list_reads_its_report_and_submits(walk, tmp_path, script):
    """Open a round, send a list, read the report, take it, submit: with script, and by plain forms alone."""
    at = walk([Grant(role=Role.PROVINCE, province_code="08")], script=script)
    at.go("/rounds")
    at.page.get_by_role("link", name="Mở đợt mới").first.click()
    at.page.fill("[name=batch]", "2026-Q4")
    at.press("Mở đợt")
    at.page.set_input_files("[name=file]", gap_list(tmp_path))
    at.press("Gửi danh sách")
    at.page.wait_for_url("**/uploads/*")
    assert at.heading() == "danh-sach.csv"
    run_jobs(at.service)
    at.page.reload()
    with at.service.database.read() as db:
        upload = db.query(Upload).one()
        assert (upload.state, upload.errors) == ("checked", 0), upload.report
    assert "2 dòng đúng" in at.page.inner_text("main")
    if upload.warnings:
        boxes = at.page.locator("input[form=ack]")
        boxes.evaluate_all("boxes => boxes.forEach(one => one.checked = true)")
        at.press("Xác nhận các dòng đã chọn")
    at.press("Dùng làm danh sách của đợt")
    assert "Nà Lùng" in at.page.inner_text("main")
    at.press("Nộp danh sách")
    assert "Đã nộp" in at.page.inner_text("main")
    with at.service.database.read() as db:
        assert db.query(Round).one().state == "submitted"
    at.check_quiet()


def test_a_planner_walks_from_the_inbox_to_the_packages(walk):
    """Every section of a planner's rail opens, in both languages, without a complaint."""
    at = walk([Grant(role=Role.PLANNER)])
    make_world(at.service, "04")
    for language in ("en", "vi"):
        at.go("/")
        at.page.click(f".languages [hreflang={language}]")
        for index in range(1, at.page.locator(".rail a").count()):
            at.page.locator(".rail a").nth(index).click()
            assert at.page.locator("h1").count() == 1
            assert at.page.get_attribute("html", "lang") == language
            assert at.page.evaluate("document.documentElement.scrollWidth") <= 1366, at.page.url
    at.check_quiet()


def test_an_administrator_adds_a_person_who_must_change_the_password(walk):
    """A person is added with a role; the temporary password lets them in as far as their own account."""
    at = walk([Grant(role=Role.ADMIN)])
    at.go("/people")
    at.page.get_by_role("link", name="Thêm người dùng").click()
    at.page.fill("[name=full_name]", "Hoàng Văn Páo")
    at.page.fill("[name=username]", "pao.hoang")
    at.page.locator("[name=grant-role]").first.select_option("province")
    at.page.locator("[name=grant-province_code]").first.select_option("04")
    at.press("Thêm người dùng")
    password = at.page.inner_text(".code")
    other = walk([])
    other.go("/sign-in")
    other.page.fill("[name=username]", "pao.hoang")
    other.page.fill("[name=password]", password)
    other.press("Đăng nhập")
    assert other.heading() == "Tài khoản của tôi"
    assert "mật khẩu tạm" in other.page.inner_text("main")
    at.check_quiet()
    other.check_quiet()


def test_rows_of_a_table_are_walked_by_keyboard(walk):
    """Arrows go from row to row, Enter opens the row's link."""
    at = walk([Grant(role=Role.PROVINCE, province_code="04")])
    world = make_world(at.service, "04")
    at.go(f"/rounds/{world.first('round_id')}")
    at.page.wait_for_selector("tbody tr[tabindex]")
    at.page.locator("tbody tr").first.focus()
    at.page.keyboard.press("ArrowDown")
    second = at.page.locator("tbody tr").nth(1)
    assert second.evaluate("row => row === document.activeElement")
    village = second.locator("a").inner_text()
    at.page.keyboard.press("Enter")
    at.page.wait_for_url("**/rows/*")
    assert at.heading() == village
    at.check_quiet()
