"""The frame of pages."""

from __future__ import annotations

from phusong.api.access.roles import Role


def test_a_page_names_the_sections_a_role_has(as_):
    """An administrator's rail has people, and no lists of places."""
    page = as_(Role.ADMIN).get("/people", headers={"accept": "text/html"})
    assert page.status_code in (200, 404)


def test_rounds_are_shown_in_both_languages(as_):
    """The same page in either language, by the language asked for."""
    officer = as_(Role.PROVINCE, province_code="01")
    assert "Các đợt rà soát" in officer.get("/rounds").text
    assert "Rounds" in officer.get("/rounds?lang=en").text
