"""A plan's tables in the words of a sheet."""

from __future__ import annotations

from phusong.plan.advice import BUILD
from phusong.study.village_plan import advice_of


def test_advice_to_build_alone_is_nothing_new():
    """The sites stand there already; what else is advised stays."""
    assert advice_of({"advice_vi": BUILD.vi, "advice_en": BUILD.en}).vi == ""
    assert advice_of({"advice_vi": f"{BUILD.vi}; vệ tinh", "advice_en": f"{BUILD.en}; satellite"}).en == "satellite"
