"""A person new to it, at an office PC: from the first sign-in to the documents of a tender, by what the screen says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from api_.made_pages import Walk
from api_.made_studies import FILES, SAMPLE, STATIONS
from api_.served import ROOT, RUN, answers, serving
from api_.toy_processes import wait_until

from phusong.api.database.types import today
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

pytestmark = [pytest.mark.chromium, pytest.mark.slow, pytest.mark.timeout(1800)]
REGISTERED = ("communes", "villages", "declarations")
PATIENCE_SECONDS = 400.0
PASSWORD = "ruộng bậc thang Mù Cang"


@dataclass
class Desk(Walk):
    """The browser of somebody who reads one language and knows nothing but what the screen says."""

    language: str = "vi"

    def say(self, vi: str, en: str) -> str:
        """Return the words of this person's language."""
        return vi if self.language == "vi" else en

    def press(self, vi: str, en: str = "") -> None:
        """Press a button by its words."""
        super().press(self.say(vi, en))

    def follow(self, vi: str, en: str) -> None:
        """Follow the first link of these words."""
        self.page.get_by_role("link", name=self.say(vi, en), exact=True).first.click()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_round_lives_from_its_opening_to_the_documents(
    small_province: Path, chromium: Any, tmp_path: Path, language: str
) -> None:
    """Everything an office does in a quarter is done on its pages, and the trail of it is whole.

    In English communes are not asked and one study is run: answers and findings are walked in English elsewhere.
    """
    home = ServiceSettings(home=tmp_path / "home", database_url="")
    folders = f'["{small_province.as_posix()}"]'
    with serving(home, "--port", "0", PHUSONG_DATA_FOLDERS=folders, PHUSONG_PRACTICE="true") as served:
        address = served.hear("đang chạy ở")
        served.hear("Mã thiết lập lần đầu")
        code = served.said[-1].split(": ")[1].split()[0]
        wait_until(lambda: answers(address), "an answer")
        context = chromium.new_context(
            viewport={"width": 1366, "height": 768}, locale={"vi": "vi-VN", "en": "en-GB"}[language]
        )
        context.set_default_timeout(30_000)
        at = Desk(context.new_page(), address, Service.of(home), language=language)
        at.watch(at.page)
        _signs_in(at, code)
        round_ = _submits(at, small_province)
        if language == "vi":
            village = _hears_of_a_commune(at, round_)
            _adds_data(at, small_province)
            first = _studies(at, "Rà soát lần đầu")
            _sees_the_answer_above_the_list(at, first, village)
            _decides_over_gaps(at, first)
        else:
            _adds_data(at, small_province)
        study = _studies(at, "Rà soát sau kết luận")
        _concludes(at, round_, study)
        plan = _plans(at, round_, study)
        _makes_documents(at, _chooses_a_package(at, plan), tmp_path)
        _reads_the_trail(at)
        at.check_quiet()
        at.service.close()
        context.close()
        told = _phusong("audit", "verify", "--home", str(home.home))
    assert "Nhật ký toàn vẹn" in told


def _signs_in(at: Desk, code: str) -> None:
    at.go("/")
    for name, value in (("code", code), ("full_name", "Vàng Thị Mai"), ("username", "mai"), ("password", PASSWORD)):
        at.page.fill(f"[name={name}]", value)
    at.press("Tạo người quản trị", "Make the administrator")
    at.page.click(f".languages [hreflang={at.language}]")
    assert at.heading() == at.say("Việc cần làm", "Inbox")


def _text(at: Desk) -> str:
    return str(at.page.locator("main").inner_text())


def _waits_for(at: Desk, word: str) -> None:
    """Wait until a page that follows its work by itself says a word."""
    until = time.monotonic() + PATIENCE_SECONDS
    while word not in _text(at):
        assert time.monotonic() < until, f"{word}: {_text(at)[:500]}"
        at.page.wait_for_timeout(300)


def _submits(at: Desk, folder: Path) -> str:
    """Open a round, send its list, look at what was found, submit it; return the round's address."""
    at.follow("Danh sách", "Lists")
    at.follow("Mở đợt mới", "Open a round")
    at.page.select_option("[name=province_code]", SAMPLE)
    at.page.fill("[name=batch]", "2026-Q4")
    at.press("Mở đợt", "Open the round")
    round_ = re.sub(r"/uploads.*", "", str(at.page.url).removeprefix(at.address))
    at.page.set_input_files("[name=file]", folder / FILES["reported_gaps"][0])
    at.press("Gửi danh sách", "Send the list")
    at.page.wait_for_url("**/uploads/*")
    _waits_for(at, at.say("dòng đúng", "rows are right"))
    for box in at.page.locator("[form=ack][type=checkbox]").all():
        box.check()
    if at.page.locator("[form=ack][type=checkbox]").count():
        at.press("Xác nhận các dòng đã chọn", "Acknowledge those ticked")
    at.press("Dùng làm danh sách của đợt", "Take as the round's list")
    at.press("Nộp danh sách", "Submit the list")
    at.go(round_)
    assert at.say("Đã nộp", "Submitted") in _text(at)
    return round_


