"""What a department may get wrong in a threshold profile, and how it is told."""

from __future__ import annotations

from importlib import resources

import pytest

from phusong.data.profiles import FLOOR_BELOW_WEAK_DB, parse_profile, profile_names, read_profile
from phusong.errors import MissingFileError, PhuSongError, StudyError

OURS = (resources.files("phusong.data.profiles") / "vn-default.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("receiver_height_m = 1.5", "", "receiver_height_m"),
        ("link_m = 400.0", "", "link_m"),
        ("served_dbm = -110, weak_dbm = -120", "served_dbm = -110", "weak_dbm"),
        ("served_dbm = -110, weak_dbm = -120", "served_dbm = -120, weak_dbm = -110", "-110"),
        ("served_dbm = -95", 'served_dbm = "cao"', "cao"),
        ("2G = {", "6G = {", "6G"),
        ("[gap]", "[gap", "TOML"),
        ("max_path_km = 35.0 }", "max_path_km = 35.0, floor_dbm = -999 }", "-999"),
        ("sigma_sd_db = 1.5", "sigma_spread = 1.5", "sigma_spread"),
        ("sigma_db = 8.0", "sigma_db = -8.0", "-8"),
        ("draws = 200", "draws = 3", "draws"),
        ("correlation_m = [50.0, 300.0]", "correlation_m = [300.0, 50.0]", "correlation_m"),
    ],
)
def test_a_wrong_entry_is_named_in_both_languages(old, new, said):
    """One sentence each, with what was found; never a traceback of ours."""
    assert old in OURS
    with pytest.raises(PhuSongError) as caught:
        parse_profile(OURS.replace(old, new, 1), "so-99")
    for text in (caught.value.text.vi, caught.value.text.en):
        assert "so-99" in text
        if said != "TOML":
            assert said in text
    assert isinstance(caught.value, StudyError)


def test_an_unknown_profile_lists_those_there_are():
    """The message names the profiles of the package."""
    with pytest.raises(MissingFileError) as caught:
        read_profile("vn-khong-co")
    assert all(name in caught.value.text.vi for name in profile_names())


def test_a_file_beside_the_study_is_read(tmp_path):
    """A department's own file is found in the study's folder; its floor follows from its weak threshold."""
    (tmp_path / "so.toml").write_text(OURS.replace("weak_dbm = -104", "weak_dbm = -101"), encoding="utf-8")
    rule = read_profile("so.toml", folder=tmp_path).rules["2G"]
    assert (rule.weak_dbm, rule.floor_dbm) == (-101.0, -101.0 - FLOOR_BELOW_WEAK_DB)
