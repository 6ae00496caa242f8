"""Workbooks as provinces send them read right, each with its problems and no others."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest
from messy.cases import CASES

from phusong.data.lists import read_list

_OURS = ("layout.", "header.", "personal.")
_BASELINE = ("header.missing",)
"""What is said of the clean workbook too: columns a list is asked for and may leave out."""


def _params():
    for case in CASES:
        marks = []
        if case.pending:
            marks.append(pytest.mark.xfail(strict=True, reason=f"pending: {case.pending}"))
        if case.needs:
            marks.append(getattr(pytest.mark, case.needs))
        yield pytest.param(case, id=case.name, marks=marks)


def test_the_corpus_is_large_and_named_once():
    """At least 40 workbooks, each with its own name."""
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) >= 40


@pytest.mark.parametrize("case", list(_params()))
def test_a_messy_workbook_reads_right(case, tmp_path, monkeypatch, require):
    """The rows are those of the clean table; every expected problem is said, no other error, nothing else of layout."""
    if case.needs == "libreoffice":
        found = shutil.which("soffice") or shutil.which("libreoffice")
        require("libreoffice", found is not None, "LibreOffice")
    monkeypatch.setenv("PHUSONG_HOME", str(tmp_path / "home"))
    checked = read_list(case.make(tmp_path), case.schema, case.territory)
    said = {(p.level, p.row, name) for p in checked.problems for name in (p.code, p.column, "") if name is not None}
    assert case.problems <= said
    rows_to_blame = {(level, row) for level, row, _ in case.problems}
    others = [
        problem.line("vi")
        for problem in checked.problems
        if (problem.level, problem.row) not in rows_to_blame
        and (problem.level == "error" or problem.code.startswith(_OURS))
        and problem.code not in _BASELINE
    ]
    assert others == []
    rows = checked.rows[list(case.rows.columns)]
    degrees = ["lon", "lat"]
    given = [name for name in case.rows if name not in degrees]
    pd.testing.assert_frame_equal(rows[given], case.rows[given], check_dtype=False)
    for name in set(degrees) & set(case.rows):
        assert rows[name].to_numpy() == pytest.approx(case.rows[name].to_numpy(), abs=case.within_deg)
