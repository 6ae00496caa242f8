"""Ways of backhaul in words."""

from __future__ import annotations

import math

from phusong.coverage.backhaul import Backhaul, BackhaulRules
from phusong.words import LANGUAGES, Language, Text, number


def describe(way: Backhaul) -> Text:
    """Return one way of backhaul in a sentence."""
    if way.kind == "satellite":
        return Text("Vệ tinh", "Satellite")
    km = Text(number(way.length_km, decimals=1), number(way.length_km, "en", decimals=1))
    if way.kind == "fibre":
        if math.isnan(way.length_km):
            return Text("Cáp quang, chưa biết khoảng cách", "Fibre, distance not known")
        return Text(f"Cáp quang khoảng {km.vi} km", f"Fibre, about {km.en} km")
    band = Text(number(way.band_ghz), number(way.band_ghz, "en"))
    if way.kind == "microwave":
        text = Text(
            f"Viba {band.vi} GHz tới trạm {way.to_id}, {km.vi} km",
            f"Microwave {band.en} GHz to {way.to_id}, {km.en} km",
        )
    else:
        text = Text(
            f"Viba hai chặng qua {way.via_id} tới trạm {way.to_id}, tổng {km.vi} km",
            f"Microwave in two hops over {way.via_id} to {way.to_id}, {km.en} km in all",
        )
    return Text(f"{text.vi}; {_clearance(way).vi}", f"{text.en}; {_clearance(way).en}")


def _clearance(way: Backhaul) -> Text:
    if math.isnan(way.clearance_m):
        return Text(
            "thiếu địa hình hoặc chiều cao anten để xét đường ngắm", "no terrain or antenna height to judge sight by"
        )

    def value(x: float, decimals: int = 1) -> tuple[str, str]:
        return number(x, decimals=decimals), number(x, "en", decimals=decimals)

    ratio, at, need = value(way.clearance_ratio_f1), value(way.at_km), value(math.ceil(way.needed_height_m), 0)
    k = value(way.k, 2)
    where = (f"km {at[0]}", f"km {at[1]}")
    if way.kind == "relay":
        where = (f"km {at[0]} của chặng {way.worst_hop}", f"km {at[1]} of hop {way.worst_hop}")
    if way.clearance_m >= 0.0:
        return Text(
            f"khoảng hở nhỏ nhất {ratio[0]} lần bán kính Fresnel thứ nhất ở {where[0]} (k = {k[0]}), anten cần cao từ "
            f"{need[0]} m",
            f"least clearance {ratio[1]} first Fresnel radii at {where[1]} (k = {k[1]}), antenna needed at {need[1]} m",
        )
    under = value(-way.clearance_m, 0)
    return Text(
        f"bị che {under[0]} m ở {where[0]} (k = {k[0]}), anten cần cao từ {need[0]} m",
        f"blocked by {under[1]} m at {where[1]} (k = {k[1]}), antenna needed at {need[1]} m",
    )


def backhaul_note(rules: BackhaulRules) -> Text:
    """Return by which rules backhaul was judged, and that they are assumed."""
    vi, en = (_rules_note(rules, language) for language in LANGUAGES)
    return Text(vi, en)


def _rules_note(rules: BackhaulRules, language: Language) -> str:
    rule = rules.microwave.clearance
    values = {
        "bands": ", ".join(f"{number(band.ghz, language)} GHz" for band in rules.microwave.bands),
        "reach": ", ".join(f"{number(band.longest_km, language)} km" for band in rules.microwave.bands),
        "median": number(rule.median_f1, language, decimals=1),
        "k": number(rule.median_k, language, decimals=2),
        "worst": number(rule.worst_f1, language, decimals=1),
        "ks": "–".join(number(k, language, decimals=1) for k in sorted({k for _, k in rule.worst_k})),
        "error": number(rule.terrain_error_m, language),
        "fibre": number(rules.farthest_fibre_km, language),
        "source": rule.source.to(language),
    }
    return _NOTE.to(language).format(**values)


_NOTE = Text(
    "Viba: dải {bands}, chặng dài nhất {reach}; phải hở {median} lần bán kính Fresnel thứ nhất ở k = {k} và {worst} "
    "lần ở k nhỏ nhất {ks}, cộng sai số địa hình {error} m ({source}). Cáp quang tới {fibre} km. Mọi giới hạn là giả "
    "định.",
    "Microwave: bands {bands}, hops up to {reach}; {median} first Fresnel radii must be free at k = {k} and {worst} "
    "at the least k of {ks}, plus a terrain error of {error} m ({source}). Fibre up to {fibre} km. All limits are "
    "assumed.",
)
