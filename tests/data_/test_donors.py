"""Repeaters count for what their donor sends."""

from __future__ import annotations

from dataclasses import replace

import made_masts
import pytest

from phusong.data.donors import with_donors


def site(site_id, status="on_air", *, donor="", operator="viettel"):
    made = made_masts.made_site(site_id, 108.1, status=status, operator=operator)
    return replace(made, kind="repeater", donor_site_id=donor) if donor or site_id.startswith("R") else made


def statuses(*sites):
    told, problems = with_donors(sites, "study.toml")
    assert [s.site_id for s in told] == [s.site_id for s in sites]
    return {s.site_id: s.services[0].status for s in told}, [p.text.en for p in problems]


@pytest.mark.parametrize(
    ("donor", "repeater", "counts_as"),
    [
        ("on_air", "listed", "listed"),
        ("listed", "on_air", "on_air"),
        ("listed", "unknown", "unknown"),
        ("unknown", "on_air", "unknown"),
        ("off", "on_air", "off"),
        ("planned", "listed", "planned"),
        ("building", "unknown", "building"),
        ("on_air", "planned", "planned"),
        ("off", "off", "off"),
    ],
)
def test_a_repeater_is_on_air_no_more_than_its_donor(donor, repeater, counts_as):
    """It stays as listed where the donor is on air, and is what the donor is where that is not."""
    found, problems = statuses(site("R1", repeater, donor="A"), site("A", donor))
    assert found == {"R1": counts_as, "A": donor}
    assert len(problems) == (counts_as != repeater)
    assert all("R1" in text for text in problems)


def test_a_donor_that_is_not_known_leaves_the_favourable_end():
    """None given, none listed, or one of another operator or technology: unknown, each case with its sites."""
    other = site("B", operator="mobifone")
    found, problems = statuses(site("R1"), site("R2"), site("R3", donor="X"), site("R4", donor="B"), other)
    assert [found[k] for k in ("R1", "R2", "R3", "R4")] == ["unknown"] * 4
    assert [text.split(" repeaters ")[0] for text in problems] == ["2", "1", "1"]
    assert problems[0].endswith("R1, R2") and problems[1].endswith("R3") and problems[2].endswith("R4")


def test_repeaters_in_a_row_lead_to_one_donor():
    """A repeater of a repeater is what the last donor is; a ring of them has none."""
    chain = (site("R1", donor="R2"), site("R2", donor="A"))
    assert statuses(*chain, site("A"))[0]["R1"] == "on_air"
    assert statuses(*chain, site("A", "off"))[0]["R1"] == "off"
    ring = statuses(site("R1", donor="R2"), site("R2", donor="R1"), site("R3", donor="R3"))[0]
    assert set(ring.values()) == {"unknown"}


def test_other_sites_are_left_alone():
    """Only a repeater has a donor, whatever a row says."""
    macro = replace(site("A", "listed"), donor_site_id="X")
    told, problems = with_donors([macro], "study.toml")
    assert told == (macro,)
    assert problems == []
