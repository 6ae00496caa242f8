"""What a plan says of one village: its sites by number and mast, its areas with why some households are left."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from phusong.coverage.network import Site
from phusong.coverage.siting import LEFT_TEXTS
from phusong.plan.advice import BUILD
from phusong.plan.candidate import REFERENCE
from phusong.study.village_rows import Row, VillageRows, both, listed, records, text, value, whole
from phusong.tenders.village_sheet import LEAST_SHOWN, PlannedSite
from phusong.words import Text

_NOT_CHOSEN = Text(
    "trạm phủ tới các hộ này không được chọn, do ngân sách, mục tiêu hoặc mức hộ tối thiểu của phương án",
    "the site that would reach them was not chosen: budget, goal or least households of the plan",
)
_NEXT = Text(r"(kế tiếp khi có thêm vốn: )(.+?)(, (?=\d))", r"(next when there is more money: )(.+?)(, (?=\d))")
_FEW = Text(r"(?<![\d.,])[1-4] hộ:", r"(?<![\d.,])[1-4] households:")


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


def left_because(plan: Row) -> Text:
    """Return why households of an area are left: of those left, fewer than five are only called few."""
    said, not_chosen = both(plan, "left_because"), LEFT_TEXTS["not_chosen"]
    vi, en = said.vi.replace(not_chosen.vi, _NOT_CHOSEN.vi), said.en.replace(not_chosen.en, _NOT_CHOSEN.en)
    return Text(re.sub(_FEW.vi, f"dưới {LEAST_SHOWN} hộ:", vi), re.sub(_FEW.en, f"under {LEAST_SHOWN} households:", en))


def advice_of(plan: Row) -> Text:
    """Return what to do for the households left: an option is told by its kind and mast, never by its key."""
    said = both(plan, "advice")
    vi, en = (text.removeprefix(build).lstrip("; ") for text, build in ((said.vi, BUILD.vi), (said.en, BUILD.en)))
    return Text(
        re.sub(_NEXT.vi, lambda m: m[1] + _option(m[2]).vi + m[3], vi),
        re.sub(_NEXT.en, lambda m: m[1] + _option(m[2]).en + m[3], en),
    )


def _option(option_id: str) -> Text:
    """Say what an option is; the parts of its key are the place, the mast and what is built there."""
    parts = option_id.split("/")
    host = parts[-2] if len(parts) > 2 else ""
    if host and parts[-1].startswith("upgrade-"):
        return Text(f"nâng cấp trạm {host}", f"upgrade of site {host}")
    if host and parts[-1].startswith("share-"):
        return Text(f"dùng chung trạm {host}", f"sharing of site {host}")
    return Text("thêm một trạm", "one more site")
