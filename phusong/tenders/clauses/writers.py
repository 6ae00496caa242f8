"""The writers of the substantive papers, by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from phusong.tenders.clauses.checked import check_evaluation, check_schedule, check_shares
from phusong.tenders.clauses.context import clause_fields
from phusong.tenders.package.values import Package
from phusong.tenders.papers.writer import write_paper
from phusong.tenders.parts import Making, Writer
from phusong.tenders.templates.clauses_papers import CLAUSES_PAPERS

_CHECKS: Mapping[str, Callable[[Package], None]] = MappingProxyType(
    {"evaluation": check_evaluation, "schedule": check_schedule}
)


@dataclass(frozen=True, slots=True)
class ClauseWriter:
    """Writes one substantive paper, once the options it prints agree with each other."""

    part_key: str

    def __call__(self, path: Path, package: Package, making: Making) -> None:
        """Write the file.

        Raises
        ------
        OutOfRangeError
            If options of the package contradict each other: shares, weights, minimums, milestones.
        UnreadableFileError
            If a department's template cannot be used.
        """
        check_shares(package)
        check = _CHECKS.get(self.part_key)
        if check is not None:
            check(package)
        write_paper(path, package, making, self.part_key, clause_fields(package, making.language))


WRITERS: Mapping[str, Writer] = MappingProxyType({paper.part: ClauseWriter(paper.part) for paper in CLAUSES_PAPERS})
"""Every substantive paper of a set."""
