"""An officer's list, an operator's answers and a planner's findings, each in a real browser from start to end."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_.inline import run_now
from api_.made_findings import study_with_findings
from api_.made_intake import VILLAGES, as_csv, as_xlsx, gaps
from api_.made_pages import Begin, Walk, walking
from api_.made_questions import put_boundaries, questions, written
from api_.made_rounds import in_days, person, round_with_rows

from phusong.api.access.roles import Grant, Role
from phusong.api.database.models import Answer, Decision, GapRow, Job, Request, Round, RowFinding, Upload
from phusong.api.jobs.registry import KINDS
from phusong.api.settings import ServiceSettings
from phusong.api.workflow.asking import Asked, ask

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def walk(chromium: Any, _sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begin]:
    """Return a function that opens a browser of a new person; one service for all of them."""
    folder = tmp_path_factory.mktemp("lists")
    shutil.copyfile(_sqlite_template, folder / "phusong.sqlite")
    settings = ServiceSettings(home=folder / "home", database_url=f"sqlite:///{(folder / 'phusong.sqlite').as_posix()}")
    with walking(chromium, settings) as begin:
        yield begin


VIETNAMESE = re.compile("[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
OURS = "h1, h2, h3, button, label, legend, summary, dt, thead th, figcaption, .tabs a, .hint, .notice, .empty p"


def check_english(at: Walk, *names: str) -> None:
    """No heading, button, label, note or column of an English page is in Vietnamese, names of things aside."""
    if at.page.get_attribute("html", "lang") != "en":
        return
    told = at.page.locator(OURS).evaluate_all(
        "all => all.filter((one) => !one.closest('[lang]:not(html)')).map((one) => one.textContent.trim())"
    )
    for name in names:
        told = [one.replace(name, "") for one in told]
    assert [one for one in told if VIETNAMESE.search(one)] == []


def run_jobs(at: Walk) -> None:
    """Do every job that waits, here and now, and draw the page anew."""
    with at.service.database.read() as db:
        waiting = [(job.id, job.kind) for job in db.query(Job).filter(Job.state == "queued")]
    for job_id, kind in waiting:
        run_now(at.service, KINDS[kind], job_id)
    at.page.reload()


def messy(path: Path) -> Path:
    """Write a list with two coordinates swapped and a class nobody knows."""
    rows = gaps()
    rows[1] |= {"Kinh độ": 22.62924, "Vĩ độ": 105.33}
    rows[2] |= {"Phân loại": "đen"}
    path.write_bytes(as_xlsx(rows))
    return path


def open_round(at: Walk, province: str) -> str:
    """Open a round straight in the database."""
    maker = person(at.service)
    with at.service.database.write() as db:
        made = Round(province_code=province, batch="2026-Q4", created_by=maker.id)
        db.add(made)
    return made.id


WORDS = {
    "vi": ("2 dòng cần bạn xem", "Ghi và kiểm tra lại", "Không còn dòng nào cần bạn xem", "Xác nhận các dòng đã chọn",
           "Dùng làm danh sách của đợt", "Nộp danh sách"),
    "en": ("2 need a look from you", "Keep and check again", "No row needs a look", "Acknowledge those ticked",
           "Take as the round's list", "Submit the list"),
}  # fmt: skip


@pytest.mark.parametrize(("language", "province"), [("vi", "08"), ("en", "04")])
def test_an_officer_sends_a_messy_list_corrects_it_in_place_confirms_and_submits(
    walk: Begin, tmp_path: Path, language: str, province: str
) -> None:
    """Dropped on the page, seen beside its rows and on the map, corrected in two cells, confirmed, taken, submitted."""
    need, keep, none, acknowledge, take, submit = WORDS[language]
    at = walk([Grant(role=Role.PROVINCE, province_code=province)])
    round_id = open_round(at, province)
    at.go(f"/rounds/{round_id}/uploads?lang={language}")
    if language == "en":
        at.page.click(".languages [hreflang=en]")
    check_english(at)
    path = messy(tmp_path / "danh-sach.xlsx")
    _drop(at, path)
    at.page.wait_for_url("**/uploads/*")
    first = at.page.url
    run_jobs(at)
    assert need in at.page.inner_text("#came-back")
    check_english(at, *VILLAGES, "Kinh độ", "Vĩ độ", "Phân loại")
    assert at.page.locator(".list-steps [aria-current=step]").inner_text().startswith("2")
    _from_problem_to_row_and_place(at)
    at.page.fill("[id='fix~0~3~lon']", "105,33")
    at.page.fill("[id='fix~0~3~lat']", "22.62924")
    at.page.fill("[id='fix~0~4~gap_class']", "trắng sóng")
    assert at.page.inner_text("[data-changed]").startswith("3 ")
    at.press(keep)
    at.page.wait_for_url(lambda url: url != first)
    run_jobs(at)
    assert none in at.page.inner_text("main") and at.page.locator("#r-0-3").count() == 1
    at.page.locator("input[form=ack]").evaluate_all("boxes => boxes.forEach(one => one.checked = true)")
    at.press(acknowledge)
    at.press(take)
    at.press(submit)
    check_english(at, *VILLAGES)
    with at.service.database.read() as db:
        kept = db.get_one(Round, round_id)
        uploads = db.query(Upload).filter(Upload.round_id == round_id).order_by(Upload.created_at).all()
        assert kept.state == "submitted" and kept.list_upload_id == uploads[1].id
        assert uploads[1].replaces_id == uploads[0].id and len(uploads[1].fixes) == 3
        assert uploads[0].sha256 and at.service.blobs.path(uploads[0].sha256).read_bytes() == path.read_bytes()
    at.check_quiet()


def _drop(at: Walk, path: Path) -> None:
    """Drop a file on the page, as from the desktop."""
    at.page.wait_for_selector("html.scripted")
    at.page.wait_for_timeout(300)  # the module that takes drops is loaded by the page's own
    held = at.page.evaluate_handle(
        """bytes => { const held = new DataTransfer();
        held.items.add(new File([new Uint8Array(bytes)], 'danh-sach.xlsx')); return held; }""",
        list(path.read_bytes()),
    )
    at.page.dispatch_event("h1", "drop", {"dataTransfer": held})


def _from_problem_to_row_and_place(at: Walk) -> None:
    """``n`` goes to the first problem, its row is marked beside it; a click in the row goes back; the map has it."""
    at.page.keyboard.press("n")
    assert at.page.evaluate("document.activeElement.id") == "p-0-3"
    assert at.page.locator("tr.current").get_attribute("id") == "r-0-3"
    at.page.keyboard.press("n")
    assert at.page.locator("tr.current").get_attribute("id") == "r-0-4"
    assert at.page.locator(".spot.lit").get_attribute("data-key") == "0-4"
    at.page.keyboard.press("p")
    assert at.page.evaluate("document.activeElement.id") == "p-0-3"
    at.page.locator(".spot[data-key='0-4']").click()
    assert at.page.evaluate("document.activeElement.id") == "p-0-4"
    at.page.locator("#r-0-3 a").click()
    assert at.page.evaluate("document.activeElement.id") == "p-0-3"


def test_without_script_the_list_is_corrected_all_the_same(walk: Begin, tmp_path: Path) -> None:
    """By plain forms: what was found stands in the page, cells are written anew, the corrected list is another page."""
    at = walk([Grant(role=Role.PROVINCE, province_code="11")], script=False)
    round_id = open_round(at, "11")
    at.go(f"/rounds/{round_id}/uploads")
    at.page.set_input_files("[name=file]", messy(tmp_path / "danh-sach.xlsx"))
    at.press("Gửi danh sách")
    run_jobs(at)
    assert at.page.locator(".found").count() == 2 and at.page.locator(".spot").count() == 1
    at.page.fill("[id='fix~0~4~gap_class']", "trắng sóng")
    at.press("Ghi và kiểm tra lại")
    assert "Đã ghi 1 ô" in at.page.inner_text(".notice")
    at.check_quiet()


CHOICES = {
    "vi": ("2 dòng đúng, 0 dòng đã sửa giúp, 3 dòng cần bạn xem.", "Ghi và kiểm tra lại", "lõm sóng, sửa phân loại"),
    "en": ("2 rows are right, 0 were repaired for you, 3 need a look from you.", "Keep and check again",
           "depression, correct the class"),
}  # fmt: skip


@pytest.mark.parametrize(("language", "province"), [("vi", "19"), ("en", "20")])
def test_what_may_be_read_in_several_ways_is_answered_with_one_press_each(
    walk: Begin, tmp_path: Path, language: str, province: str
) -> None:
    """Each reading says what it would mean; a press writes its cells and leads on; after the last, all is kept."""
    sentence, keep, smaller = CHOICES[language]
    at = walk([Grant(role=Role.PROVINCE, province_code=province)])
    put_boundaries(at.service, province)
    rows = [one | {"Mã tỉnh": province} for one in questions()]
    round_id = open_round(at, province)
    at.go(f"/language/{language}?next=/rounds/{round_id}/uploads")
    at.page.set_input_files("[name=file]", written(tmp_path / "danh-sach.csv", as_csv(rows)))
    at.page.locator("form[data-upload] button").first.click()
    at.page.wait_for_url("**/uploads/*")
    run_jobs(at)
    assert at.page.inner_text("#came-back") == sentence
    at.page.keyboard.press("j")
    assert at.page.evaluate("document.activeElement.id") == "p-0-3" and "1/3" in at.page.inner_text("[data-at]")
    means = at.page.locator("#p-0-3 .readings .hint").all_inner_texts()
    assert [bool(re.search(r"5[,.]1 km", one)) for one in means] == [True, False, False]
    at.page.keyboard.press("Enter")
    at.page.keyboard.press("Tab")
    at.page.keyboard.press("Enter")
    assert at.page.input_value("[id='fix~0~3~commune_code']") == "00985"
    assert at.page.evaluate("document.activeElement.id") == "p-0-4"
    at.page.get_by_role("button", name=smaller).click()
    assert at.page.input_value("[id='fix~0~4~gap_class']") == "lõm sóng"
    at.page.locator("#p-0-5 .readings button").first.click()
    assert at.page.evaluate("document.activeElement.textContent") == keep
    before = at.page.url
    at.page.keyboard.press("Enter")
    at.page.wait_for_url(lambda url: url != before)
    with at.service.database.read() as db:
        fixed = db.query(Upload).filter(Upload.round_id == round_id, Upload.replaces_id.is_not(None)).one()
        assert {(one["row"], one["field"]): one["text"] for one in fixed.fixes} == {
            (3, "commune_code"): "00985", (4, "gap_class"): "lõm sóng", (5, "commune_code"): "01003",
            (3, "commune_name"): "Xã Thượng Lâm", (5, "commune_name"): "Xã Nà Hang",
        }  # fmt: skip
    at.check_quiet()


NAMED = ("Bắc Ninh", "Phú Thọ", "Bản")
"""Names of places on these pages."""


def asked_operator(at: Walk, province: str, operator: str = "viettel") -> str:
    """Make a round whose operator is asked about three places."""
    round_id = round_with_rows(at.service, province=province, state="submitted")
    asker = person(at.service)
    with at.service.database.write() as db:
        ask(db, asker, db.get_one(Round, round_id), Asked(due_on=in_days(10), communes=[], operators=[operator]), "")
    return round_id


ANSWERING = {
    "vi": ("Trả lời lần lượt", "đã trả lời hết", "Không còn câu nào chờ"),
    "en": ("Answer one after another", "You have answered everything", "Nothing waits"),
}


@pytest.mark.parametrize(("language", "province", "operator"), [("vi", "01", "viettel"), ("en", "25", "mobifone")])
def test_an_operator_answers_three_questions_by_keyboard(
    walk: Begin, language: str, province: str, operator: str
) -> None:
    """Arrows choose, Enter sends and leads to the next question; after the last the page says that all is answered."""
    one_by_one, all_answered, nothing_waits = ANSWERING[language]
    at = walk([Grant(role=Role.OPERATOR, operator=operator)])
    round_id = asked_operator(at, province, operator)
    at.go(f"/language/{language}?next=/requests")
    assert "0/3" in at.page.inner_text(".figures")
    check_english(at, "Đợt 1/2026", "Tỉnh", "Xã", *NAMED)
    at.page.get_by_role("link", name=one_by_one).click()
    seen = set()
    for number in range(3):
        at.page.wait_for_url("**/requests/*")
        seen.add(at.page.url)
        check_english(at, "Đợt 1/2026", "Xã", *NAMED)
        at.page.locator("[name=coverage]").first.focus()
        if not number:
            at.page.fill("[name=answered_by]", "Phòng kỹ thuật")
            at.page.locator("[name=coverage]").first.focus()
        at.page.keyboard.press("ArrowDown")
        at.page.keyboard.press("ArrowDown")
        before = at.page.url
        at.page.keyboard.press("Enter")
        at.page.wait_for_url(lambda url, before=before: url != before)
    assert len(seen) == 3 and all_answered in at.page.inner_text(".notice")
    at.go("/requests?state=asked")
    assert nothing_waits in at.page.inner_text("main")
    with at.service.database.read() as db:
        answers = db.query(Answer).join(Request).filter(Request.round_id == round_id).all()
        assert [(one.cells["coverage"], one.cells["by"]) for one in answers] == [("no", "Phòng kỹ thuật")] * 3
    at.check_quiet()


def test_many_alike_are_answered_at_once_or_not_at_all(walk: Begin) -> None:
    """One answer goes to every question that was ticked; an answer that says nothing is refused for all of them."""
    at = walk([Grant(role=Role.OPERATOR, operator="viettel")])
    round_id = asked_operator(at, "37")
    at.go("/requests?state=asked")
    at.page.wait_for_selector("tbody tr[tabindex]")
    at.page.locator("thead input").check()
    at.page.locator(".alike summary").click()
    at.page.locator("[data-chosen-count]", has_text=re.compile(r"^3 ")).first.wait_for()
    at.page.fill("[name=answered_by]", "Phòng kỹ thuật")
    at.press("Gửi câu trả lời chung")
    assert "Chưa trả lời câu nào" in at.page.inner_text("[data-wrong]")
    at.page.locator("[name=coverage][value=weak]").check()
    at.page.fill("[name=note]", "Trạm mới phát sóng quý trước")
    at.press("Gửi câu trả lời chung")
    assert "Đã ghi 3 câu trả lời" in at.page.inner_text(".notice")
    with at.service.database.read() as db:
        answers = db.query(Answer).join(Request).filter(Request.round_id == round_id).all()
        assert {(one.cells["coverage"], one.cells["note"]) for one in answers} == {
            ("weak", "Trạm mới phát sóng quý trước")
        }
    assert [one for one in at.complaints if not re.search("422", one)] == []


DECIDING = {
    "vi": ("Mọi nhà mạng", "Ghi kết luận", "Đã ghi 4 kết luận", "Rút lại…", "Rút lại", "Đã rút lại 1 kết luận"),
    "en": ("All operators", "Keep the decision", "4 decisions are kept", "Take back…", "Take it back",
           "1 decisions are withdrawn"),
}  # fmt: skip


@pytest.mark.parametrize(("language", "province"), [("vi", "12"), ("en", "31")])
def test_a_planner_decides_several_with_a_reason_and_takes_one_back(walk: Begin, language: str, province: str) -> None:
    """All that the filter shows is decided at once; one of them is taken back with its own reason."""
    all_operators, keep, kept_all, take_back, undo, taken_back = DECIDING[language]
    at = walk([Grant(role=Role.PLANNER, province_code=province)])
    study_id = study_with_findings(at.service, province)
    at.go(f"/language/{language}?next=/studies/{study_id}/findings")
    check_english(at, "Nghiên cứu", "Xã Thượng Lâm")
    at.page.get_by_role("link", name="Khuổi Nà").click()
    at.page.wait_for_url("**finding_id=**")
    beside = at.page.locator("#evidence tbody tr")
    assert [beside.nth(n).locator("th").inner_text() for n in range(2)] == [all_operators, "Viettel"]
    assert "12/10/2026" in beside.nth(1).locator("td").nth(3).inner_text()
    at.page.wait_for_selector("tbody tr[tabindex]")
    at.page.locator("form .findings thead input").check()
    at.page.locator("[data-chosen-count]", has_text=re.compile(r"^4 ")).first.wait_for()
    at.page.select_option("[name=verdict]", "white")
    at.page.fill("[name=reason]", "Đã đo ngày 12/10/2026")
    at.press(keep)
    assert kept_all in at.page.inner_text(".notice")
    at.go(f"/studies/{study_id}/findings?finding=depression")
    assert "1/4" in at.page.inner_text("p[role=status]")
    at.page.get_by_role("link", name=take_back).click()
    at.page.fill("#undo-reason", "Đo nhầm thôn")
    check_english(at, "Nghiên cứu", "Xã Thượng Lâm", "Bản Bung", "Đã đo ngày 12/10/2026")
    at.press(undo)
    assert taken_back in at.page.inner_text(".notice")
    with at.service.database.read() as db:
        kept = db.query(Decision).filter(Decision.study_id == study_id).order_by(Decision.made_at).all()
        assert [one.verdict for one in kept] == ["white"] * 4 + ["withdrawn"]
        assert kept[4].village_name == "Bản Bung" and kept[4].reason == "Đo nhầm thôn"
    at.check_quiet()


def test_where_to_measure_next_is_a_way_to_drive(walk: Begin) -> None:
    """The nearest comes next, the kilometres are summed, and the way can be taken along for a GPS."""
    at = walk([Grant(role=Role.PLANNER, province_code="14")])
    study_id = study_with_findings(at.service, "14")
    at.go(f"/studies/{study_id}/measure")
    names = at.page.locator(".way-table tbody th")
    assert [names.nth(n).inner_text().split(" Xã")[0] for n in range(4)] == [
        "Bản Nà Lạ", "Bản Bung", "Nà Đon", "Khuổi Nà",
    ]  # fmt: skip
    assert "15,5" in at.page.inner_text(".figures") and at.page.locator(".spot").count() == 4
    with at.page.expect_download() as fetched:
        at.page.get_by_role("link", name=re.compile("gpx")).click()
    gpx = Path(fetched.value.path()).read_text(encoding="utf-8")
    assert gpx.index("1. Bản Nà Lạ") < gpx.index("4. Khuổi Nà") and gpx.count("<rtept") == 4
    at.check_quiet()


def test_what_changed_since_the_last_round_stands_side_by_side_and_on_the_map(walk: Begin) -> None:
    """Counts above, what was and what is in one line by the columns' own titles, places by shape; filtered by kind."""
    at = walk([Grant(role=Role.PROVINCE, province_code="15")])
    round_with_rows(at.service, province="15", batch="2026-Q3", communes=("00985", "00985", "00985"))
    later = round_with_rows(at.service, province="15", batch="2026-Q4", communes=("00985", "00985"))
    with at.service.database.write() as db:
        first = db.query(GapRow).filter(GapRow.round_id == later).order_by(GapRow.gap_id).first()
        assert first is not None
        version = first.versions[0]
        version.cells = {**version.cells, "gap_class": "weak"}
    at.go(f"/rounds/{later}/differences")
    figures = at.page.locator(".figures").inner_text()
    assert re.search(r"Không còn\s*1", figures.replace("\n", " ")) or re.search(
        r"1\s*Không còn", figures.replace("\n", " ")
    )
    pairs = at.page.locator(".pairs")
    assert pairs.count() == 1
    assert pairs.inner_text().split("\n") == ["Phân loại", "trắng sóng", "sóng yếu"]
    assert at.page.locator(".spot-closed.spot").count() == 1 and at.page.locator(".spot").count() == 3
    at.page.locator("nav.tabs").get_by_role("link", name=re.compile("Không còn")).click()
    at.page.wait_for_url("**change=closed")
    assert at.page.locator("tbody tr").count() == 1
    told = "2026-Q3: 0 mới, 1 không còn, 0 trở lại, 1 thay đổi, 0 dời chỗ, 1 như cũ."
    with at.service.database.read() as db:
        taken = db.get_one(Round, later).list_upload_id
    at.go(f"/rounds/{later}")
    assert told in at.page.inner_text(".since-last")
    at.go(f"/language/en?next=/rounds/{later}")
    assert "1 closed" in at.page.inner_text(".since-last")
    with at.service.database.write() as db:
        db.get_one(Upload, taken).report = {"problems": [], "levels": {}}
    at.go(f"/uploads/{taken}")
    assert "1 closed" in at.page.inner_text(".since-last")
    assert at.page.get_by_role("button", name="Submit the list").is_visible()
    at.check_quiet()


