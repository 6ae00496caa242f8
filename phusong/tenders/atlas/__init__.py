"""Annex V: the map atlas of a package as one PDF."""

from __future__ import annotations

from collections.abc import Mapping

from phusong.tenders.atlas.write import write_atlas
from phusong.tenders.parts import Writer

WRITERS: Mapping[str, Writer] = {"atlas": write_atlas}
"""By :attr:`Part.key`."""
