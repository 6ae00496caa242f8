"""The command that plans sites: goals as officers write them, answers on the screen, refusals in one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from phusong.cli.plan import app, goal_of
from phusong.errors import PhuSongError
from phusong.study.planning import Goal


@pytest.mark.parametrize(
    ("budget", "cover", "goal"),
    [
        ("60 tỷ", None, Goal(budget_vnd=60e9)),
        ("0", None, Goal(budget_vnd=0.0)),
        (None, "95%", Goal(cover_percent=95.0)),
        (None, " 97,5 % ", Goal(cover_percent=97.5)),
        (None, "1.200", Goal(cover_households=1200.0)),
        (None, "1200", Goal(cover_households=1200.0)),
    ],
)
def test_goals_are_read_as_they_are_written(budget: str | None, cover: str | None, goal: Goal) -> None:
    """Money in words, shares with a sign, households with points."""
    assert goal_of(budget, cover) == goal


@pytest.mark.parametrize(
    ("budget", "cover", "said"),
    [
        (None, None, "exactly one"),
        ("1 tỷ", "5%", "exactly one"),
        (None, "nhiều", "1200"),
        (None, "150%", "0 to 100"),
        (None, "1,2", "1200"),
        ("nhiều", None, "60 tỷ"),
    ],
)
def test_what_is_no_goal_is_refused_in_one_sentence(budget: str | None, cover: str | None, said: str) -> None:
    """What was given and what is allowed."""
    with pytest.raises(PhuSongError, match=said):
        goal_of(budget, cover)


def said_by(*arguments: str) -> str:
    """What the command says on the standard output; its errors go on to the caller."""
    found = CliRunner().invoke(app, list(arguments))
    if found.exception is not None:
        raise found.exception
    return found.stdout


@pytest.mark.slow
def test_the_command_prints_sites_totals_gap_and_what_stays(small_province: Path, tmp_path: Path) -> None:
    """The table of sites, the proven bound, the interval of what holds, what stays and where the files are."""
    out = tmp_path / "ke-hoach"
    said = said_by(str(small_province / "study.toml"), "--budget", "60 tỷ", "--out", str(out))
    for words in ("Triệu đồng/hộ", "Hộ được phủ: ", "cách tốt nhất không quá", "90 %", "Còn lại: ", "plan.xlsx"):
        assert words in said
    assert (out / "manifest.json").is_file()


@pytest.mark.slow
def test_no_money_is_an_answer_and_json_lines_carry_its_numbers(small_province: Path, tmp_path: Path) -> None:
    """No error; the last line has outcome and numbers."""
    study = str(small_province / "study.toml")
    said = said_by(study, "--budget", "0", "--out", str(tmp_path / "o"), "--json", "--lang", "en")
    last: Any = json.loads(said.strip().splitlines()[-1])
    assert last["event"] == "done"
    assert (last["outcome"], last["sites"], last["cost_vnd"]) == ("none_affordable", 0, 0.0)


def test_both_questions_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    """The study is not even looked for."""
    with pytest.raises(PhuSongError, match="--budget"):
        said_by(str(tmp_path / "study.toml"), "--budget", "1 tỷ", "--cover", "5%")
