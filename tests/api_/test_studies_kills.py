"""A service killed while it works: what it had acknowledged is there, the work goes on, and nothing is left behind."""

from __future__ import annotations

import shutil
from pathlib import Path

import check_kills_work
import pytest
from api_.made_tenders import make_tendered


@pytest.fixture(scope="module")
def tendered(tmp_path_factory: pytest.TempPathFactory, small_province: Path) -> Path:
    """Return a home with a study, a plan and packages."""
    home = tmp_path_factory.mktemp("tendered") / "home"
    make_tendered(home, small_province)
    return home


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["study", "documents"])
def test_work_of_a_killed_service_ends_well(tendered: Path, tmp_path: Path, kind: str) -> None:
    """Three kills of server, worker or both at moments drawn at random; fifty are run by the nightly."""
    shutil.copytree(tendered, tmp_path / "home")
    seen = check_kills_work.kill_while_working(tmp_path / "home", kind, kills=3, seed=7)
    assert seen.kills == 3 and seen.wrong == [] and seen.done
