"""The page of the steps says what the table says."""

from __future__ import annotations

from pathlib import Path

import pytest

from phusong.api.workflow.conditions import CONDITIONS
from phusong.api.workflow.steps import PACKAGE_STATES, ROUND_STATES, STEPS, step_of
from phusong.api.workflow.steps_page import BEGIN, END, steps_table
from phusong.words import Language

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize(("name", "language"), [("quy-trinh.vi.md", "vi"), ("workflow.en.md", "en")])
def test_the_page_of_the_steps_is_the_table(name: str, language: Language) -> None:
    """What officers read is what the software rules by, in both languages."""
    text = (DOCS / name).read_text(encoding="utf-8")
    assert text.split(BEGIN)[1].split(END)[0].strip() == steps_table(language)


def test_every_state_is_reached_and_every_condition_is_of_a_step() -> None:
    """No state nobody comes to, none nobody leaves but the last ones, no condition of a step that is not there."""
    for subject, states, first in (("round", ROUND_STATES, "open"), ("package", PACKAGE_STATES, "frozen")):
        own = [step for step in STEPS if step.subject == subject]
        assert {first, *(step.after for step in own)} == set(states)
        ends = set(states) - {state for step in own for state in step.before}
        assert ends == ({"finished"} if subject == "round" else {"accepted", "withdrawn"})
    assert all(step_of(*key) is not None for key in CONDITIONS)
