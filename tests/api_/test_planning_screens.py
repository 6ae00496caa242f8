"""What a planner tries and makes: budgets, weights, packages of chosen areas, documents on their shelf."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from api_.made_pages import Begin, Walk, walking
from api_.made_plans import PLAN_ID, STUDY_ID, make_planned
from api_.made_studies import SAMPLE, run
from api_.made_tenders import settings_of
from docx import Document
from fastapi.testclient import TestClient

from phusong.api.access.roles import Grant, Role
from phusong.api.database.models import DatasetVersion, DocumentSet, Job, PackageVersion, Plan
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings
from phusong.data.ranking import parse_ranking, read_ranking

As = Callable[..., TestClient]
OWN_LINE = "Sở Khoa học và Công nghệ bổ sung câu này."


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with a study and a plan of several sites, the same for all tests of this module: copy it."""
    home = tmp_path_factory.mktemp("planned") / "home"
    home.mkdir()
    make_planned(home)
    return home


@pytest.fixture
def settings(planned: Path, tmp_path: Path) -> ServiceSettings:
    """Return the settings of a service in a copy of that home."""
    shutil.copytree(planned, tmp_path / "home")
    return settings_of(tmp_path / "home")


def table(service: Service, name: str) -> pd.DataFrame:
    """Return a table of the plan."""
    return pd.read_parquet(service.settings.home / "plans" / PLAN_ID / f"{name}.parquet")


def test_a_ranking_by_the_studys_own_weights_is_the_studys(as_: As, service: Service) -> None:
    """Rank, interval and words are those the study wrote, with a plan those of the plan; other weights move ranks."""
    planner = as_(Role.PLANNER, province_code=SAMPLE)
    address = f"/api/studies/{STUDY_ID}/ranking"
    told = planner.get(address).json()
    kept = pd.read_parquet(service.settings.home / "studies" / STUDY_ID / "results" / "ranking.parquet")
    names = ["gap_id", "rank", "rank_low", "rank_high", "score", "households"]
    pd.testing.assert_frame_equal(pd.DataFrame(told["items"])[names], kept[names].head(50), check_dtype=False)
    assert [one["explanation"] for one in told["items"]] == list(kept["explanation_vi"].head(50))
    assert told["total"] == len(kept)
    with_plan = planner.get(address, params={"plan_id": PLAN_ID, "lang": "en"}).json()
    of_plan = table(service, "ranking")
    assert [one["gap_id"] for one in with_plan["items"]] == list(of_plan["gap_id"].head(50))
    only_cost = planner.get(address, params={
        "plan_id": PLAN_ID, "weights": "need:0,disadvantage:0,place:0,interest:0,evidence:0,cost:5",
    }).json()  # fmt: skip
    assert [one["gap_id"] for one in only_cost["items"]] != [one["gap_id"] for one in with_plan["items"]]
    assert all(one["rank_low"] <= one["rank"] <= one["rank_high"] for one in only_cost["items"])
    for weights in ("need:0,disadvantage:0,place:0,interest:0,evidence:0,cost:0", "need:x", "nothing:1", "need:-1"):
        assert planner.get(address, params={"weights": weights}).status_code == 422


def test_a_package_of_chosen_areas_holds_what_was_promised(as_: As, service: Service) -> None:
    """What is tried is what is made, sum by sum; an area without its proof is refused with its reason."""
    planner = as_(Role.PLANNER, province_code=SAMPLE)
    address = f"/api/plans/{PLAN_ID}/packages"
    sites = table(service, "plan_sites")
    barred = pd.read_parquet(service.settings.home / "studies" / STUDY_ID / "results" / "gaps.parquet").gap_id.iloc[-1]
    first = planner.post(f"{address}/tried", json={"items": [sites.option_id[0]]}).json()
    assert first["refused"] == "", first
    assert first["cost"]["middle"] == round(sites.cost_vnd[0])
    refused = planner.post(f"{address}/tried", json={"items": [sites.option_id[0], barred]}).json()
    assert barred in refused["refused"]
    assert {one["gap_id"] for one in refused["missing"]} >= {barred}
    asked = planner.post(f"{address}/chosen", json={"items": [sites.option_id[0], barred], "because": "thử"})
    assert asked.status_code == 422
    assert "kết luận chưa đủ" in asked.json()["detail"]
    asked = planner.post(f"{address}/chosen", json={"items": [sites.option_id[0]], "because": "thôn xa nhất"})
    job = run(service, asked.json()["job_id"])
    assert job.state == "done", job.error
    (made,) = planner.get("/api/packages").json()["items"]
    assert made["code"] == first["code"]
    newest = made["versions"][-1]
    assert (newest["households"], newest["sites"]) == (first["households"], 1)
    assert newest["price_vnd"] == first["cost"]["middle"]
    again = planner.post(f"{address}/tried", json={"items": list(sites.option_id)}).json()
    assert again["taken_from"] in ([first["code"]], [])


