"""Pictures of a plan: the profile of every microwave hop of its sites, and the ranking of its gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from phusong.coverage.network import Site
from phusong.coverage.terrain import Terrain
from phusong.data.ranking import RankingRules
from phusong.data.report_ranking import figure_note
from phusong.maps.drawing import png_bytes
from phusong.maps.hop_figure import hop_figure
from phusong.maps.ranking_figure import ranking_figure
from phusong.plan.choice import Offer
from phusong.plan.hop_profiles import hop_profiles
from phusong.plan.offers import Offers
from phusong.plan.supply import candidate_places, mast_places
from phusong.words import Language, Text

HOPS = "hops"
"""Folder of the pictures of hops."""

SHOWN = 25
"""Gaps in the picture of a ranking."""


def write_hops(
    folder: Path,
    offers: Offers,
    chosen: Sequence[Offer],
    sites: Sequence[Site],
    terrain: Terrain,
    language: Language,
) -> None:
    """Draw the hops of every chosen site that is joined by microwave: ``hops/site-03-hop-1.png`` is of the third."""
    for order, hop, picture in _hops(offers, chosen, sites, terrain, language):
        path = folder / HOPS / f"site-{order:02d}-hop-{hop}.png"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(picture)


def _hops(
    offers: Offers, chosen: Sequence[Offer], sites: Sequence[Site], terrain: Terrain, language: Language
) -> Iterator[tuple[int, int, bytes]]:
    masts, names = mast_places(sites), {site.site_id: site.name for site in sites if site.name}
    for order, offer in enumerate(chosen, start=1):
        c, way = offer.candidate, offer.supply.way
        if way is None:
            continue
        here = candidate_places([c.option_id], [c.lon_deg], [c.lat_deg], [c.height_agl_m])
        called = Text(f"Trạm số {order} của phương án", f"Site {order} of the plan").to(language)
        hops = hop_profiles(terrain, (here, 0), way, masts, relays=offers.relays, names={**names, c.option_id: called})
        for number, hop in enumerate(hops, start=1):
            yield order, number, png_bytes(hop_figure(hop, language=language), dpi=110)


def write_ranking(path: Path, ranking: pd.DataFrame, rules: RankingRules, language: Language) -> None:
    """Draw the first gaps of a ranking with the intervals of their ranks; nothing where there is no gap."""
    if len(ranking):
        figure = ranking_figure(ranking, top=rules.top, note=figure_note(rules), language=language, shown=SHOWN)
        path.write_bytes(png_bytes(figure, dpi=110))
