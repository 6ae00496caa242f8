"""What a plan says of one village: its sites by number and mast, its areas with why some households are left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from phusong.coverage.network import Site
from phusong.plan.advice import BUILD
from phusong.plan.candidate import REFERENCE
from phusong.study.village_rows import Row, VillageRows, both, listed, records, text, value, whole
from phusong.tenders.village_sheet import PlannedSite
from phusong.words import Text


def plan_sites_of(rows: VillageRows, sites: Sequence[Site]) -> Iterator[PlannedSite]:
    """Yield the sites of the plan that serve an area of the village; one that is nobody's yet has no operator."""
    ids = {text(gap, "gap_id") for gap in rows.gaps}
    owners = {site.site_id: next((s.operator for s in site.services), "") for site in sites}
    for row in records(rows.results, "plan_sites"):
        if ids & set(listed(row, "gap_ids")):
            operator, host = text(row, "operator"), text(row, "host_site_id")
            yield PlannedSite(
                order=whole(row, "order"),
                kind=text(row, "kind"),
                host_site_id=host,
                host_operator=owners.get(host, ""),
                operator="" if operator == REFERENCE else operator,
                technology=text(row, "technology"),
                band=text(row, "band"),
                height_agl_m=value(row, "height_agl_m"),
                lon_deg=value(row, "lon_deg"),
                lat_deg=value(row, "lat_deg"),
                households=whole(row, "households"),
                cost_low_vnd=value(row, "cost_low_vnd"),
                cost_vnd=value(row, "cost_vnd"),
                cost_high_vnd=value(row, "cost_high_vnd"),
                backhaul=both(row, "backhaul"),
                power=both(row, "power"),
            )


def advice_of(plan: Row) -> Text:
    """Return what to do for the households left; that the chosen sites are to be built is said by the sites."""
    said = both(plan, "advice")
    return Text(said.vi.removeprefix(BUILD.vi).lstrip("; "), said.en.removeprefix(BUILD.en).lstrip("; "))
