"""A file that asks for too much takes its own process with it: what is said is one sentence."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from phusong.data.workbook_jobs import JobLimits, run_confined
from phusong.errors import MissingFileError, UnreadableFileError

SOURCE = Path("lớn.xlsx")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="limits are set by POSIX calls")


@POSIX
@pytest.mark.parametrize(
    ("function", "arguments"),
    [("bytearray", {"source": 2**40}), ("exec", {})],
)
def test_a_process_that_dies_is_one_sentence(function, arguments):
    """Too much memory and any failure of the program alike."""
    with pytest.raises(UnreadableFileError, match=r"lớn\.xlsx"):
        run_confined(SOURCE, "builtins", function, arguments, JobLimits(memory_bytes=512 * 2**20))


def test_a_process_that_does_not_end_is_ended():
    """The clock is limited too."""
    started = time.monotonic()
    with pytest.raises(UnreadableFileError):
        run_confined(SOURCE, "signal", "pause", {}, JobLimits(wall_seconds=0.5))
    assert time.monotonic() - started < 60


def test_our_own_errors_come_back_as_themselves(tmp_path):
    """What the function says of the file is what the caller hears."""
    arguments = {"template": tmp_path / "bieu.xlsx", "out": tmp_path / "ra.xlsx"}
    with pytest.raises(MissingFileError, match=r"bieu\.xlsx"):
        run_confined(SOURCE, "phusong.data.filled_forms", "_check_paths", arguments)
