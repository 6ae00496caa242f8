"""One finding from every combination of evidence, against a slow statement of the rule."""

from __future__ import annotations

from itertools import product

import pytest

from phusong.coverage.findings import (
    GAP_SAYS,
    PRECEDENCE,
    VILLAGE_SAYS,
    Override,
    OverrideError,
    Rests,
    find,
    kind_says,
)
from phusong.words import LANGUAGES, Text

RESTS = [Rests(centre_estimated=a, households_estimated=b) for a, b in product((False, True), repeat=2)]


def override(word):
    return Override(finding=word, reason="đã kiểm tra tại chỗ", author="Sở KH&CN", dated="2026-11-01")


def slowly(measured, confirmed, declared, modelled, overriding):
    """State the rule once more, line by line."""
    if overriding is not None:
        return overriding, "override"
    if measured not in (None, "undetermined"):
        return measured, "measured"
    if confirmed not in (None, "undetermined"):
        return confirmed, "confirmed"
    if declared not in (None, "undetermined"):
        return declared, "declared"
    if modelled not in (None, "undetermined"):
        return modelled, "modelled"
    return "undetermined", "modelled"


def combinations_of(words):
    return product((None, *words), (None, *words), (None, *words), (None, *words), (None, *words))


@pytest.mark.parametrize(("target", "words"), [("village", VILLAGE_SAYS), ("gap", GAP_SAYS)])
def test_every_combination_of_evidence_gives_the_one_finding_of_the_rule(target, words):
    """All that four kinds may say, silence included, times every override: finding, basis, agreement, tender."""
    for *said, overriding in combinations_of(words):
        given = {kind: word for kind, word in zip(PRECEDENCE, said, strict=True) if word is not None}
        found = find(given, target=target, override=overriding and override(overriding))
        assert (found.finding, found.basis) == slowly(*said, overriding)
        definite = {word for word in said if word not in (None, "undetermined")}
        against = definite if overriding is None else definite | {overriding}
        assert found.agrees == (len(against) <= 1)
        assert found.tender == (found.finding in ("white", "depression", "unserved") and not found.provisional)
        assert found.said == given


def test_what_a_finding_rests_on_makes_it_provisional_until_somebody_was_there():
    """Modelled alone is always provisional; estimated inputs are, unless measured, confirmed or signed for."""
    for *said, overriding in combinations_of(("white", "covered", "undetermined")):
        given = {kind: word for kind, word in zip(PRECEDENCE, said, strict=True) if word is not None}
        for rests in RESTS:
            found = find(given, override=overriding and override(overriding), rests=rests)
            on_the_spot = found.basis in ("override", "measured", "confirmed")
            estimated = rests.centre_estimated or rests.households_estimated
            expected = found.basis == "modelled" or (not on_the_spot and estimated)
            if found.basis != "override" and found.finding == "undetermined":
                expected = True
            assert found.provisional == expected
            assert (found.because is None) == (not expected)


def test_disagreements_name_all_that_is_said_and_the_override_that_stands_above():
    """Both languages, the deciding kind first; undetermined kinds disagree with nobody."""
    found = find({"modelled": "white", "declared": "covered", "confirmed": "undetermined"}, override=override("weak"))
    assert found.disagreement is not None
    assert found.disagreement.vi == "kết luận đã ghi: sóng yếu; khai báo, báo cáo: phủ sóng; mô hình: trắng sóng"
    assert all(found.disagreement.to(language) for language in LANGUAGES)
    assert find({"modelled": "white", "measured": "undetermined"}).agrees
    silenced = find({"modelled": "white"}, override=override("undetermined"))
    assert silenced.disagreement is not None and "trắng sóng" in silenced.disagreement.vi


def test_sources_of_one_kind_that_contradict_each_other_leave_it_undetermined_and_seen():
    """A lower kind speaks, provisionally, and the contradiction is listed."""
    assert kind_says(["covered", "undetermined", "covered"]) == ("covered", False)
    assert kind_says([]) == ("undetermined", False)
    says, torn = kind_says(["covered", "depression"])
    found = find(
        {"declared": says, "modelled": "depression"},
        conflicts={"declared": Text("A: phủ sóng", "A: covered")} if torn else {},
    )
    assert (found.finding, found.basis, found.tender, found.agrees) == ("depression", "modelled", False, False)
    assert found.disagreement is not None and "các nguồn trái nhau (A: phủ sóng)" in found.disagreement.vi


@pytest.mark.parametrize("field", ["reason", "author", "dated"])
def test_an_override_without_reason_author_or_day_is_refused(field):
    """It must be answered for."""
    given = {"finding": "covered", "reason": "đo lại", "author": "Sở", "dated": "2026-11-01"}
    with pytest.raises(OverrideError, match="must have"):
        Override(**{**given, field: "  "})


def test_a_word_of_another_target_is_refused():
    """A gap is served or unserved, a village has a class."""
    with pytest.raises(OverrideError, match="got “white”"):
        find({"modelled": "white"}, target="gap")
    with pytest.raises(OverrideError, match="got “served”"):
        find({}, override=override("served"))
