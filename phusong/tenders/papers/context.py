"""The fields every Word paper of a set may use, as written in one language, from a package and from nothing else."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal

from phusong.coverage.reasons import operator_title
from phusong.data.money import Money, money_sum
from phusong.data.provenance import UNVERIFIED, InputFile, households_text, thresholds_text
from phusong.tenders.naming import main_work, package_name, package_title, price_vnd, province_in
from phusong.tenders.package.canonical import digest_of
from phusong.tenders.package.investor import INVESTOR_FIELDS
from phusong.tenders.package.values import AWARDS, Award, CostLine, Notice, Package, ReferenceSite, known_sum
from phusong.tenders.papers.amounts import in_words
from phusong.tenders.papers.options import options_of
from phusong.tenders.sentences import (
    BOUNDARY_NOTE,
    FORECAST_NOTE,
    REFERENCE_NOTE,
    banner,
    interval_note,
    limits,
    margin_text,
    origin_lines,
)
from phusong.words import Language, Text, day, number

COMMON_FIELDS = frozenset(
    (
        *("approver", "area_count", "award", "award_title", "balance", "balance_spread", "balance_tolerance"),
        *("banner", "because", "bidders", "boundary_note", "capex_high", "capex_low", "capex_middle"),
        *("changes", "changes_added", "changes_changed", "changes_removed", "commune_count", "communes"),
        *("cost_high", "cost_high_words", "cost_low", "cost_low_words", "cost_middle", "cost_per_household"),
        *("cost_text", "cost_words", "cost_years", "costs", "digest", "digest_short", "forecast_note"),
        *(
            "frozen_on",
            "host_communes",
            "households",
            "households_origin",
            "inputs",
            "interval_note",
            "left",
            "legal_basis",
        ),
        *(
            "limits",
            "lot_count",
            "margins",
            "min_gap_households",
            "missing",
            "missing_by_place",
            "model",
            "new_site_count",
        ),
        *("opex_high", "opex_low", "opex_middle", "options", "origin", "package_code", "package_name"),
        *("package_title", "persons_per_household", "planned", "point_count", "population", "price_words"),
        *("previous_digest_short", "profile", "profile_source", "province", "province_code", "province_name"),
        *("reference_note", "reliability", "route", "route_title", "scenario", "service", "setting"),
        *("site_count", "software_version", "sources", "study", "study_date", "thresholds", "told", "unserved_high"),
        *("unserved_low", "version", "village_count", "warnings", "work_summary", "year"),
    )
)
"""The fields of :func:`fields_of`, by name."""

SHORT_DIGEST = 16
_CHANGES: Mapping[Literal["added", "removed", "changed"], Text] = {
    "added": Text("thêm", "added"),
    "removed": Text("bỏ", "removed"),
    "changed": Text("sửa", "changed"),
}
_UNDATED = Text("chưa khai ngày", "date not told")
_SUBJECTS: Mapping[str, str] = {
    "Gói thầu": "Package",
    "Nghiên cứu": "Study",
    "Cân đối các gói": "Balance",
    "Khu vực": "Area",
    "Thôn": "Village",
    "Trạm tham chiếu": "Reference site",
    "Khoản khái toán": "Cost line",
    "Điểm đo": "Test point",
    "Nhà thầu có khả năng": "Plausible bidder",
    "Cảnh báo": "Warning",
    "Thông tin còn thiếu": "Missing",
    "Tuỳ chọn": "Setting",
    "Chủ đầu tư điền": "Told by the investor",
    "Ngưỡng": "Threshold",
    "Dự trữ": "Margin",
    "Tệp đầu vào": "Input file",
    "Tệp bản đồ": "Map file",
}
"""Subjects of a change are frozen in Vietnamese."""


def fields_of(package: Package, language: Language) -> dict[str, Any]:
    """Return the fields every paper may use.

    Single values are text as printed. Lists hold rows with fields of their own: ``communes``, ``costs`` (kinds of
    cost over all sites), ``bidders``, ``warnings``, ``missing``, ``changes``, ``legal_basis``, ``origin``, ``limits``,
    ``options``. ``told.<key>`` is what the investor told, "" where nothing; ``setting.<key>`` an option with its unit,
    and ``.title``, ``.value``, ``.unit``, ``.source`` of it.
    """
    return dict(_fields_of(package, language))


@lru_cache(maxsize=4)
def _fields_of(package: Package, language: Language) -> Mapping[str, Any]:
    """Find the fields once for all papers of a set."""
    return {
        **_identity(package, language),
        **_counts(package, language),
        **_money(package, language),
        **_study(package, language),
        "communes": list(_communes(package, language)),
        "host_communes": ", ".join(_hosts(package)),
        "bidders": [
            {
                "operator": operator_title(bidder.operator),
                "stations": number(bidder.stations, language),
                "nearest_km": number(bidder.nearest_km, language, decimals=1),
            }
            for bidder in package.bidders
        ],
        "warnings": [_notice(notice, language) for notice in package.warnings],
        "missing": [_notice(notice, language) for notice in package.missing],
        "missing_by_place": list(_by_place(package.missing, language)),
        **_changes(package, language),
        "told": {key: package.told(key) for key in INVESTOR_FIELDS} | _price(package, language),
        "setting": (options := options_of(package.settings, language)),
        "options": list(options.values()),
    }


def _changes(package: Package, language: Language) -> dict[str, Any]:
    """Return the differences from the version before, and how many of each kind."""
    kinds = Counter(change.kind for change in package.changes)
    rows = [
        {
            "kind": _CHANGES[change.kind].to(language),
            "subject": Text(change.subject, _SUBJECTS.get(change.subject, change.subject)).to(language),
            "code": change.code,
            "what": change.what.to(language),
            "before": change.before or "–",
            "after": change.after or "–",
        }
        for change in package.changes
    ]
    return {"changes": rows, **{f"changes_{kind}": number(kinds[kind], language) for kind in _CHANGES}}


def _identity(package: Package, language: Language) -> dict[str, Any]:
    digest = digest_of(package)
    return {
        "package_code": package.package_code,
        "version": package.version,
        "digest": digest,
        "digest_short": digest[:SHORT_DIGEST],
        "previous_digest_short": package.previous_digest[:SHORT_DIGEST],
        "package_name": package_name(package).to(language),
        "package_title": package_title(package).to(language),
        "work_summary": main_work(package).to(language),
        "because": package.because,
        "banner": banner(package, language),
        "province_code": package.province_code,
        "province_name": package.province_name,
        "province": province_in(package.province_name, language),
        "frozen_on": day(package.frozen_on),
        "year": package.frozen_on.year,
        "approver": package.approver,
        "award": package.award,
        "award_title": AWARDS[package.award].to(language),
        "route": package.route,
        "route_title": package.route_title.to(language),
    }


def _counts(package: Package, language: Language) -> dict[str, Any]:
    villages = {area.village_code for area in package.areas if area.village_code}
    balance = package.balance
    return {
        "area_count": number(len(package.areas), language),
        "village_count": number(len(villages), language),
        "commune_count": number(len(package.by_commune()), language),
        "site_count": number(len(package.sites), language),
        "new_site_count": number(sum(site.kind == "new" for site in package.sites), language),
        "point_count": number(len(package.test_points), language),
        "households": number(package.households, language),
        "planned": number(package.planned_households, language),
        "left": number(package.left_households, language),
        "unserved_low": number(sum(area.unserved_low for area in package.areas), language),
        "unserved_high": number(sum(area.unserved_high for area in package.areas), language),
        "population": whole(package.population, language),
        "lot_count": number(balance.lots, language),
        "balance": balance.text.to(language),
        "balance_spread": number(_or_nan(balance.spread), language, decimals=2),
        "balance_tolerance": number(balance.tolerance, language, decimals=2),
    }


def _money(package: Package, language: Language) -> dict[str, Any]:
    stages = {stage: money_sum(c.amount for c in package.costs if c.stage == stage) for stage in ("capex", "opex")}
    return {
        **ends("cost", package.cost, language),
        **ends("capex", stages["capex"], language),
        **ends("opex", stages["opex"], language),
        "cost_text": package.cost.written(language),
        "cost_words": in_words(round(package.cost.middle), language),
        "cost_low_words": in_words(round(package.cost.low), language),
        "cost_high_words": in_words(round(package.cost.high), language),
        "price_words": "" if (price := price_vnd(package)) is None else in_words(price, language),
        "cost_years": package.cost_years,
        "cost_per_household": _per_household(package, language),
        "costs": list(_cost_kinds(package.costs, language)),
    }


def _price(package: Package, language: Language) -> dict[str, str]:
    """Return the price the investor told as figures of whole đồng; as told where it is no number."""
    price = price_vnd(package)
    return {} if price is None else {"package_price": number(price, language)}


def ends(name: str, amount: Money, language: Language) -> dict[str, str]:
    """Return a range of money as three fields of whole đồng: ``name_low``, ``name_middle``, ``name_high``."""
    return {f"{name}_{end}": vnd(getattr(amount, end), language) for end in ("low", "middle", "high")}


def vnd(amount: float, language: Language) -> str:
    """Write an amount as whole đồng without its unit."""
    return number(round(amount), language)


def _per_household(package: Package, language: Language) -> str:
    return vnd(package.cost.middle / package.planned_households, language) if package.planned_households else "–"


def _cost_kinds(lines: tuple[CostLine, ...], language: Language) -> Iterator[Mapping[str, Any]]:
    """Give the lines of all sites together, a kind a row: investment first, each in the order they first stand in."""
    kinds: dict[tuple[str, str], list[CostLine]] = {}
    for line in lines:
        kinds.setdefault((line.stage, line.key), []).append(line)
    for position, members in enumerate(sorted(kinds.values(), key=lambda k: k[0].stage), start=1):
        first = members[0]
        yield {
            "number": position,
            "stage": first.stage,
            "item": first.item.to(language),
            "unit": first.unit.to(language),
            "sites": number(len({line.site_id for line in members}), language),
            "source": "; ".join(dict.fromkeys(line.source.to(language) for line in members)),
            "assumed": any(line.assumed for line in members),
            **ends("amount", money_sum(line.amount for line in members), language),
        }


def _study(package: Package, language: Language) -> dict[str, Any]:
    p, undated = package.provenance, _UNDATED.to(language)
    margins = "; ".join(f"{m.title.to(language)}: {margin_text(m, language)}" for m in p.margins)
    return {
        "service": within(p.service.to(language)),
        "model": p.model.to(language),
        "software_version": p.version,
        "scenario": p.scenario.to(language),
        "study": p.study,
        "study_date": day(p.created_on),
        "profile": f"{p.profile} – {p.profile_title.to(language)}",
        "profile_source": p.profile_source.to(language),
        "thresholds": thresholds_text(p, language),
        "margins": margins or "–",
        "reliability": p.reliability.to(language),
        "households_origin": households_text(p, language),
        "min_gap_households": number(p.min_gap_households, language),
        "persons_per_household": number(p.persons_per_household, language, decimals=1),
        "inputs": [
            {"role": f.role.to(language), "name": f.name, "dated": f.dated or undated, "sha256": f.sha256}
            for f in p.inputs
        ],
        "sources": _sources(p.inputs, language),
        "origin": [{"title": title, "value": value} for title, value in origin_lines(p, language)],
        "limits": [limit.to(language) for limit in limits(p)],
        "legal_basis": legal_basis(language, package.award),
        "forecast_note": FORECAST_NOTE.to(language),
        "interval_note": interval_note(p).to(language),
        "boundary_note": BOUNDARY_NOTE.to(language),
        "reference_note": REFERENCE_NOTE.to(language),
    }


def legal_basis(language: Language, award: Award) -> list[dict[str, Any]]:
    """Return the acts that papers of a way of award rest on; ``to_check`` marks one whose text we have not seen."""
    return [
        {"text": act[language] + ("" if act["verified"] else " "), "to_check": not act["verified"]}
        for act in _acts()
        if award in act.get("awards", AWARDS)
    ]


@cache
def _acts() -> tuple[dict[str, Any], ...]:
    text = (resources.files("phusong.tenders") / "legal_basis.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["basis"])


def _communes(package: Package, language: Language) -> Iterator[Mapping[str, Any]]:
    """Give the communes that have areas or sites, with their totals."""
    by_commune = package.by_commune()
    names = {site.commune_code: site.commune_name for site in package.sites}
    names |= {code: areas[0].commune_name for code, areas in by_commune.items()}
    for position, code in enumerate(sorted(names), start=1):
        areas = by_commune.get(code, ())
        sites = [site for site in package.sites if site.commune_code == code]
        yield {
            "number": position,
            "code": code,
            "name": names[code],
            "hosts": bool(sites),
            "area_count": number(len(areas), language),
            "village_count": number(len({area.village_code for area in areas if area.village_code}), language),
            "households": number(sum(area.households for area in areas), language),
            "planned": number(sum(area.planned_households for area in areas), language),
            "left": number(sum(area.left_households for area in areas), language),
            "population": whole(known_sum(area.population for area in areas), language),
            "site_count": number(len(sites), language),
            **ends("cost", _cost_of(sites), language),
        }


def _hosts(package: Package) -> Iterator[str]:
    """Give the communes that hold reference sites for areas of other communes, and no area of their own."""
    own = package.by_commune()
    yield from dict.fromkeys(
        site.commune_name
        for site in sorted(package.sites, key=lambda site: site.commune_code)
        if site.commune_code not in own
    )


def _sources(inputs: Iterable[InputFile], language: Language) -> str:
    """Write which data a study used, each kind once, with the number of files and their dates."""
    kinds: dict[str, list[InputFile]] = {}
    for file in inputs:
        kinds.setdefault(file.role.to(language), []).append(file)
    undated = _UNDATED.to(language)
    words = []
    for role, files in kinds.items():
        count = Text(f"{number(len(files))} tệp", f"{number(len(files), 'en')} files").to(language)
        dates = ", ".join(dict.fromkeys(file.dated or undated for file in files))
        words.append(f"{role} ({'; '.join(filter(None, (count if len(files) > 1 else '', dates)))})")
    return "; ".join(words)


def _by_place(notices: Iterable[Notice], language: Language) -> Iterator[Mapping[str, str]]:
    """Give what is missing, a village or area a row."""
    places: dict[tuple[str, str], list[str]] = {}
    for notice in notices:
        places.setdefault((notice.code, notice.place_name), []).append(notice.text.to(language))
    for (code, place_name), texts in places.items():
        yield {"code": code, "place_name": place_name, "text": "\n".join(texts)}


def _cost_of(sites: Iterable[ReferenceSite]) -> Money:
    return money_sum(site.cost for site in sites)


def _notice(notice: Notice, language: Language) -> Mapping[str, Any]:
    source = notice.source.to(language)
    mark = "" if notice.verified else UNVERIFIED.to(language)
    return {
        "code": notice.code,
        "place_name": notice.place_name,
        "text": notice.text.to(language),
        "source": "; ".join(filter(None, (source, "" if mark in source else mark))),
    }


def within(words: str) -> str:
    """Write words as they stand inside a sentence; 4G and the like stay as they are."""
    return words[:1].lower() + words[1:]


def whole(value: float | None, language: Language) -> str:
    """Write a whole number; a dash where it is not known."""
    return "–" if value is None else number(value, language)


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value
