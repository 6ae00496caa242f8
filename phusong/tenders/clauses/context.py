"""Fields of the substantive papers beside those every paper has."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from phusong.coverage.findings import KIND_TITLES
from phusong.data.provenance import UNVERIFIED, dbm
from phusong.data.terms import LEAST_SHOWN, technology_title
from phusong.tenders.clauses.checked import weight_sum
from phusong.tenders.clauses.requirements import requirement_groups
from phusong.tenders.package.titles import NOT_KNOWN, basis_title, finding_title, written_day
from phusong.tenders.package.values import Area, Notice, Package, ReferenceSite
from phusong.tenders.parts import PARTS, parts_of
from phusong.words import Language, Text, number

_PAPERS = {
    "tender": Text("hợp đồng", "contract"),
    "order": Text("hợp đồng đặt hàng", "order contract"),
    "assignment": Text("quyết định giao nhiệm vụ", "decision to assign"),
}
_SUPPLIERS = {
    "tender": Text("nhà thầu", "the contractor"),
    "order": Text("doanh nghiệp nhận đặt hàng", "the enterprise that takes the order"),
    "assignment": Text("doanh nghiệp được giao nhiệm vụ", "the enterprise assigned"),
}
_MEASURES = {
    "value": Text("giá trị khái toán", "estimate"),
    "households": Text("số hộ cần phủ", "households"),
}
_SITE_KINDS = {
    "new": Text("xây dựng mới", "new"),
    "upgrade": Text("nâng cấp", "upgrade"),
    "share": Text("dùng chung", "shared"),
}
_FEW = Text(f"dưới {LEAST_SHOWN}", f"under {LEAST_SHOWN}")
_FEW_NOTE = Text(f"Dưới {LEAST_SHOWN} hộ thì không nêu số.", f"Fewer than {LEAST_SHOWN} households are not numbered.")
_QUARTERS = 4
_ATTACHED = (
    "areas",
    "households",
    "sites",
    "requirements",
    "atlas",
    "costs",
    "schedule",
    "statement",
    "acceptance",
    "test_points",
    "minutes",
    "evaluation",
    "contract",
    "bid_forms",
    "compliance",
    "data_gpkg",
)
"""What goes with the bidding documents."""


def clause_fields(package: Package, language: Language) -> dict[str, Any]:
    """Return the fields the substantive papers may use beside :func:`phusong.tenders.papers.context.fields_of`."""
    return {
        "award_paper": _PAPERS[package.award].to(language),
        "supplier": _SUPPLIERS[package.award].to(language),
        "document": {part.key: {"title": part.title.to(language), "file": part.file_name(language)} for part in PARTS},
        "attached_parts": list(_attached(package, language)),
        "quarters": number(_QUARTERS * package.cost_years, language),
        "requirement_groups": requirement_groups(package, language),
        "weight_sum": _plain(weight_sum(package), language),
        "volume_rows": list(_volumes(package, language)),
        "schedule_communes": list(_schedule(package, language)),
        "site_households": number(sum(site.households for site in package.sites), language),
        "site_notes": " ".join(note.to(language) for note in _site_notes(package)),
        **_method(package, language),
    }


def _attached(package: Package, language: Language) -> Iterator[dict[str, Any]]:
    """Give the parts that go with the bidding documents, in the order of the shelf."""
    parts = [part for part in parts_of(package.award) if part.key in _ATTACHED]
    for position, part in enumerate(parts, start=1):
        yield {"number": position, "title": part.title.to(language), "file": part.file_name(language)}


def _method(package: Package, language: Language) -> dict[str, Any]:
    p = package.provenance
    state = Text("đã xác minh", "verified") if p.verified else UNVERIFIED
    return {
        "profile_state": state.to(language),
        "threshold_rows": [
            {
                "technology": technology_title(t.technology).to(language),
                "served": dbm(t.served_dbm, language),
                "weak": dbm(t.weak_dbm, language),
            }
            for t in p.thresholds
        ],
        "margin_rows": [
            {
                "title": m.title.to(language),
                "outdoor": number(m.outdoor_db, language, decimals=1),
                "indoor": number(m.indoor_db, language, decimals=1),
                "source": m.source.to(language),
            }
            for m in p.margins
        ],
        "margin_outdoor": number(math.fsum(m.outdoor_db for m in p.margins), language, decimals=1),
        "margin_indoor": number(math.fsum(m.indoor_db for m in p.margins), language, decimals=1),
        "finding_rows": list(_findings(package, language)),
        "overrides": list(_overrides(package, language)),
        "reliability_text": _reliability(package).to(language).rstrip("."),
        "interval": p.interval.to(language),
        "interval_source": p.interval_source.to(language),
        "balance_measure": _MEASURES[package.balance.measure].to(language),
        "assumed_lines": number(sum(line.assumed for line in package.costs), language),
        "line_count": number(len(package.costs), language),
        "notices": list(_notices(package, language)),
    }


def _findings(package: Package, language: Language) -> Iterator[dict[str, str]]:
    """Count areas and households by finding and basis, in the order of the evidence."""
    kinds: dict[tuple[str, str], list[Area]] = {}
    for area in package.areas:
        kinds.setdefault((area.finding.finding, area.finding.basis), []).append(area)
    order = [str(kind) for kind in KIND_TITLES]
    for (finding, basis), areas in sorted(kinds.items(), key=lambda item: (order.index(item[0][1]), item[0][0])):
        yield {
            "title": finding_title(finding).to(language),
            "basis": basis_title(basis).to(language),
            "areas": number(len(areas), language),
            "households": number(sum(area.households for area in areas), language),
        }


def _overrides(package: Package, language: Language) -> Iterator[str]:
    """Say why people's findings stand against the evidence."""
    words = Text("{}: kết luận ghi thay ngày {} của {}; lý do: {}", "{}: recorded on {} by {}; reason: {}").to(language)
    for area in package.areas:
        if area.finding.reason:
            finding = area.finding
            yield words.format(area.gap_id, written_day(finding.dated), finding.author, finding.reason)


