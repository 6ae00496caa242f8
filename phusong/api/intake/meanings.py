"""What the choices of a kept report would mean on the ground, said once when the list is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


def say_meanings(report: dict[str, Any], written: pd.DataFrame, communes: gpd.GeoDataFrame | None) -> None:
    """Put ``means`` and ``means_en`` beside the choices of each question a cell can answer.

    Parameters
    ----------
    report
        A report as it is kept.
    written
        The rows as typed.
    communes
        What places are held against; without them nothing is said.
    """
    from phusong.data.readings import Ground

    asked = [one for one in report["problems"] if any(one.get("writes") or ())]
    if communes is None or not asked:
        return
    ground, rows = Ground(communes), _rows(written, {(one["sheet"] or "", one["row"]) for one in asked})
    for one in asked:
        cells, lon, lat = rows[one["sheet"] or "", one["row"]]
        means = [ground.meaning(writes or {}, cells, lon, lat) for writes in one["writes"]]
        one["means"], one["means_en"] = [text.vi for text in means], [text.en for text in means]


def _rows(
    written: pd.DataFrame, wanted: set[tuple[str, int]]
) -> dict[tuple[str, int], tuple[dict[str, str], float | None, float | None]]:
    """Return some rows by sheet and number: their cells, and where they are."""
    near = written[written["_row"].isin([row for _, row in wanted])]
    found = {}
    for one in near.to_dict("records"):
        place = str(one["_sheet"]), int(one["_row"])
        if place in wanted:
            lon, lat = (float(one[name]) if np.isfinite(one[name]) else None for name in ("_lon", "_lat"))
            found[place] = {str(key): str(value) for key, value in one.items()}, lon, lat
    return found
