"""How kernels are compiled, cached and entered."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from phusong.coverage.radio import _jit
from phusong.coverage.radio._jit import kernel, kernel_entry, larger, parallel_kernel, plain, prange

ROOT = Path(__file__).resolve().parents[2]


@kernel
def _inverse(x: float) -> float:
    return 1.0 / x


@kernel
def _largest(values: np.ndarray) -> float:
    largest = -math.inf
    for k in range(values.size):
        largest = larger(largest, values[k])
    return largest


@parallel_kernel
def _fill_squares(out: np.ndarray) -> None:
    for k in prange(out.size):
        out[k] = k * k


def _run(code: str, cwd: Path, **env: str) -> str:
    """Run code in a fresh interpreter that finds the project, in ``cwd`` and with ``cwd`` on its path."""
    names = {k: v for k, v in os.environ.items() if k != _jit.CACHE_VARIABLE}
    names["PYTHONPATH"] = os.pathsep.join((str(cwd), str(ROOT)))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=cwd,
        env=names | env,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_kernels_divide_as_numpy_does() -> None:
    """Compiled code gives inf for 1/0 and keeps NaN; its plain body is Python's."""
    if plain(_inverse) is _inverse:
        pytest.skip("numba is switched off")
    assert _inverse(0.0) == math.inf
    assert math.isnan(_inverse(math.nan))
    with pytest.raises(ZeroDivisionError):
        plain(_inverse)(0.0)


def test_no_kernel_is_compiled_with_fastmath() -> None:
    """No option that would delete NaN tests or reorder sums."""
    assert "fastmath" not in _jit._OPTIONS


@pytest.mark.parametrize("size", [0, 1, 7, 200, 1003])
def test_the_quick_maximum_is_the_maximum(size: int) -> None:
    """Of any number of values, infinite ones included, wherever the largest stands."""
    values = np.random.default_rng(size).normal(size=size)
    values[size // 3 :: 5] = -math.inf
    for shift in range(0, size, 1 + size // 9):
        assert _largest(np.roll(values, shift)) == values.max()
    assert _largest(np.append(values, math.inf)) == math.inf
    assert _largest(values) == max(values, default=-math.inf)


def test_a_parallel_kernel_fills_every_cell() -> None:
    """``prange`` taken from here is numba's."""
    out = np.empty(1000)
    with kernel_entry():
        _fill_squares(out)
    np.testing.assert_array_equal(out, np.arange(1000.0) ** 2)


def test_parallel_kernels_may_be_entered_from_several_threads() -> None:
    """Eight threads at once each get their own full answer."""
    outs = [np.empty(20_000) for _ in range(8)]

    def work(out: np.ndarray) -> None:
        for _ in range(5):
            with kernel_entry():
                _fill_squares(out)

    threads = [threading.Thread(target=work, args=(out,)) for out in outs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for out in outs:
        np.testing.assert_array_equal(out, np.arange(20_000.0) ** 2)


@pytest.mark.parametrize(("layer", "alone"), [("workqueue", True), ("omp", False), ("tbb", False)])
def test_only_the_workqueue_layer_is_entered_one_at_a_time(
    layer: str, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two threads are inside together exactly where the threading layer allows it."""
    monkeypatch.setattr(_jit._numba, "threading_layer", lambda: layer)
    inside = threading.Barrier(2)
    together = []

    def work() -> None:
        with kernel_entry():
            try:
                inside.wait(timeout=0.5)
                together.append(True)
            except threading.BrokenBarrierError:
                together.append(False)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == [not alone, not alone]


def test_the_cache_is_named_after_sources_and_numba(tmp_path: Path) -> None:
    """A change in any kernel source, its name or numba's version names another cache; nothing else does."""
    (tmp_path / "a.py").write_text("x = 1", encoding="utf-8")
    (tmp_path / "b.txt").write_text("note", encoding="utf-8")
    name = _jit.sources_digest(tmp_path, "1.0")
    (tmp_path / "b.txt").write_text("other note", encoding="utf-8")
    assert _jit.sources_digest(tmp_path, "1.0") == name
    assert _jit.sources_digest(tmp_path, "1.1") != name
    (tmp_path / "a.py").write_text("x = 2", encoding="utf-8")
    changed = _jit.sources_digest(tmp_path, "1.0")
    assert changed != name
    (tmp_path / "a.py").rename(tmp_path / "c.py")
    assert _jit.sources_digest(tmp_path, "1.0") not in (name, changed)


_PRINT_CACHE = (
    "import phusong.coverage.radio._jit as j, os, numba; print(os.environ['NUMBA_CACHE_DIR'], numba.config.CACHE_DIR)"
)


@pytest.mark.skipif(sys.platform != "linux", reason="other platforms keep caches elsewhere")
def test_the_cache_lies_in_the_users_cache_folder(tmp_path: Path) -> None:
    """``<cache>/phusong/<digest>``, known to numba."""
    seen = _run(_PRINT_CACHE, tmp_path, XDG_CACHE_HOME=str(tmp_path / "c")).split()
    assert seen[0] == seen[1]
    assert Path(seen[0]).parent == tmp_path / "c" / "phusong"


def test_a_cache_folder_the_user_names_is_kept(tmp_path: Path) -> None:
    """An existing NUMBA_CACHE_DIR is respected."""
    mine = str(tmp_path / "mine")
    assert _run(_PRINT_CACHE, tmp_path, NUMBA_CACHE_DIR=mine).split() == [mine, mine]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX homes")
def test_a_home_that_cannot_be_written_falls_back_to_a_temporary_folder(tmp_path: Path) -> None:
    """Where the cache folder is a file, kernels are cached under the temporary folder."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "tmp").mkdir()
    home = str(tmp_path / "file")
    seen = _run(_PRINT_CACHE, tmp_path, XDG_CACHE_HOME=home, HOME=home, TMPDIR=str(tmp_path / "tmp")).split()
    assert tmp_path / "tmp" in Path(seen[0]).parents


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_temporary_folder_others_can_write_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading a cache runs it: a folder open to all is passed over for a fresh one."""
    monkeypatch.setattr(_jit.tempfile, "tempdir", str(tmp_path))
    trap = tmp_path / f"phusong-{os.getuid()}"
    trap.mkdir()
    trap.chmod(0o777)
    assert trap not in _jit._temporary_folder("x").parents
    trap.chmod(0o700)
    assert _jit._temporary_folder("x") == trap / "x"


@pytest.mark.parametrize("inside", [None, "__init__.py"])
def test_a_folder_called_coverage_does_not_stop_numba(tmp_path: Path, inside: str | None) -> None:
    """A working directory with a folder ``coverage`` would hide coverage.py and make numba fail to import."""
    (tmp_path / "coverage").mkdir()
    (tmp_path / "coverage" / (inside or "notes.txt")).write_text("", encoding="utf-8")
    code = "import phusong.coverage.radio._jit as j; print(j.kernel(lambda x: x + 1)(2))"
    assert _run(code, tmp_path, NUMBA_CACHE_DIR=str(tmp_path / "cache"), NUMBA_DISABLE_JIT="1") == "3"


def test_a_kernel_compiled_before_is_known_by_its_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an office reads before its first prediction depends on what is in the cache folder, and on nothing else."""
    monkeypatch.setenv(_jit.CACHE_VARIABLE, str(tmp_path))
    assert not _jit.compiled_before("fill_best_servers")
    (tmp_path / "coverage_1").mkdir()
    (tmp_path / "coverage_1" / "best_server.fill_best_servers-100.py311.nbi").touch()
    assert _jit.compiled_before("fill_best_servers")
    assert not _jit.compiled_before("best_servers")
