"""The command line as its user meets it: one sentence for a mistake, exit codes, both languages, JSON lines, Ctrl-C."""

from __future__ import annotations

import importlib
import json
import signal
import sys
from pathlib import Path

import pytest
from interrupting import interrupted
from openpyxl import load_workbook
from typer import Exit

from phusong.cli import main
from phusong.cli.screen import INTERRUPTED, MISTAKE, is_interrupt, screen_for, working
from phusong.coverage.radio import _jit
from phusong.data.schemas import SCHEMAS


def run(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    out, err = capfd.readouterr()
    return int(ended.value.code or 0), out, err


@pytest.mark.parametrize(
    ("arguments", "vi", "en"),
    [
        (["run", "khong-co.toml"], "Không tìm thấy tệp nghiên cứu khong-co.toml", "No study file khong-co.toml"),
        (["template", "foo"], "Không có danh sách “foo”", "No list “foo”"),
        (["check", "villages", "khong-co.xlsx"], "khong-co.xlsx", "khong-co.xlsx"),
        (["boundaries", "import", "khong-co.gpkg"], "khong-co.gpkg", "khong-co.gpkg"),
    ],
)
def test_a_mistake_is_one_sentence_in_the_language_asked_for(
    capfd: pytest.CaptureFixture[str], arguments: list[str], vi: str, en: str
) -> None:
    """Each mistake ends with exit code 2 and one line on the standard error, never a traceback."""
    for language, words in (("vi", vi), ("en", en)):
        code, out, err = run(capfd, *arguments, "--lang", language)
        assert code == MISTAKE
        assert out == ""
        assert words in err
        assert "Traceback" not in err
        assert len(err.strip().splitlines()) == 1


def test_an_unknown_language_is_refused(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """--lang takes vi and en only, and says so."""
    code, _, err = run(capfd, "template", "villages", "--out", str(tmp_path / "t.xlsx"), "--lang", "fr")
    assert code == MISTAKE
    assert "vi hoặc en" in err
    assert not (tmp_path / "t.xlsx").exists()


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_list_has_a_template(capfd: pytest.CaptureFixture[str], tmp_path: Path, name: str) -> None:
    """The template of each list opens and has every field of the list in its header."""
    path = tmp_path / "mau.xlsx"
    code, out, _ = run(capfd, "template", name, "--out", str(path))
    assert code == 0
    assert str(path) in out.replace("\n", "")
    headers = {str(cell.value).rstrip(" *") for cell in load_workbook(path).worksheets[0][1]}
    assert len(headers) >= len(SCHEMAS[name].fields)


def test_check_counts_what_it_found(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A list with a good row, a bad row and a personal column is answered whole: counts, rows, columns, exit code 2."""
    path = tmp_path / "ho.csv"
    path.write_text(
        "Mã hộ,Họ tên chủ hộ,Tên xã,Thôn,Kinh độ,Vĩ độ\nA1,Nguyễn Văn A,Xã Một,Thôn Một,105.3,18.7\n"
        "A2,Trần B,Xã Một,Thôn Một,18.7,105.3\n",
        encoding="utf-8",
    )
    code, out, err = run(capfd, "check", "households", str(path))
    assert code == MISTAKE
    assert "1 dòng đúng" in out
    assert "dòng 3" in err
    assert "đổi chỗ" in err
    assert "Nguyễn" not in out + err
    code, out, err = run(capfd, "check", "households", str(path), "--json")
    assert {problem["level"] for problem in json.loads(out)["problems"]} >= {"error", "warning"}
    assert json.loads(out)["rows"] == {"accepted": 1, "refused": 1} and err == ""


def test_run_speaks_json_lines(capfd: pytest.CaptureFixture[str], small_province: Path, tmp_path: Path) -> None:
    """--json prints one object a line: every step, then the counts; --quiet prints nothing."""
    study = str(small_province / "study.toml")
    code, out, _ = run(capfd, "run", study, "--out", str(tmp_path / "a"), "--json", "--lang", "en")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [line["step"] for line in lines[:-1] if line["event"] == "step"] == [1, 2, 3, 4, 5, 6]
    assert lines[-1]["counts"]["household_points"] == 2000
    assert run(capfd, "run", study, "--out", str(tmp_path / "b"), "--quiet") == (0, "", "")


def test_boundaries_imported_once_serve_a_check(
    capfd: pytest.CaptureFixture[str], small_province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After ``boundaries import`` a check without --communes places its rows; before, it says that it did not."""
    monkeypatch.setenv("PHUSONG_HOME", str(tmp_path / "home"))
    arguments = ("check", "villages", str(small_province / "thon.xlsx"), "--province", "99")
    assert "Chưa kiểm tra vị trí" in run(capfd, *arguments)[2]
    assert run(capfd, "boundaries", "import", str(small_province / "ranh_gioi.gpkg"))[0] == 0
    assert "Chưa kiểm tra vị trí" not in run(capfd, *arguments)[2]


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C reaches a child differently on Windows")
def test_ctrl_c_leaves_nothing_behind(small_province: Path, tmp_path: Path) -> None:
    """Interrupted in the middle, ``run`` ends with 130 and no folder."""
    out = tmp_path / "out"
    code, err = interrupted(["run", str(small_province / "study.toml"), "--out", str(out)], step=2, after_s=0.3)
    assert code == INTERRUPTED
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_waits_for_the_compiler() -> None:
    """While a kernel is compiled the interrupt is put off: it could end the process. The next progress stops."""
    lock = importlib.import_module("numba.core.compiler_lock").global_compiler_lock
    with pytest.raises(Exit) as ended, working(screen_for("vi", quiet=True)) as bar:
        with lock:
            assert _jit.compiling_here()
            signal.raise_signal(signal.SIGINT)
        bar.share(0.5)
    assert ended.value.exit_code == INTERRUPTED


def test_an_interrupt_wrapped_by_a_library_is_an_interrupt() -> None:
    """What DuckDB raises from Ctrl-C counts as Ctrl-C; any other error does not."""
    wrapped = RuntimeError("query interrupted")
    wrapped.__cause__ = KeyboardInterrupt()
    assert is_interrupt(wrapped)
    assert not is_interrupt(RuntimeError("no"))
