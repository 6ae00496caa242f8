"""What the pages about the service tell people to type works as it is typed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from api_.made_pages import served
from api_.made_rounds import person, round_with_rows

from phusong.api.access.policy import Action
from phusong.api.access.roles import Grant, Role
from phusong.api.people.tokens import made
from phusong.api.service import Service
from phusong.api.settings import ServiceSettings

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", ["dich-vu.vi.md", "service.en.md"])
def test_the_curl_example_lists_the_rounds(
    name: str, _sqlite_template: Path, tmp_path: Path, require: Callable[[str, bool, str], None]
) -> None:
    """Copied from the page, with one's own token and a real server's address, it gives the province's rounds."""
    shell, curl = shutil.which("bash"), shutil.which("curl")
    require("curl", bool(shell and curl), "bash and curl")
    example = re.search(r"```\n(curl .*?)```", (DOCS / name).read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None and shell is not None
    shutil.copyfile(_sqlite_template, tmp_path / "phusong.sqlite")
    url = f"sqlite:///{(tmp_path / 'phusong.sqlite').as_posix()}"
    with served(ServiceSettings(home=tmp_path / "home", database_url=url)) as (address, app):
        service: Service = app.state.service  # type: ignore[attr-defined]
        round_id, _ = round_with_rows(service, province="04"), round_with_rows(service, province="01")
        planner = person(service, Grant(role=Role.PLANNER))
        with service.database.write() as db:
            _, token = made(db, planner, "docs", [str(Action.ROUND_READ)], 1)
        command = example.group(1).replace("http://127.0.0.1:8000", address)
        ran = subprocess.run(
            [shell, "-c", command],
            env=os.environ | {"PHUSONG_TOKEN": token},
            capture_output=True,
            text=True,
            check=True,
        )
    told = json.loads(ran.stdout)
    assert [one["id"] for one in told["items"]] == [round_id]
