"""Gates: what is not said is unknown, what is closed says why."""

from __future__ import annotations

from datetime import date

import pytest

from phusong.coverage.gates import (
    committed_gate,
    evidence_gate,
    gates_text,
    other_support_gate,
    position_gate,
    too_few_gate,
)
from phusong.words import Text

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("operator", "by", "built", "state"),
    [
        ("viettel", None, None, "closed"),
        ("viettel", date(2027, 3, 31), False, "closed"),
        ("viettel", date(2026, 11, 22), None, "closed"),
        ("viettel", date(2026, 6, 30), None, "unknown"),
        ("", None, True, "closed"),
        ("", None, False, "open"),
        ("", None, None, "unknown"),
    ],
)
def test_a_commitment_closes_until_its_day_is_past(
    operator: str, by: date | None, built: bool | None, state: str
) -> None:
    """A plan closes the gate, a broken promise has to be asked for again, and nobody asked is unknown."""
    gate = committed_gate(operator=operator, planned_date=by, served_when_built=built, on=TODAY)
    assert gate.state == state
    assert bool(gate.text.vi) == (state != "open")
    if operator:
        assert "Viettel" in gate.text.vi


@pytest.mark.parametrize(
    ("support", "state"),
    [(None, "unknown"), (" ", "unknown"), ("Không", "open"), ("chưa có.", "open"), ("Chương trình 2269", "closed")],
)
def test_silence_on_other_support_is_not_none(support: str | None, state: str) -> None:
    """Only a word like không says that there is none."""
    assert other_support_gate(support).state == state


@pytest.mark.parametrize(
    ("low", "high", "state"),
    [(10, 10, "open"), (4, 9, "closed"), (4, 10, "unknown"), (float("nan"), float("nan"), "unknown")],
)
def test_too_few_only_where_even_the_most_is_too_few(low: float, high: float, state: str) -> None:
    """The gate closes by the upper end and opens by the lower one."""
    assert too_few_gate(low, high, minimum=10).state == state


@pytest.mark.parametrize(("said", "state"), [(True, "closed"), (False, "open"), (None, "unknown")])
def test_a_provisional_position_closes(said: bool | None, state: str) -> None:
    """Estimated places have to be verified first."""
    assert position_gate(said).state == state


@pytest.mark.parametrize(("said", "state"), [(True, "open"), (False, "closed"), (None, "unknown")])
def test_a_finding_that_may_not_be_tendered_closes(said: bool | None, state: str) -> None:
    """No finding is unknown, not closed."""
    assert evidence_gate(said).state == state


def test_words_tell_closed_from_not_known() -> None:
    """Both lists stand apart; open gates say nothing."""
    some = (position_gate(True), evidence_gate(None), other_support_gate("không"))
    assert gates_text(some).vi == "Vướng: vị trí chưa xác minh. Cần làm rõ: chưa có kết luận"
    assert gates_text((position_gate(False),)) == Text("", "")
