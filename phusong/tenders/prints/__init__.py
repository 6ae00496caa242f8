"""Long annexes as PDF: the tables of areas, households, reference sites and costs, typeset from a package."""

from __future__ import annotations

from collections.abc import Mapping

from phusong.tenders.parts import Writer
from phusong.tenders.prints.areas import write_areas
from phusong.tenders.prints.costs import write_costs
from phusong.tenders.prints.households import write_households
from phusong.tenders.prints.sites import write_sites

WRITERS: Mapping[str, Writer] = {
    "areas_print": write_areas,
    "households_print": write_households,
    "sites_print": write_sites,
    "costs_print": write_costs,
}
"""By :attr:`Part.key`."""
