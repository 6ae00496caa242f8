"""The [radio] section of study.toml: what stands there without it, what it takes, and what it refuses."""

from __future__ import annotations

import pytest

from phusong.coverage.radio.air import Air
from phusong.data.study_file import read_study_file
from phusong.errors import StudyError


def read(tmp_path, radio):
    (tmp_path / "a.xlsx").touch()
    text = (
        '[study]\nname="T"\nprovince_code="01"\n[inputs]\nstations=["a.xlsx"]\nterrain="a.xlsx"\nterrain_kind="dsm"\n'
    )
    (tmp_path / "study.toml").write_text(text + radio, encoding="utf-8")
    return read_study_file(tmp_path / "study.toml")


def test_without_the_section_the_air_is_the_documented_assumption_and_nothing_is_calibrated(tmp_path):
    """ΔN 50, N0 370, calibration only where it is asked for."""
    study = read(tmp_path, "")
    assert study.air == Air(delta_n=50.0, n0=370.0)
    assert study.calibrate is False


def test_the_section_is_read(tmp_path):
    """Whole numbers and decimals alike."""
    study = read(tmp_path, "[radio]\ndelta_n = 62\nn0 = 365.5\ncalibrate = true\n")
    assert study.air == Air(delta_n=62.0, n0=365.5)
    assert study.calibrate is True


@pytest.mark.parametrize(
    ("radio", "words"),
    [
        ("delta_n = 200", "delta_n phải từ 0 đến 150 N/km, nhận được 200"),
        ("n0 = 37.0", "n0 phải từ 250 đến 450 N, nhận được 37"),
        ("n0 = nan", "n0 phải từ 250 đến 450 N"),
        ('delta_n = "cao"', "delta_n phải là number"),
        ("delta_n = true", "delta_n phải là number"),
        ("calibrate = 1", "calibrate phải là bool"),
        ("k = 4", "[radio] không có mục k"),
    ],
)
def test_a_wrong_entry_is_named_with_what_is_allowed(tmp_path, radio, words):
    """One sentence, before any list is opened."""
    with pytest.raises(StudyError) as caught:
        read(tmp_path, f"[radio]\n{radio}\n")
    assert words in caught.value.text.vi


def test_all_mistakes_are_named_at_once(tmp_path):
    """Both ends of a bad section."""
    with pytest.raises(StudyError) as caught:
        read(tmp_path, "[radio]\ndelta_n = -1\nn0 = 9\n")
    assert "delta_n must be" in caught.value.text.en
    assert "n0 must be" in caught.value.text.en