def _reliability(package: Package) -> Text:
    if package.provenance.reliability.vi:
        return package.provenance.reliability
    return Text("Bản đồ chưa được đối chiếu với số đo", "The map was not held against measurements")


def _notices(package: Package, language: Language) -> Iterator[str]:
    """Give every warning with its source, and what is missing counted by kind."""
    for notice in package.warnings:
        yield _warning(notice, language)
    missing: dict[Text, int] = {}
    for notice in package.missing:
        missing[notice.text] = missing.get(notice.text, 0) + 1
    areas = Text("khu vực, thôn", "areas or villages").to(language)
    for text, count in missing.items():
        yield f"{text.to(language).rstrip('.')}: {number(count, language)} {areas}."
    if not package.warnings and not package.missing:
        yield Text("Không có.", "None.").to(language)


def _warning(notice: Notice, language: Language) -> str:
    mark = "" if notice.verified else UNVERIFIED.to(language)
    source = notice.source.to(language)
    said = "; ".join(filter(None, (source, "" if mark in source else mark)))
    place = f"{notice.place_name}: " if notice.place_name else ""
    return f"{place}{notice.text.to(language).rstrip('.')}" + (f" ({said})." if said else ".")


def _volumes(package: Package, language: Language) -> Iterator[dict[str, Any]]:
    """Give the communes that have areas: a site may stand in one that has none."""
    for position, areas in enumerate(package.by_commune().values(), start=1):
        yield {
            "number": position,
            "name": areas[0].commune_name,
            "area_count": number(len(areas), language),
            "households": number(sum(area.households for area in areas), language),
            "planned": number(sum(area.planned_households for area in areas), language),
        }


def _schedule(package: Package, language: Language) -> Iterator[dict[str, Any]]:
    """Give the reference sites by commune."""
    names = {area.gap_id: area.village_name or area.gap_id for area in package.areas}
    communes = sorted({(site.commune_code, site.commune_name) for site in package.sites})
    position = 0
    for code, name in communes:
        sites = [site for site in package.sites if site.commune_code == code]
        rows = []
        for site in sites:
            position += 1
            rows.append({"number": position, **_site(site, names, language)})
        plural = "" if len(sites) == 1 else "s"
        count = Text(f"{number(len(sites))} trạm", f"{number(len(sites), 'en')} site{plural}").to(language)
        total = sum(site.households for site in sites)
        yield {"title": f"{name} ({count})", "households": _counted(total, language), "sites": rows}


def _site(site: ReferenceSite, names: dict[str, str], language: Language) -> dict[str, str]:
    served = dict.fromkeys(names[gap_id] for gap_id in site.gap_ids if gap_id in names)
    return {
        "title": f"{site.site_id}\n{_SITE_KINDS[site.kind].to(language)}",
        "villages": "; ".join(served) or "–",
        "households": _counted(site.households, language),
        "access": f"{_km(site.road_km, language)}\n{_km(site.grid_km, language)}",
    }


def _site_notes(package: Package) -> Iterator[Text]:
    """Say why numbers of households are not told, and why they may not sum to what is obliged."""
    if any(_few(site.households) for site in package.sites):
        yield _FEW_NOTE
    elsewhere = package.planned_households - sum(site.households for site in package.sites)
    if elsewhere > 0:
        yield Text(
            f"Ngoài ra {number(elsewhere)} hộ của gói do trạm tham chiếu của gói khác phủ tới.",
            f"Besides, {number(elsewhere, 'en')} of the package's households are reached by other packages' sites.",
        )


def _km(value: float | None, language: Language) -> str:
    return NOT_KNOWN.to(language) if value is None else f"{number(value, language, decimals=1)} km"


def _few(households: int) -> bool:
    return 0 < households < LEAST_SHOWN


def _counted(households: int, language: Language) -> str:
    return _FEW.to(language) if _few(households) else number(households, language)


def _plain(value: float, language: Language) -> str:
    return number(value, language, decimals=0 if value == round(value) else 2) if math.isfinite(value) else "–"
