"""The table of funding routes: ours reads and says it is not verified, a wrong one is refused with every mistake."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from phusong.coverage.routes import route_of
from phusong.data.edited_tables import shipped_table
from phusong.data.routes import parse_routes, read_routes
from phusong.errors import MissingFileError, StudyError

OURS = shipped_table("routes.toml")


def test_ours_is_dated_sourced_and_not_verified() -> None:
    """Nothing of it may be printed as law."""
    table = read_routes()
    assert not table.verified and not any(rule.verified for rule in table.rules)
    assert table.valid_from == date(2024, 9, 1) and table.source.vi and table.source.en
    assert all(rule.source.vi and rule.title.en for rule in table.rules)
    assert table.min_households == 10


def test_a_province_adds_a_rule(tmp_path: Path) -> None:
    """The example in our own file, uncommented, reads and decides."""
    head, example = OURS.split("# [[rule]]")
    example, gate = example.split("[gate]")
    rule = "[[rule]]" + re.sub(r"(?m)^# ?", "", example)
    first = head.index('[[rule]]\nkey = "co-dien-khong-dbkk"')
    own = tmp_path / "nguon-von.toml"
    own.write_text(f"{head[:first]}{rule}\n{head[first:]}\n[gate]{gate}", encoding="utf-8")
    table = read_routes(own)
    facts = {"grid_power": "yes", "is_dbkk": "no"}
    assert route_of(table, {**facts, "border": "yes", "commune_region": "III"}).route == "province_budget"
    assert route_of(table, {**facts, "border": "no"}).route == "operator"
    unknown = route_of(table, {**facts, "border": "yes"})
    assert (unknown.route, unknown.deciding) == ("unknown", ("commune_region",))


WRONG = """
name = 3
title = { vi = "a", en = "b", fr = "c" }
verified = "no"
valid_from = "2026"
colour = "red"

[[rule]]
key = "a"
route = "lottery"
when = { rain = "yes", border = "maybe", island = [], commune_region = ["I", 7] }
title = { vi = "a", en = "b" }
source = { vi = "a" }

[[rule]]
key = "a"
route = "operator"
when = { grid_power = ["yes", "no"] }
title = { vi = "a", en = "b" }
source = { vi = "a", en = "b" }

[gate]
min_households = 0
"""


def test_every_mistake_is_told_at_once_with_its_place() -> None:
    """One refusal names each of them, in both languages, and nothing else."""
    with pytest.raises(StudyError) as raised:
        parse_routes(WRONG, "tinh.toml")
    places = [part.removeprefix("tinh.toml: ").split(": ")[0] for part in raised.value.text.vi.split("; ")]
    assert places == [
        *("colour", "name", "title.fr", "source", "verified", "valid_from"),
        *("rule 1 (a).source.en", "rule 1 (a).route", "rule 1 (a).when.rain", "rule 1 (a).when.border"),
        *("rule 1 (a).when.island", "rule 1 (a).when.commune_region"),
        *("rule 2 (a).when.grid_power", "rule 2 (a).when.is_dbkk", "rule"),
        *("gate.min_households phải từ 1 đến 1000, nhận được 0", "gate.source"),
    ]
    assert len(raised.value.text.en.split("; ")) == len(places)


@pytest.mark.parametrize("broken", ["name = ", "", "rule = 3", "[[rule]]", "rule = [1]\ngate = 1", "[rule]\nkey = 1"])
def test_whatever_is_written_is_refused_in_words(broken: str) -> None:
    """Broken text never ends in anything but our own error."""
    with pytest.raises(StudyError):
        parse_routes(broken, "tinh.toml")


def test_operators_pay_only_where_power_and_disadvantage_are_known() -> None:
    """A rule for operators that does not ask both is refused: not knowing must never make them pay."""
    wrong = OURS.replace('when = { grid_power = "yes", is_dbkk = "no" }', 'when = { grid_power = "yes" }', 1)
    with pytest.raises(StudyError, match="is_dbkk"):
        parse_routes(wrong, "tinh.toml")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """And so is one that is no UTF-8."""
    with pytest.raises(MissingFileError, match=r"none\.toml"):
        read_routes(tmp_path / "none.toml")
    (tmp_path / "tcvn3.toml").write_bytes(b'name = "\xa7"')
    with pytest.raises(StudyError, match=r"tcvn3\.toml"):
        read_routes(tmp_path / "tcvn3.toml")
