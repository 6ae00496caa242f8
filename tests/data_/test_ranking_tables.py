"""The criteria of priority: ours read, a province changes some, a wrong table is refused with every mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from phusong.coverage.ranking import CRITERIA
from phusong.data.ranking import parse_ranking, read_ranking
from phusong.errors import MissingFileError, StudyError

HEAD = """
name = "tinh"
title = { vi = "a", en = "b" }
source = { vi = "a", en = "b" }
verified = true
valid_from = 2026-12-01
"""


def test_ours_has_the_proposed_weights_and_is_not_verified() -> None:
    """Need 30, disadvantage 20, place 15, interest 10, evidence 10, cost 15."""
    rules = read_ranking()
    assert [criterion.key for criterion in rules.criteria] == list(CRITERIA)
    assert rules.weights.tolist() == [30, 20, 15, 10, 10, 15]
    assert not rules.verified and rules.source.vi and rules.top == 10


def test_a_province_changes_what_it_names(tmp_path: Path) -> None:
    """What its file leaves out stays as ours; what it says of itself is its own."""
    own = tmp_path / "uu-tien.toml"
    own.write_text(HEAD + "top = 5\n[criterion]\nneed = { weight = 50 }\n[points.place]\natk = 0\n", encoding="utf-8")
    rules = read_ranking(own)
    assert (rules.name, rules.verified, rules.top) == ("tinh", True, 5)
    assert rules.weights.tolist() == [50, 20, 15, 10, 10, 15]
    assert rules.points["place"] == {"border": 1.0, "island": 1.0, "border_post": 1.0, "atk": 0.0}
    assert rules.minimum.tolist() == read_ranking().minimum.tolist()


WRONG = """
name = "tinh"
title = "một tiếng"
source = { vi = "a", en = "b" }
verified = true
valid_from = 2026-12-01T10:00:00
top = 2.5
[criterion]
need = { weight = -1 }
luck = { weight = 3 }
[ramp]
households = { zero_at = 0 }
poor_percent = { one_at = 0 }
[parts]
need = { households = 0, unserved_percent = 0, village_class = 0 }
[points.village_class]
white = 2
[sensitivity]
draws = 5
weight_range_percent = true
"""


def test_every_mistake_is_told_at_once_with_its_place() -> None:
    """One refusal names each of them."""
    with pytest.raises(StudyError) as raised:
        parse_ranking(WRONG, "tinh.toml")
    told = raised.value.text.en
    for place in (
        *(
            "title: must",
            "valid_from: must",
            "criterion.luck: no such entry",
            "top: must",
            "criterion.need.weight must",
        ),
        *("ramp.households: a logarithmic scale", "ramp.poor_percent: zero_at and one_at", "parts.need: every weight"),
        *("points.village_class.white must be 0 to 1, got 2", "sensitivity.draws must", "sensitivity.weight_range"),
    ):
        assert place in told
    assert len(told.split("; ")) == 11 == len(raised.value.text.vi.split("; "))


@pytest.mark.parametrize(
    "broken",
    [
        "top = ",
        "",
        HEAD + "criterion = 3",
        HEAD + "[criterion]\nneed = 3",
        HEAD + "[points]\nplace = [1]",
        HEAD + "[parts.need]\nhouseholds = 'x'",
    ],
)
def test_whatever_is_written_is_refused_in_words(broken: str) -> None:
    """Broken text never ends in anything but our own error."""
    with pytest.raises(StudyError):
        parse_ranking(broken, "tinh.toml")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """By its whole path."""
    with pytest.raises(MissingFileError, match=r"none\.toml"):
        read_ranking(tmp_path / "none.toml")
