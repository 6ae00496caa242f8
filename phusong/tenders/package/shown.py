"""What of a package may be printed: the place of a mast that stands already is told in no file."""

from __future__ import annotations

from phusong.tenders.package.values import Place, ReferenceSite
from phusong.words import Text

STANDING_MAST = Text("theo cột hiện có", "at the standing mast")
"""Stands in every file where the coordinates of a standing mast would."""


def shown_place(site: ReferenceSite) -> Place | None:
    """Return the place of a reference site, None where it is that of a standing mast (upgraded or shared)."""
    return site.place if site.kind == "new" else None
