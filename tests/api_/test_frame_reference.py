"""Thresholds, unit prices and templates as pages show them: every number with its source, every file as it is."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from fastapi.testclient import TestClient

from phusong.api.access.roles import Role
from phusong.api.settings import ServiceSettings
from phusong.data.profiles import profile_names, read_profile
from phusong.data.unit_prices import read_unit_prices
from phusong.words import number

As = Callable[..., TestClient]
HTML = {"accept": "text/html"}


@pytest.fixture
def settings(_sqlite_template: Path, tmp_path: Path) -> ServiceSettings:
    """Return a service on SQLite with a folder of a department's own templates."""
    shutil.copyfile(_sqlite_template, tmp_path / "phusong.sqlite")
    (tmp_path / "mau").mkdir()
    return ServiceSettings(
        home=tmp_path / "home",
        database_url=f"sqlite:///{(tmp_path / 'phusong.sqlite').as_posix()}",
        templates_folder=tmp_path / "mau",
    )


def test_every_threshold_stands_with_its_source_and_whether_it_was_verified(as_: As) -> None:
    """Each shipped profile has its levels, margins and sources in the page's language; none poses as verified."""
    officer = as_(Role.PROVINCE, province_code="04")
    for language in ("vi", "en"):
        shown = officer.get("/profiles", params={"lang": language}, headers=HTML).text.replace("&#34;", '"')
        for name in profile_names():
            profile = read_profile(name)
            assert profile.title.to(language) in shown and profile.source.to(language) in shown
            for rule in profile.rules.values():
                assert f"{number(rule.served_dbm, language)} dBm" in shown
            for margin in profile.margins:
                assert margin.source.to(language) in shown
        not_verified = sum(not read_profile(name).verified for name in profile_names())
        assert shown.count({"vi": ">chưa xác minh<", "en": ">not verified<"}[language]) == not_verified


def test_unit_prices_are_shown_and_taken_along_to_be_filled_in(as_: As) -> None:
    """Every price has unit, range, source and standing; the workbook reads back as the table it is of."""
    officer = as_(Role.PLANNER)
    shown = officer.get("/unit-prices", headers=HTML).text
    rows = read_unit_prices().rows
    assert shown.count("<tr>") >= len(rows)
    assumed = sum(one.assumption for one in rows.values())
    assert f"{assumed}/{len(rows)} đơn giá" in re.sub(r"\s+", " ", shown)
    book = openpyxl.load_workbook(io.BytesIO(officer.get("/unit-prices/list.xlsx").content))
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert set(rows) <= cells


def test_templates_are_listed_and_given_the_departments_own_first(as_: As, settings: ServiceSettings) -> None:
    """A template opens in Word; one the department has put into its folder is given in place of ours."""
    officer = as_(Role.PROCUREMENT, province_code="04")
    shown = officer.get("/templates", headers=HTML).text
    names = re.findall(r'href="/templates/([^"]+\.docx)"', shown)
    assert len(names) > 20 and "của đơn vị" not in shown.partition("<tbody>")[2]
    assert Document(io.BytesIO(officer.get(f"/templates/{names[0]}").content)).paragraphs
    assert settings.templates_folder is not None
    (settings.templates_folder / names[0]).write_bytes(b"cua don vi")
    assert officer.get(f"/templates/{names[0]}").content == b"cua don vi"
    assert "của đơn vị" in officer.get("/templates", headers=HTML).text.partition("<tbody>")[2]
    assert officer.get("/templates/..%2F..%2Fphusong.sqlite").status_code == 404
    assert officer.get("/templates/khong-co.docx").status_code == 404


def test_who_may_read_what_numbers_rest_on(as_: As) -> None:
    """Officers and administrators read it; an operator and a commune do not."""
    for address in ("/profiles", "/unit-prices", "/templates"):
        assert as_(Role.ADMIN).get(address, headers=HTML).status_code == 200
        assert as_(Role.OPERATOR, operator="viettel").get(address, headers=HTML).status_code == 403
