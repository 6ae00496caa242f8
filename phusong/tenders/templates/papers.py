"""Every Word paper of the document set: one tuple that templates are built from and checked against."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phusong.tenders.templates.acceptance_papers import ACCEPTANCE_PAPERS
from phusong.tenders.templates.clauses_papers import CLAUSES_PAPERS
from phusong.tenders.templates.layout import Paper
from phusong.tenders.templates.papers_set import SET_PAPERS

ALL_PAPERS: tuple[Paper, ...] = (*SET_PAPERS, *CLAUSES_PAPERS, *ACCEPTANCE_PAPERS)

PAPER_OF: Mapping[str, Paper] = MappingProxyType({paper.part: paper for paper in ALL_PAPERS})
"""The paper of a part by its key."""