def _hears_of_a_commune(at: Desk, round_: str) -> str:
    """Ask the communes; one says that a village it had reported has signal now. Return that village."""
    at.go(f"{round_}/requests")
    at.page.fill("[name=due_on]", (today() + timedelta(days=10)).isoformat())
    at.press("Gửi câu hỏi", "Send the questions")
    request_id, village = _of_a_whole_village(at)
    at.go(f"/requests/{request_id}")
    at.page.check("[name=still_gap][value=no]")
    at.page.fill("[name=answered_by]", "UBND xã, Phó Chủ tịch")
    at.press("Gửi và sang câu kế tiếp", "Send and go on")
    at.go(round_)
    at.press("Kết thúc lấy ý kiến", "Close the answers")
    return village


def _of_a_whole_village(at: Desk) -> tuple[str, str]:
    """Return a question about a village as a whole, that no other question is about."""

    def told(path: str) -> Any:
        return at.page.request.get(f"{at.address}{path}").json()

    asked = told("/api/requests?limit=500")["items"]
    for one in asked:
        listed = told(f"/api/requests/{one['id']}")["listed"]
        alike = [other for other in asked if other["village"] == one["village"]]
        if listed["village_name"] and not listed["cluster_name"] and len(alike) == 1:
            return one["id"], listed["village_name"]
    raise AssertionError("the list names no whole village")


def _adds_data(at: Desk, folder: Path) -> None:
    """Send the households, register what stands on the machine; all of it is usable."""
    at.follow("Dữ liệu", "Data")
    at.page.select_option("[name=province_code]", SAMPLE)
    at.page.select_option("[name=kind]", "households")
    at.page.fill("[name=name]", "Hộ dân")
    at.press("Thêm", "Add")
    at.page.set_input_files("[name=file]", folder / FILES["households"][0])
    at.press("Gửi tệp", "Send the file")
    at.page.get_by_role("button", name=at.say("Ghi bản mới", "Keep the new version")).wait_for()
    at.press("Ghi bản mới", "Keep the new version")
    households = at.page.url
    for kind in REGISTERED:
        _registers(at, kind, FILES[kind][0])
    for operator, name in STATIONS.items():
        _registers(at, "stations", name, operator=operator)
    _registers(at, "terrain", "terrain", ground="dsm")
    at.page.goto(households)
    _waits_for(at, at.say("Dùng được", "Usable"))
    until = time.monotonic() + PATIENCE_SECONDS
    while _text(at).count(at.say("Dùng được", "Usable")) < 1 + len(REGISTERED) + len(STATIONS) + 1:
        assert time.monotonic() < until, _text(at)[:500]
        at.page.wait_for_timeout(300)
        at.go("/datasets")


def _registers(at: Desk, kind: str, path: str, **more: str) -> None:
    at.go("/registered-datasets")
    at.page.select_option("[name=province_code]", SAMPLE)
    at.page.select_option("[name=kind]", kind)
    at.page.fill("[name=name]", path)
    at.page.fill("[name=path]", path)
    for name, value in more.items():
        at.page.select_option(f"[name={name}]", value)
    at.press("Ghi vào kho dữ liệu", "Register")


def _studies(at: Desk, name: str) -> str:
    """Run a study of the round with all data there is; return its address."""
    at.follow("Nghiên cứu", "Studies")
    at.follow("Nghiên cứu mới", "New study")
    if at.page.locator("[name=name]").count() == 0:
        at.page.select_option("[name=province]", SAMPLE)
        at.page.wait_for_selector("[name=name]")
    at.page.fill("[name=name]", name)
    at.page.select_option("[name=round_id]", label="2026-Q4")
    at.page.check("[name=simulated]")
    at.press("Chạy nghiên cứu", "Run the study")
    _waits_for(at, at.say("Đã xong", "Done"))
    return str(at.page.url).removeprefix(at.address).partition("?")[0]


