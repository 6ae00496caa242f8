"""The pages about the service say what the service does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from phusong.api.access.policy import MAY
from phusong.api.access.roles import ROLE_TITLES, Role
from phusong.words import Language

DOCS = Path(__file__).resolve().parents[2] / "docs"
EVERYBODY = {"vi": "mọi người đã đăng nhập", "en": "everybody signed in"}


@pytest.mark.parametrize(("name", "language"), [("dich-vu.vi.md", "vi"), ("service.en.md", "en")])
def test_the_table_of_roles_is_the_one_the_service_asks(name: str, language: Language) -> None:
    """Each action has one row, with just the roles of ``MAY``."""
    text = (DOCS / name).read_text(encoding="utf-8")
    table = text.split("<!-- roles -->")[1].split("<!-- /roles -->")[0]
    rows = re.findall(r"^\| .+ \(`([a-z.-]+)`\) \| (.+) \|$", table, re.MULTILINE)
    assert len(rows) == len(MAY)
    assert dict(rows) == {str(action): _who(roles, language) for action, roles in MAY.items()}


def _who(roles: frozenset[Role], language: Language) -> str:
    if roles == frozenset(Role):
        return EVERYBODY[language]
    return ", ".join(ROLE_TITLES[role].to(language) for role in Role if role in roles)
