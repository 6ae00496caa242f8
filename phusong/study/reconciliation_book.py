"""A gap list reconciled with results made before, as a workbook of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from phusong.data.inputs import read_reported
from phusong.data.profiles import read_profile
from phusong.data.report_reconciliation import agreement_sheet, reconciliation_sheet
from phusong.data.study_file import read_study_file
from phusong.data.workbook import new_book
from phusong.errors import Problem
from phusong.study.reconciliation import Reconciliation, reconcile_with_results
from phusong.words import Language, Text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reconciled:
    """A list held against results, and what was found in reading the list."""

    reconciliation: Reconciliation
    problems: tuple[Problem, ...]


def reconcile_file(study: Path, results: Path, file: Path, out: Path, *, dated: date, language: Language) -> Reconciled:
    """Read a gap list, hold it against the results of a study and write both sides as .xlsx.

    Raises
    ------
    MissingFileError, UnreadableFileError, StudyError
        Study, results or list are not there or cannot be read.
    """
    given = read_study_file(study)
    profile = read_profile(given.profile, folder=given.path.parent)
    checked = read_reported(given, file)
    found = reconcile_with_results(results, checked, profile)
    title = Text(f"Đối chiếu {file.name} với {given.name}", f"{file.name} against {given.name}")
    with new_book(out, language=language, title=title, created_on=dated, footer=title.to(language)) as book:
        book.add(reconciliation_sheet(found.table, language))
        book.add(agreement_sheet(found.agreement))
    return Reconciled(reconciliation=found, problems=checked.problems)
