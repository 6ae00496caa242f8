"""The Word papers of a document set that submit, appraise, decide and explain, and what is left to fill in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import cast

from phusong.tenders.package.values import Package
from phusong.tenders.parts import Making, Writer


@dataclass(frozen=True, slots=True)
class _Later:
    """A writer whose module is imported when it is first used: Word libraries are slow to load."""

    module: str
    name: str

    def __call__(self, path: Path, package: Package, making: Making) -> None:
        """Write the file."""
        cast(Writer, getattr(import_module(self.module), self.name))(path, package, making)


@dataclass(frozen=True, slots=True)
class _Paper:
    """Writes a paper that needs no fields but those every paper has."""

    part_key: str

    def __call__(self, path: Path, package: Package, making: Making) -> None:
        """Write the file."""
        import_module("phusong.tenders.papers.writer").write_paper(path, package, making, self.part_key)


_PLAIN = (
    *(
        f"{subject}_{kind}"
        for subject in ("list", "estimate", "selection", "dossier")
        for kind in ("submission", "appraisal", "decision")
    ),
    *("order_decision", "assignment_decision", "summary", "change_log"),
)

WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        "cover": _Later("phusong.tenders.papers.set_papers", "write_cover"),
        "dictionary": _Later("phusong.tenders.papers.set_papers", "write_dictionary"),
        "to_fill": _Later("phusong.tenders.papers.to_fill", "write_to_fill"),
        **{key: _Paper(key) for key in _PLAIN},
    }
)
"""The writers of this room by part; ``to_fill`` reads the folder it writes to and runs last."""
