"""Reads the finished files of a set back and compares what they say with the package."""

from __future__ import annotations

from phusong.tenders.consistency.afresh import compare_afresh
from phusong.tenders.consistency.check import check_set
from phusong.tenders.consistency.content import Disagreement
from phusong.tenders.consistency.manifest import MANIFEST, check_manifest, is_lock_file, write_manifest

__all__ = [
    "MANIFEST",
    "Disagreement",
    "check_manifest",
    "check_set",
    "compare_afresh",
    "is_lock_file",
    "write_manifest",
]