def said_of_rows(at: Walk, province: str) -> str:
    """Make a round of three rows: one the study serves, one an operator serves, one undetermined and measured dark."""
    round_id = asked_operator(at, province)
    study_id = study_with_findings(at.service, province)
    with at.service.database.write() as db:
        db.get_one(Round, round_id).study_id = study_id
        rows = db.query(GapRow).filter(GapRow.round_id == round_id).order_by(GapRow.gap_id).all()
        village = {"village_code": f"{province}985-03", "village_name": "Nà Đon", "commune_code": f"{province}985"}
        model = {"class_computed": "depression", "unserved_households": 12, "undetermined_households": 3,
                 "households": 40, "village": village}  # fmt: skip
        for row, verdict in zip(rows, ("served", "confirmed", "undetermined"), strict=True):
            told = {"round_id": round_id, "study_id": study_id, "province_code": province, "row_version": 1}
            db.add(RowFinding(row_id=row.id, verdict=verdict, details=model, **told))
        maker = rows[0].versions[0].made_by
        question = db.query(Request).filter(Request.row_id == rows[1].id).one()
        question.state = "answered"
        for version, word in enumerate(("no", "yes"), start=1):
            db.add(Answer(request_id=question.id, version=version, cells={"coverage": word}, made_by=maker))
    return round_id


