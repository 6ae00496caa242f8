"""Why a gap is dark, in words."""

from __future__ import annotations

import dataclasses
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phusong.coverage.reasons import Reason, operator_title, reason_kind, sentence

RIDGE = Reason(
    kind="ridge",
    technology="4G",
    threshold_dbm=-110.0,
    max_path_km=40.0,
    operator="viettel",
    site_id="VTL0123",
    distance_km=3.2,
    level_dbm=-121.4,
    obstacle_distance_km=1.1,
    obstacle_height_m=85.2,
    obstacle_loss_db=23.8,
)


def words(reason, *, households=45, place_name="Thôn Khe Sâu"):
    text = sentence(reason, households=households, place_name=place_name)
    return text.vi, text.en


def test_a_ridge_is_told_with_its_place_height_and_loss():
    """The sentence an officer reads, in both languages, with their own numbers."""
    assert words(RIDGE) == (
        "Thôn Khe Sâu: 45 hộ chưa có sóng 4G. Trạm gần nhất VTL0123 (Viettel) cách 3,2 km; "
        "sống núi cách cụm dân cư 1,1 km cao hơn đường truyền 85 m, che khuất 24 dB.",
        "Thôn Khe Sâu: 45 households without 4G signal. The nearest site VTL0123 (Viettel) is 3.2 km away; "
        "a ridge 1.1 km from the houses rises 85 m above the line of sight and blocks 24 dB.",
    )


@pytest.mark.parametrize(
    ("changes", "vi", "en"),
    [
        ({"obstacle_height_m": 4.2}, "; địa hình cách cụm dân cư 1,1 km cao hơn đường truyền 4 m,", "; terrain 1.1 km"),
        (
            {"obstacle_height_m": -3.0},
            "; địa hình cách cụm dân cư 1,1 km sát đường truyền,",
            "touches the line of sight",
        ),
        ({"obstacle_height_m": math.nan}, "1,1 km sát đường truyền, che khuất 24 dB", "line of sight and blocks 24 dB"),
        ({"obstacle_distance_km": math.nan}, "; sống núi cao hơn đường truyền 85 m,", "; a ridge rises 85 m"),
        ({"site_name": "Thượng Giáp"}, "VTL0123 – Thượng Giáp (Viettel)", "VTL0123 – Thượng Giáp (Viettel)"),
        ({"site_name": "VTL0123"}, "nhất VTL0123 (Viettel)", "site VTL0123 (Viettel)"),
        ({"operator": ""}, "nhất VTL0123 cách", "site VTL0123 is"),
        ({"technology": "other"}, "45 hộ chưa có sóng. ", "45 households without signal. "),
    ],
)
def test_what_is_not_known_or_not_so_is_not_said(changes, vi, en):
    """A low rise is no ridge, a missing number leaves no hole, a name is not written twice."""
    text = words(dataclasses.replace(RIDGE, **changes))
    assert vi in text[0]
    assert en in text[1]


def test_distance_no_site_and_an_unclear_cause_have_their_own_sentences():
    """Each kind says what an engineer would do something about."""
    far = dataclasses.replace(RIDGE, kind="distance", distance_km=12.4, obstacle_loss_db=0.2, level_dbm=-118.25)
    assert words(far, place_name="")[0] == (
        "45 hộ chưa có sóng 4G. Trạm gần nhất VTL0123 (Viettel) cách 12,4 km; đường truyền không bị che khuất "
        "nhưng quá xa (mức thu -118,2 dBm, cần -110 dBm)."
    )
    assert words(far)[1].endswith("nothing stands in the way, but it is too far (-118.2 dBm, -110 dBm needed).")
    hidden = dataclasses.replace(far, obstacle_loss_db=4.0, level_dbm=math.nan)
    assert words(hidden)[0].endswith("; địa hình chỉ che khuất 4 dB nhưng quá xa.")
    assert words(hidden)[1].endswith("; the terrain blocks only 4 dB, but it is too far.")
    nothing = Reason(kind="no_site", technology="4G", threshold_dbm=-110.0, max_path_km=40.0)
    assert words(nothing)[0].endswith("4G. Trong bán kính 40 km không có trạm 4G nào trong danh sách.")
    assert words(nothing)[1].endswith("signal. No 4G site is listed within 40 km.")
    unclear = dataclasses.replace(RIDGE, kind="other")
    assert words(unclear)[0].endswith("cách 3,2 km; chưa rõ nguyên nhân, cần đo.")
    assert words(unclear)[1].endswith("is 3.2 km away; the cause is not clear, a measurement is needed.")


