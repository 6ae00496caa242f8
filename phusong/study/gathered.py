"""An assessed study in tables: gaps with ids that last, villages, communes, sites, households, what to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from phusong.study.ask_tables import ask_table, measure_table
from phusong.study.assess import Assessment
from phusong.study.attributes import Attributes, attributes
from phusong.study.gap_identity import NO_EARLIER, EarlierGaps, earlier_gaps
from phusong.study.gap_table import Places, gap_places, gap_table
from phusong.study.intervals import Intervals, intervals
from phusong.study.opened import OpenedResults, open_results
from phusong.study.tables import commune_table, household_table, site_table, village_table

if TYPE_CHECKING:
    from phusong.study import Study


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gathered:
    """Where the gaps are, how sure the counts, and the tables."""

    places: Places
    sure: Intervals
    tables: Mapping[str, pd.DataFrame]


def gather(found: Assessment, study: Study) -> Gathered:
    """Put an assessed study into its tables; gaps of the earlier results it names keep their ids."""
    folder = study.file.further.get("earlier_results")
    places = gap_places(found, NO_EARLIER if folder is None else _earlier(open_results(folder), found))
    sure = intervals(found, places.areas)
    gaps = gap_table(
        found,
        places,
        sure,
        province_code=study.file.province_code,
        province_name=study.province,
        vn2000_epsg=study.file.vn2000_epsg,
    )
    communes = commune_table(found, gaps, sure)
    villages = village_table(found, communes, sure)
    known = attributes(found, places)
    tables = {
        "communes": communes,
        "villages": _of_villages(villages, known),
        "gaps": _of_gaps(gaps, known),
        "sites": site_table(found, study.file.province_code),
        "households": household_table(found, places.ids, sure),
        "asks": ask_table(found),
        "measure_first": measure_table(found),
    }
    return Gathered(places=places, sure=sure, tables=tables)


def _earlier(results: OpenedResults, found: Assessment) -> EarlierGaps:
    return earlier_gaps(results.places("gaps"), found.households.epsg, used=results.manifest.get("gap_ids", ()))


def _of_villages(villages: pd.DataFrame, known: Attributes) -> pd.DataFrame:
    return villages.assign(**{str(name): known.villages[name].to_numpy() for name in known.villages})


def _of_gaps(gaps: pd.DataFrame, known: Attributes) -> pd.DataFrame:
    at = pd.Index(known.gaps["gap_id"]).get_indexer(pd.Index(gaps["gap_id"]))
    rows = known.gaps.iloc[at] if len(gaps) else known.gaps.iloc[:0]
    assert np.array_equal(rows["gap_id"], gaps["gap_id"])
    return gaps.assign(**{str(name): rows[name].to_numpy() for name in rows if name != "gap_id"})