def _sees_the_answer_above_the_list(at: Desk, study: str, village: str) -> None:
    """What the commune answered stands above its list and above the model."""
    at.go(f"{study}/findings?q={village}")
    row = at.page.locator("tbody tr", has_text=village).first
    told = row.inner_text()
    assert at.say("dựa vào xã xác nhận", "rests on confirmed by the commune") in told, told


def _decides_over_gaps(at: Desk, study: str) -> None:
    """Every gap of the study is decided by what was measured there."""
    at.go(f"{study}/findings?target=gap")
    _decides(at, "unserved", "Đã đo tại chỗ")


def _decides(at: Desk, verdict: str, reason: str) -> None:
    whole = at.page.locator("[name=whole]")
    (whole.first if whole.count() else at.page.locator("thead input[type=checkbox]").first).check()
    at.page.select_option("[name=verdict]", verdict)
    at.page.fill("[name=reason]", reason)
    at.press("Ghi kết luận", "Keep the decision")


def _concludes(at: Desk, round_: str, study: str) -> None:
    """Set the round beside the study, decide what is open, propose, approve."""
    at.go(f"{round_}/findings")
    at.page.select_option("[name=study_id]", study.rsplit("/", 1)[-1])
    at.press("Đối chiếu", "Reconcile")
    at.go(f"{round_}/findings?concluded=no")
    if at.page.locator("[name=verdict]").count():
        _decides(at, "unserved", "Xã đã xác nhận")
    at.go(round_)
    at.press("Trình phê duyệt", "Submit for approval")
    at.press("Phê duyệt", "Approve")
    assert at.say("Đã phê duyệt", "Approved") in _text(at)


def _plans(at: Desk, round_: str, study: str) -> str:
    at.go(study)
    at.follow("Lập kế hoạch", "Make a plan")
    at.page.fill("[name=name]", "Cả tỉnh")
    at.page.select_option("[name=goal]", "budget_vnd")
    at.page.fill("[name=value]", at.say("15 tỷ", "15 billion"))
    at.press("Lập kế hoạch", "Make the plan")
    _waits_for(at, at.say("Hộ được phủ", "Households served"))
    plan = str(at.page.url).removeprefix(at.address)
    at.go(round_)
    at.press("Lập kế hoạch", "Plan")
    return plan


def _chooses_a_package(at: Desk, plan: str) -> str:
    """Choose the areas of one commune; an area with a proof missing is refused. Return the package's address."""
    at.go(plan)
    at.page.locator("summary", has_text=at.say("Để phần mềm chia", "Let the program divide")).click()
    at.page.check("[name=route][value=operator]")
    at.press("Chia thành gói thầu", "Divide into packages")
    at.page.locator("#packages tbody th a").first.wait_for(timeout=1000 * PATIENCE_SECONDS)
    at.follow("Chọn khu vực vào gói", "Choose areas for a package")
    barred = at.page.locator("[data-barred]")
    if barred.count():
        barred.first.check()
        at.page.locator("[data-refused]").wait_for(state="visible")
        assert at.page.locator("[data-make]").is_disabled()
        barred.first.uncheck()
    at.page.locator("[name=item]:not([data-barred])").first.check()
    at.page.fill("[name=because]", "Xã khó khăn nhất, đã đo")
    at.press("Lập gói thầu", "Make the package")
    at.page.locator("[data-job]").wait_for(state="detached", timeout=1000 * PATIENCE_SECONDS)
    at.page.locator("#packages tbody th a").first.click()
    return str(at.page.url).removeprefix(at.address)


def _makes_documents(at: Desk, package: str, folder: Path) -> None:
    """The leader's step, then the documents, all of them in one file."""
    at.go(package)
    at.press("Phê duyệt", "Approve")
    at.press("Tạo bộ hồ sơ", "Make the documents")
    _waits_for(at, at.say("Tải cả bộ .zip", "Download all (.zip)"))
    with at.page.expect_download() as download:
        at.follow("Tải cả bộ .zip", "Download all (.zip)")
    path = folder / "bo-ho-so.zip"
    download.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None and len(archive.namelist()) > 30
    at.go(package)
    at.press("Đăng tải", "Publish")
    assert at.say("Đã đăng tải", "Published") in _text(at)


def _reads_the_trail(at: Desk) -> None:
    """Who published, and when, stands in the trail."""
    at.follow("Nhật ký", "Audit trail")
    first = at.page.locator("tbody tr").first.inner_text()
    assert at.say("Đăng tải", "Publish") in first and "mai" in first, first


def _phusong(*arguments: str) -> str:
    command = [sys.executable, "-P", "-c", RUN, *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
