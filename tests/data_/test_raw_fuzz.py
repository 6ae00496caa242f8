"""Broken files and odd cells through the whole reading of a list: a few here, thousands in ``make nightly``."""

from __future__ import annotations

import itertools
import subprocess
import sys

import check_intake_fuzz as fuzz
import pytest

from phusong.data.raw.processes import package_environment

CASES, LOTS = 20, 4


@pytest.mark.parametrize("seed", range(1, LOTS + 1))
def test_broken_files_and_odd_cells_end_in_a_list_or_a_sentence(tmp_path, seed):
    """Bits flipped, bytes cut and spliced, markup made absurd, cells no one should write: never a traceback."""
    ends = {}
    for number, case in enumerate(itertools.islice(fuzz.cases(seed), CASES)):
        ends[f"{number}, {case.kind}"] = fuzz.outcome(case, tmp_path)
    assert not [f"{name}: {end}" for name, end in ends.items() if end.startswith("TRACEBACK")]
    assert {"read", "UnreadableFileError"} <= set(ends.values())


def test_the_same_seed_makes_the_same_files():
    """A case that fails at night can be made again by its number."""
    first, second = (list(itertools.islice(fuzz.cases(7), 10)) for _ in range(2))
    assert [case.kind for case in first] == [case.kind for case in second]
    assert [case.data for case in first if "csv" in case.kind] == [case.data for case in second if "csv" in case.kind]


def test_a_traceback_is_told_from_an_answer(tmp_path, monkeypatch):
    """The check can fail: an error that is not ours, raised while a file is read, is found."""

    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(fuzz, "read_list", broken)
    assert fuzz.outcome(next(fuzz.cases(1)), tmp_path).startswith("TRACEBACK")


def test_no_process_that_read_a_file_held_more_memory_than_it_was_given():
    """A program of its own reads some cases, so that only its readers are measured (none is on Windows)."""
    command = [sys.executable, fuzz.__file__, "--cases", "12", "--seed", "3"]
    ended = subprocess.run(command, capture_output=True, text=True, env=package_environment(), check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "no process beyond its memory" in ended.stdout
