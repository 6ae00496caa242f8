"""Threshold profiles: texts in two languages, and what a department may write."""

from __future__ import annotations

from importlib import resources

import pytest

from phusong.data.profiles import parse_profile, profile_names, read_profile


@pytest.mark.parametrize("name", profile_names())
def test_every_source_is_written_in_both_languages(name):
    """An English document prints no Vietnamese source: the two wordings differ."""
    profile = read_profile(name)
    for source in (profile.source, *(margin.source for margin in profile.margins)):
        assert source.vi
        assert source.en
        assert source.vi != source.en


def test_a_department_may_write_its_source_once():
    """One plain text stands for both languages."""
    ours = (resources.files("phusong.data.profiles") / "vn-min.toml").read_text(encoding="utf-8")
    line = next(line for line in ours.splitlines() if line.startswith("source"))
    profile = parse_profile(ours.replace(line, 'source = "Quyết định của Sở"'), "so")
    assert (profile.source.vi, profile.source.en) == ("Quyết định của Sở", "Quyết định của Sở")
