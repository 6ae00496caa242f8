"""The pictures' values of a way by microwave: each of its hops with the ground along it and its worst point."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from phusong.coverage.backhaul import Backhaul
from phusong.coverage.clearance import DEFAULT_MICROWAVE, MicrowaveRules, Places, hops_between
from phusong.coverage.site_link import way_between
from phusong.coverage.terrain import Terrain
from phusong.maps.hop_figure import HopProfile, WorstPoint
from phusong.words import Text

End = tuple[Places, int]
_RULE = Text(
    "Theo Khuyến nghị ITU-R P.530-19, mục 2.2.2; hệ số k nhỏ nhất là giả định",
    "After Rec. ITU-R P.530-19, section 2.2.2; the least k factor is assumed",
)
_NO_NAMES: Mapping[str, str] = {}


def hop_profiles(
    terrain: Terrain,
    place: End,
    way: Backhaul,
    masts: Places,
    *,
    relays: Places | None = None,
    rules: MicrowaveRules = DEFAULT_MICROWAVE,
    names: Mapping[str, str] = _NO_NAMES,
) -> tuple[HopProfile, ...]:
    """Return the hops of a way to be drawn, from the place on; none for fibre and satellite.

    Parameters
    ----------
    terrain
        That of the study.
    place
        The places the way was found for, and which of them it is.
    way
        The way.
    masts, relays, rules
        What it was found with.
    names
        What to call an end, by its id; ends without a name are called by their id.
    """
    if way.kind not in ("microwave", "relay"):
        return ()
    end = masts, masts.ids.index(way.to_id)
    via = [(relays, relays.ids.index(way.via_id))] if way.kind == "relay" and relays is not None else []
    stops = [place, *via, end]
    count = len(stops) - 1
    hops = []
    for i, (near, far) in enumerate(pairwise(stops), start=1):
        caption = Text(f"Chặng {i}/{count}. {_RULE.vi}", f"Hop {i}/{count}. {_RULE.en}")
        hops.append(_hop(terrain, near, far, rules, names, caption))
    return tuple(hops)


def _one(end: End) -> Places:
    places, i = end
    part = slice(i, i + 1)
    return Places(
        ids=places.ids[part],
        lon_deg=places.lon_deg[part],
        lat_deg=places.lat_deg[part],
        low_m=places.low_m[part],
        high_m=places.high_m[part],
    )


def _hop(
    terrain: Terrain, near_end: End, far_end: End, rules: MicrowaveRules, names: Mapping[str, str], caption: Text
) -> HopProfile:
    near, far = _one(near_end), _one(far_end)
    hops = hops_between(terrain, near, far, rules)
    ends = (float(near.lon_deg[0]), float(near.lat_deg[0]), float(far.lon_deg[0]), float(far.lat_deg[0]))
    way = way_between(terrain, *ends)
    worst = WorstPoint(
        at_km=float(hops.at_km[0]),
        k=float(hops.k[0]),
        clearance_m=float(hops.clearance_m[0]),
        ratio_f1=float(hops.ratio_f1[0]),
    )
    near_name, far_name = (names.get(end.ids[0], end.ids[0]) for end in (near, far))
    return HopProfile(
        distance_km=way.distance_km,
        terrain_m=way.terrain_m,
        near_height_agl_m=float(near.low_m[0]),
        far_height_agl_m=float(far.low_m[0]),
        band_ghz=float(hops.band_ghz[0]),
        near_name=Text(near_name, near_name),
        far_name=Text(far_name, far_name),
        median_k=rules.clearance.median_k,
        worst_k=float(rules.clearance.worst_k_at(hops.length_km)[0]),
        worst_share=rules.clearance.worst_f1,
        clutter_m=way.clutter_m,
        worst=worst if np.isfinite(worst.clearance_m) else None,
        caption=caption,
    )
