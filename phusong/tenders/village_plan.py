"""What the plan builds for a village in words: its sites by their number, the households served, why others are not."""

from __future__ import annotations

import math
from collections.abc import Iterator

from phusong.coverage.reasons import operator_title
from phusong.data.money import Money
from phusong.tenders.village_evidence import capital, small
from phusong.tenders.village_sheet import GapLine, PlannedSite, VillageSheet, few
from phusong.words import Language, Text, number

NO_PLAN = Text("chưa lập kế hoạch", "no plan has been made")


def plan_lines(sheet: VillageSheet, language: Language) -> Iterator[str]:
    """Yield one line a planned site, then how much of each area it serves; or that there is no plan."""
    if not sheet.planned:
        yield capital(NO_PLAN.to(language)) + "."
        return
    for site in sheet.plan_sites:
        yield capital(planned_site(site, language))
    if not sheet.plan_sites:
        yield Text("Kế hoạch không có trạm nào cho thôn này.", "The plan has no site for this village.").to(language)
    for gap in sheet.gaps:
        if gap.planned is not None:
            said = gap_plan(gap, sheet, language, advised=not gap.planned)
            yield f"{gap.gap_id}: {said}."


def gap_plan(gap: GapLine, sheet: VillageSheet, language: Language, *, advised: bool = True) -> str:
    """Say how many households of an area the plan serves, why it leaves the rest, and what to do for those."""
    if gap.planned is None:
        return NO_PLAN.to(language) if not sheet.planned else "–"
    of = f"{number(gap.planned, language)}/{number(gap.households, language)} "
    parts = [of + Text("hộ được phủ theo kế hoạch", "households covered by the plan").to(language)]
    left = gap.households - gap.planned
    because = gap.left_because.to(language)
    if left > 0 and because:
        rest = few(left, language)
        if gap.planned:
            because = Text(f"{rest} hộ còn lại: {because}", f"{rest} left: {because}").to(language)
        parts.append(because)
    return "; ".join(filter(None, (*parts, gap.advice.to(language) if advised else "")))


def site_name(site: PlannedSite, language: Language) -> str:
    """Name a planned site by its number in the plan; one on a mast by the mast and whose it is."""
    order = number(site.order, language)
    radio = " ".join(filter(None, (operator_title(site.operator), site.technology, site.band)))
    if site.kind == "new" or not site.host_site_id:
        name = Text(f"trạm mới số {order} của phương án", f"new site {order} of the plan").to(language)
    else:
        vi, en = {"share": ("dùng chung trạm", "sharing of site")}.get(site.kind, ("nâng cấp trạm", "upgrade of site"))
        owner = operator_title(site.host_operator)
        whose_vi, whose_en = (f" của {owner}", f" of {owner}") if owner else ("", "")
        host = site.host_site_id
        name = Text(
            f"{vi} {host}{whose_vi} (số {order} của phương án)", f"{en} {host}{whose_en} ({order} of the plan)"
        ).to(language)
    return ", ".join(filter(None, (name, radio)))


def planned_site(site: PlannedSite, language: Language) -> str:
    """Write one planned site: what is built, where, for how many, for how much."""
    where = [site_name(site, language)]
    if math.isfinite(site.height_agl_m):
        where.append(Text("anten ", "antenna ").to(language) + f"{number(site.height_agl_m, language)} m")
    where.append(Text("tại ", "at ").to(language) + position(site.lon_deg, site.lat_deg, language))
    parts = [", ".join(where), f"{number(site.households, language)} " + Text("hộ", "households").to(language)]
    if math.isfinite(site.cost_vnd):
        parts.append(_cost(site, language))
    for title, said in ((Text("truyền dẫn", "backhaul"), site.backhaul), (Text("nguồn điện", "power"), site.power)):
        if said.vi:
            parts.append(f"{title.to(language)}: {small(said.to(language).partition(';')[0])}")
    return "; ".join(parts) + "."


def position(lon_deg: float, lat_deg: float, language: Language, *, decimals: int = 5) -> str:
    """Write a place, longitude first, with the letters that tell them apart."""
    east, north = ("Đ", "B") if language == "vi" else ("E", "N")
    lon, lat = (number(v, language, decimals=decimals) for v in (lon_deg, lat_deg))
    return f"{lon}° {east}; {lat}° {north}"


def _cost(site: PlannedSite, language: Language) -> str:
    ends = (site.cost_low_vnd, site.cost_vnd, site.cost_high_vnd)
    low, middle, high = (end if math.isfinite(end) else site.cost_vnd for end in ends)
    assumed = Text("giả định", "assumed").to(language)
    return f"{Money(low, middle, high).written(language)} ({assumed})"


def serves(sheet: VillageSheet) -> bool:
    """Say whether the plan serves any household of the village."""
    return bool(sheet.plan_sites) or any(gap.planned for gap in sheet.gaps)


def plan_sentence(sheet: VillageSheet, language: Language) -> str:
    """Say in one sentence what the plan does for the village, without costs; "" where there is no plan."""
    gaps = [gap for gap in sheet.gaps if gap.planned is not None]
    if not sheet.planned or not (sheet.gaps or sheet.plan_sites):
        return ""
    total, served = sum(gap.households for gap in gaps), sum(gap.planned or 0 for gap in gaps)
    if not serves(sheet):
        none = Text(
            f"Phương án đang đề xuất chưa phủ sóng tới vùng lõm sóng của thôn ({few(total, language)} hộ).",
            f"The plan proposed does not reach the areas of the village ({few(total, language)} households).",
        )
        return none.to(language) if gaps else ""
    built = _built(sheet, language)
    whom = Text("thôn", "the village").to(language)
    if gaps:
        of = f"{number(served, language)}/{number(total, language)}"
        whom = Text(
            f"{of} hộ trong vùng lõm sóng của thôn", f"{of} households of the village's areas without signal"
        ).to(language)
    vi, en = f"Phương án đang đề xuất {built}phủ sóng cho {whom}", f"The plan proposed {built}covers {whom}"
    rest = few(total - served, language)
    left = Text(
        f"; {rest} hộ còn lại chưa được phủ trong phương án này", f"; the {rest} left are not covered by this plan"
    )
    return Text(vi, en).to(language) + (left.to(language) if total > served else "") + "."


def _built(sheet: VillageSheet, language: Language) -> str:
    """Say what is built, new sites as their number; "" where the plan names none."""
    new = sum(site.kind == "new" or not site.host_site_id for site in sheet.plan_sites)
    parts = [Text(f"xây dựng {new} trạm mới", f"{new} new site{'s' if new > 1 else ''}").to(language)] if new else []
    for site in sheet.plan_sites:
        if site.kind != "new" and site.host_site_id:
            vi, en = {"share": ("dùng chung trạm", "sharing of")}.get(site.kind, ("nâng cấp trạm", "an upgrade of"))
            owner = operator_title(site.host_operator)
            host_vi, host_en = (f" của {owner}", f" of {owner}") if owner else ("", "")
            parts.append(Text(f"{vi} {site.host_site_id}{host_vi}", f"{en} {site.host_site_id}{host_en}").to(language))
    if not parts:
        return ""
    return Text(f"là {', '.join(parts)} để ", f"({', '.join(parts)}) ").to(language)
