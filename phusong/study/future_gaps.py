"""Future gaps: where a scenario that switches technologies off leaves households without a service they have today."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.coverage.gaps import gap_area, gap_centre, gap_ids
from phusong.coverage.scenarios import Scenario
from phusong.coverage.states import UNSERVED
from phusong.coverage.views import ANY
from phusong.data.crs import unproject
from phusong.data.terms import LEAST_SHOWN
from phusong.study.assess import Assessment
from phusong.study.scenarios import ScenarioAnswers, View

FUTURE_COLUMNS = (
    *("future_gap_id", "scenario", "service", "kind", "households", "new_households", "gap_id"),
    *("village_code", "village_name", "commune_code", "commune_name", "lon_deg", "lat_deg"),
)

Ints = NDArray[np.int64]


def future_gaps(
    found: Assessment, answers: Sequence[ScenarioAnswers], today_gap_ids: Sequence[str] = ()
) -> gpd.GeoDataFrame:
    """Return the gaps of each service after a switch-off that are not gaps of that service today.

    Parameters
    ----------
    found, answers
        The study and its scenarios, today's first.
    today_gap_ids
        Ids of today's gaps by number, to name the one (of the main service) that a future gap shares most households
        with.

    Returns
    -------
    gaps
        ``kind`` is "new" where none of its households is in a gap of that service today, else "grown". ``households``
        are those of the whole gap, ``new_households`` those in no gap today. Gaps with fewer new households than may
        be shown are left out. In EPSG:4326.
    """
    rows: list[dict[str, object]] = []
    areas: list[object] = []
    today = answers[0].views
    for answer in answers:
        for service, of_service in answer.views.items() if answer.scenario.without else ():
            for row, area in _of(found, answer.scenario, service, of_service[ANY], today[service][ANY], today_gap_ids):
                rows.append(row)
                areas.append(area)
    shapes = gpd.GeoSeries(areas, crs=found.households.epsg).to_crs("EPSG:4326")
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=list(FUTURE_COLUMNS)), geometry=shapes)


def _of(
    found: Assessment, scenario: Scenario, service: str, view: View, today: View, today_gap_ids: Sequence[str]
) -> Iterator[tuple[dict[str, object], object]]:
    """Yield the rows and areas of one service in one scenario."""
    h = found.households
    members = [m for m in _members(view.gap) if h.weight[m][today.gap[m] < 0].sum() >= LEAST_SHOWN]
    members = [m for m in members if (today.state[m] != UNSERVED).any()]
    areas = [gap_area(h.x_m[m], h.y_m[m], buffer_m=found.profile.gap.buffer_m) for m in members]
    centres = [gap_centre(h.x_m[m], h.y_m[m], h.weight[m], area) for m, area in zip(members, areas, strict=True)]
    x_m, y_m = (np.array([centre[axis] for centre in centres], dtype=np.float64) for axis in (0, 1))
    communes = [found.commune_codes[c] if (c := h.commune[m[0]]) >= 0 else "" for m in members]
    lon_deg, lat_deg = unproject(x_m, y_m, h.epsg)
    for k, name in enumerate(gap_ids(communes, x_m, y_m)):
        m = members[k]
        fresh = today.gap[m] < 0
        yield (
            {
                "future_gap_id": f"{_PREFIX[len(scenario.without)]}-{service}-{name.removeprefix('LS-')}",
                "scenario": scenario.key,
                "service": service,
                "kind": "new" if fresh.all() else "grown",
                "households": int(h.weight[m].sum()),
                "new_households": int(h.weight[m][fresh].sum()),
                "gap_id": _shared(h.gap[m], h.weight[m], today_gap_ids),
                **_unit(found, m),
                "lon_deg": round(float(lon_deg[k]), 6),
                "lat_deg": round(float(lat_deg[k]), 6),
            },
            areas[k],
        )


_PREFIX = {1: "T2G", 2: "T3G"}
"""How the ids of future gaps begin, by the number of technologies switched off."""


def _members(gap: Ints) -> list[Ints]:
    """Return the households of each gap."""
    order = np.argsort(gap, kind="stable")
    starts = np.searchsorted(gap[order], np.arange(int(gap.max(initial=-1)) + 2))
    return [order[a:b] for a, b in itertools.pairwise(starts)]


def _shared(gap: Ints, weight: NDArray[np.float64], ids: Sequence[str]) -> str:
    inside = gap >= 0
    if not inside.any() or not len(ids):
        return ""
    return ids[int(np.bincount(gap[inside], weights=weight[inside]).argmax())]


def _unit(found: Assessment, members: Ints) -> dict[str, object]:
    h, known = found.households, found.inputs.communes
    commune, village = h.commune[members[0]], h.village[members[0]]
    code = found.commune_codes[commune] if commune >= 0 else ""
    names = {} if known is None else dict(zip(known["commune_code"], known["commune_name"], strict=True))
    row = found.villages.table.iloc[village] if village >= 0 else None
    return {
        "village_code": "" if row is None else str(row["village_code"]),
        "village_name": "" if row is None else str(row["village_name"]),
        "commune_code": code,
        "commune_name": names.get(code, ""),
    }