EVIDENCE = {
    "vi": ("khác danh sách", "12–15/40 hộ chưa có sóng", "chưa xác định", "chưa trả lời", "có sóng"),
    "en": ("differs from the list", "12–15/40 households without signal", "undetermined", "not answered yet", "signal"),
}


@pytest.mark.parametrize(("language", "province"), [("vi", "22"), ("en", "24")])
def test_all_that_is_said_of_a_row_stands_side_by_side_and_who_differs_is_said_in_words(
    walk: Begin, language: str, province: str
) -> None:
    """The study's signal and the operator's last word differ from the list; the undetermined differs from nobody."""
    differs, interval, undetermined, unanswered, signal = EVIDENCE[language]
    at = walk([Grant(role=Role.PLANNER, province_code=province)])
    round_id = said_of_rows(at, province)
    at.go(f"/language/{language}?next=/rounds/{round_id}/evidence")
    cells = [row.locator("td").all_inner_texts() for row in at.page.locator("tbody tr").all()]
    marked = [[differs in cell for cell in row] for row in cells]
    assert [row.index(True) if any(row) else None for row in marked] == [1, 3, None]
    assert interval in cells[0][1] and undetermined in cells[2][1] and interval in cells[2][1]
    assert unanswered in cells[0][3] and signal in cells[1][3] and "12/10/2026" in cells[2][4]
    at.page.locator("nav.tabs").last.locator("a").nth(1).click()
    at.page.wait_for_url("**differs=yes")
    assert at.page.locator("tbody tr").count() == 2 and at.page.locator("tr.row-differs").count() == 2
    assert "(2)" in at.page.locator("nav.tabs").last.inner_text()
    at.check_quiet()


