"""The Word parts of acceptance: the annex, and the minutes as a blank form or filled from an acceptance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from phusong.coverage.reasons import operator_title
from phusong.data.provenance import UNVERIFIED, dbm
from phusong.data.schemas.measurements import MEASUREMENTS
from phusong.data.terms import technology_title
from phusong.tenders.acceptance.accept import levels_text, minimum_levels, rule_text, units
from phusong.tenders.acceptance.bounds import least_places
from phusong.tenders.acceptance.options import Options, options_of
from phusong.tenders.acceptance.points import untested
from phusong.tenders.acceptance.results import Acceptance, VillageResult
from phusong.tenders.acceptance.rule import VERDICTS
from phusong.tenders.acceptance.screening import LEFT_OUT
from phusong.tenders.package.values import Package, TestPoint
from phusong.tenders.papers.writer import write_paper
from phusong.tenders.parts import Making
from phusong.words import Language, Text, day, number, percent

BLANK = "…………"
KINDS: Mapping[str, Text] = {
    "centre": Text("trung tâm thôn", "village centre"),
    "cluster": Text("giữa cụm dân cư", "middle of a cluster"),
}
_QUANTITY = {"3G": "RSCP", "4G": "RSRP", "5G": "SS-RSRP"}
_LOGGED = (
    *("test_id", "time", "lon", "lat", "accuracy_m", "operator", "tech", "band", "pci", "cell_id", "rsrp_dbm"),
    *("rsrq_db", "sinr_db", "dl_mbps", "ul_mbps", "latency_ms", "environment", "device", "tester_role"),
)
_NEEDED = ("test_id", "time", "lon", "lat", "accuracy_m", "operator", "tech", "pci", "rsrp_dbm", "device")
_OUTSIDE = Text("ngoài thôn", "outside villages")
_YES, _NO = Text("có", "yes"), Text("không bắt buộc", "no")


def write_acceptance(path: Path, package: Package, making: Making) -> None:
    """Write the annex on acceptance."""
    write_paper(path, package, making, "acceptance", _plan_fields(package, making.language))


def write_minutes(path: Path, package: Package, making: Making) -> None:
    """Write the blank form of the minutes, the villages already in it."""
    write_paper(path, package, making, "minutes", _blank_fields(package, making.language))


def write_filled_minutes(path: Path, package: Package, making: Making, acceptance: Acceptance) -> None:
    """Write the minutes filled from an acceptance."""
    write_paper(path, package, making, "minutes", _filled_fields(package, acceptance, making.language))


def village_title(name: str, commune: str, language: Language) -> str:
    """Write a village with its commune."""
    return f"{name or _OUTSIDE.to(language)}, {commune}"


def reasons_text(result: VillageResult, language: Language) -> str:
    """Write why a verdict is what it is."""
    return "; ".join(reason.text.to(language) for reason in result.decision.reasons)


def levels_of(result: VillageResult, language: Language) -> str:
    """Write the 5th percentile and the median of the levels received."""
    if result.levels_dbm is None:
        return "–"
    low, middle, _ = result.levels_dbm
    return f"{dbm(round(low), language)} / {dbm(round(middle), language)}"


def _plan_fields(package: Package, language: Language) -> dict[str, Any]:
    options, points = options_of(package.settings), package.test_points
    meridians = sorted({point.place.central_meridian for point in points})
    return {
        "point_communes": list(_communes(points, language)),
        "samples": number(sum(point.samples for point in points), language),
        "tested_villages": number(len({point.village_code for point in points if point.village_code}), language),
        "untested": ", ".join(area.gap_id for area in untested(package.areas, points)),
        "levels": list(_levels(package, options, language)),
        "windows": "; ".join(str(window) for window in options.windows),
        "rule": rule_text(options).to(language),
        "rule_lines": [line.to(language) for line in _rule_lines(options)],
        "log_fields": list(_log_fields(language)),
        "meridian": ", ".join(meridians) or "–",
    }


def _communes(points: Sequence[TestPoint], language: Language) -> Iterator[Mapping[str, Any]]:
    """Give the points of each commune, numbered through."""
    count = 0
    for code in sorted({point.commune_code for point in points}):
        own = [point for point in points if point.commune_code == code]
        yield {
            "name": own[0].commune_name,
            "count": number(len(own), language),
            "samples": number(sum(point.samples for point in own), language),
            "points": [_point(point, count + i, language) for i, point in enumerate(own, start=1)],
        }
        count += len(own)


def _point(point: TestPoint, position: int, language: Language) -> Mapping[str, Any]:
    place = point.place
    return {
        "number": position,
        "id": point.point_id,
        "village": point.village_name or _OUTSIDE.to(language),
        "kind": KINDS[point.kind].to(language),
        "households": number(point.households, language),
        "lat": number(place.lat_deg, language, decimals=5),
        "lon": number(place.lon_deg, language, decimals=5),
        "north": number(place.vn2000_northing_m, language, decimals=2),
        "east": number(place.vn2000_easting_m, language, decimals=2),
        "road": point.road_text.to(language),
        "samples": number(point.samples, language),
    }


def _levels(package: Package, options: Options, language: Language) -> Iterator[Mapping[str, Any]]:
    p = package.provenance
    ours = Text("ngưỡng của gói", "the package's threshold").to(language)
    mark = "" if p.verified else f" ({UNVERIFIED.to(language)})"
    for technology, level in sorted(minimum_levels(package, options).items()):
        given = technology in options.min_dbm
        own = package.setting(f"acceptance_min_dbm_{technology.lower()}").source.to(language) if given else ""
        yield {
            "technology": technology_title(technology).to(language),
            "quantity": _QUANTITY.get(technology, "RxLev"),
            "dbm": dbm(level, language),
            "source": own or f"{ours}{mark}",
        }


def _rule_lines(options: Options) -> Iterator[Text]:
    """Say how a verdict by a bound comes about, and how many places it takes."""
    if options.decision == "plain":
        yield Text(
            "Tỷ lệ là số mẫu đạt chia cho số mẫu được dùng; không có mức “chưa quyết định được” do cỡ mẫu.",
            "The share is of samples good over samples used; nothing is left undecided for want of samples.",
        )
        return
    needed = options.needed_percent / 100.0
    count = least_places(needed, options.pass_confidence_percent / 100.0)
    vi, en = number(count), number(count, "en")
    yield Text(
        "Tỷ lệ được tính theo chỗ đo: mỗi chỗ lấy tỷ lệ mẫu đạt của chỗ đó, mỗi điểm đo có trọng số như nhau nên đo "
        "nhiều hơn ở nơi sóng tốt không có lợi. Kết luận đạt khi cận dưới Clopper–Pearson của tỷ lệ không thấp hơn mức "
        "yêu cầu; không đạt khi cận trên thấp hơn mức yêu cầu; còn lại là chưa quyết định được, phải đo thêm.",
        "The share is of places: each has the share of its good samples, every point weighs the same, so that "
        "measuring "
        "more where the signal is good gains nothing. Passed when the Clopper–Pearson lower bound reaches the share "
        "asked for; failed when the upper bound is below it; else not decided, and measured further.",
    )
    yield Text(
        f"Muốn kết luận đạt phải đo ít nhất {vi} chỗ và mọi chỗ đều đạt; có chỗ không đạt thì cần nhiều chỗ hơn. "
        "Chỗ máy "
        "không có dịch vụ tính là không đạt.",
        f"To pass, {en} places at least must be measured, all good; with some bad, more are needed. A place without "
        "service counts as bad.",
    )


def _log_fields(language: Language) -> Iterator[Mapping[str, str]]:
    for name in _LOGGED:
        field = MEASUREMENTS.field(name)
        unit = f" ({field.unit})" if field.unit else ""
        yield {
            "name": name,
            "meaning": f"{field.title.to(language)}{unit}: {field.meaning.to(language)}",
            "required": (_YES if name in _NEEDED else _NO).to(language),
        }


def _blank_fields(package: Package, language: Language) -> dict[str, Any]:
    """Return the fields of a form with dots to fill in, and the villages with what is planned."""
    dots = {"used": "", "places": "", "share": "", "levels": "", "verdict": "", "reasons": ""}
    options = options_of(package.settings)
    log = Text(f"Tệp đo gốc: {BLANK}; mã SHA-256: {BLANK}.", f"Raw log: {BLANK}; SHA-256: {BLANK}.")
    conclusion = Text(
        f"Số thôn đạt: {BLANK}; không đạt: {BLANK}; chưa quyết định được: {BLANK}.",
        f"Villages passed: {BLANK}; failed: {BLANK}; not decided: {BLANK}.",
    )
    return {
        "year": BLANK,
        "operator": BLANK,
        "minimum": levels_text(minimum_levels(package, options)).to(language),
        "measured_on": BLANK,
        "rule": rule_text(options).to(language),
        "evidence": [log.to(language)],
        "notes": [],
        "left_out": [{"reason": title.to(language), "count": ""} for title in LEFT_OUT.values()],
        "conclusion": conclusion.to(language),
        "results": [
            {**_planned(i, names, package, language), **dots} for i, names in enumerate(units(package), start=1)
        ],
    }


def _planned(position: int, names: tuple[str, str, str, str], package: Package, language: Language) -> dict[str, Any]:
    commune, village, commune_name, village_name = names
    own = [p for p in package.test_points if (p.commune_code, p.village_code) == (commune, village)]
    return {
        "number": position,
        "village": village_title(village_name, commune_name, language),
        "service": package.provenance.service.to(language),
        "points": number(len(own), language),
        "planned": number(sum(point.samples for point in own), language),
    }


def _filled_fields(package: Package, acceptance: Acceptance, language: Language) -> dict[str, Any]:
    first, last = acceptance.first_day, acceptance.last_day
    measured_on = "–" if first is None or last is None else " – ".join(dict.fromkeys((day(first), day(last))))
    return {
        "year": BLANK if last is None else last.year,
        "operator": operator_title(acceptance.operator),
        "minimum": acceptance.minimum.to(language),
        "measured_on": measured_on,
        "rule": acceptance.rule.to(language),
        "evidence": [line.to(language) for line in acceptance.evidence],
        "notes": [line.to(language) for line in acceptance.notes],
        "left_out": [
            {"reason": LEFT_OUT[key].to(language), "count": number(count, language)}
            for key, count in acceptance.counts
            if key and count
        ]
        or [{"reason": Text("không có mẫu bị loại", "none").to(language), "count": "0"}],
        "conclusion": conclusion(acceptance).to(language),
        "results": [_result(i, one, language) for i, one in enumerate(acceptance.villages, start=1)],
    }


def conclusion(acceptance: Acceptance) -> Text:
    """Write how many villages and services pass, fail, and are not decided."""
    whole = len(acceptance.villages)
    parts = [
        (VERDICTS[key], [percent(acceptance.of_verdict(key), whole, lang) for lang in ("vi", "en")])
        for key in ("pass", "fail", "undecided")
    ]
    return Text(
        "Theo thôn và dịch vụ: " + "; ".join(f"{title.vi}: {count[0]}" for title, count in parts) + ".",
        "By village and service: " + "; ".join(f"{title.en}: {count[1]}" for title, count in parts) + ".",
    )


def _result(position: int, result: VillageResult, language: Language) -> dict[str, Any]:
    decision = result.decision
    share = decision.share_percent
    return {
        "number": position,
        "village": village_title(result.village_name, result.commune_name, language),
        "service": result.service_title.to(language),
        "points": number(len(result.points), language),
        "planned": number(sum(one.point.samples for one in result.points), language),
        "used": number(result.samples, language),
        "places": number(decision.places, language),
        "share": "–" if share is None else f"{number(share, language, decimals=1)} %",
        "levels": levels_of(result, language),
        "verdict": VERDICTS[decision.verdict].to(language),
        "reasons": reasons_text(result, language),
    }
