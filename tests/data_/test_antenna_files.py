"""Antenna pattern files as manufacturers and older tools write them, and what is said of those that cannot be used."""

from __future__ import annotations

import made_antennas
import numpy as np
import pytest

from phusong.data.antenna_files import antenna_key, read_antenna, read_antennas

PATTERN = made_antennas.SECTOR


def written(path, lines, *, newline="\n", encoding="utf-8"):
    path.write_bytes((newline.join(lines) + newline).encode(encoding))
    return path


def same(found, pattern):
    return np.array_equal(found.horizontal_db, pattern.horizontal_db) and np.array_equal(
        found.vertical_db, pattern.vertical_db
    )


@pytest.mark.parametrize("suffix", [".msi", ".PLN"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_file_is_read_as_its_maker_wrote_it(tmp_path, suffix, newline):
    """Both tables whole, with name, gain and the tilt at which they were measured."""
    pattern, problems = read_antenna(
        written(tmp_path / f"a{suffix}", made_antennas.planet_lines(PATTERN), newline=newline)
    )
    assert problems == []
    assert (pattern.name, pattern.gain_dbi, pattern.electrical_tilt_deg) == ("K-65-06T", 17.0, 6.0)
    assert same(pattern, PATTERN)
    assert pattern.lobe_deg == 6.0


def test_tabs_decimal_commas_and_old_code_pages_are_understood(tmp_path):
    """The same tables from ``0,0<tab>1,5``, with 360° written again, negative angles and a German comment."""
    lines = [line.replace(".", ",").replace(" ", "\t") for line in made_antennas.planet_lines(PATTERN)]
    at = lines.index("VERTICAL\t360")
    lines.insert(at, "360,0\t" + lines[lines.index("HORIZONTAL\t360") + 1].split("\t")[1])
    lines[at + 2 :] = [f"{d if d <= 180 else d - 360}\t{PATTERN.vertical_db[d]}" for d in range(360)]
    lines.insert(1, "COMMENT Antenne für Höhen")
    pattern, problems = read_antenna(written(tmp_path / "a.msi", lines, encoding="latin-1"))
    assert problems == []
    assert same(pattern, PATTERN)
    assert pattern.gain_dbi == 17.0


@pytest.mark.parametrize(
    ("gain", "gain_dbi"), [("15 dBi", 15.0), ("15.0 dBd", 17.15), ("15", 17.15), ("15,5dBi", 15.5), ("12 DBD", 14.15)]
)
def test_a_gain_without_a_unit_is_over_a_dipole(tmp_path, gain, gain_dbi):
    """Planet counts in dBd, 2.15 dB under dBi, unless the file says dBi."""
    pattern, _ = read_antenna(written(tmp_path / "a.msi", made_antennas.planet_lines(PATTERN, gain=gain)))
    assert pattern.gain_dbi == pytest.approx(gain_dbi)


@pytest.mark.parametrize(
    ("lines", "tilt_deg"),
    [
        (["TILT 4"], 4.0),
        (["TILT 3.5 deg"], 3.5),
        (["TILT ELECTRICAL"], None),
        (["TILT ELECTRICAL", "ELECTRICAL_TILT 2"], 2.0),
        (["ELECTRICAL TILT 5"], 5.0),
        (["TILT"], None),
        ([], None),
    ],
)
def test_an_electrical_tilt_is_known_only_where_it_is_stated(tmp_path, lines, tilt_deg):
    """As a number, in any of the ways files state it; a word is no number, and silence is not 0."""
    body = [line for line in made_antennas.planet_lines(PATTERN) if not line.startswith(("TILT", "ELECTRICAL", "NAME"))]
    pattern, problems = read_antenna(written(tmp_path / "K65.msi", [*lines, *body]))
    assert problems == []
    assert pattern.electrical_tilt_deg == tilt_deg
    assert pattern.name == "K65", "without a NAME the file's name stands"


def test_every_problem_of_a_file_is_named_at_once_with_its_line(tmp_path):
    """Unreadable rows, negative and doubled values, a wrong gain: one error each; missing angles of a whole table."""
    lines = made_antennas.planet_lines(PATTERN, gain="lots")
    lines[10], lines[20], lines[30] = "3 x", "13 -3.0", "22 1.0"
    pattern, problems = read_antenna(written(tmp_path / "a.msi", lines))
    assert pattern is None
    assert sorted((p.level, p.file, p.row) for p in problems) == [("error", "a.msi", n) for n in (4, 11, 21, 31)]
    assert all(p.text.vi and p.text.en and p.found for p in problems)


@pytest.mark.parametrize("key", ["GAIN", "HORIZONTAL", "VERTICAL"])
def test_a_file_without_a_section_says_which(tmp_path, key):
    """Nothing stands in for a missing gain or table."""
    lines = made_antennas.planet_lines(PATTERN)
    at = next(k for k, line in enumerate(lines) if line.startswith(key))
    del lines[at : at + (1 if key == "GAIN" else 361)]
    pattern, problems = read_antenna(written(tmp_path / "a.msi", lines))
    assert pattern is None
    assert [p.text.en for p in problems] == [f"{key} is missing"]


def test_a_table_with_holes_is_not_filled(tmp_path):
    """Two angles left out: one error that counts and names them."""
    lines = made_antennas.planet_lines(PATTERN)
    del lines[50], lines[100]
    _, problems = read_antenna(written(tmp_path / "a.msi", lines))
    assert [(p.row, "2 are missing: 43°, 94°" in p.text.en) for p in problems] == [(7, True)]


def test_a_folder_gives_each_antenna_by_its_names(tmp_path):
    """By NAME and by file name, whatever the case or ending; a NAME of several files means none of them."""
    (tmp_path / "K").mkdir()
    written(tmp_path / "K" / "first.msi", made_antennas.planet_lines(PATTERN))
    written(tmp_path / "omni.pln", made_antennas.planet_lines(made_antennas.OMNI))
    antennas, problems = read_antennas(tmp_path)
    assert set(antennas) == {"first", "k-65-06t", "omni", "o-11"}
    assert problems == []
    assert antennas[antenna_key("FIRST.msi")] is antennas[antenna_key("K-65-06T ")]
    written(tmp_path / "second.msi", made_antennas.planet_lines(PATTERN))
    antennas, problems = read_antennas(tmp_path)
    assert set(antennas) == {"first", "second", "omni", "o-11"}
    assert [(p.level, "K-65-06T" in p.text.vi) for p in problems] == [("warning", True)]


def test_a_folder_without_patterns_says_so(tmp_path):
    """A wrong folder is not silently an empty one."""
    antennas, problems = read_antennas(tmp_path)
    assert antennas == {}
    assert [p.level for p in problems] == ["warning"]
