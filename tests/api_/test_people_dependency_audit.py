"""The audit of locked packages says what it found, and never looks done where nobody could be asked."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

_PATH = Path(__file__).resolve().parents[2] / "requirements" / "audit.py"
_GOOD = {"name": "a", "version": "1", "vulns": []}
_BAD = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}
_UNKNOWN = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("answers", "code", "said"),
    [
        ({"osv": [_GOOD, _UNKNOWN]}, 0, "osv knows 1 of 2 packages; advisories: 0"),
        ({"osv": [_GOOD, _BAD]}, 1, "b 2: CVE-1 (3)"),
        ({"pypi": [_BAD]}, 1, "osv does not answer"),
        ({"osv": [_UNKNOWN], "pypi": [_UNKNOWN]}, 0, "NOT CHECKED"),
        ({}, 0, "NOT CHECKED"),
    ],
)
def test_the_audit_says_what_it_knows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answers: Any, code: int, said: str
) -> None:
    """A flaw fails the build; a source that knows none of our packages counts as silent."""
    spec = importlib.util.spec_from_file_location("dependency_audit", _PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "asked", answers.get)
    assert module.main() == code
    told = capsys.readouterr()
    assert said in told.out + told.err
