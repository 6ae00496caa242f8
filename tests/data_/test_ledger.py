"""The ledger: each kind of loss once, whatever the terrain and the profile, and none counted twice."""

from __future__ import annotations

import json
from collections import Counter
from itertools import product

import pytest

from phusong.coverage.criteria import Margin
from phusong.data.clutter import clutter_text
from phusong.data.ledger import TREATMENTS, ledger_records, loss_ledger
from phusong.data.profiles import parse_profile, profile_names, read_profile
from phusong.errors import StudyError
from phusong.words import Text

MODEL = Text("mô hình", "model")
KINDS = [
    "path", "antenna", "feeder", "clutter", "vegetation", "terminal_clutter", "location", "time", "building", "body",
    "interference",
]  # fmt: skip
SITUATIONS = list(product(("dsm", "dtm"), (False, True)))


def margin(key, outdoor_db=1.0, indoor_db=2.0):
    text = Text(key, key)
    return Margin(key=key, title=text, outdoor_db=outdoor_db, indoor_db=indoor_db, source=text)


def ledger(margins, kind="dsm", given=False):
    return loss_ledger(margins, terrain_kind=kind, land_cover_given=given, model=MODEL)


def treatments(rows):
    return {row.key: row.treatment for row in rows}


@pytest.mark.parametrize(("kind", "given"), SITUATIONS)
@pytest.mark.parametrize("profile", profile_names())
def test_each_kind_of_loss_appears_exactly_once(kind, given, profile):
    """In all four situations and with every profile of ours: no kind missing, none twice, the margins' sums kept."""
    profile = read_profile(profile)
    rows = ledger(profile.margins, kind, given)
    assert Counter(row.key for row in rows) == Counter(KINDS)
    for indoor in (False, True):
        values = [row.indoor_db if indoor else row.outdoor_db for row in rows]
        assert sum(v for v in values if v is not None) == profile.margin_db(indoor=indoor)
    assert all((row.outdoor_db is None) == (row.indoor_db is None) == (row.treatment != "margin") for row in rows)
    assert {row.treatment for row in rows} <= set(TREATMENTS)


def test_canopy_counts_in_one_place_only():
    """Inside a surface model; by land cover on bare ground; nowhere, said so, where nothing is known of it."""
    wanted = {
        ("dsm", False): ("included", "included"),
        ("dsm", True): ("included", "included"),
        ("dtm", True): ("computed", "included"),
        ("dtm", False): ("none", "none"),
    }
    for (kind, given), (clutter, vegetation) in wanted.items():
        rows = ledger((), kind, given)
        found = treatments(rows)
        assert (found["clutter"], found["vegetation"], found["terminal_clutter"]) == (clutter, vegetation, vegetation)
        said = {row.source for row in rows if row.key == "clutter"}
        assert said == {clutter_text(kind, land_cover_given=given)}


@pytest.mark.parametrize("key", ["path", "antenna", "feeder", "clutter", "vegetation", "terminal_clutter"])
def test_a_margin_for_what_is_already_counted_is_refused(key):
    """A department that adds 10 dB for trees over a surface model is told that they would count twice."""
    with pytest.raises(StudyError, match=key) as caught:
        ledger([margin("building"), margin(key)])
    assert "hai lần" in caught.value.text.vi


def test_a_margin_fills_the_row_of_its_kind():
    """Trees over bare ground without land cover may be a margin, so may a phone at the ear; others come last."""
    rows = ledger([margin("vegetation", 10.0, 10.0), margin("body", 3.0, 3.0), margin("rain")], "dtm", False)
    assert [row.key for row in rows] == [*KINDS, "rain"]
    found = treatments(rows)
    assert found["vegetation"] == found["body"] == found["rain"] == "margin"
    assert found["clutter"] == "none"


def test_two_margins_of_one_kind_are_refused():
    """In a profile's file, and wherever else they come from."""
    with pytest.raises(StudyError, match="building"):
        ledger([margin("building"), margin("building")])
    from importlib import resources

    text = (resources.files("phusong.data.profiles") / "vn-default.toml").read_text(encoding="utf-8")
    with pytest.raises(StudyError, match="building"):
        parse_profile(text.replace('key = "location"', 'key = "building"'), "so-99")


def test_the_manifest_keeps_the_ledger():
    """Key, title, treatment, both values, unit and source of every row, as JSON."""
    records = json.loads(json.dumps(ledger_records(ledger([margin("building", 0.0, 10.0)]))))
    building = next(record for record in records if record["key"] == "building")
    assert building == {
        "key": "building", "title": "building", "treatment": "margin", "outdoor_db": 0.0, "indoor_db": 10.0,
        "unit": "dB", "source": "building",
    }  # fmt: skip
    assert [record["key"] for record in records] == KINDS
