"""The notebooks: stored without outputs, and running from start to end as they are."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
OF_A_SERVER = ("04_open_data",)
"""Those that read a server: ``api_/test_ogc_clients.py`` starts one and runs them."""
MOST_SECONDS = 90.0
"""What a notebook may take on two quiet cores with warm kernels; the test leaves room for a busy machine."""

needs_compiled = pytest.mark.skipif(
    os.environ.get("NUMBA_DISABLE_JIT", "0") == "1", reason="the landscape takes hours without compiled kernels"
)


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def test_there_is_a_notebook() -> None:
    """The checks below look at something."""
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_outputs(path: Path) -> None:
    """No output, no count of executions, nothing of the machine it was written on."""
    for cell in read(path).cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert cell.metadata == {}


@pytest.mark.slow
@needs_compiled
@pytest.mark.parametrize("path", [one for one in NOTEBOOKS if one.stem not in OF_A_SERVER], ids=lambda path: path.stem)
def test_a_notebook_runs_from_start_to_end(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell runs, in time; its own assertions about counts hold, and pictures are drawn."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    notebook = read(path)
    began = time.monotonic()
    here = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=here).execute()
    assert time.monotonic() - began < 3 * MOST_SECONDS
    kinds = [kind for cell in notebook.cells for out in cell.get("outputs", ()) for kind in out.get("data", ())]
    assert kinds.count("image/png") >= 5
    assert not [out for cell in notebook.cells for out in cell.get("outputs", ()) if out.get("name") == "stderr"]
