"""How kernels are compiled, cached and entered: the only place that knows numba's options.

numba does not see that an imported kernel has changed when it reads a caller's cache. So the cache folder is named
after the digest of all kernel sources and the version of numba, and it is named before numba is imported. Modules with
parallel loops take ``prange`` from here, not from numba, so that this holds whichever module is imported first.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import importlib.util
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

CACHE_VARIABLE = "NUMBA_CACHE_DIR"
_APPLICATION = "phusong"
_SOURCES = Path(__file__).resolve().parents[1]
_THREAD_SAFE_LAYERS = frozenset({"omp", "tbb"})


def sources_digest(folder: Path, numba_version: str) -> str:
    """Return the name of the cache of all Python sources under a folder as compiled by one version of numba."""
    digest = hashlib.sha256(numba_version.encode())
    for path in sorted(folder.rglob("*.py"), key=lambda p: p.relative_to(folder).as_posix()):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


def user_cache_folder() -> Path:
    """Return where this platform keeps a user's caches."""
    if sys.platform == "win32":
        given = os.environ.get("LOCALAPPDATA")
        return Path(given) if given else Path.home() / "AppData" / "Local"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    given = os.environ.get("XDG_CACHE_HOME")
    return Path(given) if given else Path.home() / ".cache"


def cache_folder(name: str) -> Path:
    """Make and return the cache folder of this name; in a temporary folder where the user's own cannot be written."""
    try:
        folder = user_cache_folder() / _APPLICATION / name
        _check_writable(folder)
    except (OSError, RuntimeError):  # RuntimeError: no home is known
        return _temporary_folder(name)
    return folder


def _check_writable(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def _temporary_folder(name: str) -> Path:
    """Return a temporary folder that lasts between runs; a fresh one where that might be someone else's.

    Reading a cache runs what is in it, so a folder that another account has made is never used.
    """
    user = os.getuid() if sys.platform != "win32" else "user"
    owned = Path(tempfile.gettempdir()) / f"{_APPLICATION}-{user}"
    try:
        owned.mkdir(mode=0o700, exist_ok=True)
        private = sys.platform == "win32" or (owned.lstat().st_uid == user and not owned.lstat().st_mode & 0o022)
        if private and not owned.is_symlink():
            _check_writable(owned / name)
            return owned / name
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix=f"{_APPLICATION}-"))


def _name_cache() -> None:
    """Name numba's cache folder, unless the user has named one; one inherited from a process of ours is renewed."""
    given = os.environ.get(CACHE_VARIABLE)
    if given and not Path(given).parent.name.startswith(_APPLICATION):
        return
    folder = cache_folder(sources_digest(_SOURCES, importlib.metadata.version("numba")))
    os.environ[CACHE_VARIABLE] = str(folder)


def _hides_coverage_tool() -> bool:
    """Say whether a folder called ``coverage`` on the path stands where numba looks for the tool coverage.py."""
    if "coverage" in sys.modules:
        return False
    found = importlib.util.find_spec("coverage")
    if found is None:
        return False
    folders = found.submodule_search_locations or []
    return not any((Path(folder) / "types.py").is_file() for folder in folders)


def _import_numba() -> Any:
    """Import numba, hiding from it a folder ``coverage`` that is not coverage.py: it would fail on it."""
    hidden = _hides_coverage_tool()
    if hidden:
        sys.modules["coverage"] = cast(Any, None)
    try:
        import numba
    finally:
        if hidden:
            del sys.modules["coverage"]
    config: Any = numba.config
    config.CACHE_DIR = os.environ[CACHE_VARIABLE]  # numba may have been imported before us
    return numba


_name_cache()
_numba = _import_numba()
_extending: Any = importlib.import_module("numba.extending")
prange: type[range] = _numba.prange
_OPTIONS = {"nogil": True, "cache": True, "error_model": "numpy", "no_cfunc_wrapper": True}
"""No fastmath: it deletes NaN tests. No kernel is handed to C: being ready for that is an eighth of the compilation."""


def kernel(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Compile a scalar function or a loop that runs on one thread."""
    return cast(Callable[_Parameters, _Result], _numba.njit(**_OPTIONS)(function))


def bare_kernel(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Compile a kernel that makes no arrays, without counting the references to those it is given.

    The counts are atomic: a kernel that takes many arrays and is called millions of times spends a third of its time
    on them, and more on several threads. An array made in such a kernel would never be freed.
    """
    return cast(Callable[_Parameters, _Result], _numba.njit(_nrt=False, **_OPTIONS)(function))


def inner_kernel(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Compile a bare kernel that only kernels call: what would let Python call it takes a fifth of the compilation.

    Called from Python it ends the process; with NUMBA_DISABLE_JIT it is plain Python as all others.
    """
    return cast(Callable[_Parameters, _Result], _numba.njit(_nrt=False, no_cpython_wrapper=True, **_OPTIONS)(function))


def larger(a: float, b: float) -> float:
    """Return the larger of two numbers, neither of which may be NaN: the maximum a loop takes several of at once.

    The compiler keeps the NaN rules of ``max`` and so takes one number after the other. Told that there is no NaN in
    this one comparison, it takes as many as fit a register. With a NaN the result means nothing: look for NaN in
    another way and before the maximum is used.
    """
    return max(a, b)


def _larger_by_the_compiler(_typing: Any, _a: Any, _b: Any) -> Any:
    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        flags = ("nnan", "nsz")
        a, b = arguments
        return builder.select(builder.fcmp_ordered(">", a, b, flags=flags), a, b, flags=flags)

    return _numba.float64(_numba.float64, _numba.float64), generate


_larger: Any = _extending.intrinsic(_larger_by_the_compiler)


def _compiled_larger(a: Any, b: Any) -> Any:
    return lambda a, b: _larger(a, b)


_extending.overload(larger, strict=False)(_compiled_larger)


def parallel_kernel(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Compile a function whose ``prange`` loops run on all threads; enter it inside :func:`kernel_entry`."""
    return cast(Callable[_Parameters, _Result], _numba.njit(parallel=True, **_OPTIONS)(function))


def plain(compiled: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Return the Python body of a kernel; the kernels it calls stay compiled unless NUMBA_DISABLE_JIT is set."""
    return cast(Callable[_Parameters, _Result], getattr(compiled, "py_func", compiled))


def compiling_here() -> bool:
    """Say whether this thread is compiling a kernel, or loading what was compiled: an exception there may be fatal."""
    locked: bool = importlib.import_module("numba.core.compiler_lock").global_compiler_lock.is_locked()
    return locked


def compiled_before(name: str) -> bool:
    """Say whether a kernel of this name, as its sources are now, was compiled on this machine and kept."""
    return any(Path(os.environ[CACHE_VARIABLE]).rglob(f"*.{name}-*.nbi"))


_ENTRY = threading.Lock()


def _threads_may_enter_together() -> bool:
    """Say whether the running threading layer allows several callers; no as long as none runs."""
    try:
        return _numba.threading_layer() in _THREAD_SAFE_LAYERS
    except ValueError:
        return False


@contextmanager
def kernel_entry() -> Iterator[None]:
    """Enter a parallel kernel from any thread: one caller at a time where numba has only its ``workqueue`` layer.

    Where there is a choice numba itself takes ``tbb``, then ``omp``, which need no lock. Not for nested use.
    """
    if _threads_may_enter_together():
        yield
        return
    with _ENTRY:
        yield
