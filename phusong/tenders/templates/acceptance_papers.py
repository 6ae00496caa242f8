"""The papers of acceptance: the annex and the form of the minutes."""

from __future__ import annotations

from phusong.tenders.templates.layout import Paper

ACCEPTANCE_PAPERS: tuple[Paper, ...] = ()
