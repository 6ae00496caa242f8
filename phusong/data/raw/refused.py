"""Why the process that reads a workbook will not: a reason the other side has a sentence for."""

from __future__ import annotations

from typing import Literal, get_args

Reason = Literal[
    "damaged",
    "password",
    "macros",
    "external_links",
    "embedded_objects",
    "active_x",
    "data_connections",
    "entity_declarations",
    "entry_names",
    "too_many_entries",
    "unpacks_too_large",
    "too_many_sheets",
    "too_many_rows",
    "too_many_columns",
    "too_many_cells",
    "too_large",
    "too_slow",
    "binary_workbook",
    "word_document",
    "presentation",
    "zip_archive",
    "old_office",
]
REASONS: frozenset[str] = frozenset(get_args(Reason))


class RefusedError(Exception):
    """A workbook that is not read; ``what`` names the part of it that is the reason, or the number that is too high."""

    def __init__(self, reason: Reason, what: str = "") -> None:
        super().__init__(reason, what)
        self.reason: Reason = reason
        self.what = what
