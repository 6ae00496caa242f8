"""Indicators, quarterly reports, provinces compared, counts in public: from results of a small study."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from api_.inline import run_now
from docx import Document
from fastapi.testclient import TestClient

from phusong.api.access.roles import Role
from phusong.api.database.models import Package, PackageVersion, Plan, Report, Request, Round, Study, User
from phusong.api.database.models.rounds import GapRow
from phusong.api.database.types import now
from phusong.api.reports import template
from phusong.api.reports.facts import quarter_span
from phusong.api.reports.indicators import Indicator, StudyIndicators, indicators_of
from phusong.api.reports.jobs import REPORT
from phusong.api.reports.provinces import compare
from phusong.api.reports.public import public_counts, public_total
from phusong.api.service import Service

VILLAGE_WEIGHTS = (20, 10, 10)  # two villages of the first commune, one of the second


def write_results(folder: Path, province_code: str, *, unserved: int = 6) -> Path:
    """Write what indicators read of a study: three villages of ``VILLAGE_WEIGHTS`` households, one house a point.

    Viettel reaches all but ``unserved`` houses of the last village; MobiFone's list is partial and reaches the first
    village alone; VinaPhone has no 4G at all.
    """
    folder.mkdir(parents=True)
    codes = [f"{province_code}101", f"{province_code}102"]
    village = np.repeat([0, 1, 2], VILLAGE_WEIGHTS)
    order = np.arange(len(village))
    dark = order >= len(village) - unserved
    pd.DataFrame(
        {
            "weight": 1,
            "village_code": np.array([f"{codes[0]}-01", f"{codes[0]}-02", f"{codes[1]}-01"])[village],
            "commune_code": np.array([codes[0], codes[0], codes[1]])[village],
            "state": pd.Categorical(np.where(dark, "unserved", "served")),
            "level_dbm_viettel_4g": np.where(dark, np.nan, -90.0),
            "level_dbm_mobifone_4g": np.where(village == 0, -100.0, -107.0),  # −107 is below −110 + 5.4
        }
    ).to_parquet(folder / "households.parquet")
    pd.DataFrame(
        {"commune_code": codes, "commune_name": ["Xã Một", "=CMD()"], "population": [120.0, np.nan]}
    ).to_parquet(folder / "communes.parquet")
    pd.DataFrame(
        {
            "village_code": [f"{codes[0]}-01", f"{codes[0]}-02", f"{codes[1]}-01"],
            "commune_code": [codes[0], codes[0], codes[1]],
            "village_class": ["covered", "undetermined", "white"],
        }
    ).to_parquet(folder / "villages.parquet")
    manifest = {
        "study": "Nghiên cứu thử", "province_code": province_code, "simulated": True, "dated": "2026-11-20",
        "profile": {
            "name": "vn-default", "verified": False, "thresholds_dbm": {"4G": -110.0, "other": -120.0},
            "margins_outdoor_db": {"location": 5.4, "building": 0.0},
        },
        "operators": [
            {"operator": "mobifone", "list": "partial"},
            {"operator": "viettel", "list": "complete"},
            {"operator": "vinaphone", "list": "complete"},
        ],
        "counts": {"gaps": 1, "gap_households": unserved},
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def one(found: StudyIndicators, operator: str = "", technology: str = "", commune_code: str = "") -> Indicator:
    (row,) = [r for r in found.of_place(commune_code) if (r.operator, r.technology) == (operator, technology)]
    return row


@pytest.fixture
def add_study(service: Service) -> Callable[..., str]:
    """Return a function that puts a finished study of a province into the service."""

    def add(province_code: str, *, round_state: str = "", unserved: int = 6, name: str = "n") -> str:
        with service.database.write() as db:
            user = db.query(User).first() or User(username="he-thong", full_name="Hệ thống")
            db.add(user)
            db.flush()
            study = Study(
                province_code=province_code,
                name=name,
                profile="vn-default",
                state="done",
                created_by=user.id,
                finished_at=now() - timedelta(minutes=1),
                digest="d",
            )
            db.add(study)
            db.flush()
            study.folder = f"studies/{study.id}"
            if round_state:
                put = Round(
                    province_code=province_code,
                    batch=f"2026-{study.id}",
                    state=round_state,
                    study_id=study.id,
                    created_by=user.id,
                )
                db.add(put)
            write_results(service.settings.home / study.folder, province_code, unserved=unserved)
            return study.id

    return add


def test_every_indicator_has_its_terms(tmp_path: Path) -> None:
    """Served, not known and whole of households, villages, communes and people are those counted by hand."""
    found = indicators_of(write_results(tmp_path / "r", "42"))
    main = found.main
    assert (main.households, main.households_served, main.households_unknown) == (40, 34, 0)
    assert (main.villages, main.villages_served, main.villages_unknown) == (3, 1, 1)
    assert (main.communes, main.communes_served) == (2, 1)
    assert (main.population, main.population_served) == (120, 120)  # the second commune's people are not known
    second = one(found, commune_code="42102")
    assert (second.households, second.households_served, second.population) == (10, 4, 0)


@pytest.mark.slow
def test_indicators_are_those_of_a_naive_recount(small_results: Path) -> None:
    """House by house from households.parquet of a real run: every commune, operator and technology, no vector in it."""
    found = indicators_of(small_results)
    manifest = json.loads((small_results / "manifest.json").read_text(encoding="utf-8"))
    homes = pd.read_parquet(small_results / "households.parquet").to_dict("records")
    thresholds, margins = manifest["profile"]["thresholds_dbm"], manifest["profile"]["margins_outdoor_db"]
    for row in found.rows:
        here = [home for home in homes if row.commune_code in ("", home["commune_code"])]
        operators = [row.operator] if row.operator else [told["operator"] for told in manifest["operators"]]

        def serves(home: dict[str, Any], row: Indicator = row, operators: list[str] = operators) -> bool:
            if not row.technology:
                return bool(home["state"] == "served")
            levels = [home.get(f"level_dbm_{operator}_{row.technology.lower()}", math.nan) for operator in operators]
            return any(level - sum(margins.values()) >= thresholds[row.technology] for level in levels)

        assert row.households == round(sum(home["weight"] for home in here))
        assert row.households_served == round(sum(home["weight"] for home in here if serves(home)))
    assert {row.technology for row in found.rows} > {""}
    assert found.main.households_served < found.main.households


def test_what_a_partial_list_does_not_reach_is_unknown_and_never_covered(tmp_path: Path) -> None:
    """MobiFone's list is partial: its other households are unknown. VinaPhone's is whole: its zero is a zero."""
    found = indicators_of(write_results(tmp_path / "r", "42"))
    mobifone = one(found, "mobifone", "4G")
    assert (mobifone.households_served, mobifone.households_unknown) == (20, 20)
    assert (mobifone.villages_served, mobifone.villages_unknown) == (1, 2)
    vinaphone = one(found, "vinaphone", "4G")
    assert (vinaphone.households_served, vinaphone.households_unknown) == (0, 0)
    anybody = one(found, "", "4G")
    assert (anybody.households_served, anybody.households_unknown) == (34, 6)


def test_communes_add_up_to_their_province(tmp_path: Path) -> None:
    """For every layer the communes' counts sum to the province's."""
    found = indicators_of(write_results(tmp_path / "r", "42"))
    for whole in found.of_place():
        parts = [one(found, whole.operator, whole.technology, code) for code in found.communes]
        for name in ("households", "households_served", "households_unknown", "villages", "villages_served"):
            assert sum(getattr(part, name) for part in parts) == getattr(whole, name)


def test_indicators_come_back_as_they_were_kept(tmp_path: Path) -> None:
    """Through JSON and back nothing changes."""
    found = indicators_of(write_results(tmp_path / "r", "42"))
    assert StudyIndicators.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_provinces_together_say_who_is_missing(tmp_path: Path) -> None:
    """A total adds both terms; an operator one province knows nothing of leaves its households unknown there."""
    first = indicators_of(write_results(tmp_path / "a", "01"))
    second = indicators_of(write_results(tmp_path / "b", "42"))
    second = replace(second, rows=tuple(row for row in second.rows if row.operator != "viettel"))
    compared = compare({"01": first, "42": second}, ["01", "04", "42"])
    assert compared.without == ("04",)
    by_layer = {(row.operator, row.technology): row for row in compared.together}
    assert by_layer["", ""].households == 80
    viettel = by_layer["viettel", "4G"]
    assert (viettel.households, viettel.households_served, viettel.households_unknown) == (80, 34, 40)


def test_few_households_are_never_told_in_public(tmp_path: Path) -> None:
    """Four households without signal are told neither alone, nor by what is left, nor by a total less the others."""
    few = public_counts(indicators_of(write_results(tmp_path / "a", "01", unserved=4)))
    many = public_counts(indicators_of(write_results(tmp_path / "b", "42", unserved=6)))
    assert few.households_unserved is None
    assert few.households_unknown is None
    assert many.households_unserved == 6
    assert public_total({"01": few, "42": many}).households_unserved is None
    served_by_few = public_counts(indicators_of(write_results(tmp_path / "c", "04", unserved=37)))
    assert served_by_few.households_unserved is None


def test_an_officer_sees_no_other_province(add_study: Callable[..., str], as_: Callable[..., TestClient]) -> None:
    """A province officer's comparison holds that province; another's indicators are not there at all."""
    add_study("01")
    add_study("42")
    officer = as_(Role.PROVINCE, province_code="42")
    told = officer.get("/api/indicators").json()
    assert [p["province_code"] for p in told["provinces"]] == ["42"]
    assert told["without"] == []
    assert {row["households"] for row in told["together"]} == {40}
    assert officer.get("/api/provinces/01/indicators").status_code == 404
    assert officer.get("/api/provinces/04/indicators").status_code == 404
    own = officer.get("/api/provinces/42/indicators").json()
    assert own["communes"] == {"42101": "Xã Một", "42102": "=CMD()"}
    assert as_(Role.COMMUNE, province_code="42", commune_code="42101").get("/api/indicators").status_code == 403
    everywhere = as_(Role.PLANNER).get("/api/indicators").json()
    assert [p["province_code"] for p in everywhere["provinces"]] == ["01", "42"]
    assert len(everywhere["without"]) == 32


def test_the_study_of_the_newest_round_speaks_for_a_province(
    add_study: Callable[..., str], as_: Callable[..., TestClient]
) -> None:
    """A later study that no round rests on does not take its place; without a round the newest does."""
    of_round = add_study("42", round_state="reconciled")
    add_study("42", name="thử sau")
    told = as_(Role.PROVINCE, province_code="42").get("/api/indicators").json()
    assert told["provinces"][0]["study_id"] == of_round


def test_the_public_sees_approved_rounds_alone(client: TestClient, add_study: Callable[..., str]) -> None:
    """What nobody has approved is in no public count."""
    add_study("01", round_state="proposed")
    add_study("04")
    add_study("42", round_state="approved")
    told = client.get("/api/public/counts").json()
    assert [p["province_code"] for p in told["provinces"]] == ["42"]
    assert told["total"]["households"] == 40
    assert told["provinces"][0]["simulated"] is True


def test_a_quarter_begins_and_ends_at_midnight_in_vietnam() -> None:
    """The four quarters of a year follow each other without a gap."""
    spans = [quarter_span(2026, quarter) for quarter in (1, 2, 3, 4)]
    assert spans[0][0].isoformat() == "2025-12-31T17:00:00+00:00"
    assert spans[3][1].isoformat() == "2026-12-31T17:00:00+00:00"
    assert all(before[1] == after[0] for before, after in itertools.pairwise(spans))


def _with_a_round(service: Service, province_code: str) -> None:
    """Give a province a round of two rows with answers, and a package."""
    with service.database.write() as db:
        by = db.query(User).first()
        assert by is not None
        found = db.query(Round).filter(Round.province_code == province_code).one()
        for n in (1, 2):
            row = GapRow(round_id=found.id, province_code=province_code, gap_id=f"G{n}", commune_code="42101")
            db.add(row)
            db.flush()
            db.add(
                Request(
                    round_id=found.id,
                    row_id=row.id,
                    province_code=province_code,
                    operator="viettel",
                    fields=[],
                    state="answered" if n == 1 else "silent",
                    due_on=now().date(),
                    late=n == 1,
                )
            )
        plan = Plan(
            province_code=province_code, study_id=found.study_id, name="p", goal={}, state="done", created_by=by.id
        )
        db.add(plan)
        db.flush()
        package = Package(province_code=province_code, plan_id=plan.id, code="GT-01", created_by=by.id)
        package.versions = [
            PackageVersion(
                version=1,
                digest="d",
                folder="f",
                households=442,
                sites=5,
                price_vnd=5_000_000_000,
                frozen_on=now().date(),
                made_by=by.id,
            )
        ]
        db.add(package)


def _made(service: Service, client: TestClient, province_code: str) -> dict[str, str]:
    year, quarter = now().year, (now().month + 2) // 3
    asked = client.post("/api/reports", json={"province_code": province_code, "year": year, "quarter": quarter})
    assert asked.status_code == 202, asked.text
    job = run_now(service, REPORT, asked.json()["job_id"])
    assert job.state == "done", job.error
    told: dict[str, str] = client.get(f"/api/reports/{asked.json()['id']}").json()
    return told


def test_a_quarterly_report_is_made_as_workbook_and_document(
    service: Service, add_study: Callable[..., str], as_: Callable[..., TestClient], tmp_path: Path
) -> None:
    """Both files hold the same figures, with both terms; nothing in them is a formula from a name."""
    add_study("42", round_state="approved")
    _with_a_round(service, "42")
    officer = as_(Role.PROVINCE, province_code="42")
    told = _made(service, officer, "42")
    assert (told["state"], told["files"]) == ("done", ["xlsx", "docx"])
    for kind in ("xlsx", "docx"):
        answer = officer.get(f"/api/reports/{told['id']}/files/{kind}")
        assert answer.status_code == 200
        assert f"_42.{kind}" in answer.headers["content-disposition"]
        (tmp_path / f"r.{kind}").write_bytes(answer.content)
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames == [
        "Theo tỉnh", "Theo doanh nghiệp, công nghệ", "Theo xã", "Đợt rà soát", "Gói thầu", "Căn cứ số liệu",
    ]  # fmt: skip
    names = [cell for cell in book["Theo xã"]["B"] if cell.value == "=CMD()"]
    assert names
    assert all(cell.data_type == "s" for cell in names)
    document = Document(str(tmp_path / "r.docx"))
    text = "\n".join(p.text for p in document.paragraphs)
    assert "34/40 (85,0 %) hộ có sóng" in text
    assert "1/2 kiến nghị đã trả lời" in text
    assert "Chưa có mẫu báo cáo chính thức" in text
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert {"GT-01", "5.000.000.000", "1/2", "Mọi doanh nghiệp"} <= cells
    assert "{{" not in text


def test_a_report_without_any_study_says_so(service: Service, as_: Callable[..., TestClient]) -> None:
    """Nothing known gives a report that says what is missing, not zeros that look like findings."""
    told = _made(service, as_(Role.LEADER), "")
    with service.database.read() as db:
        found = db.get_one(Report, told["id"])
    assert found.docx_sha256 is not None
    document = Document(str(service.blobs.path(found.docx_sha256)))
    text = "\n".join(p.text for p in document.paragraphs)
    assert "Chưa có số liệu trong kỳ." in text
    assert "Chưa có nghiên cứu, không tính vào cả tử và mẫu: " in text


def test_reports_keep_to_their_province(service: Service, as_: Callable[..., TestClient]) -> None:
    """A country report is for those of the whole country; a province's for that province; an auditor makes none."""
    told = _made(service, as_(Role.LEADER), "")
    officer = as_(Role.PROVINCE, province_code="42")
    assert officer.get(f"/api/reports/{told['id']}").status_code == 404
    assert officer.get(f"/api/reports/{told['id']}/files/xlsx").status_code == 404
    assert officer.get("/api/reports").json() == {"items": [], "total": 0, "next_offset": None}
    wanted = {"province_code": "01", "year": 2026, "quarter": 4}
    assert officer.post("/api/reports", json=wanted).status_code == 404
    assert officer.post("/api/reports", json={**wanted, "province_code": ""}).status_code == 404
    assert as_(Role.AUDITOR).post("/api/reports", json=wanted).status_code == 403
    assert as_(Role.AUDITOR).get("/api/reports").json()["total"] == 1


def test_making_a_report_twice_after_a_crash_gives_the_same_report(
    service: Service, add_study: Callable[..., str], as_: Callable[..., TestClient]
) -> None:
    """The same facts give the same bytes, and an end whose files were moved already is taken without complaint."""
    add_study("42", round_state="approved")
    officer = as_(Role.PROVINCE, province_code="42")
    first = _made(service, officer, "42")
    with service.database.read() as db:
        before = db.get_one(Report, first["id"])
        job_id = db.query(Report).one().id
    second = _made(service, officer, "42")
    with service.database.read() as db:
        after = db.get_one(Report, second["id"])
    assert job_id == first["id"]
    assert (before.xlsx_sha256, before.docx_sha256) == (after.xlsx_sha256, after.docx_sha256)


def test_the_templates_are_what_the_layout_makes(tmp_path: Path) -> None:
    """The templates kept are those of the layout, byte for byte, in both languages."""
    for language in ("vi", "en"):
        template.build(tmp_path / "t.docx", language)
        assert template.template_path(language).read_bytes() == (tmp_path / "t.docx").read_bytes()
