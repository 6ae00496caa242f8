"""Measurements beside the model: every test accounted for, and no more concluded than the data allow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_masts import LAT, LON, NETWORK, made_profile, made_site, made_terrain, slow_level_dbm

from phusong.coverage.network import Network, Span
from phusong.data.measured import COLUMNS, comparison_table


def made_tests(**changes):
    """Six tests that name site A, 7 dB under the model; columns as a checked list has them."""
    lon = LON + np.array([0.01, 0.015, 0.02, 0.025, 0.03, 0.035])
    level = [slow_level_dbm(made_terrain(), NETWORK.sites[0], x) - 7.0 for x in lon]
    table = pd.DataFrame({"lon": lon, "lat": LAT, "rsrp_dbm": level, "site_id": "A", "operator": "lora"})
    return table.assign(tech="other", environment="").assign(**changes)


def compared(tests, network=NETWORK, terrain=None):
    found = comparison_table(tests, network, terrain or made_terrain(), made_profile())
    assert found is not None
    return found.table.assign(group=[group.en for group in found.table["group"]]).set_index("group"), found.notes


def said(notes):
    return " ".join(note.vi for note in notes), " ".join(note.en for note in notes)


def test_the_bias_of_each_site_is_model_minus_measured():
    """Seven decibels were taken off: 7 dB come back, for all and for the site; one operator has no row of its own."""
    table, _ = compared(made_tests())
    assert list(table.index) == ["All", "Site A"]
    assert list(table.reset_index().columns) == list(COLUMNS)
    assert table["bias_db"].tolist() == pytest.approx([7.0, 7.0], abs=0.01)
    assert table["rank_correlation"].tolist() == pytest.approx([1.0, 1.0])
    assert table["places"].tolist() == [6, 6]


def test_every_test_with_a_level_is_compared_or_said_to_be_left_out():
    """A strange site, an indoor test: counted in words; a test without a level is none."""
    tests = made_tests(
        site_id=["A", "A", "lạ", "A", "A", "B"],
        environment=["", "", "outdoor", "indoor", "vehicle", ""],
        rsrp_dbm=[-80.0, np.nan, -90.0, -95.0, -85.0, -70.0],
    )
    table, notes = compared(tests)
    assert table.loc["All", ["measurements", "left_out"]].tolist() == [3, 1]
    assert table.loc["Sites not in the list", "left_out"] == 1
    assert {"Measured outdoor", "Measured in vehicle", "Site A", "Site B"} <= set(table.index)
    vi, en = said(notes)
    assert "3/5 (60,0 %)" in vi
    assert "Left out 1: measured indoors." in en
    assert "Left out 1: the site received is not in the list or not on air." in en


def test_missing_terrain_is_left_out_and_said():
    """The path crosses columns without data: no level, and the reason in the notes."""
    table, notes = compared(made_tests(), terrain=made_terrain(hole=slice(400, 410)))
    assert table.loc["All", "left_out"] > 0
    assert table.loc["All", ["measurements", "left_out"]].sum() == 6
    assert "thiếu địa hình trên đường truyền" in said(notes)[0]


def test_the_notes_name_what_was_assumed_and_what_is_not_in_the_data():
    """Only receptions, unknown power and height, flat ground: each said, with the assumed value."""
    site = made_site("A", LON)
    (service,) = site.services
    sector = replace(service.sectors[0], height_agl_m=Span(8, 15, 30, given=False))
    site = replace(site, services=(replace(service, sectors=(sector,)),))
    vi, en = said(compared(made_tests(), Network(sites=(site,), inventories=()))[1])
    assert "chiều cao anten của 1/1 (100,0 %) trạm: lấy giả định 15 m" in vi
    assert "chỉ có những lần thu được" in vi
    assert "độ lệch không dùng để đánh giá mô hình" in vi
    assert "gần như bằng phẳng" in vi
    assert "nine in ten places lie at 10 – 10 m" in en
    stated = said(compared(made_tests())[1])[0]
    assert "giả định" not in stated


def test_tests_that_found_nothing_are_not_called_only_receptions():
    """Where silence is in the data the note does not say it is not."""
    tests = made_tests(rsrp_dbm=[-80.0, -81.0, -82.0, -83.0, -84.0, np.nan])
    assert "chỉ có những lần thu được" not in said(compared(tests)[1])[0]


def test_without_levels_there_is_no_comparison():
    """No list of measurements, or none with a level: no sheet."""
    assert comparison_table(None, NETWORK, made_terrain(), made_profile()) is None
    assert comparison_table(made_tests(rsrp_dbm=np.nan), NETWORK, made_terrain(), made_profile()) is None