@pytest.fixture
def walk(chromium: Any, settings: ServiceSettings) -> Iterator[Begin]:
    """Return a function: ``walk(grants)`` is a browser of a new person with them."""
    with walking(chromium, settings) as begin:
        yield begin


def grants(role: Role) -> list[Grant]:
    """Return what one role holds in the sample's province."""
    return [Grant(role=role, province_code=SAMPLE)]


def until(at: Walk, script: str, given: object = None) -> None:
    """Wait until something holds on the page, asked from outside: the page itself may evaluate nothing."""
    ends = time.monotonic() + 20.0
    while not at.page.evaluate(script, given):
        assert time.monotonic() < ends, script
        time.sleep(0.05)


def shown(number: float) -> str:
    """Write a whole number as Vietnamese pages do."""
    return f"{round(number):,}".replace(",", ".")


def told(at: Walk, name: str) -> str:
    """Return a figure that a page tells live."""
    return str(at.page.locator(f'[data-told="{name}"]').inner_text())


@pytest.mark.chromium
def test_from_a_budget_to_documents(walk: Begin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A planner moves the budget, changes and saves weights, chooses areas; approval, a template, the documents."""
    at = walk(grants(Role.PLANNER))
    plan_id = moves_the_budget(at)
    changes_weights(at)
    chooses_areas(at)
    leader = walk(grants(Role.LEADER))
    leader.go("/packages")
    leader.page.locator(".lane-frozen a.parcel").first.focus()
    leader.page.keyboard.press("Enter")
    leader.page.wait_for_url("**/packages/*")
    leader.press("Phê duyệt")
    leader.go("/packages")
    assert leader.page.locator(".lane-approved a.parcel").count() == 1
    leader.check_quiet()
    monkeypatch.setattr("phusong.tenders.documents.find_office", lambda: None)
    sends_a_template(walk([Grant(role=Role.ADMIN)]), tmp_path)
    has_documents(walk(grants(Role.PROCUREMENT)))
    at.go(f"/plans/{plan_id}")
    at.page.locator("[data-job]").wait_for()
    at.go("/plans")
    at.check_quiet()


def moves_the_budget(at: Walk) -> str:
    """Half the money: sums are those of the plan's table; an exact plan for it is asked for; return its id."""
    sites = table(at.service, "plan_sites").sort_values("order")
    at.go(f"/plans/{PLAN_ID}")
    slider = at.page.locator("#budget")
    half = float(sites.cost_vnd.sum()) / 2
    slider.fill(str(round(half / 1e8) * 10**8))
    slider.press("ArrowRight")
    budget = int(slider.input_value())
    inside = sites[sites.cost_vnd.cumsum() <= budget]
    assert 0 < len(inside) < len(sites)
    assert told(at, "budget") == shown(budget)
    assert told(at, "sites") == f"{len(inside)}/{len(sites)}"
    assert told(at, "households") == f"{inside.households.sum()}/{sites.households.sum()}"
    assert told(at, "cost") == shown(inside.cost_vnd.sum())
    assert at.page.locator("tr.inside").count() == len(inside)
    at.page.reload()
    assert told(at, "budget") == shown(budget)
    at.press("Lập kế hoạch với ngân sách này")
    at.page.wait_for_url(lambda url: PLAN_ID not in url)
    plan_id = str(at.page.url.rsplit("/", 1)[-1])
    with at.service.database.read() as db:
        assert db.get_one(Plan, plan_id).goal == {"budget_vnd": float(budget)}
    return plan_id


def changes_weights(at: Walk) -> None:
    """Cost alone: the order is that of cost; the address keeps it; the study's own weights come back."""
    at.go(f"/plans/{PLAN_ID}")
    at.page.get_by_role("link", name="Đổi trọng số ưu tiên").click()
    rows = at.page.locator("[data-ranks] tbody th")
    before = rows.all_inner_texts()
    for key in ("need", "disadvantage", "place", "interest", "evidence"):
        at.page.fill(f"[name={key}]", "0")
    until(at, "() => location.search.includes('evidence=0')")
    assert rows.all_inner_texts() != before
    after = rows.all_inner_texts()
    at.page.fill("#f-name", "Chỉ chi phí")
    at.press("Lưu thứ tự")
    at.page.locator(".orders a[aria-current]", has_text="Chỉ chi phí").wait_for()
    assert rows.all_inner_texts() == after
    at.press("Về trọng số của nghiên cứu")
    until(at, "() => !location.search.includes('need')")
    assert rows.all_inner_texts() == before
    for key in ("need", "disadvantage", "place", "interest", "evidence", "cost"):
        at.page.fill(f"[name={key}]", "0")
    at.page.locator("[data-refused]").wait_for()


def chooses_areas(at: Walk) -> None:
    """Areas come chosen from the map; one without its proof is refused in words, the rest becomes a package."""
    gaps = pd.read_parquet(at.service.settings.home / "studies" / STUDY_ID / "results" / "gaps.parquet")
    barred = gaps.iloc[-1]
    site = table(at.service, "plan_sites").iloc[0]
    at.go(f"/plans/{PLAN_ID}/packages/new#items={site.gap_ids.split(';')[0]},{barred.gap_id}")
    refused = at.page.locator("[data-refused]")
    until(at, "code => document.querySelector('[data-refused]').textContent.includes(code)", barred.gap_id)
    assert "kết luận chưa đủ" in refused.inner_text()
    make = at.page.get_by_role("button", name="Lập gói thầu", exact=True)
    assert make.is_disabled()
    at.page.locator("[data-barred]:checked").uncheck()
    refused.wait_for(state="hidden")
    assert told(at, "cost") == shown(site.cost_vnd)
    households = told(at, "households")
    at.page.fill("[name=because]", "Thôn xa nhất, làm trước")
    at.press("Lập gói thầu")
    at.page.wait_for_url(f"**/plans/{PLAN_ID}")
    with at.service.database.read() as db:
        job_id = db.query(Job).filter(Job.kind == "packages").one().id
    assert run(at.service, job_id).state == "done"
    at.page.reload()
    assert at.page.locator("#packages tbody tr").count() == 1
    with at.service.database.read() as db:
        assert str(db.query(PackageVersion).one().households) == households


def sends_a_template(at: Walk, folder: Path) -> None:
    """A wrong template is refused in a sentence; the right one is in use from now on."""
    at.go("/templates")
    at.page.get_by_role("link", name="Gửi, đổi mẫu").nth(2).click()
    with at.page.expect_download() as download:
        at.page.get_by_role("link", name="Tải mẫu đang dùng").click()
    for line, told in (("{{ khong_co }}", "dùng trường không có: khong_co"), (OWN_LINE, "đang dùng")):
        document = Document(str(download.value.path()))
        document.add_paragraph(line)
        document.save(str(folder / "mau.docx"))
        at.page.set_input_files("#file", folder / "mau.docx")
        at.press("Gửi mẫu")
        at.page.get_by_text(told).first.wait_for()
    assert [one for one in at.complaints if "422" not in one] == []


def has_documents(at: Walk) -> None:
    """The shelf shows page pictures and totals, a document opens page by page, the .zip is the set's."""
    at.go("/packages?view=table")
    at.page.locator("tbody a").first.click()
    at.press("Tạo bộ hồ sơ")
    at.page.wait_for_url("**/documents/*")
    with at.service.database.read() as db:
        job_id = db.query(Job).filter(Job.kind == "documents").one().id
    job = run(at.service, job_id)
    assert job.state == "done", job.error
    at.page.reload()
    with at.service.database.read() as db:
        version, made = db.query(PackageVersion).one(), db.query(DocumentSet).one()
        files = {one["name"]: one for one in made.files}
        folder = at.service.settings.home / made.folder
    papers = [Document(str(path)) for path in sorted((folder / "ho-so").glob("01*.docx"))]
    assert sum(one.text == OWN_LINE for paper in papers for one in paper.paragraphs) == 1
    agreed = at.page.locator(".agree").inner_text()
    assert f"{version.households} hộ, {version.sites} trạm, {shown(float(version.price_vnd or 0))} đồng" in agreed
    covers = at.page.locator(".cover img")
    assert covers.count() > 0
    covers.first.scroll_into_view_if_needed()
    until(at, "() => document.querySelector('.cover img').naturalWidth > 100")
    at.page.locator(".book h2 a").first.click()
    until(at, "() => document.querySelector('.sheet').naturalWidth > 1000")
    at.page.go_back()
    with at.page.expect_download() as download:
        at.page.get_by_role("link", name="Tải cả bộ .zip").click()
    archive = next(name for name in files if name.endswith(".zip"))
    assert hashlib.sha256(Path(download.value.path()).read_bytes()).hexdigest() == files[archive]["sha256"]
    with zipfile.ZipFile(folder / archive) as packed:
        assert not [name for name in packed.namelist() if name.endswith(".png")]
    assert (folder / "trang").is_dir()
    at.check_quiet()


@pytest.mark.chromium
def test_a_planners_pages_in_english_and_on_a_phone(walk: Begin) -> None:
    """Plan, weights, choice, study and its form speak English; nothing is wider than a phone."""
    at = walk(grants(Role.PLANNER))
    at.go("/language/en")
    heads = {
        f"/plans/{PLAN_ID}": "15 tỷ đồng",
        f"/studies/{STUDY_ID}/ranking?plan_id={PLAN_ID}": "Order of priority",
        f"/plans/{PLAN_ID}/packages/new": "A package of chosen areas",
        f"/studies/{STUDY_ID}": "Rà soát quý 4",
        f"/studies/new?province={SAMPLE}": "New study",
        "/packages": "Packages",
    }
    for width in (1366, 390):
        at.page.set_viewport_size({"width": width, "height": 800})
        for path, head in heads.items():
            at.go(path)
            assert at.heading() == head
            assert at.page.evaluate("document.documentElement.scrollWidth") <= width, path
    at.go(f"/plans/{PLAN_ID}")
    assert "in the order of this plan" in at.page.inner_text("figcaption")
    at.go(f"/studies/{STUDY_ID}")
    at.page.locator("#margins > summary").click()
    assert "Location margin" in at.page.inner_text("#margins")
    assert "households are undetermined" in at.page.inner_text("main")
    at.check_quiet()


def test_an_order_is_saved_chosen_again_exported_and_removed(as_: As, service: Service) -> None:
    """A name keeps weights for the province's plans and the next study; what was removed is offered no more."""
    planner = as_(Role.PLANNER, province_code=SAMPLE)
    page, html = f"/studies/{STUDY_ID}/ranking", {"accept": "text/html"}
    sent = {"accept": "text/html", "x-form": "script"}
    given = {"name": "Ưu tiên biên giới", "weights": "need:5,place:40,cost:1.5", "plan_id": PLAN_ID}
    answer = planner.post(page, data=given, headers=sent)
    assert answer.status_code == 200, answer.text
    shown = planner.get(answer.json()["to"], headers=html).text
    assert "Ưu tiên biên giới" in shown and 'aria-current="true">Ưu tiên biên giới' in shown
    again = re.search(r'href="\?([^"]+)"[^>]*>Ưu tiên biên giới', shown)
    assert again and "place=40" in again[1] and "disadvantage=20" in again[1]
    assert "Ưu tiên biên giới" in planner.get(f"/plans/{PLAN_ID}", headers=html).text
    book = planner.get(f"{page}/list.xlsx?{again[1].replace('&amp;', '&')}")
    cells = {cell.value for sheet in openpyxl.load_workbook(io.BytesIO(book.content)) for row in sheet for cell in row}
    assert 40 in cells and any("Ưu tiên biên giới" in str(one) for one in cells)
    with service.database.read() as db:
        version = db.query(DatasetVersion).one()
        kept = parse_ranking(service.blobs.path(version.files[0]["sha256"]).read_text(encoding="utf-8"), "t")
    assert {one.key: one.weight for one in kept.criteria}["cost"] == 1.5 and kept.ramps == read_ranking().ramps
    assert version.id in planner.get(f"/studies/new?province={SAMPLE}", headers=html).text
    planner.post(page, data={**given, "weights": "need:6"}, headers=sent)  # the same name: its next version
    assert planner.get(page, headers=html).text.count("Ưu tiên biên giới</a>") == 1
    for wrong in ({"name": ""}, {"weights": "nothing:3"}, {"weights": "need:x"}):
        assert planner.post(page, data={**given, **wrong}, headers=sent).status_code == 422
    remove = f"{page}/{version.dataset_id}/remove"
    assert as_(Role.LEADER, province_code=SAMPLE).post(remove, headers=sent).status_code == 403
    assert as_(Role.PLANNER, province_code="04").post(remove, headers=sent).status_code == 404
    assert planner.post(remove, headers=sent).status_code == 200
    left = planner.get(page, headers=html).text
    assert "Ưu tiên biên giới</a>" not in left and "Chưa lưu thứ tự nào" in left
