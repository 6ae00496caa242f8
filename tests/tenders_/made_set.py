"""A whole document set of a made package, written once by every writer there is."""

from __future__ import annotations

import importlib
from pathlib import Path

from phusong.tenders.package.values import Package
from phusong.tenders.parts import Making, Writer, part
from phusong.words import Language

ROOMS = ("digital", "prints", "sheets", "papers", "clauses", "acceptance")
"""Rooms with writers; the atlas is drawn in its own tests."""


def writers() -> dict[str, Writer]:
    """Return every writer of a set, by key."""
    found: dict[str, Writer] = {}
    for room in ROOMS:
        module = importlib.import_module(f"phusong.tenders.{room}")
        if not hasattr(module, "WRITERS"):
            module = importlib.import_module(f"phusong.tenders.{room}.writers")
        found |= module.WRITERS
    return found


def write_set(folder: Path, package: Package, language: Language = "vi") -> list[str]:
    """Write the files of a set and return their keys."""
    making = Making(language=language, maps=folder)
    keys = [key for key in writers() if package.award in part(key).awards]
    for key in sorted(keys, key=lambda key: key == "to_fill"):  # what is to fill is read from the other files
        writers()[key](folder / part(key).file_name(language), package, making)
    return keys