def test_a_file_on_its_way_is_told_and_can_be_given_up(walk: Begin, tmp_path: Path) -> None:
    """All that stands against a file is told at once; how far it is is told while it goes; nothing of it is kept."""
    at = walk([Grant(role=Role.PROVINCE, province_code="33")])
    round_id = open_round(at, "33")
    at.go(f"/rounds/{round_id}/uploads")
    at.page.wait_for_selector("html.scripted")
    send = at.page.locator("form[data-upload] button").first
    at.page.set_input_files("[name=file]", written(tmp_path / "danh-sach.pdf", b""))
    status = at.page.locator("[data-status]")
    send.click()
    status.get_by_text("Tệp không có gì.").wait_for()
    assert "Không nhận loại tệp này" in status.inner_text()
    parts: list[str] = []

    def slowly(route: Any) -> None:
        parts.append(route.request.url)
        if len(parts) < 3:
            route.continue_()  # the third stands still, as on a line that is gone

    at.page.route("**/api/uploads/*offset=*", slowly)
    at.page.set_input_files("[name=file]", written(tmp_path / "danh-sach.csv", b"x" * 2_000_000))
    send.click()
    status.get_by_text(re.compile(r"Đã nhận \d+ %")).wait_for()
    assert 0 < at.page.locator("form progress").evaluate("bar => bar.value") < 1
    for _ in range(100):
        if len(parts) == 3:
            break
        at.page.wait_for_timeout(50)
    at.page.get_by_role("button", name="Dừng gửi").click()
    status.get_by_text("Đã dừng gửi").wait_for()
    assert at.page.get_by_role("button", name="Dừng gửi").is_hidden() and send.is_enabled()
    assert at.page.evaluate("localStorage.length") == 0
    with at.service.database.read() as db:
        assert {one.state for one in db.query(Upload).filter(Upload.round_id == round_id)} == {"failed"}
