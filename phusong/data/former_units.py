"""Communes, districts and provinces of before July 2025, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FormerUnits:
    """A conversion table a user imported."""
