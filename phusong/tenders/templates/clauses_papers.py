"""The papers of method, requirements, schedule, bid data, evaluation, contracts and compliance."""

from __future__ import annotations

from phusong.tenders.templates.layout import Paper

CLAUSES_PAPERS: tuple[Paper, ...] = ()
