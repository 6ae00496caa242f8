"""One writer in a folder at a time; a folder that a killed run had set aside comes back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from phusong.data.locks import only_writer
from phusong.data.store import OutputError, restore, sweep, whole_file, whole_folder


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    """And may write once the first is done; nothing of the lock stays."""
    with only_writer(tmp_path / "gói thầu"):
        with pytest.raises(OutputError, match="Another phusong command"), only_writer(tmp_path / "gói thầu"):
            pass
        with only_writer(tmp_path / "khac"):
            pass
    with only_writer(tmp_path / "gói thầu"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_writer_held_is_free(tmp_path: Path) -> None:
    """Killed, not stopped: nothing of it could tidy up."""
    code = (
        "import sys, time; from pathlib import Path; from phusong.data.locks import only_writer\n"
        "with only_writer(Path(sys.argv[1])): print('in', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "goi")], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(OutputError), only_writer(tmp_path / "goi"):
            pass
        process.kill()
        process.wait()
    with only_writer(tmp_path / "goi"):
        pass


def test_a_folder_set_aside_by_a_killed_run_comes_back(tmp_path: Path) -> None:
    """Also where its name holds signs of a pattern; one that stands is left as it is."""
    out = tmp_path / "gói [1]"
    kept = tmp_path / "gói [1].old-7"
    kept.mkdir()
    (kept / "manifest.json").write_text("{}")
    restore(out)
    assert (out / "manifest.json").is_file()
    assert not kept.exists()
    kept.mkdir()
    restore(out)
    assert kept.is_dir()
    (tmp_path / "gói [1].partial-7").mkdir()
    sweep(out)
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_a_new_folder_takes_the_place_of_the_one_brought_back(tmp_path: Path) -> None:
    """What the killed run had set aside is replaced as if it had stood there."""
    (tmp_path / "ra.old-7").mkdir()
    (tmp_path / "ra.old-7" / "manifest.json").write_text("{}")
    with whole_folder(tmp_path / "ra") as folder:
        (folder / "manifest.json").write_text("[]")
    assert (tmp_path / "ra" / "manifest.json").read_text() == "[]"
    assert [path.name for path in tmp_path.iterdir()] == ["ra"]


def test_the_folder_one_stands_in_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named by a dot."""
    (tmp_path / "ra").mkdir()
    monkeypatch.chdir(tmp_path / "ra")
    with whole_folder(Path()) as folder:
        (folder / "manifest.json").write_text("[]")
    assert (tmp_path / "ra" / "manifest.json").is_file()


def test_a_file_may_go_into_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    """The folder is made."""
    with whole_file(tmp_path / "mới" / "tep.txt") as partial:
        partial.write_text("x")
    assert (tmp_path / "mới" / "tep.txt").read_text() == "x"
