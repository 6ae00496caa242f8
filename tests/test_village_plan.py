"""A plan's tables in the words of a sheet: the key of an option and the pseudo operator are never told."""

from __future__ import annotations

import pytest

from phusong.coverage.siting import LEFT_TEXTS
from phusong.plan.advice import BUILD
from phusong.study.village_plan import advice_of, left_because


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("N-18.6488,104.9862/new-30m-4G-B28", "thêm một trạm"),
        ("M-MAU0036/MAU0036/upgrade-viettel-4G-B28", "nâng cấp trạm MAU0036"),
        ("M-MAU0036/MAU0036/share-4G-B28", "dùng chung trạm MAU0036"),
    ],
)
def test_the_next_option_is_told_by_its_kind_and_mast(option, told):
    """And that the chosen sites are to be built is not repeated."""
    said = {
        "advice_vi": f"{BUILD.vi}; kế tiếp khi có thêm vốn: {option}, 2,3 tỷ đồng (82,8 triệu đồng một hộ)",
        "advice_en": f"{BUILD.en}; next when there is more money: {option}, 2.3 bn (82.8 m a household)",
    }
    advice = advice_of(said)
    assert advice.vi == f"kế tiếp khi có thêm vốn: {told}, 2,3 tỷ đồng (82,8 triệu đồng một hộ)"
    assert option not in advice.en
    assert "more money: " in advice.en


def test_advice_to_build_alone_is_nothing_new():
    """The sites stand there already."""
    assert advice_of({"advice_vi": BUILD.vi, "advice_en": BUILD.en}).vi == ""


def test_why_households_are_left_does_not_contradict_the_sites_chosen():
    """What was not chosen is the other site; fewer than five are only called few."""
    text = f"26 hộ: {LEFT_TEXTS['not_chosen'].vi}; 2 hộ: {LEFT_TEXTS['no_option'].vi}"
    because = left_because({"left_because_vi": text, "left_because_en": ""}).vi
    assert because.startswith("26 hộ: trạm phủ tới các hộ này không được chọn")
    assert because.endswith("; dưới 5 hộ: không phương án nào phủ tới")