def test_households_are_counted_as_each_language_does():
    """One household in the singular; thousands with the language's own mark."""
    assert words(RIDGE, households=1)[1].startswith("Thôn Khe Sâu: 1 household without")
    assert words(RIDGE, households=1234.0)[0].startswith("Thôn Khe Sâu: 1.234 hộ chưa")
    assert words(RIDGE, households=1234.0)[1].startswith("Thôn Khe Sâu: 1,234 households without")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "ridge"),
        ({"obstacle_loss_db": 10.0, "level_dbm": -140.0}, "ridge"),
        ({"obstacle_loss_db": 9.9, "level_dbm": -140.0}, "distance"),
        ({"obstacle_loss_db": 5.0, "level_dbm": -115.0}, "ridge"),
        ({"obstacle_loss_db": 4.9, "level_dbm": -115.0}, "distance"),
        ({"obstacle_loss_db": 0.5, "level_dbm": -110.2}, "distance"),
        ({"obstacle_loss_db": 0.0, "level_dbm": -118.0}, "distance"),
        ({"level_dbm": math.nan}, "ridge"),
        ({"level_dbm": math.nan, "obstacle_loss_db": 3.0}, "distance"),
        ({"obstacle_loss_db": math.nan}, "other"),
        ({"level_dbm": -110.0}, "other"),
        ({"distance_km": 40.0}, "ridge"),
        ({"distance_km": 40.1}, "no_site"),
        ({"distance_km": math.nan}, "no_site"),
    ],
)
def test_the_kind_of_a_reason_follows_the_rule(changes, expected):
    """Each branch and both sides of each limit."""
    facts = {
        "distance_km": 3.2,
        "max_path_km": 40.0,
        "level_dbm": -121.4,
        "threshold_dbm": -110.0,
        "obstacle_loss_db": 23.8,
    }
    assert reason_kind(**{**facts, **changes}) == expected


KNOWN = st.one_of(st.just(math.nan), st.floats(0.0, 200.0))


@given(
    st.builds(
        Reason,
        kind=st.sampled_from(["ridge", "distance", "no_site", "other"]),
        technology=st.sampled_from(["2G", "3G", "4G", "5G", "other"]),
        threshold_dbm=st.just(-110.0),
        max_path_km=st.just(40.0),
        operator=st.sampled_from(["", "viettel", "itel"]),
        site_id=st.sampled_from(["VTL0123"]),
        distance_km=st.floats(0.01, 40.0),
        level_dbm=KNOWN.map(lambda v: -v),
        obstacle_distance_km=KNOWN,
        obstacle_height_m=KNOWN,
        obstacle_loss_db=st.floats(0.0, 200.0),
    ),
    st.integers(1, 100_000),
)
def test_every_sentence_is_whole(reason, households):
    """No hole, no doubled space, no nan, ends with a full stop, in both languages."""
    for text in words(reason, households=households):
        assert re.search(r"nan|–| {2}| [,.;)]|\(\)", text) is None
        assert text.endswith(".")


def test_operators_are_written_as_they_write_themselves():
    """The four operators by their own spelling; one not known here keeps its key."""
    titles = [operator_title(key) for key in ("viettel", "vinaphone", "mobifone", "vietnamobile", "itel")]
    assert titles == ["Viettel", "VinaPhone", "MobiFone", "Vietnamobile", "itel"]
