"""The workbooks of a document set: annexes with sums that close, plan tables, and forms for others to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phusong.tenders.parts import Writer
from phusong.tenders.sheets.areas import write_areas
from phusong.tenders.sheets.bid_forms import write_bid_forms
from phusong.tenders.sheets.costs import write_costs
from phusong.tenders.sheets.evaluation_sheet import write_evaluation_sheet
from phusong.tenders.sheets.households import write_households
from phusong.tenders.sheets.selection_plan import write_selection_plan
from phusong.tenders.sheets.sites import write_sites
from phusong.tenders.sheets.statement import write_statement
from phusong.tenders.sheets.volumes import write_volumes

WRITERS: Mapping[str, Writer] = MappingProxyType(
    {
        "areas": write_areas,
        "households": write_households,
        "sites": write_sites,
        "costs": write_costs,
        "statement": write_statement,
        "selection_plan": write_selection_plan,
        "evaluation_sheet": write_evaluation_sheet,
        "bid_forms": write_bid_forms,
        "volumes": write_volumes,
    }
)
"""The writer of every workbook of this room, by the key of its part."""
