"""The files an acceptance leaves: the minutes filled in, and the workbook of results."""

from __future__ import annotations

from pathlib import Path

from phusong.data.store import whole_files
from phusong.tenders.acceptance.books import write_results
from phusong.tenders.acceptance.documents import write_filled_minutes
from phusong.tenders.acceptance.results import Acceptance
from phusong.tenders.package.values import Package
from phusong.tenders.parts import Making
from phusong.words import Language, Text

MINUTES = Text("bien-ban-nghiem-thu-{}.docx", "acceptance-minutes-{}.docx")
RESULTS = Text("ket-qua-nghiem-thu-{}.xlsx", "acceptance-results-{}.xlsx")


def write_files(folder: Path, package: Package, acceptance: Acceptance, language: Language) -> tuple[Path, Path]:
    """Write minutes and results into a folder, which is made where it is not; return their paths."""
    name = f"{package.package_code}-v{package.version}"
    minutes, results = (folder / one.to(language).format(name) for one in (MINUTES, RESULTS))
    with whole_files(folder) as partial:
        write_filled_minutes(partial / minutes.name, package, Making(language=language, maps=folder), acceptance)
        write_results(partial / results.name, package, acceptance, language)
    return minutes, results
